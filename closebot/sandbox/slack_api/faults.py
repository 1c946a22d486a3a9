"""What goes wrong: refusals in Slack's words, and faults that a test asks for."""

import asyncio
from dataclasses import dataclass
from typing import Any


class Refused(Exception):
    """The Web API says no. `code` is Slack's word; `messages` point at what is wrong."""

    def __init__(self, code: str, *messages: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)
        self.more = more


@dataclass
class Fault:
    """What happens to the next `times` calls of a method (`*` is every method)."""

    method: str
    times: int = 1
    status: int = 200
    error: str = ""
    retry_after: int = 0
    seconds: float = 0.0
    drop: bool = False


class Faults:
    """Faults that a test has asked for. The name `response_url` stands for those addresses."""

    def __init__(self) -> None:
        self._asked: list[Fault] = []

    def rate_limit(self, method: str, *, retry_after: int = 1, times: int = 1) -> None:
        """Answer 429 with `Retry-After`."""
        self._asked.append(
            Fault(method, times, status=429, error="ratelimited", retry_after=retry_after)
        )

    def fail(self, method: str, *, error: str = "", status: int = 200, times: int = 1) -> None:
        """Answer with an error of Slack's, or with another status."""
        self._asked.append(Fault(method, times, status=status, error=error or "fatal_error"))

    def delay(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Answer late."""
        self._asked.append(Fault(method, times, seconds=seconds))

    def drop(self, method: str, *, times: int = 1) -> None:
        """Do what was asked, and break the connection instead of answering."""
        self._asked.append(Fault(method, times, drop=True))

    def clear(self) -> None:
        """Let everything work again."""
        self._asked.clear()

    async def take(self, method: str) -> Fault | None:
        """Take the next fault of a method; has waited already when it is a delay."""
        for fault in self._asked:
            if fault.method in {method, "*"}:
                fault.times -= 1
                if fault.times <= 0:
                    self._asked.remove(fault)
                if fault.seconds:
                    await asyncio.sleep(fault.seconds)
                return fault
        return None
