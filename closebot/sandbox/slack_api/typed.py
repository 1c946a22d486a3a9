"""What somebody typed, as Slack delivers it: escaped text, and the same as rich text."""

import html
import re
from itertools import groupby

from closebot.sandbox.slack_api.records import Json
from closebot.sandbox.slack_api.state import State

_LINK = re.compile(
    r"(?P<known><[@#][A-Z0-9]+>)"
    r"|(?P<url>\bhttps?://[^\s<>|]+)"
    r"|(?P<email>(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+)"
)
_FENCE = re.compile(r"\n?```\n?(.+?)\n?```\n?", re.DOTALL)
# Without a limit, many marks that nothing closes would be looked through to the end of the line.
_PIECE = re.compile(
    r"(?P<angled><(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>)"
    r"|`(?P<code>[^`\n]+)`"
    r"|:(?P<emoji>[a-z0-9_+'-]+):"
    r"|(?<!\w)(?P<mark>[*_~])(?P<inside>(?![\s*_~])[^\n]{0,500}?(?<!\s))(?P=mark)(?!\w)"
)
_STYLES = {"*": "bold", "_": "italic", "~": "strike"}
# Some of Slack's names; another one stays text, as one that Slack does not know.
EMOJI = {
    "+1": "👍",
    "eyes": "👀",
    "fire": "🔥",
    "moneybag": "💰",
    "rocket": "🚀",
    "slightly_smiling_face": "🙂",
    "smile": "😄",
    "tada": "🎉",
    "thumbsup": "👍",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
}


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
    """Return the rich text that Slack keeps of a person's message: what was typed as mrkdwn.

    Fences become preformatted text and quoted lines a quote; styles, code and names of emoji are
    read within a line.
    """
    parts: list[Json] = []
    for index, part in enumerate(_FENCE.split(escaped)):
        if index % 2:
            inside = [{"type": "text", "text": html.unescape(part)}]
            parts.append({"type": "rich_text_preformatted", "elements": inside})
        elif part or not escaped:
            parts += _read_lines(part)
    return [{"type": "rich_text", "block_id": block_id, "elements": parts}]


def _read_lines(text: str) -> list[Json]:
    """Read lines, quoted ones and others, as many together as belong together."""
    made = []
    for quoted, lines in groupby(text.split("\n"), lambda line: line.startswith("&gt;")):
        said = "\n".join(line.removeprefix("&gt;").removeprefix(" ") if quoted else line
                         for line in lines)  # fmt: skip
        kind = "rich_text_quote" if quoted else "rich_text_section"
        made.append({"type": kind, "elements": _read_pieces(said, {})})
    return made


def _read_pieces(escaped: str, style: Json) -> list[Json]:
    pieces, end = [], 0
    for match in _PIECE.finditer(escaped):
        if match["emoji"] and match["emoji"] not in EMOJI:
            continue
        pieces += _text(escaped[end : match.start()], style)
        end = match.end()
        if match["angled"]:
            pieces.append(_styled(_angled(match["target"], match["label"]), style))
        elif match["code"]:
            pieces += _text(match["code"], style | {"code": True})
        elif match["emoji"]:
            code = "-".join(f"{ord(one):x}" for one in EMOJI[match["emoji"]])
            pieces.append({"type": "emoji", "name": match["emoji"], "unicode": code})
        else:
            pieces += _read_pieces(match["inside"], style | {_STYLES[match["mark"]]: True})
    return pieces + _text(escaped[end:], style)


def _text(escaped: str, style: Json) -> list[Json]:
    return [_styled({"type": "text", "text": html.unescape(escaped)}, style)] if escaped else []


def _styled(piece: Json, style: Json) -> Json:
    return piece | ({"style": style} if style else {})


def _angled(target: str, label: str | None) -> Json:
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    link: Json = {"type": "link", "url": html.unescape(target)}
    return link | ({"text": html.unescape(label)} if label else {})
