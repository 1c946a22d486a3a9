"""What selects of channels and conversations offer, and what they hold at the start."""

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from closebot.sandbox.slack_api import SlackSandbox


@pytest.fixture
async def slack():
    async with SlackSandbox() as sandbox:
        sandbox.talk("ana", "ben")
        sandbox.talk("ana", "ben", "mia")
        yield sandbox
        assert sandbox.violations == []


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


@pytest.fixture
async def app(slack, client):
    """An app that opens the modal of `app.view` where it is asked to."""
    made = AsyncApp(client=client)
    made.submitted = []

    async def show(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=made.shown)

    async def push(ack, body, client):
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=made.shown)

    async def save(ack, view):
        await ack()
        made.submitted.append(view["state"]["values"]["b"]["a"])

    made.command("/form")(show)
    made.shortcut("form")(show)
    made.shortcut("on_message")(show)
    made.action("open")(show)
    made.action("push")(push)
    made.view("form")(save)
    handler = AsyncSocketModeHandler(made, slack.app_token)
    await handler.connect_async()
    await slack.until(lambda: slack.connections)
    yield made
    await handler.close_async()


def plain(text):
    return {"type": "plain_text", "text": text}


def modal(kind="conversations_select", **more):
    element = {"type": kind, "action_id": "a"} | more
    field = {"type": "input", "block_id": "b", "label": plain("Where"), "element": element}
    field["optional"] = True
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Save"),
        "blocks": [field],
    }


def button(action_id):
    element = {"type": "button", "text": plain("Go"), "action_id": action_id}
    return {"type": "actions", "elements": [element]}


async def look(slack, part, **query):
    async with (
        aiohttp.ClientSession(slack.url) as http,
        http.get(f"/sim/{part}", params={"as": "ana"} | query) as got,
    ):
        return await got.json()


async def test_a_page_is_told_the_kind_of_each_conversation(slack):
    told = (await look(slack, "state"))["conversations"]
    kinds = {one["name"]: (one["kind"], one["shared"], one["bot"]) for one in told}
    assert kinds == {
        "general": ("public", False, False),
        "sales": ("public", False, False),
        "deal-desk": ("private", False, False),
        "ext-fabrikam": ("public", True, False),
        "design": ("public", False, False),
        "random": ("public", False, False),
        "Ben Carter": ("im", False, False),
        "Ben Carter, Mia Laurent": ("mpim", False, False),
        "closebot": ("im", False, True),
    }


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("gil", {"design", "closebot"}),
        ("olga", {"ext-fabrikam", "closebot"}),
        ("raj", {"general", "sales", "ext-fabrikam", "design", "random", "closebot"}),
    ],
)
async def test_a_guest_is_told_of_what_a_guest_can_see(slack, key, names):
    told = (await look(slack, "state", **{"as": key}))["conversations"]
    assert {one["name"] for one in told} == names


@pytest.mark.parametrize(
    ("kind", "more", "offered", "hidden"),
    [
        ("channels_select", {}, ["sales", "ext-fabrikam"], ["deal-desk", "Ben Carter"]),
        ("conversations_select", {}, ["sales", "deal-desk", "Ben Carter", "closebot"], []),
        (
            "conversations_select",
            {"filter": {"include": ["private", "mpim"]}},
            ["deal-desk", "Ben Carter, Mia Laurent"],
            ["sales", "Ben Carter"],
        ),
        (
            "multi_conversations_select",
            {"filter": {"exclude_external_shared_channels": True, "exclude_bot_users": True}},
            ["sales", "Ben Carter"],
            ["ext-fabrikam", "closebot"],
        ),
    ],
)
async def test_a_person_picks_among_what_is_offered(slack, app, kind, more, offered, hidden):
    app.shown, ana = modal(kind, **more), slack.member("ana")
    await ana.command("/form")
    await slack.until(lambda: ana.modal)
    for name in hidden:
        with pytest.raises(AssertionError, match=f"offered no '{name}'"):
            await ana.choose("Where", name)
    for name in offered:
        await ana.choose("Where", name)


CURRENT = {"default_to_current_conversation": True}


async def held_after(slack, ana, act):
    await act
    await slack.until(lambda: ana.modal)
    held = ana.modal.values["Where"]
    await ana.close_modal(everything=True)
    return held


async def test_a_select_holds_the_conversation_that_was_looked_at(slack, app, client):
    ana, sales, design = slack.member("ana"), slack.channel("sales").id, slack.channel("design").id
    app.shown = modal(**CURRENT)
    assert await held_after(slack, ana, ana.command("/form", channel="design")) == design
    assert await held_after(slack, ana, ana.shortcut("form", channel="design")) == design
    assert await held_after(slack, ana, ana.shortcut("form")) is None
    said = await ana.say("x", channel="sales")
    assert await held_after(slack, ana, ana.message_shortcut("on_message", said)) == sales
    await client.chat_postMessage(channel=design, text="x", blocks=[button("open")])
    assert await held_after(slack, ana, ana.click("Go", channel="design")) == design
    app.shown = modal("multi_conversations_select", initial_conversations=[sales], **CURRENT)
    assert await held_after(slack, ana, ana.command("/form", channel="design")) == [design]
    app.shown = modal(initial_conversation=sales, **CURRENT)
    assert await held_after(slack, ana, ana.command("/form", channel="design")) == sales
    app.shown = modal(filter={"include": ["im"]}, **CURRENT)
    assert await held_after(slack, ana, ana.command("/form", channel="design")) is None
    app.shown = modal()
    assert await held_after(slack, ana, ana.command("/form", channel="design")) is None


@pytest.mark.parametrize("how", ["push", "open"])
async def test_what_is_held_is_submitted_and_handed_on_to_the_next_modal(slack, app, how):
    ana, design = slack.member("ana"), slack.channel("design").id
    app.shown = modal(**CURRENT) | {"blocks": [button(how)]}
    await ana.command("/form", channel="design")
    await slack.until(lambda: ana.modal)
    app.shown = modal(**CURRENT)
    await ana.click("Go")
    await slack.until(lambda: "Where" in ana.modal.labels)
    await ana.submit()
    assert app.submitted == [{"type": "conversations_select", "selected_conversation": design}]


async def test_a_select_in_a_message_holds_the_channel_of_the_message(slack, app, client):
    states, ana, design = [], slack.member("ana"), slack.channel("design").id

    @app.action("look")
    async def look(ack, body):
        states.append(body["state"]["values"]["b"]["a"])
        await ack()

    element = {"type": "conversations_select", "action_id": "a"} | CURRENT
    block = {"type": "actions", "block_id": "b", "elements": [element]}
    await client.chat_postMessage(channel=design, text="x", blocks=[block, button("look")])
    await ana.click("Go")
    assert states == [{"type": "conversations_select", "selected_conversation": design}]


async def test_a_page_says_what_is_open_when_a_global_shortcut_is_run(slack, app):
    app.shown, design = modal(**CURRENT), slack.channel("design").id
    body = {"as": "ana", "callback_id": "form", "channel": "design"}
    async with (
        aiohttp.ClientSession(slack.url) as http,
        http.post("/sim/shortcut", json=body) as answer,
    ):
        assert await answer.json() == {"ok": True}
    ana = slack.member("ana")
    await slack.until(lambda: ana.modal)
    assert ana.modal.values["Where"] == design
    opened = await look(slack, "modal")
    assert opened["view"]["state"]["values"]["b"]["a"]["selected_conversation"] == design
