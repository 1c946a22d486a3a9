import asyncio
import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from closebot.close import Close, Grant, Invalid, OAuth, Token, Transport, Unreadable, is_from_close
from tests.close.conftest import DROP, said

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD = Token("access-1", "refresh-1", NOW + timedelta(hours=1))
ENDING = Token("access-1", "refresh-1", NOW + timedelta(minutes=1))


def granted(number, **more):
    return said(
        {
            "token_type": "Bearer",
            "access_token": f"access-{number}",
            "refresh_token": f"refresh-{number}",
            "expires_in": 3600,
            "user_id": "user_1",
            "organization_id": "orga_1",
        }
        | more
    )


def form(asked):
    return {name: value[0] for name, value in parse_qs(asked.body.decode()).items()}


@pytest.fixture
def oauth(scripted):
    return OAuth("client", "s3cret", transport=scripted.transport, now=lambda: NOW)


async def test_the_authorize_address_carries_state_and_challenge():
    transport = Transport()
    address = OAuth("client", "s3cret", transport=transport).authorize_address(
        redirect_uri="https://bot.example.com/close/callback", state="st&ate", verifier="v" * 43
    )
    await transport.aclose()
    parts = urlsplit(address)
    asked = {name: value[0] for name, value in parse_qs(parts.query).items()}
    assert (
        f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://app.close.com/oauth2/authorize/"
    )
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).decode().rstrip("=")
    assert asked["code_challenge"] == challenge
    assert (asked["state"], asked["code_challenge_method"]) == ("st&ate", "S256")
    assert "s3cret" not in address


async def test_a_code_becomes_a_token(scripted, oauth):
    scripted.script(granted(1))
    token = await oauth.exchange("code", redirect_uri="https://x.example/", verifier="v" * 43)
    assert (token.access_token, token.refresh_token, token.user_id) == (
        "access-1",
        "refresh-1",
        "user_1",
    )
    assert token.expires_at == NOW + timedelta(hours=1)
    [asked] = scripted.asked
    assert asked.path == "/oauth2/token/"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert form(asked)["client_secret"] == "s3cret"
    assert "authorization" not in asked.headers
    assert "access-1" not in repr(token)
    assert "refresh-1" not in repr(token)


async def test_a_spent_code_is_refused_with_close_s_words(scripted, oauth):
    scripted.script(said({"error": "invalid_grant", "error_description": "Code was used."}, 400))
    with pytest.raises(Invalid) as raised:
        await oauth.exchange("code", redirect_uri="https://x.example/")
    assert raised.value.messages == ("invalid_grant", "Code was used.")


@pytest.mark.parametrize("answer", [{}, [], {"access_token": ""}, {"access_token": 7}])
async def test_an_answer_without_a_token_is_unreadable(scripted, oauth, answer):
    scripted.script(said(answer))
    with pytest.raises(Unreadable):
        await oauth.refresh(OLD)


async def test_revoking_gives_the_refresh_token_back(scripted, oauth):
    scripted.script(said({}))
    await oauth.revoke(OLD)
    assert scripted.asked[0].path == "/oauth2/revoke/"
    assert form(scripted.asked[0])["token"] == "refresh-1"


class Saved:
    """A place where tokens are stored, which can fail."""

    def __init__(self, fails=0):
        self.tokens = []
        self.fails = fails

    async def __call__(self, token):
        if self.fails:
            self.fails -= 1
            raise OSError
        self.tokens.append(token.refresh_token)


async def test_a_fresh_token_is_used_as_it_is(scripted, oauth):
    grant = Grant(oauth, OLD, Saved(), now=lambda: NOW)
    assert (await grant.current()).secret == "access-1"
    assert scripted.asked == []


async def test_ten_at_once_refresh_once_and_the_new_token_is_stored_first(scripted, oauth):
    scripted.script(granted(2))
    saved = Saved()
    grant = Grant(oauth, ENDING, saved, now=lambda: NOW)
    tokens = await asyncio.gather(*(grant.current() for _ in range(10)))
    assert {token.secret for token in tokens} == {"access-2"}
    assert saved.tokens == ["refresh-2"]
    assert [form(asked)["refresh_token"] for asked in scripted.asked] == ["refresh-1"]


async def test_a_token_that_could_not_be_stored_is_not_used_and_not_lost(scripted, oauth):
    scripted.script(granted(2))
    saved = Saved(fails=1)
    grant = Grant(oauth, ENDING, saved, now=lambda: NOW)
    with pytest.raises(OSError):
        await grant.current()
    assert (await grant.current()).secret == "access-2"
    assert saved.tokens == ["refresh-2"]
    assert len(scripted.asked) == 1


async def test_a_refresh_is_never_repeated_by_itself(scripted, oauth):
    scripted.script(DROP)
    grant = Grant(oauth, ENDING, Saved(), now=lambda: NOW)
    with pytest.raises(Exception, match="not known"):
        await grant.current()
    assert len(scripted.asked) == 1


async def test_a_token_refused_before_its_time_is_renewed_once(scripted, oauth):
    refused = said({"error": "Unauthorized"}, 401)
    scripted.script(refused, granted(2), said({"id": "user_1", "first_name": "Ana"}))
    grant = Grant(oauth, OLD, Saved(), now=lambda: NOW)
    close = Close(auth=grant, transport=scripted.transport)
    assert (await close.me.get()).name == "Ana"
    sent = [asked.headers.get("authorization") for asked in scripted.asked]
    assert sent == ["Bearer access-1", None, "Bearer access-2"]


KEY = "0123456789abcdef" * 4


def signed(body, stamp, key=KEY):
    made = hmac.new(bytes.fromhex(key), stamp.encode() + body, hashlib.sha256).hexdigest()
    return {"close-sig-timestamp": stamp, "close-sig-hash": made}


def test_a_request_that_close_signed_is_taken():
    stamp = str(int(NOW.timestamp()))
    assert is_from_close(KEY, signed(b'{"event": 1}', stamp), b'{"event": 1}', NOW)


@pytest.mark.parametrize(
    ("headers", "body", "key"),
    [
        (signed(b"{}", str(int(NOW.timestamp()))), b"{} ", KEY),
        (signed(b"{}", str(int(NOW.timestamp()) - 301)), b"{}", KEY),
        (signed(b"{}", str(int(NOW.timestamp()) + 301)), b"{}", KEY),
        (signed(b"{}", str(int(NOW.timestamp()))), b"{}", "ff" * 32),
        (signed(b"{}", str(int(NOW.timestamp())), "ab"), b"{}", KEY),
        ({}, b"{}", KEY),
        ({"close-sig-timestamp": "now", "close-sig-hash": "ü"}, b"{}", KEY),
        ({"close-sig-timestamp": str(int(NOW.timestamp())), "close-sig-hash": "ü"}, b"{}", KEY),
        (signed(b"{}", str(int(NOW.timestamp()))), b"{}", "not hexadecimal"),
        ({"close-sig-timestamp": str(int(NOW.timestamp())),
          "close-sig-hash": hmac.new(b"", b"", hashlib.sha256).hexdigest()}, b"", ""),
    ],
)  # fmt: skip
def test_anything_else_is_not_from_close(headers, body, key):
    assert not is_from_close(key, headers, body, NOW)
