"""The real bot between the two simulators, and people who use it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from closebot.app import Bot, build
from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.slack_api import Member, SlackSandbox
from closebot.settings import read_settings
from closebot.store import new_key


@dataclass
class Workspace:
    """The real bot between a Slack and a Close on loopback."""

    slack: SlackSandbox
    close: CloseSandbox
    bot: Bot
    environ: dict[str, str]

    def person(self, key: str) -> Member:
        """Drive Slack as somebody of the sandbox company."""
        return self.slack.member(key)

    def forget_organizations(self) -> None:
        """Let the bot ask Close again how organizations are set up."""
        self.bot.people.known.clear()

    async def connected(self, key: str) -> Member:
        """Return somebody who has connected their Close account."""
        person = self.person(key)
        await person.command("/close connect", channel="sales")
        await self.slack.until(lambda: person.modal)
        await person.fill("Close API key", self.close.keys[key])
        await person.submit()
        await self.slack.until(lambda: person.modal and "Connected" in person.modal.title)
        await person.close_modal()
        return person

    async def read(self, person: Member, *words: str, channel: str = "sales"):
        """Wait until the newest message that this person sees holds all of these words."""

        def newest():
            message = person.last(channel)
            return message if message and all(word in message.text for word in words) else None

        return await self.slack.until(newest)


def environ_for(
    slack: SlackSandbox, close: CloseSandbox, folder: Path, mode: str
) -> dict[str, str]:
    """Return the environment that a deployment between the simulators would have."""
    common = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "CLOSE_API_URL": close.api_url,
        "CLOSEBOT_KEYS": new_key(),
        "CLOSEBOT_DB": str(folder / "closebot.db"),
    }
    if mode == "socket":
        return common | {"SLACK_APP_TOKEN": slack.app_token}
    return common | {
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "HOST": "127.0.0.1",
        "PORT": "0",
    }


@asynccontextmanager
async def open_workspace(folder: Path, mode: str, **options: float) -> AsyncIterator[Workspace]:
    """Start both simulators and the bot, and stop them."""

    def now() -> datetime:
        return datetime.now(UTC)

    async with SlackSandbox(now=now) as slack, CloseSandbox(now=now) as close:
        environ = environ_for(slack, close, folder, mode)
        bot = build(read_settings(environ), **options)
        await bot.start()
        if mode == "http":
            slack.request_url = f"http://127.0.0.1:{bot.port}/slack/events"
        workspace = Workspace(slack, close, bot, environ)
        try:
            yield workspace
        finally:
            await workspace.bot.stop()  # a test may have started another one
            await asyncio.sleep(0)
