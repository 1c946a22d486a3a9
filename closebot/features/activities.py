"""Read what happened with a lead: calls, e-mails, notes, meetings, messages, changes."""

from closebot.cards.activities import MOST_LISTED, NEWER, OLDER, time_line
from closebot.cards.leads import ACTIVITIES, lead_list, no_lead
from closebot.close import Kind, Lead
from closebot.people import Person, find_meant, name_lead
from closebot.slack import kit
from closebot.slack.feature import Feature
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call as SlackCall

feature = Feature("activities")

KINDS: dict[str, tuple[Kind, ...]] = {
    "all": (),
    "calls": ("Call",),
    "emails": ("Email",),
    "notes": ("Note",),
    "meetings": ("Meeting",),
    "sms": ("SMS", "WhatsAppMessage"),
    "changes": ("LeadStatusChange", "OpportunityStatusChange"),
}


@feature.command(
    "activity",
    usage="activity [lead] [calls/emails/notes/meetings/sms/changes/all]",
    help="Read what happened with a lead, newest first",
    example="activity Acme calls",
)
async def show_time_line(words: str, call: SlackCall, me: Person, respond: Respond) -> None:
    """Answer with the newest page of the lead's time line; without words, of the channel's lead."""
    looked_for, kind = read_choice(words)
    if not looked_for or looked_for.lower() in KINDS:
        meant = await find_meant(me, "", call.channel)
        kind = looked_for.lower() or kind
        if meant.lead is None:
            said = f"Of which lead? For example `{call.slash} activity Acme calls`."
            await respond(kit.sentence(said))
        else:
            await me.see_lead(meant.lead, call.channel)
            await respond(await _page(meant.lead, kind, 0, me))
        return
    found = await me.close.leads.search(looked_for, limit=10)
    if not found.leads:
        await respond(no_lead(looked_for, slash=call.slash))
    elif len(found.leads) > 1:
        await respond(lead_list(found, looked_for))
    else:
        await me.see_lead(found.leads[0], call.channel)
        await respond(await _page(found.leads[0], kind, 0, me))


@feature.action(ACTIVITIES)
async def show_time_line_of_lead(words: str, me: Person, respond: Respond) -> None:
    """Answer a lead's card with the newest page of its time line."""
    await respond(await _page(await name_lead(me, words), "all", 0, me))


@feature.action(OLDER)
async def older(words: str, me: Person, respond: Respond) -> None:
    """Show the page of older activities in the place of this one."""
    await _turn(words, me, respond)


@feature.action(NEWER)
async def newer(words: str, me: Person, respond: Respond) -> None:
    """Show the page of newer activities in the place of this one."""
    await _turn(words, me, respond)


def read_choice(words: str) -> tuple[str, str]:
    """Read a lead and, as the last word, the kind of activity."""
    parts = words.split()
    if len(parts) > 1 and parts[-1].lower() in KINDS:
        return " ".join(parts[:-1]), parts[-1].lower()
    return words.strip(), "all"


async def _turn(words: str, me: Person, respond: Respond) -> None:
    skip, kind, lead_id = (*words.split(" ", 2), "", "", "")[:3]
    lead = await name_lead(me, lead_id)
    start = int(skip) if skip.isdecimal() and len(skip) < 7 else 0
    kind = kind if kind in KINDS else "all"
    await respond(await _page(lead, kind, start, me), replace=True)


async def _page(lead: Lead, kind: str, skip: int, me: Person) -> Json:
    walk = me.close.activities.list(lead.id, kinds=KINDS[kind], most=MOST_LISTED, skip=skip)
    shown = await walk.first()
    return time_line(
        lead,
        shown,
        today=me.today,
        zone=me.zone,
        skip=skip,
        more=bool(walk.answer.get("has_more")),
        kind=kind,
    )
