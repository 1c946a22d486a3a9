"""A Slack of a few lines: it takes what is sent and can say no."""

import asyncio
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from closebot.slack.outgoing import Outgoing, open_outgoing


@dataclass
class SmallSlack:
    url: str = ""
    outgoing: Outgoing | None = None
    posted: list[dict] = field(default_factory=list)
    calls: list[tuple[str, dict]] = field(default_factory=list)
    answers: dict[str, dict] = field(default_factory=dict)
    response_status: int = 200
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, predicate):
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(predicate), 5)

    async def note(self):
        async with self.changed:
            self.changed.notify_all()

    async def on_response(self, request):
        self.posted.append(await request.json())
        await self.note()
        return web.Response(text="ok", status=self.response_status)

    async def on_call(self, request):
        method = request.match_info["method"]
        self.calls.append((method, await request.json()))
        await self.note()
        return web.json_response(self.answers.get(method, {"ok": True}))


@pytest.fixture
async def small_slack(aiohttp_serve):
    slack = SmallSlack()
    application = web.Application()
    application.router.add_post("/response", slack.on_response)
    application.router.add_post("/api/{method}", slack.on_call)
    client = await aiohttp_serve(application)
    slack.url = f"{client.session._base_url}".rstrip("/") + "/"
    slack.outgoing = open_outgoing("xoxb-test", slack.url + "api/")
    yield slack
    await slack.outgoing.aclose()
