"""The home tab is drawn when somebody opens it, and after whatever they do there."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from closebot.cards.home import AGAIN, LOADING, Mine, Missing, home_view, welcome
from closebot.features.home.declared import feature
from closebot.features.home.parts import (
    find_deals,
    find_digests,
    find_recents,
    find_tasks,
    read_account,
    read_reader,
    surely,
)
from closebot.people import NotConnected, People, Person
from closebot.slack.homes import Homes, said_blocks
from closebot.slack.kit import Json
from closebot.slack.outgoing import Outgoing, SlackFailed
from closebot.slack.payloads import Call
from closebot.store import Owner, SecretLost

log = logging.getLogger(__name__)

# Seconds: what one request to Close may take, and how long nothing is drawn in its place. Whoever
# looks at an older drawing is shown the new one as a whole.
WITHIN = 6.0
AT_FIRST, LATER = 0.05, 1.0
_LOST = (
    "Your Close key cannot be opened here any more: whoever runs closebot has changed its "
    "encryption. Connect again."
)


@dataclass(frozen=True)
class _Tab:
    """One person's home tab, and all that drawing it takes. `me` None: not connected, `why`."""

    call: Call
    homes: Homes
    slack: Outgoing
    now: datetime
    me: Person | None
    why: str = ""

    @property
    def mark(self) -> str:
        """As whom it is drawn."""
        return self.me.connection.connected_at.isoformat() if self.me else ""

    async def draw(self, patience: float, said: Json | None = None) -> None:
        """Draw it, and where Close takes longer than `patience` seconds, say so first."""
        number = self.homes.begin(self.call.user, self.mark, self.now)
        blocks = said_blocks(said)
        try:
            if self.me is None:
                view = welcome(self.call.slash, blocks, why=self.why)
                await self.homes.publish(self.call.user, view, number)
            else:
                await self._draw_connected(self.me, patience, blocks, number)
        except SlackFailed as error:
            log.info("a home tab was not shown: %s", error)
            if said is not None:
                await self.slack.tell(self.call.user, said)

    async def _draw_connected(
        self, me: Person, patience: float, said: list[Json], number: int
    ) -> None:
        asked: list[asyncio.Future[Mine | Missing]] = [
            asyncio.ensure_future(surely(find(me))) for find in (find_tasks, find_deals)
        ]
        try:
            recents, digests = await asyncio.gather(
                surely(find_recents(me)), surely(find_digests(me))
            )
            draw = partial(
                home_view,
                recents=recents,
                digests=digests,
                account=read_account(me),
                reader=read_reader(me),
                slash=self.call.slash,
                said=said,
            )
            _, missing = await asyncio.wait(asked, timeout=patience)
            if missing:
                tasks, deals = (one.result() if one.done() else LOADING for one in asked)
                await self.homes.publish(self.call.user, draw(tasks=tasks, deals=deals), number)
            tasks, deals = await asyncio.gather(*asked)
            await self.homes.publish(self.call.user, draw(tasks=tasks, deals=deals), number)
        finally:
            for one in asked:
                one.cancel()


async def _find(
    call: Call, owner: Owner, people: People, homes: Homes, slack: Outgoing, now: datetime
) -> _Tab:
    tab = partial(_Tab, call, homes, slack, now)
    try:
        return tab(await people.find(owner, within=WITHIN))
    except NotConnected:
        return tab(None)
    except SecretLost:
        return tab(None, _LOST)


@feature.event("app_home_opened")
async def open_home(
    call: Call, owner: Owner, people: People, homes: Homes, slack: Outgoing, now: datetime
) -> None:
    """Draw it for whoever looks at it, unless it was drawn a moment ago."""
    event = call.body["event"]
    if event.get("tab") != "home" or not call.user:
        return
    tab = await _find(call, owner, people, homes, slack, now)
    if not homes.is_fresh(call.user, tab.mark, now):
        await tab.draw(LATER if event.get("view") else AT_FIRST)


@feature.home()
async def draw_anew(
    said: Json | None,
    call: Call,
    owner: Owner,
    people: People,
    homes: Homes,
    slack: Outgoing,
    now: datetime,
) -> None:
    """Draw it after something was done there, with the answer to that."""
    tab = await _find(call, owner, people, homes, slack, now)
    await tab.draw(LATER, said)


@feature.action(AGAIN)
async def try_again(
    call: Call, owner: Owner, people: People, homes: Homes, slack: Outgoing, now: datetime
) -> None:
    """Draw it once more, where a part was missing."""
    tab = await _find(call, owner, people, homes, slack, now)
    await tab.draw(AT_FIRST)
