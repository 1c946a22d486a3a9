"""Lists of leads: pages, a count, and what narrows them."""

import pytest

from closebot.features.leads.lists import Choice


def rows(message):
    return sum("accessory" in block for block in message.blocks)


async def test_without_words_the_last_changed_leads_are_listed(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads")
    count = len(workspace.close.leads)
    listed = await workspace.read(ana, f"ast changed first: {count} leads", f"1 to 10 of {count}")
    newest = max(workspace.close.leads.values(), key=lambda lead: lead["date_updated"])
    assert rows(listed) == 10
    assert newest["id"] in str(listed.blocks[1])
    assert workspace.slack.violations == []


async def test_pages_are_turned_in_place(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads")
    first = await workspace.read(ana, "1 to 10 of")
    assert "Previous" not in first.buttons
    await ana.click("Next")
    second = await workspace.read(ana, "11 to 20 of")
    assert second.ts == first.ts
    await ana.click("Previous")
    again = await workspace.read(ana, "1 to 10 of")
    assert [block.get("text") for block in again.blocks] == [
        block.get("text") for block in first.blocks
    ]


async def test_every_lead_comes_once(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads")
    seen, start, count = [], 1, len(workspace.close.leads)
    for start in range(1, count + 1, 10):
        page = await workspace.read(ana, f"{start} to {min(start + 9, count)} of {count}")
        seen += [one["accessory"]["value"] for one in page.blocks if "accessory" in one]
        if "Next" in page.buttons:
            await ana.click("Next")
    assert sorted(seen) == sorted(workspace.close.leads)


async def test_the_menu_narrows_to_a_status_and_back(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads")
    await workspace.read(ana, "1 to 10 of")
    await ana.click("Customer")
    narrowed = await workspace.read(ana, "Leads, Customer:")
    statuses = workspace.close.store.lead_statuses
    customers = [
        one for one in workspace.close.leads.values()
        if statuses[one["status_id"]]["label"] == "Customer"
    ]  # fmt: skip
    assert f"Customer: {len(customers)} lead" in narrowed.text
    await ana.click("Any status")
    await workspace.read(ana, f"{len(workspace.close.leads)} leads")


@pytest.mark.parametrize("words", ["Customer", "status customer", "CUSTOMER umbrella"])
async def test_a_status_can_be_typed(workspace, words):
    ana = await workspace.connected("ana")
    await ana.command(f"/close leads {words}")
    listed = await workspace.read(ana, "Leads, Customer", "Umbrella Foods")
    assert "Umbrella Robotics" not in listed.text


async def test_the_longest_status_wins(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads not interested")
    await workspace.read(ana, "Leads, Not Interested:")


async def test_an_unknown_status_lists_those_there_are(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads status Zyzzyva")
    await workspace.read(ana, "No lead status is called", "Zyzzyva", "Qualified", "Customer")


async def test_mine_are_those_that_name_me(workspace):
    ana, ben = await workspace.connected("ana"), await workspace.connected("ben")
    await ana.command("/close leads mine umbrella")
    hers = await workspace.read(ana, "Your leads")
    await ben.command("/close leads mine umbrella")
    his = await workspace.read(ben, "Your leads", "Umbrella Robotics")
    assert "Umbrella Robotics" not in hers.text
    assert "Umbrella Foods" not in his.text or "Umbrella Foods" in hers.text


async def test_words_narrow_and_beginnings_count_when_whole_words_find_nothing(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads umbrel")
    await workspace.read(ana, "matching “umbrel”", "Umbrella Foods", "Umbrella Robotics")


async def test_nothing_found_says_so_and_offers_a_new_lead(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads Zyzzyva")
    nothing = await workspace.read(ana, "No lead matches", "Zyzzyva")
    assert "New lead" in nothing.buttons


async def test_a_smart_view_is_listed_by_its_name(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads in qualified")
    listed = await workspace.read(ana, "Leads in Qualified")
    assert "Customer  ·" not in listed.text
    assert rows(listed) >= 1


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("all leads", "Leads in All Leads:"),
        ("mine all leads", "Your leads in All Leads:"),
        ("in all leads mine", "Your leads in All Leads:"),
        ("in all leads umbrella", "Leads in All Leads, matching “umbrella”: 3 leads"),
    ],
)
async def test_a_smart_view_stands_beside_other_words(workspace, words, title):
    ana = await workspace.connected("ana")
    await ana.command(f"/close leads {words}")
    await workspace.read(ana, title)


async def test_an_organization_without_leads_is_offered_its_first(workspace):
    ana = await workspace.connected("ana")
    workspace.close.leads.clear()
    await ana.command("/close leads")
    nothing = await workspace.read(ana, "There is no lead in Close yet")
    assert "New lead" in nothing.buttons
    await ana.command("/close leads mine")
    await workspace.read(ana, "Your leads: 0 leads", "a field for the owner")


async def test_an_unknown_smart_view_lists_those_there_are(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads in Zyzzyva & Sons")
    answer = await workspace.read(ana, "No Smart View", "Zyzzyva & Sons", "All Leads", "Qualified")
    assert "All Contacts" not in answer.text
    assert workspace.slack.violations == []


async def test_view_puts_the_card_in_the_lists_place(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close leads globex")
    listed = await workspace.read(ana, "matching “globex”")
    await ana.click("View", row="Globex Industries")
    card = await workspace.read(ana, "Globex Industries", "Contacts")
    assert card.ts == listed.ts


@pytest.mark.parametrize("value", ["", "99999999 x", "-5", "nonsense - - -"])
def test_an_old_or_odd_button_is_read_as_some_list(value):
    assert Choice.read(value.partition(" ")[2]).words in {"", "x"}


@pytest.mark.parametrize(
    "words", ["<!channel> & *b* :tada:", "x" * 3000, "💥" * 400, "status", "in", "mine"]
)
async def test_hostile_words_break_nothing(workspace, words):
    ana = await workspace.connected("ana")
    await ana.command(f"/close leads {words}")
    await workspace.slack.until(lambda: ana.last("sales"))
    assert "Something broke" not in ana.last("sales").text
    assert workspace.slack.violations == []
    assert list(workspace.slack.pings) == []
