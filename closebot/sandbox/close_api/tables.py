"""Tables that know what has changed in them, so that orders and groups are kept and not rebuilt.

A table is a dict of objects by id, and each object is a dict, so whoever holds one may edit it as
they like: `del table[id]` and `table[id]["name"] = …` are seen by every index. What is inside a
list of an object is replaced as a whole, as Close does it, and not edited in place.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any, Self, cast

from closebot.sandbox.close_api.moments import read_moment

Watcher = Callable[["Row"], None]
Ids = AbstractSet[str] | None  # None: any of them

_NOBODY: frozenset[str] = frozenset()
_FEW = 8  # below one in so many, it is faster to put the few in order than to walk over all


class Row(dict[str, Any]):
    """A stored object. Watchers are told before and after a change."""

    __slots__ = ("_table", "key", "number")

    def __init__(
        self, table: "WatchedTable", key: str, number: int, fields: Mapping[str, Any]
    ) -> None:
        super().__init__(fields)
        self._table = table
        self.key = key
        self.number = number  # grows with the table; what came later has more

    def __setitem__(self, name: str, value: Any) -> None:
        self._table.tell(self)
        super().__setitem__(name, value)
        self._table.tell(self)

    def __delitem__(self, name: str) -> None:
        self._table.tell(self)
        super().__delitem__(name)
        self._table.tell(self)

    def update(self, *given: Any, **fields: Any) -> None:
        """Set fields."""
        self._table.tell(self)
        super().update(*given, **fields)
        self._table.tell(self)

    def __ior__(self, fields: Any) -> Self:  # type: ignore[override,misc]
        self.update(fields)
        return self

    def pop(self, *given: Any) -> Any:
        """Take a field away."""
        self._table.tell(self)
        value = super().pop(*given)
        self._table.tell(self)
        return value

    def popitem(self) -> tuple[str, Any]:
        """Take the last field away."""
        name = next(reversed(self))
        return name, self.pop(name)

    def setdefault(self, name: str, value: Any = None, /) -> Any:
        """Set a field that is not there."""
        if name not in self:
            self[name] = value
        return self[name]

    def clear(self) -> None:
        """Take every field away."""
        self._table.tell(self)
        super().clear()
        self._table.tell(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)  # a copy is nobody's row


class WatchedTable(dict[str, dict[str, Any]]):
    """Objects of one kind by id. What is stored becomes a `Row`: go on with `table[id]`."""

    def __init__(self) -> None:
        super().__init__()
        self._watchers: list[Watcher] = []
        self._next = 0
        self._indexes: dict[str, Index] = {}
        self._orders: dict[str, Order] = {}

    def watch(self, watcher: Watcher) -> None:
        """Tell somebody of every change from now on."""
        self._watchers.append(watcher)

    def tell(self, row: Row) -> None:
        """Tell the watchers that a row is about to change, or has changed."""
        for watcher in self._watchers:
            watcher(row)

    def row(self, key: str) -> Row | None:
        """Return what is stored under an id."""
        return cast("Row | None", self.get(key))

    def __setitem__(self, key: str, fields: Mapping[str, Any]) -> None:
        old = self.row(key)
        if old is None:
            self._next += 1
        else:
            self.tell(old)
        row = Row(self, key, self._next if old is None else old.number, fields)
        super().__setitem__(key, row)
        self.tell(row)

    def __delitem__(self, key: str) -> None:
        row = cast("Row", self[key])
        super().__delitem__(key)
        self.tell(row)

    def pop(self, key: str, *default: Any) -> Any:
        """Take an object away."""
        if key not in self and default:
            return default[0]
        row = self[key]
        del self[key]
        return row

    def popitem(self) -> tuple[str, dict[str, Any]]:
        """Take the last object away."""
        key = next(reversed(self))
        return key, self.pop(key)

    def setdefault(self, key: str, fields: Any = None, /) -> Any:
        """Store an object that is not there."""
        if key not in self:
            self[key] = fields
        return self[key]

    def update(self, *given: Any, **more: Any) -> None:
        """Store several objects."""
        for key, fields in dict(*given, **more).items():
            self[key] = fields

    def __ior__(self, given: Any) -> Self:  # type: ignore[override,misc]
        self.update(given)
        return self

    def clear(self) -> None:
        """Take everything away."""
        for key in list(self):
            del self[key]

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)

    def by(self, name: str) -> "Index":
        """Return the ids by what a field holds."""
        if name not in self._indexes:
            self._indexes[name] = Index(self, name)
        return self._indexes[name]

    def newest(self, name: str = "date_created") -> "Order":
        """Return the rows in the order of one of their moments."""
        if name not in self._orders:
            self._orders[name] = Order(self, name)
        return self._orders[name]


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
    """Return the index that a table keeps, or a new one over a part of it."""
    return table.by(name) if isinstance(table, WatchedTable) else Index(table, name)


def order_of(table: Mapping[str, Any], name: str = "date_created") -> "Order":
    """Return the order that a table keeps, or a new one over a part of it."""
    return table.newest(name) if isinstance(table, WatchedTable) else Order(table, name)


class Index:
    """Ids by the value of a field: a string, a boolean, a number or nothing."""

    def __init__(self, table: Mapping[str, Any], name: str) -> None:
        self._table = table
        self._name = name
        self._values: dict[str, Any] = {}
        self._ids: dict[Any, set[str]] = {}
        self._rows: dict[Any, list[Any]] = {}  # those that were asked for since they changed
        self._stale: set[str] = set(table)
        watch(table, lambda row: self._stale.add(row.key))

    def _refresh(self) -> None:
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
        return self.ids_of(value for value, ids in self._ids.items() if ids and test(value))

    def rows(self, value: Any) -> list[Any]:
        """Return the objects that have a value, oldest first. The list is not to be changed."""
        if self._stale:
            self._refresh()
        found = self._rows.get(value)
        if found is None:
            found = [self._table[key] for key in self._ids.get(value, ())]
            found.sort(key=lambda row: row.number)
            self._rows[value] = found
        return found


class Order:
    """Rows by a moment; where moments are equal, what came later counts as newer."""

    def __init__(self, table: Mapping[str, Any], name: str) -> None:
        self._table = table
        self._name = name
        self._places: dict[str, tuple[datetime, int]] = {}
        self._entries: list[tuple[datetime, int, Row]] = []  # oldest first
        self._stale: set[str] = set(table)
        watch(table, lambda row: self._stale.add(row.key))

    def _refresh(self) -> None:
        if len(self._stale) * _FEW > len(self._entries):
            rows = cast("Iterable[Row]", self._table.values())
            fresh = [self._enter(row) for row in rows]
            self._entries = sorted(fresh)
            self._places = {row.key: (at, number) for at, number, row in fresh}
        else:
            for key in self._stale:
                if key in self._places:
                    del self._entries[bisect_left(self._entries, self._places.pop(key))]
                row = self._table.get(key)
                if row is not None:
                    entry = self._enter(row)
                    self._places[key] = entry[:2]
                    insort(self._entries, entry)
        self._stale.clear()

    def _enter(self, row: Row) -> tuple[datetime, int, Row]:
        return read_moment(row[self._name]), row.number, row

    def rows(self, among: Ids = None) -> list[Any]:
        """Return the rows, newest first; only some of them if `among` says which."""
        if self._stale:
            self._refresh()
        if among is None:
            return [row for _, _, row in reversed(self._entries)]
        if len(among) * _FEW > len(self._entries):
            return [row for _, _, row in reversed(self._entries) if row.key in among]
        known = [key for key in among if key in self._places]
        known.sort(key=self._places.__getitem__, reverse=True)
        return [self._table[key] for key in known]
