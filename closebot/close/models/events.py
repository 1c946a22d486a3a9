"""What happened in the organization, as events; and who is told of them."""

from typing import Any

from pydantic import Field

from closebot.close.models.base import Flag, Id, Instant, Many, Record, Text


class Event(Record):
    """A change of one object. `data` is the object after it; of a deleted one, see `previous_data`.

    Events are put together and may come late, twice and out of order: go by `id` and
    `date_updated`. https://developer.close.com/api/resources/events
    """

    id: Id
    action: Text = ""
    object_type: Text = ""
    object_id: Text = ""
    lead_id: Text = ""
    user_id: Text = ""
    api_key_id: Text = ""
    organization_id: Text = ""
    changed_fields: Many[str] = ()
    data: dict[str, Any] | None = None
    previous_data: dict[str, Any] | None = None
    date_created: Instant = None
    date_updated: Instant = None


class Subscription(Record):
    """An address that Close tells of events.

    `signature_key` (hexadecimal) comes with the answer to creation alone: keep it.
    """

    id: Id
    url: Text = ""
    status: Text = ""
    events: Many[dict[str, Any]] = ()
    verify_ssl: Flag = None
    signature_key: Text = Field(default="", repr=False)
    pause_reason: Text = ""
    health_status: Text = ""
