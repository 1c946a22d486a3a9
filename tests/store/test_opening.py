"""Opening a file: what is refused, in which words, and that the file stays as it was."""

import sqlite3
import stat
import subprocess
import sys

import pytest
from sqlite_utils import Database

from closebot.store import Store, StoreError, Vault, new_key

HOLDS_THE_FILE = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


def refusal(path, *keys, **more):
    """Open a file that must be refused; return what is said, having seen that it is unchanged."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError) as refused:
        Store.open(path, Vault(keys or [new_key()]), **more)
    assert (path.read_bytes() if path.is_file() else None) == before
    said = str(refused.value)
    assert str(path) in said or str(path.parent) in said
    return said


def test_a_new_file_is_made_and_opens_again(path, key):
    Store.open(path, Vault([key])).close()
    first = path.stat().st_ino
    Store.open(path, Vault([key])).close()
    assert path.stat().st_ino == first


def test_a_path_may_be_given_as_text(path, key, opened):
    assert opened(str(path), key).path == path


@pytest.fixture
def empty_file(path):
    path.touch()
    return path


@pytest.fixture
def store_in_empty_file(empty_file, opened, key):
    return opened(empty_file, key)


async def test_an_empty_file_is_filled(store_in_empty_file):
    await store_in_empty_file.check()


def test_only_its_owner_may_read_the_file_and_its_journal(path, store):
    for one in path.parent.iterdir():
        assert stat.S_IMODE(one.stat().st_mode) == 0o600, one.name


def test_the_rights_of_a_file_that_was_there_are_left_alone(path, key, opened):
    path.touch(0o640)
    path.chmod(0o640)
    opened(path, key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


async def test_a_store_that_is_open_says_that_it_works(store):
    await store.check()


async def test_a_store_that_is_closed_says_that_it_does_not(store):
    store.close()
    with pytest.raises(StoreError, match="cannot be used"):
        await store.check()


def test_a_missing_folder_is_named_and_not_made(tmp_path):
    path = tmp_path / "nowhere" / "closebot.db"
    assert "does not exist. Make it, or set CLOSEBOT_DB" in refusal(path)
    assert not path.parent.exists()


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path):
    assert "is a folder. Set CLOSEBOT_DB to the path of a file" in refusal(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_disk_takes_is_refused(tmp_path):
    with pytest.raises(StoreError, match="cannot be created: File name too long"):
        Store.open(tmp_path / ("x" * 400), Vault([new_key()]))


def test_a_link_that_leads_nowhere_is_refused(path, tmp_path):
    path.symlink_to(tmp_path / "gone.db")
    assert "cannot be created" in refusal(path)
    assert not (tmp_path / "gone.db").exists()


@pytest.mark.parametrize("content", [b"name,phone\nAcme,1\n" * 100, b"\x00\xff" * 5000, b"x"])
def test_a_file_that_is_no_database_is_refused(path, content):
    path.write_bytes(content)
    assert "is not a SQLite database" in refusal(path)


def test_a_database_of_another_program_is_refused(path):
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE connections (name)")
    other.close()
    assert "belongs to another program. Set CLOSEBOT_DB" in refusal(path)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_database_of_a_newer_closebot_is_refused(filled, key):
    newer = Database(filled)
    newer["_sqlite_migrations"].insert(
        {"migration_set": "closebot", "name": "m999_teleport", "applied_at": "2030-01-01"}
    )
    newer.close()
    said = refusal(filled, key)
    assert "made by a newer closebot (it knows m999_teleport)" in said
    assert "Start that version again, or restore the copy" in said


def test_a_lost_key_is_said_and_nothing_is_overwritten(filled):
    said = refusal(filled, new_key(), new_key())
    assert "encrypted with a key that is not in CLOSEBOT_KEYS. Put that key back" in said


def test_the_key_works_again_after_it_was_missing(filled, key, opened):
    refusal(filled, new_key())
    opened(filled, key)


def test_a_damaged_file_is_refused(filled, key):
    content = bytearray(filled.read_bytes())
    content[100:4096] = b"\xa5" * 3996  # the schema's page, but for SQLite's own header
    filled.write_bytes(content)
    assert "is damaged. Restore a copy, or move it away" in refusal(filled, key)


def test_a_file_that_was_cut_off_is_refused(filled, key):
    filled.write_bytes(filled.read_bytes()[:5000])
    assert "is damaged" in refusal(filled, key)


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_file_that_another_process_holds_is_refused_after_a_while(filled, key, journal):
    turned = sqlite3.connect(filled, isolation_level=None)
    turned.execute(f"PRAGMA journal_mode = {journal}")
    turned.close()
    command = [sys.executable, "-c", HOLDS_THE_FILE, str(filled)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        said = refusal(filled, key, patience=0.05)
        other.communicate()
    assert "is held by another process. Stop that one and try again" in said


def test_a_file_that_may_not_be_written_is_refused(ordinary_user, key):
    path = ordinary_user / "closebot.db"
    Store.open(path, Vault([key])).close()
    path.chmod(0o400)
    assert "is read-only. Give this user the right to write the file" in refusal(path, key)


def test_a_folder_that_may_not_be_written_is_refused(ordinary_user, key):
    path = ordinary_user / "closebot.db"
    Store.open(path, Vault([key])).close()
    ordinary_user.chmod(0o500)
    assert "right" in refusal(path, key)


def test_a_folder_in_which_nothing_may_be_made_is_refused(ordinary_user):
    ordinary_user.chmod(0o500)
    assert "cannot be created: Permission denied" in refusal(ordinary_user / "closebot.db")


def test_a_folder_that_may_not_be_looked_into_is_refused(ordinary_user):
    ordinary_user.chmod(0o000)
    with pytest.raises(StoreError, match="Permission denied"):
        Store.open(ordinary_user / "closebot.db", Vault([new_key()]))


def test_a_refused_file_is_not_held_afterwards(filled, key):
    refusal(filled, new_key())
    other = sqlite3.connect(filled, timeout=0, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    other.close()


def test_no_refusal_names_a_key(filled):
    keys = [new_key(), new_key()]
    said = refusal(filled, *keys)
    assert [key for key in keys if key in said] == []
