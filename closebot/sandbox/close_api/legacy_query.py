"""The old query language of `GET /lead/?query=`: which leads match, and in which order."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.matching import match_pattern, match_text, take_words
from closebot.sandbox.close_api.moments import write_moment
from closebot.sandbox.close_api.opportunity_query import OpportunityQuery
from closebot.sandbox.close_api.query import Query
from closebot.sandbox.close_api.store import Family, Json, Store, gather_family
from closebot.sandbox.close_api.tables import Ids, index_of, join, order_of
from closebot.sandbox.close_api.terms import (
    Group,
    Node,
    Term,
    Test,
    compare_moments,
    compare_numbers,
    is_empty,
    make_test,
    narrow,
    read_query,
)
from closebot.sandbox.close_api.texts import lead_texts, lexicon_of
from closebot.sandbox.close_api.views import name_lead

_DATES = {
    "date_created": "date_created",
    "created": "date_created",
    "date_updated": "date_updated",
    "updated": "date_updated",
}
_STATUSES = frozenset({"status", "lead_status", "status_id"})
_IDS = frozenset({"id", "lead_id"})
_CUSTOM = "custom."
_WORDED = frozenset({"text", "textarea", "choices", "hidden"})
_NAMES = frozenset({"name", "company", "display_name"})


def find_leads(
    store: Store, query: str, asked: Asked, within: frozenset[str] = frozenset()
) -> list[Json]:
    """Return the leads that a query matches, in its order; all of them when it is empty.

    `within`: the Smart Views that the query is part of.
    """
    node, order = read_query(query)
    if is_empty(node):
        return _sort(store, None, order)
    leads = _Leads(store, asked, within)
    found = _sort(store, narrow(node, leads.narrow), order)
    test = make_test(node, leads.read_term, leads.read_call)
    if store.lag and not _asks_for_ids(node):
        known_at = write_moment(store.now() - timedelta(seconds=store.lag))
        found = [lead for lead in found if lead["date_updated"] <= known_at]
    return [lead for lead in found if test(lead)]


def find_in_view(
    store: Store, view: Json, asked: Asked, within: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the ids of the leads in a Smart View; one that looks into itself finds nothing."""
    if view["id"] in within:
        return frozenset()
    if not view["s_query"]:
        leads = find_leads(store, view["query"] or "", asked, within | {view["id"]})
        return frozenset(lead["id"] for lead in leads)
    match = Query(asked, gather_family(store)).read(view["s_query"]["query"])
    rows = order_of(store.leads).rows(match.among.get("lead"))
    return frozenset(lead["id"] for lead in rows if match.test("lead", lead))


def _asks_for_ids(node: Node) -> bool:
    if isinstance(node, Term):
        return node.field in _IDS
    return node.how in {"and", "or"} and all(_asks_for_ids(one) for one in node.nodes)


def _sort(store: Store, among: Ids, order: str) -> list[Json]:
    order = order or "-date_updated"
    name, backwards = order.removeprefix("-"), order.startswith("-")
    newest = order_of(store.leads, _DATES.get(name, "date_updated")).rows(among)
    if name in {"name", "display_name"}:
        contacts = gather_family(store).contacts
        return sorted(
            newest,
            key=lambda one: (one["name"] or name_lead(one, contacts[one["id"]])).casefold(),
            reverse=backwards,
        )
    return newest if backwards else newest[::-1]


class _Leads:
    """Reads terms as tests of leads."""

    def __init__(self, store: Store, asked: Asked, within: frozenset[str]) -> None:
        self._store = store
        self._asked = asked
        self._within = within
        self._family: Family = gather_family(store)

    def narrow(self, term: Term) -> Ids:
        """Return ids outside of which a term matches no lead."""
        if term.field in _STATUSES:
            return index_of(self._store.leads, "status_id").ids_of(self._statuses(term))
        if term.field in _IDS:
            return {one for one in term.values if one in self._store.leads}
        if term.field == "in":
            return self._in_view(term.value)
        if term.field.startswith(_CUSTOM):
            return self._narrow_custom(term)
        return self._narrow_words(term)

    def _narrow_words(self, term: Term) -> Ids:
        if term.field in _DATES or len(term.values) != 1:
            return None
        if _is_pattern(term):
            return self._narrow_pattern(term.value)
        # In whichever field the words are looked for, the lead has them.
        mode = "phrase" if term.exact else "full_words"
        return lexicon_of(self._store, "lead").narrow(mode, term.value)

    def read_term(self, term: Term) -> Test:
        """Make the test of a term."""
        if term.field in _DATES:
            name = _DATES[term.field]
            return compare_moments(self._asked, term, lambda lead: lead[name])
        if term.field in _STATUSES:
            wanted = set(self._statuses(term))
            return lambda lead: lead["status_id"] in wanted
        if term.field in _IDS:
            return lambda lead: lead["id"] in term.values
        if term.field == "in":
            ids = self._in_view(term.value)
            return lambda lead: lead["id"] in ids
        if term.field.startswith(_CUSTOM):
            return self._read_custom(term)
        tests = [self._find_words(term, value) for value in term.values]
        return lambda lead: any(test(lead) for test in tests)

    def _custom(self, term: Term) -> list[Json]:
        """Return the custom fields that a term means: by their name or their id."""
        asked_for = term.field.removeprefix(_CUSTOM)
        return [
            one
            for one in self._store.custom_fields.values()
            if one["object_type"] == "lead"
            and asked_for in {one["name"].casefold(), one["id"].casefold()}
        ]

    def _narrow_custom(self, term: Term) -> Ids:
        fields = self._custom(term)
        if not fields:
            return frozenset()
        if any(one["type"] not in _WORDED for one in fields) or _is_pattern(term):
            return None
        lexicon = lexicon_of(self._store, "lead")
        return join(*(lexicon.narrow("full_words", value) for value in term.values))

    def _narrow_pattern(self, pattern: str) -> Ids:
        """Narrow a beginning, `Bra*`, or an end, `*@bramble.example`."""
        lexicon = lexicon_of(self._store, "lead")
        if pattern.endswith("*") and pattern.count("*") == 1:
            words = take_words(pattern)
            return lexicon.find_beginnings(words) if words else None
        if pattern.startswith("*@") and pattern.count("*") == 1:
            return lexicon.find_words(take_words(pattern))
        return None

    def _read_custom(self, term: Term) -> Test:
        tests = [self._read_field(term, one) for one in self._custom(term)]
        return lambda lead: any(test(lead) for test in tests)

    def _read_field(self, term: Term, field: Json) -> Test:
        key, store = f"custom.{field['id']}", self._store
        if term.values == ("*",):
            return lambda lead: lead.get(key) is not None
        if field["type"] == "number":
            return compare_numbers(term, lambda lead: lead.get(key))
        if field["type"] in {"date", "datetime"}:
            return compare_moments(self._asked, term, lambda lead: lead.get(key))
        compares = [_compare(term, value) for value in term.values]
        people = (
            (one, store.user_name(one)) for one in (store.users if field["type"] == "user" else ())
        )
        known = {
            one for one, name in people if any(compare([one, name or ""]) for compare in compares)
        }

        def test(lead: Json) -> bool:
            held = lead.get(key)
            items = held if isinstance(held, list) else [] if held is None else [held]
            if field["type"] == "user":
                return not known.isdisjoint(items)
            return any(compare(map(str, items)) for compare in compares)

        return test

    def read_call(self, name: str, node: Node) -> Test:
        """Make the test of what belongs to a lead."""
        store, family = self._store, self._family
        if name == "opportunity":
            matches = OpportunityQuery(store, self._asked).test(node)
            return lambda lead: any(matches(one) for one in family.opportunities[lead["id"]])
        if name == "contact":
            return make_test(_as_contact(node), self.read_term, self.read_call)
        return lambda _lead: False

    def _in_view(self, view_id: str) -> frozenset[str]:
        view = self._store.saved_searches.get(view_id)
        if view is None:
            return frozenset()
        return find_in_view(self._store, view, self._asked, self._within)

    def _statuses(self, term: Term) -> list[str]:
        wanted = {value.casefold() for value in term.values}
        named = (
            one["id"]
            for one in self._store.lead_statuses.values()
            if wanted & {one["id"].casefold(), one["label"].casefold()}
        )
        return [*term.values, *named]

    def _find_words(self, term: Term, value: str) -> Test:
        store, family, field = self._store, self._family, term.field
        compare = _compare(term, value)
        if field in _NAMES:
            return lambda lead: compare([name_lead(lead, family.contacts[lead["id"]])])
        if field in {"email", "phone", "contact_name"}:
            return lambda lead: compare(_contact_texts(family, lead, field))
        if field in {"description", "url"}:
            return lambda lead: compare([lead[field] or ""])
        begun = self._narrow_pattern(value) if value.endswith("*") and not term.exact else None
        if begun is not None and len(take_words(value)) == 1:
            return lambda lead: lead["id"] in begun
        if term.exact or _is_pattern(term):
            return lambda lead: compare(lead_texts(store, lead, family))
        ids = lexicon_of(store, "lead").find_words(take_words(value))
        return lambda lead: lead["id"] in ids


def _is_pattern(term: Term) -> bool:
    return not term.exact and any("*" in value for value in term.values)


def _compare(term: Term, value: str) -> Callable[[Iterable[str]], bool]:
    if not term.exact and "*" in value:
        return match_pattern(value)
    return match_text("phrase" if term.exact else "full_words", value)


def _as_contact(node: Node) -> Node:
    if isinstance(node, Group):
        return Group(node.how, tuple(_as_contact(one) for one in node.nodes))
    if node.field in {"name", ""}:
        return Term("contact_name", node.sign, node.values, node.exact)
    return node


def _contact_texts(family: Family, lead: Json, field: str) -> list[str]:
    contacts = family.contacts[lead["id"]]
    if field == "contact_name":
        return [contact["name"] for contact in contacts]
    return [one[field] for contact in contacts for one in contact[f"{field}s"]]
