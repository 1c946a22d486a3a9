"""Rich text: what people type into Slack, as plain text.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from closebot.slack.kit import Json
from closebot.slack.readable.emoji import read_emoji
from closebot.slack.readable.mrkdwn import quote, read_time
from closebot.slack.readable.shapes import DEEPEST, objects, string, whole
from closebot.slack.readable.wording import Wording, unescape

_MOST_INDENT = 8
_MOST_OFFSET = 1_000_000
_STEP = "    "


def read_rich(block: Json, wording: Wording, depth: int = 0) -> str:
    """Read a rich text block, or one part of it: a section, a list, a quote, a piece of code."""
    if depth > DEEPEST:
        return ""
    kind = string(block, "type")
    if kind == "rich_text":
        return _stack(
            read_rich(part, wording, depth + 1) for part in objects(block.get("elements"))
        )
    if kind == "rich_text_list":
        return _read_list(block, wording, depth)
    if kind == "rich_text_quote":
        text = _read_line(block, wording, depth).strip("\n")
        return quote(text) if text.strip() else ""
    if kind == "rich_text_preformatted":
        text = _read_line(block, wording, depth, code=True).strip("\n")
        return f"```\n{text}\n```" if text.strip() else ""
    return _read_line(block, wording, depth)


def _stack(parts: Iterable[str]) -> str:
    """Put parts under each other; a section before a list ends with a line break of its own."""
    return "\n".join(part.removesuffix("\n") for part in parts if part)


def _read_list(block: Json, wording: Wording, depth: int) -> str:
    indent = _STEP * whole(block, "indent", _MOST_INDENT)
    ordered = string(block, "style") == "ordered"
    first = whole(block, "offset", _MOST_OFFSET) + 1
    lines = []
    for number, item in enumerate(objects(block.get("elements")), first):
        text = read_rich(item, wording, depth + 1)
        if string(item, "type") == "rich_text_list":
            lines.append(text)
            continue
        mark = f"{indent}{number}. " if ordered else f"{indent}• "
        lines.append(mark + text.strip("\n").replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)


def _read_line(block: Json, wording: Wording, depth: int, *, code: bool = False) -> str:
    """Join the pieces of a line; neighbours typed as code share one pair of marks."""
    pieces = [
        (not code and _is_code(piece), _read_piece(piece, wording, depth + 1))
        for piece in objects(block.get("elements"))
    ]
    line = ""
    for marked, run in groupby(pieces, key=lambda piece: piece[0]):
        text = "".join(piece[1] for piece in run)
        line += f"`{text}`" if marked and text.strip() else text
    return line


def _is_code(piece: Json) -> bool:
    style = piece.get("style")
    return isinstance(style, dict) and style.get("code") is True


def _read_piece(piece: Json, wording: Wording, depth: int) -> str:
    kind = string(piece, "type")
    if kind in _PIECES:
        return _PIECES[kind](piece, wording)
    if kind.startswith("rich_text") or isinstance(piece.get("elements"), list):
        return read_rich(piece, wording, depth)
    return _text(piece) or unescape(string(piece, "fallback"))


def _text(piece: Json, _: Any = None) -> str:
    # Interactive payloads carry text escaped where the block itself was posted without:
    # https://github.com/slackapi/bolt-python/issues/513
    return unescape(string(piece, "text"))


def _link(piece: Json, wording: Wording) -> str:
    return wording.link(unescape(string(piece, "url")), _text(piece))


def _broadcast(piece: Json, _: Wording) -> str:
    reach = string(piece, "range")
    return f"@{reach}" if reach else ""


def _date(piece: Json, _: Wording) -> str:
    return unescape(string(piece, "fallback")) or read_time(piece.get("timestamp"))


_PIECES: dict[str, Callable[[Json, Wording], str]] = {
    "text": _text,
    "link": _link,
    "emoji": lambda piece, _: read_emoji(piece),
    "user": lambda piece, wording: wording.person(string(piece, "user_id")),
    "usergroup": lambda piece, wording: wording.group(string(piece, "usergroup_id")),
    "team": lambda piece, wording: wording.group(string(piece, "team_id")),
    "channel": lambda piece, wording: wording.channel(string(piece, "channel_id")),
    "broadcast": _broadcast,
    "date": _date,
    "color": lambda piece, _: string(piece, "value"),
}
