"""What is known of an organization for a while, what was looked at, and what is offered."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from closebot.people import (
    Known,
    Recent,
    find_meant,
    suggest_contacts,
    suggest_leads,
    suggest_users,
)
from closebot.people.known import FOUND_AGE, KEPT, SETUP_AGE
from closebot.people.recents import MOST, NAME
from closebot.store import Owner

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANA = Owner("T1", "U1")


@pytest.fixture
def store(workspace):
    return workspace.bot.store


@pytest.fixture
def close(workspace):
    return workspace.close


@pytest.fixture
async def ana(workspace):
    return await workspace.bot.people.connect(ANA, workspace.close.keys["ana"], "Europe/Prague")


def names(found):
    return [one.name for one in found]


# --- what is known ----------------------------------------------------------------------------


async def test_a_setup_is_asked_for_once_in_ten_minutes():
    known, asked = Known(), []

    async def ask():
        asked.append(1)
        return len(asked)

    assert await known.ask("u", "users", NOON, ask) == 1
    assert await known.ask("u", "users", NOON + SETUP_AGE, ask) == 1
    assert await known.ask("u", "users", NOON + SETUP_AGE + timedelta(seconds=1), ask) == 2
    assert await known.ask("another", "users", NOON, ask) == 3


async def test_what_is_known_can_be_forgotten_for_one_person():
    known = Known()
    known.learn("u", "users", 1, NOON)
    known.learn("v", "users", 2, NOON)
    known.forget("u")
    assert known.recall("u", "users", NOON, FOUND_AGE) is None
    assert known.recall("v", "users", NOON, FOUND_AGE) == 2


def test_memory_does_not_grow_with_the_organization():
    known = Known()
    for number in range(KEPT + 50):
        known.learn("u", f"question {number}", number, NOON)
    assert len(known._answers) == KEPT
    assert known.recall("u", "question 0", NOON, FOUND_AGE) is None


def test_what_is_needed_is_kept_longest():
    known = Known()
    known.learn("u", "organization", 1, NOON)
    for number in range(KEPT + 50):
        known.recall("u", "organization", NOON, FOUND_AGE)
        known.learn("u", f"question {number}", number, NOON)
    assert known.recall("u", "organization", NOON, FOUND_AGE) == 1


async def test_what_somebody_is_told_wrongly_is_asked_anew(ana, close):
    await ana.organization()
    close.requests.clear()
    await ana.organization()
    assert close.requests == []
    ana.forget_setup()
    await ana.organization()
    assert len(close.requests) == 1


# --- recent leads -----------------------------------------------------------------------------


async def test_the_last_lead_looked_at_stands_first_and_once(ana):
    for lead in ("lead_1", "lead_2", "lead_1"):
        await ana.recents.see(Recent(lead, lead.title(), "C1"), NOON)
    assert [one.id for one in await ana.recents.all()] == ["lead_1", "lead_2"]
    await ana.recents.drop("lead_1", NOON)
    assert [one.id for one in await ana.recents.all()] == ["lead_2"]


async def test_a_lead_that_stands_first_already_is_not_written_again(ana, store):
    await ana.recents.see(Recent("lead_1", "Acme", "C1"), NOON)
    before = store._db.total_changes
    await ana.recents.see(Recent("lead_1", "Acme", "C1"), NOON)
    assert store._db.total_changes == before
    await ana.recents.see(Recent("lead_1", "Acme, renamed", "C1"), NOON)
    assert [one.name for one in await ana.recents.all()] == ["Acme, renamed"]


async def test_only_so_many_are_kept(ana):
    for number in range(MOST + 5):
        await ana.recents.see(Recent(f"lead_{number}", "x"), NOON)
    assert len(await ana.recents.all()) == MOST


@pytest.mark.parametrize("kept", [7, "x", [1], [{"id": 1}], [{"strange": "key"}], {"id": "lead_1"}])
async def test_what_another_version_kept_is_left_aside(ana, store, kept):
    await store.keepsakes.change(ANA, NAME, lambda _: kept, NOON)
    assert await ana.recents.all() == ()


async def test_a_store_that_fails_does_not_keep_a_lead_from_being_shown(ana, store):
    lead = (await ana.close.leads.search("Globex")).leads[0]
    store._db.execute("PRAGMA query_only = ON")
    await ana.see_lead(lead)


# --- what is offered --------------------------------------------------------------------------


async def test_a_lead_is_offered_by_the_beginning_of_its_name(ana, close):
    close.requests.clear()
    assert names(await suggest_leads(ana, "acme co")) == ["Acme Corporation"]
    assert len(close.requests) == 1


async def test_a_lead_is_offered_with_its_full_name_typed(ana):
    assert "Acme Corporation" in names(await suggest_leads(ana, "Acme Corporation"))


async def test_without_letters_the_leads_looked_at_lately_are_offered_without_asking(ana, close):
    await ana.recents.see(Recent("lead_1", "Seen lately"), NOON)
    close.requests.clear()
    assert names(await suggest_leads(ana, "")) == ["Seen lately"]
    assert close.requests == []


async def test_somebody_new_is_offered_the_leads_that_changed_last(ana):
    assert len(await suggest_leads(ana, "")) > 5


async def test_the_same_letters_are_not_asked_for_twice_in_a_minute(ana, close):
    first = await suggest_leads(ana, "umb")
    close.requests.clear()
    assert await suggest_leads(ana, "UMB ") == first
    assert close.requests == []


async def test_while_close_is_slow_what_was_seen_and_found_stands_in(ana, close):
    await ana.recents.see(Recent("lead_1", "Globex, seen lately"), NOON)
    await suggest_leads(ana, "umb")
    close.faults.add(path="/data/search/", slow=6)
    began = asyncio.get_running_loop().time()
    offered = names(await suggest_leads(ana, "umbr"))
    assert asyncio.get_running_loop().time() - began < 3
    assert [name for name in offered if name.startswith("Umbrella")]
    assert "Globex, seen lately" in offered


async def test_what_close_refuses_is_stood_in_for_too(ana, close):
    await ana.recents.see(Recent("lead_1", "Seen lately"), NOON)
    close.faults.add(path="/data/search/", status=500, times=10)
    assert names(await suggest_leads(ana, "zzz")) == ["Seen lately"]


async def test_the_contacts_of_a_lead_name_their_lead(ana, close):
    lead = (await ana.close.leads.search("Acme")).leads[0]
    offered = await suggest_contacts(ana, lead.id, "")
    assert {one.id.split()[1] for one in offered} == {lead.id}
    first = offered[0].name.split()[0]
    assert all(first.lower() in f"{one.name} {one.details}".lower()
               for one in await suggest_contacts(ana, lead.id, first))  # fmt: skip


async def test_while_close_is_slow_the_contacts_that_came_with_the_lead_stand_in(ana, close):
    [lead] = await suggest_leads(ana, "Globex Ind")
    close.faults.add(path="/contact/", slow=6)
    assert "Carol Martinez" in names(await suggest_contacts(ana, lead.id, "car"))


async def test_while_close_is_slow_contacts_that_were_offered_before_stand_in(ana, close):
    lead = (await ana.close.leads.search("Acme")).leads[0]
    offered = await suggest_contacts(ana, lead.id, "")
    close.faults.add(path="/contact/", status=503, times=99)
    later = replace(ana, now=ana.now + timedelta(minutes=5))
    assert await suggest_contacts(later, lead.id, "") == offered


async def test_colleagues_that_were_known_stand_in_for_a_slow_answer(ana, close):
    assert "Mia Laurent" in names(await suggest_users(ana, "mia"))
    close.faults.add(path="/user/", status=503, times=99)
    later = replace(ana, now=ana.now + SETUP_AGE + timedelta(minutes=1))
    assert "Mia Laurent" in names(await suggest_users(later, "mia"))


async def test_colleagues_are_offered_by_name_or_address(ana):
    assert "Mia Laurent" in names(await suggest_users(ana, "mia"))
    assert await suggest_users(ana, "nobody of this name") == []


async def test_when_close_does_not_name_colleagues_one_can_still_choose_oneself(ana, close):
    close.faults.add(path="/user/", status=500, times=10)
    assert names(await suggest_users(ana, "")) == [ana.connection.close_user_name]


# --- what is meant ----------------------------------------------------------------------------


async def test_words_mean_one_lead_or_say_how_many(ana):
    assert (await find_meant(ana, "Globex")).lead.display_name == "Globex Industries"
    several = await find_meant(ana, "Umbrella")
    assert several.lead is None
    assert several.hint == "3 leads match “Umbrella”. Type a few letters and choose."
    nothing = await find_meant(ana, "zzz " * 50)
    assert nothing.hint.startswith("No lead matches “zzz")
    assert len(nothing.hint) < 200


async def test_without_words_the_channels_lead_is_meant(ana, store):
    lead = (await ana.close.leads.search("Globex")).leads[0]
    assert (await find_meant(ana, "", "C1")).lead is None
    await store.channels.link(ANA, "C1", lead.id, NOON)
    assert (await find_meant(ana, " ", "C1")).lead.id == lead.id
    assert (await find_meant(ana, "", "")).hint == ""


async def test_a_channels_lead_that_is_gone_is_no_lead(ana, store):
    await store.channels.link(ANA, "C1", "lead_gone", NOON)
    assert (await find_meant(ana, "", "C1")).lead is None
