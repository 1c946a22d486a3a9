"""What the demo's page asks for beside Slack: the Close side, and the clock."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.demo.clock import Clock
from closebot.sandbox.demo.close_side import CloseSide
from closebot.sandbox.slack_api.strict import read_json
from closebot.sandbox.world import PEOPLE

_ZONES = {person.key: person.zone for person in PEOPLE}
_FARTHEST = 366 * 86_400


def add_routes(
    app: web.Application, close: CloseSandbox, clock: Clock, on_move: Callable[[], None]
) -> None:
    """Add `/sim/close` and `/sim/clock`; `on_move` is called when the clock was moved."""
    side = CloseSide(close)

    async def look(request: web.Request) -> web.Response:
        key, lead_id = request.query.get("as", ""), request.query.get("lead")
        try:
            shown: Any = side.show(key, lead_id) if lead_id else side.list_changed(key)
        except LookupError as error:
            return web.json_response({"ok": False, "error": str(error.args[0])})
        return web.json_response(shown)

    async def tell(_: web.Request) -> web.Response:
        return web.json_response(_show(clock))

    async def move(request: web.Request) -> web.Response:
        try:
            # It writes to the disk.
            await asyncio.to_thread(_move, clock, read_json(await request.read()))
        except (ValueError, TypeError, KeyError) as error:
            said = {"ok": False, "error": f"the clock was not moved: {error}"}
            return web.json_response(said, status=400)
        on_move()
        return web.json_response({"ok": True} | _show(clock))

    app.router.add_get("/sim/close", look)
    app.router.add_get("/sim/clock", tell)
    app.router.add_post("/sim/clock", move)


def _show(clock: Clock) -> dict[str, Any]:
    return {"now": clock.now().timestamp(), "ahead": clock.ahead}


def _move(clock: Clock, body: Any) -> None:
    if not isinstance(body, dict):
        raise TypeError("the body is not an object")
    if body.get("to") == "morning":
        clock.move_to_morning(_ZONES[body["as"]])
        return
    seconds = float(body["seconds"])
    if not 0 <= seconds <= _FARTHEST:
        raise ValueError("it goes forward, by a year at most")
    clock.move(seconds)
