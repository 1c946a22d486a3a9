"""What stands around the blocks on the demo's page: messages, notices, Home, tabs, the way back.

In a real browser, with a small app of Bolt's behind it.
"""

import asyncio

import pytest

from closebot.sandbox.demo import PAGE
from closebot.sandbox.slack_api import SlackSandbox
from tests.sandbox.browser import opened
from tests.sandbox.page_app import (
    FEATURES,
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
    plain,
    submit,
    with_form,
    workspace_with_page,
)

TROUBLE = "We had some trouble connecting"
SERVER = "Failed to load resource"  # what Chromium itself says when a request fails


@pytest.fixture
async def slack(browser):
    async with workspace_with_page() as sandbox:
        yield sandbox


@pytest.fixture
def client(slack):
    return client_of(slack)


@pytest.fixture
async def app(slack, client):
    async with app_of(slack, client) as connected:
        yield connected


def sales(slack):
    return slack.channel("sales").id


def box_of(page, name="Message #sales"):
    return page.get_by_role("textbox", name=name)


async def ask(page, text):
    await box_of(page).fill(text)
    await box_of(page).press("Enter")


async def see(page, words):
    await page.get_by_role("log", name="Messages").get_by_text(words).wait_for()


def holds(page, expression, arg=None):
    return page.wait_for_function(expression, arg=arg)


# --- messages -------------------------------------------------------------------------------


async def test_what_only_one_person_saw_is_gone_after_a_reload(slack, client):
    async def whisper(words):
        await client.chat_postEphemeral(channel=sales(slack), user=slack.user("ana").id, text=words)

    async with opened(f"{slack.url}/#ana/sales") as page:
        await box_of(page).wait_for()
        await whisper("only now")
        await client.chat_postMessage(channel=sales(slack), text="for good")
        await see(page, "only now")
        await see(page, "for good")
        await page.reload()
        await see(page, "for good")
        assert await page.get_by_text("only now").count() == 0
        await whisper("after that")
        await see(page, "after that")
        assert await page.get_by_role("article").count() == 2


async def test_an_open_modal_stays_over_a_reload(slack, app):
    opens(app, field("Note", "plain_text_input"))
    async with with_form(slack) as page:
        await page.get_by_label("Note").fill("kept")
        await page.reload()
        await page.get_by_role("dialog", name="Form").wait_for()
        assert await page.get_by_label("Note").input_value() == "kept"
        await submit(page)


async def test_replies_that_only_one_person_sees_are_not_counted(slack, client):
    channel, ana = sales(slack), slack.user("ana").id
    asked = await client.chat_postMessage(channel=channel, text="Who takes it?")
    async with opened(f"{slack.url}/#ana/sales") as page:
        await see(page, "Who takes it?")
        thread = {"channel": channel, "thread_ts": asked["ts"]}
        await client.chat_postEphemeral(user=ana, text="Only for Ana", **thread)
        await client.chat_postMessage(text="Ben does.", **thread)
        await page.get_by_role("button", name="1 reply").click()
        await page.get_by_role("log", name="Thread").get_by_text("Only for Ana").wait_for()


async def test_one_odd_message_hides_no_other(slack, client):
    async def make_odd(route):
        answer = await route.fetch()
        shown = await answer.json()
        for message in shown:
            if message["text"] == "odd below":
                message["attachments"] = [{"text": "fine"}, {"fields": {"a": 1}}]
            if message["text"] == "odd":
                message["reactions"] = [{}]
        await route.fulfill(json=shown)

    async with opened(f"{slack.url}/#ana/sales") as page:
        await page.route("**/sim/messages*", make_odd)
        for words in ("odd below", "odd", "goes on"):
            await client.chat_postMessage(channel=sales(slack), text=words)
        await see(page, "goes on")
        await see(page, "fine")
        await see(page, "This demo cannot draw this attachment.")
        await see(page, "This demo cannot draw this message.")


async def test_a_reader_is_not_moved_away_by_a_new_message(slack, client):
    for number in range(60):
        await client.chat_postMessage(channel=sales(slack), text=f"line {number}")
    at = "document.getElementById('log').scrollTop"
    left = """() => {
      const log = document.getElementById("log");
      return log.scrollHeight - log.scrollTop - log.clientHeight < 2;
    }"""
    async with opened(f"{slack.url}/#ana/sales") as page:
        await see(page, "line 59")
        await holds(page, left)
        await client.chat_postMessage(channel=sales(slack), text="followed")
        await see(page, "followed")
        await holds(page, left)
        await page.evaluate(f"{at} = 0")
        await page.locator(".newer").wait_for(state="hidden")
        await client.chat_postMessage(channel=sales(slack), text="not followed")
        pill = page.get_by_role("button", name="New messages")
        await pill.wait_for()
        assert await page.evaluate(at) == 0
        await pill.click()
        await holds(page, left)
        await pill.wait_for(state="hidden")
        await page.evaluate(f"{at} = 0")
        await ask(page, "my own")
        await see(page, "my own")
        await holds(page, left)


# --- what is sent ---------------------------------------------------------------------------


async def test_what_could_not_be_sent_comes_back_with_the_reason(slack, app, client):
    async with opened(f"{slack.url}/#ana/sales", excused=SERVER) as page:
        alert = page.get_by_role("alert")
        await client.chat_postMessage(channel=sales(slack), text="Who takes it?")
        await page.route("**/sim/say", lambda route: route.abort())
        await ask(page, "took me long")
        await alert.filter(has_text="cannot be reached").wait_for()
        assert await box_of(page).input_value() == "took me long"
        await page.unroute("**/sim/say")
        await page.route("**/sim/say", lambda route: route.fulfill(status=500, body="oh no"))
        await box_of(page).press("Enter")
        await alert.filter(has_text="answered with 500").wait_for()
        await page.unroute("**/sim/say")
        await holds(page, "() => document.getElementById('text').value === 'took me long'")
        await box_of(page).press("Enter")
        await see(page, "took me long")
        assert await box_of(page).input_value() == ""
        await ask(page, "/nope at all")
        await alert.filter(has_text="/nope is not a command here").wait_for()
        assert await box_of(page).input_value() == "/nope at all"
        await ask(page, " /form as words")
        await see(page, "/form as words")
        await page.get_by_role("article").filter(has_text="Who takes it?").hover()
        await page.get_by_role("button", name="Reply in thread").first.click()
        reply = box_of(page, "Reply…")
        await reply.fill("/form")
        await reply.press("Enter")
        await alert.filter(has_text="Slash commands do not work in threads").wait_for()
        assert await reply.input_value() == "/form"


async def test_one_failed_look_does_not_end_the_page(slack, client):
    async with opened(f"{slack.url}/#ana/sales", excused=SERVER) as page:
        await box_of(page).wait_for()
        await page.route(
            "**/sim/messages*", lambda route: route.fulfill(status=500, body="oh no"), times=1
        )
        await client.chat_postMessage(channel=sales(slack), text="one")
        await page.get_by_role("alert").filter(has_text="answered with 500").wait_for()
        assert "not connected" in await page.locator("#connection").inner_text()
        await client.chat_postMessage(channel=sales(slack), text="two")
        await see(page, "two")


# --- what Slack says when something failed ------------------------------------------------------


async def test_trouble_is_said_where_one_looks_in_the_modal_and_on_home(browser):
    done = asyncio.Event()
    async with (
        SlackSandbox(page=PAGE, page_data={"features": FEATURES}, ack_within=0.4) as slack,
        app_of(slack, client_of(slack)) as app,
    ):

        @app.shortcut("open")
        async def open_it(ack, body, client):
            await ack()
            view = modal(field("Note", "plain_text_input"))
            await client.views_open(trigger_id=body["trigger_id"], view=view)

        @app.view("form")
        async def save(ack):
            await done.wait()

        @app.action("go")
        async def go(ack):
            await done.wait()

        @app.event("app_home_opened")
        async def show(event, client):
            view = {"type": "home", "blocks": [actions(button("Go", "go"))]}
            await client.views_publish(user_id=event["user"], view=view)

        async with opened(f"{slack.url}/#ana/sales") as page:
            await open_form(page)
            form = page.get_by_role("dialog", name="Form")
            await form.get_by_role("button", name="Save").click()
            told = form.get_by_role("alert").filter(has_text=TROUBLE)
            await told.wait_for()
            foot, box = await form.locator(".modal-foot").bounding_box(), await told.bounding_box()
            assert box["y"] + box["height"] <= foot["y"] + 1
            await form.get_by_role("button", name="Cancel").click()
            await form.wait_for(state="hidden")
            await open_form(page)
            assert await page.get_by_text(TROUBLE).is_hidden()
            await page.keyboard.press("Escape")
            await page.get_by_role("button", name="closebot").first.click()
            await page.get_by_role("tab", name="Home").click()
            await page.get_by_role("button", name="Go", exact=True).click()
            await page.get_by_role("alert").filter(has_text="operation_timeout").wait_for()
            assert await box_of(page, "Message closebot").count() == 0
            done.set()


# --- Home -----------------------------------------------------------------------------------


async def test_home_is_used_with_the_keyboard(slack, app, client):
    heard = hears(app, "value")
    menu = {"type": "static_select", "action_id": "pick", "options": options("Mine", "All")}

    async def publish(*more):
        note = field("Note", "plain_text_input", dispatch=True)
        done = actions(button("Done", "done")) | {"block_id": "row"}
        blocks = [note, done, actions(menu) | {"block_id": "menu"}, *more]
        view = {"type": "home", "blocks": blocks}
        await client.views_publish(user_id=slack.user("ana").id, view=view)

    @app.event("app_home_opened")
    async def show():
        await publish()

    @app.action("done")
    async def done(ack):
        await ack()
        await publish({"type": "section", "text": plain("It is done.")})

    focused = "words => document.activeElement.textContent === words"
    async with opened(f"{slack.url}/#ana/dm") as page:
        tab = page.get_by_role("tab", name="Home")
        await tab.focus()
        await page.keyboard.press("Enter")
        note = page.get_by_role("tabpanel").get_by_label("Note")
        await note.wait_for()
        assert await page.evaluate(focused, "Home")
        await page.keyboard.press("ArrowRight")
        await holds(page, focused, "Messages")
        selected = page.get_by_role("tab", selected=True)
        assert await selected.inner_text() == "Messages"
        assert await tab.get_attribute("tabindex") == "-1"
        await page.keyboard.press("ArrowLeft")
        await note.click()
        await note.evaluate("one => { one.isTheSame = true; }")
        await note.press_sequentially("hello world")
        await slack.until(lambda: "hello world" in str(slack.member("ana").home.values))
        assert await note.input_value() == "hello world"
        assert await note.evaluate("one => one.isTheSame && one === document.activeElement")
        await note.press("Enter")
        await slack.until(lambda: heard)
        await page.get_by_role("button", name="Done").press("Enter")
        await page.get_by_text("It is done.").wait_for()
        await holds(page, focused, "Done")
        assert await note.input_value() == "hello world"
    assert heard[0]["value"] == "hello world"


# --- in step with the sandbox -------------------------------------------------------------------


async def test_a_page_that_nobody_looks_at_leaves_its_connection_to_others(slack, client):
    look_away = """hidden => {
      Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    async with opened(f"{slack.url}/#ana/sales") as alone:
        context = await alone.context.browser.new_context()
        pages = []
        for _ in range(8):  # a browser holds six connections to one address
            pages.append(await context.new_page())
            await pages[-1].goto(f"{slack.url}/#ana/sales")
            await see(pages[-1], "This is the very beginning")
            if len(pages) < 8:
                await pages[-1].evaluate(look_away, True)
        first = pages[0]
        await client.chat_postMessage(channel=sales(slack), text="for whoever looks")
        await see(pages[-1], "for whoever looks")
        assert await first.get_by_text("for whoever looks").count() == 0
        await first.evaluate(look_away, False)
        await see(first, "for whoever looks")


async def test_an_open_page_begins_anew_when_the_sandbox_does(browser):
    async with SlackSandbox(page=PAGE, page_data={"features": {}}) as slack:
        port = int(slack.url.rpartition(":")[2])
        async with opened(f"{slack.url}/#ana/sales", excused=SERVER) as page:
            state = page.locator("#connection")
            dot = "one => getComputedStyle(one, '::before').backgroundColor"
            await state.filter(has_text="closebot is not connected").wait_for()
            colours = [await state.evaluate(dot)]
            for number in range(3):
                await client_of(slack).chat_postMessage(channel=sales(slack), text=f"n{number}")
            await page.get_by_role("button", name="What happened").click()
            await page.get_by_text("chat.postMessage").nth(2).wait_for()
            await slack.__aexit__(None, None, None)
            await state.filter(has_text="The demo has stopped").wait_for()
            colours.append(await state.evaluate(dot))
            data = {"features": FEATURES}
            async with SlackSandbox(page=PAGE, page_data=data, port=port) as again:
                await client_of(again).chat_postMessage(channel=sales(again), text="first")
                await page.get_by_role("button", name="Shortcuts", exact=True).wait_for()
                await see(page, "first")
                await page.get_by_role("button", name="What happened").click()
                await page.get_by_text("chat.postMessage").wait_for()
                async with app_of(again, client_of(again)):
                    await state.filter(has_text="closebot is connected").wait_for()
                    colours.append(await state.evaluate(dot))
    assert colours == ["rgb(255, 107, 139)", "rgb(255, 107, 139)", "rgb(46, 182, 125)"]


async def test_an_address_of_nobody_leads_to_somebody(slack):
    async with opened(f"{slack.url}/#nobody/sales", excused=SERVER) as page:
        await holds(page, "() => location.hash === '#ana/sales'")
        await see(page, "This is the very beginning")
        assert await page.get_by_label("You are").input_value() == "ana"
        assert "stopped" not in await page.locator("#connection").inner_text()
