"""How a JSON value is checked: rules that are put together, and the problems they find."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """Something that Slack does not take. `pointer` is a JSON pointer to it."""

    code: str
    message: str
    pointer: str
    constraint: Any = None

    @property
    def line(self) -> str:
        """One line as it stands in `response_metadata.messages`."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"

    def shown(self) -> Json:
        """Show it as `blocks.validate` does."""
        return {
            "code": self.code,
            "message": self.message,
            "pointer": self.pointer,
            "field": self.pointer.rpartition("/")[2],
            "constraint": self.constraint,
        }


Rule = Callable[[Any, str, list[Problem]], None]


def _found(found: list[Problem], code: str, message: str, at: str, constraint: Any = None) -> None:
    found.append(Problem(code, message, at, constraint))


def string(most: int, least: int = 1, pattern: str = "") -> Rule:
    """Take a string of so many code points."""

    def check(value: Any, at: str, found: list[Problem]) -> None:
        if not isinstance(value, str):
            _found(found, "wrong_type", "must be a string", at)
        elif len(value) < least:
            _found(found, "too_short", f"must be more than {least - 1} characters", at, least)
        elif len(value) > most:
            _found(found, "too_long", f"must be less than {most + 1} characters", at, most)
        elif pattern and not re.fullmatch(pattern, value):
            _found(found, "wrong_format", f"must match {pattern}", at, pattern)

    return check


def integer(least: int, most: int) -> Rule:
    """Take a whole number."""

    def check(value: Any, at: str, found: list[Problem]) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            _found(found, "wrong_type", "must be an integer", at)
        elif not least <= value <= most:
            _found(found, "out_of_range", f"must be between {least} and {most}", at, [least, most])

    return check


def number(value: Any, at: str, found: list[Problem]) -> None:
    """Take any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        _found(found, "wrong_type", "must be a number", at)
    elif isinstance(value, float) and not math.isfinite(value):
        _found(found, "out_of_range", "must be finite", at)


def boolean(value: Any, at: str, found: list[Problem]) -> None:
    """Take true or false."""
    if not isinstance(value, bool):
        _found(found, "wrong_type", "must be a boolean", at)


def an_object(value: Any, at: str, found: list[Problem]) -> None:
    """Take any object."""
    if not isinstance(value, dict):
        _found(found, "wrong_type", "must be an object", at)


def anything(value: Any, at: str, found: list[Problem]) -> None:
    """Take whatever it is."""


def word(*allowed: str) -> Rule:
    """Take one of some words."""

    def check(value: Any, at: str, found: list[Problem]) -> None:
        if value not in allowed:
            said = f"must be one of {', '.join(allowed)}"
            _found(found, "not_allowed", said, at, list(allowed))

    return check


def items(rule: Rule, most: int, least: int = 1) -> Rule:
    """Take a list of so many items."""

    def check(value: Any, at: str, found: list[Problem]) -> None:
        if not isinstance(value, list):
            _found(found, "wrong_type", "must be an array", at)
            return
        if len(value) < least:
            _found(found, "too_few", f"must have at least {least} items", at, least)
        if len(value) > most:
            _found(found, "too_many", f"no more than {most} items allowed", at, most)
        for index, item in enumerate(value):
            rule(item, f"{at}/{index}", found)

    return check


def record(
    required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
    *,
    one_of: Sequence[str] = (),
) -> Rule:
    """Take an object with these keys and no others; exactly one of `one_of`."""
    needed, known = dict(required or {}), dict(required or {}) | dict(optional or {})

    def check(value: Any, at: str, found: list[Problem]) -> None:
        if not isinstance(value, dict):
            _found(found, "wrong_type", "must be an object", at)
            return
        for key in needed.keys() - value.keys():
            _found(found, "missing", f"missing required field: {key}", at)
        for key in value.keys() - known.keys():
            _found(found, "unknown_key", f"no more fields allowed: {key}", f"{at}/{key}")
        if one_of and sum(value.get(key) is not None for key in one_of) != 1:
            _found(found, "one_of", f"exactly one of {', '.join(one_of)} is required", at)
        for key, item in value.items():
            if key in known:
                known[key](item, f"{at}/{key}", found)

    return check


def typed(kinds: Mapping[str, Rule], what: str = "type") -> Rule:
    """Take an object of one of these types."""

    def check(value: Any, at: str, found: list[Problem]) -> None:
        if not isinstance(value, dict):
            _found(found, "wrong_type", "must be an object", at)
            return
        kind = value.get("type")
        rule = kinds.get(kind) if isinstance(kind, str) else None
        if rule is None:
            _found(found, "unknown_type", f"unsupported {what}: {kind}", f"{at}/type", list(kinds))
            return
        rule({key: item for key, item in value.items() if key != "type"}, at, found)

    return check


def later(find: Callable[[], Rule]) -> Rule:
    """Look a rule up when it is needed, for what contains itself."""

    def check(value: Any, at: str, found: list[Problem]) -> None:
        find()(value, at, found)

    return check


def both(*rules: Rule) -> Rule:
    """Take what all rules take."""

    def check(value: Any, at: str, found: list[Problem]) -> None:
        for rule in rules:
            rule(value, at, found)

    return check


def then(rule: Rule, further: Rule) -> Rule:
    """Take what both rules take; the second one sees only what the first one takes."""

    def check(value: Any, at: str, found: list[Problem]) -> None:
        before = len(found)
        rule(value, at, found)
        if len(found) == before:
            further(value, at, found)

    return check
