"""The message in which a task stands: a list, something longer, or that task alone.

A press changes one row. What the others show is remembered for that person, so that Close is not
asked again; where it is forgotten, a list is asked for anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from closebot.audience import RECORDS
from closebot.cards.tasks import (
    MOST_LISTED,
    Group,
    Press,
    Row,
    State,
    group_of,
    owns_block,
    task_card,
    task_list,
    task_row,
)
from closebot.close import Range, Task
from closebot.features.tasks.standing import find_standing
from closebot.people import Person
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call

_MESSAGE = "message"
_REMEMBERED = timedelta(hours=12)
SCOPES = ("open", "today", "overdue", "week", "future", "done")
_TITLES = {
    "open": "Open tasks",
    "today": "Tasks for today",
    "overdue": "Overdue tasks",
    "week": "Tasks of the next seven days",
    "future": "Tasks after today",
    "done": "Tasks that are done",
}
_ALL = "+"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which list somebody asked for: of which time, of whom (empty: their own), of which types."""

    scope: str = "open"
    user_id: str = ""
    all_types: bool = False

    def __str__(self) -> str:
        return f"{self.scope}{_ALL if self.all_types else ''} {self.user_id}".strip()

    @classmethod
    def read(cls, text: str) -> "Choice":
        """Read what `str` wrote; what is odd is the list of what is open."""
        scope, _, user_id = text.strip().partition(" ")
        bare = scope.removesuffix(_ALL)
        return cls(bare if bare in SCOPES else "open", user_id, scope.endswith(_ALL))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list as it stands in somebody's message."""

    choice: Choice
    skip: int
    title: str
    rows: tuple[Row, ...]
    total: int


def read_pages(text: str) -> tuple[int, Choice]:
    """Read which page of which list it is: `20 today+ user_…`."""
    skip, _, choice = text.partition(" ")
    start = int(skip) if skip.isdecimal() and len(skip) < 7 else 0
    return start, Choice.read(choice)


async def find_page(choice: Choice, skip: int, me: Person) -> Page:
    """Ask Close for a page and remember it: one request."""
    today = me.today
    tomorrow = today + timedelta(days=1)
    due = {
        "today": Range(gte=today, lt=tomorrow),
        "overdue": Range(lt=today),
        "week": Range(gte=today, lt=today + timedelta(days=7)),
        "future": Range(gte=tomorrow),
    }.get(choice.scope)
    is_done = choice.scope == "done"
    user_id = choice.user_id or me.connection.close_user_id
    walk = me.close.tasks.list(
        types=("all",) if choice.all_types else ("lead",),
        assigned_to=user_id,
        is_complete=is_done,
        due=due,
        order="-date" if is_done else "date",
        most=MOST_LISTED,
        skip=skip,
    )
    tasks = await walk.first()
    total = walk.total if walk.total is not None else skip + len(tasks)
    title = await _title(choice, tasks, me)
    rows = tuple(Row(task, group_of(task, today, me.zone)) for task in tasks)
    page = Page(choice, skip, title, rows, total)
    _remember_page(page, me)
    return page


def draw_page(page: Page, me: Person) -> Json:
    """Draw a page as it stands now."""
    return task_list(
        page.title,
        page.rows,
        today=me.today,
        zone=me.zone,
        total=page.total,
        skip=page.skip,
        pages=str(page.choice),
        reader=me.connection.close_user_id,
    )


def find_task(press: Press, me: Person) -> Task | None:
    """Return a task as it was when its row was drawn; None where that is forgotten."""
    if (kept := _recall_task(press.task_id, me)) is not None:
        return kept
    page = _recall_page(press.pages, me)
    rows = page.rows if page else ()
    return next((row.task for row in rows if row.task.id == press.task_id), None)


def keep_task(task: Task, me: Person) -> None:
    """Remember a task as it is now, for what is done to it next."""
    me.known.learn(me.connection.close_user_id, f"task {task.id}", task, me.now)


def keep_message(press: Press, call: Call, me: Person) -> Press:
    """Remember the message of a row whose modal is opened: a submission does not tell it."""
    blocks = _blocks_of(call)
    if press.pages or not any(owns_block(press.task_id, block) for block in blocks):
        return press
    kept = (me.now, _text_of(call), blocks)
    me.known.learn(me.connection.close_user_id, f"{_MESSAGE} {_stamp_of(call)}", kept, me.now)
    return replace(press, pages=f"{_MESSAGE} {_stamp_of(call)}")


async def show(
    press: Press, task: Task | None, state: State, call: Call, me: Person, respond: Respond
) -> None:
    """Draw the row of a task as it is now, in the message where it stands.

    `task` None: it is gone. Asks Close for the list where what it showed is forgotten.
    """
    if task is not None and (kept := _recall_task(press.task_id, me)) is not None:
        keep_task(_with_names(task, kept), me)
    if press.pages and not press.pages.startswith(_MESSAGE):
        page = _recall_page(press.pages, me)
        if page is None:
            skip, choice = read_pages(press.pages)
            page = await find_page(choice, skip, me)
        page = _change(page, press.task_id, task, state, me)
        _remember_page(page, me)
        await respond(draw_page(page, me), replace=True)
        return
    seen, text, blocks = me.now, _text_of(call), _blocks_of(call)
    if press.pages:
        user = me.connection.close_user_id
        kept = me.known.recall(user, press.pages, me.now, _REMEMBERED)
        seen, text, blocks = kept or (me.now, "", [])
    if any(owns_block(press.task_id, block) for block in blocks):
        standing = find_standing(press.pages.removeprefix(_MESSAGE).strip() or _stamp_of(call), me)
        row = _draw_row(press.task_id, task, state, blocks, me)
        standing.put(press.task_id, row, me.now)
        async with standing.turn:  # so that what is sent first is not what stands there last
            message = {"text": text or "Tasks", "blocks": standing.draw(blocks, seen)}
            await respond(message, replace=True, shared=call.in_public, holds=[RECORDS])
        return
    if task is None:
        await respond(kit.sentence(state.said), replace=not press.pages)
        return
    own = me.connection.close_user_id
    card = task_card(task, today=me.today, zone=me.zone, state=state, reader=own)
    await respond(card, replace=not press.pages)


def _draw_row(
    task_id: str, task: Task | None, state: State, blocks: Sequence[Json], me: Person
) -> list[Json]:
    if task is not None:
        own = me.connection.close_user_id
        return task_row(task, me.today, me.zone, state=state, reader=own)
    kept = [block for block in blocks if block.get("block_id") == task_id]
    return [*kept, kit.context(kit.quote(state.said, 500)) | {"block_id": f"{task_id} acts"}]


def _change(page: Page, task_id: str, task: Task | None, state: State, me: Person) -> Page:
    rows = list(page.rows)
    for number, row in enumerate(rows):
        if row.task.id == task_id:
            rows[number] = Row(_with_names(task or row.task, row.task), row.group, state)
            return replace(page, rows=tuple(rows))
    if task is not None:  # the list was asked for anew, and it is not in it any more
        group: Group = rows[0].group if rows else group_of(task, me.today, me.zone)
        rows.insert(0, Row(task, group, state))
    return replace(page, rows=tuple(rows[: MOST_LISTED + 1]))


def _with_names(task: Task, before: Task) -> Task:
    """Return a task with the names that the answer to a change may lack."""
    names = {
        "lead_name": task.lead_name or before.lead_name,
        "assigned_to_name": task.assigned_to_name or before.assigned_to_name,
    }
    return task.model_copy(update=names)


def _recall_task(task_id: str, me: Person) -> Task | None:
    user = me.connection.close_user_id
    task: Task | None = me.known.recall(user, f"task {task_id}", me.now, _REMEMBERED)
    return task


async def _title(choice: Choice, tasks: Sequence[Task], me: Person) -> str:
    title = _TITLES[choice.scope]
    if choice.user_id in ("", me.connection.close_user_id):
        return f"Your {title[0].lower()}{title[1:]}"
    name = next((task.assigned_to_name for task in tasks if task.assigned_to_name), "")
    if not name:
        name = next((one.name for one in await me.users() if one.id == choice.user_id), "")
    return f"{title} of {kit.clip(name or 'somebody', 100)}"


def _remember_page(page: Page, me: Person) -> None:
    question = f"tasks {page.skip} {page.choice}"
    me.known.learn(me.connection.close_user_id, question, page, me.now)


def _recall_page(pages: str, me: Person) -> Page | None:
    skip, choice = read_pages(pages)
    user = me.connection.close_user_id
    page: Page | None = me.known.recall(user, f"tasks {skip} {choice}", me.now, _REMEMBERED)
    return page


def _blocks_of(call: Call) -> list[Json]:
    """Return the blocks of the message that was clicked; Slack sends no private one along."""
    message: Any = call.body.get("message")
    blocks = message.get("blocks") if isinstance(message, dict) else None
    return [block for block in blocks if isinstance(block, dict)] if blocks else []


def _text_of(call: Call) -> str:
    """Return what notifications say of the message that was clicked."""
    message: Any = call.body.get("message")
    text = message.get("text") if isinstance(message, dict) else None
    return kit.clip(text, kit.MESSAGE) if isinstance(text, str) else ""


def _stamp_of(call: Call) -> str:
    return str(call.body.get("container", {}).get("message_ts", ""))
