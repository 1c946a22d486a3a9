"""Socket Mode, supervised.

Bolt's `start_async` sleeps for ever and hides failures, and the SDK's client has been seen to look
alive while it delivers nothing. So: connect within a time, look now and then whether it is
connected (for the SDK that means a recent ping), and rebuild the whole client when it has been gone
for too long. https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from closebot.slack.outgoing import Outgoing, SlackFailed

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0
GONE_FOR = 30.0
CONNECT_WITHIN = 8.0
_ATTEMPTS = 3
SWITCHED_OFF = (
    "Socket Mode is switched off in the settings of the Slack app. Switch it on there, or unset "
    "SLACK_APP_TOKEN to serve HTTP."
)


class Socket:
    """The connection to Slack in Socket Mode.

    `look_every`, `gone_for` and `connect_within` are seconds: how often it is looked at, how long
    it may be gone before everything is built anew, and how long one try to connect may take.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        outgoing: Outgoing,
        *,
        look_every: float = LOOK_EVERY,
        gone_for: float = GONE_FOR,
        connect_within: float = CONNECT_WITHIN,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._app = app
        self._token = app_token
        self._outgoing = outgoing
        self._look_every = look_every
        self._gone_for = gone_for
        self._connect_within = connect_within
        self._sleep = sleep
        self._handler: AsyncSocketModeHandler | None = None
        self._switched_off = asyncio.Event()

    async def connect(self) -> None:
        """Prove the app token, then connect. Raises `SlackFailed` when that cannot be done.

        The SDK would retry a refused token, or a spent address, for ever, and only log it.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            address = await self._outgoing.open_socket(self._token)
            try:
                async with asyncio.timeout(self._connect_within):
                    await self._build(address)
            except TimeoutError:
                await self.close()
                if attempt == _ATTEMPTS:
                    raise SlackFailed("Socket Mode", "no connection") from None
            else:
                return

    async def _build(self, address: str) -> None:
        handler = AsyncSocketModeHandler(self._app, self._token, web_client=self._outgoing.web)
        handler.client.wss_uri = address
        handler.client.on_message_listeners.append(self._on_message)
        self._handler = handler
        await handler.connect_async()  # type: ignore[no-untyped-call]

    async def _on_message(self, message: WSMessage) -> None:
        # The SDK keeps a "disconnect" to itself, and would connect again for ever.
        text = message.data if isinstance(message.data, str) else ""
        if "link_disabled" in text and json.loads(text).get("type") == "disconnect":
            self._switched_off.set()

    async def is_connected(self) -> bool:
        """Say whether deliveries can arrive now."""
        return self._handler is not None and await self._handler.client.is_connected()

    async def watch(self) -> str:
        """Keep the connection; return a sentence when Slack has switched Socket Mode off."""
        gone = 0.0
        while not self._switched_off.is_set():
            await self._sleep(self._look_every)
            gone = 0.0 if await self.is_connected() else gone + self._look_every
            if gone >= self._gone_for:
                log.warning("Socket Mode has been gone for %d s; connecting anew", gone)
                gone = 0.0
                await self._rebuild()
        return SWITCHED_OFF

    async def _rebuild(self) -> None:
        await self.close()
        try:
            await self.connect()
        except SlackFailed as error:
            log.warning("Socket Mode: %s; trying again", error)

    async def close(self) -> None:
        """Hang up."""
        if self._handler is not None:
            await self._handler.close_async()  # type: ignore[no-untyped-call]
            self._handler = None
