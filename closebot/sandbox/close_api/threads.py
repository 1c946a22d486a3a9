"""E-mail conversations: what `EmailThread` activities are, made of the e-mails of one thread."""

from typing import Any

from closebot.sandbox.close_api.store import Json, Store
from closebot.sandbox.close_api.tables import index_of
from closebot.sandbox.close_api.views import show_activity

FOLDS = frozenset({"true", "only"})

_BODIES = frozenset(
    {"body_html", "body_text", "body_html_quoted", "body_text_quoted", "attachments", "envelope"}
)
_PREFIXES = ("re: ", "fwd: ", "fw: ", "aw: ")


def fold_threads(store: Store, found: list[Json], mode: str, most: int) -> list[Json]:
    """Put conversations before their newest e-mails; a little more than `most` rows are enough.

    `mode`: `true` keeps the e-mails too, without their bodies; `only` leaves them out.
    """
    shown: list[Json] = []
    told: set[Any] = set()
    for one in found:
        if len(shown) > most:
            break
        if one["_type"] != "Email":
            shown.append(one)
            continue
        if one["thread_id"] not in told:
            told.add(one["thread_id"])
            shown.append(show_thread(store, emails_of(store, one["thread_id"])))
        if mode == "true":
            shown.append(_strip(one))
    return shown


def emails_of(store: Store, thread_id: str) -> list[Json]:
    """Return the e-mails of a conversation, oldest first."""
    rows: list[Json] = index_of(store.activities, "thread_id").rows(thread_id)
    return sorted((one for one in rows if one["_type"] == "Email"), key=_when)


def show_thread(store: Store, emails: list[Json]) -> Json:
    """Show the conversation that some e-mails are."""
    first, last = emails[0], emails[-1]
    people = {
        person["email"]: person
        for one in emails
        for part in ("from", "to", "cc", "bcc")
        for person in one["envelope"][part]
    }
    common = ("lead_id", "contact_id", "user_id", "users", "organization_id")
    stamps = ("created_by", "updated_by", "date_updated")
    thread = {
        "_type": "EmailThread",
        "id": first["thread_id"],
        **{name: last[name] for name in (*common, *stamps)},
        "date_created": first["date_created"],
        "activity_at": last["activity_at"],
        "emails": [_strip(show_activity(store, one)) for one in emails],
        "latest_emails": [_strip(show_activity(store, last))],
        "latest_normalized_subject": _normalize(last["subject"]),
        "n_emails": len(emails),
        "participants": list(people.values()),
    }
    return show_activity(store, thread)


def _when(one: Json) -> str:
    return str(one["activity_at"])


def _strip(shown: Json) -> Json:
    return {name: value for name, value in shown.items() if name not in _BODIES}


def _normalize(subject: str) -> str:
    bare = subject.strip()
    while bare.lower().startswith(_PREFIXES):
        bare = bare.partition(":")[2].strip()
    return bare
