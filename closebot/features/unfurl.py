"""Links to Close unfold where they are shared, with what the sharer may see.

Everybody there reads an unfurl, so it passes the gate for public text before Close is asked for
anything. Whatever stands in the way leaves the link as it is: a sentence would be noise, or a hint
at what somebody may not see. https://docs.slack.dev/messaging/unfurling-links-in-messages
"""

import logging
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from closebot.audience import RECORDS, Audience, Refused
from closebot.cards.unfurl import (
    NEVER,
    NOT_NOW,
    contact_unfurl,
    lead_unfurl,
    opportunity_unfurl,
    page_unfurl,
    sign_in_blocks,
)
from closebot.close import AppPage, CloseError, Unauthorized, read_page
from closebot.people import NotConnected, People, Person
from closebot.slack import kit
from closebot.slack.feature import Feature
from closebot.slack.kit import Json
from closebot.slack.outgoing import Outgoing, Respond, SlackFailed
from closebot.slack.payloads import Call
from closebot.slack.public import declare
from closebot.store import Owner, SecretLost, Store, StoreError

log = logging.getLogger(__name__)

feature = Feature("unfurl")

# Of a message with more links, none unfolds.
MOST_LINKS = 2
AGAIN_AFTER = timedelta(minutes=30)
DELIVERED_AGAIN = timedelta(minutes=10)
# How long “Not now” holds.
LATER = timedelta(days=1)
MOST_REMEMBERED = 5000
_HOLDS = frozenset({RECORDS})
_ANSWER = "sign-in for links"
_NEVER = "never"


class Lately:
    """What was done within some time, in this process only: a restart forgets it.

    Slack seldom delivers an event twice, and what that costs is one more card.
    """

    def __init__(self, within: timedelta) -> None:
        self._within = within
        self._kept: OrderedDict[Hashable, datetime] = OrderedDict()

    def claim(self, key: Hashable, now: datetime) -> bool:
        """Take `key`; False where it was taken within the time."""
        before = self._kept.get(key)
        if before is not None and now - before < self._within:
            return False
        self._kept[key] = now
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_REMEMBERED:
            self._kept.popitem(last=False)
        return True

    def release(self, key: Hashable) -> None:
        """Let `key` be taken again."""
        self._kept.pop(key, None)


class Unfurled:
    """What this process has unfolded lately: events by their id, links by their channel."""

    def __init__(self) -> None:
        self.events = Lately(DELIVERED_AGAIN)
        self.links = Lately(AGAIN_AFTER)


@dataclass(frozen=True, slots=True)
class Shared:
    """Links to Close that somebody has shared, or types just now.

    `pages`: what each address means, by its exact text in the event, which Slack asks for.
    """

    pages: Mapping[str, AppPage]
    unfurl_id: str
    source: str

    @property
    def is_draft(self) -> bool:
        """Say whether it is still being written, and so is read by its writer alone."""
        return self.source == "composer"


def read_shared(event: Mapping[str, Any]) -> Shared | None:
    """Read an event of shared links; None where it is left alone, or is odd."""
    links, unfurl_id, source = event.get("links"), event.get("unfurl_id"), event.get("source")
    if not isinstance(links, list) or not 0 < len(links) <= MOST_LINKS:
        return None
    if not isinstance(unfurl_id, str) or not unfurl_id:
        return None
    if source not in ("composer", "conversations_history"):
        return None
    pages = {}
    for link in links:
        url = link.get("url") if isinstance(link, dict) else None
        page = read_page(_unescape(url)) if isinstance(url, str) else None
        if page is not None:
            pages[str(url)] = page
    return Shared(pages, unfurl_id, source) if pages else None


def _unescape(url: str) -> str:
    """Read an address as Slack escapes it."""
    return url.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@feature.event("link_shared")
async def unfold(
    call: Call,
    people: People,
    owner: Owner,
    slack: Outgoing,
    audience: Audience,
    unfurled: Unfurled,
    now: datetime,
) -> None:
    """Unfold the links of a message, where that is wanted and allowed."""
    event, event_id = call.body["event"], call.body.get("event_id")
    shared = read_shared(event)
    if shared is None or not call.user or event.get("bot_id"):
        return
    if event_id and not unfurled.events.claim((call.workspace, event_id), now):
        return
    readers = call.user if shared.is_draft else call.channel
    try:
        await audience.pass_on(declare(readers, {}, _HOLDS))
        await _Unfolding(shared, call, people, owner, slack, unfurled.links, readers, now).run()
    except (Refused, SlackFailed, StoreError) as error:
        log.info("links are left alone: %s", type(error).__name__)


@dataclass(frozen=True)
class _Unfolding:
    """The links of one message on their way to cards."""

    shared: Shared
    call: Call
    people: People
    owner: Owner
    slack: Outgoing
    links: Lately
    readers: str
    now: datetime

    async def run(self) -> None:
        """Draw and send. What comes to nothing may unfold the next time."""
        pages = {url: page for url, page in self.shared.pages.items() if self._claim(page)}
        done: set[str] = set()
        try:
            cards, asks = await self._draw(pages)
            if cards:
                await self._send(unfurls={url: cards[url] for url in pages if url in cards})
                done = set(cards)
            if asks and await self._may_ask():
                await self._send(
                    unfurls={}, user_auth_required=True, user_auth_blocks=sign_in_blocks()
                )
        finally:
            for url in pages.keys() - done:
                self.links.release(self._key(pages[url]))

    def _key(self, page: AppPage) -> Hashable:
        return self.call.workspace, self.call.channel, page.record_id or page.address

    def _claim(self, page: AppPage) -> bool:
        return self.shared.is_draft or self.links.claim(self._key(page), self.now)

    async def _draw(self, pages: Mapping[str, AppPage]) -> tuple[dict[str, Json], bool]:
        """Return the cards by address, and whether some need the sharer to connect."""
        cards: dict[str, Json] = {
            url: {"blocks": page_unfurl(page)} for url, page in pages.items() if not page.record_id
        }
        if len(cards) == len(pages):
            return cards, False
        try:
            me = await self.people.find(self.owner)
            for url, page in pages.items():
                blocks = await _draw_record(page, me, self.call) if page.record_id else None
                if blocks:
                    cards[url] = {"blocks": blocks}
        except (NotConnected, SecretLost, Unauthorized):
            return cards, True
        return cards, False

    async def _may_ask(self) -> bool:
        """Say whether the sharer may be asked to connect; a draft has no place for it."""
        if self.shared.is_draft:
            return False
        answer = await self.people.store.keepsakes.read(self.owner, _ANSWER)
        return may_ask(answer, self.now)

    async def _send(self, **shown: Any) -> None:
        await self.slack.call(
            "chat.unfurl",
            unfurl_id=self.shared.unfurl_id,
            source=self.shared.source,
            holds=_HOLDS,
            readers=self.readers,
            **shown,
        )


def may_ask(answer: Any, now: datetime) -> bool:
    """Say whether to ask somebody to connect, after what they answered before."""
    if not isinstance(answer, str):
        return True
    return answer != _NEVER and answer <= (now - LATER).isoformat()


async def _draw_record(page: AppPage, me: Person, call: Call) -> list[Json] | None:
    """Draw a record as the sharer may see it; None where that fails, whatever the reason."""
    try:
        if page.kind == "oppo":
            deal = await me.close.opportunities.get(page.record_id)
            return opportunity_unfurl(deal, page, today=me.today)
        if page.kind == "cont":
            contact = await me.close.contacts.get(page.record_id)
            lead = await me.close.leads.get(contact.lead_id)
            return contact_unfurl(contact, lead, page)
        lead = await me.close.leads.get(page.record_id)
    except Unauthorized:
        raise
    except CloseError as error:
        log.info("a link is left alone: %s", type(error).__name__)
        return None
    if call.channel[:1] in ("C", "G"):
        await me.see_lead(lead, call.channel)
    return lead_unfurl(lead, page)


@feature.action(NOT_NOW)
async def wait(call: Call, owner: Owner, people: People, respond: Respond, now: datetime) -> None:
    """Ask nobody to connect for a day."""
    await _keep(people.store, owner, now.isoformat(), now)
    said = f"Not now, then: no question for a day. `{call.slash} connect` works at any time."
    await respond(kit.sentence(said), replace=True)


@feature.action(NEVER)
async def ask_no_more(
    call: Call, owner: Owner, people: People, respond: Respond, now: datetime
) -> None:
    """Ask this person never again because of a link."""
    await _keep(people.store, owner, _NEVER, now)
    said = f"You are not asked again because of a link. `{call.slash} connect` works at any time."
    await respond(kit.sentence(said), replace=True)


async def _keep(store: Store, owner: Owner, answer: str, now: datetime) -> None:
    def change(before: Any) -> str:
        return _NEVER if before == _NEVER else answer

    await store.keepsakes.change(owner, _ANSWER, change, now)
