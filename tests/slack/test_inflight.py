import asyncio

import pytest

from closebot.slack.inflight import Full, Inflight


async def test_what_is_started_is_kept_until_it_ends():
    inflight, gate = Inflight(), asyncio.Event()
    task = inflight.start(gate.wait(), "waiting")
    assert len(inflight) == 1
    gate.set()
    await task
    await asyncio.sleep(0)
    assert len(inflight) == 0


async def test_a_full_house_refuses_and_keeps_a_reserve():
    inflight, gate = Inflight(places=1, reserve=1), asyncio.Event()
    first = inflight.start(gate.wait(), "first")
    with pytest.raises(Full):
        inflight.start(gate.wait(), "second")
    last = inflight.start(gate.wait(), "apology", reserve=True)
    with pytest.raises(Full):
        inflight.start(gate.wait(), "third", reserve=True)
    gate.set()
    await asyncio.gather(first, last)


async def test_draining_waits_for_what_runs():
    inflight, done = Inflight(), []

    async def work():
        await asyncio.sleep(0.01)
        done.append(True)

    inflight.start(work(), "work")
    assert await inflight.drain(5) == 0
    assert done == [True]


async def test_draining_cancels_what_does_not_end():
    inflight = Inflight()
    task = inflight.start(asyncio.Event().wait(), "for ever")
    assert await inflight.drain(0.01) == 1
    assert task.cancelled()


async def test_a_closed_house_takes_nothing_but_last_words_and_waits_for_them():
    inflight, said = Inflight(), []

    async def speak():
        said.append("goodbye")

    async def work():
        inflight.start(speak(), "last word", reserve=True)

    inflight.start(work(), "work")
    inflight.close()
    assert inflight.full
    with pytest.raises(Full):
        inflight.start(work(), "too late")
    assert await inflight.drain(5) == 0
    assert said == ["goodbye"]


async def test_a_failure_nobody_caught_is_in_the_log(caplog):
    async def work():
        raise ValueError("note text")

    inflight = Inflight()
    inflight.start(work(), "work")
    await inflight.drain(1)
    await asyncio.sleep(0)
    assert "work was lost to ValueError" in caplog.text
    assert "note text" not in caplog.text
