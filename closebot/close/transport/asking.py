"""One request: auth, rate limits, retries, errors.

What is retried, all of it within one deadline:

- 429 and 503, on any method: Close did not do it;
- no connection at all, on any method: nothing was sent;
- 500, 502, 504, time-outs, dropped connections and cut-off answers: on reads only. After a write
  they raise `WriteUnclear`, and whoever asked looks before sending anything again.
"""

import asyncio
import json
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import httpx

from closebot import __version__
from closebot.close.auth import Auth
from closebot.close.errors import (
    RateLimited,
    TimedOut,
    Unavailable,
    Unreachable,
    Unreadable,
    WriteUnclear,
    read_refusal,
)
from closebot.close.limits import Limits, read_retry_after, read_wait
from closebot.close.transport.pool import Pool
from closebot.wire import read_json, write_json

BASE_URL: Final = "https://api.close.com/api/v1/"
DEADLINE: Final = 7.5
CONNECT: Final = 3.0
AT_ONCE: Final = 5
_ATTEMPTS: Final = 5
_MOST_KEYS: Final = 5000
_MOST_ADDRESSES: Final = 500
_HEADERS: Final = (
    (b"User-Agent", f"closebot/{__version__}".encode()),
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"gzip, deflate"),
)


class Transport:
    """The connections to Close: one for the process, shared by everybody.

    `base_url` ends in `/api/v1/`. `deadline`: seconds that one request may take in all, retries
    and waits included. `clock`, `sleep` and `jitter` (0 to 1) are given so that tests need no
    time and no luck.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        *,
        deadline: float = DEADLINE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._deadline = deadline
        self.clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._limits = Limits(clock)
        self._turns: dict[int, asyncio.Semaphore] = {}
        # httpx's client would parse and merge each address and look for cookies: half the work.
        self._pool = Pool()
        self._addresses: dict[str, httpx.URL] = {}

    @property
    def origin(self) -> str:
        """The base address without its path."""
        return str(httpx.URL(self.base_url).copy_with(raw_path=b"/")).rstrip("/")

    def _address(self, path: str) -> httpx.URL:
        """Return the whole address of a path; parsing it costs as much as sending it."""
        known = self._addresses.get(path)
        if known is None:
            if len(self._addresses) >= _MOST_ADDRESSES:
                self._addresses.clear()
            beside = path.startswith("/oauth2/")
            whole = self.origin + path if beside else self.base_url + path.lstrip("/")
            known = self._addresses[path] = httpx.URL(whole)
        return known

    async def aclose(self) -> None:
        """Close the kept connections."""
        await self._pool.aclose()

    async def request(
        self,
        method: str,
        path: str,
        *,
        auth: Auth | None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        tz_offset: float | None = None,
        reads: bool | None = None,
        end: float = math.inf,
    ) -> Any:
        """Ask Close once and return the parsed answer (None for an empty one).

        `path` is relative to the base address and ends in a slash; one that begins with
        `/oauth2/` stands beside the base address. `json` or `form` is the body. `tz_offset`:
        hours from UTC, sent as `x-tz-offset`. `reads`: whether the request changes nothing; by
        default a GET does not. `end`, by the transport's `clock`, may come before its own
        deadline. Raises `CloseError`.
        """
        is_read = method == "GET" if reads is None else reads
        headers = list(_HEADERS)
        if auth:
            headers.append((b"Authorization", auth.header.encode()))
        if tz_offset is not None:
            headers.append((b"x-tz-offset", b"%g" % tz_offset))
        content = None
        if json is not None:
            headers.append((b"Content-Type", b"application/json"))
            content = write_json(json) if is_read else _dump(json)
        request = httpx.Request(
            method,
            self._address(path),
            params=_params(params) or None,
            content=content,
            data=dict(form) if form else None,
            headers=headers,
        )
        end = min(end, self.clock() + self._deadline)
        secret = auth.secret if auth else ""
        group = self._limits.name_group(secret, method, path)
        turn = self._turn(secret)
        try:
            async with asyncio.timeout(max(0.0, end - self.clock()) if turn.locked() else None):
                await turn.acquire()
        except TimeoutError:
            raise TimedOut(f"no turn for {method} {path}") from None
        try:
            return await self._try(request, path, group, reads=is_read, end=end)
        finally:
            turn.release()

    async def _try(
        self, request: httpx.Request, path: str, group: tuple[int, str], *, reads: bool, end: float
    ) -> Any:
        for attempt in range(_ATTEMPTS):
            await self._wait(self._limits.wait(group), end)
            try:
                status, headers, body = await self._send(request, path, reads=reads, end=end)
            except (Unreachable, TimedOut, Unreadable):
                if attempt + 1 == _ATTEMPTS or not await self._may_retry(attempt, end):
                    raise
                continue
            self._limits.note(group, headers)
            if status == 429:
                self._limits.hold(group, read_wait(headers))
                continue
            if status == 503 or (status >= 500 and reads):
                asked = read_retry_after(headers)
                if attempt + 1 == _ATTEMPTS or not await self._may_retry(attempt, end, asked):
                    raise Unavailable(f"{status} from {request.method} {path}")
                continue
            try:
                return _read(status, body, request.method, path)
            except Unreadable:
                if not reads:
                    raise WriteUnclear(request.method, path) from None
                if attempt + 1 == _ATTEMPTS or not await self._may_retry(attempt, end):
                    raise
        raise RateLimited(self._limits.wait(group) or 1.0)

    async def _send(
        self, request: httpx.Request, path: str, *, reads: bool, end: float
    ) -> tuple[int, httpx.Headers, bytes]:
        left = end - self.clock()
        if left <= 0:
            raise TimedOut(f"no time left for {request.method} {path}")
        # Sooner than the whole, so that what was never sent is known as such.
        soon = 0.9 * left
        request.extensions["timeout"] = {"pool": soon, "connect": min(CONNECT, soon)}
        try:
            async with asyncio.timeout(left):
                answer = await self._pool.handle_async_request(request)
        except httpx.ConnectError:
            raise Unreachable(f"no connection for {request.method} {path}") from None
        except (TimeoutError, httpx.HTTPError) as error:
            if not reads:
                raise WriteUnclear(request.method, path) from None
            if isinstance(error, TimeoutError):
                raise TimedOut(f"no answer to {request.method} {path}") from None
            raise Unreadable(f"the answer to {request.method} {path} was cut off") from None
        return answer.status_code, answer.headers, answer.content

    async def _may_retry(self, attempt: int, end: float, asked: float = 0.0) -> bool:
        """Wait before another try, as long as Close `asked` for; say no when there is no time."""
        pause = max(asked, 0.2 * 2**attempt * (1 + self._jitter()))
        if self.clock() + pause + 0.5 >= end:
            return False
        await self._sleep(pause)
        return True

    async def _wait(self, seconds: float, end: float) -> None:
        if seconds <= 0:
            return
        if self.clock() + seconds >= end:
            raise RateLimited(seconds)
        await self._sleep(seconds)

    def _turn(self, secret: str) -> asyncio.Semaphore:
        """Let each key have a few requests under way at once."""
        if len(self._turns) > _MOST_KEYS:
            self._turns = {key: turn for key, turn in self._turns.items() if turn.locked()}
        key = hash(secret)
        turn = self._turns.get(key)
        if turn is None:
            turn = self._turns[key] = asyncio.Semaphore(AT_ONCE)
        return turn


def _read(status: int, body: bytes, method: str, path: str) -> Any:
    """Parse an answer. Raises `Refused` for a 4xx and `Unreadable` for what is no JSON."""
    if 400 <= status < 500:
        raise read_refusal(status, _parse(body))
    if not 200 <= status < 300:
        raise Unreadable(f"{status} from {method} {path}")
    if status == 204 or not body.strip():
        if method == "GET":
            raise Unreadable(f"an empty answer to {method} {path}")
        return None
    parsed = _parse(body)
    if parsed is None:
        raise Unreadable(f"the answer to {method} {path} is no JSON")
    return parsed


def _parse(body: bytes) -> Any:
    try:
        return read_json(body)
    except ValueError:
        return None


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, allow_nan=False).encode()


def _params(params: Mapping[str, Any] | None) -> dict[str, str]:
    """Write query parameters as Close reads them: lists by commas, booleans in small letters."""
    written: dict[str, str] = {}
    for name, value in (params or {}).items():
        if value is None:
            continue
        if isinstance(value, bool):
            written[name] = "true" if value else "false"
        elif isinstance(value, list | tuple | set | frozenset):
            written[name] = ",".join(str(one) for one in value)
        else:
            written[name] = str(value)
    return written
