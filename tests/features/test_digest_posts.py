"""The queue in front of Slack: a message a second in a channel, and no channel waits."""

import asyncio

import pytest

from closebot.features.digests.posting import (
    AT_ONCE,
    LONGEST_HOLD,
    PACE,
    REMEMBERED,
    Posts,
    name_post,
)
from closebot.slack.outgoing import SlackFailed, SlackLimited


class Time:
    """A clock that goes on as soon as everybody sleeps."""

    def __init__(self):
        self.now = 0.0
        self.sleeping = []

    def read(self):
        return self.now

    async def sleep(self, seconds):
        wake = asyncio.Event()
        self.sleeping.append((self.now + seconds, wake))
        await wake.wait()

    def go_on(self):
        self.now = min(at for at, _ in self.sleeping)
        for one in [one for one in self.sleeping if one[0] <= self.now]:
            self.sleeping.remove(one)
            one[1].set()


class Slack:
    """Remembers when what was posted where, and how many were on their way at once."""

    def __init__(self, clock):
        self.clock, self.posted, self.at_once, self.most = clock, [], 0, 0
        self.refuses = frozenset()
        self.limits, self.limited = {}, []

    async def call(self, method, **arguments):
        assert (method, arguments["holds"]) == ("chat.postMessage", ["records"])
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if waits := self.limits.get(arguments["channel"]):
            self.limited.append((arguments["channel"], self.clock.now))
            raise SlackLimited(method, waits.pop())
        if arguments["channel"] in self.refuses:
            raise SlackFailed(method, "channel_not_found")
        self.posted.append((arguments["channel"], self.clock.now, arguments["text"]))
        return {"ts": str(len(self.posted))}


@pytest.fixture
def clock():
    return Time()


@pytest.fixture
def slack(clock):
    return Slack(clock)


@pytest.fixture
def posts(slack, clock):
    return Posts(slack, clock=clock.read, sleep=clock.sleep)


async def finish(work, clock):
    """Let everything run to its end; whenever nothing moves any more, time goes on."""
    task = asyncio.gather(*work, return_exceptions=True)
    while not task.done():
        for _ in range(2000):
            await asyncio.sleep(0)
            if task.done():
                break
        if clock.sleeping and not task.done():
            clock.go_on()
    return task.result()


def post(posts, channel, text):
    return posts.post(channel, name_post(channel, text), lambda: {"text": text})


async def test_a_channel_gets_a_message_a_second_in_their_order(posts, slack, clock):
    await finish([post(posts, "C1", str(number)) for number in range(5)], clock)
    assert slack.posted == [("C1", number * PACE, str(number)) for number in range(5)]


async def test_a_full_channel_holds_up_no_other(posts, slack, clock):
    work = [post(posts, "C1", str(number)) for number in range(30)]
    work += [post(posts, f"C{number}", "one") for number in range(2, 40)]
    await finish(work, clock)
    assert {at for channel, at, _ in slack.posted if channel != "C1"} == {0.0}
    assert len(slack.posted) == 68
    assert slack.most <= AT_ONCE


async def test_a_refusal_is_told_and_holds_up_nothing(posts, slack, clock):
    slack.refuses = frozenset({"C1"})
    done = await finish(
        [post(posts, "C1", "a"), post(posts, "C1", "b"), post(posts, "C2", "c")], clock
    )
    assert [type(one) for one in done] == [SlackFailed, SlackFailed, str]


async def test_what_slack_asks_to_wait_for_is_waited_for_in_that_channel_alone(posts, slack, clock):
    slack.limits = {"C1": [30.0]}
    await finish([post(posts, "C1", "a"), post(posts, "C1", "b"), post(posts, "C2", "c")], clock)
    assert slack.posted == [("C2", 0.0, "c"), ("C1", 30.0, "a"), ("C1", 30.0 + PACE, "b")]


async def test_a_limit_of_the_whole_workspace_is_not_run_into_by_everybody(posts, slack, clock):
    slack.limits = {f"C{number}": [30.0] for number in range(100)}
    work = [post(posts, f"C{number}", "a") for number in range(100)]
    for number in range(2, 100):  # Slack would refuse these only for as long as it says
        slack.limits[f"C{number}"] = [30.0] if number < AT_ONCE else []
    await finish(work, clock)
    assert len(slack.limited) <= AT_ONCE
    assert {at for _, at, _ in slack.posted} == {0.0, 30.0}
    assert len(slack.posted) == 100


async def test_too_long_a_wait_is_for_the_caller(posts, slack, clock):
    slack.limits = {"C1": [LONGEST_HOLD + 1]}
    assert [type(one) for one in await finish([post(posts, "C1", "a")], clock)] == [SlackLimited]
    slack.limits = {"C1": [LONGEST_HOLD] * 99}
    assert [type(one) for one in await finish([post(posts, "C1", "a")], clock)] == [SlackLimited]
    assert clock.now < 700


async def test_channels_are_forgotten_again(posts, clock):
    for number in range(REMEMBERED + 1):
        await post(posts, f"C{number}", "one")
    clock.now += 2 * PACE
    await post(posts, "C1", "two")
    assert len(posts._turns) == 1


def test_a_name_is_that_of_its_parts():
    assert name_post("d1", "2026-11-26") == name_post("d1", "2026-11-26")
    names = {name_post("d1", "2026-11-26"), name_post("d1", "2026-11-27"), name_post("d1", "")}
    assert len(names) == 3
