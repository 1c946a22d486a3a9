"""Who reads along in a channel: people of other companies, guests, or full members only."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from closebot.audience.lately import Lately
from closebot.audience.refusals import (
    CrowdedPlace,
    GuestPlace,
    HiddenPlace,
    LatePlace,
    NotPosted,
    SharedPlace,
    Unrecognized,
    UntoldPlace,
)
from closebot.audience.standing import Standing
from closebot.slack.kit import Json
from closebot.slack.outgoing import Outgoing, SlackFailed

log = logging.getLogger(__name__)

MOST_PLACES = 1000
# Of a channel with more people nobody finds out who each of them is: Slack tells one at a time.
MOST_READERS = 200
# Seconds that Slack is waited for: for a channel, and for all of the people in it.
SOON, ALL_SOON = 1.0, 3.0
_AT_ONCE = 10
# Slack tells of everything else than one that is not there, so this is a stand-in for Slack.
_ABSENT = "unknown_method"

Obstacle = type[NotPosted] | None


class Places:
    """Knows which channels are read by others than full members.

    `find_reader` says what somebody is; it raises `SlackFailed` or `Unrecognized`.
    """

    def __init__(
        self,
        slack: Outgoing,
        find_reader: Callable[[str], Awaitable[Standing]],
        now: Callable[[], datetime],
    ) -> None:
        self._slack = slack
        self._find_reader = find_reader
        self._now = now
        self._known = Lately[tuple[Obstacle]](MOST_PLACES)

    async def find_obstacle(self, channel: str) -> Obstacle:
        """Return why nothing is posted in a channel, as of at most five minutes ago.

        None where only full members read. Raises `NotPosted` where Slack does not say.
        """
        kept = self._known.recall(channel, self._now())
        if kept is not None:
            return kept[0]
        info = await self._ask(channel)
        found: Obstacle = SharedPlace
        if info.get("is_im") or not _read_sharing(info):
            found = await self._look_around(channel)
        self._known.learn(channel, (found,), self._now())
        return found

    async def _ask(self, channel: str) -> Json:
        if not channel:
            raise UntoldPlace
        try:
            async with asyncio.timeout(SOON):
                answer = await self._slack.call("conversations.info", channel=channel)
        except SlackFailed as error:
            log.info("Slack does not say who reads a channel: %s", error)
            raise _why_untold(error, channel) from None
        except TimeoutError:
            raise LatePlace from None
        info = answer.get("channel")
        if not isinstance(info, dict):
            raise LatePlace
        return info

    async def _look_around(self, channel: str) -> Obstacle:
        """Look at everybody in a channel of the company; who is known is not asked about."""
        try:
            async with asyncio.timeout(ALL_SOON):
                members = await self._list_members(channel)
                if len(members) > MOST_READERS:
                    return CrowdedPlace
                return await self._find_others(members)
        except SlackFailed as error:
            log.info("Slack does not say who is in a channel: %s", error)
            if error.code == _ABSENT:
                return None
            raise _why_untold(error, channel) from None
        except (TimeoutError, Unrecognized):
            raise LatePlace from None

    async def _list_members(self, channel: str) -> list[str]:
        members: list[str] = []
        cursor = ""
        while len(members) <= MOST_READERS:
            page = {"cursor": cursor} if cursor else {}
            answer = await self._slack.call(
                "conversations.members", channel=channel, limit=MOST_READERS + 1, **page
            )
            found, more = answer.get("members"), answer.get("response_metadata")
            members += [one for one in found or () if isinstance(one, str)]
            cursor = str(more.get("next_cursor") or "") if isinstance(more, dict) else ""
            if not cursor:
                break
        return members

    async def _find_others(self, members: Sequence[str]) -> Obstacle:
        for start in range(0, len(members), _AT_ONCE):
            asked = members[start : start + _AT_ONCE]
            roles = {
                one.role for one in await asyncio.gather(*(self._find_reader(one) for one in asked))
            }
            if "outsider" in roles:
                return SharedPlace
            if "guest" in roles:
                return GuestPlace
        return None


def _read_sharing(info: Json) -> bool:
    """Read what Slack says of a channel. Raises `UntoldPlace` when that is not said."""
    said = info.get("is_ext_shared")
    if info.get("is_mpim") or not isinstance(said, bool):
        raise UntoldPlace
    pending = any(
        info.get(name)
        for name in ("is_pending_ext_shared", "pending_shared", "pending_connected_team_ids")
    )
    return said or pending


def _why_untold(error: SlackFailed, channel: str) -> NotPosted:
    if channel.startswith("D") or error.code == "missing_scope":
        return UntoldPlace()
    return HiddenPlace() if error.code == "channel_not_found" else LatePlace()
