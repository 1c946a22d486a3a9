"""Odd requests to the Slack sandbox, and to the demo's clock: each gets an answer that says why."""

import json
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.demo.clock import Clock
from closebot.sandbox.demo.page_routes import add_routes
from closebot.sandbox.slack_api import SlackSandbox
from tests.sandbox.bolt import client_of, connected, field, modal, opened_page, opens, section

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DEEP = b"[" * 100_000
DEEP_ENOUGH = b'{"text":' + b"[" * 200 + b"]" * 200 + b"}"
YEAR = 366 * 86_400


@pytest.fixture
async def slack():
    async with SlackSandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def send(slack, session):
    """Send bytes somewhere, and return the status and the answer."""

    async def sent(path, raw, headers=JSON):
        headers = {"Authorization": f"Bearer {slack.bot_token}"} | headers
        async with session.post(slack.url + path, data=raw, headers=headers) as answer:
            return answer.status, await answer.json()

    return sent


# --- the Web API ------------------------------------------------------------------------------

ODD = {
    "no UTF-8": (b'{"text":"\xff\xfe"}', JSON, "invalid_json"),
    "no charset": (b"{}", {"Content-Type": "application/json; charset=bogus"}, "invalid_charset"),
    "deep": (DEEP, JSON, "invalid_json"),
    "deep but whole": (DEEP_ENOUGH, JSON, "invalid_json"),
    "no number": (b'{"text":NaN}', JSON, "invalid_json"),
    "infinite": (b'{"text":-Infinity}', JSON, "invalid_json"),
    "too large": (b'{"text":1e999}', JSON, "invalid_json"),
    "too long": (b'{"text":' + b"9" * 5000 + b"}", JSON, "invalid_json"),
    "no object": (b'"x"', JSON, "json_not_object"),
    "no boundary": (b"x=1", {"Content-Type": "multipart/form-data"}, "invalid_form_data"),
    "no parts": (b"x=1", {"Content-Type": "multipart/form-data; boundary=a"}, "invalid_form_data"),
    "no charset of a form": (
        b"text=x",
        {"Content-Type": f"{FORM['Content-Type']}; charset=bogus"},
        "invalid_charset",
    ),
    "blocks that are not JSON": (b"blocks=[[", FORM, "invalid_blocks_format"),
    "deep blocks": (b"blocks=" + DEEP, FORM, "invalid_blocks_format"),
    "a view without numbers": (b"view=NaN", FORM, "invalid_arguments"),
}


@pytest.mark.parametrize("name", ODD)
async def test_a_call_that_cannot_be_read_is_refused_in_slacks_words(send, slack, name):
    raw, headers, error = ODD[name]
    status, said = await send("/api/chat.postMessage", raw, headers)
    assert (status, said["ok"], said["error"]) == (200, False, error)
    (call,) = [entry for entry in slack.log if entry.kind == "call"]
    assert (call.name, call.sent, call.answer) == ("chat.postMessage", {}, said)


async def test_a_number_without_end_is_in_no_block(send):
    chart = '{"type":"pie","segments":[{"label":"a","value":%s}]}'
    block = '[{"type":"data_visualization","title":"t","chart":%s}]'
    for value, error in (("NaN", "invalid_blocks_format"), ("1e999", "invalid_blocks_format")):
        form = {"blocks": block % (chart % value)}
        _, said = await send("/api/blocks.validate", aiohttp.FormData(form)(), {})
        assert said["error"] == error
    form = {"blocks": block % (chart % "1e308")}
    _, said = await send("/api/blocks.validate", aiohttp.FormData(form)(), {})
    assert said["ok"]


# --- half a character -------------------------------------------------------------------------

HALF = "half \ud800"


async def test_a_view_with_half_a_character_is_measured_and_shown(slack):
    async with connected(slack) as app:
        opens(app, modal(section(HALF), field(), title=HALF))
        ana = slack.member("ana")
        await ana.command("/form")
        await slack.until(lambda: ana.modal)
        assert ana.modal.title == HALF
    assert slack.violations == []


# --- what the page asks -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (DEEP, "nested too deeply"),
        (DEEP_ENOUGH, "nested too deeply"),
        (b"\xff", "utf-8"),
        (b"", "Expecting value"),
        (b'{"as":"ana","value":NaN}', "NaN is not JSON"),
        (b'{"as":"ana","value":1e999}', "1e999 is not JSON"),
        (b"[]", "the body is not an object"),
    ],
    ids=str,
)
async def test_a_deed_that_cannot_be_read_is_refused(send, raw, why):
    status, said = await send("/sim/say", raw[:200_000])
    assert status == 400
    assert why in said["error"]


async def test_nothing_is_not_said(slack):
    async with opened_page(slack) as page:
        for text in ("", "  \n\t"):
            assert await page.post("say", text=text) == {
                "ok": False,
                "error": "there is nothing to say",
            }
        assert await page.get("messages") == []
        assert (await page.post("say", text="x"))["ok"]


@pytest.mark.parametrize("after", ["9" * 5000, "first", "-1", "²"])
async def test_the_log_is_asked_for_after_a_number(slack, after):
    async with opened_page(slack) as page:
        assert await page.get("log", after=after) == {
            "ok": False,
            "error": "after is not a number",
        }
        assert await page.get("log", after="9" * 18) == []


# --- the clock --------------------------------------------------------------------------------


@pytest.fixture
def clock(tmp_path, blockbuster):
    for function in blockbuster.functions.values():  # it writes a line to a file, for the bot
        function.can_block_in("closebot/sandbox/demo/clock.py", "_write")
    return Clock(tmp_path / "clock", lambda: datetime(2026, 3, 27, 12, tzinfo=UTC))


async def test_the_clock_is_moved_by_what_makes_sense(clock):
    moved = []
    async with (
        CloseSandbox(now=clock.now) as close,
        SlackSandbox(
            clock.now, extend=lambda app: add_routes(app, close, clock, lambda: moved.append(1))
        ) as slack,
        aiohttp.ClientSession() as session,
    ):

        async def move(raw):
            url = f"{slack.url}/sim/clock"
            async with session.post(url, data=raw, headers=JSON) as answer:
                return answer.status, await answer.json()

        for raw in (b"[]", b"null", b"5", DEEP, b'{"seconds":NaN}', b'{"seconds":[]}', b"{}",
                    b'{"as":["x"],"to":"morning"}', b'{"seconds":1e308}'):  # fmt: skip
            status, said = await move(raw)
            assert (status, said["ok"]) == (400, False)
            assert "the clock was not moved: " in said["error"]
        for year in range(1, 11):
            assert (await move(json.dumps({"seconds": YEAR})))[1]["ahead"] == year * YEAR
        for body in ({"seconds": 1}, {"as": "ana", "to": "morning"}):
            status, said = await move(json.dumps(body))
            assert (status, said["error"]) == (
                400,
                "the clock was not moved: it goes ten years ahead at most",
            )
        assert clock.ahead == 10 * YEAR
        assert len(moved) == 10
        await client_of(slack).auth_test()


def test_a_clock_that_began_long_ago_can_be_moved_all_the_same(clock):
    clock.begin_at(clock.now() - timedelta(days=20 * 366))
    clock.move(15 * YEAR)
    assert clock.ahead == -5 * YEAR
