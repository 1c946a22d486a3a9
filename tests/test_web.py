import base64
import hashlib
import io
import json
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from closebot.logs import SafeFormatter
from closebot.slack.payloads import Malformed, read_call
from closebot.web import build_web, draw_page, is_certificate_check, is_signed, read_body

SECRET = "s3cret"
FORM = "application/x-www-form-urlencoded"
COMMAND = {"command": "/close", "text": "help", "user_id": "U1", "team_id": "T1"}


class FakeApp:
    """Counts what reaches it: events as Bolt's application, all else as what takes it."""

    def __init__(self):
        self.asked = []

    def read(self, body):
        return read_call(body, "/close")

    async def take(self, ack, call):
        self.asked.append(call.body)
        await ack()

    async def async_dispatch(self, request):
        from slack_bolt.response import BoltResponse

        self.asked.append(request.body)
        return BoltResponse(status=200, body="")


@pytest.fixture
async def door(aiohttp_serve):
    app = FakeApp()
    state = {"ok": True}

    async def health():
        return state

    web = build_web(app, taker=app, signing_secret=SECRET, health=health, now=time.time)
    client = await aiohttp_serve(web)
    client.app, client.state = app, state
    return client


def signed(raw, *, at=None, secret=SECRET, kind=FORM):
    body = raw.encode() if isinstance(raw, str) else raw
    stamp = str(int(time.time() if at is None else at))
    import hmac

    message = b"v0:" + stamp.encode() + b":" + body
    signature = "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }
    return {"data": body, "headers": headers}


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=10**12 - 1))
def test_our_check_agrees_with_the_sdk_on_text(body, stamp):
    text = body.decode(errors="replace")
    verifier = SignatureVerifier(SECRET)
    signature = verifier.generate_signature(timestamp=str(stamp), body=text)
    assert is_signed(SECRET, str(stamp), signature, text.encode(), now=stamp)
    assert not is_signed("other", str(stamp), signature, text.encode(), now=stamp)
    assert not is_signed(SECRET, str(stamp), signature, text.encode() + b"x", now=stamp)


@pytest.mark.parametrize("stamp", ["", "abc", "-5", "１２", "1.5", "9" * 400, "9" * 5000])
def test_a_timestamp_that_is_none_is_no_signature(stamp):
    assert not is_signed(SECRET, stamp, "v0=x", b"", now=0)


async def test_a_signed_command_goes_through(door):
    answer = await door.post("/slack/events", **signed(urlencode(COMMAND)))
    assert answer.status == 200
    assert door.app.asked[0]["text"] == "help"


@pytest.mark.parametrize("late", [-360, 360])
async def test_an_old_or_early_request_is_turned_away(door, late):
    answer = await door.post("/slack/events", **signed(urlencode(COMMAND), at=time.time() + late))
    assert answer.status == 401
    assert door.app.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=abc"},
        {"X-Slack-Request-Timestamp": "{now}", "X-Slack-Signature": "v0=abc"},
        {"X-Slack-Request-Timestamp": "{now}", "X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "{now}", "X-Slack-Signature": "v0=\u20ac"},
    ],
)
async def test_an_unsigned_or_forged_request_is_turned_away(door, headers):
    now = str(int(time.time()))
    headers = {name: value.replace("{now}", now) for name, value in headers.items()}
    headers["Content-Type"] = FORM
    answer = await door.post("/slack/events", data=urlencode(COMMAND), headers=headers)
    assert answer.status == 401
    assert door.app.asked == []


async def test_another_secret_is_turned_away(door):
    answer = await door.post("/slack/events", **signed(urlencode(COMMAND), secret="wrong"))
    assert answer.status == 401


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("", FORM),
        ("hello", FORM),
        ("payload=", FORM),
        ("payload=%7B", FORM),
        ("payload=%5B%5D", FORM),
        ("payload=null", FORM),
        ("payload=" + "%5B" * 100_000, FORM),
        (urlencode({"payload": json.dumps({"type": "block_actions"})}), FORM),
        (urlencode({"payload": json.dumps({"type": "nonsense", "user": {"id": "U"}})}), FORM),
        (urlencode({"command": "/close"}), FORM),
        ("{", "application/json"),
        ("[]", "application/json"),
        ('"x"', "application/json"),
        ("{}", "application/json"),
        ('{"type": "event_callback"}', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"command=/close&text=\xff", FORM),
        (urlencode(COMMAND), "text/plain"),
        (urlencode(COMMAND), "multipart/form-data"),
    ],
)
async def test_a_signed_body_that_is_not_what_it_claims_is_refused(door, caplog, raw, kind):
    answer = await door.post("/slack/events", **signed(raw, kind=kind))
    assert answer.status == 400
    assert door.app.asked == []
    assert "a signed request was turned away" in caplog.text
    assert "/close" not in caplog.text


async def test_the_address_is_verified(door):
    raw = json.dumps({"type": "url_verification", "challenge": "c"})
    answer = await door.post("/slack/events", **signed(raw, kind="application/json"))
    assert answer.status == 200


async def test_a_body_beyond_all_measure_is_refused(door):
    large = signed("text=" + "x" * 5_000_000)
    answer = await door.post("/slack/events", **large | {"data": io.BytesIO(large["data"])})
    assert answer.status == 413


async def test_the_certificate_check_needs_no_signature(door):
    answer = await door.post("/slack/events", data={"ssl_check": "1", "token": "t"})
    assert answer.status == 200
    assert door.app.asked == []


def test_the_certificate_check_is_no_way_around_the_signature():
    assert not is_certificate_check(FORM, urlencode(COMMAND | {"ssl_check": "1"}).encode())


@pytest.mark.parametrize(("ok", "status"), [(True, 200), (False, 503)])
async def test_health_answers_for_machines(door, ok, status):
    door.state["ok"] = ok
    answer = await door.get("/health")
    assert answer.status == status
    assert (await answer.json())["ok"] is ok


async def test_without_an_app_only_health_is_served(aiohttp_serve):
    async def health():
        return {"ok": True}

    client = await aiohttp_serve(build_web(None, signing_secret="", health=health, now=time.time))
    assert (await client.get("/health")).status == 200
    assert (await client.post("/slack/events", data="x")).status == 404


def test_an_empty_form_field_stays():
    assert read_body(FORM, b"command=%2Fclose&text=") == {"command": "/close", "text": ""}


def test_the_reason_never_quotes_the_body():
    with pytest.raises(Malformed) as refused:
        read_body("application/json", b'{"secret": ')
    assert "secret" not in str(refused.value)


# --- back from Close ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    status: int = 200
    title: str = "Connected"
    sentences: tuple = ("You are Ana.",)
    team: str = "T0NORTHWIND"


@pytest.fixture
async def callback(aiohttp_serve):
    """Serve `/close/callback`; `pages` holds what it answers, `asked` what it was given."""
    asked, pages = [], [Page()]

    async def come_back(query):
        asked.append(query)
        if isinstance(pages[0], Exception):
            raise pages[0]
        return pages[0]

    async def health():
        return {"ok": True}

    web = build_web(None, signing_secret="", health=health, now=time.time, come_back=come_back)
    client = await aiohttp_serve(web)
    client.asked, client.pages = asked, pages
    return client


async def test_a_page_says_where_to_go_on(callback):
    answer = await callback.get("/close/callback?state=s&code=c")
    assert answer.status == 200
    assert callback.asked == [{"state": "s", "code": "c"}]
    text = await answer.text()
    assert "<p>You are Ana.</p>" in text
    assert 'href="slack://open?team=T0NORTHWIND"' in text


@given(title=st.text(), sentence=st.text(), team=st.text())
def test_nothing_on_a_page_is_read_as_html(title, sentence, team):
    text = draw_page(Page(200, title, (sentence,), team)).text
    own = draw_page(Page(200, "", ("",), team if "slack://" in text else "")).text
    assert text.count("<") == own.count("<")
    assert text.count('"') == own.count('"')


def test_a_page_lets_the_browser_do_nothing():
    policy = draw_page(Page()).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy


async def test_only_the_style_of_a_page_is_allowed(callback):
    answer = await callback.get("/close/callback")
    style = re.search("<style>(.*)</style>", await answer.text())[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in answer.headers["Content-Security-Policy"]


async def test_a_page_that_fails_says_so_and_nothing_of_the_address(callback, caplog):
    callback.pages[0] = ValueError("made-up-code")
    answer = await callback.get("/close/callback?code=made-up-code")
    assert answer.status == 500
    assert "broke on our side" in await answer.text()
    assert "made-up-code" not in await answer.text()
    [record] = [one for one in caplog.records if one.name == "closebot.web"]
    assert "made-up-code" not in SafeFormatter().format(record)


async def test_a_look_at_the_head_uses_no_link_up(callback):
    async with callback.session.head("/close/callback?state=s") as answer:
        assert answer.status == 405
    assert callback.asked == []


async def test_a_parameter_beyond_all_measure_is_left_out(callback):
    await callback.get("/close/callback?state=s&code=" + "x" * 5000)
    assert callback.asked == [{"state": "s"}]


async def test_nobody_comes_back_where_oauth_is_not_offered(door):
    assert (await door.get("/close/callback?state=s")).status == 404
