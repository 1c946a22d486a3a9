"""The app's home tab: who has it drawn when, and where an answer goes that belongs there.

A home tab has no address to answer at, and no answer of its own: it is drawn anew as a whole. What
answers a press in it stands at its top; a card stands in a modal.
https://docs.slack.dev/surfaces/app-home
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Outgoing, Respond, SlackFailed, ViewClosed
from closebot.slack.payloads import Call

# For so long a home tab is not drawn again merely because somebody looks at it.
FRESH = timedelta(seconds=30)
MOST_KEPT = 2000
MOST_SAID = 30
_CARD = "card"
_SHARING = ".share"


@dataclass(slots=True)
class _Drawn:
    """What is known of one person's home tab: the drawings begun, and the newest that is shown."""

    begun: int = 0
    shown: int = 0
    at: datetime | None = None
    mark: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Homes:
    """Publishes home tabs, each person's in the order in which the drawings began."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._drawn: OrderedDict[str, _Drawn] = OrderedDict()

    def is_fresh(self, user: str, mark: str, now: datetime) -> bool:
        """Say whether it was drawn within half a minute, for somebody who was `mark` then too."""
        one = self._drawn.get(user)
        return one is not None and one.at is not None and one.mark == mark and now - one.at < FRESH

    def begin(self, user: str, mark: str, now: datetime) -> int:
        """Begin a drawing and return its number. `mark` says as whom: an account, or none."""
        one = self._drawn.setdefault(user, _Drawn())
        self._drawn.move_to_end(user)
        while len(self._drawn) > MOST_KEPT:
            self._drawn.popitem(last=False)
        one.begun += 1
        one.at, one.mark = now, mark
        return one.begun

    async def publish(self, user: str, view: Json, number: int) -> None:
        """Show a drawing, unless one that was begun later is shown. Raises `SlackFailed`."""
        one = self._drawn.setdefault(user, _Drawn())
        async with one.lock:
            if number < one.shown:
                return
            try:
                await self._outgoing.call("views.publish", user_id=user, view=view)
            except SlackFailed:
                one.at = None  # whoever opens it again has it drawn
                raise
            one.shown = number


@dataclass(frozen=True)
class HomeRespond(Respond):
    """Answer in the home tab: what is said is kept in `told`, and the tab is drawn anew with it.

    A press in a modal that shows a card changes that card instead, unless it is closed meanwhile;
    None is kept then.
    """

    told: list[Json | None] = field(default_factory=list)

    async def _send(
        self,
        message: Json,
        *,
        replace: bool,  # noqa: ARG002 - there is one place only
        shared: bool,  # noqa: ARG002
        holds: Collection[str] | None,  # noqa: ARG002
    ) -> None:
        """Show it to this person alone: nobody else sees a home tab."""
        if self.call.kind == "action" and is_card(self.call):
            title = (self.call.view or {}).get("title", {}).get("text", "")
            try:
                await Modal(self.outgoing, self.call).update(card(title, message))
            except ViewClosed:
                self.told.append(message)
            else:
                self.told.append(None)
        else:
            self.told.append(message)


def card(title: str, message: Json) -> Json:
    """Draw a message as a modal, without what would share it: there is nobody to share it with."""
    return kit.modal(_CARD, title, _unshared(message))


def is_card(call: Call) -> bool:
    """Say whether something was done in such a modal."""
    return (call.view or {}).get("callback_id") == _CARD


def said_blocks(message: Json | None) -> list[Json]:
    """Return the blocks of an answer as they may stand in a home tab, beside other blocks."""
    if message is None:
        return []
    bare = [
        {key: value for key, value in block.items() if key != "block_id"}
        for block in _unshared(message)
    ]
    return bare[:MOST_SAID]


def _unshared(message: Json) -> list[Json]:
    drawn: list[Json] = []
    for block in message.get("blocks") or [kit.section(message["text"])]:
        kept: Json | None = block
        if block["type"] == "actions":
            elements = [one for one in block["elements"] if not _shares(one)]
            kept = block | {"elements": elements} if elements else None
        elif _shares(block.get("accessory", {})):
            kept = {key: value for key, value in block.items() if key != "accessory"}
        if kept is not None:
            drawn.append(kept)
    return drawn


def _shares(element: Json) -> bool:
    return str(element.get("action_id", "")).endswith(_SHARING)
