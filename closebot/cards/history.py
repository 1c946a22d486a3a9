"""What somebody has written to Close, newest first: kinds, moments and places, never the text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from closebot.cards.dates import say_moment
from closebot.close.ids import APP_URL, find_lead_id
from closebot.slack import kit
from closebot.slack.kit import Json

NEWER = "history.newer"
OLDER = "history.older"
MOST_LISTED = 10

_DID = {"create": "created", "update": "changed", "delete": "deleted"}
_USED = {
    "button": "with a button",
    "modal": "with a form",
    "shortcut": "with a shortcut",
    "digest": "by a digest",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One write. `used` and `verb` say where in Slack it came from; `channel` is an id or empty."""

    at: datetime
    action: str
    kind: str
    outcome: str
    lead_id: str = ""
    used: str = ""
    verb: str = ""
    channel: str = ""


def history(
    changes: Sequence[Change],
    *,
    slash: str,
    today: date,
    zone: ZoneInfo,
    skip: int = 0,
    more: bool = False,
) -> Json:
    """Draw a page of changes. `skip`: how many newer ones stand before it; `more`: older ones."""
    title = "What you changed in Close"
    blocks = [kit.rich(kit.line(kit.words(title, bold=True)))]
    blocks += [kit.rich(*_say(one, slash, today, zone)) for one in changes]
    if not changes:
        blocks.append(kit.section("Nothing here." if skip else "Nothing in the last 90 days."))
    blocks.append(kit.context("Changes made with closebot in the last 90 days. Only you see this."))
    buttons = []
    if skip:
        buttons.append(kit.button("Newer", NEWER, value=str(max(skip - MOST_LISTED, 0))))
    if more:
        buttons.append(kit.button("Older", OLDER, value=str(skip + len(changes))))
    if buttons:
        blocks.append(kit.actions(*buttons))
    return kit.message(title, blocks)


def _say(one: Change, slash: str, today: date, zone: ZoneInfo) -> tuple[Json, Json]:
    what = [kit.words(say_change(one), bold=True)]
    gone = one.kind == "lead" and one.action == "delete" and one.outcome == "done"
    if find_lead_id(one.lead_id) and not gone:
        words = "Open in Close" if one.kind == "lead" else "Its lead in Close"
        what += [kit.words("  ·  "), kit.link(f"{APP_URL}/lead/{one.lead_id}/", words)]
    where = [kit.words(say_moment(one.at, today, zone))]
    if one.used == "command":
        where += [kit.words("  ·  with "), kit.code(f"{slash} {one.verb}".strip())]
    elif one.used in _USED:
        where.append(kit.words(f"  ·  {_USED[one.used]}"))
    if one.channel.startswith("D"):
        where.append(kit.words(" in a direct message"))
    elif one.channel:
        where += [kit.words(" in "), kit.channel(one.channel)]
    return kit.line(*what), kit.line(*where)


def say_change(one: Change) -> str:
    """Say what was done to what kind of record, and how it ended: “Created a note”."""
    kind = kit.clip(one.kind.replace("_", " "), 100) or "record"
    did = f"{_DID.get(one.action, 'changed')} {'an' if kind[0] in 'aeio' else 'a'} {kind}"
    if one.outcome == "unclear":
        return f"May have {did}: look in Close"
    return (
        f"Refused, nothing changed: would have {did}"
        if one.outcome == "refused"
        else (did.capitalize())
    )
