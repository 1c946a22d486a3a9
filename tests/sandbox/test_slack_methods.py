"""Methods that usual apps call and this one's bot does not: history, reactions, who is who."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from closebot.sandbox.slack_api import App, SlackSandbox


@pytest.fixture
async def slack():
    async with SlackSandbox(bot_name="Deal Bot", scopes=App().scopes) as sandbox:
        yield sandbox
        assert sandbox.violations == []


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


@pytest.fixture
def sales(slack):
    return slack.channel("sales").id


async def refusal(awaited):
    with pytest.raises(SlackApiError) as caught:
        await awaited
    return caught.value.response["error"]


async def messages_on_page(slack, key="ana"):
    query = {"as": key, "channel": "sales"}
    async with (
        aiohttp.ClientSession(slack.url) as http,
        http.get("/sim/messages", params=query) as got,
    ):
        return await got.json()


# --- what was said ----------------------------------------------------------------------------


async def test_history_is_what_stands_in_the_channel_newest_first(slack, client, sales):
    ana = slack.member("ana")
    root = await ana.say("Who takes Acme?")
    await client.chat_postMessage(channel=sales, thread_ts=root.ts, text="Ben does")
    await ana.say("Thanks", thread_ts=root.ts)
    await client.chat_postEphemeral(channel=sales, user=ana.id, text="psst")
    gone = await client.chat_postMessage(channel=sales, text="oops")
    await client.chat_delete(channel=sales, ts=gone["ts"])
    last = await client.chat_postMessage(channel=sales, text="Next")
    told = await client.conversations_history(channel=sales)
    assert [one["text"] for one in told["messages"]] == ["Next", "Who takes Acme?"]
    parent = told["messages"][1]
    assert (parent["reply_count"], parent["thread_ts"]) == (2, root.ts)
    assert parent["reply_users"] == [told["messages"][0]["user"], ana.id]
    one = await client.conversations_history(
        channel=sales, latest=last["ts"], oldest=last["ts"], inclusive=True, limit=1
    )
    assert [one["text"] for one in one["messages"]] == ["Next"]
    before = await client.conversations_history(channel=sales, latest=last["ts"])
    assert [one["text"] for one in before["messages"]] == ["Who takes Acme?"]


async def test_a_thread_is_read_with_the_message_that_it_hangs_from(slack, client, sales):
    root = await client.chat_postMessage(channel=sales, text="Q")
    await slack.member("ana").say("A", thread_ts=root["ts"])
    thread = await client.conversations_replies(channel=sales, ts=root["ts"])
    assert [one["text"] for one in thread["messages"]] == ["Q", "A"]
    assert thread["messages"][0]["reply_count"] == 1
    assert thread["messages"][1]["parent_user_id"] == root["message"]["user"]
    assert await refusal(client.conversations_replies(channel=sales, ts="1.000001")) == (
        "thread_not_found"
    )


async def test_history_is_refused_outside_and_without_its_scope(slack, client, sales):
    random, desk = slack.channel("random").id, slack.channel("deal-desk").id
    slack.channel("deal-desk").members.discard((await client.auth_test())["user_id"])
    assert await refusal(client.conversations_history(channel=random)) == "not_in_channel"
    assert await refusal(client.conversations_history(channel=desk)) == "channel_not_found"
    assert await refusal(client.conversations_history(channel=sales, oldest="soon")) == (
        "invalid_ts_oldest"
    )
    slack.scopes.remove("channels:history")
    assert await refusal(client.conversations_history(channel=sales)) == "missing_scope"


async def test_a_reply_for_everybody_stands_in_the_channel_too(slack, client, sales):
    root = await slack.member("ana").say("Q")
    aside = await client.chat_postMessage(channel=sales, thread_ts=root.ts, text="aside")
    await client.chat_postMessage(
        channel=sales, thread_ts=root.ts, text="for all", reply_broadcast=True
    )
    await client.chat_postMessage(channel=sales, text="no reply", reply_broadcast=True)
    shown = {one["text"]: one["broadcast"] for one in await messages_on_page(slack)}
    assert shown == {"Q": False, "aside": False, "for all": True, "no reply": False}
    told = (await client.conversations_history(channel=sales))["messages"]
    assert [one["text"] for one in told] == ["no reply", "for all", "Q"]
    assert told[1]["subtype"] == "thread_broadcast"
    assert told[1]["root"]["text"] == "Q"
    await client.chat_update(channel=sales, ts=aside["ts"], text="aside", reply_broadcast=True)
    shown = {one["text"]: one["broadcast"] for one in await messages_on_page(slack)}
    assert shown["aside"] is True


# --- reactions --------------------------------------------------------------------------------


async def test_reactions_are_added_once_seen_and_taken_back(slack, client, sales):
    said = await slack.member("ana").say("Won!")
    item = {"channel": sales, "timestamp": said.ts}
    await client.reactions_add(name="tada", **item)
    assert await refusal(client.reactions_add(name=":tada:", **item)) == "already_reacted"
    (shown,) = await messages_on_page(slack)
    assert shown["reactions"] == [{"name": "tada", "names": ["Deal Bot"]}]
    told = (await client.reactions_get(**item))["message"]
    own = (await client.auth_test())["user_id"]
    assert told["reactions"] == [{"name": "tada", "users": [own], "count": 1}]
    await client.reactions_remove(name="tada", **item)
    assert await refusal(client.reactions_remove(name="tada", **item)) == "no_reaction"
    assert "reactions" not in (await client.reactions_get(**item))["message"]
    assert await refusal(client.reactions_add(name="no such thing", **item)) == "invalid_name"
    assert await refusal(client.reactions_add(name="tada", channel=sales, timestamp="1.2")) == (
        "message_not_found"
    )
    assert await refusal(client.reactions_get()) == "no_item_specified"


# --- who is who -------------------------------------------------------------------------------


async def test_an_app_joins_a_public_channel_and_no_other(slack, client):
    random = slack.channel("random").id
    assert await refusal(client.chat_postMessage(channel=random, text="x")) == "not_in_channel"
    joined = await client.conversations_join(channel=random)
    assert joined["channel"]["is_member"] is True
    await client.chat_postMessage(channel=random, text="x")
    assert (await client.conversations_join(channel=random))["warning"] == "already_in_channel"
    desk = slack.channel("deal-desk").id
    assert await refusal(client.conversations_join(channel=desk)) == (
        "method_not_supported_for_channel_type"
    )


async def test_the_app_has_its_own_name_and_ids(slack, client):
    own = await client.auth_test()
    assert own["user"] == "deal_bot"
    told = (await client.bots_info(bot=own["bot_id"]))["bot"]
    assert (told["name"], told["user_id"]) == ("Deal Bot", own["user_id"])
    assert "CLOSEBOT" not in "".join([own["user_id"], own["bot_id"], slack.app_token])
    assert await refusal(client.bots_info(bot="B0NOBODY")) == "bot_not_found"


async def test_an_app_that_is_called_like_somebody_is_still_another():
    async with SlackSandbox(bot_name="Ana") as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        assert (await client.auth_test())["user_id"] != slack.member("ana").id
        assert (await client.users_info(user=slack.member("ana").id))["user"]["is_bot"] is False


async def test_the_workspace_and_a_profile_can_be_asked_for(slack, client):
    assert (await client.team_info())["team"]["id"] == slack.team_id
    assert await refusal(client.team_info(team="T0ELSE")) == "team_not_found"
    profile = await client.users_profile_get(user=slack.member("ana").id)
    assert profile["profile"]["email"] == "ana@northwind.example"
    assert await refusal(client.users_profile_get(user="U0NOBODY")) == "user_not_found"


# --- what is not granted, and what is not there -----------------------------------------------


@pytest.mark.parametrize(
    ("method", "arguments", "scope"),
    [
        ("chat.postMessage", {"channel": "C0SALES000", "text": "x"}, "chat:write"),
        ("conversations.join", {"channel": "C0RANDOM00"}, "channels:join"),
        ("conversations.list", {"types": "public_channel,im"}, "im:read"),
        ("reactions.add", {}, "reactions:write"),
        ("team.info", {}, "team:read"),
        ("users.lookupByEmail", {"email": "ana@northwind.example"}, "users:read.email"),
    ],
)
async def test_what_was_not_granted_is_refused(slack, client, method, arguments, scope):
    slack.scopes.remove(scope)
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, params=arguments)
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == scope


@pytest.mark.parametrize(
    "method",
    ["usergroups.list", "pins.add", "chat.scheduleMessage", "files.getUploadURLExternal",
     "admin.users.list"],
)  # fmt: skip
async def test_a_method_that_the_sandbox_lacks_is_no_fault_of_the_apps(slack, client, method):
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method)
    answer = caught.value.response
    assert answer["error"] == "unknown_method"
    assert answer["response_metadata"]["messages"] == [
        f"The sandbox does not have {method}; Slack does."
    ]
    (entry,) = slack.log
    assert (entry.name, entry.gap) == (f"the sandbox does not have {method}", True)


async def test_a_method_that_nobody_has_is_the_apps_fault(slack, client):
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("chat.postMesage")
    assert caught.value.response["error"] == "unknown_method"
    assert "response_metadata" not in caught.value.response.data
    assert [(entry.name, entry.gap) for entry in slack.log] == [("chat.postMesage", False)]
