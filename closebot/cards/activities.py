"""A lead's time line: every kind of activity as people say it, newest first."""

from collections.abc import Sequence
from datetime import date
from functools import singledispatch
from zoneinfo import ZoneInfo

from closebot.cards.dates import say_moment
from closebot.close import (
    Activity,
    Call,
    Created,
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


def time_line(
    name: str,
    activities: Sequence[Activity],
    *,
    today: date,
    zone: ZoneInfo,
    skip: int = 0,
    more: bool = False,
    pages: str = "",
) -> Json:
    """Draw a page of what happened with a lead called `name`.

    `skip`: how many stand before this page; `more`: there are older ones; `pages` says which time
    line it is to the buttons for newer and older ones.
    """
    title = kit.clip(name.strip() or "Untitled", _SHORT)
    blocks = [kit.rich(kit.line(kit.words(f"What happened with {title}", bold=True)))]
    blocks += [kit.row(*_say(one, today, zone)) for one in activities]
    if not activities:
        blocks.append(kit.context("Nothing here." if skip else "Nothing yet."))
    buttons = []
    if skip:
        newer = max(skip - MOST_LISTED, 0)
        buttons.append(kit.button("Newer", NEWER, value=f"{newer} {pages}"))
    if more:
        buttons.append(kit.button("Older", OLDER, value=f"{skip + len(activities)} {pages}"))
    if buttons:
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


@singledispatch
def _what(one: Activity) -> tuple[str, str]:
    """Say what kind of thing happened, and give its words; each kind has its own way below."""
    return one.type or "Something", ""


@_what.register
def _say_note(one: Note) -> tuple[str, str]:
    return (f"Note: {one.title}" if one.title else "Note"), one.note


@_what.register
def _say_call(one: Call) -> tuple[str, str]:
    return f"{_direction(one.direction)} call, {_say_duration(one.duration)}", one.note


@_what.register
def _say_mail(one: Mail) -> tuple[str, str]:
    return f"{_direction(one.direction)} e-mail: {_subject(one.subject)}", one.body_preview


@_what.register
def _say_thread(one: MailThread) -> tuple[str, str]:
    count = one.n_emails or len(one.emails)
    return f"{count} e-mails: {_subject(one.subject or one.latest_normalized_subject)}", ""


@_what.register
def _say_sms(one: Sms) -> tuple[str, str]:
    return f"{_direction(one.direction)} message", one.text


@_what.register
def _say_meeting(one: Meeting) -> tuple[str, str]:
    status = f" ({one.status})" if one.status else ""
    return f"Meeting: {one.title or 'untitled'}{status}", one.note


@_what.register
def _say_deal(one: OpportunityStatusChange) -> tuple[str, str]:
    worth = f", {one.opportunity_money}" if one.opportunity_money else ""
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


def _subject(subject: str) -> str:
    return subject.strip() or "no subject"


def _change(one: LeadStatusChange) -> str:
    return f"{one.old_status_label or 'none'} → {one.new_status_label or 'none'}"


def _say_duration(seconds: int | None) -> str:
    if not seconds or seconds < 0:
        return "not answered"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
