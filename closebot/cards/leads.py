"""A lead, several that match, and none.

CRM text stands in rich text and plain text, which Slack does not parse: names are shown as they
are, ping nobody and forge no link.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from closebot.cards.lead_parts import (
    contact_lines,
    custom_line,
    facts_line,
    opportunity_lines,
    say_in_short,
    say_in_words,
    say_name,
    task_line,
    with_own_status,
)
from closebot.close import Lead, LeadsFound, Status
from closebot.slack import kit
from closebot.slack.kit import Json

VIEW = "leads.view"
STATUS = "leads.status"
SHARE = "leads.share"
NEW = "leads.new"
EDIT = "leads.edit"
DELETE = "leads.delete"
ADD_NOTE = "notes.of_lead"
NEW_TASK = "tasks.of_lead"
NEW_OPPORTUNITY = "opportunities.of_lead"
LOG_CALL = "calls.of_lead"
ACTIVITIES = "activities.of_lead"

MOST_LISTED = 10
_LONGEST_WORDS = 300  # of what is carried into a new lead's form


def lead_card(
    lead: Lead,
    *,
    today: date,
    zone: ZoneInfo,
    statuses: Sequence[Status] = (),
    last_activity: str = "",
    custom: Sequence[tuple[str, str]] = (),
    names: Mapping[str, str] | None = None,
    shared_by: str = "",
    is_shared: bool = False,
) -> Json:
    """Draw one lead.

    `today` and `zone` are the reader's. With `statuses` its status can be changed from a menu;
    each option carries the lead's id and the status's. `last_activity`: what happened last, and
    when. `custom`: names and values of custom fields. `names`: of users, by id. `shared_by`: the
    name of the person who posts the card for a channel; such a card has nothing that acts, and
    neither description nor custom fields nor activity. `is_shared`: the private card after that,
    which says so in the button's place.
    """
    public = bool(shared_by)
    fields = None if public else custom_line(custom)
    parts = [
        facts_line(lead, is_public=public, names=names or {}),
        *([_below(fields)] if fields else []),
        *contact_lines(lead),
        *opportunity_lines(lead, today),
        task_line(lead, today, zone),
    ]
    if last_activity and not public:
        happened = kit.mark(kit.words(kit.clip(last_activity, 300)), "notes")
        parts.append(kit.line(kit.words("\nLast activity  ", bold=True), happened))
    blocks = [kit.header(say_name(lead)), kit.rich(*parts)]
    if public:
        said = kit.line(kit.words(f"{shared_by} shared a lead from Close", italic=True))
        blocks.insert(0, kit.rich(said))
    else:
        blocks.append(_acts(lead, statuses))
    share = [] if public or is_shared else [_share_button(lead)]
    blocks.append(kit.actions(kit.button("Open in Close", "link.lead", url=lead.html_url), *share))
    if is_shared:
        blocks.append(kit.context("You shared this lead here."))
    return kit.message(say_in_words(lead), blocks)


def lead_list(found: LeadsFound, words: str) -> Json:
    """Draw several leads, each with a button that opens its card in the list's place."""
    leads = found.leads[:MOST_LISTED]
    count = max(found.total or 0, len(found.leads))
    blocks = [kit.rich(kit.line(kit.words(f"{count} leads match ", bold=True), kit.quoted(words)))]
    blocks += [lead_row(lead) for lead in leads]
    if count > len(leads):
        more = f"The first {len(leads)} of {count}. More words narrow the search."
        blocks.append(kit.context(more))
    return kit.message(f"{count} leads match “{kit.quote(words, 200)}”", blocks)


def lead_row(lead: Lead) -> Json:
    """Draw a lead as a row whose button opens its card in the place of the list."""
    view = kit.button("View", VIEW, value=lead.id)
    return kit.row(say_name(lead), say_in_short(lead), accessory=view)


def no_lead(words: str, *, slash: str, verb: str = "") -> Json:
    """Say that nothing was found, repeat what was typed, and offer to make such a lead.

    `verb`: a known verb that the first word resembles.
    """
    pieces = [kit.words("No lead matches ", bold=True), kit.quoted(words), kit.words(".")]
    if verb:
        pieces += [kit.words(" Did you mean "), kit.code(f"{slash} {verb}"), kit.words("?")]
    pieces.append(
        kit.words(
            " Try fewer words, an e-mail address, a phone number or a domain, or make a new lead."
        )
    )
    blocks = [kit.rich(kit.line(*pieces)), kit.actions(new_lead_button(words))]
    return kit.message(f"No lead matches “{kit.quote(words, 2000)}”.", blocks)


def new_lead_button(words: str = "") -> Json:
    """Draw the button that opens the form for a new lead, with these words in it."""
    return kit.button("New lead", NEW, value=words.strip()[:_LONGEST_WORDS])


def _acts(lead: Lead, statuses: Sequence[Status]) -> Json:
    """Draw what can be done with the lead."""
    elements = [
        kit.button("Add note", ADD_NOTE, value=lead.id),
        kit.button("New task", NEW_TASK, value=lead.id),
        kit.overflow(
            [
                (NEW_OPPORTUNITY, lead.id, "New opportunity"),
                (EDIT, lead.id, "Edit"),
                (LOG_CALL, lead.id, "Log call"),
                (ACTIVITIES, lead.id, "Activities"),
                (DELETE, lead.id, "Delete"),
            ]
        ),
    ]
    if statuses:
        there = with_own_status(statuses, lead)
        options = [(f"{lead.id} {one.id}", one.label) for one in there]
        chosen = f"{lead.id} {lead.status_id}"
        elements.insert(0, kit.long_menu("Status", options, chosen=chosen, action_id=STATUS))
    return kit.actions(*elements)


def _share_button(lead: Lead) -> Json:
    asked = kit.confirm(
        "Share this lead?",
        "Everybody in this conversation will see its status, contacts, open opportunities and "
        "next task.",
        "Share",
    )
    return kit.button("Share here", SHARE, value=lead.id, confirm=asked)


def _below(line: Json) -> Json:
    """Put a line of the card on one of its own."""
    return kit.line(kit.words("\n"), *line["elements"])
