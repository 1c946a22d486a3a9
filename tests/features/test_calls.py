import pytest

from closebot.close import Close
from tests.workspace import open_workspace


def calls_of(workspace, name):
    [lead] = [one for one in workspace.close.leads.values() if one["name"] == name]
    found = [one for one in workspace.close.activities.values()
             if one["_type"] == "Call" and one["lead_id"] == lead["id"]]  # fmt: skip
    return sorted(found, key=lambda one: one["date_created"])


async def open_form(workspace, ana, words="call Globex"):
    await ana.command(f"/close {words}")
    await workspace.slack.until(lambda: ana.modal and "Direction" in ana.modal.labels)


async def test_a_call_is_logged_with_what_was_filled_in(workspace):
    ana = await workspace.connected("ana")
    before = len(calls_of(workspace, "Globex Industries"))
    await open_form(workspace, ana)
    await ana.choose("Direction", "Incoming")
    await ana.fill("Duration (minutes)", "2:30")
    await ana.fill("Note", "Asked for <b>prices</b> & dates")
    await ana.submit()
    await workspace.read(ana, "Call logged on", "Globex Industries", "Incoming call", "2:30 min")
    assert ana.modal is None
    made = calls_of(workspace, "Globex Industries")
    assert len(made) == before + 1
    assert (made[-1]["direction"], made[-1]["duration"]) == ("inbound", 150)
    assert made[-1]["note"] == "Asked for <b>prices</b> & dates"
    assert made[-1]["user_id"] == workspace.close.user_ids["ana"]
    assert workspace.slack.violations == []


async def test_a_contact_of_the_lead_can_be_named(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana, "call Acme")
    offered = await ana.suggest("Contact", "")
    name = offered[0]["text"]["text"]
    await ana.choose("Contact", name)
    await ana.submit()
    await workspace.read(ana, "Call logged on", "Acme Corporation")
    [contact] = [one for one in workspace.close.contacts.values() if one["name"] == name]
    assert calls_of(workspace, "Acme Corporation")[-1]["contact_id"] == contact["id"]


async def test_a_contact_of_another_lead_is_refused_at_its_field(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana, "call Acme")
    offered = await ana.suggest("Contact", "")
    await ana.choose("Contact", offered[0]["text"]["text"])
    await ana.choose("Lead", "Globex Industries")
    await ana.submit()
    assert "belongs to another lead" in ana.modal.errors["Contact"]


async def test_a_duration_that_is_none_is_refused_at_its_field_and_nothing_is_lost(workspace):
    ana = await workspace.connected("ana")
    before = len(calls_of(workspace, "Globex Industries"))
    await open_form(workspace, ana)
    await ana.fill("Duration (minutes)", "abc")
    await ana.fill("Note", "kept")
    await ana.submit()
    assert "Write minutes" in ana.modal.errors["Duration (minutes)"]
    await ana.fill("Duration (minutes)", "5")
    await ana.submit()
    await workspace.read(ana, "Call logged on")
    made = calls_of(workspace, "Globex Industries")
    assert (len(made), made[-1]["note"]) == (before + 1, "kept")


async def test_unclear_words_open_the_form_with_a_hint(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana, "call Umbrella")
    assert "3 leads match" in "\n".join(ana.modal.texts)
    await ana.submit()
    assert ana.modal is not None  # the lead has to be chosen


async def test_an_answer_that_is_lost_makes_one_call(workspace):
    ana = await workspace.connected("ana")
    before = len(calls_of(workspace, "Globex Industries"))
    await open_form(workspace, ana)
    await ana.fill("Note", "once only")
    workspace.close.faults.add(method="POST", path="/activity/call/", drop=True, apply=True)
    await ana.submit()
    await workspace.read(ana, "Call logged on", "once only")
    assert len(calls_of(workspace, "Globex Industries")) == before + 1


async def test_a_call_can_be_changed_and_deleted_where_it_was_said(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    await ana.fill("Note", "first")
    await ana.submit()
    said = await workspace.read(ana, "Call logged on", "first")
    await ana.click("Edit")
    await workspace.slack.until(lambda: ana.modal and ana.modal.title == "Edit call")
    await ana.fill("Note", "second")
    await ana.fill("Duration (minutes)", "3")
    await ana.submit()
    changed = await workspace.read(ana, "Call changed on", "second", "3 min")
    assert changed.ts == said.ts
    made = calls_of(workspace, "Globex Industries")[-1]
    assert (made["note"], made["duration"]) == ("second", 180)
    await ana.click("Delete")
    await workspace.read(ana, "The call was deleted in Close")
    assert made["id"] not in workspace.close.activities


async def test_a_call_that_is_gone_is_said_so(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    await ana.submit()
    await workspace.read(ana, "Call logged on")
    del workspace.close.activities[calls_of(workspace, "Globex Industries")[-1]["id"]]
    await ana.click("Delete")
    await workspace.read(ana, "no longer in Close")


@pytest.mark.parametrize("status", [429, 503])
async def test_when_close_refuses_the_form_stays_filled_in(workspace, status):
    ana = await workspace.connected("ana")
    before = len(calls_of(workspace, "Globex Industries"))
    await open_form(workspace, ana)
    await ana.fill("Note", "kept")
    workspace.close.faults.add(method="POST", path="/activity/call/", status=status, times=9)
    await ana.submit()
    await workspace.slack.until(
        lambda: ana.modal and "again" in f"{ana.modal.errors} {ana.modal.texts}"
    )
    assert len(calls_of(workspace, "Globex Industries")) == before


async def test_a_lead_that_vanished_is_an_error_at_its_field(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    await ana.fill("Note", "kept")
    [lead] = [one for one in workspace.close.leads.values() if one["name"].startswith("Globex")]
    del workspace.close.leads[lead["id"]]
    await ana.submit()
    await workspace.slack.until(lambda: "no longer in Close" in ana.modal.errors.get("Lead", ""))
    assert ana.modal.values["Note"] == "kept"


async def test_the_lead_of_a_call_is_the_one_looked_at_last(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    await ana.submit()
    await workspace.read(ana, "Call logged on")
    await ana.message_shortcut("add_note", await ana.say("hello"))
    await workspace.slack.until(lambda: ana.modal and "Note" in ana.modal.labels)
    assert ana.modal.values["Lead"] == "Globex Industries"


async def test_a_call_is_logged_also_when_slack_does_not_take_the_answer(workspace):
    ana = await workspace.connected("ana")
    before = len(calls_of(workspace, "Globex Industries"))
    await open_form(workspace, ana)
    workspace.slack.faults.fail("response_url", times=9)
    workspace.slack.faults.fail("chat.postMessage", times=9)
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal is None)
    assert len(calls_of(workspace, "Globex Industries")) == before + 1


async def test_an_outcome_stays_when_the_form_could_not_offer_any(workspace):
    ana = await workspace.connected("ana")
    async with Close(
        api_key=workspace.close.keys["ana"], base_url=workspace.close.api_url
    ) as close:
        reached = {"name": "Reached", "applies_to": ["calls"]}
        await close.request("POST", "/outcome/", json=reached)
        held = {"name": "Held", "applies_to": ["meetings"]}
        await close.request("POST", "/outcome/", json=held)
        [outcome] = await close.calls.outcomes()
    workspace.forget_organizations()
    await open_form(workspace, ana)
    await ana.choose("Outcome", outcome.name)
    await ana.fill("Note", "first")
    await ana.submit()
    await workspace.read(ana, "Call logged on", outcome.name)
    workspace.forget_organizations()
    workspace.close.faults.add(path="/outcome/", status=503, times=99)
    await ana.click("Edit")
    await workspace.slack.until(lambda: ana.modal and "Note" in ana.modal.labels)
    assert "Outcome" not in ana.modal.labels
    await ana.fill("Note", "second")
    await ana.submit()
    await workspace.read(ana, "Call changed on", "second")
    assert calls_of(workspace, "Globex Industries")[-1]["outcome_id"] == outcome.id


async def test_a_refusal_names_only_what_stands_in_the_form(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    await ana.submit()
    await workspace.read(ana, "Call logged on")
    await ana.click("Edit")
    await workspace.slack.until(lambda: ana.modal and "Note" in ana.modal.labels)
    await ana.fill("Note", "changed")
    refused = {"field-errors": {"contact_id": "This contact is gone."}}
    workspace.close.faults.add(method="PUT", path="/activity/call/*", status=400, body=refused)
    await ana.submit()
    await workspace.slack.until(lambda: "This contact is gone" in str(ana.modal.errors))
    assert workspace.slack.violations == []


async def test_what_was_typed_comes_back_when_the_form_was_closed_meanwhile(tmp_path):
    async with open_workspace(tmp_path, "socket", patience=0.8, grace=0.2) as workspace:
        ana = await workspace.connected("ana")
        await open_form(workspace, ana)
        await ana.fill("Note", "a long story & <more>")
        workspace.close.faults.add(method="POST", path="/activity/call/", slow=8, apply=False)
        workspace.close.faults.add(method="GET", path="/activity/call/", status=503, times=99)
        await ana.submit()
        await ana.close_modal()
        await workspace.read(ana, "may have been saved", "a long story & <more>", channel="dm")
        assert workspace.slack.violations == []
