"""Look through the deals: mine, everybody's, won or lost, of one pipeline, or of one lead."""

from collections.abc import Sequence
from dataclasses import dataclass

from closebot.cards.opportunities import MOST_LISTED, NEXT, PREVIOUS, opportunity_list
from closebot.cards.pipeline import find_pipeline, no_pipeline
from closebot.close import Lead, OpportunityTotals, Pipeline
from closebot.features.opportunities.declared import feature
from closebot.people import Meant, Person, find_meant, name_lead
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call

_TITLES = {
    "mine": "Your open opportunities",
    "all": "Open opportunities",
    "won": "Won opportunities",
    "lost": "Lost opportunities",
}
OF_LEAD = "of"
_MOST_OF_LEAD = 500
_SHORT = 150


@dataclass(frozen=True)
class Choice:
    """Which list somebody asked for: whose, and of which pipeline, by its name or id."""

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
    """Answer with the opportunities of the lead that the words or the channel mean."""
    meant = await find_meant(me, words, call.channel)
    if meant.lead is not None:
        await me.see_lead(meant.lead, call.channel)
        await respond(await _page_of_lead(meant.lead, 0, me))
    elif meant.words:
        await respond(_not_one(meant, call.slash))
    else:
        await respond(kit.sentence(f"Of which lead? For example `{call.slash} opp Acme`."))


async def _turn(words: str, me: Person, respond: Respond) -> None:
    skip, _, choice = words.partition(" ")
    start = int(skip) if skip.isdecimal() and len(skip) < 7 else 0
    whose, _, lead_id = choice.partition(" ")
    if whose == OF_LEAD:
        page = await _page_of_lead(await name_lead(me, lead_id), start, me)
    else:
        page = await _page(Choice.read(choice), start, me)
    await respond(page, replace=True)


async def _page(choice: Choice, skip: int, me: Person) -> Json:
    title, status_ids = _TITLES[choice.scope], []
    if choice.pipeline:
        pipeline, others = await _find_pipeline(choice.pipeline, me)
        if pipeline is None:
            return no_pipeline(choice.pipeline, others)
        title = f"{title} in {kit.clip(pipeline.name.strip() or 'Untitled', _SHORT)}"
        choice = Choice(choice.scope, pipeline.id)
        status_ids = [status.id for status in pipeline.statuses]
        if not status_ids:  # which Close would take for: in any status
            return opportunity_list(title, (), OpportunityTotals(), today=me.today)
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
    if skip and not deals:  # they have become fewer meanwhile
        return await _page(choice, 0, me)
    return opportunity_list(title, deals, walk.totals, today=me.today, skip=skip, pages=str(choice))


async def _find_pipeline(name: str, me: Person) -> tuple[Pipeline | None, Sequence[Pipeline]]:
    """Find a pipeline, also one that is younger than what is known; and name those there are."""
    known = (await me.organization()).pipelines
    if found := find_pipeline(name, known):
        return found, known
    me.forget_setup()
    known = (await me.organization()).pipelines
    return find_pipeline(name, known), known


async def _page_of_lead(lead: Lead, skip: int, me: Person) -> Json:
    """Draw a page of a lead's opportunities, open ones first, which Close has no order for."""
    walk = me.close.opportunities.list(lead_id=lead.id, most=_MOST_OF_LEAD)
    deals = sorted(await walk.all(), key=lambda deal: (not deal.is_open, deal.status_type))
    shown = deals[skip : skip + MOST_LISTED] or deals[:MOST_LISTED]
    return opportunity_list(
        f"Opportunities of {kit.clip(lead.display_name.strip() or 'Untitled', 150)}",
        shown,
        walk.totals,
        today=me.today,
        skip=skip if skip < len(deals) else 0,
        pages=f"{OF_LEAD} {lead.id}",
    )


def _not_one(meant: Meant, slash: str) -> Json:
    words, count = meant.words, meant.count
    said = "No lead matches " if count == 0 else f"{count} leads match "
    pieces = [
        kit.words(said, bold=True),
        kit.quoted(words),
        kit.words(". Say it more closely, or look it up with "),
        kit.code(f"{slash} lead {kit.clip(words, 100)}"),
        kit.words("."),
    ]
    return kit.message(f"{said}“{kit.quote(words, 500)}”.", [kit.rich(kit.line(*pieces))])
