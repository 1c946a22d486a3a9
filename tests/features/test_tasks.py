"""Lists of tasks, and what is done to one of them, from the command to what Close holds."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from closebot.features.tasks.lists import read_words
from closebot.features.tasks.shown import Choice

FAR = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()


def task_of(workspace, text):
    return next(one for one in workspace.close.tasks.values() if one["text"] == text)


async def listed(workspace, words="", title="Your open tasks"):
    ana = await workspace.connected("ana")
    await ana.command(f"/close tasks {words}")
    await workspace.read(ana, title)
    workspace.close.requests.clear()
    return ana


def asked(workspace):
    return [(one["method"], one["path"].split("/")[1]) for one in workspace.close.requests]


@pytest.mark.parametrize(
    ("words", "choice", "person"),
    [
        ("", Choice(), ""),
        ("TODAY", Choice("today"), ""),
        ("overdue @ben", Choice("overdue"), "ben"),
        ("@ben done", Choice("done"), "ben"),
        ("all types", Choice(all_types=True), ""),
        ("week all types @ben", Choice("week", all_types=True), "ben"),
        ("frobnicate", None, ""),
    ],
)
def test_what_was_typed_is_a_choice(words, choice, person):
    assert read_words(words) == (choice, person)


@pytest.mark.parametrize("choice", [Choice(), Choice("done", "user_1"), Choice("week", "u", True)])
def test_a_choice_travels_in_a_button(choice):
    assert Choice.read(str(choice)) == choice


async def test_my_open_tasks_are_listed_in_groups(workspace):
    ana = await workspace.connected("ana")
    workspace.close.requests.clear()
    await ana.command("/close tasks")
    answer = await workspace.read(ana, "Your open tasks", "Send the revised proposal to Jane")
    places = [answer.text.index(word) for word in ("Overdue", "Today", "Next")]
    assert places == sorted(places)
    assert answer.text.index("Send the revised proposal to Jane") < places[1]
    assert places[1] < answer.text.index("Follow up on the warehouse demo") < places[2]
    assert "Send the API documentation" not in answer.text  # Ben's
    assert answer.ephemeral
    assert asked(workspace) == [("GET", "task")]
    assert workspace.slack.violations == []


@pytest.mark.parametrize(
    ("scope", "there", "absent"),
    [
        ("overdue", "Send the revised proposal to Jane", "Follow up on the warehouse demo"),
        ("today", "Follow up on the warehouse demo", "Send the revised proposal to Jane"),
        ("week", "Ask Marta for the purchase order", "Send the revised proposal to Jane"),
        ("future", "Ask Marta for the purchase order", "Follow up on the warehouse demo"),
        ("done", "Collect feedback on the starter licences", "Send the revised proposal to Jane"),
    ],
)
async def test_a_time_narrows_the_list(workspace, scope, there, absent):
    ana = await workspace.connected("ana")
    await ana.command(f"/close tasks {scope}")
    answer = await workspace.read(ana, there)
    assert absent not in answer.text
    assert workspace.slack.violations == []


async def test_a_colleague_s_tasks_are_listed_by_mention_and_by_name(workspace):
    ana = await workspace.connected("ana")
    ben = workspace.person("ben")
    await ana.command(f"/close tasks <@{ben.id}>")
    await workspace.read(ana, "Open tasks of Ben", "Send the API documentation")
    await ana.command("/close tasks future @ben")
    await workspace.read(ana, "Tasks after today of Ben", "Prepare the security questionnaire")
    await ana.command("/close tasks @zyzzyva")
    await workspace.read(ana, "Nobody in Close is “zyzzyva”")
    await ana.command("/close tasks sometimes")
    await workspace.read(ana, "Which tasks?", "/close tasks overdue")


async def test_done_is_one_request_and_can_be_undone(workspace):
    ana = await listed(workspace)
    text = "Send the revised proposal to Jane"
    before = ana.last()
    await ana.click("Done", row=text)
    answer = await workspace.read(ana, "Done by Ana Novak")
    assert answer.ts == before.ts
    assert re.search(r"Done by Ana Novak, \d\d:\d\d", answer.text)
    assert asked(workspace) == [("PUT", "task")]
    assert task_of(workspace, text)["is_complete"] is True
    assert task_of(workspace, text)["updated_by"] == workspace.close.user_ids["ana"]
    await ana.click("Undo", row=text)
    await workspace.read(ana, "Reopened by Ana Novak")
    assert task_of(workspace, text)["is_complete"] is False
    assert asked(workspace) == [("PUT", "task")] * 2
    await ana.click("Done", row=text)
    await workspace.read(ana, "Done by Ana Novak")
    assert workspace.slack.violations == []


async def test_several_rows_keep_what_was_done_to_them(workspace):
    ana = await listed(workspace)
    await ana.click("Done", row="Send the revised proposal to Jane")
    await workspace.read(ana, "Done by Ana Novak")
    await ana.click("Snooze to tomorrow", row="Follow up on the warehouse demo")
    answer = await workspace.read(ana, "Snoozed, due tomorrow")
    assert "Done by Ana Novak" in answer.text
    assert len(workspace.close.requests) == 2


async def test_snoozing_keeps_the_time_of_day_and_can_be_undone(workspace):
    ana = await listed(workspace)
    text = "Call Wile about the pilot"
    due = task_of(workspace, text)["date"]
    await ana.click("Snooze to tomorrow", row=text)
    await workspace.read(ana, "Snoozed, due tomorrow")
    moved = task_of(workspace, text)["date"]
    assert datetime.fromisoformat(moved) - datetime.fromisoformat(due) == timedelta(days=1)
    await ana.click("Undo", row=text)
    await workspace.read(ana, "Date put back by Ana Novak")
    assert datetime.fromisoformat(task_of(workspace, text)["date"]) == datetime.fromisoformat(due)
    assert asked(workspace) == [("PUT", "task")] * 2


async def test_a_plain_day_stays_one_when_it_is_put_off(workspace):
    ana = await listed(workspace)
    text = "Follow up on the warehouse demo"
    await ana.click("Snooze to Monday", row=text)
    await workspace.read(ana, "Snoozed, due")
    due = task_of(workspace, text)["date"]
    assert len(due) == len("2026-01-01")
    assert datetime.fromisoformat(due).weekday() == 0


async def test_the_snooze_form_opens_at_once_and_takes_any_day_to_come(workspace):
    ana = await listed(workspace)
    text = "Follow up on the warehouse demo"
    await ana.click("Snooze", row=text)
    await workspace.slack.until(lambda: ana.modal and ana.modal.title == "Snooze")
    assert workspace.close.requests == []
    await ana.choose("Until", "Another day")
    await ana.submit()
    assert ana.modal.errors == {"Due": "Pick the day."}
    await ana.fill("Due", "2020-01-01")
    await ana.submit()
    assert "past" in ana.modal.errors["Due"]
    assert workspace.close.requests == []
    await ana.fill("Due", FAR)
    await ana.submit()
    await workspace.read(ana, "Snoozed, due")
    assert task_of(workspace, text)["date"] == FAR
    assert asked(workspace) == [("PUT", "task")]


async def test_editing_changes_only_what_was_touched(workspace):
    ana = await listed(workspace)
    text = "Follow up on the warehouse demo"
    task = task_of(workspace, text)
    await ana.click("Edit", row=text)
    await workspace.slack.until(lambda: ana.modal and "Assignee" in ana.modal.labels)
    assert ana.modal.values["Task"] == text
    assert ana.modal.values["Due"] == task["date"]
    assert ana.modal.values["Assignee"] == "Ana Novak"
    await ana.choose("Assignee", "Ben Carter", typed="Ben")
    await ana.submit()
    await workspace.read(ana, "Changed by Ana Novak", "Ben Carter")
    assert task_of(workspace, text)["assigned_to"] == workspace.close.user_ids["ben"]
    [write] = [one for one in workspace.close.requests if one["method"] == "PUT"]
    assert "date" not in str(write.get("body"))
    assert workspace.slack.violations == []


async def test_editing_says_what_is_wrong_at_the_field_and_keeps_what_was_typed(workspace):
    ana = await listed(workspace)
    await ana.click("Edit", row="Follow up on the warehouse demo")
    await workspace.slack.until(lambda: ana.modal and "Assignee" in ana.modal.labels)
    await ana.fill("Task", "Something else")
    await ana.fill("Due", "")
    await ana.submit()
    assert ana.modal.errors == {"Due": "A task has a day in Close. Pick one."}
    await ana.fill("Due", "2020-01-01")
    await ana.submit()
    assert "past" in ana.modal.errors["Due"]
    await ana.fill("Due", FAR)
    await ana.fill("Task", "  ")
    await ana.submit()
    assert ana.modal.errors["Task"]
    assert [one for one in workspace.close.requests if one["method"] == "PUT"] == []
    await ana.fill("Task", "Something else")
    await ana.fill("Time", "15:30")
    await ana.submit()
    await workspace.read(ana, "Something else", "Changed by Ana Novak", "15:30")
    assert task_of(workspace, "Something else")["date"].startswith(FAR)


async def test_deleting_asks_first(workspace):
    ana = await listed(workspace)
    text = "Follow up on the warehouse demo"
    await ana.click("Delete", row=text)
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Delete")
    assert any(text in said for said in ana.modal.texts)
    assert workspace.close.requests == []
    await ana.submit()
    await workspace.read(ana, "Deleted by Ana Novak")
    assert [one for one in workspace.close.tasks.values() if one["text"] == text] == []
    assert asked(workspace) == [("DELETE", "task")]


async def test_a_task_that_is_gone_is_told_in_its_row(workspace):
    ana = await listed(workspace)
    text = "Follow up on the warehouse demo"
    del workspace.close.tasks[task_of(workspace, text)["id"]]
    await ana.click("Done", row=text)
    answer = await workspace.read(ana, "no longer in Close")
    assert text in answer.text
    assert "Send the revised proposal to Jane" in answer.text
    assert workspace.slack.violations == []


async def test_a_task_that_somebody_else_has_done_says_so(workspace):
    ana = await listed(workspace)
    text = "Follow up on the warehouse demo"
    task = task_of(workspace, text)
    task.update(
        is_complete=True,
        updated_by=workspace.close.user_ids["ben"],
        date_updated="2026-01-05T10:00:00+00:00",
    )
    await ana.click("Done", row=text)
    await workspace.read(ana, "Done already by Ben Carter")
    assert len(workspace.close.requests) == 1


async def test_the_lead_is_one_click_away(workspace):
    ana = await listed(workspace)
    await ana.click("Open lead", row="Follow up on the warehouse demo")
    await workspace.read(ana, "Contacts", "Next task")


async def test_pages_can_be_turned_in_place(workspace):
    ana = await workspace.connected("ana")
    pattern = task_of(workspace, "Follow up on the warehouse demo")
    for number in range(12):
        key = pattern["id"][:-2] + f"{number:02}"
        workspace.close.tasks[key] = pattern | {"id": key, "text": f"Chore {number}"}
    await ana.command("/close tasks today")
    first = await workspace.read(ana, "1 to 10 of")
    await ana.click("Next")
    second = await workspace.read(ana, "11 to")
    assert second.ts == first.ts
    await ana.click("Previous")
    await workspace.read(ana, "1 to 10 of")
    assert workspace.slack.violations == []


async def test_a_restart_between_list_and_press_asks_for_the_list_again(workspace):
    ana = await listed(workspace)
    workspace.forget_organizations()
    await ana.click("Done", row="Send the revised proposal to Jane")
    answer = await workspace.read(ana, "Done by Ana Novak", "Follow up on the warehouse demo")
    assert "Send the revised proposal to Jane" in answer.text
    assert asked(workspace) == [("PUT", "task"), ("GET", "task")]


async def test_an_answer_that_is_lost_is_looked_up(workspace):
    ana = await listed(workspace)
    workspace.close.faults.add(method="PUT", path="/task/*", drop=True, apply=True, times=9)
    await ana.click("Done", row="Send the revised proposal to Jane")
    await workspace.read(ana, "Done by Ana Novak")
    assert task_of(workspace, "Send the revised proposal to Jane")["is_complete"] is True


async def test_the_whole_inbox_has_words_and_its_own_way_for_each_kind(workspace):
    ana = await workspace.connected("ana")
    pattern = task_of(workspace, "Follow up on the warehouse demo")
    kinds = {
        "missed_call": {"phone_formatted": "+1 650-333-4444"},
        "voicemail": {"voicemail_duration": 21, "phone_formatted": "+1 650-1"},
        "incoming_email": {"subject": "Metrics <b>"},
        "email_followup": {"subject": "Offer"},
        "incoming_sms": {"remote_phone_formatted": "+1 818-934-7000"},
        "opportunity_due": {"object_id": next(iter(workspace.close.opportunities))},
        "brand_new_kind": {},
    }
    for number, (kind, more) in enumerate(kinds.items()):
        key = f"noti_{'0' * 42}{number}"
        workspace.close.tasks[key] = pattern | {"id": key, "_type": kind, "text": ""} | more
    await ana.command("/close tasks today all types")
    answer = await workspace.read(
        ana,
        "Missed call from +1 650-333-4444",
        "Voicemail from +1 650-1 (21 s)",
        "E-mail to answer: Metrics <b>",
        "E-mail without an answer: Offer",
        "Text to answer from +1 818-934-7000",
        "Opportunity past its date",
        "Brand new kind",
    )
    assert "View opportunity" in answer.buttons
    assert "Answer in Close" in answer.buttons
    await ana.click("Done", row="Voicemail from")
    await workspace.read(ana, "Done by Ana Novak")
    assert workspace.slack.violations == []


@pytest.mark.parametrize("is_remembered", [True, False])
async def test_a_change_can_be_undone(workspace, is_remembered):
    ana = await listed(workspace)
    text = "Follow up on the warehouse demo"
    before = dict(task_of(workspace, text))
    await ana.click("Edit", row=text)
    await workspace.slack.until(lambda: ana.modal and "Assignee" in ana.modal.labels)
    await ana.fill("Task", "Other words")
    await ana.fill("Due", FAR)
    await ana.choose("Assignee", "Ben Carter", typed="Ben")
    await ana.submit()
    await workspace.read(ana, "Changed by Ana Novak", "Other words")
    if not is_remembered:
        workspace.forget_organizations()
    await ana.click("Undo", row="Other words")
    await workspace.read(ana, "Changed back by Ana Novak", text)
    now = task_of(workspace, text)
    assert [now[key] for key in ("date", "assigned_to")] == [
        before[key] for key in ("date", "assigned_to")
    ]
    assert workspace.slack.violations == []


async def test_a_change_and_a_deletion_whose_answers_are_lost_are_looked_up(workspace):
    ana = await listed(workspace)
    await ana.click("Edit", row="Follow up on the warehouse demo")
    await workspace.slack.until(lambda: ana.modal and "Assignee" in ana.modal.labels)
    await ana.fill("Task", "Other words")
    workspace.close.faults.add(method="PUT", path="/task/*", drop=True, apply=True, times=9)
    await ana.submit()
    await workspace.read(ana, "Changed by Ana Novak")
    await ana.click("Delete", row="Other words")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Delete")
    workspace.close.faults.add(method="DELETE", path="/task/*", drop=True, apply=True, times=9)
    await ana.submit()
    await workspace.read(ana, "Deleted by Ana Novak")


async def test_a_task_that_stands_alone_is_still_named_once_it_is_deleted(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close task call Jane for Globex tomorrow")
    await workspace.read(ana, "Task created")
    await ana.click("Delete")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Delete")
    await ana.submit()
    await workspace.read(ana, "Deleted by Ana Novak", "call Jane")


async def test_what_is_asked_about_before_it_is_deleted_is_as_it_is_now(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close task call Jane for Globex tomorrow")
    await workspace.read(ana, "Task created")
    await ana.click("Edit")
    await workspace.slack.until(lambda: ana.modal and "Assignee" in ana.modal.labels)
    await ana.fill("Task", "call Marta")
    await ana.submit()
    await workspace.read(ana, "Changed by Ana Novak")
    await ana.click("Delete")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Delete")
    assert any("call Marta" in said and "Globex" in said for said in ana.modal.texts)
