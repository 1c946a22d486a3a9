"""What a digest is to be: when, of whose tasks, for whom; and how that is said."""

from collections.abc import Sequence
from datetime import date, time
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from closebot.cards.zones import find_zone
from closebot.slack import kit

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORKING_DAYS = (0, 1, 2, 3, 4)
MOST_HOLIDAYS = 100
_NAMED = 3
_SHORT = 100

Whose = Literal["mine", "people", "everyone", "view"]


class Plan(BaseModel):
    """A digest as it was asked for; kept as JSON.

    `zone` is an IANA name, `days` are weekdays (Monday is 0). `people` are Close users by id and
    name; so is the one of `mine`, which stays the maker's when somebody else takes the digest
    over. `view` is a Smart View by id and name.
    """

    model_config = ConfigDict(frozen=True)

    time: time
    days: tuple[int, ...]
    zone: str
    holidays: tuple[date, ...] = ()
    whose: Whose = "mine"
    people: tuple[tuple[str, str], ...] = ()
    view: tuple[str, str] = ("", "")
    everything: bool = False
    says_empty: bool = False
    may_mention: bool = False
    maker: str = ""

    @property
    def where(self) -> ZoneInfo:
        """The zone itself. Raises `ValueError` for one that is not known any more."""
        return find_zone(self.zone)

    @property
    def user_ids(self) -> frozenset[str]:
        """The Close users whose tasks it lists; none where it is not about certain people."""
        named = self.people if self.whose in ("mine", "people") else ()
        return frozenset(user_id for user_id, _ in named)


def say_clock(clock: time) -> str:
    """Say a time of day: “9:00”."""
    return f"{clock.hour}:{clock:%M}"


def say_days(days: Sequence[int]) -> str:
    """Say on which days: “every day”, “on working days”, “on Mon, Wed and Fri”."""
    kept = sorted(set(days))
    if len(kept) == len(WEEKDAYS):
        return "every day"
    if tuple(kept) == WORKING_DAYS:
        return "on working days"
    if len(kept) == 1:
        return f"on {WEEKDAYS[kept[0]]}s"
    short = [WEEKDAYS[day][:3] for day in kept]
    return f"on {_join(short)}"


def say_times(plan: Plan) -> str:
    """Say when: “9:00 on working days”."""
    return f"{say_clock(plan.time)} {say_days(plan.days)}"


def say_whose(plan: Plan) -> str:
    """Say whose tasks it lists, as plain text with names of Close in it."""
    what = "inbox" if plan.everything else "to-dos"
    if plan.whose == "everyone":
        return f"everyone's {what}"
    if plan.whose == "view":
        name = kit.clip(plan.view[1].strip() or "Untitled", _SHORT)
        return f"{'inbox' if plan.everything else 'to-dos'} on leads of “{name}”"
    names = [kit.clip(name.strip() or "somebody", _SHORT) for _, name in plan.people]
    if len(names) > _NAMED + 1:
        names = [*names[:_NAMED], f"{len(names) - _NAMED} more"]
    return f"{what} of {_join(names)}"


def say_plan(plan: Plan) -> str:
    """Say all of a plan in one line of plain text."""
    parts = [say_times(plan), plan.zone, say_whose(plan)]
    parts.append("says so on empty days" if plan.says_empty else "silent on empty days")
    if plan.may_mention:
        parts.append("mentions those who ask for it")
    if plan.holidays:
        count = len(plan.holidays)
        parts.append("1 holiday" if count == 1 else f"{count} holidays")
    return "  ·  ".join(parts)


def _join(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
