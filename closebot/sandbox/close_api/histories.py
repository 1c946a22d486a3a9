"""`/activity/…`: reading what has happened, and writing notes, calls, e-mails and messages."""

from collections.abc import Callable, Mapping
from typing import Any

from closebot.sandbox.close_api.activities import record_activity
from closebot.sandbox.close_api.activity_shapes import (
    shape_call,
    shape_email,
    shape_note,
    shape_sms,
    strip_html,
)
from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.callers import name_caller
from closebot.sandbox.close_api.changes import delete, update
from closebot.sandbox.close_api.errors import missing
from closebot.sandbox.close_api.filters import ids_among, is_within, read_span
from closebot.sandbox.close_api.phones import normalize_phone
from closebot.sandbox.close_api.store import Json, Store, Table
from closebot.sandbox.close_api.tables import index_of, meet, order_of
from closebot.sandbox.close_api.threads import FOLDS, emails_of, fold_threads, show_thread
from closebot.sandbox.close_api.validation import (
    Schema,
    boolean,
    clean,
    email,
    known,
    list_of,
    moment,
    object_of,
    one_of,
    reference,
    text,
    url,
    whole_number,
)
from closebot.sandbox.close_api.views import read_fields, select_fields, show_activity

MOST_ACTIVITIES = 100

_PATHS = {
    "note": "Note",
    "call": "Call",
    "email": "Email",
    "sms": "SMS",
    "meeting": "Meeting",
    "created": "Created",
    "task_completed": "TaskCompleted",
    "lead_merge": "LeadMerge",
    "status_change/lead": "LeadStatusChange",
    "status_change/opportunity": "OpportunityStatusChange",
    "emailthread": "EmailThread",
    "whatsapp_message": "WhatsAppMessage",
    "form_submission": "FormSubmission",
    "custom": "CustomActivity",
}
_ATTACHMENT = object_of({"url": text(), "filename": text(), "content_type": text()})
_EMAIL_STATUSES = ("inbox", "draft", "scheduled", "outbox", "sent", "error")


def _people(store: Store) -> dict[str, Table]:
    return {"contact_id": store.contacts, "user_id": store.users, "created_by": store.users}


def _common(store: Store) -> Schema:
    return {
        "lead_id": reference(store.leads),
        **{name: reference(people) for name, people in _people(store).items()},
        "date_created": moment,
        "activity_at": moment,
        "attachments": list_of(_ATTACHMENT),
    }


def _schema(store: Store, kind: str) -> Schema:
    country = store.organization["country"]

    def phone(value: Any) -> Any:
        return normalize_phone(value, country) if isinstance(value, str) and value else None

    # Calls and e-mails are imported with people whom Close does not know: they are left out.
    somebody = {name: known(people) for name, people in _people(store).items()}
    own: dict[str, Schema] = {
        "Note": {"note": text(), "note_html": text(), "title": text(1000), "pinned": boolean},
        "Call": {
            **somebody,
            "note": text(),
            "note_html": text(),
            "direction": one_of("outbound", "inbound"),
            "duration": whole_number(0),
            "phone": phone,
            "status": one_of(
                "created",
                "in-progress",
                "completed",
                "cancel",
                "no-answer",
                "busy",
                "failed",
                "timeout",
            ),
            "recording_url": url,
            "outcome_id": text(),
        },
        "Email": {
            **somebody,
            "status": one_of(*_EMAIL_STATUSES),
            "subject": text(),
            "to": list_of(email),
            "cc": list_of(email),
            "bcc": list_of(email),
            "body_text": text(),
            "body_html": text(),
            "sender": text(),
            "date_scheduled": moment,
            "in_reply_to_id": text(),
        },
        "SMS": {
            "status": one_of(*_EMAIL_STATUSES),
            "text": text(),
            "local_phone": phone,
            "remote_phone": phone,
        },
        "Meeting": {"user_note_html": text(), "outcome_id": text(), "title": text()},
    }
    return {**_common(store), **own.get(kind, {})}


def _shape(asked: Asked, kind: str, given: Json) -> Json:
    shapes: Mapping[str, Callable[[Json], Json]] = {
        "Note": shape_note,
        "Call": shape_call,
        "SMS": shape_sms,
        "Email": lambda one: shape_email(one, one.get("thread_id") or asked.store.ids.make("acti")),
    }
    return shapes.get(kind, dict)(given)


def _find(asked: Asked, kind: str) -> Json:
    activity = asked.store.activities.get(asked.id)
    if activity is None or activity["_type"] != kind:
        raise missing(kind)
    return activity


def _list(asked: Asked, kind: str | None) -> Json:
    store, params = asked.store, dict(asked.params)
    window = read_window(params, MOST_ACTIVITIES)
    folds = "only" if kind == "EmailThread" else params.get("thread_emails", "")
    if kind == "EmailThread":
        kind = "Email"
    if kind is None and not params.get("lead_id"):  # they work together with a lead only
        for name in ("user_id", "contact_id", "_type"):
            params.pop(name, None)
            params.pop(f"{name}__in", None)
    for name in ("user_id", "contact_id", "_type"):  # the plain names take lists too
        if "," in params.get(name, ""):
            params[f"{name}__in"] = params.pop(name)
    names = ("id", "lead_id", "user_id", "contact_id", "_type", "opportunity_id")
    of_kind = None if kind is None else index_of(store.activities, "_type").ids(kind)
    among = meet(of_kind, ids_among(store.activities, params, names))
    other, order = "activity_at", "date_created"
    if params.get("_order_by") == "-activity_at":
        other, order = order, other
    within, bounds = (
        is_within(params, (other,), asked.offset),
        read_span(params, order, asked.offset),
    )
    found = [
        one
        for key in order_of(store.activities, order).keys(among, bounds=bounds)
        if within(one := store.activities[key])
    ]
    if folds in FOLDS:
        found = fold_threads(store, found, folds, window.skip + window.limit)
    cut, more = window.cut(found)
    fields = read_fields(params)
    return {
        "data": [select_fields(show_activity(store, one), fields) for one in cut],
        "has_more": more,
    }


def _create(asked: Asked, kind: str) -> Json:
    store = asked.store
    required = {"Email": ("lead_id", "status"), "SMS": ("lead_id", "status")}
    body = name_caller(asked) if kind == "Call" else asked.body
    given: Json = clean(body, _schema(store, kind), required.get(kind, ("lead_id",)))
    given = {name: value for name, value in given.items() if value is not None}
    given.setdefault("activity_at", given.get("date_created") or store.stamp())
    if given.get("pinned"):
        given["pinned_at"] = store.stamp()
    if kind == "Email" and given["status"] == "sent" and not given.get("sender"):
        given["sender"] = store.users[asked.user_id]["email"]
    answered = store.activities.get(given.get("in_reply_to_id") or "")
    if kind == "Email" and answered is not None:
        given["thread_id"] = answered.get("thread_id")
    activity = record_activity(asked, kind, given["lead_id"], _shape(asked, kind, given))
    return show_activity(store, activity)


def _update(asked: Asked, kind: str) -> Json:
    activity, store = _find(asked, kind), asked.store
    given: Json = clean(asked.body, _schema(store, kind))
    if "note" in given or "note_html" in given:
        given.setdefault("note_html", None)
    if "pinned" in given:
        given["pinned_at"] = store.stamp() if given["pinned"] else None
    if kind == "Meeting" and "user_note_html" in given:
        given["user_note"] = strip_html(given["user_note_html"] or "")
        given["user_note_date_updated"] = store.stamp()
    update(asked, "activity", activity, _shape(asked, kind, {**activity, **given}))
    return show_activity(store, activity)


def _delete(asked: Asked, kind: str) -> Json:
    if kind == "EmailThread":
        for email_ in _find_thread(asked):
            delete(asked, "activity", email_)
        return {}
    delete(asked, "activity", _find(asked, kind))
    return {}


def _create_history(asked: Asked, kind: str) -> Json:
    """Write a change of status as history only; the status stays what it is."""
    store = asked.store
    given: Json = clean(asked.body, _common(store), ("lead_id",))
    lead_kind = kind == "LeadStatusChange"
    table = store.lead_statuses if lead_kind else store.opportunity_statuses
    names = ("label",) if lead_kind else ("label", "type")
    fields = {name: value for name, value in given.items() if value is not None}
    for side in ("old", "new"):
        status = table.get(str(asked.body.get(f"{side}_status_id")), {})
        fields[f"{side}_status_id"] = status.get("id")
        fields |= {f"{side}_status_{name}": status.get(name) for name in names}
    if not lead_kind:
        fields["opportunity_id"] = asked.body.get("opportunity_id")
    return show_activity(store, record_activity(asked, kind, given["lead_id"], fields))


def _routes() -> list[Route]:
    routes = [Route("GET", "/activity/", lambda asked: _list(asked, None))]
    for path, kind in _PATHS.items():
        many, one = f"/activity/{path}/", f"/activity/{path}/{{id}}/"

        def bind(operation: Callable[[Asked, str], Any], of: str = kind) -> Callable[[Asked], Any]:
            return lambda asked: operation(asked, of)

        routes += [Route("GET", many, bind(_list)), Route("GET", one, bind(_get))]
        if kind in {"Note", "Call", "Email", "SMS"}:
            routes.append(Route("POST", many, bind(_create)))
        if kind in {"Note", "Call", "Email", "SMS", "Meeting"}:
            routes.append(Route("PUT", one, bind(_update)))
        if kind.endswith("StatusChange"):
            routes.append(Route("POST", many, bind(_create_history)))
        if kind not in {"Created", "LeadMerge"}:
            routes.append(Route("DELETE", one, bind(_delete)))
    return routes


def _find_thread(asked: Asked) -> list[Json]:
    emails = emails_of(asked.store, asked.id)
    if not emails:
        raise missing("EmailThread")
    return emails


def _get(asked: Asked, kind: str) -> Json:
    if kind == "EmailThread":
        shown = show_thread(asked.store, _find_thread(asked))
    else:
        shown = show_activity(asked.store, _find(asked, kind))
    return select_fields(shown, read_fields(asked.params))


ROUTES = tuple(_routes())
