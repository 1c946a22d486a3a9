"""A note in the making.

The text of a note comes in pieces: one for each message that goes into it, or what was typed. A
piece stands in as many fields as it needs, since a field of Slack holds 3,000 characters.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from closebot.cards.fields import lead_field, permission_fields
from closebot.close import Lead
from closebot.slack import forms, kit
from closebot.slack.kit import Json

SAVE = "notes.save"
KEEP = "notes.keep"
EMPTY = "notes.empty"
PUT_IN = "notes.put_in"
OPEN_KEPT = "notes.open_kept"

TITLE = "Add note"
# What one form can hold; Slack counts a view's bytes too.
LONGEST = 60_000
MOST_BYTES = 180_000
_ROOM = 2900  # of a field's 3,000 characters, so that a word can still be added
_SHORT = 150
_GLUES = {"line": "\n", "word": " ", "none": ""}
_FIELD = re.compile(r"note/(?P<key>[^/]+)/\d+/(?P<glue>line|word|none)(?P<outside>/outside)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of a note. `key` names the message it comes from.

    `is_outside`: it comes from a channel shared with another company. `tried` (ISO 8601): when it
    was sent to Close with an end that nobody knows, on the lead called `lead_name`.
    """

    key: str
    text: str
    is_outside: bool = False
    tried: str = ""
    lead_name: str = ""


def fits(pieces: Iterable[Piece]) -> bool:
    """Say whether one form can hold these."""
    texts = [piece.text for piece in pieces]
    return sum(map(len, texts)) <= LONGEST and sum(len(one.encode()) for one in texts) <= MOST_BYTES


# --- the form ---------------------------------------------------------------------------------


def note_form(
    pieces: Sequence[Piece],
    *,
    lead: Lead | None = None,
    hint: str = "",
    title: str = "",
    new: str = "",
    waiting: int = 0,
    is_short: bool = False,
) -> Json:
    """Draw the form for a new note.

    `new`: the key of the piece it was opened for. `waiting`: how many kept messages are not in
    it. `is_short`: the oldest kept message had to go.
    """
    blocks: list[Json] = []
    if any(piece.key != new for piece in pieces):
        blocks.append(kit.section(_count(pieces), accessory=_empty_button()))
    if is_short:
        blocks.append(
            kit.context(":warning: Your basket was full, so the oldest of it was let go.")
        )
    blocks.append(lead_field(lead, hint=hint))
    blocks += note_fields(pieces)
    if any(piece.is_outside for piece in pieces):
        blocks += permission_fields(is_all=all(piece.is_outside for piece in pieces))
    blocks.append(kit.text_input("title", "Title", initial=title, optional=True, longest=200))
    buttons = [kit.button("Add to basket", KEEP)]
    if waiting:
        buttons.append(kit.button(f"Put in {_messages(waiting)} from your basket", PUT_IN))
    blocks.append(kit.actions(*buttons))
    return kit.modal(
        SAVE, TITLE, blocks, submit="Save", close="Cancel", metadata=new, tell_when_closed=True
    )


def read_pieces(view: Json) -> list[Piece]:
    """Read what stands in the note fields of a form now, in order; emptied ones too.

    Slack does not always tell what was typed when a form is closed: then it is what was drawn.
    """
    values = forms.read_values(view)
    texts: dict[str, str] = {}
    outside: set[str] = set()
    for block in view.get("blocks", []):
        name = str(block.get("block_id", ""))
        if found := _FIELD.fullmatch(name):
            value = values.get(name, block.get("element", {}).get("initial_value")) or ""
            before = texts.get(found["key"])
            glue = _GLUES[found["glue"]]
            texts[found["key"]] = value if before is None else before + glue + value
            if found["outside"]:
                outside.add(found["key"])
    return [Piece(key, text.strip(), is_outside=key in outside) for key, text in texts.items()]


def join_pieces(pieces: Iterable[Piece]) -> str:
    """Return the text of the whole note."""
    return "\n\n".join(piece.text for piece in pieces if piece.text)


def first_note_field(view: Json) -> str:
    """Return the block id of the first field of the text."""
    names = (str(block.get("block_id", "")) for block in view.get("blocks", []))
    return next((name for name in names if _FIELD.fullmatch(name)), "lead")


def needs_permission(pieces: Iterable[Piece]) -> bool:
    """Say whether there is text from a shared channel in it."""
    return any(piece.is_outside and piece.text for piece in pieces)


def chosen_lead(view: Json) -> Lead | None:
    """Return the lead that stands in a form, by the name that Slack showed."""
    fields = view.get("state", {}).get("values", {}).get("lead", {})
    for element in fields.values():
        option = element.get("selected_option")
        if isinstance(option, dict) and option.get("value"):
            value = str(option["value"])
            name = str(option.get("text", {}).get("text", "")).strip()
            return named_lead(value, name)
    return None


def named_lead(lead_id: str, name: str) -> Lead:
    """Make a lead of which only the id and the name are known."""
    return Lead.model_validate({"id": lead_id, "display_name": name})


def note_fields(pieces: Sequence[Piece]) -> list[Json]:
    """Draw the fields for texts, as many as each needs."""
    blocks: list[Json] = []
    for number, piece in enumerate(pieces, 1):
        words = f"Note {number}" if number > 1 else "Note"
        if piece.tried:
            where = f" on {kit.quote(piece.lead_name, _SHORT)}" if piece.lead_name else ""
            said = f"This *may have been saved*{where} already. Look there before you save it."
            blocks.append(kit.context(f":warning: {said}"))
        for part, (glue, text) in enumerate(_split(piece.text)):
            more = {0: "", 1: " (continued)"}.get(part, f" (continued {part})")
            blocks.append(
                kit.text_input(
                    f"note/{piece.key}/{part}/{glue}{'/outside' if piece.is_outside else ''}",
                    words + more,
                    initial=text,
                    multiline=True,
                    optional=len(pieces) > 1 or part > 0,
                )
            )
    return blocks


def _split(text: str) -> list[tuple[str, str]]:
    """Split into what a field holds, each with what joins it to the one before."""
    parts: list[tuple[str, str]] = []
    glue = "none"
    while len(text) > _ROOM:
        end, following = _ROOM, "none"
        for name in ("line", "word"):
            found = text.rfind(_GLUES[name], _ROOM // 2, _ROOM)
            if found > 0:
                end, following = found, name
                break
        parts.append((glue, text[:end]))
        text, glue = text[end + len(_GLUES[following]) :], following
    return [*parts, (glue, text)]


def _count(pieces: Sequence[Piece]) -> str:
    return (
        f"*{_messages(len(pieces))}*, in the order you added them. Empty a field to leave it out."
    )


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _empty_button() -> Json:
    asked = kit.confirm(
        "Empty your basket?", "What is kept in it is left out of this note.", "Empty", "Keep"
    )
    return kit.button("Empty basket", EMPTY, confirm=asked)


def kept_view(count: int) -> Json:
    """Say what is in the basket, in the form's place."""
    said = (
        f"*{_messages(count).capitalize()} in your basket.* Use “Add note” on another message, and "
        "all of them go into one note. The basket stays until that note is saved."
        if count
        else "*Your basket is empty.*"
    )
    return kit.modal("notes_kept", TITLE, [kit.section(said)], close="Done")


def text_kept(said: str = "", *, lead_name: str = "") -> Json:
    """Say that a text is not lost, with a button that opens it in a form.

    `lead_name`: of the lead that it may stand on already.
    """
    if lead_name:
        on = kit.quote(lead_name, _SHORT)
        said = f"Close did not confirm this note: it *may have been saved* on {on}. Look there "
        said += "before you save it again. Your text is kept."
    else:
        said = f"{said} Your text is kept: press the button, choose the lead and save it.".strip()
    return kit.sentence(
        said,
        kit.actions(kit.button("Add note", OPEN_KEPT)),
    )
