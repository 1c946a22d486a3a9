"""Calls a coroutine every second; knows nothing of what it does."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

log = logging.getLogger(__name__)

EVERY = 1.0
MOST_AT_ONCE = 50
STALE = 30.0
DRAIN = 5.0


class Scheduler:
    """Tells `work` the time every second, also while an earlier call still runs.

    `now` is the clock, `sleep` and `every` (seconds) are given so that tests need no time.
    """

    def __init__(
        self,
        work: Callable[[datetime], Awaitable[None]],
        now: Callable[[], datetime],
        *,
        every: float = EVERY,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._work = work
        self._now = now
        self._every = every
        self._sleep = sleep
        self._loop: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.last_tick: datetime | None = None
        self._failed = False

    def start(self) -> None:
        """Begin, with the first call at once."""
        self._loop = asyncio.create_task(self._run(), name="scheduler")

    async def stop(self, seconds: float = DRAIN) -> None:
        """Call no more; wait up to `seconds` for what runs, then cancel it."""
        if self._loop is not None:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        for task in tuple(self._running):
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=1)

    @property
    def is_well(self) -> bool:
        """Say whether it was called lately, and the last call that ended did not fail."""
        if self.last_tick is None:
            return self._loop is not None  # it has just begun
        return not self._failed and (self._now() - self.last_tick).total_seconds() < STALE

    async def _run(self) -> None:
        while True:
            self.tick()
            await self._sleep(self._every)

    def tick(self) -> None:
        """Call once, without waiting for the end of it."""
        if len(self._running) >= MOST_AT_ONCE:
            log.warning("%d calls are still running", len(self._running))
            return
        task = asyncio.create_task(self._call(self._now()), name="tick")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _call(self, now: datetime) -> None:
        self.last_tick = now
        try:
            await self._work(now)
        except Exception:
            if not self._failed:  # it would be said every second
                log.exception("a tick failed; those after it are not told of until one succeeds")
            self._failed = True
        else:
            self._failed = False
