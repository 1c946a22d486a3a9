"""Take the pictures of README and docs/ from the demo itself, in a headless Chromium.

`python docs/take_pictures.py [path of a Chromium]`
"""

import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

PICTURES = Path(__file__).resolve().parent / "pictures"
SIZE = {"width": 1200, "height": 760}


@contextmanager
def demo() -> "Iterator[tuple[str, str]]":
    """Run the demo; give its address and Ana's key."""
    command = [sys.executable, "-m", "closebot", "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield read_greeting(process.stdout)
        finally:
            process.terminate()


def read_greeting(lines: "IO[str] | None") -> tuple[str, str]:
    """Read address and key from what the demo prints."""
    said = ""
    for line in lines or ():
        said += line
        if "Ctrl-C" in line:
            break
    address, key = re.search(r"http://\S+", said), re.search(r"Ana Novak\s+(api_\S+)", said)
    if not address or not key:
        raise SystemExit(f"The demo did not start: {said}")
    return address[0], key[1]


def take(page: "Page", name: str) -> None:
    """Take one picture of the page as it stands."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)  # what fades in has done so
    page.screenshot(path=PICTURES / f"{name}.png")


def main() -> None:
    """Take every picture."""
    chromium = sys.argv[1] if len(sys.argv) > 1 else shutil.which("chromium")
    with demo() as (address, key), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        page.goto(address)
        box = page.get_by_role("textbox", name="Message #sales")
        box.fill("Call with Acme in ten minutes. What do we know?")
        box.press("Enter")
        box.fill("/close connect")
        box.press("Enter")
        page.get_by_label("Close API key").fill(key)
        page.get_by_role("button", name="Connect", exact=True).click()
        page.get_by_role("button", name="Done").click()
        PICTURES.mkdir(exist_ok=True)
        box.fill("/close lead Acme")
        box.press("Enter")
        page.get_by_text("Next task").wait_for()
        take(page, "lead")
        box.fill("/close pipeline")
        box.press("Enter")
        page.get_by_text("Bars compare").wait_for()
        take(page, "pipeline")
        page.get_by_text("What do we know?").hover()
        page.get_by_role("button", name="Message shortcuts").first.click()
        page.get_by_text("Add note", exact=True).last.click()
        page.get_by_role("button", name="Add to basket").wait_for()
        take(page, "note")
        page.keyboard.press("Escape")
        page.get_by_text("closebot", exact=True).first.click()
        page.get_by_role("tab", name="Home").click()
        page.get_by_text("Overdue").first.wait_for()
        take(page, "home")
        browser.close()


if __name__ == "__main__":
    main()
