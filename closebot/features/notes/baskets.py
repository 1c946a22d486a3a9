"""What the form for a note keeps: in the basket, out of it, and when it is closed unsaved."""

import contextlib
from datetime import datetime

from closebot.cards.notes import (
    EMPTY,
    KEEP,
    PUT_IN,
    SAVE,
    Piece,
    chosen_lead,
    kept_view,
    note_form,
    read_pieces,
)
from closebot.features.notes.basket import Basket, is_typed, new_piece
from closebot.features.notes.declared import feature
from closebot.people import People
from closebot.slack import forms
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, ViewClosed
from closebot.slack.payloads import Call
from closebot.store import Owner


@feature.action(KEEP)
async def keep(call: Call, owner: Owner, people: People, now: datetime, modal: Modal) -> None:
    """Keep what stands in the form for the next time."""
    count = await Basket(people.store, owner, now).keep(read_pieces(call.view or {}))
    await _show(kept_view(count), modal)


@feature.closed(SAVE)
async def keep_edited(call: Call, owner: Owner, people: People, now: datetime) -> None:
    """Keep the texts as they were when the form was closed; saved ones are gone already."""
    basket, pieces = Basket(people.store, owner, now), read_pieces(call.view or {})
    await basket.edit(pieces)
    await basket.keep([piece for piece in pieces if is_typed(piece)])


@feature.action(EMPTY)
async def empty(call: Call, owner: Owner, people: People, now: datetime, modal: Modal) -> None:
    """Forget what was kept; what the form was opened for stays in it."""
    await Basket(people.store, owner, now).drop_others(call.state)
    own = [piece for piece in read_pieces(call.view or {}) if piece.key == call.state]
    await _show(_draw(call, own or [new_piece("", now)]), modal)


@feature.action(PUT_IN)
async def put_in(call: Call, owner: Owner, people: People, now: datetime, modal: Modal) -> None:
    """Put what was kept into a form that was opened without it."""
    drawn = read_pieces(call.view or {})
    keys = {piece.key for piece in drawn}
    kept = await Basket(people.store, owner, now).all()
    own = [piece for piece in drawn if piece.text]
    pieces = [*(piece for piece in kept if piece.key not in keys), *own]
    await _show(_draw(call, pieces or [new_piece("", now)]), modal)


async def _show(view: Json, modal: Modal) -> None:
    with contextlib.suppress(ViewClosed):  # it is done all the same
        await modal.update(view)


def _draw(call: Call, pieces: list[Piece]) -> Json:
    view = call.view or {}
    title = forms.read_values(view).get("title")
    return note_form(
        pieces,
        lead=chosen_lead(view),
        title=title if isinstance(title, str) else "",
        new=call.state,
    )
