"""The home tab: what stands there, what a press does, and what is said when a part fails."""

import time
from datetime import UTC, datetime

from closebot.slack.homes import FRESH, Homes
from tests.blockkit import problems


async def opened(workspace, person, *words, within=5):
    """Open the home tab and wait until it says all of these words."""
    await person.open_home()
    return await shown(workspace, person, *words, within=within)


async def shown(workspace, person, *words, within=5):
    def read():
        home = person.home
        text = " ".join(home.texts) if home else ""
        return home if home and all(word in text for word in words) else None

    home = await workspace.slack.until(read, within)
    body = {key: home.view.body[key] for key in ("type", "blocks")}
    assert problems(body) == []
    return home


async def connected(workspace, key="ana"):
    """Return somebody connected, and their home tab."""
    person = await workspace.connected(key)
    return person, await opened(workspace, person, "Tasks due: ", "Open opportunities: ")


def asked_of_close(workspace, path):
    return [one for one in workspace.close.requests if one["path"] == path]


def first_task(home):
    """Return the id and the text of the task that stands first."""
    blocks = home.view.blocks
    row = next(one for one in blocks if one["block_id"].startswith("task_"))
    return row["block_id"], row["text"]["text"].strip("*").split("\n")[0].rstrip("*")


async def card(workspace, person, title, *words):
    """Wait for a modal that says all of these words."""

    def read():
        modal = person.modal
        text = " ".join(modal.texts) if modal else ""
        return modal if modal and modal.title == title and all(w in text for w in words) else None

    return await workspace.slack.until(read)


async def test_somebody_who_is_not_connected_reads_what_it_is_for(workspace):
    ana = workspace.person("ana")
    home = await opened(workspace, ana, "Close, from Slack", "/close lead Acme", "/close help")
    assert home.buttons == ["Connect"]
    assert workspace.close.requests == []


async def test_connecting_at_home_draws_it_anew(workspace):
    ana = workspace.person("ana")
    await opened(workspace, ana, "Close, from Slack")
    await ana.click("Connect", channel="home")
    await workspace.slack.until(lambda: ana.modal)
    await ana.fill("Close API key", workspace.close.keys["ana"])
    await ana.submit()
    await shown(workspace, ana, "Tasks due", "You are Ana Novak of")
    assert workspace.slack.violations == []


async def test_it_shows_what_is_mine(workspace):
    ana = await workspace.connected("ana")
    home = await opened(
        workspace, ana, "Tasks due: ", "Open opportunities: ", "Recent leads", "Digests you set up",
        "You are Ana Novak of", "connected by an API key since", "Monday to Friday",
    )  # fmt: skip
    assert {"Done", "Snooze", "View", "Settings", "Disconnect"} <= set(home.buttons)


async def test_a_task_is_done_at_home_and_taken_back_there(workspace):
    ana, home = await connected(workspace)
    task_id, text = first_task(home)
    count = home.texts[1]
    await ana.click("Done", row=text, channel="home")
    home = await shown(workspace, ana, "Done by Ana Novak")
    assert workspace.close.tasks[task_id]["is_complete"]
    assert count not in home.texts
    assert [one for one in home.view.blocks if one["block_id"] == task_id] == []
    await ana.click("Undo", channel="home")
    home = await shown(workspace, ana, "Reopened by Ana Novak", count)
    assert not workspace.close.tasks[task_id]["is_complete"]
    assert workspace.slack.violations == []


async def test_a_task_is_put_off_at_home(workspace):
    ana, home = await connected(workspace)
    task_id, text = first_task(home)
    await ana.click("Snooze", row=text, channel="home")
    await workspace.slack.until(lambda: ana.modal)
    await ana.submit()
    home = await shown(workspace, ana, "Snoozed, due tomorrow")
    assert ana.modal is None
    assert [one for one in home.view.blocks if one["block_id"] == task_id] == []
    await ana.click("Snooze to Monday", channel="home")
    await shown(workspace, ana, "Snoozed, due Mon")


async def test_an_opportunity_opens_in_a_modal_and_is_won_there(workspace):
    ana, home = await connected(workspace)
    await ana.click("View", row="Acme Corporation: $12,500.50", channel="home")
    modal = await card(workspace, ana, "Opportunity", "Value  $12,500.50 one-time")
    assert "Won" in modal.buttons
    assert "Share here" not in modal.buttons
    await ana.click("Won")
    await card(workspace, ana, "Opportunity", "You marked this as won")
    fewer = int(home.texts[-1 - home.texts[::-1].index(open_of(home))].split()[-1]) - 1
    await shown(workspace, ana, f"Open opportunities: {fewer}")
    assert workspace.slack.violations == []


def open_of(home):
    return next(text for text in home.texts if text.startswith("Open opportunities"))


async def test_a_form_from_a_modal_of_home_answers_at_home(workspace):
    ana, _ = await connected(workspace)
    await ana.click("View", row="Acme Corporation: $12,500.50", channel="home")
    await card(workspace, ana, "Opportunity")
    await ana.click("Lost")
    await workspace.slack.until(lambda: ana.modal.submit_text)
    await ana.fill("Reason", "Too dear")
    await ana.submit()
    home = await shown(workspace, ana, "You marked this as lost")
    assert ana.modal is None
    assert "Share here" not in home.buttons


async def test_leads_looked_at_lately_open_in_a_modal(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Acme Corporation")
    await workspace.read(ana, "Acme Corporation")
    await opened(workspace, ana, "Recent leads", "Acme Corporation")
    blocks = ana.home.view.blocks
    at = next(n for n, one in enumerate(blocks) if "Recent leads" in str(one))
    assert "Acme Corporation" in str(blocks[at + 1])
    press = blocks[at + 1]["accessory"]
    await ana._acting.use(ana._user, ana.home.view, blocks[at + 1]["block_id"], press["action_id"])
    await card(workspace, ana, "Lead", "Acme Corporation")


async def test_a_digest_is_paused_and_stopped_at_home(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close digest")
    await workspace.slack.until(lambda: ana.modal and ana.modal.labels)
    await ana.submit()
    await workspace.read(ana, "The digest is set up")
    await opened(workspace, ana, "Digests you set up", "everyone's to-dos", "sales", "next ")
    await ana.click("Pause", channel="home")
    await shown(workspace, ana, "The digest is paused.", "sales  ·  paused")
    await ana.click("Stop", channel="home")
    await shown(workspace, ana, "It is gone", "sets one up for a channel")


async def test_a_part_that_fails_says_so_while_the_rest_shows(workspace):
    ana = await workspace.connected("ana")
    workspace.close.faults.add(method="GET", path="/task/", status=503, times=9)
    said = ("Close did not answer.", "Open opportunities: ", "You are")
    home = await opened(workspace, ana, *said, within=9)
    assert "Try again" in home.buttons
    workspace.close.faults.clear()
    await ana.click("Try again", channel="home")
    home = await shown(workspace, ana, "Tasks due: ")
    assert "Try again" not in home.buttons


async def test_its_parts_are_asked_for_together_and_are_three_at_most(workspace):
    ana = await workspace.connected("ana")
    workspace.close.requests.clear()
    workspace.close.faults.add(method="GET", path="/task/", slow=0.5)
    workspace.close.faults.add(method="GET", path="/opportunity/", slow=0.5)
    began = time.monotonic()
    await opened(workspace, ana, "Tasks due: ", "Open opportunities: ")
    assert time.monotonic() - began < 0.95
    assert len(workspace.close.requests) <= 3


async def test_what_close_takes_long_for_says_that_it_is_loading(workspace):
    ana = await workspace.connected("ana")
    workspace.close.faults.add(method="GET", path="/opportunity/", slow=1.0)
    home = await opened(workspace, ana, "Loading…", "You are Ana Novak")
    assert "Done" not in home.buttons or "Tasks due: " in " ".join(home.texts)
    home = await shown(workspace, ana, "Open opportunities: ")
    assert "Loading…" not in " ".join(home.texts)


async def test_opening_it_twice_asks_close_once_and_the_messages_tab_nothing(workspace):
    ana, _ = await connected(workspace)
    for _ in range(3):
        await ana.open_home()
    event = {"type": "app_home_opened", "user": ana.id, "channel": "D1", "tab": "messages"}
    await ana._acting._delivery.send_event(
        {"type": "event_callback", "team_id": workspace.slack._state.team_id, "event": event}
    )
    await connected(workspace, "ben")
    assert len(asked_of_close(workspace, "/task/")) == 2
    assert len(asked_of_close(workspace, "/opportunity/")) == 2


async def test_a_drawing_is_fresh_for_half_a_minute_and_for_one_account():
    homes, now = Homes(None), datetime(2026, 11, 26, 12, tzinfo=UTC)
    homes.begin("U1", "ana", now)
    assert homes.is_fresh("U1", "ana", now + FRESH / 2)
    assert not homes.is_fresh("U1", "", now)
    assert not homes.is_fresh("U1", "ana", now + FRESH)
    assert not homes.is_fresh("U2", "ana", now)


async def test_the_newest_drawing_wins():
    shown_views = []

    class Slack:
        async def call(self, _, *, user_id, view):
            shown_views.append((user_id, view))

    homes, now = Homes(Slack()), datetime(2026, 11, 26, 12, tzinfo=UTC)
    first, second = homes.begin("U1", "", now), homes.begin("U1", "", now)
    await homes.publish("U1", {"n": 2}, second)
    await homes.publish("U1", {"n": 1}, first)
    assert shown_views == [("U1", {"n": 2})]


async def test_disconnecting_at_home_shows_what_it_is_for(workspace):
    ana, _ = await connected(workspace)
    await ana.click("Disconnect", channel="home", confirm=False)
    assert "Disconnect" in ana.home.buttons
    await ana.click("Disconnect", channel="home")
    home = await shown(
        workspace, ana, "Disconnected: your key is deleted here", "Close, from Slack"
    )
    assert home.buttons == ["Connect"]


async def test_somebody_who_left_elsewhere_is_not_shown_an_old_tab(workspace):
    ana, _ = await connected(workspace)
    await ana.command("/close disconnect")
    await workspace.read(ana, "Disconnected")
    await opened(workspace, ana, "Close, from Slack")


async def test_a_key_that_close_refuses_is_said_in_its_parts(workspace):
    ana = await workspace.connected("ana")
    workspace.close.revoke_all_keys()
    home = await opened(workspace, ana, "Close no longer accepts your connection")
    assert "Connect" in home.buttons


async def test_a_press_that_fails_is_told_at_home(workspace):
    ana, home = await connected(workspace)
    _, text = first_task(home)
    workspace.close.faults.add(method="PUT", path="/task/*", status=400, body={"error": "Broken"})
    await ana.click("Done", row=text, channel="home")
    await shown(workspace, ana, "Close refused this: Broken", "Tasks due: ")
    assert ana.messages("dm") == []


async def test_a_guest_and_somebody_deactivated_see_nothing(workspace):
    ana, ben = await workspace.connected("ana"), await workspace.connected("ben")
    workspace.bot.router._providers["audience"](None).forget_person(ana.id)
    workspace.bot.router._providers["audience"](None).forget_person(ben.id)
    workspace.slack._state.user("ana").role = "guest"
    workspace.slack._state.user("ben").role = "stranger"
    for person in (ana, ben):
        await person.open_home()
    await workspace.bot.inflight.drain(5)
    assert ana.home is None
    assert ben.home is None
    assert asked_of_close(workspace, "/task/") == []


async def test_somebody_of_a_vanished_workspace_sees_nothing(workspace, caplog):
    ana = await workspace.connected("ana")
    event = {"type": "app_home_opened", "user": "U0GONE", "channel": "D1", "tab": "home"}
    await ana._acting._delivery.send_event(
        {"type": "event_callback", "team_id": "T0GONE", "event_id": "Ev1", "event": event}
    )
    await workspace.bot.inflight.drain(5)
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []
    assert workspace.slack.violations == []
