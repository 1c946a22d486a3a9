"""Parts of a message that may be missing or of another type than documented."""

from typing import Any

from closebot.slack.kit import Json

# Deeper than anything Slack draws; what lies below is not read.
DEEPEST = 20


def string(holder: Json, key: str) -> str:
    """Return the string under a key, "" for anything else."""
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def objects(value: Any) -> list[Json]:
    """Return the objects of a list, none for anything that is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def whole(holder: Json, key: str, most: int) -> int:
    """Return the whole number under a key, between 0 and `most`; 0 for anything else."""
    value = holder.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        return 0
    return min(max(value, 0), most)
