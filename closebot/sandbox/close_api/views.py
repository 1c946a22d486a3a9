"""Objects as Close answers with them: what is stored, and everything that is derived from it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from closebot.sandbox.close_api.moments import is_day, local_day, read_day, read_moment
from closebot.sandbox.close_api.money import annualize, expect, write_value
from closebot.sandbox.close_api.phones import describe_phone
from closebot.sandbox.close_api.store import Family, Json, Store, gather_family

APP_URL = "https://app.close.com"


def show_user(user: Json) -> Json:
    """Show a user as `/user/` does."""
    return dict(user)


def show_contact(contact: Json) -> Json:
    """Show a contact."""
    return {
        **contact,
        "display_name": contact["name"] or _first_address(contact) or "",
        "phones": [{**phone, **describe_phone(phone["phone"])} for phone in contact["phones"]],
        "integration_links": [],
    }


def _first_address(contact: Json) -> str:
    emails, phones = contact["emails"], contact["phones"]
    return str(emails[0]["email"] if emails else phones[0]["phone"] if phones else "")


def name_lead(lead: Json, contacts: Iterable[Json]) -> str:
    """Return the name that Close shows for a lead."""
    names = (contact["name"] for contact in contacts)
    return str(lead["name"] or next((name for name in names if name), "") or "Untitled")


def show_lead(store: Store, lead: Json, family: Family | None = None, offset: float = 0) -> Json:
    """Show a lead with everything that is embedded in it."""
    family = family or gather_family(store)
    contacts = family.contacts.get(lead["id"], [])
    status = store.lead_statuses.get(lead["status_id"], {})
    tasks = [task for task in family.tasks.get(lead["id"], []) if not task["is_complete"]]
    opportunities = family.opportunities.get(lead["id"], [])
    return {
        **lead,
        "display_name": name_lead(lead, contacts),
        "status_label": status.get("label"),
        "html_url": f"{APP_URL}/lead/{lead['id']}/",
        "contacts": [show_contact(contact) for contact in contacts],
        "opportunities": [show_opportunity(store, one) for one in opportunities],
        "tasks": [show_task(store, task, offset) for task in tasks],
        "custom": _custom_by_name(store, lead),
        "integration_links": [],
        **_names(store, lead),
    }


def _custom_by_name(store: Store, lead: Json) -> Json:
    return {
        field["name"]: lead[f"custom.{field_id}"]
        for field_id, field in store.custom_fields.items()
        if f"custom.{field_id}" in lead
    }


def show_opportunity(store: Store, opportunity: Json) -> Json:
    """Show an opportunity."""
    derived = {name: derive(store, opportunity) for name, derive in _OPPORTUNITY.items()}
    return {**opportunity, **derived, "integration_links": [], **_names(store, opportunity)}


def read_opportunity(store: Store, name: str) -> Callable[[Json], Any]:
    """Return how one field of an opportunity is read, derived or not, without the others."""
    derive = _OPPORTUNITY.get(name)
    return (lambda one: one.get(name)) if derive is None else (lambda one: derive(store, one))


def _status(store: Store, opportunity: Json) -> Json:
    return store.opportunity_statuses.get(opportunity["status_id"], {})


def _pipeline(store: Store, opportunity: Json) -> Json:
    return store.pipelines.get(_status(store, opportunity).get("pipeline_id", ""), {})


def _annual(opportunity: Json) -> int:
    return annualize(opportunity["value"] or 0, opportunity["value_period"])


def _expected(opportunity: Json) -> int:
    return expect(opportunity["value"] or 0, opportunity["confidence"])


_OPPORTUNITY: dict[str, Callable[[Store, Json], Any]] = {
    "lead_name": lambda store, one: _lead_name(store, one["lead_id"]),
    "contact_name": lambda store, one: _contact_name(store, one["contact_id"]),
    "status_label": lambda store, one: _status(store, one).get("label"),
    "status_display_name": lambda store, one: _status(store, one).get("label"),
    "status_type": lambda store, one: _status(store, one).get("type"),
    "pipeline_id": lambda store, one: _pipeline(store, one).get("id"),
    "pipeline_name": lambda store, one: _pipeline(store, one).get("name"),
    "value_currency": lambda store, _one: store.currency,
    "value_formatted": lambda store, one: write_value(
        one["value"], store.currency, one["value_period"]
    ),
    "annualized_value": lambda _store, one: _annual(one),
    "expected_value": lambda _store, one: _expected(one),
    "annualized_expected_value": lambda _store, one: annualize(_expected(one), one["value_period"]),
    "user_name": lambda store, one: store.user_name(one["user_id"]),
}


def show_task(store: Store, task: Json, offset: float = 0) -> Json:
    """Show a task; `offset` tells which day it is for the person who asks."""
    return {
        **task,
        "assigned_to_name": store.user_name(task["assigned_to"]),
        "contact_name": _contact_name(store, task["contact_id"]),
        "lead_name": _lead_name(store, task["lead_id"]),
        "due_date": None if task["is_dateless"] else task["date"],
        "view": name_view(store, task, offset),
        **_names(store, task),
    }


def name_view(store: Store, task: Json, offset: float) -> str:
    """Return where a task stands: archive, inbox (up to today) or future."""
    if task["is_complete"]:
        return "archive"
    return "future" if is_ahead(task["date"], local_day(store.now(), offset), offset) else "inbox"


def is_ahead(due: str | None, today: date, offset: float) -> bool:
    """Tell whether a day or a moment is after today."""
    if due is None:
        return False
    return (read_day(due) if is_day(due) else local_day(read_moment(due), offset)) > today


def show_activity(store: Store, activity: Json) -> Json:
    """Show an activity of any type."""
    shown = {
        **activity,
        "user_name": store.user_name(activity["user_id"]),
        **_names(store, activity),
    }
    if "task_assigned_to" in activity:
        shown["task_assigned_to_name"] = store.user_name(activity["task_assigned_to"])
    return shown


def show_pipeline(store: Store, pipeline: Json) -> Json:
    """Show a pipeline with its statuses in the order of the board."""
    statuses = [
        {"id": one["id"], "label": one["label"], "type": one["type"]}
        for one in store.opportunity_statuses.values()
        if one["pipeline_id"] == pipeline["id"]
    ]
    return {**pipeline, "statuses": statuses}


def select_fields(shown: Json, fields: Iterable[str] | None) -> Json:
    """Keep the fields that were asked for; names that nobody knows are ignored."""
    if fields is None:
        return shown
    wanted = set(fields)
    if "_all" in wanted:
        return shown
    every_custom = "custom" in wanted
    return {
        name: value
        for name, value in shown.items()
        if name in wanted or (every_custom and name.startswith("custom."))
    }


def read_fields(params: Mapping[str, str]) -> list[str] | None:
    """Read `_fields=a,b,c`; None when everything is wanted."""
    asked = params.get("_fields", "")
    return [name.strip() for name in asked.split(",") if name.strip()] or None


def _names(store: Store, one: Json) -> dict[str, Any]:
    return {
        "created_by_name": store.user_name(one["created_by"]),
        "updated_by_name": store.user_name(one["updated_by"]),
    }


def _lead_name(store: Store, lead_id: str | None) -> str | None:
    lead = store.leads.get(lead_id or "")
    if lead is None:
        return None
    if lead["name"]:
        return str(lead["name"])
    return name_lead(lead, gather_family(store).contacts[lead_id])


def _contact_name(store: Store, contact_id: str | None) -> str | None:
    contact = store.contacts.get(contact_id or "")
    return contact["name"] if contact else None
