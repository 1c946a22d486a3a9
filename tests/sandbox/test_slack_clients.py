"""Slack's own clients against the sandbox, as they come: those for threads and those for tasks."""

import asyncio

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.aiohttp import SocketModeClient as AsyncSocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from closebot.sandbox.slack_api import SlackSandbox


@pytest.fixture
async def slack():
    async with SlackSandbox() as sandbox:
        yield sandbox
        assert sandbox.violations == []


class Threads:
    """The clients that block, each call in a thread of its own."""

    def __init__(self, slack, answer):
        self.slack, self.answer, self.socket = slack, answer, None
        self.web = WebClient(token=slack.bot_token, base_url=slack.api_url)

    async def call(self, name, **arguments):
        return await asyncio.to_thread(getattr(self.web, name), **arguments)

    async def connect(self):
        def listen(client, request):
            client.send_socket_mode_response(self.answer(request))

        web = WebClient(base_url=self.slack.api_url)
        self.socket = SocketModeClient(self.slack.app_token, web_client=web)
        self.socket.socket_mode_request_listeners.append(listen)
        await asyncio.to_thread(self.socket.connect)

    async def close(self):
        if self.socket:
            await asyncio.to_thread(self.socket.close)


class Tasks:
    """The clients of asyncio."""

    def __init__(self, slack, answer):
        self.slack, self.answer, self.socket = slack, answer, None
        self.web = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)

    async def call(self, name, **arguments):
        return await getattr(self.web, name)(**arguments)

    async def connect(self):
        async def listen(client, request):
            await client.send_socket_mode_response(self.answer(request))

        web = AsyncWebClient(base_url=self.slack.api_url)
        self.socket = AsyncSocketModeClient(self.slack.app_token, web_client=web)
        self.socket.socket_mode_request_listeners.append(listen)
        await self.socket.connect()

    async def close(self):
        if self.socket:
            await self.socket.close()


@pytest.fixture(params=[Threads, Tasks])
async def client(slack, request):
    def answer(asked):
        words = f"You said {asked.payload['text']}"
        return SocketModeResponse(asked.envelope_id, payload={"text": words})

    made = request.param(slack, answer)
    yield made
    await made.close()


async def test_a_client_says_who_it_is_and_is_refused_in_slacks_words(slack, client):
    told = await client.call("auth_test")
    assert (told["team_id"], told["user"]) == (slack.team_id, "closebot")
    with pytest.raises(SlackApiError) as caught:
        await client.call("chat_postMessage", channel="C0NOWHERE", text="x")
    assert caught.value.response["error"] == "channel_not_found"
    assert caught.value.response.status_code == 200


async def test_a_client_answers_a_command_before_and_after_a_new_connection(slack, client):
    await client.connect()
    await slack.until(lambda: slack.connections)
    ana = slack.member("ana")
    await ana.command("/echo one")
    assert ana.last().text == "You said one"
    await slack.disconnect("refresh_requested")
    await slack.until(lambda: slack.connections)
    await ana.command("/echo two")
    assert ana.last().text == "You said two"
    assert ana.notices == []


async def test_a_client_goes_through_pages(slack, client):
    where = slack.channel("sales").id
    for number in range(5):
        await client.call("chat_postMessage", channel=where, text=f"number {number}")
    slack.scopes.append("channels:history")
    page = await client.call("conversations_history", channel=where, limit=3)
    assert [one["text"] for one in page["messages"]] == ["number 4", "number 3", "number 2"]
    cursor = page["response_metadata"]["next_cursor"]
    page = await client.call("conversations_history", channel=where, limit=3, cursor=cursor)
    assert [one["text"] for one in page["messages"]] == ["number 1", "number 0"]
    assert page["has_more"] is False
