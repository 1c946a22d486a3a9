"""Shared fixtures. `workspace` is the real bot between the two simulators."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import settings

from closebot.cards.typed_dates import load_languages
from closebot.cards.zones import load_zones
from tests.sandbox.browser import chromium, skip_without_chromium
from tests.workspace import Workspace, open_workspace

# As a process does that serves people: no file is read then while the event loop runs.
load_languages()
load_zones()

# A slow machine is no failure.
settings.register_profile("closebot", deadline=None)
settings.load_profile("closebot")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what wants a browser that is not there, before a demo is started for it."""
    if isinstance(item, pytest.Function) and "browser" in item.fixturenames:
        skip_without_chromium()


@pytest.fixture
def browser() -> str | None:
    """Find a Chromium; a test that asks for this is skipped where there is none."""
    return chromium()


@pytest.fixture(autouse=True)
def blockbuster() -> Iterator[BlockBuster]:
    """Fail a test whose code blocks the event loop.

    SQLite is the exception: the store runs inline on purpose (see its docstring). A bot is built
    before it serves anybody, so that may look at files.
    """
    with blockbuster_ctx("closebot") as guard:
        for name, function in guard.functions.items():
            if name.startswith("sqlite3."):
                function.deactivate()
            else:
                function.can_block_in("closebot/app.py", "build")
        yield guard


@pytest.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[Workspace]:
    """Run the bot in Socket Mode between the simulators."""
    async with open_workspace(tmp_path, "socket") as opened:
        yield opened


@pytest.fixture(params=["socket", "http"])
async def either_workspace(tmp_path: Path, request) -> AsyncIterator[Workspace]:
    """Run the bot between the simulators, once in each mode."""
    async with open_workspace(tmp_path, request.param) as opened:
        yield opened


@pytest.fixture
async def aiohttp_serve():
    """Serve an aiohttp application on loopback; returns a client whose base address it is."""
    opened = []

    async def serve(application: web.Application):
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        session = Client(ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}"))
        opened.append((runner, session))
        return session

    yield serve
    for runner, session in opened:
        await session.session.close()
        await runner.cleanup()


class Client:
    """A session of aiohttp that reads its answers whole."""

    def __init__(self, session):
        self.session = session

    async def post(self, path, **more):
        async with self.session.post(path, **more) as answer:
            await answer.read()
            return answer

    async def get(self, path):
        async with self.session.get(path) as answer:
            await answer.read()
            return answer
