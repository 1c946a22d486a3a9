"""The schema: from blank, from every earlier one, and only ever added to."""

import sqlite3

import pytest
from sqlite_utils import Database

from closebot.store import Store, Vault
from closebot.store.migrations import migrations

STEPS = [one.name for one in migrations.pending(Database(memory=True))]

# A step that was shipped is never edited. Add the next one's tables here, change none.
SHIPPED = {
    "m001_connections": {
        "meta": ["name", "value"],
        "connections": [
            "workspace",
            "user",
            "kind",
            "sealed",
            "close_user_id",
            "close_user_name",
            "organization_id",
            "organization_name",
            "zone",
            "zone_seen_at",
            "connected_at",
        ],
        "typed_commands": ["workspace", "user", "sealed", "typed_at"],
    },
    "m002_memory": {
        "presses": ["name", "began_at", "process"],
        "keepsakes": ["workspace", "user", "name", "sealed", "kept_at"],
        "channel_leads": ["workspace", "channel", "lead_id", "linked_by", "linked_at"],
        "choices": ["workspace", "organization_id", "name", "value"],
    },
    "m003_digests": {
        "digests": [
            "id",
            "workspace",
            "channel",
            "user",
            "made_by",
            "close_user_id",
            "organization_id",
            "plan",
            "state",
            "why",
            "next_day",
            "next_at",
            "missed",
            "mentions",
            "is_personal",
            "made_at",
        ],
        "digest_runs": [
            "digest_id",
            "slot",
            "kind",
            "state",
            "due_at",
            "holder",
            "lease_until",
            "asked_by",
            "ts",
        ],
    },
    "m004_grants": {
        "oauth_states": ["name", "workspace", "user", "sealed", "made_at", "used_at"],
        "renewals": ["workspace", "user", "holder", "lease_until"],
    },
    "m005_audit": {
        "audit": [
            "id",
            "workspace",
            "user",
            "close_user_id",
            "at",
            "action",
            "object",
            "object_id",
            "lead_id",
            "origin",
            "name",
            "channel",
            "outcome",
        ],
    },
}


def schema(path):
    db = Database(path)
    try:
        return sorted(row[0] for row in db.execute("SELECT sql FROM sqlite_master WHERE sql != ''"))
    finally:
        db.close()


def migrate_until(path, name):
    """Make a file as an earlier closebot left it: every step before `name`."""
    db = Database(path)
    migrations.apply(db, stop_before=name)
    db.close()


def test_the_steps_are_numbered_without_a_gap():
    assert [name[:5] for name in STEPS] == [f"m{number:03}_" for number in range(1, len(STEPS) + 1)]


def test_every_step_says_what_it_is_for():
    assert [
        one.name for one in migrations.pending(Database(memory=True)) if not one.fn.__doc__
    ] == []


def test_every_step_that_was_shipped_makes_the_tables_it_made():
    for name, tables in SHIPPED.items():
        db = Database(memory=True)
        migrations.apply(db, stop_before=STEPS[STEPS.index(name) + 1 :])
        for table, columns in tables.items():
            assert [column.name for column in db[table].columns] == columns, (name, table)


@pytest.mark.parametrize("name", STEPS)
def test_an_earlier_schema_becomes_that_of_a_new_file(tmp_path, key, name):
    Store.open(tmp_path / "new.db", Vault([key])).close()
    migrate_until(tmp_path / "earlier.db", name)
    Store.open(tmp_path / "earlier.db", Vault([key])).close()
    assert schema(tmp_path / "earlier.db") == schema(tmp_path / "new.db")


def test_opening_again_changes_nothing(filled, key):
    before = filled.read_bytes()
    Store.open(filled, Vault([key])).close()
    assert filled.read_bytes() == before


def test_opening_again_keeps_every_row(filled, key):
    Store.open(filled, Vault([key])).close()
    db = sqlite3.connect(filled)
    assert db.execute("SELECT count(*) FROM connections").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM _sqlite_migrations").fetchone() == (len(STEPS),)
    db.close()
