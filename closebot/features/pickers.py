"""Choose a lead, a contact or a colleague by typing a few letters, in any form."""

from collections.abc import Iterable

from closebot.cards.fields import CONTACT, LEAD, USER
from closebot.people import Person, Suggestion, suggest_contacts, suggest_leads, suggest_users
from closebot.slack import forms, kit
from closebot.slack.feature import Feature
from closebot.slack.kit import Json
from closebot.slack.payloads import Call

feature = Feature("pickers")


@feature.options(LEAD)
async def offer_leads(words: str, me: Person) -> Json:
    """Offer leads: those looked at lately, and those whose name begins so."""
    return _options(await suggest_leads(me, words))


@feature.options(CONTACT)
async def offer_contacts(words: str, call: Call, me: Person) -> Json:
    """Offer the contacts of the lead that stands in the form now."""
    lead_id = forms.read_values(call.view or {}).get("lead")
    if not isinstance(lead_id, str) or not lead_id:
        return kit.options([])
    return _options(await suggest_contacts(me, lead_id, words))


@feature.options(USER)
async def offer_users(words: str, me: Person) -> Json:
    """Offer the people of the organization."""
    return _options(await suggest_users(me, words))


def _options(found: Iterable[Suggestion]) -> Json:
    return kit.options(kit.option(one.id, one.name, details=one.details) for one in found)
