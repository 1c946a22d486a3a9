"""Conditions of advanced filtering: what is asked of the value of one field."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.errors import bad_query
from closebot.sandbox.close_api.matching import MODES, match_text
from closebot.sandbox.close_api.moments import local_day, read_moment, start_of
from closebot.sandbox.close_api.periods import find_period
from closebot.sandbox.close_api.tables import Bound

Test = Callable[[Any], bool]
Node = Mapping[str, Any]


def read_condition(asked: Asked, node: Any) -> Test:
    """Make the test of a condition. Raises `Refused`."""
    if not isinstance(node, Mapping):
        raise bad_query("A condition must be of dict type.")
    read = _KINDS.get(str(node.get("type")))
    if read is None:
        raise bad_query(f"Unknown condition type: {node.get('type')!r}.")
    return read(asked, node)


def items_of(value: Any) -> list[Any]:
    """Return the values of a field that may have several."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def read_text(node: Node) -> tuple[str, str]:
    """Return the mode and the value of a text. Raises `Refused`."""
    mode, value = node.get("mode", "full_words"), node.get("value")
    if mode not in MODES:
        raise bad_query(f"Unknown text mode: {mode!r}.")
    if not isinstance(value, str):
        raise bad_query("A text needs a value of str type.")
    return mode, value


def _text(_asked: Asked, node: Node) -> Test:
    compare = match_text(*read_text(node))
    return lambda value: compare(str(item) for item in items_of(value))


def _boolean(_asked: Asked, node: Node) -> Test:
    wanted = node.get("value")
    if not isinstance(wanted, bool):
        raise bad_query("A boolean needs a value of bool type.")
    return lambda value: bool(value) is wanted


def _current_user(asked: Asked, _node: Node) -> Test:
    return lambda value: asked.user_id in items_of(value)


def _exists(_asked: Asked, _node: Node) -> Test:
    return lambda value: bool(items_of(value))


def _term(_asked: Asked, node: Node) -> Test:
    values = node.get("values")
    if not isinstance(values, list):
        raise bad_query("A term needs a list of values.")
    return lambda value: any(item in values for item in items_of(value))


def _reference(_asked: Asked, node: Node) -> Test:
    ids = node.get("object_ids")
    if not isinstance(ids, list) or not isinstance(node.get("reference_type"), str):
        raise bad_query("A reference needs a reference_type and a list of object_ids.")
    return lambda value: any(item in ids for item in items_of(value))


def _number_range(_asked: Asked, node: Node) -> Test:
    bounds = {name: node[name] for name in ("gt", "gte", "lt", "lte") if node.get(name) is not None}
    for bound in bounds.values():
        if isinstance(bound, bool) or not isinstance(bound, int | float):
            raise bad_query("The bounds of a number_range are numbers.")

    def matches(value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (
            ("gt" not in bounds or value > bounds["gt"])
            and ("gte" not in bounds or value >= bounds["gte"])
            and ("lt" not in bounds or value < bounds["lt"])
            and ("lte" not in bounds or value <= bounds["lte"])
        )

    return matches


def _moment_range(asked: Asked, node: Node) -> Test:
    since = _read_bound(asked, node.get("on_or_after"))
    before = _read_bound(asked, node.get("before"))

    def matches(value: Any) -> bool:
        try:
            at = read_moment(value, asked.offset)
        except (TypeError, ValueError):
            return False
        return (since is None or at >= since) and (before is None or at < before)

    return matches


def read_range(asked: Asked, node: Node) -> list[Bound]:
    """Return the bounds of a moment_range. Raises `Refused`."""
    since = _read_bound(asked, node.get("on_or_after"))
    before = _read_bound(asked, node.get("before"))
    pairs = (("gte", since), ("lt", before))
    return [(sign, at) for sign, at in pairs if at is not None]


def _read_bound(asked: Asked, node: Any) -> datetime | None:
    if node is None:
        return None
    try:
        kind = node["type"]
        if kind == "fixed_utc":
            return read_moment(node["value"]).astimezone(UTC)
        end = node.get("which", "start") == "end"
        if kind == "fixed_local_date":
            day = date.fromisoformat(node["value"])
            return start_of(day + timedelta(days=end), asked.offset)
        if kind == "start_end_of_predefined_relative_period":
            today = local_day(asked.store.now(), asked.offset)
            return start_of(find_period(node["range"], today)[end], asked.offset)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise bad_query(f"A moment that cannot be read: {node!r}.") from None
    raise bad_query(f"Unknown type of moment: {kind!r}.")


_KINDS: dict[str, Callable[[Asked, Node], Test]] = {
    "text": _text,
    "boolean": _boolean,
    "current_user": _current_user,
    "exists": _exists,
    "term": _term,
    "reference": _reference,
    "number_range": _number_range,
    "moment_range": _moment_range,
}
