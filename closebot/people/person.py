"""Finds the person behind a Slack user: whose connection acts, and in which time zone."""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from closebot.close import (
    AccessToken,
    ApiKey,
    Close,
    CustomField,
    Lead,
    Me,
    ObjectType,
    Organization,
    Transport,
    Unauthorized,
    User,
)
from closebot.people.known import Known
from closebot.people.recents import Recent, Recents
from closebot.store import Connection, Owner, Store, StoreError

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

    async def organization(self) -> Organization:
        """Return how the organization is set up, as of at most ten minutes ago.

        Raises `CloseError` when it has to be asked for and Close does not say.
        """
        return await self._ask("organization", self.close.me.organization)

    async def users(self) -> tuple[User, ...]:
        """Return the people of the organization, as of at most ten minutes ago."""
        return await self._ask("users", self.close.users.list().all)

    async def custom_fields(self, kind: ObjectType) -> tuple[CustomField, ...]:
        """Return the custom fields of a kind of object, as of at most ten minutes ago."""
        return await self._ask(f"{kind} fields", lambda: self.close.custom_fields.list(kind))

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
    """Finds, connects and forgets people."""

    store: Store
    transport: Transport
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    known: Known = field(default_factory=Known)

    async def find(self, owner: Owner) -> Person:
        """Return the person behind a Slack user: one read of the store, no network.

        Raises `NotConnected`, or `SecretLost` when the stored key cannot be opened.
        """
        connection = await self.store.connection(owner)
        if connection is None:
            raise NotConnected(owner)
        zone = read_zone(connection.zone)
        auth = (ApiKey if connection.kind == "api_key" else AccessToken)(connection.secret)
        close = Close(auth=auth, transport=self.transport, zone=zone, now=self.now, within=PATIENCE)
        return Person(close, connection, zone, self.now(), self.store, self.known)

    async def connect(self, owner: Owner, secret: str, zone: str) -> Person:
        """Prove a key or token with `GET /me/`, then remember it for this Slack user.

        A key begins with `api_`; anything else is tried as an access token first, then as a key.
        Raises what Close answers, `Unauthorized` first of all; nothing is stored then.
        """
        began = self.transport.clock()
        auth: ApiKey | AccessToken = ApiKey(secret)
        if not secret.startswith("api_"):
            try:
                token = AccessToken(secret)
                me = await Close(auth=token, transport=self.transport, within=PATIENCE).me.get()
                return await self._remember(owner, token, me, zone)
            except Unauthorized:
                pass
        left = PATIENCE - (self.transport.clock() - began)
        me = await Close(auth=auth, transport=self.transport, within=left).me.get()
        return await self._remember(owner, auth, me, zone)

    async def _remember(
        self, owner: Owner, auth: ApiKey | AccessToken, me: Me, zone: str
    ) -> Person:
        now = self.now()
        organization = me.organizations[0] if me.organizations else None
        if organization:
            self.known.learn(me.id, "organization", organization, now)
        connection = Connection(
            owner=owner,
            kind="api_key" if isinstance(auth, ApiKey) else "access_token",
            secret=auth.secret,
            close_user_id=me.id,
            close_user_name=me.name,
            organization_id=organization.id if organization else "",
            organization_name=organization.name if organization else "",
            zone=read_zone(zone or me.zone or "").key,
            zone_seen_at=now,
            connected_at=now,
        )
        await self.store.save_connection(connection)
        return await self.find(owner)

    def zone_is_old(self, person: Person) -> bool:
        """Say whether the person may have travelled since their zone was asked for."""
        return person.now - person.connection.zone_seen_at > ZONE_AGE


def read_zone(name: str) -> ZoneInfo:
    """Return an IANA zone by name; UTC for a name that no database knows."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")
