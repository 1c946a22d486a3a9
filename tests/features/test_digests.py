"""Digests through the front door: set up, list, run, pause, stop, finish a task in one."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from closebot.store import Run


async def open_form(workspace, person, channel="sales"):
    await person.command("/close digest", channel=channel)
    return await workspace.slack.until(
        lambda: person.modal and person.modal.labels and person.modal
    )


async def set_up(workspace, person, channel="sales", **chosen):
    """Set a digest up, at nine on every working day unless `chosen` says otherwise."""
    await open_form(workspace, person, channel)
    for label, words in chosen.items():
        await person.choose(label.replace("_", " "), words)
    await person.submit()
    return await workspace.read(person, "The digest is set up", channel=channel)


async def listed(workspace, person, *words, channel="sales"):
    await person.command("/close digests", channel=channel)
    return await workspace.read(person, *(words or ("digest",)), channel=channel)


def only(workspace):
    """Return the one digest that is kept."""
    [row] = workspace.bot.store._db.execute("SELECT id, state, plan FROM digests").fetchall()
    return row


def make_due(workspace, ago=timedelta(0)):
    """Let every digest be due since so long ago, on a day of its own."""
    at = (datetime.now(UTC) - ago).isoformat()
    workspace.bot.store._db.execute("UPDATE digests SET next_at = ?, next_day = ?", (at, at[:19]))


def posts(person, channel="sales"):
    return [one for one in person.messages(channel) if "Tasks for" in one.text]


async def test_a_digest_is_set_up_and_the_channel_is_told_by_whom(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    modal = await open_form(workspace, ana)
    assert modal.labels[:4] == ["Time", "Days", "Time zone", "Whose tasks"]
    assert modal.values["Time zone"] == "Europe/Prague"
    assert modal.values["Days"] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    assert "for everybody to see" in "\n".join(modal.texts)
    assert not [one for one in ben.messages() if "digest" in one.text]
    await ana.fill("Time", "07:45")
    await ana.submit()
    said = await workspace.read(ana, "The digest is set up", "Europe/Prague")
    assert said.ephemeral
    told = ben.last()
    assert "Ana Novak set up a digest here, 7:45 on working days" in told.text
    assert workspace.slack.violations == []


async def test_the_same_press_sets_up_one_digest(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    await ana.submit()
    await workspace.read(ana, "The digest is set up")
    assert only(workspace)
    assert len([one for one in ana.messages() if "set up a digest here" in one.text]) == 1


async def test_anybody_in_the_channel_sees_runs_pauses_and_stops_it(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")  # he is not connected
    await set_up(workspace, ana)
    await listed(workspace, ben, "1 digest here", "9:00 on working days", "set up by Ana Novak")
    await ben.click("Pause")
    await workspace.read(ben, "The digest is paused", "paused")
    await ben.click("Resume")
    await workspace.read(ben, "The digest runs again", "next")
    await ben.click("Run now")
    await workspace.slack.until(lambda: posts(ben))
    await listed(workspace, ben, "1 digest here")
    await ben.click("Stop")
    await workspace.read(ben, "The digest is stopped", "There is no digest here")
    assert workspace.bot.store._db.execute("SELECT count(*) FROM digests").fetchone() == (0,)
    assert workspace.slack.violations == []


async def test_its_owner_changes_a_digest_in_the_form_it_was_made_with(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    await ana.choose("Whose tasks", "Chosen people")
    await workspace.slack.until(lambda: "People" in ana.modal.labels)
    await ana.choose("People", "Ben Carter")
    await ana.fill("Time", "07:45")
    await ana.fill("Holidays", "24.12.2030")
    await ana.submit()
    await workspace.read(ana, "The digest is set up")
    kept = only(workspace)
    await listed(workspace, ana, "1 digest here", "7:45 on working days: to-dos of Ben Carter")
    await ana.click("Edit")
    modal = await workspace.slack.until(lambda: ana.modal and ana.modal.labels and ana.modal)
    assert modal.title == "Edit digest"
    assert modal.values["Time"] == "07:45"
    assert modal.values["Holidays"] == "2030-12-24"
    assert modal.values["People"] == ["Ben Carter"]
    await ana.submit()
    await workspace.read(ana, "The digest is changed", "1 digest here")
    assert only(workspace) == kept  # nothing was touched, so nothing is another
    await ana.click("Edit")
    await workspace.slack.until(lambda: ana.modal and ana.modal.labels)
    await ana.fill("Time", "16:05")
    await ana.choose("Whose tasks", "Everyone")
    await workspace.slack.until(lambda: "People" not in ana.modal.labels)
    await ana.submit()
    await workspace.read(ana, "The digest is changed", "16:05 on working days: everyone's to-dos")
    assert only(workspace)[0] == kept[0]
    found = await workspace.bot.store.digests.get(kept[0])
    at = found.next_at.astimezone(ZoneInfo("Europe/Prague"))
    assert (at.hour, at.minute) == (16, 5)
    assert workspace.slack.violations == []


async def test_a_day_that_had_its_digest_gets_no_other_by_a_change(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    await ana.choose("Days", "Saturday")
    await ana.choose("Days", "Sunday")
    await ana.submit()
    await workspace.read(ana, "The digest is set up")
    today = datetime.now(ZoneInfo("Europe/Prague")).date()
    run = Run(only(workspace)[0], today.isoformat(), "due", datetime.now(UTC))
    assert await workspace.bot.store.digest_runs.ask(run, datetime.now(UTC))
    assert await workspace.bot.store.digest_runs.finish(run, "sent")
    await listed(workspace, ana, "1 digest here")
    await ana.click("Edit")
    await workspace.slack.until(lambda: ana.modal and ana.modal.labels)
    await ana.fill("Time", "23:59")
    await ana.submit()
    await workspace.read(ana, "Today has had its digest already", "tomorrow 23:59")


async def test_nobody_changes_what_reads_with_another_s_connection(workspace):
    ana, raj = await workspace.connected("ana"), await workspace.connected("raj")
    await set_up(workspace, ana)
    await listed(workspace, raj, "1 digest here")
    with pytest.raises(AssertionError, match="sees no 'Edit'"):
        await raj.click("Edit")


async def test_smart_views_that_could_not_be_read_are_not_said_to_be_none(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    workspace.close.faults.add(method="GET", path="/saved_search/", status=500, times=9)
    await ana.choose("Whose tasks", "Leads of a Smart View")
    await workspace.slack.until(
        lambda: "Close did not answer" in "\n".join(ana.modal.texts), timeout=20
    )
    workspace.close.faults.clear()
    await ana.choose("Whose tasks", "Everyone")
    await workspace.slack.until(lambda: "Close did not answer" not in "\n".join(ana.modal.texts))
    await ana.choose("Whose tasks", "Leads of a Smart View")
    await workspace.slack.until(lambda: "Smart View" in ana.modal.labels)


async def test_several_digests_stand_in_one_channel_and_none_in_another(workspace):
    ana = await workspace.connected("ana")
    await set_up(workspace, ana)
    await set_up(workspace, ana, Whose_tasks="Mine")
    await listed(workspace, ana, "2 digests here", "everyone's to-dos", "to-dos of Ana Novak")
    await ana.click("Stop", row="to-dos of Ana Novak")
    await workspace.read(ana, "1 digest here", "everyone's to-dos")
    await listed(workspace, ana, "There is no digest here", channel="general")


async def test_a_digest_that_is_due_is_posted_once_and_grouped(workspace):
    ana = await workspace.connected("ana")
    await set_up(workspace, ana)
    make_due(workspace)
    await workspace.slack.until(lambda: posts(ana))
    said = posts(ana)[0]
    assert not said.ephemeral
    for words in ("Overdue", "Today", "Ana Novak", "Ben Carter", "Done", "Snooze"):
        assert words in said.text
    assert "<@" not in str(said)
    assert list(workspace.slack.pings) == []
    again = "UPDATE digests SET next_at = ?, next_day = (SELECT slot FROM digest_runs)"
    workspace.bot.store._db.execute(again, (datetime.now(UTC).isoformat(),))
    await workspace.bot.scheduler._work(datetime.now(UTC))
    assert len(posts(ana)) == 1
    assert workspace.slack.violations == []


async def test_done_in_a_digest_changes_its_row_in_place(workspace):
    ana, mia = await workspace.connected("ana"), await workspace.connected("mia")
    await set_up(workspace, ana)
    make_due(workspace)
    await workspace.slack.until(lambda: posts(ana))
    before = len(ana.messages())
    await mia.click("Done", row="Call Wile about the pilot")
    await workspace.slack.until(lambda: "Done by Mia Laurent" in posts(ana)[0].text)
    assert len(ana.messages()) == before
    done = [one for one in workspace.close.tasks.values() if one["is_complete"]]
    assert "Call Wile about the pilot" in [one["text"] for one in done]
    await ana.click("Undo", row="Call Wile about the pilot")
    await workspace.slack.until(lambda: "Reopened by Ana Novak" in posts(ana)[0].text)
    assert workspace.slack.violations == []


async def test_two_presses_at_once_in_a_digest_both_stand(workspace):
    ana, mia = await workspace.connected("ana"), await workspace.connected("mia")
    await set_up(workspace, ana)
    make_due(workspace)
    await workspace.slack.until(lambda: posts(ana))
    rows = ("Call Wile about the pilot", "Chase the data protection review")
    await asyncio.gather(ana.click("Done", row=rows[0]), mia.click("Done", row=rows[1]))
    await workspace.slack.until(lambda: "Done by Ana Novak" in posts(ana)[0].text)
    await workspace.slack.until(lambda: "Done by Mia Laurent" in posts(ana)[0].text)
    await workspace.slack.until(lambda: len(workspace.bot.inflight) == 0)
    assert "Done by Ana Novak" in posts(ana)[0].text


async def test_what_others_press_while_a_form_is_open_is_not_undone_by_it(workspace):
    ana, mia = await workspace.connected("ana"), await workspace.connected("mia")
    await set_up(workspace, ana)
    make_due(workspace)
    await workspace.slack.until(lambda: posts(ana))
    await ana.click("Snooze", row="Call Wile about the pilot")
    await workspace.slack.until(lambda: ana.modal and ana.modal.labels)
    await mia.click("Done", row="Chase the data protection review")
    await workspace.slack.until(lambda: "Done by Mia Laurent" in posts(ana)[0].text)
    await ana.submit()
    await workspace.slack.until(lambda: "Snoozed" in posts(ana)[0].text)
    assert "Done by Mia Laurent" in posts(ana)[0].text
    assert workspace.slack.violations == []


async def test_a_personal_digest_comes_as_a_direct_message(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana, "dm")
    assert ana.modal.values["Whose tasks"] == "Mine"
    assert "Mention" not in ana.modal.labels
    await ana.submit()
    await workspace.read(ana, "The digest is set up", channel="dm")
    assert [one for one in ana.messages("dm") if "Your digest comes here" in one.text]
    make_due(workspace)
    await workspace.slack.until(lambda: posts(ana, "dm"))
    assert "Call Wile about the pilot" in posts(ana, "dm")[0].text
    assert "Send pricing" not in posts(ana, "dm")[0].text
    await listed(workspace, ana, "1 digest here", channel="dm")


async def test_ones_own_due_tasks_are_shown_at_once_and_privately(workspace):
    ana = await workspace.connected("ana")
    asked = len(workspace.close.requests)
    await ana.command("/close digest now")
    said = await workspace.read(ana, "Tasks for", "1 overdue", "Overdue", "Today")
    assert said.ephemeral
    assert "Chase the data protection review" not in said.text
    [request] = workspace.close.requests[asked:]
    assert "date__lte" in str(request)
    await ana.click("Done", row="Call Wile about the pilot")
    await workspace.read(ana, "Done by Ana Novak")


@pytest.mark.parametrize(
    ("label", "typed", "said"),
    [
        ("Holidays", "2026-12-25\n<!here> soon", "“<!here> soon” is not a day"),
        ("Holidays", "2026-12-25\n31.2.2027", "“31.2.2027” is not a day"),
    ],
)
async def test_a_mistake_stands_at_its_field(workspace, label, typed, said):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    await ana.fill("Time", "08:15")
    await ana.fill(label, typed)
    await ana.submit()
    modal = await workspace.slack.until(lambda: ana.modal and ana.modal.errors and ana.modal)
    assert said in modal.errors[label]
    assert modal.values["Time"] == "08:15"
    assert workspace.bot.store._db.execute("SELECT count(*) FROM digests").fetchone() == (0,)


async def test_holidays_that_leave_no_day_are_refused(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    await ana.fill("Holidays", "25.12.2026\n2027-01-01")
    await ana.submit()
    await workspace.read(ana, "The digest is set up")
    assert '"holidays": ["2026-12-25", "2027-01-01"]' in only(workspace)[2]


async def test_chosen_people_and_smart_views_have_fields_of_their_own(workspace):
    ana = await workspace.connected("ana")
    await open_form(workspace, ana)
    await ana.choose("Whose tasks", "Chosen people")
    await workspace.slack.until(lambda: "People" in ana.modal.labels)
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal.errors)
    await ana.choose("People", "Ben Carter")
    await ana.choose("People", "Mia Laurent")
    await ana.submit()
    await workspace.read(ana, "The digest is set up")
    await listed(workspace, ana, "to-dos of Ben Carter and Mia Laurent")
    make_due(workspace)
    await workspace.slack.until(lambda: posts(ana))
    assert "Mia Laurent" in posts(ana)[0].text
    assert "Raj Patel" not in posts(ana)[0].text

    await open_form(workspace, ana)
    await ana.choose("Whose tasks", "Chosen people")
    await workspace.slack.until(lambda: "People" in ana.modal.labels)
    await ana.choose("Whose tasks", "Leads of a Smart View")
    modal = await workspace.slack.until(lambda: "Smart View" in ana.modal.labels and ana.modal)
    assert "People" not in modal.labels
    view = next(iter(workspace.close.store.saved_searches.values()))["name"]
    await ana.choose("Smart View", view)
    await ana.submit()
    await workspace.read(ana, "The digest is set up")
    await listed(workspace, ana, "2 digests here", f"leads of “{view}”")
    assert workspace.slack.violations == []


async def test_only_those_who_ask_are_mentioned_and_once(workspace):
    ana, ben = await workspace.connected("ana"), await workspace.connected("ben")
    await set_up(workspace, ana, Mention="Those who ask for it")
    await listed(workspace, ben, "Mention me")
    await ben.click("Mention me")
    await workspace.read(ben, "You are mentioned", "Do not mention me")
    make_due(workspace)
    await workspace.slack.until(lambda: posts(ana))
    assert posts(ana)[0].text.count(f"@{ben.name}") == 1
    assert f"@{ana.name}" not in posts(ana)[0].text
    await listed(workspace, ben, "Do not mention me")
    await ben.click("Do not mention me")
    await workspace.read(ben, "not mentioned any more", "Mention me")


async def test_an_empty_day_is_silent_or_said(workspace):
    ana = await workspace.connected("ana")
    await set_up(workspace, ana)
    workspace.close.tasks.clear()
    make_due(workspace)
    ends = workspace.bot.store.digest_runs.ends
    digest = only(workspace)[0]

    async def ended():
        return list((await ends(digest)).values())

    while await ended() != ["empty"]:
        await workspace.bot.scheduler._work(datetime.now(UTC))
    assert posts(ana) == []
    await listed(workspace, ana, "1 digest here")
    await ana.click("Run now")
    await workspace.slack.until(lambda: posts(ana))
    assert "nothing is due" in posts(ana)[0].text


async def test_one_that_closebot_cannot_post_is_not_set_up(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close digest", channel="random")
    await workspace.slack.until(lambda: ana.modal and ana.modal.labels)
    await ana.submit()
    modal = await workspace.slack.until(lambda: ana.modal and ana.modal.errors and ana.modal)
    assert "/invite" in modal.errors["Time"]
    assert workspace.bot.store._db.execute("SELECT count(*) FROM digests").fetchone() == (0,)


async def test_it_survives_its_maker_leaving(workspace):
    ana, ben = await workspace.connected("ana"), await workspace.connected("ben")
    await set_up(workspace, ana)
    await ana.command("/close disconnect")
    await workspace.slack.until(lambda: "isconnect" in ana.last().text)
    make_due(workspace)
    said = await workspace.read(ben, "is paused", "not connected to Close any more", "Take over")
    assert not said.ephemeral
    await ben.click("Take over")
    await workspace.slack.until(lambda: "Ben Carter took the digest" in ana.last().text)
    assert only(workspace)[1] == "on"
    make_due(workspace)
    await workspace.slack.until(lambda: posts(ben))
    assert not [one for one in ben.messages() if "is paused:" in one.text]


async def test_all_tasks_are_shown_in_a_modal_where_not_all_fit(workspace):
    ana = await workspace.connected("ana")
    await set_up(workspace, ana)
    lead = next(iter(workspace.close.leads))
    model = next(one for one in workspace.close.tasks.values() if not one["is_complete"])
    today = datetime.now(UTC).date()
    for number in range(70):
        key = f"task_{number:043d}"
        workspace.close.tasks[key] = model | {
            "id": key, "text": f"Extra {number}", "lead_id": lead,
            "date": str(today - timedelta(days=1)),
        }  # fmt: skip
    make_due(workspace)
    await workspace.slack.until(lambda: posts(ana))
    [said] = posts(ana)
    [button] = re.findall(r"Show all \d+", said.text)
    assert int(button.split()[-1]) >= 70
    await ana.click(button, channel="sales")
    await workspace.slack.until(lambda: ana.modal and "Due tasks" in ana.modal.title)
    modal = await workspace.slack.until(
        lambda: ana.modal if "1 to 40 of" in "\n".join(ana.modal.texts) else None
    )
    assert "Next" in modal.buttons
    await ana.click("Next")
    await workspace.slack.until(lambda: "41 to" in "\n".join(ana.modal.texts))
    await ana.click("Done", row="Extra 69")
    await workspace.slack.until(lambda: "Done by Ana Novak" in "\n".join(ana.modal.texts))
    assert workspace.slack.violations == []


async def test_health_tells_when_digests_were_looked_for_last(workspace):
    ticked = await workspace.slack.until(lambda: workspace.bot.scheduler.last_tick)
    health = await workspace.bot.health()
    assert health["ok"] is True
    assert health["digests"]["ok"] is True
    assert health["digests"]["last_tick"][:16] == ticked.isoformat()[:16]
    await workspace.bot.scheduler.stop()
    workspace.bot.scheduler.last_tick = ticked - timedelta(minutes=1)
    assert (await workspace.bot.health())["ok"] is False
