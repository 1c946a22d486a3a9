"""Look up a lead: by company, contact, e-mail, phone, domain, id or Close address.

One hit is shown as a card; several as a list whose View buttons put the card in the list's place.
All of it is private until somebody presses “Share here”.
"""

import contextlib
import difflib

from closebot.audience import RECORDS
from closebot.cards.leads import MOST_LISTED, SHARE, STATUS, VIEW, lead_card, lead_list, no_lead
from closebot.close import CloseError, Invalid, NotFound
from closebot.features.leads.card import draw_card, gone
from closebot.features.leads.declared import feature
from closebot.people import Person
from closebot.slack import kit
from closebot.slack.feature import Declared
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond, SlackFailed
from closebot.slack.payloads import Call

_NO_STATUS = (
    "This status is no longer in Close, so nothing was changed. Choose another one on the card."
)


def usage(slash: str) -> Json:
    """Say how to look up a lead."""
    return kit.sentence(
        f"Whom are you looking for? For example `{slash} lead Acme`, `{slash} lead jane@acme.com`, "
        f"`{slash} lead +1 415 555 1234` or a link to a lead in Close."
    )


@feature.command(
    "lead",
    usage="lead <name, e-mail, phone, domain or Close link>",
    help="Find a lead and show its card, for you alone",
    example="lead Acme",
    otherwise=True,
)
async def find_lead(
    words: str, call: Call, me: Person, respond: Respond, commands: tuple[Declared, ...]
) -> None:
    """Search Close and answer with a card, a list, or what to try instead."""
    if not words:
        await respond(usage(call.slash))
        return
    found = await me.close.leads.search(words, limit=MOST_LISTED)
    if not found.leads:
        await respond(no_lead(words, slash=call.slash, verb=_resembled(words, commands)))
    elif len(found.leads) == 1:
        await respond(await draw_card(found.leads[0], call, me, at_once=True))
    else:
        await respond(lead_list(found, words))


@feature.action(VIEW, opens="Lead")
async def view_lead(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Put the card of a listed lead in the place of the list."""
    try:
        lead = await me.close.leads.get(words)
    except NotFound:
        await respond(gone(call.slash))
        return
    await respond(await draw_card(lead, call, me), replace=True)


@feature.action(STATUS)
async def change_status(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Give the lead the status that was picked, and show the card as it is then."""
    lead_id, _, status_id = words.partition(" ")
    try:
        lead = await me.close.leads.update(lead_id, status_id=status_id)
    except NotFound:
        await respond(gone(call.slash))
        return
    except Invalid as error:
        me.forget_setup()
        if "status" not in error.fields:
            raise
        with contextlib.suppress(CloseError):  # the card with the statuses there are now
            lead = await me.close.leads.get(lead_id)
            await respond(await draw_card(lead, call, me), replace=True)
        await respond(kit.sentence(_NO_STATUS))
        return
    if not lead.is_whole:
        with contextlib.suppress(CloseError):  # the status is changed, whatever comes now
            lead = await me.close.leads.get(lead_id)
    await respond(await draw_card(lead, call, me), replace=True)


@feature.action(SHARE)
async def share_lead(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Post the card for everybody in the conversation, as it is in Close now."""
    try:
        lead = await me.close.leads.get(words)
    except NotFound:
        await respond(gone(call.slash))
        return
    card = lead_card(
        lead, today=me.today, zone=me.zone, shared_by=me.connection.close_user_name or "Somebody"
    )
    await respond(card, shared=True, holds=[RECORDS])
    with contextlib.suppress(SlackFailed):  # it is shared, whatever comes now
        await respond(await draw_card(lead, call, me, is_shared=True), replace=True)


def _resembled(words: str, commands: tuple[Declared, ...]) -> str:
    """Return the verb that a single mistyped word is close to, if any."""
    if len(words.split()) != 1:
        return ""
    near = difflib.get_close_matches(words.lower(), [one.key for one in commands], cutoff=0.6)
    return near[0] if near else ""
