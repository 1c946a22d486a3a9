"""What one morning costs: 1,000 people, 50,000 open tasks, 5,000 of them due, all at nine.

    python bench/digest.py 5000|50000|sandbox

A Close sandbox with the large seed runs as a process of its own, a Slack sandbox as another. Two
mornings are made: one digest of everybody's tasks, and one personal digest for each person. Then
one for each of 200 channels, with five people each, by a Close that has nothing but due tasks and
takes 100 ms for each answer (crowd.py): 5,000 of them, and ten times as many. Prints how many
requests Close got (one for 100 tasks and one for 10,000 are allowed), the seconds until the
last was answered against what the requests take five at once (1.1 times that is allowed), until
the last message stood in Slack, and by how much this process grew at its peak (30 MB are allowed).
One figure a line: the morning, what, how much, how much is allowed, and the unit.
"""

import asyncio
import gc
import json
import os
import re
import resource
import sys
import tempfile
import threading
import time as clock
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Self

import aiohttp

from closebot.app import Bot, build
from closebot.cards.digest_plan import Plan
from closebot.features.digests import Posts, Runner
from closebot.settings import read_settings
from closebot.store import Connection, Digest, Owner, new_key

MOST_GROWTH = 30.0
CHANNELS, SLOW, AT_ONCE, PEOPLE = 200, 0.1, 5, 1000
KEY = "api_bench.key"
SECRETS = {"SLACK_BOT_TOKEN": "xoxb-1-bench", "SLACK_SIGNING_SECRET": "5ec2e7"}
NOW = datetime.now(UTC).replace(microsecond=0)


def memory() -> float:
    """Return how much memory this process has now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


class Watch:
    """Looks at this process's memory every 10 ms."""

    def __enter__(self) -> Self:
        gc.collect()
        self.start = self.peak = memory()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()
        return self

    def look(self) -> None:
        while not self.over.wait(0.01):
            self.peak = max(self.peak, memory())

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()
        self.grown = self.peak - self.start


@asynccontextmanager
async def child(*command: str, pattern: str, **environ: str) -> AsyncIterator[str]:
    """Run a process of its own; yield what `pattern` finds in what it says first."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, env=os.environ | environ, stdout=asyncio.subprocess.PIPE
    )
    try:
        while not (found := re.search(pattern, (await process.stdout.readline()).decode())):
            if process.returncode is not None:
                raise SystemExit(f"{command[0]} did not start")
        reading = asyncio.create_task(process.stdout.read())  # so that it never has to wait
        yield found[1]
        reading.cancel()
    finally:
        process.terminate()
        await process.wait()


def sandbox(name: str, pattern: str, *options: str, **environ: str) -> Any:
    return child("-m", "closebot", "sandbox", name, *options, pattern=pattern, **environ)


async def measure(
    bot: Bot, name: str, digests: list[Digest], asked_url: str, *, due: int = 5900, timed: str = "-"
) -> None:
    for digest in digests:
        await bot.store.digests.add(digest)
    runner = Runner(bot.people, Posts(bot.outgoing, sleep=no_wait))
    before = await count(asked_url)
    answered = []
    ask = bot.transport.request

    async def note(*given: Any, **named: Any) -> Any:
        try:
            return await ask(*given, **named)
        finally:
            answered.append(clock.perf_counter())

    bot.transport.request = note
    with Watch() as watch:
        began = clock.perf_counter()
        await runner.tick(NOW)
        seconds = clock.perf_counter() - began
    bot.transport.request = ask
    asked = await count(asked_url) - before
    ends: dict[str, int] = {}
    for digest in digests:
        for end in (await bot.store.digest_runs.ends(digest.id)).values():
            ends[end] = ends.get(end, 0) + 1
        await bot.store.digests.remove(digest.id)
    print(f"{name}: {len(digests)} digests, {json.dumps(ends)}")
    reading = max(answered, default=began) - began
    ratio = reading / (asked * SLOW / AT_ONCE)
    print(f"digest, {name} | requests to Close | {asked} | {-(-due // 100) - (-due // 10_000)} | ")
    print(f"digest, {name} | reading / requests x {SLOW} s / {AT_ONCE} | {ratio:.2f} | {timed} | ×")
    print(f"digest, {name} | until the last message stood | {seconds:.2f} | - | s")
    print(f"digest, {name} | memory grew by | {watch.grown:.1f} | {MOST_GROWTH:g} | MB", flush=True)


async def count(asked_url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(asked_url) as answer:
        asked = await answer.json()
    return len(asked["data"])


def plan_of(**more: Any) -> dict[str, Any]:
    made = Plan(time=time(9), days=tuple(range(7)), zone="UTC", **more)
    return made.model_dump(mode="json")


def digest_of(name: str, who: Connection, plan: dict[str, Any], channel: str) -> Digest:
    return Digest(
        id=name, owner=who.owner, channel=channel, made_by=channel,
        close_user_id=who.close_user_id, organization_id=who.organization_id, plan=plan,
        next_day=str(NOW.date()), next_at=NOW, made_at=NOW,
    )  # fmt: skip


def connection_of(owner: Owner, user_id: str, name: str, organization_id: str) -> Connection:
    return Connection(
        owner=owner, kind="api_key", secret=KEY, close_user_id=user_id, close_user_name=name,
        organization_id=organization_id, organization_name="", zone="UTC", zone_seen_at=NOW,
        connected_at=NOW,
    )  # fmt: skip


@asynccontextmanager
async def open_bot(slack_url: str, close_url: str, folder: str) -> AsyncIterator[Bot]:
    environ = {"SLACK_API_URL": slack_url, "CLOSE_API_URL": close_url, "CLOSEBOT_KEYS": new_key()}
    bot = build(read_settings({**SECRETS, **environ, "CLOSEBOT_DB": f"{folder}/{new_key()}.db"}))
    bot.identity.update(await bot.outgoing.call("auth.test"))
    try:
        yield bot
    finally:
        await bot.stop()


async def everybody_and_each(people: int, folder: str, slack_url: str) -> None:
    close = sandbox("close", r"(http\S+/api/v1/)", "--seed", "large", CLOSEBOT_SANDBOX_KEY=KEY)
    async with close as url, open_bot(slack_url, url, folder) as bot:
        asked_url = url.replace("/api/v1/", "/_sandbox/requests")
        team, member = bot.identity["team_id"], await find_member(bot)
        me = (await bot.people.connect(Owner(team, member), KEY, "UTC")).connection
        users = await (await bot.people.find(me.owner)).users()
        everybody = digest_of("all", me, plan_of(whose="everyone"), member)
        await measure(bot, "everybody's tasks", [everybody], asked_url)
        await measure(bot, "once more", [everybody], asked_url)
        personal = []
        for number, user in enumerate(users[:people]):
            owner = Owner(team, f"U{number:06}")
            who = connection_of(owner, user.id, user.name, me.organization_id)
            await bot.store.save_connection(who)
            plan = plan_of(whose="mine", people=((user.id, user.name),))
            personal.append(digest_of(f"own {number}", who, plan, member))
        await measure(bot, "personal", personal, asked_url)


async def channels(due: int, folder: str, slack_url: str) -> None:
    crowd = child("bench/crowd.py", str(due), pattern=r"port (\d+)")
    async with crowd as port:
        url = f"http://127.0.0.1:{port}"
        async with open_bot(slack_url, f"{url}/api/v1/", folder) as bot:
            member = await find_member(bot)
            owner = Owner(bot.identity["team_id"], member)
            me = connection_of(owner, f"user_{0:022}", "Person 0", "orga_1")
            await bot.store.save_connection(me)
            made = []
            for number in range(CHANNELS):
                of = range(number * 5, number * 5 + 5)
                few = tuple((f"user_{one:022}", f"Person {one}") for one in of)
                plan = plan_of(whose="people", people=few)
                made.append(digest_of(f"channel {number}", me, plan, member))
            name = f"{CHANNELS} channels, {due:,} due"
            await measure(bot, name, made, f"{url}/asked", due=due, timed="1.1")


async def main(part: str, folder: str) -> None:
    async with sandbox("slack", r"(http\S+/api/)", **SECRETS) as slack_url:
        if part == "sandbox":
            await everybody_and_each(PEOPLE, folder, slack_url)
        else:
            await channels(int(part), folder, slack_url)


async def no_wait(_: float) -> None:
    """Wait for nothing: 1,000 messages to one person would take 1,000 seconds."""


async def find_member(bot: Bot) -> str:
    listed = await bot.outgoing.call("users.list")
    people = [one for one in listed["members"] if not one.get("is_bot")]
    return people[0]["id"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(sys.argv[1], folder))
