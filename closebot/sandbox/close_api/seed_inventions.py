"""Leads that differ in everything, by chance."""

from collections.abc import Iterable, Sequence
from random import Random

from closebot.sandbox.close_api.matching import take_words
from closebot.sandbox.close_api.seed_rows import LEAD_STATUSES, Company, Deal, Todo, Who
from closebot.sandbox.close_api.seed_words import FIRST_NAMES, LAST_NAMES, TITLES, TODOS

_VALUES = (50000, 89900, 125000, 240050, 360000, 750000, 999999, 1800000)
_OPEN = (
    "Sales: Demo Completed",
    "Sales: Proposal Sent",
    "Sales: Contract Sent",
    "Renewals: Up for Renewal",
    "Renewals: In Negotiation",
)
_CLOSED = {"Sales: Won": 100, "Sales: Lost": 0, "Renewals: Renewed": 100, "Renewals: Churned": 0}


_LENGTHS = {"+1": 12, "+44": 13, "+33": 12, "+61": 12}  # of numbers, by country

Place = tuple[str, str, str, str, str]


def invent(
    chance: Random, people: Iterable[str], named: tuple[str, str, str], place: Place, area: str
) -> Company:
    """Invent a lead. `named`: name, domain, industry; `area`: how its phone numbers begin."""
    staff = list(people)
    who = tuple(invent_contact(chance, area) for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 4))))
    deals = tuple(invent_deal(chance, staff) for _ in range(chance.choice((0, 1, 1, 2))))
    todo = tuple(_invent_task(chance, staff) for _ in range(chance.choice((0, 0, 1, 2))))
    status, owner = chance.choice(LEAD_STATUSES), chance.choice(staff)
    return Company(*named, status, place, "", who, deals, todo, owner)


def invent_contact(chance: Random, area: str) -> Who:
    """Invent a contact; without an area it has no phone."""
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    [plain, *_] = take_words(first)
    phones: tuple[tuple[str, str], ...] = ()
    if area and chance.random() < 0.8:
        length = next(long for code, long in _LENGTHS.items() if area.startswith(code))
        digits = "".join(chance.choices("0123456789", k=length - len(area) - 2))
        phones = ((f"{area}01{digits}", "office"),)
    return Who(f"{first} {last}", chance.choice(TITLES), (f"{plain}@",), phones)


def invent_deal(chance: Random, staff: Sequence[str]) -> Deal:
    """Invent an opportunity of somebody."""
    owner, period = (
        chance.choice(staff),
        chance.choice(("one_time", "one_time", "monthly", "annual")),
    )
    value = None if chance.random() < 0.05 else chance.choice(_VALUES)
    if chance.random() < 0.7:
        confidence, won = chance.choice((20, 50, 75, 90)), chance.randint(-3, 90)
        return Deal(value, chance.choice(_OPEN), period, confidence, won, owner)
    stage, won = chance.choice(list(_CLOSED)), -chance.randint(5, 120)
    return Deal(value, stage, period, _CLOSED[stage], won, owner)


def _invent_task(chance: Random, staff: list[str]) -> Todo:
    day, hour = chance.randint(-7, 21), chance.choice((None, None, 9, 14))
    return Todo(chance.choice(TODOS), day, hour, chance.choice(staff))
