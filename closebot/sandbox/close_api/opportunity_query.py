"""The old query language of `GET /opportunity/?query=`: which opportunities match."""

from collections.abc import Callable
from typing import Any

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.matching import has_phrase, has_words, match_text, take_words
from closebot.sandbox.close_api.store import Json, Store
from closebot.sandbox.close_api.tables import Ids, index_of
from closebot.sandbox.close_api.terms import (
    Node,
    Term,
    Test,
    compare_moments,
    compare_numbers,
    make_test,
    narrow,
)
from closebot.sandbox.close_api.texts import find_opportunities
from closebot.sandbox.close_api.views import read_opportunity

_CENTS = 100
_TEXTS = ("lead_name", "note", "status_label", "contact_name")
_DATES = {
    "created": "date_created",
    "date_created": "date_created",
    "updated": "date_updated",
    "date_updated": "date_updated",
    "date_won": "date_won",
    "date_lost": "date_lost",
    "close_date": "date_won",
}
# Amounts are asked for in whole units of the currency: the language is that of Close's search
# field, where people write `value > 1000`. Nothing recorded tells of it.
_NUMBERS = {
    "confidence": 1,
    "value": _CENTS,
    "annualized_value": _CENTS,
    "expected_value": _CENTS,
    "annualized_expected_value": _CENTS,
}
_SAME = frozenset({"id", "lead_id", "contact_id", "user_id", "pipeline_id", "value_period"})
_NAMES = {
    "lead": "lead_name",
    "lead_name": "lead_name",
    "company": "lead_name",
    "contact": "contact_name",
    "contact_name": "contact_name",
    "note": "note",
    "owner": "user_name",
    "pipeline": "pipeline_name",
    "pipeline_name": "pipeline_name",
    "user": "user_name",
    "user_name": "user_name",
}
_STATUSES = {
    "status": ("id", "label", "type"),
    "status_id": ("id",),
    "status_label": ("label",),
    "status_type": ("type",),
}


class OpportunityQuery:
    """Reads terms as tests of opportunities."""

    def __init__(self, store: Store, asked: Asked) -> None:
        self._store = store
        self._asked = asked

    def test(self, node: Node) -> Test:
        """Make the test of a query."""
        return make_test(node, self._read_term, self._read_call)

    def narrow(self, node: Node) -> Ids:
        """Return ids outside of which a query matches nothing; None when words do not tell."""
        return narrow(node, self._narrow_term)

    def _narrow_term(self, term: Term) -> Ids:
        if term.field or len(term.values) != 1:
            return None
        return find_opportunities(self._store, take_words(term.value))

    def _read_term(self, term: Term) -> Test:
        field = term.field.removeprefix("opportunity_")
        if field in _STATUSES:
            wanted = self._statuses(field, term.values)
            return lambda one: one["status_id"] in wanted
        if field in _DATES:
            return compare_moments(self._asked, term, self._reader(_DATES[field]))
        if field in _NUMBERS:
            return compare_numbers(term, self._reader(field), _NUMBERS[field])
        if field in _SAME:
            read_id = self._reader(field)
            return lambda one: read_id(one) in term.values
        tests = [self._find_words(field, value, exact=term.exact) for value in term.values]
        return lambda one: any(test(one) for test in tests)

    def _reader(self, name: str) -> Callable[[Json], Any]:
        return read_opportunity(self._store, name)

    def _statuses(self, field: str, values: tuple[str, ...]) -> set[str]:
        wanted = {value.casefold() for value in values}
        return {
            one["id"]
            for one in self._store.opportunity_statuses.values()
            if any(one[part].casefold() in wanted for part in _STATUSES[field])
        }

    def _find_words(self, field: str, value: str, *, exact: bool) -> Test:
        if field in _NAMES:
            read = self._reader(_NAMES[field])
            compare = match_text("phrase" if exact else "full_words", value)
            whose = "user_id" if _NAMES[field] == "user_name" else "lead_id"
            return lambda one: compare([read(one) or ""]) or one[whose] == value
        looked_for = take_words(value)
        has = has_phrase if exact else has_words
        readers = [self._reader(name) for name in _TEXTS]
        return lambda one: has(
            tuple(word for read in readers for word in take_words(read(one) or "")), looked_for
        )

    def _read_call(self, name: str, node: Node) -> Test:
        if name == "opportunity":
            return self.test(node)
        if name != "status_change":
            return lambda _one: False
        moved = make_test(node, self._read_move, lambda _name, _node: lambda _one: False)
        changes = index_of(self._store.activities, "opportunity_id")
        return lambda one: any(
            moved(row) for row in changes.rows(one["id"]) if row["_type"].endswith("StatusChange")
        )

    def _read_move(self, term: Term) -> Test:
        side, _, rest = term.field.partition("_")
        if side in {"old", "new"} and rest in _STATUSES:
            wanted = self._statuses(rest, term.values)
            return lambda row: row[f"{side}_status_id"] in wanted
        if term.field in {"date", "activity_at", "date_created"}:
            return compare_moments(self._asked, term, lambda row: row["activity_at"])
        if term.field in {"user", "user_id"}:
            return lambda row: row["user_id"] in term.values
        return lambda _row: True
