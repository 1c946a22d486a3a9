"""The bot as a child process: started, listened to, and stopped."""

import asyncio
import contextlib
import sys
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Mapping
from pathlib import Path
from typing import Any

import click

_STOP_WITHIN = 3.0  # nobody sees what it would still do
_LINES_KEPT = 15
_LONGEST = 4000  # bytes of a line
_LOUD = (" WARNING closebot", " ERROR ", " CRITICAL ")  # libraries warn of little things


class CannotStart(Exception):
    """The demo cannot go on; the message is one sentence for the person who started it."""


class Child:
    """The bot's process. Its warnings pass through; its last lines are kept for an obituary."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._last: deque[str] = deque(maxlen=_LINES_KEPT)
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        loud = False
        assert self._process.stderr is not None  # noqa: S101 - started with a pipe
        async for line in _lines(self._process.stderr):
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


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Yield a stream's lines, long ones cut: a bot that is no longer read would stand still."""
    line = b""
    while read := await stream.read(2**16):
        *whole, line = (line + read).split(b"\n")
        for one in whole:
            yield one[:_LONGEST].decode(errors="replace").rstrip()
        line = line[:_LONGEST]
    if line:
        yield line.decode(errors="replace").rstrip()


@contextlib.asynccontextmanager
async def run_bot(environ: Mapping[str, str], clock: Path) -> AsyncIterator[Child]:
    """Run `closebot run` by the clock of a file; stop it at the end.

    Where this process is killed, the bot ends with it, and removes the folder of that file.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "closebot.sandbox.tethered", str(clock.parent)),
        *("run", "--clock", str(clock)),
        env=environ,
        stdin=asyncio.subprocess.PIPE,  # the tether: nothing is ever written
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C is ours alone; the bot is stopped in its turn
    )
    child = Child(process)
    try:
        yield child
    finally:
        await child.stop()
