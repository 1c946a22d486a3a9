"""Writing: who and when is stamped, leads are touched, and the event log hears of it."""

from collections.abc import Callable, Mapping
from typing import Any

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.moments import write_naive
from closebot.sandbox.close_api.store import Json, Table
from closebot.sandbox.close_api.views import (
    show_activity,
    show_contact,
    show_lead,
    show_opportunity,
    show_task,
)

_EMBEDDED = ("contacts", "opportunities", "tasks")

_ACTIVITY_WORDS = {
    "Note": "note",
    "Call": "call",
    "Email": "email",
    "SMS": "sms",
    "Meeting": "meeting",
    "LeadStatusChange": "lead_status_change",
    "OpportunityStatusChange": "opportunity_status_change",
    "TaskCompleted": "task_completed",
    "Created": "created",
    "LeadMerge": "lead_merge",
}


def table_of(asked: Asked, kind: str) -> Table:
    """Return the table of a kind: `lead`, `contact`, `opportunity`, `task` or `activity`."""
    store = asked.store
    tables = {
        "lead": store.leads,
        "contact": store.contacts,
        "opportunity": store.opportunities,
        "task": store.tasks,
        "activity": store.activities,
    }
    return tables[kind]


def _show(asked: Asked, kind: str, one: Json) -> Json:
    store = asked.store
    shows: dict[str, Callable[[], Json]] = {
        "lead": lambda: show_lead(store, one, offset=asked.offset),
        "contact": lambda: show_contact(one),
        "opportunity": lambda: show_opportunity(store, one),
        "task": lambda: show_task(store, one, asked.offset),
        "activity": lambda: show_activity(store, one),
    }
    return shows[kind]()


def create(asked: Asked, kind: str, prefix: str, fields: Mapping[str, Any]) -> Json:
    """Store a new object and return it as it is stored."""
    store, at = asked.store, asked.store.stamp()
    one: Json = {
        "id": store.ids.make(prefix),
        "organization_id": store.organization_id,
        "created_by": asked.user_id,
        "updated_by": asked.user_id,
        "date_created": at,
        "date_updated": at,
        **fields,
    }
    table = table_of(asked, kind)
    table[one["id"]] = one
    one = table[one["id"]]
    _touch_lead(asked, kind, one)
    log_change(asked, "created", kind, one)
    return one


def update(
    asked: Asked, kind: str, one: Json, fields: Mapping[str, Any], action: str = "updated"
) -> Json:
    """Change an object; a value of None for a custom field unsets it. Return it as stored."""
    before = _show(asked, kind, one)
    for name, value in fields.items():
        if value is None and name.startswith("custom."):
            one.pop(name, None)
        else:
            one[name] = value
    one["updated_by"], one["date_updated"] = asked.user_id, asked.store.stamp()
    _touch_lead(asked, kind, one)
    log_change(asked, action, kind, one, before)
    return one


def delete(asked: Asked, kind: str, one: Json) -> None:
    """Forget an object."""
    before = _show(asked, kind, one)
    table_of(asked, kind).pop(one["id"], None)
    _touch_lead(asked, kind, one)
    log_change(asked, "deleted", kind, one, before)


def _touch_lead(asked: Asked, kind: str, one: Json) -> None:
    lead = asked.store.leads.get(one.get("lead_id") or "")
    if kind != "lead" and lead is not None:
        lead["date_updated"] = asked.store.stamp()


def log_change(asked: Asked, action: str, kind: str, one: Json, before: Json | None = None) -> None:
    """Write an event: the whole object after the change, and what has changed."""
    store = asked.store
    gone = action == "deleted"
    after: Json = {} if gone else _strip(_show(asked, kind, one))
    old = _strip(before or {})
    changed = [] if gone or before is None else _differing(old, after)
    at = write_naive(store.now())
    store.log(
        {
            "id": store.ids.make("ev"),
            "action": action,
            "object_type": event_type(kind, one),
            "object_id": one["id"],
            "lead_id": one["id"] if kind == "lead" else one.get("lead_id"),
            "user_id": asked.user_id,
            "api_key_id": asked.key_id,
            "oauth_client_id": None,
            "oauth_scope": None,
            "organization_id": store.organization_id,
            "request_id": store.ids.make("req"),
            "date_created": at,
            "date_updated": at,
            "changed_fields": changed,
            "previous_data": old if gone else {name: old.get(name) for name in changed},
            "data": after,
            "meta": {
                "request_method": asked.method,
                "request_path": f"/api/v1{asked.path}",
                **asked.meta,
            },
        }
    )


def event_type(kind: str, one: Json) -> str:
    """Return how the event log calls a kind of object."""
    if kind == "task":
        return f"task.{one['_type']}"
    if kind == "activity":
        return f"activity.{_ACTIVITY_WORDS.get(one['_type'], 'custom_activity')}"
    return kind


def _strip(shown: Json) -> Json:
    return {name: value for name, value in shown.items() if name not in _EMBEDDED}


def _differing(old: Json, new: Json) -> list[str]:
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
