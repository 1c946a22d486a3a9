"""Help that teaches: every verb, what it does, and a line to copy. It works before connecting."""

from closebot.slack import kit
from closebot.slack.feature import Declared, Feature
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call

feature = Feature("help")


def help_message(commands: tuple[Declared, ...], slash: str) -> Json:
    """List the commands in the order of their features."""
    blocks = [kit.section("*Close, from Slack.* What you type here, only you see.")]
    for one in commands:
        line = f"`{slash} {kit.escape(one.usage)}`\n{one.help}."
        if one.example != one.usage:
            line += f" Try `{slash} {kit.escape(one.example)}`"
        blocks.append(kit.section(line))
    blocks.append(kit.context(f"Without a verb, closebot looks for a lead: `{slash} Acme`"))
    said = "\n".join(f"{slash} {kit.escape(one.usage)}: {one.help}" for one in commands)
    return kit.message(said, blocks)


@feature.command("help", usage="help", help="Show this list", bare=True)
async def show_help(call: Call, respond: Respond, commands: tuple[Declared, ...]) -> None:
    """Answer with the list of commands."""
    await respond(help_message(commands, call.slash))
