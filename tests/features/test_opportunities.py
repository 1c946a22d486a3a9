import pytest

from closebot.close import Close
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
    answer = await workspace.read(ana, "Open opportunities in renewals")
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


async def test_view_opens_the_lead_of_a_deal(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close opps")
    await workspace.read(ana, "Acme Corporation")
    await ana.click("View", row="Acme Corporation")
    await workspace.read(ana, "Contacts", "Next task")


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


async def test_a_lead_with_many_deals_says_that_there_are_more(workspace):
    ana = await workspace.connected("ana")
    async with Close(
        api_key=workspace.close.keys["ana"], base_url=workspace.close.api_url
    ) as close:
        lead = (await close.leads.search("Globex")).leads[0]
        for _ in range(12):
            await close.opportunities.create(lead.id, value=100)
    await ana.command("/close opp Globex")
    await workspace.read(ana, "The first 10 of", "All of them are in Close")
