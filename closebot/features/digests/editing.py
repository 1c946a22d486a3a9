"""Change a digest: for the person alone whose connection it reads Close with.

Anybody else could have it show what they may not see themselves.
"""

from closebot.cards.dates import say_moment
from closebot.cards.digest_form import CHANGE, change_form
from closebot.cards.digest_list import EDIT
from closebot.cards.digest_plan import Plan
from closebot.features.digests.declared import feature
from closebot.features.digests.listing import draw_list
from closebot.features.digests.places import place_of
from closebot.features.digests.setting_up import (
    NO_DAY,
    DigestForm,
    find_views,
    find_wrong,
    make_plan,
)
from closebot.features.digests.times import NeverDue, Slot
from closebot.features.digests.turns import find_slot, is_readable, read_plan
from closebot.people import People, Person
from closebot.slack import kit
from closebot.slack.forms import Done, Errors, Reply
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond
from closebot.slack.payloads import Call
from closebot.store import Digest

_GONE = "This digest was stopped already."
_NOT_YOURS = (
    "It reads Close with somebody else's connection, so only they can change it. You can pause or "
    "stop it, and set up one of your own."
)


@feature.action(EDIT)
async def open_change(words: str, me: Person, modal: Modal, respond: Respond) -> None:
    """Open the form with what the digest is now."""
    digest, refused = await _find(words, me)
    if digest is None:
        await respond(kit.sentence(refused))
        return
    plan = _as_own(read_plan(digest), me)

    async def draw() -> Json:
        views = await find_views(me) if plan.whose == "view" else ()
        return change_form(plan, words, is_personal=digest.is_personal, views=views or ())

    await modal.open_when_ready("Edit digest", draw())


@feature.view(CHANGE, form=DigestForm, waiting="Changing the digest…", once=True)
async def change(
    form: DigestForm, call: Call, me: Person, people: People, respond: Respond
) -> Reply:
    """Let the digest be another from its next turn on; it goes out once a day all the same."""
    digest, refused = await _find(call.state, me)
    if digest is None:
        return Errors({"time": refused})
    before = read_plan(digest)
    if wrong := find_wrong(form, call, {me.zone.key, before.zone}):
        return Errors(wrong)
    plan = make_plan(form, call, me).model_copy(update={"maker": before.maker})
    try:
        slot, is_later = await _find_slot(plan, digest, me)
    except NeverDue:
        return Errors({"days": NO_DAY})
    own, kept = me.connection.owner, plan.model_dump(mode="json")
    if not await me.store.digests.change(digest.id, own, kept, slot.day.isoformat(), slot.at):
        return Errors({"time": _GONE})
    next_one = (
        _say_next(plan, slot, me, is_later=is_later)
        if digest.state == "on"
        else "It is still paused."
    )
    said = f"The digest is changed. {next_one}"
    if digest.channel == place_of(call) and not (call.in_home or call.in_public):
        await respond(await draw_list(call, people, said), replace=True)
    else:
        await respond(kit.sentence(said))
    return Done(said)


async def _find(digest_id: str, me: Person) -> tuple[Digest | None, str]:
    digest = await me.store.digests.get(digest_id)
    own = me.connection
    if digest is None or digest.owner.workspace != own.owner.workspace or not is_readable(digest):
        return None, _GONE
    if digest.owner != own.owner or digest.organization_id != own.organization_id:
        return None, _NOT_YOURS
    return digest, ""


def _as_own(plan: Plan, me: Person) -> Plan:
    """Name whose tasks those of “mine” are, where the digest was somebody else's before."""
    if plan.whose == "mine" and plan.user_ids != {me.connection.close_user_id}:
        return plan.model_copy(update={"whose": "people"})
    return plan


async def _find_slot(plan: Plan, digest: Digest, me: Person) -> tuple[Slot, bool]:
    """Find the next turn on a day that has not had its digest, and whether others were left out."""
    ends = await me.store.digest_runs.ends(digest.id)
    first = slot = find_slot(plan, me.now)
    while slot.day.isoformat() in ends:
        slot = find_slot(plan, slot.at)
    return slot, slot != first


def _say_next(plan: Plan, slot: Slot, me: Person, *, is_later: bool) -> str:
    today = me.now.astimezone(plan.where).date()
    had = "Today has had its digest already. " if is_later else ""
    return f"{had}The next one comes {say_moment(slot.at, today, plan.where)} ({plan.zone})."
