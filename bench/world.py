"""The Slack and the Close that all peers work with: thin, and equally quick for each of them.

What Close answers is asked once of closebot's own sandbox and then said again word for word, after
`delay` seconds. Slack takes everything.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import re
import time
from collections import Counter
from typing import Any, Self
from urllib.parse import quote_plus, urlencode

import aiohttp
from aiohttp import web

from bench.wire import Answer, Lines, dump, port_of, serve
from closebot.sandbox.close_api import CloseSandbox

SECRET = "5ec2e7"
BOT_TOKEN = "xoxb-1-bench"
TEAM = "T0BENCH"
# Whoever searches gets what closebot got when it searched first.
SEARCHES = b"/data/search/"
PEOPLE = [f"U{number:07}" for number in range(250)]
_MEMBER = {"team_id": TEAM, "tz": "Europe/Berlin", "is_admin": False, "profile": {}}


class World:
    """Slack's Web API, its response addresses and Close on three ports, and a websocket."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.opened: Counter[str] = Counter()  # connections, by the host they would go to
        self.asked: Counter[str] = Counter()  # requests, by host and what they ask
        self.waiting: dict[int, asyncio.Future[float]] = {}
        self.numbers = itertools.count(1)
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self.acks: dict[str, asyncio.Future[float]] = {}
        self.known: dict[tuple[bytes, bytes], bytes] = {}

    @property
    def answers(self) -> dict[str, Answer]:
        """What answers for each host."""
        return {"slack": self.slack, "hooks": self.hook, "close": self.close}

    async def __aenter__(self) -> Self:
        self.sandbox = await CloseSandbox().__aenter__()
        self.session = aiohttp.ClientSession()
        self.servers = {
            name: await serve(answer, lambda name=name: self.opened.update([name]))
            for name, answer in self.answers.items()
        }
        self.hooks_url = f"http://127.0.0.1:{port_of(self.servers['hooks'])}"
        application = web.Application()
        application.router.add_get("/link/{name}", self.link)
        self.runner = web.AppRunner(application)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self.servers.values():
            server.close()
        await self.session.close()
        await self.runner.cleanup()
        await self.sandbox.__aexit__(None, None, None)

    def port(self, name: str) -> int:
        return port_of(self.servers[name])

    # --- Slack --------------------------------------------------------------------------------

    def slack(self, head: bytes, body: bytes) -> tuple[float, bytes]:
        method = path_of(head).split(b"?")[0].rsplit(b"/", 1)[-1].decode()
        self.asked[method] += 1
        said: dict[str, Any] = {"ok": True}
        if method == "auth.test":
            said |= {"team_id": TEAM, "user_id": "UBOT", "bot_id": "BBOT", "url": "https://x.y/"}
        elif method == "users.info":
            user = json.loads(body)["user"] if body[:1] == b"{" else "U"
            said["user"] = {"id": user, **_MEMBER}
        elif method == "apps.connections.open":
            name = re.search(rb"Bearer xapp-(\w+)", head)[1].decode()
            said["url"] = f"ws://127.0.0.1:{self.runner.addresses[0][1]}/link/{name}"
        elif method in ("views.open", "views.update", "views.publish"):
            said["view"] = {"id": "V0001"}
            trigger = json.loads(body).get("trigger_id", "0") if body[:1] == b"{" else "0"
            self.arrived(int(trigger.split(".")[0]))
        return 0.0, dump(said)

    def hook(self, head: bytes, _: bytes) -> tuple[float, bytes]:
        self.asked["response_url"] += 1
        self.arrived(int(path_of(head).rsplit(b"/", 1)[-1]))
        return 0.0, b"ok"

    def arrived(self, number: int) -> None:
        waiting = self.waiting.pop(number, None)
        if waiting and not waiting.done():
            waiting.set_result(time.perf_counter())

    def expect(self) -> tuple[int, asyncio.Future[float]]:
        number = next(self.numbers)
        future = asyncio.get_running_loop().create_future()
        self.waiting[number] = future
        return number, future

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=None)
        await socket.prepare(request)
        self.sockets[request.match_info["name"]] = socket
        await socket.send_str('{"type":"hello","num_connections":1}')
        async for message in socket:
            if message.type != aiohttp.WSMsgType.TEXT:
                continue
            envelope = json.loads(message.data).get("envelope_id")
            waiting = self.acks.pop(envelope, None)
            if waiting and not waiting.done():
                waiting.set_result(time.perf_counter())
        return socket

    # --- Close --------------------------------------------------------------------------------

    def close(self, head: bytes, body: bytes) -> tuple[float, bytes] | asyncio.Future[bytes]:
        self.asked["close"] += 1
        path = path_of(head)
        key = (path, b"" if path.endswith(SEARCHES) else body)
        if key in self.known:
            return self.delay, self.known[key]
        return asyncio.ensure_future(self.learn(key, body))

    async def learn(self, key: tuple[bytes, bytes], body: bytes) -> bytes:
        path, _ = key
        address = self.sandbox.api_url.split("/api/")[0] + path.decode()
        auth = aiohttp.encode_basic_auth(self.sandbox.keys["ana"], "")
        headers = {"Authorization": auth, "Content-Type": "application/json"}
        method = "POST" if body else "GET"
        async with self.session.request(method, address, data=body or None, headers=headers) as one:
            said = await one.read()
            if one.status != 200:
                raise SystemExit(f"Close says {one.status} to {path!r}: {said[:300]!r}")
        self.known[key] = said
        return said


def path_of(head: bytes) -> bytes:
    return head.split(b" ", 2)[1]


def command(world: World, number: int, people: int = len(PEOPLE)) -> dict[str, str]:
    """What Slack sends for a slash command; another person each time, of so many."""
    return {
        "token": "x", "team_id": TEAM, "team_domain": "bench",
        # Another one each time, so that where a lead was looked at last has to be written down.
        "channel_id": f"C0BENCH{number // people % 2}",
        "channel_name": "sales", "user_id": PEOPLE[number % people], "user_name": "somebody",
        "command": "/close", "text": "lead Acme Corporation", "api_app_id": "A0BENCH",
        "is_enterprise_install": "false", "trigger_id": f"{number}.1.bench",
        "response_url": f"{world.hooks_url}/commands/{number}",
    }  # fmt: skip


def click(number: int, people: int = len(PEOPLE)) -> dict[str, str]:
    """What Slack sends for the shortcut that opens a form."""
    shortcut = {
        "type": "shortcut", "token": "x", "action_ts": "1.1", "callback_id": "new_opportunity",
        "trigger_id": f"{number}.1.bench", "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": PEOPLE[number % people], "username": "somebody", "team_id": TEAM},
        "is_enterprise_install": False, "enterprise": None,
    }  # fmt: skip
    return {"payload": json.dumps(shortcut)}


def sign(port: int, fields: dict[str, str]) -> tuple[bytes, bytes]:
    """Return the head and the body of a signed request."""
    body = urlencode(fields, quote_via=quote_plus).encode()
    now = str(int(time.time()))
    mark = hmac.new(SECRET.encode(), f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nAccept: */*\r\n"
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        f"X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: v0={mark}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode(), body


class Door:
    """How Slack delivers to one bot: over HTTP, or by the websocket that the bot has opened."""

    def __init__(self, world: World, *, port: int = 0, name: str = "") -> None:
        self.world, self.port, self.name = world, port, name
        self.lines = Lines(port)

    async def deliver(self, fields: dict[str, str]) -> float:
        """Deliver, and return when the ack was there. Raises `SystemExit` for a refusal."""
        if self.port:
            status, said = await self.lines.post(*sign(self.port, fields))
            if status != 200:
                raise SystemExit(f"{self.name} answered {status}: {said[:300]!r}")
            return time.perf_counter()
        envelope = str(next(self.world.numbers))
        waiting = self.world.acks[envelope] = asyncio.get_running_loop().create_future()
        kind = "interactive" if "payload" in fields else "slash_commands"
        payload = json.loads(fields["payload"]) if "payload" in fields else fields
        whole = {"envelope_id": envelope, "type": kind, "payload": payload,
                 "accepts_response_payload": True}  # fmt: skip
        await self.world.sockets[self.name].send_str(json.dumps(whole))
        return await waiting
