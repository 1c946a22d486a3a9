"""See a pipeline at a glance: stage by stage, everybody's deals or mine."""

import asyncio

from closebot.cards.pipeline import Stage, find_pipeline, no_pipeline, pipeline_card
from closebot.close import Status
from closebot.people import Person
from closebot.slack.feature import Feature
from closebot.slack.outgoing import Respond

feature = Feature("pipeline")


@feature.command(
    "pipeline",
    usage="pipeline [name] [mine]",
    help="Show a pipeline stage by stage: count, value, expected value",
    example="pipeline Sales mine",
)
async def show_pipeline(words: str, me: Person, respond: Respond) -> None:
    """Answer with the first pipeline, or the one that was named; one small request a stage."""
    name, is_mine = read_choice(words)
    organization = await me.organization()
    pipeline = find_pipeline(name, organization.pipelines)
    if pipeline is None:
        await respond(no_pipeline(name, organization.pipelines))
        return
    owners = [me.connection.close_user_id] if is_mine else []
    open_ones = [status for status in pipeline.statuses if status.type not in ("won", "lost")]

    async def count(status: Status) -> Stage:
        filters = {"status_ids": [status.id], "user_ids": owners}
        return Stage(status, await me.close.opportunities.totals(**filters))

    counting = [asyncio.ensure_future(count(status)) for status in open_ones]
    try:
        stages = await asyncio.gather(*counting)
    finally:
        for task in counting:  # when one fails, the others are not left running
            task.cancel()
    currency = organization.currency
    await respond(pipeline_card(pipeline, stages, currency=currency, is_mine=is_mine))


def read_choice(words: str) -> tuple[str, bool]:
    """Read a pipeline's name and whether it is for one's own deals, in either order."""
    parts = words.split()
    mine = [part for part in parts if part.lower() == "mine"]
    return " ".join(part for part in parts if part.lower() != "mine"), bool(mine)
