"""The forms of a task: a new one, one to be changed, one to be put off, one to be deleted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from closebot.cards.date_words import next_monday
from closebot.cards.edits import mark_fields
from closebot.cards.fields import lead_field, permission_fields, user_field
from closebot.cards.tasks import Press, local_time, say_task
from closebot.cards.typed_dates import find_instant
from closebot.close import Invalid, Lead, Task
from closebot.slack import kit
from closebot.slack.kit import Json

CREATE = "tasks.create"
SAVE = "tasks.save"
PUT_OFF = "tasks.put_off"
DELETE_SURELY = "tasks.delete_surely"

LONGEST = 3000  # characters that a field of Slack holds
_BUTTON = 2000  # characters that a button carries
# Close's names of fields, without `_id`, where the form has another.
_NAMES = {"text": "task", "date": "due", "due_date": "due", "assigned_to": "assignee"}
_FIELDS = ("lead", "task", "due", "assignee")


@dataclass(frozen=True)
class Draft:
    """What a form for a new task begins with. `hints`: a plain sentence by field.

    `is_outside`: its words are another company's, so the form asks whether they may be kept.
    """

    lead: Lead | None = None
    text: str = ""
    due: date | datetime | None = None
    assignee: tuple[str, str] = ("", "")
    hints: Mapping[str, str] = field(default_factory=dict)
    is_outside: bool = False


def new_form(draft: Draft, zone: ZoneInfo) -> Json:
    """Draw the form for a new task."""
    hints = draft.hints
    blocks = [
        lead_field(draft.lead, hint=hints.get("lead", "")),
        _text(draft.text),
        *(permission_fields() if draft.is_outside else []),
        *_due(draft.due, zone, hints.get("due", "")),
        _assignee(*draft.assignee, hints.get("assignee", "")),
    ]
    return kit.modal(CREATE, "New task", blocks, submit="Create", close="Cancel")


def edit_form(task: Task, press: str, zone: ZoneInfo) -> Json:
    """Draw the form with what a to-do has; `press` comes back as the first part of the state."""
    shown = [] if len(task.text) > LONGEST else [_text(task.text)]
    due = None if task.is_dateless else task.date
    blocks = [*shown, *_due(due, zone, ""), _assignee(task.assigned_to, task.assigned_to_name, "")]
    marks = mark_fields(blocks)
    if not shown:
        blocks.insert(0, kit.context("The text is longer than fits here: change it in Close."))
    if task.lead_name:
        blocks.insert(0, kit.rich(kit.line(kit.words(kit.clip(task.lead_name, 150), bold=True))))
    state = f"{press}\n{marks}"
    return kit.modal(SAVE, "Edit task", blocks, submit="Save", close="Cancel", metadata=state)


def read_edited(state: str) -> tuple[str, str]:
    """Return what `edit_form` has kept: the press, and the marks of its fields."""
    press, _, marks = state.partition("\n")
    return press, marks


def write_former(press: Press, task: Task, given: Mapping[str, Any]) -> str:
    """Return what an Undo of a change carries; empty where a button does not hold it."""
    former = {name: getattr(task, name) for name in given if name != "date"}
    due = task.date if "date" in given else None
    value = f"{Press(press.task_id, due, press.pages)}\n{json.dumps(former, ensure_ascii=False)}"
    return value if len(value) <= _BUTTON else ""


def read_former(value: str) -> tuple[Press, dict[str, Any]]:
    """Read what `write_former` wrote; what is odd reads as nothing."""
    first, _, rest = value.partition("\n")
    press = Press.read(first)
    try:
        read = json.loads(rest)
    except ValueError:
        return press, {}
    kept = read if isinstance(read, dict) else {}
    former = {
        name: kept[name] for name in ("text", "assigned_to") if isinstance(kept.get(name), str)
    }
    return press, former | ({"date": press.due} if press.due else {})


def snooze_form(press: str, today: date) -> Json:
    """Ask until when a task is put off."""
    days = snooze_days(today)
    choices = [
        (key, f"{words} ({day:%a} {day.day} {day:%b})") for key, (words, day) in days.items()
    ]
    blocks = [
        kit.field(
            "until", "Until", kit.radio([*choices, ("day", "Another day")], chosen="tomorrow")
        ),
        kit.field("due", "Due", kit.datepicker(), optional=True, hint="For another day"),
    ]
    return kit.modal(PUT_OFF, "Snooze", blocks, submit="Snooze", close="Cancel", metadata=press)


def snooze_days(today: date) -> dict[str, tuple[str, date]]:
    """Return the days that are proposed, each with its words."""
    return {
        "tomorrow": ("Tomorrow", today + timedelta(days=1)),
        "monday": ("Monday", next_monday(today)),
        "week": ("In a week", today + timedelta(days=7)),
    }


def delete_form(task: Task, press: str, *, today: date, zone: ZoneInfo) -> Json:
    """Show what would be deleted, and ask."""
    blocks = [
        kit.rich(kit.line(kit.words(say_task(task, today, zone), bold=True))),
        kit.section("This task would be deleted in Close, for everybody and for good."),
    ]
    return kit.modal(
        DELETE_SURELY, "Delete task", blocks, submit="Delete", close="Cancel", metadata=press
    )


def read_due(
    day: str, clock: str, *, now: datetime, zone: ZoneInfo
) -> tuple[date | datetime | None, dict[str, str]]:
    """Return when something is due, by two fields, and what is wrong with them.

    A day, a moment in UTC, or None; the faults are sentences by block id.
    """
    if not day:
        return None, ({"due": "Pick the day for this time."} if clock else {})
    picked = date.fromisoformat(day)
    if picked < now.astimezone(zone).date():
        return None, {"due": "This day is past. Pick today or a later day."}
    if not clock:
        return picked, {}
    wall = time.fromisoformat(clock)
    moment = find_instant(picked, wall.hour, wall.minute, zone)
    if moment is None:
        return None, {"time": "The clocks skip this time on that day. Pick another one."}
    if moment < now - timedelta(minutes=1):
        return None, {"time": "This time is past. Pick a later one."}
    return moment, {}


def read_refusal(error: Invalid, shown: tuple[str, ...] = _FIELDS) -> dict[str, str]:
    """Turn what Close has refused into a sentence by block id; `shown`: the fields of the form."""
    faults: dict[str, str] = {}
    for name, said in error.fields.items():
        bare = name.removesuffix("_id")
        block = _NAMES.get(bare, bare)
        faults.setdefault(block if block in shown else shown[0], f"Close says: {said}")
    if error.messages or not faults:
        said = "; ".join(error.messages) or "no reason given"
        faults.setdefault(shown[0], f"Close refused this: {said}")
    return faults


def _text(text: str) -> Json:
    return kit.text_input(
        "task",
        "Task",
        placeholder="What is to be done",
        initial=text,
        multiline=True,
        longest=LONGEST,
    )


def _due(due: date | datetime | None, zone: ZoneInfo, hint: str) -> list[Json]:
    clock = None
    if isinstance(due, datetime):
        local = local_time(due, zone)
        due, clock = local.date(), local.time()
    return [
        kit.field("due", "Due", kit.datepicker(chosen=due), optional=True, hint=hint),
        kit.field("time", "Time", kit.timepicker(chosen=clock), optional=True),
    ]


def _assignee(user_id: str, user_name: str, hint: str) -> Json:
    block = user_field(user_id, user_name, name="assignee", words="Assignee")
    return block | {"hint": kit.label(hint, kit.LABEL)} if hint else block
