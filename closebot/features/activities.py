"""Read what happened with a lead: calls, e-mails, notes, meetings, messages, changes."""

from closebot.cards.activities import MOST_LISTED, NEWER, OLDER, time_line
from closebot.cards.leads import lead_list, no_lead
from closebot.close import Kind
from closebot.people import Person
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
    usage="activity <lead> [calls/emails/notes/meetings/sms/changes/all]",
    help="Read what happened with a lead, newest first",
    example="activity Acme calls",
)
async def show_time_line(words: str, call: SlackCall, me: Person, respond: Respond) -> None:
    """Answer with the newest page of the lead's time line."""
    looked_for, kind = read_choice(words)
    if not looked_for:
        said = f"Of which lead? For example `{call.slash} activity Acme calls`."
        await respond(kit.sentence(said))
        return
    found = await me.close.leads.search(looked_for, limit=10)
    if not found.leads:
        await respond(no_lead(looked_for, slash=call.slash))
    elif len(found.leads) > 1:
        await respond(lead_list(found, looked_for))
    else:
        await respond(await _page(found.leads[0].id, found.leads[0].display_name, kind, 0, me))


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
    lead = await me.close.leads.get(lead_id)
    start = int(skip) if skip.isdecimal() and len(skip) < 7 else 0
    kind = kind if kind in KINDS else "all"
    await respond(await _page(lead.id, lead.display_name, kind, start, me), replace=True)


async def _page(lead_id: str, name: str, kind: str, skip: int, me: Person) -> Json:
    walk = me.close.activities.list(lead_id, kinds=KINDS[kind], most=MOST_LISTED, skip=skip)
    shown = await walk.first()
    return time_line(
        name,
        shown,
        today=me.today,
        zone=me.zone,
        skip=skip,
        more=bool(walk.answer.get("has_more")),
        pages=f"{kind} {lead_id}",
    )
