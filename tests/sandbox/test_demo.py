"""The demo as a person meets it: a command, a page in a real browser, Ctrl-C."""

import asyncio
import json
import re
import time
from pathlib import Path

import aiohttp
import pytest

from tests.sandbox.browser import opened
from tests.sandbox.demo_process import PATIENCE, started

PAGE = Path(__file__).parents[2] / "closebot" / "sandbox" / "page"


def test_the_page_makes_no_markup_of_data_and_loads_nothing_from_elsewhere():
    scripts = "".join(path.read_text() for path in PAGE.glob("*.js"))
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert sink not in scripts
    assert "://" not in "".join(path.read_text() for path in PAGE.glob("*.css"))
    html = (PAGE / "index.html").read_text()
    assert "://" not in html
    assert re.findall(r"<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|<style", html) == []


async def connect(page, key):
    box = page.get_by_role("textbox", name="Message #sales")
    await box.fill("/close connect")
    await box.press("Enter")
    await page.get_by_label("Close API key").fill(key)
    await page.get_by_role("button", name="Connect", exact=True).click()
    await page.get_by_role("heading", name="Connected").wait_for()
    await page.get_by_role("button", name="Done").click()
    await page.get_by_role("dialog").wait_for(state="hidden")


async def ask(page, text):
    box = page.get_by_role("textbox", name="Message #sales")
    await box.fill(text)
    await box.press("Enter")


@pytest.fixture
async def demo(browser, tmp_path):
    async with started(tmp_path, "--port", "0") as demo:
        await demo.read_until("Ctrl-C")
        yield demo


async def test_somebody_connects_finds_a_lead_and_shares_it(demo):
    async with opened(demo.url) as page:
        await connect(page, demo.key_of("Ana Novak"))
        await ask(page, "/close lead Umbrella")
        listed = page.get_by_role("article").filter(has_text="leads match")
        await listed.get_by_text("Only visible to you").wait_for()
        row = listed.locator(".block-section").filter(has_text="Umbrella Robotics")
        await row.get_by_role("button", name="View").click()
        await page.get_by_role("heading", name="Umbrella Robotics").wait_for()
        await ask(page, "/close lead Acme")
        card = page.get_by_role("article").filter(
            has=page.get_by_role("heading", name="Acme Corporation")
        )
        await card.get_by_text("Open opportunities").wait_for()
        await card.get_by_role("button", name="Share here").click()
        await page.get_by_role("button", name="Share", exact=True).click()
        await page.get_by_text("shared a lead from Close").wait_for()
        await page.get_by_label("You are").select_option(label="Ben Carter")
        await page.get_by_text("shared a lead from Close").wait_for()
        assert await page.get_by_text("Only visible to you").count() == 0


async def test_the_page_offers_the_key_of_whoever_one_is(demo):
    async with opened(demo.url) as page:
        key = page.get_by_label("Your key", exact=True)
        assert await key.input_value() == demo.key_of("Ana Novak")
        await page.get_by_label("You are").select_option(label="Mia Laurent")
        await page.wait_for_function(
            "key => document.querySelector('.you-code').value === key",
            arg=demo.key_of("Mia Laurent"),
        )
        await page.get_by_label("You are").select_option(label="Gil Sommer")
        await page.get_by_text("No seat in Close").wait_for()


async def test_the_key_can_be_copied_beside_the_form_that_asks_for_it(demo):
    async with opened(demo.url) as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await ask(page, "/close connect")
        await page.get_by_role("dialog").get_by_role("button", name="Copy your key").click()
        field = page.get_by_label("Close API key")
        await field.press("ControlOrMeta+v")
        assert await field.input_value() == demo.key_of("Ana Novak")


async def test_an_unknown_command_is_not_sent(demo):
    async with opened(demo.url) as page:
        await ask(page, "/nope at all")
        await page.get_by_role("alert").filter(has_text="/nope is not a command here").wait_for()


async def test_a_refused_key_is_said_at_its_field_and_the_form_stays(demo):
    async with opened(demo.url) as page:
        await ask(page, "/close connect")
        field = page.get_by_label("Close API key")
        await field.fill("api_this.isnotakey")
        await page.get_by_role("button", name="Connect", exact=True).click()
        await page.get_by_role("alert").filter(has_text="Close refused this key").wait_for()
        assert await field.get_attribute("aria-invalid") == "true"


async def test_a_hostile_name_is_shown_and_runs_nothing(demo):
    async with opened(demo.url) as page:
        await connect(page, demo.key_of("Ana Novak"))
        await ask(page, "/close lead channel")
        shown = page.get_by_role("article").filter(has_text="<script>alert(1)</script>")
        await shown.wait_for()
        assert "<!channel>" in await shown.inner_text()
        assert await page.locator("script:not([src])").count() == 0


async def test_what_was_typed_comes_back_with_the_arrow(demo):
    async with opened(demo.url) as page:
        await ask(page, "Anything new on <b>Acme</b> & friends?")
        await page.get_by_role("article").filter(has_text="<b>Acme</b> & friends?").wait_for()
        box = page.get_by_role("textbox", name="Message #sales")
        await box.press("ArrowUp")
        assert await box.input_value() == "Anything new on <b>Acme</b> & friends?"
        await page.get_by_role("button", name="Look up a lead").click()
        assert await box.input_value() == "/close lead Acme"


class Ana:
    """Ana in #sales, without a browser."""

    def __init__(self, session, url):
        self.session, self.url = session, url

    async def do(self, verb, **body):
        body = {"as": "ana", "channel": "sales"} | body
        async with self.session.post(f"{self.url}sim/{verb}", json=body) as answer:
            assert (await answer.json())["ok"]

    async def see(self, words, part="messages"):
        """Look again after each change, until these words are seen; return what was."""
        events, query = f"{self.url}sim/events?as=ana", {"as": "ana", "channel": "sales"}
        async with asyncio.timeout(PATIENCE), self.session.get(events) as changes:
            async for _ in changes.content:
                async with self.session.get(f"{self.url}sim/{part}", params=query) as answer:
                    seen = await answer.json()
                if words in json.dumps(seen):
                    return seen
        raise AssertionError("the demo ended")


async def test_the_first_card_is_told_and_an_invitation_to_connect_is_none(tmp_path):
    made = str(int(time.time()) - 100)
    async with (
        started(tmp_path, "--port", "0", "--no-page", DEMO_BEGAN=made) as demo,
        aiohttp.ClientSession() as session,
    ):
        said = await demo.read_until("Ctrl-C")
        assert int(re.search(r"\((\d+) s after make demo\)", said)[1]) >= 100
        telling = asyncio.create_task(demo.read_until("First card"))
        ana = Ana(session, demo.url)
        await ana.do("command", text="/close lead Acme")
        await ana.see("Connect")
        await ana.do("command", text="/close connect")
        modal = await ana.see("Close API key", "modal")
        assert not telling.done()
        (block,) = [one for one in modal["view"]["blocks"] if one["type"] == "input"]
        typed = {block["element"]["action_id"]: demo.key_of("Ana Novak")}
        await ana.do("submit", values={block["block_id"]: typed})
        await ana.see("Connected", "modal")
        await ana.do("command", text="/close lead Acme")
        await ana.see("Acme Corporation")
        assert re.search(r"First card on screen 1\d\d s after make demo\.", await telling)
