"""Which account of Close a key, a token or a grant opens, and which one waits for a yes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from closebot.close import AccessToken, ApiKey, Close, Me, Transport, Unauthorized
from closebot.store import Connection, Owner, Store

# Seconds that proving may take.
PROVING = 8.0
# How long the question about another organization may be answered.
WAITS = timedelta(hours=1)
_WAITING = "connection that waits"
_KEPT = ("kind", "secret", "close_user_id", "close_user_name", "organization_id",
         "organization_name", "zone")  # fmt: skip


class OtherOrganization(Exception):
    """This account belongs to another organization; it waits until the person says yes."""

    def __init__(self, before: Connection, proved: Connection) -> None:
        super().__init__("another organization than before")
        self.before = before
        self.proved = proved


@dataclass(frozen=True)
class Ended:
    """What came of disconnecting. `revoked`: whether Close confirmed it; None for a key."""

    was_connected: bool
    revoked: bool | None = None


async def prove(transport: Transport, secret: str) -> tuple[ApiKey | AccessToken, Me]:
    """Ask Close whose a key or token is.

    A key begins with `api_`; anything else is tried as an access token first, then as a key.
    Raises what Close answers, `Unauthorized` first of all.
    """
    began = transport.clock()
    if not secret.startswith("api_"):
        try:
            token = AccessToken(secret)
            return token, await Close(auth=token, transport=transport, within=PROVING).me.get()
        except Unauthorized:
            pass
    left = PROVING - (transport.clock() - began)
    key = ApiKey(secret)
    return key, await Close(auth=key, transport=transport, within=left).me.get()


async def hold(store: Store, connection: Connection, now: datetime) -> str:
    """Keep a proved connection until its owner says yes; returns the secret that waited before."""
    kept = {name: getattr(connection, name) for name in _KEPT} | {"at": now.isoformat()}
    before: list[Any] = []

    def change(waiting: Any) -> Any:
        before.append(waiting)
        return kept

    await store.keepsakes.change(connection.owner, _WAITING, change, now)
    waited = before[0]
    return str(waited["secret"]) if waited and waited["kind"] == "oauth" else ""


async def take_held(store: Store, owner: Owner, now: datetime) -> Connection | None:
    """Take out what waits for a yes; None for nothing."""
    found: list[Any] = []

    def change(waiting: Any) -> None:
        found.append(waiting)

    await store.keepsakes.change(owner, _WAITING, change, now)
    if not found[0]:
        return None
    kept = dict(found[0])
    at = datetime.fromisoformat(kept.pop("at"))
    return Connection(owner=owner, zone_seen_at=at, connected_at=at, **kept)
