"""Back from Close: whoever agreed there in the browser is connected in Slack.

The state in the address says whose it is: it was made for one Slack user, and connects nobody
else.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from closebot.cards.connect import other_organization
from closebot.close import CloseError, Refused, Token
from closebot.features.connect import pages
from closebot.features.connect.done import (
    connected,
    connected_blocks,
    run_typed_before,
    take_form,
    update_form,
)
from closebot.features.connect.pages import Page
from closebot.features.connect.slack_person import read_slack_person
from closebot.people import OtherOrganization, People, Person
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import Outgoing, SlackFailed
from closebot.store import Owner, StoreError, TypedCommand

log = logging.getLogger(__name__)

_LONGEST = 2000
# The words of RFC 6749, 4.1.2.1; anything else was not written by Close.
_WORD = re.compile(r"[a-z_]{3,40}")


@dataclass(frozen=True)
class Returning:
    """Answers `GET /close/callback`.

    `run` runs what somebody typed before; `draw_home` draws their home tab anew, as nobody presses
    anything there.
    """

    people: People
    slack: Outgoing
    slash: str
    run: Callable[[Owner, TypedCommand], None] = field(repr=False)
    draw_home: Callable[[Owner], None] = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)

    async def __call__(self, query: Mapping[str, str]) -> Page:
        """Return the page for an address with these parameters. Nothing of them is trusted."""
        try:
            begun = await self.people.grants.take(query.get("state", ""))
            if begun.outcome != "fresh":
                return pages.nothing_done(self.slash, begun.outcome)
            return await self._agree(begun.owner, begun.text, query)
        except StoreError as error:
            log.warning("nobody can come back from Close: %s", type(error).__name__)
            return pages.no_database(self.slash)

    async def _agree(self, owner: Owner, verifier: str, query: Mapping[str, str]) -> Page:
        why, code = query.get("error", ""), query.get("code", "")
        if why == "access_denied":
            return pages.denied(self.slash)
        if why or not 0 < len(code) <= _LONGEST:
            return pages.not_granted(self.slash, why if _WORD.fullmatch(why) else "")
        try:
            token = await self.people.grants.exchange(code, verifier)
            return await self._connect(owner, token)
        except Refused as error:
            log.info("Close refused somebody who came back: %d", error.status)
            return pages.not_granted(self.slash, "")
        except CloseError as error:
            log.info("nobody could be connected: %s", type(error).__name__)
            return pages.no_answer(self.slash)

    async def _connect(self, owner: Owner, token: Token) -> Page:
        known = await read_slack_person(self.slack, owner.user)
        try:
            person, email = await self.people.connect_by_grant(owner, token, known.zone)
        except OtherOrganization as other:
            return await self._ask(owner, other)
        running = await run_typed_before(
            self.people, owner, self.now(), lambda one: self.run(owner, one), self.slash
        )
        # An address that was passed on connects its maker as whoever agreed: both are told.
        is_other = bool(known.email and email and known.email.casefold() != email.casefold())
        await self._tell(person, running, email if is_other else "")
        self.draw_home(owner)
        account = person.connection
        return pages.welcome(
            known.name,
            account.close_user_name,
            account.organization_name,
            running,
            owner.workspace,
            other=(known.email, email) if is_other else None,
        )

    async def _tell(self, person: Person, running: list[str], other_email: str) -> None:
        """Say it in Slack too: in the form that is open there, or in a private message."""
        owner = person.connection.owner
        form = await take_form(self.people, owner, self.now())
        if not await update_form(self.slack, form, connected(person, running, other_email)):
            await self._send(owner, connected_blocks(person, running, other_email))

    async def _ask(self, owner: Owner, other: OtherOrganization) -> Page:
        before, proved = other.before.organization_name, other.proved.organization_name
        blocks = other_organization(before, proved)
        await self._send(owner, blocks)
        form = await take_form(self.people, owner, self.now())
        await update_form(self.slack, form, kit.modal("connect.other", "Connect Close", blocks))
        return pages.asked_in_slack(before, proved, owner.workspace)

    async def _send(self, owner: Owner, blocks: list[Json]) -> None:
        try:
            await self.slack.tell(owner.user, kit.message(kit.read_words(blocks), blocks))
        except SlackFailed as error:  # they read it in the browser
            log.info("a private message was not sent: %s", error)
