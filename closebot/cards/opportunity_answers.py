"""What was filled in for an opportunity, as Close takes it; and what is wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from closebot.cards.custom import PREFIX, read_custom
from closebot.cards.fields import read_contact
from closebot.close import CustomField, Invalid, read_money
from closebot.slack import kit
from closebot.slack.kit import Json

# Close's names of fields, without `_id`, where the form has another.
_NAMES = {"value_period": "period", "date_won": "close_date", "user": "owner", "pipeline": "status"}
_SETUP = ("status", "owner")  # what of a refusal says that the organization was set up anew


@dataclass(frozen=True)
class Terms:
    """What the fields are read by. `is_closed`: the chosen status is won or lost."""

    lead_id: str
    currency: str
    today: date
    is_closed: bool = False


def read_deal(
    values: Mapping[str, Any],
    terms: Terms,
    fields: Sequence[CustomField] = (),
    *,
    zone: ZoneInfo | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what Close is to be given, by the names of `opportunities.update`, and what is wrong.

    Only for the fields that are in `values`; None for what is empty there. What is wrong is a
    sentence by the field's block id.
    """
    given: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, (key, read) in _READ.items():
        if name in values:
            try:
                given[key] = read(str(values[name] or "").strip(), terms)
            except ValueError as error:
                wrong[name] = str(error)
    custom, faults = read_custom(fields, values, zone=zone)
    empty = [one.id for one in fields if PREFIX + one.id in values.keys() - faults.keys()]
    custom = dict.fromkeys(empty) | custom
    if custom:
        given["custom"] = custom
    return given, wrong | faults


def _read_value(text: str, terms: Terms) -> int | None:
    return read_money(text, terms.currency) if text else None


def _read_confidence(text: str, _: Terms) -> int | None:
    if not text:
        return None
    number = re.fullmatch(r"([0-9]{1,3})\s*%?", text)
    if number is None or int(number[1]) > 100:
        raise ValueError("Write a whole number from 0 to 100, for example 50.")
    return int(number[1])


def _read_day(text: str, terms: Terms) -> date | None:
    if not text:
        return None
    day = date.fromisoformat(text)
    if day < terms.today and not terms.is_closed:
        raise ValueError("This day is past. Pick today or a later day.")
    return day


def _read_owner(text: str, _: Terms) -> str:
    if not text:
        raise ValueError("Choose who owns it.")
    return text


def _read_contact(text: str, terms: Terms) -> str | None:
    return read_contact(text, terms.lead_id) or None


def _read_text(text: str, _: Terms) -> str:
    return text


# Block id → Close's name, and how it is read.
_READ: dict[str, tuple[str, Callable[[str, Terms], Any]]] = {
    "contact": ("contact_id", _read_contact),
    "status": ("status_id", _read_text),
    "value": ("value", _read_value),
    "period": ("value_period", _read_text),
    "confidence": ("confidence", _read_confidence),
    "close_date": ("date_won", _read_day),
    "owner": ("user_id", _read_owner),
    "note": ("note", _read_text),
}


def read_refusal(error: Invalid, view: Json) -> tuple[dict[str, str], bool]:
    """Turn Close's refusal into sentences at the fields of a form.

    The flag says that what is known of the organization's set-up may be out of date.
    """
    asked = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    faults: dict[str, list[str]] = {}
    for path, said in error.fields.items():
        parts = path.split(".")
        bare = parts[0].removesuffix("_id")
        name = ".".join(parts[:2]) if parts[0] == "custom" else _NAMES.get(bare, bare)
        if name in asked:
            faults.setdefault(name, []).append(said)
        else:
            faults.setdefault(asked[0], []).append(f"{path}: {said}")
    if error.messages or not faults:
        faults.setdefault(asked[0], []).extend(error.messages or ["no reason given"])
    is_old = any(name in _SETUP or name.startswith(PREFIX) for name in faults)
    return {name: _refused(name, "; ".join(said)) for name, said in faults.items()}, is_old


def _refused(name: str, said: str) -> str:
    more = "Please correct it and try again."
    if name in _SETUP:
        more = "Choose another; those there are now stand here when you open the form again."
    return f"Close refused this: {kit.clip(said, 300).rstrip('.')}. {more}"


def words_chosen(view: Json, name: str) -> str:
    """Return the words of what was chosen in a menu; empty for nothing."""
    for element in view.get("state", {}).get("values", {}).get(name, {}).values():
        option = element.get("selected_option")
        if isinstance(option, dict):
            return str(option.get("text", {}).get("text", ""))
    return ""


def has_custom(values: Mapping[str, Any]) -> bool:
    """Say whether custom fields are among the values of a form."""
    return any(name.startswith(PREFIX) for name in values)
