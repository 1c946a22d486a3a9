"""The messages with many rows in which several people press: what each press drew there lately.

Slack sends the message along as it stood when somebody pressed, which says nothing of what a
colleague has pressed meanwhile, or while a modal was open.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from closebot.cards.tasks import owns_block
from closebot.people import Person
from closebot.slack.kit import Json

# Longer than a press is on its way; shorter than anybody minds of what another process drew.
_ON_ITS_WAY = timedelta(seconds=30)
_REMEMBERED = timedelta(hours=12)


@dataclass(slots=True)
class Standing:
    """What was drawn in one message, by task; whoever draws it next holds `turn`."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _rows: dict[str, tuple[datetime, list[Json]]] = field(default_factory=dict)

    def put(self, task_id: str, row: list[Json], now: datetime) -> None:
        """Remember what a row is now."""
        self._rows[task_id] = (now, row)

    def draw(self, blocks: Sequence[Json], seen: datetime) -> list[Json]:
        """Bring the blocks of a message, as somebody saw them at a moment, up to now."""
        drawn = list(blocks)
        for task_id, (at, row) in self._rows.items():
            if at >= seen - _ON_ITS_WAY:
                drawn = _put(drawn, task_id, row)
        return drawn


def find_standing(stamp: str, me: Person) -> Standing:
    """Return what is remembered of the message with this `ts`."""
    question = f"standing {stamp}"
    kept: Standing | None = me.known.recall("", question, me.now, _REMEMBERED)
    if kept is None:
        kept = Standing()
        me.known.learn("", question, kept, me.now)
    return kept


def _put(blocks: Sequence[Json], task_id: str, row: Sequence[Json]) -> list[Json]:
    """Put a row in the place of the one that a message has."""
    drawn: list[Json] = []
    is_put = False
    for block in blocks:
        if not owns_block(task_id, block):
            drawn.append(block)
        elif not is_put:
            drawn += row
            is_put = True
    return drawn
