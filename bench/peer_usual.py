"""The usual bot: a stock AsyncApp, `respond`, and one shared httpx client with default limits.

    python bench/peer_usual.py <port, or 0 for Socket Mode>

Under uvicorn it serves HTTP. Reads CLOSE_API_URL, SLACK_API_URL, SLACK_BOT_TOKEN.
"""

import asyncio
import os
import sys
from typing import Any

import httpx  # noqa: TID251 - it is no part of closebot
import uvicorn
from shapes import SEARCH, draw
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

web = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
app = AsyncApp(client=web, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
close = httpx.AsyncClient(base_url=os.environ["CLOSE_API_URL"], auth=("api_bench.key", ""))


@app.command("/close")
async def on_command(ack: Any, respond: Any) -> None:
    await ack()
    answer = await close.post("data/search/", json=SEARCH)
    await respond(draw(answer.json()))


@app.shortcut("new_opportunity")
async def on_shortcut(ack: Any, body: Any, client: Any) -> None:
    await ack()
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "A form"}}
    view = {"type": "modal", "title": {"type": "plain_text", "text": "New"}, "blocks": [block]}
    await client.views_open(trigger_id=body["trigger_id"], view=view)


async def listen() -> None:
    await AsyncSocketModeHandler(app, "xapp-usual").start_async()


if __name__ == "__main__":
    port = int(sys.argv[1])
    if port:
        handler = AsyncSlackRequestHandler(app, path="/slack/events")
        uvicorn.run(
            handler, host="127.0.0.1", port=port, loop="asyncio", http="httptools",
            log_level="warning", access_log=False,
        )  # fmt: skip
    else:
        asyncio.run(listen())
