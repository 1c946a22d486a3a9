"""The audit: written before and after, for 90 days, with ids and nothing else."""

import sqlite3
from datetime import timedelta

import pytest

from closebot.store import AUDIT_LIVES, Audited, Origin, StoreError
from tests.store.samples import ANA, BEN, NOON

PLACE = Origin("modal", "notes.save", "C1")


def row_of(owner=ANA, at=NOON, **more):
    given = {"action": "create", "object": "note", "close_user_id": "user_1", "origin": PLACE}
    return Audited(owner=owner, at=at, **given | more)


async def pages_of(store, owner=ANA, now=NOON, most=10, skip=0):
    return await store.audit.of_person(owner, now, most=most, skip=skip)


async def test_a_write_is_unclear_until_its_end_is_known(store):
    row = row_of(lead_id="lead_1")
    ids = await store.audit.begin([row], NOON)
    assert await pages_of(store) == (row,)
    await store.audit.finish(ids, "done", object_id="acti_1", lead_id="lead_2")
    (found,) = await pages_of(store)
    assert (found.outcome, found.object_id, found.lead_id) == ("done", "acti_1", "lead_1")
    assert found.origin == PLACE


async def test_a_write_that_was_refused_keeps_what_was_known(store):
    ids = await store.audit.begin([row_of(action="update", object_id="acti_1")], NOON)
    await store.audit.finish(ids, "refused")
    (found,) = await pages_of(store)
    assert (found.outcome, found.object_id) == ("refused", "acti_1")


async def test_many_records_of_one_write_are_rows_of_their_own(store):
    rows = [row_of(object="task", object_id=f"task_{number}") for number in range(3)]
    ids = await store.audit.begin(rows, NOON)
    assert len(set(ids)) == 3
    await store.audit.finish(ids, "done")
    assert [one.object_id for one in await pages_of(store)] == ["task_2", "task_1", "task_0"]
    assert {one.outcome for one in await pages_of(store)} == {"done"}


async def test_a_person_sees_their_own_newest_first_page_by_page(store):
    for number in range(5):
        await store.audit.begin([row_of(object_id=f"acti_{number}")], NOON)
        await store.audit.begin([row_of(BEN)], NOON)
    first = await pages_of(store, most=2)
    assert [one.object_id for one in first] == ["acti_4", "acti_3"]
    last = await pages_of(store, most=2, skip=4)
    assert [one.object_id for one in last] == ["acti_0"]


async def test_rows_older_than_90_days_are_never_shown_and_go_with_the_next(store, path):
    await store.audit.begin([row_of(object_id="acti_old")], NOON)
    later = NOON + AUDIT_LIVES
    assert len(await pages_of(store, now=later)) == 1
    assert await pages_of(store, now=later + timedelta(seconds=1)) == ()
    await store.audit.begin([row_of(at=later)], later + timedelta(seconds=1))
    db = sqlite3.connect(path)
    assert db.execute("SELECT count(*) FROM audit").fetchone() == (1,)
    db.close()


async def test_everybodys_writes_are_listed_oldest_first_and_by_either_id(store):
    await store.audit.begin([row_of(at=NOON - timedelta(days=3))], NOON)
    await store.audit.begin([row_of(BEN, close_user_id="user_2")], NOON)
    assert [one.owner for one in await store.audit.since(NOON - timedelta(days=9))] == [ANA, BEN]
    assert [one.owner for one in await store.audit.since(NOON - timedelta(days=1))] == [BEN]
    for user in (BEN.user, "user_2"):
        found = await store.audit.since(NOON - timedelta(days=9), user=user)
        assert [one.owner for one in found] == [BEN]


async def test_forgetting_a_person_leaves_what_they_did(store):
    await store.audit.begin([row_of()], NOON)
    await store.forget_person(ANA)
    assert len(await pages_of(store)) == 1


async def test_a_row_that_cannot_be_kept_says_so(store, path):
    db = sqlite3.connect(path)
    db.execute("DROP TABLE audit")
    db.close()
    with pytest.raises(StoreError):
        await store.audit.begin([row_of()], NOON)
