"""The demo as tests start it: `closebot demo` as a child process, and the processes it starts."""

import asyncio
import os
import re
import shutil
import sys
from contextlib import asynccontextmanager

import pytest

PATIENCE = 30


class Demo:
    """`closebot demo` as a child process, and what it has printed so far."""

    def __init__(self, process):
        self.process = process
        self.printed = ""

    async def read_until(self, words):
        """Read what it prints until `words` were said; return all of it."""
        async with asyncio.timeout(PATIENCE):
            while words not in self.printed:
                line = await self.process.stdout.readline()
                assert line, f"the demo ended; it said:\n{self.printed}"
                self.printed += line.decode()
        return self.printed

    async def end(self, how):
        """Send a signal, and return the exit code and the rest of what was printed."""
        self.process.send_signal(how)
        return await self.wait()

    async def wait(self):
        async with asyncio.timeout(PATIENCE):
            rest, _ = await self.process.communicate()
        return self.process.returncode, rest.decode()

    @property
    def url(self):
        return re.search(r"http://127\.0\.0\.1:\d+/", self.printed)[0]

    def key_of(self, name):
        return re.search(rf"{name}\s+(api_\S+)", self.printed)[1]


@asynccontextmanager
async def started(folder, *options, **environ):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "closebot", "demo", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"TMPDIR": str(folder), "CLOSEBOT_COMMAND": "/of-another-bot"} | environ,
    )
    demo = Demo(process)
    try:
        yield demo
    finally:
        if process.returncode is None:
            process.terminate()
            await demo.wait()


async def ps(*columns):
    """Return what is wanted of every process but the dead, as rows of words."""
    if shutil.which("ps") is None:
        pytest.skip("There is no ps here, so processes were not counted.")
    wanted = ",".join(f"{column}=" for column in ("stat", *columns))
    listing = await asyncio.create_subprocess_exec(
        *("ps", "-A", "-o", wanted), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await listing.communicate()
    rows = [line.split() for line in out.decode().splitlines()]
    return [row for state, *row in rows if state[0] != "Z"]


async def children_of(pid):
    """Return the ids of a process's children."""
    return [int(child) for child, parent in await ps("pid", "ppid") if int(parent) == pid]


async def is_running(pid):
    return [str(pid)] in await ps("pid")
