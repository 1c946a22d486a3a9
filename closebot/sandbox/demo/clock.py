"""The demo's clock: the real time and a number of seconds, for both sandboxes and the bot.

The bot is another process; it reads the seconds from a file (`closebot run --clock FILE`).
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

MORNING = time(9)
_FARTHEST = 10 * 366 * 86_400.0  # seconds; beyond the year 9999 there is no date
_WORKING_DAYS = range(5)  # Monday to Friday


class Clock:
    """A clock that can be moved forward. `path` is the file that the bot reads."""

    def __init__(
        self, path: Path, real: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.path = path
        self._real = real
        self.ahead = 0.0
        self._write()

    def now(self) -> datetime:
        """Return the time in UTC."""
        return self._real() + timedelta(seconds=self.ahead)

    def begin_at(self, moment: datetime) -> None:
        """Let it be a moment now, also one that has passed."""
        self.ahead = (moment - self._real()).total_seconds()
        self._write()

    def move(self, seconds: float) -> None:
        """Move forward. Raises `ValueError` where that is farther than anybody looks."""
        ahead = self.ahead + max(seconds, 0.0)
        if ahead > _FARTHEST:
            raise ValueError("it goes ten years ahead at most")
        self.ahead = ahead
        self._write()

    def move_to_morning(self, zone: str) -> None:
        """Move to the next nine o'clock of a working day, in a zone. Raises `ValueError`."""
        here = self.now().astimezone(ZoneInfo(zone))
        day = here.date()
        if here.time() >= MORNING:
            day += timedelta(days=1)
        while day.weekday() not in _WORKING_DAYS:
            day += timedelta(days=1)
        there = datetime.combine(day, MORNING, here.tzinfo)
        self.move((there - self.now()).total_seconds())

    def _write(self) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(f"{self.ahead:.6f}\n")
        fresh.replace(self.path)  # the bot never reads half of it
