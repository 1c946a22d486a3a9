"""The HTTP side: `POST /slack/events` and `GET /health`.

The signature is checked here, over the raw bytes and before anything is parsed: the SDK's own
check wants text, and Bolt parses the body before it verifies it.
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from closebot.slack.payloads import Malformed, read_call

log = logging.getLogger(__name__)

OLDEST = 300
LARGEST = 4 * 1024 * 1024
_FORM = "application/x-www-form-urlencoded"

_BAD_BODY = partial(web.json_response, {"error": "invalid body"}, status=400)

Health = Callable[[], Awaitable[Mapping[str, Any]]]


def is_signed(secret: str, timestamp: str, signature: str, body: bytes, now: float) -> bool:
    """Check Slack's signature of a request that is at most five minutes old.

    `now` and `timestamp` are Unix seconds.
    """
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or abs(now - int(timestamp)) > OLDEST:
        return False
    signed = b"v0:" + timestamp.encode() + b":" + body
    expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))


def read_body(content_type: str, raw: bytes) -> dict[str, Any]:
    """Parse a signed body. Raises `Malformed` when it is not what it claims to be."""
    try:
        text = raw.decode()
        if content_type == "application/json":
            body = json.loads(text)
        elif content_type == _FORM:
            body = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)))
            if "payload" in body:
                body = json.loads(body["payload"])
        else:
            raise Malformed("a content type that Slack does not send")
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed("not readable as what its content type says") from None
    if not isinstance(body, dict):
        raise Malformed("not an object")
    return body


def is_certificate_check(content_type: str, raw: bytes) -> bool:
    """Recognize Slack's check of the certificate: it asks for nothing but a 200."""
    if content_type != _FORM or len(raw) > 500:
        return False
    fields = dict(parse_qsl(raw.decode(errors="replace")))
    return fields.get("ssl_check") == "1" and fields.keys() <= {"ssl_check", "token"}


async def _dispatch(app: AsyncApp, request: web.Request, raw: bytes) -> web.StreamResponse:
    """Hand a signed request to Bolt. Raises `Malformed`."""
    body = read_body(request.content_type, raw)
    if body.get("type") != "url_verification" and read_call(body, "/") is None:
        return web.Response()  # of a kind that is of no use here
    headers: dict[str, Any] = dict(request.headers)
    try:  # as in Socket Mode: Bolt is handed what was read here, and reads nothing by itself
        asked = AsyncBoltRequest(mode="socket_mode", body=body, headers=headers)
        answer = await app.async_dispatch(asked)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # Bolt reads unchecked
        raise Malformed(f"{type(error).__name__} while it was read") from None
    return await to_aiohttp_response(answer)


def build_web(
    app: AsyncApp | None, *, signing_secret: str, health: Health, now: Callable[[], float]
) -> web.Application:
    """Make the web application; without `app` (Socket Mode) it only answers `/health`."""

    async def on_slack(request: web.Request) -> web.StreamResponse:
        try:
            raw = await request.read()
        except web.RequestPayloadError:  # it says it is compressed, and is not
            return _BAD_BODY()
        if is_certificate_check(request.content_type, raw):
            return web.Response()
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not is_signed(signing_secret, timestamp, signature, raw, now()):
            log.info("a request without a valid signature was turned away")
            return web.json_response({"error": "invalid request"}, status=401)
        assert app is not None  # noqa: S101 - the route exists only with an app
        try:
            return await _dispatch(app, request, raw)
        except Malformed as error:
            log.warning("a signed request was turned away: %s", error)
            return _BAD_BODY()

    async def on_health(_: web.Request) -> web.StreamResponse:
        state = await health()
        return web.json_response(state, status=200 if state["ok"] else 503)

    application = web.Application(client_max_size=LARGEST)
    if app is not None:
        application.router.add_post("/slack/events", on_slack)
    application.router.add_get("/health", on_health)
    return application
