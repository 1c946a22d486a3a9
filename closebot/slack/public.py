"""What more than one person reads, and the gate that all of it passes before it goes out.

Whoever sends such a thing says what it holds, in words that the gate knows; a block that was
marked says it by itself (`kit.mark`). What is said to one person passes no gate.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from closebot.slack import kit
from closebot.slack.kit import Json

# What a Web API method shows to everybody in the conversation that it names.
_METHODS = frozenset(
    {"chat.meMessage", "chat.postMessage", "chat.scheduleMessage", "chat.unfurl", "chat.update"}
)


class Undeclared(ValueError):
    """Something would become public, and nobody said what it holds: `holds=` is missing."""


@dataclass(frozen=True, slots=True)
class Public:
    """Something that is about to be read by others: where, and what it holds.

    `channel` is empty where it is not known; a person's id for what is sent to that person alone.
    `holds` names what was declared, `marks` what the blocks say of themselves.
    """

    channel: str
    holds: frozenset[str]
    marks: frozenset[str]
    message: Mapping[str, Any] = field(repr=False)


# Raises what the person is told; nothing is sent then.
Gate = Callable[[Public], Awaitable[None]]


def read_method(
    method: str, arguments: Json, holds: Collection[str] | None, readers: str = ""
) -> Public | None:
    """Return what a call of the Web API would make public; None for what one person reads.

    `readers`: the channel or the person who reads it, where the call itself does not name them.
    The bot can post into no direct message but its own with somebody. What goes to a person by
    their id is looked at where `holds` says that it is about records. Raises `Undeclared`.
    """
    if method not in _METHODS:
        return None
    channel = readers or arguments.get("channel")
    channel = channel if isinstance(channel, str) else ""
    is_own = channel.startswith("D") or (holds is None and channel[:1] in ("U", "W"))
    if is_own and method != "chat.unfurl":
        return None
    return declare(channel, arguments, holds)


def declare(channel: str, message: Json, holds: Collection[str] | None) -> Public:
    """Describe something public. Raises `Undeclared` when nobody said what it holds."""
    if not holds:
        raise Undeclared("what others read needs holds=…, the kinds of what stands in it")
    return Public(channel, frozenset(holds), kit.find_marks(message), message)
