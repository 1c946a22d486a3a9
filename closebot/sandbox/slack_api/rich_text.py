"""What Slack takes as rich text.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from typing import Any

from closebot.sandbox.slack_api.rules import (
    Problem,
    Rule,
    boolean,
    both,
    integer,
    items,
    number,
    record,
    string,
    typed,
    word,
)

_ID = string(255)
_URL = string(3000)
# One or more code points in hexadecimal, such as 1f44b-1f3fb.
_CODES = "[0-9a-fA-F]{1,5}(-[0-9a-fA-F]{1,5})*"

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
            {"name": string(100)}, unicode=string(100, 1, _CODES), skin_tone=integer(1, 6), url=_URL
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


_RICH_RECORD = record({"elements": items(_RICH_PART, 1000)}, {"block_id": _ID})


RICH_TEXT: Rule = both(_RICH_RECORD, _refuse_empty)
