"""`_group_by` on opportunities: a page of objects, put together by owner or by the date they close.

Pages count objects, so that a group may be cut between two of them; its sums are over all of it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from closebot.sandbox.close_api.asked import Window
from closebot.sandbox.close_api.money import sum_up
from closebot.sandbox.close_api.store import Json, Store

Key = tuple[Any, ...]


def _week(day: date) -> Json:
    year, week, _ = day.isocalendar()
    return {"weekyear": year, "week": week}


_PERIODS: dict[str, Callable[[date], Json]] = {
    "week": _week,
    "month": lambda day: {"year": day.year, "month": day.month},
    "quarter": lambda day: {"year": day.year, "quarter": (day.month - 1) // 3 + 1},
    "year": lambda day: {"year": day.year},
}
_NAMES = {
    "week": ("weekyear", "week"),
    "month": ("year", "month"),
    "quarter": ("year", "quarter"),
    "year": ("year",),
}


def can_group(by: str) -> bool:
    """Tell whether opportunities can be grouped that way; otherwise it is ignored."""
    return by == "user_id" or by in {f"date_won__{period}" for period in _PERIODS}


def group_page(
    store: Store, found: list[Json], by: str, window: Window, show: Callable[[Json], Json]
) -> tuple[list[Json], bool]:
    """Return the groups on a page, and whether there is more."""
    groups: dict[Key, list[Json]] = {}
    named: dict[Key, Json] = {}
    for one in found:
        name = _name(store, one, by)
        key = tuple(name.values())
        groups.setdefault(key, []).append(one)
        named[key] = name
    ordered = sorted(groups, key=_place)
    pairs = [(key, one) for key in ordered for one in groups[key]]
    end = window.skip + window.limit
    page: dict[Key, list[Json]] = {}
    for key, one in pairs[window.skip : end]:
        page.setdefault(key, []).append(show(one))
    data = [
        {
            "key": "-".join(str(part) for part in key) if None not in key else None,
            **named[key],
            **sum_up(groups[key], store.currency),
            "objects": objects,
        }
        for key, objects in page.items()
    ]
    if by == "user_id":
        data = [{**group, "key": group["user_id"]} for group in data]
    return data, len(pairs) > end


def _name(store: Store, one: Json, by: str) -> Json:
    if by == "user_id":
        return {"user_id": one["user_id"], "user_name": store.user_name(one["user_id"])}
    period = by.removeprefix("date_won__")
    if one["date_won"] is None:
        return dict.fromkeys(_NAMES[period])
    return _PERIODS[period](date.fromisoformat(one["date_won"]))


def _place(key: Key) -> tuple[bool, Key]:
    """Sort by name or by date; what has no date comes last."""
    if None in key:
        return True, ()
    return False, key[::-1] if isinstance(key[0], str) else key
