"""What of a form was changed since it was opened, so that only that is written.

Somebody else may have changed the other fields meanwhile. A mark stands for each value at first:
the values themselves would not fit where a modal keeps its state.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from closebot.slack.kit import Json

_LENGTH = 8


def mark_fields(blocks: Sequence[Json]) -> str:
    """Return marks of the values in a form's fields, in the order of the fields."""
    return "".join(_mark(_first(block["element"])) for block in blocks if block["type"] == "input")


def find_touched(blocks: Sequence[Json], values: Mapping[str, Any], marks: str) -> set[str]:
    """Return the block ids of the fields whose values are others than at first.

    One of which the submission says nothing was not touched.
    """
    names = [block["block_id"] for block in blocks if block["type"] == "input"]
    return {
        name
        for number, name in enumerate(names)
        if name in values and marks[number * _LENGTH :][:_LENGTH] != _mark(values[name])
    }


def _first(element: Json) -> Any:
    """Return what stands in an element at the start, as a submission would give it."""
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    if "initial_option" in element:
        return element["initial_option"]["value"]
    for name, value in element.items():
        if name.startswith("initial_"):
            return value
    return None


def _mark(value: Any) -> str:
    parts = sorted(map(str, value)) if isinstance(value, list) else [str(value or "")]
    lines = [line for part in parts for line in part.strip().splitlines()]
    text = "\n".join(" ".join(line.split()) for line in lines)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
