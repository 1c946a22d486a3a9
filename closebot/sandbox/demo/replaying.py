"""Play a recorded session against this version, and say where the answers differ.

Each step waits until the screen is what it was when it was recorded, as the person did who waited
for the answer, and until the bot has sent what it sent; after `PATIENCE` it goes on, and what
differs is said. The clock is brought to the full minute in which a step was done.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import click

from closebot.sandbox.demo.calls import Matched, match, say_fresh
from closebot.sandbox.demo.comparing import Difference, compare
from closebot.sandbox.demo.naming import Names
from closebot.sandbox.demo.reading import Recording
from closebot.sandbox.demo.reporting import Report, name_step
from closebot.sandbox.demo.watching import WATCHER, Json, Places, Watcher

Watch = Callable[[Json], Awaitable[None]]

PATIENCE = 8.0
_LESS = 3.0  # once something differs, what follows from it is not worth more
_BEFORE_CLOCK = 1.0  # what a step brings about comes before the time goes on
_EVERY = 0.05
_LAST_CALLS = 0.5
_NEAR = timedelta(minutes=5)


async def replay(recording: Recording, url: str, watch: Watch | None = None) -> list[str]:
    """Do every step of a session; return the differences, a line each.

    `watch` is awaited with each step when its answer is there.
    """
    if not recording.has_calls:
        click.echo("  An older recording: what people saw is compared, not what the bot sent.")
    async with aiohttp.ClientSession() as session:
        player = _Player(session, url, has_calls=recording.has_calls)
        done: Json | None = None
        for number, step in enumerate(recording.steps, 1):
            await player.wait_for(step)
            if watch and done and done["verb"]:
                await watch(done)
            await player.do(number, step)
            done = step
        return await player.finish()


class _Player:
    """Plays one session."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, has_calls: bool) -> None:
        self._session = session
        self._url = url
        self._has_calls = has_calls
        self._watcher = Watcher(session, url)
        self._names = Names(_NEAR if has_calls else None)
        self._places = Places()
        self._report = Report()
        self._title = "at the start"
        self._sent: list[Json] = []  # since the step before
        self._early: list[Json] = []  # what nobody had expected before that
        self._early_title = ""

    async def wait_for(self, step: Json) -> None:
        """Wait until there is what was there then; say what still differs in the end."""
        person, place = self._places.follow(step["body"])
        if not (step.get("seen") or self._has_calls):
            return
        clock = asyncio.get_running_loop()
        began, is_late = clock.time(), False
        while True:
            matched, shown = await self._try(step, person, self._names.translate(place))
            waited = clock.time() - began
            if not (matched.differences or shown):
                break
            if waited > (_LESS if self._report.lines else PATIENCE):
                break
            if waited > _BEFORE_CLOCK and not is_late:
                is_late = True
                await self._set_clock(step)
            await asyncio.sleep(_EVERY)
        self._settle(matched, [one.within(f"shown to {person}") for one in shown])

    async def _try(self, step: Json, person: str, place: str) -> tuple[Matched, list[Difference]]:
        names = self._names.copy()
        shown: list[Difference] = []
        if then := step.get("seen"):
            now = await self._watcher.see(person, place)
            shown = compare(_name_parts(then), _name_parts(_as_recorded(then, now)), names)
        if not self._has_calls:
            return Matched(names), shown
        self._sent += await self._watcher.take_calls()
        return match(step["calls"], self._sent, self._early, names), shown

    def _settle(self, matched: Matched, shown: list[Difference]) -> None:
        """Say what came out of a step, and begin the next one."""
        self._names = matched.names
        missed = [one for one in matched.fresh if any(one is early for early in self._early)]
        self._report.tell(self._early_title, [say_fresh(one) for one in missed])
        self._report.tell(self._title, matched.differences)
        self._report.tell(self._title, shown, again=False)
        # What comes now may have come a little later then.
        self._early = [one for one in matched.fresh if all(one is not each for each in missed)]
        self._early_title, self._sent = self._title, []

    async def do(self, number: int, step: Json) -> None:
        """Do a step."""
        self._title = name_step(number, step)
        if not step["verb"]:
            return
        await self._set_clock(step)
        secrets = await self._watcher.secrets()
        body = secrets.show(self._names.translate(step["body"]))
        async with self._session.post(f"{self._url}/sim/{step['verb']}", json=body) as answer:
            if answer.content_type == "application/json":
                now = secrets.hide(await answer.json())
            else:
                now = {"ok": False, "error": f"the demo does not know {step['verb']!r}"}
        self._report.tell(self._title, _compare_answers(step, now, self._names), again=False)

    async def _set_clock(self, step: Json) -> None:
        """Bring the clock to the minute in which a step was done; it never goes back."""
        if not self._has_calls:
            return
        then = datetime.fromisoformat(step["at"]).replace(second=0, microsecond=0)
        told = await self._watcher.look("clock")
        ahead = (then - datetime.fromtimestamp(told["now"], UTC)).total_seconds()
        if ahead > 0:
            body = {"seconds": ahead}
            async with self._session.post(f"{self._url}/sim/clock", json=body) as answer:
                await answer.read()

    async def finish(self) -> list[str]:
        """Wait for what comes late, and return the differences."""
        if self._has_calls:
            await asyncio.sleep(_LAST_CALLS)
            late = [*self._early, *await self._watcher.take_calls()]
            self._report.tell(self._early_title, [say_fresh(one) for one in late])
        else:
            state = await self._watcher.look("state", **{"as": WATCHER})
            told = [Difference("not allowed", str(one)) for one in state["violations"]]
            self._report.tell("in all", told)
        return self._report.lines


def _compare_answers(step: Json, now: Any, names: Names) -> list[Difference]:
    then = step.get("answer")
    if then is None:
        return []  # it came after the end
    could = isinstance(then, dict) and then.get("ok") is True
    if could and isinstance(now, dict) and now.get("ok") is False:
        return [Difference("", f"cannot be done now ({now.get('error') or now.get('notice')})")]
    return compare(then, now, names)


def _as_recorded(then: Json, now: Json) -> Json:
    """Keep of a screen what the recording has."""
    messages = now["messages"]
    kept = {key: messages[int(key)] for key in then["messages"] if int(key) < len(messages)}
    parts = {key: value for key, value in now.items() if key in then}
    return parts | {"messages": kept, "count": len(messages)}


def _name_parts(screen: Json) -> Json:
    """Call the parts of a screen what a person would."""
    named = {key: value for key, value in screen.items() if key != "count"}
    return named | {"number of messages": screen["count"]}
