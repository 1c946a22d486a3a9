"""The gate: `admit` is asked before any handler runs, `pass_on` before anything public is sent."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from closebot.audience.lately import Lately
from closebot.audience.places import SOON, Obstacle, Places
from closebot.audience.refusals import (
    Deactivated,
    Guest,
    Machine,
    NotAdmitted,
    Outsider,
    SharedPlace,
    Unrecognized,
    Withheld,
)
from closebot.audience.standing import Role, Standing, read_standing
from closebot.slack.outgoing import Outgoing, SlackFailed
from closebot.slack.payloads import Call
from closebot.slack.public import Public
from closebot.store import Owner, Store, StoreError

log = logging.getLogger(__name__)

# What text from Close is: names and numbers of records may stand where others read, if the place
# allows it. The other kinds are for one person.
RECORDS, NOTES, FIELDS, DESCRIPTIONS = "records", "notes", "custom fields", "descriptions"
KINDS = frozenset({RECORDS, NOTES, FIELDS, DESCRIPTIONS})
FOR_OTHERS = frozenset({RECORDS})

MOST_PEOPLE = 5000
# For so long it is known of a reader who they are; Slack tells of changes (`user_change`) too.
READER_AGE = timedelta(hours=1)

# Events that tell about somebody, and are not done by them.
_ABOUT = frozenset({"app_uninstalled", "team_join", "tokens_revoked", "user_change"})
_UNKNOWN = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_SEEN = "standing"
_NO_ONE = ""
# What an admin may have allowed for a channel: guests alone, or (True) other companies too.
_GUESTS = "guests"

_BY_ROLE: dict[Role, type[NotAdmitted]] = {
    "guest": Guest,
    "outsider": Outsider,
    "deactivated": Deactivated,
    "bot": Machine,
}


class Audience:
    """Knows who is a full member of this Slack, and which channels others read.

    `identity` is what `auth.test` answered; it is filled in when the bot starts.
    """

    def __init__(
        self,
        slack: Outgoing,
        store: Store,
        identity: Mapping[str, Any],
        now: Callable[[], datetime],
    ) -> None:
        self._slack = slack
        self._store = store
        self._identity = identity
        self._now = now
        self._people = Lately[Standing](MOST_PEOPLE)
        self._places = Places(slack, self._find_reader, now)

    # --- who acts -----------------------------------------------------------------------------

    async def admit(self, call: Call) -> None:
        """Let full members of this Slack act. Raises `NotAdmitted`."""
        if call.kind == "event" and (call.key in _ABOUT or not call.user):
            return
        if self._is_foreign(call.body):
            raise Outsider
        standing = await self.find_standing(Owner(call.workspace, call.user))
        if standing.role != "member":
            raise _BY_ROLE[standing.role]

    def _is_foreign(self, body: Mapping[str, Any]) -> bool:
        """Say whether the payload itself tells that somebody is of another company.

        On Grid the teams of one company differ, so only Slack's word about the person counts.
        """
        own, user = self._identity.get("team_id"), body.get("user")
        if not own or self._identity.get("enterprise_id") or body.get("enterprise_id"):
            return False
        team = user.get("team_id") if isinstance(user, dict) else None
        team = body.get("team_id") if "command" in body else team
        return bool(team) and team != own

    async def find_standing(self, owner: Owner) -> Standing:
        """Say what somebody is, as of at most five minutes ago.

        Where Slack does not say, whoever is connected and was a full member when last seen still
        counts as one. Raises `Unrecognized` for all others.
        """
        kept = self._people.recall(owner.user, self._now())
        if kept is not None:
            return kept
        try:
            async with asyncio.timeout(SOON):
                standing = await self._look_up(owner.user)
        except (SlackFailed, TimeoutError) as error:
            log.info("Slack does not say who somebody is: %s", type(error).__name__)
            return await self._recall(owner)
        with contextlib.suppress(StoreError):  # it is asked for again when it is needed
            await self._keep(owner, standing.role)
        return standing

    async def _look_up(self, user: str) -> Standing:
        """Ask Slack who somebody is. Raises `SlackFailed`, or `Unrecognized`."""
        try:
            answer = await self._slack.call("users.info", user=user)
        except SlackFailed as error:
            if error.code in _UNKNOWN:
                return Standing("outsider")
            raise
        standing = read_standing(answer.get("user"), self._identity)
        self._people.learn(user, standing, self._now())
        return standing

    async def _find_reader(self, user: str) -> Standing:
        known = self._people.recall(user, self._now(), READER_AGE)
        return known or await self._look_up(user)

    async def _recall(self, owner: Owner) -> Standing:
        seen = self._people.recall(owner.user)
        role = seen.role if seen else await self._store.keepsakes.read(owner, _SEEN)
        if role != "member" or await self._store.connection(owner) is None:
            raise Unrecognized
        return Standing("member")

    async def _keep(self, owner: Owner, role: Role) -> None:
        """Remember what somebody is over a restart, if they are connected."""
        if await self._store.keepsakes.read(owner, _SEEN) == role:
            return
        if await self._store.connection(owner) is not None:
            await self._store.keepsakes.change(owner, _SEEN, lambda _: role, self._now())

    def forget_person(self, user: str) -> None:
        """Ask Slack anew about somebody: it says that they have changed."""
        self._people.forget(user)

    # --- who reads ----------------------------------------------------------------------------

    async def pass_on(self, public: Public) -> None:
        """Let out what the readers there may see. Raises `NotPosted` or `NotAdmitted`."""
        if (public.holds | public.marks) - FOR_OTHERS:
            log.warning("kept back from others: %s", ", ".join(public.holds | public.marks))
            raise Withheld
        if public.channel[:1] in ("U", "W"):
            await self._admit_reader(public.channel)
            return
        obstacle = await self.find_obstacle(public.channel)
        if obstacle is not None and not await self.is_allowed(public.channel, obstacle):
            raise obstacle

    async def _admit_reader(self, user: str) -> None:
        standing = await self.find_standing(Owner(self._workspace, user))
        if standing.role != "member":
            raise _BY_ROLE[standing.role]

    async def find_obstacle(self, channel: str) -> Obstacle:
        """Return why nothing is posted in a channel unless an admin allows it; None for no reason.

        As of at most five minutes ago. Raises `NotPosted` where Slack does not say who reads.
        """
        return await self._places.find_obstacle(channel)

    # --- what was allowed ---------------------------------------------------------------------

    async def is_allowed(self, channel: str, obstacle: Obstacle) -> bool:
        """Say whether an admin of this Slack lets those read who stand in the way."""
        kept = await self._store.choices.read(self._workspace, _NO_ONE, _allowance(channel))
        return kept is True or (kept == _GUESTS and obstacle is not SharedPlace)

    async def was_allowed(self, channel: str) -> bool:
        """Say whether an admin of this Slack has allowed anything for a channel."""
        return bool(await self._store.choices.read(self._workspace, _NO_ONE, _allowance(channel)))

    async def allow(self, channel: str, obstacle: Obstacle) -> None:
        """Let posts into a channel in spite of `obstacle`; None: no longer.

        What is allowed for guests is not allowed for another company that comes later.
        """
        allowed: Any = _GUESTS if obstacle is not None else False
        allowed = True if obstacle is SharedPlace else allowed
        await self._store.choices.save(self._workspace, _NO_ONE, _allowance(channel), allowed)

    @property
    def _workspace(self) -> str:
        return str(self._identity.get("enterprise_id") or self._identity.get("team_id") or "")


def _allowance(channel: str) -> str:
    return f"posts in {channel}"
