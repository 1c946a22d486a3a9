"""What is done on an opportunity's card: won, lost, reopened, edited, deleted, shared, told."""

import asyncio
from datetime import date, timedelta

import pytest

from tests.workspace import open_workspace

SOON = (date.today() + timedelta(days=30)).isoformat()  # noqa: DTZ011 - far enough in any zone
PAST = (date.today() - timedelta(days=9)).isoformat()  # noqa: DTZ011


def deal_of(workspace):
    """Return Ana's open deal with Acme."""
    return next(one for one in workspace.close.opportunities.values() if one["value"] == 1250050)


def status_of(workspace):
    return workspace.close.store.opportunity_statuses[deal_of(workspace)["status_id"]]["label"]


def reasons(workspace):
    """Return the texts of the notes that say why a deal was lost."""
    notes = (one.get("note") or "" for one in workspace.close.activities.values())
    return [one for one in notes if one.startswith("Lost: ")]


def puts(workspace):
    return [one for one in workspace.close.requests if one["method"] == "PUT"]


async def card_of(workspace, person, channel="sales"):
    await person.command("/close opps", channel=channel)
    await workspace.read(person, "Your open opportunities", "Acme", channel=channel)
    await person.click("View", row="Acme Corporation: $12,500.50", channel=channel)
    return await workspace.read(
        person, "Acme Corporation", "Value  $12,500.50 one-time", channel=channel
    )


async def opened(workspace, person, field):
    await workspace.slack.until(lambda: person.modal and field in person.modal.labels)


async def gone(workspace, person):
    await workspace.slack.until(lambda: person.modal is None)


def errors(person):
    return person.modal.errors if person.modal else {}


# --- won --------------------------------------------------------------------------------------


async def test_won_moves_it_to_the_won_status_of_its_pipeline_in_place(workspace):
    ana = await workspace.connected("ana")
    before = await card_of(workspace, ana)
    await ana.click("Won")
    after = await workspace.read(ana, "Status  Won (Sales)", "You marked this as won")
    assert after.ts == before.ts
    assert status_of(workspace) == "Won"
    assert "Won" not in after.buttons
    assert "Lost" not in after.buttons
    assert workspace.slack.violations == []


async def test_pressing_won_twice_is_harmless(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    shown = len(ana.messages())
    await asyncio.gather(ana.click("Won"), ana.click("Won"))
    await workspace.read(ana, "Status  Won (Sales)")
    await workspace.slack.until(lambda: len(workspace.bot.inflight) == 0)
    await workspace.read(ana, "Status  Won (Sales)")
    assert len(ana.messages()) == shown
    assert {one["json"]["status_id"] for one in puts(workspace)} == {
        deal_of(workspace)["status_id"]
    }


async def test_a_card_of_yesterday_that_is_won_already_says_so(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    statuses = workspace.close.store.opportunity_statuses.values()
    won = next(one["id"] for one in statuses if one["type"] == "won")
    deal_of(workspace)["status_id"] = won
    workspace.close.requests.clear()
    await ana.click("Won")
    await workspace.read(ana, "Status  Won (Sales)", "This was won already")
    assert puts(workspace) == []


async def test_the_channel_is_told_in_one_line_once_it_is_confirmed(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    await card_of(workspace, ana)
    await ana.click("Won")
    await workspace.read(ana, "Status  Won (Sales)")
    assert ben.last("sales") is None
    await ana.click("Tell the channel", confirm=False)
    assert ben.last("sales") is None
    await ana.click("Tell the channel")
    told = await workspace.slack.until(lambda: ben.last("sales"))
    assert told.text == "Ana Novak won Acme Corporation: $12,500.50"
    assert not told.ephemeral
    assert list(workspace.slack.pings) == []
    [card] = await workspace.slack.until(
        lambda: [one for one in ana.messages() if "You told everybody here" in one.text]
    )
    assert "Tell the channel" not in card.buttons


async def test_in_a_direct_message_there_is_nobody_to_tell(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana, channel="dm")
    await ana.click("Won", channel="dm")
    card = await workspace.read(ana, "Status  Won (Sales)", channel="dm")
    assert "Tell the channel" not in card.buttons


async def test_nobody_is_told_of_what_was_reopened_meanwhile(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    await card_of(workspace, ana)
    await ana.click("Won")
    await workspace.read(ana, "Status  Won (Sales)")
    statuses = workspace.close.store.opportunity_statuses.values()
    deal_of(workspace)["status_id"] = next(one["id"] for one in statuses)
    await ana.click("Tell the channel")
    await workspace.read(ana, "nobody was told")
    assert ben.last("sales") is None


async def test_a_pipeline_without_a_won_status_is_told(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    statuses = workspace.close.store.opportunity_statuses
    for status_id in [key for key, one in statuses.items() if one["type"] == "won"]:
        del statuses[status_id]
    workspace.forget_organizations()
    await ana.click("Won")
    await workspace.read(ana, "has no status for what is won", "try again")
    assert status_of(workspace) == "Proposal Sent"


async def test_a_won_status_that_was_just_made_is_found(workspace):
    statuses = workspace.close.store.opportunity_statuses
    won = {key: one for key, one in statuses.items() if one["type"] == "won"}
    for status_id in won:
        del statuses[status_id]
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    await ana.click("Won")
    await workspace.read(ana, "has no status for what is won")
    statuses.update(won)
    await card_of(workspace, ana)
    await ana.click("Won")
    await workspace.read(ana, "Status  Won (Sales)")


async def test_a_lost_answer_to_won_is_looked_up(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    workspace.close.faults.add(method="PUT", path="/opportunity/*", drop=True, apply=True)
    await ana.click("Won")
    await workspace.read(ana, "Status  Won (Sales)")


async def test_a_won_that_close_refuses_changes_nothing_and_is_told(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    workspace.close.faults.add(method="PUT", path="/opportunity/*", status=403)
    await ana.click("Won")
    await workspace.read(ana, "Your role in Close does not allow this")


@pytest.mark.parametrize("button", ["Won", "Share here"])
async def test_one_that_is_gone_meanwhile_is_told(workspace, button):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    del workspace.close.opportunities[deal_of(workspace)["id"]]
    await ana.click(button)
    await workspace.read(ana, "no longer in Close", "/close opps")


@pytest.mark.parametrize("button", ["Lost", "Edit", "Delete"])
async def test_no_form_opens_for_one_that_is_gone(workspace, button):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    del workspace.close.opportunities[deal_of(workspace)["id"]]
    await ana.click(button)

    def told():
        shown = str(ana.modal.texts) if ana.modal else ana.last().text
        return "no longer in Close" in shown

    await workspace.slack.until(told)


# --- lost and reopened ------------------------------------------------------------------------


async def lose(workspace, person, reason=""):
    await person.click("Lost")
    await opened(workspace, person, "Reason")
    assert any("Acme Corporation: $12,500.50 will be marked" in one for one in person.modal.texts)
    if reason:
        await person.fill("Reason", reason)
    await person.submit()


async def test_lost_keeps_the_reason_as_a_note_on_the_lead(workspace):
    ana = await workspace.connected("ana")
    before = await card_of(workspace, ana)
    await lose(workspace, ana, "Too <dear> & late")
    after = await workspace.read(ana, "Status  Lost (Sales)", "You marked this as lost")
    assert after.ts == before.ts
    assert status_of(workspace) == "Lost"
    assert reasons(workspace) == ["Lost: Acme Corporation, $12,500.50: Too <dear> & late"]


async def test_lost_without_a_reason_writes_no_note(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    await lose(workspace, ana)
    await workspace.read(ana, "Status  Lost (Sales)")
    assert reasons(workspace) == []


async def test_a_reason_that_was_not_saved_stays_and_the_next_press_saves_it(tmp_path):
    async with open_workspace(tmp_path, "socket", patience=1.0) as workspace:
        ana = await workspace.connected("ana")
        await card_of(workspace, ana)
        workspace.close.requests.clear()
        workspace.close.faults.add(method="POST", path="/activity/note/", status=503, times=99)
        await lose(workspace, ana, "Too dear")
        await workspace.slack.until(
            lambda: ana.modal and "is lost now" in str(ana.modal.texts) + str(errors(ana))
        )
        assert ana.modal.values["Reason"] == "Too dear"
        assert status_of(workspace) == "Lost"
        workspace.close.faults.clear()
        await ana.submit()
        await gone(workspace, ana)
        assert reasons(workspace) == ["Lost: Acme Corporation, $12,500.50: Too dear"]
        assert len(puts(workspace)) == 1


async def test_a_reason_whose_answer_is_lost_for_good_is_written_once(tmp_path):
    async with open_workspace(tmp_path, "socket", patience=1.0) as workspace:
        ana = await workspace.connected("ana")
        await card_of(workspace, ana)
        faults = workspace.close.faults
        faults.add(method="POST", path="/activity/note/", drop=True, apply=True)
        faults.add(method="GET", path="/activity/note/", status=503, times=99)
        await lose(workspace, ana, "Too dear")
        await workspace.slack.until(
            lambda: ana.modal and "is lost now" in str(ana.modal.texts) + str(errors(ana))
        )
        faults.clear()
        await ana.submit()
        await gone(workspace, ana)
        assert len(reasons(workspace)) == 1


async def test_lost_pressed_twice_writes_one_note(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    await ana.click("Lost")
    await opened(workspace, ana, "Reason")
    await ana.fill("Reason", "Too dear")
    await asyncio.gather(ana.submit(), ana.submit())
    await workspace.read(ana, "Status  Lost (Sales)")
    assert len(reasons(workspace)) == 1


async def test_reopen_goes_back_to_the_first_active_status(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    await ana.click("Won")
    before = await workspace.read(ana, "Status  Won (Sales)")
    await ana.click("Reopen")
    after = await workspace.read(ana, "Status  Demo Completed (Sales)", "You reopened this")
    assert after.ts == before.ts
    assert {"Won", "Lost"} <= set(after.buttons)


# --- edit -------------------------------------------------------------------------------------


async def edit(workspace, person):
    await card_of(workspace, person)
    await person.click("Edit")
    await opened(workspace, person, "Value")


async def test_an_edit_holds_what_is_there_and_sends_what_differs(workspace):
    ana = await workspace.connected("ana")
    await edit(workspace, ana)
    values = ana.modal.values
    assert values["Value"] == "$12,500.50"
    assert values["Status"] == "Proposal Sent"
    assert values["Contact"] == "Jane Doe"
    assert values["Note"] == "Four plants, pilot"
    assert "Lead" not in ana.modal.labels
    assert any("stays with its lead" in one for one in ana.modal.texts)
    workspace.close.requests.clear()
    await ana.fill("Confidence", "85")
    await ana.choose("Contact", "Wile Coyote")
    await ana.submit()
    await workspace.read(ana, "Confidence  85 %", "Contact  Wile Coyote", "You changed this")
    [sent] = workspace.close.requests
    assert sent["method"] == "PUT"
    assert sent["json"].keys() == {"confidence", "contact_id"}
    assert sent["json"]["confidence"] == 85


async def test_what_somebody_else_changed_meanwhile_stays(workspace):
    ana = await workspace.connected("ana")
    await edit(workspace, ana)
    deal = deal_of(workspace)
    deal["confidence"] = 33
    await ana.fill("Value", "1k")
    await ana.submit()
    await workspace.read(ana, "Value  $1,000 one-time", "Confidence  33 %")
    assert deal["confidence"] == 33


async def test_fields_can_be_emptied(workspace):
    ana = await workspace.connected("ana")
    await edit(workspace, ana)
    for label in ("Value", "Expected close date", "Note"):
        await ana.fill(label, "")
    await ana.choose("Contact", None)
    deal = deal_of(workspace)
    await ana.submit()
    await workspace.read(ana, "Value  none", "Expected close date  none", "Contact  none")
    assert (deal["value"], deal["date_won"], deal["contact_id"]) == (None, None, None)
    assert not deal["note"]


async def test_an_edit_without_a_change_sends_nothing(workspace):
    ana = await workspace.connected("ana")
    await edit(workspace, ana)
    workspace.close.requests.clear()
    await ana.submit()
    await gone(workspace, ana)
    assert workspace.close.requests == []


async def test_a_close_date_that_has_passed_may_stay_but_not_be_chosen(workspace):
    ana = await workspace.connected("ana")
    deal_of(workspace)["date_won"] = PAST
    await edit(workspace, ana)
    await ana.fill("Value", "abc")
    await ana.fill(
        "Expected close date", (date.fromisoformat(PAST) - timedelta(days=1)).isoformat()
    )
    await ana.submit()
    await workspace.slack.until(lambda: "past" in errors(ana).get("Expected close date", ""))
    assert "number" in errors(ana)["Value"]
    await ana.fill("Expected close date", PAST)
    await ana.fill("Value", "7")
    await ana.submit()
    await workspace.read(ana, "Value  $7 one-time")
    assert deal_of_value(workspace, 700)["date_won"] == PAST


def deal_of_value(workspace, value):
    return next(one for one in workspace.close.opportunities.values() if one["value"] == value)


async def test_what_close_refuses_of_an_edit_is_named_and_stays(workspace):
    ana = await workspace.connected("ana")
    await edit(workspace, ana)
    await ana.fill("Confidence", "85")
    body = {"errors": [], "field-errors": {"confidence": "Not like this."}}
    workspace.close.faults.add(method="PUT", path="/opportunity/*", status=400, body=body)
    await ana.submit()
    await workspace.slack.until(lambda: "Not like this" in errors(ana).get("Confidence", ""))
    assert ana.modal.values["Confidence"] == "85"
    await ana.submit()
    await workspace.read(ana, "Confidence  85 %")


async def test_an_edit_of_one_that_is_gone_keeps_the_form(workspace):
    ana = await workspace.connected("ana")
    await edit(workspace, ana)
    await ana.fill("Confidence", "85")
    del workspace.close.opportunities[deal_of(workspace)["id"]]
    await ana.submit()
    await workspace.slack.until(lambda: "no longer in Close" in str(errors(ana)))
    assert ana.modal.values["Confidence"] == "85"


async def test_an_edit_opens_also_when_contacts_and_fields_cannot_be_had(workspace):
    ana = await workspace.connected("ana")
    workspace.close.faults.add(method="GET", path="/contact/", status=403)
    workspace.close.faults.add(method="GET", path="/custom_field_schema/*", status=403)
    await edit(workspace, ana)
    assert "Contact" not in ana.modal.labels
    assert "Competitor" not in ana.modal.labels


@pytest.mark.parametrize("fault", [{"drop": True, "apply": True}, {"cut": True}], ids=str)
async def test_an_edit_whose_answer_is_lost_is_looked_up(workspace, fault):
    ana = await workspace.connected("ana")
    await edit(workspace, ana)
    await ana.fill("Value", "1k")
    await ana.choose("Contact", None)
    workspace.close.faults.add(method="PUT", path="/opportunity/*", **fault)
    await ana.submit()
    await workspace.read(ana, "Value  $1,000 one-time", "Contact  none", "You changed this")
    assert len(puts(workspace)) == 1


async def test_an_edit_that_was_not_made_says_that_it_is_not_clear(workspace):
    ana = await workspace.connected("ana")
    await edit(workspace, ana)
    await ana.fill("Value", "1k")
    workspace.close.faults.add(method="PUT", path="/opportunity/*", drop=True)
    await ana.submit()
    await workspace.slack.until(lambda: "may have been saved" in str(errors(ana)))
    assert ana.modal.values["Value"] == "1k"


async def test_a_status_that_is_younger_than_what_is_known_stands_in_the_form(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    statuses = workspace.close.store.opportunity_statuses
    young = statuses[deal_of(workspace)["status_id"]] | {"id": "stat_young", "label": "Brand new"}
    statuses["stat_young"] = young
    deal_of(workspace)["status_id"] = "stat_young"
    await ana.click("Edit")
    await opened(workspace, ana, "Value")
    assert ana.modal.values["Status"] == "Brand new"


# --- delete and share -------------------------------------------------------------------------


async def test_delete_shows_what_goes_and_the_card_says_that_it_is_gone(workspace):
    ana = await workspace.connected("ana")
    before = await card_of(workspace, ana)
    deal_id = deal_of(workspace)["id"]
    await ana.click("Delete")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Delete")
    assert "$12,500.50" in str(ana.modal.texts)
    assert deal_id in workspace.close.opportunities
    await ana.submit()
    after = await workspace.read(ana, "You deleted Acme Corporation: $12,500.50.")
    assert after.ts == before.ts
    assert after.buttons == ["View lead"]
    assert deal_id not in workspace.close.opportunities


async def test_a_deletion_whose_answer_is_lost_is_told_as_done(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    await ana.click("Delete")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Delete")
    workspace.close.faults.add(method="DELETE", path="/opportunity/*", drop=True, apply=True)
    await ana.submit()
    await workspace.read(ana, "You deleted Acme Corporation: $12,500.50.")


async def test_what_somebody_else_deleted_meanwhile_is_said_so(workspace):
    ana = await workspace.connected("ana")
    await card_of(workspace, ana)
    await ana.click("Delete")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Delete")
    del workspace.close.opportunities[deal_of(workspace)["id"]]
    await ana.submit()
    await workspace.read(ana, "was no longer there: Acme Corporation: $12,500.50")


async def test_a_shared_card_is_seen_by_everybody_and_has_no_note(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    await card_of(workspace, ana)
    await ana.click("Share here")
    shared = await workspace.slack.until(lambda: ben.last("sales"))
    assert "Ana Novak shared an opportunity" in shared.text
    assert "Four plants" not in shared.text
    assert shared.buttons == ["Open in Close"]
    await workspace.slack.until(
        lambda: [one for one in ana.messages() if "You shared this opportunity" in one.text]
    )
    assert workspace.slack.violations == []


async def test_an_edit_whose_answer_comes_late_still_sends_only_what_differs(tmp_path):
    async with open_workspace(tmp_path, "socket", grace=0.0) as workspace:
        ana = await workspace.connected("ana")
        await edit(workspace, ana)
        await ana.fill("Confidence", "850")
        await ana.fill("Note", "Five plants")
        await ana.submit()
        await workspace.slack.until(lambda: ana.modal and "from 0 to 100" in str(ana.modal.texts))
        assert ana.modal.values["Note"] == "Five plants"
        await ana.fill("Confidence", "85")
        workspace.close.requests.clear()
        await ana.submit()
        await workspace.read(ana, "Confidence  85 %", "Five plants")
        [sent] = puts(workspace)
        assert sent["json"].keys() == {"confidence", "note"}
