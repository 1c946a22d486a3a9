"""What advanced filtering can ask of objects: their fields, and what is related to them."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from closebot.sandbox.close_api.conditions import read_text
from closebot.sandbox.close_api.errors import bad_query
from closebot.sandbox.close_api.store import Family, Json, Store
from closebot.sandbox.close_api.tables import Ids, index_of
from closebot.sandbox.close_api.texts import lexicon_of
from closebot.sandbox.close_api.views import name_lead, read_opportunity, show_contact, show_task

Value = Callable[[Json], Any]

_OWN = {
    "lead": (
        "id name description url status_id organization_id created_by updated_by date_created "
        "date_updated"
    ),
    "contact": (
        "id name title lead_id timezone organization_id created_by updated_by date_created "
        "date_updated"
    ),
    "contact_email": "email type is_unsubscribed",
    "contact_phone": "phone type",
    "contact_url": "url type",
    "address": "address_1 address_2 city state zipcode country label",
    "opportunity": (
        "id lead_id contact_id user_id status_id note value value_period confidence date_won "
        "date_lost created_by updated_by date_created date_updated"
    ),
    "task": (
        "id _type lead_id contact_id assigned_to text date is_complete is_dateless priority "
        "created_by updated_by date_created date_updated"
    ),
}
_TABLES = {
    "lead": "leads",
    "contact": "contacts",
    "opportunity": "opportunities",
    "task": "tasks",
}
# Fields with far fewer values than there are objects: each value is looked at once.
_FEW_VALUES = {
    "lead": ("status_id", "created_by", "updated_by"),
    "opportunity": ("status_id", "user_id", "date_won", "confidence", "value_period"),
    "task": ("_type", "assigned_to", "date", "is_complete", "is_dateless", "priority"),
}
# Fields whose words are kept.
_TEXTS = {
    "lead": ("name", "display_name", "description", "url", "status_label"),
    "contact": ("name", "display_name", "title"),
    "contact_email": ("email",),
    "contact_phone": ("phone",),
    "contact_url": ("url",),
}
_OPPORTUNITY = (
    "status_label status_type pipeline_id pipeline_name annualized_value expected_value "
    "annualized_expected_value value_currency user_name lead_name contact_name"
)
_ACTIVITY = "id user_id contact_id lead_id date_created activity_at note subject text direction"


class Relations:
    """Fields and relations of everything, over one gathering of what belongs to leads."""

    def __init__(self, store: Store, family: Family) -> None:
        self._store = store
        self._family = family

    def value_of(self, kind: str, name: str) -> Value:
        """Return how a field is read. Raises `Refused` for one that does not exist."""
        if name in _OWN.get(kind, "").split():
            return lambda one: one.get(name)
        derived = self._derived(kind, name)
        if derived is None:
            raise bad_query(f"Unknown field: {kind}.{name}.")
        return derived

    def _derived(self, kind: str, name: str) -> Value | None:
        store, family = self._store, self._family
        if kind == "opportunity" and name in _OPPORTUNITY.split():
            return read_opportunity(store, name)
        if kind == "task" and name in {"view", "lead_name", "contact_name", "assigned_to_name"}:
            return lambda one: show_task(store, one).get(name)
        if kind.startswith("activity.") and name in _ACTIVITY.split():
            return lambda one: one.get(name)
        type_of = read_opportunity(store, "status_type")
        fields: dict[tuple[str, str], Value] = {
            ("lead", "display_name"): lambda one: name_lead(one, family.contacts[one["id"]]),
            ("lead", "status_label"): lambda one: store.lead_statuses.get(one["status_id"], {}).get(
                "label"
            ),
            ("lead", "addresses_count"): lambda one: len(one["addresses"]),
            ("lead", "contacts_count"): lambda one: len(family.contacts[one["id"]]),
            ("lead", "opportunities_count"): lambda one: len(family.opportunities[one["id"]]),
            ("lead", "active_opportunities_count"): lambda one: sum(
                type_of(deal) == "active" for deal in family.opportunities[one["id"]]
            ),
            ("lead", "tasks_count"): lambda one: len(family.tasks[one["id"]]),
            ("lead", "active_tasks_count"): lambda one: sum(
                not task["is_complete"] for task in family.tasks[one["id"]]
            ),
            ("lead", "all_urls_count"): self._count_urls,
            ("contact", "display_name"): lambda one: show_contact(one)["display_name"],
            ("contact", "emails_count"): lambda one: len(one["emails"]),
            ("contact", "phones_count"): lambda one: len(one["phones"]),
            ("contact", "urls_count"): lambda one: len(one["urls"]),
        }
        return fields.get((kind, name))

    def _count_urls(self, lead: Json) -> int:
        contacts = self._family.contacts[lead["id"]]
        return bool(lead["url"]) + sum(len(contact["urls"]) for contact in contacts)

    def narrow(self, kind: str, name: str, condition: Any, test: Callable[[Any], bool]) -> Ids:
        """Return ids outside of which no field passes; None when only asking each will tell."""
        if name in _FEW_VALUES.get(kind, ()):
            return index_of(self._table(kind), name).ids_where(test)
        if condition.get("type") == "text" and name in _TEXTS.get(kind, ()):
            lexicon = lexicon_of(self._store, "lead" if kind == "lead" else "contact")
            return lexicon.narrow(*read_text(condition))
        return None

    def owners(self, this: str, other: str, ids: AbstractSet[str]) -> Ids:
        """Return the ids of the objects to which those with other ids are related."""
        if other.startswith("contact_") or other == "address":
            return ids
        if this == "lead" and other in _TABLES:
            return _read_ids(self._table(other), ids, "lead_id")
        if (this, other) == ("contact", "opportunity"):
            return _read_ids(self._table(other), ids, "contact_id")
        if this in _TABLES and other in {"lead", "contact"}:
            return index_of(self._table(this), f"{other}_id").ids_of(ids)
        return None

    def _table(self, kind: str) -> Mapping[str, Json]:
        table: Mapping[str, Json] = getattr(self._store, _TABLES[kind])
        return table

    def related(self, this: str, other: str) -> Callable[[Json], Iterable[Json]]:
        """Return how related objects are found. Raises `Refused` for kinds that are not related."""
        store, family = self._store, self._family
        leads, contacts = store.leads, store.contacts

        def lead_of(one: Json) -> list[Json]:
            return [leads[one["lead_id"]]] if one.get("lead_id") in leads else []

        ways: dict[tuple[str, str], Callable[[Json], Iterable[Json]]] = {
            ("lead", "contact"): lambda one: family.contacts[one["id"]],
            ("lead", "opportunity"): lambda one: family.opportunities[one["id"]],
            ("lead", "task"): lambda one: family.tasks[one["id"]],
            ("lead", "address"): lambda one: one["addresses"],
            ("contact", "lead"): lead_of,
            ("opportunity", "lead"): lead_of,
            ("task", "lead"): lead_of,
            ("contact", "contact_email"): lambda one: one["emails"],
            ("contact", "contact_phone"): lambda one: one["phones"],
            ("contact", "contact_url"): lambda one: one["urls"],
            ("contact", "opportunity"): lambda one: [
                deal
                for deal in family.opportunities[one["lead_id"]]
                if deal["contact_id"] == one["id"]
            ],
            ("opportunity", "contact"): lambda one: [
                contacts[found] for found in [one["contact_id"]] if found in contacts
            ],
        }
        if (this, other) in ways:
            return ways[this, other]
        if this in {"lead", "contact"} and other.startswith("activity."):
            return self._activities(this, other.removeprefix("activity."))
        raise bad_query(f"Objects of type {this!r} have no related {other!r}.")

    def _activities(self, this: str, word: str) -> Callable[[Json], Iterable[Json]]:
        index, kind = index_of(self._store.activities, f"{this}_id"), word.replace("_", "")
        return lambda one: [
            activity for activity in index.rows(one["id"]) if activity["_type"].casefold() == kind
        ]


def _read_ids(table: Mapping[str, Json], ids: Iterable[str], name: str) -> set[str]:
    return {table[one][name] for one in ids if one in table}
