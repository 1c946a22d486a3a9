"""The sandbox as tests and the demo hold it: started, looked into, and stopped."""

import asyncio
import gc
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from random import Random
from types import TracebackType
from typing import Self

from aiohttp import web

from closebot.sandbox.close_api.control import add_control
from closebot.sandbox.close_api.deliveries import Deliveries
from closebot.sandbox.close_api.faults import Faults
from closebot.sandbox.close_api.ids import Ids
from closebot.sandbox.close_api.limits import Limits
from closebot.sandbox.close_api.pages import add_pages
from closebot.sandbox.close_api.seed import plant
from closebot.sandbox.close_api.server import BASE, Server
from closebot.sandbox.close_api.store import Json, Store, Table
from closebot.sandbox.close_api.tokens import Tokens
from closebot.sandbox.ports import find_fault
from closebot.sandbox.world import PEOPLE, World

_HOST = "127.0.0.1"
_STOP_WITHIN = 0.2


def _utc_now() -> datetime:
    return datetime.now(UTC)


class CloseSandbox:
    """Close for one company on loopback, as an async context manager.

    `now` is the time that everything has; `clock` (monotonic seconds) is what rate limits count
    by. `seed`: `small` or `large`. `first_key` becomes the API key of the first person.

    `leads`, `contacts`, `opportunities`, `tasks` and `activities` are the stored objects by id:
    a test may change them, and one that is deleted there is gone. `requests` holds what was asked
    (`method`, `path`, `query`, `headers`, `json`, `at`), the newest thousand. `keys`: person → API
    key; `user_ids`: person → user id. `webhooks` are the deliveries under way: after a clock that
    stands still was moved, `await sandbox.webhooks.deliver_due()`.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = _utc_now,
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
        seed: str = "small",
        first_key: str | None = None,
        host: str = _HOST,
    ) -> None:
        if host != _HOST:
            raise ValueError("the sandbox listens on 127.0.0.1 only")
        self._port = port
        self._runner: web.AppRunner | None = None
        self._delivering: asyncio.Task[None] | None = None
        random = Random("closebot")  # noqa: S311 - ids that are the same on every run
        self.world = World()
        self.store = Store(now=now, ids=Ids(random))
        self.user_ids = plant(self.store, self.world, seed, random)
        self.keys = {person: self.store.ids.make_key() for person in self.user_ids}
        if first_key:
            self.keys[next(iter(self.keys))] = first_key
        self.tokens = Tokens(self.store)
        self.faults = Faults()
        self.limits = Limits(clock)
        self._server = Server(self.store, self._identify, self.faults, self.limits, now)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def start(self) -> None:
        """Listen. After `stop` the same port is taken again, and everything is still there."""
        app = self._server.application()
        add_pages(app, self.store)
        add_control(
            app, faults=self.faults, store=self.store, requests=lambda: self._server.requests
        )
        self.tokens.add_to(app)
        self._runner = web.AppRunner(
            app, access_log=None, handle_signals=False, shutdown_timeout=_STOP_WITHIN
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]
        self._delivering = asyncio.create_task(self.webhooks.run())

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stop listening, and let go of whoever still waits for an answer."""
        if self._delivering is not None:
            self._delivering.cancel()
            with suppress(asyncio.CancelledError):
                await self._delivering
            self._delivering = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _identify(self, kind: str, secret: str) -> str | None:
        if kind == "bearer":
            return self.tokens.user_of(secret)
        if kind == "basic":
            for person, key in self.keys.items():
                if key == secret:
                    return self.user_ids.get(person)
        return None

    @property
    def url(self) -> str:
        """Where the sandbox listens, with a slash at the end."""
        return f"http://{_HOST}:{self._port}/"

    @property
    def api_url(self) -> str:
        """Where the API is."""
        return f"http://{_HOST}:{self._port}{BASE}/"

    def page_url(self, lead_id: str) -> str:
        """Return the address of a lead's page on this host."""
        return f"{self.url}lead/{lead_id}/"

    def revoke_all_keys(self) -> None:
        """Make every API key and every token invalid, as if they had been deleted in Close."""
        self.keys.clear()
        self.tokens.clear()

    @property
    def requests(self) -> list[Json]:
        """What was asked, oldest first."""
        return self._server.requests

    @property
    def webhooks(self) -> Deliveries:
        """What is on its way to subscribers."""
        return self._server.deliveries

    @property
    def organization(self) -> Json:
        """The company."""
        return self.store.organization

    @property
    def users(self) -> Table:
        """Users by id."""
        return self.store.users

    @property
    def leads(self) -> Table:
        """Stored leads by id."""
        return self.store.leads

    @property
    def contacts(self) -> Table:
        """Stored contacts by id."""
        return self.store.contacts

    @property
    def opportunities(self) -> Table:
        """Stored opportunities by id."""
        return self.store.opportunities

    @property
    def tasks(self) -> Table:
        """Stored tasks by id."""
        return self.store.tasks

    @property
    def activities(self) -> Table:
        """Stored activities by id."""
        return self.store.activities


async def serve(port: int, seed: str = "small", first_key: str | None = None) -> None:
    """Serve until SIGTERM or SIGINT; print who may come in, and where."""
    if fault := find_fault(port):
        raise SystemExit(fault)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with CloseSandbox(port=port, seed=seed, first_key=first_key) as sandbox:
        gc.collect()
        gc.freeze()  # it all stays; to walk over the large seed takes longer than to answer
        for person in PEOPLE:
            if person.key in sandbox.keys:
                line = f"{person.name:<12} {person.email:<24} {sandbox.keys[person.key]}"
                print(line, flush=True)  # noqa: T201 - what this command is for
        print(f"Close API: {sandbox.api_url}", flush=True)  # noqa: T201
        await stop.wait()
