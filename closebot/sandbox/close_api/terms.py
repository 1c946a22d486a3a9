"""The grammar of Close's old query language, for leads and for opportunities.

Words, `field:value`, `field >= value`, `field in (a, b)`, `and`, `or`, `not`, parentheses, what
belongs to an object (`opportunity(…)`), and `sort:`. What cannot be read is left out, as a search
field does.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.errors import bad_request
from closebot.sandbox.close_api.moments import is_day, local_day, read_moment, start_of
from closebot.sandbox.close_api.periods import find_period
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.tables import Ids, join, meet

Test = Callable[[Json], bool]

CALLS = frozenset({"contact", "opportunity", "status_change"})

_DEEPEST = 40
_TOKEN = re.compile(
    r"""(?P<call>contact|opportunity|status_change)\(
        |(?P<open>\()|(?P<close>\))
        |(?P<several>[a-z_][\w.]*)\s+in\s*\((?P<items>[^()]*)\)
        |(?P<no>-(?=\S))
        |(?:(?P<field>[a-z_][\w.]*|"custom\.[^"]+"(?=[:<>=]))\s*(?P<sign>>=|<=|:|>|<|=)\s*)?
         (?:"(?P<quoted>[^"]*)"|(?P<range>\[[^\]]*\])|(?P<bare>[^\s"()]+))""",
    re.VERBOSE | re.IGNORECASE,
)
_ITEM = re.compile(r'"([^"]*)"|([^\s,"]+(?:\s+[^\s,"]+)*)')
_AGO = re.compile(r"(\d{1,4}) (day|week|hour)s? ago")
_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"\[\s*({_NUMBER}|\*)\s+to\s+({_NUMBER}|\*)\s*\]", re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """What one field has to be; without a field, a word that is looked for."""

    field: str
    sign: str
    values: tuple[str, ...]
    exact: bool = False  # it was quoted: a phrase

    @property
    def value(self) -> str:
        """The only value, or the first one."""
        return self.values[0] if self.values else ""


@dataclass(frozen=True)
class Group:
    """Several nodes: `how` is `and`, `or`, `not`, or the name before the parentheses."""

    how: str
    nodes: tuple["Node", ...]


Node = Term | Group


class _Reader:
    """Reads one query, token by token."""

    def __init__(self, query: str) -> None:
        self._tokens = list(_TOKEN.finditer(query))
        self._at = 0
        self._depth = 0
        self.order = ""

    def read(self) -> Node:
        nodes = [self._either()]
        while self._at < len(self._tokens):  # behind a parenthesis that nobody has opened
            self._at += 1
            nodes.append(self._either())
        return _group("and", nodes)

    def _either(self) -> Node:
        nodes = [self._all()]
        while self._word() == "or":
            self._at += 1
            nodes.append(self._all())
        return _group("or", nodes)

    def _all(self) -> Node:
        nodes: list[Node] = []
        while self._at < len(self._tokens) and not self._tokens[self._at]["close"]:
            word = self._word()
            if word == "or":
                break
            if word == "and":
                self._at += 1
                continue
            node = self._one()
            if node is not None:
                nodes.append(node)
        return _group("and", nodes)

    def _one(self) -> Node | None:
        negative = False
        while self._at < len(self._tokens) and (
            self._word() == "not" or self._tokens[self._at]["no"]
        ):
            negative, self._at = not negative, self._at + 1
        if self._at == len(self._tokens):
            return None
        node = self._plain()
        return Group("not", (node,)) if negative and node is not None else node

    def _plain(self) -> Node | None:
        token = self._tokens[self._at]
        if token["close"]:
            return None
        self._at += 1
        call = (token["call"] or "").lower()
        if token["open"] or call:
            inside = self._inside()
            return Group(call, (inside,)) if call else inside
        if token["several"]:
            items = tuple(one[1] if one[1] is not None else one[2]
                          for one in _ITEM.finditer(token["items"]))  # fmt: skip
            return Term(token["several"].lower(), ":", items, exact=True)
        field, quoted = (token["field"] or "").strip('"').lower(), token["quoted"]
        value = next(part for part in (quoted, token["range"], token["bare"]) if part is not None)
        if field == "sort":
            self.order = value.lower()
            return None
        if not field and value == "*":
            return None
        return Term(field, token["sign"] or "", (value,), exact=quoted is not None)

    def _inside(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise bad_request("The query is nested too deeply.")
        node = self._either()
        self._depth -= 1
        self._at = min(self._at + 1, len(self._tokens))  # behind what closes it, if anything does
        return node

    def _word(self) -> str:
        if self._at == len(self._tokens):
            return ""
        token = self._tokens[self._at]
        return "" if token["field"] else (token["bare"] or "").lower()


def _group(how: str, nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Group(how, tuple(nodes))


def read_query(query: str) -> tuple[Node, str]:
    """Read a query: its terms, and the order that it asks for. Raises `Refused`."""
    reader = _Reader(query)
    return reader.read(), reader.order


def is_empty(node: Node) -> bool:
    """Tell whether a query asks for nothing, and so for everything."""
    return isinstance(node, Group) and all(is_empty(one) for one in node.nodes)


def make_test(
    node: Node, read_term: Callable[[Term], Test], read_call: Callable[[str, Node], Test]
) -> Test:
    """Make one test of all the terms."""
    if isinstance(node, Term):
        return read_term(node)
    if node.how in CALLS:
        return read_call(node.how, node.nodes[0])
    tests = [make_test(one, read_term, read_call) for one in node.nodes if not is_empty(one)]
    if node.how == "not":
        return lambda one: not any(test(one) for test in tests)
    if node.how == "or" and tests:
        return lambda one: any(test(one) for test in tests)
    return lambda one: all(test(one) for test in tests)


def narrow(node: Node, ids_of: Callable[[Term], Ids]) -> Ids:
    """Return ids outside of which nothing matches; None when only asking each will tell."""
    if isinstance(node, Term):
        return ids_of(node)
    if node.how not in {"and", "or"}:
        return None
    known = [narrow(one, ids_of) for one in node.nodes if not is_empty(one)]
    return meet(*known) if node.how == "and" else join(*known)


def compare_moments(asked: Asked, term: Term, read: Callable[[Json], Any]) -> Test:
    """Make the test of a moment or a day: `>=2026-01-01`, `:yesterday`, `<"7 days ago"`."""
    span = _read_span(asked, term.value)
    if span is None:
        return lambda _one: False
    bound, start, end = span

    def compare(at: datetime) -> bool:
        match term.sign:
            case ">":
                return at > bound
            case ">=":
                return at >= bound
            case "<":
                return at < bound
            case "<=":
                return at <= bound
            case _:
                return start <= at < end

    def test(one: Json) -> bool:
        text = read(one)
        return isinstance(text, str) and compare(read_moment(text, asked.offset))

    return test


def _read_span(asked: Asked, value: str) -> tuple[datetime, datetime, datetime] | None:
    """Return what `<` and `>` compare with, and between what `:` finds."""
    now, text = asked.store.now(), value.strip().lower()
    today = local_day(now, asked.offset)
    day = timedelta(days=1)
    if ago := _AGO.fullmatch(text):
        bound = now - timedelta(**{f"{ago[2]}s": int(ago[1])})
        start = start_of(local_day(bound, asked.offset), asked.offset)
        return bound, start, start + day
    try:
        first, last = find_period(text, today)
        start = start_of(first, asked.offset)
        return start, start, start_of(last, asked.offset)
    except KeyError:
        pass
    try:
        bound = read_moment(value, asked.offset)
        return bound, bound, bound + (day if is_day(value) else timedelta(minutes=1))
    except (ValueError, OverflowError):
        return None


def compare_numbers(term: Term, read: Callable[[Json], Any], factor: int = 1) -> Test:
    """Make the test of a number: `>1000`, `:[10 TO 20]`."""
    if span := _RANGE.fullmatch(term.value):
        low, high = (None if part == "*" else float(part) * factor for part in span.groups())
        sign = ""
    else:
        try:
            low = high = float(term.value) * factor
        except ValueError:
            return lambda _one: False
        sign = term.sign

    def test(one: Json) -> bool:
        number = read(one)
        if number is None:
            return False
        if sign in {">", "<"}:
            return bool(number > low if sign == ">" else number < high)
        above = sign == "<=" or low is None or number >= low
        return bool(above and (sign == ">=" or high is None or number <= high))

    return test
