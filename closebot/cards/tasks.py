"""A task as a row with its buttons, a list of rows, and a single one; the same in every message.

What acts on a row carries the task, when it is due, and of which list it is a row, so that a press
asks Close for one thing only and the row is drawn again in its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from closebot.cards.dates import say_day, say_due
from closebot.cards.leads import VIEW as VIEW_LEAD
from closebot.cards.opportunities import VIEW as VIEW_OPPORTUNITY
from closebot.cards.task_words import name_task
from closebot.close import Task
from closebot.close.ids import APP_URL
from closebot.slack import kit
from closebot.slack.kit import Json

DONE = "tasks.done"
REOPEN = "tasks.reopen"
SNOOZE = "tasks.snooze"
TOMORROW = "tasks.tomorrow"
MONDAY = "tasks.monday"
RESTORE = "tasks.restore"
EDIT = "tasks.edit"
DELETE = "tasks.delete"
TAKE_BACK = "tasks.take_back"
UNEDIT = "tasks.unedit"
NEXT = "tasks.next"
PREVIOUS = "tasks.previous"

MOST_LISTED = 10
_SHORT = 150
_LONG = 300

Group = Literal["Overdue", "Today", "Next", "Done"]


@dataclass(frozen=True, slots=True)
class Press:
    """What a button of a row carries. `pages`: which page of which list it is, empty for none.

    `due` is when the task was due as the row was drawn: what an Undo goes back to.
    """

    task_id: str
    due: date | datetime | None = None
    pages: str = ""

    def __str__(self) -> str:
        if isinstance(self.due, datetime):
            due = f"@{int(self.due.timestamp())}"
        else:
            due = self.due.isoformat() if self.due else "-"
        return f"{self.task_id} {due} {self.pages}".strip()

    @classmethod
    def read(cls, value: str) -> "Press":
        """Read what `str` wrote; what is odd reads as nothing."""
        task_id, due, pages = (*value.split(" ", 2), "", "", "")[:3]
        return cls(task_id, _read_due(due), pages)


def _read_due(text: str) -> date | datetime | None:
    try:
        if text.startswith("@"):
            return datetime.fromtimestamp(int(text[1:]), UTC)
        return date.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class State:
    """What has been done to a task since it was drawn.

    `said` is a plain sentence (“Done by Ana, 10:42”). `undo`: the id and the value of the button
    that takes it back. `is_over`: nothing else can be done from here.
    """

    said: str = ""
    undo: tuple[str, str] | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A task in a list: the heading it stands under, and what has been done to it."""

    task: Task
    group: Group
    state: State = field(default_factory=State)


def task_row(
    task: Task,
    today: date,
    zone: ZoneInfo,
    *,
    state: State | None = None,
    pages: str = "",
    reader: str = "",
) -> list[Json]:
    """Draw a task and its buttons: two blocks, whose ids begin with the task's own.

    `reader`: the Close user who reads it; whose task it is is said of others' tasks only.
    """
    now = state or State(is_over=False)
    text = kit.row(name_task(task, _LONG), _details(task, today, zone, now, reader))
    blocks = [text | {"block_id": task.id}]
    if elements := _elements(task, now, pages):
        blocks.append(kit.actions(*elements) | {"block_id": f"{task.id} acts"})
    return blocks


def owns_block(task_id: str, block: Json) -> bool:
    """Say whether a block of a message belongs to the row of a task."""
    return block.get("block_id") in {task_id, f"{task_id} acts"}


def group_of(task: Task, today: date, zone: ZoneInfo) -> Group:
    """Return the heading that a task stands under; one without a date is for today, as in Close."""
    if task.is_complete:
        return "Done"
    day = due_day(task, zone)
    if day is None or task.is_dateless or day == today:
        return "Today"
    return "Overdue" if day < today else "Next"


def due_day(task: Task, zone: ZoneInfo) -> date | None:
    """Return the day on which a task is due where the reader is."""
    return local_time(task.date, zone).date() if isinstance(task.date, datetime) else task.date


def local_time(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment in a zone; the first and the last day of the calendar have no other."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def task_list(
    title: str,
    rows: Sequence[Row],
    *,
    today: date,
    zone: ZoneInfo,
    total: int,
    skip: int = 0,
    pages: str = "",
    reader: str = "",
) -> Json:
    """Draw a page of tasks under their headings.

    `total`: how many there are in all; `skip`: how many stand before this page; `pages` says which
    page of which list it is, without its number.
    """
    said = f"{title}: {total}"
    blocks = [kit.rich(kit.line(kit.words(said, bold=True)))]
    heading = ""
    for row in rows:
        if row.group != heading:
            heading = row.group
            blocks.append(kit.header(heading))
        blocks += task_row(
            row.task, today, zone, state=row.state, pages=f"{skip} {pages}", reader=reader
        )
    if not rows:
        blocks.append(kit.context("Nothing here."))
    if len(rows) < total:
        blocks.append(kit.context(f"{skip + 1} to {skip + len(rows)} of {total}"))
    if turn := _turn(skip, len(rows), total, pages):
        blocks.append(kit.actions(*turn))
    return kit.message(kit.quote(said, 500), blocks)


def task_card(
    task: Task,
    *,
    today: date,
    zone: ZoneInfo,
    title: str = "",
    state: State | None = None,
    reader: str = "",
) -> Json:
    """Draw one task; `title` says what has happened to it: “Task created”."""
    blocks = [kit.rich(kit.line(kit.words(title, bold=True)))] if title else []
    blocks += task_row(task, today, zone, state=state, reader=reader)
    said = f"{title or 'Task'}: {name_task(task, _LONG)}"
    return kit.message(kit.quote(said, kit.MESSAGE), blocks)


def say_task(task: Task, today: date, zone: ZoneInfo) -> str:
    """Say a task in one line of plain text."""
    parts = [name_task(task, _SHORT), task.lead_name, say_due(task.date, today, zone)]
    return "  ·  ".join(kit.clip(part, _SHORT) for part in parts if part)


def move_due(due: date | datetime | None, day: date, zone: ZoneInfo) -> date | datetime:
    """Return the same time of day on another day; a plain day stays one."""
    if not isinstance(due, datetime):
        return day
    local = local_time(due, zone)
    wall = datetime(day.year, day.month, day.day, local.hour, local.minute, tzinfo=zone)
    return wall.astimezone(UTC)


def is_late(task: Task, now: datetime, seconds: int = 60) -> bool:
    """Say whether a task was last changed longer ago than this press can be."""
    return task.date_updated is not None and now - task.date_updated > timedelta(seconds=seconds)


def _details(task: Task, today: date, zone: ZoneInfo, state: State, reader: str) -> str:
    parts = [kit.clip(task.lead_name.strip(), _SHORT)]
    if state.is_over or (task.is_complete and state.said):
        return "  ·  ".join(part for part in [*parts, state.said] if part)
    if task.is_complete:
        day = due_day(task, zone)
        parts.append(f"was due {say_day(day, today)}" if day else "")
    else:
        due = "no date" if task.is_dateless else say_due(task.date, today, zone)
        parts.append("" if due in state.said else due)
    if task.assigned_to != reader and task.assigned_to_name:
        parts.append(kit.clip(task.assigned_to_name, _SHORT))
    return "  ·  ".join(part for part in [*parts, state.said] if part)


def _elements(task: Task, state: State, pages: str) -> list[Json]:
    value = str(Press(task.id, task.date, pages))
    undo = [kit.button("Undo", state.undo[0], value=state.undo[1])] if state.undo else []
    if state.is_over:
        return undo
    if task.is_complete:
        return undo or [kit.button("Reopen", REOPEN, value=value)]
    buttons = [
        *undo,
        kit.button("Done", DONE, value=value),
        kit.button("Snooze", SNOOZE, value=value),
        *_go_to(task),
    ]
    entries = [(TOMORROW, value, "Snooze to tomorrow"), (MONDAY, value, "Snooze to Monday")]
    if task.type == "lead":
        entries.append((EDIT, value, "Edit"))
    if task.lead_id:
        entries.append((VIEW_LEAD, task.lead_id, "Open lead"))
    if task.type == "lead":
        entries.append((DELETE, value, "Delete"))
    return [*buttons, kit.overflow(entries)]


def _go_to(task: Task) -> list[Json]:
    """Draw where the other kinds of tasks are done: the deal, or Close."""
    if task.type == "opportunity_due" and task.object_id.startswith("oppo_"):
        return [kit.button("View opportunity", VIEW_OPPORTUNITY, value=task.object_id)]
    if task.type != "lead" and task.lead_id:
        said = {"incoming_email": "Answer in Close", "incoming_sms": "Answer in Close"}
        words = said.get(task.type, "Open in Close")
        return [kit.button(words, "link.lead", url=f"{APP_URL}/lead/{task.lead_id}/")]
    return []


def _turn(skip: int, shown: int, total: int, pages: str) -> list[Json]:
    buttons = []
    if skip:
        before = max(skip - MOST_LISTED, 0)
        buttons.append(kit.button("Previous", PREVIOUS, value=f"{before} {pages}"))
    if shown and skip + shown < total:
        buttons.append(kit.button("Next", NEXT, value=f"{skip + shown} {pages}"))
    return buttons
