"""See a pipeline at a glance: stage by stage, everybody's deals or mine."""

import asyncio
from collections.abc import Sequence
from functools import partial

from closebot.cards.pipeline import Stage, add_up, find_pipeline, no_pipeline, pipeline_card
from closebot.close import Status
from closebot.people import Person
from closebot.slack.feature import Feature
from closebot.slack.outgoing import Respond

feature = Feature("pipeline")

_MOST_ASKED = 20  # stages; five requests run at once


@feature.command(
    "pipeline",
    usage="pipeline [name] [mine]",
    help="Show a pipeline stage by stage: count, value, expected value",
    example="pipeline Sales mine",
)
async def show_pipeline(words: str, me: Person, respond: Respond) -> None:
    """Answer with the default pipeline, or the one that was named; one small request a stage."""
    name, is_mine = read_choice(words)
    organization = await me.organization()
    pipeline = find_pipeline(name, organization.pipelines, me.preferences.pipeline)
    if pipeline is None:  # it may be younger than what is known
        me.forget_setup()
        organization = await me.organization()
        pipeline = find_pipeline(name, organization.pipelines, me.preferences.pipeline)
    if pipeline is None:
        await respond(no_pipeline(name, organization.pipelines))
        return
    owners = [me.connection.close_user_id] if is_mine else []
    open_ones = [status for status in pipeline.statuses if status.type not in ("won", "lost")]

    if len(open_ones) > _MOST_ASKED:
        stages = await _add_up(open_ones, owners, me)
    else:
        stages = await _count(open_ones, owners, me)
    draw = partial(pipeline_card, pipeline, stages, currency=organization.currency, is_mine=is_mine)
    await respond(draw(), plainer=draw(in_text=True))


async def _count(statuses: Sequence[Status], owners: Sequence[str], me: Person) -> list[Stage]:
    async def count(status: Status) -> Stage:
        filters = {"status_ids": [status.id], "user_ids": owners}
        return Stage(status, await me.close.opportunities.totals(**filters))

    counting = [asyncio.ensure_future(count(status)) for status in statuses]
    try:
        return await asyncio.gather(*counting)
    finally:
        for task in counting:  # when one fails, the others are not left running
            task.cancel()


async def _add_up(statuses: Sequence[Status], owners: Sequence[str], me: Person) -> list[Stage]:
    """Add up the deals themselves: a request for each of so many stages would take too long."""
    deals = await me.close.opportunities.list(user_ids=owners, status_types=["active"]).all()
    return [
        Stage(status, add_up([deal for deal in deals if deal.status_id == status.id]))
        for status in statuses
    ]


def read_choice(words: str) -> tuple[str, bool]:
    """Read a pipeline's name and whether it is for one's own deals, in either order."""
    parts = words.split()
    mine = [part for part in parts if part.lower() == "mine"]
    return " ".join(part for part in parts if part.lower() != "mine"), bool(mine)
