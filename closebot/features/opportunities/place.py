"""Where an answer goes: into a channel that others read, or to one person."""

from closebot.slack import kit
from closebot.slack.forms import Done, Reply, Show
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond, SlackFailed
from closebot.slack.payloads import Call


def is_channel(call: Call) -> bool:
    """Say whether something was started where others read along: not in a direct message."""
    return bool(call.channel and call.response_url) and not call.channel.startswith("D")


async def put(respond: Respond, card: Json, said: str, *, replace: bool = False) -> Reply:
    """Show a card after Submit; what was written is not denied because Slack did not take it."""
    try:
        await respond(card, replace=replace)
    except SlackFailed:
        lost = f"{said} Its card could not be shown where you began. Look it up again to see it."
        return Show(kit.modal("opportunities.done", "Opportunity", [kit.section(lost)]))
    return Done(said)
