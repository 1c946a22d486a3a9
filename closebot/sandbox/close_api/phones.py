"""Phone numbers: rewritten to E.164 with the organization's country, as Close does."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import phonenumbers
import phonenumbers.timezone

from closebot.sandbox.close_api.errors import Invalid

_REMEMBERED = 1 << 16  # numbers: reading one is slow, and a page of leads has hundreds
_UNKNOWN = "Etc/Unknown"


def normalize_phone(text: str, country: str) -> str:
    """Return a number in E.164. Raises `Invalid`."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise Invalid("Invalid phone number.") from None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=_REMEMBERED)
def describe_phone(phone: str) -> Mapping[str, Any]:
    """Return what Close adds to a number in E.164: how it is written, and its country."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return {"phone_formatted": phone, "country": None}
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return {"phone_formatted": written, "country": phonenumbers.region_code_for_number(number)}


def infer_zone(phones: list[dict[str, Any]]) -> str | None:
    """Return the time zone of the first number that has one."""
    for one in phones:
        try:
            number = phonenumbers.parse(one["phone"])
        except phonenumbers.NumberParseException:
            continue
        zones = phonenumbers.timezone.time_zones_for_number(number)
        if zones and zones[0] != _UNKNOWN:
            return str(zones[0])
    return None
