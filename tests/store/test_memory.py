"""What is remembered beside connections: over a restart, and between two processes."""

import asyncio
from datetime import timedelta

import pytest

from closebot.store import Store, Vault, new_key
from closebot.store.memory import PRESS_LIVES
from tests.store.samples import ANA, BEN, NOON, connection_of


@pytest.fixture
def store(path, key, opened):
    return opened(path, key)


@pytest.fixture
def other(store, path, key, opened):
    """Open the same file as another process would."""
    return opened(path, key)


async def test_a_press_is_taken_once(store):
    assert await store.presses.claim("p", NOON) is None
    again = await store.presses.claim("p", NOON + timedelta(minutes=1))
    assert (again.began_at, again.is_ours) == (NOON, True)
    assert await store.presses.claim("another", NOON) is None


async def test_a_press_that_is_let_go_can_be_made_anew(store):
    await store.presses.claim("p", NOON)
    await store.presses.release("p")
    assert await store.presses.claim("p", NOON) is None


async def test_another_process_sees_a_press_and_that_it_is_not_its_own(store, other):
    await store.presses.claim("p", NOON)
    begun = await other.presses.claim("p", NOON + timedelta(seconds=1))
    assert (begun.began_at, begun.is_ours) == (NOON, False)


async def test_old_presses_are_forgotten(store):
    await store.presses.claim("old", NOON)
    await store.presses.claim("new", NOON + PRESS_LIVES + timedelta(seconds=1))
    rows = store._db.execute("SELECT name FROM presses").fetchall()
    assert rows == [("new",)]


async def test_keepsakes_are_sealed_and_each_persons_own(store, path):
    await store.keepsakes.change(ANA, "draft", lambda _: {"text": "very private words"}, NOON)
    assert await store.keepsakes.read(ANA, "draft") == {"text": "very private words"}
    assert await store.keepsakes.read(BEN, "draft") is None
    assert await store.keepsakes.read(ANA, "another") is None
    stored = b"".join(one.read_bytes() for one in path.parent.iterdir())
    assert b"very private words" not in stored


async def test_a_keepsake_is_changed_from_what_it_was_and_none_deletes_it(store):
    for word in ("a", "b"):
        await store.keepsakes.change(ANA, "list", lambda kept, w=word: [*(kept or []), w], NOON)
    assert await store.keepsakes.read(ANA, "list") == ["a", "b"]
    await store.keepsakes.change(ANA, "list", lambda _: None, NOON)
    assert await store.keepsakes.read(ANA, "list") is None
    assert store._db.execute("SELECT count(*) FROM keepsakes").fetchone() == (0,)


async def test_a_change_that_fails_changes_nothing(store):
    await store.keepsakes.change(ANA, "n", lambda _: 1, NOON)

    def fail(kept):
        raise LookupError

    with pytest.raises(LookupError):
        await store.keepsakes.change(ANA, "n", fail, NOON)
    assert await store.keepsakes.read(ANA, "n") == 1


async def test_what_no_key_opens_counts_as_nothing(store):
    await store.keepsakes.change(ANA, "n", lambda _: 1, NOON)
    store._db.execute("UPDATE keepsakes SET sealed = 'of a lost key'")
    assert await store.keepsakes.read(ANA, "n") is None
    assert await store.keepsakes.change(ANA, "n", lambda kept: [kept], NOON) == [None]


async def test_forgetting_a_person_forgets_their_keepsakes(store):
    await store.save_connection(connection_of())
    await store.keepsakes.change(ANA, "n", lambda _: 1, NOON)
    await store.keepsakes.change(BEN, "n", lambda _: 2, NOON)
    assert await store.forget_person(ANA)
    assert await store.keepsakes.read(ANA, "n") is None
    assert await store.keepsakes.read(BEN, "n") == 2


def test_a_new_key_seals_keepsakes_too(path, key, opened):
    store = opened(path, key)
    for name, value in (("a", 1), ("b", 2)):
        asyncio.run(store.keepsakes.change(ANA, name, lambda _, kept=value: kept, NOON))
    store.close()
    fresh = new_key()
    both = Store.open(path, Vault([fresh, key]))
    assert both.rekey().count == 2
    both.close()
    only = opened(path, fresh)
    assert [asyncio.run(only.keepsakes.read(ANA, name)) for name in "ab"] == [1, 2]


async def test_a_channel_has_one_lead_in_its_workspace(store):
    assert await store.channels.lead("T1", "C1") == ""
    await store.channels.link(ANA, "C1", "lead_1", NOON)
    await store.channels.link(BEN, "C1", "lead_2", NOON)
    assert await store.channels.lead("T1", "C1") == "lead_2"
    assert await store.channels.lead("T2", "C1") == ""
    assert await store.channels.unlink("T1", "C1")
    assert not await store.channels.unlink("T1", "C1")


async def test_a_choice_is_an_organizations_in_a_workspace(store):
    await store.choices.save("T1", "orga_1", "fields", ["cf_1"])
    await store.choices.save("T1", "orga_1", "fields", ["cf_2"])
    assert await store.choices.read("T1", "orga_1", "fields") == ["cf_2"]
    assert await store.choices.read("T1", "orga_2", "fields") is None
    store._db.execute("UPDATE choices SET value = '{broken'")
    assert await store.choices.read("T1", "orga_1", "fields") is None
