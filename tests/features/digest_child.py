"""A process that makes digests for others and dies where it is told to: see test_digest_crash.

Imports closebot once. For each line of JSON it forks, and the child ticks once: `die_at` kills it
(SIGKILL) at that step, `seconds` after that time; `wait` lets it begin at that moment (Unix).
The line that it prints back is how the children ended.
"""

import asyncio
import json
import os
import signal
import sys
import time
from datetime import datetime

from closebot.app import build
from closebot.settings import read_settings
from tests.digest_stage import make_runner


def make_mortal(thing, name, step):
    """Count a step before and after a coroutine function of some object."""
    real = getattr(thing, name)

    async def counted(*args, **options):
        step()
        answer = await real(*args, **options)
        step()
        return answer

    setattr(thing, name, counted)


async def make(asked):
    bot = build(read_settings(asked["environ"]))
    bot.identity.update(await bot.outgoing.call("auth.test"))
    steps = 0

    def step():
        nonlocal steps
        steps += 1
        if steps == asked.get("die_at"):
            os.kill(os.getpid(), signal.SIGKILL)

    runs = bot.store.digest_runs
    mortal = [(runs, name) for name in ("claim_due", "finish", "put_off", "keep")]
    mortal += [(bot.transport, "request"), (bot.outgoing.web, "api_call")]
    for thing, name in mortal:
        make_mortal(thing, name, step)
    await asyncio.sleep(max(0.0, asked.get("wait", 0) - time.time()))
    if asked.get("seconds"):
        signal.setitimer(signal.ITIMER_REAL, asked["seconds"])  # whose signal ends a process
    await make_runner(bot).tick(datetime.fromisoformat(asked["now"]))
    await bot.stop()


def run(asked):
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(make(asked))
        except BaseException as error:  # noqa: BLE001 - it says it, and ends
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return child


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main():
    say("ready")
    for line in sys.stdin:
        children = [run(asked) for asked in json.loads(line)]
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        say(json.dumps(ends))


if __name__ == "__main__":
    main()
