"""Advanced filtering (`POST /data/search/`): queries as small functions, and what words mean.

It changes nothing, so it is a read that may be repeated.
https://developer.close.com/api/resources/advanced-filtering
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

import phonenumbers

from closebot.close.errors import Refused, Unreadable
from closebot.close.walk import PAGE

if TYPE_CHECKING:
    from closebot.close.client import Close

Query = dict[str, Any]
Mode = Literal["full_words", "phrase", "beginning_of_words"]

LONGEST = 500  # of what is looked for; no name in Close is longer
_PHONE = re.compile(r"[+(]?[\d\s().\-/]{5,}\d(?:\s*(?:x|ext\.?)\s*\d{1,6})?", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_DOMAIN = re.compile(
    r"(?:https?://)?@?(?:www\.)?((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24})(?:[/:?#]\S*)?",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: objects as Close sent them, how many there are in all, and where to go on.

    A cursor dies after 30 seconds: pages are fetched one right after the other.
    """

    data: tuple[Mapping[str, Any], ...]
    total: int | None = None
    cursor: str | None = None


class Search:
    """Leads and contacts by a query."""

    def __init__(self, close: "Close") -> None:
        self._close = close

    async def page(
        self,
        query: Query,
        fields: Mapping[str, Sequence[str]],
        *,
        limit: int = 10,
        cursor: str | None = None,
        count: bool = False,
        newest: bool = False,
    ) -> Page:
        """Return one page. `fields`: object type → the fields to send. Raises `CloseError`.

        `newest`: the leads that were changed last come first.
        """
        asked: dict[str, Any] = {
            "query": query,
            "_fields": {kind: list(names) for kind, names in fields.items()},
            "_limit": limit,
            "include_counts": count,
        }
        if cursor:
            asked["cursor"] = cursor
        if newest:
            asked["sort"] = [{"direction": "desc", "field": field_of("lead", "date_updated")}]
        answer = await self._close.request("POST", "/data/search/", json=asked, reads=True)
        data = answer.get("data") if isinstance(answer, Mapping) else None
        if not isinstance(data, list) or not all(isinstance(one, Mapping) for one in data):
            raise Unreadable("a search: data is not a list of objects")
        counted = answer.get("count")
        total = counted.get("total") if isinstance(counted, Mapping) else None
        onward = answer.get("cursor")
        return Page(
            data=tuple(data),
            total=total if isinstance(total, int) else None,
            cursor=onward if isinstance(onward, str) else None,
        )

    async def walk(
        self, query: Query, fields: Mapping[str, Sequence[str]], *, most: int = 1000
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Yield what matches, page after page, each object once.

        A cursor dies after 30 seconds: when the reader is slower than that, the search begins
        anew, and objects that changed meanwhile may be missing. Close ends at 10,000. Raises
        `CloseError`.
        """
        seen: set[str] = set()
        cursor: str | None = None
        again = True
        while True:
            try:
                page = await self.page(query, fields, limit=min(PAGE, most), cursor=cursor)
            except Refused:
                if cursor is None or not again:
                    raise
                cursor, again = None, False
                continue
            new = [one for one in page.data if one.get("id") not in seen]
            for one in new:
                seen.add(str(one.get("id")))
                yield one
                if len(seen) == most:
                    return
            if page.cursor is None or not (new or cursor is None):
                return
            cursor = page.cursor


# --- queries ----------------------------------------------------------------------------------


def every(*queries: Query) -> Query:
    """Match what all of the queries match."""
    return {"type": "and", "queries": list(queries)}


def some(*queries: Query) -> Query:
    """Match what any of the queries matches."""
    return {"type": "or", "queries": list(queries)}


def objects(kind: Literal["lead", "contact"]) -> Query:
    """Match every object of a kind."""
    return {"type": "object_type", "object_type": kind}


def saved(smart_view_id: str) -> Query:
    """Match what a Smart View matches."""
    return {"type": "saved_search", "saved_search_id": smart_view_id}


def text(value: str, mode: Mode = "full_words") -> Query:
    """Match a text anywhere in an object."""
    return {"type": "text", "mode": mode, "value": value}


def field_text(kind: str, field: str, value: str, mode: Mode) -> Query:
    """Match a text in one field."""
    condition = {"type": "text", "mode": mode, "value": value}
    return {"type": "field_condition", "field": field_of(kind, field), "condition": condition}


def field_of(kind: str, name: str) -> Query:
    """Name one of Close's own fields."""
    return {"type": "regular_field", "object_type": kind, "field_name": name}


def related(this: str, other: str, query: Query) -> Query:
    """Match objects that have a related one which matches."""
    return {
        "type": "has_related",
        "this_object_type": this,
        "related_object_type": other,
        "related_query": query,
    }


# --- what words mean --------------------------------------------------------------------------


def clean(words: str) -> str:
    """Drop what no name holds: control characters, and more than `LONGEST` characters."""
    return _CONTROLS.sub(" ", words).strip()[:LONGEST].strip()


def leads_like(words: str, zone: str = "") -> Query:
    """Make the query for an e-mail address, a phone number, a domain, or words of a name.

    `zone` (IANA) tells which country a phone number without its country code is from.
    """
    if _EMAIL.fullmatch(words):
        return every(objects("lead"), with_contact("email", words.lower()))
    if numbers := read_phones(words, zone):
        return every(objects("lead"), some(*(with_contact("phone", one) for one in numbers)))
    if domain := _DOMAIN.fullmatch(words):
        return every(objects("lead"), at_domain(domain[1].lower()))
    return every(objects("lead"), _named(words, "full_words"))


def contacts_like(words: str, zone: str = "", mode: Mode = "full_words") -> Query:
    """Make the query for contacts by e-mail address, phone number or name; see `leads_like`."""

    def reached_by(field: Literal["email", "phone"], value: str) -> Query:
        kind = f"contact_{field}"
        return related("contact", kind, field_text(kind, field, value, "phrase"))

    if _EMAIL.fullmatch(words):
        return every(objects("contact"), reached_by("email", words.lower()))
    if numbers := read_phones(words, zone):
        return every(objects("contact"), some(*(reached_by("phone", one) for one in numbers)))
    return every(objects("contact"), field_text("contact", "name", words, mode))


def leads_beginning_with(words: str, zone: str = "") -> Query:
    """Make the query for what somebody is still typing; see `leads_like`."""
    if _EMAIL.fullmatch(words) or _DOMAIN.fullmatch(words) or read_phones(words, zone):
        return leads_like(words, zone)
    return every(objects("lead"), _named(words, "beginning_of_words"))


def leads_roughly_like(words: str) -> Query:
    """Make the query for words that are beginnings, or that stand elsewhere in a lead."""
    return every(objects("lead"), some(_named(words, "beginning_of_words"), text(words)))


def _named(words: str, mode: Mode) -> Query:
    return some(
        field_text("lead", "display_name", words, mode),
        related("lead", "contact", field_text("contact", "name", words, mode)),
    )


def with_contact(field: Literal["email", "phone"], value: str) -> Query:
    """Match leads with somebody who has this address or number (E.164)."""
    kind = f"contact_{field}"
    there = field_text(kind, field, value, "phrase")
    return related("lead", "contact", related("contact", kind, there))


def at_domain(domain: str) -> Query:
    """Match leads whose website, name or e-mail addresses are of a domain."""
    return some(
        field_text("lead", "url", domain, "phrase"),
        field_text("lead", "display_name", domain, "phrase"),
        with_contact("email", domain),
    )


def read_phones(words: str, zone: str = "") -> tuple[str, ...]:
    """Return the E.164 numbers that `words` may mean; none when they are no phone number."""
    if not _PHONE.fullmatch(words):
        return ()
    typed = "+" + words[2:] if words.startswith("00") else words
    regions = [None] if typed.startswith("+") else [_countries().get(zone), "US"]
    numbers = {}
    for region in regions:
        try:
            number = phonenumbers.parse(typed, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            numbers[written] = True
    return tuple(numbers)


@cache
def _countries() -> dict[str, str]:
    """Return the country (ISO 3166) of each IANA zone, from the zone database's own table."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


_countries()  # read once at import: a file is not read while the event loop runs
