"""Save: the text in the form becomes one note, written as the person themselves."""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime

from closebot.cards.leads import ADD_NOTE
from closebot.cards.note_card import note_saved
from closebot.cards.notes import (
    OPEN_KEPT,
    SAVE,
    TITLE,
    Piece,
    chosen_lead,
    first_note_field,
    join_pieces,
    named_lead,
    needs_permission,
    note_form,
    read_pieces,
)
from closebot.close import (
    BadId,
    CloseError,
    Invalid,
    Lead,
    Note,
    NotFound,
    WriteUnclear,
    create_once,
)
from closebot.features.notes.basket import Basket, new_piece
from closebot.features.notes.declared import feature
from closebot.people import Person, propose_lead
from closebot.slack import kit
from closebot.slack.forms import Done, Errors, Form, Reply
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond, SlackFailed
from closebot.slack.payloads import Call
from closebot.slack.readable import find_hints
from closebot.store import StoreError

GONE = "This lead is no longer in Close, or you may not see it. Choose another one."


class NoteForm(Form):
    """What is chosen in the form for a note; its texts stand in fields of their own."""

    lead: str
    title: str = ""
    allowed: tuple[str, ...] = ()


@feature.action(ADD_NOTE)
async def open_of_lead(words: str, me: Person, modal: Modal) -> None:
    """Open the form for the lead whose card it is."""
    await modal.open_when_ready(TITLE, _prepare_of_lead(words, me))


@feature.action(OPEN_KEPT)
async def open_kept(call: Call, me: Person, modal: Modal) -> None:
    """Open the form with what was kept."""
    await modal.open_when_ready(TITLE, prepare_kept(call, me))


async def prepare_kept(call: Call, me: Person) -> Json:
    """Draw the form with what is in the basket."""
    pieces = await basket_of(me).all()
    hints = [find_hints(one.text) for one in reversed(pieces)]
    proposal = await propose_lead(me, call.channel, hints)
    own = new_piece("", me.now)
    return note_form(pieces or [own], lead=proposal.lead, hint=proposal.hint, new=own.key)


@feature.view(SAVE, form=NoteForm, waiting="Saving your note in Close…", once=True)
async def save(form: NoteForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Write the note; until that is certain, its text is in the basket as well."""
    view = call.view or {}
    pieces = read_pieces(view)
    lead = chosen_lead(view) or named_lead(form.lead, "")
    if not join_pieces(pieces):
        return Errors({first_note_field(view): "Write the note."})
    if needs_permission(pieces) and not form.allowed:
        return Errors({"allowed": "Tick this box, or leave the message out of Close."})
    earlier = await _earlier(call, me, pieces)
    try:
        note = await write(pieces, lead, me, title=form.title, earlier=earlier)
    except WriteUnclear:
        raise
    except CloseError as error:
        if errors := await _place_errors(error, me, lead, view):
            return errors
        raise
    await tell_saved(note, lead, join_pieces(pieces), form.title, call, me, respond)
    return Done(f"Note saved on {kit.quote(lead.display_name, 150)}.")


async def write(
    pieces: Sequence[Piece],
    lead: Lead,
    me: Person,
    *,
    title: str = "",
    earlier: datetime | None = None,
) -> Note:
    """Write a note once; until that is certain, its text is in the basket. Raises `CloseError`.

    `earlier`: when it was begun before, with an end that nobody knows.
    """
    basket, text = basket_of(me), join_pieces(pieces)
    await basket.keep(pieces)
    await basket.mark(pieces, (earlier or me.now).isoformat(), lead.display_name)
    try:
        note = await create_once(
            lambda: me.close.notes.create(lead.id, text, title=title),
            lambda since: me.close.notes.find_created(
                lead.id, since, text, title=title, created_by=me.connection.close_user_id
            ),
            began=me.now,
            earlier=earlier,
        )
    except WriteUnclear:
        raise
    except CloseError:
        if earlier is None:  # it is certain that nothing was written
            await basket.mark(pieces, "")
        raise
    await basket.drop(pieces)
    return note


async def tell_saved(
    note: Note, lead: Lead, text: str, title: str, call: Call, me: Person, respond: Respond
) -> None:
    """Say it where it was started; that it cannot be said does not undo it."""
    if not lead.display_name.endswith("…"):  # a menu shows the beginning of a long name
        await me.see_lead(lead, call.channel)
    with contextlib.suppress(SlackFailed):
        await respond(note_saved(note.id, lead, text, title=title))


def basket_of(me: Person) -> Basket:
    """Return the person's basket."""
    return Basket(me.store, me.connection.owner, me.now)


async def _prepare_of_lead(lead_id: str, me: Person) -> Json:
    waiting = len(await basket_of(me).all())
    piece = new_piece("", me.now)
    lead = await _find_lead(lead_id, me)
    return note_form([piece], lead=lead, new=piece.key, waiting=waiting)


async def _find_lead(lead_id: str, me: Person) -> Lead:
    """Return a lead by its id; one that was looked at lately is known by its name."""
    with contextlib.suppress(StoreError):
        for one in await me.recents.all():
            if one.id == lead_id:
                return named_lead(one.id, one.name)
    return await me.close.leads.get(lead_id)


async def _earlier(call: Call, me: Person, pieces: list[Piece]) -> datetime | None:
    """Return when this text was sent to Close first, where nobody knows how that ended."""
    keys = {piece.key for piece in pieces}
    moments = [call.earlier] if call.earlier else []
    for one in await basket_of(me).all():
        if one.tried and one.key in keys:
            with contextlib.suppress(ValueError):
                moments.append(datetime.fromisoformat(one.tried).astimezone(UTC))
    return min(moments, default=None)


async def _place_errors(error: CloseError, me: Person, lead: Lead, view: Json) -> Errors | None:
    """Turn a refusal into sentences at the fields that it is about."""
    if isinstance(error, NotFound | BadId):
        with contextlib.suppress(StoreError):
            await me.recents.drop(lead.id, me.now)
        return Errors({"lead": GONE})
    if not isinstance(error, Invalid):
        return None
    first = first_note_field(view)
    names = {"lead": "lead", "title": "title"}
    errors: dict[str, str] = {}
    for name, said in error.fields.items():
        where = names.get(name, first)
        errors[where] = f"Close says: {GONE if where == 'lead' else said}"
    if error.messages or not errors:
        said = "; ".join(error.messages) or "no reason given"
        errors.setdefault(first, f"Close refused this: {said}")
    return Errors(errors)
