"""Opportunities in a list, and what they add up to."""

from collections.abc import Sequence
from datetime import date

from closebot.cards.dates import say_day
from closebot.close import Money, Opportunity, OpportunityTotals
from closebot.slack import kit
from closebot.slack.kit import Json

VIEW = "opportunities.view"
NEXT = "opportunities.next"
PREVIOUS = "opportunities.previous"
MOST_LISTED = 10
_SHORT = 100
PERIODS = (("one_time", "one-time"), ("monthly", "monthly"), ("annual", "annual"))


def opportunity_list(
    title: str,
    deals: Sequence[Opportunity],
    totals: OpportunityTotals,
    *,
    today: date,
    skip: int = 0,
    pages: str = "",
) -> Json:
    """Draw a page of opportunities: how many there are in all, their sums, and a row for each.

    `skip`: how many stand before this page; `pages` says which list it is to the buttons for the
    pages before and after.
    """
    count = totals.total_results
    currency = deals[0].value_currency if deals else ""
    pieces = [kit.words(f"{title}: {count}", bold=True)]
    if sums := say_sums(totals, currency):
        pieces.append(kit.words(f"\n{sums}"))
    blocks = [kit.rich(kit.line(*pieces))]
    blocks += [opportunity_row(deal, today) for deal in deals[:MOST_LISTED]]
    buttons = _turn(skip, len(deals), count, pages) if pages else []
    if buttons and deals:
        blocks.append(kit.context(f"{skip + 1} to {skip + len(deals)} of {count}"))
    if buttons:
        blocks.append(kit.actions(*buttons))
    elif len(deals) < count and not pages:
        blocks.append(kit.context(f"The first {len(deals)} of {count}. All of them are in Close."))
    return kit.message(f"{kit.quote(title, 300)}: {count}", blocks)


def opportunity_row(deal: Opportunity, today: date, *, reader: str = "") -> Json:
    """Draw an opportunity in a list, with View.

    `reader`: the Close user who reads it; whose it is is said of others' only.
    """
    view = kit.button("View", VIEW, value=deal.id)
    return kit.row(_title(deal), _details(deal, today, reader), accessory=view)


def say_sums(totals: OpportunityTotals, currency: str) -> str:
    """Say what opportunities are worth, period by period, and what of it is expected."""
    worth = [
        f"{Money(total, currency or 'USD')} {word}"
        for period, word in PERIODS
        if (total := getattr(totals, f"total_value_{period}"))
    ]
    expected = [
        f"{Money(total, currency or 'USD')} {word}"
        for period, word in PERIODS
        if (total := getattr(totals, f"expected_value_{period}"))
    ]
    said = [f"Value {', '.join(worth)}"] if worth else []
    return "  ·  ".join([*said, *([f"expected {', '.join(expected)}"] if expected else [])])


def _title(deal: Opportunity) -> str:
    lead = kit.clip(deal.lead_name.strip() or "Untitled lead", _SHORT)
    return f"{lead}: {deal.money_text or 'no value'}"


def _details(deal: Opportunity, today: date, reader: str) -> str:
    details = [kit.clip(deal.status_label or "no status", _SHORT)]
    if deal.confidence is not None and deal.is_open:
        details.append(f"{deal.confidence} %")
    if deal.date_won:
        when = "expected to close" if deal.is_open else "closed"
        details.append(f"{when} {say_day(deal.date_won, today)}")
    if not reader or deal.user_id != reader:
        details.append(kit.clip(deal.user_name or "nobody", _SHORT))
    return "  ·  ".join(details)


def _turn(skip: int, shown: int, count: int, pages: str) -> list[Json]:
    buttons = []
    if skip:
        before = max(skip - MOST_LISTED, 0)
        buttons.append(kit.button("Previous", PREVIOUS, value=f"{before} {pages}"))
    if skip + shown < count:
        buttons.append(kit.button("Next", NEXT, value=f"{skip + shown} {pages}"))
    return buttons
