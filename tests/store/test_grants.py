"""OAuth in the store: names that come back once, leases, and secrets that are replaced."""

import asyncio
from datetime import timedelta

import pytest

from closebot.store import Begun, new_key
from tests.store.samples import ANA, BEN, NOON, connection_of
from tests.store.test_two_processes import run_together

SECOND = timedelta(seconds=1)
LEASE = 10 * SECOND


@pytest.fixture
def other(store, path, key, opened):
    """Open the same file as another process would."""
    return opened(path, key)


async def test_a_name_comes_back_once_with_its_owner_and_text(store, other):
    await store.oauth_states.add("name", ANA, "verifier", NOON)
    taken = await other.oauth_states.take("name", NOON, not_before=NOON - SECOND)
    assert taken == Begun("fresh", ANA, "verifier")
    assert "verifier" not in repr(taken)
    again = await store.oauth_states.take("name", NOON, not_before=NOON - SECOND)
    assert again == Begun("used")


async def test_a_late_name_gives_nothing_away_and_is_spent(store):
    await store.oauth_states.add("name", ANA, "verifier", NOON)
    late = NOON + 11 * SECOND
    assert await store.oauth_states.take("name", late, not_before=NOON + SECOND) == Begun("late")
    assert await store.oauth_states.take("name", late, not_before=NOON) == Begun("used")


async def test_a_name_of_nobody_is_unknown(store):
    assert await store.oauth_states.take("name", NOON, not_before=NOON) == Begun("unknown")


async def test_names_of_long_ago_are_forgotten(store):
    await store.oauth_states.add("name", ANA, "verifier", NOON)
    later = NOON + timedelta(days=1, seconds=1)
    await store.oauth_states.add("another", BEN, "verifier", later)
    assert (await store.oauth_states.take("name", later, not_before=NOON)).outcome == "unknown"


async def test_a_name_whose_seal_was_copied_onto_another_gives_nothing(store):
    await store.oauth_states.add("name", ANA, "verifier", NOON)
    store._db.execute("UPDATE oauth_states SET user = 'U2'")
    assert await store.oauth_states.take("name", NOON, not_before=NOON) == Begun("late")


def test_a_change_of_keys_keeps_what_was_begun(path, key, opened):
    store = opened(path, key)
    asyncio.run(store.oauth_states.add("name", ANA, "verifier", NOON))
    new = new_key()
    assert opened(path, new, key).rekey().lost == 0
    taken = opened(path, new).oauth_states.take("name", NOON, not_before=NOON)
    assert asyncio.run(taken).text == "verifier"


async def test_one_process_at_a_time_has_the_lease(store, other):
    assert await store.renewals.claim(ANA, NOON, LEASE)
    assert not await other.renewals.claim(ANA, NOON + 9 * SECOND, LEASE)
    assert await other.renewals.claim(BEN, NOON, LEASE)
    await other.renewals.release(ANA)  # it is not its own
    assert not await other.renewals.claim(ANA, NOON, LEASE)
    await store.renewals.release(ANA)
    assert await other.renewals.claim(ANA, NOON, LEASE)


async def test_a_lease_runs_out(store, other):
    await store.renewals.claim(ANA, NOON, LEASE)
    assert await other.renewals.claim(ANA, NOON + LEASE, LEASE)
    assert not await store.renewals.claim(ANA, NOON + LEASE, LEASE)


async def test_a_secret_is_replaced_only_where_it_is_the_expected_one(store):
    await store.save_connection(connection_of(secret="old"))
    assert not await store.renewals.replace(ANA, "another", "new")
    assert await store.renewals.replace(ANA, "old", "new")
    assert await store.connection(ANA) == connection_of(secret="new")
    assert not await store.renewals.replace(BEN, "old", "new")


async def test_a_person_is_forgotten_with_what_they_have_begun(store):
    await store.oauth_states.add("name", ANA, "verifier", NOON)
    await store.renewals.claim(ANA, NOON, LEASE)
    assert await store.forget_person(ANA)
    assert (await store.oauth_states.take("name", NOON, not_before=NOON)).outcome == "unknown"
    assert store._db.execute("SELECT count(*) FROM renewals").fetchone() == (0,)


async def test_a_workspace_is_forgotten_whole_and_others_stay(store):
    from tests.store.test_digests import digest_of

    await store.save_connection(connection_of())
    await store.digests.add(digest_of())
    await store.digest_runs.claim_due(NOON, lambda *_: None)
    assert await store.owners("T1") == [ANA]
    assert not await store.forget_workspace("T2")
    assert await store.forget_workspace("T1")
    assert await store.owners("T1") == []
    for table in ("connections", "digests", "digest_runs"):
        assert store._db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


CLAIMS = """
import asyncio, sys
from datetime import timedelta
from closebot.store import Owner, Store, Vault
from tests.store.samples import NOON

async def claim(store):
    for number in range(40):
        if await store.renewals.claim(Owner("T1", f"U{number}"), NOON, timedelta(hours=1)):
            print(number)

path, key, _ = sys.argv[1:]
store = Store.open(path, Vault([key]))
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(claim(store))
store.close()
"""


def test_of_two_processes_one_has_each_lease(path, key):
    taken = run_together(CLAIMS, path, key, ["one", "other"])
    assert sorted(int(number) for one in taken for number in one) == list(range(40))
