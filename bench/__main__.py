"""Every bar, measured: `make bench`, or `python -m bench [parts]`. What they mean: README.md."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from bench import alone, commands, far
from bench.peers import plant
from bench.report import Bars
from bench.world import World

ROUNDS = int(os.environ.get("ROUNDS", "4"))
PARTS = {
    "http": commands.over_http,
    "tls": commands.over_tls,
    "socket": commands.over_socket,
    "growth": commands.growth,
    "far": far.round_trips,
    "start": alone.starts,
    "store": alone.reads,
}
SCRIPTS = {"typeahead": alone.typeahead, "digest": alone.digest}


async def main(bars: Bars, parts: Collection[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with World() as world:
            planted = await plant(Path(folder))
            for name, measure in PARTS.items():
                if name in parts:
                    await measure(bars, world, planted, ROUNDS)


def say_load(when: str) -> None:
    print(f"load {when}: {', '.join(f'{one:.2f}' for one in os.getloadavg())}", flush=True)


if __name__ == "__main__":
    asked = sys.argv[1:] or [*PARTS, *SCRIPTS]
    if unknown := set(asked) - PARTS.keys() - SCRIPTS.keys():
        raise SystemExit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}, "
                         f"{', '.join(SCRIPTS)}")  # fmt: skip
    bars = Bars()
    say_load("before")
    asyncio.run(main(bars, asked))
    for name, run in SCRIPTS.items():
        if name in asked:
            run(bars)
    bars.print()
    say_load("after")
