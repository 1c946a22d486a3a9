"""Stored objects, which tell of every change, so that orders and groups are kept and not rebuilt.

A table is a dict of objects by id, and each object is a dict, so whoever holds one may edit it as
they like: `del table[id]` and `table[id]["name"] = …` are seen by every index. What is inside a
list of an object is replaced as a whole, as Close does it, and not edited in place.
"""

from collections.abc import Callable, Mapping
from typing import Any, Self, cast

# Told of a row and of the field that changes; None is all of it.
Watcher = Callable[["Row", str | None], None]


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
        self._table.tell(self, name)
        super().__setitem__(name, value)
        self._table.tell(self, name)

    def __delitem__(self, name: str) -> None:
        self._table.tell(self, name)
        super().__delitem__(name)
        self._table.tell(self, name)

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


class IndexedTable(dict[str, dict[str, Any]]):
    """Objects of one kind by id, and what has been made of them to find them by."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[tuple[str, ...], Any] = {}
        self.version = 0  # grows with every change

    @property
    def kept(self) -> dict[tuple[str, ...], Any]:
        """Indexes by what they are; they hold for the table as it is now."""
        return self._kept


class WatchedTable(IndexedTable):
    """All objects of a kind. What is stored becomes a `Row`: go on with `table[id]`."""

    def __init__(self) -> None:
        super().__init__()
        self._watchers: list[Watcher] = []
        self._next = 0

    def watch(self, watcher: Watcher) -> None:
        """Tell somebody of every change from now on."""
        self._watchers.append(watcher)

    def tell(self, row: Row, name: str | None = None) -> None:
        """Tell the watchers that a row, or one field of it, is about to change or has changed."""
        self.version += 1
        for watcher in self._watchers:
            watcher(row, name)

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
