"""What an element holds: its state at the start, and after somebody used it.

The shapes are those of `state.values` in a payload:
https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
"""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from closebot.sandbox.slack_api.records import Json, Values
from closebot.sandbox.slack_api.written import TIME, is_day

# Element type → the key of its state, the attribute that sets it at the start, what empty is.
_STATES: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "file_input": ("files", "", []),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "users_select": ("selected_user", "initial_user", None),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "multi_users_select": ("selected_users", "initial_users", []),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "checkboxes": ("selected_options", "initial_options", []),
    "radio_buttons": ("selected_option", "initial_option", None),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
}
_OPTIONS = ("selected_option", "selected_options")
# What the pickers of Slack hand out; nothing else can be entered in one.
_PICKED: dict[str, Callable[[str], Any]] = {
    "datepicker": is_day,
    "timepicker": re.compile(TIME).fullmatch,
    "datetimepicker": re.compile(r"[0-9]{1,10}").fullmatch,
}


class NoSuchChoice(LookupError):
    """An element that has no such option."""


def elements_of(block: Json) -> list[Json]:
    """Return the elements of a block that can be used."""
    alone = [block.get("element"), block.get("accessory")]
    found: list[Json] = [element for element in alone if isinstance(element, dict)]
    if block["type"] in {"actions", "context_actions"}:
        found += block.get("elements", [])
    if block["type"] == "card":
        found += block.get("actions", [])
    for inner in _inner_blocks(block):
        found += elements_of(inner)
    return found


def _inner_blocks(block: Json) -> list[Json]:
    if block["type"] == "carousel":
        return list(block.get("elements", []))
    return list(block.get("child_blocks", []))


def placed_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Go through the elements that can be used, each with the block that it stands in."""
    for block in blocks:
        for element in elements_of(block):
            yield block, element


def find_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    """Find an element by its ids. Raises `LookupError`."""
    for block, element in placed_elements(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return block, element
    raise LookupError(f"there is no element {block_id}/{action_id}")


def fill_in_ids(blocks: list[Json], token: Callable[[int], str]) -> list[Json]:
    """Copy blocks and give an id to each block and element that has none, as Slack does."""
    copied = deepcopy(blocks)
    for block in copied:
        if not block.get("block_id"):
            block["block_id"] = token(3)[:5]
        for element in elements_of(block):
            if not element.get("action_id") and element.get("type") != "image":
                element["action_id"] = token(3)[:5]
    return copied


def initial_state(element: Json, default: str = "") -> Json | None:
    """Return what an element holds at the start; None for one that holds nothing.

    `default` is the conversation that it asks for: it yields to the initial one of a select for
    one conversation, and goes before those of a select for several.
    """
    state = _STATES.get(element.get("type", ""))
    if state is None:
        return None
    key, initial, empty = state
    value = element.get(initial, empty) if initial else empty
    if default:
        value = [default] if empty == [] else value or default
    return {"type": element["type"], key: deepcopy(value)}


def _no_default(_: Json) -> str:
    return ""


def initial_values(
    blocks: list[Json], kept: Values | None = None, default: Callable[[Json], str] = _no_default
) -> Values:
    """Return the state of all elements; what is in `kept` under the same ids stays.

    `default(element)` names the conversation that an element asks for, if any.
    """
    values: Values = {}
    for block, element in placed_elements(blocks):
        state = initial_state(element, default(element))
        if state is None:
            continue
        before = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
        if before is not None and before["type"] == element["type"]:
            state = before
        values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def options_of(element: Json) -> list[Json]:
    """Return all options of an element, those of groups as well."""
    groups = element.get("option_groups") or []
    grouped = [option for group in groups for option in group.get("options", [])]
    return list(element.get("options") or []) + grouped


def entered_state(element: Json, value: Any, offered: list[Json] | None = None) -> Json:
    """Return what an element holds after `value` was entered.

    An option is named by its value or given whole; `offered` are options that the app suggested.
    Raises `NoSuchChoice`.
    """
    kind = element["type"]
    key, _, empty = _STATES[kind]
    if value is None or value in ("", []):
        return {"type": kind, key: deepcopy(empty)}
    return {"type": kind, key: _entered(element, key, value, offered)}


def _entered(element: Json, key: str, value: Any, offered: list[Json] | None) -> Any:
    kind, several = element["type"], value if isinstance(value, list) else [value]
    most = element.get("max_selected_items", len(several))
    if len(several) > most:
        raise NoSuchChoice(f"no more than {most} can be chosen")
    if kind in _PICKED and not _PICKED[kind](str(value)):
        raise NoSuchChoice(f"{value!r} cannot be picked in a {kind}")
    if key == "selected_option":
        return find_option(element, value, offered)
    if key == "selected_options":
        return [find_option(element, one, offered) for one in several]
    if _STATES[kind][2] == []:
        return several
    if kind == "datetimepicker":
        return int(value)
    if kind == "rich_text_input" and isinstance(value, str):
        return _as_rich_text(value)
    return value if isinstance(value, dict) else str(value)


def _as_rich_text(text: str) -> Json:
    piece = {"type": "text", "text": text}
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [piece]}],
    }


def find_option(element: Json, value: Any, offered: list[Json] | None = None) -> Json:
    """Find an option by its value. Raises `NoSuchChoice`."""
    wanted = value.get("value") if isinstance(value, dict) else value
    options = [*options_of(element), *(offered or [])]
    for option in options:
        if option.get("value") == wanted:
            return deepcopy(option)
    if isinstance(value, dict) and "external" in element["type"]:
        return deepcopy(value)
    raise NoSuchChoice(f"no option {wanted!r} among {[one.get('value') for one in options]}")


def picked(state: Json | None) -> list[Any]:
    """Return what is chosen in an element, as a list: options, or ids."""
    value = next((held for key, held in (state or {}).items() if key != "type"), None)
    return list(value) if isinstance(value, list) else [value] if value else []


def is_empty(state: Json) -> bool:
    """Say whether an element holds nothing."""
    return all(not value for key, value in state.items() if key != "type")


def action_of(block: Json, element: Json, state: Json | None, ts: str) -> Json:
    """Make the entry of `actions` for an element that was used."""
    kind = element["type"]
    action: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    shown = {
        "button": ("text", "value", "style", "url"),
        "workflow_button": ("text", "style"),
    }.get(kind, ("placeholder", "initial_option", "initial_date", "initial_time", "initial_user"))
    action |= {key: deepcopy(element[key]) for key in shown if key in element}
    if state is not None:
        action |= {key: value for key, value in state.items() if key != "type"}
    return action | {"action_ts": ts}


def state_key(element: Json) -> str:
    """Name the key under which an element's state holds its value; empty when it has none."""
    return _STATES.get(element.get("type", ""), ("", "", None))[0]


def holds_several(element: Json) -> bool:
    """Say whether more than one thing can be chosen in an element."""
    return isinstance(_STATES.get(element.get("type", ""), ("", "", None))[2], list)


def holds_options(element: Json) -> bool:
    """Say whether an element is used by picking an option."""
    return state_key(element) in _OPTIONS
