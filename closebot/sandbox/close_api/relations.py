"""What advanced filtering can ask of objects: their fields, and what is related to them."""

from collections.abc import Callable, Iterable
from typing import Any

from closebot.sandbox.close_api.errors import bad_query
from closebot.sandbox.close_api.store import Family, Json, Store
from closebot.sandbox.close_api.views import name_lead, show_contact, show_opportunity, show_task

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
            return lambda one: show_opportunity(store, one).get(name)
        if kind == "task" and name in {"view", "lead_name", "contact_name", "assigned_to_name"}:
            return lambda one: show_task(store, one).get(name)
        if kind.startswith("activity.") and name in _ACTIVITY.split():
            return lambda one: one.get(name)
        fields: dict[tuple[str, str], Value] = {
            ("lead", "display_name"): lambda one: name_lead(one, family.contacts[one["id"]]),
            ("lead", "status_label"): lambda one: store.lead_statuses.get(one["status_id"], {}).get(
                "label"
            ),
            ("lead", "addresses_count"): lambda one: len(one["addresses"]),
            ("lead", "contacts_count"): lambda one: len(family.contacts[one["id"]]),
            ("lead", "opportunities_count"): lambda one: len(family.opportunities[one["id"]]),
            ("lead", "active_opportunities_count"): lambda one: sum(
                show_opportunity(store, deal)["status_type"] == "active"
                for deal in family.opportunities[one["id"]]
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
        key, kind = f"{this}_id", word.replace("_", "")
        found = [one for one in self._store.activities.values() if one["_type"].casefold() == kind]
        return lambda one: [activity for activity in found if activity.get(key) == one["id"]]
