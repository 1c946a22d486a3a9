"""The query of advanced filtering: a tree that becomes one test of an object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.conditions import Node, Test, read_condition, read_text
from closebot.sandbox.close_api.errors import bad_query
from closebot.sandbox.close_api.matching import has_words, match_text, take_words
from closebot.sandbox.close_api.relations import Relations
from closebot.sandbox.close_api.store import Family, Json
from closebot.sandbox.close_api.tables import Ids, join, meet
from closebot.sandbox.close_api.texts import contact_texts, lead_texts, lexicon_of

# An object and its kind; a query may find leads and contacts at once.
Matches = Callable[[str, Json], bool]

KINDS = ("lead", "contact")
_DEEPEST = 40
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Match:
    """A test, and by kind the ids outside of which it is known to fail.

    A kind that is not there may match anywhere. What has no id of its own (an e-mail address of a
    contact, an address of a lead) goes by the id of what it is part of.
    """

    test: Matches
    among: Mapping[str, Ids] = field(default_factory=dict)


def _only(kind: str, ids: Ids) -> dict[str, Ids]:
    return {**dict.fromkeys(KINDS, _NONE), kind: ids}


def _combine(matches: list[Match], combine: Callable[..., Ids]) -> dict[str, Ids]:
    kinds = {kind for match in matches for kind in match.among}
    return {kind: combine(*(match.among.get(kind) for match in matches)) for kind in kinds}


class Query:
    """Reads queries for one search."""

    def __init__(self, asked: Asked, family: Family) -> None:
        self._asked = asked
        self._family = family
        self._relations = Relations(asked.store, family)
        self._reads: dict[str, Callable[[Node, int], Match]] = {
            "and": self._and,
            "or": self._or,
            "id": self._id,
            "object_type": self._object_type,
            "text": self._text,
            "field_condition": self._field_condition,
            "has_related": self._has_related,
            "match_all": lambda _node, _depth: Match(lambda _kind, _one: True),
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
        return Match(lambda kind, one: not match.test(kind, one)) if negate else match

    def _queries(self, node: Node, depth: int) -> list[Match]:
        queries = node.get("queries")
        if not isinstance(queries, list):
            raise bad_query(f"A query of type {node['type']!r} needs a list of queries.")
        return [self.read(query, depth) for query in queries]

    def _and(self, node: Node, depth: int) -> Match:
        found = self._queries(node, depth)
        tests = [match.test for match in found]
        return Match(
            lambda kind, one: all(test(kind, one) for test in tests), _combine(found, meet)
        )

    def _or(self, node: Node, depth: int) -> Match:
        found = self._queries(node, depth)
        tests = [match.test for match in found]
        return Match(
            lambda kind, one: any(test(kind, one) for test in tests), _combine(found, join)
        )

    def _id(self, node: Node, _depth: int) -> Match:
        wanted = node.get("value")
        if not isinstance(wanted, str):
            raise bad_query("A query for an id needs a value of str type.")
        return Match(
            lambda _kind, one: bool(one.get("id") == wanted), {kind: {wanted} for kind in KINDS}
        )

    def _object_type(self, node: Node, _depth: int) -> Match:
        wanted = node.get("object_type")
        if wanted not in KINDS:
            raise bad_query(f"Objects of type {wanted!r} cannot be searched for.")
        return Match(lambda kind, _one: kind == wanted, _only(wanted, None))

    def _text(self, node: Node, _depth: int) -> Match:
        mode, value = read_text(node)
        looked_for = take_words(value)
        lexicons = {kind: lexicon_of(self._asked.store, kind) for kind in KINDS}
        among = {kind: lexicon.narrow(mode, value) for kind, lexicon in lexicons.items()}
        compare = match_text(mode, value)

        def test(kind: str, one: Json) -> bool:
            if mode != "full_words":
                return compare(self._texts(kind, one))
            ids = among.get(kind)
            if ids is not None:
                return one["id"] in ids
            # each word may stand in another field
            return has_words(take_words(" ".join(self._texts(kind, one))), looked_for)

        return Match(test, among)

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
        condition = node.get("condition")
        test: Test = read_condition(self._asked, condition)
        kind, value_of = self._field(named)
        ids = self._relations.narrow(kind, str(named.get("field_name")), condition, test)
        return Match(lambda this, one: this == kind and test(value_of(one)), _only(kind, ids))

    def _field(self, field: Node) -> tuple[str, Callable[[Json], Any]]:
        if field.get("type") == "regular_field":
            kind, name = str(field.get("object_type")), str(field.get("field_name"))
            return kind, self._relations.value_of(kind, name)
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
        test, among = match.test, match.among.get(other)
        owners = None if among is None else self._relations.owners(this, other, among)
        return Match(
            lambda kind, one: kind == this and any(test(other, found) for found in find(one)),
            _only(this, owners),
        )

    def _saved_search(self, node: Node, depth: int) -> Match:
        saved = self._asked.store.saved_searches.get(str(node.get("saved_search_id")))
        if saved is None or not saved["s_query"]:
            raise bad_query("The saved search does not exist.")
        match, wanted = self.read(saved["s_query"]["query"], depth), saved["type"]
        return Match(
            lambda kind, one: kind == wanted and match.test(kind, one),
            _only(wanted, match.among.get(wanted)),
        )

    def read_sort(self, sort: Any) -> Callable[[list[tuple[str, Json]]], None]:
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

        def order(found: list[tuple[str, Json]]) -> None:
            for kind, value_of, backwards in reversed(keys):

                def key(pair: tuple[str, Json]) -> tuple[bool, Any]:
                    value = value_of(pair[1]) if pair[0] == kind else None  # noqa: B023
                    empty = value is None
                    if isinstance(value, str):
                        value = value.casefold()
                    return empty is not backwards, 0 if empty else value  # noqa: B023

                found.sort(key=key, reverse=backwards)

        return order
