import pytest


def globex(workspace):
    leads = workspace.close.leads.values()
    return next(one for one in leads if one["name"] == "Globex Industries")


async def linked_lead(workspace, person, channel="sales"):
    """Return the lead that stands in the form for a new contact, opened in a channel."""
    await person.command("/close contact new", channel=channel)
    modal = await workspace.slack.until(
        lambda: person.modal and person.modal.labels and person.modal
    )
    lead = modal.values.get("Lead")
    await person.close_modal()
    return lead


async def test_a_channel_is_linked_to_a_lead_for_everybody_in_it(workspace):
    ana, ben = await workspace.connected("ana"), await workspace.connected("ben")
    before = len(ben.messages())
    await ana.command("/close link Globex")
    said = await workspace.read(
        ana, "now linked to Globex Industries", "Nothing is posted", "own rights", "/close unlink"
    )
    assert said.ephemeral
    assert len(ben.messages()) == before
    assert await linked_lead(workspace, ben) == "Globex Industries"
    assert await linked_lead(workspace, ben, "general") is None
    assert workspace.slack.violations == []


async def test_without_words_the_channel_s_lead_is_shown(workspace):
    ana, ben = await workspace.connected("ana"), await workspace.connected("ben")
    await ana.command("/close link")
    await workspace.read(ana, "not linked to a lead", "/close link Acme")
    await ana.command("/close link Globex")
    await workspace.read(ana, "now linked")
    await ben.command("/close link")
    await workspace.read(ben, "This channel is linked to Globex Industries")
    await ben.click("Unlink")
    await workspace.read(ben, "no longer linked to a lead")
    assert await linked_lead(workspace, ana) is None


async def test_the_card_leads_to_the_lead(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close link Globex")
    await workspace.read(ana, "now linked")
    await ana.click("View lead")
    await workspace.read(ana, "Open opportunities", "Next task")


async def test_another_lead_takes_the_place_of_the_first(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close link Globex")
    await workspace.read(ana, "linked to Globex")
    await ana.command("/close link Acme Corporation")
    await workspace.read(ana, "linked to Acme Corporation")
    assert await linked_lead(workspace, ana) == "Acme Corporation"


async def test_of_several_leads_one_is_chosen(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close link Umbrella")
    listed = await workspace.read(ana, "3 leads match", "Which lead is this channel about?")
    row = listed.text.splitlines()[1].strip("*")
    assert row.startswith("Umbrella")
    await ana.click("Link", row=row)
    said = await workspace.read(ana, f"now linked to {row}")
    assert said.ts == listed.ts
    assert await linked_lead(workspace, ana) == row


async def test_words_that_mean_no_lead_are_repeated(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close link <!here> Zyzzyva *x*")
    await workspace.read(ana, "No lead matches", "<!here> Zyzzyva *x*")
    assert list(workspace.slack.pings) == []


async def test_a_channel_is_unlinked(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close link Globex")
    await workspace.read(ana, "now linked")
    await ana.command("/close unlink")
    await workspace.read(ana, "no longer linked to a lead")
    await ana.command("/close unlink")
    await workspace.read(ana, "not linked to a lead")


async def test_unlink_takes_no_words(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close unlink Globex")
    await workspace.read(ana, "Nothing was changed", "/close lead Acme")


async def test_an_old_card_does_not_unlink_a_newer_lead(workspace):
    ana, ben = await workspace.connected("ana"), await workspace.connected("ben")
    await ana.command("/close link Globex")
    await workspace.read(ana, "now linked to Globex")
    await ben.command("/close link Acme Corporation")
    await workspace.read(ben, "now linked to Acme")
    await ana.click("Unlink")
    await workspace.read(ana, "linked to another lead by now")
    assert await linked_lead(workspace, ana) == "Acme Corporation"


@pytest.mark.parametrize("status", [403, 404])
async def test_a_lead_that_cannot_be_seen_is_told_without_saying_why(workspace, status):
    ana = await workspace.connected("ana")
    await ana.command("/close link Globex")
    await workspace.read(ana, "now linked")
    workspace.close.faults.add(method="GET", path="/lead/*", status=status, times=9)
    await ana.command("/close link")
    said = await workspace.read(ana, "no longer in Close, or that you may not see")
    assert "Globex" not in said.text
    await ana.click("Unlink")
    await workspace.read(ana, "no longer linked to a lead")


async def test_a_listed_lead_that_is_gone_links_nothing(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close link Umbrella")
    listed = await workspace.read(ana, "3 leads match")
    workspace.close.leads.clear()
    await ana.click("Link", row=listed.text.splitlines()[1].strip("*"))
    await workspace.read(ana, "no longer in Close, or you may not see it")
    assert await linked_lead(workspace, ana) is None


async def test_a_direct_message_can_be_about_a_lead_too(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close link Globex", channel="dm")
    await workspace.read(ana, "now linked to Globex", channel="dm")
    assert await linked_lead(workspace, ana, "dm") == "Globex Industries"


@pytest.mark.parametrize("name", ["<!channel> *b* :tada:", " ", "x" * 4000])
async def test_any_name_is_taken_by_slack(workspace, name):
    ana = await workspace.connected("ana")
    lead = globex(workspace)
    await ana.command("/close link Globex")
    await workspace.read(ana, "now linked")
    lead["name"] = lead["display_name"] = name
    await ana.command("/close link")
    await workspace.read(ana, "This channel is linked to")
    assert workspace.slack.violations == []
    assert list(workspace.slack.pings) == []


async def test_somebody_who_is_not_connected_is_asked_to(workspace):
    ben = workspace.person("ben")
    await ben.command("/close link Globex")
    await workspace.read(ben, "Connect your Close account first")
