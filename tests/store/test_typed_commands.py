"""What somebody typed before they had connected: kept once, for a while."""

from datetime import timedelta

import pytest

from tests.store.samples import ANA, BEN, NOON, command_of


async def test_nothing_was_typed_in_a_new_file(store):
    assert await store.take_command(ANA, not_before=NOON) is None


async def test_a_typed_command_is_given_once_only(store):
    await store.remember_command(ANA, command_of())
    assert await store.take_command(ANA, not_before=NOON) == command_of()
    assert await store.take_command(ANA, not_before=NOON) is None


async def test_what_was_typed_last_counts(store):
    await store.remember_command(ANA, command_of("lead Acme"))
    await store.remember_command(ANA, command_of("me", NOON + timedelta(seconds=1)))
    assert (await store.take_command(ANA, not_before=NOON)).text == "me"
    assert await store.take_command(ANA, not_before=NOON) is None


@pytest.mark.parametrize(("age", "is_given"), [(0, True), (28, True), (29, True), (30, False)])
async def test_a_typed_command_expires(store, age, is_given):
    await store.remember_command(ANA, command_of())
    not_before = NOON + timedelta(minutes=age - 29)
    assert (await store.take_command(ANA, not_before=not_before) is not None) is is_given


async def test_an_expired_command_is_gone_for_good(store):
    await store.remember_command(ANA, command_of())
    assert await store.take_command(ANA, not_before=NOON + timedelta(seconds=1)) is None
    assert await store.take_command(ANA, not_before=NOON - timedelta(days=1)) is None


async def test_commands_of_several_people_do_not_mix(store):
    await store.remember_command(ANA, command_of("me"))
    await store.remember_command(BEN, command_of("help"))
    assert (await store.take_command(BEN, not_before=NOON)).text == "help"
    assert (await store.take_command(ANA, not_before=NOON)).text == "me"


async def test_a_command_of_several_lines_and_scripts_is_kept_whole(store):
    text = 'lead "Ångström & Söhne"\n\t日本 🎉 \u202e'
    await store.remember_command(ANA, command_of(text))
    assert (await store.take_command(ANA, not_before=NOON)).text == text


async def test_a_command_that_no_key_opens_is_as_good_as_none(store):
    await store.remember_command(ANA, command_of())
    store._db.execute("UPDATE typed_commands SET sealed = 'of a lost key'")
    assert await store.take_command(ANA, not_before=NOON) is None
