"""Make a new lead, with its first contact; what looks like a duplicate is asked about first."""

import asyncio
import contextlib
import re
from collections.abc import Sequence
from datetime import datetime

from pydantic import Field, field_validator

from closebot.cards.addresses import read_address
from closebot.cards.custom import custom_inputs, read_custom
from closebot.cards.lead_forms import (
    CREATE,
    CREATE_ANYWAY,
    LONGEST_NAME,
    LOOK,
    Draft,
    ask_about,
    look_view,
    new_lead_form,
    place_faults,
)
from closebot.cards.leads import NEW
from closebot.cards.ways import read_emails, read_phones
from closebot.close import (
    CloseError,
    Email,
    Invalid,
    Lead,
    NewContact,
    NotFound,
    Phone,
    Unauthorized,
    create_once,
)
from closebot.close.ids import find_lead_id
from closebot.close.lead_queries import read_domain
from closebot.close.search import clean
from closebot.close.search import read_phones as find_phones
from closebot.features.leads.card import draw_card, gone
from closebot.features.leads.declared import feature
from closebot.features.leads.duplicates import company_domain, find_similar
from closebot.people import Person
from closebot.slack import forms, kit
from closebot.slack.forms import Ask, Done, Errors, Form, Reply
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond, SlackFailed
from closebot.slack.payloads import Call

_LEAST_DIGITS = 4


def check_name(value: str) -> str:
    """Take a lead's name. Raises `ValueError` with a sentence."""
    if not value.strip():
        raise ValueError("Give the lead a name.")
    if len(value) > LONGEST_NAME:
        raise ValueError(f"Close takes names of at most {LONGEST_NAME} characters.")
    return value


def check_website(value: str) -> str:
    """Take a web address. Raises `ValueError` with a sentence."""
    if value and ("@" in value or not read_domain(value)):
        raise ValueError("This is not a web address. Write it like acme.com.")
    return value


def check_address(value: str) -> str:
    """Take a postal address. Raises `ValueError` with a sentence."""
    read_address(value)
    return value


class LeadForm(Form):
    """What is typed into the form for a new lead."""

    name: str = ""
    website: str = ""
    description: str = ""
    status: str = ""
    contact_name: str = Field("", repr=False)
    title: str = ""
    email: str = Field("", repr=False)
    phone: str = Field("", repr=False)
    address: str = ""

    _name = field_validator("name")(check_name)
    _website = field_validator("website")(check_website)
    _address = field_validator("address")(check_address)

    @field_validator("email")
    @classmethod
    def _check_email(cls, value: str) -> str:
        read_emails(_apart(value))
        return value

    @field_validator("phone")
    @classmethod
    def _check_phone(cls, value: str) -> str:
        for one in read_phones(_apart(value)):
            if sum(map(str.isdigit, one.phone)) < _LEAST_DIGITS:
                raise ValueError("This is too short for a phone number.")
        return value

    @property
    def emails(self) -> Sequence[Email]:
        """The addresses."""
        return read_emails(_apart(self.email))

    @property
    def phones(self) -> Sequence[Phone]:
        """The numbers."""
        return read_phones(_apart(self.phone))

    @property
    def contacts(self) -> tuple[NewContact, ...]:
        """The contact, if anything of one was filled in."""
        if not (self.contact_name or self.title or self.email or self.phone):
            return ()
        return (
            NewContact(
                name=self.contact_name,
                title=self.title,
                emails=self.emails,
                phones=self.phones,
            ),
        )


def _apart(text: str) -> str:
    """Put each of several addresses or numbers on its own line: the field has but one."""
    return re.sub(r"[,;]\s*", "\n", text)


def read_draft(words: str, zone: str = "") -> Draft:
    """Read what was typed for a new lead: a name, a web or e-mail address, a phone number."""
    typed = clean(words)
    if not typed or find_lead_id(typed):
        return Draft()
    domain = read_domain(typed) if " " not in typed else ""
    if domain and "@" in typed:
        own = company_domain(typed)
        return Draft(name=_name_of(own), website=own, email=typed)
    if domain:
        return Draft(name=_name_of(domain), website=typed)
    if find_phones(typed, zone):
        return Draft(phone=typed)
    return Draft(name=typed[:LONGEST_NAME])


def _name_of(domain: str) -> str:
    """Guess a company's name from its domain: `acme-labs.co.uk` is “Acme Labs”."""
    first = domain.partition(".")[0].replace("-", " ")
    return " ".join(word[:1].upper() + word[1:] for word in first.split())


@feature.command(
    "lead new",
    usage="lead new [name, domain, e-mail or phone]",
    help="Make a new lead; possible duplicates are shown first",
    example="lead new Acme",
)
async def open_by_command(words: str, call: Call, me: Person, modal: Modal) -> None:
    """Open the form, with what was typed in it."""
    hint = ""
    if words:
        looked_up = kit.quote(f"{call.slash} new {' '.join(words.split())}".replace("`", "'"), 300)
        hint = f"To look up a lead called “new …” instead, run `{looked_up}`"
    await _open(read_draft(words, me.zone.key), me, modal, hint=hint)


@feature.action(NEW)
async def open_by_button(words: str, me: Person, modal: Modal) -> None:
    """Open the form, with what was looked for in it."""
    await _open(read_draft(words, me.zone.key), me, modal, replaces=True)


@feature.shortcut("new_lead", name="New lead", help="Make a new lead in Close")
async def open_by_shortcut(me: Person, modal: Modal) -> None:
    """Open the empty form."""
    await _open(Draft(), me, modal)


async def _open(
    draft: Draft, me: Person, modal: Modal, *, hint: str = "", replaces: bool = False
) -> None:
    async def prepare() -> Json:
        organization, fields = await asyncio.gather(me.organization(), me.custom_fields("lead"))
        custom = custom_inputs(fields, zone=me.zone)
        return new_lead_form(draft, organization, custom, hint=hint, replaces=replaces)

    await modal.open_when_ready("New lead", prepare())


@feature.view(CREATE, form=LeadForm, waiting="Looking for duplicates…", once=True)
async def create(form: LeadForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Make the lead, unless it may be a duplicate: then ask."""
    if call.earlier is None:
        try:
            emails = [one.email for one in form.emails]
            phones = [one.phone for one in form.phones]
            similar = await find_similar(
                me, name=form.name, website=form.website, emails=emails, phones=phones
            )
        except Unauthorized:
            raise
        except CloseError:
            said = "Close did not answer, so nothing was created. Press Create again in a moment."
            return Errors({"name": said})
        if similar:
            return Ask(ask_about(forms.redraw(call.view or {}, {}), similar))
    return await _create(form, call, me, respond)


@feature.action(CREATE_ANYWAY, form=LeadForm, waiting="Creating the lead…", once=True)
async def create_anyway(form: LeadForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Make the lead whatever it may be a duplicate of."""
    return await _create(form, call, me, respond)


@feature.action(LOOK)
async def look_at_similar(
    words: str, call: Call, me: Person, modal: Modal, respond: Respond
) -> None:
    """Show a lead over the form, and its card where the form was started."""

    async def prepare() -> Json:
        try:
            lead = await me.close.leads.get(words)
        except NotFound:
            return kit.modal("leads.looked", "Lead", gone(call.slash)["blocks"], close="Back")
        card = await draw_card(lead, call, me)
        with contextlib.suppress(SlackFailed):  # it is shown over the form anyway
            await respond(card)
        return look_view(card)

    await modal.open_when_ready("Lead", prepare())


async def _create(form: LeadForm, call: Call, me: Person, respond: Respond) -> Reply:
    view = call.view or {}
    values = forms.read_values(view)
    custom, wrong = read_custom(await me.custom_fields("lead"), values, zone=me.zone)
    if wrong:
        return Errors(wrong)
    address = read_address(form.address)

    async def send() -> Lead:
        return await me.close.leads.create(
            name=form.name,
            url=form.website,
            description=form.description,
            status_id=form.status,
            contacts=form.contacts,
            addresses=[address] if address else [],
            custom=custom,
        )

    async def find(since: datetime) -> Lead | None:
        return await me.close.leads.find_created(
            since,
            name=form.name,
            url=form.website,
            description=form.description,
            status_id=form.status,
            contacts=form.contacts,
            created_by=me.connection.close_user_id,
        )

    try:
        lead = await create_once(send, find, began=me.now, earlier=call.earlier)
    except Invalid as error:
        me.forget_setup()
        return Errors(place_faults(error.fields, error.messages, view))
    with contextlib.suppress(SlackFailed):  # it is made, whoever is told
        await respond(await draw_card(await _whole(lead, me), call, me), replace=bool(call.state))
    return Done(
        f"*{kit.quote(form.name, 300)}* is in Close now: <{lead.html_url}|open it in Close>"
    )


async def _whole(lead: Lead, me: Person) -> Lead:
    """Return a lead with what belongs to it, as far as Close says it now."""
    if not lead.is_whole:
        with contextlib.suppress(CloseError):
            return await me.close.leads.get(lead.id)
    return lead
