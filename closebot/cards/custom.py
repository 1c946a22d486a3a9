"""Custom fields: as fields of a form, as values for Close, and as words on a card.

What an organization keeps beside Close's own fields: text, number, date, choices, a user …
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from closebot.cards.dates import say_day
from closebot.cards.fields import USER
from closebot.close import CustomField, User
from closebot.slack import kit
from closebot.slack.kit import Json

PREFIX = "custom."
MOST = 25  # in one form: its own fields and Slack's limit of blocks leave no room for more
_TEXTS = ("text", "textarea", "number", "datetime")
_DRAWN = (*_TEXTS, "date", "choices", "user")
_SHORT = 100
_NO_NUMBER = "Write a number, for example 12 or 12.5."
_LOST = "This field is no longer in Close. Empty it and try again."
# With commas between thousands, with points between them, with a comma before decimals, plain.
_NUMBERS: tuple[tuple[re.Pattern[str], dict[str, str]], ...] = (
    (re.compile(r"[-+]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?"), {",": ""}),
    (re.compile(r"[-+]?[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]+"), {".": "", ",": "."}),
    (re.compile(r"[-+]?[1-9][0-9]{0,2}(\.[0-9]{3}){2,}"), {".": ""}),
    (re.compile(r"[-+]?[0-9]*,[0-9]+"), {",": "."}),
    (re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)"), {}),
)


def in_forms(fields: Sequence[CustomField]) -> list[CustomField]:
    """Pick the fields that a form can hold, required ones first."""
    able = [
        one for one in fields if one.type in _DRAWN and (one.type != "choices" or _choices(one))
    ]
    return sorted(able, key=lambda one: not one.required)[:MOST]


def custom_inputs(
    fields: Sequence[CustomField],
    values: Mapping[str, Any] | None = None,
    *,
    users: Sequence[User] = (),
    zone: ZoneInfo | None = None,
) -> list[Json]:
    """Draw a field for each custom field; `values` by its id (`cf_…`) stand in them.

    What a field of Slack cannot hold is left out, and a line at the end says so.
    """
    known = values or {}
    held = [one for one in in_forms(fields) if _holds(one, known.get(one.id))]
    drawn = [_input(one, known.get(one.id), users, zone) for one in held]
    left = [_name(one) for one in in_forms(fields) if one not in held]
    if left:
        names = kit.quote(", ".join(left), 1000)
        drawn.append(kit.context(f"To be changed in Close only, as it does not fit here: {names}"))
    return drawn


def _holds(one: CustomField, value: Any) -> bool:
    """Say whether a field of a form gives a value back whole."""
    several = _several(value)
    if one.type == "choices":
        return set(several) <= set(_choices(one))
    if one.type not in _TEXTS or (one.type == "datetime" and not one.accepts_multiple_values):
        return len(several) <= 1
    if one.accepts_multiple_values and any("\n" in line for line in several):
        return False
    return len("\n".join(several)) <= kit.SECTION


def _choices(one: CustomField) -> list[str]:
    return [choice for choice in one.choices if 0 < len(choice) <= kit.OPTION_VALUE]


def _name(one: CustomField) -> str:
    return kit.clip(one.name.strip() or "Untitled field", _SHORT)


def _input(one: CustomField, value: Any, users: Sequence[User], zone: ZoneInfo | None) -> Json:
    name, words = PREFIX + one.id, one.name.strip() or "Untitled field"
    optional = not one.required
    hint = kit.clip(one.description, 300)
    element: Json
    if one.type == "choices":
        there, picked = _choices(one), _several(value)
        # What is chosen stands first, so that it is never cut off.
        ordered = sorted(there, key=lambda choice: choice not in picked)
        choices = [(choice, choice) for choice in ordered]
        if len(there) > kit.MOST_OPTIONS:
            hint = hint or f"The first {kit.MOST_OPTIONS} of {len(there)} choices"
        if one.accepts_multiple_values:
            element = kit.multi_menu("Choose", choices, chosen=picked)
        else:
            element = kit.menu("Choose", choices, chosen="".join(picked[:1]))
        return kit.field(name, words, element, hint=hint, optional=optional)
    if one.type == "date":
        element = kit.datepicker(chosen=_day(value))
        return kit.field(name, words, element, hint=hint, optional=optional)
    if one.type == "user":
        chosen = next(iter(_several(value)), "")
        named = next((user.name for user in users if user.id == chosen), chosen)
        initial = kit.option(chosen, named) if chosen else None
        element = kit.external_select(USER, "Type a name", initial=initial)
        return kit.field(name, words, element, hint=hint, optional=optional)
    if one.type == "datetime":
        hint = hint or "For example 2026-11-23 15:00"
        value = [_local(each, zone) for each in _several(value)]
    shown = "\n".join(_several(value))
    return kit.text_input(
        name,
        words,
        hint=hint or ("One a line" if one.accepts_multiple_values else ""),
        initial=shown,
        multiline=one.type == "textarea" or bool(one.accepts_multiple_values),
        optional=optional,
    )


def read_custom(
    fields: Sequence[CustomField],
    filled: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None = None,
    zone: ZoneInfo | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what Close is to be given (by `cf_…`) and what is wrong (by the field's block id).

    `filled`: the values of the form. Without `before` only what was filled in is given; with it,
    only what is different from then, and None for what was cleared. What was filled in for a field
    that is not among `fields` is wrong.
    """
    given: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    known = {PREFIX + one.id for one in fields}
    for name, value in filled.items():
        if name.startswith(PREFIX) and name not in known and value not in (None, "", []):
            wrong[name] = _LOST
    for one in fields:
        name = PREFIX + one.id
        if name not in filled:
            continue
        try:
            value = _read(one, filled[name], zone)
        except ValueError as error:
            wrong[name] = str(error)
            continue
        if before is None:
            if value is not None:
                given[one.id] = value
        elif not _same(value, before.get(one.id)):
            given[one.id] = value
    return given, wrong


def _read(one: CustomField, value: Any, zone: ZoneInfo | None) -> Any:
    """Turn what was filled in into Close's value; None for nothing. Raises `ValueError`."""
    if value is None or value == [] or (isinstance(value, str) and not value.strip()):
        return None
    if one.type in ("choices", "user", "date"):
        several = one.accepts_multiple_values and isinstance(value, str)
        return [value] if several else value
    lines = [line.strip() for line in str(value).splitlines() if line.strip()]
    if one.accepts_multiple_values and one.type != "textarea":
        return [_single(one.type, line, zone) for line in lines]
    return _single(one.type, str(value).strip(), zone)


def _single(kind: str, text: str, zone: ZoneInfo | None) -> Any:
    if kind == "number":
        return _number(text)
    if kind == "datetime":
        return _moment(text, zone)
    return text


def _number(text: str) -> int | float:
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).replace("\u2212", "-")
    marks = next((marks for shape, marks in _NUMBERS if shape.fullmatch(plain)), None)
    if marks is None:
        raise ValueError(_NO_NUMBER)
    number = "".join(marks.get(one, one) for one in plain)
    if abs(float(number)) >= 10**15:
        raise ValueError(_NO_NUMBER)
    return float(number) if float(number) % 1 else int(float(number))


def _moment(text: str, zone: ZoneInfo | None) -> str:
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone or UTC)
        return aware.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise ValueError("Write a date and a time, for example 2026-11-23 15:00.") from None


def say_custom(value: Any, *, users: Sequence[User] = (), today: date | None = None) -> str:
    """Say the value of a custom field for people; empty for none."""
    if value is None or value in ("", []):
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(said for one in value if (said := say_custom(one, users=users)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if text.startswith("user_"):
        return next((user.name for user in users if user.id == text), text)
    day = _day(text)
    return say_day(day, today) if day and today and len(text) == 10 else text


def _several(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return [str(value)] if value not in (None, "") else []


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) or isinstance(other, list | tuple):
        return sorted(_several(one)) == sorted(_several(other))
    if one is None or other is None or other == "":
        return one is None and other in (None, "")
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    return bool(_instant(one) == _instant(other))


def _instant(value: Any) -> Any:
    """Make two ways to write one moment equal; anything else is its text."""
    text = str(value)
    if "T" not in text:
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _local(value: Any, zone: ZoneInfo | None) -> str:
    moment = _instant(value) if value else ""
    if not isinstance(moment, datetime):
        return ""
    try:
        local = moment.astimezone(zone or UTC)
    except OverflowError:  # the first or last day of the calendar has no other zone
        local = moment
    return local.replace(tzinfo=None).isoformat(" ", "minutes")
