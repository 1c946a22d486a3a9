"""Filters and order of lists. What is not known is ignored, as Close does."""

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from closebot.sandbox.close_api.errors import bad_fields
from closebot.sandbox.close_api.moments import read_moment
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.tables import BOUNDS, Bound, Ids, index_of, meet

_COMPARE: dict[str, Callable[[datetime, datetime], bool]] = {
    "": operator.eq,
    "__gt": operator.gt,
    "__gte": operator.ge,
    "__lt": operator.lt,
    "__lte": operator.le,
}
_SIGNS = dict(zip(_COMPARE, BOUNDS, strict=True))


def split_words(value: str) -> list[str]:
    """Read a comma-separated list."""
    return [word.strip() for word in value.split(",") if word.strip()]


def is_among(params: Mapping[str, str], names: Iterable[str]) -> Callable[[Json], bool]:
    """Make a filter of `name=a` and `name__in=a,b`."""
    wanted = [
        (name, set(split_words(params[name + suffix])))
        for name in names
        for suffix in ("", "__in")
        if params.get(name + suffix)
    ]
    return lambda one: all(str(one.get(name)) in values for name, values in wanted)


def read_span(params: Mapping[str, str], name: str, offset: float = 0) -> list[Bound]:
    """Read the bounds that are asked of a field that always holds a moment."""
    return [
        (_SIGNS[suffix], _read_bound(name, params[name + suffix], offset))
        for suffix in _COMPARE
        if params.get(name + suffix)
    ]


def ids_among(table: Mapping[str, Json], params: Mapping[str, str], names: Iterable[str]) -> Ids:
    """Return the ids that pass `name=a` and `name__in=a,b`; None when all of them do."""
    found: list[Ids] = []
    for name in names:
        for suffix in ("", "__in"):
            if not params.get(name + suffix):
                continue
            values = split_words(params[name + suffix])
            if name == "id":
                found.append({one for one in values if one in table})
            else:
                ids = index_of(table, name).ids_of(values)
                found.append(None if len(ids) == len(table) else ids)
    return meet(*found)


def is_within(
    params: Mapping[str, str], names: Iterable[str], offset: float = 0
) -> Callable[[Json], bool]:
    """Make a filter of `name__gte=2026-01-01` and its like, over days and moments.

    A day is the moment at which it begins, `offset` hours from UTC.
    """
    tests = [(name, test) for name in names for test in read_bounds(params, name, offset)]

    def matches(one: Json) -> bool:
        for name, test in tests:  # noqa: SIM110 - faster than `all`, and asked of every task
            if not test(one.get(name)):
                return False
        return True

    return matches


def read_bounds(
    params: Mapping[str, str], name: str, offset: float = 0
) -> list[Callable[[str | None], bool]]:
    """Make the tests of the days or moments in one field."""

    def bind(
        compare: Callable[[datetime, datetime], bool], bound: datetime
    ) -> Callable[[str | None], bool]:
        return lambda value: value is not None and compare(read_moment(value, offset), bound)

    return [
        bind(compare, _read_bound(name, params[name + suffix], offset))
        for suffix, compare in _COMPARE.items()
        if params.get(name + suffix)
    ]


def _read_bound(name: str, value: str, offset: float) -> datetime:
    try:  # a plus sign that was not escaped arrives as a space
        return read_moment(value.replace(" ", "+"), offset)
    except ValueError:
        raise bad_fields(**{name: "Invalid ISO 8601 datetime."}) from None
