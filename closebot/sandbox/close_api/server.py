"""The HTTP side: who asks, how often, what goes wrong, and which operation answers."""

import asyncio
import base64
import binascii
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from closebot.sandbox.close_api.answers import answer, read_json
from closebot.sandbox.close_api.asked import Asked, Route
from closebot.sandbox.close_api.deliveries import Deliveries
from closebot.sandbox.close_api.errors import Refused, bad_request, not_found
from closebot.sandbox.close_api.exports import Exports
from closebot.sandbox.close_api.faults import Fault, Faults
from closebot.sandbox.close_api.hooks import Hooks
from closebot.sandbox.close_api.limits import Limits, describe, slow_down
from closebot.sandbox.close_api.outcomes import Outcomes
from closebot.sandbox.close_api.registers import Registers
from closebot.sandbox.close_api.rights import demand_right
from closebot.sandbox.close_api.routes import Routes
from closebot.sandbox.close_api.seen import see
from closebot.sandbox.close_api.store import Json, Store

BASE = "/api/v1"
REQUESTS_KEPT = 1000

_MAX_BODY = 10 * 1024 * 1024

# Says who a key or a token belongs to: ("basic" or "bearer", secret) → user id.
Identify = Callable[[str, str], str | None]


class Server:
    """Answers everything below `/api/v1`."""

    def __init__(
        self,
        store: Store,
        identify: Identify,
        faults: Faults,
        limits: Limits,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._identify = identify
        self._faults = faults
        self._limits = limits
        self._now = now
        hooks = Hooks()
        self.deliveries = Deliveries(hooks, faults, now)
        kept = (*Outcomes().routes(), *Registers().routes(), *Exports().routes())
        self._routes = Routes((*hooks.routes(), *kept))
        self.requests: list[Json] = []

    def application(self) -> web.Application:
        """Return the application, to which other addresses may be added."""
        app = web.Application(client_max_size=_MAX_BODY)
        app.router.add_route("*", BASE + "/{path:.*}", self._serve)
        return app

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.path.removeprefix(BASE).lstrip("/")
        raw = await request.read()
        self._note(request, path, raw)
        fault = self._faults.take(request.method, path)
        if fault is None:
            return self._answer(request, path, raw)
        return await _fail(request, fault, lambda: self._answer(request, path, raw))

    def _note(self, request: web.Request, path: str, raw: bytes) -> None:
        try:
            body: Any = read_json(raw) if raw else None
        except Refused:
            body = None
        self.requests.append(
            {
                "method": request.method,
                "path": path,
                "query": dict(request.query),
                "headers": {name.lower(): value for name, value in request.headers.items()},
                "json": body,
                "at": self._now(),
            }
        )
        del self.requests[:-REQUESTS_KEPT]

    def _answer(self, request: web.Request, path: str, raw: bytes) -> web.Response:
        headers: dict[str, str] = {}
        try:
            if not path.endswith("/"):
                return self._redirect(request, path)
            if request.method == "OPTIONS":
                return self._tell_methods(path)
            method = _effective_method(request)
            route, ids = self._routes.find(method, path)
            secret, user_id = self._authenticate(request)
            headers = self._limits.count(secret, method, route.path)
            asked = self._read(request, path, raw, user_id)
            asked.method, asked.ids = method, ids
            return _say(route, asked, headers)
        except Refused as refused:
            return answer(refused.status, refused.body, headers | refused.headers)
        finally:
            self.deliveries.hear(self._store.events)

    def _redirect(self, request: web.Request, path: str) -> web.Response:
        if not self._routes.is_known(path):
            raise not_found()
        query = f"?{request.query_string}" if request.query_string else ""
        return web.Response(status=308, headers={"location": f"{BASE}{path}/{query}"})

    def _tell_methods(self, path: str) -> web.Response:
        if not self._routes.is_known(path):
            raise not_found()
        return web.Response(headers={"allow": self._routes.allow(path)})

    def _authenticate(self, request: web.Request) -> tuple[str, str]:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        kind, secret = scheme.lower(), secret.strip()
        if kind == "basic":
            secret = _read_basic(secret)
        user_id = self._identify(kind, secret) if secret else None
        if user_id is None or user_id not in self._store.users:
            raise Refused(401, {"error": "Unauthorized"})
        return secret, user_id

    def _read(self, request: web.Request, path: str, raw: bytes, user_id: str) -> Asked:
        kind = request.headers.get("Content-Type", "")
        if raw or request.method in {"POST", "PUT"}:
            if kind and "json" not in kind.lower():
                raise bad_request(
                    "Please send valid JSON with a 'Content-Type: application/json' header."
                )
            if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
                raise bad_request("Chunked Transfer-Encoding is not supported.")
            if not raw.strip() and _effective_method(request) != "GET":
                raise bad_request("The request contains invalid JSON.")
        body = read_json(raw)
        pairs = parse_qsl(request.query_string, keep_blank_values=True)
        params = dict(reversed(pairs))  # the first of several values counts
        override = body.pop("_params", None)
        if isinstance(override, dict):
            params = {name: _write_param(value) for name, value in override.items()}
        return Asked(
            store=see(self._store, user_id),
            method=request.method,
            path=path,
            user_id=user_id,
            params=params,
            body=body,
            offset=_read_offset(request.headers.get("x-tz-offset", "")),
        )


def _say(route: Route, asked: Asked, headers: dict[str, str]) -> web.Response:
    demand_right(asked, route)
    body = route.handler(asked)
    return answer(route.status, None if route.status == 204 else body, headers)


def _effective_method(request: web.Request) -> str:
    if request.method == "HEAD":
        return "GET"
    override = request.headers.get("x-http-method-override", "").upper()
    return override if request.method == "POST" and override == "GET" else request.method


def _read_basic(encoded: str) -> str:
    try:
        pair = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    key, colon, password = pair.partition(":")
    return key if colon and not password else ""


def _write_param(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_write_param(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_offset(text: str) -> float:
    try:
        offset = float(text or 0)
    except ValueError:
        return 0.0
    return offset if abs(offset) <= 24 else 0.0


async def _fail(
    request: web.Request, fault: Fault, proceed: Callable[[], web.Response]
) -> web.StreamResponse:
    done = proceed() if fault.applies else None
    if fault.slow:
        await asyncio.sleep(fault.slow)
    if fault.drop:
        return _hang_up(request)
    if fault.answers:
        return _replace(fault)
    if fault.cut:
        return await _cut(request, done or answer(200, {"data": []}))
    done = done or proceed()
    if fault.bends and isinstance(done.body, bytes) and done.body:
        kept = {name: value for name, value in done.headers.items() if "rate" in name.lower()}
        done = answer(done.status, fault.bend(json.loads(done.body)), kept)
    return done


def _replace(fault: Fault) -> web.Response:
    status = fault.status or 200
    headers = (slow_down() if status == 429 else {}) | fault.headers
    if fault.html:
        return web.Response(
            status=status, text=fault.html, content_type="text/html", headers=headers
        )
    if isinstance(fault.body, bytes):
        return web.Response(
            status=status, body=fault.body, content_type="application/json", headers=headers
        )
    body = fault.body
    if body is None:
        body = describe(0) if status == 429 else {"error": f"Injected {status}."}
    return answer(status, body, headers)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _cut(request: web.Request, whole: web.Response) -> web.StreamResponse:
    body = whole.body if isinstance(whole.body, bytes) else b"{}"
    half = web.StreamResponse(status=whole.status, headers={"content-type": "application/json"})
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half
