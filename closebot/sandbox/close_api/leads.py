"""`/lead/`: companies, with everything that belongs to them."""

from collections.abc import Mapping
from typing import Any

from closebot.sandbox.close_api.activities import record_activity
from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.changes import create, delete, update
from closebot.sandbox.close_api.contact_shape import complete_contact, contact_schema
from closebot.sandbox.close_api.custom import clean_custom
from closebot.sandbox.close_api.errors import Refused, bad_fields, missing
from closebot.sandbox.close_api.legacy_query import find_leads
from closebot.sandbox.close_api.store import Json, Store, gather_family
from closebot.sandbox.close_api.tables import index_of
from closebot.sandbox.close_api.validation import Schema, clean, list_of, object_of, text, url
from closebot.sandbox.close_api.views import read_fields, select_fields, show_lead

_ADDRESS = ("address_1", "address_2", "city", "state", "zipcode", "country")


def lead_schema() -> Schema:
    """Return the checks of a lead's own fields."""
    parts = {name: text(1000) for name in (*_ADDRESS, "label")}
    return {
        "name": text(1000),
        "description": text(),
        "url": url,
        "addresses": list_of(object_of(parts)),
    }


def _clean_lead(asked: Asked, lead: Json | None = None) -> Json:
    store = asked.store
    schema = dict(lead_schema())
    if lead is None:
        schema["contacts"] = list_of(object_of(contact_schema(store)))
    given: Json = clean(asked.body, schema)
    if "addresses" in given:
        given["addresses"] = [complete_address(one) for one in given["addresses"]]
    if "description" in given:
        given["description"] = given["description"] or ""
    return given | _clean_status(store, asked.body) | clean_custom(store, "lead", asked.body, lead)


def complete_address(given: Mapping[str, Any]) -> Json:
    """Fill in the parts of an address that were not given."""
    parts = {name: given.get(name) or "" for name in _ADDRESS}
    return {"label": given.get("label") or "business", **parts}


def _clean_status(store: Store, body: Mapping[str, Any]) -> Json:
    """Read `status_id`, or `status` by its label. Raises `Refused`."""
    asked_id, label = body.get("status_id"), body.get("status")
    if asked_id is None and label is None:
        return {}
    for status in store.lead_statuses.values():
        if status["id"] == asked_id or (asked_id is None and status["label"] == label):
            return {"status_id": status["id"]}
    raise bad_fields(
        status="Not a valid choice. Please go to Customizations in your organization settings "
        f'and add "{label if asked_id is None else asked_id}" to the list of lead statuses.'
    )


def make_lead(asked: Asked, given: Mapping[str, Any]) -> Json:
    """Store a new lead, with its contacts and the activity that tells of it."""
    store = asked.store
    fields = {name: value for name, value in given.items() if value is not None}
    contacts = fields.pop("contacts", [])
    lead = create(
        asked,
        "lead",
        "lead",
        {
            "name": "",
            "description": "",
            "url": None,
            "addresses": [],
            "status_id": next(iter(store.lead_statuses)),
            **fields,
        },
    )
    for contact in contacts:
        create(asked, "contact", "cont", {**complete_contact(contact), "lead_id": lead["id"]})
    record_activity(asked, "Created", lead["id"], {"source": "api", "import_id": None})
    return lead


def _find(asked: Asked) -> Json:
    lead = asked.store.leads.get(asked.id)
    if lead is None:
        raise missing("Lead")
    return lead


def _list(asked: Asked) -> Json:
    store, window = asked.store, read_window(asked.params)
    found = find_leads(store, asked.params.get("query", ""), asked)
    cut, more = window.cut(found)
    family = gather_family(store)
    fields = read_fields(asked.params)
    shown = [select_fields(show_lead(store, one, family, asked.offset), fields) for one in cut]
    return {"data": shown, "has_more": more, "total_results": len(found)}


def _get(asked: Asked) -> Json:
    shown = show_lead(asked.store, _find(asked), offset=asked.offset)
    return select_fields(shown, read_fields(asked.params))


def _create(asked: Asked) -> Json:
    lead = make_lead(asked, _clean_lead(asked))
    return show_lead(asked.store, lead, offset=asked.offset)


def _update(asked: Asked) -> Json:
    lead, store = _find(asked), asked.store
    given = _clean_lead(asked, lead)
    old = lead["status_id"]
    update(asked, "lead", lead, given)
    if lead["status_id"] != old:
        record_activity(
            asked,
            "LeadStatusChange",
            lead["id"],
            {
                "old_status_id": old,
                "old_status_label": store.lead_statuses.get(old, {}).get("label"),
                "new_status_id": lead["status_id"],
                "new_status_label": store.lead_statuses[lead["status_id"]]["label"],
            },
        )
    return show_lead(store, lead, offset=asked.offset)


def _delete(asked: Asked) -> Json:
    lead, store = _find(asked), asked.store
    kinds = (
        ("contact", store.contacts),
        ("opportunity", store.opportunities),
        ("task", store.tasks),
        ("activity", store.activities),
    )
    for kind, table in kinds:
        for one in list(index_of(table, "lead_id").rows(lead["id"])):
            delete(asked, kind, one)
    delete(asked, "lead", lead)
    return {}


def _merge(asked: Asked) -> Json:
    store = asked.store
    source = store.leads.get(str(asked.body.get("source")))
    destination = store.leads.get(str(asked.body.get("destination")))
    if source is None or destination is None or source is destination:
        raise Refused(404, {"errors": ["Source lead does not exist."]})
    for table in (store.contacts, store.opportunities, store.tasks, store.activities):
        for one in list(index_of(table, "lead_id").rows(source["id"])):
            one["lead_id"] = destination["id"]
    told = {
        "source_lead_id": source["id"],
        "source_lead_name": source["name"],
        "destination_lead_id": destination["id"],
        "status": "completed",
    }
    delete(asked, "lead", source)
    record_activity(asked, "LeadMerge", destination["id"], told)
    asked.meta = {
        "merge_source_lead_id": source["id"],
        "merge_destination_lead_id": destination["id"],
    }
    update(asked, "lead", destination, {}, action="merged")
    return {"status": "ok"}


ROUTES = (
    Route("GET", "/lead/", _list),
    Route("POST", "/lead/", _create),
    Route("POST", "/lead/merge/", _merge),
    Route("GET", "/lead/{id}/", _get),
    Route("PUT", "/lead/{id}/", _update),
    Route("DELETE", "/lead/{id}/", _delete),
)
