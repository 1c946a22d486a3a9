"""Make an opportunity, and change one: the forms, and what their Submit does."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from closebot.audience import RECORDS, NotPosted
from closebot.cards.edits import find_touched
from closebot.cards.leads import NEW_OPPORTUNITY
from closebot.cards.opportunity_answers import (
    Terms,
    has_custom,
    read_deal,
    read_refusal,
    words_chosen,
)
from closebot.cards.opportunity_card import EDIT, opportunity_card
from closebot.cards.opportunity_form import (
    CREATE,
    EVERYBODY,
    SAVE,
    edit_form,
    new_form,
    read_edited,
)
from closebot.close import (
    CloseError,
    Contact,
    CustomField,
    Invalid,
    Lead,
    NotFound,
    Opportunity,
    Organization,
    User,
    WriteUnclear,
    create_once,
)
from closebot.features.opportunities.declared import feature
from closebot.features.opportunities.place import is_channel, put
from closebot.people import Meant, Person, find_meant, name_lead
from closebot.slack import forms
from closebot.slack.forms import Done, Errors, Form, Reply
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond, SlackFailed
from closebot.slack.payloads import Call

_GONE = "This lead is no longer in Close, or you may not see it. Choose another and try again."


class NewForm(Form):
    """What has to be filled in; the rest is read by the organization's set-up."""

    lead: str
    audience: str = ""


class EditForm(Form):
    """What was changed is read by what stood there."""

    value: str = ""


@feature.command(
    "opp new", usage="opp new [lead]", help="Make an opportunity", example="opp new Acme"
)
async def open_new(words: str, call: Call, me: Person, modal: Modal) -> None:
    """Open the form, for the lead that the words mean or that the channel is about."""
    find = partial(find_meant, me, words, call.channel)
    await modal.open_when_ready("New opportunity", _draw_new(call, me, find))


@feature.shortcut("new_opportunity", name="New opportunity", help="Make an opportunity in Close")
async def open_new_anywhere(call: Call, me: Person, modal: Modal) -> None:
    """Open the form from anywhere in Slack."""
    await modal.open_when_ready("New opportunity", _draw_new(call, me, partial(find_meant, me, "")))


@feature.action(NEW_OPPORTUNITY)
async def open_new_of_lead(words: str, call: Call, me: Person, modal: Modal) -> None:
    """Open the form from a lead's card."""
    find = partial(_find_lead, me, words)
    await modal.open_when_ready("New opportunity", _draw_new(call, me, find))


async def _find_lead(me: Person, lead_id: str) -> Meant:
    return Meant(await name_lead(me, lead_id), count=1)


async def _draw_new(call: Call, me: Person, find: Callable[[], Awaitable[Meant]]) -> Json:
    meant, organization, fields = await asyncio.gather(find(), me.organization(), _find_fields(me))
    if meant.lead:
        await me.see_lead(meant.lead, call.channel)
    if not any(pipeline.statuses for pipeline in organization.pipelines):
        me.forget_setup()  # whoever makes one now and tries again is not told the same
    own = me.connection
    return new_form(
        organization,
        owner=(own.close_user_id, own.close_user_name),
        lead=meant.lead,
        hint=meant.hint,
        fields=fields,
        zone=me.zone,
        in_channel=is_channel(call),
        pipeline_id=me.preferences.pipeline,
        shares=me.preferences.shares,
    )


async def _find_fields(me: Person) -> tuple[CustomField, ...] | None:
    """Return the custom fields; None when Close does not say, as the form is of use without."""
    try:
        return await me.custom_fields("opportunity")
    except CloseError:
        return None


@feature.view(CREATE, form=NewForm, waiting="Creating the opportunity…", once=True)
async def create(form: NewForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Make the opportunity, once, and show its card where the form was opened."""
    view = call.view or {}
    given, wrong = await _read(forms.read_values(view), form.lead, view, me)
    if wrong:
        return Errors(wrong)
    asked = {key: value for key, value in given.items() if value not in (None, "")}
    custom = {key: one for key, one in asked.pop("custom", {}).items() if one is not None}

    async def look(since: Any) -> Opportunity | None:
        maker = me.connection.close_user_id
        return await me.close.opportunities.find_created(
            form.lead, since, created_by=maker, **asked
        )

    try:
        deal = await create_once(
            lambda: me.close.opportunities.create(form.lead, custom=custom, **asked),
            look,
            began=me.now,
            earlier=call.earlier,
        )
    except Invalid as error:
        return _refuse(error, view, me)
    except NotFound:
        return Errors({"lead": _GONE})
    deal = _name(deal, form.lead, view)
    await me.see_lead(Lead(id=form.lead, display_name=deal.lead_name), call.channel)
    if form.audience == EVERYBODY:
        who = me.connection.close_user_name or "Somebody"
        shared = opportunity_card(deal, today=me.today, zone=me.zone, shared_by=who)
        try:
            await respond(shared, shared=True, holds=[RECORDS])
        except NotPosted as refused:
            said = f"Only you see this card. {refused.sentence}"
        except SlackFailed:
            said = "Slack did not confirm that everybody here sees this. Share it here if need be."
        else:
            return Done("The opportunity was created; its card stands where you began.")
    else:
        said = ""
    card = opportunity_card(deal, today=me.today, zone=me.zone, remark=said)
    return await put(respond, card, "The opportunity was created.")


async def _read(
    values: dict[str, Any], lead_id: str, view: Json, me: Person
) -> tuple[dict[str, Any], dict[str, str]]:
    organization = await me.organization()
    chosen = forms.read_values(view).get("status")
    closed = {
        one.id
        for pipeline in organization.pipelines
        for one in pipeline.statuses
        if one.type in ("won", "lost")
    }
    terms = Terms(lead_id, organization.currency, me.today, is_closed=chosen in closed)
    fields = await me.custom_fields("opportunity") if has_custom(values) else ()
    return read_deal(values, terms, fields, zone=me.zone)


def _refuse(error: Invalid, view: Json, me: Person) -> Errors:
    faults, is_old = read_refusal(error, view)
    if is_old:
        me.forget_setup()
    return Errors(faults)


def _name(deal: Opportunity, lead_id: str, view: Json) -> Opportunity:
    """Give an opportunity the names that the form knew, where Close's answer has none."""
    known = {
        "lead_id": lead_id,
        "lead_name": words_chosen(view, "lead"),
        "contact_name": words_chosen(view, "contact"),
        "status_label": words_chosen(view, "status"),
        "user_name": words_chosen(view, "owner"),
    }
    return deal.model_copy(
        update={key: name for key, name in known.items() if not getattr(deal, key)}
    )


@feature.action(EDIT)
async def open_edit(words: str, me: Person, modal: Modal) -> None:
    """Open the form with what the opportunity has now."""
    await modal.open_when_ready("Edit opportunity", _draw_edit(words, me))


async def _draw_edit(deal_id: str, me: Person) -> Json:
    deal: Opportunity
    organization: Organization
    deal, organization, fields = await asyncio.gather(
        me.close.opportunities.get(deal_id), me.organization(), _find_fields(me)
    )
    known = {one.id for pipeline in organization.pipelines for one in pipeline.statuses}
    if deal.status_id not in known:  # it is younger than what is known
        me.forget_setup()
        organization = await me.organization()
    contacts, users = await asyncio.gather(_find_contacts(me, deal.lead_id), _find_users(me, deal))
    return edit_form(
        deal, organization, contacts=contacts, fields=fields, users=users, zone=me.zone
    )


async def _find_contacts(me: Person, lead_id: str) -> tuple[Contact, ...] | None:
    try:
        return tuple(await me.close.contacts.list(lead_id, most=100).all()) if lead_id else ()
    except CloseError:
        return None


async def _find_users(me: Person, deal: Opportunity) -> tuple[User, ...]:
    """Return the people of the organization where a custom field names one."""
    if "user_" not in str(deal.custom):
        return ()
    with contextlib.suppress(CloseError):
        return await me.users()
    return ()


@feature.view(SAVE, form=EditForm, waiting="Saving the opportunity…", once=True)
async def save(call: Call, me: Person, respond: Respond) -> Reply:
    """Send what differs from what stood there, and show the card as it is then."""
    view = call.view or {}
    deal_id, lead_id, marks = read_edited(call.state)
    values = forms.read_values(view)
    touched = find_touched(view["blocks"], values, marks)
    if not touched:
        return Done("Nothing was changed.")
    changed = {name: values.get(name) for name in touched}
    given, wrong = await _read(changed, lead_id, view, me)
    if wrong:
        return Errors(wrong)
    try:
        deal = await _update(deal_id, given, me)
    except Invalid as error:
        return _refuse(error, view, me)
    card = opportunity_card(deal, today=me.today, zone=me.zone, remark="You changed this.")
    return await put(respond, card, "The opportunity was saved.", replace=True)


async def _update(deal_id: str, given: dict[str, Any], me: Person) -> Opportunity:
    """Change an opportunity; where the answer is lost, look whether it was changed."""
    try:
        return await me.close.opportunities.update(deal_id, **given)
    except WriteUnclear:
        with contextlib.suppress(CloseError):
            seen = await me.close.opportunities.get(deal_id)
            custom = given.get("custom", {})
            plain = given.keys() - {"custom"}
            if all((getattr(seen, name) or None) == (given[name] or None) for name in plain) and (
                all(seen.custom.get(name) == value for name, value in custom.items())
            ):
                return seen
        raise
