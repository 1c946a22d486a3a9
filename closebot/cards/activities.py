"""A lead's time line: every kind of activity as people say it, newest first."""

import re
from collections.abc import Sequence
from datetime import date
from functools import singledispatch
from zoneinfo import ZoneInfo

from closebot.cards.dates import say_moment
from closebot.cards.note_card import read_text
from closebot.close import (
    Activity,
    Call,
    Created,
    Lead,
    LeadStatusChange,
    Mail,
    MailThread,
    Meeting,
    Note,
    OpportunityStatusChange,
    Sms,
    TaskCompleted,
)
from closebot.slack import kit
from closebot.slack.kit import Json

NEWER = "activities.newer"
OLDER = "activities.older"
MOST_LISTED = 10
_SHORT = 100
_EXCERPT = 200
# How a call ended, by Close's words for its disposition and its status.
_ENDS = {
    "no-answer": "not answered",
    "timeout": "not answered",
    "abandoned": "not answered",
    "vm-left": "voicemail left",
    "vm-answer": "voicemail",
    "busy": "busy",
    "blocked": "blocked",
    "failed": "failed",
    "error": "failed",
    "cancel": "cancelled",
    "in-progress": "going on",
}
# What was written and has not gone out.
_UNSENT = {"draft": "Draft", "scheduled": "Scheduled", "outbox": "Unsent", "error": "Unsent"}
_KINDS = {"LeadMerge": "Leads merged", "FormSubmission": "Form filled in"}


def time_line(
    lead: Lead,
    activities: Sequence[Activity],
    *,
    today: date,
    zone: ZoneInfo,
    skip: int = 0,
    more: bool = False,
    kind: str = "all",
) -> Json:
    """Draw a page of what happened with a lead, of which the id and the name are needed.

    `skip`: how many stand before this page; `more`: there are older ones; `kind`: what it is
    narrowed to.
    """
    title = kit.clip(lead.display_name.strip() or "Untitled", _SHORT)
    pages = f"{kind} {lead.id}"
    blocks = [kit.rich(kit.line(kit.words(f"What happened with {title}", bold=True)))]
    blocks += [kit.mark(kit.row(*_say(one, today, zone)), "notes") for one in activities]
    if not activities:
        none = "Nothing" if kind == "all" else f"No {_words_for(kind)}"
        blocks.append(kit.context(f"{none} here." if skip else f"{none} yet."))
    buttons = [kit.button("Open in Close", "link.lead", url=lead.html_url)]
    if skip:
        newer = max(skip - MOST_LISTED, 0)
        buttons.append(kit.button("Newer", NEWER, value=f"{newer} {pages}"))
    if more:
        buttons.append(kit.button("Older", OLDER, value=f"{skip + len(activities)} {pages}"))
    blocks.append(kit.actions(*buttons))
    return kit.message(f"What happened with {kit.quote(title)}", blocks)


def _say(one: Activity, today: date, zone: ZoneInfo) -> tuple[str, str]:
    """Say what happened, and below it by whom and when, with an excerpt."""
    what, excerpt = _what(one)
    who = kit.clip(one.user_name or one.created_by_name, _SHORT)
    moment = one.activity_at or one.date_created
    below = [who, say_moment(moment, today, zone) if moment else ""]
    details = "  ·  ".join(part for part in below if part)
    if excerpt.strip():
        details += f"\n{kit.clip(' '.join(excerpt.split()), _EXCERPT)}"
    return kit.clip(what, _SHORT), details


def say_last(one: Activity, today: date, zone: ZoneInfo) -> str:
    """Say in one line what happened and when, without any of its words."""
    moment = one.activity_at or one.date_created
    said = [kit.clip(_what(one)[0], _SHORT), say_moment(moment, today, zone) if moment else ""]
    return "  ·  ".join(part for part in said if part)


@singledispatch
def _what(one: Activity) -> tuple[str, str]:
    """Say what kind of thing happened, and give its words; each kind has its own way below."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", one.type).capitalize()
    return _KINDS.get(one.type, apart) or "Something", ""


@_what.register
def _say_note(one: Note) -> tuple[str, str]:
    return (f"Note: {one.title}" if one.title else "Note"), read_text(one)


@_what.register
def _say_call(one: Call) -> tuple[str, str]:
    end = _ENDS.get(one.disposition) or _ENDS.get(one.status, "")
    said = [f"{_direction(one.direction)} call", end, _say_duration(one.duration)]
    return ", ".join(part for part in said if part), one.note


@_what.register
def _say_mail(one: Mail) -> tuple[str, str]:
    return f"{_way(one)} e-mail: {_subject(one.subject)}", one.body_preview


@_what.register
def _say_thread(one: MailThread) -> tuple[str, str]:
    count = one.n_emails or len(one.emails)
    return f"{count} e-mails: {_subject(one.subject or one.latest_normalized_subject)}", ""


@_what.register
def _say_sms(one: Sms) -> tuple[str, str]:
    kind = "WhatsApp message" if one.type == "WhatsAppMessage" else "message"
    return f"{_way(one)} {kind}", one.text


@_what.register
def _say_meeting(one: Meeting) -> tuple[str, str]:
    said = ", ".join(
        part for part in (one.title or "untitled", _say_duration(one.duration)) if part
    )
    status = f" ({one.status.replace('-', ' ')})" if one.status else ""
    return f"Meeting: {said}{status}", one.note


@_what.register
def _say_deal(one: OpportunityStatusChange) -> tuple[str, str]:
    worth = f", {one.opportunity_money}" if one.opportunity_money else ""
    if worth and one.opportunity_value_period in ("monthly", "annual"):
        worth += f" {one.opportunity_value_period}"
    return f"Opportunity{worth}: {_change(one)}", ""


@_what.register
def _say_status(one: LeadStatusChange) -> tuple[str, str]:
    return f"Lead status: {_change(one)}", ""


@_what.register
def _say_task(one: TaskCompleted) -> tuple[str, str]:
    return f"Task done: {one.task_text or 'untitled'}", ""


@_what.register
def _say_created(_: Created) -> tuple[str, str]:
    return "Lead created", ""


def _direction(word: str) -> str:
    return {"inbound": "Incoming", "incoming": "Incoming"}.get(word, "Outgoing")


def _way(one: Mail | Sms) -> str:
    return _UNSENT.get(one.status) or _direction(one.direction)


def _words_for(kind: str) -> str:
    return {"emails": "e-mails", "sms": "messages"}.get(kind, kind)


def _subject(subject: str) -> str:
    return subject.strip() or "no subject"


def _change(one: LeadStatusChange) -> str:
    return f"{one.old_status_label or 'none'} → {one.new_status_label or 'none'}"


def _say_duration(seconds: int | None) -> str:
    if not seconds or seconds < 0:
        return ""
    minutes, rest = divmod(seconds, 60)
    said = [f"{minutes} min" if minutes else "", f"{rest} s" if rest else ""]
    return " ".join(part for part in said if part)
