"""Take README's pictures from a recorded session, in a headless Chromium.

`python docs/take_pictures.py` plays `docs/pictures/session.jsonl` against the real bot, by the
recording's clock, and takes each picture when its step has been answered. Where this version
answers otherwise than was recorded, that is said, and the exit code is 1; `--accept` writes the
session anew, with what is answered now. Other steps: `closebot demo --record FILE`.
"""

import argparse
import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import web
from playwright.async_api import Error as PageError
from playwright.async_api import Page, Route, async_playwright

from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.demo.child import CannotStart, run_bot
from closebot.sandbox.demo.clock import Clock
from closebot.sandbox.demo.guide import GUIDE
from closebot.sandbox.demo.page_routes import add_routes
from closebot.sandbox.demo.reading import NoRecording, Recording, read_recording
from closebot.sandbox.demo.recording import Recorder
from closebot.sandbox.demo.replaying import replay
from closebot.sandbox.demo.running import PAGE, TALKS, bot_environment, read_features
from closebot.sandbox.demo.watching import HOME_PLACE, Places
from closebot.sandbox.slack_api import SlackSandbox

PICTURES = Path(__file__).resolve().parent / "pictures"
SESSION = PICTURES / "session.jsonl"
SIZE = {"width": 1200, "height": 760}
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# The same pixels on each run.
PLAIN = ("--no-sandbox", "--disable-gpu", "--font-render-hinting=none",
         "--force-color-profile=srgb", "--disable-partial-raster")  # fmt: skip
SETTLED = 200  # ms in which nothing moves
MOST_LOOKS = 50
START_WITHIN = 30.0


@dataclass(frozen=True)
class Moment:
    """A picture is taken after the first step that is this deed, when `words` are on the page."""

    name: str
    verb: str
    deed: str
    words: str

    def is_after(self, step: dict[str, Any]) -> bool:
        """Say whether a step is the one whose answer the picture shows."""
        body = step["body"]
        return (step["verb"], body.get("text") or body.get("callback_id") or "") == (
            self.verb,
            self.deed,
        )


MOMENTS = (
    Moment("lead", "command", "/close lead Acme", "Next task"),
    Moment("pipeline", "command", "/close pipeline", "Bars compare"),
    Moment("note", "message_shortcut", "add_note", "Add to basket"),
    Moment("home", "home_open", "", "Overdue"),
)


class Photographer:
    """Follows a session on the page, and takes the pictures."""

    def __init__(self, page: Page, url: str, clock: Clock) -> None:
        self._page = page
        self._url = url
        self._clock = clock
        self._places = Places()
        self.left = list(MOMENTS)

    async def begin(self) -> None:
        """Open the page. It only shows: what is done, the recording does."""

        async def say_done(route: Route) -> None:
            await route.fulfill(json={"ok": True})

        await self._page.route("**/sim/home_open", say_done)
        await self._set_clock()
        await self._page.goto(f"{self._url}/#ana/{HOME_PLACE}")

    async def _set_clock(self) -> None:
        """Let the clock of the page stand still within the minute."""
        minute = self._clock.now().replace(second=30)
        await self._page.clock.set_fixed_time(minute - timedelta(seconds=self._clock.ahead))

    async def watch(self, step: dict[str, Any]) -> None:
        """Take the pictures that show the answer to a step."""
        who, where = self._places.follow(step["body"])
        for moment in [one for one in self.left if one.is_after(step)]:
            self.left.remove(moment)
            await self._set_clock()
            await self._go(who, "dm" if moment.verb == "home_open" else where)
            if moment.verb == "home_open":
                await self._page.get_by_role("tab", name="Home").click()
            try:
                await self._page.get_by_text(moment.words).first.wait_for()
            except PageError:
                raise SystemExit(f"{moment.name}: the page never shows “{moment.words}”.") from None
            (PICTURES / f"{moment.name}.png").write_bytes(await self._take())

    async def _go(self, who: str, where: str) -> None:
        go = """hash => location.hash === hash
            ? dispatchEvent(new HashChangeEvent("hashchange")) : (location.hash = hash)"""
        await self._page.evaluate(go, f"#{who}/{where}")
        await self._page.mouse.move(0, 0)

    async def _take(self) -> bytes:
        """Take a picture as soon as two in a row are the same."""
        before = b""
        for _ in range(MOST_LOOKS):
            taken = await self._page.screenshot(animations="disabled", caret="hide")
            if taken == before:
                return taken
            before = taken
            await self._page.wait_for_timeout(SETTLED)
        raise SystemExit("The page does not come to rest.")


def make_tokens() -> Callable[[int], str]:
    """Return a source of ids that are the same each time, so that few lines change."""
    chance = Random(0)  # noqa: S311 - nothing here is secret
    return lambda count: chance.randbytes(count).hex()


@asynccontextmanager
async def staged(
    recording: Recording, folder: Path, accepted: Path | None
) -> AsyncIterator[tuple[str, Clock]]:
    """Run the demo by a recording's clock, with its page; give its address."""
    started = datetime.now(UTC)
    clock = Clock(folder / "clock", lambda: started)  # it stands still between steps
    clock.begin_at(recording.began)
    recorder = Recorder(accepted, clock.now) if accepted else None
    async with CloseSandbox(now=clock.now) as close:
        shown = {"keys": dict(close.keys), "guide": GUIDE, "demo": True}

        def extend(app: web.Application) -> None:
            add_routes(app, close, clock, lambda: slack.note("clock"))
            if recorder:
                recorder.attach(app)

        slack = SlackSandbox(
            clock.now, page=PAGE, page_data=shown, extend=extend, token=make_tokens()
        )
        async with slack:
            for keys in TALKS:
                slack.talk(*keys)
            environ = bot_environment(os.environ, slack, close, folder)
            async with run_bot(environ, clock.path):
                shown["features"] = await read_features(environ)
                await slack.until(lambda: slack.connections, timeout=START_WITHIN)
                yield slack.url, clock
                if recorder:
                    await recorder.finish()


async def take_all(chromium: str | None, folder: Path, accepted: Path | None) -> list[str]:
    """Play the session and take every picture; return where the answers differ.

    Raises `SystemExit` when a picture could not be taken, or a step could not be done.
    """
    recording = read_recording(SESSION)
    async with staged(recording, folder, accepted) as (url, clock), async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium, args=PLAIN)
        page = await browser.new_page(
            viewport=SIZE, locale="en-US", color_scheme="light", reduced_motion="reduce"
        )
        photographer = Photographer(page, url, clock)
        await photographer.begin()
        found = await replay(recording, url, photographer.watch)
        await browser.close()
    if photographer.left:
        names = ", ".join(f"{one.name} ({one.verb} {one.deed})" for one in photographer.left)
        raise SystemExit(f"No step for these pictures: {names}.")
    if accepted and count_deeds(read_recording(accepted)) < count_deeds(recording):
        said = "\n".join(found)
        raise SystemExit(f"{said}\nA step cannot be done any more: record the session anew.")
    return found


def count_deeds(recording: Recording) -> int:
    """Count the steps in which something was done."""
    return sum(bool(step["verb"]) for step in recording.steps)


def main() -> None:
    """Take every picture, and say what differs from the recording."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("chromium", nargs="?", help="path of a Chromium")
    parser.add_argument("--accept", action="store_true", help="write the session anew")
    asked = parser.parse_args()
    chromium = asked.chromium or next(filter(None, map(shutil.which, NAMES)), None)
    with tempfile.TemporaryDirectory(prefix="closebot-pictures-") as name:
        folder = Path(name)
        accepted = folder / SESSION.name if asked.accept else None
        try:
            found = asyncio.run(take_all(chromium, folder, accepted))
        except (CannotStart, NoRecording) as error:
            raise SystemExit(str(error)) from None
        if accepted:
            shutil.copyfile(accepted, SESSION)
    print("\n".join(found) or "Every answer is as recorded.")  # noqa: T201
    raise SystemExit(1 if found and not accepted else 0)


if __name__ == "__main__":
    main()
