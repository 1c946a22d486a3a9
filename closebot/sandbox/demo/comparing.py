"""Whether two answers say the same, where ids, times and tokens may be others."""

import re
from typing import Any

_SHAPES = [
    (
        re.compile(r"\b(lead|cont|oppo|task|acti|user|stat|pipe|orga|cf|whsub)_[0-9A-Za-z]{8,}"),
        "id",
    ),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?"), "moment"),
    (re.compile(r"\b\d{10}\.\d{6}\b"), "ts"),
    (re.compile(r"\b1\d{9}\b"), "seconds"),
    (re.compile(r"\b\d{1,2}:\d\d(?::\d\d)?(?:\s?[AP]M)?\b"), "time"),
    (re.compile(r"\b(?:\d+|an?) (?:second|minute)s? ago\b|\bjust now\b"), "ago"),
    (re.compile(r"127\.0\.0\.1:\d+"), "host"),
    (re.compile(r"\b[ABCDTUVW][A-Z0-9]{7,}\b"), "id"),
    (re.compile(r"\b(?=[0-9A-Za-z_=-]*\d)(?=[0-9A-Za-z_=-]*[A-Za-z])[0-9A-Za-z_=-]{8,}"), "token"),
]
_LONGEST = 100
# What nobody reads: made anew each time, or the demo's own.
_MADE = frozenset(
    {"block_id", "hash", "id", "previous_view_id", "private_metadata", "root_view_id", "thread_ts",
     "ts"}
)  # fmt: skip
_CLOCK = frozenset({"ahead", "now"})
_BY_BLOCK = "values"  # its keys are ids of blocks


class Names:
    """What things of the recording are called now: ids and tokens, learned where both were seen."""

    def __init__(self) -> None:
        self._now: dict[str, str] = {}

    def learn(self, then: str, now: str) -> None:
        """Remember another name for the same thing."""
        if then != now:
            self._now[then] = now

    def translate(self, value: Any) -> Any:
        """Return a value of the recording with the names that hold now."""
        if isinstance(value, str):
            return self._now.get(value, value)
        if isinstance(value, list):
            return [self.translate(one) for one in value]
        if isinstance(value, dict):
            return {self.translate(key): self.translate(one) for key, one in value.items()}
        return value


def shape(text: str) -> str:
    """Return text with everything in it that may be other each time replaced by what it is."""
    for pattern, word in _SHAPES:
        text = pattern.sub(f"<{word}>", text)
    return text


def compare(then: Any, now: Any, names: Names, path: str = "") -> list[str]:
    """Say where two values differ, a line each; learn names from what agrees."""
    if isinstance(then, dict) and isinstance(now, dict):
        return _compare_objects(then, now, names, path)
    if isinstance(then, list) and isinstance(now, list):
        return _compare_lists(then, now, names, path)
    if isinstance(then, str) and isinstance(now, str):
        if shape(then) == shape(now):
            names.learn(then, now)
            return []
    elif _is_number(then) and _is_number(now):
        if then == now or (shape(str(int(then))) == shape(str(int(now))) == "<seconds>"):
            return []
    elif then == now:
        return []
    return [f"{path or 'all'}: {_short(then)} became {_short(now)}"]


def _compare_lists(then: list[Any], now: list[Any], names: Names, path: str) -> list[str]:
    found = [
        line
        for index, (one, other) in enumerate(zip(then, now, strict=False))
        for line in compare(one, other, names, f"{path}[{index}]")
    ]
    if len(then) != len(now):
        found.append(f"{path}: {len(then)} entries became {len(now)}")
    return found


def _compare_objects(
    then: dict[str, Any], now: dict[str, Any], names: Names, path: str
) -> list[str]:
    """Compare by keys; keys that are ids are paired in their order."""
    gone = [key for key in then if key not in now]
    fresh = [key for key in now if key not in then]
    pairs = [(key, key) for key in then if key in now]
    found: list[str] = []
    are_ids = [shape(key) for key in gone] == [shape(key) for key in fresh]
    if are_ids or (path.endswith(_BY_BLOCK) and len(gone) == len(fresh)):
        for old, new in zip(gone, fresh, strict=True):
            names.learn(old, new)
            pairs.append((old, new))
    else:
        found = [f"{path}: {key} is gone" for key in gone]
        found += [f"{path}: {key} is new" for key in fresh]
    for old, new in pairs:
        one, other = then[old], now[new]
        if old in _MADE and isinstance(one, str) and isinstance(other, str):
            names.learn(one, other)
        elif old not in _CLOCK:
            found += compare(one, other, names, f"{path}.{old}" if path else old)
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
