"""What still runs after its ack: tracked, bounded, and drained before the process ends.

Acking first removes Slack's own back-pressure, so the number of tasks is bounded here. asyncio
keeps only weak references to tasks, hence the set:
https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


class Full(Exception):
    """All places are taken; nothing was started."""


class Inflight:
    """The set of tasks that run after their ack, at most `places` at once.

    `reserve` more are kept for telling people that there is no place.
    """

    def __init__(self, places: int = 500, reserve: int = 200) -> None:
        self._places = places
        self._reserve = reserve
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def full(self) -> bool:
        """Say whether the next `start` would be refused."""
        return self._closed or len(self._tasks) >= self._places

    def start(
        self, work: Coroutine[Any, Any, T], name: str, *, reserve: bool = False
    ) -> asyncio.Task[T]:
        """Run `work` as a tracked task. Raises `Full`, and closes `work`, when none is free."""
        most = self._places + self._reserve
        if (self.full and not reserve) or len(self._tasks) >= most:
            work.close()
            raise Full
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._end)
        return task

    def _end(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Handlers report their own failures; this line is for a failure of the reporting.
            log.error("task %s was lost to %s", task.get_name(), type(error).__name__)

    def close(self) -> None:
        """Take nothing new: from now on `start` raises `Full`, but for the reserve."""
        self._closed = True

    async def drain(self, seconds: float) -> int:
        """Wait up to `seconds` for what runs, cancel the rest, and return how many that were."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while self._tasks and (left := end - loop.time()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left)  # what ends may start a last word
        late = set(self._tasks)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1)
            log.warning("%d tasks did not end within %s s and were cancelled", len(late), seconds)
        return len(late)
