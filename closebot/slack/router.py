"""From a payload to the handler that was declared for it.

One Bolt listener per payload kind, then a dictionary: the hundredth command costs no more than
the first, and nothing is shadowed by the order of registration. Commands, actions, shortcuts and
events are acknowledged before their handler runs as a tracked task; what a submission answers is
the business of `submissions`.

Bolt 1.30 loses an ack when a listener raises within some 10 ms after it, and looks for the ack
every 10 ms only. Both are avoided by `process_before_response`: a listener here does nothing but
ack and start a task.
"""

import asyncio
import contextlib
import inspect
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from closebot.slack import kit
from closebot.slack.feature import Declared, Feature
from closebot.slack.forms import Form
from closebot.slack.inflight import Full, Inflight
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, ModalFailed, Outgoing, Respond, SlackFailed
from closebot.slack.payloads import Call, Kind, Malformed, read_call
from closebot.slack.submissions import BUSY, Presses, Submissions, explain_surely

log = logging.getLogger(__name__)

Provider = Callable[[Call], Any]
Explain = Callable[[Exception, Call], Awaitable[Json]]
RunCommand = Callable[..., None]

GRACE = 1.5
LONGEST = 30.0
# Slack shows “no results” three seconds after a key was pressed.
SUGGESTING = 2.5
_EVERYTHING = re.compile("")


class Unanswered(LookupError):
    """Nothing answers this button: it was drawn by another version."""


class Busy(Exception):
    """All places for background work are taken; nothing was started."""


class Stopped(Exception):
    """The process ended before this could: it may or may not have been done."""


class Clash(ValueError):
    """Two handlers for one key, or a handler that asks for what nobody provides."""


class Router:
    """The dictionary of handlers, and what happens around them.

    `explain` turns any failure of a handler into the message that a person reads. `presses`
    remembers what is done once only. `grace` and `longest` are seconds: how long an ack waits for
    a submission's reply, and how long a handler may run at all.
    """

    def __init__(
        self,
        *,
        slash: str,
        outgoing: Outgoing,
        inflight: Inflight,
        explain: Explain,
        providers: Mapping[str, Provider],
        presses: Presses | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        grace: float = GRACE,
        longest: float = LONGEST,
    ) -> None:
        self.slash = slash
        self._outgoing = outgoing
        self._inflight = inflight
        self._explain = explain
        self._longest = longest
        self._handlers: dict[tuple[Kind, str], Declared] = {}
        self._asked: dict[tuple[Kind, str], tuple[str, ...]] = {}
        self._submissions = Submissions(
            outgoing=outgoing,
            inflight=inflight,
            run=self._call_with_form,
            explain=explain,
            grace=grace,
            presses=presses,
            now=now,
        )
        self._providers: dict[str, Provider] = {
            "call": lambda call: call,
            "words": lambda call: call.words,
            "respond": lambda call: Respond(outgoing, call),
            "modal": lambda call: Modal(outgoing, call),
            "slack": lambda _: outgoing,
            "commands": lambda _: self.commands,
            "run_command": lambda call: lambda text, **where: self._run_again(call, text, **where),
            **providers,
        }

    @property
    def commands(self) -> tuple[Declared, ...]:
        """The declared commands, in the order of their features."""
        return tuple(one for (kind, _), one in self._handlers.items() if kind == "command")

    @property
    def declared(self) -> tuple[Declared, ...]:
        """Everything that is answered."""
        return tuple(self._handlers.values())

    # --- declaring ----------------------------------------------------------------------------

    def attach(self, features: Iterable[Feature]) -> None:
        """Take in what features declared. Raises `Clash`."""
        for feature in features:
            for one in feature.declared:
                self._attach(one)

    def _attach(self, one: Declared) -> None:
        key = (one.kind, one.key)
        if key in self._handlers:
            other = self._handlers[key].feature
            raise Clash(f"{one.kind} {one.key!r} is declared by {other} and by {one.feature}")
        asked = tuple(inspect.signature(one.handler).parameters)
        known = self._providers.keys() | ({"form"} if one.form else set())
        if unknown := [name for name in asked if name not in known]:
            where = f"{one.feature}.{one.handler.__name__}"
            raise Clash(f"{where} asks for {', '.join(unknown)}, which nobody provides")
        self._handlers[key] = one
        self._asked[key] = asked

    def listen(self, app: AsyncApp) -> None:
        """Register one Bolt listener per payload kind."""
        app.command(_EVERYTHING)(self._on_command)
        app.action(_EVERYTHING)(self._on_action)
        app.view_submission(_EVERYTHING)(self._on_submission)
        app.view_closed(_EVERYTHING)(self._on_other)
        app.options(_EVERYTHING)(self._on_options)
        app.shortcut(_EVERYTHING)(self._on_other)
        app.event(_EVERYTHING)(self._on_other)

    # --- the listeners ------------------------------------------------------------------------

    async def _on_command(self, ack: AsyncAck, body: Json) -> None:
        call = self._read(body)
        if call is None or self._inflight.full:
            await ack(BUSY if call else "")
            return
        await ack()
        self._start(self.find(call))

    async def _on_action(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        call = self._read(body)
        if call is None or call.key.startswith(kit.LINK):
            return  # a button with an address has opened the browser: that was all
        one = self._handlers.get(("action", call.key))
        if one is not None and one.form is not None:
            self._start(call, self._submissions.take_button(call, one))
        else:
            self._start(call)

    async def _on_submission(self, ack: AsyncAck, body: Json) -> None:
        call = self._read(body)
        one = self._handlers.get(("view", call.key)) if call else None
        if call is None or one is None:
            await ack()
            if call is not None:
                self._start(call)  # which says that nothing answers it
            return
        await self._submissions.take(ack, call, one)

    async def _on_options(self, ack: AsyncAck, body: Json) -> None:
        call = self._read(body)
        offered: Any = None
        if call is not None and ("options", call.key) in self._handlers:
            try:
                async with asyncio.timeout(SUGGESTING):
                    offered = await self._call_handler(call)
            except Exception as error:  # noqa: BLE001 - a menu has no place for a sentence
                log.info("no options for %s: %s", call.key, type(error).__name__)
        await ack(**(offered or {"options": []}))

    async def _on_other(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        call = self._read(body)
        if call is not None and (call.kind, call.key) in self._handlers:
            self._start(call)

    # --- running ------------------------------------------------------------------------------

    def find(self, call: Call) -> Call:
        """Split the verb off a command; the longest known verb wins, in any case."""
        parts = call.words.split()
        longest = max((one.key.count(" ") + 1 for one in self.commands), default=0)
        for length in range(min(longest, len(parts)), 0, -1):
            verb = " ".join(parts[:length]).lower()
            if ("command", verb) in self._handlers:
                return replace(call, key=verb, words=_after(call.words, length))
        for one in self.commands:
            if (one.otherwise and parts) or (one.bare and not parts):
                return replace(call, key=one.key)
        return call

    def _run_again(self, call: Call, text: str, *, channel: str, response_url: str) -> None:
        """Run a command that was typed earlier, as the person of `call`."""
        earlier = replace(
            call,
            kind="command",
            key="",
            words=text,
            channel=channel,
            response_url=response_url,
            trigger_id="",
            view=None,
            action=None,
        )
        self._start(self.find(earlier))

    def _read(self, body: Mapping[str, Any]) -> Call | None:
        try:
            return read_call(body, self.slash)
        except Malformed as error:
            log.warning("a payload was left aside: %s", error)
            return None

    def _start(self, call: Call, work: Coroutine[Any, Any, None] | None = None) -> None:
        try:
            self._inflight.start(work or self._run(call), f"{call.kind} {call.key}")
        except Full:
            log.warning("no place for %s %s", call.kind, call.key)
            with contextlib.suppress(Full):  # nor for saying so
                self._inflight.start(self._tell_failure(Busy(), call), "busy", reserve=True)

    async def _run(self, call: Call) -> None:
        try:
            if (call.kind, call.key) not in self._handlers:
                raise Unanswered(f"{call.kind} {call.key}")  # noqa: TRY301 - told like any failure
            await self._call_handler(call)
        except asyncio.CancelledError:  # the process ends before this could
            await self._tell_failure(Stopped(), call)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence
            await self._tell_failure(error, call)

    async def _call_with_form(self, call: Call, _: Declared, form: Form) -> Any:
        return await self._call_handler(call, form=form)

    async def _call_handler(self, call: Call, **given: Any) -> Any:
        key = (call.kind, call.key)
        async with asyncio.timeout(self._longest):
            arguments: dict[str, Any] = {}
            for name in self._asked[key]:
                value = given[name] if name in given else self._providers[name](call)
                arguments[name] = await value if inspect.isawaitable(value) else value
            return await self._handlers[key].handler(**arguments)

    async def _tell_failure(self, error: Exception, call: Call) -> None:
        cause = error.cause if isinstance(error, ModalFailed) else error
        message = await explain_surely(self._explain, cause, call)
        if not call.user or call.kind in ("event", "closed"):
            return
        try:
            if not await self._tell_in_modal(error, call, message):
                await Respond(self._outgoing, call)(message)
        except Exception as failed:  # noqa: BLE001 - the last place; its traceback may hold secrets
            kinds = type(cause).__name__, type(failed).__name__
            log.error("nobody could be told of %s: %s", *kinds)  # noqa: TRY400

    async def _tell_in_modal(self, error: Exception, call: Call, message: Json) -> bool:
        """Say it where the person is looking, when that is a modal."""
        inside = call.kind == "action" and (call.view or {}).get("type") == "modal"
        if not inside and not isinstance(error, ModalFailed):
            return False
        title = (call.view or {}).get("title", {}).get("text", "closebot")
        blocks = message.get("blocks") or [kit.section(message["text"])]
        modal = Modal(self._outgoing, call)
        try:
            if isinstance(error, ModalFailed):
                await modal.update(kit.modal("failed", error.title, blocks), error.view_id)
            else:
                await modal.open(kit.modal("failed", title, blocks))
        except SlackFailed as failed:  # too late, or closed meanwhile
            log.info("a failure is told outside of its modal: %s", failed)
            return False
        return True


def _after(text: str, parts: int) -> str:
    """Return what stands after the first `parts` words, with its own blanks kept."""
    split = text.split(maxsplit=parts)
    return split[parts] if len(split) > parts else ""
