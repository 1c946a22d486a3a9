"""OAuth: from a click to an access token, and a new one every hour.

Refresh tokens rotate: each may be used once, and the next one comes with the answer. So a new one
is stored before anything is done with it, and two refreshes never run at once.
https://developer.close.com/api/overview/oauth-authentication
"""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from closebot.close.auth import AccessToken
from closebot.close.errors import Unreadable
from closebot.close.transport import Transport

SCOPE = "all.full_access offline_access"
EARLY = timedelta(minutes=2)
_CLOSE = "https://api.close.com"
_AUTHORIZE = "https://app.close.com"


@dataclass(frozen=True, slots=True)
class Token:
    """What a person has granted. `expires_at` is in UTC."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    user_id: str = ""
    organization_id: str = ""


class OAuth:
    """An OAuth app of Close's: its addresses and its secret.

    `now` gives the moment from which an answer's `expires_in` is counted.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        transport: Transport,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._id = client_id
        self._secret = client_secret
        self._transport = transport
        self._now = now

    def authorize_address(self, *, redirect_uri: str, state: str, verifier: str = "") -> str:
        """Return the address at which a person grants access.

        `state` comes back with them and is to be used once; `verifier` (43 to 128 characters) is
        kept for `exchange` and proves that both are the same asker (PKCE).
        """
        asked = {
            "client_id": self._id,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
        }
        if verifier:
            digest = hashlib.sha256(verifier.encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        origin = self._transport.origin
        return f"{_AUTHORIZE if origin == _CLOSE else origin}/oauth2/authorize/?{urlencode(asked)}"

    async def exchange(self, code: str, *, redirect_uri: str, verifier: str = "") -> Token:
        """Turn the code that a person came back with into a token.

        Raises `Invalid` or `Unauthorized` for a code that is spent or another's, `WriteUnclear`.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        if verifier:
            form["code_verifier"] = verifier
        return self._read(await self._post("/oauth2/token/", form))

    async def refresh(self, token: Token) -> Token:
        """Use a token's refresh token up and return the next token.

        Raises `Invalid` or `Unauthorized` when it was used before or revoked, and `WriteUnclear`
        when the answer was lost: the token may be used up then.
        """
        form = {"grant_type": "refresh_token", "refresh_token": token.refresh_token}
        return self._read(await self._post("/oauth2/token/", form), token.refresh_token)

    async def revoke(self, token: Token) -> None:
        """Give the grant back. Raises `CloseError`."""
        await self._post("/oauth2/revoke/", {"token": token.refresh_token or token.access_token})

    async def _post(self, path: str, form: Mapping[str, str]) -> Any:
        body = {"client_id": self._id, "client_secret": self._secret, **form}
        return await self._transport.request("POST", path, auth=None, form=body)

    def _read(self, answer: Any, refresh_token: str = "") -> Token:
        given = answer if isinstance(answer, Mapping) else {}
        access, seconds = given.get("access_token"), given.get("expires_in", 3600)
        if not isinstance(access, str) or not access or not isinstance(seconds, int):
            raise Unreadable("the token endpoint's answer has no access token")
        return Token(
            access_token=access,
            refresh_token=str(given.get("refresh_token") or refresh_token),
            expires_at=self._now() + timedelta(seconds=seconds),
            user_id=str(given.get("user_id") or ""),
            organization_id=str(given.get("organization_id") or ""),
        )


class Renewing(Protocol):
    """What gives a token that is good for now, and another one in the place of a refused one."""

    async def current(self) -> AccessToken:
        """Return a token to ask with. Raises `CloseError`."""

    async def renew(self, refused: AccessToken) -> AccessToken:
        """Return another token than the one that Close refused. Raises `CloseError`."""


class Grant:
    """One person's grant, kept fresh. Share it: two with the same token would fight over it.

    `save` stores a new token; it is awaited before the token is used, and when it fails the next
    request tries again with the token that it could not store.
    """

    def __init__(
        self, oauth: OAuth, token: Token, save: Callable[[Token], Awaitable[None]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._oauth = oauth
        self._token = token
        self._save = save
        self._now = now
        self._lock = asyncio.Lock()
        self._unsaved = False

    async def current(self) -> AccessToken:
        """Return a token that is good for two more minutes at least. Raises `CloseError`."""
        async with self._lock:
            if self._now() >= self._token.expires_at - EARLY:
                await self._renew()
            await self._keep()
            return AccessToken(self._token.access_token)

    async def renew(self, refused: AccessToken) -> AccessToken:
        """Return another token than the one that Close refused. Raises `CloseError`."""
        async with self._lock:
            if self._token.access_token == refused.secret:
                await self._renew()
            await self._keep()
            return AccessToken(self._token.access_token)

    async def _renew(self) -> None:
        self._token = await self._oauth.refresh(self._token)
        self._unsaved = True

    async def _keep(self) -> None:
        if self._unsaved:
            await self._save(self._token)
            self._unsaved = False
