"""Digests: each day of each is given to one taker, over restarts and between processes."""

from datetime import timedelta

import pytest

from closebot.store import LATEST, LEASE, Digest, Run
from tests.store.samples import ANA, BEN, NOON, connection_of
from tests.store.test_two_processes import run_together

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def digest_of(name="d1", **changed):
    """Return a digest that is due at noon, every day."""
    return Digest(
        **{
            "id": name,
            "owner": ANA,
            "channel": "C1",
            "made_by": "U1",
            "close_user_id": "user_1",
            "organization_id": "orga_1",
            "plan": {"time": "12:00"},
            "next_day": str(NOON.date()),
            "next_at": NOON,
            "made_at": NOON - DAY,
        }
        | changed
    )


def daily(digest, after):
    """Find the next turn of a digest that is due every day at the same time."""
    return str((after + DAY).date()), after + DAY


@pytest.fixture
def other(store, path, key, opened):
    """Open the same file as another process would."""
    return opened(path, key)


async def claim(store, now=NOON, find_next=daily):
    return [
        (one.run.kind, one.run.slot) for one in await store.digest_runs.claim_due(now, find_next)
    ]


async def test_a_digest_is_kept_with_all_it_has(store):
    made = digest_of(
        state="broken",
        why="Ana left.",
        missed=("2026-11-20",),
        mentions={"user_1": "U1"},
        is_personal=True,
    )
    assert await store.digests.add(made)
    assert not await store.digests.add(digest_of(channel="C2"))
    assert await store.digests.get("d1") == made
    assert await store.digests.get("d2") is None


async def test_a_channel_may_have_several(store):
    for name, channel in (("d1", "C1"), ("d2", "C1"), ("d3", "C2")):
        await store.digests.add(digest_of(name, channel=channel))
    assert [one.id for one in await store.digests.of_channel("T1", "C1")] == ["d1", "d2"]
    assert await store.digests.of_channel("T2", "C1") == ()


async def test_a_turn_is_taken_once_and_the_next_one_stands(store, other):
    await store.digests.add(digest_of())
    assert await claim(store, NOON - SECOND) == []
    assert await claim(store) == [("due", "2026-11-23")]
    assert await claim(store) == await claim(other) == []
    found = await store.digests.get("d1")
    assert (found.next_day, found.next_at) == ("2026-11-24", NOON + DAY)


async def test_what_its_holder_leaves_behind_is_taken_by_another(store, other):
    await store.digests.add(digest_of())
    await claim(store)
    assert await claim(other, NOON + LEASE - SECOND) == []
    assert await claim(other, NOON + LEASE) == [("due", "2026-11-23")]


async def test_what_is_being_made_stays_with_its_holder(store, other):
    await store.digests.add(digest_of())
    [taken] = await store.digest_runs.claim_due(NOON, daily)
    await store.digest_runs.keep([taken.run], NOON + 4 * SECOND)
    assert await claim(other, NOON + LEASE) == []
    await other.digest_runs.keep([taken.run], NOON + DAY)  # it is not its own
    assert await claim(other, NOON + LEASE + 4 * SECOND) == [("due", "2026-11-23")]


async def test_what_ended_is_not_taken_again(store, other):
    await store.digests.add(digest_of())
    [taken] = await store.digest_runs.claim_due(NOON, daily)
    assert await store.digest_runs.finish(taken.run, "sent", "17.5")
    assert not await other.digest_runs.finish(taken.run, "failed")
    assert await claim(other, NOON + 2 * LEASE) == []
    assert await store.digest_runs.ends("d1") == {"2026-11-23": "sent"}


async def test_what_is_put_off_is_taken_by_whoever_looks_then(store, other):
    await store.digests.add(digest_of())
    [taken] = await store.digest_runs.claim_due(NOON, daily)
    await store.digest_runs.put_off(taken.run, NOON + 30 * SECOND)
    assert await claim(other, NOON + 29 * SECOND) == []
    assert await claim(other, NOON + 30 * SECOND) == [("due", "2026-11-23")]


async def test_a_turn_of_two_hours_ago_is_late_and_an_older_one_is_skipped(store):
    await store.digests.add(digest_of())
    assert await claim(store, NOON + LATEST) == [("due", "2026-11-23")]
    await store.digests.add(digest_of("d2"))
    assert await claim(store, NOON + LATEST + SECOND) == [("skipped", "2026-11-23 skipped")]
    assert (await store.digests.get("d2")).missed == ("2026-11-23",)


async def test_days_of_silence_are_skipped_together_and_the_last_one_goes_out_late(store):
    await store.digests.add(digest_of())
    assert sorted(await claim(store, NOON + 3 * DAY + timedelta(hours=1))) == [
        ("due", "2026-11-26"),
        ("skipped", "2026-11-25 skipped"),
    ]
    found = await store.digests.get("d1")
    assert found.missed == ("2026-11-23", "2026-11-24", "2026-11-25")
    assert found.next_day == "2026-11-27"
    await store.digests.told_of("d1", found.missed[:2])
    assert (await store.digests.get("d1")).missed == ("2026-11-25",)


async def test_one_that_has_no_day_left_pauses(store):
    await store.digests.add(digest_of())
    assert await claim(store, find_next=lambda *_: None) == [("due", "2026-11-23")]
    found = await store.digests.get("d1")
    assert (found.state, found.why) == ("paused", "It has no day left on which it could go out.")


async def test_a_paused_one_is_not_due_and_goes_on_from_its_next_turn(store):
    await store.digests.add(digest_of())
    assert await store.digests.pause("d1")
    assert not await store.digests.pause("d1")
    assert await claim(store, NOON + DAY) == []
    assert await store.digests.resume("d1", "2026-11-25", NOON + 2 * DAY)
    assert not await store.digests.resume("d1", "2026-11-26", NOON + 3 * DAY)
    assert await claim(store, NOON + 2 * DAY) == [("due", "2026-11-25")]


async def test_a_broken_one_is_taken_over_by_one_person(store):
    await store.digests.add(digest_of())
    taking = ("d1", BEN, "user_2", "2026-11-24", NOON + DAY)
    assert not await store.digests.take_over(*taking)
    await store.digests.pause("d1", "broken", "Ana left.")
    assert await store.digests.take_over(*taking)
    assert not await store.digests.take_over("d1", ANA, "user_1", "2026-11-24", NOON + DAY)
    found = await store.digests.get("d1")
    assert (found.owner, found.close_user_id, found.state) == (BEN, "user_2", "on")
    assert found.made_by == "U1"


async def test_a_stopped_one_is_gone_with_its_runs(store):
    await store.digests.add(digest_of())
    await claim(store)
    assert await store.digests.remove("d1")
    assert not await store.digests.remove("d1")
    assert await claim(store, NOON + DAY) == []
    assert await store.digest_runs.ends("d1") == {}


async def test_a_run_that_is_asked_for_is_made_once(store, other):
    await store.digests.add(digest_of())
    asked = Run("d1", "now 1.5", "now", NOON - 60 * SECOND, "U2")
    assert await store.digest_runs.ask(asked, asked.due_at)
    assert not await other.digest_runs.ask(asked, asked.due_at)
    [taken] = await other.digest_runs.claim_due(asked.due_at, daily)
    assert taken.run == asked


async def test_people_ask_to_be_mentioned_and_no_more(store):
    await store.digests.add(digest_of())
    await store.digests.mention("d1", "user_1", "U1")
    await store.digests.mention("d1", "user_2", "U2")
    await store.digests.mention("d1", "user_1", "")
    assert (await store.digests.get("d1")).mentions == {"user_2": "U2"}


async def test_a_person_is_forgotten_with_their_own_digests_alone(store):
    await store.save_connection(connection_of())
    await store.digests.add(digest_of("own", is_personal=True))
    await store.digests.add(digest_of("channel", mentions={"user_1": "U1", "user_2": "U2"}))
    assert await store.forget_person(ANA)
    assert await store.digests.get("own") is None
    assert (await store.digests.get("channel")).mentions == {"user_2": "U2"}


async def test_old_runs_are_forgotten(store):
    await store.digests.add(digest_of())
    [taken] = await store.digest_runs.claim_due(NOON, daily)
    await store.digest_runs.finish(taken.run, "sent")
    await claim(store, NOON + 15 * DAY)
    assert "2026-11-23" not in await store.digest_runs.ends("d1")


COUNT = 40
CLAIMS = f"""
import asyncio, sys
from datetime import timedelta
from closebot.store import Store, Vault
from tests.store.samples import NOON
from tests.store.test_digests import daily

async def take(store):
    for number in range({COUNT}):
        now = NOON + timedelta(milliseconds=number)
        for one in await store.digest_runs.claim_due(now, daily):
            print(one.run.digest_id, one.run.slot)

path, key, _ = sys.argv[1:]
store = Store.open(path, Vault([key]))
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(take(store))
store.close()
"""


async def test_two_processes_share_the_turns_and_take_each_once(store, path, key):
    for number in range(COUNT):
        at = NOON + timedelta(milliseconds=number)
        await store.digests.add(digest_of(f"d{number}", next_at=at))
    taken = run_together(CLAIMS, path, key, ["one", "other"])
    lines = sorted(line for one in taken for line in one)
    assert lines == sorted(f"d{number} 2026-11-23" for number in range(COUNT))


async def test_pressing_twice_asks_for_one_run(store):
    await store.digests.add(digest_of(state="paused"))
    assert await store.digest_runs.ask(Run("d1", "now 1", "now", NOON, "U1"), NOON)
    assert not await store.digest_runs.ask(Run("d1", "now 2", "now", NOON, "U2"), NOON)
    [one] = await store.digest_runs.claim_due(NOON, daily)
    assert await store.digest_runs.finish(one.run, "sent")
    assert await store.digest_runs.ask(Run("d1", "now 3", "now", NOON, "U1"), NOON)


async def test_nothing_is_asked_of_a_digest_that_was_stopped(store):
    assert not await store.digest_runs.ask(Run("d1", "now 1", "now", NOON, "U1"), NOON)
    assert await store.digest_runs.ends("d1") == {}


async def test_a_digest_is_changed_by_its_owner_alone(store):
    await store.digests.add(digest_of())
    later = NOON + 2 * DAY
    assert not await store.digests.change("d1", BEN, {"time": "08:00"}, "2026-11-25", later)
    assert (await store.digests.get("d1")).plan == {"time": "12:00"}
    assert await store.digests.change("d1", ANA, {"time": "08:00"}, "2026-11-25", later)
    found = await store.digests.get("d1")
    assert (found.plan, found.next_day, found.next_at) == ({"time": "08:00"}, "2026-11-25", later)
