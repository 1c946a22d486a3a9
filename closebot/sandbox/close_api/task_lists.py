"""Which tasks a list holds, and in which order.

Dates are few and tasks are many, so that it is the dates that are tested and sorted.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.filters import ids_among, read_bounds, read_span
from closebot.sandbox.close_api.moments import is_day, local_day, read_moment
from closebot.sandbox.close_api.store import Store
from closebot.sandbox.close_api.tables import Bound, Ids, groups_of, index_of, meet, order_of
from closebot.sandbox.close_api.views import is_ahead

Test = Callable[[Any], bool]

_AMONG = ("id", "assigned_to", "lead_id", "contact_id", "_type")
_YES_OR_NO = {"true": True, "1": True, "false": False, "0": False}
_FEW = 8  # below one in so many, the tasks are looked at and not the dates


def select_tasks(asked: Asked) -> list[str]:
    """Return the ids of the tasks that the parameters ask for, in their order. Raises `Refused`."""
    tasks, params = asked.store.tasks, dict(asked.params)
    view = params.get("view", "")
    if view in {"inbox", "future"}:
        params.pop("date__lt" if view == "inbox" else "date__gte", None)
    if not params.get("_type__in"):
        params.setdefault("_type", "lead")
    if params.get("_type") == "all":
        del params["_type"]
    due_dates = read_bounds(params, "due_date", asked.offset)
    tests = [*read_bounds(params, "date", asked.offset), *due_dates, *_view_test(asked, view)]
    created = read_span(params, "date_created", asked.offset)
    among = [
        ids_among(tasks, params, _AMONG),
        _ids_done(asked.store, params.get("is_complete", "").lower()),
        _ids_done(asked.store, {"inbox": "false", "future": "false", "archive": "true"}.get(view)),
        _ids_updated(asked.store, read_span(params, "date_updated", asked.offset)),
        index_of(tasks, "is_dateless").ids(False) if due_dates else None,
    ]
    order = params.get("_order_by", "")
    if order.removeprefix("-") in {"date", "due_date"}:
        return _order_by_date(asked, tests, among, created, backwards=order.startswith("-"))
    if tests:
        among.append(index_of(tasks, "date").ids_where(_all_of(tests)))
    newest = order_of(tasks).keys(*among, bounds=created)
    return newest[::-1] if order == "date_created" else newest


def _all_of(tests: list[Test]) -> Test:
    return lambda value: all(test(value) for test in tests)


def _view_test(asked: Asked, view: str) -> list[Test]:
    if view not in {"inbox", "future"}:
        return []
    today, future = local_day(asked.store.now(), asked.offset), view == "future"
    return [lambda due: is_ahead(due, today, asked.offset) is future]


def _ids_done(store: Store, asked: str | None) -> Ids:
    done = _YES_OR_NO.get(asked or "")
    if done is None:
        return None
    ids = index_of(store.tasks, "is_complete").ids(done)
    return None if len(ids) == len(store.tasks) else ids


def _ids_updated(store: Store, bounds: list[Bound]) -> Ids:
    return set(order_of(store.tasks, "date_updated").keys(bounds=bounds)) if bounds else None


def _order_by_date(
    asked: Asked, tests: list[Test], among: list[Ids], created: list[Bound], *, backwards: bool
) -> list[str]:
    """Sort by date; a day comes before the moments in it, and no date after all of them."""
    tasks, passes = asked.store.tasks, _all_of(tests)
    if created:
        among = [*among, set(order_of(tasks).keys(bounds=created))]
    sizes = [len(ids) for ids in among if ids is not None]
    if sizes and min(sizes) * _FEW < len(tasks):
        newest = order_of(tasks).keys(meet(*among))
        few: dict[Any, list[str]] = {}
        for key in newest if backwards else reversed(newest):
            few.setdefault(tasks[key]["date"], []).append(key)
        dates = _sort_dates([due for due in few if passes(due)], asked.offset, backwards=backwards)
        return [key for due in dates for key in few[due]]
    groups = groups_of(tasks, "date")
    dates = [due for due in groups.values() if passes(due)]
    dates = _sort_dates(dates, asked.offset, backwards=backwards)
    return groups.keys(dates, *among, newest=backwards)


def _sort_dates(dates: list[str | None], offset: float, *, backwards: bool) -> list[str | None]:
    def place(due: str | None) -> tuple[bool, tuple[datetime, bool] | None]:
        return due is None, None if due is None else (read_moment(due, offset), not is_day(due))

    return sorted(dates, key=place, reverse=backwards)
