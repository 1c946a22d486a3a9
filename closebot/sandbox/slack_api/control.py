"""What a browser page asks of the sandbox, and does as a person: JSON under `/sim/`.

Only for pages of this machine: see `guard`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from closebot.sandbox.slack_api.acting import Acting
from closebot.sandbox.slack_api.guard import HEADERS, guard
from closebot.sandbox.slack_api.payloads import view_body
from closebot.sandbox.slack_api.records import Json, Post, User, View
from closebot.sandbox.slack_api.seen import show_log, show_posts, show_workspace
from closebot.sandbox.slack_api.sockets import Sockets
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.strict import read_json
from closebot.sandbox.slack_api.values import NoSuchChoice

KEEP_ALIVE = 15.0
_LONGEST_NUMBER = 18


class BadAsk(Exception):
    """A request that makes no sense; says why."""


@dataclass(frozen=True)
class Asked:
    """A request of the page: who acts, and with what."""

    user: User
    body: Mapping[str, Any]

    def text(self, name: str, default: str | None = None) -> str:
        """Return one part as text. Raises `BadAsk` when it must be there and is not."""
        value = self.body.get(name, default)
        if not isinstance(value, str):
            raise BadAsk(f"{name} is missing")
        return value


Deed = Callable[[Asked], Awaitable[str | Json]]


class Control:
    """The control API. `page` is a folder that is served at `/`."""

    def __init__(
        self,
        state: State,
        acting: Acting,
        sockets: Sockets,
        is_reached_by_http: Callable[[], bool],
        *,
        page: Path | None,
        page_data: Mapping[str, Any],
        extend: Callable[[web.Application], None] | None = None,
    ) -> None:
        self._state = state
        self._acting = acting
        self._sockets = sockets
        self._is_reached_by_http = is_reached_by_http
        self._page = page
        self._page_data = page_data
        self._extend = extend

    async def mount(self, application: web.Application) -> None:
        """Add the routes; the page's own come last."""
        application.middlewares.append(guard)
        looks: dict[str, Callable[[Asked], Any]] = {
            "state": self._look_at_state,
            "messages": self._look_at_messages,
            "modal": self._look_at_modal,
            "home": self._look_at_home,
            "log": self._look_at_log,
        }
        deeds: dict[str, Deed] = {
            "command": self._command,
            "say": self._say,
            "action": self._act,
            "fill": self._fill,
            "submit": self._submit,
            "close": self._close,
            "suggest": self._suggest,
            "shortcut": self._shortcut,
            "message_shortcut": self._message_shortcut,
            "home_open": self._open_home,
        }
        for name, look in looks.items():
            application.router.add_get(f"/sim/{name}", self._answer_look(look))
        for name, deed in deeds.items():
            application.router.add_post(f"/sim/{name}", self._answer_deed(deed))
        application.router.add_get("/sim/events", self._stream)
        application.router.add_get("/sim/page-data", self._give_page_data)
        if self._extend is not None:
            self._extend(application)
        if self._page is not None:
            application.router.add_get("/", self._give_page)
            # It looks at the disk.
            await asyncio.to_thread(application.router.add_static, "/", self._page)

    # --- looking ------------------------------------------------------------------------------

    def _answer_look(self, look: Callable[[Asked], Any]) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                asked = self._read(request.query)
                return web.json_response(look(asked))
            except (BadAsk, LookupError) as error:
                return web.json_response({"ok": False, "error": str(error)}, status=400)

        return answer

    def _read(self, body: Any) -> Asked:
        if not isinstance(body, Mapping):
            raise BadAsk("the body is not an object")
        key = body.get("as")
        for user in self._state.users.values():
            if user.key == key and not user.is_bot:
                return Asked(user, body)
        raise BadAsk("as names nobody")

    def _look_at_state(self, asked: Asked) -> Json:
        connected = self._sockets.connected > 0 or self._is_reached_by_http()
        return show_workspace(self._state, asked.user, connected=connected)

    def _look_at_messages(self, asked: Asked) -> list[Json]:
        where = self._state.conversation(asked.text("channel"), asked.user)
        return show_posts(self._state, asked.user, where)

    def _look_at_modal(self, asked: Asked) -> Json | None:
        view = self._state.modal_of(asked.user)
        if view is None:
            return None
        shown = view_body(self._state, view)
        return {"view": shown, "errors": view.errors, "submitting": view.submitting}

    def _look_at_home(self, asked: Asked) -> Json | None:
        home = self._state.homes.get(asked.user.id)
        return {"view": view_body(self._state, home)} if home else None

    def _look_at_log(self, asked: Asked) -> list[Json]:
        after = asked.text("after", "0")
        if not after.isdecimal() or len(after) > _LONGEST_NUMBER:
            raise BadAsk("after is not a number")
        return show_log(self._state, int(after))

    async def _give_page(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse((self._page or Path()) / "index.html")

    async def _give_page_data(self, _: web.Request) -> web.StreamResponse:
        return web.json_response(dict(self._page_data))

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Tell of each change as it comes, until the page or the sandbox goes away."""
        answer = web.StreamResponse(headers=HEADERS | {"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        changes = self._state.changes
        seen = changes.count
        try:
            await answer.write(b"retry: 1000\n\n")
            while not changes.closed:
                await changes.after(seen, KEEP_ALIVE)
                kinds, seen = changes.since(seen), changes.count
                told = "".join(f"event: changed\ndata: {kind}\n\n" for kind in kinds)
                await answer.write((told or ": still here\n\n").encode())
        except ConnectionError:
            pass  # the page was closed
        return answer

    # --- doing --------------------------------------------------------------------------------

    def _answer_deed(self, deed: Deed) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                said = await deed(self._read(read_json(await request.read())))
            except (BadAsk, NoSuchChoice, LookupError, ValueError) as error:
                return web.json_response({"ok": False, "error": str(error)}, status=400)
            if isinstance(said, dict):
                return web.json_response({"ok": True} | said)
            return web.json_response({"ok": not said} | ({"notice": said} if said else {}))

        return answer

    async def _command(self, asked: Asked) -> str:
        return await self._acting.command(asked.user, self._place(asked), asked.text("text"))

    def _place(self, asked: Asked) -> str:
        where = self._state.conversation(asked.text("channel"), asked.user)
        if asked.user.id not in where.members:
            raise BadAsk("that is a conversation of others")
        return where.id

    async def _say(self, asked: Asked) -> Json:
        place, thread = self._place(asked), asked.text("thread_ts", "")
        if not asked.text("text").strip():
            raise BadAsk("there is nothing to say")
        post = await self._acting.say(asked.user, place, asked.text("text"), thread)
        return {"ts": post.ts}

    def _find(self, asked: Asked) -> Post | View:
        """Find the message or the view that something is done in."""
        if asked.body.get("view_id"):
            view = self._state.views.get(asked.text("view_id"))
            if view is None or not view.open or view.user != asked.user.id:
                raise BadAsk("that view is not open")
            return view
        return self._find_post(asked)

    def _find_post(self, asked: Asked) -> Post:
        where = self._state.conversation(asked.text("channel"), asked.user)
        for post in self._state.seen_by(asked.user, where.id):
            if post.ts == asked.text("ts"):
                return post
        raise BadAsk("there is no such message")

    async def _act(self, asked: Asked) -> str:
        ids = asked.text("block_id"), asked.text("action_id")
        return await self._acting.use(asked.user, self._find(asked), *ids, _entered(asked))

    async def _fill(self, asked: Asked) -> str:
        where = self._find(asked) if asked.body.keys() & {"view_id", "ts"} else self._top(asked)
        ids = asked.text("block_id"), asked.text("action_id")
        self._acting.fill(where, *ids, _entered(asked))
        return ""

    def _top(self, asked: Asked) -> View:
        view = self._state.modal_of(asked.user)
        if view is None:
            raise BadAsk("no modal is open")
        return view

    async def _submit(self, asked: Asked) -> str:
        values = asked.body.get("values") or {}
        if not isinstance(values, dict) or not all(
            isinstance(one, dict) for one in values.values()
        ):
            raise BadAsk("values is not an object of objects")
        if self._top(asked).submitting:
            raise BadAsk("it is being submitted")
        return await self._acting.submit(asked.user, values)

    async def _close(self, asked: Asked) -> str:
        self._top(asked)
        await self._acting.close(asked.user, everything=asked.body.get("all") is True)
        return ""

    async def _suggest(self, asked: Asked) -> Json:
        where = self._find(asked) if asked.body.keys() & {"view_id", "ts"} else self._top(asked)
        ids = asked.text("block_id"), asked.text("action_id")
        typed = asked.text("typed", "")
        return await self._acting.suggest(asked.user, where, *ids, typed)

    async def _shortcut(self, asked: Asked) -> str:
        self._state.looking[asked.user.id] = self._place(asked) if asked.body.get("channel") else ""
        return await self._acting.shortcut(asked.user, asked.text("callback_id"))

    async def _message_shortcut(self, asked: Asked) -> str:
        name, post = asked.text("callback_id"), self._find_post(asked)
        return await self._acting.message_shortcut(asked.user, name, post)

    async def _open_home(self, asked: Asked) -> str:
        await self._acting.open_home(asked.user)
        return ""


def _entered(asked: Asked) -> Any:
    """Return what was picked or typed; empty text when it was cleared."""
    for name in ("selected", "value"):
        if name in asked.body:
            value = asked.body[name]
            return "" if value is None else value
    return None
