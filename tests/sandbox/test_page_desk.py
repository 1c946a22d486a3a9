"""What the demo's page has beside a Slack: the log of the wire, the Close side, the clock.

In a real browser, without the bot: what the demo would give the page is given here.
"""

import asyncio
import re
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.demo import PAGE
from closebot.sandbox.demo.clock import Clock
from closebot.sandbox.demo.page_routes import add_routes
from closebot.sandbox.slack_api import SlackSandbox
from tests.sandbox.browser import opened
from tests.sandbox.page_app import (
    FEATURES,
    app_of,
    client_of,
    field,
    modal,
    open_form,
)

RED = "rgb(192, 19, 67)"
CLOSE = "https://app.close.com"
KEYS_PAGE = f"{CLOSE}/settings/developer/api-keys/"


# --- what went over the wire ----------------------------------------------------------------


def misbehave(app, done):
    """Let a command do what an app must not: ack late, send odd blocks, answer too often."""

    @app.command("/form")
    async def form(ack, command, client):
        asked = command["text"]
        if asked == "late":
            await done.wait()
        await ack()
        if asked == "odd":
            where, blocks = command["channel_id"], [{"type": "nope"}]
            with pytest.raises(SlackApiError):
                await client.chat_postMessage(channel=where, text="x", blocks=blocks)
        if asked == "much":
            answer = AsyncWebhookClient(command["response_url"])
            for number in range(6):
                await answer.send(text=f"answer {number}")


class Drawer:
    """The log of the wire on the page, the newest row first."""

    def __init__(self, page):
        self.page = page
        self.rows = page.get_by_role("list", name="What went over the wire").locator("> li")

    async def type_in(self, words):
        box = self.page.get_by_role("textbox", name="Message #sales")
        await box.fill(words)
        await box.press("Enter")

    def row(self, *words):
        """Find the rows in which all of these words stand."""
        found = self.rows
        for one in words:
            found = found.filter(has_text=one)
        return found

    async def is_red(self, row):
        await row.wait_for()
        return await row.evaluate("row => getComputedStyle(row).color") == RED


@asynccontextmanager
async def drawer_of(app_does):
    """Open the log of a workspace whose app acks within two seconds, or should."""
    async with (
        SlackSandbox(page=PAGE, page_data={"features": FEATURES}, ack_within=2.0) as slack,
        app_of(slack, client_of(slack)) as app,
    ):
        app_does(app)
        async with opened(f"{slack.url}/#ana/sales") as page:
            await page.get_by_role("button", name="What happened").click()
            yield Drawer(page)


async def test_what_the_app_must_not_do_is_red_in_the_drawer(browser):
    done = asyncio.Event()
    async with drawer_of(lambda app: misbehave(app, done)) as drawer:
        row, is_red = drawer.row, drawer.is_red
        await drawer.type_in("/form late")
        late = row("→", "/form late")
        await late.get_by_text("waiting…").wait_for()
        assert not await is_red(late)
        await late.locator("summary").click()
        await late.get_by_text("no ack in 2 s").wait_for()
        assert await is_red(late)
        assert await is_red(row("!", "late ack: the command /form was not acknowledged"))
        done.set()
        await late.get_by_text(re.compile(r"ack after \d\.\d s, too late")).wait_for()
        assert await is_red(late)
        await late.get_by_text('"text": "late"').wait_for()  # it was open, and stays so

        await drawer.type_in("/form odd")
        assert await is_red(row("←", "chat.postMessage: invalid_blocks"))
        assert await is_red(row("!", "chat.postMessage", "nope"))
        await row("→", "/form odd").get_by_text(re.compile(r"ack in \d+ ms")).wait_for()
        assert not await is_red(row("→", "/form odd"))

        await drawer.type_in("/form much")
        assert await is_red(row("←", "response_url", "used_url"))
        assert await is_red(row("!", "an address that was used five times"))
        assert not await is_red(row("use 5 of 5"))

        said = await drawer.rows.all_inner_texts()
        order = ["used five times", "use 5 of 5", "use 1 of 5", "/form much", "invalid_blocks",
                 "/form odd", "/form late"]  # fmt: skip
        places = [next(at for at, one in enumerate(said) if words in one) for words in order]
        assert places == sorted(places)


# --- the Close side and the clock -----------------------------------------------------------


@asynccontextmanager
async def desk(folder):
    """Give the page what the demo gives it; yields Slack's side and Close's."""
    clock = await asyncio.to_thread(Clock, folder / "clock")
    async with CloseSandbox(now=clock.now) as close:
        data = {"keys": dict(close.keys), "guide": [], "demo": True, "features": FEATURES}

        def extend(app):
            add_routes(app, close, clock, lambda: slack.note("clock"))

        async with SlackSandbox(clock.now, page=PAGE, page_data=data, extend=extend) as slack:
            yield slack, close


async def ask_close(close, method, path, **body):
    headers = {"Authorization": aiohttp.encode_basic_auth(close.keys["ana"], "")}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, f"{close.api_url}{path}", json=body or None) as answer,
    ):
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def say(slack, text):
    await client_of(slack).chat_postMessage(channel=slack.channel("sales").id, text=text)


async def test_every_link_into_close_stays_in_the_demo(browser, tmp_path):
    async with desk(tmp_path) as (slack, close), opened(f"{slack.url}/#ana/sales") as page:
        lead = await ask_close(close, "POST", "lead/", name="Umbrella Works")
        role = "\u202ereyuB"  # written from right to left, and all that follows it
        mails = [{"email": "eve@example.com", "type": "office"}]
        contact = {"name": "Eve", "title": role, "emails": mails, "lead_id": lead["id"]}
        contact = await ask_close(close, "POST", "contact/", **contact)
        deal = {"lead_id": lead["id"], "note": "yearly"}
        deal = await ask_close(close, "POST", "opportunity/", **deal)
        for path, words in (
            (f"/lead/{lead['id']}/", "the lead"),
            (f"/contacts/{contact['id']}/", "the contact"),
            (f"/opportunity/{deal['id']}/", "the deal"),
            ("/search/?q=x", "a search"),
            ("/settings/developer/api-keys/", "the keys"),
        ):
            await say(slack, f"<{CLOSE}{path}|{words}>")
        await say(slack, "Mind <https://example.com/|this page>, too.")
        pane = page.get_by_role("complementary", name="Close")
        title = pane.get_by_role("heading", name="Umbrella Works")
        for words in ("the lead", "the contact", "the deal"):
            await page.get_by_role("link", name=words).click(modifiers=["Control"])
            await title.wait_for()
            await pane.get_by_role("button", name="All leads").click()
            await title.wait_for(state="hidden")
        await page.get_by_role("link", name="the deal").click(button="middle")
        await title.wait_for()
        await page.get_by_role("link", name="a search").click()
        await page.get_by_role("alert").filter(has_text="no such page").wait_for()
        await page.get_by_role("link", name="the keys").click()
        key = page.get_by_label("Your key", exact=True)
        assert await key.evaluate("one => one === document.activeElement")
        assert len(page.context.pages) == 1

        line = await page.get_by_role("link", name="this page").evaluate(
            "one => getComputedStyle(one).textDecorationLine"
        )
        assert line == "underline"

        await page.get_by_role("link", name="the lead").click()
        row = pane.get_by_role("listitem").filter(has_text="eve@example.com")
        spot = """(row, words) => {
          const walk = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
          while (!walk.nextNode().data.includes(words));
          const range = document.createRange();
          range.selectNodeContents(walk.currentNode);
          return range.getBoundingClientRect().left;
        }"""
        assert await row.evaluate(spot, "eve@example.com") > await row.evaluate(spot, role)


async def test_the_link_to_the_keys_leads_to_the_key_beside_the_form(browser, tmp_path):
    async with (
        desk(tmp_path) as (slack, _),
        app_of(slack, client_of(slack)) as app,
        opened(f"{slack.url}/#ana/sales") as page,
    ):

        @app.shortcut("open")
        async def open_it(ack, body, client):
            await ack()
            words = {"type": "mrkdwn", "text": f"<{KEYS_PAGE}|API keys>"}
            view = modal({"type": "section", "text": words}, field("API key", "plain_text_input"))
            await client.views_open(trigger_id=body["trigger_id"], view=view)

        await open_form(page)
        form = page.get_by_role("dialog", name="Form")
        await form.get_by_role("link", name="API keys").click()
        key = form.get_by_label("Your key", exact=True)
        assert await key.evaluate("one => one === document.activeElement")
        await form.get_by_text("Copy this one").wait_for()
        assert len(page.context.pages) == 1


async def test_the_clock_is_moved_for_every_open_page(browser, tmp_path):
    async with desk(tmp_path) as (slack, _), opened(f"{slack.url}/#ana/sales") as page:
        other = await page.context.browser.new_page()
        await other.goto(f"{slack.url}/#ana/sales")
        face = other.locator(".clock-face")
        await face.filter(has_text=":").wait_for()
        before = await face.inner_text()
        hour = page.get_by_role("button", name="+1 h")
        label = await hour.get_attribute("aria-label")
        assert label.startswith(await hour.inner_text())
        await hour.click()
        await other.wait_for_function(
            "before => document.querySelector('.clock-face').textContent !== before", arg=before
        )
        assert await face.inner_text() == await page.locator(".clock-face").inner_text()


async def test_at_twice_the_size_a_lead_is_in_sight_when_its_link_is_followed(browser, tmp_path):
    size = {"width": 640, "height": 430}  # 1280 × 860 at 200 %
    async with desk(tmp_path) as (slack, close):
        lead = await ask_close(close, "POST", "lead/", name="Umbrella Works")
        async with opened(f"{slack.url}/#ana/sales", viewport=size) as page:
            for number in range(30):
                await say(slack, f"line {number}")
            await say(slack, f"<{CLOSE}/lead/{lead['id']}/|the lead>")
            link = page.get_by_role("link", name="the lead")
            await link.scroll_into_view_if_needed()
            before = await page.evaluate("scrollY")
            assert before > 0
            await link.click()
            pane = page.get_by_role("complementary", name="Close")
            await pane.get_by_role("heading", name="Umbrella Works").wait_for()
            assert await page.evaluate("scrollY") == before
            for name in ("Close", "Umbrella Works"):
                box = await pane.get_by_role("heading", name=name, exact=True).bounding_box()
                assert 0 <= box["y"] <= size["height"] - box["height"]
                assert 0 <= box["x"] <= size["width"] - box["width"]
            title = pane.get_by_role("heading", name="Close", exact=True)
            assert await title.evaluate("one => one === document.activeElement")
            await page.keyboard.press("Escape")
            await pane.wait_for(state="hidden")
