"""What a person may choose from while they type: never empty because Close was slow.

Slack waits three seconds. Close is asked within two; when it does not answer, what the person
looked at lately and what was found before stand in.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from closebot.close import CloseError, Contact, Lead, User
from closebot.people.known import FOUND_AGE
from closebot.people.person import Person
from closebot.store import StoreError

# Seconds for Close; the rest of Slack's three is for the way there and back.
SOON = 1.9
MOST = 30
# How old what stands in for a slow answer may be.
STALE = timedelta(hours=1)
# Of so many leads in a list the contacts are kept as well: one of these is chosen next.
_NEAR = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to choose: its id, its full name, and a few words that tell it from others."""

    id: str
    name: str
    details: str = ""


async def suggest_leads(me: Person, typed: str) -> list[Suggestion]:
    """Return leads whose name, contact, e-mail, phone or domain begins as was typed."""
    words = typed.strip()
    recent = await _recent(me)
    if not words and recent:
        return recent
    question = f"leads like {words.casefold()}"
    found = _recall(me, question)
    if found is None:
        try:
            async with asyncio.timeout(SOON):
                leads = await me.close.leads.suggest(words, limit=MOST)
        except (CloseError, TimeoutError):
            return _stand_ins(me, words, recent)
        found = [_lead(one) for one in leads]
        _learn(me, question, found)
        for one in leads[:_NEAR]:
            _learn_contacts(me, one)
    return _distinct([*(one for one in recent if _matches(one, words)), *found])


async def suggest_contacts(me: Person, lead_id: str, typed: str) -> list[Suggestion]:
    """Return the contacts of a lead whose name holds what was typed.

    The id of each names the lead too (`cont_… lead_…`), so that a choice for another lead shows.
    """
    question = f"contacts of {lead_id}"
    found = _recall(me, question)
    if found is None:
        try:
            async with asyncio.timeout(SOON):
                contacts = await me.close.contacts.list(lead_id, most=100).all()
        except (CloseError, TimeoutError):
            found = _recall(me, question, STALE) or _recall(me, f"first {question}", STALE) or []
        else:
            found = [_contact(one, lead_id) for one in contacts]
            _learn(me, question, found)
    return [one for one in found if _matches(one, typed)]


async def suggest_users(me: Person, typed: str) -> list[Suggestion]:
    """Return the people of the organization whose name or address holds what was typed."""
    try:
        async with asyncio.timeout(SOON):
            users = [_user(one) for one in await me.users()]
        _learn(me, "colleagues", users)
    except (CloseError, TimeoutError):
        own = me.connection
        myself = Suggestion(own.close_user_id, own.close_user_name)
        users = _recall(me, "colleagues", STALE) or [myself]
    return [one for one in users if _matches(one, typed)][:100]


async def _recent(me: Person) -> list[Suggestion]:
    try:
        return [Suggestion(one.id, one.name) for one in await me.recents.all()]
    except StoreError:
        return []


def _recall(me: Person, question: str, age: timedelta = FOUND_AGE) -> list[Suggestion] | None:
    user = me.connection.close_user_id
    found: list[Suggestion] | None = me.known.recall(user, question, me.now, age)
    return found


def _learn(me: Person, question: str, found: list[Suggestion]) -> None:
    me.known.learn(me.connection.close_user_id, question, found, me.now)


def _learn_contacts(me: Person, lead: Lead) -> None:
    """Keep the contacts that came with a lead, to stand in while Close is slow."""
    if lead.contacts:
        found = [_contact(one, lead.id) for one in lead.contacts[:100]]
        _learn(me, f"first contacts of {lead.id}", found)


def _stand_ins(me: Person, words: str, recent: list[Suggestion]) -> list[Suggestion]:
    """Offer what an earlier letter found and what was seen lately; what matches stands first."""
    earlier: list[Suggestion] = []
    for length in range(len(words) - 1, 0, -1):
        earlier += _recall(me, f"leads like {words[:length].casefold()}", STALE) or []
    known = _distinct([*recent, *earlier])
    matching = [one for one in known if _matches(one, words)]
    return _distinct([*matching, *recent])


def _matches(one: Suggestion, typed: str) -> bool:
    text = f"{one.name} {one.details}".casefold()
    return all(word in text for word in typed.casefold().split())


def _distinct(found: Iterable[Suggestion]) -> list[Suggestion]:
    kept: dict[str, Suggestion] = {}
    for one in found:
        kept.setdefault(one.id, one)
    return list(kept.values())[:100]


def _lead(lead: Lead) -> Suggestion:
    contact = lead.contacts[0].display_name if lead.contacts else ""
    details = "  ·  ".join(said for said in (lead.status_label, contact) if said)
    return Suggestion(lead.id, lead.display_name, details)


def _contact(contact: Contact, lead_id: str) -> Suggestion:
    ways = [contact.title, *(one.email for one in contact.emails[:1])]
    details = "  ·  ".join(said for said in ways if said)
    return Suggestion(f"{contact.id} {lead_id}", contact.display_name or contact.name, details)


def _user(user: User) -> Suggestion:
    return Suggestion(user.id, user.name, user.email)
