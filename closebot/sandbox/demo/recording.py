"""A session as data: what people did, and what they saw when they did it.

A recording is lines of JSON: the header, then steps. A step is a request of the page (`verb` and
`body`) with its `answer`, and `seen`: what had changed on the screen of that person by then. Of
messages only those that are new or other than before are kept, by their place in the list.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from closebot.sandbox.demo.child import CannotStart

Json = dict[str, Any]

FORMAT = "closebot-demo-1"
HOME_PLACE = "sales"
# They change nothing that others see, and are sent with each key.
QUIET = frozenset({"fill", "suggest"})


@dataclass(frozen=True)
class Recording:
    """A session that was read. `began` is the time that it was for everybody then."""

    began: datetime
    steps: list[Json] = field(default_factory=list)


def read_recording(path: Path) -> Recording:
    """Read a recording. Raises `CannotStart`."""
    try:
        lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        if not lines or lines[0].get("format") != FORMAT:
            raise CannotStart(f"{path} is no recording of this demo.")
        return Recording(datetime.fromisoformat(lines[0]["began"]), lines[1:])
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise CannotStart(f"{path} cannot be read ({error}).") from None


class Screen:
    """What one person has before them, asked of the sandbox as the page does."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def look(self, part: str, **query: str) -> Any:
        """Ask for one part."""
        async with self._session.get(f"{self._url}/sim/{part}", params=query) as answer:
            return await answer.json()

    async def see(self, person: str, place: str) -> Json:
        """Return everything that can be answered to."""
        return {
            "messages": await self.look("messages", **{"as": person, "channel": place}),
            "modal": await self.look("modal", **{"as": person}),
            "home": await self.look("home", **{"as": person}),
        }


class Places:
    """Where everybody is: the conversation that they named last."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}

    def follow(self, body: Json) -> tuple[str, str]:
        """Return who does something, and where."""
        person = str(body.get("as") or "")
        place = body.get("channel") or self._of.get(person, HOME_PLACE)
        self._of[person] = str(place)
        return person, str(place)


class Recorder:
    """Writes a session to a file as it goes. Raises `CannotStart` when it cannot."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._places = Places()
        self._known: dict[tuple[str, str], dict[str, Any]] = {}
        self._last: tuple[str, str] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._screen: Screen | None = None
        try:
            path.write_text(_line({"format": FORMAT, "began": now().isoformat()}))
        except OSError as error:
            raise CannotStart(f"{path} cannot be written ({error.strerror}).") from None

    def attach(self, app: web.Application) -> None:
        """Listen to what the page does."""

        @web.middleware
        async def listen(request: web.Request, handler: Handler) -> web.StreamResponse:
            verb = request.path.removeprefix("/sim/")
            if request.method != "POST" or verb == request.path:
                return await handler(request)
            try:
                body = json.loads(await request.text())
            except ValueError:
                return await handler(request)  # which says what is wrong
            person, place = self._places.follow(body)
            step: Json = {"verb": verb, "body": body}
            if verb not in QUIET:
                step["seen"] = await self._look(str(request.url.origin()), person, place)
            answer = await handler(request)
            if answer.status == 200 and isinstance(answer, web.Response):
                step["answer"] = json.loads(answer.text or "{}")
                self._write(step)
            return answer

        app.middlewares.append(listen)

    async def _look(self, url: str, person: str, place: str) -> Json:
        if self._screen is None:
            self._session = aiohttp.ClientSession()
            self._screen = Screen(self._session, url)
        self._last = (person, place)
        if not person:
            return {}
        seen = await self._screen.see(person, place)
        known = self._known.setdefault((person, place), {})
        fresh = {
            str(index): message
            for index, message in enumerate(seen["messages"])
            if known.get(str(index)) != message
        }
        known.update(fresh)
        return seen | {"messages": fresh, "count": len(seen["messages"])}

    def _write(self, step: Json) -> None:
        with self._path.open("a") as file:
            file.write(_line(step))

    async def finish(self) -> None:
        """Write what was seen at the end."""
        if self._session is None or self._last is None:
            return
        person, place = self._last
        seen = await self._look("", person, place)
        body = {"as": person, "channel": place}
        self._write({"verb": "", "body": body, "seen": seen})
        await self._session.close()


def _line(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
