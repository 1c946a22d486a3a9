"""Where digests are posted."""

from closebot.slack.payloads import Call


def place_of(call: Call) -> str:
    """Return where a digest that is set up or looked for here is posted.

    From a direct message that is the person: Slack takes their id for their conversation with
    the bot, whoever the message was with.
    """
    return call.user if is_personal(call.channel) else call.channel


def is_personal(channel: str) -> bool:
    """Say whether a channel is a direct message between two."""
    return channel.startswith("D")
