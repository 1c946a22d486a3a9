"""The HTTP side: `POST /slack/events`, `GET /close/callback` and `GET /health`.

The signature is checked here, over the raw bytes and before anything is parsed: the SDK's own
check wants text, and Bolt parses the body before it verifies it.
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import base64
import hashlib
import hmac
import html
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.typedefs import Handler
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from closebot.slack.payloads import Call, Malformed
from closebot.wire import read_json

log = logging.getLogger(__name__)

OLDEST = 300
LARGEST = 4 * 1024 * 1024
_LONGEST = 4000
_BROKEN = "Something broke on our side. Please go back to Slack and try again."
_FORM = "application/x-www-form-urlencoded"

_STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;"
    "color:#1d1c1d;background:#fff}h1{font-size:1.6rem}a{color:#1264a3}"
    "@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#1a1d21}a{color:#4bb1f3}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# The address that led here holds a code: no other server and no cache is to learn it.
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_BAD_BODY = partial(web.json_response, {"error": "invalid body"}, status=400)


class Page(Protocol):
    """What a page says, in plain text. `team`: the Slack workspace it leads back to, if any."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def title(self) -> str:
        """The heading."""

    @property
    def sentences(self) -> Sequence[str]:
        """What stands below it."""

    @property
    def team(self) -> str:
        """Whose Slack it leads back to."""


class Taker(Protocol):
    """What reads payloads, acks them, and starts the work."""

    def read(self, body: Mapping[str, Any]) -> Call | None:
        """Read what was delivered; None for what is of no use here. Raises `Malformed`."""

    async def take(self, ack: AsyncAck, call: Call) -> None:
        """Ack what a person did, and start the work."""


Health = Callable[[], Awaitable[Mapping[str, Any]]]
# Answers whoever comes back from Close, by the parameters of the address.
ComeBack = Callable[[Mapping[str, str]], Awaitable[Page]]


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
            body = read_json(text)
        elif content_type == _FORM:
            body = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)))
            if "payload" in body:
                body = read_json(body["payload"])
        else:
            raise Malformed("a content type that Slack does not send")
    except (UnicodeDecodeError, ValueError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed("not readable as what its content type says") from None
    if not isinstance(body, dict):
        raise Malformed("not an object")
    return body


def is_certificate_check(content_type: str, raw: bytes) -> bool:
    """Recognize Slack's check of the certificate: it asks for nothing but a 200."""
    if content_type != _FORM or len(raw) > 500 or b"ssl_check" not in raw:
        return False
    fields = dict(parse_qsl(raw.decode(errors="replace")))
    return fields.get("ssl_check") == "1" and fields.keys() <= {"ssl_check", "token"}


async def _dispatch(
    app: AsyncApp, taker: Taker | None, request: web.Request, raw: bytes
) -> web.StreamResponse:
    """Hand a signed request to what takes it, or to Bolt. Raises `Malformed`.

    A person waits for an ack, and by Bolt the same one takes a third longer. Events go that way:
    it knows which of them the app itself has caused.
    """
    body = read_body(request.content_type, raw)
    if taker is not None and body.get("type") != "url_verification":
        call = taker.read(body)
        if call is None:
            return web.Response()  # of a kind that is of no use here
        if call.kind != "event":
            ack = AsyncAck()  # type: ignore[no-untyped-call]
            await taker.take(ack, call)
            return await _answer(ack.response)
    headers: dict[str, Any] = dict(request.headers)
    try:  # as in Socket Mode: Bolt is handed what was read here, and reads nothing by itself
        asked = AsyncBoltRequest(mode="socket_mode", body=body, headers=headers)
        answer = await app.async_dispatch(asked)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # Bolt reads unchecked
        raise Malformed(f"{type(error).__name__} while it was read") from None
    return await to_aiohttp_response(answer)


async def _answer(acked: BoltResponse | None) -> web.Response:
    if acked is None or not acked.body:
        return web.Response()
    return await to_aiohttp_response(acked)


def draw_page(page: Page) -> web.Response:
    """Draw a page: no script, and everything in it escaped.

    https://docs.slack.dev/interactivity/deep-linking
    """
    title = html.escape(page.title)
    said = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in page.sentences)
    if re.fullmatch(r"[A-Z0-9]{3,30}", page.team):
        said += f'<p><a href="slack://open?team={page.team}">Open Slack</a></p>'
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} · closebot</title><style>{_STYLE}</style>"
        f"<h1>{title}</h1>{said}</html>"
    )
    return web.Response(
        body=text.encode(errors="replace"),  # half a character in a name is no reason to fail
        status=page.status,
        content_type="text/html",
        charset="utf-8",
        headers=HEADERS,
    )


def _callback(come_back: ComeBack) -> Handler:
    async def on_callback(request: web.Request) -> web.StreamResponse:
        asked = {name: value for name, value in request.query.items() if len(value) <= _LONGEST}
        try:
            return draw_page(await come_back(asked))
        except Exception:
            log.exception("somebody who came back from Close was not answered")
            return web.Response(text=_BROKEN, status=500, headers=HEADERS)

    return on_callback


def build_web(
    app: AsyncApp | None,
    *,
    taker: Taker | None = None,
    signing_secret: str,
    health: Health,
    now: Callable[[], float],
    come_back: ComeBack | None = None,
) -> web.Application:
    """Make the web application; without `app` (Socket Mode) Slack is not answered here.

    `taker`: what takes all payloads but events, which are Bolt's.
    `come_back`: what `/close/callback` answers, where people connect by OAuth.
    """

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
            return await _dispatch(app, taker, request, raw)
        except Malformed as error:
            log.warning("a signed request was turned away: %s", error)
            return _BAD_BODY()

    async def on_health(_: web.Request) -> web.StreamResponse:
        state = await health()
        return web.json_response(state, status=200 if state["ok"] else 503)

    application = web.Application(client_max_size=LARGEST)
    if app is not None:
        application.router.add_post("/slack/events", on_slack)
    if come_back is not None:
        # A look at the head alone would use the link up.
        application.router.add_get("/close/callback", _callback(come_back), allow_head=False)
    application.router.add_get("/health", on_health)
    return application
