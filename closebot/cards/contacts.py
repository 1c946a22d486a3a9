"""A contact with every way to reach them, a list of contacts, and the forms for them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo

from closebot.cards.custom import custom_inputs
from closebot.cards.edits import mark_fields
from closebot.cards.fields import lead_field
from closebot.cards.leads import VIEW as VIEW_LEAD
from closebot.cards.ways import MARK, hold_emails, hold_phones, mark, write_line
from closebot.close import Contact, ContactsFound, CustomField, Email, Lead, Phone, User
from closebot.slack import kit
from closebot.slack.kit import Json

VIEW = "contacts.view"
CREATE = "contacts.create"
EDIT = "contacts.edit"
SAVE = "contacts.save"
DELETE = "contacts.delete"
REMOVE = "contacts.remove"
MOST_LISTED = 10
LONGEST_NAME = 1000  # https://developer.close.com/api/resources/contacts
_SHORT = 150
_MOST_WAYS = 10


def contact_card(contact: Contact, lead: Lead | None) -> Json:
    """Draw a contact; `lead` is where they work, or None where that is not known."""
    name = _name(contact)
    facts = [("Title", contact.title)] if contact.title else []
    facts.append(("Lead", _lead_name(lead) if lead else "not known"))
    lines = [kit.line(*_fact(word, said)) for word, said in facts]
    phones = [
        kit.line(
            kit.link(f"tel:{one.phone}", kit.clip(one.phone_formatted or one.phone, _SHORT)),
            kit.words(_kind(one.type)),
        )
        for one in contact.phones
        if one.phone
    ]
    emails = [
        kit.line(
            kit.link(f"mailto:{one.email}", kit.clip(one.email, _SHORT)),
            kit.words(_kind(one.type)),
        )
        for one in contact.emails
        if one.email
    ]
    ways = [*phones, *emails]
    parts = [*lines, *([kit.bullets(ways[:_MOST_WAYS])] if ways else [])]
    if len(ways) > _MOST_WAYS:
        parts.append(kit.line(kit.words(f"and {len(ways) - _MOST_WAYS} more in Close")))
    buttons = []
    if lead:
        buttons.append(kit.button("View lead", VIEW_LEAD, value=lead.id))
        buttons.append(kit.button("Open in Close", "link.lead", url=lead.html_url))
    entries = [(EDIT, contact.id, "Edit"), (DELETE, contact.id, "Delete")]
    buttons.append(kit.overflow(entries))
    blocks = [kit.header(name), kit.rich(*parts), kit.actions(*buttons)]
    return kit.message(kit.quote(name), blocks)


def contact_list(found: ContactsFound, words: str) -> Json:
    """Draw several contacts, each with a button that opens its card in the list's place."""
    contacts = found.contacts[:MOST_LISTED]
    count = max(found.total or 0, len(found.contacts))
    said = f"{count} contacts match "
    blocks = [kit.rich(kit.line(kit.words(said, bold=True), kit.quoted(words)))]
    for contact in contacts:
        view = kit.button("View", VIEW, value=contact.id)
        blocks.append(kit.row(_name(contact), _one_line(contact), accessory=view))
    if count > len(contacts):
        more = f"The first {len(contacts)} of {count}. More words narrow the search."
        blocks.append(kit.context(more))
    return kit.message(f"{said}“{kit.quote(words, 200)}”", blocks)


def no_contact(words: str, *, slash: str) -> Json:
    """Say that nobody was found, repeat what was typed, and say what can be done now."""
    pieces = [
        kit.words("No contact matches ", bold=True),
        kit.quoted(words),
        kit.words(". Try fewer words, an e-mail address or a phone number, or look for a lead: "),
        kit.code(f"{slash} lead {kit.clip(words, 100)}"),
    ]
    said = f"No contact matches “{kit.quote(words, 2000)}”."
    return kit.message(said, [kit.rich(kit.line(*pieces))])


@dataclass(frozen=True)
class Editing:
    """What the form for a contact held at first, as marks; kept in the modal."""

    contact_id: str
    fields: str = ""
    emails: str = ""
    phones: str = ""

    @classmethod
    def read(cls, state: str) -> "Editing":
        """Read what a modal kept."""
        return cls(**json.loads(state))

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @property
    def email_marks(self) -> list[str]:
        """The marks of the addresses that stood there."""
        return _cut(self.emails)

    @property
    def phone_marks(self) -> list[str]:
        """The marks of the numbers that stood there."""
        return _cut(self.phones)


def new_contact_form(
    lead: Lead | None,
    fields: Sequence[CustomField],
    *,
    hint: str = "",
    zone: ZoneInfo | None = None,
) -> Json:
    """Draw the form for a new contact; `hint` says what is not clear about the lead."""
    blocks = [lead_field(lead, hint=hint), *_inputs(None), *custom_inputs(fields, zone=zone)]
    return kit.modal(CREATE, "New contact", blocks, submit="Save", close="Cancel")


def edit_contact_form(
    contact: Contact,
    fields: Sequence[CustomField],
    *,
    users: Sequence[User] = (),
    zone: ZoneInfo | None = None,
) -> Json:
    """Draw the form with what is there now; what it cannot hold is named, and kept."""
    emails, phones = hold_emails(contact.emails), hold_phones(contact.phones)
    blocks = [
        *_inputs(contact, emails, phones),
        *custom_inputs(fields, contact.custom, users=users, zone=zone),
    ]
    editing = Editing(
        contact.id,
        mark_fields(blocks),
        "".join(map(mark, emails)),
        "".join(map(mark, phones)),
    )
    others = len(contact.emails) + len(contact.phones) - len(emails) - len(phones)
    if others:
        said = f"{others} more of the e-mails and phones can be changed in Close only; they stay."
        blocks.append(kit.context(said))
    return kit.modal(
        SAVE, "Edit contact", blocks, submit="Save", close="Cancel", metadata=str(editing)
    )


def delete_contact_form(contact: Contact, lead: Lead | None) -> Json:
    """Ask before a contact is deleted: who it is, and of which lead."""
    said = [kit.words("Delete "), kit.words(kit.clip(_name(contact), _SHORT), bold=True)]
    if lead:
        said += [kit.words(" of "), kit.words(kit.clip(_lead_name(lead), _SHORT), bold=True)]
    said.append(kit.words(" in Close? This cannot be undone."))
    metadata = json.dumps([contact.id, kit.clip(_name(contact), _SHORT)])
    blocks = [kit.rich(kit.line(*said))]
    return kit.modal(
        REMOVE, "Delete contact", blocks, submit="Delete", close="Cancel", metadata=metadata
    )


def contact_deleted(name: str, *, by_us: bool) -> Json:
    """Say that a contact is gone; `by_us`: it was there until now."""
    said = " was deleted in Close." if by_us else " had been deleted already."
    line = kit.line(kit.words(name, bold=True), kit.words(said))
    return kit.message(kit.quote(name) + said, [kit.rich(line)])


def _inputs(
    contact: Contact | None, emails: Sequence[Email] = (), phones: Sequence[Phone] = ()
) -> list[Json]:
    name = contact.name if contact else ""
    return [
        kit.text_input(
            "name",
            "Name",
            initial=name,
            focus=True,
            longest=LONGEST_NAME,
            optional=bool(contact and not name),
        ),
        kit.text_input(
            "title",
            "Title",
            initial=contact.title if contact else "",
            placeholder="Head of Procurement",
            longest=LONGEST_NAME,
            optional=True,
        ),
        kit.text_input(
            "email",
            "E-mail",
            initial="\n".join(map(write_line, emails)),
            placeholder="jane@acme.com office",
            hint="One per line, its type after it: office, mobile, home, direct, other …",
            multiline=True,
            optional=True,
        ),
        kit.text_input(
            "phone",
            "Phone",
            initial="\n".join(map(write_line, phones)),
            placeholder="+1 415 555 1234 mobile",
            hint="One per line, its type after it: office, mobile, home, direct, fax, other …",
            multiline=True,
            optional=True,
        ),
    ]


def _cut(marks: str) -> list[str]:
    return [marks[start : start + MARK] for start in range(0, len(marks), MARK)]


def _lead_name(lead: Lead) -> str:
    return lead.display_name.strip() or "Untitled"


def _name(contact: Contact) -> str:
    return (contact.display_name or contact.name).strip() or "No name"


def _one_line(contact: Contact) -> str:
    details = [contact.title, *(one.email for one in contact.emails[:1])]
    details += [one.phone_formatted or one.phone for one in contact.phones[:1]]
    return "  ·  ".join(kit.clip(detail, _SHORT) for detail in details if detail)


def _fact(word: str, said: str) -> tuple[Json, Json, Json]:
    shown = kit.words(kit.clip(said, _SHORT))
    return kit.words(f"{word}  ", bold=True), shown, kit.words("\n")


def _kind(kind: str) -> str:
    return f"  {kit.clip(kind, _SHORT)}" if kind else ""
