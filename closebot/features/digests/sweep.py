"""What is due, read from Close: for many digests at once, and no more than is due.

Digests whose readers may see the same are served together: by the same Close user, or by people
of one organization of whom Close says that no lead is hidden from them. See
docs/decisions/0005-digests.md.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from closebot.cards.digest_plan import Plan
from closebot.cards.digests import MOST_KEPT, Due
from closebot.cards.tasks import group_of
from closebot.close import AT_ONCE, Close, Range, Task
from closebot.close.search import every, objects, saved
from closebot.features.digests.times import end_of_day

# Up to so many people are asked for one by one; beyond, everything that is due is.
FEW = 3
# Rows of one walk: Close refuses to skip more than some number that it does not tell.
SLICE = 10_000
# What a row of a to-do shows; the other kinds show more.
_OF_TODOS = (
    "_type",
    "lead_id",
    "lead_name",
    "assigned_to",
    "assigned_to_name",
    "text",
    "date",
    "is_dateless",
)
_MOST_LEADS = 10_000  # as many as one search gives


@dataclass(frozen=True, slots=True)
class Wanted:
    """One digest's part of a sweep. `leads`: ids of the leads it is about, None for all."""

    plan: Plan
    zone: ZoneInfo
    leads: frozenset[str] | None = None
    most: int = MOST_KEPT


async def find_due(
    close: Close, wanted: Sequence[Wanted], now: datetime, *, rows: int = SLICE
) -> list[Due]:
    """Return what is due for each of some digests, all of them seen by one person.

    `rows`: how many one walk may have; another one then goes on from its last date. Raises
    `CloseError`.
    """
    piles = [_Pile(one, Due(), now.astimezone(one.zone).date()) for one in wanted]
    end = max(end_of_day(now, one.zone) for one in wanted)
    types = ("all",) if any(one.plan.everything for one in wanted) else ("lead",)
    by_user, others = _sort_by_reader(piles)
    async for task in _walk(close, _asked_for(by_user, others), types, end, rows):
        for pile in (*by_user.get(task.assigned_to, ()), *others):
            pile.take(task)
    return [pile.due for pile in piles]


async def find_leads(close: Close, view_id: str) -> frozenset[str]:
    """Return the ids of the leads in a Smart View, as this person sees it. Raises `CloseError`."""
    query = every(objects("lead"), saved(view_id))
    walk = close.search.walk(query, {"lead": ["id"]}, most=_MOST_LEADS)
    return frozenset([str(row.get("id")) async for row in walk])


@dataclass(frozen=True, slots=True)
class _Pile:
    wanted: Wanted
    due: Due
    today: date

    def take(self, task: Task) -> None:
        """Count a task if it belongs here: of these leads and this kind, and due by now."""
        one = self.wanted
        if one.leads is not None and task.lead_id not in one.leads:
            return
        if not one.plan.everything and task.type != "lead":
            return
        if group_of(task, self.today, one.zone) in ("Overdue", "Today"):
            self.due.add(task, self.today, one.zone, most=one.most)


def _sort_by_reader(piles: Iterable[_Pile]) -> tuple[dict[str, list[_Pile]], list[_Pile]]:
    """Sort digests of certain people by those people, so that a task finds its own at once."""
    by_user: dict[str, list[_Pile]] = {}
    others = []
    for pile in piles:
        if pile.wanted.plan.user_ids:
            for user_id in pile.wanted.plan.user_ids:
                by_user.setdefault(user_id, []).append(pile)
        else:
            others.append(pile)
    return by_user, others


def _asked_for(by_user: Mapping[str, object], others: Sequence[object]) -> tuple[str, ...]:
    """Return whose tasks to ask for; an empty name for everybody's."""
    return ("",) if others or len(by_user) > FEW else tuple(sorted(by_user))


async def _walk(
    close: Close, users: Iterable[str], types: Sequence[str], end: datetime, rows: int
) -> AsyncIterator[Task]:
    """Yield the open tasks that are due by `end`, those of each user by their dates, once each."""
    for user_id in users:
        start: date | datetime | None = None
        seen: set[str] = set()
        total: int | None = None
        is_more = True
        while is_more:
            most = rows + len(seen)
            count, last, edge = 0, start, set(seen)
            walk = close.tasks.list(
                types=types,
                assigned_to=user_id,
                is_complete=False,
                due=Range(gte=start, lte=end),
                order="date",
                most=most,
                fields=() if types == ("all",) else _OF_TODOS,
                ahead=AT_ONCE,
                total=total,
            )
            async for task in walk:
                count += 1
                if task.date != last:
                    last, edge = task.date, set()
                edge.add(task.id)
                if task.id not in seen:
                    yield task
            # The next walk begins with the last date again, less what it had already.
            is_more = count == most and (walk.total is None or walk.total > count)
            start, seen = last, edge
            total = None if walk.total is None else walk.total - count + len(edge)
