"""Tasks: to-dos, and everything else that stands in an inbox."""

from pydantic import Field

from closebot.close.models.base import DayOrMoment, Flag, Id, Instant, Record, Text, Whole
from closebot.close.money import Money


class Task(Record):
    """Something to do. `date` is a day (all day) or a moment in UTC.

    `type`: lead (a to-do), outgoing_call, incoming_email, email_followup, missed_call, voicemail,
    answered_detached_call, opportunity_due, incoming_sms, or one that Close adds later. Each has
    some of the fields from `subject` on. Durations are in seconds, amounts in cents.
    """

    type: Text = Field(default="lead", alias="_type")
    id: Id
    lead_id: Text = ""
    lead_name: Text = ""
    contact_id: Text = ""
    contact_name: Text = ""
    assigned_to: Text = ""
    assigned_to_name: Text = ""
    text: Text = ""
    date: DayOrMoment = None
    is_dateless: Flag = None
    is_complete: Flag = None
    priority: Text = ""
    view: Text = ""
    object_type: Text = ""
    object_id: Text = ""
    date_created: Instant = None
    date_updated: Instant = None
    updated_by_name: Text = ""
    subject: Text = ""
    body_preview: Text = ""
    phone_formatted: Text = ""
    remote_phone_formatted: Text = ""
    voicemail_duration: Whole = None
    opportunity_note: Text = ""
    opportunity_value: Whole = None
    opportunity_value_currency: Text = ""

    @property
    def opportunity_money(self) -> Money | None:
        """The value of the deal that is past its date, for an opportunity_due task."""
        if self.opportunity_value is None:
            return None
        return Money(self.opportunity_value, self.opportunity_value_currency or "USD")
