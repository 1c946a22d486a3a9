"""Two processes, one file: nothing is lost, and both may start at once."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from closebot.store import Owner, Store, StoreError, Vault, new_key
from closebot.store.opening import keep_journal
from tests.store.samples import ANA, NOON, command_of

ROOT = Path(__file__).parents[2]
COUNT = 40

WRITES = f"""
import asyncio, sys
from closebot.store import Owner, Store, Vault
from tests.store.samples import NOON, command_of, connection_of

async def write(store, name):
    for number in range({COUNT}):
        owner = Owner(name, f"U{{number}}")
        await store.save_connection(connection_of(owner, f"secret of {{name}} {{number}}"))
        await store.remember_command(owner, command_of(name))
        await store.see_zone(owner, "Asia/Tokyo", NOON)

path, key, name = sys.argv[1:]
store = Store.open(path, Vault([key]))
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(write(store, name))
store.close()
"""

TAKES = f"""
import asyncio, sys
from closebot.store import Owner, Store, Vault
from tests.store.samples import NOON

async def take(store):
    for number in range({COUNT}):
        if await store.take_commands(Owner("T1", f"U{{number}}"), not_before=NOON):
            print(number)

path, key, _ = sys.argv[1:]
store = Store.open(path, Vault([key]))
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(take(store))
store.close()
"""

OPENS = """
import sys
from closebot.store import Store, Vault
path, key, _ = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
Store.open(path, Vault([key])).close()
print("opened")
"""


def run_together(code, path, key, names):
    """Run the same code in several processes that begin at one moment; return their answers."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path), key, name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    assert [one.stdout.readline() for one in running] == ["ready\n"] * len(running)
    for one in running:
        one.stdin.write("go\n")
        one.stdin.flush()
    answers = [one.communicate() for one in running]
    assert [faults for _, faults in answers] == [""] * len(running)
    return [said.splitlines() for said, _ in answers]


@pytest.fixture
def written_by_two(path, key):
    run_together(WRITES, path, key, ["T1", "T2"])
    return path


def test_two_writers_lose_nothing(written_by_two, key, opened):
    store = opened(written_by_two, key)
    assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert store.rekey().count == 2 * 2 * COUNT


async def test_what_two_writers_wrote_is_read_by_a_third(written_by_two_opened):
    store = written_by_two_opened
    for name in ("T1", "T2"):
        for number in range(COUNT):
            found = await store.connection(Owner(name, f"U{number}"))
            assert found.secret == f"secret of {name} {number}"
            assert found.zone == "Asia/Tokyo"


@pytest.fixture
def written_by_two_opened(written_by_two, key, opened):
    return opened(written_by_two, key)


def test_a_typed_command_is_given_to_one_process_only(written_by_two, key):
    taken = run_together(TAKES, written_by_two, key, ["one", "other"])
    assert sorted(int(number) for one in taken for number in one) == list(range(COUNT))


@pytest.mark.parametrize("_again", range(3))
def test_processes_that_start_at_once_share_a_new_file(path, key, _again):
    assert run_together(OPENS, path, key, "abc") == [["opened"]] * 3


@pytest.fixture
def two_stores(path, opened):
    key = new_key()
    return opened(path, key), opened(path, key)


async def test_what_one_store_writes_the_other_reads_at_once(two_stores):
    one, other = two_stores
    await one.remember_command(ANA, command_of())
    assert await other.take_commands(ANA, not_before=NOON) == [command_of()]
    assert await one.take_commands(ANA, not_before=NOON) == []


class Meets:
    """A connection that meets another one, which goes out of the way once it was in it."""

    def __init__(self, path, other):
        self.real = sqlite3.connect(path, timeout=0, isolation_level=None)
        self.other = other

    def execute(self, sql):
        try:
            return self.real.execute(sql)
        except sqlite3.OperationalError:
            self.other.rollback()
            raise


@pytest.fixture
def reader(filled):
    """Return a connection that reads the file while its journal is not a shared one."""
    reader = sqlite3.connect(filled, isolation_level=None)
    reader.execute("PRAGMA journal_mode = DELETE")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM meta").fetchall()
    yield reader
    reader.close()


def test_a_process_that_starts_waits_for_one_that_is_in_its_way(filled, reader):
    ours = Meets(filled, reader)
    keep_journal(ours)
    assert ours.real.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    ours.real.close()


def test_a_process_that_starts_does_not_wait_for_ever(filled, reader, key):
    with pytest.raises(StoreError, match="held by another process"):
        Store.open(filled, Vault([key]), patience=0)
