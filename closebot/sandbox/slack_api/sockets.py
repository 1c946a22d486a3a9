"""Socket Mode: the open connections, and what goes over them.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from closebot.sandbox.slack_api.records import Json
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.strict import read_json

MOST = 10
_ANSWERED = frozenset({"slash_commands"})


class NobodyConnected(Exception):
    """No connection is open to deliver over."""


class Sockets:
    """The connections of the app. Each delivery goes to one of them, in turn."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = count()

    @property
    def connected(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def issue_ticket(self) -> str:
        """Make a ticket: it admits one connection, once."""
        ticket = self._state.token(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="this ticket is unknown or used")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30, max_msg_size=4 * 1024 * 1024)
        await socket.prepare(request)
        if len(self._open) >= MOST:
            await socket.send_json(self._farewell("too_many_websockets"))
            await socket.close()
            return socket
        await socket.send_json(self._hello())
        self._open.append(socket)
        self._state.changes.note("connection")
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._take(message.data)
        finally:
            if socket in self._open:
                self._open.remove(socket)
            self._state.changes.note("connection")
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._state.app_id},
        }

    def _farewell(self, reason: str) -> Json:
        return {
            "type": "disconnect",
            "reason": reason,
            "num_connections": len(self._open),
            "debug_info": {"host": "applink-sandbox"},
            "connection_info": {"app_id": self._state.app_id},
        }

    def _take(self, text: str) -> None:
        try:
            said = read_json(text)
        except ValueError:
            self._state.blame("The app sent something over its socket that is not JSON.")
            return
        envelope = said.get("envelope_id") if isinstance(said, dict) else None
        if not isinstance(envelope, str):
            self._state.blame("The app sent an acknowledgement without an envelope_id.")
            return
        waiting = self._waiting.get(envelope)
        if waiting is not None and not waiting.done():
            waiting.set_result(said.get("payload"))

    async def send(self, kind: str, payload: Json, retry: int, reason: str) -> Any:
        """Deliver over one connection and return what the acknowledgement carries.

        Waits for it as long as it takes. Raises `NobodyConnected`.
        """
        envelope_id = self._state.token(16)
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind in _ANSWERED
            or payload.get("type") in {"view_submission", "block_suggestion"},
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        try:
            await self._send_to_one(envelope)
            return await waiting
        finally:
            del self._waiting[envelope_id]

    async def _send_to_one(self, envelope: Json) -> None:
        while self._open:
            socket = self._open[next(self._turn) % len(self._open)]
            if not socket.closed:
                try:
                    await socket.send_json(envelope)
                except ConnectionError:
                    pass
                else:
                    return
            if socket in self._open:
                self._open.remove(socket)
        raise NobodyConnected

    async def disconnect(self, reason: str) -> None:
        """Send every connection away, as Slack does now and then.

        `warning` only announces it; `refresh_requested` and `link_disabled` end the connection.
        """
        for socket in list(self._open):
            await socket.send_json(self._farewell(reason))
            if reason != "warning":
                if socket in self._open:
                    self._open.remove(socket)
                await socket.close()
        self._state.changes.note("connection")

    async def close(self) -> None:
        """Hang up."""
        for socket in list(self._open):
            await socket.close()
        self._open.clear()
