"""Every write is put down once, with its place and its end; and one's own are shown."""

import ast
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import closebot
from closebot.store import Owner
from tests.workspace import open_workspace

TEXT = "Kestrel wants 40 licences"


def owner_of(workspace, person):
    return Owner(workspace.slack.team_id, person.id)


async def rows_of(workspace, person):
    """Return what is put down of somebody, the oldest first."""
    now = datetime.now(UTC)
    audit = workspace.bot.store.audit
    return (await audit.of_person(owner_of(workspace, person), now, most=1000))[::-1]


async def kinds_of(workspace, person):
    return [(one.action, one.object, one.outcome) for one in await rows_of(workspace, person)]


async def opened(workspace, person, field):
    await workspace.slack.until(lambda: person.modal and field in person.modal.labels)


async def log_call(workspace, person, note=TEXT, channel="sales"):
    await person.command("/close call Globex", channel=channel)
    await opened(workspace, person, "Direction")
    await person.fill("Note", note)
    await person.submit()


@pytest.fixture
async def ana(workspace):
    return await workspace.connected("ana")


# --- what is put down -------------------------------------------------------------------------


async def test_reading_and_connecting_are_not_put_down(workspace, ana):
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Globex", "Contacts")
    await ana.command("/close tasks")
    await workspace.read(ana, "Your open tasks")
    assert await rows_of(workspace, ana) == ()


async def test_a_call_is_put_down_when_it_is_made_changed_and_deleted(workspace, ana):
    await log_call(workspace, ana)
    await workspace.read(ana, "Call logged on")
    await ana.click("Edit")
    await workspace.slack.until(lambda: ana.modal and ana.modal.title == "Edit call")
    await ana.fill("Note", "second")
    await ana.submit()
    await workspace.read(ana, "Call changed on", "second")
    await ana.click("Delete")
    await workspace.read(ana, "The call was deleted in Close")
    made, changed, deleted = await rows_of(workspace, ana)
    assert (made.action, changed.action, deleted.action) == ("create", "update", "delete")
    assert {one.object for one in (made, changed, deleted)} == {"call"}
    assert {one.outcome for one in (made, changed, deleted)} == {"done"}
    assert made.object_id == changed.object_id == deleted.object_id
    assert made.object_id.startswith("acti_")
    [globex] = [one for one in workspace.close.leads.values() if one["name"] == "Globex Industries"]
    assert made.lead_id == changed.lead_id == globex["id"]
    assert (made.origin.kind, deleted.origin.kind) == ("modal", "button")
    assert made.origin.channel == deleted.origin.channel
    assert made.origin.channel.startswith("C")
    assert made.close_user_id == workspace.close.user_ids["ana"]


async def test_a_new_lead_from_a_shortcut_is_put_down_without_a_channel(workspace, ana):
    await ana.shortcut("new_lead")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Create")
    await ana.fill("Name", "Zephyr Kites")
    await ana.submit()
    await workspace.read(ana, "Zephyr Kites", "Contacts", channel="dm")
    (made,) = await rows_of(workspace, ana)
    assert (made.action, made.object, made.outcome) == ("create", "lead", "done")
    assert made.lead_id == made.object_id
    assert made.origin.channel == ""


async def test_a_task_that_is_done_and_an_opportunity_that_is_won_are_put_down(workspace, ana):
    await ana.command("/close tasks")
    await workspace.read(ana, "Your open tasks")
    await ana.click("Done", row="Send the revised proposal to Jane")
    await workspace.slack.until(lambda: any(
        one["is_complete"] for one in workspace.close.tasks.values()
        if one["text"] == "Send the revised proposal to Jane"
    ))  # fmt: skip
    await ana.command("/close opps")
    await workspace.read(ana, "Your open opportunities", "Acme")
    await ana.click("View", row="Acme Corporation: $12,500.50")
    await workspace.read(ana, "Acme Corporation", "Value  $12,500.50 one-time")
    await ana.click("Won")
    await workspace.read(ana, "You marked this as won")
    done = await kinds_of(workspace, ana)
    assert ("update", "task", "done") in done
    assert ("update", "opportunity", "done") in done
    assert {one.origin.kind for one in await rows_of(workspace, ana)} == {"button"}


async def test_a_note_from_a_message_is_put_down(workspace, ana):
    message = await ana.say(TEXT)
    await ana.message_shortcut("add_note", message)
    await opened(workspace, ana, "Note")
    await ana.choose("Lead", "Globex Industries")
    await ana.submit()
    await workspace.read(ana, "Note saved on")
    (made,) = await rows_of(workspace, ana)
    assert (made.action, made.object, made.outcome) == ("create", "note", "done")


async def test_what_close_refuses_is_put_down_as_refused(workspace, ana):
    workspace.close.faults.add(method="POST", path="/activity/call/", status=403)
    await log_call(workspace, ana)
    await workspace.slack.until(lambda: ana.modal and ana.modal.errors)
    assert await kinds_of(workspace, ana) == [("create", "call", "refused")]


async def test_what_was_found_after_a_lost_answer_is_put_down_as_done(workspace, ana):
    workspace.close.faults.add(method="POST", path="/activity/call/", drop=True, apply=True)
    await log_call(workspace, ana)
    await workspace.read(ana, "Call logged on")
    (made,) = await rows_of(workspace, ana)
    assert made.outcome == "done"
    assert made.object_id in workspace.close.activities


async def test_what_nobody_confirmed_stays_unclear(workspace, ana):
    workspace.close.faults.add(method="POST", path="/activity/call/", drop=True)
    await log_call(workspace, ana)
    await workspace.slack.until(lambda: ana.modal and ana.modal.errors)
    (tried,) = await rows_of(workspace, ana)
    assert (tried.outcome, tried.object_id) == ("unclear", "")
    assert tried.lead_id.startswith("lead_")


async def test_a_close_that_is_down_has_changed_nothing(tmp_path):
    async with open_workspace(tmp_path, "socket", patience=1.0) as workspace:
        ana = await workspace.connected("ana")
        await ana.command("/close tasks")
        await workspace.read(ana, "Your open tasks")
        await workspace.close.stop()
        await ana.click("Done", row="Send the revised proposal to Jane")
        await workspace.read(ana, "Close cannot be reached right now")
        assert await kinds_of(workspace, ana) == [("update", "task", "refused")]


async def test_what_cannot_be_put_down_is_not_sent(workspace, ana):
    await ana.command("/close call Globex")
    await opened(workspace, ana, "Direction")
    db = sqlite3.connect(workspace.environ["CLOSEBOT_DB"])
    db.execute("ALTER TABLE audit RENAME TO elsewhere")
    db.close()
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal and ana.modal.errors)
    assert "database" in str(ana.modal.errors)
    assert [one for one in workspace.close.requests if one["path"] == "/activity/call/"] == []


async def test_every_write_that_close_saw_is_put_down_and_no_text_of_it(workspace, ana):
    workspace.close.requests.clear()
    await log_call(workspace, ana)
    await workspace.read(ana, "Call logged on")
    await ana.command("/close contact Carol Martinez")
    await workspace.read(ana, "Carol Martinez")
    await ana.click("Edit")
    await opened(workspace, ana, "Title")
    await ana.fill("Title", "Chief of Kestrels")
    await ana.submit()
    await workspace.read(ana, "Chief of Kestrels")
    sent = [
        one for one in workspace.close.requests
        if one["method"] != "GET" and not one["path"].startswith("/data/search")
    ]  # fmt: skip
    assert len(await rows_of(workspace, ana)) == len(sent) == 2
    db = sqlite3.connect(workspace.environ["CLOSEBOT_DB"])
    kept = str(db.execute("SELECT * FROM audit").fetchall())
    db.close()
    names = [one["name"] for one in workspace.close.leads.values()]
    people = [one["name"] for one in workspace.close.contacts.values()]
    secrets = list(workspace.close.keys.values())
    for text in ("Kestrel", TEXT, "Ana", *names, *people, *secrets):
        assert text not in kept


def test_only_a_question_who_somebody_is_goes_out_unwatched():
    root, watched, asking = Path(closebot.__file__).parent, [], []
    for path in root.rglob("*.py"):
        if "sandbox" in path.parts or path.is_relative_to(root / "close"):
            continue
        nodes = list(ast.walk(ast.parse(path.read_text())))
        me = {id(one.value) for one in nodes if isinstance(one, ast.Attribute) and one.attr == "me"}
        for node in nodes:
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Close":
                if any(word.arg == "watch" for word in node.keywords):
                    watched.append(path.name)
                else:
                    asking.append((path.name, id(node) in me))
    assert watched == ["person.py"]
    assert [name for name, is_me in asking if not is_me] == []


# --- what is shown ----------------------------------------------------------------------------


async def test_one_sees_what_one_changed_by_its_kind_and_without_its_text(workspace, ana):
    await log_call(workspace, ana)
    await workspace.read(ana, "Call logged on")
    await ana.command("/close history")
    shown = await workspace.read(ana, "What you changed in Close", "Created a call", "#sales")
    assert shown.ephemeral
    assert re.search(r"today \d\d:\d\d  ·  with a form in #sales", shown.text)
    assert "Its lead in Close" in shown.text
    assert TEXT not in shown.text
    assert workspace.slack.violations == []


async def test_one_does_not_see_what_others_changed(workspace, ana):
    ben = await workspace.connected("ben")
    await log_call(workspace, ana)
    await workspace.read(ana, "Call logged on")
    await ben.command("/close history")
    await workspace.read(ben, "Nothing in the last 90 days")


async def test_older_changes_come_in_the_place_of_newer_ones(workspace, ana):
    me = await workspace.bot.people.find(owner_of(workspace, ana))
    [lead] = [one for one in workspace.close.leads.values() if one["name"] == "Globex Industries"]
    for number in range(12):
        await me.close.notes.create(lead["id"], f"{TEXT} {number}")
    await me.close.tasks.create(lead["id"], TEXT)
    await ana.command("/close history")
    first = await workspace.read(ana, "Created a task")
    assert first.text.count("Created a note") == 9
    assert "Newer" not in first.buttons
    await ana.click("Older")
    await workspace.slack.until(lambda: ana.last("sales").text.count("Created a note") == 3)
    second = ana.last("sales")
    assert second.ts == first.ts
    assert "Older" not in second.buttons
    await ana.click("Newer")
    await workspace.read(ana, "Created a task")
    assert workspace.slack.violations == []


async def test_what_is_older_than_90_days_is_not_shown(workspace, ana):
    await log_call(workspace, ana)
    await workspace.read(ana, "Call logged on")
    db = sqlite3.connect(workspace.environ["CLOSEBOT_DB"])
    with db:
        db.execute("UPDATE audit SET at = ?", ((datetime.now(UTC) - timedelta(91)).isoformat(),))
    db.close()
    await ana.command("/close history")
    await workspace.read(ana, "Nothing in the last 90 days")
    await log_call(workspace, ana, "another")
    await workspace.read(ana, "Call logged on", "another")
    db = sqlite3.connect(workspace.environ["CLOSEBOT_DB"])
    assert db.execute("SELECT count(*) FROM audit").fetchone() == (1,)
    db.close()


async def test_somebody_who_is_not_connected_is_asked_to(workspace):
    ben = workspace.person("ben")
    await ben.command("/close history")
    await workspace.read(ben, "Connect")
