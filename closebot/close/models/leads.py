"""Leads and the people at them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, model_validator

from closebot.close.ids import APP_URL
from closebot.close.models.base import (
    Customized,
    Flag,
    Id,
    Instant,
    Many,
    ManyIfAny,
    Record,
    Text,
    Whole,
)
from closebot.close.models.opportunities import Opportunity
from closebot.close.models.tasks import Task


class Email(Record):
    """An e-mail address of a contact; `type` is office, home, mobile …."""

    email: Text = ""
    type: Text = ""
    is_unsubscribed: Flag = None


class Phone(Record):
    """A phone number of a contact: E.164, and as people write it."""

    phone: Text = ""
    phone_formatted: Text = ""
    country: Text = ""
    type: Text = ""

    def body(self) -> dict[str, Any]:
        """Write the number and its type: Close makes the rest of it."""
        return self.model_dump(include={"phone", "type"}, exclude_defaults=True)


class Url(Record):
    """A web address of a contact."""

    url: Text = ""
    type: Text = ""


class Contact(Customized):
    """A person at a lead. `timezone` is an IANA name, as Close guesses it."""

    id: Id
    lead_id: Text = ""
    name: Text = ""
    display_name: Text = ""
    title: Text = ""
    emails: Many[Email] = ()
    phones: Many[Phone] = ()
    urls: Many[Url] = ()
    timezone: Text = ""
    date_created: Instant = None
    date_updated: Instant = None

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        return cls.gather(data)


class Address(Record):
    """A postal address of a lead."""

    label: Text = ""
    address_1: Text = ""
    address_2: Text = ""
    city: Text = ""
    state: Text = ""
    zipcode: Text = ""
    country: Text = ""


class Lead(Customized):
    """A company, with the people and deals that belong to it.

    `contacts`, `opportunities` and `tasks` are None where an answer does not carry them; `tasks`
    are the open ones. `custom_by_name` is Close's older way to give custom fields.
    """

    # What Close is asked for; `custom` stands for all custom fields.
    FIELDS: ClassVar[tuple[str, ...]] = (
        "id",
        "name",
        "display_name",
        "url",
        "description",
        "html_url",
        "status_id",
        "status_label",
        "addresses",
        "contacts",
        "opportunities",
        "tasks",
        "custom",
        "created_by",
        "created_by_name",
        "updated_by",
        "updated_by_name",
        "date_created",
        "date_updated",
    )

    id: Id
    name: Text = ""
    display_name: Text = ""
    url: Text = ""
    description: Text = ""
    html_url: Text = ""
    status_id: Text = ""
    status_label: Text = ""
    addresses: Many[Address] = ()
    contacts: ManyIfAny[Contact] = None
    opportunities: ManyIfAny[Opportunity] = None
    tasks: ManyIfAny[Task] = None
    custom_by_name: dict[str, Any] = Field(default_factory=dict)
    created_by: Text = ""
    created_by_name: Text = ""
    updated_by: Text = ""
    updated_by_name: Text = ""
    date_created: Instant = None
    date_updated: Instant = None

    @classmethod
    def fields(cls) -> tuple[str, ...]:
        """Name what we read, for `_fields`."""
        return cls.FIELDS

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        """Gather custom fields, and give what Close may leave out."""
        if not isinstance(data, Mapping):
            return data
        by_name = data.get("custom")
        gathered: dict[str, Any] = cls.gather(data)
        gathered["custom_by_name"] = by_name if isinstance(by_name, Mapping) else {}
        gathered["display_name"] = data.get("display_name") or data.get("name") or ""
        gathered["html_url"] = f"{APP_URL}/lead/{data.get('id', '')}/"
        return gathered

    @property
    def is_whole(self) -> bool:
        """Say whether contacts, opportunities and tasks were all in the answer."""
        return None not in (self.contacts, self.opportunities, self.tasks)

    @property
    def open_opportunities(self) -> tuple[Opportunity, ...]:
        """The deals that are neither won nor lost."""
        return tuple(deal for deal in self.opportunities or () if deal.is_open)


class LeadsFound(Record):
    """What a search found: the first leads, and how many there are in all where Close says so."""

    leads: tuple[Lead, ...] = ()
    total: Whole = None


class ContactsFound(Record):
    """What a search found: the first contacts, and how many there are in all where Close says."""

    contacts: tuple[Contact, ...] = ()
    total: Whole = None
