"""Look through what one has changed in Close with closebot."""

from closebot.cards.history import MOST_LISTED, NEWER, OLDER, Change, history
from closebot.people import Person
from closebot.slack.feature import Feature
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call
from closebot.store import Audited

feature = Feature("history")


@feature.command("history", usage="history", help="List what you changed in Close, newest first")
async def list_changes(call: Call, me: Person, respond: Respond) -> None:
    """Answer with the newest page of one's own changes."""
    await respond(await _page(0, call, me))


@feature.action(OLDER)
async def older(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Show the page of older changes in the place of this one."""
    await respond(await _page(_read_skip(words), call, me), replace=True)


@feature.action(NEWER)
async def newer(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Show the page of newer changes in the place of this one."""
    await respond(await _page(_read_skip(words), call, me), replace=True)


def _read_skip(words: str) -> int:
    return int(words) if words.isdecimal() and len(words) < 7 else 0


async def _page(skip: int, call: Call, me: Person) -> Json:
    owner = me.connection.owner
    found = await me.store.audit.of_person(owner, me.now, most=MOST_LISTED + 1, skip=skip)
    return history(
        [_as_change(one) for one in found[:MOST_LISTED]],
        slash=call.slash,
        today=me.today,
        zone=me.zone,
        skip=skip,
        more=len(found) > MOST_LISTED,
    )


def _as_change(one: Audited) -> Change:
    return Change(
        at=one.at,
        action=one.action,
        kind=one.object,
        outcome=one.outcome,
        lead_id=one.lead_id,
        used=one.origin.kind,
        verb=one.origin.name,
        channel=one.origin.channel,
    )
