"""A contact with every way to reach them, and a list of contacts."""

from closebot.cards.leads import VIEW as VIEW_LEAD
from closebot.close import Contact, ContactsFound, Lead
from closebot.slack import kit
from closebot.slack.kit import Json

VIEW = "contacts.view"
MOST_LISTED = 10
_SHORT = 150
_MOST_WAYS = 10


def contact_card(contact: Contact, lead: Lead | None) -> Json:
    """Draw a contact; `lead` is where they work, or None where that is not known."""
    name = _name(contact)
    facts = [("Title", contact.title)] if contact.title else []
    facts.append(("Lead", (lead.display_name.strip() or "Untitled") if lead else "not known"))
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
    blocks = [kit.header(name), kit.rich(*parts)]
    return kit.message(kit.quote(name), blocks + ([kit.actions(*buttons)] if buttons else []))


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
