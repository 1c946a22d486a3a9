"""What Slack takes in each kind of block.

https://docs.slack.dev/reference/block-kit/blocks
"""

from typing import Any

from closebot.sandbox.slack_api.charts import CHART
from closebot.sandbox.slack_api.elements import (
    BUTTON,
    ID,
    IMAGE,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    plain,
    text,
)
from closebot.sandbox.slack_api.rich_text import RICH_TEXT
from closebot.sandbox.slack_api.rules import (
    Problem,
    Rule,
    anything,
    boolean,
    integer,
    items,
    later,
    number,
    record,
    string,
    typed,
    word,
)

_URL = string(3000)


def _block(
    required: dict[str, Rule] | None = None,
    optional: dict[str, Rule] | None = None,
    one_of: tuple[str, ...] = (),
) -> Rule:
    return record(required, {"block_id": ID} | (optional or {}), one_of=one_of)


def _check_section(value: Any, at: str, found: list[Problem]) -> None:
    _SECTION(value, at, found)
    if not value.get("text") and not value.get("fields"):
        found.append(Problem("missing", "text or fields is required", at))


_SECTION = _block(
    {},
    {
        "text": text(3000),
        "fields": items(text(2000), 10),
        "accessory": typed(IN_SECTION, "accessory"),
        "expand": boolean,
    },
)

_IMAGE_BLOCK = _block(
    {"alt_text": string(2000)},
    {
        "image_url": _URL,
        "slack_file": record({}, {"id": ID, "url": _URL}, one_of=("id", "url")),
        "title": plain(2000),
    },
    one_of=("image_url", "slack_file"),
)

_CELL = typed(
    {
        "raw_text": record({"text": string(10_000, 0)}),
        "raw_number": record({"value": number}, {"text": string(3000)}),
        "rich_text": RICH_TEXT,
    },
    "cell",
)
_COLUMN = record({}, {"align": word("left", "center", "right"), "is_wrapped": boolean})
_ROW = items(_CELL, 20)

_TABLE = _block(
    {"rows": items(_ROW, 100)},
    {"column_settings": items(later(lambda: _column_or_none), 20)},
)
_DATA_TABLE = _block(
    {"caption": string(3000), "rows": items(_ROW, 201, 2)},
    {"page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
)


def _column_or_none(value: Any, at: str, found: list[Problem]) -> None:
    if value is not None:
        _COLUMN(value, at, found)


_ICON = typed({"image": IMAGE}, "icon")
_CARD = _block(
    {},
    {
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "icon": _ICON,
        "slack_icon": anything,
        "hero_image": _ICON,
        "actions": items(typed({"button": BUTTON}, "card action"), 3, 0),
    },
)
_CONTAINER = _block(
    {"child_blocks": items(later(lambda: typed(_CHILDREN, "block type")), 10)},
    {
        "title": plain(150),
        "subtitle": plain(150),
        "icon": _ICON,
        "rich_text_title": typed({"rich_text": RICH_TEXT}),
        "has_header_divider": boolean,
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "width": word("narrow", "standard", "wide", "full"),
    },
)
_VIDEO = _block(
    {
        "alt_text": string(2000),
        "title": plain(200),
        "thumbnail_url": _URL,
        "video_url": _URL,
    },
    {
        "author_name": string(50),
        "description": plain(200),
        "provider_icon_url": string(2000),
        "provider_name": string(50),
        "title_url": string(2000),
    },
)
_FEEDBACK = record({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_CONTEXT_ACTION = typed(
    {
        "feedback_buttons": record(
            {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": ID}
        ),
        "icon_button": record(
            {"icon": word("trash"), "text": plain(75)},
            {
                "action_id": ID,
                "value": string(2000),
                "confirm": anything,
                "accessibility_label": string(75),
                "visible_to_user_ids": items(ID, 10),
            },
        ),
    },
    "context action",
)
_TASK_KEYS: dict[str, Rule] = {
    "task_id": ID,
    "title": string(3000),
    "status": word("pending", "in_progress", "complete", "error"),
    "details": typed({"rich_text": RICH_TEXT}),
    "output": typed({"rich_text": RICH_TEXT}),
    "sources": items(anything, 50, 0),
}
_TASK = _block(
    {name: _TASK_KEYS[name] for name in ("task_id", "title", "status")},
    {name: _TASK_KEYS[name] for name in ("details", "output", "sources")},
)

BLOCKS: dict[str, Rule] = {
    "section": _check_section,
    "header": _block({"text": plain(150)}, {"level": integer(1, 4)}),
    "divider": _block(),
    "context": _block(
        {
            "elements": items(
                typed(
                    {
                        "image": IMAGE,
                        "plain_text": record({"text": string(3000)}, {"emoji": boolean}),
                        "mrkdwn": record({"text": string(3000)}, {"verbatim": boolean}),
                    },
                    "context element",
                ),
                10,
            )
        }
    ),
    "actions": _block({"elements": items(typed(IN_ACTIONS, "action element"), 25)}),
    "input": _block(
        {"label": plain(2000), "element": typed(IN_INPUT, "input element")},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": _IMAGE_BLOCK,
    "rich_text": RICH_TEXT,
    "video": _VIDEO,
    "markdown": _block({"text": string(12_000)}),
    "table": _TABLE,
    "data_table": _DATA_TABLE,
    "data_visualization": _block({"title": string(50), "chart": CHART}),
    "card": _CARD,
    "carousel": _block({"elements": items(typed({"card": _CARD}, "card"), 10)}),
    "container": _CONTAINER,
    "alert": _block(
        {"text": text(200)}, {"level": word("default", "info", "warning", "error", "success")}
    ),
    "context_actions": _block({"elements": items(_CONTEXT_ACTION, 5)}),
    "plan": _block({"title": string(3000)}, {"tasks": items(typed({"task_card": _TASK}), 50)}),
    "task_card": _TASK,
}
_CHILDREN: dict[str, Rule] = {
    kind: rule for kind, rule in BLOCKS.items() if kind not in {"container", "markdown"}
}
