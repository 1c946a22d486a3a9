"""Forms: a view's state into a pydantic model, or an error per field; and what Submit answers.

A field's name in the model is its block id in the view. A handler of a submission returns one of
the replies below and never knows whether it still stands in the ack or comes later as an update
of the view: the router decides that by how long the handler took.
https://docs.slack.dev/surfaces/modals#response_actions
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from closebot.slack import kit
from closebot.slack.kit import Json

# What Slack gives a view on its side and takes from no app.
_VIEW_KEYS = (
    "type",
    "title",
    "submit",
    "close",
    "blocks",
    "private_metadata",
    "callback_id",
    "clear_on_close",
    "notify_on_close",
)
_SENTENCES = {
    "missing": "Fill this in.",
    "string_type": "Fill this in.",
    "string_too_short": "Fill this in.",
    "string_too_long": "This is longer than fits.",
    "int_parsing": "Write a whole number.",
}
_MISFIT = "This does not fit here."
_REDRAWN = "late-error-"


class Form(BaseModel):
    """What a person filled in. Validators raise `ValueError` with a sentence for that person."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True, extra="ignore")


F = TypeVar("F", bound=Form)


@dataclass(frozen=True)
class Errors:
    """Keep the form open; say at each named field what is wrong (plain text, our words)."""

    fields: Mapping[str, str]


@dataclass(frozen=True)
class Show:
    """Replace the form by another view."""

    view: Json


@dataclass(frozen=True)
class Ask:
    """Nothing was done yet: draw the form once more, with a question in it."""

    view: Json


@dataclass(frozen=True)
class Done:
    """Close the modal, with all that are below it.

    `said` (mrkdwn of ours) is read only where the modal had to wait and stands open.
    """

    said: str = "Done."


Reply = Errors | Show | Ask | Done


class Refused(ValueError):
    """What was filled in cannot be taken. `fields`: block id → a sentence."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("the form was not filled in as asked")
        self.fields = dict(fields)


def read_form(form: type[F], view: Json) -> F:
    """Read a submitted view into `form`. Raises `Refused` with a sentence per field."""
    values = {name: value for name, value in read_values(view).items() if value is not None}
    try:
        return form.model_validate(values)
    except ValidationError as error:
        asked = [block.get("block_id") for block in view.get("blocks", [])]
        fields: dict[str, str] = {}
        for fault in error.errors():
            name = str(fault["loc"][0]) if fault["loc"] else ""
            # Slack takes errors for input blocks of this very view only.
            where = name if name in asked else next(iter(form.model_fields))
            own = fault.get("ctx", {}).get("error")
            said = str(own) if own else _SENTENCES.get(fault["type"], _MISFIT)
            fields.setdefault(where, said)
        raise Refused(fields) from None
    except (AttributeError, TypeError):  # a validator was given no text: Slack sends none such
        raise Refused({next(iter(form.model_fields)): _MISFIT}) from None


def read_values(view: Json) -> dict[str, Any]:
    """Return the value of each field of a view: text, an option's value, or a list of those."""
    state = view.get("state")
    blocks = state.get("values") if isinstance(state, dict) else None
    if not isinstance(blocks, dict):
        return {}
    return {
        block_id: _value(element)
        for block_id, elements in blocks.items()
        if isinstance(elements, dict)
        for element in elements.values()
        if isinstance(element, dict)
    }


def _value(element: Json) -> Any:
    if "selected_options" in element:
        picked = element["selected_options"] or []
        return [option.get("value") for option in picked if isinstance(option, dict)]
    if "selected_option" in element:
        option = element["selected_option"]
        return option.get("value") if isinstance(option, dict) else None
    for key, value in element.items():
        if key == "value" or key.startswith("selected_"):
            return value
    return None


def redraw(view: Json, errors: Mapping[str, str], *, secret: Sequence[str] = ()) -> Json:
    """Draw a submitted form again with what was typed and, under each field, what is wrong.

    Used when the answer came too late for the ack, which alone can carry real field errors.
    Fields named in `secret` come back empty: a secret is not sent out again.
    """
    typed = view.get("state", {}).get("values", {})
    blocks: list[Json] = []
    for block in view.get("blocks", []):
        block_id = block.get("block_id", "")
        if block_id.startswith(_REDRAWN):
            continue
        if block.get("type") == "input" and block_id not in secret:
            state = typed.get(block_id, {}).get(block["element"]["action_id"])
            block = block | {"element": _refill(block["element"], state)}  # noqa: PLW2901
        blocks.append(block)
        if block_id in errors:
            said = kit.context(f":warning: {kit.quote(errors[block_id], 500)}")
            blocks.append(said | {"block_id": _REDRAWN + block_id})
    kept = {key: view[key] for key in _VIEW_KEYS if view.get(key) is not None}
    return kept | {"blocks": blocks}


def _refill(element: Json, state: Json | None) -> Json:
    """Put what was typed into an element; what was cleared stays so."""
    if state is None:
        return element
    bare = {key: value for key, value in element.items() if not key.startswith("initial_")}
    return bare | _initial(state)


def _initial(state: Json) -> Json:
    """Turn an element's state into the attribute that sets it at the start."""
    return {
        "initial_" + key.removeprefix("selected_"): value
        for key, value in state.items()
        if (key == "value" or key.startswith("selected_")) and value
    }
