"""What Slack takes as text objects, options and elements.

https://docs.slack.dev/reference/block-kit/block-elements and
https://docs.slack.dev/reference/block-kit/composition-objects
"""

from typing import Any

from closebot.sandbox.slack_api.rules import (
    Problem,
    Rule,
    anything,
    boolean,
    both,
    integer,
    items,
    later,
    number,
    record,
    string,
    typed,
    word,
)

ID = string(255)
_URL = string(3000)
_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"


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
    "static_select": _menu(_CHOICES | _ONE, one_of=_ONE_KIND),
    "external_select": _menu(_LEAST | _ONE),
    "users_select": _menu({"initial_user": ID}),
    "conversations_select": _menu(_PLACE | _ANSWERED | {"initial_conversation": ID}),
    "channels_select": _menu(_ANSWERED | {"initial_channel": ID}),
    "multi_static_select": _menu(_CHOICES | _MANY, one_of=_ONE_KIND),
    "multi_external_select": _menu(_LEAST | _MANY),
    "multi_users_select": _menu(_SOME | {"initial_users": _IDS}),
    "multi_conversations_select": _menu(_PLACE | _SOME | {"initial_conversations": _IDS}),
    "multi_channels_select": _menu(_SOME | {"initial_channels": _IDS}),
}

PICKERS: dict[str, Rule] = {
    "datepicker": _menu({"initial_date": string(10, 10, _DATE)}),
    "timepicker": _menu({"initial_time": string(5, 5, _TIME), "timezone": string(100)}),
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
    "checkboxes": _menu({"initial_options": items(_STYLED_OPTION, 10)}, required=_TICKS),
    "radio_buttons": _menu({"initial_option": _STYLED_OPTION}, required=_TICKS),
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


FIELDS: dict[str, Rule] = {
    "plain_text_input": _typed_field(
        multiline=boolean, min_length=integer(0, 3000), max_length=integer(1, 3000)
    ),
    "email_text_input": _typed_field(),
    "url_text_input": _typed_field(),
    "number_input": _element(
        {"is_decimal_allowed": boolean},
        {
            "placeholder": plain(150),
            "initial_value": string(100, 1, r"-?\d+(\.\d+)?"),
            "min_value": string(100),
            "max_value": string(100),
            "dispatch_action_config": _DISPATCH,
            "focus_on_load": boolean,
        },
    ),
    "rich_text_input": _typed_field(
        initial_value=later(lambda: typed({"rich_text": RICH_TEXT})),
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

# --- rich text --------------------------------------------------------------------------------

_STYLE = record(
    {},
    dict.fromkeys(
        (
            "bold",
            "italic",
            "strike",
            "code",
            "underline",
            "highlight",
            "client_highlight",
            "unlink",
        ),
        boolean,
    ),
)


def _piece(required: dict[str, Rule], **optional: Rule) -> Rule:
    return record(required, {"style": _STYLE} | optional)


PIECE = typed(
    {
        "text": _piece({"text": string(40_000)}),
        "link": _piece({"url": string(40_000)}, text=string(40_000, 0), unsafe=boolean),
        "emoji": _piece(
            {"name": string(100)}, unicode=string(100), skin_tone=integer(1, 6), url=_URL
        ),
        "user": _piece({"user_id": string(255, 1, r"[UW][A-Z0-9]+")}),
        "channel": _piece({"channel_id": string(255, 1, r"[CGD][A-Z0-9]+")}),
        "usergroup": _piece({"usergroup_id": string(255)}),
        "team": _piece({"team_id": string(255)}),
        "broadcast": _piece({"range": word("here", "channel", "everyone")}),
        "color": _piece({"value": string(20)}),
        "date": _piece(
            {"timestamp": number, "format": string(500)}, url=_URL, fallback=string(3000)
        ),
    },
    "rich text element",
)
_BORDER: dict[str, Rule] = {"border": integer(0, 1)}
_PIECES: dict[str, Rule] = {"elements": items(PIECE, 10_000, 0)}
_LIST_ITEM = typed({"rich_text_section": record(_PIECES)}, "list item")
_RICH_PART = typed(
    {
        "rich_text_section": record(_PIECES),
        "rich_text_preformatted": record(_PIECES, _BORDER | {"language": string(50)}),
        "rich_text_quote": record(_PIECES, _BORDER),
        "rich_text_list": record(
            {"style": word("bullet", "ordered"), "elements": items(_LIST_ITEM, 10_000, 0)},
            _BORDER | {"indent": integer(0, 8), "offset": integer(0, 100_000)},
        ),
    },
    "rich text part",
)


def _refuse_empty(value: Any, at: str, found: list[Problem]) -> None:
    """Refuse a block of rich text in which nothing stands."""
    parts = value.get("elements") if isinstance(value, dict) else None
    if isinstance(parts, list) and not any(
        isinstance(part, dict) and part.get("elements") for part in parts
    ):
        found.append(Problem("too_few", "must not be empty", f"{at}/elements", 1))


_RICH_RECORD = record({"elements": items(_RICH_PART, 1000)}, {"block_id": ID})


RICH_TEXT: Rule = both(_RICH_RECORD, _refuse_empty)
