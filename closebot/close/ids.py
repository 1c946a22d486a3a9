"""Ids and addresses of Close's records.

Only the prefix of an id is checked, as Close alone knows what follows it; but nothing that could
leave its place in a path is let through.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from closebot.close.errors import BadId

APP_HOST = "app.close.com"
APP_URL = f"https://{APP_HOST}"

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


# Close's web app names a record in the path, and what stands open on a lead's page after the path.
_RECORD = re.compile(r"(?<![0-9A-Za-z_])(lead|cont|oppo)_[0-9A-Za-z]{1,80}(?![0-9A-Za-z_])")
_PLACES = {"lead": "lead", "leads": "lead", "contact": "cont", "contacts": "cont",
           "opportunity": "oppo", "opportunities": "oppo"}  # fmt: skip
_NO_PAGES = frozenset({"api", "oauth2"})
_LONGEST = 2000
_ODD = re.compile(r"""[\s<>"'`\\\x00-\x1f\x7f]""")
_ODD_WITHIN = re.compile(r"[<>\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class AppPage:
    """A page of Close's web app.

    `kind` is lead, cont or oppo for the page of a record, whose id is `record_id`; otherwise
    search, report or page.
    """

    address: str
    kind: str
    record_id: str = ""


def read_page(address: str) -> AppPage | None:
    """Read the address of a page of Close's web app; None for all others, and for odd ones."""
    if len(address) > _LONGEST or _ODD.search(address) or _ODD_WITHIN.search(unquote(address)):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = parts.netloc.lower().removesuffix(f":{port}" if port else ":")
    if parts.scheme not in ("http", "https") or host != APP_HOST or port not in (None, 443):
        return None
    return _place_page(address, parts)


def _place_page(address: str, parts: SplitResult) -> AppPage | None:
    first, *others = [part for part in parts.path.split("/") if part] or [""]
    if first in _NO_PAGES:
        return None
    if prefix := _PLACES.get(first):
        within = _find_record(f"{parts.query}#{parts.fragment}")
        named = next(filter(None, map(_find_whole, reversed(others))), "")
        found = within if prefix == "lead" and named.startswith("lead_") and within else named
        if found:
            return AppPage(address, found.partition("_")[0], found)
    if first == "search" or (first in ("leads", "contacts") and parts.query):
        return AppPage(address, "search")
    return AppPage(address, "report" if first.startswith("report") else "page")


def _find_record(words: str) -> str:
    """Return the opportunity or contact that stands open on a lead's page."""
    found = [one[0] for one in _RECORD.finditer(words) if one[1] != "lead"]
    return found[0] if len(found) == 1 else ""


def _find_whole(part: str) -> str:
    return part if _RECORD.fullmatch(part) else ""
