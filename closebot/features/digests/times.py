"""When a digest goes out: by the wall clock of its zone, on both days of a clock change too."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
# Days that are looked at for the next one: more than the holidays that one may list.
_HORIZON = 1500


@dataclass(frozen=True, slots=True)
class Slot:
    """A day of a digest, and the moment (UTC) at which that day's digest is due."""

    day: date
    at: datetime


class NeverDue(ValueError):
    """No day is left on which a digest could go out."""


def next_send(
    after: datetime,
    *,
    time: time,
    days: Collection[int],
    zone: ZoneInfo,
    holidays: Collection[date] = (),
) -> datetime:
    """Return the first moment (UTC) later than `after` at which a digest is due.

    `time` is that of the wall clock in `zone`; `days` are weekdays, Monday is 0. A time that does
    not exist on a day means the first moment after the gap; of one that exists twice it is the
    first. Raises `NeverDue`.
    """
    return next_slot(after, time=time, days=days, zone=zone, holidays=holidays).at


def next_slot(
    after: datetime,
    *,
    time: time,
    days: Collection[int],
    zone: ZoneInfo,
    holidays: Collection[date] = (),
) -> Slot:
    """Return the first slot after a moment; see `next_send`. Raises `NeverDue`."""
    first = after.astimezone(zone).date() - _DAY
    for day in islice(_days(first), _HORIZON):
        if day.weekday() not in days or day in holidays:
            continue
        at = find_moment(day, time, zone)
        if at is not None and at > after:
            return Slot(day, at)
    raise NeverDue


def find_moment(day: date, clock: time, zone: ZoneInfo) -> datetime | None:
    """Return when a clock in `zone` first shows a time of a day, or has jumped over it.

    None for a day that a zone has left out altogether, as Samoa did in 2011.
    """
    wall = datetime.combine(day, clock)
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None) == wall:
        return early
    # In a gap fold 0 reckons with the clock before it, which comes out after it, and fold 1 with
    # the one after it, which comes out before.
    if early - late >= _DAY:
        return None
    offset = late.astimezone(zone).utcoffset()
    while early - late > timedelta(seconds=1):
        middle = late + (early - late) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return early.replace(microsecond=0)


def end_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the last second (UTC) of the day it is in a zone."""
    tomorrow = now.astimezone(zone).date() + _DAY
    start = find_moment(tomorrow, time(), zone)
    while start is None:
        tomorrow += _DAY
        start = find_moment(tomorrow, time(), zone)
    return start - timedelta(seconds=1)


def _days(first: date) -> Iterator[date]:
    while first < date.max - _DAY:
        yield first
        first += _DAY
