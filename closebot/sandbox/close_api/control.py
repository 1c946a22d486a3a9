"""An address to control a sandbox that runs in another process.

- `POST /_sandbox/faults` with the fields of a `Fault`, or a list of those; `DELETE` clears them;
- `GET /_sandbox/requests`: what was asked, oldest first; `DELETE` forgets it;
- `POST /_sandbox/lag` with `{"seconds": n}`: how long a change is not found by a search.

Only for programs of this machine: the `Host` is loopback, and a `POST` is JSON, so that no page of
another site can send it.
"""

from collections.abc import Callable
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from closebot.sandbox.close_api.answers import answer, read_json
from closebot.sandbox.close_api.errors import Refused, bad_request
from closebot.sandbox.close_api.faults import Fault, Faults
from closebot.sandbox.close_api.store import Json, Store

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_KNOWN = {field.name: field.type for field in fields(Fault)}

Act = Callable[[Json], Any]


def add_control(
    app: web.Application, *, faults: Faults, store: Store, requests: Callable[[], list[Json]]
) -> None:
    """Serve `/_sandbox/`."""

    def ask_for(body: Json) -> Any:
        listed = body.get("faults", [body])
        if not isinstance(listed, list):
            raise bad_request("faults is a list.")
        made = [_read_fault(one) for one in listed]
        for one in made:
            faults.add(**one)
        return {"waiting": len(faults)}

    def clear(_: Json) -> Any:
        faults.clear()
        return {"waiting": 0}

    def show(_: Json) -> Any:
        return {"data": [one | {"at": one["at"].isoformat()} for one in requests()]}

    def forget(_: Json) -> Any:
        requests().clear()
        return {"data": []}

    def lag(body: Json) -> Any:
        seconds = body.get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            raise bad_request("seconds is a number, 0 or more.")
        store.lag = float(seconds)
        return {"seconds": store.lag}

    for method, path, act in (
        ("POST", "faults", ask_for),
        ("DELETE", "faults", clear),
        ("GET", "requests", show),
        ("DELETE", "requests", forget),
        ("POST", "lag", lag),
    ):
        app.router.add_route(method, f"/_sandbox/{path}", _guarded(act))


def _guarded(act: Act) -> Callable[[web.Request], Any]:
    async def serve(request: web.Request) -> web.Response:
        if urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
            return answer(403, {"error": "The Host is not this machine."})
        if request.method == "POST" and request.content_type != "application/json":
            return answer(400, {"error": "A POST is application/json."})
        try:
            return answer(200, act(read_json(await request.read())))
        except Refused as refused:
            return answer(refused.status, refused.body)

    return serve


def _read_fault(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("A fault is an object.")
    unknown = sorted(given.keys() - _KNOWN.keys())
    if unknown:
        raise bad_request(f"A fault has no {', '.join(unknown)}; it has {', '.join(_KNOWN)}.")
    try:
        Fault(**given).matches("GET", "/")
        for name in ("status", "times", "slow"):
            given = given | ({name: float(given[name])} if name in given else {})
    except (TypeError, ValueError):
        raise bad_request("A value of this fault is of another type.") from None
    whole = {name: int(given[name]) for name in ("status", "times") if name in given}
    return {**given, **whole}
