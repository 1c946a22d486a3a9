"""The forms of a lead: a new one, what it may be a duplicate of, its change, its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from closebot.cards.addresses import HINT, can_be_typed, write_address
from closebot.cards.edits import mark_fields
from closebot.cards.fields import lead_status_field
from closebot.cards.lead_parts import say_in_short, say_name, with_own_status
from closebot.close import Lead, Organization
from closebot.slack import kit
from closebot.slack.kit import Json

CREATE = "leads.create"
CREATE_ANYWAY = "leads.create_anyway"
LOOK = "leads.look"
SAVE = "leads.save"
ERASE = "leads.erase"

LONGEST_NAME = 1000
_LONGEST_WAY = 500
_MOST_SIMILAR = 5
_SIMILAR = "similar-"
_PLACES = {
    "name": "name",
    "url": "website",
    "description": "description",
    "status": "status",
    "addresses": "address",
    "contacts.0.title": "title",
    "contacts.0.emails": "email",
    "contacts.0.phones": "phone",
    "contacts": "contact_name",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a lead before its form is filled in."""

    name: str = ""
    website: str = ""
    contact_name: str = ""
    email: str = ""
    phone: str = ""


def new_lead_form(
    draft: Draft,
    organization: Organization,
    custom: Sequence[Json] = (),
    *,
    hint: str = "",
    replaces: bool = False,
) -> Json:
    """Draw the form for a new lead.

    `custom`: the fields of `custom_inputs`; `hint`: mrkdwn of ours above the form. `replaces`: the
    lead's card takes the place of the message whose button opened this.
    """
    status = lead_status_field(organization)
    blocks = [
        *([kit.context(hint)] if hint else []),
        _name_field(draft.name),
        _website_field(draft.website),
        _description_field(""),
        *([status] if status else []),
        kit.text_input(
            "contact_name", "Contact name", initial=draft.contact_name, optional=True,
            longest=LONGEST_NAME,
        ),
        kit.text_input("title", "Title", optional=True, longest=LONGEST_NAME),
        kit.text_input(
            "email", "E-mail", initial=draft.email, optional=True, longest=_LONGEST_WAY
        ),
        kit.text_input("phone", "Phone", initial=draft.phone, optional=True, longest=_LONGEST_WAY),
        kit.text_input("address", "Address", hint=HINT, multiline=True, optional=True),
        *custom,
    ]  # fmt: skip
    state = "replace" if replaces else ""
    return kit.modal(CREATE, "New lead", blocks, submit="Create", close="Cancel", metadata=state)


def ask_about(form: Json, similar: Sequence[tuple[Lead, str]]) -> Json:
    """Draw a filled form once more with leads that it may be a duplicate of, each with why."""
    kept = [one for one in form["blocks"] if not one.get("block_id", "").startswith(_SIMILAR)]
    count = len(similar)
    said = "A lead like this is in Close already:" if count == 1 else (
        f"{count} leads like this are in Close already:"
    )  # fmt: skip
    question = [kit.section(f":warning: *{said}*")]
    for lead, why in similar[:_MOST_SIMILAR]:
        view = kit.button("View", LOOK, value=lead.id)
        details = f"{why}  ·  {say_in_short(lead)}"
        question.append(kit.row(say_name(lead), details, accessory=view))
    if count > _MOST_SIMILAR:
        question.append(kit.context(f"The first {_MOST_SIMILAR} of {count}."))
    question += [
        kit.actions(kit.button("Create anyway", CREATE_ANYWAY, style="primary")),
        kit.divider(),
    ]
    named = [one | {"block_id": f"{_SIMILAR}{n}"} for n, one in enumerate(question)]
    return form | {"blocks": [*named, *kept][: kit.MOST_VIEW_BLOCKS]}


def look_view(card: Json) -> Json:
    """Draw a lead's card over a form, without what would act."""
    shown = [one for one in card["blocks"] if one["type"] != "actions"]
    links = [one for one in card["blocks"] if one["type"] == "actions"][-1:]
    told = kit.context("Its card stands in the conversation too. Close this to go on.")
    opens = [
        kit.actions(*(element for element in one["elements"] if "url" in element)) for one in links
    ]
    return kit.modal("leads.looked", "Lead", [*shown, *opens, told], close="Back")


def edit_lead_form(lead: Lead, organization: Organization, custom: Sequence[Json] = ()) -> Json:
    """Draw the form for a lead's change, with what is there; what does not fit is left out."""
    there = with_own_status(organization.lead_statuses, lead)
    known = organization.model_copy(update={"lead_statuses": tuple(there)})
    status = lead_status_field(known, lead.status_id)
    # Close shows a lead without a name by its contact's: it may stay so.
    blocks = [_name_field(lead.name, optional=not lead.name.strip()), _website_field(lead.url)]
    left: list[str] = []
    if len(lead.description) <= kit.SECTION:
        blocks.append(_description_field(lead.description))
    else:
        left.append("The description is longer than fits here: change it in Close.")
    if status:
        blocks.append(status)
    if not lead.addresses or (len(lead.addresses) == 1 and can_be_typed(lead.addresses[0])):
        written = write_address(lead.addresses[0]) if lead.addresses else ""
        address = kit.text_input(
            "address", "Address", hint=HINT, initial=written, multiline=True, optional=True
        )
        blocks.append(address)
    else:
        left.append("Its addresses do not fit into a few lines: change them in Close.")
    blocks += [*custom, *(kit.context(one) for one in left)]
    state = f"{lead.id} {mark_fields(blocks)}"
    return kit.modal(SAVE, "Edit lead", blocks, submit="Save", close="Cancel", metadata=state)


def delete_question(lead: Lead) -> Json:
    """Ask whether a lead is to be deleted, and say what goes with it."""
    gone = [
        _count(lead.contacts or (), "contact", "contacts"),
        _count(lead.opportunities or (), "opportunity", "opportunities"),
        _count(lead.tasks or (), "open task", "open tasks"),
        "all of its notes, calls, e-mails and other activities",
    ]
    name = kit.clip(say_name(lead), 300)
    blocks = [
        kit.rich(
            kit.line(kit.words("Delete "), kit.words(name, bold=True), kit.words(" for good?")),
            kit.line(kit.words("\nThis goes with it:")),
            kit.bullets([kit.line(kit.words(one)) for one in gone]),
        ),
        kit.context("Nobody can undo this from Slack."),
    ]
    return kit.modal(
        ERASE,
        "Delete lead",
        blocks,
        submit="Delete",
        close="Cancel",
        metadata=f"{lead.id} {name}",
    )


def deleted(name: str, by: str) -> Json:
    """Say in the place of a card that its lead was deleted."""
    pieces = [
        kit.words(name or "This lead", bold=True),
        kit.words(f" was deleted from Close by {by or 'somebody'}."),
    ]
    said = f"{kit.quote(name or 'This lead', 500)} was deleted from Close."
    return kit.message(said, [kit.rich(kit.line(*pieces))])


def place_faults(fields: Mapping[str, str], messages: Sequence[str], form: Json) -> dict[str, str]:
    """Return what Close found wrong by the fields of a form; what fits nowhere at the first."""
    asked = [one["block_id"] for one in form["blocks"] if one["type"] == "input"]
    wrong: dict[str, list[str]] = {}
    for path, said in fields.items():
        place = path if path.startswith("custom.") else _place(path)
        at = place if place in asked else asked[0]
        text = said or "this does not fit"
        wrong.setdefault(at, []).append(f"{path}: {text}" if at != place else text)
    for said in messages:
        wrong.setdefault(asked[0], []).append(said)
    if not wrong:
        wrong[asked[0]] = ["no reason given"]
    return {at: kit.clip(f"Close says: {'; '.join(all_)}", 500) for at, all_ in wrong.items()}


def _place(path: str) -> str:
    near = (field for start, field in _PLACES.items() if f"{path}.".startswith(f"{start}."))
    return next(near, "")


def _name_field(name: str, *, optional: bool = False) -> Json:
    return kit.text_input(
        "name", "Name", initial=name, focus=True, longest=LONGEST_NAME, optional=optional
    )


def _website_field(website: str) -> Json:
    return kit.text_input(
        "website", "Website", placeholder="acme.com", initial=website, optional=True
    )


def _description_field(description: str) -> Json:
    return kit.text_input(
        "description", "Description", initial=description, multiline=True, optional=True
    )


def _count(found: Sequence[object], one: str, several: str) -> str:
    return f"1 {one}" if len(found) == 1 else f"{len(found) or 'no'} {several}"
