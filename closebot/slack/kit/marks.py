"""A part of a message that says what kind of text it holds.

The mark never travels to Slack: it is read before, by whoever decides what others may see.
"""

from typing import Any

from closebot.slack.kit.texts import Json


class Marked(dict[str, Any]):
    """A block, or a piece of one, and the kind of text in it. A changed copy of it has no mark."""

    def __init__(self, part: Json, kind: str) -> None:
        super().__init__(part)
        self.kind = kind


def mark(part: Json, kind: str) -> Json:
    """Mark a block, or a piece of one, as holding a kind of text, such as `notes`."""
    return Marked(part, kind)


def find_marks(message: Any) -> frozenset[str]:
    """Return every kind that is marked anywhere in a message."""
    found: set[str] = set()
    waiting: list[Any] = [message]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Marked):
            found.add(one.kind)
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one
    return frozenset(found)
