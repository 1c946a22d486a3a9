"""Close as one person sees it, in JSON for the page: leads that changed lately, and one lead."""

from typing import Any

from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.close_api.money import write_value
from closebot.sandbox.close_api.seen import see
from closebot.sandbox.close_api.store import Json, Store, gather_family
from closebot.sandbox.close_api.views import name_lead, show_activity, show_lead, show_task

_LISTED = 12
_ACTIVITIES = 15
_WORDS = ("note", "subject", "title", "task_text", "text", "new_status_label")
_TABLES = ("contacts", "opportunities", "tasks", "activities")


class CloseSide:
    """Reads what is there; changes nothing."""

    def __init__(self, close: CloseSandbox) -> None:
        self._close = close

    def _seen_by(self, key: str) -> Store:
        user_id = self._close.user_ids.get(key)
        if user_id is None:
            raise LookupError("This person has no seat in Close.")
        return see(self._close.store, user_id)

    def list_changed(self, key: str) -> list[Json]:
        """List the leads that a person sees, the one that was changed last first.

        Raises `LookupError`.
        """
        store = self._seen_by(key)
        changed = {lead_id: lead["date_updated"] for lead_id, lead in store.leads.items()}
        for name in _TABLES:
            for row in getattr(store, name).values():
                lead_id = row["lead_id"]
                if lead_id in changed:
                    changed[lead_id] = max(changed[lead_id], row["date_updated"])
        newest = sorted(changed, key=lambda one: changed[one], reverse=True)[:_LISTED]
        family = gather_family(store)
        return [
            {
                "id": lead_id,
                "name": name_lead(store.leads[lead_id], family.contacts.get(lead_id, [])),
                "changed": changed[lead_id],
            }
            for lead_id in newest
        ]

    def show(self, key: str, record_id: str) -> Json:
        """Show a lead with all that belongs to it; also by one of its contacts or opportunities.

        Raises `LookupError`.
        """
        store = self._seen_by(key)
        part = store.contacts.get(record_id) or store.opportunities.get(record_id)
        lead_id = str(part["lead_id"]) if part else record_id
        lead = store.leads.get(lead_id)
        if lead is None:
            raise LookupError("There is no such lead, or this person may not see it.")
        shown = show_lead(store, lead)
        tasks = [one for one in store.tasks.values() if one["lead_id"] == lead_id]
        activities = [one for one in store.activities.values() if one["lead_id"] == lead_id]
        activities.sort(key=lambda one: str(one["activity_at"]), reverse=True)
        return {
            "id": lead_id,
            "name": shown["display_name"],
            "status": shown["status_label"],
            "description": shown["description"] or "",
            "website": shown["url"] or "",
            "custom": {name: _say(store, value) for name, value in shown["custom"].items()},
            "contacts": [_contact(one) for one in shown["contacts"]],
            "opportunities": [_opportunity(store, one) for one in shown["opportunities"]],
            "tasks": [_task(show_task(store, one)) for one in tasks],
            "activities": [
                _activity(show_activity(store, one)) for one in activities[:_ACTIVITIES]
            ],
            "more": max(len(activities) - _ACTIVITIES, 0),
        }


def _say(store: Store, value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return ", ".join(store.user_name(one) or str(one) for one in values)


def _contact(one: Json) -> Json:
    reached = [email["email"] for email in one["emails"]]
    reached += [phone["phone_formatted"] or phone["phone"] for phone in one["phones"]]
    return {"name": one["display_name"], "title": one["title"] or "", "reached": reached}


def _opportunity(store: Store, one: Json) -> Json:
    value = one["value"]
    return {
        "status": one["status_label"],
        "value": write_value(value, store.currency, one["value_period"]) if value else "no value",
        "confidence": one["confidence"],
        "close": one["date_won"] or one["date_lost"] or "",
        "owner": one["user_name"] or "nobody",
        "note": one["note"] or "",
        "changed": one["date_updated"],
    }


def _task(one: Json) -> Json:
    return {
        "text": one.get("text") or one.get("_type", ""),
        "due": one["due_date"] or "",
        "owner": one["assigned_to_name"] or "nobody",
        "done": one["is_complete"],
    }


def _activity(one: Json) -> Json:
    words = next((str(one[name]) for name in _WORDS if one.get(name)), "")
    return {
        "type": one["_type"],
        "words": words,
        "who": one["user_name"] or "",
        "at": one["activity_at"],
    }
