"""When something changed: a counter that can be waited for."""

import asyncio
from collections import deque


class Changes:
    """Every change of the sandbox, counted. Whoever waits is woken by the next one."""

    def __init__(self) -> None:
        self.count = 0
        self.closed = False
        self._recent: deque[tuple[int, str]] = deque(maxlen=500)
        self._next = asyncio.Event()

    def note(self, kind: str) -> None:
        """Record a change of a kind (`message`, `view`, …) and wake everybody."""
        self.count += 1
        self._recent.append((self.count, kind))
        self._wake()

    def close(self) -> None:
        """Wake everybody for the last time."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        woken, self._next = self._next, asyncio.Event()
        woken.set()

    def since(self, count: int) -> list[str]:
        """Return the kinds of what changed after `count`, each once, oldest first."""
        return list(dict.fromkeys(kind for number, kind in self._recent if number > count))

    async def after(self, count: int, seconds: float) -> None:
        """Wait until there was a change after `count`, at most for `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while self.count <= count and not self.closed:
                    await self._next.wait()
        except TimeoutError:
            return
