import pytest

from closebot.close import Close, Money
from closebot.features.opportunities import Choice


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ("", Choice("mine", "")),
        ("MINE", Choice("mine", "")),
        ("all", Choice("all", "")),
        ("won Renewals", Choice("won", "Renewals")),
        ("lost  New Business ", Choice("lost", "New Business")),
        ("Renewals", Choice("mine", "Renewals")),
    ],
)
def test_what_was_typed_is_a_choice(words, choice):
    assert Choice.read(words) == choice
    assert Choice.read(str(choice)) == choice


async def test_my_open_deals_are_listed_with_their_sums(workspace):
    ana = await workspace.connected("ana")
    workspace.close.requests.clear()
    await ana.command("/close opps")
    answer = await workspace.read(ana, "Your open opportunities", "Acme Corporation: $12,500.50")
    assert "Mia Laurent" not in answer.text
    assert len(workspace.close.requests) == 1


async def test_all_gives_number_and_sum_as_close_counts_them(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close opps all")
    answer = await workspace.read(ana, "Open opportunities: ")
    active = [one for one in workspace.close.opportunities.values() if is_active(workspace, one)]
    once = sum(one["value"] or 0 for one in active if one["value_period"] == "one_time")
    assert f"Open opportunities: {len(active)}" in answer.text
    whole, cents = divmod(once, 100)
    assert f"${whole:,}" + (f".{cents:02d}" if cents else "") in answer.text


def is_active(workspace, deal):
    status = workspace.close.store.opportunity_statuses[deal["status_id"]]
    return status["type"] == "active"


async def test_pages_can_be_turned_in_place(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close opps all")
    first = await workspace.read(ana, "1 to 10 of")
    await ana.click("Next")
    second = await workspace.read(ana, "11 to 20 of")
    assert second.ts == first.ts
    await ana.click("Previous")
    assert (await workspace.read(ana, "1 to 10 of")).text == first.text


async def test_a_pipeline_is_chosen_by_its_name_in_any_case(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close opps all renewals")
    answer = await workspace.read(ana, "Open opportunities in Renewals")
    assert "Proposal Sent" not in answer.text


async def test_an_unknown_pipeline_names_those_there_are(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close opps all <!channel> *x*")
    await workspace.read(ana, "No pipeline is called", "<!channel> *x*", "Sales, Renewals")
    assert list(workspace.slack.pings) == []


@pytest.mark.parametrize(("scope", "title"), [("won", "Won"), ("lost", "Lost")])
async def test_won_and_lost_deals_are_listed(workspace, scope, title):
    ana = await workspace.connected("ana")
    await ana.command(f"/close opps {scope}")
    await workspace.read(ana, f"{title} opportunities: ")
    assert workspace.slack.violations == []


async def test_view_shows_the_card_in_the_list_s_place_and_leads_on_to_the_lead(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close opps")
    listed = await workspace.read(ana, "Acme Corporation")
    await ana.click("View", row="Acme Corporation")
    card = await workspace.read(ana, "Proposal Sent (Sales)", "$12,500.50 one-time", "Jane Doe")
    assert card.ts == listed.ts
    await ana.click("View lead")
    await workspace.read(ana, "Acme Corporation", "Contacts", "Next task")


async def test_a_lead_s_deals_are_listed(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close opp Globex")
    await workspace.read(ana, "Opportunities of Globex Industries: ", "$25,000")


@pytest.mark.parametrize(
    ("words", "said"),
    [("Zyzzyva", "No lead matches"), ("Umbrella", "3 leads match"), ("", "Of which lead?")],
)
async def test_a_lead_that_is_not_clear_is_asked_for(workspace, words, said):
    ana = await workspace.connected("ana")
    await ana.command(f"/close opp {words}")
    await workspace.read(ana, said)


async def test_an_old_or_odd_page_button_shows_the_first_page(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close opps all")
    await workspace.read(ana, "1 to 10 of")
    for deal in list(workspace.close.opportunities):
        del workspace.close.opportunities[deal]
    await ana.click("Next")
    await workspace.read(ana, "Open opportunities: 0")


async def test_a_pipeline_without_stages_has_no_deals(workspace):
    ana = await workspace.connected("ana")
    known = workspace.bot.people.known._answers
    for key, (at, organization) in list(known.items()):
        emptied = [
            one.model_copy(update={"statuses": ()}) if one.name == "Renewals" else one
            for one in organization.pipelines
        ]
        known[key] = (at, organization.model_copy(update={"pipelines": tuple(emptied)}))
    await ana.command("/close opps all Renewals")
    await workspace.read(ana, "Open opportunities in Renewals: 0")


async def test_a_lead_s_deals_come_with_their_sums_in_pages_open_ones_first(workspace):
    ana = await workspace.connected("ana")
    async with Close(
        api_key=workspace.close.keys["ana"], base_url=workspace.close.api_url
    ) as close:
        lead = (await close.leads.search("Globex")).leads[0]
        for _ in range(12):
            await close.opportunities.create(lead.id, value=100)
        totals = await close.opportunities.totals(lead_id=lead.id)
    await ana.command("/close opp Globex")
    first = await workspace.read(ana, f"Opportunities of Globex Industries: {totals.total_results}")
    assert f"Value {Money(totals.total_value_one_time)} one-time" in first.text
    assert f"1 to 10 of {totals.total_results}" in first.text
    assert "Won" not in first.text
    await ana.click("Next")
    await workspace.read(ana, f"11 to {totals.total_results} of")
    await ana.click("Previous")
    await workspace.read(ana, "1 to 10 of")


async def test_in_a_linked_channel_the_deals_of_its_lead_are_listed_without_words(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close link Globex")
    await workspace.read(ana, "now linked to")
    await ana.command("/close opp")
    await workspace.read(ana, "Opportunities of Globex Industries: ")


def rename_pipeline(workspace, name):
    for one in workspace.close.store.pipelines.values():
        if one["name"] == "Sales":
            one["name"] = name


async def test_pages_of_a_pipeline_with_a_very_long_name_can_be_turned(workspace):
    name = "Sales <&> " * 400
    rename_pipeline(workspace, name)
    ana = await workspace.connected("ana")
    await ana.command(f"/close opps all {name}")
    await workspace.read(ana, "Open opportunities in Sales <&>", "1 to 10 of")
    await ana.click("Next")
    await workspace.read(ana, "Open opportunities in Sales <&>", "11 to 20 of")
    assert workspace.slack.violations == []


async def test_a_pipeline_that_was_just_made_is_found(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close opps")
    await workspace.read(ana, "Your open opportunities")
    rename_pipeline(workspace, "Brand new")
    await ana.command("/close opps all brand new")
    await workspace.read(ana, "Open opportunities in Brand new: ")


async def test_a_page_that_is_there_no_more_becomes_the_first_one(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close opps all")
    await workspace.read(ana, "1 to 10 of")
    for deal in list(workspace.close.opportunities)[5:]:
        del workspace.close.opportunities[deal]
    await ana.click("Next")
    await workspace.read(ana, "Open opportunities: ", "Value $")
