"""What is known of a table beside its rows: ids by what a field holds, and ids in an order.

All of it follows the table: a row that has changed is looked at again before the next answer.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import reduce
from operator import and_, attrgetter, itemgetter
from typing import Any, TypeVar

from closebot.sandbox.close_api.moments import read_moment
from closebot.sandbox.close_api.rows import IndexedTable, Row, WatchedTable, Watcher

Ids = AbstractSet[str] | None  # None: any of them
Place = tuple[datetime, int]  # a moment, and the number of the row
Bound = tuple[str, datetime]  # one of `BOUNDS`, and the moment that it is about
Kept = TypeVar("Kept")

BOUNDS = ("eq", "gt", "gte", "lt", "lte")

_NOBODY: frozenset[str] = frozenset()
_FEW = 8  # below one in so many, it is faster to put the few in order than to walk over all


def meet(*sets: Ids) -> Ids:
    """Return what is in all of several sets; the smallest goes first, so that this is quick."""
    known = sorted((ids for ids in sets if ids is not None), key=len)
    return reduce(and_, known) if known else None


def join(*sets: Ids) -> Ids:
    """Return what is in one of several sets."""
    found: set[str] = set()
    for ids in sets:
        if ids is None:
            return None
        found |= ids
    return found


def watch(table: Mapping[str, Any], watcher: Watcher) -> None:
    """Tell somebody of every change of a table from now on; a part of one is not kept, but made."""
    if isinstance(table, WatchedTable):
        table.watch(watcher)


def index_of(table: Mapping[str, Any], name: str) -> "Index":
    """Return the index that a table keeps, or a new one over a plain dict."""
    return _keep(table, ("index", name), lambda: Index(table, name))


def order_of(table: Mapping[str, Any], name: str = "date_created") -> "Order":
    """Return the order that a table keeps, or a new one over a plain dict."""
    return _keep(table, ("order", name), lambda: Order(table, name))


def groups_of(table: Mapping[str, Any], name: str) -> "Groups":
    """Return the groups that a table keeps, or new ones over a plain dict."""
    return _keep(table, ("groups", name), lambda: Groups(table, name))


def _keep(table: Mapping[str, Any], what: tuple[str, ...], make: Callable[[], Kept]) -> Kept:
    if not isinstance(table, IndexedTable):
        return make()
    kept: Kept | None = table.kept.get(what)
    if kept is None:
        kept = table.kept[what] = make()
    return kept


class Index:
    """Ids by the value of a field: a string, a boolean, a number or nothing."""

    def __init__(self, table: Mapping[str, Any], name: str) -> None:
        self._table = table
        self._name = name
        self._values: dict[str, Any] = {}
        self._ids: dict[Any, set[str]] = {}
        self._rows: dict[Any, list[Any]] = {}  # those that were asked for since they changed
        self._stale: set[str] = set(table)
        watch(table, self._hear)

    def _hear(self, row: Row, name: str | None) -> None:
        if name is None or name == self._name:
            self._stale.add(row.key)

    def _refresh(self) -> None:
        if not self._values:
            self._fill()
        for key in self._stale:
            if key in self._values:
                value = self._values.pop(key)
                self._ids[value].discard(key)
                self._rows.pop(value, None)
            row = self._table.get(key)
            if row is not None:
                value = self._values[key] = row.get(self._name)
                self._ids.setdefault(value, set()).add(key)
                self._rows.pop(value, None)
        self._stale.clear()

    def _fill(self) -> None:
        self._values = {key: row.get(self._name) for key, row in self._table.items()}
        for key, value in self._values.items():
            if value in self._ids:
                self._ids[value].add(key)
            else:
                self._ids[value] = {key}
        self._rows.clear()
        self._stale.clear()

    def ids(self, value: Any) -> AbstractSet[str]:
        """Return the ids of the objects that have a value."""
        if self._stale:
            self._refresh()
        return self._ids.get(value, _NOBODY)

    def ids_of(self, values: Iterable[Any]) -> AbstractSet[str]:
        """Return the ids of the objects that have one of several values."""
        found = [self.ids(value) for value in values]
        return found[0] if len(found) == 1 else set().union(*found)

    def ids_where(self, test: Callable[[Any], bool]) -> AbstractSet[str]:
        """Return the ids of the objects whose value passes; each value is looked at once."""
        if self._stale:
            self._refresh()
        return self.ids_of([value for value, ids in self._ids.items() if ids and test(value)])

    def rows(self, value: Any) -> list[Any]:
        """Return the objects that have a value, oldest first. The list is not to be changed."""
        if self._stale:
            self._refresh()
        found = self._rows.get(value)
        if found is None:
            found = [self._table[key] for key in self._ids.get(value, ())]
            found.sort(key=attrgetter("number"))
            self._rows[value] = found
        return found

    def values_of(self, ids: AbstractSet[str]) -> set[Any]:
        """Return what the objects with some ids hold."""
        if self._stale:
            self._refresh()
        if len(ids) * 2 < len(self._values):
            return {self._values[key] for key in ids if key in self._values}
        known = ids if isinstance(ids, set) else set(ids)  # of other kinds it walks over all
        return {value for value, some in self._ids.items() if not some.isdisjoint(known)}


class _Line:
    """Ids in the order of their places, no two of which are the same."""

    __slots__ = ("keys", "places")

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.keys: list[str] = []

    def put(self, place: Place, key: str) -> None:
        spot = bisect_left(self.places, place)
        self.places.insert(spot, place)
        self.keys.insert(spot, key)

    def take(self, place: Place) -> None:
        spot = bisect_left(self.places, place)
        del self.places[spot], self.keys[spot]


class Order:
    """Ids by a moment; where moments are equal, what came later counts as newer."""

    def __init__(self, table: Mapping[str, Any], name: str) -> None:
        self._table = table
        self._name = name
        self._places: dict[str, Place] = {}
        self._line = _Line()  # oldest first
        self._stale: set[str] = set(table)
        watch(table, self._hear)

    def _hear(self, row: Row, name: str | None) -> None:
        if name is None or name == self._name:
            self._stale.add(row.key)

    def _refresh(self) -> None:
        line = self._line
        if len(self._stale) * _FEW > len(line.keys):
            entries = sorted((self._place(row), key) for key, row in self._table.items())
            line.places, line.keys = [one[0] for one in entries], [one[1] for one in entries]
            self._places = dict(zip(line.keys, line.places, strict=True))
        else:
            for key in self._stale:
                if key in self._places:
                    line.take(self._places.pop(key))
                row = self._table.get(key)
                if row is not None:
                    place = self._places[key] = self._place(row)
                    line.put(place, key)
        self._stale.clear()

    def _place(self, row: Any) -> Place:
        return read_moment(row[self._name]), row.number

    def places(self) -> Mapping[str, Place]:
        """Return where each id stands, oldest first."""
        if self._stale:
            self._refresh()
        return self._places

    def keys(self, *among: Ids, bounds: Iterable[Bound] = ()) -> list[str]:
        """Return the ids that are in every set and within bounds, newest first."""
        if self._stale:
            self._refresh()
        places = self._line.places
        low, high = _span(places, bounds)
        known = sorted((ids for ids in among if ids is not None), key=len)
        if known and len(known[0]) * _FEW < high - low:
            few = [key for key in reduce(and_, known) if key in self._places]
            few.sort(key=self._places.__getitem__, reverse=True)
            if high - low < len(places):
                first, last = places[low], places[high - 1]
                few = [key for key in few if first <= self._places[key] <= last]
            return few
        found = self._line.keys[low:high]
        found.reverse()
        for ids in known:
            found = list(filter(ids.__contains__, found))
        return found

    def rows(self, among: Ids = None) -> list[Any]:
        """Return the rows, newest first; only some of them if `among` says which."""
        return list(map(self._table.__getitem__, self.keys(among)))


def _span(places: list[Place], bounds: Iterable[Bound]) -> tuple[int, int]:
    """Return where what is within bounds begins and ends."""
    low, high = 0, len(places)
    for sign, at in bounds:
        if sign in {"gt", "lte"}:
            spot = bisect_right(places, at, key=itemgetter(0))
        else:
            spot = bisect_left(places, at, key=itemgetter(0))
        if sign in {"gt", "gte", "eq"}:
            low = max(low, spot)
        else:
            high = min(high, spot)
        if sign == "eq":
            high = min(high, bisect_right(places, at, key=itemgetter(0)))
    return low, max(low, high)


class Groups:
    """Ids by the value of a field, and those of each value in the order in which they were made."""

    def __init__(self, table: Mapping[str, Any], name: str) -> None:
        self._table = table
        self._name = name
        self._lines: dict[Any, _Line] = {}
        self._spots: dict[str, tuple[Any, Place]] = {}
        self._stale: set[str] = set(table)
        watch(table, self._hear)

    def _hear(self, row: Row, name: str | None) -> None:
        if name is None or name in {self._name, "date_created"}:
            self._stale.add(row.key)

    def _refresh(self) -> None:
        places = order_of(self._table).places()
        if len(self._stale) * _FEW > len(self._spots):
            self._lines, self._spots = {}, {}
            order = reversed(order_of(self._table).keys())
            entries = [(places[key], key) for key in order]
            for place, key in entries:
                value = self._table[key].get(self._name)
                line = self._lines.setdefault(value, _Line())
                line.places.append(place)
                line.keys.append(key)
                self._spots[key] = value, place
        else:
            for key in self._stale:
                if key in self._spots:
                    value, place = self._spots.pop(key)
                    self._lines[value].take(place)
                if key in self._table:
                    value, place = self._table[key].get(self._name), places[key]
                    self._lines.setdefault(value, _Line()).put(place, key)
                    self._spots[key] = value, place
        self._stale.clear()

    def values(self) -> list[Any]:
        """Return the values that there are."""
        if self._stale:
            self._refresh()
        return [value for value, line in self._lines.items() if line.keys]

    def keys(self, values: Iterable[Any], *among: Ids, newest: bool = False) -> list[str]:
        """Return the ids that have one of several values and are in every set, value by value."""
        if self._stale:
            self._refresh()
        found: list[str] = []
        for value in values:
            keys = self._lines[value].keys
            found += reversed(keys) if newest else keys
        for ids in sorted((ids for ids in among if ids is not None), key=len):
            found = list(filter(ids.__contains__, found))
        return found
