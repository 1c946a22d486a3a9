"""Play a recorded session against this version, and say where the answers differ.

Each step waits until the screen is what it was when it was recorded, as the person did who waited
for the answer; after `PATIENCE` it goes on, and what differs is said.
"""

import asyncio
from typing import Any

import aiohttp

from closebot.sandbox.demo.comparing import Names, compare
from closebot.sandbox.demo.recording import Json, Places, Recording, Screen

PATIENCE = 8.0
_EVERY = 0.1
_MOST_LINES = 5


async def replay(recording: Recording, url: str) -> list[str]:
    """Do every step of a session; return the differences, a line each."""
    names, places = Names(), Places()
    found: list[str] = []
    async with aiohttp.ClientSession() as session:
        screen = Screen(session, url)
        for number, step in enumerate(recording.steps, 1):
            person, place = places.follow(step["body"])
            title = f"step {number} ({step['verb'] or 'the end'}, {person or 'nobody'})"
            if step.get("seen"):
                place = names.translate(place)
                lines = await _wait_for(step["seen"], screen, person, place, names)
                found += [f"before {title}: {line}" for line in lines[:_MOST_LINES]]
            if step["verb"]:
                answer = await _do(session, url, step, names)
                lines = compare(step.get("answer"), answer, names)
                found += [f"{title}: {line}" for line in lines[:_MOST_LINES]]
        state = await screen.look("state", **{"as": "ana"})
        found += [f"violation: {one}" for one in state["violations"]]
    return found


async def _do(session: aiohttp.ClientSession, url: str, step: Json, names: Names) -> Any:
    body = names.translate(step["body"])
    async with session.post(f"{url}/sim/{step['verb']}", json=body) as answer:
        return await answer.json()


async def _wait_for(then: Json, screen: Screen, person: str, place: str, names: Names) -> list[str]:
    """Wait until somebody sees what was seen; return what still differs in the end."""
    clock = asyncio.get_running_loop()
    end = clock.time() + PATIENCE
    while True:
        now = await screen.see(person, place)
        trial = Names()
        lines = compare(then, _as_recorded(then, now), trial)
        if not lines or clock.time() > end:
            compare(then, _as_recorded(then, now), names)
            return lines
        await asyncio.sleep(_EVERY)


def _as_recorded(then: Json, now: Json) -> Json:
    """Keep of the messages those that the recording has."""
    messages = now["messages"]
    kept = {key: messages[int(key)] for key in then["messages"] if int(key) < len(messages)}
    return now | {"messages": kept, "count": len(messages)}
