"""`/contact/`: people at leads."""

from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.changes import create, delete, update
from closebot.sandbox.close_api.contact_shape import (
    complete_contact,
    contact_schema,
    place_contact,
)
from closebot.sandbox.close_api.custom import clean_custom
from closebot.sandbox.close_api.errors import missing
from closebot.sandbox.close_api.leads import make_lead
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.tables import index_of, order_of
from closebot.sandbox.close_api.validation import clean, reference
from closebot.sandbox.close_api.views import read_fields, select_fields, show_contact


def _find(asked: Asked) -> Json:
    contact = asked.store.contacts.get(asked.id)
    if contact is None:
        raise missing("Contact")
    return contact


def _list(asked: Asked) -> Json:
    window = read_window(asked.params)
    lead_id = asked.params.get("lead_id")
    contacts = asked.store.contacts
    among = None if lead_id is None else index_of(contacts, "lead_id").ids(lead_id)
    found = order_of(contacts).rows(among)
    cut, more = window.cut(found)
    fields = read_fields(asked.params)
    return {"data": [select_fields(show_contact(one), fields) for one in cut], "has_more": more}


def _get(asked: Asked) -> Json:
    return select_fields(show_contact(_find(asked)), read_fields(asked.params))


def _create(asked: Asked) -> Json:
    store = asked.store
    given = clean(asked.body, {**contact_schema(store), "lead_id": reference(store.leads)})
    custom = clean_custom(store, "contact", asked.body)
    whole = complete_contact(given) | {k: v for k, v in custom.items() if v is not None}
    if not whole.get("lead_id"):
        whole["lead_id"] = make_lead(asked, {"name": whole["name"]})["id"]
    contact = create(asked, "contact", "cont", whole)
    return select_fields(show_contact(contact), read_fields(asked.params))


def _update(asked: Asked) -> Json:
    contact, store = _find(asked), asked.store
    given = clean(asked.body, {**contact_schema(store), "lead_id": reference(store.leads)})
    custom = clean_custom(store, "contact", asked.body, contact)
    whole = complete_contact({**contact, **given})
    if "phones" in given or "timezone" in given:
        own = {"timezone": given["timezone"], "phones": []} if given.get("timezone") else whole
        whole |= place_contact(own)
    update(asked, "contact", contact, whole | custom)
    return select_fields(show_contact(contact), read_fields(asked.params))


def _delete(asked: Asked) -> Json:
    delete(asked, "contact", _find(asked))
    return {}


ROUTES = (
    Route("GET", "/contact/", _list),
    Route("POST", "/contact/", _create),
    Route("GET", "/contact/{id}/", _get),
    Route("PUT", "/contact/{id}/", _update),
    Route("DELETE", "/contact/{id}/", _delete),
)
