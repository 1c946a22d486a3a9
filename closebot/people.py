"""A Slack user as a person of Close: whose connection acts, and in which time zone.

Everybody acts as themselves; there is no shared key. Knows Close and the store, not Slack.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from closebot.close import AccessToken, ApiKey, Close, Me, Organization, Transport, Unauthorized
from closebot.store import Connection, Owner, Store

ZONE_AGE = timedelta(days=1)
ORGANIZATION_AGE = timedelta(minutes=10)
ORGANIZATIONS_KEPT = 1000
# What a person waits for one answer; a handler that asks Close several times stays within it.
PATIENCE = 8.0


class NotConnected(Exception):
    """This Slack user has not connected a Close account."""

    def __init__(self, owner: Owner) -> None:
        super().__init__("not connected")
        self.owner = owner


class Organizations:
    """What organizations are set up like, kept for some minutes: it seldom changes.

    Kept for each user apart, so that nobody is told what they may not ask for any more. Bounded:
    the one that was read longest ago is forgotten first.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[datetime, Organization]] = OrderedDict()

    def learn(self, user_id: str, organization: Organization, now: datetime) -> None:
        """Remember what Close has just told a user."""
        self._known[user_id] = (now, organization)
        self._known.move_to_end(user_id)
        while len(self._known) > ORGANIZATIONS_KEPT:
            self._known.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._known.clear()

    def recall(self, user_id: str, now: datetime) -> Organization | None:
        """Return what Close told a user in the last minutes; None when that is too long ago."""
        at, organization = self._known.get(user_id, (None, None))
        return organization if at and now - at <= ORGANIZATION_AGE else None


@dataclass(frozen=True)
class Person:
    """Somebody who is connected: their Close client and the time zone they live in."""

    close: Close
    connection: Connection
    zone: ZoneInfo
    now: datetime
    organizations: Organizations = field(default_factory=Organizations, repr=False)

    async def organization(self) -> Organization:
        """Return how the organization is set up, as of at most ten minutes ago.

        Raises `CloseError` when it has to be asked for and Close does not say.
        """
        known = self.organizations.recall(self.connection.close_user_id, self.now)
        if known is None:
            known = await self.close.me.organization()
            self.organizations.learn(self.connection.close_user_id, known, self.now)
        return known

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
    organizations: Organizations = field(default_factory=Organizations)

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
        return Person(close, connection, zone, self.now(), self.organizations)

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
            self.organizations.learn(me.id, organization, now)
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
