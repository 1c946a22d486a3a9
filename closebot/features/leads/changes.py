"""Change what stands on a lead, or delete it: each asks in a form first."""

import asyncio
import contextlib
from typing import Any

from closebot.cards.addresses import read_address
from closebot.cards.custom import PREFIX, custom_inputs, read_custom
from closebot.cards.edits import find_touched
from closebot.cards.lead_forms import (
    ERASE,
    SAVE,
    delete_question,
    deleted,
    edit_lead_form,
    place_faults,
)
from closebot.cards.leads import DELETE, EDIT
from closebot.close import CloseError, CustomField, Invalid, Lead, NotFound, WriteUnclear
from closebot.features.leads.card import draw_card
from closebot.features.leads.declared import feature
from closebot.features.leads.new import check_address, check_name, check_website
from closebot.people import Person
from closebot.slack import forms, kit
from closebot.slack.forms import Done, Errors, Form, Reply, Show
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond, SlackFailed
from closebot.slack.payloads import Call
from closebot.store import StoreError

_GONE = (
    "This lead is no longer in Close, or you may not see it. Somebody may have deleted or merged "
    "it. Nothing was changed."
)


class EditForm(Form):
    """What stands in the form for a lead's change."""

    name: str = ""
    website: str = ""
    description: str = ""
    status: str = ""
    address: str = ""

    def faults(self, touched: set[str]) -> dict[str, str]:
        """Say what is wrong with what was typed; what stands in Close is not judged."""
        typed = (
            ("name", self.name, check_name),
            ("website", self.website, check_website),
            ("address", self.address, check_address),
        )
        wrong = {}
        for name, value, check in typed:
            if name in touched:
                try:
                    check(value)
                except ValueError as error:
                    wrong[name] = str(error)
        return wrong


@feature.action(EDIT)
async def open_edit(words: str, me: Person, modal: Modal) -> None:
    """Open the form with what is there."""

    async def prepare() -> Json:
        lead, organization, fields, users = await asyncio.gather(
            me.close.leads.get(words), me.organization(), me.custom_fields("lead"), me.users()
        )
        custom = custom_inputs(fields, lead.custom, users=users, zone=me.zone)
        return edit_lead_form(lead, organization, custom)

    await modal.open_when_ready("Edit lead", prepare())


@feature.view(SAVE, form=EditForm, once=True)
async def save(form: EditForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Write what was changed in the form, and nothing else."""
    view = call.view or {}
    lead_id, _, marks = call.state.partition(" ")
    values = forms.read_values(view)
    touched = find_touched(view.get("blocks", []), values, marks)
    if faults := form.faults(touched):
        return Errors(faults)
    try:
        lead = await me.close.leads.get(lead_id)
        changes, wrong = _changes(form, touched, lead)
        custom, wrong_custom = _custom(await me.custom_fields("lead"), values, touched, lead, me)
        if wrong or wrong_custom:
            return Errors(wrong | wrong_custom)
        if changes or custom:
            lead = await me.close.leads.update(lead_id, **changes, custom=custom)
    except NotFound:
        return Show(_closing("Edit lead", _GONE))
    except Invalid as error:
        me.forget_setup()
        return Errors(place_faults(error.fields, error.messages, view))
    if not lead.is_whole:
        with contextlib.suppress(CloseError):  # it is saved, whatever comes now
            lead = await me.close.leads.get(lead_id)
    with contextlib.suppress(SlackFailed):
        await respond(await draw_card(lead, call, me), replace=True)
    is_saved = changes or custom or call.earlier  # an earlier press may have saved it
    return Done("Saved." if is_saved else "Nothing was changed, so nothing was saved.")


def _changes(
    form: EditForm, touched: set[str], lead: Lead
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what of Close's own fields is to be written, and what is wrong."""
    changes: dict[str, Any] = {}
    if "name" in touched and form.name != lead.name:
        changes["name"] = form.name
    if "website" in touched and form.website != lead.url:
        changes["url"] = form.website or None
    if "description" in touched and form.description != lead.description:
        changes["description"] = form.description
    if "status" in touched and form.status and form.status != lead.status_id:
        changes["status_id"] = form.status
    if "address" in touched:
        if len(lead.addresses) > 1:
            said = "Somebody has added an address meanwhile: change them in Close."
            return {}, {"address": said}
        address = read_address(form.address)
        label = lead.addresses[0].label if lead.addresses else "business"
        changes["addresses"] = [address.model_copy(update={"label": label})] if address else []
    return changes, {}


def _custom(
    fields: tuple[CustomField, ...],
    values: dict[str, Any],
    touched: set[str],
    lead: Lead,
    me: Person,
) -> tuple[dict[str, Any], dict[str, str]]:
    filled = {name: values[name] for name in touched if name.startswith(PREFIX)}
    return read_custom(fields, filled, before=lead.custom, zone=me.zone)


@feature.action(DELETE)
async def ask_to_delete(words: str, me: Person, modal: Modal) -> None:
    """Ask, with the lead's name and what goes with it."""

    async def prepare() -> Json:
        return delete_question(await me.close.leads.get(words))

    await modal.open_when_ready("Delete lead", prepare())


@feature.view(ERASE, form=Form, waiting="Deleting…", once=True)
async def erase(call: Call, me: Person, respond: Respond) -> Reply:
    """Delete the lead, and say so in its card's place."""
    lead_id, _, name = call.state.partition(" ")
    try:
        await me.close.leads.delete(lead_id)
    except NotFound:
        if call.earlier is None:
            return Show(_closing("Delete lead", _GONE))
    except WriteUnclear:
        if not await _is_gone(lead_id, me):
            raise
    with contextlib.suppress(StoreError):
        await me.recents.drop(lead_id, me.now)
    with contextlib.suppress(SlackFailed):  # it is deleted, whoever is told
        await respond(deleted(name, me.connection.close_user_name), replace=True)
    return Done(f"*{kit.quote(name, 300)}* was deleted.")


async def _is_gone(lead_id: str, me: Person) -> bool:
    try:
        await me.close.leads.get(lead_id)
    except NotFound:
        return True
    except CloseError:  # that the deletion is unclear weighs more
        return False
    return False


def _closing(title: str, said: str) -> Json:
    return kit.modal("leads.gone", title, [kit.section(said)])
