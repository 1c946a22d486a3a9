"""The query of advanced filtering: a tree that becomes one test of an object."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.conditions import Node, Test, read_condition, read_text
from closebot.sandbox.close_api.errors import bad_query
from closebot.sandbox.close_api.fields import Fields
from closebot.sandbox.close_api.matching import has_words, match_text, take_words
from closebot.sandbox.close_api.relations import Relations
from closebot.sandbox.close_api.store import Family, Json
from closebot.sandbox.close_api.tables import Ids, join, meet
from closebot.sandbox.close_api.texts import contact_texts, lead_texts, lexicon_of

Found = tuple[str, str]  # kind and id

# An object and its kind; a query may find leads and contacts at once.
Matches = Callable[[str, Json], bool]

KINDS = ("lead", "contact")
_STORED = (*KINDS, "opportunity", "task")
_DEEPEST = 40
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Match:
    """A test, and by kind the ids outside of which it is known to fail.

    A kind that is not there may match anywhere. What has no id of its own (an e-mail address of a
    contact, an address of a lead) goes by the id of what it is part of. Kinds of which it is
    `sure` match everywhere among the ids, so that the test need not be asked. `all_of`: what it
    is put together of when each of them has to match.
    """

    test: Matches
    among: Mapping[str, Ids] = field(default_factory=dict)
    sure: frozenset[str] = frozenset()
    all_of: tuple["Match", ...] = ()

    def tests(self, kind: str) -> list[Matches]:
        """Return what is still to be asked of an object of a kind that is among the ids."""
        if kind in self.sure:
            return []
        if self.all_of:
            return [test for match in self.all_of for test in match.tests(kind)]
        return [self.test]


def _only(kind: str, ids: Ids) -> dict[str, Ids]:
    return {**dict.fromkeys(_STORED, _NONE), kind: ids}


def _combine(matches: Sequence[Match], combine: Callable[..., Ids]) -> dict[str, Ids]:
    kinds = {kind for match in matches for kind in match.among}
    return {kind: combine(*(match.among.get(kind) for match in matches)) for kind in kinds}


def _sure_of(matches: Sequence[Match]) -> frozenset[str]:
    return frozenset(kind for kind in _STORED if all(kind in match.sure for match in matches))


def _all(matches: Sequence[Match]) -> Match:
    tests = [match.test for match in matches]
    return Match(
        lambda kind, one: all(test(kind, one) for test in tests),
        _combine(matches, meet),
        _sure_of(matches),
        tuple(matches),
    )


_EVERYTHING = Match(lambda _kind, _one: True, sure=frozenset(_STORED))
_NOTHING = Match(lambda _kind, _one: False, dict.fromkeys(_STORED, _NONE), sure=frozenset(_STORED))


def _is_of(wanted: str) -> Match:
    return Match(lambda kind, _one: kind == wanted, _only(wanted, None), frozenset(_STORED))


def _of_kind(wanted: str, ids: Ids) -> Match:
    """Make the match of a stored kind of which it is known what matches."""
    known = _NONE if ids is None else ids
    return Match(
        lambda kind, one: kind == wanted and one["id"] in known,
        _only(wanted, known),
        frozenset({*_STORED, wanted}),
    )


def _both(tests: list[Matches]) -> Matches:
    return lambda kind, one: all(test(kind, one) for test in tests)


class Query:
    """Reads queries for one search."""

    def __init__(self, asked: Asked, family: Family) -> None:
        self._asked = asked
        self._family = family
        self._fields = Fields(asked, family)
        self._relations = Relations(asked.store, family)
        self._reads: dict[str, Callable[[Node, int], Match]] = {
            "and": self._and,
            "or": self._or,
            "id": self._id,
            "object_type": self._object_type,
            "text": self._text,
            "field_condition": self._field_condition,
            "has_related": self._has_related,
            "match_all": lambda _node, _depth: _EVERYTHING,
            "saved_search": self._saved_search,
        }

    def read(self, node: Any, depth: int = 0) -> Match:
        """Make the test of a node. Raises `Refused`."""
        if not isinstance(node, Mapping):
            raise bad_query("A query must be of dict type.")
        if depth > _DEEPEST:
            raise bad_query("The query is nested too deeply.")
        read = self._reads.get(str(node.get("type")))
        if read is None:
            raise bad_query(f"Unknown query type: {node.get('type')!r}.")
        match = read(node, depth + 1)
        negate = node.get("negate", False)
        if not isinstance(negate, bool):
            raise bad_query("negate must be of bool type.")
        return self._negate(match) if negate else match

    def ids(self, match: Match, kind: str) -> AbstractSet[str]:
        """Return the ids of the stored objects of a kind that match."""
        table = self._table(kind)
        among, tests = match.among.get(kind), match.tests(kind)
        known = table.keys() if among is None else among
        if kind.startswith("activity."):
            known = known & self._relations.activities(kind)
        if not tests:
            return known if known <= table.keys() else known & table.keys()
        test = tests[0] if len(tests) == 1 else _both(tests)
        return {key for key in known if key in table and test(kind, table[key])}

    def _table(self, kind: str) -> Mapping[str, Json]:
        table = self._fields.table(kind)
        return self._asked.store.activities if table is None else table

    def _negate(self, match: Match) -> Match:
        others: dict[str, Ids] = {}
        for kind in match.sure:
            ids = match.among.get(kind)
            if ids is None:
                others[kind] = _NONE
            elif ids:
                others[kind] = self._table(kind).keys() - ids
        return Match(lambda kind, one: not match.test(kind, one), others, match.sure)

    def _queries(self, node: Node, depth: int) -> list[Match]:
        queries = node.get("queries")
        if not isinstance(queries, list):
            raise bad_query(f"A query of type {node['type']!r} needs a list of queries.")
        return [self.read(query, depth) for query in queries]

    def _and(self, node: Node, depth: int) -> Match:
        return _all(self._queries(node, depth))

    def _or(self, node: Node, depth: int) -> Match:
        found = self._queries(node, depth)
        if not found:
            return _NOTHING
        tests = [match.test for match in found]
        return Match(
            lambda kind, one: any(test(kind, one) for test in tests),
            _combine(found, join),
            _sure_of(found),
        )

    def _id(self, node: Node, _depth: int) -> Match:
        wanted = node.get("value")
        if not isinstance(wanted, str):
            raise bad_query("A query for an id needs a value of str type.")
        return Match(
            lambda _kind, one: bool(one.get("id") == wanted),
            {kind: {wanted} for kind in _STORED},
            frozenset(_STORED),
        )

    def _object_type(self, node: Node, _depth: int) -> Match:
        wanted = node.get("object_type")
        if wanted not in KINDS:
            raise bad_query(f"Objects of type {wanted!r} cannot be searched for.")
        return _is_of(wanted)

    def _text(self, node: Node, _depth: int) -> Match:
        mode, value = read_text(node)
        looked_for = take_words(value)
        lexicons = {kind: lexicon_of(self._asked.store, kind) for kind in KINDS}
        among = {kind: lexicon.match(mode, value) for kind, lexicon in lexicons.items()}
        compare = match_text(mode, value)

        def test(kind: str, one: Json) -> bool:
            ids = among.get(kind)
            if ids is not None:
                return one["id"] in ids
            if mode != "full_words":
                return compare(self._texts(kind, one))
            # each word may stand in another field
            return has_words(take_words(" ".join(self._texts(kind, one))), looked_for)

        return Match(test, among, frozenset(kind for kind, ids in among.items() if ids is not None))

    def _texts(self, kind: str, one: Json) -> list[str]:
        if kind == "lead":
            return lead_texts(self._asked.store, one, self._family)
        if kind == "contact":
            return contact_texts(one)
        return [value for value in one.values() if isinstance(value, str)]

    def _field_condition(self, node: Node, _depth: int) -> Match:
        named = node.get("field")
        if not isinstance(named, Mapping):
            raise bad_query("A field_condition needs a field.")
        condition: Any = node.get("condition")
        test: Test = read_condition(self._asked, condition)
        kind, value_of = self._field(named)
        ids: Ids = None
        if named["type"] == "regular_field":
            ids = self._fields.find(kind, str(named.get("field_name")), condition, test)
        if ids is not None:
            return _of_kind(kind, ids)
        narrowed = self._fields.narrow(kind, str(named.get("field_name")), condition)
        return Match(
            lambda this, one: this == kind and test(value_of(one)),
            _only(kind, narrowed),
            frozenset(_STORED) - {kind},
        )

    def _field(self, field: Node) -> tuple[str, Callable[[Json], Any]]:
        if field.get("type") == "regular_field":
            kind, name = str(field.get("object_type")), str(field.get("field_name"))
            return kind, self._fields.value_of(kind, name)
        if field.get("type") == "custom_field":
            field_id = str(field.get("custom_field_id"))
            known = self._asked.store.custom_fields.get(field_id)
            if known is None:
                raise bad_query(f"Unknown custom field: {field_id}.")
            return known["object_type"], lambda one: one.get(f"custom.{field_id}")
        raise bad_query(f"Unknown field type: {field.get('type')!r}.")

    def _has_related(self, node: Node, depth: int) -> Match:
        this, other = str(node.get("this_object_type")), str(node.get("related_object_type"))
        find = self._relations.related(this, other)
        match = self.read(node.get("related_query"), depth)
        if self._fields.table(other) is not None or other.startswith("activity."):
            owners = self._relations.owners(this, other, self.ids(match, other))
            if owners is not None:
                return _of_kind(this, owners)
        test = match.test
        return Match(
            lambda kind, one: kind == this and any(test(other, found) for found in find(one)),
            _only(this, match.among.get(other)),
            frozenset(_STORED) - {this},
        )

    def _saved_search(self, node: Node, depth: int) -> Match:
        saved = self._asked.store.saved_searches.get(str(node.get("saved_search_id")))
        if saved is None or not saved["s_query"]:
            raise bad_query("The saved search does not exist.")
        return _all([_is_of(saved["type"]), self.read(saved["s_query"]["query"], depth)])

    def read_sort(self, sort: Any) -> Callable[[list[Found]], None]:
        """Make the order of a result. Raises `Refused`."""
        if not isinstance(sort, list):
            raise bad_query("sort must be of list type.")
        keys: list[tuple[str, Callable[[Json], Any], bool]] = []
        for one in sort:
            if not isinstance(one, Mapping) or not isinstance(one.get("field"), Mapping):
                raise bad_query("A sort needs a field.")
            if one.get("direction") not in ("asc", "desc"):
                raise bad_query("A sort needs a direction of asc or desc.")
            keys.append((*self._field(one["field"]), one["direction"] == "desc"))

        def order(found: list[Found]) -> None:
            for kind, value_of, backwards in reversed(keys):
                table = self._table(kind)
                values: list[Any] = [
                    value_of(table[key]) if of == kind else None for of, key in found
                ]
                known = [number for number, value in enumerate(values) if value is not None]
                unknown = [pair for value, pair in zip(values, found, strict=True) if value is None]
                values = [one.casefold() if isinstance(one, str) else one for one in values]
                known.sort(key=values.__getitem__, reverse=backwards)
                found[:] = [found[number] for number in known]
                found += unknown

        return order
