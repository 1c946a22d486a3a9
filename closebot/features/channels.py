"""Tell closebot which lead a channel is about, so that nobody has to name it each time."""

from closebot.cards.channels import (
    LINK,
    MOST_LISTED,
    UNLINK,
    hidden_card,
    lead_choices,
    linked_card,
    not_linked,
    unlinked,
)
from closebot.cards.leads import no_lead
from closebot.close import Forbidden, Lead, NotFound
from closebot.people import Person
from closebot.slack import kit
from closebot.slack.feature import Feature
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call

feature = Feature("channels")


@feature.command(
    "link",
    usage="link [lead]",
    help="Say which lead this channel is about, or show it",
    example="link Acme",
)
async def link_channel(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Link the channel to the one lead that the words mean; list them when there are more."""
    if not words:
        await respond(await _shown(call, me))
        return
    found = await me.close.leads.search(words, limit=MOST_LISTED)
    if not found.leads:
        await respond(no_lead(words, slash=call.slash))
    elif len(found.leads) == 1 and (found.total or 1) == 1:
        await respond(await _link(found.leads[0], call.channel, call, me))
    else:
        await respond(lead_choices(found, words, call.channel))


@feature.action(LINK)
async def link_to_chosen(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Link the channel to a listed lead, and say so in the place of the list."""
    channel, _, lead_id = words.partition(" ")
    lead = await me.close.leads.get(lead_id)
    await respond(await _link(lead, channel, call, me), replace=True)


@feature.command("unlink", usage="unlink", help="Make this channel about no lead any more")
async def unlink_channel(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Forget the channel's lead."""
    if words:  # somebody looks for a company of that name
        said = f"Nothing was changed: `{call.slash} unlink` takes no words. "
        await respond(kit.sentence(f"{said}To look for a lead, use `{call.slash} lead Acme`."))
    elif await me.store.channels.unlink(call.workspace, call.channel):
        await respond(unlinked(slash=call.slash))
    else:
        await respond(not_linked(slash=call.slash))


@feature.action(UNLINK)
async def unlink_shown(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Forget the lead that stands on the card, not one that was linked since."""
    channel, _, lead_id = words.partition(" ")
    if await me.channel_lead(channel) not in ("", lead_id):
        said = f"This channel is linked to another lead by now: `{call.slash} link` shows it."
        await respond(kit.sentence(said), replace=True)
        return
    await me.store.channels.unlink(call.workspace, channel)
    await respond(unlinked(slash=call.slash), replace=True)


async def _link(lead: Lead, channel: str, call: Call, me: Person) -> Json:
    await me.store.channels.link(me.connection.owner, channel, lead.id, me.now)
    await me.see_lead(lead, channel)
    return linked_card(lead, channel, slash=call.slash, is_new=True)


async def _shown(call: Call, me: Person) -> Json:
    lead_id = await me.channel_lead(call.channel)
    if not lead_id:
        return not_linked(slash=call.slash)
    try:
        lead = await me.close.leads.get(lead_id)
    except (NotFound, Forbidden):
        return hidden_card(call.channel, lead_id, slash=call.slash)
    await me.see_lead(lead, call.channel)
    return linked_card(lead, call.channel, slash=call.slash, is_new=False)
