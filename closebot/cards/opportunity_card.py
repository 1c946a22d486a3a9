"""One opportunity: its card, alone or shared, and what is said once it was won or deleted."""

from datetime import date
from zoneinfo import ZoneInfo

from closebot.cards.dates import say_day
from closebot.cards.leads import VIEW as VIEW_LEAD
from closebot.cards.opportunities import PERIODS
from closebot.close import Opportunity
from closebot.close.ids import APP_URL
from closebot.slack import kit
from closebot.slack.kit import Json

WON = "opportunities.won"
LOST = "opportunities.lost"
REOPEN = "opportunities.reopen"
EDIT = "opportunities.edit"
DELETE = "opportunities.delete"
SHARE = "opportunities.share"
TELL = "opportunities.tell"
_SHORT = 150


def opportunity_card(
    deal: Opportunity,
    *,
    today: date,
    zone: ZoneInfo,
    shared_by: str = "",
    remark: str = "",
    is_shared: bool = False,
    can_tell: bool = False,
) -> Json:
    """Draw one opportunity.

    `shared_by`: the name of the person who shows the card to a channel; such a card has nothing
    that acts, and no note. `remark`: a sentence of ours (mrkdwn) below it. `is_shared`: the private
    card after that. `can_tell` offers to tell the channel that it was won.
    """
    blocks = [kit.header(_lead(deal)), say_facts(deal, today, zone)]
    if deal.note and not shared_by:
        note = kit.mark(kit.words(kit.clip(deal.note, 280), italic=True), "notes")
        blocks.append(kit.rich(kit.line(note)))
    if shared_by:
        said = kit.line(kit.words(f"{shared_by} shared an opportunity from Close", italic=True))
        blocks.insert(0, kit.rich(said))
        buttons = [_link(deal)] if deal.lead_id else []
    else:
        buttons = _buttons(deal, can_share=not is_shared, can_tell=can_tell)
    if buttons:
        blocks.append(kit.actions(*buttons))
    if remark:
        blocks.append(kit.context(remark))
    return kit.message(kit.quote(_in_words(deal), kit.MESSAGE), blocks)


def name_deal(deal: Opportunity) -> str:
    """Name an opportunity by its lead and its value, as plain text: “Acme: $12,500.50”."""
    return f"{_lead(deal)}: {deal.money_text or 'no value'}"


def deleted_card(name: str, lead_id: str, *, already: bool = False) -> Json:
    """Say that an opportunity is deleted; `already`: by somebody else, or earlier."""
    pieces = [
        kit.words("This opportunity was no longer there: " if already else "You deleted "),
        kit.words(name, bold=True),
        kit.words("."),
    ]
    blocks = [kit.rich(kit.line(*pieces))]
    if lead_id:
        blocks.append(kit.actions(kit.button("View lead", VIEW_LEAD, value=lead_id)))
    said = "This opportunity was no longer there" if already else "You deleted"
    return kit.message(f"{said}: {kit.quote(name, 500)}", blocks)


def won_line(who: str, deal: Opportunity) -> Json:
    """Draw the one line that tells a channel of a deal that was won."""
    said = f"{who or 'Somebody'} won {name_deal(deal)}"
    return kit.message(kit.quote(said), [kit.rich(kit.line(kit.words(said, bold=True)))])


def say_value(deal: Opportunity) -> str:
    """Say the value with its period, also where that is one-time."""
    if deal.money is None:
        return "none"
    period = dict(PERIODS).get(deal.value_period, "")
    return f"{deal.money} {period}".strip()


def say_facts(deal: Opportunity, today: date, zone: ZoneInfo) -> Json:
    """Say what there is to say of an opportunity beside its lead and its note."""
    status = deal.status_label or "none"
    pipeline = f" ({kit.clip(deal.pipeline_name, _SHORT)})" if deal.pipeline_name else ""
    confidence = "none" if deal.confidence is None else f"{deal.confidence} %"
    return kit.rich(
        kit.line(
            kit.words("Status  ", bold=True),
            _short(status),
            kit.words(pipeline),
            kit.words("\nValue  ", bold=True),
            kit.words(say_value(deal)),
            kit.words("     Confidence  ", bold=True),
            kit.words(confidence),
            kit.words(f"\n{_day_name(deal, today)}  ", bold=True),
            kit.words(_day(deal, today, zone)),
            kit.words("\nContact  ", bold=True),
            _short(deal.contact_name or "none"),
            kit.words("     Owner  ", bold=True),
            _short(deal.user_name or "nobody"),
        )
    )


def _lead(deal: Opportunity) -> str:
    return kit.clip(deal.lead_name.strip() or "Untitled lead", _SHORT)


def _short(text: str) -> Json:
    return kit.words(kit.clip(text, _SHORT))


def _day_name(deal: Opportunity, today: date) -> str:
    if deal.status_type == "won" and deal.date_won and deal.date_won > today:
        return "Close date"  # Close keeps the expected one when a deal is won before it
    return "Expected close date" if deal.is_open else f"Closed ({deal.status_type})"


def _day(deal: Opportunity, today: date, zone: ZoneInfo) -> str:
    day = deal.date_won
    if deal.status_type == "lost":
        # The expected date stays in `date_won`, but that is not when it was lost.
        try:
            day = deal.date_lost.astimezone(zone).date() if deal.date_lost else None
        except OverflowError:  # the first or last day of the calendar has no other zone
            day = deal.date_lost.date() if deal.date_lost else None
    return say_day(day, today) if day else "none"


def _link(deal: Opportunity) -> Json:
    return kit.button("Open in Close", "link.lead", url=f"{APP_URL}/lead/{deal.lead_id}/")


def _buttons(deal: Opportunity, *, can_share: bool, can_tell: bool) -> list[Json]:
    if deal.is_open:
        buttons = [
            kit.button("Won", WON, value=deal.id, style="primary"),
            kit.button("Lost", LOST, value=deal.id),
        ]
    else:
        buttons = [kit.button("Reopen", REOPEN, value=deal.id)]
    if can_tell and deal.status_type == "won":
        asked = kit.confirm(
            "Tell the channel?",
            "Everybody in this conversation will see who won which lead, and the value.",
            "Tell the channel",
        )
        buttons.append(kit.button("Tell the channel", TELL, value=deal.id, confirm=asked))
    entries = [(EDIT, deal.id, "Edit"), (DELETE, deal.id, "Delete")]
    if deal.lead_id:
        buttons.append(_link(deal))
        entries.insert(1, (VIEW_LEAD, deal.lead_id, "View lead"))
    if can_share:
        asked = kit.confirm(
            "Share this opportunity?",
            "Everybody in this conversation will see its lead, status, value, confidence, close "
            "date, contact and owner.",
            "Share",
        )
        buttons.append(kit.button("Share here", SHARE, value=deal.id, confirm=asked))
    return [*buttons, kit.overflow(entries)]


def _in_words(deal: Opportunity) -> str:
    return f"{name_deal(deal)}  ·  {deal.status_label or 'no status'}"
