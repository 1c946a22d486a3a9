"""A lead, and a list of leads.

CRM text stands in rich text and plain text, which Slack does not parse: names are shown as they
are, ping nobody and forge no link.
"""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from closebot.cards.dates import say_day, say_due
from closebot.close import Contact, Lead, LeadsFound, Opportunity, Status, Task
from closebot.slack import kit
from closebot.slack.kit import Json

VIEW = "leads.view"
STATUS = "leads.status"
SHARE = "leads.share"

MOST_LISTED = 10
_MOST_CONTACTS = 5
_MOST_OPPORTUNITIES = 5
_SHORT = 150  # of any one name or address: a card stays a card
_OWNER_FIELDS = ("Lead Owner", "Account Owner", "Owner", "Sales Rep")


def lead_card(
    lead: Lead,
    *,
    today: date,
    zone: ZoneInfo,
    statuses: Sequence[Status] = (),
    shared_by: str = "",
    is_shared: bool = False,
) -> Json:
    """Draw one lead.

    `today` and `zone` are the reader's. With `statuses` its status can be changed from a menu;
    each option carries the lead's id and the status's. `shared_by`: the name of the person who
    posts the card for a channel; such a card has nothing that acts, and neither description nor
    custom fields. `is_shared`: the private card after that, which says so in the button's place.
    """
    parts = [
        _facts(lead, is_public=bool(shared_by)),
        *_contacts(lead),
        *_opportunities(lead, today),
        _next_task(lead, today, zone),
    ]
    blocks = [kit.header(_name(lead)), kit.rich(*parts)]
    buttons = [kit.button("Open in Close", "link.lead", url=lead.html_url)]
    if statuses and not shared_by:
        options = [(f"{lead.id} {one.id}", one.label) for one in statuses]
        chosen = f"{lead.id} {lead.status_id}"
        buttons.insert(0, kit.select(STATUS, "Status", options, chosen=chosen))
    if shared_by:
        said = kit.line(kit.words(f"{shared_by} shared a lead from Close", italic=True))
        blocks.insert(0, kit.rich(said))
    elif not is_shared:
        buttons.append(_share_button(lead))
    blocks.append(kit.actions(*buttons))
    if is_shared:
        blocks.append(kit.context("You shared this lead here."))
    return kit.message(_in_words(lead), blocks)


def lead_list(found: LeadsFound, words: str) -> Json:
    """Draw several leads, each with a button that opens its card in the list's place."""
    leads = found.leads[:MOST_LISTED]
    count = max(found.total or 0, len(found.leads))
    blocks = [kit.rich(kit.line(kit.words(f"{count} leads match ", bold=True), kit.quoted(words)))]
    for lead in leads:
        view = kit.button("View", VIEW, value=lead.id)
        blocks.append(kit.row(_name(lead), _one_line(lead), accessory=view))
    if count > len(leads):
        more = f"The first {len(leads)} of {count}. More words narrow the search."
        blocks.append(kit.context(more))
    return kit.message(f"{count} leads match “{kit.quote(words, 200)}”", blocks)


def no_lead(words: str, *, slash: str, verb: str = "") -> Json:
    """Say that nothing was found, repeat what was typed, and say what can be done now.

    `verb`: a known verb that the first word resembles.
    """
    pieces = [kit.words("No lead matches ", bold=True), kit.quoted(words), kit.words(".")]
    if verb:
        pieces += [kit.words(" Did you mean "), kit.code(f"{slash} {verb}"), kit.words("?")]
    pieces.append(
        kit.words(
            " Try fewer words, an e-mail address, a phone number or a domain, or create the lead "
            "in Close."
        )
    )
    create = kit.button("Create in Close", "link.create_lead", url="https://app.close.com/")
    blocks = [kit.rich(kit.line(*pieces)), kit.actions(create)]
    return kit.message(f"No lead matches “{kit.quote(words, 2000)}”.", blocks)


def _short(text: str, *, bold: bool = False) -> Json:
    return kit.words(kit.clip(text, _SHORT), bold=bold)


def _name(lead: Lead) -> str:
    return lead.display_name.strip() or "Untitled"


def _share_button(lead: Lead) -> Json:
    asked = kit.confirm(
        "Share this lead?",
        "Everybody in this conversation, also people of other companies, will see its status, "
        "contacts, open opportunities and next task.",
        "Share",
    )
    return kit.button("Share here", SHARE, value=lead.id, confirm=asked)


def _facts(lead: Lead, *, is_public: bool) -> Json:
    pieces = [kit.words("Status  ", bold=True), _short(lead.status_label or "none")]
    pieces += [kit.words("     Owner  ", bold=True), _short(_owner(lead, is_public=is_public))]
    if lead.url:
        pieces += [
            kit.words("     Website  ", bold=True),
            kit.link(lead.url, kit.clip(_bare(lead.url), _SHORT)),
        ]
    if lead.description and not is_public:
        pieces += [kit.words("\n"), kit.words(kit.clip(lead.description, 280), italic=True)]
    return kit.line(*pieces)


def _owner(lead: Lead, *, is_public: bool) -> str:
    """Name who owns the lead.

    Close has no owner of its own on a lead: organizations use a custom field, or go by who owns
    the open opportunities. A field may hold a user's id; its name stands with deals and tasks.
    """
    known = {deal.user_id: deal.user_name for deal in lead.opportunities or ()}
    known |= {task.assigned_to: task.assigned_to_name for task in lead.tasks or ()}
    for field in () if is_public else _OWNER_FIELDS:
        value = lead.custom_by_name.get(field)
        if isinstance(value, str) and value:
            name = known.get(value, "") if value.startswith("user_") else value
            if name:
                return name
    names = dict.fromkeys(deal.user_name for deal in lead.open_opportunities if deal.user_name)
    if names:
        return ", ".join(names)
    return f"nobody (created by {lead.created_by_name})" if lead.created_by_name else "nobody"


def _contacts(lead: Lead) -> list[Json]:
    if not lead.contacts:
        return [kit.line(kit.words("\nContacts  ", bold=True), kit.words("none"))]
    shown = [_contact(contact) for contact in lead.contacts[:_MOST_CONTACTS]]
    shown += _and_more(len(lead.contacts) - len(shown))
    return [kit.line(kit.words("\nContacts", bold=True)), kit.bullets(shown)]


def _contact(contact: Contact) -> Json:
    pieces = [_short(contact.display_name or contact.name or "No name", bold=True)]
    if contact.title:
        pieces.append(_short(f", {contact.title}"))
    for phone in [one for one in contact.phones if one.phone][:2]:
        pieces += [
            kit.words("  ·  "),
            kit.link(f"tel:{phone.phone}", kit.clip(phone.phone_formatted or phone.phone, _SHORT)),
        ]
    for email in [one for one in contact.emails if one.email][:2]:
        pieces += [
            kit.words("  ·  "),
            kit.link(f"mailto:{email.email}", kit.clip(email.email, _SHORT)),
        ]
    return kit.line(*pieces)


def _opportunities(lead: Lead, today: date) -> list[Json]:
    deals = lead.open_opportunities
    if not deals:
        return [kit.line(kit.words("\nOpen opportunities  ", bold=True), kit.words("none"))]
    shown = [_opportunity(deal, today) for deal in deals[:_MOST_OPPORTUNITIES]]
    shown += _and_more(len(deals) - len(shown))
    return [kit.line(kit.words("\nOpen opportunities", bold=True)), kit.bullets(shown)]


def _opportunity(deal: Opportunity, today: date) -> Json:
    details = [deal.status_label or "no status"]
    if deal.confidence is not None:
        details.append(f"{deal.confidence} %")
    if deal.date_won:
        details.append(f"expected to close {say_day(deal.date_won, today)}")
    if deal.user_name:
        details.append(deal.user_name)
    return kit.line(
        kit.words(deal.money_text or "no value", bold=True),
        kit.words("  ·  " + "  ·  ".join(kit.clip(detail, _SHORT) for detail in details)),
    )


def _next_task(lead: Lead, today: date, zone: ZoneInfo) -> Json:
    task = _soonest(lead.tasks or ())
    if task is None:
        return kit.line(kit.words("\nNext task  ", bold=True), kit.words("none"))
    details = f"  ·  {say_due(task.date, today, zone)}"
    if task.assigned_to_name:
        details += f"  ·  {kit.clip(task.assigned_to_name, _SHORT)}"
    return kit.line(
        kit.words("\nNext task  ", bold=True),
        kit.words(kit.clip(task.text or "Untitled task", 200)),
        kit.words(details),
    )


def _soonest(tasks: Sequence[Task]) -> Task | None:
    """Pick the open task whose day comes first; those without a date come last."""
    waiting = [task for task in tasks if not task.is_complete]
    return min(waiting, key=lambda task: (task.date is None, str(task.date)), default=None)


def _and_more(count: int) -> list[Json]:
    return [kit.line(kit.words(f"and {count} more in Close", italic=True))] if count > 0 else []


def _one_line(lead: Lead) -> str:
    """Tell leads of a list apart: status, first contact, open opportunities."""
    details = [lead.status_label or "no status"]
    if lead.contacts:
        first = lead.contacts[0].display_name or lead.contacts[0].name or "1 contact"
        others = len(lead.contacts) - 1
        details.append(f"{first} and {others} more" if others else first)
    if lead.open_opportunities:
        details.append(_deals_in_words(lead))
    return "  ·  ".join(details)


def _deals_in_words(lead: Lead) -> str:
    deals = lead.open_opportunities
    if len(deals) == 1:
        return f"1 open opportunity: {deals[0].money_text or 'no value'}"
    return f"{len(deals)} open opportunities"


def _in_words(lead: Lead) -> str:
    """Say the card in one line, for notifications and screen readers; escaped."""
    said = f"{lead.display_name or 'Untitled'}: {_one_line(lead)}"
    return kit.quote(said, kit.MESSAGE)


def _bare(url: str) -> str:
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
