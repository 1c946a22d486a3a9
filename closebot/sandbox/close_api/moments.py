"""Moments and days as Close writes and reads them.

Older resources: milliseconds written with six digits and an offset, the fraction left out when it
is zero. Newer ones: naive UTC microseconds.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_REMEMBERED = 1 << 18  # moments: an order or a filter reads those of every object
_DAY_LENGTH = len("2026-01-31")
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def write_moment(moment: datetime) -> str:
    """Write a moment as older resources do: `2026-06-19T12:05:28.327000+00:00`."""
    there = moment.astimezone(UTC)
    return there.replace(microsecond=there.microsecond // 1000 * 1000).isoformat()


def write_naive(moment: datetime) -> str:
    """Write a moment as newer resources do: `2026-06-19T09:22:10.931820`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def is_day(text: str) -> bool:
    """Tell a day (`2026-07-01`) from a moment."""
    return len(text) == _DAY_LENGTH


def read_day(text: str) -> date:
    """Read a day. Raises `ValueError`."""
    if not is_day(text):
        raise ValueError("no day")
    return date.fromisoformat(text)


@lru_cache(maxsize=_REMEMBERED)
def read_moment(text: str, offset: float = 0) -> datetime:
    """Read a moment, or the start of a day that is `offset` hours from UTC. Raises `ValueError`."""
    read = datetime.fromisoformat(text)
    if is_day(text):
        return _shift(read.replace(tzinfo=UTC), -offset)
    try:
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


def local_day(moment: datetime, offset: float) -> date:
    """Return the day that it is at a moment, `offset` hours from UTC."""
    return _shift(moment.astimezone(UTC), offset).date()


def start_of(day: date, offset: float) -> datetime:
    """Return the moment at which a day begins, `offset` hours from UTC."""
    return _shift(datetime(day.year, day.month, day.day, tzinfo=UTC), -offset)


def _shift(moment: datetime, hours: float) -> datetime:
    """Return a moment so many hours later; nothing is before the year 1 or after the year 9999."""
    try:
        return moment + timedelta(hours=hours)
    except OverflowError:
        return _FIRST if hours < 0 else _LAST
