"""Plants what the large seed has more: users, leads, and open tasks of which one in ten is due.

Everything is by chance, except how many there are of each.
"""

from collections.abc import Iterator
from random import Random

from closebot.sandbox.close_api.matching import take_words
from closebot.sandbox.close_api.moments import local_day
from closebot.sandbox.close_api.seed_inventions import invent_contact, invent_deal
from closebot.sandbox.close_api.seed_leads import Gardener
from closebot.sandbox.close_api.seed_rows import INDUSTRIES, LEAD_STATUSES, Company, Todo
from closebot.sandbox.close_api.seed_users import add_user
from closebot.sandbox.close_api.seed_words import FIRST_NAMES, LAST_NAMES, TODOS, TRADES
from closebot.sandbox.close_api.store import Json, Store
from closebot.sandbox.close_api.views import is_ahead

LEADS = 10_000
USERS = 1_000
OPPORTUNITIES = 6_000
OPEN_TASKS = 50_000
DUE_TASKS = 5_000

_ZONES = (
    "America/Chicago",
    "America/New_York",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/London",
    "Europe/Prague",
)
_AREAS = ("+1212555", "+1312555", "+44207946", "", "")


def plant_crowd(store: Store, user_ids: dict[str, str], random: Random) -> None:
    """Fill a store that has been planted up to the numbers of the large seed."""
    staff = user_ids | _plant_users(store, random)
    gardener, names = Gardener(store, staff, random), list(staff)
    number = LEADS - len(store.leads)
    deals = OPPORTUNITIES - len(store.opportunities)
    todo = list(_invent_tasks(store, names, random))
    for index in range(number):
        gardener.plant(
            _invent_lead(
                random,
                names,
                index,
                deals=deals * (index + 1) // number - deals * index // number,
                todo=tuple(todo[index::number]),
            ),
            age=30 + index % 300,
            touched=index % 30,
            with_history=index % 10 == 0,
        )


def _plant_users(store: Store, chance: Random) -> dict[str, str]:
    users: dict[str, str] = {}
    for number in range(USERS - len(store.users)):
        name = (chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES))
        address = ".".join(word for part in name for word in take_words(part))
        email, phone = f"{address}{number}@northwind.example", f"+1628555{number:04d}"
        users[f"user{number}"] = add_user(store, name, email, chance.choice(_ZONES), "user", phone)
    return users


def _invent_lead(
    chance: Random, staff: list[str], index: int, *, deals: int, todo: tuple[Todo, ...]
) -> Company:
    trade = chance.choice(TRADES)
    return Company(
        name=f"{chance.choice(LAST_NAMES)} {trade} {index + 1}",
        domain=f"{trade.lower()}{index + 1}.example",
        industry=chance.choice(INDUSTRIES),
        status=chance.choice(LEAD_STATUSES),
        place=("", "", "", "", "US"),
        who=tuple(
            invent_contact(chance, chance.choice(_AREAS)) for _ in range(chance.choice((1, 2)))
        ),
        deals=tuple(invent_deal(chance, staff) for _ in range(deals)),
        todo=todo,
        owner=chance.choice(staff),
    )


def _invent_tasks(store: Store, staff: list[str], chance: Random) -> Iterator[Todo]:
    """Invent the open tasks that are missing, due and not due in any order."""
    today = local_day(store.now(), 0)
    there: list[Json] = [task for task in store.tasks.values() if not task["is_complete"]]
    due = DUE_TASKS - sum(not is_ahead(task["date"], today, 0) for task in there)
    number = OPEN_TASKS - len(there)
    is_due = [True] * due + [False] * (number - due)
    chance.shuffle(is_due)
    for one in is_due:
        day = -chance.randint(0, 30) if one else chance.randint(1, 120)
        hour = chance.choice((None, None, None, 9, 14))
        yield Todo(chance.choice(TODOS), day, hour, chance.choice(staff))
