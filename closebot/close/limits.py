"""Rate limits: what Close says about them, and how long to wait.

Limits are counted per key and endpoint group, so a wait for one group holds up no other.
https://developer.close.com/api/overview/rate-limits
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping

# Documented with commas, sent with semicolons; the reset may be a decimal number.
_LIMIT = re.compile(r"limit=(\d+)[;,]\s*remaining=(\d+)[;,]\s*reset=([\d.]+)")
_ID = re.compile(r"/[a-z]+_[0-9A-Za-z]{10,}")
_DEFAULT_WAIT = 2.0
_MOST_GROUPS = 5000


def read_wait(headers: Mapping[str, str]) -> float:
    """Return how many seconds a 429 asks to wait."""
    waits = [_number(headers.get(name)) for name in ("retry-after", "ratelimit-reset")]
    if found := _LIMIT.search(headers.get("ratelimit", "")):
        waits.append(_number(found[3]))
    known = [wait for wait in waits if wait is not None]
    return max(known) if known else _DEFAULT_WAIT


def read_retry_after(headers: Mapping[str, str]) -> float:
    """Return how many seconds a 503 asks to wait; 0 where it does not say."""
    return _number(headers.get("retry-after")) or 0.0


def _number(text: str | None) -> float | None:
    """Read seconds; nothing else, and nothing endless, is believed."""
    if not re.fullmatch(r"\d{1,9}(\.\d{0,9})?", (text or "").strip()):
        return None
    return min(float(text or ""), 3600.0)


class Limits:
    """Until when each (key, endpoint group) has to wait; bounded, the oldest is forgotten first.

    `clock` is a monotonic clock in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: OrderedDict[tuple[int, str], float] = OrderedDict()

    def name_group(self, secret: str, method: str, path: str) -> tuple[int, str]:
        """Name the group a request is counted in: its key, method, and path without ids."""
        return hash(secret), f"{method} {_ID.sub('/*', '/' + path)}"

    def wait(self, group: tuple[int, str]) -> float:
        """Return how many seconds a request of this group has to wait; 0 as a rule."""
        until = self._until.get(group)
        if until is None:
            return 0.0
        if (left := until - self._clock()) <= 0:
            del self._until[group]
            return 0.0
        return left

    def hold(self, group: tuple[int, str], seconds: float) -> None:
        """Let the next request of this group wait."""
        self._until[group] = self._clock() + seconds
        self._until.move_to_end(group)
        while len(self._until) > _MOST_GROUPS:
            self._until.popitem(last=False)

    def note(self, group: tuple[int, str], headers: Mapping[str, str]) -> None:
        """Learn from an answer: when nothing remains, the next request waits for the reset."""
        found = _LIMIT.search(headers.get("ratelimit", ""))
        if found and int(found[2]) == 0 and (reset := _number(found[3])):
            self.hold(group, reset)
