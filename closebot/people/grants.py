"""OAuth grants: begun by a click, kept fresh among all processes, and given back.

A refresh token is good once, and whoever uses the old one again loses the grant. So one process
at a time renews a token, under a lease in the store; the others read what it has stored. A new
token is stored before it is used.
https://developer.close.com/api/overview/oauth-authentication
"""

import asyncio
import hashlib
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from closebot.close import (
    EARLY,
    AccessToken,
    CloseError,
    OAuth,
    Refused,
    TimedOut,
    Token,
    Unauthorized,
    Unavailable,
    WriteUnclear,
)
from closebot.store import Begun, Connection, Owner, Store, StoreError

log = logging.getLogger(__name__)

STATE_LIVES = timedelta(minutes=10)
# Longer than one refresh may take, so that nobody renews while another one still does.
LEASE = timedelta(seconds=12)
# A token that lives for a short time only is renewed in the last part of it.
_LAST_PART = 5
_LOOK_EVERY = 0.05
_LOOK_FOR = 7.0
_REVOKE_WITHIN = 3.0
_OUR_FAULT = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type"})


class GrantEnded(Unauthorized):
    """Close has ended a person's grant: only they can give another one."""

    def __init__(self, owner: Owner) -> None:
        super().__init__(401, ["the grant has ended"])
        self.owner = owner


@dataclass(frozen=True, slots=True)
class Tokens:
    """What is stored of a grant: both tokens, when the access token ends and is to be renewed."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    ends_at: datetime
    renew_at: datetime

    @classmethod
    def of(cls, token: Token, now: datetime) -> "Tokens":
        """Take what Close has just granted."""
        early = min(EARLY, max(token.expires_at - now, timedelta()) / _LAST_PART)
        return cls(
            token.access_token, token.refresh_token, token.expires_at, token.expires_at - early
        )

    @classmethod
    def read(cls, secret: str) -> "Tokens | None":
        """Read a connection's secret; None for one whose grant has ended."""
        kept = json.loads(secret)
        if "access" not in kept:
            return None
        ends, renew = (datetime.fromisoformat(kept[name]) for name in ("ends_at", "renew_at"))
        return cls(kept["access"], kept["refresh"], ends, renew)

    @property
    def secret(self) -> str:
        """What a connection keeps."""
        kept = {"access": self.access, "refresh": self.refresh}
        times = {"ends_at": self.ends_at.isoformat(), "renew_at": self.renew_at.isoformat()}
        return json.dumps(kept | times)

    @property
    def token(self) -> Token:
        """The same, as Close's OAuth client takes it."""
        return Token(self.access, self.refresh, self.ends_at)


# What stands in the place of tokens that Close takes no more.
ENDED = json.dumps({"ended": True})


def has_ended(connection: Connection) -> bool:
    """Say whether somebody is connected by a grant that Close has ended."""
    return connection.kind == "oauth" and Tokens.read(connection.secret) is None


class Grants:
    """The grants of all people. `oauth` is None where this deployment offers none.

    `address`: where Close sends people back to, this server's `/close/callback`.
    """

    def __init__(
        self, store: Store, oauth: OAuth | None, address: str, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._oauth = oauth
        self._address = address
        self._now = now
        self._running: dict[Owner, asyncio.Task[Tokens]] = {}
        self._unstored: dict[Owner, tuple[Tokens, Tokens]] = {}

    @property
    def offered(self) -> bool:
        """Whether people can connect by OAuth here."""
        return self._oauth is not None

    # --- from the click to the tokens ---------------------------------------------------------

    async def begin(self, owner: Owner) -> str:
        """Return an address of Close's at which a person agrees, good once and for ten minutes.

        Raises `StoreError`.
        """
        assert self._oauth is not None  # noqa: S101 - asked for only where it is offered
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        await self._store.oauth_states.add(_name(state), owner, verifier, self._now())
        return self._oauth.authorize_address(
            redirect_uri=self._address, state=state, verifier=verifier
        )

    async def take(self, state: str) -> Begun:
        """Use up the state that somebody came back with, and say whose it was."""
        now = self._now()
        return await self._store.oauth_states.take(_name(state), now, not_before=now - STATE_LIVES)

    async def exchange(self, code: str, verifier: str) -> Token:
        """Turn the code that somebody came back with into tokens. Raises `CloseError`."""
        assert self._oauth is not None  # noqa: S101 - see `begin`
        return await self._oauth.exchange(code, redirect_uri=self._address, verifier=verifier)

    async def revoke(self, secret: str) -> bool:
        """Give a grant back, soon; False when Close did not confirm that."""
        tokens = Tokens.read(secret)
        if tokens is None:
            return True
        if self._oauth is None:
            return False
        try:
            async with asyncio.timeout(_REVOKE_WITHIN):
                await self._oauth.revoke(tokens.token)
        except (CloseError, TimeoutError) as error:
            log.info("a grant could not be given back: %s", type(error).__name__)
            return False
        return True

    def access(self, connection: Connection) -> "Access":
        """Return what a person who connected by OAuth asks Close with."""
        tokens = Tokens.read(connection.secret)
        if tokens is None:
            raise GrantEnded(connection.owner)
        return Access(self, connection.owner, tokens, self._now)

    # --- renewing -----------------------------------------------------------------------------

    async def renew(self, owner: Owner, old: Tokens) -> Tokens:
        """Return the tokens that follow `old`, which are stored by then.

        Raises `GrantEnded` when Close gives none any more, other `CloseError`, `StoreError`.
        """
        task = self._running.get(owner)
        if task is None:
            task = asyncio.create_task(self._renew(owner, old), name="renew a token")
            self._running[owner] = task
            task.add_done_callback(lambda done: self._settle(owner, done))
        # Whoever waits may be stopped; a refresh that was sent is heard to its end.
        return await asyncio.shield(task)

    def _settle(self, owner: Owner, task: asyncio.Task[Tokens]) -> None:
        del self._running[owner]
        if not task.cancelled():
            task.exception()  # whoever waited has it

    async def finish(self) -> None:
        """Wait for what is being renewed."""
        if self._running:
            await asyncio.wait(set(self._running.values()))

    async def _renew(self, owner: Owner, old: Tokens) -> Tokens:
        looks = int(_LOOK_FOR / _LOOK_EVERY)
        for _ in range(looks):
            if (newer := await self._newer(owner, old)) is not None:
                return newer
            if await self._store.renewals.claim(owner, self._now(), LEASE):
                try:
                    # Somebody may have been faster between the look and the claim.
                    return await self._newer(owner, old) or await self._refresh(owner, old)
                finally:
                    await self._release(owner)
            await asyncio.sleep(_LOOK_EVERY)
        raise TimedOut("another process renews this token, and does not come to an end")

    async def _newer(self, owner: Owner, old: Tokens) -> Tokens | None:
        """Return what stands in the place of `old`; None while it is `old` itself."""
        if owner in self._unstored:
            return await self._store_late(owner)
        connection = await self._store.connection(owner)
        if connection is None or connection.kind != "oauth":
            raise GrantEnded(owner)  # disconnected meanwhile, or connected in another way
        stored = Tokens.read(connection.secret)
        if stored is None:
            raise GrantEnded(owner)
        return stored if stored.access != old.access else None

    async def _refresh(self, owner: Owner, old: Tokens) -> Tokens:
        if self._oauth is None:
            raise GrantEnded(owner)
        try:
            token = await self._oauth.refresh(old.token)
        except WriteUnclear:  # said of the token, not of what the person is about to do
            raise Unavailable("the answer to a token's renewal was lost") from None
        except Refused as error:
            if _OUR_FAULT & set(error.messages):
                log.error("Close does not accept CLOSE_CLIENT_ID and CLOSE_CLIENT_SECRET")  # noqa: TRY400
                raise Unavailable("the OAuth client is not accepted") from None
            log.info("a grant has ended: its refresh token is refused")
            await self._store.renewals.replace(owner, old.secret, ENDED)
            raise GrantEnded(owner) from None
        self._unstored[owner] = old, Tokens.of(token, self._now())
        return await self._store_late(owner)

    async def _store_late(self, owner: Owner) -> Tokens:
        """Store tokens that are not stored yet. Raises `StoreError`; they wait then."""
        old, new = self._unstored[owner]
        stored = await self._store.renewals.replace(owner, old.secret, new.secret)
        del self._unstored[owner]
        if stored:
            return new
        await self.revoke(new.secret)  # disconnected or connected anew meanwhile: nobody's now
        newer = await self._newer(owner, old)
        if newer is None:
            raise GrantEnded(owner)
        return newer

    async def _release(self, owner: Owner) -> None:
        try:
            await self._store.renewals.release(owner)
        except StoreError:  # it runs out by itself
            log.info("a lease could not be given back")


class Access:
    """A person's access by OAuth, which renews itself ahead of its end."""

    def __init__(
        self, grants: Grants, owner: Owner, tokens: Tokens, now: Callable[[], datetime]
    ) -> None:
        self._grants = grants
        self._owner = owner
        self._tokens = tokens
        self._now = now

    async def current(self) -> AccessToken:
        """Return a token to ask with. Raises `CloseError`."""
        if self._now() >= self._tokens.renew_at:
            try:
                self._tokens = await self._grants.renew(self._owner, self._tokens)
            except GrantEnded:
                raise
            except (CloseError, StoreError):
                if self._now() >= self._tokens.ends_at:
                    raise
        return AccessToken(self._tokens.access)

    async def renew(self, refused: AccessToken) -> AccessToken:
        """Return another token than the one that Close refused. Raises `CloseError`."""
        if self._tokens.access == refused.secret:
            self._tokens = await self._grants.renew(self._owner, self._tokens)
        return AccessToken(self._tokens.access)


def _name(state: str) -> str:
    """Name a state in the store, where it is of no use to whoever reads it."""
    return hashlib.sha256(state.encode(errors="replace")).hexdigest()
