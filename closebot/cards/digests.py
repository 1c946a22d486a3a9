"""A digest as a message: who has what to do today and what is overdue, the most urgent first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from closebot.cards.dates import say_day, say_due
from closebot.cards.digest_plan import Plan, say_times, say_whose
from closebot.cards.task_words import name_task
from closebot.cards.tasks import group_of, task_row
from closebot.close import Task
from closebot.slack import kit
from closebot.slack.kit import Json

SHOW_ALL = "digests.show_all"
TURN = "digests.turn"
TURN_BACK = "digests.turn_back"
DONE_HERE = "digests.done"

# Tasks that are kept for a message; two blocks each, so that no more ever fit.
MOST_KEPT = 25
PAGE = 40
_LONG = 300
_NAME = 100
_MOST_NAMED = 20
_MOST_OWN = 20
_MOST_DAYS = 5


@dataclass(slots=True)
class Tally:
    """How much one person has to do; `name` is as Close has it."""

    name: str = ""
    overdue: int = 0
    today: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.overdue + self.today


@dataclass(slots=True)
class Due:
    """What is due: counted by person (Close user id), and the most urgent of it in that order."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)

    def add(self, task: Task, today: date, zone: ZoneInfo, *, most: int = MOST_KEPT) -> None:
        """Count a task, and keep it when there is room. They come in the order of their dates."""
        tally = self.tallies.setdefault(task.assigned_to, Tally())
        tally.name = tally.name or task.assigned_to_name
        if group_of(task, today, zone) == "Overdue":
            tally.overdue += 1
        else:
            tally.today += 1
        if len(self.tasks) < most:
            self.tasks.append(task)

    @property
    def overdue(self) -> int:
        """How many are overdue."""
        return sum(tally.overdue for tally in self.tallies.values())

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(tally.total for tally in self.tallies.values())


@dataclass(frozen=True, slots=True)
class Heading:
    """What a digest says about itself. `late` and `missed`: plain sentences, empty as a rule."""

    digest_id: str = ""
    slot: str = ""
    late: str = ""
    missed: str = ""
    slash: str = "/close"


def digest_message(
    plan: Plan,
    due: Due,
    *,
    today: date,
    zone: ZoneInfo,
    heading: Heading,
    mentions: Mapping[str, str],
) -> Json:
    """Draw a digest of at least nothing.

    As many tasks as fit into 50 blocks; a button shows all where that is not all. `mentions`:
    the Slack users to be mentioned, by Close user id; each is mentioned once, and only when they
    have something to do.
    """
    asked = mentions if plan.may_mention else {}
    count = len(due.tasks)
    while True:
        blocks = _blocks(plan, due, count, today, zone, heading, asked)
        if len(blocks) <= kit.MOST_MESSAGE_BLOCKS:
            return kit.message(kit.quote(say_counts(due, today), 500), blocks)
        count -= 1


def plain_digest(due: Due, today: date, *, slash: str) -> Json:
    """Say a digest in one sentence, where Slack refuses its blocks."""
    return kit.sentence(
        f"{say_counts(due, today)}. They could not be drawn here: `{slash} digest now` and "
        f"`{slash} tasks` show yours."
    )


def say_counts(due: Due, today: date) -> str:
    """Say how much is due, in plain text: “Tasks for Thu 26 Nov: 3 overdue, 2 today”."""
    said = f"Tasks for {today:%a} {today.day} {today:%b}"
    if not due.total:
        return f"{said}: nothing is due"
    return f"{said}: {_counts(due.overdue, due.total - due.overdue)}"


def _counts(overdue: int, today: int) -> str:
    parts = [f"{overdue} overdue" if overdue else "", f"{today} today" if today else ""]
    return ", ".join(part for part in parts if part)


def _blocks(
    plan: Plan,
    due: Due,
    count: int,
    today: date,
    zone: ZoneInfo,
    heading: Heading,
    mentions: Mapping[str, str],
) -> list[Json]:
    blocks = [kit.header(say_counts(due, today))]
    notes = [note for note in (heading.late, heading.missed) if note]
    blocks += [kit.context(kit.quote(note, 500)) for note in notes]
    if not due.total:
        blocks.append(kit.context("Nothing is due. :tada:"))
    shown = due.tasks[:count]
    groups = _group(shown, today, zone)
    for user_id, tasks in groups.items():
        blocks += _section(user_id, tasks, due, plan, today, zone, mentions)
    others = [key for key in due.tallies if key not in groups]
    if others:
        blocks += _others(others, due, mentions)
    if due.total > len(shown) and heading.digest_id:
        value = f"{heading.digest_id} 0"
        blocks.append(kit.actions(kit.button(f"Show all {due.total}", SHOW_ALL, value=value)))
    blocks.append(_foot(plan, heading.slash))
    return blocks


def _group(tasks: Sequence[Task], today: date, zone: ZoneInfo) -> dict[str, list[Task]]:
    """Sort tasks by person, whoever has the most urgent one first, overdue ones before others."""
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.assigned_to, []).append(task)
    for mine in groups.values():
        mine.sort(key=lambda task: group_of(task, today, zone) != "Overdue")
    return groups


def _section(
    user_id: str,
    tasks: Sequence[Task],
    due: Due,
    plan: Plan,
    today: date,
    zone: ZoneInfo,
    mentions: Mapping[str, str],
) -> list[Json]:
    tally = due.tallies[user_id]
    alone = plan.whose == "mine" or (len(due.tallies) == 1 and len(plan.people) == 1)
    blocks: list[Json] = []
    last = ""
    for task in tasks:
        group = "Overdue" if group_of(task, today, zone) == "Overdue" else "Today"
        if group != last:
            number = tally.overdue if group == "Overdue" else tally.today
            who = "" if last or alone else tally.name.strip() or "Nobody"
            slack_user = "" if last else mentions.get(user_id, "")
            blocks.append(_title(who, slack_user, f"{group} ({number})"))
            last = group
        blocks += task_row(task, today, zone, reader=task.assigned_to)
    return blocks


def _title(who: str, slack_user: str, group: str) -> Json:
    if slack_user:
        return kit.section(f"<@{slack_user}>  ·  *{group}*")
    name = f"{kit.clip(who, _NAME)}  ·  " if who else ""
    return kit.rich(kit.line(kit.words(f"{name}{group}", bold=True)))


def _others(user_ids: Sequence[str], due: Due, mentions: Mapping[str, str]) -> list[Json]:
    """Name those whose tasks did not fit: nobody is left out of the counts."""
    named = user_ids[:_MOST_NAMED]
    parts = []
    for user_id in named:
        tally = due.tallies[user_id]
        parts.append(f"{kit.clip(tally.name.strip() or 'Nobody', 60)} ({tally.total})")
    if len(user_ids) > len(named):
        parts.append(f"{len(user_ids) - len(named)} more people")
    blocks = [kit.rich(kit.line(kit.words("Also: ", bold=True), kit.words(", ".join(parts))))]
    asked = [mentions[user_id] for user_id in user_ids if user_id in mentions]
    if asked:
        blocks.append(kit.context(" ".join(f"<@{user}>" for user in asked[:100])))
    return blocks


def _foot(plan: Plan, slash: str) -> Json:
    maker = f", set up by {kit.clip(plan.maker, _NAME)}" if plan.maker else ""
    said = f"{say_times(plan)}{maker}. {slash} digests changes it."
    return kit.rich(kit.line(kit.words(f"Digest of {say_whose(plan)}, {said}", italic=True)))


def say_missed(days: Sequence[date], today: date) -> str:
    """Say which days were skipped, as plain text; empty for none."""
    if not days:
        return ""
    said = [say_day(day, today) for day in days[-_MOST_DAYS:]]
    more = f" and {len(days) - len(said)} earlier ones" if len(days) > len(said) else ""
    return f"Skipped, as closebot was not running: {', '.join(said)}{more}."


def own_tasks(due: Due, *, today: date, zone: ZoneInfo, slash: str) -> Json:
    """Draw what one person has to do, for themselves."""
    said = say_counts(due, today)
    blocks = [kit.rich(kit.line(kit.words(said, bold=True)))]
    last = ""
    for task in due.tasks[:_MOST_OWN]:
        group = group_of(task, today, zone)
        if group != last:
            blocks.append(kit.header(group))
            last = group
        # An action tells no private message: what is drawn after it is the list of open tasks.
        blocks += task_row(task, today, zone, pages="0 open", reader=task.assigned_to)
    if due.total > _MOST_OWN:
        blocks.append(kit.context(f"The first {_MOST_OWN} of {due.total}: `{slash} tasks`"))
    elif not due.total:
        blocks.append(kit.context(f"`{slash} tasks` shows what comes later."))
    return kit.message(kit.quote(said, 500), blocks)


def all_tasks(
    digest_id: str, due: Due, skip: int, *, today: date, zone: ZoneInfo, reader: str = ""
) -> Json:
    """Draw a page of everything that is due, in a modal. `due` holds all tasks up to its end.

    `reader`: the Close user who reads it; whose task it is is said of others' tasks only.
    """
    page = due.tasks[skip : skip + PAGE]
    blocks = [kit.rich(kit.line(kit.words(say_counts(due, today), bold=True)))]
    last = ""
    for task in page:
        group = group_of(task, today, zone)
        if group != last:
            blocks.append(kit.header(group))
            last = group
        done = kit.button("Done", DONE_HERE, value=task.id)
        whose = "" if task.assigned_to == reader else task.assigned_to_name
        parts = [task.lead_name.strip(), say_due(task.date, today, zone), whose.strip()]
        details = "  ·  ".join(kit.clip(part, _NAME) for part in parts if part)
        row = kit.row(name_task(task, _LONG), details, accessory=done)
        blocks.append(row | {"block_id": task.id})
    if not page:
        blocks.append(kit.context("Nothing here."))
    if len(page) < due.total:
        blocks.append(kit.context(f"{skip + 1} to {skip + len(page)} of {due.total}"))
    turns = []
    if skip:
        before = f"{digest_id} {max(skip - PAGE, 0)}"
        turns.append(kit.button("Previous", TURN_BACK, value=before))
    if page and skip + len(page) < due.total:
        turns.append(kit.button("Next", TURN, value=f"{digest_id} {skip + PAGE}"))
    if turns:
        blocks.append(kit.actions(*turns))
    return kit.modal("digests.all", "Due tasks", blocks)


def mark_done(view: Json, task_id: str, said: str) -> list[Json]:
    """Return the blocks of such a modal with one row that says what became of its task."""
    drawn: list[Json] = []
    for block in view.get("blocks", []):
        if block.get("block_id") == task_id:
            kept = {key: value for key, value in block.items() if key != "accessory"}
            drawn += [kept, kit.context(kit.quote(said, 500))]
        else:
            drawn.append(block)
    return drawn[: kit.MOST_VIEW_BLOCKS]
