"""Which lead to begin with in a form: the one a text names, the channel's, the last one seen."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from closebot.close import CloseError, Lead
from closebot.people.meant import find_meant
from closebot.people.person import Person
from closebot.store import StoreError

# Seconds that a form may wait for Close: it is of use without a lead as well.
SOON = 2.5
# So many things that a text says are looked for.
MOST = 5
_LINKS = ("https://app.close.com/lead/", "http://app.close.com/lead/")


class Hints(Protocol):
    """What a text says about whom it is about; `domains` without those that everybody uses."""

    @property
    def urls(self) -> Sequence[str]:
        """Links."""

    @property
    def emails(self) -> Sequence[str]:
        """E-mail addresses."""

    @property
    def phones(self) -> Sequence[str]:
        """Phone numbers."""

    @property
    def domains(self) -> Sequence[str]:
        """Domains of companies."""


@dataclass(frozen=True)
class Proposal:
    """A lead to begin with, if any, and a plain sentence that says why it is this one."""

    lead: Lead | None = None
    hint: str = ""


async def propose_lead(me: Person, channel: str, hints: Iterable[Hints] = ()) -> Proposal:
    """Propose the lead that texts name, the channel's, or the one looked at here last.

    `hints`: what each text says, the one that tells most first. Nothing is raised: where Close
    does not answer soon, it is what is known without it.
    """
    hint = ""
    try:
        async with asyncio.timeout(SOON):
            for words in await _look_for(me, list(hints)):
                meant = await find_meant(me, words)
                if meant.lead is not None:
                    return Proposal(meant.lead, f"Proposed because of “{words[:100]}” in it.")
                hint = hint or (meant.hint if meant.count else "")
            own = (await find_meant(me, "", channel)).lead
            if own is not None:
                return Proposal(own, hint or "Proposed because this channel is about it.")
    except (CloseError, TimeoutError):
        hint = "Close did not answer in time. Type a few letters and choose."
    try:
        recent = await me.recents.all()
    except StoreError:
        recent = ()
    for one in recent:
        if channel and one.channel == channel:
            lead = Lead(id=one.id, display_name=one.name)
            return Proposal(lead, hint or "Proposed because you looked at it here last.")
    return Proposal(None, hint)


async def _look_for(me: Person, hints: list[Hints]) -> list[str]:
    """Return what may tell a lead, what tells most first; colleagues tell none."""
    addresses: set[str] = set()
    if any(one.emails or one.domains for one in hints):
        addresses = await _own_addresses(me)
    own = {_domain_of(one) for one in addresses}
    found: list[str] = []
    for one in hints:
        # Domains that everybody uses are not among those of a message, and are nobody's own.
        domains = own & set(one.domains)
        found += [url for url in one.urls if url.lower().startswith(_LINKS)]
        found += [
            email
            for email in one.emails
            if email.casefold() not in addresses and _domain_of(email) not in domains
        ]
        found += [*one.phones, *(domain for domain in one.domains if domain not in domains)]
    return list(dict.fromkeys(found))[:MOST]


async def _own_addresses(me: Person) -> set[str]:
    """Return the addresses of the people of the person's own organization."""
    try:
        return {user.email.casefold() for user in await me.users() if user.email}
    except CloseError:  # then a colleague is looked for, and is not found as a rule
        return set()


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2].casefold()
