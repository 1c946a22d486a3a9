"""What is made of a large store before the first question, so that nobody waits for it."""

from closebot.sandbox.close_api.seen import OWNER
from closebot.sandbox.close_api.store import Store
from closebot.sandbox.close_api.tables import groups_of, index_of, order_of
from closebot.sandbox.close_api.texts import lexicon_of

_INDEXED = {
    "leads": "status_id created_by updated_by",
    "contacts": "lead_id",
    "opportunities": "lead_id user_id status_id contact_id",
    "tasks": "lead_id contact_id assigned_to _type date is_complete",
    "activities": "lead_id contact_id user_id _type",
}
_ORDERED = {
    "leads": "date_created date_updated",
    "contacts": "date_created date_updated",
    "opportunities": "date_created date_updated",
    "tasks": "date_created date_updated",
    "activities": "date_created activity_at",
}


def prepare(store: Store) -> None:
    """Make the orders, the indexes and the words that lists and searches go by."""
    for kind, names in _ORDERED.items():
        for name in names.split():
            order_of(getattr(store, kind), name).keys()
    for kind, names in _INDEXED.items():
        for name in names.split():
            index_of(getattr(store, kind), name).ids(None)
    for field_id, field in store.custom_fields.items():
        if field["name"] == OWNER:
            index_of(store.leads, f"custom.{field_id}").ids(None)
    groups_of(store.tasks, "date").values()
    for table in (store.contacts, store.opportunities, store.tasks, store.activities):
        by_lead = index_of(table, "lead_id")
        for lead_id in store.leads:
            by_lead.rows(lead_id)
    for kind in ("lead", "contact"):
        lexicon_of(store, kind).find_words(())
