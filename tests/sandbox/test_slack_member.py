"""The driver of a person: every element is used as somebody would use it."""

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from closebot.sandbox.slack_api import SlackSandbox


@pytest.fixture
async def slack():
    async with SlackSandbox(ack_within=1.0) as sandbox:
        yield sandbox
        assert sandbox.violations == []


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


@pytest.fixture
async def app(slack, client):
    made = AsyncApp(client=client)
    handler = AsyncSocketModeHandler(made, slack.app_token)
    await handler.connect_async()
    await slack.until(lambda: slack.connections)
    yield made
    await handler.close_async()


def plain(text):
    return {"type": "plain_text", "text": text}


def options(*words):
    return [{"text": plain(word), "value": word.lower()} for word in words]


def groups(**named):
    return [{"label": plain(name), "options": listed} for name, listed in named.items()]


def field(name, kind, *, dispatch=False, **more):
    element = {"type": kind, "action_id": "value"} | more
    return {
        "type": "input",
        "block_id": name,
        "label": plain(name),
        "element": element,
        "optional": True,
        "dispatch_action": dispatch,
    }


def modal(*blocks, **more):
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Save"),
        "blocks": list(blocks),
    } | more


async def opened(slack, app, *blocks, **more):
    """Open a form for Ana; return her and the states that it was submitted with."""
    states = []

    @app.shortcut("open")
    async def open_it(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*blocks, **more))

    @app.view("form")
    async def save(ack, view):
        states.append({name: held["value"] for name, held in view["state"]["values"].items()})
        await ack()

    ana = slack.member("ana")
    await ana.shortcut("open")
    await slack.until(lambda: ana.modal)
    return ana, states


async def test_where_several_can_be_chosen_each_choice_is_added(slack, app):
    many = options("One", "Two", "Three")
    ana, states = await opened(
        slack,
        app,
        field("Boxes", "checkboxes", options=many),
        field("Tags", "multi_static_select", options=many, initial_options=many[:1]),
        field("People", "multi_users_select"),
        field("Two at most", "multi_static_select", options=many, max_selected_items=2),
    )
    for label in ("Boxes", "Tags"):
        await ana.choose(label, "Three")
        await ana.choose(label, "Two")
    await ana.unchoose("Boxes", "Three")
    await ana.choose("People", "Ben Carter")
    await ana.choose("People", "Mia Laurent")
    await ana.unchoose("People", "Ben Carter")
    await ana.choose("Two at most", "One")
    await ana.choose("Two at most", "Two")
    with pytest.raises(AssertionError, match="no more than 2"):
        await ana.choose("Two at most", "Three")
    with pytest.raises(AssertionError, match="not chosen"):
        await ana.unchoose("Boxes", "One")
    assert ana.modal.values["Tags"] == ["One", "Three", "Two"]
    await ana.submit()
    (state,) = states
    assert state["Boxes"]["selected_options"] == options("Two")
    assert state["People"]["selected_users"] == [slack.member("mia").id]


async def test_every_field_but_radio_buttons_can_be_cleared(slack, app):
    some = options("One", "Two")
    full = {
        "Text": {"type": "plain_text_input", "initial_value": "x"},
        "Number": {"type": "number_input", "is_decimal_allowed": True, "initial_value": "1.5"},
        "Day": {"type": "datepicker", "initial_date": "2026-11-23"},
        "Time": {"type": "timepicker", "initial_time": "09:30"},
        "Moment": {"type": "datetimepicker", "initial_date_time": 1_790_000_000},
        "Menu": {"type": "static_select", "options": some, "initial_option": some[0]},
        "Found": {"type": "external_select", "initial_option": some[0]},
        "Tags": {"type": "multi_static_select", "options": some, "initial_options": some},
        "Owner": {"type": "users_select", "initial_user": slack.member("ben").id},
    }
    blocks = [field(name, **{"kind": one.pop("type")} | one) for name, one in full.items()]
    radio = field("Radio", "radio_buttons", options=some, initial_option=some[0])
    ana, states = await opened(slack, app, *blocks, radio)
    for name in ("Text", "Number", "Day", "Time", "Moment"):
        await ana.fill(name, "")
    for name in ("Menu", "Found", "Tags", "Owner"):
        await ana.choose(name, None)
    with pytest.raises(AssertionError, match="nobody can clear"):
        await ana.choose("Radio", None)
    await ana.submit()
    values = {
        name: next(value for key, value in held.items() if key != "type")
        for name, held in states[0].items()
    }
    assert values.pop("Radio")["value"] == "one"
    assert values.pop("Tags") == []
    assert set(values.values()) == {None}


async def test_dates_times_and_numbers_are_entered_as_slack_hands_them_out(slack, app):
    ana, states = await opened(
        slack,
        app,
        field("Day", "datepicker"),
        field("Time", "timepicker"),
        field("Moment", "datetimepicker"),
        field("Number", "number_input", is_decimal_allowed=False, min_value="1"),
    )
    for name, wrong in (("Day", "tomorrow"), ("Time", "9 am")):
        with pytest.raises(AssertionError, match="cannot be picked"):
            await ana.fill(name, wrong)
    await ana.fill("Day", "2026-11-23")
    await ana.fill("Time", "09:30")
    await ana.fill("Moment", 1_790_000_000)
    await ana.fill("Number", 0)
    await ana.submit()
    assert ana.modal.errors == {"Number": "Please enter a number of 1 or more."}
    await ana.fill("Number", 7)
    await ana.submit()
    assert states[0]["Day"]["selected_date"] == "2026-11-23"
    assert states[0]["Time"]["selected_time"] == "09:30"
    assert states[0]["Moment"]["selected_date_time"] == 1_790_000_000
    assert states[0]["Number"]["value"] == "7"


async def test_options_under_headings_are_told_apart_by_them(slack, app):
    won, lost = options("Won", "Lost")
    other = {"text": plain("Won"), "value": "other"}
    menu = groups(Sales=[won, lost], Renewals=[other])
    ana, states = await opened(slack, app, field("Status", "static_select", option_groups=menu))
    await ana.choose("Status", "Lost")
    with pytest.raises(AssertionError, match="more than once"):
        await ana.choose("Status", "Won")
    await ana.choose("Status", "Won", group="Renewals")
    await ana.submit()
    assert states[0]["Status"]["selected_option"] == other


async def test_an_app_suggests_options_and_sees_what_stands_in_the_form(slack, app):
    asked = []

    @app.options("value")
    async def suggest(ack, body):
        state = body["view"]["state"]["values"]
        asked.append((body["block_id"], body["value"], state["Status"]["value"]["value"]))
        found = [{"text": plain(f"{body['value']} Inc"), "value": body["value"]}]
        await ack(options=found)

    ana, states = await opened(
        slack,
        app,
        field("Status", "plain_text_input"),
        field("Lead", "external_select", min_query_length=2),
        field("Contacts", "multi_external_select", min_query_length=0),
    )
    await ana.fill("Status", "open")
    assert await ana.suggest("Lead", "A") == []
    await ana.choose("Lead", "Acme Inc", typed="Acme")
    await ana.choose("Contacts", "Bo Inc", typed="Bo")
    await ana.choose("Contacts", "Cy Inc", typed="Cy")
    with pytest.raises(AssertionError, match="offers no 'Acme'"):
        await ana.choose("Lead", "Acme")
    await ana.submit()
    assert asked[0] == ("Lead", "Acme", "open")
    assert states[0]["Lead"]["selected_option"]["value"] == "Acme"
    chosen = states[0]["Contacts"]["selected_options"]
    assert [option["value"] for option in chosen] == ["Bo", "Cy"]


async def test_suggested_options_may_stand_under_headings(slack, app):
    @app.options("value")
    async def suggest(ack):
        await ack(option_groups=groups(Leads=options("Acme"), Contacts=options("Jane")))

    ana, states = await opened(slack, app, field("Link", "external_select", min_query_length=0))
    assert [option["value"] for option in await ana.suggest("Link", "")] == ["acme", "jane"]
    await ana.choose("Link", "Jane", group="Contacts", typed="")
    await ana.submit()
    assert states[0]["Link"]["selected_option"]["value"] == "jane"


async def test_a_field_that_dispatches_is_told_at_once_and_others_are_not(slack, app):
    heard = []

    @app.action("value")
    async def hear(ack, body, action):
        await ack()
        heard.append((action["block_id"], action.get("value"), body["view"]["state"]["values"]))

    some = options("One", "Two")
    ana, _ = await opened(
        slack,
        app,
        field("Quiet", "radio_buttons", options=some),
        field("Loud", "plain_text_input", dispatch=True),
    )
    await ana.click("Two")
    assert heard == []
    await ana.fill("Loud", "x")
    ((block, value, state),) = heard
    assert (block, value) == ("Loud", "x")
    assert state["Quiet"]["value"]["selected_option"] == some[1]


async def test_a_click_ticks_and_unticks(slack, app):
    boxes = field("Boxes", "checkboxes", options=options("One", "Two"))
    ana, _ = await opened(slack, app, boxes)
    await ana.click("One")
    await ana.click("Two")
    await ana.click("One")
    assert ana.modal.values == {"Boxes": ["Two"]}


async def test_menus_in_messages_and_at_home_are_used_as_well(slack, app, client):
    heard = []

    @app.action("pick")
    async def hear(ack, body, action):
        await ack()
        heard.append((body["container"]["type"], action["selected_option"]["value"]))

    @app.options("pick")
    async def suggest(ack, body):
        await ack(options=options(body["value"]))

    menu = {
        "type": "external_select",
        "action_id": "pick",
        "placeholder": plain("Find a lead"),
        "min_query_length": 1,
    }
    overflow = {"type": "overflow", "action_id": "pick", "options": options("Open", "Close")}
    row = {"type": "section", "text": plain("Acme"), "accessory": overflow}
    blocks = [row, {"type": "actions", "elements": [menu]}]
    await client.chat_postMessage(channel=slack.channel("sales").id, text="x", blocks=blocks)
    ana = slack.member("ana")
    await ana.choose("Find a lead", "Acme")
    await ana.click("Close", row="Acme")
    await client.views_publish(user_id=ana.id, view={"type": "home", "blocks": blocks})
    await ana.choose("Find a lead", "Umbrella")
    await ana.click("Open", channel="home")
    assert heard == [
        ("message", "acme"),
        ("message", "close"),
        ("view", "umbrella"),
        ("view", "open"),
    ]


async def test_only_the_modal_on_top_is_filled_in_and_submitted(slack, app):
    @app.action("deeper")
    async def push(ack, body, client):
        await ack()
        view = modal(field("Inner", "plain_text_input"))
        await client.views_push(trigger_id=body["trigger_id"], view=view)

    button = {"type": "button", "text": plain("Deeper"), "action_id": "deeper"}
    ana, states = await opened(
        slack, app, field("Outer", "plain_text_input"), {"type": "actions", "elements": [button]}
    )
    await ana.fill("Outer", "kept")
    await ana.click("Deeper")
    await slack.until(lambda: ana.modal.labels == ["Inner"])
    with pytest.raises(AssertionError, match="no field 'Outer'"):
        await ana.fill("Outer", "x")
    await ana.fill("Inner", "y")
    await ana.submit()
    assert states == [{"Inner": {"type": "plain_text_input", "value": "y"}}]
    assert ana.modal.values["Outer"] == "kept"
    await ana.submit()
    assert ana.modal is None


async def test_a_modal_without_a_submit_button_cannot_be_submitted(slack, app):
    text = {"type": "section", "text": plain("x")}
    ana, _ = await opened(slack, app, text, submit=None)
    with pytest.raises(AssertionError, match="nothing to submit"):
        await ana.submit()


async def test_message_shortcuts_are_for_messages_that_stay(slack, app, client):
    seen = []

    @app.shortcut("note")
    async def note(ack, body):
        await ack()
        seen.append(body["message"]["text"])

    ana = slack.member("ana")
    await client.chat_postMessage(channel=ana.id, text="in private")
    await ana.message_shortcut("note", ana.last("dm"))
    channel = slack.channel("sales").id
    await client.chat_postEphemeral(channel=channel, user=ana.id, text="gone soon")
    with pytest.raises(AssertionError, match="no such message"):
        await ana.message_shortcut("note", ana.last())
    assert seen == ["in private"]
