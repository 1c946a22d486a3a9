"""What a link to Close unfolds to: names and sums, nothing that is meant for few.

Everybody in the conversation reads it. Rich text is not taken in an unfurl, so CRM text stands in
rows, which are literal too. https://docs.slack.dev/messaging/unfurling-links-in-messages
"""

from collections import Counter
from datetime import date

from closebot.cards.connect import connect_button
from closebot.cards.dates import say_day
from closebot.cards.lead_parts import say_name, say_owner
from closebot.cards.leads import ADD_NOTE
from closebot.cards.opportunities import PERIODS
from closebot.close import AppPage, Contact, Lead, Money, Opportunity
from closebot.slack import kit
from closebot.slack.kit import Json

NOT_NOW = "unfurl.not_now"
NEVER = "unfurl.never"

_SHORT = 150
_PAGES = {
    "search": ("A search in Close", "Open it to see what it finds."),
    "report": ("A report in Close", "Open it to see its numbers."),
    "page": ("A Close page", "Open it in Close."),
}


def lead_unfurl(lead: Lead, page: AppPage) -> list[Json]:
    """Draw a lead: its status, its owner, and what its open opportunities add up to."""
    return _draw(say_name(lead), _say_lead(lead), "Lead in Close", lead.id, page)


def contact_unfurl(contact: Contact, lead: Lead, page: AppPage) -> list[Json]:
    """Draw a contact by name and title, and the lead that it stands at."""
    name = (contact.display_name or contact.name).strip() or "No name"
    where = ", ".join(filter(None, (contact.title.strip(), say_name(lead))))
    details = f"{kit.clip(where, 2 * _SHORT)}\n{_say_lead(lead)}"
    return _draw(name, details, "Contact in Close", lead.id, page)


def opportunity_unfurl(deal: Opportunity, page: AppPage, *, today: date) -> list[Json]:
    """Draw an opportunity: its lead, value, status, date and owner. `today` is the sharer's."""
    lead = kit.clip(deal.lead_name.strip() or "Untitled lead", _SHORT // 2)
    details = [f"Status {_short(deal.status_label or 'none')}"]
    if deal.confidence is not None and deal.is_open:
        details.append(f"{deal.confidence} %")
    if deal.date_won:
        when = "expected to close" if deal.is_open else "closed"
        details.append(f"{when} {say_day(deal.date_won, today)}")
    details.append(f"Owner {_short(deal.user_name or 'nobody')}")
    title = f"{lead}: {deal.money_text or 'no value'}"
    return _draw(title, "  ·  ".join(details), "Opportunity in Close", deal.lead_id, page)


def page_unfurl(page: AppPage) -> list[Json]:
    """Draw any other page of Close, without a word of what stands on it."""
    title, details = _PAGES.get(page.kind, _PAGES["page"])
    return [kit.row(title, details), kit.actions(_open(page))]


def sign_in_blocks() -> list[Json]:
    """Ask the person who shared a link, privately, to connect."""
    said = (
        "*Connect your Close account* and links to Close that you share unfold here, with what "
        "you may see yourself."
    )
    buttons = (
        connect_button(),
        kit.button("Not now", NOT_NOW),
        kit.button("Never ask again", NEVER),
    )
    return [kit.section(said), kit.actions(*buttons)]


def _draw(title: str, details: str, kind: str, lead_id: str, page: AppPage) -> list[Json]:
    note = [kit.button("Add note", ADD_NOTE, value=lead_id)] if lead_id else []
    return [kit.row(title, details), kit.context(kind), kit.actions(*note, _open(page))]


def _open(page: AppPage) -> Json:
    return kit.button("Open in Close", "link.unfurl", url=page.address)


def _say_lead(lead: Lead) -> str:
    said = f"Status {_short(lead.status_label or 'none')}"
    if owner := say_owner(lead, is_public=True):
        said += f"  ·  Owner {_short(owner)}"
    return f"{said}\n{_say_sums(lead)}"


def _say_sums(lead: Lead) -> str:
    """Say what the open opportunities add up to, each currency and period by itself."""
    deals = lead.open_opportunities
    if not deals:
        return "No open opportunities"
    count = "1 open opportunity" if len(deals) == 1 else f"{len(deals)} open opportunities"
    sums: Counter[tuple[str, str]] = Counter()
    for deal in deals:
        if deal.value is not None:
            sums[deal.value_currency or "USD", deal.value_period] += deal.value
    worth = [
        f"{Money(total, currency)} {word}"
        for period, word in PERIODS
        for (currency, each), total in sums.items()
        if each == period and total
    ]
    return f"{count}: {', '.join(worth)}" if worth else count


def _short(text: str) -> str:
    return kit.clip(text, _SHORT)
