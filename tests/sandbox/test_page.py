"""Each control of the demo's page in a real browser, with a small app of Bolt's behind it."""

import pytest

from closebot.sandbox.demo import PAGE
from closebot.sandbox.slack_api import SlackSandbox
from tests.sandbox.browser import opened
from tests.sandbox.page_app import (
    CONFIRM,
    actions,
    app_of,
    button,
    client_of,
    field,
    hears,
    modal,
    opens,
    options,
    pick,
    plain,
    submit,
    with_form,
    workspace_with_page,
)


@pytest.fixture
async def slack():
    async with workspace_with_page() as sandbox:
        yield sandbox


@pytest.fixture
def client(slack):
    return client_of(slack)


@pytest.fixture
async def app(slack, client):
    async with app_of(slack, client) as connected:
        yield connected


async def test_fields_of_every_kind_are_filled_in_and_keep_it_over_a_reload(slack, app):
    some = options("One", "Two", "Three")
    states = opens(
        app,
        field("Note", "plain_text_input", multiline=True),
        field("Number", "number_input", is_decimal_allowed=True),
        field("Day", "datepicker"),
        field("Time", "timepicker"),
        field("Moment", "datetimepicker"),
        field("Radio", "radio_buttons", options=some),
        field("Boxes", "checkboxes", options=some),
        field("Tags", "multi_static_select", options=some),
        field("Owner", "users_select"),
    )
    async with with_form(slack) as page:
        await page.get_by_label("Note").fill("two\nlines")
        await page.get_by_label("Number").fill("1.5")
        await page.get_by_label("Day").fill("2026-11-23")
        await page.get_by_label("Time").fill("09:30")
        await page.get_by_label("Moment").fill("2026-11-23T09:30")
        await page.get_by_role("radio", name="Two").check()
        await page.get_by_role("checkbox", name="One").check()
        await page.get_by_role("checkbox", name="Three").check()
        await page.get_by_role("checkbox", name="One").uncheck()
        for words in ("One", "Three", "Two"):
            await pick(page, "Tags", words)
        await page.get_by_role("button", name="Remove Three").click()
        await page.get_by_role("combobox", name="Owner").fill("ben")
        await page.locator(".choice", has_text="Ben Carter").click()
        await slack.until(lambda: slack.member("ana").modal.values["Owner"])
        await page.reload()
        await page.get_by_role("dialog", name="Form").wait_for()
        assert await page.get_by_label("Note").input_value() == "two\nlines"
        assert await page.get_by_label("Moment").input_value() == "2026-11-23T09:30"
        assert await page.get_by_role("combobox", name="Owner").input_value() == "Ben Carter"
        assert await page.get_by_role("radio", name="Two").is_checked()
        await submit(page)
    (state,) = states
    assert state["Note"]["value"] == "two\nlines"
    assert state["Number"]["value"] == "1.5"
    assert state["Day"]["selected_date"] == "2026-11-23"
    assert state["Time"]["selected_time"] == "09:30"
    assert isinstance(state["Moment"]["selected_date_time"], int)
    assert state["Radio"]["selected_option"] == some[1]
    assert state["Boxes"]["selected_options"] == some[2:]
    assert state["Tags"]["selected_options"] == some[:2]
    assert state["Owner"]["selected_user"] == slack.member("ben").id


async def test_a_choice_of_one_is_cleared_where_the_field_is_optional(slack, app):
    some = options("One", "Two")
    states = opens(
        app,
        field("Maybe", "static_select", options=some, initial_option=some[0]),
        field("Surely", "static_select", options=some, optional=False, initial_option=some[1]),
    )
    async with with_form(slack) as page:
        assert await page.get_by_role("button", name="Clear Surely").count() == 0
        await page.get_by_role("button", name="Clear Maybe").click()
        await submit(page)
    assert states[0]["Maybe"]["selected_option"] is None
    assert states[0]["Surely"]["selected_option"] == some[1]


async def test_options_stand_under_headings_with_their_descriptions(slack, app):
    won = options("Won", "Lost", description=plain("The deal is over"))
    groups = [
        {"label": plain("Active"), "options": options("Open")},
        {"label": plain("Closed"), "options": won},
    ]
    states = opens(app, field("Status", "static_select", option_groups=groups))
    async with with_form(slack) as page:
        await page.get_by_role("combobox", name="Status").click()
        listed = await page.get_by_role("listbox").inner_text()
        assert listed.split("\n") == [
            *("Active", "Open"),
            *("Closed", "Won", "The deal is over", "Lost", "The deal is over"),
        ]
        await page.locator(".choice", has_text="Lost").click()
        await submit(page)
    assert states[0]["Status"]["selected_option"] == won[1]


async def test_the_app_suggests_while_one_types_and_sees_the_form(slack, app):
    asked = []

    @app.options("value")
    async def suggest(ack, body):
        typed = body["value"]
        asked.append((typed, body["view"]["state"]["values"]["Status"]["value"]["value"]))
        if typed == "zzz":
            await ack(options=[])
        else:
            found = options(f"{typed} Inc", description=plain("Lead"))
            await ack(option_groups=[{"label": plain("Leads"), "options": found}])

    states = opens(
        app,
        field("Status", "plain_text_input"),
        field("Lead", "external_select", min_query_length=2),
        field("Others", "multi_external_select", min_query_length=0),
    )
    async with with_form(slack) as page:
        await page.get_by_label("Status").fill("open")
        box = page.get_by_role("combobox", name="Lead")
        await box.click()
        await page.get_by_text("Type 2 letters to search").wait_for()
        await box.fill("zzz")
        await page.get_by_text("No results").wait_for()
        await box.fill("Acme")
        await page.locator(".choice", has_text="Acme Inc").wait_for()
        assert (await page.get_by_role("listbox").inner_text()).split("\n") == [
            *("Leads", "Acme Inc", "Lead")
        ]
        await box.press("Enter")
        assert await box.input_value() == "Acme Inc"
        others = page.get_by_role("combobox", name="Others")
        for typed in ("Bo", "Cy"):
            await others.fill(typed)
            await page.locator(".choice", has_text=f"{typed} Inc").click()
        await submit(page)
    assert ("Acme", "open") in asked
    assert states[0]["Lead"]["selected_option"]["value"] == "acme inc"
    chosen = states[0]["Others"]["selected_options"]
    assert [option["value"] for option in chosen] == ["bo inc", "cy inc"]


async def test_hints_and_errors_stand_below_their_fields(slack, app):
    @app.shortcut("open")
    async def open_it(ack, body, client):
        await ack()
        fields = (
            field("Name", "plain_text_input", hint="As in Close", optional=False),
            field("Kind", "radio_buttons", options=options("One", "Two"), hint="One of two"),
        )
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*fields))

    @app.view("form")
    async def save(ack):
        await ack(response_action="errors", errors={"Kind": "Not that one."})

    async with with_form(slack) as page:
        name, kind = page.get_by_label("Name"), page.get_by_role("group", name="Kind")
        for control, words in ((name, "As in Close"), (kind, "One of two")):
            described = await control.get_attribute("aria-describedby")
            assert await page.locator(f"#{described}").inner_text() == words
        await page.get_by_role("button", name="Save").click()
        await page.get_by_text("Please complete this required field.").wait_for()
        await name.fill("x")
        await page.get_by_text("Please complete").wait_for(state="detached")
        await page.get_by_role("button", name="Save").click()
        await page.get_by_role("alert").filter(has_text="Not that one.").wait_for()
        assert await name.input_value() == "x"


async def test_a_field_that_dispatches_redraws_the_form_under_the_cursor(slack, app):
    heard = []

    @app.action("value")
    async def hear(ack, body, action, client):
        await ack()
        heard.append(action)
        view = body["view"]
        told = {"type": "section", "text": plain(f"heard {len(heard)}")}
        blocks = [one for one in view["blocks"] if one["type"] == "input"]
        new = modal(*blocks, told)
        await client.views_update(view_id=view["id"], hash=view["hash"], view=new)

    states = opens(
        app,
        field("First", "plain_text_input"),
        field("Loud", "plain_text_input", dispatch=True),
        field("Menu", "static_select", dispatch=True, options=options("One", "Two")),
    )
    async with with_form(slack) as page:
        await page.get_by_label("First").fill("kept")
        loud = page.get_by_label("Loud")
        await loud.fill("say")
        await loud.press("Enter")
        await page.get_by_text("heard 1").wait_for()
        await page.keyboard.type(" more")
        assert await loud.input_value() == "say more"
        await pick(page, "Menu", "Two")
        await page.get_by_text("heard 2").wait_for()
        await submit(page)
    assert [action["block_id"] for action in heard] == ["Loud", "Menu"]
    assert heard[0]["value"] == "say"
    assert states[0]["First"]["value"] == "kept"
    assert states[0]["Loud"]["value"] == "say more"
    assert states[0]["Menu"]["selected_option"]["value"] == "two"


async def test_modals_stack_and_their_closing_is_told(slack, app):
    closed = []

    @app.action("deeper")
    async def push(ack, body, client):
        await ack()
        inner = modal(field("Inner", "plain_text_input"), title=plain("Two"), notify_on_close=True)
        await client.views_push(trigger_id=body["trigger_id"], view=inner)

    @app.view_closed("form")
    async def hear(ack, body):
        await ack()
        closed.append((body["view"]["title"]["text"], body["is_cleared"]))

    opens(
        app,
        field("Outer", "plain_text_input"),
        actions(button("Deeper", "deeper")),
        notify_on_close=True,
    )
    async with with_form(slack) as page:
        await page.get_by_label("Outer").fill("kept")
        await page.get_by_role("button", name="Deeper").click()
        await page.get_by_role("dialog", name="Two").wait_for()
        await page.get_by_role("button", name="Cancel").click()
        await page.get_by_role("dialog", name="Form").wait_for()
        assert await page.get_by_label("Outer").input_value() == "kept"
        await page.get_by_role("button", name="Deeper").click()
        await page.get_by_role("dialog", name="Two").wait_for()
        await page.get_by_role("button", name="Close", exact=True).click()
        await page.get_by_role("dialog").wait_for(state="hidden")
        await slack.until(lambda: len(closed) == 2)
        assert slack.member("ana").modal is None
    assert closed == [("Two", False), ("Form", True)]


async def test_what_stands_in_a_message_is_used_after_a_confirmation(slack, app, client):
    pressed, picked, found = hears(app, "go"), hears(app, "more"), hears(app, "find")
    chosen, dated = hears(app, "kind"), hears(app, "day")

    @app.options("find")
    async def suggest(ack, body):
        await ack(options=options(body["value"]))

    overflow = {"type": "overflow", "action_id": "more", "options": options("Edit", "Delete")}
    find = {
        "type": "external_select",
        "action_id": "find",
        "placeholder": plain("Find a lead"),
        "min_query_length": 1,
    }
    radio = {"type": "radio_buttons", "action_id": "kind", "options": options("One", "Two")}
    day = {"type": "datepicker", "action_id": "day", "placeholder": plain("Due")}
    blocks = [
        {"type": "section", "text": plain("Acme"), "accessory": overflow | {"confirm": CONFIRM}},
        actions(button("Go", "go", value="v", confirm=CONFIRM), find, radio, day),
    ]
    await client.chat_postMessage(channel=slack.channel("sales").id, text="x", blocks=blocks)
    async with opened(f"{slack.url}/#ana/sales") as page:
        await page.get_by_role("button", name="Go").click()
        await page.get_by_role("button", name="No", exact=True).click()
        await page.get_by_role("button", name="Go").click()
        await page.get_by_role("button", name="Yes, do").click()
        await page.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="Delete").click()
        await page.get_by_role("button", name="Yes, do").click()
        await page.get_by_role("combobox", name="Find a lead").fill("Acme")
        await page.locator(".choice", has_text="Acme").click()
        await page.get_by_role("radio", name="Two").check()
        await page.get_by_label("Due").fill("2026-11-23")
        await slack.until(lambda: dated and chosen and found)
    assert [action["value"] for action in pressed] == ["v"]
    assert [action["selected_option"]["value"] for action in picked] == ["delete"]
    assert [action["selected_option"]["value"] for action in found] == ["acme"]
    assert [action["selected_option"]["value"] for action in chosen] == ["two"]
    assert dated[-1]["selected_date"] == "2026-11-23"


async def test_radio_buttons_of_two_messages_are_not_one_group(slack, app, client):
    hears(app, "kind")
    radio = {"type": "radio_buttons", "action_id": "kind", "options": options("One", "Two")}
    for _ in range(2):
        block = {"type": "actions", "block_id": "same", "elements": [radio]}
        await client.chat_postMessage(channel=slack.channel("sales").id, text="x", blocks=[block])
    async with opened(f"{slack.url}/#ana/sales") as page:
        await page.get_by_role("radio", name="One").first.check()
        await page.get_by_role("radio", name="Two").last.check()
        assert await page.get_by_role("radio", name="One").first.is_checked()


async def test_a_message_has_the_shortcuts_of_the_manifest_unless_it_is_ephemeral(
    slack, app, client
):
    noted = []

    @app.shortcut("note")
    async def note(ack, body):
        await ack()
        noted.append((body["message"]["text"], body["channel"]["name"]))

    ana, channel = slack.member("ana"), slack.channel("sales").id
    await slack.member("ben").say("Acme wants a call")
    async with opened(f"{slack.url}/#ana/sales") as page:
        said = page.get_by_role("article").filter(has_text="Acme wants a call")
        await said.wait_for()
        await client.chat_postEphemeral(channel=channel, user=ana.id, text="gone soon")
        private = page.get_by_role("article").filter(has_text="gone soon")
        await private.wait_for()
        assert await private.get_by_role("button", name="Message shortcuts").count() == 0
        await said.get_by_role("button", name="Message shortcuts").click()
        await page.get_by_role("menuitem", name="Note this").click()
        await slack.until(lambda: noted)
    assert noted == [("Acme wants a call", "sales")]


async def test_without_shortcuts_in_the_manifest_nothing_is_offered(client):
    async with SlackSandbox(page=PAGE, page_data={"features": {"shortcuts": []}}) as slack:
        await slack.member("ben").say("hello")
        async with opened(f"{slack.url}/#ana/sales") as page:
            await page.get_by_text("hello").wait_for()
            assert await page.get_by_role("button", name="Shortcuts", exact=True).count() == 0
            assert await page.get_by_role("button", name="Message shortcuts").count() == 0


async def test_a_private_message_of_the_bot_is_seen_to_have_come(slack, app, client):
    async with opened(f"{slack.url}/#ana/sales") as page:
        row = page.get_by_role("button", name="closebot", exact=False).first
        assert "unread" not in await row.inner_text()
        await client.chat_postMessage(channel=slack.member("ana").id, text="Only for Ana")
        await page.get_by_text("unread").wait_for(state="attached")
        assert "unread" in await row.inner_text()
        await row.click()
        await page.get_by_text("Only for Ana").wait_for()
        await page.get_by_text("unread").wait_for(state="detached")


async def test_what_cannot_be_drawn_is_named_in_its_place(slack, app, client):
    card = {"type": "card", "title": plain("Acme")}
    image = {"type": "image", "image_url": "data:image/png;base64,AAAA", "alt_text": "The plant"}
    channel = slack.channel("sales").id
    await client.chat_postMessage(channel=channel, text="x", blocks=[card, image])
    opens(app, {"type": "alert", "text": plain("Mind")}, field("File", "file_input"))
    async with with_form(slack) as page:
        form = page.get_by_role("dialog")
        await form.get_by_text("does not draw the block “alert”").wait_for()
        await form.get_by_text("does not draw the element “file_input”").wait_for()
        await page.keyboard.press("Escape")
        await page.get_by_text("does not draw the block “card”").wait_for()
        await page.get_by_text("The plant").wait_for()


async def test_an_empty_picker_says_what_is_to_be_picked(slack, app):
    opens(
        app,
        field("Day", "datepicker", placeholder=plain("The first day")),
        field("Time", "timepicker"),
    )
    shown = "one => getComputedStyle(one, '::before').content"
    async with with_form(slack) as page:
        day, time = page.get_by_label("Day"), page.get_by_label("Time")
        assert await time.evaluate(shown) == '"Select a time"'
        await time.fill("09:30")
        assert await time.evaluate(shown) == "none"
        assert await day.evaluate(shown) == '"The first day"'


async def test_reactions_and_what_was_sent_to_the_channel_too_are_seen(slack, client):
    channel = slack.channel("sales").id
    slack.scopes.append("reactions:write")
    asked = await client.chat_postMessage(channel=channel, text="Who takes Acme?")
    await client.reactions_add(channel=channel, timestamp=asked["ts"], name="eyes")
    await client.chat_postMessage(
        channel=channel, text="Ben does.", thread_ts=asked["ts"], reply_broadcast=True
    )
    async with opened(f"{slack.url}/#ana/sales") as page:
        said = page.get_by_role("article").filter(has_text="Who takes Acme?")
        assert await said.get_by_role("list", name="Reactions").inner_text() == "👀\n1"
        reply = page.get_by_role("article").filter(has_text="Ben does.")
        await reply.get_by_role("button", name="replied to a thread").click()
        await page.get_by_role("log", name="Thread").get_by_text("Ben does.").wait_for()


async def test_conversations_are_offered_as_their_filter_asks(slack, app):
    opens(
        app,
        field("Any", "conversations_select"),
        field(
            "Inside",
            "conversations_select",
            filter={"include": ["public"], "exclude_external_shared_channels": True},
        ),
        field("Channel", "channels_select"),
    )
    async with with_form(slack) as page:
        offered = {}
        for name in ("Any", "Inside", "Channel"):
            await page.get_by_role("combobox", name=name, exact=True).click()
            words = await page.get_by_role("listbox").inner_text()
            offered[name] = words.split("\n")
            await page.keyboard.press("Escape")
    assert "# deal-desk" in offered["Any"]
    assert "closebot" in offered["Any"]
    assert "# ext-fabrikam" in offered["Channel"]
    assert {"# deal-desk", "closebot"} & set(offered["Channel"]) == set()
    assert {"# deal-desk", "# ext-fabrikam", "closebot"} & set(offered["Inside"]) == set()
    assert "# sales" in offered["Inside"]


async def test_home_is_used_like_a_message(slack, app, client):
    heard = hears(app, "pick")

    @app.event("app_home_opened")
    async def show(event, client):
        menu = {"type": "static_select", "action_id": "pick", "options": options("Mine", "All")}
        blocks = [{"type": "section", "text": plain("Tasks"), "accessory": menu}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    async with opened(f"{slack.url}/#ana/dm") as page:
        await page.get_by_role("tab", name="Home").click()
        await page.get_by_text("Tasks").wait_for()
        await page.get_by_role("combobox", name="Tasks").click()
        await page.locator(".choice", has_text="All").click()
        await slack.until(lambda: heard)
    assert heard[0]["selected_option"]["value"] == "all"


def series(name, *values):
    points = zip(("May", "June", "July"), values, strict=True)
    return {"name": name, "data": [{"label": label, "value": value} for label, value in points]}


@pytest.mark.parametrize("kind", ["bar", "line", "area", "pie"])
async def test_a_chart_is_drawn_and_said(slack, client, kind):
    if kind == "pie":
        segments = [{"label": "Won", "value": 3}, {"label": "Lost", "value": 1}]
        chart, marks = {"type": "pie", "segments": segments}, 2
    else:
        lines = [series("New", 12_000, 30_000, -4_500.5), series("Renewed", 0, 1, 2)]
        axes = {"categories": ["May", "June", "July"], "x_label": "Month", "y_label": "USD"}
        chart, marks = {"type": kind, "series": lines, "axis_config": axes}, 6
    block = {"type": "data_visualization", "title": "Deals <b>", "chart": chart}
    await client.chat_postMessage(channel=slack.channel("sales").id, text="x", blocks=[block])
    async with opened(f"{slack.url}/#ana/sales") as page:
        drawing = page.get_by_role("img", name=f"{kind.capitalize()} chart: Deals <b>")
        await drawing.wait_for()
        assert await drawing.locator("rect, circle, path.chart-slice").count() == marks
        assert "NaN" not in await drawing.evaluate("one => one.outerHTML")
        box = await drawing.bounding_box()
        assert box["width"] > 200
        table = page.get_by_role("table", name="Deals <b>")
        cells = await table.get_by_role("row").last.inner_text()
        assert cells.split("\t") == (
            ["Lost", "1", "25%"] if kind == "pie" else ["July", "-4,500.5", "2"]
        )
