"""The command line: what it prints, and in which words it refuses."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from click.testing import CliRunner
from cryptography.fernet import Fernet

from closebot.cli import main
from closebot.manifest import build_manifest
from closebot.store import Audited, Connection, Origin, Owner, Store, Vault, new_key

ANA = Owner("T1", "U1")


def run(*arguments, **environ):
    """Run a command with these variables and no others of ours."""
    names = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL",
             "CLOSE_API_URL", "CLOSEBOT_KEYS", "CLOSEBOT_DB", "HOST", "PORT")  # fmt: skip
    return CliRunner().invoke(main, arguments, env=dict.fromkeys(names) | environ)


@pytest.fixture
def environ(tmp_path):
    return {
        "SLACK_BOT_TOKEN": "xoxb-1-test",
        "SLACK_APP_TOKEN": "xapp-1-test",
        "CLOSEBOT_KEYS": new_key(),
        "CLOSEBOT_DB": str(tmp_path / "closebot.db"),
    }


def connect(environ):
    """Store Ana's key, sealed with the key of `environ`."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    ana = Connection(ANA, "api_key", "api_secret", "user_1", "Ana", "orga_1", "N", "UTC", now, now)
    store = Store.open(environ["CLOSEBOT_DB"], Vault([environ["CLOSEBOT_KEYS"]]))
    asyncio.run(store.save_connection(ana))
    store.close()


def test_keygen_prints_a_key_last():
    printed = run("keygen").output.splitlines()[-1]
    Fernet(printed)


def test_the_manifest_is_that_of_the_deployment():
    drawn = run("manifest", "--url", "https://bot.example.com", "--command", "/crm")
    assert yaml.safe_load(drawn.output) == build_manifest(
        url="https://bot.example.com", command="/crm"
    )
    assert json.loads(run("manifest", "--json").output) == build_manifest()


def test_a_start_lists_every_wrong_setting_and_no_secret():
    done = run("run", SLACK_BOT_TOKEN="secret-token", PORT="many", CLOSEBOT_KEYS="short-key")
    assert done.exit_code == 1
    for name in ("SLACK_BOT_TOKEN", "PORT", "CLOSEBOT_KEYS", "SLACK_SIGNING_SECRET"):
        assert name in done.output
    assert "secret-token" not in done.output
    assert "short-key" not in done.output


def test_a_start_without_slack_says_where_it_looked(environ):
    done = run("run", **environ, SLACK_API_URL="http://127.0.0.1:1/api/")
    assert done.exit_code == 1
    assert "Slack does not answer at http://127.0.0.1:1/api/" in done.output
    assert "Traceback" not in done.output


def test_a_start_with_a_lost_key_leaves_the_database_alone(environ, tmp_path):
    Store.open(environ["CLOSEBOT_DB"], Vault([environ["CLOSEBOT_KEYS"]])).close()
    before = (tmp_path / "closebot.db").read_bytes()
    done = run("run", **environ | {"CLOSEBOT_KEYS": new_key()})
    assert done.exit_code == 1
    assert "encrypted with a key that is not in CLOSEBOT_KEYS" in done.output
    assert (tmp_path / "closebot.db").read_bytes() == before


def test_rekey_makes_the_old_key_unnecessary(environ):
    connect(environ)
    old, new = environ["CLOSEBOT_KEYS"], new_key()
    done = run("rekey", **environ | {"CLOSEBOT_KEYS": f"{new},{old}"})
    assert done.exit_code == 0
    assert done.output == "1 secret is now encrypted with the first key.\n"
    store = Store.open(environ["CLOSEBOT_DB"], Vault([new]))
    assert asyncio.run(store.connection(ANA)).secret == "api_secret"
    store.close()


def test_rekey_says_what_is_wrong_with_the_database(environ, tmp_path):
    (tmp_path / "closebot.db").write_bytes(b"this is no database, whatever it is called" * 40)
    done = run("rekey", **environ)
    assert done.exit_code == 1
    assert "not a SQLite database" in done.output


@pytest.mark.parametrize(
    "command", ["run", "demo", "doctor", "audit", "manifest", "keygen", "rekey", "sandbox"]
)
def test_every_command_says_what_it_does(command):
    done = run(command, "--help")
    assert done.exit_code == 0
    assert len(done.output.splitlines()) > 3


# --- the audit --------------------------------------------------------------------------------


@pytest.fixture
def audited(environ):
    """Return an environment in whose database are three writes: two of Ana's, one long ago."""
    now = datetime.now(UTC)
    place = Origin("modal", "notes.save", "C1")
    store = Store.open(environ["CLOSEBOT_DB"], Vault([environ["CLOSEBOT_KEYS"]]))
    for owner, days in ((ANA, 40), (ANA, 1), (Owner("T1", "U2"), 0)):
        at = now - timedelta(days=days)
        row = Audited(owner, f"user_{owner.user}", at, "create", "note", "acti_1", origin=place)
        ids = asyncio.run(store.audit.begin([row], now))
        asyncio.run(store.audit.finish(ids, "done"))
    store.close()
    return environ


def test_the_audit_is_a_table(audited):
    done = run("audit", **audited)
    assert done.exit_code == 0
    head, *rows = done.output.splitlines()
    assert head.split()[:4] == ["at", "workspace", "user", "close_user"]
    assert [row.split()[2] for row in rows] == ["U1", "U1", "U2"]
    assert all("note" in row and "notes.save" in row and row.endswith("done") for row in rows)


def test_the_audit_can_be_narrowed_and_read_by_programs(audited):
    def users(*options):
        return [
            one["user"] for one in json.loads(run("audit", "--json", *options, **audited).output)
        ]

    assert users() == ["U1", "U1", "U2"]
    assert users("--days", "7") == ["U1", "U2"]
    assert users("--user", "U1") == ["U1", "U1"]
    assert users("--user", "user_U2") == ["U2"]
    assert users("--user", "nobody") == []


def test_an_empty_audit_says_so(environ):
    done = run("audit", **environ)
    assert done.exit_code == 0
    assert "Nothing was written to Close" in done.output


def test_an_audit_of_zero_days_is_refused(environ):
    assert run("audit", "--days", "0", **environ).exit_code == 2
