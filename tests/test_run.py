"""`closebot run` as a process of its own, with nothing but environment variables set."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import sys
from dataclasses import dataclass, field

import aiohttp
import pytest

from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.slack_api import SlackSandbox
from closebot.store import new_key
from tests.workspace import environ_for

KEY = "api_chosen-by-the-test.key"
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-1-made-up",
    "SLACK_APP_TOKEN": "xapp-1-made-up",
    "SLACK_SIGNING_SECRET": "5ec2e7",
}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@dataclass
class Process:
    """A child process and what it has said so far."""

    child: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)

    async def hear(self, pattern: str) -> re.Match:
        """Wait for a line that matches."""
        async with asyncio.timeout(20):
            while True:
                line = (await self.child.stdout.readline()).decode()
                assert line, f"it ended before it said {pattern!r}: {self.said}"
                self.said.append(line.rstrip())
                if found := re.search(pattern, line):
                    return found

    async def stop(self) -> int:
        """Ask it to stop, as an operator would, and return its exit code."""
        self.child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            rest, _ = await self.child.communicate()
        self.said += rest.decode().splitlines()
        return self.child.returncode


@contextlib.asynccontextmanager
async def start(*arguments, **environ):
    ours = ("SLACK", "CLOSE", "HOST", "PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "closebot", *arguments,
        env=kept | environ,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    process = Process(child)
    try:
        yield process
    finally:
        if child.returncode is None:
            child.kill()
            await child.communicate()


@dataclass
class Page:
    """What a browser would do with the Slack sandbox, as Ana in #sales."""

    session: aiohttp.ClientSession

    async def do(self, what, **more):
        async with self.session.post(f"/sim/{what}", json={"as": "ana"} | more) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def see(self, what, *words):
        """Wait until the page shows these words."""
        async with asyncio.timeout(10):
            while True:
                async with self.session.get(
                    f"/sim/{what}", params={"as": "ana", "channel": "sales"}
                ) as got:
                    shown = json.dumps(await got.json(), ensure_ascii=False)
                if all(word in shown for word in words):
                    return shown
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_the_main_job_with_only_environment_variables_set(tmp_path, mode):
    bot_port, slack_port, close_port = free_port(), free_port(), free_port()
    url = f"http://127.0.0.1:{bot_port}/slack/events"
    delivery = ("--request-url", url) if mode == "http" else ()
    environ = {
        "SLACK_BOT_TOKEN": SECRETS["SLACK_BOT_TOKEN"],
        "SLACK_API_URL": f"http://127.0.0.1:{slack_port}/api/",
        "CLOSE_API_URL": f"http://127.0.0.1:{close_port}/api/v1/",
        "CLOSEBOT_KEYS": new_key(),
        "CLOSEBOT_DB": str(tmp_path / "closebot.db"),
        "HOST": "127.0.0.1",
        "PORT": str(bot_port),
    }
    left = "SLACK_APP_TOKEN" if mode == "socket" else "SLACK_SIGNING_SECRET"
    environ[left] = SECRETS[left]
    async with (
        start("sandbox", "close", "--port", str(close_port), CLOSEBOT_SANDBOX_KEY=KEY) as close,
        start("sandbox", "slack", "--port", str(slack_port), *delivery, **SECRETS) as slack,
        aiohttp.ClientSession(f"http://127.0.0.1:{slack_port}") as session,
    ):
        await close.hear(re.escape(KEY))
        await slack.hear(str(slack_port))
        page = Page(session)
        async with start("run", **environ) as bot:
            await bot.hear("is running")
            async with session.get(f"http://127.0.0.1:{bot_port}/health") as health:
                assert health.status == 200
                assert (await health.json())["ok"] is True
            await page.do("command", channel="sales", text="/close connect")
            shown = json.loads(await page.see("modal", "Close API key"))
            [block] = [one for one in shown["view"]["blocks"] if one["type"] == "input"]
            typed = {block["block_id"]: {block["element"]["action_id"]: KEY}}
            await page.do("submit", values=typed)
            await page.see("modal", "Ana Novak")
            await page.do("close")
            await page.do("command", channel="sales", text="/close lead Globex")
            await page.see("messages", "Globex Industries", "Open opportunities", "Share here")
            assert await bot.stop() == 0
        # What was connected before is connected after a restart, also after a kill.
        for end in (signal.SIGKILL, signal.SIGTERM):
            async with start("run", **environ) as bot:
                await bot.hear("is running")
                await page.do("command", channel="sales", text="/close me")
                await page.see("messages", "ana@northwind.example")
                bot.child.send_signal(end)
                await bot.child.communicate()
        said = "\n".join(bot.said)
        for secret in (*SECRETS.values(), KEY, environ["CLOSEBOT_KEYS"]):
            assert secret not in said
        assert await close.stop() == 0
        assert await slack.stop() == 0


async def test_a_start_that_waits_for_slack_can_be_stopped(tmp_path):
    asked = asyncio.Event()

    async def say_nothing(reader, writer):
        asked.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    environ = {
        "SLACK_API_URL": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/",
        "CLOSEBOT_KEYS": new_key(),
        "CLOSEBOT_DB": str(tmp_path / "closebot.db"),
    }
    async with start("run", **SECRETS, **environ) as bot:
        await asyncio.wait_for(asked.wait(), 20)
        assert await bot.stop() == 0
    server.close()


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_a_stop_finishes_what_is_in_flight(tmp_path, mode):
    async with SlackSandbox() as slack, CloseSandbox() as close:
        environ = environ_for(slack, close, tmp_path, mode)
        if mode == "http":
            environ["PORT"] = str(free_port())
            slack.request_url = f"http://127.0.0.1:{environ['PORT']}/slack/events"
        async with start("run", **environ) as bot:
            await bot.hear("is running")
            ana = slack.member("ana")
            await ana.command("/close connect")
            await slack.until(lambda: ana.modal)
            await ana.fill("Close API key", close.keys["ana"])
            close.faults.add(method="GET", path="/me/", slow=1.0, times=1)
            asked = len(close.requests)
            submitting = asyncio.create_task(ana.submit())
            await slack.until(lambda: len(close.requests) > asked)
            assert await bot.stop() == 0
            await submitting
            await slack.until(lambda: ana.modal and "Connected" in ana.modal.title)
        async with start("run", **environ) as bot:
            await bot.hear("is running")
            close.faults.add(method="POST", path="/data/search/", slow=1.0, times=1)
            await ana.command("/close lead Globex")
            assert await bot.stop() == 0
            await slack.until(lambda: ana.last("sales") and "Globex" in ana.last("sales").text)
            assert slack.violations == []
