"""The demo as a person meets it: a command, a page in a real browser, Ctrl-C."""

import asyncio
import os
import re
import shutil
import signal
import socket
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.sandbox.browser import opened

PATIENCE = 30


PAGE = Path(__file__).parents[2] / "closebot" / "sandbox" / "page"


def test_the_page_makes_no_markup_of_data_and_loads_nothing_from_elsewhere():
    scripts = "".join(path.read_text() for path in PAGE.glob("*.js"))
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert sink not in scripts
    assert "://" not in "".join(path.read_text() for path in PAGE.glob("*.css"))
    html = (PAGE / "index.html").read_text()
    assert "://" not in html
    assert re.findall(r"<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|<style", html) == []


class Demo:
    """`closebot demo` as a child process, and what it has printed so far."""

    def __init__(self, process):
        self.process = process
        self.printed = ""

    async def read_until(self, words):
        """Read what it prints until `words` were said; return all of it."""
        async with asyncio.timeout(PATIENCE):
            while words not in self.printed:
                line = await self.process.stdout.readline()
                assert line, f"the demo ended; it said:\n{self.printed}"
                self.printed += line.decode()
        return self.printed

    async def end(self, how):
        """Send a signal, and return the exit code and the rest of what was printed."""
        self.process.send_signal(how)
        return await self.wait()

    async def wait(self):
        async with asyncio.timeout(PATIENCE):
            rest, _ = await self.process.communicate()
        return self.process.returncode, rest.decode()

    @property
    def url(self):
        return re.search(r"http://127\.0\.0\.1:\d+/", self.printed)[0]

    def key_of(self, name):
        return re.search(rf"{name}\s+(api_\S+)", self.printed)[1]


@asynccontextmanager
async def started(folder, *options):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "closebot", "demo", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"TMPDIR": str(folder), "CLOSEBOT_COMMAND": "/of-another-bot"},
    )
    demo = Demo(process)
    try:
        yield demo
    finally:
        if process.returncode is None:
            process.terminate()
            await demo.wait()


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
async def demo(tmp_path):
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


async def children_of(pid):
    """Return the ids of a process's children."""
    if shutil.which("ps") is None:
        pytest.skip("There is no ps here, so processes were not counted.")
    listing = await asyncio.create_subprocess_exec(
        "ps", "-A", "-o", "pid=,ppid=", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await listing.communicate()
    pairs = [line.split() for line in out.decode().splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_stopping_the_demo_leaves_nothing_behind(tmp_path, how):
    async with started(tmp_path, "--port", "0", "--no-page") as demo:
        await demo.read_until("Ctrl-C")
        (bot,) = await children_of(demo.process.pid)
        code, rest = await demo.end(how)
        assert code == 0, rest
        assert "Traceback" not in rest
        assert not is_alive(bot)
        assert list(tmp_path.iterdir()) == []


async def test_the_demo_says_so_when_the_bot_dies(tmp_path):
    async with started(tmp_path, "--port", "0", "--no-page") as demo:
        await demo.read_until("Ctrl-C")
        (bot,) = await children_of(demo.process.pid)
        os.kill(bot, signal.SIGKILL)
        code, rest = await demo.wait()
        assert code == 1
        assert "the bot ended" in rest
        assert "Traceback" not in rest
        assert list(tmp_path.iterdir()) == []


async def test_a_taken_port_is_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with started(tmp_path, "--port", str(port)) as demo:
            code, said = await demo.wait()
    assert code == 1
    assert len(said.strip().splitlines()) == 1
    assert str(port) in said
