"""The app's home tab: what is mine in Close and here; for others what closebot is for.

A part that is not there yet, or could not be had, says so in its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from closebot.cards.connect import DISCONNECT, connect_button
from closebot.cards.dates import say_moment
from closebot.cards.digest_list import Listed, digest_buttons
from closebot.cards.digest_plan import say_times, say_whose
from closebot.cards.leads import VIEW as VIEW_LEAD
from closebot.cards.opportunities import opportunity_row
from closebot.cards.settings import OPEN as OPEN_SETTINGS
from closebot.cards.tasks import group_of, task_row
from closebot.close import Opportunity, Task
from closebot.slack import kit
from closebot.slack.kit import Json

AGAIN = "home.again"

MOST_TASKS = 8
MOST_DEALS = 5
MOST_RECENT = 5
MOST_DIGESTS = 5
_SHORT = 150


@dataclass(frozen=True, slots=True)
class Missing:
    """What stands in the place of a part: a sentence of ours, and the button that may help."""

    said: str
    button: Json | None = None


LOADING = Missing(":hourglass_flowing_sand: Loading…")
AGAIN_BUTTON = kit.button("Try again", AGAIN)


@dataclass(frozen=True, slots=True)
class Mine:
    """Records of Close and how many of them there are in all."""

    tasks: Sequence[Task] = ()
    deals: Sequence[Opportunity] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A digest that somebody has set up, and the channel that it is in; empty for their own."""

    listed: Listed
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom somebody acts as, since when (a plain sentence), and what they have chosen."""

    name: str
    organization: str
    since: str
    settings: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it: the day and the zone where they are, and their Close user."""

    today: date
    zone: ZoneInfo
    user_id: str


def welcome(slash: str, said: Sequence[Json] = (), *, why: str = "") -> Json:
    """Draw the home tab of somebody who is not connected. `why`: a sentence that says why not."""
    points = (
        "Look leads up, add notes, calls and tasks, and move opportunities, without leaving Slack.",
        "You act as yourself in Close: you see here what you may see there, and nothing more.",
        "What you look up is for you alone until you share it.",
    )
    blocks = [
        *_said(said),
        kit.header("Close, from Slack"),
        kit.rich(kit.bullets(kit.line(kit.words(point)) for point in points)),
        *([kit.section(why)] if why else []),
        kit.actions(connect_button()),
        kit.context(
            f"Then try, in any conversation, `{slash} lead Acme`. `{slash} help` shows the rest."
        ),
    ]
    return kit.home(blocks)


def home_view(
    *,
    tasks: Mine | Missing,
    deals: Mine | Missing,
    recents: Sequence[tuple[str, str]] | Missing,
    digests: Sequence[Placed] | Missing,
    account: Account,
    reader: Reader,
    slash: str,
    said: Sequence[Json] = (),
) -> Json:
    """Draw the home tab of somebody who is connected. `said`: what was just done there.

    `recents`: ids and names of leads.
    """
    return kit.home(
        [
            *_said(said),
            *_tasks(tasks, reader, slash),
            *_deals(deals, reader, slash),
            *_recents(recents, slash),
            *_digests(digests, reader, slash),
            *_account(account),
        ]
    )


def _said(blocks: Sequence[Json]) -> list[Json]:
    return [*blocks, kit.divider()] if blocks else []


def _missing(title: str, part: Missing) -> list[Json]:
    return [kit.header(title), kit.section(part.said, accessory=part.button)]


def _tasks(part: Mine | Missing, reader: Reader, slash: str) -> list[Json]:
    if isinstance(part, Missing):
        return _missing("Tasks due", part)
    blocks = [kit.header(f"Tasks due: {part.total}")]
    shown = part.tasks[:MOST_TASKS]
    heading = ""
    for task in shown:
        group = group_of(task, reader.today, reader.zone)
        if group != heading:
            heading = group
            blocks.append(kit.rich(kit.line(kit.words(group, bold=True))))
        blocks += task_row(task, reader.today, reader.zone, reader=reader.user_id)
    if not shown:
        blocks.append(kit.context(f"Nothing is due. `{slash} tasks` shows what comes later."))
    elif len(shown) < part.total:
        said = f"The first {len(shown)} of {part.total}. `{slash} tasks` shows all that are open."
        blocks.append(kit.context(said))
    return blocks


def _deals(part: Mine | Missing, reader: Reader, slash: str) -> list[Json]:
    if isinstance(part, Missing):
        return _missing("Open opportunities", part)
    blocks = [kit.header(f"Open opportunities: {part.total}")]
    shown = part.deals[:MOST_DEALS]
    blocks += [opportunity_row(deal, reader.today, reader=reader.user_id) for deal in shown]
    if not shown:
        blocks.append(kit.context(f"None is yours. `{slash} opp new Acme` makes one."))
    elif len(shown) < part.total:
        said = f"Those that close next; `{slash} opps` shows all {part.total}."
        blocks.append(kit.context(said))
    return blocks


def _recents(part: Sequence[tuple[str, str]] | Missing, slash: str) -> list[Json]:
    title = "Recent leads"
    if isinstance(part, Missing):
        return _missing(title, part)
    blocks = [kit.header(title)]
    for lead_id, name in part[:MOST_RECENT]:
        view = kit.button("View", VIEW_LEAD, value=lead_id)
        blocks.append(kit.row(kit.clip(name.strip() or "Untitled", _SHORT), "", accessory=view))
    if not part:
        blocks.append(kit.context(f"Leads that you look at stand here. `{slash} lead Acme`"))
    return blocks


def _digests(part: Sequence[Placed] | Missing, reader: Reader, slash: str) -> list[Json]:
    title = "Digests you set up"
    if isinstance(part, Missing):
        return _missing(title, part)
    blocks = [kit.header(title)]
    for placed in part[:MOST_DIGESTS]:
        blocks += _digest(placed, reader)
    if not part:
        said = f"None. `{slash} digest` sets one up for a channel, or for you alone."
        blocks.append(kit.context(said))
    elif len(part) > MOST_DIGESTS:
        said = f"The first {MOST_DIGESTS} of {len(part)}. `{slash} digests` in a channel shows its."
        blocks.append(kit.context(said))
    return blocks


def _digest(placed: Placed, reader: Reader) -> list[Json]:
    one = placed.listed
    if one.next_at is not None:
        when = f"next {say_moment(one.next_at, reader.today, reader.zone)}"
    else:
        when = "paused" + (f": {kit.clip(one.why, 300)}" if one.why else "")
    place = [kit.channel(placed.channel)] if placed.channel else [kit.words("to you alone")]
    line = kit.line(
        kit.words(f"{say_times(one.plan)}: {say_whose(one.plan)}\n", bold=True),
        *place,
        kit.words(f"  ·  {when}"),
    )
    return [kit.rich(line), kit.actions(*digest_buttons(one))]


def _account(account: Account) -> list[Json]:
    name = kit.clip(account.name.strip() or "somebody without a name", _SHORT)
    of = kit.clip(account.organization.strip() or "an organization without a name", _SHORT)
    asked = kit.confirm(
        "Disconnect from Close?",
        "Your access is deleted here, with your settings, recent leads and personal digests.",
        "Disconnect",
    )
    return [
        kit.divider(),
        kit.rich(
            kit.line(
                kit.words("You are "),
                kit.words(name, bold=True),
                kit.words(f" of {of} in Close, {account.since}.\n{account.settings}"),
            )
        ),
        kit.actions(
            kit.button("Settings", OPEN_SETTINGS),
            kit.button("Disconnect", DISCONNECT, style="danger", confirm=asked),
        ),
    ]
