"""A logged call: the form it is written in, and what is said about it afterwards."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from closebot.cards.edits import mark_fields
from closebot.cards.fields import contact_field, lead_field
from closebot.close import Call, Contact, Lead, Outcome
from closebot.slack import kit
from closebot.slack.kit import Json

LOG = "calls.log"
EDIT = "calls.edit"
SAVE = "calls.save"
DELETE = "calls.delete"

LONGEST = 24 * 60 * 60  # seconds: a call of more than a day is a slip
_DIRECTIONS = (("outbound", "Outgoing"), ("inbound", "Incoming"))
_EXCERPT = 300
_MINUTES = re.compile(
    r"(?P<minutes>[0-9]{1,5}(?:[.,][0-9]{1,3}(?!:))?)(?::(?P<seconds>[0-5]?[0-9]))?"
)


def log_form(
    lead: Lead | None,
    outcomes: Sequence[Outcome],
    *,
    hint: str = "",
    contact: Contact | None = None,
) -> Json:
    """Draw the form for a call that was made; it never dials."""
    blocks = [lead_field(lead, hint=hint), contact_field(contact), *_fields(outcomes)]
    return kit.modal(LOG, "Log a call", blocks, submit="Log call", close="Cancel")


def edit_form(call: Call, outcomes: Sequence[Outcome]) -> Json:
    """Draw the form with what was logged; its id and marks of it come back as the state."""
    minutes = say_minutes(call.duration or 0)
    filled = _fields(outcomes, call.direction, minutes, call.outcome_id, call.note)
    state = f"{call.id} {mark_fields(filled)}"
    return kit.modal(SAVE, "Edit call", filled, submit="Save", close="Cancel", metadata=state)


def _fields(
    outcomes: Sequence[Outcome],
    direction: str = "outbound",
    minutes: str = "",
    outcome_id: str = "",
    note: str = "",
) -> list[Json]:
    words = "Duration (minutes)"
    fields = [
        kit.field("direction", "Direction", kit.radio(_DIRECTIONS, chosen=direction)),
        kit.text_input(
            "duration", words, hint="For example 12, 1.5 or 2:30", initial=minutes, optional=True
        ),
    ]
    if outcomes:
        choices = [(one.id, one.name) for one in outcomes]
        menu = kit.menu("What came of it", choices, chosen=outcome_id)
        fields.append(kit.field("outcome", "Outcome", menu, optional=True))
    fields.append(kit.text_input("note", "Note", initial=note, multiline=True, optional=True))
    return fields


def read_minutes(text: str) -> int:
    """Return the seconds of a duration in minutes: `12`, `1.5`, `2:30`; nothing is 0.

    Raises `ValueError` with a sentence.
    """
    said = text.strip().casefold().removesuffix("min").removesuffix("m").strip()
    if not said:
        return 0
    matched = _MINUTES.fullmatch(said)
    if not matched:
        raise ValueError("Write minutes, for example 12, 1.5 or 2:30.")
    minutes, seconds = matched["minutes"].replace(",", "."), matched["seconds"]
    total = round(float(minutes) * 60) + int(seconds or 0)
    if total > LONGEST:
        raise ValueError("A call lasts a day at most. Write minutes, such as 12.")
    return total


def say_minutes(seconds: int) -> str:
    """Write a duration as `read_minutes` reads it."""
    minutes, rest = divmod(max(seconds, 0), 60)
    return f"{minutes}:{rest:02d}" if rest else str(minutes) if minutes else ""


def logged(
    call: Call, lead_name: str, *, outcomes: Mapping[str, str] | None = None, changed: bool = False
) -> Json:
    """Say that a call was logged, with what can still be done about it."""
    name = kit.clip(lead_name.strip() or "Untitled", 150)
    which = "Incoming" if call.direction == "inbound" else "Outgoing"
    details = [f"{which} call"]
    if minutes := say_minutes(call.duration or 0):
        details.append(f"{minutes} min")
    if outcome := (outcomes or {}).get(call.outcome_id):
        details.append(kit.clip(outcome, 100))
    said = "Call changed" if changed else "Call logged"
    pieces = [kit.words(f"{said} on "), kit.words(name, bold=True)]
    pieces.append(kit.words("\n" + "  ·  ".join(details)))
    if call.note.strip():
        note = kit.clip(" ".join(call.note.split()), _EXCERPT)
        pieces.append(kit.mark(kit.words(f"\n{note}", italic=True), "notes"))
    asked = kit.confirm("Delete this call?", "It is deleted in Close for good.", "Delete")
    buttons = kit.actions(
        kit.button("Open in Close", "link.lead", url=_address(call.lead_id)),
        kit.button("Edit", EDIT, value=call.id),
        kit.button("Delete", DELETE, value=call.id, style="danger", confirm=asked),
    )
    return kit.message(f"{said} on {kit.quote(name)}", [kit.rich(kit.line(*pieces)), buttons])


def _address(lead_id: str) -> str:
    return Lead(id=lead_id).html_url


def read_refusal(fields: Mapping[str, Any]) -> dict[str, str]:
    """Name the form's fields for what Close refuses by its own names."""
    names = {"lead_id": "lead", "contact_id": "contact", "outcome_id": "outcome"}
    known = ("lead", "contact", "direction", "duration", "outcome", "note")
    named = {names.get(key, key): str(said) for key, said in fields.items()}
    return {key: said for key, said in named.items() if key in known}
