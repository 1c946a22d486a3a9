"""No digest twice and none lost, wherever a process is killed and however many there are.

DIGEST_CRASHES=200 kills more often than the suite does.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.digest_stage import open_stage

CRASHES = int(os.environ.get("DIGEST_CRASHES", "20"))
STEPS = 16  # more than one tick has: the last ones let it end
LONGEST = 0.3  # seconds: longer than one tick takes
ROOT = Path(__file__).parents[2]


class Children:
    """Processes that are forked from one, so that none has to import closebot anew."""

    def __init__(self, process, stage):
        self.process, self.stage = process, stage

    async def tick(self, *each):
        """Let a child tick for each of these orders, at once; return their exit codes."""
        same = {"environ": self.stage.environ, "now": self.stage.now.isoformat()}
        line = json.dumps([same | one for one in each]) + "\n"
        self.process.stdin.write(line.encode())
        await self.process.stdin.drain()
        async with asyncio.timeout(30):
            return json.loads(await self.process.stdout.readline())


@asynccontextmanager
async def open_children(stage):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.features.digest_child", cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert await process.stdout.readline() == b"ready\n"
        yield Children(process, stage)
    finally:
        process.stdin.close()
        await process.wait()


@pytest.fixture
async def stage(tmp_path):
    async with open_stage(tmp_path) as opened:
        await opened.connect("ana")
        yield opened


async def test_a_process_that_is_killed_anywhere_loses_no_digest_and_makes_none_twice(stage):
    chance, killed = random.Random(7), 0
    async with open_children(stage) as children:
        for number in range(CRASHES):
            name = f"d{number}"
            await stage.add("ana", name, channel="dm" if number % 3 else "sales")
            by_step = {"die_at": number % STEPS + 1}
            by_time = {"seconds": chance.uniform(0.005, LONGEST)}
            [end] = await children.tick(by_step if number % 2 else by_time)
            assert end in (0, -signal.SIGKILL, -signal.SIGALRM)
            killed += end != 0
            assert await stage.end(name) == "sent"
            assert len(stage.posts(name)) == 1, (number, end)
    print(f"{CRASHES} runs, {killed} killed, {CRASHES} digests posted once")  # noqa: T201
    assert killed > CRASHES // 3
    assert stage.slack.violations == []


async def test_two_processes_on_one_database_make_each_digest_once(stage):
    names = [f"d{number}" for number in range(12)]
    rooms = ("sales", "deal-desk", "dm")
    async with open_children(stage) as children:
        for number, name in enumerate(names):
            await stage.add("ana", name, channel=rooms[number % 3])
        begin = time.time() + 0.3
        ends = await children.tick({"wait": begin}, {"wait": begin}, {"wait": begin, "die_at": 9})
        assert ends.count(0) >= 2
    for name in names:
        assert await stage.end(name) == "sent"
        assert len(stage.posts(name)) == 1
    assert stage.slack.violations == []
