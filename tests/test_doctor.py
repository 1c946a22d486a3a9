"""`closebot doctor`: each fault is named with a next step, against the simulators."""

import asyncio
import json
import os
import sqlite3
import sys
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from closebot.app import build
from closebot.doctor import Finding, draw, examine
from closebot.manifest import SCOPES
from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.slack_api import SlackSandbox
from closebot.settings import read_settings
from closebot.store import Connection, Digest, Owner, Store, Vault, new_key
from closebot.store.migrations import migrations
from tests.workspace import environ_for

ANA = Owner("T1", "U1")
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
async def slack():
    async with SlackSandbox(scopes=tuple(SCOPES)) as sandbox:
        yield sandbox


@pytest.fixture
async def close():
    async with CloseSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def environ(slack, close, tmp_path):
    return environ_for(slack, close, tmp_path, "socket")


async def keep(environ, *works):
    """Do these with the store of `environ`, and close it."""

    def do():
        store = Store.open(environ["CLOSEBOT_DB"], Vault(environ["CLOSEBOT_KEYS"].split(",")))
        for work in works:
            asyncio.run(work(store))
        store.close()

    await asyncio.to_thread(do)


async def connect(environ, secret, owner=ANA, kind="api_key"):
    now = datetime.now(UTC)
    one = Connection(owner, kind, secret, "user_1", "Ana", "orga_1", "N", "UTC", now, now)
    await keep(environ, lambda store: store.save_connection(one))


async def look(environ, **more):
    """Return the table by the names of its lines; several of one name are a list of their own."""
    findings = await examine(environ, **more)
    drawn = draw(findings)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "CLOSEBOT_KEYS"):
        assert environ.get(name, "\0") not in drawn
    for one in findings:
        assert one.step or one.state not in ("wrong", "warn") or "Slack did not say" in one.said
    table = {}
    for one in findings:
        table.setdefault(one.name, []).append(one)
    return table


def only(table, name, state):
    (found,) = table[name]
    assert found.state == state, found
    return found


def wrong(table):
    return sorted({one.name for found in table.values() for one in found if one.state == "wrong"})


# --- nothing is wrong -------------------------------------------------------------------------


async def test_a_sound_deployment_has_no_fault(environ, close):
    await connect(environ, close.keys["ana"])
    table = await look(environ)
    assert {one.state for found in table.values() for one in found} == {"ok"}
    assert set(table) == {
        "Python", "Settings", "Database", "Key", "A connection", "Digests",
        "Slack token", "Slack scopes", "Socket Mode", "Close", "Clock",
    }  # fmt: skip


async def test_settings_of_both_ways_in_are_no_fault(environ, slack):
    table = await look(environ | {"SLACK_SIGNING_SECRET": slack.signing_secret})
    assert wrong(table) == []
    assert "SLACK_SIGNING_SECRET is not used" in only(table, "Socket Mode", "ok").said


async def test_before_the_first_start_the_database_is_left_unmade(environ, tmp_path):
    table = await look(environ)
    assert "will be made" in only(table, "Database", "ok").said
    assert list(tmp_path.iterdir()) == []
    assert wrong(table) == []


async def test_looking_changes_nothing(environ, close, tmp_path):
    await connect(environ, close.keys["ana"])
    before = (tmp_path / "closebot.db").read_bytes()
    await look(environ)
    assert (tmp_path / "closebot.db").read_bytes() == before
    assert [one["method"] for one in close.requests if one["method"] != "GET"] == []


# --- settings ---------------------------------------------------------------------------------


async def test_every_wrong_setting_is_listed_and_none_is_quoted():
    secret = "not-a-token-but-secret"
    table = await look({"SLACK_BOT_TOKEN": secret, "PORT": "many", "CLOSEBOT_KEYS": "short"})
    said = " ".join(one.said for one in table["Settings"])
    for name in ("SLACK_BOT_TOKEN", "PORT", "CLOSEBOT_KEYS", "SLACK_SIGNING_SECRET"):
        assert name in said
    assert secret not in said
    assert wrong(table) == ["Settings"]


async def test_a_misspelt_setting_is_pointed_at(environ):
    table = await look(environ | {"CLOSEBOT_KEY": "x"})
    assert "did you mean CLOSEBOT_KEYS?" in only(table, "Settings", "warn").said
    assert wrong(table) == []


# --- Slack ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("token_revoked", "SLACK_BOT_TOKEN was revoked"),
        ("account_inactive", "SLACK_BOT_TOKEN belongs to a removed app"),
        ("invalid_auth", "SLACK_BOT_TOKEN is not accepted"),
    ],
)
async def test_a_token_that_slack_refuses_is_named(environ, slack, code, said):
    slack.faults.fail("auth.test", error=code)
    table = await look(environ)
    assert said in only(table, "Slack token", "wrong").said
    assert wrong(table) == ["Slack token"]


async def test_a_missing_scope_is_named(environ, close, tmp_path):
    async with SlackSandbox(scopes=("commands", "users:read")) as slack:
        table = await look(environ_for(slack, close, tmp_path, "socket"))
    assert "chat:write" in only(table, "Slack scopes", "wrong").said
    assert wrong(table) == ["Slack scopes"]


async def test_a_scope_too_many_is_pointed_at(environ, close, tmp_path):
    async with SlackSandbox(scopes=(*SCOPES, "channels:history")) as slack:
        table = await look(environ_for(slack, close, tmp_path, "socket"))
    assert "channels:history" in only(table, "Slack scopes", "warn").said
    assert wrong(table) == []


async def test_an_app_token_that_slack_refuses_is_named(environ):
    table = await look(environ | {"SLACK_APP_TOKEN": "xapp-another-one"})
    assert "SLACK_APP_TOKEN is not accepted" in only(table, "Socket Mode", "wrong").said
    assert wrong(table) == ["Socket Mode"]


async def test_what_slack_says_is_not_printed_as_it_is(environ, slack):
    slack.faults.fail("auth.test", error="<script>\x1b[31m " + slack.bot_token)
    table = await look(environ)
    said = only(table, "Slack token", "wrong").said
    assert "<script>" not in said
    assert "\x1b" not in said


async def test_without_a_network_every_check_says_so(environ):
    table = await look(
        environ | {"SLACK_API_URL": f"{NOWHERE}/api/", "CLOSE_API_URL": f"{NOWHERE}/api/v1/"}
    )
    assert wrong(table) == ["Close", "Slack token", "Socket Mode"]
    assert f"Slack does not answer at {NOWHERE}/api/" in table["Slack token"][0].said
    assert f"Close does not answer at {NOWHERE}/api/v1/" in table["Close"][0].said
    assert only(table, "Clock", "skipped")


async def test_a_server_that_never_answers_is_not_waited_for(environ):
    async def keep_silent(reader, writer):
        await reader.read()
        writer.close()

    async with await asyncio.start_server(keep_silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        silent = f"http://127.0.0.1:{port}"
        table = await look(
            environ | {"SLACK_API_URL": f"{silent}/api/", "CLOSE_API_URL": f"{silent}/api/v1/"},
            patience=0.3,
        )
    assert wrong(table) == ["Close", "Slack token", "Socket Mode"]
    assert "Timeout" in table["Close"][0].said


# --- the request address ----------------------------------------------------------------------


@pytest.fixture
def http_environ(slack, close, tmp_path):
    return environ_for(slack, close, tmp_path, "http")


async def test_an_address_that_nobody_told_is_not_tried(http_environ):
    table = await look(http_environ)
    assert "CLOSEBOT_PUBLIC_URL" in only(table, "Request address", "warn").step
    assert wrong(table) == []


async def test_an_address_at_which_closebot_answers_is_good(http_environ):
    bot = build(read_settings(http_environ))
    await bot.start()
    try:
        url = f"http://127.0.0.1:{bot.port}"
        table = await look(http_environ | {"CLOSEBOT_PUBLIC_URL": url})
        assert only(table, "Request address", "ok")
        assert wrong(table) == []
    finally:
        await bot.stop()


async def test_an_address_at_which_nobody_answers_is_a_fault(http_environ):
    table = await look(http_environ | {"CLOSEBOT_PUBLIC_URL": NOWHERE})
    assert "closebot does not answer" in only(table, "Request address", "wrong").said
    assert wrong(table) == ["Request address"]


async def test_an_address_of_another_server_is_a_fault(http_environ, aiohttp_serve):
    async def hello(_):
        return web.Response(text="hello")

    application = web.Application()
    application.router.add_get("/health", hello)
    served = await aiohttp_serve(application)
    url = str(served.session._base_url)
    table = await look(http_environ | {"CLOSEBOT_PUBLIC_URL": url})
    assert only(table, "Request address", "wrong")


async def test_in_socket_mode_the_public_address_is_no_reason_to_fail(environ):
    table = await look(environ | {"CLOSEBOT_PUBLIC_URL": NOWHERE})
    assert only(table, "Public address", "warn")
    assert wrong(table) == []


# --- Close ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "step"), [(503, "try again later"), (404, "CLOSE_API_URL")])
async def test_a_close_that_answers_otherwise_is_a_fault(environ, close, status, step):
    close.faults.add(method="GET", path="/me/", status=status, times=9)
    table = await look(environ)
    found = only(table, "Close", "wrong")
    assert str(status) in found.said
    assert step in found.step
    assert wrong(table) == ["Close"]


async def test_somebody_whose_key_was_taken_back_is_pointed_at(environ, close):
    await connect(environ, "api_revoked-key-of.ana")
    table = await look(environ)
    found = only(table, "A connection", "warn")
    assert ANA.user in found.said
    assert "api_revoked" not in found.said


async def test_a_grant_is_left_alone(environ, close):
    await connect(environ, '{"access_token": "x"}', kind="oauth")
    close.requests.clear()
    table = await look(environ)
    assert only(table, "A connection", "skipped")
    assert len(close.requests) <= 1


# --- the clock --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "state"), [(30, "ok"), (90, "warn"), (-90, "warn"), (600, "wrong")]
)
async def test_a_clock_that_is_off_is_told(environ, seconds, state):
    table = await look(environ, now=lambda: datetime.now(UTC) + timedelta(seconds=seconds))
    assert only(table, "Clock", state)


# --- database, key, digests -------------------------------------------------------------------


async def test_a_file_that_is_no_database_is_named(environ, tmp_path):
    (tmp_path / "closebot.db").write_bytes(b"this is no database, whatever it is called" * 40)
    table = await look(environ)
    assert "is not a SQLite database" in only(table, "Database", "wrong").said
    assert wrong(table) == ["Database"]


async def test_a_damaged_database_is_named(environ, close, tmp_path):
    now = datetime.now(UTC)
    rows = [
        Connection(Owner("T1", f"U{number}"), "api_key", "k", "u", "A", "o", "N", "UTC", now, now)
        for number in range(300)
    ]
    await keep(environ, *(lambda store, one=one: store.save_connection(one) for one in rows))
    path = tmp_path / "closebot.db"
    content = bytearray(path.read_bytes())
    for page in range(8, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)
    table = await look(environ)
    assert "is damaged" in only(table, "Database", "wrong").said


async def test_a_folder_that_is_not_there_is_named(environ, tmp_path):
    table = await look(environ | {"CLOSEBOT_DB": str(tmp_path / "nowhere" / "closebot.db")})
    assert "does not exist" in only(table, "Database", "wrong").said


async def test_another_programs_database_is_named(environ, tmp_path):
    db = sqlite3.connect(tmp_path / "closebot.db")
    db.execute("CREATE TABLE theirs (id)")
    db.close()
    table = await look(environ)
    assert "belongs to another program" in only(table, "Database", "wrong").said


async def test_a_database_that_another_process_holds_is_named(environ):
    await keep(environ)
    db = sqlite3.connect(environ["CLOSEBOT_DB"], isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    table = await look(environ, patience=0.1)
    db.close()
    assert "is held by another process" in only(table, "Database", "wrong").said


async def test_an_older_schema_is_no_fault(environ, tmp_path):
    from sqlite_utils import Database

    db = Database(tmp_path / "closebot.db")
    migrations.apply(db, stop_before="m002_memory")
    db.enable_wal()
    db.close()
    table = await look(environ)
    assert wrong(table) == []
    assert "brings its schema up to date" in only(table, "Database", "ok").said


async def test_a_database_without_a_journal_is_pointed_at(environ):
    await keep(environ)
    db = sqlite3.connect(environ["CLOSEBOT_DB"])
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()
    assert only(await look(environ), "Database", "warn")


async def test_a_newer_closebots_database_is_named(environ):
    await keep(environ)
    db = sqlite3.connect(environ["CLOSEBOT_DB"])
    with db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('closebot', 'm999_later', '')"
        )
    db.close()
    assert "newer closebot" in only(await look(environ), "Database", "wrong").said


async def test_a_running_bots_database_can_be_looked_at(environ):
    bot = build(read_settings(environ))
    await bot.start()
    try:
        assert wrong(await look(environ)) == []
    finally:
        await bot.stop()


async def test_another_key_is_named(environ, close):
    await connect(environ, close.keys["ana"])
    table = await look(environ | {"CLOSEBOT_KEYS": new_key()})
    assert "a key that is not in CLOSEBOT_KEYS" in only(table, "Key", "wrong").said
    assert wrong(table) == ["Key"]


async def test_a_row_that_no_key_opens_is_counted(environ, close):
    await connect(environ, close.keys["ana"])
    await connect(environ, close.keys["ben"], Owner("T1", "U2"))
    db = sqlite3.connect(environ["CLOSEBOT_DB"])
    with db:
        db.execute("UPDATE connections SET sealed = 'gAAAA' WHERE user = 'U2'")
    db.close()
    table = await look(environ)
    assert "opens 1 of 2 connections" in only(table, "Key", "wrong").said


async def add_digest(environ, owner=ANA, **more):
    now = datetime.now(UTC)
    given = {
        "id": "digest_1", "owner": owner, "channel": "C1", "made_by": "U9",
        "close_user_id": "user_1", "organization_id": "orga_1", "plan": {}, "next_day": "x",
        "next_at": now + timedelta(days=1), "made_at": now,
    }  # fmt: skip
    await keep(environ, lambda store: store.digests.add(Digest(**given | more)))


async def test_a_digest_that_cannot_run_says_why(environ, close):
    await connect(environ, close.keys["ana"])
    await add_digest(environ, state="broken", why="Close does not accept the key any more.")
    found = only(await look(environ), "Digests", "wrong")
    assert "in C1, made by U9: Close does not accept the key any more" in found.said


async def test_a_digest_of_somebody_who_left_is_a_fault(environ, close):
    await connect(environ, close.keys["ana"])
    await add_digest(environ, Owner("T1", "U404"))
    assert "U404" in only(await look(environ), "Digests", "wrong").said


async def test_a_digest_that_nobody_made_is_pointed_at(environ, close):
    await connect(environ, close.keys["ana"])
    await add_digest(environ, next_at=datetime.now(UTC) - timedelta(hours=5))
    assert only(await look(environ), "Digests", "warn")


async def test_digests_that_run_or_rest_are_no_fault(environ, close):
    await connect(environ, close.keys["ana"])
    await add_digest(environ)
    await add_digest(environ, Owner("T1", "U404"), id="digest_2", state="paused")
    assert only(await look(environ), "Digests", "ok").said == "1 run"


# --- the command ------------------------------------------------------------------------------


def test_the_table_is_aligned_and_counts_the_faults():
    drawn = draw([
        Finding("One", "ok", "good"),
        Finding("Another", "wrong", "bad", "Do this."),
    ])  # fmt: skip
    assert drawn.splitlines() == [
        "ok     One      good",
        "WRONG  Another  bad",
        "                -> Do this.",
        "",
        "1 thing is wrong.",
    ]


async def run_doctor(environ):
    ours = ("SLACK", "CLOSE", "HOST", "PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "closebot", "doctor", env=kept | environ,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await child.communicate()
    return child.returncode, said.decode()


async def test_the_command_exits_with_1_only_when_something_is_wrong(environ, slack):
    code, said = await run_doctor(environ)
    assert (code, said.splitlines()[-1]) == (0, "Nothing is wrong.")
    slack.faults.fail("auth.test", error="token_revoked")
    code, said = await run_doctor(environ)
    assert (code, said.splitlines()[-1]) == (1, "1 thing is wrong.")
    assert json.dumps(slack.bot_token) not in said
