"""What every object that Close answers with has in common.

Frozen, and deaf to keys they do not know: Close adds keys at any time. What is null or odd reads
as nothing, so that one strange field or item hides no other: a text as empty, a list as empty, a
number or moment as None. A moment without an offset is UTC. Amounts are integer cents.
"""

import math
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    PlainValidator,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import core_schema

from closebot.close.errors import Unreadable

T = TypeVar("T", bound="Record")
Item = TypeVar("Item")


def _whole(value: Any) -> int | None:
    """Read a whole number; Close has been seen to send fractions of a cent in sums."""
    if value is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return round(value) if math.isfinite(value) else None
    except OverflowError:  # no sum of money has four hundred digits
        return None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _each(value: Any, read_all: ValidatorFunctionWrapHandler) -> Any:
    """Read the items of a list: one that is odd is left out, the others stay."""
    if value is None:
        return ()
    try:
        return read_all(value)
    except ValidationError:
        if not isinstance(value, list | tuple):
            raise
    items: list[Any] = []
    for one in value:
        with suppress(ValidationError):
            items += read_all((one,))
    return tuple(items)


def _each_if_any(value: Any, read_all: ValidatorFunctionWrapHandler) -> Any:
    return None if value is None else _each(value, read_all)


def _moment(value: Any) -> Any:
    """Read a moment; older resources write an offset, newer ones leave it out and mean UTC."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(moment, datetime):
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day_or_moment(value: Any) -> Any:
    """Read what may be a day (`2026-07-01`) or a moment; a day stays a day."""
    if isinstance(value, str) and len(value) == len("2026-07-01"):
        with suppress(ValueError):
            return date.fromisoformat(value)
    return _moment(value)


def _day(value: Any) -> Any:
    """Read a day; Close's documents show some as a moment at midnight."""
    read = _day_or_moment(value)
    return read.date() if isinstance(read, datetime) else read


# A number is written out; anything else reads as nothing.
_TEXT = core_schema.with_default_schema(
    core_schema.str_schema(coerce_numbers_to_str=True), default="", on_error="default"
)

# Only what everything hangs on is insisted upon: ids, and that a list is one.
Id = Annotated[str, Field(min_length=1, max_length=100)]
# A lead has a hundred texts, so those are read without a call of Python for each.
Text = Annotated[str, GetPydanticSchema(lambda *_: _TEXT)]
Whole = Annotated[int | None, PlainValidator(_whole)]
Sum = Annotated[int, PlainValidator(lambda value: _whole(value) or 0)]
Flag = Annotated[bool | None, PlainValidator(_flag)]
Many = Annotated[tuple[Item, ...], WrapValidator(_each)]
ManyIfAny = Annotated[tuple[Item, ...] | None, WrapValidator(_each_if_any)]
Instant = Annotated[datetime | None, BeforeValidator(_moment)]
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
        gathered = dict(data)
        gathered["custom"] = {}
        if "custom." in " ".join(data):  # most objects have none, so it is asked of all at once
            gathered["custom"] = {
                key[len("custom.") :]: value
                for key, value in data.items()
                if key.startswith("custom.")
            }
        return gathered


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
