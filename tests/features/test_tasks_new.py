"""A new task, in one line, in a form, from a lead's card and from a message."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

FAR = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()


def made(workspace, text):
    return [one for one in workspace.close.tasks.values() if one["text"] == text]


def lead_of(workspace, name):
    return next(one for one in workspace.close.leads.values() if one["name"] == name)


def asked(workspace):
    return [(one["method"], one["path"]) for one in workspace.close.requests]


async def typed(workspace, line, channel="sales"):
    ana = await workspace.connected("ana")
    workspace.close.requests.clear()
    await ana.command(f"/close task {line}", channel=channel)
    return ana


async def in_form(workspace, line):
    ana = await typed(workspace, line)
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Create")
    return ana


async def zone_of(workspace, person):
    [name] = {one.zone for one in [await workspace.bot.store.connection(owner(workspace, person))]}
    return ZoneInfo(name)


def owner(workspace, person):
    from closebot.store import Owner

    return Owner(workspace.slack.team_id, person.id)


async def test_one_line_makes_a_task_with_its_lead_and_date(workspace):
    ana = await typed(workspace, "call Jane for Globex tomorrow 3pm")
    answer = await workspace.read(ana, "Task created", "call Jane", "due tomorrow 15:00")
    assert "Globex Industries" in answer.text
    [task] = made(workspace, "call Jane")
    assert task["lead_id"] == lead_of(workspace, "Globex Industries")["id"]
    assert task["assigned_to"] == workspace.close.user_ids["ana"]
    assert asked(workspace) == [("POST", "/data/search/"), ("POST", "/task/")]
    assert workspace.slack.violations == []


async def test_undo_deletes_what_was_created(workspace):
    ana = await typed(workspace, "call Jane for Globex tomorrow")
    before = await workspace.read(ana, "Task created")
    await ana.click("Undo")
    answer = await workspace.read(ana, "deleted again")
    assert answer.ts == before.ts
    assert made(workspace, "call Jane") == []


async def test_undo_of_what_is_gone_says_so(workspace):
    ana = await typed(workspace, "call Jane for Globex tomorrow")
    await workspace.read(ana, "Task created")
    workspace.close.tasks.clear()
    await ana.click("Undo")
    await workspace.read(ana, "no longer in Close")


async def test_a_created_task_can_be_finished_and_put_off_where_it_stands(workspace):
    ana = await typed(workspace, "call Jane for Globex tomorrow")
    first = await workspace.read(ana, "Task created")
    await ana.click("Snooze to Monday")
    await workspace.read(ana, "Snoozed, due")
    await ana.click("Snooze")
    await workspace.slack.until(lambda: ana.modal and ana.modal.title == "Snooze")
    await ana.choose("Until", next(one for one in words_of(ana, "Until") if "week" in one))
    await ana.submit()
    await workspace.read(ana, "Snoozed, due")
    await ana.click("Done")
    answer = await workspace.read(ana, "Done by Ana Novak")
    assert answer.ts == first.ts
    assert made(workspace, "call Jane")[0]["is_complete"] is True
    assert workspace.slack.violations == []


def words_of(person, label):
    for block in person.modal.view.blocks:
        if block["type"] == "input" and block["label"]["text"] == label:
            return [one["text"]["text"] for one in block["element"]["options"]]
    return []


async def test_a_mention_is_the_close_user_of_that_colleague(workspace):
    await workspace.connected("ben")
    ben = workspace.person("ben")
    ana = await typed(workspace, f"call Jane for Globex <@{ben.id}> friday")
    await workspace.read(ana, "Task created", "Ben Carter")
    assert made(workspace, "call Jane")[0]["assigned_to"] == workspace.close.user_ids["ben"]


async def test_a_colleague_who_is_not_connected_is_found_by_name(workspace):
    ben = workspace.person("ben")
    ana = await typed(workspace, f"call Jane for Globex <@{ben.id}>")
    await workspace.read(ana, "Task created", "Ben Carter")
    assert made(workspace, "call Jane")[0]["assigned_to"] == workspace.close.user_ids["ben"]


@pytest.mark.parametrize(
    ("line", "said", "text"),
    [
        ("call Jane for Zyzzyva tomorrow", "No lead matches “Zyzzyva”", "call Jane for Zyzzyva"),
        ("call Jane for Umbrella tomorrow", "3 leads match “Umbrella”", "call Jane"),
        ("call Jane for Globex yesterday", "“yesterday” is past", "call Jane"),
        ("call Jane for Globex 31.12.9999", "would be in 9999", "call Jane"),
        ("call Jane for Globex friday at 3", "Write 3am or 3pm", "call Jane"),
        ("call Jane for Globex @zyzzyva", "“zyzzyva” is nobody in Close", "call Jane"),
    ],
)
async def test_what_is_not_clear_opens_the_form_with_the_rest(workspace, line, said, text):
    ana = await in_form(workspace, line)
    assert any(said in one for one in hints(ana))
    assert ana.modal.values["Task"] == text
    if "Globex" in line:
        assert ana.modal.values["Lead"] == "Globex Industries"
    assert ana.modal.values["Assignee"] == "Ana Novak"
    assert made(workspace, text) == []
    assert workspace.slack.violations == []


def hints(person):
    return [block.get("hint", {}).get("text", "") for block in person.modal.view.blocks]


async def test_a_slashed_date_is_read_by_the_person_s_locale(workspace):
    ana = await typed(workspace, "call Jane for Globex 12/31")  # en-US in this Slack
    await workspace.read(ana, "Task created")
    assert made(workspace, "call Jane")[0]["date"].endswith("-12-31")


async def test_without_a_lead_the_channel_s_own_is_meant(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close link Globex")
    await workspace.read(ana, "now linked to Globex")
    await ana.command("/close task call Jane tomorrow")
    await workspace.read(ana, "Task created", "Globex Industries")


@pytest.mark.parametrize("line", ["", "tomorrow", "call Jane tomorrow"])
async def test_without_any_lead_the_form_opens(workspace, line):
    ana = await in_form(workspace, line)
    assert not ana.modal.values["Lead"]
    assert bool(ana.modal.values["Due"]) is bool(line)


async def test_a_close_that_is_slow_opens_the_form_in_time(workspace):
    ana = await workspace.connected("ana")
    workspace.close.faults.add(method="POST", path="/data/search/", slow=6)
    await ana.command("/close task call Jane for Globex tomorrow")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Create")
    assert any("Close did not answer in time" in one for one in hints(ana))
    assert ana.modal.values["Task"] == "call Jane"


async def test_the_form_makes_one_task_however_often_it_is_pressed(workspace):
    ana = await in_form(workspace, "")
    await ana.choose("Lead", "Globex Industries", typed="Globex")
    await ana.fill("Task", "Prepare\nthe <offer> & *call*")
    await ana.fill("Due", FAR)
    await ana.fill("Time", "15:30")
    await ana.choose("Assignee", "Ben Carter", typed="Ben")
    workspace.close.requests.clear()
    workspace.close.faults.add(method="POST", path="/task/", drop=True, apply=True)
    await ana.submit()
    await workspace.read(ana, "Task created", "Ben Carter", "15:30")
    [task] = made(workspace, "Prepare\nthe <offer> & *call*")
    zone = await zone_of(workspace, ana)
    assert f"{datetime.fromisoformat(task['date']).astimezone(zone):%Y-%m-%d %H:%M}" == (
        f"{FAR} 15:30"
    )
    assert workspace.slack.violations == []


@pytest.mark.parametrize(
    ("fields", "label", "said"),
    [
        ({"Task": "   "}, "Task", ""),
        ({"Due": "2020-01-01"}, "Due", "past"),
        ({"Due": "", "Time": "15:00"}, "Due", "Pick the day for this time."),
    ],
)
async def test_each_mistake_is_told_at_its_field(workspace, fields, label, said):
    ana = await in_form(workspace, "call Jane")
    await ana.choose("Lead", "Globex Industries", typed="Globex")
    for name, value in fields.items():
        await ana.fill(name, value)
    workspace.close.requests.clear()
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal.errors)
    assert list(ana.modal.errors) == [label]
    assert said in ana.modal.errors[label]
    assert ana.modal.values["Lead"] == "Globex Industries"
    assert workspace.close.requests == []


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ({"field-errors": {"lead": "Object does not exist."}}, "Lead"),
        ({"field-errors": {"assigned_to": "Invalid."}}, "Assignee"),
        ({"field-errors": {"date": "Invalid."}}, "Due"),
        ({"field-errors": {"text": "Too long."}}, "Task"),
        ({"error": "No."}, "Lead"),
    ],
)
async def test_a_refusal_of_close_stands_at_the_right_field(workspace, body, label):
    ana = await in_form(workspace, "call Jane")
    await ana.choose("Lead", "Globex Industries", typed="Globex")
    workspace.close.faults.add(method="POST", path="/task/", status=400, body=body)
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal.errors)
    assert list(ana.modal.errors) == [label]
    assert ana.modal.values["Task"] == "call Jane"
    await ana.submit()
    await workspace.read(ana, "Task created")


async def test_the_lead_s_card_opens_the_form_without_asking_close(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Globex Industries", "Contacts")
    await ana.click("New task")
    await workspace.slack.until(lambda: ana.modal and ana.modal.title == "New task")
    assert ana.modal.values["Lead"] == "Globex Industries"
    await ana.fill("Task", "From the card")
    await ana.submit()
    await workspace.read(ana, "Task created", "From the card")


async def test_a_message_becomes_a_task_with_its_address(workspace):
    ana = await workspace.connected("ana")
    lead = lead_of(workspace, "Globex Industries")
    message = await ana.say(
        f"Please call them\nsoon\nand more\nhttps://app.close.com/lead/{lead['id']}/"
    )
    await ana.message_shortcut("create_task", message)
    await workspace.slack.until(lambda: ana.modal and "Task" in ana.modal.labels)
    text = ana.modal.values["Task"]
    assert text.startswith("Please call them\nsoon\nhttps://")
    assert "/archives/" in text
    assert "and more" not in text
    assert ana.modal.values["Lead"] == "Globex Industries"
    await ana.submit()
    await workspace.read(ana, "Task created", "Please call them")
    assert len(made(workspace, text)) == 1
    assert workspace.slack.violations == []


async def test_whom_a_message_mentions_is_named(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    message = await ana.say(f"Ask <@{ben.id}> about it")
    await ana.message_shortcut("create_task", message)
    await workspace.slack.until(lambda: ana.modal and "Task" in ana.modal.labels)
    assert ana.modal.values["Task"].startswith("Ask @Ben Carter about it\n")
    assert not ana.modal.values["Lead"]


async def test_a_row_in_a_message_with_more_is_replaced_alone(workspace):
    """What a digest does: rows stand in a message that Slack sends along with the click."""
    from closebot.cards.tasks import task_row
    from closebot.slack import kit

    ana = await workspace.connected("ana")
    me = await workspace.bot.people.find(owner(workspace, ana))
    tasks = await me.close.tasks.list(
        assigned_to=me.connection.close_user_id, is_complete=False, most=2
    ).all()
    rows = [block for one in tasks for block in task_row(one, me.today, me.zone)]
    message = kit.message("Your day", [kit.header("Your day"), *rows])
    await workspace.bot.outgoing.tell(ana.id, message)
    await workspace.read(ana, "Your day", channel="dm")
    await ana.click("Done", row=tasks[0].text, channel="dm")
    answer = await workspace.read(ana, "Your day", "Done by Ana Novak", channel="dm")
    assert tasks[1].text in answer.text
    await ana.click("Snooze", row=tasks[1].text, channel="dm")
    await workspace.slack.until(lambda: ana.modal and ana.modal.title == "Snooze")
    await ana.submit()
    answer = await workspace.read(ana, "Snoozed, due tomorrow", "Your day", channel="dm")
    assert "Done by Ana Novak" in answer.text
    assert workspace.slack.violations == []
