"""A note that is written: what is said of it, and the form that changes it."""

import html
import re

from closebot.cards.notes import Piece, named_lead, note_fields
from closebot.close import Lead, Note
from closebot.slack import kit
from closebot.slack.kit import Json

CHANGE = "notes.change"
EDIT = "notes.edit"
DELETE = "notes.delete"

_SHORT = 150
_PLAIN_TAGS = re.compile(r"</?(?:body|p|br)\s*/?>", re.IGNORECASE)


def edit_form(note: Note, about: str) -> Json:
    """Draw the form for a note that is written already; `about` comes back as the state."""
    piece = Piece("edited", read_text(note))
    blocks = [
        *note_fields([piece]),
        kit.text_input("title", "Title", initial=note.title, optional=True, longest=200),
    ]
    if _PLAIN_TAGS.sub("", note.note_html).count("<"):
        said = "This note was styled in Close. The style is lost when you save it here."
        blocks.insert(0, kit.context(f":warning: {said}"))
    return kit.modal(CHANGE, "Edit note", blocks, submit="Save", close="Cancel", metadata=about)


def note_saved(
    note_id: str, lead: Lead, text: str, *, title: str = "", is_changed: bool = False
) -> Json:
    """Say that a note stands on a lead, with its first lines."""
    said = "Note changed on " if is_changed else "Note saved on "
    value = about_note(note_id, lead)
    asked = kit.confirm("Delete this note?", "It goes from Close for good.", "Delete", "Keep")
    blocks = [
        kit.rich(
            kit.line(kit.words(said), kit.words(_name(lead), bold=True)), *_excerpt(title, text)
        ),
        kit.actions(
            kit.button("Open in Close", "link.lead", url=lead.html_url),
            kit.button("Edit", EDIT, value=value),
            kit.button("Delete", DELETE, value=value, confirm=asked),
        ),
    ]
    return kit.message(said + kit.quote(_name(lead)), blocks)


def note_deleted(lead: Lead) -> Json:
    """Say that a note is gone."""
    said = "Note deleted from "
    return kit.message(
        said + kit.quote(_name(lead)),
        [kit.rich(kit.line(kit.words(said), kit.words(_name(lead), bold=True)))],
    )


def about_note(note_id: str, lead: Lead) -> str:
    """Write down which note it is and where it stands, for a button or a form."""
    return f"{note_id} {lead.id} {_name(lead)}"


def read_about(value: str) -> tuple[str, Lead]:
    """Read what `about_note` wrote."""
    note_id, lead_id, name = (*value.split(" ", 2), "", "", "")[:3]
    return note_id, named_lead(lead_id, name)


def too_long(lead: Lead) -> Json:
    """Say that a note does not fit a form."""
    return kit.sentence(
        "This note is too long to be edited here.",
        kit.actions(kit.button("Open in Close", "link.lead", url=lead.html_url)),
    )


def read_text(note: Note) -> str:
    """Return a note as plain text; Close may give it as a document alone."""
    if note.note.strip() or not note.note_html:
        return note.note.strip()
    text = re.sub(r"\s+", " ", note.note_html)
    text = re.sub(r"<li\b[^>]*>", "\n• ", text, flags=re.IGNORECASE)
    text = re.sub(r"<(?:br|/p|/h[1-6]|/ul|/ol|hr)\b[^>]*>", "\n", text, flags=re.IGNORECASE)
    lines = html.unescape(re.sub(r"<[^>]*>", "", text)).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()


def _excerpt(title: str, text: str) -> list[Json]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    shown = kit.clip("\n".join(lines[:3]), 300)
    if len(lines) > 3 and not shown.endswith("…"):
        shown += " …"
    drawn = [kit.words(f"\n{kit.clip(title.strip(), _SHORT)}", bold=True)] if title.strip() else []
    drawn += [kit.words(f"\n{shown}")] if shown else []
    return [kit.mark(kit.line(*drawn), "notes")] if drawn else []


def _name(lead: Lead) -> str:
    return kit.clip(lead.display_name.strip(), _SHORT) or "Untitled"
