"""An app's manifest, as far as it matters here: its name, commands, shortcuts, events, scopes.

https://docs.slack.dev/reference/app-manifest
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from closebot.sandbox.slack_api.events import ALL_EVENTS
from closebot.sandbox.slack_api.records import Json
from closebot.sandbox.slack_api.scopes import ALL_SCOPES

_PLACES = ("global", "message")


class BadManifest(Exception):
    """A file that is no manifest; the message is one sentence that says why."""


@dataclass(frozen=True)
class App:
    """What is known of an app. Without a manifest it gets everything that there is.

    `features` are its commands and shortcuts, as a page offers them.
    """

    name: str = "Your app"
    subscribed: frozenset[str] = ALL_EVENTS
    scopes: tuple[str, ...] = ALL_SCOPES
    features: Json = field(default_factory=dict)
    socket_mode: bool = True

    @property
    def unheard(self) -> list[str]:
        """The events that it waits for and that never happen here."""
        return sorted(self.subscribed - ALL_EVENTS)


def read_manifest(path: Path) -> App:
    """Read a manifest, YAML or JSON. Raises `BadManifest`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadManifest(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise BadManifest(f"{path} is not text in UTF-8.") from None
    try:
        # YAML refuses the tabs that some write JSON with.
        whole = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise BadManifest(f"{path} is neither YAML nor JSON.") from None
    if not isinstance(whole, dict):
        raise BadManifest(f"{path} is not a manifest: there is no display_information in it.")
    try:
        return _read(whole)
    except BadManifest as error:
        raise BadManifest(f"{path}: {error}") from None


def _read(whole: Json) -> App:
    name = _text(whole, "display_information", "name")
    features = {
        "slash_commands": [_command(one) for one in _items(whole, "features", "slash_commands")],
        "shortcuts": [_shortcut(one) for one in _items(whole, "features", "shortcuts")],
    }
    return App(
        name=_text(whole, "features", "bot_user", "display_name", default=name),
        subscribed=frozenset(_words(whole, "settings", "event_subscriptions", "bot_events")),
        scopes=tuple(_words(whole, "oauth_config", "scopes", "bot")),
        features=features,
        socket_mode=_find(whole, ("settings", "socket_mode_enabled"), bool, "yes or no", False),
    )


def _find(within: Json, names: tuple[str, ...], kind: type, what: str, default: Any) -> Any:
    """Find what stands under some keys; `default` where it is left out. Raises `BadManifest`."""
    found: Any = within
    for depth, name in enumerate(names):
        found = found.get(name)
        if found is None:
            return default
        wanted, called = (kind, what) if depth == len(names) - 1 else (dict, "an object")
        if not isinstance(found, wanted):
            raise BadManifest(f"{'.'.join(names[: depth + 1])} must be {called}.")
    return found


def _text(within: Json, *names: str, default: str | None = None) -> str:
    text: str | None = _find(within, names, str, "text", default)
    if text is None or not text.strip():
        raise BadManifest(f"{'.'.join(names)} is missing.")
    return text


def _items(whole: Json, *names: str) -> list[Json]:
    items: list[Json] = _find(whole, names, list, "a list", [])
    if not all(isinstance(one, dict) for one in items):
        raise BadManifest(f"{'.'.join(names)} must be a list of objects.")
    return items


def _words(whole: Json, *names: str) -> list[str]:
    words: list[str] = _find(whole, names, list, "a list", [])
    if not all(isinstance(one, str) for one in words):
        raise BadManifest(f"{'.'.join(names)} must be a list of words.")
    return words


def _command(one: Json) -> Json:
    command = _text(one, "command")
    if not command.startswith("/") or " " in command:
        raise BadManifest(f"the command {command!r} does not begin with / or has a space in it.")
    return {
        "command": command,
        "description": _find(one, ("description",), str, "text", ""),
        "usage_hint": _find(one, ("usage_hint",), str, "text", ""),
    }


def _shortcut(one: Json) -> Json:
    kind = _text(one, "type")
    if kind not in _PLACES:
        raise BadManifest(f"the type of a shortcut is global or message, not {kind!r}.")
    return {
        "name": _text(one, "name"),
        "type": kind,
        "callback_id": _text(one, "callback_id"),
        "description": _find(one, ("description",), str, "text", ""),
    }
