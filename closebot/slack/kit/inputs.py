"""Fields of forms, and menus. A field's block id is its name in the form.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Iterable, Sequence
from datetime import date, time

from closebot.slack.kit.texts import (
    LABEL,
    MOST_OPTIONS,
    OPTION,
    OPTION_VALUE,
    Json,
    label,
    plain,
)

MOST_ENTRIES = 5

Choice = tuple[str, str]  # what comes back, and the words that stand there


def field(
    block_id: str,
    words: str,
    element: Json,
    *,
    hint: str = "",
    optional: bool = False,
    dispatch: bool = False,
) -> Json:
    """Put a label over an element; `dispatch`: every change is told as an action as well."""
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": label(words, LABEL),
        "element": element,
        "optional": optional,
    }
    if dispatch:
        block["dispatch_action"] = True
    return block | {"hint": label(hint, LABEL)} if hint else block


def option(value: str, words: str, *, details: str = "") -> Json:
    """Make an option of a menu from outside text; `details` is a smaller line below."""
    drawn: Json = {"text": plain(words.strip() or "Untitled", OPTION), "value": value}
    return drawn | {"description": plain(details, OPTION)} if details.strip() else drawn


def options(drawn: Iterable[Json]) -> Json:
    """Answer an external select with a list; what Slack would refuse it for is left out."""
    return {"options": _distinct(drawn)}


def external_select(
    action_id: str, placeholder: str, *, initial: Json | None = None, least: int = 0
) -> Json:
    """Draw a menu whose options come as one types; `least`: letters before it asks."""
    element: Json = {
        "type": "external_select",
        "action_id": action_id,
        "placeholder": label(placeholder, 150),
        "min_query_length": least,
    }
    return element | {"initial_option": initial} if initial else element


def menu(
    placeholder: str,
    choices: Sequence[Choice],
    *,
    chosen: str = "",
    action_id: str = "value",
) -> Json:
    """Draw a menu of at least one and at most 100 choices."""
    drawn = _distinct(option(value, words) for value, words in choices)
    element: Json = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": label(placeholder, 150),
        "options": drawn,
    }
    return element | _initial(drawn, chosen)


def grouped_menu(
    placeholder: str,
    groups: Sequence[tuple[str, Sequence[Choice]]],
    *,
    chosen: str = "",
    action_id: str = "value",
) -> Json:
    """Draw a menu of choices under headings; a group of more than 100 goes on under another.

    There are at most 100 headings: what comes after them is left out.
    """
    drawn: list[Json] = []
    for name, choices in groups:
        made = _distinct((option(value, words) for value, words in choices), most=10_000)
        for start in range(0, len(made), MOST_OPTIONS):
            heading = f"{name} (continued)" if start else name
            part = made[start : start + MOST_OPTIONS]
            drawn.append({"label": plain(heading.strip() or "Untitled", OPTION), "options": part})
    drawn = drawn[:MOST_OPTIONS]
    element: Json = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": label(placeholder, 150),
        "option_groups": drawn,
    }
    return element | _initial([one for group in drawn for one in group["options"]], chosen)


def long_menu(
    placeholder: str,
    choices: Sequence[Choice],
    *,
    chosen: str = "",
    action_id: str = "value",
) -> Json:
    """Draw a menu of any number of choices: more than a plain one holds stand under headings."""
    if len(choices) <= MOST_OPTIONS:
        return menu(placeholder, choices, chosen=chosen, action_id=action_id)
    groups = [(placeholder, choices)]
    return grouped_menu(placeholder, groups, chosen=chosen, action_id=action_id)


def multi_menu(placeholder: str, choices: Sequence[Choice], *, chosen: Iterable[str] = ()) -> Json:
    """Draw a menu of which several may be chosen."""
    drawn = _distinct(option(value, words) for value, words in choices)
    picked = set(chosen)
    element: Json = {
        "type": "multi_static_select",
        "action_id": "value",
        "placeholder": label(placeholder, 150),
        "options": drawn,
    }
    initial = [one for one in drawn if one["value"] in picked]
    return element | {"initial_options": initial} if initial else element


def radio(choices: Sequence[Choice], *, chosen: str = "") -> Json:
    """Draw a few choices side by side, with words of ours; at most ten."""
    drawn = [{"text": label(words), "value": value} for value, words in choices[:10]]
    element: Json = {"type": "radio_buttons", "action_id": "value", "options": drawn}
    return element | _initial(drawn, chosen)


def datepicker(*, chosen: date | None = None, placeholder: str = "Pick a date") -> Json:
    """Draw a calendar."""
    element: Json = {
        "type": "datepicker",
        "action_id": "value",
        "placeholder": label(placeholder, 150),
    }
    return element | {"initial_date": chosen.isoformat()} if chosen else element


def timepicker(*, chosen: time | None = None, placeholder: str = "Pick a time") -> Json:
    """Draw a clock; the time is one of the person's own zone."""
    element: Json = {
        "type": "timepicker",
        "action_id": "value",
        "placeholder": label(placeholder, 150),
    }
    return element | {"initial_time": f"{chosen:%H:%M}"} if chosen else element


def overflow(entries: Sequence[tuple[str, str, str]]) -> Json:
    """Draw the “…” menu of at most five entries: what answers it, what it carries, its words.

    The words are ours. The id of what answers stands in the entry, so that one menu serves many.
    """
    drawn = [
        {"text": label(words), "value": f"{action_id} {value}".strip()}
        for action_id, value, words in entries[:MOST_ENTRIES]
    ]
    return {"type": "overflow", "action_id": "more", "options": drawn}


def _distinct(drawn: Iterable[Json], most: int = MOST_OPTIONS) -> list[Json]:
    kept: dict[str, Json] = {}
    for one in drawn:
        if 0 < len(one["value"]) <= OPTION_VALUE:
            kept.setdefault(one["value"], one)
    return list(kept.values())[:most]


def _initial(drawn: Sequence[Json], chosen: str) -> Json:
    found = [one for one in drawn if one["value"] == chosen]
    return {"initial_option": found[0]} if found and chosen else {}
