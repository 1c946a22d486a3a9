"""The Web API: `POST /api/<method>`, from arguments and token to the answer.

https://docs.slack.dev/apis/web-api/
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from closebot.sandbox.slack_api.absent import is_absent
from closebot.sandbox.slack_api.arguments import read_arguments
from closebot.sandbox.slack_api.faults import Fault, Faults, Refused
from closebot.sandbox.slack_api.records import Entry, Json
from closebot.sandbox.slack_api.scopes import NEEDS
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.views import Views

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

    def demand(self, scope: str) -> None:
        """Refuse an app that was not granted a scope."""
        if scope not in self.state.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(self.state.scopes))

    def page(self, items: list[Json], usual: int = 200) -> tuple[list[Json], str]:
        """Return the part that was asked for, and the cursor of the next. Raises `Refused`."""
        limit = self.count("limit", usual)
        try:
            start = int(self.text("cursor") or 0)
        except ValueError:
            raise Refused("invalid_cursor") from None
        end = start + max(1, limit)
        return items[start:end], str(end) if end < len(items) else ""


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
        started, at = time.perf_counter(), self._state.now()
        fault = await self._faults.take(method)
        gap = self._is_gap(method)
        name = f"the sandbox does not have {method}" if gap else method
        arguments, broken = await _take_arguments(request)
        shown = {name: value for name, value in arguments.items() if name != "token"}
        entry = Entry("call", name, shown, None, None, at, gap=gap)
        self._state.record(entry)
        if fault is not None and fault.status != 200:
            answer: Json = {"ok": False, "error": fault.error}
        elif fault is not None and fault.error:
            answer = {"ok": False, "error": fault.error}
        else:
            answer = self._answer(method, request, arguments, broken)
        entry.answer, entry.ms = answer, (time.perf_counter() - started) * 1000
        self._state.revise(entry)
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

    def _is_gap(self, method: str) -> bool:
        return method not in self._methods and is_absent(method)

    def _answer(
        self, method: str, request: web.Request, arguments: Json, broken: Refused | None
    ) -> Json:
        try:
            if broken is not None:
                raise broken
            self._check_token(method, request, arguments)
            base = f"ws://{request.host}"
            call = Call(arguments, self._state, self._views, base, self._ticket)
            if method in NEEDS:
                call.demand(NEEDS[method])
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
        if self._is_gap(method):
            told = {"messages": [f"The sandbox does not have {method}; Slack does."]}
            raise Refused("unknown_method", req_method=method, response_metadata=told)
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


async def _take_arguments(request: web.Request) -> tuple[Json, Refused | None]:
    """Read the arguments of a call, and why they cannot be read."""
    try:
        return await read_arguments(request), None
    except Refused as refused:
        return {}, refused
