"""What may be other each time a session is played: ids, times, tokens; and their names now."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

# What may be other each time, the more special first.
_KINDS = {
    "id": (
        r"\b(?:lead|cont|oppo|task|acti|user|stat|pipe|orga|cf|whsub)_[0-9A-Za-z]{8,}"
        r"|\b[ABCDTUVW][01][A-Z0-9]{6,}"
    ),
    "moment": r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?",
    "ts": r"\b\d{10}\.\d{6}\b",
    "seconds": r"\b1\d{9}\b",
    "time": r"\b\d{1,2}:\d\d(?::\d\d)?(?:\s?[AP]M)?\b",
    "ago": r"\b(?:\d+|an?) (?:second|minute)s? ago\b|\bjust now\b",
    "host": r"127\.0\.0\.1:\d+",
    "token": (
        r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\bp\d{16}\b"
        r"|\b(?=[0-9a-f]{0,40}\d)(?=[0-9a-f]{0,40}[a-f])[0-9a-f]{8,}\b"
        r"|\b(?=[0-9A-Za-z_=-]{0,40}\d)(?=[0-9A-Za-z_=-]{0,40}[A-Za-z])[0-9A-Za-z_=-]{20,}"
    ),
}
_VARIABLE = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))
_STABLE = frozenset({"id", "ts"})  # the same thing has the same one each time


class Names:
    """What things of the recording are called now: ids and tokens, learned where both were seen.

    `near` is how far times may be apart; None where they may be any.
    """

    def __init__(self, near: timedelta | None = None) -> None:
        self.near = near
        self._now: dict[str, str] = {}
        self._then: dict[str, str] = {}
        self._made: dict[str, str] = {}

    def copy(self) -> "Names":
        """Return others that begin with what is known here."""
        made = Names(self.near)
        made._now, made._then = dict(self._now), dict(self._then)
        made._made = dict(self._made)
        return made

    def learn(self, then: str, now: str) -> None:
        """Remember another name for the same thing."""
        if then != now:
            self._made[then] = now

    def knows(self, then: str, now: str) -> bool:
        """Say whether that is what it is called now."""
        return self._made.get(then) == now

    def is_same(self, then: str, now: str) -> bool:
        """Say whether an id can be that of the same thing; from then on it is."""
        known, owner = self._now.get(then), self._then.get(now)
        if known is None and owner is None:
            self._now[then], self._then[now] = now, then
            return True
        return known == now

    def translate(self, value: Any) -> Any:
        """Return a value of the recording with the names that hold now."""
        if isinstance(value, str):
            known = self._made.get(value)
            return _VARIABLE.sub(self._rename, value) if known is None else known
        if isinstance(value, list):
            return [self.translate(one) for one in value]
        if isinstance(value, dict):
            return {self.translate(key): self.translate(one) for key, one in value.items()}
        return value

    def _rename(self, found: re.Match[str]) -> str:
        return self._now.get(found[0]) or self._made.get(found[0]) or found[0]


def shape(text: str) -> str:
    """Return text with everything in it that may be other each time replaced by what it is."""
    return _VARIABLE.sub(lambda found: f"<{found.lastgroup}>", text)


def is_same_text(then: str, now: str, names: Names) -> bool:
    """Say whether two texts are the same but for what may be other; learn the ids in them."""
    if names.knows(then, now):
        return True
    if shape(then) != shape(now):
        return False
    pairs = zip(_VARIABLE.finditer(then), _VARIABLE.finditer(now), strict=True)
    return all(_is_alike(str(one.lastgroup), one[0], other[0], names) for one, other in pairs)


def _is_alike(kind: str, then: str, now: str, names: Names) -> bool:
    if kind in _STABLE:
        return names.is_same(then, now)
    read = _SECONDS.get(kind)
    if read is None or names.near is None or then == now:
        return True
    apart = abs(read(then) - read(now))
    return min(apart, 86_400 - apart if kind == "time" else apart) <= names.near.total_seconds()


def _read_time(text: str) -> float:
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    if "M" in text:  # AM or PM
        numbers[0] = numbers[0] % 12 + (12 if "P" in text else 0)
    return sum(number * unit for number, unit in zip(numbers, (3600, 60, 1), strict=False))


def _read_ago(text: str) -> float:
    count = re.search(r"\d+", text)
    if "ago" not in text:
        return 0
    return float(count[0] if count else 1) * (60 if "minute" in text else 1)


def _read_moment(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0


_SECONDS: dict[str, Callable[[str], float]] = {
    "moment": _read_moment,
    "seconds": float,
    "time": _read_time,
    "ago": _read_ago,
}
