"""Slack's mrkdwn, and Markdown in part, as plain text.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from datetime import UTC, datetime
from typing import Any

from closebot.slack.readable import emoji
from closebot.slack.readable.wording import Wording, unescape

# Stands for what is read already, so that nothing in it is taken for style.
_HOLE = "\x00"
_CODE = r"(?P<fence>```[\s\S]*?```)|(?P<code>`[^`\n]+`)"
_ANGLED = r"<(?P<angled>(?:[@#!]|[A-Za-z][A-Za-z0-9+.-]*:)[^<>\n]*)>"
_BARE = r"(?P<bare>https?://[^\s<>|`]*[^\s<>|`*_~])"
_NAMED = r"(?P<emoji>" + emoji.NAMED.pattern + ")"
_MARKDOWN_LINK = r"!?\[(?P<label>[^\[\]\n]*)\]\((?P<target>[^\s()]+)\)"

_IN_MRKDWN = re.compile(f"{_CODE}|{_ANGLED}|{_BARE}|{_NAMED}")
_IN_MARKDOWN = re.compile(f"{_CODE}|{_ANGLED}|{_MARKDOWN_LINK}|{_BARE}|{_NAMED}")
_IN_CODE = re.compile(_ANGLED)

# A mark opens before something and closes after something, and neither touches a word outside:
# snake_case, 2*3*4 and ~/notes are no style. Other marks may stand between it and the word.
_STYLES = tuple(
    re.compile(
        rf"(?<![^\W_])(?<!{mark}){mark}([^\s{mark}](?:[^{mark}\n]*[^\s{mark}])?){mark}(?!{mark}|[^\W_])"
    )
    for mark in (r"\*", "_", "~")
)
_DOUBLED = re.compile(r"(\*\*|~~)([^\s*~](?:[^*~\n]*[^\s*~])?)\1")
_HEADING = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)
_QUOTED = re.compile(r"^[ \t]*(?:&gt;|>)[ \t]?(?!=)", re.MULTILINE)
_ALL_QUOTED = re.compile(r"^[ \t]*(?:&gt;|>){3}[ \t]?([\s\S]+)", re.MULTILINE)
# The year 10000: what datetime cannot hold.
_TOO_LATE = 253_402_300_800


def read_mrkdwn(text: str, wording: Wording) -> str:
    """Read mrkdwn: ids by name, links in full, no marks of style, entities un-escaped once."""
    return _read(text, _IN_MRKDWN, wording)


def read_markdown(text: str, wording: Wording) -> str:
    """Read the Markdown of a `markdown` block: its links, headings and marks of style too."""
    return _read(text, _IN_MARKDOWN, wording)


def read_plain(text: str) -> str:
    """Read plain text, which arrives escaped and with emoji by name."""
    return unescape(emoji.draw_all(text))


def read_time(timestamp: Any) -> str:
    """Write Unix seconds as a time in UTC, "" for anything else."""
    number = isinstance(timestamp, int | float) and not isinstance(timestamp, bool)
    if not number or not 0 <= timestamp < _TOO_LATE:
        return ""
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M UTC")


def quote(text: str) -> str:
    """Put `> ` before every line."""
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _read(text: str, literal: re.Pattern[str], wording: Wording) -> str:
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(_literal(found, wording))
        return _HOLE

    text = literal.sub(hold, text.replace(_HOLE, ""))
    if literal is _IN_MARKDOWN:
        text = _DOUBLED.sub(r"\2", _HEADING.sub("", text))
    text = _ALL_QUOTED.sub(lambda found: quote(found[1]), text)
    text = _QUOTED.sub("> ", text)
    for style in _STYLES:
        text = style.sub(r"\1", text)
    readings = iter(held)
    return re.sub(_HOLE, lambda _: next(readings), unescape(text))


def _literal(found: re.Match[str], wording: Wording) -> str:
    part = found.groupdict()
    if code := part["fence"] or part["code"]:
        return unescape(_IN_CODE.sub(lambda inner: _angled(inner["angled"], wording), code))
    if part["angled"]:
        return _angled(part["angled"], wording)
    if part["bare"]:
        return wording.link(unescape(part["bare"]))
    if part["emoji"]:
        return emoji.draw_all(part["emoji"])
    return wording.link(unescape(part["target"]), unescape(part["label"]))


def _angled(inner: str, wording: Wording) -> str:
    """Read what stands between `<` and `>`: a mention, a date or a link, with its label."""
    target, _, label = inner.partition("|")
    target, label = unescape(target), read_plain(label)
    if target.startswith("@"):
        return wording.person(target[1:], label)
    if target.startswith("#"):
        return wording.channel(target[1:], label)
    if target.startswith("!"):
        return _special(target[1:], label, wording)
    return wording.link(target, label)


def _special(target: str, label: str, wording: Wording) -> str:
    """Read what stands behind `<!`: a user group, a date or a call to everybody."""
    name, *rest = target.split("^")
    if name == "subteam" and rest:
        return wording.group(rest[0], label)
    if name == "date" and rest:
        return label or read_time(int(rest[0]) if re.fullmatch(r"[0-9]{1,12}", rest[0]) else None)
    if name in {"here", "channel", "everyone"}:
        return f"@{name}"
    return label or f"@{name}"
