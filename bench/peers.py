"""The bots that are measured, each a process of its own."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from bench.world import BOT_TOKEN, PEOPLE, SECRET, TEAM, Door, World
from closebot.store import Connection, Owner, Store, Vault, new_key

HERE = Path(__file__).parent
ROOT = HERE.parent
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Peer:
    """One bot: how it is reached, what it has used, what it weighs."""

    name: str
    command: list[str]
    environ: dict[str, str]
    port: int = 0
    world: World = field(repr=False, kw_only=True)
    process: Any = None

    async def __aenter__(self) -> Self:
        with (ROOT / "bench" / f".{self.name}.log").open("w") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, env=os.environ | self.environ, cwd=ROOT, stdout=log, stderr=log
            )
        self.door = Door(self.world, port=self.port, name=self.name)
        for _ in range(3000):
            if self.process.returncode is not None:
                break
            if await self.is_up():
                return self
            await asyncio.sleep(0.01)
        said = (ROOT / "bench" / f".{self.name}.log").read_text()[-2000:]
        raise SystemExit(f"{self.name} did not start:\n{said}")

    async def is_up(self) -> bool:
        if not self.port:
            return self.name in self.world.sockets
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def __aexit__(self, *_: object) -> None:
        self.door.lines.close()
        if self.process and self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 5)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(stat[11]) + int(stat[12])) / _TICK

    def memory(self) -> float:
        """Resident memory in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 1e6


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def environ_of(world: World, **more: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{world.port('slack')}/api/",
        "CLOSE_API_URL": f"http://127.0.0.1:{world.port('close')}/api/v1/",
        "PYTHONPATH": str(ROOT),
    } | more


async def plant(folder: Path) -> dict[str, str]:
    """Make a database in which everybody is connected; return the settings that open it."""
    key, path = new_key(), folder / "bench.db"
    store = Store.open(path, Vault([key]))
    now = datetime.now(UTC)
    ana = Connection(
        owner=Owner(TEAM, PEOPLE[0]), kind="api_key", secret="", close_user_id="", zone="UTC",
        close_user_name="Somebody", organization_id="orga_1", organization_name="Bench",
        zone_seen_at=now, connected_at=now,
    )  # fmt: skip
    for number, user in enumerate(PEOPLE):
        one = replace(ana, owner=Owner(TEAM, user), secret=f"api_bench{number}.key",
                      close_user_id=f"user_{number}")  # fmt: skip
        await store.save_connection(one)
    store.close()
    return {"CLOSEBOT_KEYS": key, "CLOSEBOT_DB": str(path)}


def closebot(world: World, planted: dict[str, str], **more: str) -> Peer:
    port = 0 if "SLACK_APP_TOKEN" in more else free_port()
    environ = environ_of(world, HOST="127.0.0.1", **planted) | more
    if port:
        environ["PORT"] = str(port)
    python = [sys.executable, "-m", "closebot", "run"]
    return Peer("closebot", python, environ, port, world=world)


def grown(world: World, planted: dict[str, str]) -> Peer:
    """Return closebot with 100 more commands and buttons declared."""
    peer = closebot(world, planted)
    return replace(peer, name="grown", command=[sys.executable, "bench/peer_grown.py"])


def python_peer(world: World, name: str, *, over_socket: bool = False, **more: str) -> Peer:
    port = 0 if over_socket else free_port()
    command = [sys.executable, f"bench/peer_{name}.py", str(port)]
    return Peer(name, command, environ_of(world) | more, port, world=world)


def node(world: World, **more: str) -> Peer | None:
    """Return the peer in Node, installed when it is there for the first time; None without Node."""
    where, npm = shutil.which("node"), shutil.which("npm")
    if not where:
        print("Node is missing here: its peer is skipped.")
        return None
    if not (HERE / "node" / "node_modules" / "@slack" / "bolt").is_dir():
        install = [npm or "npm", "install", "--no-audit", "--no-fund", "--silent"]
        try:
            subprocess.run(install, cwd=HERE / "node", check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            print("npm could not install @slack/bolt: the peer in Node is skipped.")
            return None
    port = free_port()
    return Peer("node", [where, "bench/node/peer.mjs", str(port)], environ_of(world) | more, port,
                world=world)  # fmt: skip


@asynccontextmanager
async def running(*peers: Peer | None) -> Any:
    """Start peers, and stop them all."""
    async with AsyncExitStack() as stack:
        started = [await stack.enter_async_context(one) for one in peers if one is not None]
        yield {one.name: one for one in started}
