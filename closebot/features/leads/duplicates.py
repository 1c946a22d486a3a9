"""Which leads of Close a new one may be a duplicate of, and why. Close itself does not look."""

import asyncio
import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from closebot.close import Invalid, Lead, LeadsFound
from closebot.close.lead_queries import read_domain, resembling, sounding
from closebot.close.search import Query, read_phones
from closebot.people import Person

_LOOKED_AT = 50
_ALIKE = 0.88
_SHORTEST = 5  # letters below which two names that differ are two names
_BEGINNING = 4  # letters of a name that are taken to be written right
_LONGEST = 200  # of a name that is looked for
_ENDINGS = frozenset({
    "inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "plc", "corp", "corporation",
    "co", "company", "gmbh", "mbh", "ag", "kg", "ohg", "ug", "se", "sa", "sas", "sarl", "srl",
    "spa", "bv", "nv", "vof", "oy", "oyj", "ab", "as", "asa", "aps", "sro", "spol", "zoo", "pty",
    "pte", "kft", "doo", "ood", "eood", "sl", "slu", "ltda", "group", "holding",
})  # fmt: skip
_JOINING = frozenset({"and", "und", "et", "the", "y", "e"})
# Mailboxes that anybody may have: their domain tells nothing of a company.
_ANYBODY = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com",
    "yahoo.com", "icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com", "gmx.com",
    "gmx.net", "gmx.de", "web.de", "mail.ru", "yandex.ru", "qq.com", "163.com", "seznam.cz",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two leads are compared by."""

    name: str
    domains: frozenset[str]
    emails: frozenset[str]
    phones: frozenset[str]


def company_domain(text: str) -> str:
    """Return the domain of an address, unless it is one that anybody may have."""
    domain = read_domain(text)
    return "" if domain in _ANYBODY else domain


def bare_name(name: str) -> str:
    """Return a company's name without case, accents, punctuation and its legal ending."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    words = re.findall(r"\w+", re.sub(r"[.'’]", "", plain).replace("_", " "))
    words = [one for one in words if one not in _JOINING] or words
    kept = list(words)
    while len(kept) > 1 and kept[-1] in _ENDINGS:
        kept.pop()
    return " ".join(kept)


async def find_similar(
    me: Person, *, name: str, website: str, emails: Sequence[str], phones: Sequence[str]
) -> list[tuple[Lead, str]]:
    """Return leads that may be the same company, each with why. Two requests at once.

    Names that are only alike are asked for apart: there may be so many that begin alike that what
    is the same for sure would not be among the first. Raises `CloseError`.
    """
    bare = bare_name(name)
    new = Likeness(
        name=bare,
        domains=frozenset(filter(None, map(company_domain, (website, *emails)))),
        emails=frozenset(map(str.casefold, emails)),
        phones=frozenset(number for one in phones for number in read_phones(one, me.zone.key)),
    )
    ways = sorted(new.domains), sorted(new.emails), sorted(new.phones)
    same, alike = await asyncio.gather(
        _find_same(me, bare[:_LONGEST], *ways), _find_alike(me, bare[:_LONGEST])
    )
    leads = {lead.id: lead for lead in (*same.leads, *alike.leads)}
    named = [(lead, _why(new, lead)) for lead in leads.values()]
    return [(lead, why) for lead, why in named if why]


async def _find_same(me: Person, name: str, *ways: Sequence[str]) -> LeadsFound:
    names = [name] if name else []
    return await _find(me, resembling(names, *ways) if names or any(ways) else None)


async def _find_alike(me: Person, name: str) -> LeadsFound:
    first, _, others = name.partition(" ")
    return await _find(me, sounding(first[:_BEGINNING], others) if first else None)


async def _find(me: Person, query: Query | None) -> LeadsFound:
    """Return the leads of a query; none where Close takes it for none."""
    if query is None:
        return LeadsFound()
    try:
        return await me.close.leads.page(query, limit=_LOOKED_AT)
    except Invalid:  # beginnings of words are not documented
        return LeadsFound()


def _why(new: Likeness, lead: Lead) -> str:
    """Say what of a lead is the same; empty for nothing."""
    contacts = lead.contacts or ()
    addresses = [one.email.casefold() for person in contacts for one in person.emails]
    numbers = {one.phone for person in contacts for one in person.phones}
    if new.emails & set(addresses):
        return "same e-mail"
    if new.phones & numbers:
        return "same phone"
    if new.domains & {company_domain(one) for one in (lead.url, lead.display_name, *addresses)}:
        return "same domain"
    return _why_named(new.name, bare_name(lead.display_name))


def _why_named(one: str, other: str) -> str:
    if one and one == other:
        return "same name"
    first, second = (name.replace(" ", "") for name in (one, other))
    if min(len(first), len(second)) < _SHORTEST or _digits(first) != _digits(second):
        return ""
    alike = difflib.SequenceMatcher(None, first, second, autojunk=False)
    near = alike.real_quick_ratio() >= _ALIKE and alike.quick_ratio() >= _ALIKE
    return "similar name" if near and alike.ratio() >= _ALIKE else ""


def _digits(text: str) -> Sequence[str]:
    return re.findall(r"\d+", text)
