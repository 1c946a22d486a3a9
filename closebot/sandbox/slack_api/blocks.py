"""What Slack takes as the blocks of a message or a view, and on which surface.

https://docs.slack.dev/reference/block-kit/blocks; the limits are those of autumn 2026.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from closebot.sandbox.slack_api.block_kinds import BLOCKS
from closebot.sandbox.slack_api.elements import SUGGESTIONS, plain
from closebot.sandbox.slack_api.records import Json
from closebot.sandbox.slack_api.rules import Problem, Rule, boolean, items, record, string, typed
from closebot.sandbox.slack_api.values import elements_of

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
MARKDOWN = 12_000
CHARTS = 2

_EVERYWHERE = frozenset(
    {"section", "header", "divider", "context", "actions", "input", "image", "rich_text", "video"}
)
_ALSO_IN_MESSAGES = frozenset(
    {
        "markdown",
        "table",
        "data_table",
        "data_visualization",
        "card",
        "carousel",
        "container",
        "context_actions",
        "plan",
        "task_card",
    }
)
_ALSO_IN_HOMES = frozenset(
    {"table", "data_table", "data_visualization", "card", "carousel", "container"}
)
SURFACES: Mapping[str, frozenset[str]] = {
    "message": _EVERYWHERE | _ALSO_IN_MESSAGES,
    "modal": _EVERYWHERE | {"card", "alert"},
    "home": _EVERYWHERE | _ALSO_IN_HOMES,
}

_VIEW_KEYS: dict[str, Rule] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
    "submit_disabled": boolean,
}
_TITLE = plain(24)


def check_message(blocks: Any, *, rich_text: bool = True) -> list[Problem]:
    """Find what Slack would not take in the blocks of a message."""
    kinds = SURFACES["message"] - (frozenset() if rich_text else {"rich_text"})
    found: list[Problem] = []
    _blocks_rule(kinds, MOST_IN_MESSAGE, 0)(blocks, "/blocks", found)
    if not found:
        _check_together(blocks, "/blocks", found)
        _check_sums(blocks, found)
    return found


def check_view(view: Any) -> list[Problem]:
    """Find what Slack would not take in a view."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return [Problem("unknown_type", "must be a modal or a home view", "/view/type")]
    given = {key: value for key, value in view.items() if value is not None and key != "type"}
    found: list[Problem] = []
    is_modal = view["type"] == "modal"
    drawn = _blocks_rule(SURFACES[view["type"]], MOST_IN_VIEW, 0)
    required = {"blocks": drawn} | ({"title": _TITLE} if is_modal else {})
    buttons = {"submit": _TITLE, "close": _TITLE} | ({} if is_modal else {"title": _TITLE})
    record(required, _VIEW_KEYS | buttons)(given, "/view", found)
    if not found:
        _check_together(view["blocks"], "/view/blocks", found)
        if is_modal and "submit" not in given and "input" in _kinds(view["blocks"]):
            said = "submit is required as soon as there is an input block"
            found.append(Problem("missing", said, "/view/submit"))
    return found


def check_options(answer: Any) -> list[Problem]:
    """Find what Slack would not take as the options of a menu."""
    found: list[Problem] = []
    SUGGESTIONS(answer, "", found)
    return found


def _blocks_rule(kinds: frozenset[str], most: int, least: int) -> Rule:
    taken = {kind: BLOCKS[kind] for kind in sorted(kinds)}
    return items(typed(taken, "block type"), most, least)


# --- what belongs together: asked of blocks that are well formed, one by one -------------------


def _kinds(blocks: list[Json]) -> list[str]:
    return [block["type"] for block in blocks]


def _check_together(blocks: list[Json], at: str, found: list[Problem]) -> None:
    """Find ids that occur twice, and more than one element that wants the focus."""
    names = Counter(block.get("block_id") for block in blocks)
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name is not None and names[name] > 1:
            said = f"block_id {name} is not unique"
            found.append(Problem("duplicate", said, f"{at}/{index}/block_id"))
        actions = Counter(one.get("action_id") for one in elements_of(block))
        found += [
            Problem("duplicate", f"action_id {name} is not unique in its block", f"{at}/{index}")
            for name, times in actions.items()
            if name is not None and times > 1
        ]
    wanting = [one for block in blocks for one in elements_of(block) if one.get("focus_on_load")]
    if len(wanting) > 1:
        found.append(Problem("too_many", "only one element may have focus_on_load", at, 1))


def _check_sums(blocks: list[Json], found: list[Problem]) -> None:
    kinds = Counter(_kinds(blocks))
    if kinds["table"] > 1:
        found.append(Problem("too_many", "only one table allowed", "/blocks", 1))
    if kinds["data_visualization"] > CHARTS:
        found.append(Problem("too_many", "only two charts allowed", "/blocks", CHARTS))
    written = [block["text"] for block in blocks if block["type"] == "markdown"]
    if sum(map(len, written)) > MARKDOWN:
        said = f"markdown blocks are at most {MARKDOWN} characters together"
        found.append(Problem("too_long", said, "/blocks", MARKDOWN))
