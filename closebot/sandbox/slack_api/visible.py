"""What a person reads: blocks and text objects as plain words.

Style marks (`*bold*`) and emoji names stay as they are; mentions, links, dates and entities are
shown as Slack shows them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from closebot.sandbox.slack_api.records import Json
from closebot.sandbox.slack_api.values import elements_of, options_of

NameOf = Callable[[str], str]

_ANGLED = re.compile(r"<([^<>|\n]+)(?:\|([^<>\n]*))?>")
_BROADCAST = re.compile(r"<!(channel|here|everyone|subteam\^\w+)(?:\|[^<>]*)?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def read_mrkdwn(text: str, name_of: NameOf = str) -> str:
    """Show mrkdwn as words; `name_of` turns the id of a person or a channel into a name."""

    def show(match: re.Match[str]) -> str:
        target, label = match[1], match[2] or ""
        if target.startswith(("@", "#")):
            return target[0] + (label or name_of(target[1:]))
        if target.startswith("!"):
            return label or "@" + target[1:].split("^")[0]
        return label or re.sub(r"^(mailto:|tel:)", "", target)

    return _unescape(_ANGLED.sub(show, text))


def _unescape(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def read_text(text: Any, name_of: NameOf = str) -> str:
    """Show a text object, or a bare string of mrkdwn."""
    if isinstance(text, str):
        return read_mrkdwn(text, name_of)
    if not isinstance(text, dict):
        return ""
    words = str(text.get("text", ""))
    return read_mrkdwn(words, name_of) if text.get("type") == "mrkdwn" else words


def read_blocks(blocks: Iterable[Json], name_of: NameOf = str) -> list[str]:
    """Show everything that stands in blocks, a line for each thing, top to bottom."""
    return [words for block in blocks for words in _read_block(block, name_of) if words]


_TITLES = ("label", "title", "subtitle", "text", "body", "caption", "description", "subtext")


def _read_block(block: Json, name_of: NameOf) -> Iterator[str]:
    kind = block.get("type")
    if kind == "rich_text":
        yield read_rich(block, name_of)
    elif kind == "image":
        yield read_text(block.get("title"), name_of)
        yield str(block.get("alt_text", ""))
    elif kind in {"table", "data_table"}:
        yield from _read_rows(block, name_of)
    elif kind == "data_visualization":
        yield from _read_chart(block)
    else:
        yield from _read_parts(block, name_of)


def _read_parts(block: Json, name_of: NameOf) -> Iterator[str]:
    for key in _TITLES:
        yield read_text(block.get(key), name_of)
    for field in block.get("fields", []):
        yield read_text(field, name_of)
    if block.get("type") == "context":
        for element in block.get("elements", []):
            shown = element if element.get("type") in {"mrkdwn", "plain_text"} else {}
            yield read_text(shown, name_of) or str(element.get("alt_text", ""))
    for inner in _inner(block):
        yield from _read_block(inner, name_of)
    if not _inner(block):
        for element in elements_of(block):
            yield from read_element(element, name_of)
    yield read_text(block.get("hint"), name_of)


def _inner(block: Json) -> list[Json]:
    if block.get("type") == "carousel":
        return list(block.get("elements", []))
    return list(block.get("child_blocks", []))


def _read_rows(block: Json, name_of: NameOf) -> Iterator[str]:
    yield read_text(block.get("caption"), name_of)
    for row in block.get("rows", []):
        cells = row if isinstance(row, list) else row.get("cells", [])
        yield "\t".join(
            read_rich(cell, name_of)
            if cell.get("type") == "rich_text"
            else str(cell.get("text", cell.get("value", "")))
            for cell in cells
        )


def _read_chart(block: Json) -> Iterator[str]:
    """Show a chart: its title, then a line for each slice, or for each category."""
    chart, axes = block["chart"], block["chart"].get("axis_config", {})
    yield block["title"]
    yield " / ".join(axes[key] for key in ("x_label", "y_label") if axes.get(key))
    for segment in chart.get("segments", []):
        yield f"{segment['label']}: {segment['value']}"
    for category in axes.get("categories", []):
        said = [
            f"{series['name']} {point['value']}"
            for series in chart["series"]
            for point in series["data"]
            if point["label"] == category
        ]
        yield f"{category}: {', '.join(said)}"


def read_element(element: Json, name_of: NameOf = str) -> list[str]:
    """Show the words of an element: those of a button, an image or the options that stand open."""
    kind = element.get("type", "")
    if kind in {"button", "workflow_button"}:
        return [read_text(element.get("text"), name_of)]
    if kind == "image":
        return [str(element.get("alt_text", ""))]
    if kind in {"checkboxes", "radio_buttons"}:
        return [read_text(option.get("text"), name_of) for option in options_of(element)]
    return [read_text(element.get("placeholder"), name_of)]


def read_rich(block: Json, name_of: NameOf = str) -> str:
    """Show rich text."""
    lines: list[str] = []
    for part in block.get("elements", []):
        if part.get("type") == "rich_text_list":
            lines += ["• " + _read_pieces(item, name_of) for item in part.get("elements", [])]
        else:
            lines.append(_read_pieces(part, name_of))
    return "\n".join(lines)


def _read_pieces(part: Json, name_of: NameOf) -> str:
    if part.get("type") == "rich_text_list":
        return "\n".join("• " + _read_pieces(item, name_of) for item in part.get("elements", []))
    return "".join(_read_piece(piece, name_of) for piece in part.get("elements", []))


_NAMED = {"user": ("@", "user_id"), "channel": ("#", "channel_id")}
_READ: dict[str, Callable[[Json], str]] = {
    "link": lambda piece: str(piece.get("text") or piece.get("url", "")),
    "broadcast": lambda piece: f"@{piece.get('range')}",
    "emoji": lambda piece: f":{piece.get('name')}:",
    "date": lambda piece: str(piece.get("fallback") or piece.get("timestamp", "")),
}


def _read_piece(piece: Json, name_of: NameOf) -> str:
    kind = piece.get("type", "")
    if kind in _NAMED:
        sign, key = _NAMED[kind]
        return sign + name_of(str(piece.get(key, "")))
    read = _READ.get(kind)
    return read(piece) if read else str(piece.get("text") or piece.get("value") or "")


def button_words(blocks: Iterable[Json], name_of: NameOf = str) -> list[str]:
    """Return the words of all buttons."""
    return [
        read_text(element.get("text"), name_of)
        for block in blocks
        for element in elements_of(block)
        if element.get("type") in {"button", "workflow_button"}
    ]


def broadcasts(text: str, blocks: Iterable[Json]) -> list[str]:
    """Return the mentions that would ring for a whole channel or group."""
    found = [match[0] for match in _BROADCAST.finditer(text)]
    for node in _nodes(list(blocks)):
        if node.get("type") == "mrkdwn":
            found += [match[0] for match in _BROADCAST.finditer(str(node.get("text", "")))]
        elif node.get("type") == "broadcast":
            found.append(f"<!{node.get('range')}>")
        elif node.get("type") == "usergroup":
            found.append(f"<!subteam^{node.get('usergroup_id')}>")
    return list(dict.fromkeys(found))


def _nodes(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)
