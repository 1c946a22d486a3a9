"""What is delivered and what comes of it, as the log tells it while it happens."""

import asyncio
import json

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from closebot.sandbox.slack_api import SlackSandbox
from tests.sandbox.bolt import (
    client_of,
    connected,
    field,
    menu,
    modal,
    opened_page,
    opens,
    options,
    plain,
    section,
    served,
)


@pytest.fixture
def within():
    return 5.0


@pytest.fixture
async def slack(within):
    async with SlackSandbox(ack_within=within, retries=(0.0,)) as sandbox:
        yield sandbox


@pytest.fixture
async def app(slack):
    async with connected(slack) as made:
        yield made


@pytest.fixture
async def page(slack):
    async with opened_page(slack) as opened:
        yield opened


async def read_log(page, after=0):
    """Read what is new after a revision, in the order in which it began."""
    rows = await page.get("log", after=str(after))
    assert [row["revision"] for row in rows] == sorted(row["revision"] for row in rows)
    return sorted(rows, key=lambda row: row["number"])


async def find(page, label):
    """Find the one row with this label."""
    (row,) = [row for row in await read_log(page) if row["label"] == label]
    return row


def is_late(slack):
    return any(entry.outcome == "late" for entry in slack.log)


# --- as it happens ----------------------------------------------------------------------------


async def test_a_delivery_stands_in_the_log_before_its_ack_and_before_what_it_brings_about(
    app, page, slack
):
    let_go = asyncio.Event()

    @app.command("/form")
    async def form(ack, respond):
        await respond("first")
        await let_go.wait()
        await ack()

    typing = asyncio.create_task(slack.member("ana").command("/form lead Acme"))
    await slack.until(slack.member("ana").last)
    delivery = await find(page, "/form lead Acme")
    response = await find(page, "response_url, use 1 of 5")
    assert (delivery["kind"], response["kind"]) == ("delivery", "response")
    assert (delivery["outcome"], delivery["ms"], delivery["answer"]) == ("pending", None, None)
    assert delivery["note"] == "waiting for the ack"
    assert delivery["sent"]["text"] == "lead Acme"
    assert delivery["number"] < response["number"]
    assert delivery["at"] < response["at"]

    let_go.set()
    await typing
    (changed,) = await read_log(page, response["revision"])
    assert changed["number"] == delivery["number"]
    assert changed["at"] == delivery["at"]
    assert (changed["outcome"], changed["note"]) == ("done", f"ack in {changed['ms']:.0f} ms")
    assert await read_log(page, changed["revision"]) == []


@pytest.mark.parametrize("within", [0.3])
async def test_an_ack_that_is_too_late_is_told_when_it_comes(app, page, slack):
    let_go = asyncio.Event()

    @app.command("/form")
    async def form(ack):
        await let_go.wait()
        await ack("at last")

    await slack.member("ana").command("/form")
    missed = await find(page, "/form")
    assert (missed["outcome"], missed["note"]) == ("missed", "no ack in 0.3 s")
    assert (missed["ms"], missed["answer"]) == (None, {"error": "operation_timeout"})

    let_go.set()
    await slack.until(lambda: is_late(slack))
    late = await find(page, "/form")
    assert late["number"] == missed["number"]
    assert late["revision"] > missed["revision"]
    assert late["note"] == f"ack after {late['ms']:.0f} ms, too late"
    assert late["ms"] > 300
    assert late["answer"] == {"error": "operation_timeout", "too_late": {"text": "at last"}}
    assert slack.member("ana").last() is None  # Slack does nothing with it


@pytest.mark.parametrize("within", [0.3])
async def test_an_ack_over_http_that_is_too_late_is_told_as_well(page, slack):
    let_go = asyncio.Event()

    async def answer_late(_):
        await let_go.wait()
        return web.Response()

    async with served(answer_late) as address:
        slack.request_url = address
        await slack.member("ana").command("/form")
        assert (await find(page, "/form"))["outcome"] == "missed"
        let_go.set()
        await slack.until(lambda: is_late(slack))
    assert len(slack.violations) == 1


async def test_where_nobody_is_connected_no_ack_took_any_time(page, slack):
    await slack.member("ana").command("/form")
    row = await find(page, "/form")
    assert (row["outcome"], row["note"], row["ms"]) == ("failed", "nobody was connected", None)


async def test_an_app_that_fails_is_told_with_the_time_that_it_took(page, slack):
    async def refuse(_):
        return web.Response(status=500)

    async with served(refuse) as address:
        slack.request_url = address
        await slack.member("ana").command("/form")
    row = await find(page, "/form")
    assert (row["outcome"], row["answer"]) == ("failed", {"error": "http_status_500"})
    assert row["note"] == f"failed after {row['ms']:.0f} ms"


# --- which is which ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("/form   lead\n Acme ", "/form lead Acme"),
        ("/form " + "word " * 40, "/form " + "word " * 14 + "…"),
        ("/form key_" + "x" * 100, "/form …"),
    ],
)
async def test_a_command_is_called_what_was_typed(page, slack, typed, label):
    await slack.member("ana").command(typed)
    row = (await read_log(page))[0]
    assert (row["label"], row["name"]) == (label, "the command /form")


async def test_what_was_typed_into_a_menu_is_told(app, page, slack):
    opens(app, modal(field(label="Lead", element=menu("value"))))

    @app.options("value")
    async def suggest(ack):
        await ack(options=options("Acme"))

    ana = slack.member("ana")
    await ana.command("/form")
    await slack.until(lambda: ana.modal)
    await ana.suggest("Lead", "ac")
    assert await find(page, 'the options of value for "ac"')


async def test_an_event_that_comes_again_is_told_apart(page, slack):
    await slack.member("ana").open_home()
    await slack.until(lambda: len(slack.log) == 4)
    labels = [row["label"] for row in await read_log(page) if row["kind"] == "delivery"]
    name = "the event app_home_opened"
    assert labels == [name, f"{name}, delivered again (1)"]


async def test_an_address_that_was_never_handed_out_is_told_as_such(page, slack):
    place = f"{slack.url}/commands/{slack.team_id}/0"
    async with page.session.post(place, json={"text": "x"}) as answer:
        assert answer.status == 404
    first, then = await read_log(page)
    assert (first["label"], first["answer"]["status"]) == ("response_url, an unknown one", 404)
    assert (first["kind"], then["kind"]) == ("response", "violation")


async def test_a_call_by_a_form_is_told_with_its_arguments(page, slack):
    sent = {"token": slack.bot_token, "user": slack.user("ana").id}
    async with page.session.post(slack.api_url + "users.info", data=sent) as answer:
        assert (await answer.json())["ok"]
    (row,) = await read_log(page)
    assert row["sent"] == {"user": slack.user("ana").id}


# --- an app that misbehaves -------------------------------------------------------------------


@pytest.mark.parametrize("within", [1.0])
async def test_what_an_app_must_not_do_follows_what_it_did(app, page, slack):
    statuses, let_go = [], asyncio.Event()

    @app.command("/slow")
    async def slow(ack):
        await let_go.wait()
        await ack()

    @app.command("/invalid")
    async def invalid(ack, client, body):
        await ack()
        text = "x" * 3001
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(
                channel=body["channel_id"], text="x", blocks=[section(text)]
            )
        statuses.append("refused")

    @app.command("/many")
    async def many(ack, respond):
        await ack()
        statuses.extend([(await respond("again")).status_code for _ in range(6)])

    ana = slack.member("ana")
    await ana.command("/slow")
    await ana.command("/invalid")
    await slack.until(lambda: statuses == ["refused"])
    await ana.command("/many")
    await slack.until(lambda: len(statuses) == 7)
    let_go.set()
    await slack.until(lambda: is_late(slack))

    rows = await read_log(page)
    numbers = {row["label"]: row["number"] for row in rows}
    told = {row["name"]: row["number"] for row in rows if row["kind"] == "violation"}
    late, invalid_blocks, used = told
    assert numbers["/slow"] < told[late] < numbers["/invalid"]
    assert told[invalid_blocks] == numbers["chat.postMessage"] + 1
    assert told[used] == numbers["response_url, use 6 of 5"] + 1
    assert (await find(page, "/slow"))["outcome"] == "late"
    assert late == "late ack: the command /slow was not acknowledged within 1 s."
    assert "chat.postMessage was sent what Slack does not take" in invalid_blocks
    assert "/blocks/0/text/text" in invalid_blocks
    assert used == "response_url: used_url: an address that was used five times."
    uses = [row for row in rows if row["kind"] == "response"]
    assert [row["label"] for row in uses] == [f"response_url, use {n} of 5" for n in range(1, 7)]
    assert [row["answer"]["status"] for row in uses] == [200] * 5 + [404]
    assert (await page.get("state"))["violations"] == list(told)


# --- bytes that are no payload ----------------------------------------------------------------

DEEP = b"[" * 100_000
DEEP_ENOUGH = b'{"text":"x","attachments":[' + b'{"a":' * 200 + b"1" + b"}" * 200 + b"]}"


@pytest.fixture
async def address(app, slack):
    """Give a response address."""
    given = []

    @app.command("/keep")
    async def keep(ack, body):
        await ack()
        given.append(body["response_url"])

    await slack.member("ana").command("/keep")
    return given[0]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"\xff", "application/json"),
        (b'{"text":', "application/json"),
        (DEEP, "application/json"),
        (DEEP_ENOUGH, "application/json"),
        (b'{"text":"x","metadata":{"n":NaN}}', "application/json"),
        (b'{"text":"x","metadata":{"n":-Infinity}}', "application/json"),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=a"),
        (b"x", "application/json; charset=bogus"),
        (b'{"text":"x","response_type":["ephemeral"]}', "application/json"),
    ],
)
async def test_a_response_that_is_no_json_is_refused(address, page, slack, raw, kind):
    sent = {"data": raw, "headers": {"Content-Type": kind}}
    async with page.session.post(address, **sent) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"].startswith("invalid_")
    assert slack.violations[-1].startswith("response_url: invalid_")
    assert await page.get("messages") == []
    row = await find(page, "response_url, use 1 of 5")
    assert row["answer"]["status"] == 400
    assert row["sent"]


async def test_a_charset_that_there_is_not_does_not_matter(address, page, slack):
    headers = {"Content-Type": "application/json; charset=bogus"}
    async with page.session.post(address, data=b'{"text":"hi"}', headers=headers) as answer:
        assert answer.status == 200
    assert slack.member("ana").last().text == "hi"


@pytest.mark.parametrize("raw", [DEEP, DEEP_ENOUGH, b'{"envelope_id":"x","payload":NaN}', b"{"])
async def test_a_socket_takes_no_harm_from_what_is_no_json(slack, raw):
    client = client_of(slack)
    address = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
        await socket.receive_json()
        await socket.send_str(raw.decode())
        await slack.until(lambda: slack.violations)
        assert slack.violations == ["The app sent something over its socket that is not JSON."]
        typing = asyncio.create_task(slack.member("ana").command("/form"))
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "hi"}})
        await typing
    assert slack.member("ana").last().text == "hi"


@pytest.mark.parametrize(
    ("raw", "charset", "error"),
    [
        (DEEP, "utf-8", "invalid JSON in the acknowledgement"),
        (b'{"text":NaN}', "utf-8", "invalid JSON in the acknowledgement"),
        (b'{"text":"\xff"}', "utf-8", "invalid JSON in the acknowledgement"),
        (b"{}", "bogus", ""),
    ],
)
async def test_an_ack_over_http_that_is_no_json_leaves_a_form_as_it_is(slack, raw, charset, error):
    said = web.Response()

    async def answer(request):
        return web.Response(body=said.body, headers=said.headers)

    ana = slack.member("ana")
    async with connected(slack) as app:
        opens(app, modal(field(optional=True)))
        await ana.command("/form")
        await slack.until(lambda: ana.modal)
    async with served(answer) as address:
        slack.request_url = address
        said = web.Response(
            body=raw, headers={"Content-Type": f"application/json; charset={charset}"}
        )
        await ana.submit()
        assert bool(ana.modal) == bool(error)
        assert [error in one for one in slack.violations] == [True] * bool(error)
        if error:
            assert ana.modal.view.submitting is False
            said = web.Response()
            await ana.submit()
            assert ana.modal is None


async def test_a_half_character_goes_over_http_as_something_else(page, slack):
    bodies = []

    async def take(request):
        bodies.append((await request.post())["text"])
        return web.Response()

    async with served(take) as address:
        slack.request_url = address
        assert (await page.post("command", text="/form \ud800"))["ok"]
    assert bodies == ["?"]


# --- whose requests are taken -----------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "[::1"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://["},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["api/blocks.validate", "api/nothing", "commands/T0/0"])
async def test_another_site_writes_nothing_into_the_log(page, slack, path, headers):
    sent = {"data": {"blocks": "[[["}, "headers": headers}
    async with page.session.post(f"{slack.url}/{path}", **sent) as answer:
        assert answer.status == 403
    assert slack.log == []
    assert slack.violations == []


@pytest.mark.parametrize("headers", [{"Host": "[::1"}, {"Origin": "http://["}])
async def test_an_address_that_is_none_is_turned_away(page, slack, headers):
    async with page.session.get(f"{slack.url}/sim/state?as=ana", headers=headers) as answer:
        assert answer.status == 403


async def test_an_app_of_this_machine_is_taken_by_whatever_name(page, slack):
    port = slack.url.rpartition(":")[2]
    for headers in (
        {"Host": f"localhost:{port}"},
        {"Host": f"[::1]:{port}"},
        {"Origin": slack.url, "Sec-Fetch-Site": "same-origin"},
    ):
        sent = {"json": {"view": {"type": "modal", "title": plain("x")}}, "headers": headers}
        async with page.session.post(slack.api_url + "blocks.validate", **sent) as answer:
            assert json.loads(await answer.text())["ok"] is False
            assert answer.status == 200
