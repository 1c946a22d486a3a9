"""`/close note`: a note that is typed, written at once where it is clear on which lead."""

import asyncio
import logging
import re

from closebot.cards.notes import TITLE, note_form, text_kept
from closebot.close import (
    CloseError,
    Lead,
    RateLimited,
    TimedOut,
    Unavailable,
    Unreachable,
    Unreadable,
    WriteUnclear,
)
from closebot.features.notes.basket import new_piece
from closebot.features.notes.declared import feature
from closebot.features.notes.writing import (
    basket_of,
    prepare_kept,
    tell_saved,
    write,
)
from closebot.people import Meant, Person, Proposal, find_meant, is_evident, propose_lead
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond, SlackFailed
from closebot.slack.payloads import Call
from closebot.slack.readable import find_hints

log = logging.getLogger(__name__)

# Slack takes a form for three seconds after the command.
SOON = 1.8
NO_ANSWER = "Close did not answer. Type a few letters and choose."
# A colon that belongs to an address or a time of day separates nothing.
_COLON = re.compile(r":(?!//)(?!(?<=\d:)\d)")


@feature.command(
    "note",
    usage="note <lead>: <text>",
    help="Write a note on a lead",
    example="note Acme: wants a demo in May",
)
async def write_note(words: str, call: Call, me: Person, modal: Modal, respond: Respond) -> None:
    """Write the note, or open the form with the text where the lead is not clear."""
    if not words and call.trigger_id:
        await modal.open_when_ready(TITLE, prepare_kept(call, me))
        return
    named, text = split_lead(words)
    hint = ""
    try:
        async with asyncio.timeout(SOON if call.trigger_id else None):
            meant = await find_meant(me, named, call.channel)
    except (TimeoutError, TimedOut, Unreachable, Unavailable, Unreadable, RateLimited):
        meant, hint = Meant(), NO_ANSWER
    except CloseError:
        await basket_of(me).keep([new_piece(words, me.now)])
        await respond(text_kept())
        raise
    lead = meant.lead
    if lead is None or not text:
        text = words if named and not meant.count else text
        await _ask(text, meant.hint or hint, None, call, me, modal, respond)
        return
    if named and not is_evident(lead, named):
        hint = f"“{kit.clip(named, 100)}” is not its name. Save the note if it is the right one."
        await _ask(text, hint, lead, call, me, modal, respond)
        return
    try:
        note = await write([new_piece(text, me.now)], lead, me)
    except WriteUnclear:
        log.info("a typed note was not confirmed")
        await respond(text_kept(lead_name=lead.display_name or "this lead"))
        return
    except CloseError:
        await respond(text_kept())
        raise
    await tell_saved(note, lead, text, "", call, me, respond)


def split_lead(words: str) -> tuple[str, str]:
    """Split into what names a lead and the text; without a colon all of it is text."""
    colon = _COLON.search(words)
    if colon is None:
        return "", words
    named, text = words[: colon.start()].strip(), words[colon.end() :].strip()
    if not named or not text or "\n" in named or len(named) > 200:
        return "", words
    return named, text


async def _ask(
    text: str,
    hint: str,
    lead: Lead | None,
    call: Call,
    me: Person,
    modal: Modal,
    respond: Respond,
) -> None:
    """Ask for the lead in a form; it stands nowhere else, so the text is kept from the start."""
    basket, piece = basket_of(me), new_piece(text, me.now)
    waiting = len(await basket.all())
    await basket.keep([piece])

    async def prepare() -> Json:
        proposal = Proposal(lead)
        if lead is None:
            proposal = await propose_lead(me, call.channel, [find_hints(text)])
        return note_form(
            [piece],
            lead=proposal.lead,
            hint=hint or proposal.hint,
            new=piece.key,
            waiting=waiting,
        )

    if call.trigger_id:
        try:
            await modal.open_when_ready(TITLE, prepare())
        except SlackFailed as error:
            log.info("a form was not opened: %s", error)
        else:
            return
    await respond(text_kept("" if lead else kit.quote(hint, 500)))
