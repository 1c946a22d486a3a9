"""Rich text: no parsing at all, the safest place for CRM text."""

import re
from collections.abc import Iterable

from closebot.slack.kit.texts import CONTEXT, SECTION, Json, clip, escape

_ADDRESS = re.compile(r"(https?://|mailto:|tel:)[^\s<>]{1,1000}")


def words(text: str, *, bold: bool = False, italic: bool = False) -> Json:
    """Make a piece of rich text, shown literally."""
    piece: Json = {"type": "text", "text": clip(text, SECTION)}
    if bold:
        piece["style"] = {"bold": True}
    if italic:
        piece.setdefault("style", {})["italic"] = True
    return piece


def code(text: str) -> Json:
    """Make a piece of rich text in the manner of something typed, shown literally."""
    return {"type": "text", "text": clip(text, CONTEXT), "style": {"code": True}}


def quoted(text: str) -> Json:
    """Make a piece of rich text: what somebody typed, in quotes, whatever its direction."""
    return words(f"“\u2068{clip(text, CONTEXT)}\u2069”")


def link(url: str, text: str = "") -> Json:
    """Make a link in rich text; http(s), mailto and tel only, anything else is shown as text."""
    if not _ADDRESS.fullmatch(url):
        return words(text or url or " ")
    piece: Json = {"type": "link", "url": url}
    return piece | {"text": clip(text, SECTION)} if text else piece


def channel(channel_id: str) -> Json:
    """Make a channel's name in rich text; what is no id of one is shown as text."""
    if not re.fullmatch(r"[CG][A-Z0-9]{1,30}", channel_id):
        return words(clip(channel_id, 100) or " ")
    return {"type": "channel", "channel_id": channel_id}


def line(*pieces: Json) -> Json:
    """Join pieces into a paragraph of rich text."""
    return {"type": "rich_text_section", "elements": [piece for piece in pieces if _drawn(piece)]}


def bullets(lines: Iterable[Json]) -> Json:
    """Make a bulleted list of paragraphs."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(lines)}


def rich(*parts: Json) -> Json:
    """Make a rich text block of paragraphs and lists."""
    return {"type": "rich_text", "elements": list(parts)}


def read_words(blocks: Iterable[Json]) -> str:
    """Return the words of sections and rich text as mrkdwn, one block a line."""
    lines = []
    for block in blocks:
        if block["type"] == "section":
            lines.append(block["text"]["text"])
        elif block["type"] == "rich_text":
            for part in block["elements"]:
                pieces = part["elements"]
                lines.append(escape("".join(piece.get("text", "") for piece in pieces)))
    return "\n".join(lines)


def _drawn(piece: Json) -> bool:
    return bool(piece["type"] != "text" or piece["text"])
