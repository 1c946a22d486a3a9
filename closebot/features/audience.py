"""Let an admin of this Slack allow posts in a channel that another company or guests read too."""

import logging

from closebot.audience import Audience, LatePlace, NotPosted, SharedPlace
from closebot.slack import kit
from closebot.slack.feature import Feature
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call
from closebot.store import Owner

log = logging.getLogger(__name__)

feature = Feature("audience")


@feature.command(
    "allow",
    usage="allow [off]",
    help="Allow posts where another company or guests read too (Slack admins)",
    example="allow",
)
async def allow_channel(
    words: str, call: Call, owner: Owner, audience: Audience, respond: Respond
) -> None:
    """Allow this channel, or with `off` no longer."""
    if words.lower() not in ("", "off"):
        said = f"Nothing was changed: `{call.slash} allow` takes no words but `off`."
    elif not (await audience.find_standing(owner)).is_admin:
        said = (
            "Nothing was changed: only an admin of this Slack can do this. Ask one to type "
            f"`{call.slash} allow` here."
        )
    elif words:
        said = await _forbid(call, audience)
    else:
        said = await _allow(call, audience)
    await respond(kit.sentence(said))


async def _allow(call: Call, audience: Audience) -> str:
    try:
        obstacle = await audience.find_obstacle(call.channel)
    except LatePlace:
        return "Nothing was changed: Slack did not say in time who reads along here. Try again."
    except NotPosted:
        return (
            "Nothing was changed: Slack does not tell closebot who reads along here. Invite it to "
            "a private channel first, with `/invite @closebot`; direct and group messages cannot "
            "be allowed."
        )
    if obstacle is None:
        return (
            "This channel is not shared with another company, and no guests are in it, so there "
            "is nothing to allow."
        )
    await audience.allow(call.channel, obstacle)
    who = "the other company reads" if obstacle is SharedPlace else "guests in this channel read"
    log.info("posts were allowed in a channel by %s: %s", call.user, obstacle.__name__)
    return (
        f"Allowed: what people post here from Close, {who} too from now on. "
        f"`{call.slash} allow off` takes that back."
    )


async def _forbid(call: Call, audience: Audience) -> str:
    if not await audience.was_allowed(call.channel):
        return "This channel was not allowed, so nothing was changed."
    await audience.allow(call.channel, None)
    log.info("posts are no longer allowed in a channel, by %s", call.user)
    return (
        "No longer allowed: nothing from Close is posted here while another company or guests "
        "read along."
    )
