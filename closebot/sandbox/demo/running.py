"""The demo: a Slack in the browser, a Close behind it, and the real bot between them.

Both simulators run in this process, on loopback. The bot is a child process that is told where
they are by its ordinary settings; it cannot tell that it is in a demo.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import getproxies

import click
from aiohttp import web
from cryptography.fernet import Fernet

from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.demo.child import CannotStart, Child, run_bot
from closebot.sandbox.demo.clock import Clock
from closebot.sandbox.demo.guide import GUIDE
from closebot.sandbox.demo.page_routes import add_routes
from closebot.sandbox.demo.recording import Recorder, Recording, read_recording
from closebot.sandbox.demo.replaying import replay
from closebot.sandbox.demo.reporting import sum_up
from closebot.sandbox.ports import HOST, find_fault
from closebot.sandbox.slack_api import PAGE, SlackSandbox
from closebot.sandbox.world import PEOPLE

__all__ = ["PAGE", "Options", "run_demo"]

USUAL_PORT = 8765
TALKS = (("ana", "ben"), ("ana", "mia"), ("ben", "mia"))  # who talks without the bot

_START_WITHIN = 30.0
_FOREIGN = ("CLOSE", "SLACK")  # CLOSEBOT_… begins with the first
_OWN = {"HOST", "PORT", "LOG_LEVEL"}  # the bot reads these too
_BEGAN = "DEMO_BEGAN"  # when `make demo` was typed, in Unix seconds
_MAKE = "make demo"
_LEAD = "app.close.com/lead/"  # a card has a link to its lead


@dataclass(frozen=True)
class Options:
    """How the demo was asked for. `record` and `replay` are files of a session."""

    port: int | None = None
    page: bool = True
    record: Path | None = None
    replay: Path | None = None


async def run_demo(options: Options) -> int:
    """Run until Ctrl-C or SIGTERM, or until a session was replayed; return the exit code.

    `port`: where the page is served; 0 takes a free one, None the usual one where it is free.
    """
    began = time.monotonic()
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        port = choose_port(options.port)
        recording = read_recording(options.replay) if options.replay else None
        with tempfile.TemporaryDirectory(prefix="closebot-demo-") as folder:
            demo = _Demo(Path(folder), options, recording, began)
            return await demo.run(port, stop)
    except CannotStart as error:
        click.echo(f"Error: {error}", err=True)
        return 1


def choose_port(port: int | None) -> int:
    """Return a port that can be listened on. Raises `CannotStart` when the given one is taken."""
    if port is None:
        return 0 if find_fault(USUAL_PORT) else USUAL_PORT
    if fault := find_fault(port):
        raise CannotStart(fault)
    return port


class _Demo:
    """One run of the demo."""

    def __init__(
        self, folder: Path, options: Options, recording: Recording | None, began: float
    ) -> None:
        self._folder = folder
        self._options = options
        self._recording = recording
        self._began = began
        self._clock = Clock(folder / "clock")
        if recording is not None:
            self._clock.begin_at(recording.began)
        self._recorder = Recorder(options.record, self._clock.now) if options.record else None

    async def run(self, port: int, stop: asyncio.Event) -> int:
        """Start everything, and stop it at the end. Raises `CannotStart`."""
        clock, has_page = self._clock, self._options.page and self._recording is None
        async with CloseSandbox(now=clock.now) as close:
            shown: dict[str, Any] = {"keys": dict(close.keys), "guide": GUIDE, "demo": True}

            def extend(app: web.Application) -> None:
                add_routes(app, close, clock, lambda: slack.note("clock"))
                if self._recorder:
                    self._recorder.attach(app)

            page = PAGE if has_page else None
            async with SlackSandbox(
                clock.now, port, page=page, page_data=shown, extend=extend
            ) as slack:
                for keys in TALKS:
                    slack.talk(*keys)
                environ = bot_environment(os.environ, slack, close, self._folder)
                async with run_bot(environ, clock.path) as bot:

                    async def connected() -> None:
                        shown["features"] = await read_features(environ) if has_page else {}
                        await slack.until(lambda: slack.connections, timeout=2 * _START_WITHIN)

                    code = 0
                    if await bot.wait_for(connected(), stop, _START_WITHIN):
                        code = await self._go_on(slack, close, bot, stop)
                    _say_stopping()
                    if self._recorder:
                        await self._recorder.finish()
                    return code

    async def _go_on(
        self, slack: SlackSandbox, close: CloseSandbox, bot: Child, stop: asyncio.Event
    ) -> int:
        """Replay a session, or wait for the end."""
        if self._recording is not None:
            return await self._compare(self._recording, slack, bot, stop)
        took, since = self._elapsed()
        started = f"{took:.0f} s after {since}" if since == _MAKE else f"started in {took:.1f} s"
        _greet(slack, close, started, page=self._options.page)
        timing = asyncio.create_task(self._say_first_card(slack))
        try:
            await bot.wait_for(stop.wait(), stop)
        finally:
            timing.cancel()
        return 0

    async def _say_first_card(self, slack: SlackSandbox) -> None:
        await slack.answered(lambda blocks: _LEAD in json.dumps(blocks))
        took, since = self._elapsed()
        click.echo(f"  First card on screen {took:.0f} s after {since}.")

    def _elapsed(self) -> tuple[float, str]:
        """Return the seconds since `make demo`, which may set everything up, or since the start."""
        began = os.environ.get(_BEGAN, "")
        if began.isdecimal():
            return max(0.0, time.time() - int(began)), _MAKE
        return time.monotonic() - self._began, "the start"

    async def _compare(
        self, recording: Recording, slack: SlackSandbox, bot: Child, stop: asyncio.Event
    ) -> int:
        differences: list[str] = []

        async def play() -> None:
            differences.extend(await replay(recording, slack.url))

        if not await bot.wait_for(play(), stop):
            return 1
        for line in differences:
            click.echo(f"  {line}")
        click.echo(sum_up(len(recording.steps), len(differences)))
        return 1 if differences else 0


async def read_features(environ: Mapping[str, str]) -> Any:
    """Ask the bot for its manifest, as whoever installs it does: its commands and shortcuts."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "closebot", "manifest", "--json"),
        env=environ,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complaint = await process.communicate()
    if process.returncode:
        why = complaint.decode(errors="replace").strip().rpartition("\n")[2]
        raise CannotStart(f"the bot's manifest could not be drawn ({why}).")
    return json.loads(printed)["features"]


def bot_environment(
    environ: Mapping[str, str], slack: SlackSandbox, close: CloseSandbox, folder: Path
) -> dict[str, str]:
    """Return the child's environment: the caller's own, without any setting for another bot.

    Nor are there proxies, which could not reach loopback. To name the exception would not do alone
    (Slack's SDK takes no notice), but it is what makes a Mac's own settings count for nothing.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(_FOREIGN)
        and name not in _OWN
        and not name.lower().endswith("_proxy")
    }
    if getproxies():
        kept["NO_PROXY"] = HOST
    return kept | {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "CLOSE_API_URL": close.api_url,
        "CLOSEBOT_KEYS": Fernet.generate_key().decode(),
        "CLOSEBOT_DB": str(folder / "closebot.db"),
        "PYTHONUNBUFFERED": "1",
    }


def _say_stopping() -> None:
    """Say that it stops; a terminal that was closed is no reason to fail, now or at the exit."""
    try:
        click.echo("Stopping …")
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _greet(slack: SlackSandbox, close: CloseSandbox, started: str, *, page: bool) -> None:
    if page:
        click.echo(f"\n  Open  {slack.url.rstrip('/')}/   ({started})\n")
    else:
        click.echo(f"\n  Slack  {slack.api_url}   ({started})")
        click.echo(f"  Close  {close.api_url}\n")
    click.echo("  Everybody connects their own Close account: type /close connect and paste a key")
    click.echo("  of the person you are.\n")
    for person in PEOPLE:
        if person.key in close.keys:
            click.echo(f"  {person.name:<14} {close.keys[person.key]}")
    click.echo("\n  Then try  /close lead Acme  and  /close help.  Ctrl-C stops everything.\n")
