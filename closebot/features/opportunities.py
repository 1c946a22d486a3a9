"""Look through the deals: mine, everybody's, won or lost, of one pipeline, or of one lead."""

from dataclasses import dataclass

from closebot.cards.opportunities import MOST_LISTED, NEXT, PREVIOUS, opportunity_list
from closebot.cards.pipeline import find_pipeline, no_pipeline
from closebot.close import Opportunity, OpportunityTotals
from closebot.people import Person
from closebot.slack import kit
from closebot.slack.feature import Feature
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call

feature = Feature("opportunities")

_TITLES = {
    "mine": "Your open opportunities",
    "all": "Open opportunities",
    "won": "Won opportunities",
    "lost": "Lost opportunities",
}


@dataclass(frozen=True)
class Choice:
    """Which list somebody asked for: whose, and of which pipeline."""

    scope: str = "mine"
    pipeline: str = ""

    @classmethod
    def read(cls, words: str) -> "Choice":
        """Read what was typed; the first word may say whose, the rest names a pipeline."""
        first, _, rest = words.strip().partition(" ")
        if first.lower() in _TITLES:
            return cls(first.lower(), rest.strip())
        return cls("mine", words.strip())

    def __str__(self) -> str:
        return f"{self.scope} {self.pipeline}".strip()


@feature.command(
    "opps",
    usage="opps [mine/all/won/lost] [pipeline]",
    help="List opportunities, with their sums",
    example="opps all",
)
async def list_opportunities(words: str, me: Person, respond: Respond) -> None:
    """Answer with the first page and what the whole list adds up to."""
    await respond(await _page(Choice.read(words), 0, me))


@feature.action(NEXT)
async def next_page(words: str, me: Person, respond: Respond) -> None:
    """Show the page after this one in its place."""
    await _turn(words, me, respond)


@feature.action(PREVIOUS)
async def previous_page(words: str, me: Person, respond: Respond) -> None:
    """Show the page before this one in its place."""
    await _turn(words, me, respond)


@feature.command("opp", usage="opp <lead>", help="List a lead's opportunities", example="opp Acme")
async def list_of_lead(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Answer with all opportunities of the lead that the words mean, open ones first."""
    if not words:
        await respond(kit.sentence(f"Of which lead? For example `{call.slash} opp Acme`."))
        return
    found = await me.close.leads.search(words, limit=2)
    if len(found.leads) != 1:
        await respond(_not_one(words, found.total or len(found.leads), call.slash))
        return
    lead = found.leads[0]
    deals = sorted(lead.opportunities or (), key=lambda deal: (not deal.is_open, deal.status_type))
    named = [deal.model_copy(update={"lead_name": lead.display_name}) for deal in deals]
    await respond(_of_lead(lead.display_name, named, me))


async def _turn(words: str, me: Person, respond: Respond) -> None:
    skip, _, choice = words.partition(" ")
    start = int(skip) if skip.isdecimal() and len(skip) < 7 else 0
    await respond(await _page(Choice.read(choice), start, me), replace=True)


async def _page(choice: Choice, skip: int, me: Person) -> Json:
    status_ids: list[str] = []
    if choice.pipeline:
        pipelines = (await me.organization()).pipelines
        pipeline = find_pipeline(choice.pipeline, pipelines)
        if pipeline is None:
            return no_pipeline(choice.pipeline, pipelines)
        status_ids = [status.id for status in pipeline.statuses]
        if not status_ids:  # which Close would take for: in any status
            return opportunity_list(
                f"{_TITLES[choice.scope]} in {choice.pipeline}",
                (),
                OpportunityTotals(),
                today=me.today,
            )
    walk = me.close.opportunities.list(
        user_ids=[me.connection.close_user_id] if choice.scope == "mine" else [],
        status_types=["won"] if choice.scope == "won" else
                     ["lost"] if choice.scope == "lost" else ["active"],
        status_ids=status_ids,
        order="date_won" if choice.scope in ("mine", "all") else "-date_updated",
        most=MOST_LISTED,
        skip=skip,
    )  # fmt: skip
    deals = await walk.first()
    title = _TITLES[choice.scope] + (f" in {choice.pipeline}" if choice.pipeline else "")
    return opportunity_list(title, deals, walk.totals, today=me.today, skip=skip, pages=str(choice))


def _of_lead(name: str, deals: list[Opportunity], me: Person) -> Json:
    return opportunity_list(
        f"Opportunities of {kit.clip(name or 'Untitled', 150)}",
        deals[:MOST_LISTED],
        OpportunityTotals(total_results=len(deals)),
        today=me.today,
    )


def _not_one(words: str, count: int, slash: str) -> Json:
    said = "No lead matches " if count == 0 else f"{count} leads match "
    pieces = [
        kit.words(said, bold=True),
        kit.quoted(words),
        kit.words(". Say it more closely, or look it up with "),
        kit.code(f"{slash} lead {kit.clip(words, 100)}"),
        kit.words("."),
    ]
    return kit.message(f"{said}“{kit.quote(words, 500)}”.", [kit.rich(kit.line(*pieces))])
