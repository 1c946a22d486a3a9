import asyncio
import json

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from closebot.slack.outgoing import SlackFailed, open_outgoing
from closebot.slack.socket import SWITCHED_OFF, Socket


async def authorize():
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-test")


class Gate:
    """Gives out addresses, of which only the last kind lets anybody in."""

    def __init__(self, *kinds):
        self.kinds = list(kinds)
        self.given = 0
        self.connections = []
        self.url = ""

    async def on_open(self, _):
        kind = self.kinds[min(self.given, len(self.kinds) - 1)]
        self.given += 1
        if kind == "refused":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if kind == "odd":
            return web.json_response({"ok": True})
        return web.json_response({"ok": True, "url": f"ws{self.url[4:]}{kind}"})

    async def on_link(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.connections.append(socket)
        async for _ in socket:
            pass
        return socket


@pytest.fixture
async def open_gate(aiohttp_serve):
    opened = []

    async def open_with(*kinds, **options):
        gate = Gate(*kinds)
        application = web.Application()
        application.router.add_post("/api/apps.connections.open", gate.on_open)
        application.router.add_get("/good", gate.on_link)
        client = await aiohttp_serve(application)
        gate.url = f"{client.session._base_url}".rstrip("/") + "/"
        outgoing = open_outgoing("xoxb-test", gate.url + "api/")
        app = AsyncApp(client=outgoing.web, authorize=authorize)
        options = {"connect_within": 0.4, "look_every": 0.02, "gone_for": 0.06} | options
        gate.socket = Socket(app, "xapp-test", outgoing, **options)
        opened.append((gate, outgoing))
        return gate

    yield open_with
    for gate, outgoing in opened:
        await gate.socket.close()
        await outgoing.aclose()


async def test_a_spent_address_is_not_tried_for_ever(open_gate):
    gate = await open_gate("spent", "good")
    await gate.socket.connect()
    assert gate.given == 2
    assert await gate.socket.is_connected()


async def test_a_socket_that_never_opens_is_a_failure(open_gate):
    gate = await open_gate("spent", connect_within=0.1)
    with pytest.raises(SlackFailed):
        await gate.socket.connect()


@pytest.mark.parametrize("kind", ["refused", "odd"])
async def test_a_refused_token_is_a_failure_at_once(open_gate, kind):
    gate = await open_gate(kind)
    with pytest.raises(SlackFailed):
        await gate.socket.connect()
    assert gate.given == 1


async def test_a_connection_that_is_gone_is_built_anew(open_gate):
    gate = await open_gate("good")
    await gate.socket.connect()
    watching = asyncio.create_task(gate.socket.watch())
    await gate.connections[0].close()
    async with asyncio.timeout(5):
        while len(gate.connections) < 2:  # noqa: ASYNC110 - the watch makes it happen
            await asyncio.sleep(0.01)
    watching.cancel()


async def test_socket_mode_that_is_switched_off_ends_the_watch(open_gate):
    gate = await open_gate("good")
    await gate.socket.connect()
    gone = {"type": "disconnect", "reason": "link_disabled"}
    await gate.connections[0].send_str(json.dumps(gone))
    async with asyncio.timeout(5):
        assert await gate.socket.watch() == SWITCHED_OFF
