"""Look through leads page by page: of a status, mine, of a Smart View, or the last changed ones."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from closebot.cards.lead_pages import (
    ANY,
    FILTER,
    MOST_PAGED,
    NEXT,
    PREVIOUS,
    lead_page,
    no_leads,
    no_status,
    no_view,
)
from closebot.cards.lead_parts import OWNER_FIELDS
from closebot.cards.leads import MOST_LISTED, no_lead
from closebot.close import CloseError, CustomField, Invalid, SmartView, Status
from closebot.close.lead_queries import owned, with_status
from closebot.close.search import (
    Query,
    clean,
    every,
    leads_like,
    leads_roughly_like,
    objects,
    saved,
)
from closebot.features.leads.declared import feature
from closebot.people import Person
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call

T = TypeVar("T")

_LONGEST = 500
# Of what a menu's option can carry beside a status.
_MENU_ROOM = 100
_NOT_YOURS = (
    "Nothing here. Yours are those where a field for the owner, or an open opportunity, names you."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which leads somebody asked for; what is empty narrows nothing."""

    status: str = ""
    view: str = ""
    mine: bool = False
    words: str = ""

    @classmethod
    def read(cls, carried: str) -> "Choice":
        """Read what a button carried."""
        status, mine, view, words = (*carried.split(" ", 3), "", "", "", "")[:4]
        status, view = ("" if one == ANY else one for one in (status, view))
        return cls(status, view, mine == "mine", words)

    @property
    def others(self) -> str:
        """Write all but the status, for a menu of statuses."""
        return f"{'mine' if self.mine else ANY} {self.view or ANY} {self.words}".strip()

    def __str__(self) -> str:
        return f"{self.status or ANY} {self.others}"


class Unknown(Exception):
    """Something that was typed is not there; `answer` says so, and what there is."""

    def __init__(self, answer: Json) -> None:
        super().__init__("unknown")
        self.answer = answer


@feature.command(
    "leads",
    usage="leads [mine] [status] [words], or leads in <Smart View>",
    help="List leads, last changed first; mine are those where an owner field or an open "
    "opportunity names you",
    example="leads mine Qualified",
)
async def list_leads(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Answer with the first page."""
    try:
        choice = await _read_typed(clean(words), call, me)
    except Unknown as unknown:
        await respond(unknown.answer)
        return
    await respond(await _page(choice, 0, call, me))


@feature.action(NEXT)
async def next_page(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Show the page after this one in its place."""
    await _turn(words, call, me, respond)


@feature.action(PREVIOUS)
async def previous_page(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Show the page before this one in its place."""
    await _turn(words, call, me, respond)


@feature.action(FILTER)
async def filter_by_status(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Show the same list of another status in its place."""
    await respond(await _page(Choice.read(words), 0, call, me, is_listed=True), replace=True)


async def _turn(words: str, call: Call, me: Person, respond: Respond) -> None:
    skip, _, carried = words.partition(" ")
    start = int(skip) if skip.isdecimal() and len(skip) < 4 else 0
    start = min(start, MOST_PAGED - MOST_LISTED)
    page = await _page(Choice.read(carried), start, call, me, is_listed=True)
    await respond(page, replace=True)


async def _read_typed(words: str, call: Call, me: Person) -> Choice:
    """Read what was typed: `mine`, a status, `in` a Smart View, then words. Raises `Unknown`."""
    statuses = (await me.organization()).lead_statuses
    choice, rest = Choice(), words[:_LONGEST].strip()
    while rest:
        first, _, after = rest.partition(" ")
        after = after.strip()
        if first.lower() == "mine" and not choice.mine:
            choice, rest = replace(choice, mine=True), after
        elif first.lower() == "in" and after and not choice.view:
            view, rest = await _find_view(after, call, me)
            choice = replace(choice, view=view.id)
        elif first.lower() == "status" and after and not choice.status:
            status, rest = find_status(after, statuses)
            if status is None:
                raise Unknown(no_status(after, statuses, call.slash))
            choice = replace(choice, status=status.id)
        elif not choice.status and (named := find_status(rest, statuses))[0]:
            choice, rest = replace(choice, status=named[0].id), named[1]
        else:
            break
    return replace(choice, words=rest)


def find_status(words: str, statuses: Sequence[Status]) -> tuple[Status | None, str]:
    """Return the status whose whole name stands first in words, the longest, and what follows."""
    return _find_first(words, [(one.label, one) for one in statuses])


def _find_first(words: str, named: Sequence[tuple[str, T]]) -> tuple[T | None, str]:
    said = words.casefold().split()
    for name, one in sorted(named, key=lambda each: len(each[0]), reverse=True):
        parts = name.casefold().split()
        if parts and said[: len(parts)] == parts:
            return one, " ".join(words.split()[len(parts) :])
    return None, words


async def _find_view(words: str, call: Call, me: Person) -> tuple[SmartView, str]:
    """Return the Smart View whose name stands first in words, and what follows.

    What was made a moment ago is looked for too. Raises `Unknown`.
    """
    found, rest = _find_first(words, [(one.name, one) for one in await me.smart_views()])
    if found is None:
        me.known.learn(me.connection.close_user_id, "smart views", None, me.now)
        views = await me.smart_views()
        found, rest = _find_first(words, [(one.name, one) for one in views])
        if found is None:
            raise Unknown(no_view(words, views, call.slash))
    return found, rest


async def _named_in_full(words: str, me: Person) -> SmartView | None:
    """Return the Smart View that has just this name, as far as Close tells."""
    with contextlib.suppress(CloseError):
        views = [(one.name, one) for one in await me.smart_views()]
        found, rest = _find_first(words, views)
        return found if not rest else None
    return None


async def _page(
    choice: Choice, skip: int, call: Call, me: Person, *, is_listed: bool = False
) -> Json:
    (query, rough), title, statuses = await asyncio.gather(
        _queries(choice, me), _title(choice, me), _statuses(me)
    )
    found = await me.close.leads.page(query, skip=skip, limit=MOST_LISTED)
    if choice.words and not found.leads and not found.total:
        with contextlib.suppress(Invalid):  # beginnings of words are not documented
            found = await me.close.leads.page(rough, skip=skip, limit=MOST_LISTED)
    if not found.leads and not is_listed:
        if not choice.view and choice.words and (view := await _named_in_full(choice.words, me)):
            return await _page(replace(choice, view=view.id, words=""), 0, call, me)
        if choice == Choice():
            return no_leads()
        if choice == Choice(words=choice.words):
            return no_lead(choice.words, slash=call.slash)
    fits = len(choice.others) <= _MENU_ROOM
    return lead_page(
        title,
        found,
        skip=skip,
        pages=str(choice),
        statuses=statuses if fits else (),
        chosen=choice.status,
        others=choice.others,
        nothing=_NOT_YOURS if choice.mine else "Nothing here.",
    )


async def _statuses(me: Person) -> Sequence[Status]:
    return (await me.organization()).lead_statuses


async def _queries(choice: Choice, me: Person) -> tuple[Query, Query]:
    """Return the query for whole words, and the one for when it finds nothing."""
    narrowed = [objects("lead")]
    if choice.status:
        narrowed.append(with_status(choice.status))
    if choice.view:
        narrowed.append(saved(choice.view))
    if choice.mine:
        fields = await me.custom_fields("lead")
        narrowed.append(owned(one.id for one in fields if _names_owner(one)))
    if not choice.words:
        return every(*narrowed), every(*narrowed)
    like = leads_like(choice.words, me.zone.key)
    return every(*narrowed, like), every(*narrowed, leads_roughly_like(choice.words))


def _names_owner(field: CustomField) -> bool:
    names = {name.casefold() for name in OWNER_FIELDS}
    return field.type == "user" and field.name.strip().casefold() in names


async def _title(choice: Choice, me: Person) -> str:
    """Say which list it is: “Your leads, Qualified, matching acme”."""
    parts = ["Your leads" if choice.mine else "Leads"]
    if choice.view:
        views = await me.smart_views()
        name = next((one.name for one in views if one.id == choice.view), "a Smart View")
        parts[0] += f" in {name}"
    if choice.status:
        statuses = await _statuses(me)
        parts.append(next((one.label for one in statuses if one.id == choice.status), "a status"))
    if choice.words:
        parts.append(f"matching “{choice.words}”")
    if parts == ["Leads"]:
        parts = ["Last changed first"]
    return ", ".join(parts)
