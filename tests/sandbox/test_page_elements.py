"""The demo's page, block by block and element by element: what Slack does with odd ones too."""

import asyncio

import pytest

from tests.sandbox.access import check_access
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
    open_form,
    opens,
    options,
    pick,
    plain,
    submit,
    with_form,
    workspace_with_page,
)

DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)
SCRIPT = "javascript:alert(document.domain)"


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


@pytest.fixture
def post(slack, client):
    """Post blocks into #sales."""

    async def post(*blocks, text="x", **more):
        channel = slack.channel("sales").id
        return await client.chat_postMessage(channel=channel, text=text, blocks=blocks, **more)

    return post


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def section(text, **more):
    return {"type": "section", "text": mrkdwn(text)} | more


def rich(*pieces):
    inside = {"type": "rich_text_section", "elements": list(pieces)}
    return {"type": "rich_text", "elements": [inside]}


def sales(slack):
    return opened(f"{slack.url}/#ana/sales")


async def offered(page, label):
    """Open a select, read what it offers, and close it again."""
    box = page.get_by_role("combobox", name=label, exact=True)
    await box.click()
    words = await page.get_by_role("listbox").inner_text()
    await box.press("Escape")
    return words.split("\n")


# --- what is picked ------------------------------------------------------------------------------


async def test_people_and_places_are_picked_one_or_several(slack, app, post):
    slack.talk("ana", "ben")
    here = {"type": "conversations_select", "action_id": "here"}
    await post(actions(here | {"default_to_current_conversation": True}))
    states = opens(
        app,
        field("User", "users_select"),
        field("Users", "multi_users_select", max_selected_items=2),
        field("Where", "conversations_select", default_to_current_conversation=True),
        field("Places", "multi_conversations_select", filter={"include": ["im"]}),
        field("People", "conversations_select",
              filter={"include": ["im"], "exclude_bot_users": True}),
        field("Channel", "channels_select"),
        field("Channels", "multi_channels_select"),
    )  # fmt: skip
    async with with_form(slack) as page:
        for label, chosen in (
            *(("User", "Ben Carter"), ("Users", "Ana Novak"), ("Users", "Ben Carter")),
            *(("Places", "Ben Carter"), ("Places", "closebot"), ("Channel", "# general")),
            *(("Channels", "# ext-fabrikam"), ("Channels", "# random")),
        ):
            await pick(page, label, chosen)
        assert await offered(page, "People") == ["Ben Carter"]
        assert await page.get_by_role("combobox", name="Where").input_value() == "# sales"
        await page.get_by_role("combobox", name="Users").click()
        assert await page.locator(".choice-none").inner_text() == "No more than 2"
        refused = page.locator(".choice", has_text="Mia Laurent")
        assert await refused.is_disabled()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Backspace")
        assert not await refused.is_disabled()
        await refused.click()
        chips = page.locator("[data-block=Users] .chip")
        assert await chips.all_inner_texts() == ["Ana Novak", "Mia Laurent"]
        await page.reload()
        await page.get_by_role("dialog", name="Form").wait_for()
        assert await page.get_by_role("combobox", name="Channel", exact=True).input_value() == (
            "# general"
        )
        await submit(page)
        assert await page.get_by_role("combobox").last.input_value() == "# sales"
    (state,) = states
    ids = {key: slack.member(key).id for key in ("ana", "ben", "mia")}
    channel = {key: slack.channel(key).id for key in ("sales", "general", "ext-fabrikam", "random")}
    assert state["User"]["selected_user"] == ids["ben"]
    assert state["Users"]["selected_users"] == [ids["ana"], ids["mia"]]
    assert state["Where"]["selected_conversation"] == channel["sales"]
    assert len(state["Places"]["selected_conversations"]) == 2
    assert state["People"]["selected_conversation"] is None
    assert state["Channel"]["selected_channel"] == channel["general"]
    assert state["Channels"]["selected_channels"] == [channel["ext-fabrikam"], channel["random"]]


# --- what is typed -------------------------------------------------------------------------------


async def test_a_moment_is_one_of_the_persons_zone_whatever_the_browsers(slack, app):
    states = opens(
        app,
        field("Before", "datetimepicker", initial_date_time=1_700_000_000),
        field("After", "datetimepicker"),
    )
    async with with_form(slack, timezone_id="Asia/Tokyo") as page:
        assert await page.get_by_label("Before").input_value() == "2023-11-14T23:13"  # Prague
        await page.get_by_label("After").fill("2026-07-01T09:30")
        # Where the clock is set forward, and where it is set back.
        told = await page.evaluate("""async () => {
          const { fromWall, toWall } = await import("/dates.js");
          return ["2026-03-29T02:30", "2026-10-25T02:30", "2026-10-25T03:00"].map((wall) =>
            [new Date(fromWall(wall) * 1000).toISOString().slice(0, 16), toWall(fromWall(wall))]);
        }""")
        await submit(page)
    assert told == [
        ["2026-03-29T01:30", "2026-03-29T03:30"],
        ["2026-10-25T00:30", "2026-10-25T02:30"],
        ["2026-10-25T02:00", "2026-10-25T03:00"],
    ]
    assert states[0]["Before"]["selected_date_time"] == 1_700_000_000
    assert states[0]["After"]["selected_date_time"] == 1_782_891_000  # 07:30 UTC


async def test_a_day_that_is_typed_is_sent_once_when_it_is_whole(slack, app, post):
    from playwright.async_api import expect

    days, times, pressed = hears(app, "day"), hears(app, "time"), hears(app, "go")
    sure = {"type": "datepicker", "action_id": "sure", "initial_date": "2026-01-01"}
    await post(
        actions({"type": "datepicker", "action_id": "day"}),
        actions({"type": "timepicker", "action_id": "time"}, button("Go", "go")),
        section("Until", accessory=sure | {"confirm": CONFIRM}),
    )
    async with sales(slack) as page:
        day = page.get_by_label("Date", exact=True)
        await day.wait_for()
        await page.clock.pause_at(await page.evaluate("Date.now()") + 1000)
        await day.press_sequentially("11232026")
        await page.get_by_role("button", name="Go").click()  # leaves the field
        await slack.until(lambda: pressed, timeout=20)
        await page.get_by_role("button", name="Go").focus()
        await day.press_sequentially("12")
        await day.press("Enter")
        await slack.until(lambda: len(days) == 2)
        time = page.get_by_label("Time", exact=True)
        await time.press_sequentially("0930AM")
        await page.get_by_role("button", name="Go").press("Enter")
        await slack.until(lambda: times and len(pressed) == 2)
        until = page.get_by_label("Until")
        await until.press_sequentially("1123")
        assert await page.get_by_role("dialog").count() == 0
        await page.clock.run_for(1000)  # nothing is typed any more
        await page.get_by_role("button", name="No", exact=True).click()
        await expect(until).to_have_value("2026-01-01")
        await page.get_by_role("button", name="Go").focus()
        await until.press_sequentially("010120")
        await page.get_by_role("button", name="Go").focus()
        assert await until.input_value() == "2026-01-01"
    assert [action["selected_date"] for action in days] == ["2026-11-23", "2026-12-23"]
    assert [action["selected_time"] for action in times] == ["09:30"]


async def test_addresses_and_rich_text_are_filled_in_and_come_back_after_a_reload(slack, app):
    styled = rich({"type": "text", "text": "bold", "style": {"bold": True}})
    states = opens(
        app,
        field("Rich", "rich_text_input"),
        field("Styled", "rich_text_input", initial_value=styled),
        field("Email", "email_text_input"),
        field("Page", "url_text_input"),
    )
    async with with_form(slack) as page:
        await page.get_by_label("Rich").fill("two\nlines")
        await page.get_by_label("Email").fill("ana@")
        await page.get_by_label("Page").fill("nowhere")
        await slack.until(lambda: slack.member("ana").modal.values["Page"])
        await page.reload()
        await page.get_by_role("dialog", name="Form").wait_for()
        assert await page.get_by_label("Rich").input_value() == "two\nlines"
        assert await page.get_by_label("Styled").input_value() == "bold"
        await page.get_by_role("button", name="Save").click()
        wrong = page.locator(".input-error")
        await wrong.first.wait_for()
        assert await wrong.count() == 2
        await page.get_by_label("Email").fill("ana@northwind.example")
        await page.get_by_label("Page").fill("https://northwind.example/a")
        await submit(page)
    (state,) = states
    assert state["Rich"]["rich_text_value"] == rich({"type": "text", "text": "two\nlines"})
    assert state["Styled"]["rich_text_value"] == styled
    assert state["Email"]["value"] == "ana@northwind.example"
    assert state["Page"]["value"] == "https://northwind.example/a"


async def test_the_cursor_stays_where_one_types_while_the_form_is_drawn_anew(slack, app):
    each = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    note = field("Note", "plain_text_input", dispatch=True, multiline=True, **each)
    email = field("Email", "email_text_input", dispatch=True, **each)

    @app.action("value")
    async def hear(ack, body, action, client):
        await ack()
        new = modal(note, email, section(f"heard {action['value']}."))
        await client.views_update(view_id=body["view"]["id"], view=new)

    opens(app, note, email)
    async with with_form(slack) as page:
        for label in ("Note", "Email"):
            typed = page.get_by_label(label)
            await typed.press_sequentially("d")
            await page.get_by_text("heard d.").wait_for()
            await page.keyboard.press("Home")
            for letter, said in (("a", "ad"), ("b", "abd"), ("c", "abcd")):
                await page.keyboard.type(letter)
                await page.get_by_text(f"heard {said}.").wait_for()
            assert await typed.input_value() == "abcd"
            await typed.fill("d")
            await page.get_by_text("heard d.").wait_for()


# --- modals --------------------------------------------------------------------------------------


async def test_a_form_is_loaded_sent_and_followed_by_up_to_three(slack, app):
    ready, sent = asyncio.Event(), asyncio.Event()

    @app.shortcut("open")
    async def open_it(ack, body, client):
        await ack()
        waiting = {"type": "modal", "title": plain("Form"), "blocks": [section("Loading…")]}
        shown = await client.views_open(trigger_id=body["trigger_id"], view=waiting)
        await ready.wait()
        form = modal(field("Name", "plain_text_input"))
        await client.views_update(view_id=shown["view"]["id"], view=form)

    @app.view("form")
    async def save(ack):
        await sent.wait()
        await ack(response_action="update", view=modal(title=plain("One"), blocks=[deeper]))

    @app.action("deeper")
    async def push(ack, body, client):
        await ack()
        number = {"One": "Two", "Two": "Three"}[body["view"]["title"]["text"]]
        view = modal(deeper, title=plain(number))
        await client.views_push(trigger_id=body["trigger_id"], view=view)

    deeper = actions(button("Deeper", "deeper"))
    async with with_form(slack) as page:
        await page.get_by_text("Loading…").wait_for()
        assert await page.get_by_role("button", name="Save").count() == 0
        ready.set()
        await page.get_by_label("Name").press_sequentially("x")
        save_it = page.get_by_role("button", name="Save")
        await save_it.click()
        await page.locator("[type=submit][aria-busy=true]:disabled").last.wait_for()
        sent.set()
        await page.get_by_role("dialog", name="One").wait_for()
        assert await save_it.is_enabled()
        for title in ("Two", "Three"):
            await page.get_by_role("button", name="Deeper").click()
            await page.get_by_role("dialog", name=title).wait_for()
        await page.get_by_role("button", name="Cancel").dblclick()
        await page.get_by_role("dialog", name="Two").wait_for()
        await page.get_by_role("button", name="Cancel").hover()
        await page.mouse.down(click_count=2)  # the second click of a slow hand
        await page.mouse.up(click_count=2)
        await page.get_by_role("dialog", name="Two").evaluate(  # Escape, by a key that is held
            "one => { for (let i = 0; i < 3; i += 1) one.dispatchEvent(new Event('cancel')); }"
        )
        await page.get_by_role("dialog", name="One").wait_for()
        assert slack.member("ana").modal.title == "One"
        await page.keyboard.press("Escape")
        await page.get_by_role("dialog").wait_for(state="hidden")
        assert slack.member("ana").modal is None


async def test_one_form_that_waits_does_not_stop_another(slack, app):
    first = asyncio.Event()
    titles = ["Form", "Other"]

    @app.shortcut("open")
    async def open_it(ack, body, client):
        await ack()
        view = modal(field("Name", "plain_text_input"), title=plain(titles.pop(0)))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("form")
    async def save(ack, view):
        if view["title"]["text"] == "Form":
            await first.wait()
        await ack()

    async with with_form(slack) as page:
        await page.get_by_role("button", name="Save").click()
        await page.locator("[type=submit][aria-busy=true]").last.wait_for()
        await page.keyboard.press("Escape")
        await page.get_by_role("dialog").wait_for(state="hidden")
        await page.get_by_role("button", name="Shortcuts", exact=True).click()
        await page.get_by_role("menuitem", name="New form").click()
        await page.get_by_role("dialog", name="Other").wait_for()
        assert await page.get_by_role("button", name="Save").is_enabled()
        await submit(page)
        assert not first.is_set()
        first.set()


async def test_ids_and_errors_of_any_kind_leave_the_form_as_it_is(slack, app):
    names = ("constructor", "__proto__", "toString")
    said = {"__proto__": "e" * 5000}
    states = []

    @app.shortcut("open")
    async def open_it(ack, body, client):
        await ack()
        form = modal(*(field(name, "plain_text_input") for name in names))
        await client.views_open(trigger_id=body["trigger_id"], view=form)

    @app.view("form")
    async def save(ack, view):
        states.append(view["state"]["values"])
        await (ack() if len(states) > 1 else ack(response_action="errors", errors=said))

    async with with_form(slack) as page:
        form = page.get_by_role("dialog", name="Form")
        assert await form.locator(".input-error").count() == 0
        wide = (await form.bounding_box())["width"]
        for name in names:
            await page.get_by_label(name).fill(f"to {name}")
        await page.get_by_role("button", name="Save").click()
        await form.get_by_role("alert").wait_for()
        assert (await form.bounding_box())["width"] == wide
        assert (
            await form.locator(".modal-body").evaluate("one => one.scrollWidth - one.clientWidth")
            == 0
        )
        await page.get_by_label("__proto__").fill("better")
        await form.get_by_role("alert").wait_for(state="detached")
        await submit(page)
    assert {name: held["value"]["value"] for name, held in states[1].items()} == {
        name: "better" if name == "__proto__" else f"to {name}" for name in names
    }


# --- lists and buttons ---------------------------------------------------------------------------


async def test_a_list_goes_with_its_message_and_a_click_counts_once(slack, app, client, post):
    heard, done = [], asyncio.Event()

    @app.action("go")
    async def hear(ack, action):
        heard.append(action["value"])
        await done.wait()
        await ack()

    def blocks(words):
        menu = {"type": "static_select", "action_id": "s", "options": options("One", "Two")}
        links = [
            one | {"url": url}
            for one, url in zip(options("Bad", "Good"), (SCRIPT, "https://a.example/"), strict=True)
        ]
        more = {"type": "overflow", "action_id": "o", "options": links}
        return [section(words, accessory=menu), actions(button("Go", "go", value="v"), more)]

    hears(app, "o")
    first = await post(*blocks("Before"))
    async with sales(slack) as page:
        go = page.get_by_role("button", name="Go", exact=True)
        await go.dblclick()
        await slack.until(lambda: heard)
        done.set()
        await page.locator(".button[aria-busy]").wait_for(state="detached")
        await page.get_by_role("button", name="More actions").click()
        good = page.get_by_role("menuitem", name="Good")
        assert await good.get_attribute("href") == "https://a.example/"
        bad = page.get_by_role("menuitem", name="Bad")
        assert await bad.get_attribute("href") is None
        await page.evaluate("document.activeElement.blur()")
        await page.keyboard.press("Escape")
        await good.wait_for(state="detached")
        await page.get_by_role("combobox", name="Before").click()
        await page.get_by_role("listbox").wait_for()
        await client.chat_update(
            channel=first["channel"], ts=first["ts"], text="x", blocks=blocks("After")
        )
        await page.get_by_text("After").wait_for()
        assert await page.get_by_role("listbox").count() == 0
    assert heard == ["v"]


# --- blocks --------------------------------------------------------------------------------------

WORDS = (
    "*bold* _it_ ~gone~ `code` <https://a.example/|link> <@{ana}> <#{sales}> <!here>"
    " <!date^1700000000^{{date_num}} at {{time}}^https://d.example/x^y|fallback> &lt;b&gt; :rocket:"
    " https://bare.example/x\n&gt; a quote\n```*as* typed```"
)
EVERYTHING = (
    '<strong>bold</strong> <em>it</em> <s>gone</s> <code>code</code> '
    '<a href="https://a.example/" target="_blank" rel="noopener noreferrer">link</a> '
    '<span class="mention">@Ana Novak</span> <span class="mention">#sales</span> '
    '<span class="mention mention-all">@here</span> '
    '<a href="https://d.example/x%5Ey" target="_blank" rel="noopener noreferrer">'
    "2023-11-14 at 11:13 PM</a> &lt;b&gt; 🚀 "
    '<a href="https://bare.example/x" target="_blank" rel="noopener noreferrer">'
    "https://bare.example/x</a>"
    "<blockquote>a quote</blockquote><pre>*as* typed</pre>"
)  # fmt: skip


async def test_every_block_is_drawn_and_drawn_anew_in_its_place(slack, client, post):
    words = WORDS.format(ana=slack.member("ana").id, sales=slack.channel("sales").id)
    image = {"type": "image", "image_url": DOT, "alt_text": "A dot"}
    cells = [("raw_text", "Deal"), ("raw_text", "Value")]
    table = {
        "type": "table",
        "column_settings": [{"align": "left"}, {"align": "right"}],
        "rows": [
            [{"type": kind, "text": text} for kind, text in cells],
            [rich({"type": "text", "text": "Acme"}), {"type": "raw_number", "value": 12.5}],
            [
                {"type": "raw_text", "text": ""},
                {"type": "raw_number", "value": 0, "text": "none"},
            ],
        ],
    }
    pieces = rich(
        {"type": "text", "text": "bold", "style": {"bold": True}},
        {
            "type": "date",
            "timestamp": 1_700_000_000,
            "format": "{date_num}",
            "url": "https://d.example/",
        },
        {"type": "emoji", "name": "wave"},
        {"type": "emoji", "name": "x", "unicode": "1f44b-1f3fd"},
        {"type": "user", "user_id": slack.member("ana").id},
    )
    pieces["elements"] += [
        {"type": "rich_text_list", "style": "ordered", "offset": 2,
         "elements": rich({"type": "text", "text": "three"})["elements"]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "*kept*"}]},
    ]  # fmt: skip
    blocks = [
        {"type": "header", "text": plain("Header :tada: <b>")},
        section(words),
        {"type": "section", "fields": [mrkdwn("*A*\n1"), plain("*B*")]},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("ctx *x*"), image, plain("plain")]},
        image | {"title": plain("Title"), "alt_text": "Another dot"},
        table,
        pieces,
        {"type": "markdown", "text": "# as it is"},
    ]
    await post(section("The one above"))
    first = await post(*blocks)
    assert "Deal\tValue\nAcme\t12.5\n\tnone" in slack.member("ana").last("sales").text
    async with sales(slack) as page:
        drawn = page.get_by_role("article").last
        parts = drawn.locator(".message-body > .block")
        await page.get_by_text("# as it is").wait_for()
        html = [await one.inner_html() for one in await parts.all()]
        assert await drawn.get_by_role("heading").inner_text() == "Header 🎉 <b>"
        assert (
            html[1] == f'<div class="section-body"><div class="block-text">{EVERYTHING}</div></div>'
        )
        assert await parts.nth(2).locator(".block-text").all_inner_texts() == ["A\n1", "*B*"]
        assert await parts.nth(2).locator("strong").all_inner_texts() == ["A"]
        assert await drawn.get_by_role("separator").count() == 1
        assert await drawn.locator(".block-context").inner_text() == "ctx x\nplain"
        for alt in ("A dot", "Another dot"):
            picture = drawn.get_by_role("img", name=alt, exact=True)
            assert await picture.evaluate("one => one.complete && one.naturalWidth") == 1
        assert await drawn.get_by_role("figure").inner_text() == "Title"
        cells = await drawn.get_by_role("cell").all_inner_texts()
        assert cells == ["Acme", "12.5", "", "none"]
        right = await drawn.get_by_role("cell", name="12.5").evaluate(
            "one => getComputedStyle(one).textAlign"
        )
        assert right == "right"
        assert await drawn.get_by_role("columnheader").all_inner_texts() == ["Deal", "Value"]
        assert (await parts.nth(7).inner_text()).split("\n") == [
            *("bold2023-11-14👋👋🏽@Ana Novak", "three", "said", "*kept*")
        ]
        assert await parts.nth(7).locator("ol").get_attribute("start") == "3"
        assert await parts.nth(7).get_by_role("link").get_attribute("href") == "https://d.example/"
        await page.get_by_role("article").first.evaluate("one => { one.known = true; }")
        new = [section("*Updated*")]
        await client.chat_update(channel=first["channel"], ts=first["ts"], text="x", blocks=new)
        await page.get_by_text("Updated").wait_for()
        articles = page.get_by_role("article")
        assert await articles.count() == 2
        assert await articles.last.locator(".message-body > .block").all_inner_texts() == [
            "Updated"
        ]
        assert await articles.first.evaluate("one => one.known")


def axes(*values):
    data = [{"label": str(index), "value": value} for index, value in enumerate(values)]
    config = {"categories": [one["label"] for one in data]}
    return {"type": "line", "series": [{"name": "a", "data": data}], "axis_config": config}


def pie(*values):
    return {"type": "pie", "segments": [{"label": "a", "value": value} for value in values]}


async def test_what_is_odd_hides_nothing_else_and_runs_nothing(slack, post):
    names = ("{__defineGetter__}", "{constructor}", "{date_num}")
    dates = " ".join(f"<!date^1700000000^{name}|x>" for name in names)
    image = {"type": "image", "alt_text": "No file", "slack_file": {"id": "F1"}}
    link = {"type": "link", "url": SCRIPT, "text": "rich"}
    for chart in (axes(5e-324), axes(1e308, -1e308), pie(1e308, 1.7e308)):
        await post(
            {"type": "data_visualization", "title": "Odd", "chart": chart}, section("beside")
        )
    await post(rich(link), image, section(f"<{SCRIPT}|mark>", accessory=image))
    await post(section(dates), section("far <!date^8640000000001^{date_long} {ago}|away>"))
    async with sales(slack) as page:
        await page.get_by_text("far away").wait_for()
        unknown = page.get_by_text("does not draw the block “data_visualization”")
        assert await unknown.count() == 3
        assert await page.get_by_text("beside").count() == 3
        assert await page.get_by_text("No file").count() == 2
        assert await page.get_by_text("{__defineGetter__} {constructor} 2023-11-14").count() == 1
        assert await page.locator("article a").count() == 0
        # What this simulator refuses, another one may let through.
        symbols = [{"type": "emoji", "name": "tada", "unicode": code} for code in ("zz", "110000")]
        charts = [pie("much"), axes("much"), {"type": "constructor"}]
        odd = [
            *(None, {"type": "constructor"}, rich(*symbols), rich(None), section("last")),
            *({"type": "data_visualization", "title": "Odd", "chart": chart} for chart in charts),
        ]
        drawn = await page.evaluate(
            """async (blocks) => {
              const { drawBlocks } = await import("/blocks.js");
              return drawBlocks(blocks, { names: new Map() }).map((one) => one.textContent);
            }""",
            odd,
        )
        assert [drawn[2], drawn[4]] == ["🎉🎉", "last"]
        refused = [words for words in drawn if "does not draw" in words]
        assert len(refused) == 6, drawn


async def test_the_longest_message_is_drawn_at_once(slack, client):
    async with sales(slack) as page:
        took = await page.evaluate("""async () => {
          const { drawMrkdwn } = await import("/mrkdwn.js");
          const began = performance.now();
          for (const [words, times] of [["*a ", 13_300], ["_a ~b *c ", 4_400], ["*_~a", 9_900]]) {
            drawMrkdwn(words.repeat(times), new Map());
          }
          return performance.now() - began;
        }""")
        assert took < 1000
        words = "*one* and *two _three_ four* 2*3 *4\n~six~"
        await client.chat_postMessage(channel=slack.channel("sales").id, text=words)
        said = page.get_by_role("article").last.locator(".block")
        assert await said.inner_html() == (
            "<strong>one</strong> and <strong>two <em>three</em> four</strong> 2*3 *4\n<s>six</s>"
        )


# --- without seeing ------------------------------------------------------------------------------


async def test_every_control_of_every_kind_has_a_name_that_says_something(slack, app, post):
    some = {"options": options("One", "Two")}
    kinds = {
        "static_select": some, "multi_static_select": some, "external_select": {},
        "multi_external_select": {}, "users_select": {}, "multi_users_select": {},
        "conversations_select": {}, "multi_conversations_select": {}, "channels_select": {},
        "multi_channels_select": {}, "checkboxes": some, "radio_buttons": some, "datepicker": {},
        "timepicker": {}, "datetimepicker": {}, "plain_text_input": {}, "email_text_input": {},
        "url_text_input": {}, "number_input": {"is_decimal_allowed": True}, "rich_text_input": {},
    }  # fmt: skip
    opens(app, *(field(f"The {kind}", kind, **more) for kind, more in kinds.items()))
    hears(app, "c1")
    alone = [
        {"type": kind, "action_id": f"{kind[0]}{index}"} | kinds[kind]
        for index, kind in enumerate(
            ("datepicker", "timepicker", "datetimepicker", "checkboxes", "static_select")
        )
    ]
    more = {"type": "overflow", "action_id": "more"} | some | {"confirm": CONFIRM}
    await post(
        actions(*alone, more),
        section("*Due* on", accessory={"type": "datepicker", "action_id": "d1"}),
        section("_Which_ ones", accessory={"type": "checkboxes", "action_id": "c1"} | some),
    )
    async with sales(slack) as page:
        message = page.get_by_role("article").last
        await message.wait_for()
        for name in ("Date", "Time", "Date and time", "Due on"):
            assert await message.get_by_label(name, exact=True).count() == 1
        for name in ("Options", "Which ones"):
            assert await message.get_by_role("group", name=name, exact=True).count() == 1
        await page.get_by_role("button", name="More actions").click()
        await page.get_by_role("menu").wait_for()
        await check_access(page)
        await page.get_by_role("menuitem", name="One").click()
        await page.get_by_role("dialog", name="Sure?").wait_for()
        await check_access(page)
        await page.get_by_role("button", name="No", exact=True).click()
        await message.hover()
        await message.get_by_role("button", name="Reply in thread").click()
        await page.get_by_role("log", name="Thread").get_by_label("Due on").wait_for()
        await check_access(page)
        await open_form(page)
        assert await page.get_by_role("dialog").locator("[data-action]").count() == len(kinds)
        await check_access(page)
