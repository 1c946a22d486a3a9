"""Digests between the two simulators, told the time by a test: no scheduler, no waiting."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from closebot.app import Bot, build
from closebot.cards.digest_plan import Plan
from closebot.features.digests import Posts, Runner
from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.slack_api import SlackSandbox
from closebot.settings import read_settings
from closebot.store import Connection, Digest, Owner
from tests.workspace import environ_for

SECOND = timedelta(seconds=1)


async def no_wait(_: float) -> None:
    """Wait for nothing."""


@dataclass
class Stage:
    """Both simulators, a bot that was not started, and what makes its digests."""

    slack: SlackSandbox
    close: CloseSandbox
    bot: Bot
    runner: Runner
    environ: dict[str, str]
    # Of this day, as the simulators' seeds are, and at one hour, whenever the tests run.
    now: datetime = field(default_factory=lambda: datetime.combine(
        datetime.now(UTC), time(10, 30), tzinfo=UTC))  # fmt: skip

    async def connect(self, key: str) -> Owner:
        """Let somebody of the sandbox company have connected."""
        person = self.slack.member(key)
        owner = Owner(self.bot.identity["team_id"], person.id)
        await self.bot.store.save_connection(
            Connection(
                owner=owner,
                kind="api_key",
                secret=self.close.keys[key],
                close_user_id=self.close.user_ids[key],
                close_user_name=person.name,
                organization_id=self.close.organization["id"],
                organization_name=self.close.organization["name"],
                zone="Europe/Prague",
                zone_seen_at=self.now,
                connected_at=self.now,
            )
        )
        return owner

    async def add(self, key: str, name: str = "one", *, channel: str = "sales", **plan) -> Digest:
        """Keep a digest that is due now; `name` stands in its message."""
        owner = Owner(self.bot.identity["team_id"], self.slack.member(key).id)
        asked = {"time": time(9), "days": tuple(range(7)), "zone": "UTC", "whose": "everyone"}
        digest = Digest(
            id=name,
            owner=owner,
            channel=owner.user if channel == "dm" else self.slack.channel(channel).id,
            made_by=owner.user,
            close_user_id=self.close.user_ids[key],
            organization_id=self.close.organization["id"],
            plan=Plan(**asked | {"maker": f"<{name}>"} | plan).model_dump(mode="json"),
            next_day=str(self.now.date()),
            next_at=self.now,
            made_at=self.now - timedelta(days=1),
            is_personal=channel == "dm",
        )
        await self.bot.store.digests.add(digest)
        return digest

    async def tick(self, after: float = 0) -> None:
        """Tell the runner that it is so many seconds after the start."""
        await self.runner.tick(self.now + after * SECOND)

    async def end(self, name: str = "one", *, most: int = 20) -> str:
        """Go on until the first run of a digest has ended, and return how."""
        for step in range(most):
            await self.tick(step * 6)
            ends = [*(await self.bot.store.digest_runs.ends(name)).values()]
            if ends and ends[0] != "open":
                return ends[0]
        raise AssertionError(f"{name} has not ended: {ends}")

    def posts(self, name: str = "one") -> list[str]:
        """Return the messages of a digest, wherever they stand."""
        return [post["text"] for post in self.sent if f"<{name}>" in post["text"]]

    @property
    def sent(self) -> list[dict[str, str]]:
        """Every message in the rooms that the tests use, as people read it."""
        ana, mia = self.slack.member("ana"), self.slack.member("mia")
        rooms = [(ana, "sales"), (ana, "general"), (ana, "dm"), (mia, "dm"), (ana, "deal-desk")]
        return [
            {"room": room, "who": who.key, "text": message.text}
            for who, room in rooms
            for message in who.messages(room)
        ]


def make_runner(bot: Bot) -> Runner:
    """Make a runner that does not wait between two messages to a channel."""
    return Runner(bot.people, Posts(bot.outgoing, sleep=no_wait))


@asynccontextmanager
async def open_stage(folder: Path, seed: str = "small") -> AsyncIterator[Stage]:
    """Start both simulators, and build a bot that does nothing by itself."""
    async with SlackSandbox() as slack, CloseSandbox(seed=seed) as close:
        environ = environ_for(slack, close, folder, "socket")
        bot = build(read_settings(environ))
        bot.identity.update(await bot.outgoing.call("auth.test"))
        try:
            yield Stage(slack, close, bot, make_runner(bot), environ)
        finally:
            await bot.stop()
