"""Filters and order of lists. What is not known is ignored, as Close does."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from closebot.sandbox.close_api.errors import bad_fields
from closebot.sandbox.close_api.moments import read_moment
from closebot.sandbox.close_api.store import Json

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "": lambda have, want: bool(have == want),
    "__gt": lambda have, want: bool(have > want),
    "__gte": lambda have, want: bool(have >= want),
    "__lt": lambda have, want: bool(have < want),
    "__lte": lambda have, want: bool(have <= want),
}


def moment_of(one: Json, name: str) -> datetime:
    """Read one of an object's moments."""
    return read_moment(one[name])


def newest_first(objects: Iterable[Json], name: str = "date_created") -> list[Json]:
    """Sort by a moment, newest first; what came later wins where they are equal."""
    numbered = enumerate(objects)
    order = sorted(numbered, key=lambda pair: (moment_of(pair[1], name), pair[0]), reverse=True)
    return [one for _, one in order]


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


def is_within(
    params: Mapping[str, str], names: Iterable[str], offset: float = 0
) -> Callable[[Json], bool]:
    """Make a filter of `name__gte=2026-01-01` and its like, over days and moments.

    A day is the moment at which it begins, `offset` hours from UTC.
    """
    tests: list[tuple[str, Callable[[Any, Any], bool], datetime]] = []
    for name in names:
        for suffix, compare in _COMPARE.items():
            if value := params.get(name + suffix):
                tests.append((name, compare, _read_bound(name, value, offset)))

    def matches(one: Json) -> bool:
        return all(
            one.get(name) is not None and compare(read_moment(one[name], offset), bound)
            for name, compare, bound in tests
        )

    return matches


def _read_bound(name: str, value: str, offset: float) -> datetime:
    try:  # a plus sign that was not escaped arrives as a space
        return read_moment(value.replace(" ", "+"), offset)
    except ValueError:
        raise bad_fields(**{name: "Invalid ISO 8601 datetime."}) from None
