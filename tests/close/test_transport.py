import asyncio
import base64

import pytest

from closebot.close import (
    AccessToken,
    ApiKey,
    BadSecret,
    Close,
    Invalid,
    NotFound,
    RateLimited,
    TimedOut,
    Unauthorized,
    Unavailable,
    Unreachable,
    Unreadable,
    WriteUnclear,
)
from tests.close.conftest import CUT, DROP, HANG, HTML, http, said

OK = said({"id": "lead_1"})
LIMITED = said({}, 429, retry_after=1, ratelimit="limit=10; remaining=0; reset=0.6")
LIMITED_LONG = said({}, 429, retry_after=60)

# fault · what a read does · what a write does: "again" succeeds at the second try.
FAULTS = [
    ("429", LIMITED, "again", "again"),
    ("429 for a minute", LIMITED_LONG, RateLimited, RateLimited),
    ("503", http(503, b""), "again", "again"),
    ("500", http(500, b""), "again", WriteUnclear),
    ("502 in HTML", http(502, b"<html>", content_type="text/html"), "again", WriteUnclear),
    ("504 without a body", http(504, b""), "again", WriteUnclear),
    ("dropped", DROP, "again", WriteUnclear),
    ("cut off", CUT, "again", WriteUnclear),
    ("HTML with 200", HTML, "again", WriteUnclear),
    ("no text", http(200, b"\xff\xfe"), "again", WriteUnclear),
    ("JSON without an end", http(200, b"[" * 100_000), "again", WriteUnclear),
    ("a redirect", http(308, b"", location="/x/"), "again", WriteUnclear),
    ("400", said({"errors": ["no"]}, 400), Invalid, Invalid),
    ("401", said({"error": "Unauthorized"}, 401), Unauthorized, Unauthorized),
    ("404", said({"error": "Empty query"}, 404), NotFound, NotFound),
    ("404 in HTML", http(404, b"<html>"), NotFound, NotFound),
]
KINDS = [
    ("GET", {}),
    ("POST", {"json": {"query": {}}, "reads": True}),
    ("POST", {"json": {"a": 1}}),
    ("PUT", {"json": {"a": 1}}),
    ("DELETE", {}),
]
NAMES = ["a read", "a search", "a creation", "a change", "a deletion"]


@pytest.mark.parametrize(("method", "options"), KINDS, ids=NAMES)
@pytest.mark.parametrize("fault", FAULTS, ids=[fault[0] for fault in FAULTS])
async def test_what_each_fault_does_to_each_kind_of_request(scripted, fault, method, options):
    _, answer, on_read, on_write = fault
    expected = on_read if method == "GET" or options.get("reads") else on_write
    scripted.script(answer, OK)
    if expected == "again":
        assert await scripted.ask(method, **options) == {"id": "lead_1"}
        assert len(scripted.asked) == 2
    else:
        with pytest.raises(expected):
            await scripted.ask(method, **options)
        assert len(scripted.asked) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http(503, b""), Unavailable),
        (http(502, b""), Unavailable),
        (HTML, Unreadable),
        (DROP, Unreadable),
        (CUT, Unreadable),
        (LIMITED, RateLimited),
    ],
)
async def test_a_read_gives_up_within_its_deadline(scripted, answer, error):
    scripted.script(answer)
    with pytest.raises(error):
        await scripted.ask()
    assert 1 < len(scripted.asked) <= 5
    assert sum(scripted.slept) <= 7.5


async def test_a_503_is_repeated_when_it_says(scripted):
    scripted.script(http(503, b"", retry_after=3), OK)
    await scripted.ask("POST", json={})
    assert scripted.slept == [3]


async def test_a_close_that_is_down_is_unreachable_also_for_a_write(scripted):
    async with Close(api_key="api_x", base_url="http://127.0.0.1:1/api/v1/") as close:
        with pytest.raises(Unreachable):
            await close.request("POST", "/lead/", json={})


@pytest.mark.parametrize(("method", "options"), KINDS, ids=NAMES)
async def test_no_answer_in_time(scripted, method, options):
    error = TimedOut if method == "GET" or options.get("reads") else WriteUnclear
    scripted.script(HANG)
    transport = scripted.open(deadline=0.5)
    with pytest.raises(error):
        await transport.request(method, "/lead/", auth=ApiKey("api_key"), **options)
    assert len(scripted.asked) == 1
    await transport.aclose()


async def test_all_requests_of_one_errand_share_its_time(scripted):
    scripted.script(OK)
    close = Close(api_key="api_key", transport=scripted.transport, within=5)
    await close.request("GET", "/lead/")
    scripted.clock += 6
    with pytest.raises(TimedOut):
        await close.request("GET", "/lead/")
    assert len(scripted.asked) == 1


async def test_a_limit_holds_up_its_own_group_only(scripted):
    scripted.script(said({}, ratelimit="limit=10; remaining=0; reset=2.5"), OK)
    await scripted.ask("GET", "/lead/lead_aaaaaaaaaaaaaaaa/")
    await scripted.ask("GET", "/contact/")
    assert scripted.slept == []
    await scripted.ask("GET", "/lead/lead_bbbbbbbbbbbbbbbb/")
    assert scripted.slept == [2.5]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"ratelimit": "limit=100, remaining=0, reset=1"}, 1),
        ({"ratelimit": "limit=100; remaining=0; reset=0.75"}, 0.75),
        ({"ratelimit": "limit=100; remaining=0; reset=0.75", "retry_after": 1}, 1),
        ({"retry_after": "soon"}, 2),
        ({"retry_after": "nan"}, 2),
        ({}, 2),
    ],
)
async def test_how_long_a_429_is_waited_for(scripted, headers, wait):
    scripted.script(said({"rate_reset": 99}, 429, **headers), OK)
    await scripted.ask()
    assert scripted.slept == [wait]


async def test_a_key_goes_as_basic_and_a_token_as_bearer(scripted):
    scripted.script(OK)
    await scripted.transport.request("GET", "/me/", auth=ApiKey("api_secret.x"))
    await scripted.transport.request("GET", "/me/", auth=AccessToken("token"))
    sent = [asked.headers["authorization"] for asked in scripted.asked]
    assert sent == ["Basic " + base64.b64encode(b"api_secret.x:").decode(), "Bearer token"]


@pytest.mark.parametrize("secret", ["a b", "ключ", "", "a\r\nx: y", "x" * 5000])
async def test_a_secret_that_no_header_can_carry_is_refused_before_it_is_sent(scripted, secret):
    with pytest.raises(BadSecret) as raised:
        await scripted.transport.request("GET", "/me/", auth=ApiKey(secret))
    assert scripted.asked == []
    assert secret == "" or secret not in str(raised.value)


async def test_no_error_shows_the_key(scripted):
    for answer in (DROP, HTML, http(500, b""), said({"error": "Unauthorized"}, 401), LIMITED):
        scripted.script(answer)
        with pytest.raises(Exception) as raised:
            await scripted.ask("POST", json={"note": "private words"})
        assert "api_key" not in repr(raised.value)
        assert "private" not in repr(raised.value)
    assert "api_key" not in repr(ApiKey("api_key")) + repr(AccessToken("api_key"))


async def test_connections_are_kept_and_no_cookie_is(scripted):
    scripted.script(said({}, set_cookie="session=1"))
    for _ in range(3):
        await scripted.ask()
    assert scripted.connections == 1
    assert [asked for asked in scripted.asked if "cookie" in asked.headers] == []


async def test_a_few_requests_of_one_key_run_at_once_and_others_need_not_wait(scripted):
    scripted.script(HANG)

    def ask(key):
        return asyncio.create_task(scripted.transport.request("GET", "/me/", auth=ApiKey(key)))

    asking = [ask("api_busy") for _ in range(12)]
    await scripted.until(lambda: len(scripted.asked) == 5)
    asking.append(ask("api_other"))
    await scripted.until(lambda: len(scripted.asked) == 6)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)


async def test_parameters_are_written_as_close_reads_them(scripted):
    scripted.script(OK)
    await scripted.ask(params={"_fields": ["id", "name"], "is_complete": False, "x": None, "n": 3})
    assert scripted.asked[0].path == "/api/v1/lead/?_fields=id,name&is_complete=false&n=3"


async def test_the_answer_to_a_delete_may_be_empty_and_the_answer_to_a_read_may_not(scripted):
    scripted.script(http(204, b""))
    assert await scripted.ask("DELETE", "/pipeline/pipe_1/") is None
    with pytest.raises(Unreadable):
        await scripted.ask("GET")
