"""What one sees of a session from outside: screens as the page does, and the bot's calls.

Nothing secret comes out of here: keys, response addresses and triggers have names in braces.
"""

import re
from typing import Any

import aiohttp

Json = dict[str, Any]

HOME_PLACE = "sales"
WATCHER = "ana"  # everybody is told the same of what went over the wire
_KEY = "{{key of {}}}"
_HIDDEN = (
    (re.compile(r"\bapi_[0-9A-Za-z]{10,}\.[0-9A-Za-z]{10,}"), _KEY.format("somebody else")),
    (
        re.compile(r"https?://[\w.:-]+/(?:commands|actions|app)/T\w+/[0-9a-f]+"),
        "{response address}",
    ),
    (re.compile(r"\b[0-9a-f]{10}\.T\w+\.[0-9a-f]{32}\b"), "{trigger}"),
)
# How a bot stays connected: by the clock, not by what people do.
_UNASKED = frozenset({"apps.connections.open"})


class Secrets:
    """What stands in a recording for keys and addresses. `keys`: person → key of Close."""

    def __init__(self, keys: dict[str, str]) -> None:
        self._hide = {key: _KEY.format(person) for person, key in keys.items()}
        self._show = {name: key for key, name in self._hide.items()}

    def hide(self, value: Any) -> Any:
        """Return a value without anything secret."""
        return _replace(value, self._hide_in)

    def show(self, value: Any) -> Any:
        """Return a value with the keys that hold here."""
        return _replace(value, self._show_in)

    def _hide_in(self, text: str) -> str:
        for key, name in self._hide.items():
            text = text.replace(key, name)
        for pattern, name in _HIDDEN:
            text = pattern.sub(name, text)
        return text

    def _show_in(self, text: str) -> str:
        for name, key in self._show.items():
            text = text.replace(name, key)
        return text


def _replace(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_replace(one, change) for one in value]
    if isinstance(value, dict):
        return {key: _replace(one, change) for key, one in value.items()}
    return value


class Watcher:
    """Looks at a demo by the page's own interface."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._secrets: Secrets | None = None
        self._read = 0
        self._taken: set[int] = set()  # what changes later, as by a late ack, was taken once

    async def look(self, part: str, **query: str) -> Any:
        """Ask for one part."""
        async with self._session.get(f"{self._url}/sim/{part}", params=query) as answer:
            return await answer.json()

    async def secrets(self) -> Secrets:
        """Return what is kept out of recordings here."""
        if self._secrets is None:
            told = await self.look("page-data")
            self._secrets = Secrets(told.get("keys") or {})
        return self._secrets

    async def see(self, person: str, place: str) -> Json:
        """Return everything that somebody can answer to."""
        messages = await self.look("messages", **{"as": person, "channel": place})
        seen = {
            "messages": messages if isinstance(messages, list) else [],
            "modal": await self.look("modal", **{"as": person}),
            "home": await self.look("home", **{"as": person}),
        }
        return dict((await self.secrets()).hide(seen))

    async def take_calls(self) -> list[Json]:
        """Return what the bot called and answered since the last time, oldest first."""
        query = {"as": WATCHER, "after": str(self._read)}
        entries = await self.look("log", **query)
        if entries:
            self._read = entries[-1]["revision"]
        over = [one for one in entries if one["outcome"] != "pending"]
        fresh = [one for one in over if one["number"] not in self._taken]
        self._taken |= {one["number"] for one in fresh}
        calls = [_show_call(entry) for entry in fresh if entry["name"] not in _UNASKED]
        return list((await self.secrets()).hide(calls))


def _show_call(entry: Json) -> Json:
    """Show an entry of the log by what the bot sent; Slack's refusal is its `error`."""
    answer = entry["answer"] if isinstance(entry["answer"], dict) else {}
    if entry["kind"] == "violation":
        return {"name": "violation", "sent": entry["name"]}
    if entry["kind"] == "delivery":
        failed = entry["outcome"] != "done"
        shown = {"name": f"ack of {entry['name']}", "sent": None if failed else entry["answer"]}
        return shown | ({"error": answer["error"]} if failed else {})
    shown = {"name": entry["name"], "sent": entry["sent"]}
    refused = entry["kind"] == "response" and answer.get("status") != 200
    if refused or answer.get("ok") is False:
        shown["error"] = answer.get("said") or answer.get("error")
    return shown


class Places:
    """Where everybody is: the conversation that they named last."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}

    def follow(self, body: Json) -> tuple[str, str]:
        """Return who does something, and where."""
        person = str(body.get("as") or "")
        place = body.get("channel") or self._of.get(person, HOME_PLACE)
        self._of[person] = str(place)
        return person, str(place)
