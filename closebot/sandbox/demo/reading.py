"""Reading a recording: whatever the file holds, it is a session or one sentence."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from closebot.sandbox.demo.watching import Json

FORMAT = "closebot-demo-2"
_OLDER = frozenset({"closebot-demo-1"})  # without times and calls
_ANY = re.compile(r"closebot-demo-\d+")
_VERB = re.compile(r"[a-z_]{0,40}")
_YEARS = range(2000, 2100)
_LARGEST = 50 * 1024 * 1024
_DEEPEST = 60


class NoRecording(click.ClickException):
    """A file is no recording that can be played; the message says why."""

    exit_code = 2


@dataclass(frozen=True)
class Recording:
    """A session that was read. `began` is the time that it was for everybody then.

    `has_calls`: each step says when it was, and what the bot had sent.
    """

    began: datetime
    steps: list[Json]
    has_calls: bool = True


def read_recording(path: Path) -> Recording:
    """Read a recording. Raises `NoRecording`."""
    lines = [line for line in _read(path).split("\n") if line.strip()]
    if not lines:
        raise NoRecording(f"{path} is empty: nothing was recorded.")
    header = _parse(lines[0])
    kind = header.get("format") if isinstance(header, dict) else None
    if not isinstance(kind, str) or not _ANY.fullmatch(kind):
        raise NoRecording(f"{path} is no recording of this demo.")
    if kind != FORMAT and kind not in _OLDER:
        raise NoRecording(f"{path} was recorded by a newer version ({kind}); this reads {FORMAT}.")
    began = _read_time(header.get("began"))
    if began is None:
        raise NoRecording(f"{path} does not say when it began.")
    steps = [_parse(line) for line in lines[1:]]
    for number, step in enumerate(steps, 1):
        fault = _find_fault(step, has_calls=kind == FORMAT)
        if fault:
            raise NoRecording(
                f"{path} cannot be played: of {len(steps)} steps, the one in line {number + 1} "
                f"{fault}."
            )
    if not steps:
        raise NoRecording(f"{path} holds no steps: nobody did anything while it was recorded.")
    return Recording(began, steps, kind == FORMAT)


def _read(path: Path) -> str:
    try:
        if not path.is_file():
            raise NoRecording(f"{path} is no file.")
        if path.stat().st_size > _LARGEST:
            raise NoRecording(f"{path} is larger than any recording ({_LARGEST >> 20} MB).")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise NoRecording(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise NoRecording(f"{path} is no recording of this demo.") from None


def _parse(line: str) -> Any:
    """Return what a line says; None where that is nothing, or nothing sensible."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if _is_shallow(value) else None


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return True
    return False


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _read_time(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.year in _YEARS else None


def _find_fault(step: Any, *, has_calls: bool) -> str:
    """Say what is wrong with a step; nothing where it can be played."""
    if not isinstance(step, dict):
        return "is no step, or breaks off"
    verb, body = step.get("verb"), step.get("body")
    if not isinstance(verb, str) or not _VERB.fullmatch(verb):
        return "does not say what was done"
    if not isinstance(body, dict) or not isinstance(body.get("as", ""), str):
        return "does not say who did it"
    seen = step.get("seen") or {}
    if not isinstance(seen, dict) or (seen and not _is_screen(seen)):
        return "does not say what was seen"
    if has_calls and (_read_time(step.get("at")) is None or not _are_calls(step.get("calls"))):
        return "does not say when it was done, or what the bot sent"
    return ""


def _is_screen(seen: Json) -> bool:
    messages = seen.get("messages")
    return (
        isinstance(messages, dict)
        and all(re.fullmatch(r"[0-9]{1,6}", key) for key in messages)
        and all(isinstance(seen.get(part), dict | None) for part in ("modal", "home"))
        and type(seen.get("count")) is int
    )


def _are_calls(calls: Any) -> bool:
    return isinstance(calls, list) and all(
        isinstance(call, dict) and isinstance(call.get("name"), str) and "sent" in call
        for call in calls
    )
