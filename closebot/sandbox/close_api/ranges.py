"""What reports are about: a stretch of time, and the leads of a Smart View."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.errors import Invalid, bad_fields
from closebot.sandbox.close_api.legacy_query import find_in_view
from closebot.sandbox.close_api.moments import local_day, read_moment, start_of
from closebot.sandbox.close_api.periods import find_period
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.tables import Ids
from closebot.sandbox.close_api.validation import clean_object, list_of, moment, object_of, text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_UNITS = ("week", "month", "quarter", "year")
RELATIVE = (
    "today",
    "yesterday",
    "all-time",
    *(f"{w}-{u}" for w in ("this", "last") for u in _UNITS),
)

Range = tuple[datetime, datetime]

_read_bounds = object_of({"start": moment, "end": moment}, ("start", "end"))


def moment_range(value: Any) -> Any:
    """Check a beginning and an end, or null."""
    if value is None:
        return None
    bounds = _read_bounds(value)
    if not _EPOCH <= read_moment(bounds["start"]) < read_moment(bounds["end"]) <= _FOREVER:
        raise Invalid("Not a valid range.")
    return bounds


def relative_range(value: Any) -> Any:
    """Check the name of a stretch of time, or null."""
    if value is not None and value not in RELATIVE:
        raise Invalid("Not a valid choice.")
    return value


def view_query(value: Any) -> Any:
    """Check a query; reports know those that name a Smart View."""
    if value is None:
        return None
    named = clean_object(value, {"type": text(), "saved_search_id": text()}, ("saved_search_id",))
    if named.get("type") != "saved_search":
        raise Invalid("Not a valid choice.")
    return named["saved_search_id"]


def range_checks(prefix: str = "") -> dict[str, Callable[[Any], Any]]:
    """Return the checks of the two fields that give a stretch of time."""
    return {
        f"{prefix}datetime_range": moment_range,
        f"{prefix}relative_range": relative_range,
    }


COMMON: dict[str, Callable[[Any], Any]] = {"users": list_of(text()), "query": view_query}


def read_range(asked: Asked, fields: Json, prefix: str = "") -> Range | None:
    """Return the beginning and the end of what is asked for; None when nothing is said."""
    given = fields.get(f"{prefix}datetime_range")
    if given:
        return read_moment(given["start"]), read_moment(given["end"])
    name = fields.get(f"{prefix}relative_range")
    if not name:
        return None
    now = asked.store.now()
    first, after = find_period(
        "today" if name == "all-time" else name, local_day(now, asked.offset)
    )
    start = _EPOCH if name == "all-time" else start_of(first, asked.offset)
    return start, start_of(after, asked.offset)


def demand_range(asked: Asked, fields: Json, prefix: str = "") -> Range:
    """Do the same where it is required. Raises `Refused`."""
    found = read_range(asked, fields, prefix)
    if found is None:
        raise bad_fields(**{f"{prefix}datetime_range": "This field is required."})
    return found


def leads_of_view(asked: Asked, view_id: str | None) -> Ids:
    """Return the ids of the leads in a Smart View; None without one. Raises `Refused`."""
    if not view_id:
        return None
    view = asked.store.saved_searches.get(view_id)
    if view is None:
        raise bad_fields(saved_search_id="Object does not exist.")
    return find_in_view(asked.store, view, asked)
