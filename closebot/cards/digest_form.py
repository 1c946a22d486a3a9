"""The form in which a digest is set up."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from closebot.cards.digest_plan import MOST_HOLIDAYS, WEEKDAYS, WORKING_DAYS, Plan, Whose
from closebot.cards.fields import USER
from closebot.cards.zones import group_zones
from closebot.close import SmartView
from closebot.slack import forms, kit
from closebot.slack.kit import Json

SAVE = "digests.save"
CHANGE = "digests.change"
WHOSE = "digests.whose"

NINE = time(9)
_WHOSE = (
    ("mine", "Mine"),
    ("people", "Chosen people"),
    ("everyone", "Everyone"),
    ("view", "Leads of a Smart View"),
)
_TYPES = (("todos", "To-dos"), ("inbox", "Everything in the inbox"))
_EMPTY = (("silent", "Stay silent"), ("say", "Say that nothing is due"))
_MENTION = (("nobody", "Nobody"), ("asked", "Those who ask for it"))
_MORE = frozenset({"people", "view", "no_view"})
_GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")


def digest_form(
    zone: str, *, is_personal: bool, working_days: Sequence[int] = WORKING_DAYS
) -> Json:
    """Draw the form for a new digest; `zone` (IANA) and `working_days` are the person's."""
    first: Whose = "mine" if is_personal else "everyone"
    where = (
        "You get it here as a direct message; nobody else sees it."
        if is_personal
        else "It is posted in this channel for everybody to see, and so is a line that says that "
        "you set it up. It shows what you may see in Close."
    )
    start = Plan(time=NINE, days=tuple(working_days), zone=zone, whose=first)
    blocks = [kit.context(where), *_fields(start, is_personal=is_personal)]
    return kit.modal(SAVE, "New digest", blocks, submit="Set up", close="Cancel")


def change_form(
    plan: Plan, digest_id: str, *, is_personal: bool, views: Sequence[SmartView] = ()
) -> Json:
    """Draw the form of a digest with what it is now."""
    more = []
    if plan.whose == "people":
        more = [people_field(plan.people)]
    elif plan.whose == "view":
        more = view_field(views, chosen=plan.view)
    blocks = _put_below_whose(_fields(plan, is_personal=is_personal), more)
    return kit.modal(
        CHANGE, "Edit digest", blocks, submit="Save", close="Cancel", metadata=digest_id
    )


def _fields(plan: Plan, *, is_personal: bool) -> list[Json]:
    days = [(str(number), name) for number, name in enumerate(WEEKDAYS)]
    zones = kit.grouped_menu("Zone", group_zones(plan.zone), chosen=plan.zone)
    types, empty = "inbox" if plan.everything else "todos", "say" if plan.says_empty else "silent"
    blocks = [
        kit.field("time", "Time", kit.timepicker(chosen=plan.time)),
        kit.field("days", "Days", kit.multi_menu("Days", days, chosen=map(str, plan.days))),
        kit.field("zone", "Time zone", zones),
        kit.field(
            "whose",
            "Whose tasks",
            kit.menu("Whose", _WHOSE, chosen=plan.whose, action_id=WHOSE),
            dispatch=True,
        ),
        kit.field("types", "Kinds", kit.menu("Kinds", _TYPES, chosen=types)),
        kit.field("empty", "When nothing is due", kit.menu("Then", _EMPTY, chosen=empty)),
    ]
    if not is_personal:
        menu = kit.menu("Whom", _MENTION, chosen="asked" if plan.may_mention else "nobody")
        blocks.append(kit.field("mention", "Mention", menu))
    blocks.append(
        kit.text_input(
            "holidays",
            "Holidays",
            hint="Days without it, one a line, such as 2026-12-25",
            initial="\n".join(map(str, plan.holidays)),
            multiline=True,
            optional=True,
        )
    )
    return blocks


def fit_whose(view: Json, views: Sequence[SmartView] | None) -> Json:
    """Draw the form again as it stands, with the field that belongs to the choice of “whose”.

    `views`: None where Close did not answer.
    """
    drawn = forms.redraw(view, {})
    whose = str(forms.read_values(view).get("whose"))
    more = []
    if whose == "people":
        more = [people_field()]
    elif whose == "view" and views is None:
        said = "Close did not answer. Choose something else, and this again in a moment."
        more = [kit.context(said) | {"block_id": "no_view"}]
    elif whose == "view":
        more = view_field(views or ())
    kept = [block for block in drawn["blocks"] if block.get("block_id") not in _MORE]
    return drawn | {"blocks": _put_below_whose(kept, more)}


def _put_below_whose(blocks: Sequence[Json], more: Sequence[Json]) -> list[Json]:
    drawn: list[Json] = []
    for block in blocks:
        drawn.append(block)
        if block.get("block_id") == "whose":
            drawn += more
    return drawn


def people_field(chosen: Sequence[tuple[str, str]] = ()) -> Json:
    """Draw the field for colleagues, several of them; `chosen`: their ids and names."""
    element: Json = {
        "type": "multi_external_select",
        "action_id": USER,
        "placeholder": kit.label("Type a name", 150),
        "min_query_length": 0,
    }
    known = kit.options(kit.option(user_id, name or user_id) for user_id, name in chosen)
    if initial := known["options"]:
        element["initial_options"] = initial
    return kit.field("people", "People", element)


def view_field(views: Sequence[SmartView], *, chosen: tuple[str, str] = ("", "")) -> list[Json]:
    """Draw the field for a Smart View of leads, or say that there is none."""
    others = sorted((one.name.casefold(), one.id, one.name) for one in views)
    first = [chosen] if chosen[0] else []
    choices = first + [(key, name) for _, key, name in others if key != chosen[0]]
    if not choices:
        return [kit.context("Close shows you no Smart View of leads.") | {"block_id": "no_view"}]
    menu = kit.grouped_menu("Smart View", [("Smart Views", choices)], chosen=chosen[0])
    return [kit.field("view", "Smart View", menu)]


def read_holidays(text: str) -> tuple[date, ...]:
    """Read days, one a line. Raises `ValueError` with a sentence that names the line."""
    found = set()
    for line in text.splitlines():
        said = line.strip().rstrip(",;")
        if not said:
            continue
        try:
            found.add(_read_day(said))
        except ValueError:
            raise ValueError(
                f"“{kit.clip(said, 60)}” is not a day. Write one a line, such as 2026-12-25."
            ) from None
    if len(found) > MOST_HOLIDAYS:
        raise ValueError(f"These are {len(found)} days; a digest takes {MOST_HOLIDAYS}.")
    return tuple(sorted(found))


def _read_day(text: str) -> date:
    if matched := _GERMAN.fullmatch(text):
        day, month, year = map(int, matched.groups())
        return date(year, month, day)
    return date.fromisoformat(text)


def read_option(view: Json, block_id: str) -> list[tuple[str, str]]:
    """Return what was chosen in a menu of a submitted form, by value and words."""
    values: Any = view.get("state", {}).get("values", {}).get(block_id, {})
    found = []
    for element in values.values():
        chosen = element.get("selected_options") or [element.get("selected_option")]
        found += [
            (str(one.get("value", "")), str(one.get("text", {}).get("text", "")))
            for one in chosen
            if isinstance(one, dict)
        ]
    return found
