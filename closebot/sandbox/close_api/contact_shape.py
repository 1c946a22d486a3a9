"""The fields of a contact: how they are checked, and what stands where nothing was given."""

from collections.abc import Callable, Mapping
from typing import Any

from closebot.sandbox.close_api.errors import Invalid
from closebot.sandbox.close_api.phones import infer_zone, normalize_phone
from closebot.sandbox.close_api.store import Json, Store
from closebot.sandbox.close_api.validation import (
    Schema,
    email,
    list_of,
    object_of,
    one_of,
    text,
    url,
)

_LONGEST = 1000
KINDS = ("office", "mobile", "home", "direct", "fax", "url", "other")


def _phone(country: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if not isinstance(value, str):
            raise Invalid("Value must be of str type.")
        return normalize_phone(value, country)

    return check


def contact_schema(store: Store) -> Schema:
    """Return the checks of a contact's own fields."""
    country = store.organization["country"]
    kind = one_of(*KINDS)
    return {
        "name": text(_LONGEST),
        "title": text(_LONGEST),
        "timezone": text(),
        "emails": list_of(object_of({"email": email, "type": kind}, ("email",))),
        "phones": list_of(object_of({"phone": _phone(country), "type": kind}, ("phone",))),
        "urls": list_of(object_of({"url": url, "type": kind}, ("url",))),
    }


def complete_contact(given: Mapping[str, Any]) -> Json:
    """Fill in what Close fills in where nothing was given."""
    whole: Json = {"name": "", "title": "", "emails": [], "phones": [], "urls": []}
    whole |= {name: value for name, value in given.items() if value is not None}
    whole["emails"] = [
        {"type": "office", "is_unsubscribed": False} | one for one in whole["emails"]
    ]
    whole["phones"] = [{"type": "office"} | one for one in whole["phones"]]
    whole["urls"] = [{"type": "url"} | one for one in whole["urls"]]
    return whole | place_contact(whole)


def place_contact(contact: Mapping[str, Any]) -> Json:
    """Return the time zone of a contact: its own, or that of its phone numbers."""
    if contact.get("timezone") and contact.get("timezone_source") in {None, "manual"}:
        return {"timezone": contact["timezone"], "timezone_source": "manual"}
    zone = infer_zone(contact["phones"])
    source = "inferred_from_phone_number" if zone else None
    return {"timezone": zone, "timezone_source": source}
