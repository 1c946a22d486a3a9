"""Ids and addresses of Close's records.

Only the prefix of an id is checked, as Close alone knows what follows it; but nothing that could
leave its place in a path is let through.
"""

import re
from collections.abc import Iterable

from closebot.close.errors import BadId

APP_URL = "https://app.close.com"

_LEAD_ADDRESS = re.compile(
    r"(?:https?://)?app\.close\.(?:com|io)/lead/(lead_[0-9A-Za-z]+)(?:[/?#]\S*)?", re.IGNORECASE
)


def check_id(value: str, prefix: str) -> str:
    """Return `value` when it is an id such as `lead_…`. Raises `BadId`.

    `prefix` may be a pattern where a kind has several.
    """
    if not re.fullmatch(rf"{prefix}_[0-9A-Za-z]{{1,80}}", value):
        raise BadId(f"not an id that begins with {prefix}_")
    return value


def check_ids(values: Iterable[str], prefix: str) -> list[str]:
    """Return the ids, each checked and once. Raises `BadId`."""
    return list(dict.fromkeys(check_id(value, prefix) for value in values))


def find_lead_id(words: str) -> str:
    """Return the id in words that are a lead's id or its address in Close, else an empty text."""
    if re.fullmatch(r"lead_[0-9A-Za-z]{1,80}", words):
        return words
    found = _LEAD_ADDRESS.fullmatch(words)
    return found[1] if found else ""
