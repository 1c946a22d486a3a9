"""Blocks as plain text, one under the other.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Callable
from typing import Any

from closebot.slack.kit import Json
from closebot.slack.readable.mrkdwn import read_markdown, read_mrkdwn, read_plain
from closebot.slack.readable.rich import read_rich
from closebot.slack.readable.shapes import DEEPEST, objects, string
from closebot.slack.readable.wording import Wording, unescape

# Controls say what can be clicked, not what was said.
_CONTROLS = frozenset({"actions", "input", "context_actions", "file", "feedback_buttons"})
# Where blocks that have no reader of their own keep their words, in the order they are drawn.
_WORDS = (
    "rich_text_title",
    "title",
    "subtitle",
    "author_name",
    "text",
    "body",
    "subtext",
    "caption",
    "description",
    "details",
    "output",
    "alt_text",
    "fallback",
)
# Their pictures and controls.
_ASIDE = frozenset(
    {"accessory", "actions", "confirm", "element", "hero_image", "icon", "options", "placeholder"}
)
_MOST_EXACT = 1e15


def read_blocks(blocks: Any, wording: Wording, depth: int = 0) -> str:
    """Read a list of blocks; what cannot be read is left out."""
    lines = []
    for block in objects(blocks):
        if string(block, "type") == "divider":
            lines.append("")
        elif text := read_block(block, wording, depth).rstrip():
            lines.append(text)
    return "\n".join(lines)


def read_block(block: Json, wording: Wording, depth: int = 0) -> str:
    """Read one block, a kind that is not known here by whatever text it holds."""
    kind = string(block, "type")
    if depth > DEEPEST or kind in _CONTROLS:
        return ""
    if kind.startswith("rich_text"):
        return read_rich(block, wording, depth)
    reader = _READERS.get(kind, _read_any)
    return reader(block, wording, depth)


def read_text(value: Any, wording: Wording) -> str:
    """Read a text object; a bare string is read as mrkdwn, as in an attachment."""
    if isinstance(value, str):
        return read_mrkdwn(value, wording)
    if not isinstance(value, dict):
        return ""
    text = string(value, "text")
    return read_plain(text) if value.get("type") == "plain_text" else read_mrkdwn(text, wording)


def _read_section(block: Json, wording: Wording, _: int) -> str:
    fields = [read_text(field, wording) for field in objects(block.get("fields"))]
    return _join("\n", [read_text(block.get("text"), wording), *fields])


def _read_header(block: Json, wording: Wording, _: int) -> str:
    return read_text(block.get("text"), wording)


def _read_context(block: Json, wording: Wording, depth: int) -> str:
    return _join(
        " ",
        [
            unescape(string(one, "alt_text"))
            if string(one, "type") == "image"
            else read_block(one, wording, depth + 1)
            for one in objects(block.get("elements"))
        ],
    )


def _read_image(block: Json, wording: Wording, _: int) -> str:
    said = read_text(block.get("title"), wording) or unescape(string(block, "alt_text"))
    return f"Image: {said}" if said.strip() else ""


def _read_markdown(block: Json, wording: Wording, _: int) -> str:
    return read_markdown(string(block, "text"), wording)


def _read_table(block: Json, wording: Wording, depth: int) -> str:
    rows = block.get("rows")
    lines = [unescape(string(block, "caption"))]
    for row in rows if isinstance(rows, list) else []:
        cells = [" ".join(_read_cell(cell, wording, depth).split()) for cell in objects(row)]
        if any(cells):
            lines.append(" | ".join(cells))
    return _join("\n", lines)


def _read_cell(cell: Json, wording: Wording, depth: int) -> str:
    kind = string(cell, "type")
    if kind not in {"raw_text", "raw_number"}:
        return read_block(cell, wording, depth + 1)
    value = cell.get("value")
    exact = isinstance(value, int | float) and abs(value) < _MOST_EXACT
    return read_plain(string(cell, "text")) or (str(value) if exact else "")


def _read_video(block: Json, wording: Wording, _: int) -> str:
    title = read_text(block.get("title"), wording)
    link = wording.link(unescape(string(block, "title_url")), title) if title else ""
    return _join("\n", [link, read_text(block.get("description"), wording)])


def _read_link(block: Json, wording: Wording, _: int) -> str:
    return wording.link(unescape(string(block, "url")), unescape(string(block, "text")))


def _read_object(block: Json, wording: Wording, _: int) -> str:
    return read_text(block, wording)


def _read_any(block: Json, wording: Wording, depth: int) -> str:
    """Read the words of a block first, then what else it holds: cards, tasks, child blocks."""
    lines = [_read_held(block.get(key), wording, depth) for key in _WORDS]
    for key, value in block.items():
        if key not in _WORDS and key not in _ASIDE and not isinstance(value, str):
            lines.append(_read_held(value, wording, depth))
    return _join("\n", lines)


def _read_held(value: Any, wording: Wording, depth: int) -> str:
    if isinstance(value, dict):
        return read_block(value, wording, depth + 1)
    if isinstance(value, list) and depth < DEEPEST:
        held = [_read_held(one, wording, depth + 1) for one in value if not isinstance(one, str)]
        return _join("\n", held)
    return read_text(value, wording)


def _join(between: str, parts: list[str]) -> str:
    return between.join(part.rstrip() for part in parts if part.strip())


_READERS: dict[str, Callable[[Json, Wording, int], str]] = {
    "section": _read_section,
    "header": _read_header,
    "context": _read_context,
    "image": _read_image,
    "markdown": _read_markdown,
    "table": _read_table,
    "data_table": _read_table,
    "video": _read_video,
    "mrkdwn": _read_object,
    "plain_text": _read_object,
    "url": _read_link,
}
