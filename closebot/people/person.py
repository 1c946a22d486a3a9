"""Finds the person behind a Slack user: whose connection acts, and in which time zone."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from closebot.close import (
    AccessToken,
    ApiKey,
    Auth,
    Close,
    CloseError,
    CustomField,
    Lead,
    Me,
    ObjectType,
    Organization,
    Outcome,
    Renewing,
    SmartView,
    Token,
    Transport,
    User,
)
from closebot.people.audit import watch_writes
from closebot.people.connecting import WAITS, Ended, OtherOrganization, hold, prove, take_held
from closebot.people.grants import Grants, Tokens, has_ended
from closebot.people.known import SETUP_AGE, Known
from closebot.people.preferences import Preferences, read_preferences
from closebot.people.recents import Recent, Recents
from closebot.store import Connection, Origin, Owner, SecretLost, Store, StoreError
from closebot.store.rows import Kind

T = TypeVar("T")

ZONE_AGE = timedelta(days=1)
# What a person waits for one answer; a handler that asks Close several times stays within it.
PATIENCE = 8.0
LEAD_CARD_FIELDS = "lead card fields"


class NotConnected(Exception):
    """This Slack user has not connected a Close account."""

    def __init__(self, owner: Owner) -> None:
        super().__init__("not connected")
        self.owner = owner


@dataclass(frozen=True)
class Person:
    """Somebody who is connected: their Close client and the time zone they live in."""

    close: Close
    connection: Connection
    zone: ZoneInfo
    now: datetime
    store: Store = field(repr=False)
    known: Known = field(default_factory=Known, repr=False)
    preferences: Preferences = field(default_factory=Preferences)

    async def organization(self) -> Organization:
        """Return how the organization is set up, as of at most ten minutes ago.

        Raises `CloseError` when it has to be asked for and Close does not say.
        """
        return await self._ask("organization", self.close.me.organization)

    @property
    def knows_organization(self) -> bool:
        """Say whether `organization` is answered without asking Close."""
        user_id = self.connection.close_user_id
        return self.known.recall(user_id, "organization", self.now, SETUP_AGE) is not None

    async def users(self) -> tuple[User, ...]:
        """Return the people of the organization, as of at most ten minutes ago."""
        return await self._ask("users", self.close.users.list().all)

    async def custom_fields(self, kind: ObjectType) -> tuple[CustomField, ...]:
        """Return the custom fields of a kind of object, as of at most ten minutes ago."""
        return await self._ask(f"{kind} fields", lambda: self.close.custom_fields.list(kind))

    async def call_outcomes(self) -> tuple[Outcome, ...]:
        """Return what a call may come to, as of at most ten minutes ago."""
        return await self._ask("call outcomes", self.close.calls.outcomes)

    async def smart_views(self) -> tuple[SmartView, ...]:
        """Return the Smart Views of leads, as of at most ten minutes ago."""
        return await self._ask("smart views", self.close.smart_views.list().all)

    async def _ask(self, question: str, ask: Callable[[], Awaitable[T]]) -> T:
        return await self.known.ask(self.connection.close_user_id, question, self.now, ask)

    def forget_setup(self) -> None:
        """Ask Close anew from now on: it says that something of what is known is wrong."""
        self.known.forget(self.connection.close_user_id)

    async def lead_card_fields(self) -> tuple[CustomField, ...]:
        """Return the custom fields that were chosen to stand on lead cards, in their order."""
        own = self.connection
        chosen = await self.store.choices.read(
            own.owner.workspace, own.organization_id, LEAD_CARD_FIELDS
        )
        if not isinstance(chosen, list) or not chosen:
            return ()
        return tuple(one for one in await self.custom_fields("lead") if one.id in chosen)

    async def choose_lead_card_fields(self, ids: Sequence[str]) -> None:
        """Choose them for everybody of this organization in this workspace."""
        own = self.connection
        await self.store.choices.save(
            own.owner.workspace, own.organization_id, LEAD_CARD_FIELDS, list(ids)
        )

    @property
    def recents(self) -> Recents:
        """The leads this person has looked at lately."""
        return Recents(self.store, self.connection.owner)

    async def see_lead(self, lead: Lead, channel: str = "") -> None:
        """Remember that this person has looked at a lead; a store that fails is no reason to."""
        with contextlib.suppress(StoreError):
            recent = Recent(lead.id, lead.display_name or "Untitled", channel)
            await self.recents.see(recent, self.now)

    async def channel_lead(self, channel: str) -> str:
        """Return the id of the lead that a channel is about; empty where none was set."""
        if not channel:
            return ""
        return await self.store.channels.lead(self.connection.owner.workspace, channel)

    @property
    def today(self) -> date:
        """The day it is where this person is."""
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True)
class People:
    """Finds, connects and forgets people. `origin`: from where in Slack they act, for the audit."""

    store: Store
    transport: Transport
    grants: Grants
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    known: Known = field(default_factory=Known)
    origin: Origin = field(default_factory=Origin)

    def at(self, origin: Origin) -> "People":
        """Return the same people, acting from a place in Slack."""
        return replace(self, origin=origin)

    async def find(self, owner: Owner, *, within: float = PATIENCE) -> Person:
        """Return the person behind a Slack user: two reads of the store, no network.

        `within`: seconds that all of their requests to Close may take together. Raises
        `NotConnected`, or `SecretLost` when the stored key cannot be opened.
        """
        connection = await self.store.connection(owner)
        if connection is None or has_ended(connection):
            raise NotConnected(owner)
        preferences = await read_preferences(self.store, owner)
        zone = read_zone(preferences.zone or connection.zone)
        close = Close(
            auth=self._auth(connection),
            transport=self.transport,
            zone=zone,
            now=self.now,
            within=within,
            watch=watch_writes(self.store, connection, self.origin, self.now),
        )
        now = self.now()
        return Person(close, connection, zone, now, self.store, self.known, preferences)

    def _auth(self, connection: Connection) -> Auth | Renewing:
        if connection.kind == "oauth":
            return self.grants.access(connection)
        return (ApiKey if connection.kind == "api_key" else AccessToken)(connection.secret)

    async def connect(self, owner: Owner, secret: str, zone: str) -> Person:
        """Prove a key or token with `GET /me/`, then remember it for this Slack user.

        Raises what Close answers, `Unauthorized` first of all; nothing is stored then. Raises
        `OtherOrganization` when it is not the one this person is connected to: `answer` then.
        """
        auth, me = await prove(self.transport, secret)
        kind: Kind = "api_key" if isinstance(auth, ApiKey) else "access_token"
        return await self._settle(self._connection(owner, kind, secret, me, zone))

    async def connect_by_grant(self, owner: Owner, token: Token, zone: str) -> tuple[Person, str]:
        """Remember what a person has granted to closebot at Close.

        Returns the person and the e-mail address of their account. Raises as `connect` does.
        """
        secret = Tokens.of(token, self.now()).secret
        try:
            auth = AccessToken(token.access_token)
            me = await Close(auth=auth, transport=self.transport, within=PATIENCE).me.get()
            granted = self._connection(owner, "oauth", secret, me, zone, token.organization_id)
            return await self._settle(granted), me.email
        except (CloseError, StoreError):
            await self.grants.revoke(secret)
            raise

    def _connection(
        self, owner: Owner, kind: Kind, secret: str, me: Me, zone: str, organization_id: str = ""
    ) -> Connection:
        now = self.now()
        named = [one for one in me.organizations if one.id == organization_id]
        organization = next(iter(named or me.organizations), None)
        if organization:
            self.known.forget(me.id)  # it may have been another organization
            self.known.learn(me.id, "organization", organization, now)
        return Connection(
            owner=owner,
            kind=kind,
            secret=secret,
            close_user_id=me.id,
            close_user_name=me.name,
            organization_id=organization.id if organization else "",
            organization_name=organization.name if organization else "",
            zone=read_zone(zone or me.zone or "").key,
            zone_seen_at=now,
            connected_at=now,
        )

    async def _settle(self, proved: Connection) -> Person:
        before = await self._before(proved.owner)
        organizations = {one.organization_id for one in (before, proved) if one}
        if before and "" not in organizations and len(organizations) > 1:
            if waited := await hold(self.store, proved, self.now()):
                await self.grants.revoke(waited)
            raise OtherOrganization(before, proved)
        return await self._save(before, proved)

    async def _before(self, owner: Owner) -> Connection | None:
        with contextlib.suppress(SecretLost):
            return await self.store.connection(owner)
        return None

    async def _save(self, before: Connection | None, proved: Connection) -> Person:
        await self.store.save_connection(proved)
        if before and before.kind == "oauth" and _account(before) != _account(proved):
            await self.grants.revoke(before.secret)
        return await self.find(proved.owner)

    async def answer(self, owner: Owner, *, yes: bool) -> Person | None:
        """Connect the account that waits for a yes, or give it back; None when none is connected.

        Raises `StoreError`.
        """
        now = self.now()
        held = await take_held(self.store, owner, now)
        if held is None:
            return None
        if yes and now - held.connected_at <= WAITS:
            return await self._save(await self._before(owner), replace(held, connected_at=now))
        if held.kind == "oauth":
            await self.grants.revoke(held.secret)
        return None

    async def forget(self, owner: Owner) -> Ended:
        """Delete all that is kept of a person at once, then give their grants back at Close.

        Raises `StoreError`.
        """
        held = await take_held(self.store, owner, self.now())
        before = await self._before(owner)
        found = await self.store.forget_person(owner)
        if before:
            self.known.forget(before.close_user_id)
        secrets = [one.secret for one in (before, held) if one and one.kind == "oauth"]
        if not secrets:
            return Ended(found)
        return Ended(found, all([await self.grants.revoke(secret) for secret in secrets]))

    async def forget_workspace(self, workspace: str) -> None:
        """Delete all that is kept of a workspace at once, then give its grants back at Close.

        Raises `StoreError`.
        """
        connected = [await self._before(owner) for owner in await self.store.owners(workspace)]
        await self.store.forget_workspace(workspace)
        self.known.clear()
        granted = [one.secret for one in connected if one and one.kind == "oauth"]
        await asyncio.gather(*(self.grants.revoke(secret) for secret in granted))

    def zone_is_old(self, person: Person) -> bool:
        """Say whether the person may have travelled since their zone was asked for."""
        return person.now - person.connection.zone_seen_at > ZONE_AGE


def _account(connection: Connection) -> tuple[str, str]:
    return connection.close_user_id, connection.organization_id


def read_zone(name: str) -> ZoneInfo:
    """Return an IANA zone by name; UTC for a name that no database knows."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")
