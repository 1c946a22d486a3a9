"""The demo's page in a real browser."""

import functools
import shutil
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# In a process of its own, since it does not start where an event loop runs.
ASK = """
from playwright.sync_api import sync_playwright
with sync_playwright() as play:
    print(play.chromium.executable_path)
"""


@functools.cache
def chromium():
    """Return the path of the system's Chromium, or of playwright's own, or None."""
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    if on_path:
        return on_path
    asked = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=False)
    own = asked.stdout.strip()
    return own if own and Path(own).exists() else None


def find_chromium(own):
    """Return playwright's own Chromium, or the system's, or None."""
    return own if Path(own).exists() else chromium()


def skip_without_chromium():
    """Skip a test that looks at a page; from here alone, so that pytest counts them in one line."""
    if chromium() is None:
        pytest.skip("no Chromium, so no browser test was run (apt install chromium)")


@asynccontextmanager
async def opened(url, *, excused=None, **how):
    """Open the page in a browser; whatever the page complains of fails the test.

    `how` is what the browser is like, such as `timezone_id`; complaints that begin with `excused`
    are what the test brings about.
    """
    from playwright.async_api import async_playwright

    skip_without_chromium()
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        complaints = []
        try:
            page = await browser.new_page(**how)
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
            page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
            await page.goto(url)
            yield page
            assert [one for one in complaints if not excused or not one.startswith(excused)] == []
        finally:
            await browser.close()
