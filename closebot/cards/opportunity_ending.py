"""What is asked before an opportunity is lost or deleted."""

from datetime import date
from zoneinfo import ZoneInfo

from closebot.cards.opportunity_card import name_deal, say_facts
from closebot.close import Opportunity
from closebot.slack import kit
from closebot.slack.kit import Json

LOSE = "opportunities.lose"
DELETE_SURELY = "opportunities.delete_surely"


def lost_form(deal: Opportunity) -> Json:
    """Ask why an opportunity is lost."""
    said = [kit.words(name_deal(deal), bold=True), kit.words(" will be marked as lost.")]
    reason = kit.text_input(
        "reason",
        "Reason",
        hint="Kept as a note on the lead",
        multiline=True,
        optional=True,
        longest=2500,
    )
    return kit.modal(
        LOSE,
        "Lost",
        [kit.rich(kit.line(*said)), reason],
        submit="Mark as lost",
        close="Cancel",
        metadata=deal.id,
    )


def lost_note(deal: Opportunity, reason: str) -> str:
    """Write the note that keeps the reason."""
    value = f", {deal.money_text}" if deal.money_text else ""
    return f"Lost: {deal.lead_name or 'Untitled lead'}{value}: {reason}"


def delete_form(deal: Opportunity, *, today: date, zone: ZoneInfo) -> Json:
    """Show what would be deleted, and ask."""
    blocks = [
        kit.header(name_deal(deal)),
        say_facts(deal, today, zone),
        kit.section("This opportunity would be deleted in Close, for everybody and for good."),
    ]
    kept = f"{deal.id} {deal.lead_id or '-'} {kit.clip(name_deal(deal), 200)}"
    return kit.modal(
        DELETE_SURELY,
        "Delete opportunity",
        blocks,
        submit="Delete",
        close="Cancel",
        metadata=kept,
    )


def read_deleted(state: str) -> tuple[str, str, str]:
    """Return the id, the lead's id and the name that `delete_form` has kept."""
    deal_id, lead_id, name = state.split(" ", 2)
    return deal_id, "" if lead_id == "-" else lead_id, name
