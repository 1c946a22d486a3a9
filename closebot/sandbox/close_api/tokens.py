"""OAuth: access tokens that expire, refresh tokens that rotate, and their end."""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web

from closebot.sandbox.close_api.answers import answer
from closebot.sandbox.close_api.store import Store

EXPIRES_IN = 3600
SCOPE = "all.full_access offline_access"
_CODE_LIVES = timedelta(minutes=10)
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_METHODS = ("S256", "plain")


@dataclass
class Grant:
    """What a token stands for."""

    user_id: str
    until: datetime | None = None
    challenge: str = ""  # what the verifier of a code must prove, if anything (RFC 7636)
    method: str = "plain"

    def is_proven_by(self, verifier: str) -> bool:
        """Tell whether who brings a code is who asked for it."""
        if not self.challenge:
            return True
        if not _VERIFIER.fullmatch(verifier):
            return False
        proof = _hash(verifier) if self.method == "S256" else verifier
        return hmac.compare_digest(proof.encode(), self.challenge.encode())


class Tokens:
    """Codes, access tokens and refresh tokens by their secret.

    `clients` (client id → secret): while it is empty, every client is known. `expires_in`: how
    long the next access tokens live, in seconds.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.clients: dict[str, str] = {}
        self.codes: dict[str, Grant] = {}
        self.access: dict[str, Grant] = {}
        self.refresh: dict[str, Grant] = {}
        self.expires_in = EXPIRES_IN

    def clear(self) -> None:
        """Revoke everything."""
        self.codes.clear()
        self.access.clear()
        self.refresh.clear()

    def user_of(self, token: str) -> str | None:
        """Return whose access token it is; None when it is unknown or has expired."""
        return self._live(self.access.get(token))

    def _live(self, grant: Grant | None) -> str | None:
        if grant is None or (grant.until is not None and grant.until <= self._store.now()):
            return None
        return grant.user_id

    def make_code(self, user_id: str, challenge: str = "", method: str = "plain") -> str:
        """Let a user agree: return the code that an application exchanges for tokens."""
        code = self._store.ids.word(32)
        self.codes[code] = Grant(user_id, self._store.now() + _CODE_LIVES, challenge, method)
        return code

    def issue(self, user_id: str) -> dict[str, object]:
        """Make an access token and a refresh token; returns the answer of the token endpoint."""
        access, refresh = self._store.ids.word(43), self._store.ids.word(43)
        until = self._store.now() + timedelta(seconds=self.expires_in)
        self.access[access] = Grant(user_id, until)
        self.refresh[refresh] = Grant(user_id)
        return {
            "token_type": "Bearer",
            "access_token": access,
            "expires_in": self.expires_in,
            "refresh_token": refresh,
            "scope": SCOPE,
            "organization_id": self._store.organization_id,
            "user_id": user_id,
        }

    def add_to(self, app: web.Application) -> None:
        """Serve `/oauth2/…`, and what tells where that is."""
        app.router.add_get("/.well-known/oauth-authorization-server", self._describe)
        app.router.add_get("/oauth2/authorize/", self._authorize)
        app.router.add_post("/oauth2/token/", self._token)
        app.router.add_post("/oauth2/revoke/", self._revoke)

    async def _describe(self, request: web.Request) -> web.Response:
        url = f"{request.scheme}://{request.host}"
        described = {
            "issuer": url,
            "authorization_endpoint": f"{url}/oauth2/authorize/",
            "token_endpoint": f"{url}/oauth2/token/",
            "revocation_endpoint": f"{url}/oauth2/revoke/",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": [
                "none",
                "client_secret_basic",
                "client_secret_post",
            ],
            "code_challenge_methods_supported": list(_METHODS),
            "scopes_supported": SCOPE.split(),
        }
        return answer(200, described)

    async def _authorize(self, request: web.Request) -> web.Response:
        """Agree at once as the user of `login`, or the first one; `deny` declines."""
        asked = request.query
        back = urlsplit(asked.get("redirect_uri", ""))
        if back.scheme not in {"http", "https"}:
            return answer(400, {"error": "invalid_request"})
        said = {"state": asked["state"]} if "state" in asked else {}
        challenge, method = asked.get("code_challenge", ""), asked.get("code_challenge_method", "")
        if asked.get("response_type", "code") != "code":
            said["error"] = "unsupported_response_type"
        elif method and (method not in _METHODS or not challenge):
            said["error"] = "invalid_request"
        elif "deny" in asked:
            said["error"] = "access_denied"
        else:
            login = asked.get("login", "")
            users = self._store.users.values()
            first = next(iter(self._store.users))
            user_id = next((str(one["id"]) for one in users if one["email"] == login), first)
            said["code"] = self.make_code(user_id, challenge, method or "plain")
        query = "&".join(part for part in (back.query, urlencode(said)) if part)
        raise web.HTTPFound(urlunsplit(back._replace(query=query)))

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if not self._knows(request, form):
            return answer(401, {"error": "invalid_client"})
        kind = form.get("grant_type")
        if kind == "authorization_code":
            grant = self.codes.pop(str(form.get("code")), None)
            proven = grant is None or grant.is_proven_by(str(form.get("code_verifier", "")))
            user_id = self._live(grant) if proven else None
        elif kind == "refresh_token":
            user_id = self._live(self.refresh.pop(str(form.get("refresh_token")), None))
        else:
            return answer(400, {"error": "unsupported_grant_type"})
        if user_id is None:
            return answer(400, {"error": "invalid_grant"})
        return answer(200, self.issue(user_id), {"cache-control": "no-store"})

    async def _revoke(self, request: web.Request) -> web.Response:
        form = await request.post()
        if not self._knows(request, form):
            return answer(401, {"error": "invalid_client"})
        token = str(form.get("token"))
        grant = self.refresh.pop(token, None)
        self.access.pop(token, None)
        if grant is not None:
            mine = [name for name, one in self.access.items() if one.user_id == grant.user_id]
            for name in mine:
                del self.access[name]
        return answer(200, {})

    def _knows(self, request: web.Request, form: object) -> bool:
        client, secret = _read_basic(request.headers.get("Authorization", ""))
        if not client and hasattr(form, "get"):
            client, secret = str(form.get("client_id", "")), str(form.get("client_secret", ""))
        return bool(client) and (not self.clients or self.clients.get(client) == secret)


def _hash(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _read_basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client, secret
