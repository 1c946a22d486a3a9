"""One sweep for a group of digests, with whichever of its connections Close accepts."""

from dataclasses import dataclass, field
from datetime import datetime

from closebot.cards.digests import Due
from closebot.close import BadId, Forbidden, Invalid, NotFound, Unauthorized
from closebot.features.digests.readers import Group
from closebot.features.digests.sweep import Wanted, find_due, find_leads
from closebot.features.digests.turns import read_plan


@dataclass(slots=True)
class Swept:
    """What is due, by digest. `gone`: digests whose Smart View is not there.

    A digest that is in neither has a connection that Close has refused.
    """

    found: dict[str, Due] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)


async def sweep(group: Group, now: datetime) -> Swept:
    """Read Close once for a group. Raises `CloseError` when Close does not answer."""
    swept, refused = Swept(), set[str]()
    leads = await _find_all_leads(group, swept, refused)
    while (rest := group.without(refused)).taken:
        wanted = {
            one.digest.id: Wanted(
                plan := read_plan(one.digest), plan.where, leads.get(one.digest.id)
            )
            for one in rest.taken
            if one.digest.id not in swept.gone
        }
        person = rest.people[0]
        try:
            found = await find_due(person.close, list(wanted.values()), now) if wanted else []
        except (Unauthorized, Forbidden):
            refused.add(person.connection.close_user_id)
            continue
        swept.found = dict(zip(wanted, found, strict=True))
        break
    return swept


async def _find_all_leads(
    group: Group, swept: Swept, refused: set[str]
) -> dict[str, frozenset[str]]:
    """Return the leads of each Smart View, each asked for as its digest's own reader sees it."""
    known: dict[tuple[str, str], frozenset[str]] = {}
    leads = {}
    for one in group.taken:
        plan, user_id = read_plan(one.digest), group.owners[one.digest.id]
        if plan.whose != "view" or user_id in refused:
            continue
        key = (user_id, plan.view[0])
        try:
            if key not in known:
                known[key] = await find_leads(group.owner_of(one.digest).close, plan.view[0])
            leads[one.digest.id] = known[key]
        except (NotFound, Invalid, BadId):
            swept.gone.add(one.digest.id)
        except (Unauthorized, Forbidden):
            refused.add(user_id)
    return leads
