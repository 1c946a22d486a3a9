"""What advanced filtering can ask of what belongs together: leads, and everything at them."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from closebot.sandbox.close_api.errors import bad_query
from closebot.sandbox.close_api.store import Family, Json, Store
from closebot.sandbox.close_api.tables import Ids, index_of

_ACTIVITY = "activity."


class Relations:
    """Relations of everything, over one gathering of what belongs to leads."""

    def __init__(self, store: Store, family: Family) -> None:
        self._store = store
        self._family = family

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
        if this in {"lead", "contact"} and other.startswith(_ACTIVITY):
            return self._activities(this, other)
        raise bad_query(f"Objects of type {this!r} have no related {other!r}.")

    def _activities(self, this: str, other: str) -> Callable[[Json], Iterable[Json]]:
        index, kind = index_of(self._store.activities, f"{this}_id"), _type_of(other)
        return lambda one: [
            activity for activity in index.rows(one["id"]) if activity["_type"].casefold() == kind
        ]

    def activities(self, kind: str) -> AbstractSet[str]:
        """Return the ids of the activities of a kind."""
        wanted = _type_of(kind)
        index = index_of(self._store.activities, "_type")
        return index.ids_where(lambda named: named.casefold() == wanted)

    def owners(self, this: str, other: str, ids: AbstractSet[str]) -> Ids:
        """Return the ids of the objects to which those with some ids are related.

        None when they are parts without ids of their own. `ids` are those of stored objects.
        """
        store = self._store
        if other.startswith(_ACTIVITY):
            return index_of(store.activities, f"{this}_id").values_of(ids)
        if (this, other) == ("contact", "opportunity"):
            return self._contacts_of(ids)
        here = {"contact": store.contacts, "opportunity": store.opportunities, "task": store.tasks}
        if this == "lead" and other in here:
            return index_of(here[other], "lead_id").values_of(ids)
        if this in here and other in {"lead", "contact"}:
            return index_of(here[this], f"{other}_id").ids_of(ids)
        return None

    def _contacts_of(self, ids: AbstractSet[str]) -> set[str]:
        """Return the contacts of opportunities that are at the contact's own lead."""
        deals, contacts = self._store.opportunities, self._store.contacts
        pairs = ((deals[one]["contact_id"], deals[one]["lead_id"]) for one in ids)
        return {
            contact_id
            for contact_id, lead_id in pairs
            if contact_id in contacts and contacts[contact_id]["lead_id"] == lead_id
        }


def _type_of(kind: str) -> str:
    return kind.removeprefix(_ACTIVITY).replace("_", "")
