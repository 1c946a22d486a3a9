"""The shortcut on a message: it becomes a note, alone or with those that were kept before."""

from datetime import datetime

from closebot.cards.connect import connect_prompt
from closebot.cards.notes import TITLE, note_form
from closebot.features.notes.basket import Basket
from closebot.features.notes.declared import feature
from closebot.features.notes.message import compose
from closebot.people import NotConnected, People, Person, propose_lead, read_zone
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.origins import ask_profiles, message_of
from closebot.slack.outgoing import Modal, Outgoing, Respond
from closebot.slack.payloads import Call
from closebot.slack.readable import find_hints, read_hints
from closebot.store import Owner, SecretLost


@feature.message_shortcut(
    "add_note", name="Add note", help="Write this message as a note on a lead in Close"
)
async def add_message(
    call: Call,
    owner: Owner,
    people: People,
    now: datetime,
    slack: Outgoing,
    modal: Modal,
    respond: Respond,
) -> None:
    """Open the form with the message in it, and with those kept before.

    The message is kept from the start, so that it is not lost however the form ends.
    """
    basket = Basket(people.store, owner, now)
    try:
        me = await people.find(owner)
    except (NotConnected, SecretLost) as error:
        profiles = await ask_profiles(slack, call, call.user)
        zone = profiles.get(call.user, {}).get("tz")
        known = read_zone(zone if isinstance(zone, str) else "")
        await basket.add(compose(call, profiles, known))
        if isinstance(error, SecretLost):
            raise
        await respond(_connect_first(call))
        return
    await modal.open_when_ready(TITLE, _prepare(call, me, basket, slack))


async def _prepare(call: Call, me: Person, basket: Basket, slack: Outgoing) -> Json:
    piece = compose(call, await ask_profiles(slack, call), me.zone)
    pieces, is_short = await basket.add(piece)
    others = [find_hints(one.text) for one in reversed(pieces) if one.key != piece.key]
    hints = [read_hints(message_of(call)), *others]
    proposal = await propose_lead(me, call.channel, hints)
    return note_form(
        pieces, lead=proposal.lead, hint=proposal.hint, new=piece.key, is_short=is_short
    )


def _connect_first(call: Call) -> Json:
    prompt = connect_prompt("")
    said = f"The message is kept. Once you are connected, `{call.slash} note` opens it."
    return prompt | {"blocks": [*prompt["blocks"], kit.context(said)]}
