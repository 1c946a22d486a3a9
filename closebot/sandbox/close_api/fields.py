"""The fields that advanced filtering can ask of: how each is read, and who has what in it."""

from collections.abc import Callable, Mapping
from typing import Any

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.conditions import Node, Test, read_range, read_text
from closebot.sandbox.close_api.errors import bad_query
from closebot.sandbox.close_api.moments import local_day
from closebot.sandbox.close_api.store import Family, Json
from closebot.sandbox.close_api.tables import Ids, index_of, join, order_of
from closebot.sandbox.close_api.texts import lexicon_of
from closebot.sandbox.close_api.views import (
    is_ahead,
    name_lead,
    name_view,
    read_opportunity,
    show_contact,
)

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
    "lead": "status_id created_by updated_by organization_id",
    "contact": "title timezone created_by updated_by organization_id",
    "opportunity": (
        "status_id user_id date_won confidence value_period note created_by updated_by"
    ),
    "task": (
        "_type assigned_to text date is_complete is_dateless priority created_by updated_by "
        "lead_id contact_id"
    ),
}
# Derived fields that hang on one other field.
_HANGING = {
    "lead": {"status_label": "status_id"},
    "opportunity": {
        "status_label": "status_id",
        "status_type": "status_id",
        "pipeline_id": "status_id",
        "pipeline_name": "status_id",
        "user_name": "user_id",
        "lead_name": "lead_id",
        "contact_name": "contact_id",
    },
    "task": {
        "assigned_to_name": "assigned_to",
        "lead_name": "lead_id",
        "contact_name": "contact_id",
    },
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


class Fields:
    """The fields of everything, for one request."""

    def __init__(self, asked: Asked, family: Family) -> None:
        self._asked = asked
        self._store = asked.store
        self._family = family

    def table(self, kind: str) -> Mapping[str, Json] | None:
        """Return the objects of a kind; None when they are parts of others, or activities."""
        if kind not in _TABLES:
            return None
        table: Mapping[str, Json] = getattr(self._store, _TABLES[kind])
        return table

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
        if kind == "task" and name in {"lead_name", "contact_name"}:
            return read_opportunity(store, name)  # as it is named there
        if kind.startswith("activity.") and name in _ACTIVITY.split():
            return lambda one: one.get(name)
        type_of = read_opportunity(store, "status_type")
        contacts, deals, tasks = family.contacts, family.opportunities, family.tasks
        fields: dict[tuple[str, str], Value] = {
            ("lead", "display_name"): lambda one: (
                one["name"] or name_lead(one, contacts[one["id"]])
            ),
            ("lead", "status_label"): lambda one: store.lead_statuses.get(one["status_id"], {}).get(
                "label"
            ),
            ("lead", "addresses_count"): lambda one: len(one["addresses"]),
            ("lead", "contacts_count"): lambda one: contacts.count(one["id"]),
            ("lead", "opportunities_count"): lambda one: deals.count(one["id"]),
            ("lead", "active_opportunities_count"): lambda one: sum(
                type_of(deal) == "active" for deal in deals[one["id"]]
            ),
            ("lead", "tasks_count"): lambda one: tasks.count(one["id"]),
            ("lead", "active_tasks_count"): lambda one: sum(
                not task["is_complete"] for task in tasks[one["id"]]
            ),
            ("lead", "all_urls_count"): self._count_urls,
            ("contact", "display_name"): lambda one: show_contact(one)["display_name"],
            ("contact", "emails_count"): lambda one: len(one["emails"]),
            ("contact", "phones_count"): lambda one: len(one["phones"]),
            ("contact", "urls_count"): lambda one: len(one["urls"]),
            ("task", "view"): lambda one: name_view(store, one, 0),
            ("task", "assigned_to_name"): lambda one: store.user_name(one["assigned_to"]),
        }
        return fields.get((kind, name))

    def _count_urls(self, lead: Json) -> int:
        contacts = self._family.contacts[lead["id"]]
        return bool(lead["url"]) + sum(len(contact["urls"]) for contact in contacts)

    def find(self, kind: str, name: str, condition: Node, test: Test) -> Ids:
        """Return the ids of the objects whose field passes; None when each has to be asked."""
        if kind.startswith("activity."):
            return self._find_activities(name, condition, test)
        table = self.table(kind)
        if table is None:
            return None
        if condition["type"] == "moment_range" and name in {"date_created", "date_updated"}:
            bounds = read_range(self._asked, condition)
            return set(order_of(table, name).keys(bounds=bounds))
        if (kind, name) == ("task", "view"):
            return self._find_views(test)
        return self._find_values(kind, name, condition, test)

    def _find_values(self, kind: str, name: str, condition: Node, test: Test) -> Ids:
        table: Mapping[str, Json] = getattr(self._store, _TABLES[kind])
        value_of = self.value_of(kind, name)
        on = name if name in _FEW_VALUES[kind].split() else _HANGING.get(kind, {}).get(name)
        if on is not None:
            return index_of(table, on).ids_where(lambda value: test(value_of({on: value})))
        narrowed = self.narrow(kind, name, condition)
        if narrowed is None:
            return None
        return {key for key in narrowed if key in table and test(value_of(table[key]))}

    def _find_activities(self, name: str, condition: Node, test: Test) -> Ids:
        activities = self._store.activities
        if condition["type"] == "moment_range" and name in {"date_created", "activity_at"}:
            bounds = read_range(self._asked, condition)
            return set(order_of(activities, name).keys(bounds=bounds))
        if name in {"user_id", "lead_id", "contact_id"}:
            return index_of(activities, name).ids_where(test)
        return None

    def _find_views(self, test: Test) -> Ids:
        tasks, today = self._store.tasks, local_day(self._store.now(), 0)
        done, due = index_of(tasks, "is_complete"), index_of(tasks, "date")
        views: dict[str, Callable[[], Ids]] = {
            "archive": lambda: done.ids_where(bool),
            "future": lambda: done.ids_where(_not) & due.ids_where(lambda d: is_ahead(d, today, 0)),
            "inbox": lambda: done.ids_where(_not) - due.ids_where(lambda d: is_ahead(d, today, 0)),
        }
        return join(*(find() for view, find in views.items() if test(view)))

    def narrow(self, kind: str, name: str, condition: Node) -> Ids:
        """Return ids outside of which no field passes, as far as words tell."""
        if condition["type"] == "text" and name in _TEXTS.get(kind, ()):
            lexicon = lexicon_of(self._store, "lead" if kind == "lead" else "contact")
            return lexicon.narrow(*read_text(condition))
        return None


def _not(value: Any) -> bool:
    return not value
