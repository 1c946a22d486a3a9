"""What Slack itself refuses when Submit is pressed: before the app hears of it."""

import re
from typing import Any

from closebot.sandbox.slack_api.records import Json, View
from closebot.sandbox.slack_api.values import is_empty, state_key
from closebot.sandbox.slack_api.written import NUMBER

EMPTY = "Please complete this required field."
_SHAPES = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Please enter a valid email address."),
    "url_text_input": (r"(https?://)\S+", "Please enter a valid URL."),
    "number_input": (NUMBER, "Please enter a number."),
}


def refuse_incomplete(view: View) -> dict[str, str]:
    """Return what is wrong with each field: block id → Slack's sentence."""
    wrong: dict[str, str] = {}
    for block in view.blocks:
        if block["type"] == "input":
            element = block["element"]
            state = view.values[block["block_id"]][element["action_id"]]
            said = _refuse(block, element, state)
            if said:
                wrong[block["block_id"]] = said
    return wrong


def _refuse(block: Json, element: Json, state: Json) -> str:
    if is_empty(state):
        return "" if block.get("optional") else EMPTY
    value: Any = state[state_key(element)]
    if not isinstance(value, str):
        return ""
    pattern, sentence = _SHAPES.get(element["type"], ("", ""))
    if pattern and not re.fullmatch(pattern, value):
        return sentence
    if element["type"] == "plain_text_input":
        return _refuse_length(element, value)
    return _refuse_number(element, value) if element["type"] == "number_input" else ""


def _refuse_length(element: Json, value: str) -> str:
    most = element.get("max_length", 3000)
    if len(value) > most:
        return f"Please shorten this to {most} characters or less."
    if len(value) < element.get("min_length", 0):
        return f"Please lengthen this to {element['min_length']} characters or more."
    return ""


def _refuse_number(element: Json, value: str) -> str:
    if not element["is_decimal_allowed"] and "." in value:
        return "Please enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number of {element['min_value']} or more."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number of {element['max_value']} or less."
    return ""
