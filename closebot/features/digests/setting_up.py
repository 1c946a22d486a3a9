"""Set a digest up: when, on which days, whose tasks; for a channel or for oneself."""

import logging
from collections.abc import Collection
from datetime import date, time
from typing import Literal
from uuid import UUID, uuid5

from pydantic import field_validator

from closebot.audience import Refused
from closebot.cards.digest_form import (
    SAVE,
    WHOSE,
    digest_form,
    fit_whose,
    read_holidays,
    read_option,
)
from closebot.cards.digest_list import announcement, set_up
from closebot.cards.digest_plan import Plan
from closebot.cards.zones import ZONES
from closebot.close import CloseError, SmartView
from closebot.features.digests.declared import feature
from closebot.features.digests.places import is_personal, place_of
from closebot.features.digests.posting import NO_PLACE, name_post, post_once
from closebot.features.digests.times import NeverDue
from closebot.features.digests.turns import find_slot
from closebot.people import Person
from closebot.slack import kit
from closebot.slack.forms import Done, Errors, Form, Reply
from closebot.slack.outgoing import Modal, Outgoing, Respond, SlackFailed, SlackUnclear
from closebot.slack.payloads import Call
from closebot.store import Digest

log = logging.getLogger(__name__)

_IDS = UUID("0c5bb5a4-2f33-45a0-8e3c-4c2d3c1b7f52")
MOST_OF_CHANNEL = 15
NO_DAY = "With these days and holidays it would never go out."
_NOT_HERE = (
    "closebot is not in this conversation, so it cannot post here. Invite it with /invite, then "
    "press Set up again."
)


class DigestForm(Form):
    """What a digest is to be."""

    time: time
    days: tuple[int, ...]
    zone: str
    whose: Literal["mine", "people", "everyone", "view"] = "mine"
    people: tuple[str, ...] = ()
    view: str = ""
    types: Literal["todos", "inbox"] = "todos"
    empty: Literal["silent", "say"] = "silent"
    mention: Literal["nobody", "asked"] = "nobody"
    holidays: tuple[date, ...] = ()

    @field_validator("days", mode="after")
    @classmethod
    def _some_days(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        days = tuple(sorted({day for day in value if 0 <= day < 7}))
        if not days:
            raise ValueError("Choose at least one day.")
        return days

    @field_validator("holidays", mode="before")
    @classmethod
    def _as_days(cls, value: object) -> tuple[date, ...]:
        return read_holidays(str(value))


@feature.command(
    "digest",
    usage="digest",
    help="Set up a list of due tasks for this channel, or for yourself",
)
async def open_form(call: Call, me: Person, modal: Modal) -> None:
    """Open the form for a new digest; in a direct message it is a personal one."""
    form = digest_form(
        me.zone.key, is_personal=is_personal(call.channel), working_days=me.preferences.days
    )
    await modal.open(form)


@feature.action(WHOSE)
async def fit_form(words: str, call: Call, me: Person, modal: Modal) -> None:
    """Show the field that belongs to what was chosen."""
    views = await find_views(me) if words == "view" else ()
    await modal.update(fit_whose(call.view or {}, views))


@feature.view(SAVE, form=DigestForm, waiting="Setting the digest up…", once=True)
async def save_digest(
    form: DigestForm, call: Call, me: Person, slack: Outgoing, respond: Respond
) -> Reply:
    """Remember the digest, say so in the channel, and tell the person how it goes on."""
    if wrong := find_wrong(form, call, {me.zone.key}):
        return Errors(wrong)
    plan = make_plan(form, call, me)
    try:
        slot = find_slot(plan, me.now)
    except NeverDue:
        return Errors({"days": NO_DAY})
    store = me.store.digests
    if len(await store.of_channel(call.workspace, place_of(call))) >= MOST_OF_CHANNEL:
        return Errors({"time": f"This channel has {MOST_OF_CHANNEL} digests: stop one first."})
    own = me.connection
    digest = Digest(
        id=str(uuid5(_IDS, str((call.view or {}).get("id")) + call.user)),
        owner=own.owner,
        channel=place_of(call),
        made_by=call.user,
        close_user_id=own.close_user_id,
        organization_id=own.organization_id,
        plan=plan.model_dump(mode="json"),
        next_day=slot.day.isoformat(),
        next_at=slot.at,
        made_at=me.now,
        is_personal=is_personal(call.channel),
    )
    if refused := await _announce(plan, digest, call, slack):
        return Errors({"time": refused})
    await store.add(digest)
    await respond(set_up(plan, digest.id, slot.at, me.now.astimezone(plan.where).date(),
                         slash=call.slash))  # fmt: skip
    return Done("The digest is set up.")


def find_wrong(form: DigestForm, call: Call, zones: Collection[str]) -> dict[str, str]:
    """Return what cannot be taken of a form, by field; `zones` may be chosen besides all others."""
    if form.zone not in ZONES and form.zone not in zones:
        return {"zone": "This time zone is not known. Choose one of the list."}
    missing = {"people": not form.people, "view": not form.view}
    if missing.get(form.whose):
        said = "Choose at least one person below." if form.whose == "people" else (
            "Choose a Smart View below.")  # fmt: skip
        asked = [block.get("block_id") for block in (call.view or {}).get("blocks", [])]
        return {form.whose if form.whose in asked else "whose": said}
    return {}


async def _announce(plan: Plan, digest: Digest, call: Call, slack: Outgoing) -> str:
    """Say where it will be posted who set it up; return why closebot may not, if it may not."""
    message = announcement(plan, is_personal=digest.is_personal, slash=call.slash)
    try:
        if digest.is_personal:  # their conversation with the bot, which they may never have opened
            await slack.call("conversations.open", users=digest.channel)
        await post_once(slack, digest.channel, name_post(digest.id, "set up"), message)
    except Refused as refused:
        return kit.say_plainly(refused.sentence)
    except SlackUnclear:
        return ""  # it stands there or not; what counts is the digest
    except SlackFailed as error:
        log.info("a digest could not be announced: %s", error)
        if error.code in NO_PLACE:
            return _NOT_HERE
        if not error.code.startswith("duplicate_"):
            raise
    return ""


def make_plan(form: DigestForm, call: Call, me: Person) -> Plan:
    """Make the plan that a form asks for."""
    own = me.connection
    names = dict(read_option(call.view or {}, "people"))
    people: tuple[tuple[str, str], ...] = ()
    if form.whose == "mine":
        people = ((own.close_user_id, own.close_user_name),)
    elif form.whose == "people":
        people = tuple((one, names.get(one, "")) for one in form.people)
    view = ("", "")
    if form.whose == "view":
        view = (form.view, dict(read_option(call.view or {}, "view")).get(form.view, ""))
    return Plan(
        time=form.time,
        days=form.days,
        zone=form.zone,
        holidays=form.holidays,
        whose=form.whose,
        people=people,
        view=view,
        everything=form.types == "inbox",
        says_empty=form.empty == "say",
        may_mention=form.mention == "asked",
        maker=own.close_user_name,
    )


async def find_views(me: Person) -> tuple[SmartView, ...] | None:
    """Return the Smart Views that a digest may be about; None when Close does not answer."""
    try:
        return await me.smart_views()
    except CloseError:
        return None
