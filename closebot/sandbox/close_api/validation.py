"""Checks of what is written, in the words of Close's own validator."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

from closebot.sandbox.close_api.errors import Invalid, Refused, describe_fields
from closebot.sandbox.close_api.moments import is_day, read_day, read_moment, write_moment

Check = Callable[[Any], Any]
Schema = Mapping[str, Check]

LONGEST_LIST = 100
_EMAIL = re.compile(r"[^\s@<>,;\"()]+@[^\s@<>,;\"()]+\.[^\s@<>,;\"().]{2,}")
_REQUIRED = "This field is required."


def clean(body: Mapping[str, Any], schema: Schema, required: tuple[str, ...] = ()) -> Any:
    """Return the fields of a body that a schema knows, checked. Raises `Refused` (400)."""
    try:
        return clean_object(body, schema, required)
    except Invalid as error:
        raise Refused(400, error.problem) from None


def clean_object(body: Any, schema: Schema, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Do the same for an object inside another. Raises `Invalid`."""
    if not isinstance(body, Mapping):
        raise Invalid("Value must be of dict type.")
    wrong: dict[str, Any] = {
        name: _REQUIRED for name in required if body.get(name) is None or body.get(name) == ""
    }
    cleaned: dict[str, Any] = {}
    for name, check in schema.items():
        if name in body and name not in wrong:
            try:
                cleaned[name] = check(body[name])
            except Invalid as error:
                wrong[name] = error.problem
    if wrong:
        raise Invalid(describe_fields(wrong))
    return cleaned


def text(longest: int = 0) -> Check:
    """Check a text; null is an empty one for `check`'s caller to mind."""

    def check(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, str):
            raise Invalid("Value must be of str type.")
        if longest and len(value) > longest:
            raise Invalid(f"The value must be no longer than {longest} characters.")
        return value

    return check


def one_of(*choices: str) -> Check:
    """Check one of a few words."""

    def check(value: Any) -> Any:
        if value not in choices:
            raise Invalid("Not a valid choice.")
        return value

    return check


def whole_number(lowest: int | None = None, highest: int | None = None) -> Check:
    """Check an integer, or null."""

    def check(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise Invalid("Value must be of int type.")
        if highest is not None and value > highest:
            raise Invalid(f"The value must not be larger than {highest}.")
        if lowest is not None and value < lowest:
            raise Invalid(f"The value must be at least {lowest}.")
        return value

    return check


def boolean(value: Any) -> Any:
    """Check true or false."""
    if not isinstance(value, bool):
        raise Invalid("Value must be of bool type.")
    return value


def email(value: Any) -> Any:
    """Check an e-mail address."""
    if not isinstance(value, str):
        raise Invalid("Value must be of str type.")
    if not _EMAIL.fullmatch(value.strip()):
        raise Invalid("Invalid email address.")
    return value.strip()


def url(value: Any) -> Any:
    """Check the address of a page; one without a scheme gets one."""
    if value is None or value == "":
        return value
    if not isinstance(value, str):
        raise Invalid("Value must be of str type.")
    whole = value.strip() if "://" in value else f"http://{value.strip()}"
    try:
        host = urlsplit(whole).hostname or ""
    except ValueError:
        raise Invalid("Invalid URL.") from None
    if "." not in host.strip(".") or re.search(r"\s", whole):
        raise Invalid("Invalid URL.")
    return whole


def day(value: Any) -> Any:
    """Check a day, or null."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Invalid("Value must be of str type.")
    try:
        return read_day(value).isoformat() if is_day(value) else _date_of(value)
    except ValueError:
        raise Invalid("Invalid ISO 8601 date.") from None


def _date_of(value: str) -> str:
    return read_moment(value).astimezone(UTC).date().isoformat()


def moment(value: Any) -> Any:
    """Check a moment, or null."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Invalid("Value must be of str type.")
    try:
        return write_moment(read_moment(value))
    except ValueError:
        raise Invalid("Invalid ISO 8601 datetime.") from None


def day_or_moment(value: Any) -> Any:
    """Check what may be a day or a moment; a day stays a day."""
    if isinstance(value, str) and is_day(value):
        try:
            return read_day(value).isoformat()
        except ValueError:
            raise Invalid("Invalid ISO 8601 datetime.") from None
    return moment(value)


def list_of(check: Check, longest: int = LONGEST_LIST) -> Check:
    """Check every item of a list; null is an empty one."""

    def check_all(value: Any) -> Any:
        if value is None:
            return []
        if not isinstance(value, list):
            raise Invalid("Value must be of list type.")
        if len(value) > longest:
            raise Invalid("List is too long.")
        wrong: dict[str, Any] = {}
        checked = []
        for index, item in enumerate(value):
            try:
                checked.append(check(item))
            except Invalid as error:
                wrong[str(index)] = error.problem
        if wrong:
            raise Invalid({"errors": wrong})
        return checked

    return check_all


def object_of(schema: Schema, required: tuple[str, ...] = ()) -> Check:
    """Check an object by a schema."""
    return lambda value: clean_object(value, schema, required)


def reference(table: Mapping[str, Any], *, nullable: bool = True) -> Check:
    """Check the id of something that exists."""

    def check(value: Any) -> Any:
        if value is None and nullable:
            return None
        if not isinstance(value, str) or value not in table:
            raise Invalid("Object does not exist.")
        return value

    return check


def known(table: Mapping[str, Any]) -> Check:
    """Read the id of something that may be unknown, which is null then."""
    return lambda value: value if isinstance(value, str) and value in table else None
