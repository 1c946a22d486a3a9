"""What stands on a lead's card and in a row of a list: each part drawn by itself."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

from closebot.cards.dates import say_day, say_due, say_moment
from closebot.close import Contact, Lead, Opportunity, Status, Task
from closebot.slack import kit
from closebot.slack.kit import Json

# Where organizations keep who owns a lead: Close has no owner of its own.
OWNER_FIELDS = ("Lead Owner", "Account Owner", "Owner", "Sales Rep")
_MOST_CONTACTS = 5
_MOST_OPPORTUNITIES = 5
_MOMENT = timedelta(seconds=5)
_SHORT = 150  # of any one name or address: a card stays a card


def say_name(lead: Lead) -> str:
    """Say a lead's name."""
    return lead.display_name.strip() or "Untitled"


def with_own_status(statuses: Sequence[Status], lead: Lead) -> list[Status]:
    """Return the statuses with the lead's own among them, also one that is newer than they."""
    if not lead.status_id or any(one.id == lead.status_id for one in statuses):
        return list(statuses)
    return [Status(id=lead.status_id, label=lead.status_label), *statuses]


def facts_line(lead: Lead, *, is_public: bool, names: Mapping[str, str]) -> Json:
    """Draw status, owner and website; what is not for everybody only where it is not public."""
    pieces = [kit.words("Status  ", bold=True), _short(lead.status_label or "none")]
    if named := say_owner(lead, is_public=is_public, names=names):
        owner = _short(named) if is_public else kit.mark(_short(named), "custom fields")
        pieces += [kit.words("     Owner  ", bold=True), owner]
    if lead.url:
        pieces += [
            kit.words("     Website  ", bold=True),
            kit.link(lead.url, kit.clip(_bare(lead.url), _SHORT)),
        ]
    if lead.description and not is_public:
        said = kit.words(kit.clip(lead.description, 280), italic=True)
        pieces += [kit.words("\n"), kit.mark(said, "descriptions")]
    return kit.line(*pieces)


def _short(text: str, *, bold: bool = False) -> Json:
    return kit.words(kit.clip(text, _SHORT), bold=bold)


def say_owner(lead: Lead, *, is_public: bool, names: Mapping[str, str] | None = None) -> str:
    """Name who owns the lead; empty where that is not for everybody.

    Close has no owner of its own on a lead: organizations use a custom field, or go by who owns
    the open opportunities. `names`: of users, by id, as far as they are known.
    """
    known = dict(names or {}) | _names(lead)
    owners = read_owners(lead)
    named = [known.get(one, "a colleague") if _is_user(one) else one for one in owners]
    deals = list(dict.fromkeys(one.user_name for one in lead.open_opportunities if one.user_name))
    if named and not is_public:
        return ", ".join(dict.fromkeys(named))
    if named and not set(named) <= set(deals):
        return ""
    if deals:
        return ", ".join(deals)
    return f"nobody (created by {lead.created_by_name})" if lead.created_by_name else "nobody"


def read_owners(lead: Lead) -> list[str]:
    """Return what stands in the lead's field for an owner: ids of users, or names."""
    for field in OWNER_FIELDS:
        value = lead.custom_by_name.get(field)
        several = value if isinstance(value, list) else [value]
        if found := [one for one in several if isinstance(one, str) and one.strip()]:
            return found
    return []


def has_unnamed_owner(lead: Lead, names: Mapping[str, str]) -> bool:
    """Tell whether the lead's owner is a user whose name neither it nor `names` gives."""
    known = names.keys() | _names(lead).keys()
    return any(_is_user(one) and one not in known for one in read_owners(lead))


def _is_user(value: str) -> bool:
    return value.startswith("user_")


def _names(lead: Lead) -> dict[str, str]:
    """Return the users' names that come with the lead, its deals and tasks."""
    known = {lead.created_by: lead.created_by_name, lead.updated_by: lead.updated_by_name}
    known |= {deal.user_id: deal.user_name for deal in lead.opportunities or ()}
    known |= {task.assigned_to: task.assigned_to_name for task in lead.tasks or ()}
    return {user_id: name for user_id, name in known.items() if user_id and name}


def custom_line(said: Sequence[tuple[str, str]]) -> Json | None:
    """Draw custom fields by name and value; None for none."""
    pieces: list[Json] = []
    for name, value in said:
        gap = "     " if pieces else ""
        pieces += [kit.words(f"{gap}{kit.clip(name, 50)}  ", bold=True), _short(value)]
    return kit.line(*[kit.mark(one, "custom fields") for one in pieces]) if pieces else None


def contact_lines(lead: Lead) -> list[Json]:
    """Draw the people at the lead."""
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


def opportunity_lines(lead: Lead, today: date) -> list[Json]:
    """Draw the open opportunities."""
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


def task_line(lead: Lead, today: date, zone: ZoneInfo) -> Json:
    """Draw the open task that comes first."""
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


def say_in_short(lead: Lead) -> str:
    """Tell leads of a list apart: status, first contact, open opportunities."""
    details = [lead.status_label or "no status"]
    if lead.contacts:
        first = lead.contacts[0].display_name or lead.contacts[0].name or "1 contact"
        others = len(lead.contacts) - 1
        details.append(f"{first} and {others} more" if others else first)
    if lead.open_opportunities:
        details.append(_say_deals(lead))
    return "  ·  ".join(details)


def _say_deals(lead: Lead) -> str:
    deals = lead.open_opportunities
    if len(deals) == 1:
        return f"1 open opportunity: {deals[0].money_text or 'no value'}"
    return f"{len(deals)} open opportunities"


def say_in_words(lead: Lead) -> str:
    """Say the card in one line, for notifications and screen readers; escaped."""
    said = f"{lead.display_name or 'Untitled'}: {say_in_short(lead)}"
    return kit.quote(said, kit.MESSAGE)


def _bare(url: str) -> str:
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def say_last_change(lead: Lead, today: date, zone: ZoneInfo) -> str:
    """Say what of the lead was changed last, and when, as far as the lead itself tells.

    An activity would be one more request; a change of a task, deal or contact comes with the lead.
    """
    changes = [
        *((one.date_updated, "Task changed") for one in lead.tasks or ()),
        *((one.date_updated, "Opportunity changed") for one in lead.opportunities or ()),
        *((one.date_updated, "Contact changed") for one in lead.contacts or ()),
    ]
    moment, said = max(
        ((at, said) for at, said in changes if at is not None),
        key=itemgetter(0),
        default=(None, ""),
    )
    own = lead.date_updated
    # A change of any of these changes the lead as well, a moment later.
    if own is not None and (moment is None or own - moment > _MOMENT):
        moment, said = own, "Lead changed"
    if moment is None:
        return ""
    return f"{said}  ·  {say_moment(moment, today, zone)}"
