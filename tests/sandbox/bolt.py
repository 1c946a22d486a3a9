"""Apps made with Bolt for the Slack sandbox, what they draw, and the page that people have."""

from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


def client_of(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


@asynccontextmanager
async def connected(slack):
    """Give an app that is connected over Socket Mode."""
    app = AsyncApp(client=client_of(slack))
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()
    await slack.until(lambda: slack.connections)
    try:
        yield app
    finally:
        await handler.close_async()


@asynccontextmanager
async def served(handler):
    """Serve what takes a request; gives its address."""
    application = web.Application()
    application.router.add_post("/slack/events", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await runner.cleanup()


class Page:
    """What a browser page asks of the sandbox and does, as Ana in #sales."""

    def __init__(self, slack, session):
        self._url = slack.url
        self.session = session

    async def get(self, part, **query):
        query = {"as": "ana", "channel": "sales"} | query
        async with self.session.get(f"{self._url}/sim/{part}", params=query) as answer:
            return await answer.json()

    async def post(self, verb, **body):
        body = {"as": "ana", "channel": "sales"} | body
        async with self.session.post(f"{self._url}/sim/{verb}", json=body) as answer:
            return await answer.json()


@asynccontextmanager
async def opened_page(slack):
    async with aiohttp.ClientSession() as session:
        yield Page(slack, session)


def plain(text):
    return {"type": "plain_text", "text": text}


def section(text="hello", **more):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}} | more


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def button(text="Go", action_id="go", **more):
    return {"type": "button", "text": plain(text), "action_id": action_id} | more


def options(*words):
    return [{"text": plain(word), "value": word} for word in words]


def menu(action_id="lead", **more):
    """Make a select whose options the app suggests."""
    return {"type": "external_select", "action_id": action_id, "min_query_length": 1} | more


def field(block_id="name", label="Name", **more):
    element = {"type": "plain_text_input", "action_id": "value"} | more.pop("element", {})
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element} | more


def modal(*blocks, title="Form"):
    view = {"type": "modal", "callback_id": "form", "title": plain(title)}
    return view | {"submit": plain("Save"), "blocks": list(blocks)}


def opens(app, *views):
    """Let the command `/form` open a modal: the next one each time, the last one from then on."""
    left = list(views)

    @app.command("/form")
    async def open_it(ack, body, client):
        await ack()
        view = left.pop(0) if len(left) > 1 else left[0]
        await client.views_open(trigger_id=body["trigger_id"], view=view)
