"""Text on its way in and out of Slack: escaped, clipped, and read as it was typed.

The rules stand at the top of the package.
"""

import html
import re
from typing import Any

Json = dict[str, Any]

# Buttons that open an address begin so; a click on one needs no answer but the ack.
LINK = "link."
MOST_MESSAGE_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
HEADER = 150
SECTION = 3000
CONTEXT = 2000
BUTTON = 75
OPTION = 75
OPTION_VALUE = 150
MOST_OPTIONS = 100
TITLE = 24
LABEL = 2000
MESSAGE = 4000

# Slack reads these as style, emoji or a quote when they stand in mrkdwn.
STYLED = re.compile(r"[*_~`]|:[\w+'-]+:|^[ \t]*>", re.MULTILINE)
# What Slack puts in angle brackets when `should_escape` is on.
_ANGLED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def escape(text: str) -> str:
    """Make outside text safe in mrkdwn: it pings nobody and forges no link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, limit: int) -> str:
    """Shorten to `limit` code points, ending with “…”."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def quote(text: str, limit: int = SECTION) -> str:
    """Escape outside text for mrkdwn and shorten it so that the *escaped* form fits `limit`."""
    escaped = escape(text)
    if len(escaped) <= limit:
        return escaped
    room, kept = limit - 1, []
    for character in text:
        room -= len(escape(character))
        if room < 0:
            break
        kept.append(character)
    return escape("".join(kept).rstrip()) + "…"


def read_typed(text: str) -> str:
    """Turn what Slack delivered back into what the person typed.

    Mentions become `@name`, links and addresses become their own text, entities are un-escaped
    once. https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    return html.unescape(_ANGLED.sub(_unangle, text))


def _unangle(match: re.Match[str]) -> str:
    target, label = match[1], match[2] or ""
    if target.startswith(("@", "#")):
        return target[0] + (label or target[1:])
    if target.startswith("!"):
        return label or "@" + target[1:].split("^")[0]
    bare = re.sub(r"^(mailto:|tel:)", "", target)
    # A label that is not an address itself ("our site") would lose what the link is about.
    return label if re.search(r"[.@+\d]", label) else bare


def plain(text: str, limit: int) -> Json:
    """Make a `plain_text` object of outside text; an empty one is refused by Slack."""
    return {"type": "plain_text", "text": clip(text, limit) or " ", "emoji": False}


def label(text: str, limit: int = BUTTON) -> Json:
    """Make a `plain_text` object of our own words, in which `:emoji:` are drawn."""
    return {"type": "plain_text", "text": clip(text, limit), "emoji": True}


def mrkdwn(text: str) -> Json:
    """Make a `mrkdwn` object of a sentence of ours; outside text in it has passed `quote`.

    An empty one is refused by Slack.
    """
    return {"type": "mrkdwn", "text": clip_escaped(text, SECTION) or " ", "verbatim": True}


def clip_escaped(escaped: str, limit: int) -> str:
    """Clip text that is escaped already, without leaving half an entity at the end."""
    if len(escaped) <= limit:
        return escaped
    return re.sub(r"&[a-z]{0,3}$", "", escaped[: limit - 1]).rstrip() + "…"


def say_plainly(text: str) -> str:
    """Turn a sentence of ours from mrkdwn into plain text, for places that show no style."""
    return html.unescape(re.sub(r"[*`]", "", text))
