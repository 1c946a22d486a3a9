"""The scheduler calls every second, and knows nothing of what it calls."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from closebot.scheduler import MOST_AT_ONCE, STALE, Scheduler

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Clock:
    """A clock that goes on when somebody sleeps; `turns` ends the sleeping."""

    def __init__(self, turns):
        self.now, self.turns = NOON, turns
        self.is_over = asyncio.Event()

    def read(self):
        return self.now

    async def sleep(self, seconds):
        self.now += timedelta(seconds=seconds)
        self.turns -= 1
        if self.turns <= 0:
            self.is_over.set()
            await asyncio.Event().wait()
        await asyncio.sleep(0)


async def run(work, turns):
    clock = Clock(turns)
    scheduler = Scheduler(work, clock.read, sleep=clock.sleep)
    scheduler.start()
    await clock.is_over.wait()
    await asyncio.sleep(0)
    return scheduler, clock


async def test_it_tells_the_time_every_second_from_the_start_on():
    told = []

    async def work(now):
        told.append(now)

    scheduler, _ = await run(work, 3)
    await scheduler.stop()
    assert told == [NOON + timedelta(seconds=number) for number in range(3)]
    assert scheduler.last_tick == told[-1]


async def test_a_call_that_takes_long_holds_up_no_other_and_there_are_not_too_many():
    running = []
    free = asyncio.Event()

    async def work(now):
        running.append(now)
        await free.wait()

    scheduler, _ = await run(work, MOST_AT_ONCE + 10)
    assert len(running) == MOST_AT_ONCE
    free.set()
    await scheduler.stop()


async def test_a_call_that_fails_is_told_to_whoever_asks_and_the_next_one_comes():
    told = []

    async def work(now):
        told.append(now)
        if len(told) == 1:
            raise LookupError

    scheduler, _ = await run(work, 1)
    assert not scheduler.is_well
    scheduler.tick()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert scheduler.is_well
    await scheduler.stop()


async def test_it_is_not_well_when_it_has_stood_still():
    async def work(now):
        pass

    clock = Clock(1)
    scheduler = Scheduler(work, clock.read, sleep=clock.sleep)
    assert not scheduler.is_well
    scheduler.start()
    assert scheduler.is_well
    await clock.is_over.wait()
    await asyncio.sleep(0)
    clock.now += timedelta(seconds=STALE)
    assert not scheduler.is_well
    await scheduler.stop()


@pytest.mark.parametrize("patience", [0.0, 5.0])
async def test_a_stop_waits_for_what_runs_and_cancels_what_does_not_end(patience):
    ended = []

    async def work(now):
        try:
            await asyncio.sleep(0.01 if patience else 60)
            ended.append("done")
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    scheduler, _ = await run(work, 1)
    await scheduler.stop(patience)
    assert ended == ["done" if patience else "cancelled"]
