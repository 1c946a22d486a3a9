"""`POST /data/search/`: advanced filtering of leads and contacts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from closebot.sandbox.close_api.asked import MAX_LIMIT, USUAL_LIMIT, Asked, Route
from closebot.sandbox.close_api.errors import bad_fields, bad_query, bad_request
from closebot.sandbox.close_api.moments import write_moment
from closebot.sandbox.close_api.query import KINDS, Found, Match, Query
from closebot.sandbox.close_api.store import Family, Json, Store, gather_family
from closebot.sandbox.close_api.tables import order_of
from closebot.sandbox.close_api.views import select_fields, show_contact, show_lead

CURSOR_LIVES = timedelta(seconds=30)
MOST_OBJECTS = 10_000
MOST_FIELDS = 100


@dataclass
class _Sequence:
    """What a cursor goes on with."""

    found: list[Found]
    at: int
    made: datetime


class Search:
    """Searches, and the cursors that they have handed out."""

    def __init__(self) -> None:
        self._cursors: dict[str, _Sequence] = {}

    def answer(self, asked: Asked) -> Json:
        """Answer a search."""
        body, store = asked.body, asked.store
        limit = _read_limit(body.get("_limit"))
        fields = _read_fields(body.get("_fields"))
        family = gather_family(store)
        query = Query(asked, family)
        if body.get("query") is None:
            raise bad_fields(query="This field is required.")
        match, order = query.read(body["query"]), query.read_sort(body.get("sort") or [])
        sequence = self._resume(asked, body.get("cursor"))
        total = None
        if sequence is None:
            found = [pair for kind in KINDS for pair in _find(store, kind, match)]
            order(found)
            total = len(found)
            most = _read_most(body.get("results_limit"))
            sequence = _Sequence(found[:most], 0, store.now())
        end = sequence.at + limit
        shown = [
            _show(asked, kind, one_id, fields, family)
            for kind, one_id in sequence.found[sequence.at : end]
        ]
        answer: Json = {
            "data": [one for one in shown if one],
            "cursor": self._save(asked, sequence.found, end),
        }
        if body.get("include_counts"):
            limited = len(sequence.found)
            answer["count"] = {"limited": limited, "total": limited if total is None else total}
        return answer

    def _resume(self, asked: Asked, cursor: Any) -> _Sequence | None:
        if cursor is None:
            return None
        sequence = self._cursors.get(cursor) if isinstance(cursor, str) else None
        if sequence is None or asked.store.now() - sequence.made > CURSOR_LIVES:
            raise bad_query("The cursor is invalid or has expired.")
        return sequence

    def _save(self, asked: Asked, found: list[Found], at: int) -> str | None:
        now = asked.store.now()
        dead = [name for name, one in self._cursors.items() if now - one.made > CURSOR_LIVES]
        for name in dead:
            del self._cursors[name]
        if at >= len(found):
            return None
        cursor = asked.store.ids.word(88)
        self._cursors[cursor] = _Sequence(found, at, now)
        return cursor


def _find(store: Store, kind: str, match: Match) -> list[Found]:
    """Return what matches of one kind, newest first."""
    table = store.leads if kind == "lead" else store.contacts
    keys, tests = order_of(table).keys(match.among.get(kind)), match.tests(kind)
    if store.lag:
        known_at = write_moment(store.now() - timedelta(seconds=store.lag))
        keys = [key for key in keys if table[key]["date_updated"] <= known_at]
    for test in tests:
        keys = [key for key in keys if test(kind, table[key])]
    return [(kind, key) for key in keys]


def _read_limit(limit: Any) -> int:
    if limit is None:
        return USUAL_LIMIT
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise bad_request(f'_limit must be an integer (got "{limit}" instead).')
    if limit > MAX_LIMIT:
        raise bad_request(
            "The limit you set is larger than the maximum limit for this resource "
            f"(max_limit = {MAX_LIMIT})."
        )
    return limit


def _read_most(most: Any) -> int:
    if most is None:
        return MOST_OBJECTS
    if isinstance(most, bool) or not isinstance(most, int) or most < 0:
        raise bad_fields(results_limit="Value must be of int type.")
    return min(most, MOST_OBJECTS)


def _read_fields(fields: Any) -> dict[str, list[str]]:
    if fields is None:
        return {}
    if not isinstance(fields, dict):
        raise bad_fields(_fields="Value must be of dict type.")
    for kind, names in fields.items():
        if kind not in KINDS or not isinstance(names, list):
            raise bad_fields(_fields="Not a valid choice.")
        if not all(isinstance(name, str) for name in names):
            raise bad_fields(_fields="Value must be of str type.")
        if len(names) > MOST_FIELDS:
            raise bad_query("List is too long.")
    return fields


def _show(
    asked: Asked, kind: str, one_id: str, fields: dict[str, list[str]], family: Family
) -> Json | None:
    store = asked.store
    stored = (store.leads if kind == "lead" else store.contacts).get(one_id)
    if stored is None:
        return None
    named = {"__object_type": kind, "id": one_id}
    if kind not in fields:
        return named
    whole = (
        show_lead(store, stored, family, asked.offset) if kind == "lead" else show_contact(stored)
    )
    return named | select_fields(whole, fields[kind])


def routes() -> tuple[Route, ...]:
    """Return the operation with cursors of its own."""
    return (Route("POST", "/data/search/", Search().answer),)
