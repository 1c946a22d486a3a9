"""Pages of leads: those of a status, of a Smart View, mine, or the last changed ones."""

from collections.abc import Sequence

from closebot.cards.leads import MOST_LISTED, lead_row, new_lead_button
from closebot.close import LeadsFound, SmartView, Status
from closebot.slack import kit
from closebot.slack.kit import Json

NEXT = "leads.next"
PREVIOUS = "leads.previous"
FILTER = "leads.filter"

MOST_PAGED = 200  # a search cannot skip, so what stands far down is not worth its price
ANY = "-"
_MOST_NAMES = 30


def lead_page(
    title: str,
    found: LeadsFound,
    *,
    skip: int = 0,
    pages: str = "",
    statuses: Sequence[Status] = (),
    chosen: str = "",
    others: str = "",
    nothing: str = "Nothing here.",
) -> Json:
    """Draw a page of leads.

    `skip`: how many stand before this page; `pages` says which list it is to the buttons for the
    pages before and after. With `statuses` the list can be narrowed to one, `chosen` now; `others`
    says to that menu which list it is beside the status. `nothing`: what stands in an empty list.
    """
    leads = found.leads[:MOST_LISTED]
    count = max(found.total or 0, skip + len(leads))
    counted = "1 lead" if count == 1 else f"{count} leads"
    blocks = [kit.rich(kit.line(kit.words(f"{kit.clip(title, 300)}: {counted}", bold=True)))]
    blocks += [lead_row(lead) for lead in leads]
    if not leads:
        said = "Nothing here any more." if skip else nothing
        blocks.append(kit.context(kit.quote(said, 500)))
    elif skip or count > len(leads):
        blocks.append(kit.context(_where(skip, len(leads), count)))
    acts = _turn(skip, len(leads), count, pages)
    if statuses:
        acts.append(_status_menu(statuses, chosen, others))
    if acts:
        blocks.append(kit.actions(*acts))
    return kit.message(f"{kit.quote(title, 500)}: {counted}", blocks)


def no_view(name: str, views: Sequence[SmartView], slash: str) -> Json:
    """Say that there is no such Smart View, and list those there are."""
    pieces = [kit.words("No Smart View of leads is called ", bold=True), kit.quoted(name)]
    pieces.append(kit.words(". There are:" if views else ". There is none yet; make one in Close."))
    parts = [kit.line(*pieces)]
    if views:
        shown = [kit.line(kit.code(f"{slash} leads in {_short(one)}")) for one in views]
        parts.append(kit.bullets(shown[:_MOST_NAMES]))
    blocks = [kit.rich(*parts), *_first_of(views)]
    return kit.message(f"No Smart View of leads is called “{kit.quote(name, 500)}”.", blocks)


def no_status(name: str, statuses: Sequence[Status], slash: str) -> Json:
    """Say that there is no such status, and list those there are."""
    pieces = [kit.words("No lead status is called ", bold=True), kit.quoted(name)]
    pieces.append(kit.words(". There are:" if statuses else ". There is none yet."))
    shown = [
        kit.line(kit.code(f"{slash} leads status {kit.clip(one.label, 100)}")) for one in statuses
    ]
    parts = [kit.line(*pieces), *([kit.bullets(shown[:_MOST_NAMES])] if shown else [])]
    said = f"No lead status is called “{kit.quote(name, 500)}”."
    return kit.message(said, [kit.rich(*parts), *_first_of(statuses)])


def no_leads() -> Json:
    """Say that there is no lead at all, and offer to make the first."""
    said = "There is no lead in Close yet that you may see."
    return kit.sentence(said, kit.actions(new_lead_button()))


def _first_of(named: Sequence[object]) -> list[Json]:
    said = f"The first {_MOST_NAMES} of {len(named)}."
    return [kit.context(said)] if len(named) > _MOST_NAMES else []


def _where(skip: int, shown: int, count: int) -> str:
    said = f"{skip + 1} to {skip + shown} of {count}"
    if count > MOST_PAGED and skip + shown >= MOST_PAGED:
        said += f". Only the first {MOST_PAGED} can be paged: narrow the list with more words."
    return said


def _turn(skip: int, shown: int, count: int, pages: str) -> list[Json]:
    buttons = []
    if skip:
        before = max(skip - MOST_LISTED, 0)
        buttons.append(kit.button("Previous", PREVIOUS, value=f"{before} {pages}"))
    if shown and skip + shown < min(count, MOST_PAGED):
        buttons.append(kit.button("Next", NEXT, value=f"{skip + shown} {pages}"))
    return buttons


def _status_menu(statuses: Sequence[Status], chosen: str, others: str) -> Json:
    rows = [(ANY, "Any status"), *((one.id, one.label) for one in statuses)]
    options = [(f"{one} {others}", label) for one, label in rows]
    return kit.long_menu("Status", options, chosen=f"{chosen or ANY} {others}", action_id=FILTER)


def _short(view: SmartView) -> str:
    return kit.clip(view.name.strip() or "Untitled", 100)
