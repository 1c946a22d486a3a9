"""The old query language of `GET /lead/?query=`: words, `field:value`, dates and `sort:`."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.filters import moment_of
from closebot.sandbox.close_api.matching import match_text, take_words
from closebot.sandbox.close_api.moments import local_day, read_moment, start_of
from closebot.sandbox.close_api.store import Family, Json, Store, gather_family
from closebot.sandbox.close_api.tables import Ids, index_of, meet, order_of
from closebot.sandbox.close_api.texts import lead_texts, lexicon_of
from closebot.sandbox.close_api.views import name_lead

_TERM = re.compile(
    r"""(?P<no>(?:not\s+|-)?)
        (?:(?P<field>[a-z_]+)\s*(?P<sign>>=|<=|:|>|<|=)\s*)?
        (?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))""",
    re.VERBOSE | re.IGNORECASE,
)
_AGO = re.compile(r"(\d+) (day|week|hour)s? ago")
_DATES = {
    "date_created": "date_created",
    "created": "date_created",
    "date_updated": "date_updated",
    "updated": "date_updated",
}
_STATUSES = frozenset({"status", "lead_status", "status_id"})

Test = Callable[[Json], bool]


def find_leads(store: Store, query: str, asked: Asked) -> list[Json]:
    """Return the leads that a query matches, in its order; all of them when it is empty."""
    among: Ids = None
    tests: list[tuple[Test, bool]] = []
    order = "-date_updated"
    if query.strip() and query.strip() != "*":
        family = gather_family(store)
        for term in _TERM.finditer(query):
            field = (term["field"] or "").lower()
            if field == "sort":
                order = (term["quoted"] or term["bare"]).lower()
                continue
            tests.append((_read_term(store, family, asked, term), not term["no"]))
            if not term["no"]:
                among = meet(among, _narrow(store, term))
    return _sort(store, tests, among, order)


def _sort(store: Store, tests: list[tuple[Test, bool]], among: Ids, order: str) -> list[Json]:
    name, backwards = order.removeprefix("-"), order.startswith("-")
    newest = order_of(store.leads, _DATES.get(name, "date_updated")).rows(among)
    for test, wanted in tests:
        newest = [lead for lead in newest if test(lead) is wanted]
    if name in {"name", "display_name"}:
        contacts = gather_family(store).contacts
        return sorted(
            newest,
            key=lambda one: (one["name"] or name_lead(one, contacts[one["id"]])).casefold(),
            reverse=backwards,
        )
    return newest if backwards else newest[::-1]


def _narrow(store: Store, term: re.Match[str]) -> Ids:
    """Return ids outside of which a term matches no lead; None when only asking each will tell."""
    field, quoted = (term["field"] or "").lower(), term["quoted"]
    value = term["bare"] if quoted is None else quoted
    if field in _DATES:
        return None
    if field in _STATUSES:
        return index_of(store.leads, "status_id").ids_of(_statuses(store, value))
    if field == "id":
        return {value}
    # In whichever field the words are looked for, the lead has them.
    return lexicon_of(store, "lead").narrow("full_words" if quoted is None else "phrase", value)


def _statuses(store: Store, value: str) -> list[str]:
    wanted = value.casefold()
    named = (
        one["id"]
        for one in store.lead_statuses.values()
        if wanted in {one["id"].casefold(), one["label"].casefold()}
    )
    return [value, *named]


def _read_term(store: Store, family: Family, asked: Asked, term: re.Match[str]) -> Test:
    value = term["quoted"] if term["quoted"] is not None else term["bare"]
    field, sign = (term["field"] or "").lower(), term["sign"]
    if field in _DATES:
        return _compare_date(_DATES[field], sign, _read_date(asked, value))
    if field in _STATUSES:
        wanted = set(_statuses(store, value))
        return lambda lead: lead["status_id"] in wanted
    if field == "id":
        return lambda lead: bool(lead["id"] == value)
    return _find_words(store, family, field, value, exact=term["quoted"] is not None)


def _find_words(store: Store, family: Family, field: str, value: str, *, exact: bool) -> Test:
    compare = match_text("phrase" if exact else "full_words", value)
    if field in {"name", "company", "display_name"}:
        return lambda lead: compare([name_lead(lead, family.contacts[lead["id"]])])
    if field in {"email", "phone", "contact_name"}:
        return lambda lead: compare(_contact_texts(family, lead, field))
    if exact:
        return lambda lead: compare(lead_texts(store, lead, family))
    ids = lexicon_of(store, "lead").find_words(take_words(value))
    return lambda lead: lead["id"] in ids


def _contact_texts(family: Family, lead: Json, field: str) -> list[str]:
    contacts = family.contacts[lead["id"]]
    if field == "contact_name":
        return [contact["name"] for contact in contacts]
    return [one[field] for contact in contacts for one in contact[f"{field}s"]]


def _read_date(asked: Asked, value: str) -> datetime:
    now = asked.store.now()
    if ago := _AGO.fullmatch(value.lower()):
        return now - timedelta(**{f"{ago[2]}s": int(ago[1])})
    today = local_day(now, asked.offset)
    if value.lower() in {"today", "yesterday"}:
        back = timedelta(days=value.lower() == "yesterday")
        return start_of(today - back, asked.offset)
    try:
        return read_moment(value, asked.offset)
    except ValueError:
        return now


def _compare_date(name: str, sign: str, bound: datetime) -> Test:
    tests: dict[str, Test] = {
        ">": lambda lead: moment_of(lead, name) > bound,
        ">=": lambda lead: moment_of(lead, name) >= bound,
        "<": lambda lead: moment_of(lead, name) < bound,
        "<=": lambda lead: moment_of(lead, name) <= bound,
    }
    return tests.get(sign, lambda lead: moment_of(lead, name).date() == bound.date())
