"""Contacts: the people at a lead.

https://developer.close.com/api/resources/contacts
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from closebot.close.errors import Invalid
from closebot.close.ids import check_id
from closebot.close.models import Contact, ContactsFound, Email, Phone, Url, read
from closebot.close.search import Query, clean, contacts_like
from closebot.close.section import (
    UNSET,
    Section,
    Unset,
    alike,
    alike_phones,
    custom_fields,
    written,
)
from closebot.close.walk import Walk

# What an e-mail address, a phone number or a web address of a contact may be.
WAY_TYPES: Final = ("office", "mobile", "home", "direct", "fax", "url", "other")


class Contacts(Section):
    """The people at a lead."""

    def list(self, lead_id: str = "", *, most: int | None = None) -> Walk[Contact]:
        """Walk through contacts, newest first; of one lead when `lead_id` is given.

        Raises `BadId`.
        """
        params = {"lead_id": check_id(lead_id, "lead")} if lead_id else None
        return self._records("/contact/", Contact, params, most=most)

    async def get(self, contact_id: str) -> Contact:
        """Return a contact. Raises `BadId`, `NotFound`."""
        return await self._get(
            Contact, f"/contact/{check_id(contact_id, 'cont')}/", Contact.fields()
        )

    async def search(self, words: str, *, limit: int = 10) -> ContactsFound:
        """Find contacts by name, e-mail address or phone number.

        One request as a rule; a second one, for beginnings of words, when the first finds nothing.
        Raises `CloseError`.
        """
        looked_for = clean(words)
        if not looked_for:
            return ContactsFound(total=0)
        zone = self._close.zone.key if self._close.zone else ""
        found = await self._find(contacts_like(looked_for, zone), limit)
        if not found.contacts:
            try:
                roughly = contacts_like(looked_for, zone, "beginning_of_words")
                found = await self._find(roughly, limit)
            except Invalid:  # the search for beginnings is Close's own, but not documented
                return found
        return found

    async def _find(self, query: Query, limit: int) -> ContactsFound:
        fields = {"contact": Contact.fields()}
        page = await self._close.search.page(query, fields, limit=limit, count=True)
        contacts = tuple(read(Contact, one) for one in page.data)
        return ContactsFound(contacts=contacts, total=page.total)

    async def create(
        self,
        lead_id: str,
        *,
        name: str = "",
        title: str = "",
        emails: Sequence[Email] = (),
        phones: Sequence[Phone] = (),
        urls: Sequence[Url] = (),
        custom: Mapping[str, Any] | None = None,
    ) -> Contact:
        """Add a contact to a lead; Close neither looks for duplicates nor asks for a lead.

        Without a lead Close would make one by itself, so this asks for it. Phone numbers are
        rewritten to E.164. Raises `BadId`, `Invalid`, `WriteUnclear`.
        """
        body = written(
            lead_id=check_id(lead_id, "lead"),
            name=name,
            title=title,
            emails=emails,
            phones=phones,
            urls=urls,
        )
        return await self._post(Contact, "/contact/", body | custom_fields(custom))

    async def find_created(
        self,
        lead_id: str,
        since: datetime,
        *,
        name: str = "",
        title: str = "",
        emails: Sequence[Email] = (),
        phones: Sequence[Phone] = (),
        created_by: str = "",
    ) -> Contact | None:
        """Return the contact that such a `create` has made at or after `since`, or None.

        `created_by`: a user's id. One request, of the lead's newest contacts. Raises `CloseError`.
        """
        addresses = [one.email.strip().lower() for one in emails]

        def is_equal(contact: Contact) -> bool:
            return (
                alike(contact.name, name)
                and alike(contact.title, title)
                and [one.email.lower() for one in contact.emails] == addresses
                and len(contact.phones) == len(phones)
                and all(
                    map(alike_phones, (p.phone for p in phones), (p.phone for p in contact.phones))
                )
            )

        params = {"lead_id": check_id(lead_id, "lead")}
        return await self._find_created(
            Contact, "/contact/", since, is_equal, params, created_by=created_by
        )

    async def update(
        self,
        contact_id: str,
        *,
        name: str | Unset = UNSET,
        title: str | Unset | None = UNSET,
        emails: Sequence[Email] | Unset = UNSET,
        phones: Sequence[Phone] | Unset = UNSET,
        urls: Sequence[Url] | Unset = UNSET,
        custom: Mapping[str, Any] | None = None,
    ) -> Contact:
        """Change what is given. A list replaces the whole list that was there.

        To add one, see `add_email` and `add_phone`. Raises `BadId`, `NotFound`, `Invalid`,
        `WriteUnclear`.
        """
        body = written(name=name, title=title, emails=emails, phones=phones, urls=urls)
        path = f"/contact/{check_id(contact_id, 'cont')}/"
        return await self._put(Contact, path, body | custom_fields(custom))

    async def add_email(self, contact_id: str, email: str, kind: str = "office") -> Contact:
        """Add an e-mail address and keep the others; one that is there already stays once.

        `kind` is one of `WAY_TYPES`. Raises as `get` and `update` do.
        """
        contact = await self.get(contact_id)
        if any(one.email.lower() == email.lower() for one in contact.emails):
            return contact
        return await self.update(
            contact_id, emails=[*contact.emails, Email(email=email, type=kind)]
        )

    async def add_phone(self, contact_id: str, phone: str, kind: str = "office") -> Contact:
        """Add a phone number and keep the others; one that is there already stays once.

        `kind` is one of `WAY_TYPES`. Raises as `get` and `update` do.
        """
        contact = await self.get(contact_id)
        if any(phone in (one.phone, one.phone_formatted) for one in contact.phones):
            return contact
        return await self.update(
            contact_id, phones=[*contact.phones, Phone(phone=phone, type=kind)]
        )

    async def delete(self, contact_id: str) -> None:
        """Delete a contact for good. Raises `BadId`, `NotFound`, `WriteUnclear`."""
        await self._delete(f"/contact/{check_id(contact_id, 'cont')}/")
