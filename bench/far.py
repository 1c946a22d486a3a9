"""How many round trips a person waits for, when Slack and Close are far away and speak TLS.

A `Distance` stands before each TLS server: it passes on what it is given 40 ms later, each way, and
lets a new connection wait another round trip for TCP's own handshake.
"""

import asyncio
from collections import deque
from pathlib import Path
from typing import Any, Self

from bench.commands import Figures, interleave, run_one, seen
from bench.peers import Peer, closebot, python_peer, running
from bench.report import Bars
from bench.tls import certify
from bench.wire import port_of, serve
from bench.world import World

ONE_WAY = 0.04
IDLE = 60.0
FEW = 5  # people who take turns, and whom closebot has met
CALLS = {"click": 1, "command": 2}  # one to Slack; one to Close and one to the response address


class Pipe:
    """Passes bytes on later, in their order."""

    def __init__(self, write: Any, not_before: float = 0.0) -> None:
        self.loop = asyncio.get_running_loop()
        self.write, self.not_before = write, not_before
        self.waiting: deque[bytes] = deque()

    def put(self, data: bytes) -> None:
        self.waiting.append(data)
        at = max(self.loop.time(), self.not_before) + ONE_WAY
        self.loop.call_at(at, lambda: self.write(self.waiting.popleft()))


class Distance:
    """A TCP proxy before one port, far away."""

    def __init__(self, port: int) -> None:
        self.to = port

    async def __aenter__(self) -> Self:
        self.server = await asyncio.start_server(self.take, "127.0.0.1", 0)
        self.port = port_of(self.server)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()

    async def take(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        opened = asyncio.get_running_loop().time()
        far, on = await asyncio.open_connection("127.0.0.1", self.to)
        there = Pipe(on.write, opened + 2 * ONE_WAY)
        await asyncio.gather(
            self.pass_on(near, there, on), self.pass_on(far, Pipe(back.write), back)
        )

    async def pass_on(
        self, source: asyncio.StreamReader, pipe: Pipe, sink: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await source.read(65536):
                pipe.put(data)
            await asyncio.sleep(2 * ONE_WAY)
        except OSError:
            pass
        sink.close()


async def round_trips(bars: Bars, world: World, planted: dict[str, str], rounds: int) -> None:
    """The bars of round trips: right after another, and after a minute in which nobody came."""
    folder = Path(planted["CLOSEBOT_DB"]).parent
    context = certify(folder)
    far = {}
    servers = []
    for name, answer in world.answers.items():
        server = await serve(answer, lambda name=name: world.opened.update([name]), ssl=context)
        servers.append(server)
        far[name] = await Distance(port_of(server)).__aenter__()
    near, world.hooks_url = world.hooks_url, f"https://127.0.0.1:{far['hooks'].port}"
    there = {
        "SLACK_API_URL": f"https://127.0.0.1:{far['slack'].port}/api/",
        "CLOSE_API_URL": f"https://127.0.0.1:{far['close'].port}/api/v1/",
        "SSL_CERT_FILE": str(folder / "bench.pem"),
    }
    pair = (closebot(world, planted, **there), python_peer(world, "usual", **there))
    async with running(*pair) as peers:
        for peer in peers.values():
            for _ in range(3 * FEW):  # Slack has said by then who they are, and Close what it has
                await run_one(peer, kind="click", people=FEW)
                await run_one(peer, people=FEW)
        await tell(bars, "warm", await interleave(peers.values(), rounds, count_trips))
        print(f"({IDLE:g} s without a command …)", flush=True)
        await asyncio.sleep(IDLE)
        found = {name: [await first_trips(peer)] for name, peer in peers.items()}
        await tell(bars, f"after {IDLE:g} s idle", found)
    await asyncio.sleep(6 * ONE_WAY)  # what was sent last is still on its way
    world.hooks_url = near
    for server in servers:
        server.close()
    for one in far.values():
        await one.__aexit__()


async def tell(bars: Bars, when: str, found: dict[str, list[Figures]]) -> None:
    for kind in CALLS:
        bar, what = "round trips", f"{kind}, {when}"
        bars.tell(bar, f"{what}: usual", seen(found, "usual", kind), "a call")
        bars.most(bar, f"{what}: closebot", seen(found, "closebot", kind), 1.2, "a call")


async def first_trips(peer: Peer) -> Figures:
    """Measure each kind once: the very first after a while counts, not the one after it."""
    return {kind: await trips_of(peer, kind) for kind in CALLS}


async def count_trips(peer: Peer) -> Figures:
    figures: Figures = {}
    for kind in CALLS:
        tries = [await trips_of(peer, kind) for _ in range(5)]
        figures[kind] = sorted(tries)[2]
    return figures


async def trips_of(peer: Peer, kind: str) -> float:
    """Return round trips for each call: until what was sent arrives, and the way back."""
    await asyncio.sleep(3 * ONE_WAY)
    _, took = await run_one(peer, kind=kind, people=FEW)
    return (took + ONE_WAY) / (2 * ONE_WAY) / CALLS[kind]
