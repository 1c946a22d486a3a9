"""The demo: a Slack in the browser, a Close behind it, and the real bot between them.

Both simulators run in this process, on loopback. The bot is a child process that is told where
they are by its ordinary settings; it cannot tell that it is in a demo.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Mapping
from pathlib import Path
from typing import Any

import click
from cryptography.fernet import Fernet

from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.slack_api import SlackSandbox
from closebot.sandbox.world import PEOPLE

HOST = "127.0.0.1"
USUAL_PORT = 8765
PAGE = Path(__file__).parent / "page"

_START_WITHIN = 30.0
_STOP_WITHIN = 12.0
_LINES_KEPT = 15
_FOREIGN = ("CLOSE", "SLACK")  # CLOSEBOT_… begins with the first
_OWN = {"HOST", "PORT", "LOG_LEVEL"}  # the bot reads these too
_LOUD = (" WARNING closebot", " ERROR ", " CRITICAL ")  # libraries warn of little things


class CannotStart(Exception):
    """The demo cannot go on; the message is one sentence for the person who started it."""


async def run_demo(*, port: int | None, page: bool) -> int:
    """Run until Ctrl-C or SIGTERM; return the exit code.

    `port`: where the page is served; 0 takes a free one, None the usual one where it is free.
    """
    began = time.monotonic()
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        chosen = choose_port(port)
        with tempfile.TemporaryDirectory(prefix="closebot-demo-") as folder:
            await _run(Path(folder), chosen, stop, began, page=page)
    except CannotStart as error:
        click.echo(f"Error: {error}", err=True)
        return 1
    return 0


def choose_port(port: int | None) -> int:
    """Return a port that can be listened on. Raises `CannotStart` when the given one is taken."""
    wanted = USUAL_PORT if port is None else port
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, wanted))
        except (OSError, OverflowError) as error:
            if port is None:
                return 0
            why = getattr(error, "strerror", None) or str(error)
            raise CannotStart(
                f"Port {wanted} cannot be used ({why.lower()}); "
                "choose another one with --port, or leave it out."
            ) from None
    return wanted


async def _run(folder: Path, port: int, stop: asyncio.Event, began: float, *, page: bool) -> None:
    async with CloseSandbox() as close:
        shown: dict[str, Any] = {"keys": dict(close.keys)}
        async with SlackSandbox(port=port, page=PAGE if page else None, page_data=shown) as slack:
            environ = bot_environment(os.environ, slack, close, folder)
            async with _bot(environ) as bot:

                async def connected() -> None:
                    shown["features"] = await read_features(environ) if page else {}
                    await slack.until(lambda: slack.connections, timeout=2 * _START_WITHIN)

                if await bot.wait_for(connected(), stop, _START_WITHIN):
                    _greet(slack, close, time.monotonic() - began, page=page)
                    await bot.wait_for(stop.wait(), stop)
                click.echo("Stopping …")


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
    """Return the child's environment: the caller's own, without any setting for another bot."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(_FOREIGN) and name not in _OWN
    }
    return kept | {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "CLOSE_API_URL": close.api_url,
        "CLOSEBOT_KEYS": Fernet.generate_key().decode(),
        "CLOSEBOT_DB": str(folder / "closebot.db"),
        "PYTHONUNBUFFERED": "1",
    }


class Child:
    """The bot's process. Its warnings pass through; its last lines are kept for an obituary."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._last: deque[str] = deque(maxlen=_LINES_KEPT)
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        loud = False
        assert self._process.stderr is not None  # noqa: S101 - started with a pipe
        async for raw in self._process.stderr:
            line = raw.decode(errors="replace").rstrip()
            self._last.append(line)
            if line[:1].isdigit():  # a record; what follows without a date belongs to it
                loud = any(level in line for level in _LOUD)
            if loud:
                click.echo(line, err=True)

    async def wait_for(
        self, awaited: Coroutine[Any, Any, Any], stop: asyncio.Event, within: float | None = None
    ) -> bool:
        """Await something while the bot lives; return False when `stop` came first.

        Raises `CannotStart` when the bot ends, or when it took longer than `within` seconds.
        """
        wanted = asyncio.create_task(awaited)
        stopped = asyncio.create_task(stop.wait())
        ended = asyncio.create_task(self._process.wait())
        tasks = (wanted, stopped, ended)
        try:
            await asyncio.wait(tasks, timeout=within, return_when=asyncio.FIRST_COMPLETED)
            if stopped.done():
                return False
            if ended.done():
                await self._reading
                raise CannotStart(f"the bot ended with code {ended.result()}. {self._testament()}")
            if not wanted.done():
                raise CannotStart(f"the bot did not connect in {within:.0f} s. {self._testament()}")
            await wanted
            return True
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _testament(self) -> str:
        said = "\n  ".join(self._last)
        return f"Its last words:\n  {said}" if said else "It said nothing."

    async def stop(self) -> None:
        """Ask the bot to stop, and end it when it does not."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_WITHIN)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await self._reading


@contextlib.asynccontextmanager
async def _bot(environ: Mapping[str, str]) -> AsyncIterator[Child]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "closebot", "run"),
        env=environ,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C is ours alone; the bot is stopped in its turn
    )
    child = Child(process)
    try:
        yield child
    finally:
        await child.stop()


def _greet(slack: SlackSandbox, close: CloseSandbox, took: float, *, page: bool) -> None:
    if page:
        click.echo(f"\n  Open  {slack.url.rstrip('/')}/   (started in {took:.1f} s)\n")
    else:
        click.echo(f"\n  Slack  {slack.api_url}   (started in {took:.1f} s)")
        click.echo(f"  Close  {close.api_url}\n")
    click.echo("  Everybody connects their own Close account: type /close connect and paste a key")
    click.echo("  of the person you are.\n")
    for person in PEOPLE:
        if person.key in close.keys:
            click.echo(f"  {person.name:<14} {close.keys[person.key]}")
    click.echo("\n  Then try  /close lead Acme  and  /close help.  Ctrl-C stops everything.\n")
