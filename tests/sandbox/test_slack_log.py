"""The log of what went over the wire, with what the app must not do after what it did."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from closebot.sandbox.slack_api import SlackSandbox


@pytest.fixture
async def slack():
    async with SlackSandbox() as sandbox:
        yield sandbox


async def look(slack, **query):
    url = f"{slack.url}/sim/log"
    async with aiohttp.ClientSession() as http, http.get(url, params={"as": "ana"} | query) as said:
        return said.status, await said.json()


async def test_invalid_blocks_stand_in_the_log_as_a_violation(slack):
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    await client.auth_test()
    where = slack.channel("sales").id
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=where, text="x", blocks=[{"type": "nope"}])
    _, entries = await look(slack)
    assert sorted((one["number"], one["kind"]) for one in entries) == [
        (1, "call"),
        (2, "call"),
        (3, "violation"),
    ]
    assert entries[1]["name"].startswith("chat.postMessage was sent what")
    _, newer = await look(slack, after=str(entries[0]["revision"]))
    assert newer == entries[1:]


async def test_a_delivery_that_nobody_takes_is_a_violation_after_it(slack):
    await slack.member("ana").command("/close help")
    _, entries = await look(slack)
    assert [one["kind"] for one in entries] == ["delivery", "violation"]


async def test_the_log_is_asked_for_by_revision(slack):
    status, said = await look(slack, after="first")
    assert status == 400
    assert "number" in said["error"]
