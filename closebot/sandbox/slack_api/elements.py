"""What Slack takes as text objects, options and elements.

https://docs.slack.dev/reference/block-kit/block-elements and
https://docs.slack.dev/reference/block-kit/composition-objects
"""

from typing import Any

from closebot.sandbox.slack_api.records import Json
from closebot.sandbox.slack_api.rich_text import RICH_TEXT
from closebot.sandbox.slack_api.rules import (
    Problem,
    Rule,
    anything,
    boolean,
    integer,
    items,
    record,
    string,
    then,
    typed,
    word,
)
from closebot.sandbox.slack_api.values import options_of
from closebot.sandbox.slack_api.written import TIME, day, number_text

ID = string(255)
_URL = string(3000)


def plain(most: int = 3000) -> Rule:
    """Take a `plain_text` object."""
    return typed({"plain_text": record({"text": string(most)}, {"emoji": boolean})}, "text type")


def text(most: int = 3000) -> Rule:
    """Take a text object of either kind."""
    return typed(
        {
            "plain_text": record({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": record({"text": string(most)}, {"verbatim": boolean}),
        },
        "text type",
    )


CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": word("primary", "danger")},
)


def _option(words: Rule, *, url: bool = False) -> Rule:
    more = {"url": _URL} if url else {}
    return record({"text": words, "value": string(150)}, {"description": text(75), **more})


OPTION = _option(plain(75))
_STYLED_OPTION = _option(text(75))
_GROUP = record({"label": plain(75), "options": items(OPTION, 100)})
_FILTER = record(
    {},
    {
        "include": items(word("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
_DISPATCH = record(
    {},
    {"trigger_actions_on": items(word("on_enter_pressed", "on_character_entered"), 2)},
)
_SLACK_FILE = record({}, {"id": string(255), "url": _URL}, one_of=("id", "url"))


def _element(
    required: dict[str, Rule] | None = None,
    optional: dict[str, Rule] | None = None,
    one_of: tuple[str, ...] = (),
) -> Rule:
    return record(required, {"action_id": ID} | (optional or {}), one_of=one_of)


def _menu(
    optional: dict[str, Rule],
    *,
    required: dict[str, Rule] | None = None,
    one_of: tuple[str, ...] = (),
) -> Rule:
    common = {"placeholder": plain(150), "confirm": CONFIRM, "focus_on_load": boolean}
    return _element(required, common | optional, one_of)


def _check_initial(value: Any, at: str, found: list[Problem]) -> None:
    """Refuse to have chosen at the start what is none of the options."""
    offered = [_bare(option) for option in options_of(value)]
    chosen = {f"initial_options/{place}": one
              for place, one in enumerate(value.get("initial_options", []))}  # fmt: skip
    if "initial_option" in value:
        chosen["initial_option"] = value["initial_option"]
    for name, option in chosen.items():
        if _bare(option) not in offered:
            found.append(Problem("not_allowed", "must be one of the options", f"{at}/{name}"))


def _bare(option: Json) -> Json:
    """Return an option without what Slack fills in by itself where it is left out."""
    return {
        key: {name: one for name, one in part.items() if name not in {"emoji", "verbatim"}}
        if isinstance(part, dict)
        else part
        for key, part in option.items()
    }


_IDS = items(string(255), 100)
_CHOICES: dict[str, Rule] = {"options": items(OPTION, 100), "option_groups": items(_GROUP, 100)}
_ONE_KIND = ("options", "option_groups")
_PLACE: dict[str, Rule] = {"default_to_current_conversation": boolean, "filter": _FILTER}
_LEAST: dict[str, Rule] = {"min_query_length": integer(0, 3000)}
_ANSWERED: dict[str, Rule] = {"response_url_enabled": boolean}
_ONE: dict[str, Rule] = {"initial_option": OPTION}
_SOME: dict[str, Rule] = {"max_selected_items": integer(1, 100)}
_MANY: dict[str, Rule] = {"initial_options": items(OPTION, 100)} | _SOME

SELECTS: dict[str, Rule] = {
    "static_select": then(_menu(_CHOICES | _ONE, one_of=_ONE_KIND), _check_initial),
    "external_select": _menu(_LEAST | _ONE),
    "users_select": _menu({"initial_user": ID}),
    "conversations_select": _menu(_PLACE | _ANSWERED | {"initial_conversation": ID}),
    "channels_select": _menu(_ANSWERED | {"initial_channel": ID}),
    "multi_static_select": then(_menu(_CHOICES | _MANY, one_of=_ONE_KIND), _check_initial),
    "multi_external_select": _menu(_LEAST | _MANY),
    "multi_users_select": _menu(_SOME | {"initial_users": _IDS}),
    "multi_conversations_select": _menu(_PLACE | _SOME | {"initial_conversations": _IDS}),
    "multi_channels_select": _menu(_SOME | {"initial_channels": _IDS}),
}

PICKERS: dict[str, Rule] = {
    "datepicker": _menu({"initial_date": day}),
    "timepicker": _menu({"initial_time": string(5, 5, TIME), "timezone": string(100)}),
}
DATETIME: dict[str, Rule] = {
    "datetimepicker": _element(
        optional={
            "initial_date_time": integer(1_000_000_000, 9_999_999_999),
            "confirm": CONFIRM,
            "focus_on_load": boolean,
        }
    )
}

BUTTON = _element(
    {"text": plain(75)},
    {
        "value": string(2000),
        "url": _URL,
        "style": word("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
    },
)
IMAGE = record(
    {"alt_text": string(2000)},
    {"image_url": _URL, "slack_file": _SLACK_FILE},
    one_of=("image_url", "slack_file"),
)
_TICKS: dict[str, Rule] = {"options": items(_STYLED_OPTION, 10)}
_TICKED: dict[str, Rule] = {
    "checkboxes": then(
        _menu({"initial_options": items(_STYLED_OPTION, 10)}, required=_TICKS), _check_initial
    ),
    "radio_buttons": then(
        _menu({"initial_option": _STYLED_OPTION}, required=_TICKS), _check_initial
    ),
}
BUTTONS: dict[str, Rule] = {
    "button": BUTTON,
    "workflow_button": _element(
        {"text": plain(75), "workflow": record({"trigger": anything})},
        {"style": word("primary", "danger"), "accessibility_label": string(75)},
    ),
    "overflow": _element({"options": items(_option(plain(75), url=True), 5)}, {"confirm": CONFIRM}),
}


def _typed_field(**optional: Rule) -> Rule:
    common = {
        "placeholder": plain(150),
        "initial_value": string(3000),
        "dispatch_action_config": _DISPATCH,
        "focus_on_load": boolean,
    }
    return _element(optional=common | optional)


def _check_bounds(value: Any, at: str, found: list[Problem]) -> None:
    least, most = value.get("min_value", "-inf"), value.get("max_value", "inf")
    if float(least) > float(most):
        said = "cannot be greater than max_value"
        found.append(Problem("out_of_range", said, f"{at}/min_value", most))


FIELDS: dict[str, Rule] = {
    "plain_text_input": _typed_field(
        multiline=boolean, min_length=integer(0, 3000), max_length=integer(1, 3000)
    ),
    "email_text_input": _typed_field(),
    "url_text_input": _typed_field(),
    "number_input": then(
        _element(
            {"is_decimal_allowed": boolean},
            {
                "placeholder": plain(150),
                "initial_value": number_text,
                "min_value": number_text,
                "max_value": number_text,
                "dispatch_action_config": _DISPATCH,
                "focus_on_load": boolean,
            },
        ),
        _check_bounds,
    ),
    "rich_text_input": _typed_field(
        initial_value=typed({"rich_text": RICH_TEXT}),
        min_lines=integer(1, 100),
        max_lines=integer(1, 100),
    ),
    "file_input": _element(
        optional={"filetypes": items(string(50), 100), "max_files": integer(1, 10)}
    ),
}

IN_SECTION = BUTTONS | SELECTS | PICKERS | _TICKED | {"image": IMAGE}
IN_ACTIONS = BUTTONS | SELECTS | PICKERS | DATETIME | _TICKED
IN_INPUT = FIELDS | SELECTS | PICKERS | DATETIME | _TICKED

# What an app may answer when a menu asks for its options.
SUGGESTIONS = record(
    {},
    {"options": items(OPTION, 100, 0), "option_groups": items(_GROUP, 100, 0)},
    one_of=("options", "option_groups"),
)
