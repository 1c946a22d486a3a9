"""The Web API: `POST /api/<method>`, from arguments and token to the answer.

https://docs.slack.dev/apis/web-api/
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from closebot.sandbox.slack_api.faults import Fault, Faults, Refused
from closebot.sandbox.slack_api.records import Entry, Json
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.views import Views

# Arguments that are JSON inside a form.
_NESTED = frozenset({"blocks", "view", "attachments", "metadata", "unfurls", "message"})
_YES = frozenset({"1", "true", "True"})


@dataclass
class Call:
    """One call: what it is about, and what it works with."""

    arguments: Json
    state: State
    views: Views
    app_base: str
    ticket: Callable[[], str]

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Return an argument as yes or no."""
        return self.arguments.get(name) is True or self.text(name) in _YES

    def count(self, name: str, default: int) -> int:
        """Return an argument as a number. Raises `Refused`."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise Refused("invalid_arguments", f"{name} is not a number") from None


Method = Callable[[Call], Json]


class WebApi:
    """Answers calls. `tokens` maps what a caller shows to the kind of token it is."""

    def __init__(
        self,
        state: State,
        views: Views,
        faults: Faults,
        *,
        bot_token: str,
        app_token: str,
        methods: dict[str, Method],
        ticket: Callable[[], str],
        scopes: Sequence[str] = (),
    ) -> None:
        self._scopes = scopes
        self._state = state
        self._views = views
        self._faults = faults
        self._kinds = {bot_token: "bot", app_token: "app"}
        self._methods = methods
        self._ticket = ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method = request.match_info["method"]
        started = time.perf_counter()
        fault = await self._faults.take(method)
        if fault is not None and fault.status != 200:
            answer: Json = {"ok": False, "error": fault.error}
        elif fault is not None and fault.error:
            answer = {"ok": False, "error": fault.error}
        else:
            answer = await self._answer(method, request)
        ms = (time.perf_counter() - started) * 1000
        sent = await self._shown(request)
        self._state.record(Entry("call", method, sent, answer, ms, self._state.now()))
        return self._respond(request, answer, fault)

    def _respond(
        self, request: web.Request, answer: Json, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is not None and fault.drop and request.transport is not None:
            request.transport.close()
        headers = {"X-Slack-Req-Id": "sandbox", "X-OAuth-Scopes": ",".join(self._scopes)}
        if fault is not None and fault.retry_after:
            headers["Retry-After"] = str(fault.retry_after)
        status = fault.status if fault is not None else 200
        return web.json_response(answer, status=status, headers=headers)

    async def _shown(self, request: web.Request) -> Json:
        try:
            arguments = await _read_arguments(request)
        except Refused:
            return {}
        return {name: value for name, value in arguments.items() if name != "token"}

    async def _answer(self, method: str, request: web.Request) -> Json:
        try:
            arguments = await _read_arguments(request)
            self._check_token(method, request, arguments)
            base = f"ws://{request.host}"
            call = Call(arguments, self._state, self._views, base, self._ticket)
            done = self._methods[method](call)
        except Refused as refused:
            said: Json = {"ok": False, "error": refused.code} | refused.more
            if refused.messages:
                said["response_metadata"] = {"messages": refused.messages}
                faults = "; ".join(refused.messages)
                self._state.blame(f"{method} was sent what Slack does not take: {faults}")
            return said
        return {"ok": True} | done

    def _check_token(self, method: str, request: web.Request, arguments: Json) -> None:
        if method not in self._methods:
            raise Refused("unknown_method", req_method=method)
        if method in {"api.test", "blocks.validate"}:
            return
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        shown = bearer.strip() if scheme.lower() == "bearer" else str(arguments.get("token") or "")
        if not shown:
            raise Refused("not_authed")
        kind = self._kinds.get(shown)
        if kind is None:
            raise Refused("invalid_auth")
        if kind != ("app" if method == "apps.connections.open" else "bot"):
            raise Refused("not_allowed_token_type")


async def _read_arguments(request: web.Request) -> Json:
    """Read the arguments of a query, a form or a JSON body. Raises `Refused`."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        if text.strip():
            try:
                body = json.loads(text)
            except ValueError:
                raise Refused("invalid_json") from None
            if not isinstance(body, dict):
                raise Refused("json_not_object")
            arguments |= body
    elif request.can_read_body:
        form = await request.post()
        arguments |= {name: value for name, value in form.items() if isinstance(value, str)}
    for name in _NESTED & arguments.keys():
        arguments[name] = _read_nested(name, arguments[name])
    return arguments


def _read_nested(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError:
        code = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
        raise Refused(code, f"{name} is not JSON") from None
