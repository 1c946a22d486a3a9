"""Log a call that was made on the phone; nothing here dials."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal

from pydantic import field_validator

from closebot.cards.calls import (
    DELETE,
    EDIT,
    LOG,
    SAVE,
    edit_form,
    log_form,
    logged,
    read_minutes,
    read_refusal,
)
from closebot.cards.edits import find_touched
from closebot.cards.fields import read_contact
from closebot.cards.leads import LOG_CALL
from closebot.close import (
    UNSET,
    BadId,
    Call,
    CloseError,
    Invalid,
    NotFound,
    Outcome,
    create_once,
)
from closebot.people import Meant, Person, find_meant, name_lead
from closebot.slack import forms, kit
from closebot.slack.feature import Feature
from closebot.slack.forms import Done, Errors, Form, Reply
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond, SlackFailed
from closebot.slack.payloads import Call as SlackCall
from closebot.store import StoreError

feature = Feature("calls")

_SOON = 2.0  # seconds
_GONE = "This call is no longer in Close, or you may not see it."
_LEAD_GONE = "This lead is no longer in Close, or you may not see it. Choose another one."


class CallForm(Form):
    """What can be changed about a call."""

    direction: Literal["outbound", "inbound"] = "outbound"
    duration: int = 0
    outcome: str = ""
    note: str = ""

    @field_validator("duration", mode="before")
    @classmethod
    def _in_seconds(cls, value: object) -> int:
        return read_minutes(str(value))


class NewCallForm(CallForm):
    """A call with its lead."""

    lead: str
    contact: str = ""


@feature.command(
    "call",
    usage="call [lead]",
    help="Log a call that you made; it never dials",
    example="call Acme",
)
async def open_form(words: str, call: SlackCall, me: Person, modal: Modal) -> None:
    """Open the form, for the lead that the words mean or that the channel is about."""
    find = partial(find_meant, me, words, call.channel)
    await modal.open_when_ready("Log a call", _draw_form(me, find))


@feature.action(LOG_CALL)
async def open_form_of_lead(words: str, me: Person, modal: Modal) -> None:
    """Open the form from a lead's card."""

    async def find() -> Meant:
        return Meant(await name_lead(me, words), count=1)

    await modal.open_when_ready("Log a call", _draw_form(me, find))


async def _draw_form(me: Person, find: Callable[[], Awaitable[Meant]]) -> Json:
    meant, outcomes = await asyncio.gather(find(), _find_outcomes(me))
    return log_form(meant.lead, outcomes, hint=meant.hint)


async def _find_outcomes(me: Person) -> tuple[Outcome, ...]:
    """Return what a call may come to; none when Close does not say soon: the form does without."""
    try:
        async with asyncio.timeout(_SOON):
            return await me.call_outcomes()
    except (CloseError, TimeoutError):
        return ()


@feature.view(LOG, form=NewCallForm, waiting="Logging the call…", once=True)
async def log_call(form: NewCallForm, call: SlackCall, me: Person, respond: Respond) -> Reply:
    """Write the call down, once, and say so where the form was opened."""
    try:
        contact_id = read_contact(form.contact, form.lead)
    except ValueError as error:
        return Errors({"contact": str(error)})

    def write() -> Awaitable[Call]:
        return me.close.calls.log(
            form.lead,
            direction=form.direction,
            duration=form.duration,
            contact_id=contact_id,
            note=form.note,
            outcome_id=form.outcome,
        )

    try:
        made = await create_once(
            write,
            lambda since: me.close.calls.find_created(
                form.lead,
                since,
                direction=form.direction,
                duration=form.duration,
                contact_id=contact_id,
                note=form.note,
                outcome_id=form.outcome,
                created_by=me.connection.close_user_id,
            ),
            began=me.now,
            earlier=call.earlier,
        )
    except Invalid as error:
        return _refuse(error, call, me)
    except (NotFound, BadId):
        with contextlib.suppress(StoreError):
            await me.recents.drop(form.lead, me.now)
        return Errors({"lead": _LEAD_GONE})
    with contextlib.suppress(SlackFailed):  # it is logged, whatever comes now
        name = await _name(me, form.lead, call.channel)
        await respond(logged(made, name, outcomes=await _outcome_names(me)))
    return Done("The call is logged.")


@feature.action(EDIT)
async def open_edit(words: str, me: Person, modal: Modal) -> None:
    """Open the form with what was logged."""

    async def draw() -> Json:
        made, outcomes = await asyncio.gather(me.close.calls.get(words), _find_outcomes(me))
        return edit_form(made, outcomes)

    await modal.open_when_ready("Edit call", draw())


@feature.view(SAVE, form=CallForm, waiting="Saving the call…", once=True)
async def save_call(form: CallForm, call: SlackCall, me: Person, respond: Respond) -> Reply:
    """Change the call, and say so in the place of what was said about it."""
    call_id, _, marks = call.state.partition(" ")
    view = call.view or {}
    touched = find_touched(view.get("blocks", []), forms.read_values(view), marks)
    calls = me.close.calls
    try:
        # What is not touched is not sent: a menu may be absent, and Close may have styled a note.
        changed = (
            await calls.update(
                call_id,
                direction=form.direction if "direction" in touched else UNSET,
                duration=form.duration if "duration" in touched else UNSET,
                note=form.note if "note" in touched else UNSET,
                outcome_id=(form.outcome or None) if "outcome" in touched else UNSET,
            )
            if touched
            else await calls.get(call_id)
        )
    except Invalid as error:
        return _refuse(error, call, me)
    except NotFound:
        return Errors({"direction": _GONE})
    with contextlib.suppress(SlackFailed):  # it is changed, whatever comes now
        name = await _name(me, changed.lead_id, call.channel)
        message = logged(changed, name, outcomes=await _outcome_names(me), changed=True)
        await respond(message, replace=True)
    return Done("The call is changed.")


@feature.action(DELETE)
async def delete_call(words: str, me: Person, respond: Respond) -> None:
    """Delete the call, and say so in the place of what was said about it."""
    try:
        await me.close.calls.delete(words)
    except NotFound:
        await respond(kit.sentence(_GONE), replace=True)
        return
    await respond(kit.sentence("The call was deleted in Close."), replace=True)


def _refuse(error: Invalid, call: SlackCall, me: Person) -> Errors:
    me.forget_setup()  # an outcome may have gone meanwhile
    drawn = {block.get("block_id") for block in (call.view or {}).get("blocks", [])}
    said_at = read_refusal(error.fields)
    named = {name: said for name, said in said_at.items() if name in drawn}
    if "lead" in named:
        named["lead"] = _LEAD_GONE
    if named:
        return Errors(named)
    said = "; ".join([*error.fields.values(), *error.messages]) or "no reason given"
    return Errors({"direction": f"Close refused this: {said}"})


async def _name(me: Person, lead_id: str, channel: str) -> str:
    try:
        lead = await name_lead(me, lead_id)
    except CloseError:  # the call is logged, whatever comes now
        return "this lead"
    await me.see_lead(lead, channel)
    return lead.display_name


async def _outcome_names(me: Person) -> dict[str, str]:
    return {one.id: one.name for one in await _find_outcomes(me)}
