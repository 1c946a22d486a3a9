"""The Slack sandbox against apps made with the library itself, for each rule that bites."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from closebot.sandbox.slack_api import SlackSandbox

EXAMPLES = Path(__file__).parents[3] / "shared" / "slack" / "examples"


class Clock:
    """Time that a test sets on."""

    def __init__(self):
        self.past = timedelta()

    def __call__(self):
        return datetime.now(UTC) + self.past


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def slack(clock):
    async with SlackSandbox(now=clock, ack_within=1.0, retries=(0.0,)) as sandbox:
        yield sandbox


@pytest.fixture
async def app(slack):
    """An app of Bolt's that is connected over Socket Mode."""
    made = AsyncApp(client=AsyncWebClient(token=slack.bot_token, base_url=slack.api_url))
    handler = AsyncSocketModeHandler(made, slack.app_token)
    await handler.connect_async()
    await slack.until(lambda: slack.connections)
    yield made
    await handler.close_async()


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


def plain(text):
    return {"type": "plain_text", "text": text}


def section(text="hello", **more):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}} | more


def button(text="Go", action_id="go", **more):
    return {"type": "button", "text": plain(text), "action_id": action_id} | more


def field(block_id="name", label="Name", **more):
    element = {"type": "plain_text_input", "action_id": "value"} | more.pop("element", {})
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element} | more


def modal(*blocks, **more):
    shown = list(blocks) or [section()]
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "blocks": shown}
    if any(block["type"] == "input" for block in shown):
        view["submit"] = plain("Save")
    return view | more


async def refusal(awaited):
    with pytest.raises(SlackApiError) as caught:
        await awaited
    return caught.value.response["error"]


def opens(app, *views, command="/form"):
    """Let a command open a modal."""
    opened = []

    @app.command(command)
    async def open_it(ack, body, client):
        await ack()
        opened.append(await client.views_open(trigger_id=body["trigger_id"], view=views[0]))

    return opened


# --- commands and their acknowledgement -------------------------------------------------------


async def test_a_command_arrives_and_its_answer_is_seen_by_that_person_alone(slack, app):
    @app.command("/hello")
    async def hello(ack, command, respond):
        await ack()
        await respond(f"You said {command['text']}")

    ana, ben = slack.member("ana"), slack.member("ben")
    await ana.command("/hello a & b <!channel> ana@northwind.example https://x.example/?a=1")
    answer = await slack.until(ana.last)
    assert answer.ephemeral
    assert answer.text == ("You said a & b <!channel> ana@northwind.example https://x.example/?a=1")
    assert ben.last() is None
    assert slack.violations == []
    assert slack.pings == []


async def test_what_is_typed_is_escaped_as_slack_does(slack, app):
    heard = []

    @app.command("/hello")
    async def hello(ack, command):
        heard.append(command["text"])
        await ack()

    ana = slack.member("ana")
    await ana.command(f"/hello <!channel> & <@U1> <@{ana.id}> a@b.example https://x.example/?a&b")
    mention = f"&lt;!channel&gt; &amp; &lt;@U1&gt; <@{ana.id}>"
    linked = "<mailto:a@b.example|a@b.example> <https://x.example/?a&amp;b>"
    assert heard == [f"{mention} {linked}"]


async def test_text_in_the_acknowledgement_is_shown_privately(slack, app):
    @app.command("/hello")
    async def hello(ack):
        await ack("hi")

    ana = slack.member("ana")
    await ana.command("/hello", channel="random")
    assert ana.last("random").text == "hi"
    assert ana.last("random").ephemeral


async def test_a_late_acknowledgement_is_a_notice_and_a_violation(slack, app):
    @app.command("/slow")
    async def slow(ack):
        await asyncio.Event().wait()

    ana = slack.member("ana")
    await ana.command("/slow")
    assert ana.notices == ['/slow failed with the error "operation_timeout"']
    assert "late ack" in slack.violations[0]


async def test_nobody_connected_is_told(slack):
    ana = slack.member("ana")
    await ana.command("/hello")
    assert "dispatch_failed" in ana.notices[0]
    assert "nobody was connected" in slack.violations[0]


# --- response addresses -----------------------------------------------------------------------


async def test_a_response_address_is_good_for_five_uses(slack, app):
    statuses = []

    @app.command("/many")
    async def many(ack, respond):
        await ack()
        statuses.extend([(await respond("again")).status_code for _ in range(6)])

    await slack.member("ana").command("/many")
    await slack.until(lambda: len(statuses) == 6)
    assert statuses == [200] * 5 + [404]
    assert "used_url" in slack.violations[0]


async def test_a_response_address_is_good_for_thirty_minutes(slack, app, clock):
    addresses = []

    @app.command("/keep")
    async def keep(ack, body):
        await ack()
        addresses.append(body["response_url"])

    await slack.member("ana").command("/keep")
    clock.past += timedelta(minutes=31)
    async with (
        aiohttp.ClientSession() as session,
        session.post(addresses[0], json={"text": "late"}) as answer,
    ):
        assert answer.status == 404
        assert (await answer.json())["error"] == "expired_url"
    assert "expired_url" in slack.violations[0]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"text": "x", "respnse_type": "ephemeral"}, "invalid_payload"),
        ({"blocks": [section("")]}, "invalid_blocks"),
        ({"response_type": "ephemeral"}, "no_text"),
        (["text"], "invalid_payload"),
        ({"text": "x", "response_type": "loud"}, "invalid_response_type"),
    ],
)
async def test_a_response_of_another_shape_is_refused(slack, app, body, error):
    addresses = []

    @app.command("/keep")
    async def keep(ack, body):
        await ack()
        addresses.append(body["response_url"])

    await slack.member("ana").command("/keep")
    async with aiohttp.ClientSession() as session, session.post(addresses[0], json=body) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"] == error
    assert error in slack.violations[0]


async def test_a_click_replaces_its_private_message_and_cannot_make_it_public(slack, app):
    @app.command("/ask")
    async def ask(ack, respond):
        await ack()
        row = [section("Acme"), {"type": "actions", "elements": [button()]}]
        await respond(text="ask", blocks=row)

    @app.action("go")
    async def go(ack, respond):
        await ack()
        await respond("gone", replace_original=True, response_type="in_channel")

    ana, ben = slack.member("ana"), slack.member("ben")
    await ana.command("/ask")
    asked = await slack.until(ana.last)
    await ana.click("Go", row="Acme")
    await slack.until(lambda: ana.last().text == "gone")
    assert ana.last().ts == asked.ts
    assert ana.last().ephemeral
    assert ben.last() is None
    assert "become public" in slack.violations[0]


async def test_a_command_has_nothing_to_replace_and_may_answer_everybody(slack, app):
    @app.command("/loud")
    async def loud(ack, respond):
        await ack()
        await respond("first")
        await respond("second", response_type="in_channel", replace_original=True)

    ana, ben = slack.member("ana"), slack.member("ben")
    await ana.command("/loud", channel="random")
    await slack.until(lambda: ben.last("random"))
    assert [message.text for message in ana.messages("random")] == ["first", "second"]
    assert slack.member("gil").messages("random") == []


async def test_a_message_is_deleted_by_its_response_address(slack, app, client):
    @app.action("go")
    async def go(ack, respond):
        await ack()
        await respond(delete_original=True)

    ana = slack.member("ana")
    actions = {"type": "actions", "elements": [button()]}
    await client.chat_postMessage(channel=slack.channel("sales").id, text="x", blocks=[actions])
    await ana.click("Go")
    await slack.until(lambda: ana.last() is None)


# --- clicks -----------------------------------------------------------------------------------


async def test_a_click_carries_what_was_pressed(slack, app, client):
    bodies = []

    @app.action({"action_id": "pick"})
    async def pick(ack, body):
        bodies.append(body)
        await ack()

    options = [{"text": plain(word), "value": word.lower()} for word in ("One", "Two")]
    menus = [
        {"type": "static_select", "action_id": "pick", "options": options},
    ]
    accessory = {"type": "overflow", "action_id": "pick", "options": options}
    blocks = [section("More", accessory=accessory), {"type": "actions", "elements": menus}]
    await client.chat_postMessage(channel=slack.channel("sales").id, text="x", blocks=blocks)
    ana = slack.member("ana")
    await ana.click("Two", row="More")
    assert bodies[0]["actions"][0]["selected_option"]["value"] == "two"
    assert bodies[0]["message"]["text"] == "x"
    assert bodies[0]["container"]["is_ephemeral"] is False
    with pytest.raises(AssertionError, match="sees no 'Three' to click"):
        await ana.click("Three")


async def test_a_confirmation_that_is_denied_delivers_nothing(slack, app, client):
    confirm = {
        "title": plain("Sure?"),
        "text": plain("x"),
        "confirm": plain("Y"),
        "deny": plain("N"),
    }
    actions = {"type": "actions", "elements": [button(confirm=confirm)]}
    await client.chat_postMessage(channel=slack.channel("sales").id, text="x", blocks=[actions])
    await slack.member("ana").click("Go", confirm=False)
    assert [entry for entry in slack.log if entry.kind == "delivery"] == []


# --- modals -----------------------------------------------------------------------------------


async def test_a_form_is_filled_in_refused_and_taken(slack, app):
    opens(app, modal(field(), field("more", "More", optional=True)))
    seen = []

    @app.view("form")
    async def save(ack, view):
        values = view["state"]["values"]
        seen.append((values["name"]["value"]["value"], values["more"]["value"]["value"]))
        if values["name"]["value"]["value"] == "bad":
            await ack(response_action="errors", errors={"name": "Not this one."})
        else:
            await ack()

    ana = slack.member("ana")
    await ana.command("/form")
    await slack.until(lambda: ana.modal)
    await ana.submit()
    assert ana.modal.errors == {"Name": "Please complete this required field."}
    assert seen == []
    await ana.fill("Name", "bad")
    await ana.submit()
    assert ana.modal.errors == {"Name": "Not this one."}
    await ana.fill("Name", "good")
    assert ana.modal.errors == {}
    await ana.submit()
    assert ana.modal is None
    assert seen == [("bad", None), ("good", None)]
    assert slack.violations == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "redirect"},
        {"response_action": "update", "view": {"type": "modal"}},
    ],
)
async def test_a_malformed_reply_to_a_form_is_trouble(slack, app, answer):
    opens(app, modal(field()))

    @app.view("form")
    async def save(ack):
        await ack(answer)

    ana = slack.member("ana")
    await ana.command("/form")
    await slack.until(lambda: ana.modal)
    await ana.fill("Name", "x")
    await ana.submit()
    assert ana.notices == ["We had some trouble connecting. Try again?"]
    assert "malformed" in slack.violations[0]


async def test_a_form_is_updated_pushed_and_cleared_by_its_reply(slack, app):
    opens(app, modal(field()))
    replies = [
        {"response_action": "update", "view": modal(field(), title=plain("Two"))},
        {"response_action": "push", "view": modal(field(), title=plain("Three"))},
        {"response_action": "clear"},
    ]

    @app.view("form")
    async def save(ack):
        await ack(replies.pop(0))

    ana = slack.member("ana")
    await ana.command("/form")
    await slack.until(lambda: ana.modal)
    await ana.fill("Name", "kept")
    await ana.submit()
    assert (ana.modal.title, ana.modal.values) == ("Two", {"Name": "kept"})
    await ana.submit()
    assert (ana.modal.title, ana.modal.values) == ("Three", {"Name": None})
    await ana.fill("Name", "x")
    await ana.submit()
    assert ana.modal is None


async def test_a_trigger_is_good_once_and_for_three_seconds(slack, app, client, clock):
    triggers = []

    @app.command("/form")
    async def keep(ack, body):
        triggers.append(body["trigger_id"])
        await ack()

    ana = slack.member("ana")
    await ana.command("/form")
    await ana.command("/form")
    await client.views_open(trigger_id=triggers[0], view=modal())
    assert await refusal(client.views_open(trigger_id=triggers[0], view=modal())) == (
        "exchanged_trigger_id"
    )
    assert await refusal(client.views_push(trigger_id=triggers[1], view=modal())) == (
        "invalid_trigger_id"
    )
    clock.past += timedelta(seconds=4)
    assert await refusal(client.views_open(trigger_id=triggers[1], view=modal())) == (
        "expired_trigger_id"
    )
    assert await refusal(client.views_open(trigger_id="1.2.3", view=modal())) == (
        "invalid_trigger_id"
    )


async def test_modals_stack_three_deep(slack, app):
    refused = []
    more = {"type": "actions", "elements": [button("More", "more")]}
    opens(app, modal(more))

    @app.action("more")
    async def push(ack, body, client):
        await ack()
        try:
            await client.views_push(trigger_id=body["trigger_id"], view=modal(more))
        except SlackApiError as error:
            refused.append(error.response["error"])

    ana = slack.member("ana")
    await ana.command("/form")
    first = (await slack.until(lambda: ana.modal)).view.id
    for depth in (1, 2):
        await ana.click("More")
        await slack.until(lambda depth=depth: ana.modal.view.previous and depth)
        top = await slack.until(lambda: ana.modal.view)
        assert top.root == first
        previous = top.id
        await slack.until(lambda previous=previous: ana.modal.view.id == previous)
    await slack.until(lambda: len([one for one in slack.log if one.name == "views.push"]) == 2)
    await ana.click("More")
    await slack.until(lambda: refused)
    assert refused == ["push_limit_reached"]
    await ana.close_modal()
    await ana.close_modal()
    assert ana.modal.view.id == first


async def test_an_update_knows_hash_and_end_of_a_view_and_keeps_what_was_typed(slack, app, client):
    opened = opens(app, modal(field(), field("other", "Other", element={"initial_value": "o"})))
    ana = slack.member("ana")
    await ana.command("/form")
    await slack.until(lambda: opened)
    view = opened[0]["view"]
    await ana.fill("Name", "typed")
    again = modal(field(element={"initial_value": "not applied"}), field("renamed", "Other"))
    done = await client.views_update(view_id=view["id"], view=again, hash=view["hash"])
    assert ana.modal.values == {"Name": "typed", "Other": None}
    assert done["view"]["hash"] != view["hash"]
    stale = client.views_update(view_id=view["id"], view=again, hash=view["hash"])
    assert await refusal(stale) == "hash_conflict"
    await ana.close_modal()
    assert await refusal(client.views_update(view_id=view["id"], view=again)) == "not_found"
    assert slack.violations == []


async def test_closing_is_told_only_on_request(slack, app):
    told = []
    opens(app, modal(notify_on_close=True))
    opens(app, modal(), command="/quiet")

    @app.view_closed("form")
    async def closed(ack, body):
        told.append(body["is_cleared"])
        await ack()

    ana = slack.member("ana")
    for command in ("/form", "/quiet"):
        await ana.command(command)
        await slack.until(lambda: ana.modal)
        await ana.close_modal()
    assert told == [False]


async def test_every_kind_of_field_has_its_state(slack, app):
    options = [{"text": plain(word), "value": word.lower()} for word in ("One", "Two")]
    kinds = {
        "static_select": {"options": options},
        "multi_static_select": {"options": options},
        "radio_buttons": {"options": options},
        "checkboxes": {"options": options},
        "users_select": {},
        "external_select": {"min_query_length": 0},
        "datepicker": {"initial_date": "2026-11-23"},
        "number_input": {"is_decimal_allowed": False},
    }
    blocks = [
        field(kind, kind, optional=True, element={"type": kind} | more)
        for kind, more in kinds.items()
    ]
    opens(app, modal(*blocks))
    states = []

    @app.options("value")
    async def suggest(ack, payload):
        await ack(options=[{"text": plain(payload["value"].upper()), "value": "found"}])

    @app.view("form")
    async def save(ack, view):
        states.append({name: held["value"] for name, held in view["state"]["values"].items()})
        await ack()

    ana = slack.member("ana")
    await ana.command("/form")
    await slack.until(lambda: ana.modal)
    for kind in ("static_select", "multi_static_select", "radio_buttons", "checkboxes"):
        await ana.choose(kind, "Two")
    await ana.choose("users_select", "Ben Carter")
    assert [option["value"] for option in await ana.suggest("external_select", "abc")] == ["found"]
    await ana.choose("external_select", "ABC")
    await ana.fill("number_input", "seven")
    await ana.submit()
    assert ana.modal.errors == {"number_input": "Please enter a number."}
    await ana.fill("number_input", "7")
    await ana.submit()
    two = options[1]
    assert states[0]["static_select"] == {"type": "static_select", "selected_option": two}
    assert states[0]["multi_static_select"]["selected_options"] == [two]
    assert states[0]["radio_buttons"]["selected_option"] == two
    assert states[0]["checkboxes"]["selected_options"] == [two]
    assert states[0]["users_select"]["selected_user"] == slack.member("ben").id
    assert states[0]["external_select"]["selected_option"]["value"] == "found"
    assert states[0]["datepicker"]["selected_date"] == "2026-11-23"
    assert states[0]["number_input"]["value"] == "7"
    assert slack.violations == []


async def test_options_that_slack_would_not_show_are_a_violation(slack, app):
    element = {"type": "external_select", "min_query_length": 0}
    opens(app, modal(field(element=element)))

    @app.options("value")
    async def suggest(ack):
        await ack(options=[{"text": plain("x" * 76), "value": "v"}])

    ana = slack.member("ana")
    await ana.command("/form")
    await slack.until(lambda: ana.modal)
    assert await ana.suggest("Name", "a") == []
    assert "less than 76 characters" in slack.violations[0]


# --- shortcuts, home, events ------------------------------------------------------------------


async def test_shortcuts_arrive(slack, app):
    bodies = []

    @app.shortcut("new")
    async def new(ack, body):
        bodies.append(body)
        await ack()

    @app.shortcut("note")
    async def note(ack, body, respond):
        bodies.append(body)
        await ack()
        await respond("noted")

    ana = slack.member("ana")
    said = await ana.say("a wish of Acme")
    await ana.shortcut("new")
    await ana.message_shortcut("note", said)
    assert [body["type"] for body in bodies] == ["shortcut", "message_action"]
    assert bodies[1]["message"]["text"] == "a wish of Acme"
    await slack.until(lambda: ana.last().text == "noted")


async def test_the_home_tab_is_published_when_it_is_opened(slack, app):
    @app.event("app_home_opened")
    async def opened(event, client):
        view = {"type": "home", "blocks": [section(f"Welcome to {event['tab']}")]}
        await client.views_publish(user_id=event["user"], view=view)

    ana = slack.member("ana")
    await ana.open_home()
    await slack.until(lambda: ana.home)
    assert ana.home.texts == ["Welcome to home"]
    assert slack.member("ben").home is None


async def test_an_event_that_is_not_taken_comes_again(slack):
    attempts = []

    async def refuse(request):
        body = await request.json()
        attempts.append((body["event_id"], request.headers.get("X-Slack-Retry-Num")))
        return web.Response(status=500 if len(attempts) == 1 else 200)

    async with served(refuse) as address:
        slack.request_url = address
        await slack.member("ana").open_home()
        await slack.until(lambda: len(attempts) == 2)
    assert [retry for _, retry in attempts] == [None, "1"]
    assert attempts[0][0] == attempts[1][0]


async def test_a_mention_is_an_event(slack, app):
    heard = []

    @app.event("app_mention")
    async def mention(event):
        heard.append(event["text"])

    bot = (await app.client.auth_test())["user_id"]
    await slack.member("ana").say(f"<@{bot}> hi")
    await slack.member("ana").say("hi")
    assert heard == [f"<@{bot}> hi"]


# --- delivery ---------------------------------------------------------------------------------


@asynccontextmanager
async def served(handler):
    application = web.Application()
    application.router.add_post("/slack/events", handler)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await runner.cleanup()


async def test_an_app_is_reached_by_signed_http(slack, client):
    app = AsyncApp(client=client, signing_secret=slack.signing_secret)
    opens(app, modal(field()))

    @app.view("form")
    async def save(ack):
        await ack(response_action="errors", errors={"name": "No."})

    @app.command("/hello")
    async def hello(ack):
        await ack("hi")

    async def handle(request):
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    async with served(handle) as address:
        slack.request_url = address
        ana = slack.member("ana")
        await ana.command("/hello \x00 \u202e \U0001f389")
        assert ana.last().text == "hi"
        await ana.command("/form")
        await slack.until(lambda: ana.modal)
        await ana.fill("Name", "x")
        await ana.submit()
        assert ana.modal.errors == {"Name": "No."}
    assert slack.violations == []


async def test_a_wrong_answer_over_http_is_a_violation(slack):
    async def refuse(_):
        return web.Response(status=500)

    async with served(refuse) as address:
        slack.request_url = address
        ana = slack.member("ana")
        await ana.command("/hello")
    assert "http_status_500" in ana.notices[0]
    assert "http_status_500" in slack.violations[0]


async def test_a_connection_that_is_sent_away_comes_back(slack, app):
    @app.command("/hello")
    async def hello(ack):
        await ack("hi")

    await slack.disconnect("refresh_requested")
    await slack.until(lambda: slack.connections, timeout=10)
    await slack.member("ana").command("/hello")
    assert slack.member("ana").last().text == "hi"


async def test_a_ticket_admits_one_connection(slack):
    client = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)
    address = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(address) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(address)


async def test_several_connections_share_the_deliveries(slack):
    taken = []

    async def hold(session, name):
        client = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)
        address = (await client.apps_connections_open(app_token=slack.app_token))["url"]
        async with session.ws_connect(address) as socket:
            async for message in socket:
                said = json.loads(message.data)
                if "envelope_id" in said:
                    taken.append(name)
                    await socket.send_json({"envelope_id": said["envelope_id"]})

    async with aiohttp.ClientSession() as session:
        holders = [asyncio.create_task(hold(session, name)) for name in "ab"]
        await slack.until(lambda: slack.connections == 2)
        for _ in range(4):
            await slack.member("ana").command("/hello")
        for holder in holders:
            holder.cancel()
        await asyncio.gather(*holders, return_exceptions=True)
    assert sorted(taken) == ["a", "a", "b", "b"]


# --- the Web API ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        (None, "auth.test", "not_authed"),
        ("xoxb-wrong", "auth.test", "invalid_auth"),
        ("app", "auth.test", "not_allowed_token_type"),
        ("bot", "apps.connections.open", "not_allowed_token_type"),
        ("bot", "chat.shout", "unknown_method"),
    ],
)
async def test_tokens_and_methods_are_checked(slack, token, method, error):
    shown = {"bot": slack.bot_token, "app": slack.app_token}.get(token, token)
    headers = {"Authorization": f"Bearer {shown}"} if shown else {}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(slack.api_url + method) as answer,
    ):
        assert answer.status == 200
        assert (await answer.json())["error"] == error


async def test_arguments_are_taken_in_every_way(slack):
    ana = slack.member("ana").id
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    json_type = bearer | {"Content-Type": "application/json;charset=utf-8"}
    async with aiohttp.ClientSession() as session:
        for sent in (
            {"params": {"token": slack.bot_token, "user": ana}},
            {"data": {"token": slack.bot_token, "user": ana}},
            {"json": {"user": ana}, "headers": bearer},
            {"params": {"user": ana}, "data": b"", "headers": json_type},
        ):
            async with session.post(slack.api_url + "users.info", **sent) as answer:
                assert (await answer.json())["user"]["tz"] == "Europe/Prague"
        bad = session.post(slack.api_url + "users.info", data=b"{", headers=json_type)
        async with bad as answer:
            assert (await answer.json())["error"] == "invalid_json"


async def test_people_are_told_apart(slack, client):
    async def show(key):
        return (await client.users_info(user=slack.member(key).id))["user"]

    ana, gil, olga = await show("ana"), await show("gil"), await show("olga")
    assert ana["profile"]["email"] == "ana@northwind.example"
    assert ana["tz_offset"] in {3600, 7200}
    assert gil["is_ultra_restricted"]
    assert olga["is_stranger"]
    assert olga["team_id"] != slack.team_id
    found = await client.users_lookupByEmail(email="BEN@northwind.example")
    assert found["user"]["id"] == slack.member("ben").id
    assert await refusal(client.users_lookupByEmail(email="x@y.example")) == "users_not_found"
    assert await refusal(client.users_info(user="U1")) == "user_not_found"
    assert len((await client.users_list(limit=2))["members"]) == 2
    assert await refusal(client.conversations_info(channel="C1")) == "channel_not_found"
    channels = (await client.conversations_list(types="public_channel,private_channel"))["channels"]
    assert {channel["name"] for channel in channels} >= {"sales", "deal-desk", "random"}


async def test_who_reads_a_conversation_is_told_to_whom_it_may_be(slack, client):
    async def info(channel):
        return (await client.conversations_info(channel=channel.id))["channel"]

    sales, desk = slack.channel("sales"), slack.channel("deal-desk")
    assert not (await info(sales))["is_ext_shared"]
    assert (await info(slack.channel("ext-fabrikam")))["is_ext_shared"]
    sales.pending = True
    assert (await info(sales))["is_pending_ext_shared"]
    desk.members.discard(slack.user("bot").id)
    assert await refusal(client.conversations_info(channel=desk.id)) == "channel_not_found"
    for talk in (slack.talk("ana", "ben"), slack.talk("ana", "ben", "mia")):
        assert await refusal(client.conversations_info(channel=talk.id)) == "missing_scope"
    slack.scopes.extend(["im:read", "mpim:read"])
    for talk in (slack.talk("ana", "ben"), slack.talk("ana", "ben", "mia")):
        assert await refusal(client.conversations_info(channel=talk.id)) == "channel_not_found"
    slack.scopes.remove("channels:read")
    assert await refusal(client.conversations_info(channel=sales.id)) == "missing_scope"
    slack.scopes.remove("users:read")
    assert await refusal(client.users_info(user=slack.member("ana").id)) == "missing_scope"


async def test_messages_are_posted_changed_and_deleted(slack, client):
    ana, sales = slack.member("ana"), slack.channel("sales").id
    posted = await client.chat_postMessage(channel=sales, text="a &lt;b&gt; <https://x.example|c>")
    assert ana.last().text == "a <b> c"
    await client.chat_update(channel=sales, ts=posted["ts"], text="new")
    assert ana.last().text == "new"
    link = await client.chat_getPermalink(channel=sales, message_ts=posted["ts"])
    assert link["permalink"].endswith(posted["ts"].replace(".", ""))
    await client.chat_delete(channel=sales, ts=posted["ts"])
    assert ana.last() is None
    gone = client.chat_update(channel=sales, ts=posted["ts"], text="x")
    assert await refusal(gone) == "message_not_found"
    said = await ana.say("mine")
    foreign = client.chat_update(channel=sales, ts=said.ts, text="x")
    assert await refusal(foreign) == "cant_update_message"


async def test_a_message_with_the_same_name_is_posted_once(slack, client):
    sales = slack.channel("sales").id
    name = {"client_msg_id": "11111111-2222-4333-8444-555555555555"}
    first = await client.chat_postMessage(channel=sales, text="once", **name)
    again = await client.chat_postMessage(channel=sales, text="once", **name)
    assert first["ts"] == again["ts"]
    assert len(slack.member("ana").messages()) == 1


async def test_messages_are_refused_where_slack_refuses_them(slack, client):
    sales, random = slack.channel("sales").id, slack.channel("random").id
    gil, nothing = slack.member("gil").id, {"channel": sales, "text": ""}
    assert await refusal(client.chat_postMessage(channel=random, text="x")) == "not_in_channel"
    assert await refusal(client.chat_postMessage(channel="C1", text="x")) == "channel_not_found"
    assert await refusal(client.api_call("chat.postMessage", json=nothing)) == "no_text"
    long = client.chat_postMessage(channel=sales, text="x" * 40_001)
    assert await refusal(long) == "msg_too_long"
    private = client.chat_postEphemeral(channel=sales, user=gil, text="x")
    assert await refusal(private) == "user_not_in_channel"


async def test_a_private_message_is_read_by_one_person(slack, client):
    ana, ben = slack.member("ana"), slack.member("ben")
    await client.chat_postMessage(channel=ana.id, text="psst")
    assert ana.last("dm").text == "psst"
    assert ben.last("dm") is None
    await client.chat_postEphemeral(channel=slack.channel("sales").id, user=ben.id, text="only ben")
    assert ana.last("sales") is None
    assert ben.last("sales").ephemeral


async def test_a_live_mention_of_everybody_is_a_ping(slack, client):
    sales = slack.channel("sales").id
    await client.chat_postMessage(channel=sales, text="&lt;!channel&gt;")
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": "<!here>"}]}
    blocks = [{"type": "rich_text", "elements": [rich]}]
    await client.chat_postMessage(channel=sales, text="x", blocks=blocks)
    assert slack.pings == []
    await client.chat_postMessage(channel=sales, text="x", blocks=[section("hi <!channel>")])
    assert len(slack.pings) == 1


async def test_a_link_is_unfurled(slack):
    async with SlackSandbox(subscribed=frozenset({"link_shared"})) as sandbox:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        app = AsyncApp(client=client)

        @app.event("link_shared")
        async def shared(event, client):
            url = event["links"][0]["url"]
            await client.chat_unfurl(
                unfurl_id=event["unfurl_id"],
                source=event["source"],
                unfurls={url: {"blocks": [section("Acme")]}},
            )

        handler = AsyncSocketModeHandler(app, sandbox.app_token)
        await handler.connect_async()
        ben = sandbox.member("ben")
        await sandbox.member("ana").say("see https://app.close.com/lead/lead_1/")
        await sandbox.until(lambda: "Acme" in ben.last().text)
        await handler.close_async()
        assert sandbox.violations == []


async def test_faults_can_be_asked_for(slack, client):
    slack.faults.rate_limit("auth.test", retry_after=3)
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "3"
    assert (await client.auth_test())["ok"]


async def test_an_answer_can_get_lost_although_the_work_was_done(slack):
    slack.faults.drop("chat.postMessage", times=1)
    bare = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    with pytest.raises(aiohttp.ClientError):
        await bare.chat_postMessage(channel=slack.channel("sales").id, text="done")
    assert slack.member("ana").last().text == "done"


async def test_a_picked_conversation_can_be_answered_in(slack, app):
    element = {"type": "conversations_select", "response_url_enabled": True}
    opens(app, modal(field(element=element)))

    @app.view("form")
    async def save(ack, body, respond):
        await ack()
        address = body["response_urls"][0]["response_url"]
        async with aiohttp.ClientSession() as session:
            said = {"text": "shared", "response_type": "in_channel"}
            await session.post(address, json=said)

    ana = slack.member("ana")
    await ana.command("/form")
    await slack.until(lambda: ana.modal)
    await ana.choose("Name", "#random")
    await ana.submit()
    shared = await slack.until(lambda: slack.member("ben").last("random"))
    assert shared.text == "shared"


# --- blocks -----------------------------------------------------------------------------------

OPTION = {"text": plain("a"), "value": "a"}
BAD_BLOCKS = [
    ([section("")], "/blocks/0/text/text"),
    ([section("x" * 3001)], "/blocks/0/text/text"),
    ([section(fields=[])], "/blocks/0/fields"),
    ([{"type": "section"}], "/blocks/0"),
    ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/blocks/0/text/type"),
    ([{"type": "marquee"}], "/blocks/0/type"),
    ([{"type": "alert", "text": plain("x")}], "/blocks/0/type"),
    ([section(colour="red")], "/blocks/0/colour"),
    ([section(block_id="a"), section(block_id="a")], "/blocks/1/block_id"),
    ([{"type": "actions", "elements": [button(), button()]}], "/blocks/0"),
    ([{"type": "actions", "elements": []}], "/blocks/0/elements"),
    ([section(accessory=button("x" * 76))], "/blocks/0/accessory/text/text"),
    ([section(accessory=button(value="x" * 2001))], "/blocks/0/accessory/value"),
    ([section(accessory=button(url="https://" + "x" * 3000))], "/blocks/0/accessory/url"),
    ([section(accessory=button(style="loud"))], "/blocks/0/accessory/style"),
    (
        [section(accessory={"type": "overflow", "action_id": "o", "options": [OPTION] * 6})],
        "/blocks/0/accessory/options",
    ),
    (
        [section(accessory={"type": "static_select", "action_id": "o"})],
        "/blocks/0/accessory",
    ),
    (
        [section(accessory={"type": "static_select", "options": [OPTION | {"value": "x" * 151}]})],
        "/blocks/0/accessory/options/0/value",
    ),
    ([{"type": "context", "elements": [plain("x")] * 11}], "/blocks/0/elements"),
    ([{"type": "rich_text", "elements": []}], "/blocks/0/elements"),
    (
        [
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}
                ],
            }
        ],
        "/blocks/0/elements/0/elements/0/text",
    ),
    ([section()] * 51, "/blocks"),
    ([{"type": "markdown", "text": "x" * 6001}] * 2, "/blocks"),
]


@pytest.mark.parametrize(("blocks", "pointer"), BAD_BLOCKS)
async def test_blocks_that_slack_does_not_take_are_refused(slack, client, blocks, pointer):
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=slack.channel("sales").id, text="x", blocks=blocks)
    answer = caught.value.response
    assert answer["error"] == "invalid_blocks"
    messages = " ".join(answer["response_metadata"]["messages"])
    assert f"json-pointer:{pointer}]" in messages
    assert pointer in slack.violations[0]


BAD_VIEWS = [
    (modal(field(), submit=None), "/view/submit"),
    (modal(title=plain("x" * 25)), "/view/title/text"),
    (modal(close=plain("x" * 25)), "/view/close/text"),
    (modal(private_metadata="x" * 3001), "/view/private_metadata"),
    (modal(callback_id="x" * 256), "/view/callback_id"),
    (modal(*[section()] * 101), "/view/blocks"),
    (modal({"type": "markdown", "text": "x"}), "/view/blocks/0/type"),
    (modal(state={}), "/view/state"),
    (modal(field(element={"type": "number_input"})), "/view/blocks/0/element"),
    (modal(*[section("x" * 3000) for _ in range(90)]), "/view"),
]


@pytest.mark.parametrize(("view", "pointer"), BAD_VIEWS)
async def test_views_that_slack_does_not_take_are_refused(slack, client, view, pointer):
    with pytest.raises(SlackApiError) as caught:
        await client.views_open(trigger_id="1.2.3", view=view)
    messages = " ".join(caught.value.response["response_metadata"]["messages"])
    assert f"json-pointer:{pointer}]" in messages
    assert slack.violations


async def test_blocks_are_validated_without_a_token(slack):
    client = AsyncWebClient(base_url=slack.api_url)
    good = await client.api_call("blocks.validate", json={"blocks": [section()]})
    assert good["ok"]
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("blocks.validate", json={"blocks": [section("")]})
    assert caught.value.response["errors"][0]["pointer"] == "/blocks/0/text/text"


def views_of_the_library():
    for path in sorted((EXAMPLES / "sdk-fixtures").glob("view_*.json")):
        yield pytest.param(path, id=path.stem)


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="recorded payloads are not in this clone")
@pytest.mark.parametrize("path", list(views_of_the_library()))
def test_views_that_are_known_to_be_good_are_taken(path):
    from closebot.sandbox.slack_api.blocks import check_view

    view = json.loads(path.read_text())
    given = {"id", "team_id", "state", "hash", "previous_view_id", "root_view_id", "app_id",
             "app_installed_team_id", "bot_id"}  # fmt: skip
    sent = {key: value for key, value in view.items() if key not in given}
    assert [problem.line for problem in check_view(sent)] == []


# --- payloads have every key of recorded ones -------------------------------------------------

# What only an Enterprise organization has.
GRID = {"enterprise_id", "enterprise_name", "authed_users"}


def missing(recorded, made, at=""):
    """Find keys of a recorded payload that ours lacks."""
    found = []
    for key, value in recorded.items():
        if key in GRID:
            continue
        if key not in made:
            found.append(f"{at}/{key}")
        elif isinstance(value, dict) and isinstance(made[key], dict) and key != "values":
            found += missing(value, made[key], f"{at}/{key}")
    return found


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="recorded payloads are not in this clone")
async def test_payloads_have_the_keys_of_recorded_ones(slack, app):
    row = [section("x", accessory=button(value="v"))]
    search = {"type": "external_select", "min_query_length": 0}
    form = modal(
        field(), field("search", "Search", element=search, optional=True), notify_on_close=True
    )

    @app.command("/keys")
    async def keys(ack, respond):
        await ack(blocks=row, text="x")

    opens(app, form)

    @app.event("app_mention")
    async def mention():
        pass

    async def acknowledge(ack):
        await ack()

    app.action("go")(acknowledge)
    app.shortcut("new")(acknowledge)
    app.shortcut("note")(acknowledge)
    app.view_closed("form")(acknowledge)

    @app.options("value")
    async def suggest(ack):
        await ack(options=[])

    @app.view("form")
    async def save(ack):
        await ack(response_action="errors", errors={"name": "x"})

    ana = slack.member("ana")
    await ana.command("/keys Hi")
    await ana.click("Go")
    await ana.command("/form")
    await slack.until(lambda: ana.modal)
    await ana.suggest("Search", "search word")
    await ana.fill("Name", "test")
    await ana.submit()
    await ana.close_modal()
    await ana.shortcut("new")
    bot = (await app.client.auth_test())["user_id"]
    said = await ana.say(f"<@{bot}> test")
    await ana.message_shortcut("note", said)
    made = {}
    for entry in slack.log:
        if entry.kind == "delivery":
            body = entry.sent
            kind = body.get("event", body).get("type", "slash_command")
            made.setdefault(kind, body)
    recorded = {
        "slash_command": "slash_command",
        "block_actions": "block_actions.message",
        "view_submission": "view_submission",
        "view_closed": "view_closed",
        "block_suggestion": "block_suggestion",
        "shortcut": "shortcut.global",
        "message_action": "shortcut.message_action",
        "app_mention": "event.app_mention",
    }
    for kind, name in recorded.items():
        example = json.loads((EXAMPLES / "bolt-payloads" / f"{name}.json").read_text())
        assert missing(example, made[kind]) == [], kind


# --- the control API --------------------------------------------------------------------------


class Page:
    """What a browser page does."""

    def __init__(self, session, base):
        self.session = session
        self.base = base

    async def get(self, path, **query):
        async with self.session.get(f"{self.base}/sim/{path}", params=query) as answer:
            return await answer.json()

    async def post(self, path, **body):
        async with self.session.post(f"{self.base}/sim/{path}", json=body) as answer:
            return await answer.json()


@pytest.fixture
async def page(slack):
    async with aiohttp.ClientSession() as session:
        yield Page(session, slack.url)


async def test_a_page_can_do_what_a_person_can(slack, app, page):
    opens(app, modal(field()))

    @app.command("/ask")
    async def ask(ack):
        await ack(text="x", blocks=[section("Acme", accessory=button(value="v"))])

    @app.action("go")
    async def go(ack, respond):
        await ack()
        await respond("gone", replace_original=True)

    @app.view("form")
    async def save(ack):
        await ack()

    state = await page.get("state", **{"as": "ana"})
    assert state["me"]["name"] == "Ana Novak"
    assert state["bot"]["connected"] is True
    assert {channel["key"] for channel in state["channels"]} >= {"general", "sales", "deal-desk"}
    assert (await page.post("command", **{"as": "ana"}, channel="sales", text="/ask"))["ok"]
    (message,) = await page.get("messages", **{"as": "ana"}, channel="sales")
    assert message["ephemeral"]
    assert message["user"]["bot"]
    assert await page.get("messages", **{"as": "ben"}, channel="sales") == []
    block = message["blocks"][0]
    ids = {"block_id": block["block_id"], "action_id": "go", "ts": message["ts"]}
    assert (await page.post("action", **{"as": "ana"}, channel="sales", **ids))["ok"]
    await slack.until(lambda: slack.member("ana").last().text == "gone")
    foreign = await page.post("action", **{"as": "ben"}, channel="sales", **ids)
    assert foreign == {"ok": False, "error": "there is no such message"}
    await page.post("command", **{"as": "ana"}, channel="sales", text="/form")
    await slack.until(lambda: slack.member("ana").modal)
    shown = await page.get("modal", **{"as": "ana"})
    assert shown["view"]["title"]["text"] == "Form"
    await page.post("submit", **{"as": "ana"})
    assert (await page.get("modal", **{"as": "ana"}))["errors"]
    await page.post("submit", **{"as": "ana"}, values={"name": {"value": "x"}})
    assert await page.get("modal", **{"as": "ana"}) is None
    assert (await page.post("say", **{"as": "ben"}, channel="sales", text="hi"))["ok"]
    assert await page.get("home", **{"as": "ana"}) is None
    assert {entry["kind"] for entry in await page.get("log", **{"as": "ana"})} >= {"delivery"}


async def test_a_page_is_told_of_changes_and_the_end_comes_promptly(page):
    async with SlackSandbox() as sandbox:
        stream = page.session.get(f"{sandbox.url}/sim/events", params={"as": "ana"})
        async with stream as answer:
            assert answer.content_type == "text/event-stream"
            await answer.content.readuntil(b"\n\n")
            await sandbox.member("ana").say("hi")
            assert b"event: changed" in await answer.content.readuntil(b"\n\n")
            closing = asyncio.create_task(sandbox.__aexit__(None, None, None))
            await asyncio.wait_for(answer.read(), 1)
            await closing


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Content-Type": "text/plain"},
    ],
)
async def test_other_sites_cannot_drive_the_sandbox(slack, page, headers):
    body = json.dumps({"as": "ana", "channel": "sales", "text": "hi"})
    sent = {"Content-Type": "application/json"} | headers
    async with page.session.post(f"{slack.url}/sim/say", data=body, headers=sent) as answer:
        assert answer.status == 403
    assert slack.member("ben").last() is None


async def test_a_page_is_served_with_a_strict_policy(tmp_path, page):
    (tmp_path / "index.html").write_text("<p>hello")
    (tmp_path / "page.js").write_text("")
    async with SlackSandbox(page=tmp_path, page_data={"keys": {"ana": "k"}}) as sandbox:
        for path in ("/", "/page.js"):
            async with page.session.get(sandbox.url + path) as answer:
                assert answer.status == 200
                assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        async with page.session.get(f"{sandbox.url}/sim/page-data") as answer:
            assert await answer.json() == {"keys": {"ana": "k"}}
        async with page.session.get(f"{sandbox.url}/../secret") as answer:
            assert answer.status == 404


async def test_waiting_in_vain_says_what_people_see(slack, client):
    await client.chat_postMessage(channel=slack.channel("sales").id, text="what is there")
    with pytest.raises(AssertionError, match="what is there"):
        await slack.until(lambda: False, timeout=0.05)
