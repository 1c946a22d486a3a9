"""Tell a person what went wrong, where they are looking."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, ModalFailed, Outgoing, Respond, SlackFailed
from closebot.slack.payloads import Call
from closebot.slack.submissions import Explain, explain_surely

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Telling:
    """Turns failures into messages with `explain`, and sends them.

    `show_at_home` draws the home tab anew, with the message in it.
    """

    outgoing: Outgoing
    explain: Explain
    show_at_home: Callable[[Call, Json], None]

    async def tell(self, error: Exception, call: Call) -> None:
        """Tell the person of a call what happened; never raises."""
        cause = error.cause if isinstance(error, ModalFailed) else error
        message = await explain_surely(self.explain, cause, call)
        if not call.user or call.kind in ("event", "closed", "home"):
            return
        try:
            if await self._tell_in_modal(error, call, message):
                return
            if call.in_home:
                self.show_at_home(call, message)
            else:
                await Respond(self.outgoing, call)(message)
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
        modal = Modal(self.outgoing, call)
        try:
            if isinstance(error, ModalFailed):
                await modal.update(kit.modal("failed", error.title, blocks), error.view_id)
            else:
                await modal.open(kit.modal("failed", title, blocks))
        except SlackFailed as failed:  # too late, or closed meanwhile
            log.info("a failure is told outside of its modal: %s", failed)
            return False
        return True
