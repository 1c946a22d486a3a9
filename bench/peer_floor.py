"""The floor: verifies, acks, asks Close and answers, over one aiohttp session, and nothing else.

python bench/peer_floor.py <port, or 0 for Socket Mode>
"""

import asyncio
import hashlib
import hmac
import json
import os
import sys
import time
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import uvicorn
from shapes import SEARCH, draw

SECRET = os.environ["SLACK_SIGNING_SECRET"].encode()
SEARCHES = os.environ["CLOSE_API_URL"] + "data/search/"
AUTH = {"Authorization": aiohttp.encode_basic_auth("api_bench.key", "")}
TOKEN = {"Authorization": f"Bearer {os.environ['SLACK_BOT_TOKEN']}"}
running: set[asyncio.Task[None]] = set()
kept: list[aiohttp.ClientSession] = []


def session() -> aiohttp.ClientSession:
    if not kept:
        connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=120)
        kept.append(aiohttp.ClientSession(connector=connector))
    return kept[0]


async def work(fields: dict[str, str]) -> None:
    if "payload" in fields:
        trigger = json.loads(fields["payload"])["trigger_id"]
        body = {"trigger_id": trigger, "view": {"type": "modal", "blocks": []}}
        opens = os.environ["SLACK_API_URL"] + "views.open"
        async with session().post(opens, json=body, headers=TOKEN) as answer:
            await answer.read()
        return
    async with session().post(SEARCHES, json=SEARCH, headers=AUTH) as answer:
        card = draw(await answer.json())
    async with session().post(fields["response_url"], json=card) as answer:
        await answer.read()


def start(fields: dict[str, str]) -> None:
    task = asyncio.create_task(work(fields))
    running.add(task)
    task.add_done_callback(running.discard)


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    raw, more = b"", True
    while more:
        message = await receive()
        raw += message.get("body", b"")
        more = message.get("more_body", False)
    headers = dict(scope["headers"])
    sent = headers.get(b"x-slack-request-timestamp", b"0")
    mark = hmac.new(SECRET, b"v0:" + sent + b":" + raw, hashlib.sha256).hexdigest()
    good = hmac.compare_digest(f"v0={mark}".encode(), headers.get(b"x-slack-signature", b""))
    good = good and abs(time.time() - int(sent)) <= 300
    status = 200 if good else 401
    await send({"type": "http.response.start", "status": status,
                "headers": [(b"content-length", b"0")]})  # fmt: skip
    await send({"type": "http.response.body", "body": b""})
    if good:
        start({name: values[0] for name, values in parse_qs(raw.decode()).items()})


async def listen() -> None:
    opens = os.environ["SLACK_API_URL"] + "apps.connections.open"
    async with session().post(opens, headers={"Authorization": "Bearer xapp-floor"}) as answer:
        address = (await answer.json(content_type=None))["url"]
    async with session().ws_connect(address) as socket:
        async for message in socket:
            said = json.loads(message.data)
            if "envelope_id" not in said:
                continue
            await socket.send_str(json.dumps({"envelope_id": said["envelope_id"]}))
            start(said["payload"])


if __name__ == "__main__":
    port = int(sys.argv[1])
    if port:
        uvicorn.run(
            app, host="127.0.0.1", port=port, loop="asyncio", http="httptools",
            log_level="warning", access_log=False,
        )  # fmt: skip
    else:
        asyncio.run(listen())
