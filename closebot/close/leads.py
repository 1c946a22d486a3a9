"""Leads.

https://developer.close.com/api/resources/leads
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from closebot.close.errors import Invalid, NotFound
from closebot.close.ids import check_id, find_lead_id
from closebot.close.lead_queries import one_of_ids
from closebot.close.models import Address, Contact, Email, Lead, LeadsFound, Phone, Url, read
from closebot.close.search import (
    Query,
    clean,
    every,
    leads_beginning_with,
    leads_like,
    leads_roughly_like,
    objects,
)
from closebot.close.section import UNSET, Section, Unset, alike, custom_fields, written
from closebot.close.walk import Walk


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact that is made together with its lead."""

    name: str = ""
    title: str = ""
    emails: Sequence[Email] = ()
    phones: Sequence[Phone] = ()
    urls: Sequence[Url] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Write the contact as Close takes it."""
        return written(
            name=self.name,
            title=self.title,
            emails=self.emails,
            phones=self.phones,
            urls=self.urls,
        ) | custom_fields(self.custom)


class Leads(Section):
    """Companies, with the people and deals that belong to them."""

    def list(self, *, most: int | None = None) -> Walk[Lead]:
        """Walk through the leads, last changed first, without what belongs to them.

        Close filters none of them here: use `search`, or `close.search` for queries. Raises
        `CloseError`.
        """
        return self._records("/lead/", Lead, {"_fields": _OWN}, most=most)

    async def get(self, lead_id: str) -> Lead:
        """Return a lead with its contacts, opportunities and open tasks.

        Raises `BadId` before anything is sent, `NotFound`, or another `CloseError`.
        """
        return await self._get(Lead, f"/lead/{check_id(lead_id, 'lead')}/", Lead.fields())

    async def search(self, words: str, *, limit: int = 10) -> LeadsFound:
        """Find leads by what people know of them.

        `words`: a company's or a contact's name, an e-mail address, a phone number, a domain, a
        lead's id or its address in Close. One request as a rule; a second one, for beginnings of
        words, when the first finds nothing. A single lead comes whole. Raises `CloseError`.
        """
        looked_for = clean(words)
        if not looked_for:
            return LeadsFound(total=0)
        if lead_id := find_lead_id(looked_for):
            try:
                return LeadsFound(leads=(await self.get(lead_id),), total=1)
            except NotFound:
                return LeadsFound(total=0)
        zone = self._close.zone.key if self._close.zone else ""
        found = await self._find(leads_like(looked_for, zone), limit)
        if not found.leads:
            try:
                found = await self._find(leads_roughly_like(looked_for), limit)
            except Invalid:  # the search for beginnings is Close's own, but not documented
                return found
        leads = sorted(
            found.leads, key=lambda lead: lead.display_name.lower() != looked_for.lower()
        )
        if len(leads) == 1 and not leads[0].is_whole:
            leads = [await self.get(leads[0].id)]
        return LeadsFound(leads=tuple(leads), total=found.total)

    async def suggest(self, words: str, *, limit: int = 20) -> tuple[Lead, ...]:
        """Find leads by the beginnings of words while somebody types; one small request.

        Without words, the leads that were changed last. They come with their names, statuses and
        contacts, and nothing else. Raises `CloseError`.
        """
        looked_for = clean(words)
        fields = ("id", "name", "display_name", "status_label", "contacts")
        if not looked_for:
            listed = self._records("/lead/", Lead, {"_fields": fields}, most=limit)
            return tuple(await listed.first())
        zone = self._close.zone.key if self._close.zone else ""
        query = leads_beginning_with(looked_for, zone)
        page = await self._close.search.page(query, {"lead": fields}, limit=limit)
        return tuple(read(Lead, one) for one in page.data)

    async def page(self, query: Query, *, skip: int = 0, limit: int = 10) -> LeadsFound:
        """Find the leads of a query, last changed first, without the first `skip` (at most 200).

        A search cannot skip and its cursor soon dies, so what comes later is found by id: two
        requests then, otherwise one. Raises `CloseError`.
        """
        fields = {"lead": Lead.fields()}
        if not skip:
            page = await self._close.search.page(
                query, fields, limit=limit, count=True, newest=True
            )
            return LeadsFound(leads=tuple(read(Lead, one) for one in page.data), total=page.total)
        page = await self._close.search.page(
            query, {"lead": ["id"]}, limit=skip + limit, count=True, newest=True
        )
        ids = [str(one.get("id", "")) for one in page.data[skip:]]
        if not ids:
            return LeadsFound(total=page.total)
        these = every(objects("lead"), one_of_ids(ids))
        found = await self._close.search.page(these, fields, limit=limit)
        leads = {lead.id: lead for lead in (read(Lead, one) for one in found.data)}
        return LeadsFound(leads=tuple(leads[one] for one in ids if one in leads), total=page.total)

    async def _find(self, query: Query, limit: int) -> LeadsFound:
        fields = {"lead": Lead.fields()}
        page = await self._close.search.page(query, fields, limit=limit, count=True)
        leads = tuple(read(Lead, one) for one in page.data)
        return LeadsFound(leads=leads, total=page.total)

    async def create(
        self,
        *,
        name: str = "",
        url: str = "",
        description: str = "",
        status_id: str = "",
        contacts: Sequence[NewContact] = (),
        addresses: Sequence[Address] = (),
        custom: Mapping[str, Any] | None = None,
    ) -> Lead:
        """Make a lead, with its contacts. Without `status_id` it gets the first status.

        Close does not look for duplicates. Raises `BadId`, `Invalid` (faults in contacts are at
        `contacts.0.emails.0.email` and its like), `WriteUnclear`.
        """
        body = written(
            name=name,
            url=url or UNSET,
            description=description or UNSET,
            status_id=check_id(status_id, "stat") if status_id else UNSET,
            contacts=[contact.body() for contact in contacts],
            addresses=addresses or UNSET,
        )
        return await self._post(Lead, "/lead/", body | custom_fields(custom))

    async def find_created(
        self,
        since: datetime,
        *,
        name: str = "",
        url: str = "",
        description: str = "",
        status_id: str = "",
        contacts: Sequence[NewContact] = (),
        created_by: str = "",
    ) -> Lead | None:
        """Return the lead that such a `create` has made at or after `since`, or None.

        It comes without opportunities and tasks. `created_by`: a user's id. One request, of the
        leads that were changed last. Raises `CloseError`.
        """
        names = _names(contacts)

        def is_equal(lead: Lead) -> bool:
            return (
                alike(lead.name, name)
                and status_id in ("", lead.status_id)
                and (not url or _bare(lead.url) == _bare(url))
                and (not description or alike(lead.description, description))
                and names <= _names(lead.contacts or ())
            )

        return await self._find_created(
            Lead, "/lead/", since, is_equal, {}, created_by=created_by, fields=_OWN
        )

    async def update(
        self,
        lead_id: str,
        *,
        name: str | Unset = UNSET,
        url: str | Unset | None = UNSET,
        description: str | Unset | None = UNSET,
        status_id: str | Unset = UNSET,
        addresses: Sequence[Address] | Unset = UNSET,
        custom: Mapping[str, Any] | None = None,
    ) -> Lead:
        """Change what is given; `addresses` replaces them all, None clears.

        Raises `BadId`, `NotFound`, `Invalid`, `WriteUnclear`.
        """
        if not isinstance(status_id, Unset):
            check_id(status_id, "stat")
        body = written(
            name=name, url=url, description=description, status_id=status_id, addresses=addresses
        )
        path = f"/lead/{check_id(lead_id, 'lead')}/"
        return await self._put(Lead, path, body | custom_fields(custom))

    async def delete(self, lead_id: str) -> None:
        """Delete a lead for good, with its contacts, opportunities, tasks and activities.

        Raises `BadId`, `NotFound`, `Forbidden`, `WriteUnclear`.
        """
        await self._delete(f"/lead/{check_id(lead_id, 'lead')}/")

    async def merge(self, *, source: str, destination: str) -> None:
        """Merge `source` into `destination`; the source is gone soon after.

        Close answers at once and merges in the background. Raises `BadId`, `NotFound` (also for a
        missing destination), `WriteUnclear`. https://developer.close.com/api/resources/leads/merge
        """
        body = {"source": check_id(source, "lead"), "destination": check_id(destination, "lead")}
        await self._close.request("POST", "/lead/merge/", json=body)


def _names(contacts: Iterable[NewContact | Contact]) -> Counter[str]:
    return Counter("".join(contact.name.split()) for contact in contacts)


def _bare(url: str) -> str:
    """Return an address without its scheme, which Close adds."""
    return url.strip().rpartition("://")[2].rstrip("/").lower()


_OWN = tuple(name for name in Lead.fields() if name not in ("opportunities", "tasks"))
