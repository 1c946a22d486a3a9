"""Keys over time: rows that were moved, changed keys, lost keys, and what is left in the file."""

import asyncio
import sqlite3

import pytest

from closebot.store import Rekeyed, SecretLost, Store, StoreError, Vault, new_key
from tests.store.samples import ANA, BEN, NOON, SECRET, command_of, connection_of


def sealed_texts(path):
    """Return what stands in the sealed cells of a file, read past the store."""
    db = sqlite3.connect(path)
    try:
        return [
            sealed
            for table in ("connections", "typed_commands")
            for (sealed,) in db.execute(f"SELECT sealed FROM {table} ORDER BY workspace, user")
        ]
    finally:
        db.close()


def everything_in(path):
    """Return the bytes of the file and of what SQLite keeps beside it."""
    return b"".join(one.read_bytes() for one in sorted(path.parent.iterdir()))


async def test_a_row_that_was_copied_onto_another_person_opens_nothing(store):
    await store.save_connection(connection_of(ANA))
    await store.save_connection(connection_of(BEN, "the secret of Ben"))
    store._db.execute(
        "UPDATE connections SET sealed = (SELECT sealed FROM connections WHERE user = ?)"
        " WHERE user = ?",
        (ANA.user, BEN.user),
    )
    with pytest.raises(SecretLost, match="somebody else") as refused:
        await store.connection(BEN)
    assert SECRET not in str(refused.value)
    assert (await store.connection(ANA)).secret == SECRET


async def test_a_cell_that_was_changed_opens_nothing(store):
    await store.save_connection(connection_of())
    store._db.execute("UPDATE connections SET sealed = upper(sealed)")
    with pytest.raises(SecretLost, match="no key opens this"):
        await store.connection(ANA)


async def test_a_lost_secret_is_replaced_by_connecting_again(store):
    await store.save_connection(connection_of())
    store._db.execute("UPDATE connections SET sealed = ''")
    await store.save_connection(connection_of())
    assert await store.connection(ANA) == connection_of()


@pytest.fixture
def rekeyed(filled, key):
    """Return the file after a change of key, the new key, and what the change said."""
    new = new_key()
    store = Store.open(filled, Vault([new, key]))
    asyncio.run(store.remember_command(BEN, command_of()))
    done = store.rekey()
    store.close()
    return filled, new, done


def test_a_change_of_key_counts_every_secret(rekeyed):
    assert rekeyed[2] == Rekeyed(count=2, lost=0)


def test_after_a_change_of_key_the_new_one_is_enough(rekeyed, opened):
    path, new, _ = rekeyed
    store = opened(path, new)
    assert asyncio.run(store.connection(ANA)) == connection_of()
    assert asyncio.run(store.take_commands(BEN, not_before=NOON)) == [command_of()]


def test_after_a_change_of_key_the_old_one_opens_nothing(rekeyed, key):
    path, _, _ = rekeyed
    with pytest.raises(StoreError, match="not in CLOSEBOT_KEYS"):
        Store.open(path, Vault([key]))


def test_a_new_key_in_front_works_before_everything_is_sealed_anew(filled, key, opened):
    store = opened(filled, new_key(), key)
    assert asyncio.run(store.connection(ANA)) == connection_of()


def test_the_old_key_may_not_be_dropped_before_everything_is_sealed_anew(filled, key):
    new = new_key()
    store = Store.open(filled, Vault([new, key]))
    asyncio.run(store.save_connection(connection_of(BEN)))
    store.close()
    with pytest.raises(StoreError, match="Put that key back"):
        Store.open(filled, Vault([new]))


def test_what_the_old_key_sealed_is_gone_from_the_file(filled, key, opened):
    (old,) = sealed_texts(filled)
    store = opened(filled, new_key(), key)
    store.rekey()
    assert old.encode() not in everything_in(filled)


async def test_secrets_that_no_key_opens_are_counted_and_left_as_they_are(store, path):
    for owner in (ANA, BEN):
        await store.save_connection(connection_of(owner))
    await store.remember_command(ANA, command_of())
    store._db.execute("UPDATE connections SET sealed = 'of a lost key' WHERE user = 'U2'")
    assert store.rekey() == Rekeyed(count=2, lost=1)
    assert sealed_texts(path)[1] == "of a lost key"
    assert await store.connection(ANA) == connection_of()


def test_a_change_of_key_that_fails_changes_nothing(filled, key, opened):
    before = sealed_texts(filled)
    store = opened(filled, new_key(), key)
    store._db.execute(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON main.meta"
        " BEGIN SELECT raise(FAIL, 'no room'); END"
    )
    with pytest.raises(StoreError):
        store.rekey()
    assert sealed_texts(filled) == before
    store._db.execute("DROP TRIGGER full")
    assert store.rekey().count == 1


def test_an_empty_file_has_nothing_to_seal_anew(store):
    assert store.rekey() == Rekeyed(count=0, lost=0)


async def test_neither_secrets_nor_typed_words_stand_in_the_file(store, path):
    await store.save_connection(connection_of())
    await store.remember_command(ANA, command_of("lead Initech"))
    content = everything_in(path)
    assert [
        word for word in (SECRET, "Initech", "secret-address") if word.encode() in content
    ] == []


async def test_a_forgotten_secret_is_gone_from_the_file_and_its_journal(store, path):
    await store.save_connection(connection_of(BEN))
    await store.save_connection(connection_of())
    await store.remember_command(ANA, command_of())
    of_ana, of_ben, typed = sealed_texts(path)
    await store.forget_person(ANA)
    content = everything_in(path)
    assert of_ana.encode() not in content
    assert typed.encode() not in content
    assert of_ben.encode() in content


async def test_a_long_forgotten_secret_is_gone_from_every_page(store, path):
    await store.save_connection(connection_of(secret="x" * 20_000))
    (sealed,) = sealed_texts(path)
    await store.forget_person(ANA)
    content = everything_in(path)
    pieces = [sealed[at : at + 64] for at in range(200, len(sealed) - 64, 64)]
    assert [piece for piece in pieces if piece.encode() in content] == []


async def test_the_secret_of_an_earlier_connection_is_gone_after_forgetting(store, path):
    await store.save_connection(connection_of(secret="the first one"))
    (first,) = sealed_texts(path)
    await store.save_connection(connection_of())
    await store.forget_person(ANA)
    assert first.encode() not in everything_in(path)
