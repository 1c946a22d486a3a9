import pytest


@pytest.mark.parametrize(
    "words",
    [
        "Globex",
        "globex",
        "GLOBEX industries",
    ],
)
async def test_one_hit_is_a_card(workspace, words):
    ana = await workspace.connected("ana")
    await ana.command(f"/close lead {words}")
    card = await workspace.read(
        ana, "Globex", "Status", "Contacts", "Open opportunities", "Next task"
    )
    assert card.ephemeral
    lead = next(lead for lead in workspace.close.leads.values() if "Globex" in lead["name"])
    assert lead["id"] in str(card.blocks)


async def test_several_hits_are_a_list_whose_view_replaces_it(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Umbrella")
    listed = await workspace.read(ana, "leads match", "Umbrella Foods", "Umbrella Robotics")
    await ana.click("View", row="Umbrella Robotics")
    card = await workspace.read(ana, "Umbrella Robotics", "Contacts")
    assert card.ts == listed.ts
    assert "Umbrella Foods" not in card.text


async def test_any_word_without_a_verb_is_looked_up(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close globex industries")
    await workspace.read(ana, "Globex", "Contacts")


async def test_nothing_found_repeats_the_words(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Zyzzyva & Sons")
    await workspace.read(ana, "No lead matches", "Zyzzyva & Sons")


async def test_a_mistyped_verb_is_recognized(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close hepl")
    await workspace.read(ana, "Did you mean", "/close help")


async def test_a_lookup_without_words_says_how(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead")
    await workspace.read(ana, "/close lead Acme")


async def test_share_here_posts_the_card_for_everybody(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    await ana.command("/close lead Globex", channel="general")
    await workspace.read(ana, "Globex", "Contacts", channel="general")
    assert ben.last("general") is None
    await ana.click("Share here")
    shared = await workspace.slack.until(lambda: ben.last("general"))
    assert "Globex" in shared.text
    assert not shared.ephemeral
    assert "Share here" not in shared.buttons
    [private] = await workspace.slack.until(
        lambda: [one for one in ana.messages("general") if "You shared this lead here" in one.text]
    )
    assert private.ephemeral
    assert "Share here" not in private.buttons


async def test_nobody_else_sees_an_answer(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Globex", "Contacts")
    assert ben.last("sales") is None


async def test_a_lead_that_vanished_is_told(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Umbrella")
    await workspace.read(ana, "leads match")
    for lead_id in [
        lead["id"] for lead in workspace.close.leads.values() if "Robotics" in lead["name"]
    ]:
        del workspace.close.leads[lead_id]
    await ana.click("View", row="Umbrella Robotics")
    await workspace.read(ana, "no longer in Close")


async def test_a_lookup_asks_close_once(workspace):
    ana = await workspace.connected("ana")
    workspace.close.requests.clear()
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Globex", "Contacts", "Last activity", "changed")
    assert [request["path"] for request in workspace.close.requests] == ["/data/search/"]


async def test_a_card_that_is_opened_from_a_list_says_what_happened_last(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Umbrella")
    await workspace.read(ana, "3 leads match")
    workspace.close.requests.clear()
    await ana.click("View", row="Umbrella Robotics")
    await workspace.read(ana, "Umbrella Robotics", "Last activity")
    assert "/activity/" in [request["path"] for request in workspace.close.requests]


HOSTILE = '<!channel> & "quotes" <@U1> \u202ertl\u202c \U0001f389 *b* :tada:'


@pytest.mark.parametrize(
    "words", [HOSTILE, "x" * 3000, "<" * 2900, "\U0001f389" * 1500, "\x00\x07"]
)
async def test_hostile_words_are_shown_literally_and_ping_nobody(workspace, words):
    ana = await workspace.connected("ana")
    await ana.command(f"/close lead {words}")
    answer = await workspace.read(ana, "No lead matches")
    [drawn] = [block for block in answer.blocks if block["type"] == "rich_text"]
    shown = "".join(piece["text"] for piece in drawn["elements"][0]["elements"])
    assert words.strip()[:1900].strip() in shown
    assert workspace.slack.violations == []
    assert list(workspace.slack.pings) == []


@pytest.mark.parametrize(
    "words",
    [
        "Carol Martinez",
        "carol.martinez@globex.example",
        "+1 (312) 555-0176",
        "globex.example",
        "https://www.globex.example/about",
        "industries globex",
    ],
)
async def test_what_people_know_of_a_lead_finds_it(workspace, words):
    ana = await workspace.connected("ana")
    await ana.command(f"/close lead {words}")
    await workspace.read(ana, "Globex Industries", "Contacts")


async def test_a_hostile_lead_is_shown_literally(workspace):
    ana = await workspace.connected("ana")
    lead = next(lead for lead in workspace.close.leads.values() if "<!channel>" in lead["name"])
    await ana.command(f"/close lead {lead['id']}")
    card = await workspace.read(ana, "Contacts")
    assert lead["name"] in card.text
    assert workspace.slack.violations == []


async def test_the_status_is_changed_from_the_card_in_place(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Globex")
    before = await workspace.read(ana, "Globex Industries", "Status  Interested")
    await ana.click("Qualified")
    after = await workspace.read(ana, "Globex Industries", "Status  Qualified")
    assert after.ts == before.ts
    [lead] = [one for one in workspace.close.leads.values() if one["name"] == "Globex Industries"]
    statuses = workspace.close.store.lead_statuses
    assert statuses[lead["status_id"]]["label"] == "Qualified"
    assert workspace.slack.violations == []


async def test_a_status_that_close_refuses_changes_nothing_and_is_told(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Status  Interested")
    workspace.close.faults.add(method="PUT", path="/lead/*", status=403)
    await ana.click("Qualified")
    await workspace.read(ana, "Your role in Close does not allow this")


async def test_a_status_that_is_gone_is_told_and_no_longer_offered(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Globex")
    card = await workspace.read(ana, "Status  Interested")
    statuses = workspace.close.store.lead_statuses
    assert "Bad Fit" in str(card.blocks)
    del statuses[next(key for key, one in statuses.items() if one["label"] == "Bad Fit")]
    await ana.click("Bad Fit")
    await workspace.read(ana, "This status is no longer in Close")
    [card] = [one for one in ana.messages("sales") if "Globex" in one.text]
    assert "Bad Fit" not in str(card.blocks)


async def test_a_status_whose_change_is_not_confirmed_says_that_it_may_have_been_saved(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Status  Interested")
    workspace.close.faults.add(method="PUT", path="/lead/*", drop=True, apply=True)
    await ana.click("Qualified")
    await workspace.read(ana, "may have been saved", "Look in Close")


async def test_a_card_comes_also_when_the_statuses_do_not(workspace):
    ana = await workspace.connected("ana")
    workspace.forget_organizations()
    workspace.close.faults.add(method="GET", path="/me/", status=403, times=9)
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Globex Industries", "Contacts")


async def test_a_changed_status_is_not_denied_when_the_card_cannot_be_read_again(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Status  Interested")
    workspace.close.faults.add(method="PUT", path="/lead/*", missing=("contacts", "tasks"))
    workspace.close.faults.add(method="GET", path="/lead/*", status=403, times=9)
    await ana.click("Qualified")
    await workspace.read(ana, "Globex Industries", "Status  Qualified")
