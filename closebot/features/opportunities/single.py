"""One opportunity: look at it, share it, win, lose, reopen or delete it, all on its card."""

import contextlib

from closebot.audience import RECORDS
from closebot.cards.opportunities import VIEW
from closebot.cards.opportunity_card import (
    DELETE,
    LOST,
    REOPEN,
    SHARE,
    TELL,
    WON,
    deleted_card,
    opportunity_card,
    won_line,
)
from closebot.cards.opportunity_ending import (
    DELETE_SURELY,
    LOSE,
    delete_form,
    lost_form,
    lost_note,
    read_deleted,
)
from closebot.close import (
    CloseError,
    Invalid,
    Lead,
    NotFound,
    Opportunity,
    WriteUnclear,
    create_once,
)
from closebot.features.opportunities.declared import feature
from closebot.features.opportunities.place import is_channel, put
from closebot.people import Person
from closebot.slack import kit
from closebot.slack.forms import Errors, Form, Reply
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond, SlackFailed
from closebot.slack.payloads import Call

_UNSAVED = (
    "The opportunity is lost now, but this reason was not saved. Press the button again in a "
    "moment to save it."
)
_KINDS = {"won": "won", "lost": "lost", "active": "open"}


def gone(slash: str) -> Json:
    """Say that an opportunity of an older message is no longer there."""
    return kit.sentence(
        "This opportunity is no longer in Close, or you may not see it. "
        f"List those there are again with `{slash} opps`."
    )


@feature.action(VIEW, opens="Opportunity")
async def view_opportunity(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Put the card of a listed opportunity in the place of the list."""
    try:
        deal = await me.close.opportunities.get(words)
    except NotFound:
        await respond(gone(call.slash))
        return
    if deal.lead_id:
        await me.see_lead(Lead(id=deal.lead_id, display_name=deal.lead_name), call.channel)
    await respond(_card(deal, me), replace=True)


@feature.action(SHARE)
async def share_opportunity(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Post the card for everybody in the conversation, as it is in Close now."""
    try:
        deal = await me.close.opportunities.get(words)
    except NotFound:
        await respond(gone(call.slash))
        return
    who = me.connection.close_user_name or "Somebody"
    card = opportunity_card(deal, today=me.today, zone=me.zone, shared_by=who)
    await respond(card, shared=True, holds=[RECORDS])
    with contextlib.suppress(SlackFailed):  # it is shared, whatever comes now
        card = _card(deal, me, remark="You shared this opportunity here.", is_shared=True)
        await respond(card, replace=True)


@feature.action(WON)
async def win(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Move it to the won status of its pipeline; one that is won already stays as it is."""
    try:
        deal = await me.close.opportunities.get(words)
        said = "This was won already."
        if deal.status_type != "won":
            status_id = await _find_status(deal, "won", me)
            if not status_id:
                await respond(_no_status(deal, "won"))
                return
            deal = await _move(deal, status_id, me)
            said = "You marked this as won."
    except NotFound:
        await respond(gone(call.slash))
        return
    await respond(_card(deal, me, remark=said, can_tell=is_channel(call)), replace=True)


@feature.action(TELL)
async def tell_channel(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Post one line for everybody in the conversation: who won which lead, and the value."""
    try:
        deal = await me.close.opportunities.get(words)
    except NotFound:
        await respond(gone(call.slash))
        return
    if deal.status_type != "won":
        card = _card(deal, me, remark="This is not won any more, so nobody was told.")
        await respond(card, replace=True)
        return
    await respond(won_line(me.connection.close_user_name, deal), shared=True, holds=[RECORDS])
    with contextlib.suppress(SlackFailed):  # it is told, whatever comes now
        await respond(_card(deal, me, remark="You told everybody here."), replace=True)


@feature.action(REOPEN)
async def reopen(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Move it back to the first active status of its pipeline."""
    try:
        deal = await me.close.opportunities.get(words)
        said = "This was open already."
        if not deal.is_open:
            status_id = await _find_status(deal, "active", me)
            if not status_id:
                await respond(_no_status(deal, "active"))
                return
            deal = await _move(deal, status_id, me)
            said = "You reopened this."
    except NotFound:
        await respond(gone(call.slash))
        return
    await respond(_card(deal, me, remark=said), replace=True)


class LostForm(Form):
    """Why it was lost."""

    reason: str = ""


@feature.action(LOST)
async def ask_reason(words: str, me: Person, modal: Modal) -> None:
    """Ask why, before it is marked as lost."""

    async def draw() -> Json:
        return lost_form(await me.close.opportunities.get(words))

    await modal.open_when_ready("Lost", draw())


@feature.view(LOSE, form=LostForm, waiting="Saving…", once=True)
async def lose(form: LostForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Move it to the lost status of its pipeline, then keep the reason as a note on the lead.

    When the note fails the form stays with the reason; the status is not given twice then.
    """
    try:
        deal = await me.close.opportunities.get(call.state)
        began_earlier = deal.status_type == "lost"
        if not began_earlier:
            status_id = await _find_status(deal, "lost", me)
            if not status_id:
                return Errors({"reason": kit.say_plainly(_no_status(deal, "lost")["text"])})
            deal = await _move(deal, status_id, me)
    except NotFound:
        return Errors({"reason": kit.say_plainly(gone(call.slash)["text"])})
    failed = False
    if form.reason and deal.lead_id:
        # One that an earlier press has lost may have its reason already.
        earlier = call.earlier or (deal.date_lost if began_earlier else None)
        note = lost_note(deal, form.reason)
        maker = me.connection.close_user_id
        notes = me.close.notes
        try:
            await create_once(
                lambda: notes.create(deal.lead_id, note),
                lambda since: notes.find_created(deal.lead_id, since, note, created_by=maker),
                began=me.now,
                earlier=earlier,
            )
        except CloseError:
            failed = True
    reply = await put(
        respond,
        _card(deal, me, remark="You marked this as lost."),
        "The opportunity was marked as lost.",
        replace=True,
    )
    return Errors({"reason": _UNSAVED}) if failed else reply


class DeleteForm(Form):
    """Nothing is filled in: Submit is the answer."""


@feature.action(DELETE)
async def ask_to_delete(words: str, me: Person, modal: Modal) -> None:
    """Show what would be deleted, and ask."""

    async def draw() -> Json:
        return delete_form(await me.close.opportunities.get(words), today=me.today, zone=me.zone)

    await modal.open_when_ready("Delete opportunity", draw())


@feature.view(DELETE_SURELY, form=DeleteForm, waiting="Deleting…", once=True)
async def delete(call: Call, me: Person, respond: Respond) -> Reply:
    """Delete it for good, and say so in the place of its card."""
    deal_id, lead_id, name = read_deleted(call.state)
    already = False
    try:
        await me.close.opportunities.delete(deal_id)
    except NotFound:
        already = call.earlier is None
    except WriteUnclear:
        if not await _is_gone(deal_id, me):
            raise
    card = deleted_card(name, lead_id, already=already)
    return await put(respond, card, "The opportunity is deleted.", replace=True)


async def _is_gone(deal_id: str, me: Person) -> bool:
    try:
        await me.close.opportunities.get(deal_id)
    except NotFound:
        return True
    except CloseError:  # that the deletion is unclear weighs more
        return False
    return False


async def _find_status(deal: Opportunity, kind: str, me: Person) -> str:
    """Return the first status of a kind in the opportunity's own pipeline; empty for none.

    Where none is known, Close is asked anew: it may have been made since.
    """
    for _ in range(2):
        for pipeline in (await me.organization()).pipelines:
            if pipeline.id == deal.pipeline_id or deal.status_id in {
                one.id for one in pipeline.statuses
            }:
                for one in pipeline.statuses:
                    if one.type == kind:
                        return one.id
        me.forget_setup()
    return ""


def _no_status(deal: Opportunity, kind: str) -> Json:
    pipeline = f" “{kit.quote(deal.pipeline_name, 200)}”" if deal.pipeline_name else ""
    return kit.sentence(
        f"The pipeline{pipeline} of this opportunity has no status for what is {_KINDS[kind]}. "
        "Make one in Close, then try again."
    )


async def _move(deal: Opportunity, status_id: str, me: Person) -> Opportunity:
    try:
        return await me.close.opportunities.update(deal.id, status_id=status_id)
    except Invalid:
        me.forget_setup()
        raise
    except WriteUnclear:
        with contextlib.suppress(CloseError):
            seen = await me.close.opportunities.get(deal.id)
            if seen.status_id == status_id:
                return seen
        raise


def _card(
    deal: Opportunity,
    me: Person,
    *,
    remark: str = "",
    is_shared: bool = False,
    can_tell: bool = False,
) -> Json:
    return opportunity_card(
        deal,
        today=me.today,
        zone=me.zone,
        remark=remark,
        is_shared=is_shared,
        can_tell=can_tell,
    )
