"""Whose call it is when nobody says: found by the number, or somebody new."""

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.errors import Invalid
from closebot.sandbox.close_api.leads import make_lead
from closebot.sandbox.close_api.phones import describe_phone, normalize_phone
from closebot.sandbox.close_api.store import Json


def name_caller(asked: Asked) -> Json:
    """Return the body of a call with the lead that it was with, where that can be told."""
    body, store = asked.body, asked.store
    phone = body.get("phone")
    if body.get("lead_id"):
        return body
    if body.get("contact_id"):
        contact = store.contacts.get(str(body["contact_id"]))
        return body | ({"lead_id": contact["lead_id"]} if contact else {})
    if not isinstance(phone, str) or not phone:
        return body
    try:
        number = normalize_phone(phone, store.organization["country"])
    except Invalid:  # which is said when the whole body is checked
        return body
    for contact in store.contacts.values():
        if any(one["phone"] == number for one in contact["phones"]):
            return body | {"lead_id": contact["lead_id"], "contact_id": contact["id"]}
    name = describe_phone(number)["phone_formatted"]
    return body | {"lead_id": make_lead(asked, {"name": name})["id"]}
