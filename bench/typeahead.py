"""How long a lead field takes to offer leads while Close takes half a second for each answer.

Prints the median and the 95th percentile of the whole way, from the option request to its answer,
in seconds and as a ratio to what Close alone takes; then the same while Close takes six seconds.
Run: `python bench/typeahead.py [rounds]`
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.workspace import open_workspace

TYPED = ["a", "ac", "acm", "acme", "g", "glo", "umb", "jane", "wile", "north", "415", "x"]


async def measure(slow: float, rounds: int) -> list[float]:
    """Return how long each request for options took, with a Close that takes `slow` seconds."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        async with open_workspace(Path(folder), "socket") as workspace:
            ana = await workspace.connected("ana")
            await ana.command("/close lead Globex")
            await workspace.read(ana, "Globex Industries")
            await ana.command("/close call Acme")
            await workspace.slack.until(lambda: ana.modal and "Lead" in ana.modal.labels)
            workspace.close.faults.add(path="/data/search/", slow=slow, times=10_000)
            for number in range(rounds):
                workspace.bot.people.known.clear()
                began = time.perf_counter()
                offered = await ana.suggest("Lead", TYPED[number % len(TYPED)])
                took.append(time.perf_counter() - began)
                if slow > 2 and not offered:
                    raise SystemExit("an empty list because Close was slow")
    return took


def say(name: str, slow: float, took: list[float]) -> None:
    """Print one line."""
    median, late = statistics.median(took), sorted(took)[int(len(took) * 0.95)]
    print(f"{name:28} median {median:.3f} s ({median / slow:.2f} x Close)  95th {late:.3f} s "
          f"({late / slow:.2f} x Close)")  # fmt: skip


async def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    say("Close takes 0.5 s", 0.5, await measure(0.5, rounds))
    say("Close takes 6 s", 6.0, await measure(6.0, 6))


if __name__ == "__main__":
    asyncio.run(main())
