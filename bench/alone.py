"""What needs no load: a start, idle memory, and a read of the store."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time

from bench.peers import HERE, closebot, environ_of, free_port, running
from bench.report import Bars
from bench.world import PEOPLE, TEAM, World
from closebot.store import Owner, Store, Vault

SETTLED = 2.0


async def starts(bars: Bars, world: World, planted: dict[str, str], rounds: int) -> None:
    """From the start of the process to the first connection that is taken, and memory then."""
    del rounds
    took: dict[str, list[float]] = {"closebot": [], "bare": []}
    weighs: dict[str, list[float]] = {"closebot": [], "bare": []}
    for number in range(8):
        order = ("closebot", "bare")
        for name in reversed(order) if number % 2 else order:
            seconds, memory = await start(name, world, planted)
            if number:  # the first ones read the files from the disk
                took[name].append(seconds)
                weighs[name].append(memory)
    for name, values in took.items():
        bars.tell("start", f"{name}: to listening", values, "s")
        bars.tell("start", f"{name}: idle memory", weighs[name], "MB")
    bars.most("start", "to listening / bare", _ratios(took), 1.25)
    bars.most("start", "idle memory / bare", _ratios(weighs), 1.4)


def _ratios(found: dict[str, list[float]]) -> list[float]:
    return [ours / bare for ours, bare in zip(found["closebot"], found["bare"], strict=True)]


async def start(name: str, world: World, planted: dict[str, str]) -> tuple[float, float]:
    peer = closebot(world, planted)
    if name == "bare":
        port = free_port()
        peer.name, peer.port = name, port
        peer.command = [sys.executable, str(HERE / "peer_bare.py"), str(port)]
        peer.environ = environ_of(world)
    began = time.perf_counter()
    async with running(peer):
        seconds = time.perf_counter() - began
        await asyncio.sleep(SETTLED)
        return seconds, peer.memory()


async def reads(bars: Bars, world: World, planted: dict[str, str], rounds: int) -> None:
    """A person's connection, read and opened, against a bare read of the same row."""
    del world
    vault = Vault([planted["CLOSEBOT_KEYS"]])
    store = Store.open(planted["CLOSEBOT_DB"], vault)
    kept = sqlite3.connect(planted["CLOSEBOT_DB"])
    asked = (
        "SELECT kind, sealed, close_user_id, close_user_name, organization_id,"
        " organization_name, zone, zone_seen_at, connected_at"
        " FROM connections WHERE workspace = ? AND user = ?"
    )
    owner = Owner(TEAM, PEOPLE[0])
    first, again = [], []
    opening = known = bare = 0.0
    for _ in range(max(rounds, 4) * 3):
        began = time.process_time()
        for _ in range(3000):
            vault.forget()
            await store.connection(owner)
        opened = time.process_time()
        for _ in range(3000):
            await store.connection(owner)
        remembered = time.process_time()
        for _ in range(3000):
            kept.execute(asked, (owner.workspace, owner.user)).fetchone()
        bare = time.process_time() - remembered
        opening, known = opened - began, remembered - opened
        first.append(opening / bare)
        again.append(known / bare)
    kept.close()
    store.close()
    bars.tell("store", "read and open a token", [1e6 * opening / 3000], "µs")
    bars.tell("store", "the same, opened lately", [1e6 * known / 3000], "µs")
    bars.most("store", "read and open / sqlite3 read", first, 4)
    bars.most("store", "opened lately / sqlite3 read", again, 4)


def typeahead(bars: Bars) -> None:
    """Run typeahead.py, whose figures are its own."""
    said = _run("typeahead.py", "24")
    late = [
        float(line.split("95th")[1].split(" s")[0]) for line in said if "Close takes 0.5" in line
    ]
    bars.most("typeahead", "95th percentile, Close at 0.5 s", late, 1, "s")


def digest(bars: Bars) -> None:
    """Run digest.py, which says for each morning what it costs; each size in its own process."""
    for line in [line for part in ("5000", "50000", "sandbox") for line in _run("digest.py", part)]:
        name, _, said = line.partition(" | ")
        if said:
            what, value, limit, unit = said.split(" | ")
            if limit == "-":
                bars.tell(name, what, [float(value)], unit)
            else:
                bars.most(name, what, [float(value)], float(limit), unit)
        else:
            print(line, flush=True)


def _run(script: str, *arguments: str) -> list[str]:
    environ = os.environ | {"PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(
        [sys.executable, str(HERE / script), *arguments],
        env=environ, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()
