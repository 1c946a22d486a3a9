"""Activities: what happened with a lead, in every kind that Close writes down.

https://developer.close.com/api/resources/activities
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from closebot.close.models.base import Flag, Id, Instant, Many, Record, Text, Whole, read
from closebot.close.money import Money


class Activity(Record):
    """Anything that happened with a lead; kinds not known here are read as this alone."""

    type: Text = Field(default="", alias="_type")
    id: Id
    lead_id: Text = ""
    contact_id: Text = ""
    user_id: Text = ""
    user_name: Text = ""
    created_by_name: Text = ""
    activity_at: Instant = None
    date_created: Instant = None
    date_updated: Instant = None


class Attachment(Record):
    """A file that hangs on a note or an e-mail."""

    filename: Text = ""
    url: Text = ""
    content_type: Text = ""
    size: Whole = None


class Note(Activity):
    """A note: `note` is its plain text, `note_html` the same as a document."""

    note: Text = ""
    note_html: Text = ""
    title: Text = ""
    pinned: Flag = None
    attachments: Many[Attachment] = ()


class Call(Activity):
    """A call. `direction` is inbound or outbound, `duration` is in seconds."""

    direction: Text = ""
    duration: Whole = None
    status: Text = ""
    disposition: Text = ""
    note: Text = ""
    phone: Text = ""
    remote_phone_formatted: Text = ""
    source: Text = ""
    outcome_id: Text = ""
    voicemail_duration: Whole = None
    recording_url: Text = ""


class Mail(Activity):
    """An e-mail. `direction` is incoming or outgoing."""

    direction: Text = ""
    status: Text = ""
    subject: Text = ""
    sender: Text = ""
    to: Many[str] = ()
    body_preview: Text = ""
    attachments: Many[Attachment] = ()
    thread_id: Text = ""


class MailThread(Activity):
    """Several e-mails as one conversation."""

    subject: Text = ""
    latest_normalized_subject: Text = ""
    n_emails: Whole = None
    emails: Many[Mail] = ()


class Sms(Activity):
    """A text message. `direction` is inbound or outbound."""

    direction: Text = ""
    status: Text = ""
    text: Text = ""
    remote_phone_formatted: Text = ""


class Attendee(Record):
    """Somebody who was asked to a meeting."""

    name: Text = ""
    email: Text = ""
    contact_id: Text = ""
    user_id: Text = ""
    status: Text = ""
    is_organizer: Flag = None


class Meeting(Activity):
    """A meeting from somebody's calendar. `duration` is in seconds."""

    title: Text = ""
    starts_at: Instant = None
    ends_at: Instant = None
    duration: Whole = None
    status: Text = ""
    location: Text = ""
    note: Text = ""
    attendees: Many[Attendee] = ()
    calendar_event_link: Text = ""


class LeadStatusChange(Activity):
    """A lead went from one status to another."""

    old_status_id: Text = ""
    old_status_label: Text = ""
    new_status_id: Text = ""
    new_status_label: Text = ""


class OpportunityStatusChange(LeadStatusChange):
    """A deal went from one status to another. `opportunity_value` is in cents."""

    opportunity_id: Text = ""
    old_status_type: Text = ""
    new_status_type: Text = ""
    old_pipeline_name: Text = ""
    new_pipeline_name: Text = ""
    opportunity_value: Whole = None
    opportunity_value_currency: Text = ""
    opportunity_value_period: Text = ""
    opportunity_confidence: Whole = None

    @property
    def opportunity_money(self) -> Money | None:
        """The value that the deal had."""
        if self.opportunity_value is None:
            return None
        return Money(self.opportunity_value, self.opportunity_value_currency or "USD")


class TaskCompleted(Activity):
    """Somebody did a task."""

    task_id: Text = ""
    task_text: Text = ""
    task_assigned_to: Text = ""
    task_assigned_to_name: Text = ""


class Created(Activity):
    """The lead was made; `source` says by what."""

    source: Text = ""


KINDS: dict[str, type[Activity]] = {
    "Note": Note,
    "Call": Call,
    "Email": Mail,
    "EmailThread": MailThread,
    "SMS": Sms,
    "WhatsAppMessage": Sms,
    "Meeting": Meeting,
    "LeadStatusChange": LeadStatusChange,
    "OpportunityStatusChange": OpportunityStatusChange,
    "TaskCompleted": TaskCompleted,
    "Created": Created,
}


def read_activity(data: Any) -> Activity:
    """Read an activity as its kind. Raises `Unreadable`."""
    kind = data.get("_type") if isinstance(data, Mapping) else None
    return read(KINDS.get(kind, Activity) if isinstance(kind, str) else Activity, data)
