"""What somebody typed, as Slack delivers it: escaped text, and the same as rich text."""

import html
import re

from closebot.sandbox.slack_api.records import Json
from closebot.sandbox.slack_api.state import State

_LINK = re.compile(
    r"(?P<known><[@#][A-Z0-9]+>)"
    r"|(?P<url>\bhttps?://[^\s<>|]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
)
_ANGLED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


def escape_typed(state: State, text: str) -> str:
    """Escape what somebody typed as Slack does for a command with `should_escape`.

    The three characters become entities, links and addresses are put in angle brackets, and a
    mention of somebody or of a channel that exists stays one.
    """
    parts, end = [], 0
    for match in _LINK.finditer(text):
        parts.append(_entities(text[end : match.start()]))
        found, end = match[0], match.end()
        if match["known"]:
            name = found[2:-1]
            exists = name in state.users or name in state.conversations
            parts.append(found if exists else _entities(found))
        elif match["url"]:
            parts.append(f"<{_entities(found)}>")
        else:
            parts.append(f"<mailto:{found}|{found}>")
    return "".join(parts) + _entities(text[end:])


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rich_blocks(escaped: str, block_id: str) -> list[Json]:
    """Return the rich text that Slack keeps of a person's message."""
    pieces, end = [], 0
    for match in _ANGLED.finditer(escaped):
        pieces += _text(escaped[end : match.start()])
        pieces.append(_angled(match))
        end = match.end()
    pieces += _text(escaped[end:])
    part = {"type": "rich_text_section", "elements": pieces}
    return [{"type": "rich_text", "block_id": block_id, "elements": [part]}]


def _text(escaped: str) -> list[Json]:
    return [{"type": "text", "text": html.unescape(escaped)}] if escaped else []


def _angled(match: re.Match[str]) -> Json:
    target, label = match[1], match[2]
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    link: Json = {"type": "link", "url": html.unescape(target)}
    return link | ({"text": html.unescape(label)} if label else {})
