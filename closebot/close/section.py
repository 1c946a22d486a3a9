"""What the sections of Close's API have in common."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from closebot.close.errors import Unreadable, WriteUnclear
from closebot.close.ids import check_id
from closebot.close.models import Record, read
from closebot.close.models.base import Instant, Text
from closebot.close.walk import PAGE, Read, Walk
from closebot.close.writes import read_id, read_lead_id

if TYPE_CHECKING:
    from closebot.close.client import Close

T = TypeVar("T")
R = TypeVar("R", bound=Record)


class Unset:
    """What is not given: an update leaves it as it is (None would clear it)."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()
LOOKED_AT: Final = 50  # rows: what others change in the seconds between a write and a look


@dataclass(frozen=True, slots=True)
class Range:
    """A range of days or moments for a filter; moments carry an offset."""

    gt: date | datetime | None = None
    gte: date | datetime | None = None
    lt: date | datetime | None = None
    lte: date | datetime | None = None

    def params(self, field: str) -> dict[str, str]:
        """Write the range as query parameters: `date__gte` and its like."""
        bounds = {"gt": self.gt, "gte": self.gte, "lt": self.lt, "lte": self.lte}
        return {
            f"{field}__{name}": bound.isoformat()
            for name, bound in bounds.items()
            if bound is not None
        }


def ranges(**given: Range | None) -> dict[str, str]:
    """Write several ranges, each by the name of its field."""
    return {
        name: value
        for field, one in given.items()
        if one is not None
        for name, value in one.params(field).items()
    }


def written(**values: Any) -> dict[str, Any]:
    """Return what was given, dates in ISO 8601 and records as their fields."""
    return {name: _plain(value) for name, value in values.items() if not isinstance(value, Unset)}


def custom_fields(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Write custom fields as Close takes them: `custom.cf_…`; None clears one.

    A key may end in `.add` or `.remove` to change one value of several. Raises `BadId`.
    """
    fields = {}
    for key, value in (values or {}).items():
        bare = key.removesuffix(".add").removesuffix(".remove")
        check_id(bare, "l?cf")
        fields[f"custom.{key}"] = _plain(value)
    return fields


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Record):
        return value.body()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def alike(one: str, other: str) -> bool:
    """Say whether two texts are the same but for white space, which Close tidies up."""
    return "".join(one.split()) == "".join(other.split())


def alike_phones(given: str, kept: str) -> bool:
    """Say whether a number that was typed may be one that Close has rewritten to E.164."""
    typed = "".join(filter(str.isdigit, given)).lstrip("0")
    return "".join(filter(str.isdigit, kept)).endswith(typed[-6:])


class _Made(Record):
    """When a record was made, and by whom."""

    created_by: Text = ""
    date_created: Instant = None


class Section:
    """One section of the API: what it is asked through."""

    def __init__(self, close: "Close") -> None:
        self._close = close

    async def _get(self, model: type[R], path: str, fields: Iterable[str] = ()) -> R:
        params = {"_fields": list(fields)} if fields else None
        return read(model, await self._close.request("GET", path, params=params))

    async def _post(self, model: type[R], path: str, body: Mapping[str, Any]) -> R:
        return await self._write(model, "POST", path, body)

    async def _put(self, model: type[R], path: str, body: Mapping[str, Any]) -> R:
        return await self._write(model, "PUT", path, body)

    async def _write(self, model: type[R], method: str, path: str, body: Mapping[str, Any]) -> R:
        answer = await self._close.request(method, path, json=dict(body))
        try:
            return read(model, answer)
        except Unreadable:  # it was done, but not as anybody could tell
            raise WriteUnclear(method, path) from None

    async def _delete(self, path: str) -> None:
        await self._close.request("DELETE", path)

    def _walk(
        self,
        path: str,
        reader: Read[T],
        params: Mapping[str, Any] | None = None,
        *,
        page: int = PAGE,
        most: int | None = None,
        skip: int = 0,
        ahead: int = 1,
        total: int | None = None,
    ) -> Walk[T]:
        async def ask(window: dict[str, Any]) -> Any:
            return await self._close.request("GET", path, params={**(params or {}), **window})

        return Walk(ask, reader, page=page, most=most, skip=skip, ahead=ahead, total=total)

    def _records(
        self, path: str, model: type[R], params: Mapping[str, Any] | None = None, **options: Any
    ) -> Walk[R]:
        """Walk through a list, asking for the fields that are read and no others."""
        asked = {"_fields": model.fields(), **(params or {})}
        return self._walk(path, lambda row: read(model, row), asked, **options)

    async def _find_created(
        self,
        model: type[R],
        path: str,
        since: datetime,
        is_equal: Callable[[R], bool],
        params: Mapping[str, Any],
        *,
        created_by: str = "",
        fields: Iterable[str] = (),
    ) -> R | None:
        """Return the newest record of a list's first page that is equal and not older than `since`.

        `path` is a list with the newest first, and no search: that lags behind. Who made a record
        counts where `created_by` is given and the row tells. `fields`: fewer than the model has.
        """
        names = dict.fromkeys((*(fields or model.fields()), *_Made.fields()))
        asked = {"_fields": list(names), **params}
        for row in await self._walk(path, dict, asked, page=LOOKED_AT).first():
            made = read(_Made, row)
            if made.date_created is None or made.date_created < since:
                continue
            if created_by and made.created_by not in ("", created_by):
                continue
            record = read(model, row)
            if is_equal(record):
                await self._close.settle(path, read_id(row.get("id")), read_lead_id(row))
                return record
        return None
