"""The organization: its people, statuses, pipelines, custom fields and Smart Views."""

from typing import Any

from pydantic import Field

from closebot.close.models.base import Flag, Id, Instant, Many, Record, Text


class Status(Record):
    """A status of leads or opportunities; `type` (active, won, lost) is for the latter."""

    id: Id
    label: Text = ""
    type: Text = ""
    pipeline_id: Text = ""


class Pipeline(Record):
    """A pipeline with its statuses in board order."""

    id: Id
    name: Text = ""
    statuses: Many[Status] = ()


class CustomField(Record):
    """The definition of a custom field.

    `type`: text, number, date, datetime, choices, user, contact, textarea, hidden …. `choices` are
    for that type alone.
    """

    id: Id
    name: Text = ""
    description: Text = ""
    type: Text = ""
    choices: Many[str] = ()
    accepts_multiple_values: Flag = None
    is_shared: Flag = None
    required: Flag = None


class Organization(Record):
    """An organization, as its members see it; statuses and pipelines are in board order."""

    id: Id
    name: Text = ""
    currency: Text = ""
    currency_symbol: Text = ""
    lead_statuses: Many[Status] = ()
    opportunity_statuses: Many[Status] = ()
    pipelines: Many[Pipeline] = ()
    lead_custom_fields: Many[CustomField] = ()


class Membership(Record):
    """A person's seat in an organization: role, and what it permits."""

    organization_id: Text = ""
    user_id: Text = ""
    role_id: Text = ""
    permissions_granted: Many[str] = ()

    @property
    def sees_every_lead(self) -> bool:
        """Whether no lead of the organization is hidden from this person."""
        return "view_all_leads" in self.permissions_granted


class User(Record):
    """Somebody with a seat in Close. `zone` is an IANA name."""

    id: Id
    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    image: Text = ""
    zone: Text = Field(default="", alias="last_used_timezone")

    @property
    def name(self) -> str:
        """The name people know; Close has no field of its own for it."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Me(User):
    """The user whose key or token is used. A key belongs to one organization: the first."""

    country: Text = ""
    organizations: Many[Organization] = ()
    memberships: Many[Membership] = ()


class SmartView(Record):
    """A saved search. `type` is lead or contact; older ones have `query` in place of `s_query`."""

    id: Id
    name: Text = ""
    type: Text = ""
    description: Text = ""
    query: Text = ""
    s_query: dict[str, Any] | None = None
    is_shared: Flag = None
    user_id: Text = ""
    date_updated: Instant = None
