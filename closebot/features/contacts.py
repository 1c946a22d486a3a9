"""People at leads: look them up, add them, change them, delete them."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from closebot.cards.contacts import (
    CREATE,
    DELETE,
    EDIT,
    LONGEST_NAME,
    MOST_LISTED,
    REMOVE,
    SAVE,
    VIEW,
    Editing,
    contact_card,
    contact_deleted,
    contact_list,
    delete_contact_form,
    edit_contact_form,
    new_contact_form,
    no_contact,
)
from closebot.cards.custom import PREFIX, read_custom
from closebot.cards.edits import find_touched
from closebot.cards.ways import merge, read_emails, read_phones
from closebot.close import (
    CloseError,
    Contact,
    CustomField,
    Email,
    Forbidden,
    Invalid,
    Lead,
    NotFound,
    Phone,
    PlanLimit,
    User,
    WriteUnclear,
    create_once,
)
from closebot.people import Person, find_meant
from closebot.slack import forms, kit
from closebot.slack.feature import Feature
from closebot.slack.forms import Done, Errors, Form, Reply, Show
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond, SlackFailed
from closebot.slack.payloads import Call

feature = Feature("contacts")

GONE = "This contact is no longer in Close, or you may not see it. Look it up again."
NO_LEAD = "This lead is no longer in Close, or you may not see it. Choose another one."
_BLOCKS = {"lead": "lead", "name": "name", "title": "title", "emails": "email", "phones": "phone"}


class ContactForm(Form):
    """What is filled in about a contact; `lead` only where there is none yet."""

    name: str = Field("", max_length=LONGEST_NAME)
    title: str = Field("", max_length=LONGEST_NAME)
    email: Annotated[tuple[Email, ...], BeforeValidator(read_emails)] = ()
    phone: Annotated[tuple[Phone, ...], BeforeValidator(read_phones)] = ()


class NewContactForm(ContactForm):
    """What is filled in about a new contact."""

    lead: str
    name: str = Field(min_length=1, max_length=LONGEST_NAME)


@feature.command(
    "contact",
    usage="contact <name, e-mail or phone>",
    help="Find a person and every way to reach them",
    example="contact Jane Doe",
)
async def find_contact(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Search Close and answer with a card, a list, or what to try instead."""
    if not words:
        await respond(kit.sentence(f"Who? For example `{call.slash} contact Jane Doe`."))
        return
    found = await me.close.contacts.search(words, limit=MOST_LISTED)
    if not found.contacts:
        await respond(no_contact(words, slash=call.slash))
    elif len(found.contacts) == 1:
        await respond(await _card(found.contacts[0], me, call))
    else:
        await respond(contact_list(found, words))


@feature.action(VIEW)
async def view_contact(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Put the card of a listed contact in the place of the list."""
    await respond(await _card(await me.close.contacts.get(words), me, call), replace=True)


@feature.command(
    "contact new",
    usage="contact new [lead]",
    help="Add a person to a lead",
    example="contact new Acme",
)
async def open_new(words: str, call: Call, me: Person, modal: Modal) -> None:
    """Open the form; the lead that the words or the channel mean stands in it."""

    async def draw() -> Json:
        meant = await find_meant(me, words, call.channel)
        return new_contact_form(meant.lead, await _fields(me), hint=meant.hint, zone=me.zone)

    await modal.open_when_ready("New contact", draw())


@feature.view(CREATE, form=NewContactForm, once=True)
async def create_contact(form: NewContactForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Add the contact, once, and show its card."""
    given, wrong = read_custom(await _fields(me), forms.read_values(call.view or {}), zone=me.zone)
    if wrong:
        return Errors(wrong)
    known: dict[str, Any] = {
        "name": form.name,
        "title": form.title,
        "emails": form.email,
        "phones": form.phone,
    }
    contacts, own = me.close.contacts, me.connection.close_user_id
    try:
        contact = await create_once(
            lambda: contacts.create(form.lead, **known, custom=given),
            lambda since: contacts.find_created(form.lead, since, **known, created_by=own),
            began=me.now,
            earlier=call.earlier,
        )
    except NotFound:
        return Errors({"lead": NO_LEAD})
    except Invalid as error:
        return _say_refusal(error, me, call, form.email, form.phone)
    return await _put(await _card(contact, me, call), respond)


@feature.action(EDIT)
async def open_edit(words: str, me: Person, modal: Modal) -> None:
    """Open the form with what Close has now."""

    async def draw() -> Json:
        contact, fields = await me.close.contacts.get(words), await _fields(me)
        users: Sequence[User] = ()
        if any(one.type == "user" and contact.custom.get(one.id) for one in fields):
            with contextlib.suppress(CloseError):  # then an id stands there, which is true as well
                users = await me.users()
        return edit_contact_form(contact, fields, users=users, zone=me.zone)

    await modal.open_when_ready("Edit contact", draw())


@feature.view(SAVE, form=ContactForm, once=True)
async def save_contact(form: ContactForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Write what was changed, onto what Close has by now, and show the card."""
    view, at_first = call.view or {}, Editing.read(call.state)
    values = forms.read_values(view)
    touched = find_touched(view.get("blocks", []), values, at_first.fields)
    own = touched & {"name", "title"}
    changes: dict[str, Any] = {name: getattr(form, name) for name in own}
    try:
        now = await me.close.contacts.get(at_first.contact_id)
        if "email" in touched:
            changes["emails"] = merge(form.email, now.emails, at_first.email_marks)
        if "phone" in touched:
            changes["phones"] = merge(form.phone, now.phones, at_first.phone_marks)
        filled = {name: values[name] for name in touched if name.startswith(PREFIX)}
        custom, wrong = read_custom(
            await _fields(me) if filled else (), filled, before=now.custom, zone=me.zone
        )
        if wrong:
            return Errors(wrong)
        if changes or custom:
            now = await me.close.contacts.update(now.id, **changes, custom=custom)
    except NotFound:
        return Errors({"name": GONE})
    except Invalid as error:
        return _say_refusal(error, me, call, changes.get("emails", ()), changes.get("phones", ()))
    return await _put(await _card(now, me, call), respond, replace=True)


@feature.action(DELETE)
async def ask_to_delete(words: str, me: Person, modal: Modal) -> None:
    """Ask first, with the name and the lead."""

    async def draw() -> Json:
        contact = await me.close.contacts.get(words)
        return delete_contact_form(contact, await _lead(contact, me))

    await modal.open_when_ready("Delete contact", draw())


@feature.view(REMOVE, form=Form, waiting="Deleting…", once=True)
async def delete_contact(call: Call, me: Person, respond: Respond) -> Reply:
    """Delete the contact, and say so in the place of its card."""
    contact_id, name = json.loads(call.state)
    by_us = True
    try:
        await me.close.contacts.delete(contact_id)
    except NotFound:
        by_us = call.earlier is not None
    except WriteUnclear:
        if await _is_there(contact_id, me):
            raise
    with contextlib.suppress(SlackFailed):  # it is deleted, whoever is told
        await respond(contact_deleted(name, by_us=by_us), replace=True)
    return Done("The contact was deleted.")


async def _is_there(contact_id: str, me: Person) -> bool:
    try:
        await me.close.contacts.get(contact_id)
    except NotFound:
        return False
    except CloseError:
        return True
    return True


async def _fields(me: Person) -> Sequence[CustomField]:
    """Return the custom fields of contacts; none where the person may not see which there are."""
    try:
        return await me.custom_fields("contact")
    except (Forbidden, PlanLimit):
        return ()


def _say_refusal(
    error: Invalid, me: Person, call: Call, emails: Sequence[Email], phones: Sequence[Phone]
) -> Reply:
    """Put each thing that Close refuses at its field, with the line that it is about."""
    asked = [block.get("block_id") for block in (call.view or {}).get("blocks", [])]
    first = "lead" if "lead" in asked else "name"
    lines = {"emails": [one.email for one in emails], "phones": [one.phone for one in phones]}
    said: dict[str, str] = {}
    for path, text in error.fields.items():
        name, _, rest = path.partition(".")
        block = path if path.startswith(PREFIX) else _BLOCKS.get(name, first)
        if name == "lead":
            said.setdefault(first, NO_LEAD)
            continue
        if line := _line_of(lines, name, rest):
            text = f"“{kit.clip(line, 60)}”: {text}"  # noqa: PLW2901
        elif block == first:
            text = f"{name}: {text}"  # noqa: PLW2901
        said.setdefault(block if block in asked else first, _refused(text))
        if path.startswith(PREFIX):
            me.forget_setup()
    if not said:
        said[first] = _refused("; ".join(error.messages) or "no reason given")
    return Errors(said)


def _refused(reason: str) -> str:
    return f"Close refuses this: {reason.rstrip('.')}. Correct it and try again."


def _line_of(lines: Mapping[str, Sequence[str]], name: str, rest: str) -> str:
    index = rest.partition(".")[0]
    held = lines.get(name, ())
    return held[int(index)] if index.isdecimal() and int(index) < len(held) else ""


async def _put(card: Json, respond: Respond, *, replace: bool = False) -> Reply:
    """Show a card after Submit; what was saved is not denied because Slack did not take it."""
    try:
        await respond(card, replace=replace)
    except SlackFailed:
        said = "The contact was saved. Its card could not be shown here: look it up to see it."
        return Show(kit.modal("contacts.saved", "Contact", [kit.section(said)]))
    return Done("The contact was saved.")


async def _card(contact: Contact, me: Person, call: Call) -> Json:
    lead = await _lead(contact, me)
    if lead:
        await me.see_lead(lead, call.channel)
    return contact_card(contact, lead)


async def _lead(contact: Contact, me: Person) -> Lead | None:
    if contact.lead_id:
        with contextlib.suppress(CloseError):  # the person is worth showing without it
            return await me.close.leads.get(contact.lead_id)
    return None
