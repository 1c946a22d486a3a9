"""A lead's card for the person who asked: with what their organization and its setting add."""

import asyncio
import contextlib
from collections.abc import Awaitable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from closebot.cards.activities import say_last
from closebot.cards.custom import say_custom
from closebot.cards.lead_parts import has_unnamed_owner, say_last_change
from closebot.cards.leads import lead_card
from closebot.close import CloseError, CustomField, Lead, Range, Status
from closebot.people import Person
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.payloads import Call
from closebot.store import StoreError

T = TypeVar("T")

# Seconds that a card waits for what it can do without.
_SOON = 0.8
# What this very press has made is later than the press, and Close's clock may be ahead.
_AHEAD = timedelta(minutes=1)
# A name is a name, also when the rest of what is known of users is too old.
_NAMES_AGE = timedelta(days=1)


def gone(slash: str) -> Json:
    """Say that a lead of an older message is no longer there."""
    return kit.sentence(
        "This lead is no longer in Close, or you may not see it. "
        f"Look it up again with `{slash} lead Acme`."
    )


async def draw_card(
    lead: Lead, call: Call, me: Person, *, is_shared: bool = False, at_once: bool = False
) -> Json:
    """Draw the private card; without statuses, activity and custom fields it still is one.

    `at_once`: without asking Close for the last activity; what the lead itself tells stands in.
    Users' names are asked for at most once a day.
    """
    changed = say_last_change(lead, me.today, me.zone)
    names = _known_names(me)
    if at_once and me.knows_organization and not has_unnamed_owner(lead, names):
        # As a rule nothing is asked for: no tasks side by side, and no clocks for them.
        statuses, last = await _statuses(me), changed
        custom = await _soon(_custom(lead, me), ())
    else:
        statuses, custom, last, names = await asyncio.gather(
            _soon(_statuses(me), ()),
            _soon(_custom(lead, me), ()),
            _known(changed) if at_once else _soon(_last(lead, me), changed),
            _soon(_names(lead, me), names),
        )
    await me.see_lead(lead, call.channel)
    return lead_card(
        lead,
        today=me.today,
        zone=me.zone,
        statuses=statuses,
        last_activity=last,
        custom=custom,
        names=names,
        is_shared=is_shared,
    )


async def _known(said: T) -> T:
    return said


async def _soon(asked: Awaitable[T], otherwise: T) -> T:
    with contextlib.suppress(CloseError, StoreError, TimeoutError):
        async with asyncio.timeout(_SOON):
            return await asked
    return otherwise


async def _statuses(me: Person) -> Sequence[Status]:
    return (await me.organization()).lead_statuses


async def _last(lead: Lead, me: Person) -> str:
    until = Range(lte=me.now + _AHEAD)  # a meeting may stand in the calendar
    found = await me.close.activities.list(lead.id, activity_at=until, most=1).first()
    return say_last(found[0], me.today, me.zone) if found else ""


async def _names(lead: Lead, me: Person) -> Mapping[str, str]:
    if has_unnamed_owner(lead, _known_names(me)):
        await me.users()
    return _known_names(me)


def _known_names(me: Person) -> Mapping[str, str]:
    """Return the names of users, by id, that are known without asking."""
    own = me.connection
    users = me.known.recall(own.close_user_id, "users", me.now, _NAMES_AGE) or ()
    return {own.close_user_id: own.close_user_name} | {one.id: one.name for one in users}


async def _custom(lead: Lead, me: Person) -> list[tuple[str, str]]:
    """Say the custom fields that were chosen to stand on cards, as far as they have a value."""
    fields = [one for one in await me.lead_card_fields() if one.id in lead.custom]
    users = await me.users() if any(map(_names_users, fields)) else ()
    said = [(one.name, say_custom(lead.custom[one.id], users=users, today=me.today))
            for one in fields]  # fmt: skip
    return [(name, value) for name, value in said if value]


def _names_users(field: CustomField) -> bool:
    return field.type == "user"
