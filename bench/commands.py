"""How quickly a command is acknowledged and answered, by each peer in turn."""

import asyncio
import statistics
import time
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

from bench.peers import Peer, closebot, grown, node, python_peer, running
from bench.report import Bars
from bench.tls import encrypted
from bench.world import PEOPLE, World, click, command

Figures = dict[str, float]
LONGEST = 20.0
PAUSE = 0.005  # so that the end of one command is not counted to the next one's ack


async def run_one(
    peer: Peer, *, kind: str = "command", people: int = len(PEOPLE)
) -> tuple[float, float]:
    """Deliver one command or click; return the seconds to its ack and to what the person sees."""
    number, arrived = peer.world.expect()
    is_command = kind == "command"
    fields = command(peer.world, number, people) if is_command else click(number, people)
    began = time.perf_counter()
    acked = await peer.door.deliver(fields)
    async with asyncio.timeout(LONGEST):
        return acked - began, await arrived - began


async def run_many(peer: Peer, count: int, at_once: int) -> Figures:
    """Run `count` commands, `at_once` under way at any time."""
    left = iter(range(count))

    async def work() -> None:
        for _ in left:
            await run_one(peer)

    used, began = peer.cpu(), time.perf_counter()
    await asyncio.gather(*(work() for _ in range(at_once)))
    took = time.perf_counter() - began
    await asyncio.sleep(0.05)  # what comes after the answer is work for it too
    return {"per second": count / took, "cpu": 1000 * (peer.cpu() - used) / count}


async def run_alone(peer: Peer, count: int) -> Figures:
    """Run commands one after the other; ms to the ack, and of processor time for each."""
    used = peer.cpu()
    acks = []
    for _ in range(count):
        acks.append((await run_one(peer))[0])
        await asyncio.sleep(PAUSE)
    cpu = 1000 * (peer.cpu() - used) / count
    return {"ack": 1000 * statistics.median(acks), "cpu": cpu}


async def run_steadily(peer: Peer, count: int, per_second: float) -> Figures:
    """Start commands on a fixed schedule, whatever becomes of them; times from the schedule."""
    peer.world.delay = 0.2
    acks: list[float] = []
    start = time.perf_counter() + 0.1

    async def one(number: int) -> None:
        due = start + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        late = time.perf_counter() - due
        acks.append((await run_one(peer))[0] + late)

    await asyncio.gather(*(one(number) for number in range(count)))
    peer.world.delay = 0.0
    acks.sort()
    return {
        "p50": 1000 * statistics.median(acks),
        "p99": 1000 * acks[int(0.99 * len(acks))],
        "max": 1000 * acks[-1],
    }


async def interleave(
    peers: Iterable[Peer], rounds: int, measure: Callable[[Peer], Coroutine[Any, Any, Figures]]
) -> dict[str, list[Figures]]:
    """Measure each peer once a round, in reversed order every other round."""
    found: dict[str, list[Figures]] = {}
    order = list(peers)
    for number in range(rounds):
        for peer in reversed(order) if number % 2 else order:
            found.setdefault(peer.name, []).append(await measure(peer))
    return found


def ratios(found: dict[str, list[Figures]], one: str, other: str, what: str) -> list[float]:
    pairs = zip(found[one], found[other], strict=True)
    return [mine[what] / theirs[what] for mine, theirs in pairs]


def seen(found: dict[str, list[Figures]], name: str, what: str) -> list[float]:
    return [figures[what] for figures in found[name]]


async def warm_up(peers: Iterable[Peer]) -> None:
    """Let all run. closebot comes first: what it is answered, everybody is."""
    for peer in sorted(peers, key=lambda one: one.name not in ("closebot", "grown")):
        await run_many(peer, 500, 5)
        began = time.perf_counter()
        while peer.name == "node" and time.perf_counter() - began < 1:
            await run_many(peer, 20, 5)


async def measure_acks(bars: Bars, found: dict[str, list[Figures]], over: str) -> None:
    for name in found:
        bars.tell(f"ack, {over}", f"{name}: p50", seen(found, name, "ack"), "ms")
        bars.tell(f"ack, {over}", f"{name}: CPU a command", seen(found, name, "cpu"), "ms")
    bars.most(f"ack, {over}", "p50 / usual", ratios(found, "closebot", "usual", "ack"), 0.08)
    bars.most(f"ack, {over}", "p50 / floor", ratios(found, "closebot", "floor", "ack"), 2.2)
    bars.most(f"ack, {over}", "CPU / floor", ratios(found, "closebot", "floor", "cpu"), 2.6)


async def over_http(bars: Bars, world: World, planted: dict[str, str], rounds: int) -> None:
    """The bars of HTTP mode."""
    ours = closebot(world, planted)
    others = [python_peer(world, "usual"), python_peer(world, "floor"), node(world)]
    async with running(ours, *others) as peers:
        await warm_up(peers.values())
        await measure_acks(
            bars, await interleave(peers.values(), rounds, lambda one: run_alone(one, 300)), "HTTP"
        )
        pair = [peers["closebot"], peers["usual"]]
        found = await interleave(pair, rounds, lambda one: run_steadily(one, 400, 100))
        bars.most("ack under load", "p99", seen(found, "closebot", "p99"), 20, "ms")
        bars.most("ack under load", "slowest", [max(seen(found, "closebot", "max"))], 3000, "ms")
        bars.most("ack under load", "p50 / usual", ratios(found, "closebot", "usual", "p50"), 0.15)
        await measure_whole(bars, peers, rounds, "whole")
        await measure_flat(bars, peers["closebot"], rounds)
    before = world.opened.copy()
    asked = world.asked["auth.test"]
    async with running(closebot(world, planted)) as fresh:  # from its very first command
        await run_many(fresh["closebot"], 1000, 10)
    bars.most("connections", "new in 1,000 commands", [(world.opened - before).total()], 30, "")
    bars.most("connections", "auth.test", [world.asked["auth.test"] - asked], 1, "")


async def measure_whole(bars: Bars, peers: dict[str, Peer], rounds: int, bar: str) -> None:
    for at_once, least in ((10, 3.5), (50, 5.0)):
        title = f"{bar}, {at_once} at once"
        found = await interleave(
            peers.values(), rounds, lambda one, many=at_once: run_many(one, 500, many)
        )
        for name in found:
            bars.tell(title, f"{name}: commands a second", seen(found, name, "per second"), "/s")
            bars.tell(title, f"{name}: CPU a command", seen(found, name, "cpu"), "ms")
        for name, limit in (("usual", least), ("floor", 0.5), ("node", 1.1)):
            if name in found:
                quicker = ratios(found, "closebot", name, "per second")
                bars.least(title, f"commands a second / {name}", quicker, limit)
            else:
                bars.skip(title, f"commands a second / {name}", "no Node here")


async def over_tls(bars: Bars, world: World, planted: dict[str, str], rounds: int) -> None:
    """The bars of a whole command, with Slack and Close as they are in life: behind TLS."""
    async with encrypted(world, Path(planted["CLOSEBOT_DB"]).parent) as there:
        ours = closebot(world, planted, **there)
        others = [python_peer(world, name, **there) for name in ("usual", "floor")]
        async with running(ours, *others, node(world, **there)) as peers:
            await warm_up(peers.values())
            await measure_whole(bars, peers, rounds, "whole, over TLS")


async def measure_flat(bars: Bars, peer: Peer, rounds: int) -> None:
    found = []
    for number in range(rounds):
        cpu = {}
        for at_once in (200, 10) if number % 2 else (10, 200):
            cpu[at_once] = (await run_many(peer, 800, at_once))["cpu"]
        found.append(cpu[200] / cpu[10])
    bars.most("flat", "CPU a command, 200 at once / 10", found, 1.4)


async def over_socket(bars: Bars, world: World, planted: dict[str, str], rounds: int) -> None:
    """The bars of Socket Mode."""
    ours = closebot(world, planted, SLACK_APP_TOKEN="xapp-closebot", SLACK_SIGNING_SECRET="")
    others = [python_peer(world, name, over_socket=True) for name in ("usual", "floor")]
    async with running(ours, *others) as peers:
        await warm_up(peers.values())
        found = await interleave(peers.values(), rounds, lambda one: run_alone(one, 300))
        await measure_acks(bars, found, "Socket Mode")


async def growth(bars: Bars, world: World, planted: dict[str, str], rounds: int) -> None:
    """The bar of 100 more commands and buttons."""
    async with running(closebot(world, planted), grown(world, planted)) as peers:
        await warm_up(peers.values())
        found = await interleave(peers.values(), rounds, lambda one: run_many(one, 600, 10))
        bars.most(
            "growth", "CPU, 100 more declared", ratios(found, "grown", "closebot", "cpu"), 1.15
        )
