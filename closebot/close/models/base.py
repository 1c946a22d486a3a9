"""What every object that Close answers with has in common.

Frozen, and deaf to keys they do not know: Close adds keys at any time. A text that is null reads
as empty, a list that is null as empty, a moment without an offset as UTC. Amounts are integer
cents.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from closebot.close.errors import Unreadable

T = TypeVar("T", bound="Record")
Item = TypeVar("Item")


def _no_null_text(value: Any) -> Any:
    return "" if value is None else value


def _no_null_list(value: Any) -> Any:
    return () if value is None else value


def _with_offset(value: Any) -> Any:
    """Read a moment; older resources write an offset, newer ones leave it out and mean UTC."""
    if value is None or value == "":
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        raise ValueError("neither a moment nor nothing")  # noqa: TRY004 - pydantic reads it
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the calendar") from None


def _day_or_moment(value: Any) -> Any:
    """Read what may be a day (`2026-07-01`) or a moment; a day stays a day."""
    if isinstance(value, str) and len(value) == len("2026-07-01"):
        return date.fromisoformat(value)
    return _with_offset(value)


def _day(value: Any) -> Any:
    """Read a day; Close's documents show some as a moment at midnight."""
    read = _day_or_moment(value)
    return read.date() if isinstance(read, datetime) else read


Text = Annotated[str, BeforeValidator(_no_null_text)]
Many = Annotated[tuple[Item, ...], BeforeValidator(_no_null_list)]
Instant = Annotated[datetime | None, BeforeValidator(_with_offset)]
Day = Annotated[date | None, BeforeValidator(_day)]
DayOrMoment = Annotated[date | datetime | None, BeforeValidator(_day_or_moment)]


class Record(BaseModel):
    """Anything that Close answers with."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def fields(cls) -> tuple[str, ...]:
        """Name what we read, for `_fields`: Close need not send more."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    def body(self) -> dict[str, Any]:
        """Write what was given, as Close takes it inside another object."""
        return self.model_dump(mode="json", exclude_defaults=True)


class Customized(Record):
    """An object with custom fields: `custom` has them by id (`cf_…`), unset ones are absent.

    https://developer.close.com/api/resources/custom-fields
    """

    custom: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def gather(cls, data: Any) -> Any:
        """Put the flat `custom.cf_…` keys of an answer into `custom`."""
        if not isinstance(data, Mapping):
            return data
        flat = {
            str(key).removeprefix("custom."): value
            for key, value in data.items()
            if str(key).startswith("custom.")
        }
        return dict(data) | {"custom": flat}


def read(model: type[T], data: Any) -> T:
    """Read an answer as `model`. Raises `Unreadable`, which names the field and not its value."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the whole"
        raise Unreadable(f"{model.__name__}: {where} is not what it should be") from None


def read_list(model: type[T], answer: Any) -> tuple[T, ...]:
    """Read the `data` of a list's answer. Raises `Unreadable`."""
    data = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(data, list):
        raise Unreadable(f"a list of {model.__name__}: data is not a list")
    return tuple(read(model, item) for item in data)
