"""httpx's API over one aiohttp session: the kept connections to Close.

httpx's own pool slows down with many requests at once. Here every failure says whether the request
can have reached Close, which decides whether it may be sent again.
"""

from collections.abc import Callable
from typing import Final
from urllib.request import getproxies

import aiohttp
import httpx

LARGEST: Final = 32 * 1024 * 1024
_CONNECTIONS: Final = 100
_KEPT: Final = 120.0
# What is left unsaid here is said by what has been read: the body is unpacked by then.
_UNPACKED: Final = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
_UNSENT: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)


class Pool(httpx.AsyncBaseTransport):
    """Connections that are kept for two minutes, without cookies; opened with the first request."""

    def __init__(self, open_session: Callable[[], aiohttp.ClientSession] | None = None) -> None:
        self._open = open_session or _open_session
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read the whole answer; follows no redirect.

        Two timeouts bound what comes before it is sent: `pool` the wait for a connection, name
        and all, `connect` that for a new one to stand; the rest is up to whoever waits. Raises
        `httpx.ConnectError` when nothing was sent, otherwise `httpx.ReadError`, also for an
        answer larger than any of Close's.
        """
        if self._session is None:
            self._session = self._open()
        seconds = request.extensions["timeout"]
        try:
            async with self._session.request(
                request.method,
                str(request.url),
                data=request.content or None,
                headers=[(name.decode(), value.decode()) for name, value in request.headers.raw],
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=None, connect=seconds["pool"], sock_connect=seconds["connect"]
                ),
            ) as answer:
                body = await _read(answer)
                kept = [one for one in answer.raw_headers if one[0].lower() not in _UNPACKED]
        except _UNSENT as error:
            raise httpx.ConnectError(type(error).__name__) from None
        except aiohttp.ClientError as error:
            raise httpx.ReadError(type(error).__name__) from None
        return httpx.Response(answer.status, headers=kept, content=body)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """Read an answer, unpacked, of a size that Close's may have."""
    parts, size = [], 0
    async for part in answer.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise aiohttp.ClientPayloadError("larger than any of Close's answers")
    return b"".join(parts)


def _open_session() -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEPT),
        cookie_jar=aiohttp.DummyCookieJar(),
        # It hops to a thread for each request, so only where the environment names a proxy.
        trust_env=bool(getproxies()),
    )
    # aiohttp would send a PUT or DELETE twice by itself, and has no option against it.
    session._retry_connection = False  # noqa: SLF001
    return session
