"""The demo's page in a real browser."""

import shutil
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find_chromium(own):
    """Return playwright's own Chromium, or the system's, or None."""
    return own if Path(own).exists() else next(filter(None, map(shutil.which, NAMES)), None)


@asynccontextmanager
async def opened(url):
    """Open the page in a browser; whatever the page complains of fails the test."""
    from playwright.async_api import async_playwright

    async with async_playwright() as play:
        browser_path = find_chromium(play.chromium.executable_path)
        if browser_path is None:
            pytest.skip("No Chromium was found, so the page was not looked at.")
        browser = await play.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        complaints = []
        try:
            page = await browser.new_page()
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
            page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
            await page.goto(url)
            yield page
            assert complaints == []
        finally:
            await browser.close()
