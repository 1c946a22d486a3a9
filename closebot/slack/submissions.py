"""Submit: from the filled form to the reply, once.

A reply that is ready within `grace` seconds is the ack. A later one finds the modal waiting and
replaces what it shows; when the person has closed it meanwhile, they get the reply as a private
message. Pressing Submit again on the same modal with the same values does nothing twice: Slack
lets people press again once an ack has timed out.
"""

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from slack_bolt.async_app import AsyncAck

from closebot.slack import forms, kit
from closebot.slack.feature import Declared
from closebot.slack.forms import Ask, Done, Errors, Form, Refused, Reply, Show
from closebot.slack.inflight import Full, Inflight
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Outgoing, SlackFailed, waiting
from closebot.slack.payloads import Call
from closebot.slack.places import carry

log = logging.getLogger(__name__)

BUSY = "closebot has its hands full. Please try again in a moment."
BEGUN = "This is being saved already. Look whether it is there, and try again in a moment."
REMEMBERED = 500
# Characters of what was typed that one private message gives back.
_MOST_TYPED = 9000
# For so long another process may still be at what it began.
AT_WORK = timedelta(seconds=12)

Run = Callable[[Call, Declared, Form], Awaitable[Any]]
Explain = Callable[[Exception, Call], Awaitable[Json]]


class Begun(Protocol):
    """A press that was begun before: when, and whether by this process."""

    @property
    def began_at(self) -> datetime:
        """When it was begun."""

    @property
    def is_ours(self) -> bool:
        """Whether this process began it."""


class Presses(Protocol):
    """What remembers presses over a restart."""

    async def claim(self, name: str, now: datetime) -> Begun | None:
        """Take a press; None for the first to do so."""

    async def release(self, name: str) -> None:
        """Let it be made anew: nothing was done."""


class Submissions:
    """Every submission that runs, and the last ones that were done.

    `run` calls a handler; `explain` turns its failure into a message; `grace` is in seconds.
    `presses` remembers those declared `once`.
    """

    def __init__(
        self,
        *,
        outgoing: Outgoing,
        inflight: Inflight,
        run: Run,
        explain: Explain,
        grace: float,
        presses: Presses | None,
        now: Callable[[], datetime],
    ) -> None:
        self._outgoing = outgoing
        self._inflight = inflight
        self._run = run
        self._explain = explain
        self._grace = grace
        self._kept = presses
        self._now = now
        self._presses: dict[str, asyncio.Task[Reply]] = {}

    async def take(self, ack: AsyncAck, call: Call, one: Declared) -> None:
        """Acknowledge a submission and see to it that its reply arrives."""
        view = call.view or {}
        try:
            task, first = self._press(call, one)
        except Refused as refused:
            await ack(response_action="errors", errors=refused.fields)
            return
        except Full:
            await ack(response_action="errors", errors={_first_field(view): BUSY})
            return
        done, _ = await asyncio.wait({task}, timeout=self._grace)
        if done:
            await _acknowledge(ack, task.result(), call)
            return
        held = carry(waiting(view.get("title", {}).get("text", ""), one.waiting), call.place)
        await ack(response_action="update", view=held)
        if first:
            late = self._deliver(call, one, task)
            with contextlib.suppress(Full):  # the work is done, and only its reply is not seen
                self._inflight.start(late, f"reply of {one.key}", reserve=True)

    async def take_button(self, call: Call, one: Declared) -> None:
        """Do what a button in a modal submits; it was acknowledged already."""
        view = call.view or {}
        try:
            task, first = self._press(call, one)
        except Refused as refused:
            await self._draw(call, forms.redraw(view, refused.fields, secret=one.secret))
            return
        except Full:
            await self._draw(call, forms.redraw(view, {_first_field(view): BUSY}))
            return
        if first:
            done, _ = await asyncio.wait({task}, timeout=0.05)
            if not done:
                held = waiting(view.get("title", {}).get("text", ""), one.waiting)
                with contextlib.suppress(SlackFailed):
                    await Modal(self._outgoing, call).update(held)
            await self._deliver(call, one, task)

    def _press(self, call: Call, one: Declared) -> tuple[asyncio.Task[Reply], bool]:
        """Begin what was pressed, or find it begun. Raises `Refused` or `Full`."""
        form = forms.read_form(one.form or Form, call.view or {})
        press = _name_press(call)
        task = self._presses.get(press)
        if task is not None:
            return task, False
        work = (
            self._reply_once(press, call, one, form) if one.once else self._reply(call, one, form)
        )
        task = self._inflight.start(work, f"submit {one.key}")
        self._presses[press] = task
        task.add_done_callback(lambda _: self._settle(press))
        return task, True

    async def _reply_once(self, press: str, call: Call, one: Declared, form: Form) -> Reply:
        if self._kept is None:
            return await self._reply(call, one, form)
        try:
            begun = await self._kept.claim(press, self._now())
        except Exception as error:  # noqa: BLE001 - without a claim nothing is written
            return await self._say_failure(error, call)
        if begun is not None:
            if not begun.is_ours and self._now() - begun.began_at < AT_WORK:
                return Errors({_first_field(call.view or {}): BEGUN})
            call = replace(call, earlier=begun.began_at)
        try:
            reply = _as_reply(await self._run(call, one, form))
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence
            # It may have been done: whoever presses again looks first.
            return await self._say_failure(error, call)
        if isinstance(reply, Errors | Ask):
            with contextlib.suppress(Exception):  # then the next press looks first, needlessly
                await self._kept.release(press)
        return reply

    async def _reply(self, call: Call, one: Declared, form: Form) -> Reply:
        try:
            return _as_reply(await self._run(call, one, form))
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence
            return await self._say_failure(error, call)

    async def _say_failure(self, error: Exception, call: Call) -> Reply:
        message = await explain_surely(self._explain, error, call)
        said, field = message["text"], _first_field(call.view or {})
        if field:
            return Errors({field: kit.say_plainly(said)})
        title = (call.view or {}).get("title", {}).get("text", "closebot")
        return Show(kit.modal("failed", title, [kit.section(said)]))

    def _settle(self, press: str) -> None:
        """Keep what was done; what was refused may be pressed again."""
        task = self._presses[press]
        if task.cancelled() or isinstance(task.result(), Errors | Ask):
            del self._presses[press]
        while len(self._presses) > REMEMBERED:
            del self._presses[next(iter(self._presses))]

    async def _deliver(self, call: Call, one: Declared, task: asyncio.Task[Reply]) -> None:
        reply = await task
        view = call.view or {}
        if isinstance(reply, Errors):
            drawn = forms.redraw(view, reply.fields, secret=one.secret)
        elif isinstance(reply, Show | Ask):
            drawn = reply.view
        else:
            title = view.get("title", {}).get("text", "")
            drawn = kit.modal("done", title, [kit.section(reply.said)])
        try:
            await Modal(self._outgoing, call).update(drawn)
        except SlackFailed as error:  # closed meanwhile, as a rule
            log.info("a reply goes to a private message: %s", error)
            if said := _in_words(reply, drawn):
                lost = isinstance(reply, Errors)
                typed = _show_typed(view, one.secret) if lost else []
                await self._outgoing.tell(call.user, kit.sentence(said, *typed))

    async def _draw(self, call: Call, view: Json) -> None:
        with contextlib.suppress(SlackFailed):  # closed meanwhile: nothing was done
            await Modal(self._outgoing, call).update(view)


def _as_reply(given: Any) -> Reply:
    return given if isinstance(given, Errors | Show | Ask | Done) else Done()


def _name_press(call: Call) -> str:
    """Name a press: the same modal with the same values is the same press.

    The name outlives the values, which may be secret, so it is a digest.
    """
    view = call.view or {}
    said = json.dumps([view.get("id"), call.key, forms.read_values(view)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


async def explain_surely(explain: Explain, error: Exception, call: Call) -> Json:
    """Turn a failure into a message, also when that fails."""
    try:
        return await explain(error, call)
    except Exception as failed:  # noqa: BLE001 - the last place; its traceback may hold secrets
        kinds = type(error).__name__, type(failed).__name__
        log.error("%s could not be explained: %s", *kinds)  # noqa: TRY400
        return kit.sentence("Something broke on our side. Please try again in a moment.")


def _first_field(view: Json) -> str:
    blocks = view.get("blocks", [])
    return next((block["block_id"] for block in blocks if block.get("type") == "input"), "")


def _in_words(reply: Reply, drawn: Json) -> str:
    if isinstance(reply, Errors):
        return "\n".join(kit.quote(text, 500) for text in reply.fields.values())
    return kit.read_words(drawn["blocks"])


def _show_typed(view: Json, secret: Sequence[str]) -> list[Json]:
    """Draw what was typed into a form that is gone, to be copied from there."""
    values, lines, left = forms.read_values(view), [], _MOST_TYPED
    for block in view.get("blocks", []):
        name = block.get("block_id", "")
        text = values.get(name)
        is_text = block.get("element", {}).get("type") == "plain_text_input"
        if is_text and name not in secret and isinstance(text, str) and text.strip() and left:
            text = kit.clip(text, left)
            left -= len(text)
            lines.append(
                kit.line(kit.words(f"\n{block['label']['text']}\n", bold=True), kit.words(text))
            )
    return [kit.rich(*lines)] if lines else []


async def _acknowledge(ack: AsyncAck, reply: Reply, call: Call) -> None:
    if isinstance(reply, Errors):
        await ack(response_action="errors", errors=dict(reply.fields))
    elif isinstance(reply, Show | Ask):
        await ack(response_action="update", view=carry(reply.view, call.place))
    else:
        await ack(response_action="clear")
