"""What is done with a lead from its card: changed, deleted, noted; and what stands on it."""

import pytest

from closebot.store import Owner


async def shown(workspace, ana, name="Globex Industries"):
    await ana.command(f"/close lead {name}")
    card = await workspace.read(ana, name, "Contacts")
    return card, next(one for one in workspace.close.leads.values() if one["name"] == name)


async def editing(workspace, ana, name="Globex Industries"):
    card, lead = await shown(workspace, ana, name)
    await ana.click("Edit")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Save")
    return card, lead


async def test_only_what_was_touched_is_written(workspace):
    ana = await workspace.connected("ana")
    before, lead = await editing(workspace, ana)
    assert ana.modal.values["Name"] == "Globex Industries"
    lead["name"] = "Globex Worldwide"
    await ana.fill("Description", "Makes everything")
    await ana.fill("Employees", "77")
    workspace.close.requests.clear()
    await ana.submit()
    card = await workspace.read(ana, "Globex Worldwide", "Makes everything")
    assert card.ts == before.ts
    assert ana.modal is None
    [write] = [one for one in workspace.close.requests if one["method"] == "PUT"]
    assert sorted(key.split(".")[0] for key in write["json"]) == ["custom", "description"]
    assert lead["name"] == "Globex Worldwide"
    assert workspace.slack.violations == []


async def test_a_field_that_is_cleared_is_cleared(workspace):
    ana = await workspace.connected("ana")
    _, lead = await editing(workspace, ana)
    field = next(
        one["id"] for one in workspace.close.store.custom_fields.values()
        if one["name"] == "Industry"
    )  # fmt: skip
    assert lead.get(f"custom.{field}")
    await ana.fill("Website", "")
    await ana.choose("Industry", None)
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal is None)
    assert not lead["url"]
    assert not lead.get(f"custom.{field}")


async def test_nothing_touched_writes_nothing(workspace):
    ana = await workspace.connected("ana")
    await editing(workspace, ana)
    workspace.close.requests.clear()
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal is None)
    assert [one["method"] for one in workspace.close.requests if one["method"] == "PUT"] == []


async def test_an_address_is_shown_and_changed_as_lines(workspace):
    ana = await workspace.connected("ana")
    _, lead = await editing(workspace, ana, "Acme Corporation")
    assert ana.modal.values["Address"] == "500 Howard Street\nSan Francisco, CA 94105\nUS"
    await ana.fill("Address", "1 Market Street\nSan Francisco, CA 94105\nUS")
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal is None)
    [address] = lead["addresses"]
    assert (address["address_1"], address["zipcode"]) == ("1 Market Street", "94105")


async def test_a_description_too_long_for_slack_is_left_as_it_is(workspace):
    ana = await workspace.connected("ana")
    _, lead = await shown(workspace, ana)
    lead["description"] = "long " * 2000
    await ana.click("Edit")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Save")
    assert "Description" not in ana.modal.labels
    await ana.fill("Name", "Globex Two")
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal is None)
    assert (lead["name"], lead["description"]) == ("Globex Two", "long " * 2000)


@pytest.mark.parametrize(
    ("label", "value"), [("Name", "  "), ("Website", "no site"), ("Employees", "many")]
)
async def test_a_fault_in_a_change_is_named_at_its_field(workspace, label, value):
    ana = await workspace.connected("ana")
    _, lead = await editing(workspace, ana)
    before = dict(lead)
    await ana.fill("Description", "keep me")
    await ana.fill(label, value)
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal.errors)
    assert list(ana.modal.errors) == [label]
    assert ana.modal.values["Description"] == "keep me"
    assert dict(lead) == before


@pytest.mark.parametrize(
    ("name", "url"),
    [("Globex Industries", "acme"), ("Globex Industries", "ftp://x"), ("", "https://x.example")],
)
async def test_what_stands_in_close_already_is_not_judged(workspace, name, url):
    ana = await workspace.connected("ana")
    lead = next(one for one in workspace.close.leads.values() if one["name"] == "Globex Industries")
    lead["name"], lead["url"] = name, url
    await ana.command(f"/close lead {lead['id']}")
    await workspace.read(ana, "Contacts")
    await ana.click("Edit")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Save")
    await ana.fill("Description", "Makes everything")
    await ana.submit()
    await workspace.read(ana, "Makes everything")
    assert (lead["name"], lead["url"]) == (name, url)


async def test_a_lead_of_the_last_of_many_statuses_keeps_it(workspace):
    statuses = workspace.close.store.lead_statuses
    first = next(iter(statuses.values()))
    for number in range(120):
        status_id = f"stat_{number:043d}"
        statuses[status_id] = dict(first) | {"id": status_id, "label": f"Stage {number}"}
    ana = await workspace.connected("ana")
    workspace.forget_organizations()
    lead = next(one for one in workspace.close.leads.values() if one["name"] == "Globex Industries")
    lead["status_id"] = status_id
    await editing(workspace, ana)
    assert ana.modal.values["Status"] == "Stage 119"
    await ana.fill("Description", "Makes everything")
    await ana.submit()
    await workspace.read(ana, "Makes everything", "Status  Stage 119")
    assert lead["status_id"] == status_id
    await ana.click("Stage 118")
    await workspace.read(ana, "Status  Stage 118")
    await ana.command("/close leads")
    await workspace.read(ana, "1 to 10 of")
    await ana.click("Stage 118")
    await workspace.read(ana, "Leads, Stage 118: 1 lead")
    assert workspace.slack.violations == []


async def test_a_lead_that_is_gone_while_it_is_edited_is_said(workspace):
    ana = await workspace.connected("ana")
    _, lead = await editing(workspace, ana)
    del workspace.close.leads[lead["id"]]
    await ana.fill("Name", "Globex Two")
    await ana.submit()
    await workspace.slack.until(lambda: "no longer in Close" in str(ana.modal.texts))


async def test_deleting_asks_with_what_goes_with_it_and_says_who_did_it(workspace):
    ana = await workspace.connected("ana")
    before, lead = await shown(workspace, ana)
    await ana.click("Delete")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Delete")
    said = "\n".join(ana.modal.texts)
    people = sum(one["lead_id"] == lead["id"] for one in workspace.close.store.contacts.values())
    assert "Globex Industries" in said
    assert f"{people} contact" in said
    assert lead["id"] in workspace.close.leads
    await ana.submit()
    after = await workspace.read(ana, "Globex Industries was deleted from Close by Ana Novak")
    assert after.ts == before.ts
    assert after.buttons == []
    assert lead["id"] not in workspace.close.leads
    assert workspace.slack.violations == []


async def test_a_lead_that_is_gone_before_it_is_deleted_is_said(workspace):
    ana = await workspace.connected("ana")
    _, lead = await shown(workspace, ana)
    await ana.click("Delete")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Delete")
    del workspace.close.leads[lead["id"]]
    await ana.submit()
    await workspace.slack.until(lambda: "no longer in Close" in str(ana.modal.texts))


async def test_a_deletion_whose_answer_is_lost_is_looked_up(workspace):
    ana = await workspace.connected("ana")
    _, lead = await shown(workspace, ana)
    await ana.click("Delete")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Delete")
    workspace.close.faults.add(method="DELETE", path="/lead/*", drop=True, apply=True)
    await ana.submit()
    await workspace.read(ana, "was deleted from Close by Ana Novak")
    assert lead["id"] not in workspace.close.leads


@pytest.mark.parametrize("entry", ["Edit", "Delete"])
async def test_a_lead_that_is_gone_opens_no_form(workspace, entry):
    ana = await workspace.connected("ana")
    _, lead = await shown(workspace, ana)
    del workspace.close.leads[lead["id"]]
    await ana.click(entry)

    def said():  # in the modal, where that was open already
        return str(ana.modal.texts if ana.modal else ana.last("sales").text)

    await workspace.slack.until(lambda: "no longer in Close" in said())


# --- what stands on the card ------------------------------------------------------------------


async def test_the_card_says_what_happened_last(workspace):
    ana = await workspace.connected("ana")
    card, _ = await shown(workspace, ana)
    assert "Last activity  " in card.text


async def test_a_slow_time_line_keeps_no_card_waiting(workspace):
    ana = await workspace.connected("ana")
    workspace.close.faults.add(path="/activity/", slow=5)
    await ana.command("/close lead Umbrella")
    await workspace.read(ana, "3 leads match")
    await ana.click("View", row="Umbrella Robotics")
    await workspace.read(ana, "Umbrella Robotics", "Last activity", "changed")


async def test_what_lies_ahead_did_not_happen_last(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads globex")
    await workspace.read(ana, "matching “globex”")
    await ana.click("View", row="Globex Industries")
    card = await workspace.read(ana, "Globex Industries", "Last activity")
    assert "upcoming" not in card.text


async def test_the_owner_is_who_the_field_names_and_not_who_has_the_deals(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    lead = next(one for one in workspace.close.leads.values() if one["name"] == "Umbrella Foods")
    acme = next(one for one in workspace.close.leads.values() if one["name"] == "Acme Corporation")
    lead["created_by"] = lead["updated_by"] = acme["created_by"]
    workspace.close.requests.clear()
    await ana.command("/close lead Umbrella Foods", channel="general")
    await workspace.read(ana, "Umbrella Foods", "Owner  Mia Laurent", channel="general")
    assert [one["path"] for one in workspace.close.requests] == ["/data/search/", "/user/"]
    workspace.close.requests.clear()
    await ana.command("/close lead Umbrella Foods", channel="general")  # names are known for a day
    await workspace.slack.until(lambda: len(ana.messages("general")) == 2)
    assert [one["path"] for one in workspace.close.requests] == ["/data/search/"]
    await ana.click("Share here")
    shared = await workspace.slack.until(lambda: ben.last("general"))
    assert "Owner" not in shared.text


async def test_chosen_custom_fields_stand_on_the_card_and_not_on_a_shared_one(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    fields = {one["name"]: one["id"] for one in workspace.close.store.custom_fields.values()}
    connection = await _connection(workspace, ana)
    await workspace.bot.store.choices.save(
        connection.owner.workspace,
        connection.organization_id,
        "lead card fields",
        [fields["Industry"], fields["Lead Owner"]],
    )
    await ana.command("/close lead Globex", channel="general")
    card = await workspace.read(ana, "Globex Industries", "Industry  ", channel="general")
    assert "Lead Owner  " in card.text
    assert "user_" not in card.text
    await ana.click("Share here")
    shared = await workspace.slack.until(lambda: ben.last("general"))
    assert "Industry  " not in shared.text
    assert "Last activity" not in shared.text


async def _connection(workspace, member):
    return await workspace.bot.store.connection(Owner(workspace.slack.team_id, member.id))


async def test_a_lead_that_was_looked_at_is_remembered(workspace):
    ana = await workspace.connected("ana")
    _, lead = await shown(workspace, ana)
    connection = await _connection(workspace, ana)
    person = await workspace.bot.people.find(connection.owner)
    assert [one.id for one in await person.recents.all()] == [lead["id"]]
