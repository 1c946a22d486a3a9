"""The form of an opportunity, new or to be changed."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from closebot.cards.custom import custom_inputs
from closebot.cards.edits import mark_fields
from closebot.cards.fields import (
    contact_field,
    lead_field,
    opportunity_status_field,
    user_field,
    user_of,
)
from closebot.cards.opportunity_card import name_deal
from closebot.close import (
    Contact,
    CustomField,
    Lead,
    Money,
    Opportunity,
    Organization,
    User,
)
from closebot.slack import kit
from closebot.slack.kit import Json

CREATE = "opportunities.create"
SAVE = "opportunities.save"
EVERYBODY = "everybody"
_PERIODS = (("one_time", "One-time"), ("monthly", "Monthly"), ("annual", "Annual"))
_LONGEST_NOTE = kit.SECTION
_NO_FIELDS = "Close did not say which custom fields there are, so they are left out here."


def new_form(
    organization: Organization,
    *,
    owner: tuple[str, str],
    lead: Lead | None = None,
    hint: str = "",
    fields: Sequence[CustomField] | None = (),
    zone: ZoneInfo | None = None,
    in_channel: bool = False,
    pipeline_id: str = "",
    shares: bool = False,
) -> Json:
    """Draw the form for a new opportunity.

    `owner`: id and name of whoever is proposed. `fields` None: they could not be had. In a channel
    it asks who is to see the card; `shares` proposes everybody. The first status is that of the
    pipeline with `pipeline_id`. Without any status there is nothing to fill in.
    """
    first = next(
        (
            one.id
            for each in sorted(organization.pipelines, key=lambda one: one.id != pipeline_id)
            for one in each.statuses
            if one.type == "active"
        ),
        "",
    )
    status = opportunity_status_field(organization.pipelines, first)
    if status is None:
        said = "There is no pipeline with a status in this organization yet."
        text = kit.section(f"{said} Make one in Close, then try again.")
        return kit.modal("opportunities.none", "New opportunity", [text])
    blocks = [
        lead_field(lead, hint=hint),
        contact_field(),
        status,
        *_terms(organization.currency),
        user_field(*owner),
        _note(""),
        *custom_inputs(fields or (), zone=zone),
    ]
    if in_channel:
        audience = (("me", "Only me"), (EVERYBODY, "Everybody here"))
        shown = kit.radio(audience, chosen=EVERYBODY if shares else "me")
        hint = (
            "Everybody here would see lead, status, value, confidence, close date, contact and "
            "owner."
        )
        blocks.append(kit.field("audience", "Show the card to", shown, hint=hint))
    if fields is None:
        blocks.append(kit.context(_NO_FIELDS))
    return kit.modal(CREATE, "New opportunity", blocks, submit="Create", close="Cancel")


def edit_form(
    deal: Opportunity,
    organization: Organization,
    *,
    contacts: Sequence[Contact] | None = (),
    fields: Sequence[CustomField] | None = (),
    users: Sequence[User] = (),
    zone: ZoneInfo | None = None,
) -> Json:
    """Draw the form with what an opportunity has; its lead cannot be changed.

    `contacts` and `fields` None: they could not be had.
    """
    name = kit.line(kit.words(name_deal(deal), bold=True))
    blocks = [kit.rich(name), kit.context("An opportunity stays with its lead.")]
    if contacts:
        blocks.append(_contact_menu(deal, contacts))
    status = opportunity_status_field(organization.pipelines, deal.status_id)
    blocks += [
        *([status] if status else []),
        *_terms(deal.value_currency or organization.currency, deal),
        user_field(deal.user_id, deal.user_name or user_of(deal.user_id, users)),
    ]
    if len(deal.note) <= _LONGEST_NOTE:
        blocks.append(_note(deal.note))
    blocks += custom_inputs(fields or (), deal.custom, users=users, zone=zone)
    if len(deal.note) > _LONGEST_NOTE:
        blocks.append(kit.context("The note is longer than fits here: change it in Close."))
    if contacts is None:
        blocks.append(kit.context("Close did not say who is at this lead: no contact here."))
    if fields is None:
        blocks.append(kit.context(_NO_FIELDS))
    kept = f"{deal.id} {deal.lead_id or '-'} {mark_fields(blocks)}"
    return kit.modal(SAVE, "Edit opportunity", blocks, submit="Save", close="Cancel", metadata=kept)


def _terms(currency: str, deal: Opportunity | None = None) -> list[Json]:
    value = deal.money if deal else None
    confidence = deal.confidence if deal else None
    example = Money(500050, currency or "USD")
    period = deal.value_period if deal and deal.value_period else "one_time"
    return [
        kit.text_input(
            "value",
            "Value",
            hint=f"In {currency}" if currency else "",
            placeholder=f"5k, 5,000 or {example}",
            initial=str(value) if value else "",
            optional=True,
        ),
        kit.field("period", "Period", kit.radio(_PERIODS, chosen=period)),
        kit.text_input(
            "confidence",
            "Confidence",
            hint="Percent, from 0 to 100" + ("" if deal else "; Close takes 50 for none"),
            placeholder="50",
            initial="" if confidence is None else str(confidence),
            optional=confidence is None,
        ),
        kit.field(
            "close_date",
            "Expected close date",
            kit.datepicker(chosen=deal.date_won if deal else None),
            optional=True,
        ),
    ]


def _note(text: str) -> Json:
    return kit.text_input("note", "Note", initial=text, multiline=True, optional=True)


def _contact_menu(deal: Opportunity, contacts: Sequence[Contact]) -> Json:
    """Draw the contacts of the lead as a menu: the pickers' one needs a lead to choose."""
    known = {one.id: one.display_name or one.name for one in contacts}
    if deal.contact_id:
        own = {deal.contact_id: deal.contact_name or known.get(deal.contact_id, "")}
        known = own | {id_: name for id_, name in known.items() if id_ != deal.contact_id}
    choices = [(f"{id_} {deal.lead_id}", name) for id_, name in known.items()]
    chosen = f"{deal.contact_id} {deal.lead_id}"
    menu = kit.menu("Somebody at this lead", choices, chosen=chosen)
    return kit.field("contact", "Contact", menu, optional=True)


def read_edited(state: str) -> tuple[str, str, str]:
    """Return the id, the lead's id and the marks that `edit_form` has kept."""
    deal_id, lead_id, marks = state.split(" ")
    return deal_id, "" if lead_id == "-" else lead_id, marks
