"""What somebody typed before they had connected: kept once, for a while."""

from datetime import timedelta

import pytest

from tests.store.samples import ANA, BEN, NOON, command_of


async def test_nothing_was_typed_in_a_new_file(store):
    assert await store.take_commands(ANA, not_before=NOON) == []


async def test_a_typed_command_is_given_once_only(store):
    await store.remember_command(ANA, command_of())
    assert await store.take_commands(ANA, not_before=NOON) == [command_of()]
    assert await store.take_commands(ANA, not_before=NOON) == []


async def test_several_are_kept_in_their_order_and_not_without_end(store):
    for number in range(7):
        await store.remember_command(ANA, command_of(f"lead {number}"))
    typed = [one.text for one in await store.take_commands(ANA, not_before=NOON)]
    assert typed == [f"lead {number}" for number in range(2, 7)]


async def test_only_those_that_are_still_wanted_are_given(store):
    await store.remember_command(ANA, command_of("lead Acme"))
    await store.remember_command(ANA, command_of("me", NOON + timedelta(minutes=1)))
    typed = await store.take_commands(ANA, not_before=NOON + timedelta(seconds=1))
    assert [one.text for one in typed] == ["me"]
    assert await store.take_commands(ANA, not_before=NOON) == []


@pytest.mark.parametrize(("age", "is_given"), [(0, True), (28, True), (29, True), (30, False)])
async def test_a_typed_command_expires(store, age, is_given):
    await store.remember_command(ANA, command_of())
    not_before = NOON + timedelta(minutes=age - 29)
    assert (await store.take_commands(ANA, not_before=not_before) != []) is is_given


async def test_an_expired_command_is_gone_for_good(store):
    await store.remember_command(ANA, command_of())
    assert await store.take_commands(ANA, not_before=NOON + timedelta(seconds=1)) == []
    assert await store.take_commands(ANA, not_before=NOON - timedelta(days=1)) == []


async def test_commands_of_several_people_do_not_mix(store):
    await store.remember_command(ANA, command_of("me"))
    await store.remember_command(BEN, command_of("help"))
    assert [one.text for one in await store.take_commands(BEN, not_before=NOON)] == ["help"]
    assert [one.text for one in await store.take_commands(ANA, not_before=NOON)] == ["me"]


async def test_a_command_of_several_lines_and_scripts_is_kept_whole(store):
    text = 'lead "Ångström & Söhne"\n\t日本 🎉 \u202e'
    await store.remember_command(ANA, command_of(text))
    assert [one.text for one in await store.take_commands(ANA, not_before=NOON)] == [text]


async def test_a_command_that_no_key_opens_is_as_good_as_none(store):
    await store.remember_command(ANA, command_of())
    store._db.execute("UPDATE typed_commands SET sealed = 'of a lost key'")
    assert await store.take_commands(ANA, not_before=NOON) == []
