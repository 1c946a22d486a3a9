"""Who is connected, and how a person is forgotten."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closebot.store import Owner, StoreError, Vault
from tests.store.samples import ANA, BEN, NOON, SECRET, command_of, connection_of

stored_text = st.text(st.characters(codec="utf-8"))


async def test_nobody_is_connected_in_a_new_file(store):
    assert await store.connection(ANA) is None


async def test_a_connection_is_read_as_it_was_saved(store):
    await store.save_connection(connection_of(kind="access_token"))
    assert await store.connection(ANA) == connection_of(kind="access_token")


@pytest.fixture
def reopened(filled, key, opened):
    return opened(filled, key)


async def test_a_connection_outlives_its_process(reopened):
    assert await reopened.connection(ANA) == connection_of()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(owner=st.builds(Owner, stored_text, stored_text), secret=stored_text, name=stored_text)
async def test_any_text_is_read_as_it_was_saved(store, owner, secret, name):
    saved = connection_of(owner, secret, close_user_name=name)
    await store.save_connection(saved)
    assert await store.connection(owner) == saved


async def test_a_second_connection_takes_the_place_of_the_first(store):
    await store.save_connection(connection_of())
    await store.save_connection(connection_of(secret="another", close_user_name="Ana Maria"))
    assert (await store.connection(ANA)).close_user_name == "Ana Maria"
    assert (await store.connection(ANA)).secret == "another"


async def test_people_are_told_apart_by_workspace_and_user(store):
    owners = [ANA, BEN, Owner("T2", "U1"), Owner("", "T1U1"), Owner("T1U1", "")]
    for owner in owners:
        await store.save_connection(connection_of(owner, f"secret of {owner}"))
    assert [(await store.connection(owner)).secret for owner in owners] == [
        f"secret of {owner}" for owner in owners
    ]


async def test_a_zone_that_changed_is_remembered_with_its_moment(store):
    await store.save_connection(connection_of())
    await store.save_connection(connection_of(BEN))
    later = NOON + timedelta(days=2)
    await store.see_zone(ANA, "Asia/Tokyo", later)
    assert await store.connection(ANA) == connection_of(zone="Asia/Tokyo", zone_seen_at=later)
    assert await store.connection(BEN) == connection_of(BEN)


async def test_a_zone_of_somebody_unknown_is_no_connection(store):
    await store.see_zone(ANA, "Asia/Tokyo", NOON)
    assert await store.connection(ANA) is None


async def test_moments_are_kept_in_utc(store):
    seen = datetime(2026, 3, 1, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    await store.save_connection(connection_of(connected_at=seen))
    found = (await store.connection(ANA)).connected_at
    assert found == seen
    assert found.utcoffset() == timedelta(0)


async def test_a_forgotten_person_is_gone_and_the_others_stay(store):
    for owner in (ANA, BEN):
        await store.save_connection(connection_of(owner))
        await store.remember_command(owner, command_of())
    assert await store.forget_person(ANA)
    assert not store._vault._opened  # nor does the process remember what it has opened
    assert await store.connection(ANA) is None
    assert await store.take_commands(ANA, not_before=NOON) == []
    assert await store.connection(BEN) == connection_of(BEN)
    assert await store.take_commands(BEN, not_before=NOON) == [command_of()]


async def test_forgetting_somebody_unknown_says_so(store):
    assert await store.forget_person(ANA) is False


async def test_somebody_who_only_typed_is_forgotten_too(store):
    await store.remember_command(ANA, command_of())
    assert await store.forget_person(ANA) is True
    assert await store.take_commands(ANA, not_before=NOON) == []


async def test_a_full_disk_is_said_and_the_store_works_again_with_room(store):
    await store.save_connection(connection_of())
    store._db.execute("PRAGMA max_page_count = 1")  # not below what is used now
    with pytest.raises(StoreError, match=r"the disk is full\. Make room"):
        await store.save_connection(connection_of(secret="x" * 50_000))
    store._db.execute("PRAGMA max_page_count = 1000000")
    assert await store.connection(ANA) == connection_of()
    await store.save_connection(connection_of(secret="x" * 50_000))


def test_no_secret_stands_in_a_repr(store, key):
    shown = repr((connection_of(), command_of(), store, store._vault, Vault([key])))
    assert [word for word in (SECRET, "lead Acme", "secret-address", key) if word in shown] == []
