"""A session as data: what people did, what they saw when they did it, what the bot had sent.

A recording is lines of JSON: the header, then steps. A step is a request of the page (`verb` and
`body`) with the time that it was (`at`) and its `answer`. Before it was done, there was `seen`,
what had changed on the screen of that person (messages by their place in the list), and `calls`,
what the bot had sent since the step before. In a step without a verb somebody only looked.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from closebot.sandbox.demo.child import CannotStart
from closebot.sandbox.demo.reading import FORMAT, Recording, read_recording
from closebot.sandbox.demo.watching import Json, Places, Watcher

__all__ = ["Recorder", "Recording", "read_recording"]

_TYPED = "fill"  # sent with each key


class Recorder:
    """Writes a session to a file as it goes. Raises `CannotStart` when it cannot."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self._places = Places()
        self._known: dict[str, Json] = {}
        self._last: tuple[str, str] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._watcher: Watcher | None = None
        self._looking = asyncio.Lock()
        self._steps: deque[Json] = deque()  # in the order in which they began
        try:
            path.write_text(_line({"format": FORMAT, "began": now().isoformat()}))
        except OSError as error:
            raise CannotStart(f"{path} cannot be written ({error.strerror}).") from None

    def attach(self, app: web.Application) -> None:
        """Listen to what people do."""

        @web.middleware
        async def listen(request: web.Request, handler: Handler) -> web.StreamResponse:
            verb = request.path.removeprefix("/sim/")
            if request.method != "POST" or verb == request.path:
                return await handler(request)
            try:
                body = json.loads(await request.text())
            except ValueError:
                return await handler(request)  # which says what is wrong
            if not isinstance(body, dict) or not body.get("as"):
                return await handler(request)
            async with self._looking:
                step = await self._begin(str(request.url.origin()), verb, body)
            answer = None
            try:
                answer = await handler(request)
            finally:
                await self._end(step, answer)
            return answer

        app.middlewares.append(listen)

    async def _begin(self, url: str, verb: str, body: Json) -> Json:
        if self._watcher is None:
            self._session = aiohttp.ClientSession()
            self._watcher = Watcher(self._session, url)
        hidden = (await self._watcher.secrets()).hide(body)
        last = self._steps[-1] if self._steps else {}
        if verb == last.get("verb") == _TYPED and _field(hidden) == _field(last["body"]):
            last["body"] = hidden
            return last
        step = {"verb": verb, "body": hidden} | await self._look(*self._places.follow(body))
        self._steps.append(step)
        return step

    async def _look(self, person: str, place: str) -> Json:
        assert self._watcher is not None  # noqa: S101 - somebody has done something
        self._last = (person, place)
        calls = await self._watcher.take_calls()
        seen = await self._watcher.see(person, place)
        views = {part: seen[part] for part in ("modal", "home")}
        messages = {str(index): one for index, one in enumerate(seen["messages"])}
        fresh = self._choose_new(person, views) | {
            "messages": self._choose_new(f"{person} in {place}", messages),
            "count": len(messages),
        }
        return {"at": self._now().isoformat(), "seen": fresh, "calls": calls}

    def _choose_new(self, where: str, parts: Json) -> Json:
        """Return what is other there than the last time."""
        known = self._known.setdefault(where, {})
        fresh = {key: one for key, one in parts.items() if key not in known or known[key] != one}
        known.update(fresh)
        return fresh

    async def _end(self, step: Json, answer: web.StreamResponse | None) -> None:
        assert self._watcher is not None  # noqa: S101 - it began
        if isinstance(answer, web.Response) and answer.status == 200:
            said = json.loads(answer.text or "{}")
            step["answer"] = (await self._watcher.secrets()).hide(said)
        else:
            step |= {"verb": "", "answer": None}  # nothing was done, but somebody had looked
        self._write(keep=1)

    def _write(self, *, keep: int) -> None:
        """Write what has been answered, in order; of the last step more may be typed."""
        with self._path.open("a") as file:
            while self._steps and "answer" in self._steps[0]:
                if len(self._steps) <= keep and self._steps[0]["verb"] == _TYPED:
                    return
                file.write(_line(self._steps.popleft()))

    async def finish(self) -> None:
        """Write what was seen at the end."""
        if self._session is None or self._last is None:
            return
        person, place = self._last
        seen = await self._look(person, place)
        for step in self._steps:
            step.setdefault("answer", None)
        self._steps.append(
            {"verb": "", "body": {"as": person, "channel": place}, **seen, "answer": None}
        )
        self._write(keep=0)
        await self._session.close()


def _field(body: Json) -> Json:
    return {key: value for key, value in body.items() if key not in {"selected", "value"}}


def _line(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
