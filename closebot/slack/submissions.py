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
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck

from closebot.slack import forms, kit
from closebot.slack.feature import Declared
from closebot.slack.forms import Done, Errors, Form, Refused, Reply, Show
from closebot.slack.inflight import Full, Inflight
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Outgoing, SlackFailed
from closebot.slack.payloads import Call

log = logging.getLogger(__name__)

BUSY = "closebot has its hands full. Please try again in a moment."
REMEMBERED = 500

Run = Callable[[Call, Declared, Form], Awaitable[Any]]
Explain = Callable[[Exception, Call], Awaitable[Json]]


class Submissions:
    """Every submission that runs, and the last ones that were done.

    `run` calls a handler; `explain` turns its failure into a message; `grace` is in seconds.
    """

    def __init__(
        self, *, outgoing: Outgoing, inflight: Inflight, run: Run, explain: Explain, grace: float
    ) -> None:
        self._outgoing = outgoing
        self._inflight = inflight
        self._run = run
        self._explain = explain
        self._grace = grace
        self._presses: dict[str, asyncio.Task[Reply]] = {}

    async def take(self, ack: AsyncAck, call: Call, one: Declared) -> None:
        """Acknowledge a submission and see to it that its reply arrives."""
        view = call.view or {}
        try:
            form = forms.read_form(one.form or Form, view)
        except Refused as refused:
            await ack(response_action="errors", errors=refused.fields)
            return
        press = _name_press(call)
        task = self._presses.get(press)
        first = task is None
        if task is None:
            try:
                task = self._inflight.start(self._reply(call, one, form), f"view {one.key}")
            except Full:
                await ack(response_action="errors", errors={_first_field(view): BUSY})
                return
            self._presses[press] = task
            task.add_done_callback(lambda _: self._settle(press))
        done, _ = await asyncio.wait({task}, timeout=self._grace)
        if done:
            await _acknowledge(ack, task.result())
            return
        await ack(response_action="update", view=forms.waiting(view, one.waiting))
        if first:
            late = self._deliver(call, one, task)
            with contextlib.suppress(Full):  # the work is done, and only its reply is not seen
                self._inflight.start(late, f"reply of {one.key}", reserve=True)

    async def _reply(self, call: Call, one: Declared, form: Form) -> Reply:
        try:
            reply = await self._run(call, one, form)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence
            message = await explain_surely(self._explain, error, call)
            said, field = message["text"], _first_field(call.view or {})
            if field:
                return Errors({field: kit.say_plainly(said)})
            title = (call.view or {}).get("title", {}).get("text", "closebot")
            return Show(kit.modal("failed", title, [kit.section(said)]))
        return reply if isinstance(reply, Errors | Show) else Done()

    def _settle(self, press: str) -> None:
        """Keep what was done; what was refused may be pressed again."""
        task = self._presses[press]
        if task.cancelled() or isinstance(task.result(), Errors):
            del self._presses[press]
        while len(self._presses) > REMEMBERED:
            del self._presses[next(iter(self._presses))]

    async def _deliver(self, call: Call, one: Declared, task: asyncio.Task[Reply]) -> None:
        reply = await task
        view = call.view or {}
        if isinstance(reply, Errors):
            drawn = forms.redraw(view, reply.fields, secret=one.secret)
        elif isinstance(reply, Show):
            drawn = reply.view
        else:
            drawn = kit.modal("done", view["title"]["text"], [kit.section("Done.")])
        try:
            await Modal(self._outgoing, call).update(drawn)
        except SlackFailed as error:  # closed meanwhile, as a rule
            log.info("a reply goes to a private message: %s", error)
            await self._outgoing.tell(call.user, kit.sentence(_in_words(reply, drawn)))


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


async def _acknowledge(ack: AsyncAck, reply: Reply) -> None:
    if isinstance(reply, Errors):
        await ack(response_action="errors", errors=dict(reply.fields))
    elif isinstance(reply, Show):
        await ack(response_action="update", view=reply.view)
    else:
        await ack()
