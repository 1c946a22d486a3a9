"""Look up a person at a lead: by name, e-mail address or phone number."""

import contextlib

from closebot.cards.contacts import MOST_LISTED, VIEW, contact_card, contact_list, no_contact
from closebot.close import CloseError, Contact
from closebot.people import Person
from closebot.slack import kit
from closebot.slack.feature import Feature
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call

feature = Feature("contacts")


@feature.command(
    "contact",
    usage="contact <name, e-mail or phone>",
    help="Find a person and every way to reach them",
    example="contact Jane Doe",
)
async def find_contact(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Search Close and answer with a card, a list, or what to try instead."""
    if not words:
        await respond(kit.sentence(f"Who? For example `{call.slash} contact Jane Doe`."))
        return
    found = await me.close.contacts.search(words, limit=MOST_LISTED)
    if not found.contacts:
        await respond(no_contact(words, slash=call.slash))
    elif len(found.contacts) == 1:
        await respond(await _card(found.contacts[0], me))
    else:
        await respond(contact_list(found, words))


@feature.action(VIEW)
async def view_contact(words: str, me: Person, respond: Respond) -> None:
    """Put the card of a listed contact in the place of the list."""
    await respond(await _card(await me.close.contacts.get(words), me), replace=True)


async def _card(contact: Contact, me: Person) -> Json:
    lead = None
    if contact.lead_id:
        with contextlib.suppress(CloseError):  # the person is worth showing without it
            lead = await me.close.leads.get(contact.lead_id)
    return contact_card(contact, lead)
