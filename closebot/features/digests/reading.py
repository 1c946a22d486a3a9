"""Due tasks for one person: their own at once, and all of a digest where not all fit."""

from datetime import datetime
from zoneinfo import ZoneInfo

from closebot.cards.digest_plan import Plan
from closebot.cards.digests import (
    DONE_HERE,
    PAGE,
    SHOW_ALL,
    TURN,
    TURN_BACK,
    Due,
    all_tasks,
    mark_done,
    own_tasks,
)
from closebot.close import NotFound
from closebot.features.digests.declared import feature
from closebot.features.digests.sweep import Wanted, find_due, find_leads
from closebot.features.digests.turns import read_plan
from closebot.people import Person
from closebot.slack import forms, kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond
from closebot.slack.payloads import Call

_GONE = "This digest was stopped. `{slash} digest now` shows what you have to do yourself."


@feature.command("digest now", usage="digest now", help="See your own due tasks at once")
async def show_own(call: Call, me: Person, respond: Respond) -> None:
    """Show one's own overdue tasks and those of today, privately."""
    own = me.connection
    plan = Plan(
        time=me.now.time(),
        days=(),
        zone=me.zone.key,
        people=((own.close_user_id, own.close_user_name),),
    )
    [due] = await find_due(me.close, [Wanted(plan, me.zone)], me.now)
    await respond(own_tasks(due, today=me.today, zone=me.zone, slash=call.slash))


@feature.action(SHOW_ALL)
async def show_all(words: str, call: Call, me: Person, modal: Modal) -> None:
    """Open everything that is due in a digest, as far as this person may see it."""
    await modal.open_when_ready("Due tasks", _draw(words, call, me))


@feature.action(TURN)
@feature.action(TURN_BACK)
async def turn(words: str, call: Call, me: Person, modal: Modal) -> None:
    """Turn to another page."""
    await modal.update(await _draw(words, call, me))


@feature.action(DONE_HERE)
async def finish_here(words: str, call: Call, me: Person, modal: Modal) -> None:
    """Tick a task off, and say so in its row."""
    try:
        await me.close.tasks.complete(words)
        at = f"{me.now.astimezone(me.zone):%H:%M}"
        said = f"Done by {kit.clip(me.connection.close_user_name or 'you', 100)}, {at}"
    except NotFound:
        said = "This task is no longer in Close, or you may not see it."
    view = call.view or {}
    await modal.update(forms.redraw(view, {}) | {"blocks": mark_done(view, words, said)})


async def _draw(words: str, call: Call, me: Person) -> Json:
    digest_id, _, start = words.partition(" ")
    skip = int(start) if start.isdecimal() and len(start) < 6 else 0
    digest = await me.store.digests.get(digest_id)
    if digest is None or digest.owner.workspace != me.connection.owner.workspace:
        return kit.modal("digests.all", "Due tasks", [kit.section(_GONE.format(slash=call.slash))])
    plan = read_plan(digest)
    due = await _find(plan, me, skip + PAGE, me.now, plan.where)
    return all_tasks(digest_id, due, skip, today=me.now.astimezone(plan.where).date(),
                     zone=plan.where, reader=me.connection.close_user_id)  # fmt: skip


async def _find(plan: Plan, me: Person, most: int, now: datetime, zone: ZoneInfo) -> Due:
    leads = await find_leads(me.close, plan.view[0]) if plan.whose == "view" else None
    [due] = await find_due(me.close, [Wanted(plan, zone, leads, most)], now)
    return due
