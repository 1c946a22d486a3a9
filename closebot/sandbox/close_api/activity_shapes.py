"""The keys that each type of activity has, with what stands there when nothing was given."""

from email.utils import format_datetime
from hashlib import sha256
from html import escape, unescape
from re import compile as pattern
from typing import Any

from closebot.sandbox.close_api.moments import read_moment
from closebot.sandbox.close_api.phones import describe_phone
from closebot.sandbox.close_api.store import Json

_TAG = pattern(r"<[^>]+>")
_BREAK = pattern(r"</p>|<br\s*/?>|</li>|</h[1-6]>")


def wrap_html(text: str) -> str:
    """Write plain text as Close's rich text."""
    paragraphs = "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n"))
    return f"<body>{paragraphs}</body>"


def strip_html(html: str) -> str:
    """Read rich text as plain text."""
    return unescape(_TAG.sub("", _BREAK.sub("\n", html))).strip()


def shape_note(given: Json) -> Json:
    """Shape a note; rich text wins over plain text."""
    html = given.get("note_html")
    text = strip_html(html) if html else given.get("note") or ""
    return {
        "contact_id": None,
        "title": None,
        "attachments": [],
        "note_mentions": [],
        "pinned": False,
        "pinned_at": None,
        "source": "api",
        **given,
        "note": text,
        "note_html": html or wrap_html(text),
    }


def shape_call(given: Json) -> Json:
    """Shape a call that was logged."""
    html = given.get("note_html")
    text = strip_html(html) if html else given.get("note") or ""
    phone = given.get("phone")
    described = describe_phone(phone) if phone else {"phone_formatted": None, "country": None}
    status = given.get("status") or "completed"
    return {
        "call_method": "external",
        "coach_legs": [],
        "contact_id": None,
        "cost": "0",
        "date_answered": None,
        "dialer_id": None,
        "dialer_saved_search_id": None,
        "direction": "outbound",
        "disposition": "answered" if status == "completed" else status,
        "duration": 0,
        "forwarded_to": None,
        "has_recording": bool(given.get("recording_url")),
        "is_forwarded": False,
        "is_joinable": False,
        "is_to_group_number": False,
        "local_country_iso": "US",
        "local_phone": None,
        "local_phone_formatted": None,
        "outcome_id": None,
        "phone": None,
        "quality_info": None,
        "recording_expires_at": None,
        "recording_url": None,
        "remote_country_iso": described["country"],
        "remote_phone": phone,
        "remote_phone_formatted": described["phone_formatted"],
        "sequence_id": None,
        "sequence_name": None,
        "sequence_subscription_id": None,
        "source": "External",
        "transferred_from": None,
        "transferred_from_user_id": None,
        "transferred_to": None,
        "transferred_to_user_id": None,
        "voicemail_duration": None,
        "voicemail_url": None,
        **given,
        "status": status,
        "note": text,
        "note_html": html or wrap_html(text),
    }


def _address(text: str) -> Json:
    name, _, rest = text.rpartition("<")
    return {"email": rest.rstrip(">").strip(), "name": name.strip().strip('"')}


def _name_message(email: Json) -> str | None:
    """Return the `Message-ID` of an e-mail that has left; a draft has none yet."""
    if email["status"] not in {"inbox", "sent", "outbox"}:
        return None
    parts = (email["thread_id"], email.get("activity_at"), email["subject"], email["body_text"])
    told = sha256("\n".join(str(part) for part in parts).encode()).hexdigest()
    host = (email["sender"] or "").rstrip(">").rpartition("@")[2] or "mail.example"
    return f"<{told[:32]}@{host}>"


def _date_header(email: Json) -> str | None:
    at = email.get("activity_at") or email.get("date_created")
    return format_datetime(read_moment(at)) if at else None


def shape_email(given: Json, thread_id: str) -> Json:
    """Shape an e-mail."""
    text, html = given.get("body_text") or "", given.get("body_html") or ""
    status = given["status"]
    whole: Json = {
        "attachments": [],
        "bcc": [],
        "body_html": html,
        "body_text": text or strip_html(html),
        "bulk_email_action_id": None,
        "cc": [],
        "contact_id": None,
        "date_scheduled": None,
        "date_sent": given.get("activity_at") if status == "sent" else None,
        "direction": "incoming" if status == "inbox" else "outgoing",
        "email_account_id": None,
        "followup_sequence_delay": None,
        "followup_sequence_id": None,
        "has_reply": False,
        "in_reply_to_id": None,
        "need_smtp_credentials": False,
        "opens": [],
        "opens_summary": None,
        "references": [],
        "send_attempts": [],
        "sender": None,
        "sequence_id": None,
        "sequence_name": None,
        "sequence_subscription_id": None,
        "subject": "",
        "template_id": None,
        "template_name": None,
        "thread_id": thread_id,
        "to": [],
        **{name: value for name, value in given.items() if value is not None},
    }
    sender = [_address(whole["sender"])] if whole["sender"] else []
    addressed = {name: [_address(one) for one in whole[name]] for name in ("to", "cc", "bcc")}
    message = (given.get("envelope") or {}).get("message_id") or _name_message(whole)
    return whole | {
        "message_ids": [message] if message else [],
        "body_preview": whole["body_text"][:200],
        "body_text_quoted": [{"text": whole["body_text"], "expand": True}],
        "body_html_quoted": [{"html": whole["body_html"], "expand": True}],
        "envelope": {
            "from": sender,
            "sender": sender,
            **addressed,
            "reply_to": [],
            "date": _date_header(whole),
            "in_reply_to": None,
            "message_id": message,
            "is_autoreply": False,
            "subject": whole["subject"],
        },
    }


def shape_sms(given: Json) -> Json:
    """Shape a text message."""
    status = given["status"]
    whole: Json = {
        "contact_id": None,
        "attachments": [],
        "cost": None,
        "date_scheduled": None,
        "date_sent": given.get("activity_at"),
        "direction": "inbound" if status == "inbox" else "outbound",
        "error_message": None,
        "local_phone": None,
        "remote_phone": None,
        "source": "External",
        "template_id": None,
        "text": "",
        **{name: value for name, value in given.items() if value is not None},
    }
    for side in ("local_phone", "remote_phone"):
        number: Any = whole[side]
        whole[f"{side}_formatted"] = describe_phone(number)["phone_formatted"] if number else None
    return whole


def shape_meeting(given: Json) -> Json:
    """Shape a meeting, as the calendar's synchronization does; one with a link is held there."""
    links = given.get("conference_links") or []
    return {
        "actual_duration": None,
        "attached_call_ids": [],
        "attendees": [],
        "calendar_event_link": None,
        "calendar_event_uids": [],
        "conference_links": [],
        "connected_account_id": None,
        "contact_id": None,
        "conversation_type_id": None,
        "conversation_type_reason": None,
        "integrations": [],
        "is_recurring": False,
        "location": links[0]["url"] if links else "",
        "note": None,
        "notetaker_id": None,
        "outcome_autofill_confidence": None,
        "outcome_autofill_reasoning": None,
        "outcome_id": None,
        "outcome_reason": None,
        "playbook_id": None,
        "playbook_reason": None,
        "provider_calendar_event_id": None,
        "provider_calendar_ids": [],
        "provider_calendar_type": "google",
        "source": "calendar",
        "status": "upcoming",
        "summary": None,
        "user_note": None,
        "user_note_date_updated": None,
        "user_note_html": None,
        "user_note_mentions": [],
        **given,
    }
