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
from closebot.slack.forms import Ask, Errors
from closebot.slack.homes import HomeRespond, Homes, card, is_card
from closebot.slack.inflight import Full, Inflight
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Outgoing, Respond
from closebot.slack.payloads import Call, Kind, Malformed, read_call
from closebot.slack.submissions import BUSY, Explain, Presses, Submissions
from closebot.slack.telling import Telling

log = logging.getLogger(__name__)

Provider = Callable[[Call], Any]
Admit = Callable[[Call], Awaitable[None]]
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

    `explain` turns any failure of a handler into the message that a person reads. `admit` raises
    for whoever may not act, before any handler. `presses` remembers what is done once only.
    `grace` and `longest` are seconds: how long an ack waits for a submission's reply, and how long
    a handler may run at all.
    """

    def __init__(
        self,
        *,
        slash: str,
        outgoing: Outgoing,
        inflight: Inflight,
        explain: Explain,
        providers: Mapping[str, Provider],
        admit: Admit | None = None,
        presses: Presses | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        grace: float = GRACE,
        longest: float = LONGEST,
    ) -> None:
        self.slash = slash
        self._outgoing = outgoing
        self._inflight = inflight
        self._admit = admit
        self._telling = Telling(outgoing, explain, self.draw_home)
        homes = Homes(outgoing)
        self._longest = longest
        self._handlers: dict[tuple[Kind, str], Declared] = {}
        self._asked: dict[tuple[Kind, str], tuple[str, ...]] = {}
        self.commands: tuple[Declared, ...] = ()  # in the order of their features
        self._longest_verb = 0
        self._submissions = Submissions(
            outgoing=outgoing,
            inflight=inflight,
            run=lambda call, _, form: self._call_handler(call, form=form),
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
            "homes": lambda _: homes,
            "commands": lambda _: self.commands,
            "run_command": lambda call: lambda text, **where: self.run_again(call, text, **where),
            **providers,
        }

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
        known |= {"said"} if one.kind == "home" else set()
        if unknown := [name for name in asked if name not in known]:
            where = f"{one.feature}.{one.handler.__name__}"
            raise Clash(f"{where} asks for {', '.join(unknown)}, which nobody provides")
        self._handlers[key] = one
        self._asked[key] = asked
        if one.kind == "command":
            self.commands = (*self.commands, one)
            self._longest_verb = max(self._longest_verb, one.key.count(" ") + 1)

    def listen(self, app: AsyncApp) -> None:
        """Register one Bolt listener per payload kind."""
        app.command(_EVERYTHING)(self._on_delivery)
        app.action(_EVERYTHING)(self._on_delivery)
        app.view_submission(_EVERYTHING)(self._on_delivery)
        app.view_closed(_EVERYTHING)(self._on_delivery)
        app.options(_EVERYTHING)(self._on_delivery)
        app.shortcut(_EVERYTHING)(self._on_delivery)
        app.event(_EVERYTHING)(self._on_delivery)

    async def _on_delivery(self, ack: AsyncAck, body: Json) -> None:
        try:
            call = self.read(body)
        except Malformed as error:
            log.warning("a payload was left aside: %s", error)
            call = None
        await (ack() if call is None else self.take(ack, call))

    def read(self, body: Mapping[str, Any]) -> Call | None:
        """Read what was delivered; None for what is of no use here. Raises `Malformed`."""
        return read_call(body, self.slash)

    async def take(self, ack: AsyncAck, call: Call) -> None:
        """Ack what a person did, and start the work."""
        match call.kind:
            case "command":
                await self._take_command(ack, call)
            case "action":
                await self._take_action(ack, call)
            case "view":
                await self._take_submission(ack, call)
            case "options":
                await self._take_options(ack, call)
            case _:
                await ack()
                if (call.kind, call.key) in self._handlers:
                    self._start(call)

    async def _take_command(self, ack: AsyncAck, call: Call) -> None:
        if self._inflight.full:
            await ack(BUSY)
            return
        await ack()
        self._start(self.find(call))

    async def _take_action(self, ack: AsyncAck, call: Call) -> None:
        await ack()
        if call.key.startswith(kit.LINK):
            return  # a button with an address has opened the browser: that was all
        one = self._handlers.get(("action", call.key))
        if one is not None and one.form is not None:
            self._start(call, self._submissions.take_button(call, one))
        else:
            self._start(call)

    async def _take_submission(self, ack: AsyncAck, call: Call) -> None:
        one = self._handlers.get(("view", call.key))
        if one is None:
            await ack()
            self._start(call)  # which says that nothing answers it
            return
        await self._submissions.take(ack, call, one)

    async def _take_options(self, ack: AsyncAck, call: Call) -> None:
        offered: Any = None
        if ("options", call.key) in self._handlers:
            try:
                async with asyncio.timeout(SUGGESTING):
                    offered = await self._call_handler(call)
            except Exception as error:  # noqa: BLE001 - a menu has no place for a sentence
                log.info("no options for %s: %s", call.key, type(error).__name__)
        await ack(**(offered or {"options": []}))

    def find(self, call: Call) -> Call:
        """Split the verb off a command; the longest known verb wins, in any case."""
        parts = call.words.split()
        for length in range(min(self._longest_verb, len(parts)), 0, -1):
            verb = " ".join(parts[:length]).lower()
            if ("command", verb) in self._handlers:
                return replace(call, key=verb, words=_after(call.words, length))
        for one in self.commands:
            if (one.otherwise and parts) or (one.bare and not parts):
                return replace(call, key=one.key)
        return call

    def run_again(
        self, call: Call, text: str, *, channel: str, response_url: str, trigger_id: str = ""
    ) -> None:
        """Run a command that was typed earlier, as the person of `call`."""
        earlier = replace(
            call,
            kind="command",
            key="",
            words=text,
            channel=channel,
            response_url=response_url,
            trigger_id=trigger_id,
            view=None,
            action=None,
        )
        self._start(self.find(earlier))

    def _start(self, call: Call, work: Coroutine[Any, Any, None] | None = None) -> None:
        try:
            self._inflight.start(work or self._run(call), f"{call.kind} {call.key}")
        except Full:
            log.warning("no place for %s %s", call.kind, call.key)
            with contextlib.suppress(Full):  # nor for saying so
                self._inflight.start(self._telling.tell(Busy(), call), "busy", reserve=True)

    async def _run(self, call: Call, **given: Any) -> None:
        try:
            one = self._handlers.get((call.kind, call.key))
            if one is None:
                raise Unanswered(f"{call.kind} {call.key}")  # noqa: TRY301 - told like any failure
            if one.opens and (call.view or {}).get("type") == "home":
                await Modal(self._outgoing, call).open_when_ready(
                    one.opens, self._draw_card(call, one.opens)
                )
            else:
                await self._call_handler(call, **given)
        except asyncio.CancelledError:  # the process ends before this could
            await self._telling.tell(Stopped(), call)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence
            await self._telling.tell(error, call)

    async def _call_handler(self, call: Call, **given: Any) -> Any:
        key = (call.kind, call.key)
        told: list[Json | None] | None = None
        if call.in_home and call.kind in ("action", "view") and "respond" not in given:
            told = []
            given["respond"] = HomeRespond(self._outgoing, call, told)
        async with asyncio.timeout(self._longest):
            if self._admit is not None:
                await self._admit(call)
            arguments: dict[str, Any] = {}
            for name in self._asked[key]:
                value = given[name] if name in given else self._providers[name](call)
                arguments[name] = await value if inspect.isawaitable(value) else value
            answer = await self._handlers[key].handler(**arguments)
        if told is not None:
            self._after_press_at_home(call, told, answer)
        return answer

    # --- the home tab -------------------------------------------------------------------------

    async def _draw_card(self, call: Call, title: str) -> Json:
        told: list[Json | None] = []
        await self._call_handler(call, respond=HomeRespond(self._outgoing, call, told))
        return card(title, (told and told[-1]) or kit.sentence("There is nothing to show."))

    def _after_press_at_home(self, call: Call, told: list[Json | None], answer: Any) -> None:
        """Draw the home tab anew after what was answered or changed there."""
        is_changed = call.kind == "view" and not isinstance(answer, Errors | Ask)
        inside = call.kind == "action" and (call.view or {}).get("type") == "modal"
        if told or is_changed or (inside and not is_card(call)):
            self.draw_home(call, told[-1] if told else None)

    def draw_home(self, call: Call, said: Json | None = None) -> None:
        """Draw the home tab of the person of `call` anew, with an answer in it."""
        anew = replace(call, kind="home", key="home", words="", view=None, action=None)
        self._start(anew, self._run(anew, said=said))


def _after(text: str, parts: int) -> str:
    """Return what stands after the first `parts` words, with its own blanks kept."""
    split = text.split(maxsplit=parts)
    return split[parts] if len(split) > parts else ""
