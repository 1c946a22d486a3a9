"""Whether two answers say the same, where ids, times and tokens may be others."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import isfinite
from typing import Any

from closebot.sandbox.demo.naming import Names, is_same_text, shape

_LONGEST = 70
_BEFORE = 24  # characters that are shown before what differs


@dataclass(frozen=True)
class Rules:
    """What does not count. `made`: keys whose value is made anew each time.

    `grows`: what has a new key that says nothing (none, empty, no) is still the same.
    """

    made: frozenset[str]
    grows: bool


SCREEN = Rules(
    frozenset(
        {"block_id", "hash", "id", "previous_view_id", "private_metadata", "root_view_id",
         "thread_ts", "trigger_id", "ts"}
    ),
    grows=True,
)  # fmt: skip
SENT = Rules(frozenset({"hash", "trigger_id"}), grows=False)  # the bot chose the rest itself
_CLOCK = frozenset({"ahead", "now"})
_BY_BLOCK = "values"  # its keys are ids of blocks


@dataclass(frozen=True)
class Difference:
    """Where two values differ, and how: a sentence without its subject."""

    path: str
    words: str

    def __str__(self) -> str:
        """Return it as it is printed."""
        return f"{self.path}: {self.words}" if self.path else self.words

    def within(self, place: str) -> "Difference":
        """Return the same difference of something that is part of something else."""
        return Difference(f"{place}: {self.path}" if self.path else place, self.words)


def compare(
    then: Any, now: Any, names: Names, path: str = "", *, rules: Rules = SCREEN
) -> list[Difference]:
    """Say where two values differ; learn names from what agrees.

    `rules` say what does not count.
    """
    if isinstance(then, dict) and isinstance(now, dict):
        return _compare_objects(then, now, names, path, rules)
    if isinstance(then, list) and isinstance(now, list):
        return _compare_lists(then, now, names, path, rules)
    if isinstance(then, str) and isinstance(now, str):
        if is_same_text(then, now, names):
            names.learn(then, now)
            return []
    elif _is_number(then) and _is_number(now):
        if then == now or is_same_text(str(int(then)), str(int(now)), names):
            return []
    elif then == now:
        return []
    return [Difference(path, f"{_quote(then, now)} is now {_quote(now, then)}")]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


# --- lists and objects -----------------------------------------------------------------------


def _compare_lists(
    then: list[Any], now: list[Any], names: Names, path: str, rules: Rules
) -> list[Difference]:
    """Compare entry by entry; one that is new or gone does not shift the others."""
    found: list[Difference] = []
    for index, place in _align(then, now, rules):
        if index is not None and place is not None:
            found += compare(then[index], now[place], names, f"{path}[{place}]", rules=rules)
        elif index is not None:
            found.append(Difference(f"{path}[{index}]", f"is gone ({describe(then[index])})"))
        elif place is not None:
            found.append(Difference(f"{path}[{place}]", f"is new ({describe(now[place])})"))
    return found


def _align(
    then: list[Any], now: list[Any], rules: Rules
) -> Iterator[tuple[int | None, int | None]]:
    """Say which entry is which now: those that say the same, then those of the same type."""
    ours, theirs = ([_canon(one, rules) for one in side] for side in (then, now))
    for low, high, start, stop in _match(ours, theirs):
        if high - low == stop - start:
            yield from zip(range(low, high), range(start, stop), strict=True)
            continue
        types = [_type(one) for one in then[low:high]], [_type(one) for one in now[start:stop]]
        for a_low, a_high, b_low, b_high in _match(*types):
            both = min(a_high - a_low, b_high - b_low)
            for step in range(both):
                yield low + a_low + step, start + b_low + step
            for index in range(a_low + both, a_high):
                yield low + index, None
            for place in range(b_low + both, b_high):
                yield None, start + place


def _match(ours: list[str], theirs: list[str]) -> list[tuple[int, int, int, int]]:
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return [(low, high, start, stop) for _, low, high, start, stop in matcher.get_opcodes()]


def _type(value: Any) -> str:
    return str(value.get("type")) if isinstance(value, dict) else type(value).__name__


def _canon(value: Any, rules: Rules) -> str:
    """Return what is the same for entries that say the same."""

    def counts(key: str, one: Any) -> bool:
        return key not in rules.made and not (rules.grows and not one)

    def strip(inner: Any) -> Any:
        if isinstance(inner, dict):
            return {key: strip(one) for key, one in inner.items() if counts(key, one)}
        return [strip(one) for one in inner] if isinstance(inner, list) else inner

    return shape(json.dumps(strip(value), sort_keys=True, ensure_ascii=False))


def _compare_objects(
    then: dict[str, Any], now: dict[str, Any], names: Names, path: str, rules: Rules
) -> list[Difference]:
    """Compare by keys; keys that are ids are paired in their order."""
    gone = [key for key, one in then.items() if key not in now and (one or not rules.grows)]
    fresh = [key for key, one in now.items() if key not in then and (one or not rules.grows)]
    pairs = [(key, key) for key in then if key in now]
    found: list[Difference] = []
    are_ids = [shape(key) for key in gone] == [shape(key) for key in fresh]
    if are_ids or (path.endswith(_BY_BLOCK) and len(gone) == len(fresh)):
        for old, new in zip(gone, fresh, strict=True):
            names.learn(old, new)
            pairs.append((old, new))
    else:
        found += [Difference(_join(path, key), f"is gone ({describe(then[key])})") for key in gone]
        found += [Difference(_join(path, key), f"is new ({describe(now[key])})") for key in fresh]
    for old, new in pairs:
        one, other = then[old], now[new]
        if old in rules.made and isinstance(one, str) and isinstance(other, str):
            is_same_text(one, other, names)  # for the ids in it
            names.learn(one, other)
        elif old not in _CLOCK:
            found += compare(one, other, names, _join(path, old), rules=rules)
    return found


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


# --- words -----------------------------------------------------------------------------------


def describe(value: Any) -> str:
    """Say in a few words what an entry is."""
    words = next(_texts(value), "")
    kind = str(value.get("type") or "") if isinstance(value, dict) else ""
    if not words:
        return kind or _quote(value)
    return f"{kind} {_quote(words)}".strip()


def _texts(value: Any) -> Iterator[str]:
    """Give what people read in an entry, outermost first."""
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    if not isinstance(value, dict):
        return
    if isinstance(value.get("text"), str):
        yield value["text"]
    for one in value.values():
        yield from _texts(one)


def _quote(value: Any, other: Any = "") -> str:
    """Quote a value; of a long one the part where it begins to differ from another."""
    if not isinstance(value, str):
        said = json.dumps(value, ensure_ascii=False)
        return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
    start = 0
    if isinstance(other, str) and max(len(value), len(other)) > _LONGEST:
        same = next((at for at, pair in enumerate(zip(value, other, strict=False))
                     if pair[0] != pair[1]), min(len(value), len(other)))  # fmt: skip
        start = max(same - _BEFORE, 0)
    shown = value[start : start + _LONGEST]
    before, after = "…" if start else "", "…" if start + _LONGEST < len(value) else ""
    return f"“{before}{shown}{after}”"
