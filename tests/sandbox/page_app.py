"""A small app of Bolt's behind the demo's page, and what it shows."""

from contextlib import asynccontextmanager

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from closebot.sandbox.demo import PAGE
from closebot.sandbox.slack_api import SlackSandbox
from tests.sandbox.browser import opened

FEATURES = {
    "slash_commands": [{"command": "/form", "description": "A form"}],
    "shortcuts": [
        {"name": "New form", "type": "global", "callback_id": "open", "description": "x"},
        {"name": "Note this", "type": "message", "callback_id": "note", "description": "x"},
    ],
}


@asynccontextmanager
async def workspace_with_page():
    """Run a workspace with the page; an app that does what it must not fails the test."""
    data = {"features": FEATURES}
    async with SlackSandbox(page=PAGE, page_data=data, ack_within=3.0) as sandbox:
        yield sandbox
        assert sandbox.violations == []


def client_of(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


@asynccontextmanager
async def app_of(slack, client):
    """Run an app without handlers, over a socket."""
    made = AsyncApp(client=client)
    handler = AsyncSocketModeHandler(made, slack.app_token)
    await handler.connect_async()
    await slack.until(lambda: slack.connections)
    try:
        yield made
    finally:
        await handler.close_async()


def plain(text):
    return {"type": "plain_text", "text": text}


def options(*words, **more):
    return [{"text": plain(word), "value": word.lower()} | more for word in words]


def field(name, kind, *, dispatch=False, hint="", optional=True, **more):
    block = {
        "type": "input",
        "block_id": name,
        "label": plain(name),
        "element": {"type": kind, "action_id": "value"} | more,
        "optional": optional,
        "dispatch_action": dispatch,
    }
    return block | ({"hint": plain(hint)} if hint else {})


def button(text, action_id, **more):
    return {"type": "button", "text": plain(text), "action_id": action_id} | more


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def modal(*blocks, **more):
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Save"),
        "blocks": list(blocks),
    } | more


CONFIRM = {
    "title": plain("Sure?"),
    "text": plain("It goes away."),
    "confirm": plain("Yes, do"),
    "deny": plain("No"),
}


def opens(app, *blocks, **more):
    """Let the shortcut open a form; return the states that it was submitted with."""
    states = []

    @app.shortcut("open")
    async def open_it(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*blocks, **more))

    @app.view("form")
    async def save(ack, view):
        values = view["state"]["values"]
        states.append({name: next(iter(held.values())) for name, held in values.items()})
        await ack()

    return states


def hears(app, action_id):
    """Return the actions that arrive under an id."""
    heard = []

    @app.action(action_id)
    async def hear(ack, action):
        await ack()
        heard.append(action)

    return heard


@asynccontextmanager
async def with_form(slack, **how):
    """Open the page and, with its shortcut, the form."""
    async with opened(f"{slack.url}/#ana/sales", **how) as page:
        await open_form(page)
        yield page


async def open_form(page):
    await page.get_by_role("button", name="Shortcuts", exact=True).click()
    await page.get_by_role("menuitem", name="New form").click()
    await page.get_by_role("dialog", name="Form").wait_for()


async def submit(page):
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("dialog").wait_for(state="hidden")


async def pick(page, label, words):
    await page.get_by_role("combobox", name=label, exact=True).click()
    await page.locator(".choice", has_text=words).click()
