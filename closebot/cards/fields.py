"""Fields in which a record of Close is chosen, the same in every form.

Their options come from `features/pickers.py` as one types.
"""

from collections.abc import Sequence

from closebot.close import Contact, Lead, Organization, Pipeline, User
from closebot.slack import kit
from closebot.slack.kit import Json

LEAD = "pickers.lead"
CONTACT = "pickers.contact"
USER = "pickers.user"


def lead_field(lead: Lead | None = None, *, hint: str = "", name: str = "lead") -> Json:
    """Draw the field for a lead; `lead` stands in it at the start."""
    initial = kit.option(lead.id, lead.display_name) if lead else None
    element = kit.external_select(LEAD, "Type a name, an e-mail or a domain", initial=initial)
    return kit.field(name, "Lead", element, hint=hint)


def contact_field(contact: Contact | None = None, *, optional: bool = True) -> Json:
    """Draw the field for a contact of the lead that stands in the form's `lead` field.

    What comes back is `cont_… lead_…`: read it with `read_contact`.
    """
    initial = None
    if contact:
        said = contact.display_name or contact.name
        initial = kit.option(f"{contact.id} {contact.lead_id}", said)
    element = kit.external_select(CONTACT, "Somebody at this lead", initial=initial)
    return kit.field("contact", "Contact", element, optional=optional)


def read_contact(value: str, lead_id: str) -> str:
    """Return the id of a chosen contact; empty for none.

    Raises `ValueError` with a sentence when it is one of another lead.
    """
    contact_id, _, of = value.partition(" ")
    if contact_id and of != lead_id:
        raise ValueError("This contact belongs to another lead. Choose one of this lead.")
    return contact_id


def user_field(user_id: str, user_name: str, *, name: str = "owner", words: str = "Owner") -> Json:
    """Draw the field for somebody of the organization; the named one stands in it."""
    initial = kit.option(user_id, user_name) if user_id else None
    element = kit.external_select(USER, "Type a name", initial=initial)
    return kit.field(name, words, element)


def user_of(user_id: str, users: Sequence[User]) -> str:
    """Return a user's name; the id where it is nobody that is known."""
    return next((user.name for user in users if user.id == user_id), user_id)


def permission_fields(*, is_all: bool = True) -> list[Json]:
    """Draw the question whether words of another company may go into Close; its field: `allowed`.

    `is_all`: all that stands in the form is theirs, so there is no Submit without it.
    """
    box = {
        "type": "checkboxes",
        "action_id": "value",
        "options": [{"text": kit.label("Yes, it may be kept in our Close"), "value": "yes"}],
    }
    said = "*This comes from a channel shared with another company.*"
    if not is_all:
        said = "*Some of it comes from a channel shared with another company.* Tick the box, or "
        said += "empty those fields."
    return [
        kit.section(f":warning: {said}"),
        kit.field("allowed", "Shared channel", box, optional=not is_all),
    ]


def lead_status_field(organization: Organization, chosen: str = "") -> Json | None:
    """Draw the field for a lead's status; None where the organization has none."""
    choices = [(one.id, one.label) for one in organization.lead_statuses]
    if not choices:
        return None
    first = chosen or choices[0][0]
    return kit.field("status", "Status", kit.long_menu("Status", choices, chosen=first))


def opportunity_status_field(pipelines: Sequence[Pipeline], chosen: str = "") -> Json | None:
    """Draw the field for pipeline and status in one, grouped; None where there is no status."""
    groups = [
        (pipeline.name, [(status.id, status.label) for status in pipeline.statuses])
        for pipeline in pipelines
        if pipeline.statuses
    ]
    if not groups:
        return None
    first = chosen or groups[0][1][0][0]
    return kit.field("status", "Status", kit.grouped_menu("Status", groups, chosen=first))
