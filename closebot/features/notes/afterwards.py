"""After a note was written: change it, or take it back, in the place of what said so."""

import contextlib

from closebot.cards.note_card import (
    CHANGE,
    DELETE,
    EDIT,
    edit_form,
    note_deleted,
    note_saved,
    read_about,
    read_text,
    too_long,
)
from closebot.cards.notes import (
    Piece,
    first_note_field,
    fits,
    join_pieces,
    read_pieces,
)
from closebot.close import UNSET, Invalid, NotFound
from closebot.features.notes.declared import feature
from closebot.people import Person
from closebot.slack import kit
from closebot.slack.forms import Done, Errors, Form, Reply
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond, SlackFailed
from closebot.slack.payloads import Call

GONE = "This note is no longer in Close, or you may not see it."


class ChangeForm(Form):
    """What may be changed beside the text."""

    title: str = ""


@feature.action(EDIT)
async def edit(words: str, me: Person, modal: Modal) -> None:
    """Open the form with the note as it is in Close now."""
    await modal.open_when_ready("Edit note", _prepare(words, me))


async def _prepare(about: str, me: Person) -> Json:
    note_id, lead = read_about(about)
    note = await me.close.notes.get(note_id)
    if not fits([Piece("edited", read_text(note))]):
        return kit.modal("failed", "Edit note", too_long(lead)["blocks"])
    return edit_form(note, about)


@feature.view(CHANGE, form=ChangeForm, waiting="Saving your note in Close…", once=True)
async def change(form: ChangeForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Write what was changed, and show it where the note was confirmed."""
    view = call.view or {}
    first = first_note_field(view)
    note_id, lead = read_about(call.state)
    text = join_pieces(read_pieces(view))
    if not text:
        return Errors({first: "Write the note, or delete it instead."})
    # What is not touched is not sent: Close may have styled it since.
    is_text_same = text == join_pieces(read_pieces(view | {"state": {}}))
    is_title_same = form.title == _drawn_title(view)
    try:
        if not (is_text_same and is_title_same):
            await me.close.notes.update(
                note_id,
                note=UNSET if is_text_same else text,
                title=UNSET if is_title_same else form.title or None,
            )
    except NotFound:
        return Errors({first: GONE})
    except Invalid as error:
        said = "; ".join([*error.fields.values(), *error.messages]) or "no reason given"
        return Errors({"title" if "title" in error.fields else first: f"Close says: {said}"})
    with contextlib.suppress(SlackFailed):  # it is changed, whatever comes now
        card = note_saved(note_id, lead, text, title=form.title, is_changed=True)
        await respond(card, replace=True)
    return Done("Note changed.")


@feature.action(DELETE)
async def delete(words: str, me: Person, respond: Respond) -> None:
    """Delete the note; one that is gone already is what was asked for."""
    note_id, lead = read_about(words)
    with contextlib.suppress(NotFound):
        await me.close.notes.delete(note_id)
    await respond(note_deleted(lead), replace=True)


def _drawn_title(view: Json) -> str:
    """Return the title that stood in the form at first."""
    blocks = view.get("blocks", [])
    found = [block["element"] for block in blocks if block.get("block_id") == "title"]
    return str(found[0].get("initial_value") or "") if found else ""
