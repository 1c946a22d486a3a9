"""Everything of an object that a search for words looks at."""

from closebot.sandbox.close_api.lexicon import Lexicon
from closebot.sandbox.close_api.matching import Words, take_words
from closebot.sandbox.close_api.store import Family, Json, Store, gather_family
from closebot.sandbox.close_api.tables import Ids, index_of, meet, watch
from closebot.sandbox.close_api.views import name_lead


def lexicon_of(store: Store, kind: str) -> Lexicon:
    """Return the words of all leads, or of all contacts; they are kept from the first time on."""
    keep_lexicons(store)
    return store.lexicons[kind]


def keep_lexicons(store: Store) -> None:
    """Have the words of everything kept from now on."""
    if store.lexicons:
        return
    family = gather_family(store)
    leads = Lexicon(store.leads, lambda lead: lead_texts(store, lead, family))
    of_status = index_of(store.leads, "status_id")
    for table in (store.contacts, store.opportunities):
        watch(table, lambda row, _name: leads.forget(row["lead_id"]))
    watch(store.lead_statuses, lambda status, _name: leads.forget(*of_status.ids(status.key)))
    store.lexicons.update(lead=leads, contact=Lexicon(store.contacts, contact_texts))


def find_opportunities(store: Store, looked_for: Words) -> Ids:
    """Return ids outside of which no opportunity has every word in one of its names or its note."""
    deals = store.opportunities
    notes, statuses = index_of(deals, "note"), store.opportunity_statuses.values()
    found = []
    for word in looked_for:
        named = [one["id"] for one in statuses if word in take_words(one["label"])]
        found.append(
            index_of(deals, "lead_id").ids_of(lexicon_of(store, "lead").find_words((word,)))
            | index_of(deals, "contact_id").ids_of(lexicon_of(store, "contact").find_words((word,)))
            | index_of(deals, "status_id").ids_of(named)
            | notes.ids_where(lambda note: word in take_words(note or ""))  # noqa: B023
        )
    return meet(*found)


def contact_texts(contact: Json) -> list[str]:
    """Return the texts of a contact."""
    return [
        contact["name"],
        contact["title"],
        *(one["email"] for one in contact["emails"]),
        *(one["phone"] for one in contact["phones"]),
        *(one["url"] or "" for one in contact["urls"]),
        *_custom_texts(contact),
    ]


def lead_texts(store: Store, lead: Json, family: Family) -> list[str]:
    """Return the texts of a lead: its own, and those of what belongs to it."""
    contacts = family.contacts.get(lead["id"], [])
    opportunities = family.opportunities.get(lead["id"], [])
    status = store.lead_statuses.get(lead["status_id"], {})
    return [
        name_lead(lead, contacts),
        lead["description"] or "",
        lead["url"] or "",
        str(status.get("label", "")),
        *(" ".join(address.values()) for address in lead["addresses"]),
        *(text for contact in contacts for text in contact_texts(contact)),
        *(one["note"] or "" for one in opportunities),
        *_custom_texts(lead),
    ]


def _custom_texts(one: Json) -> list[str]:
    texts: list[str] = []
    for name, value in one.items():
        if name.startswith("custom."):
            items = value if isinstance(value, list) else [value]
            texts += [item for item in items if isinstance(item, str)]
    return texts
