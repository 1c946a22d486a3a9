"""Block Kit as plain functions, and the one place where outside text is escaped and clipped.

Rules of the house for text that people or the CRM supplied:

- in `mrkdwn` it is escaped (`& < >`), in `plain_text` and `rich_text` it is passed as it is,
  since Slack does not interpret control sequences there;
- it is clipped to the limit of the place where it stands, counted in code points of the *escaped*
  form, so that no entity is ever cut in half;
- where it must be shown literally, use `rich_text` or `row`: mrkdwn would read `*_~` as style.

Limits: https://docs.slack.dev/reference/block-kit/blocks and
https://docs.slack.dev/reference/block-kit/composition-objects.
Escaping: https://docs.slack.dev/messaging/formatting-message-text.
"""

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal

Json = dict[str, Any]

MOST_MESSAGE_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
HEADER = 150
SECTION = 3000
CONTEXT = 2000
BUTTON = 75
OPTION = 75
TITLE = 24
LABEL = 2000
MESSAGE = 4000

# Slack reads these as style, emoji or a quote when they stand in mrkdwn.
_STYLED = re.compile(r"[*_~`]|:[\w+'-]+:|^\s*>", re.MULTILINE)
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


# --- text objects -----------------------------------------------------------------------------


def plain(text: str, limit: int) -> Json:
    """Make a `plain_text` object of outside text; an empty one is refused by Slack."""
    return {"type": "plain_text", "text": clip(text, limit) or " ", "emoji": False}


def label(text: str, limit: int = BUTTON) -> Json:
    """Make a `plain_text` object of our own words, in which `:emoji:` are drawn."""
    return {"type": "plain_text", "text": clip(text, limit), "emoji": True}


def mrkdwn(text: str) -> Json:
    """Make a `mrkdwn` object of a sentence of ours; outside text in it has passed `quote`."""
    return {"type": "mrkdwn", "text": _whole(text, SECTION), "verbatim": True}


def _whole(escaped: str, limit: int) -> str:
    """Clip text that is escaped already, without leaving half an entity at the end."""
    if len(escaped) <= limit:
        return escaped
    return re.sub(r"&[a-z]{0,3}$", "", escaped[: limit - 1]).rstrip() + "…"


# --- blocks -----------------------------------------------------------------------------------


def header(text: str) -> Json:
    """Draw outside text as a title, literally."""
    return {"type": "header", "text": plain(text, HEADER)}


def section(text: str, *, accessory: Json | None = None) -> Json:
    """Draw a sentence of ours in mrkdwn."""
    block: Json = {"type": "section", "text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory else block


def row(title: str, details: str, *, accessory: Json | None = None) -> Json:
    """Draw a line of a list: a bold title, details below, both literal outside text.

    Where Slack would read a character in it as style, the row stands in plain text instead.
    """
    text = f"{title}\n{details}" if details else title
    drawn: Json
    if _STYLED.search(text) or not title.strip():
        drawn = plain(text, SECTION)
    else:
        bold = f"*{quote(title, SECTION // 2)}*"
        drawn = mrkdwn(f"{bold}\n{quote(details, SECTION // 2)}" if details else bold)
    block: Json = {"type": "section", "text": drawn}
    return block | {"accessory": accessory} if accessory else block


def context(text: str) -> Json:
    """Draw a small grey line of ours in mrkdwn."""
    return {"type": "context", "elements": [mrkdwn(_whole(text, CONTEXT))]}


def divider() -> Json:
    """Draw a line."""
    return {"type": "divider"}


def actions(*elements: Json) -> Json:
    """Draw a row of buttons and menus (at most 25, five of them visible)."""
    return {"type": "actions", "elements": list(elements)}


def button(
    text: str,
    action_id: str,
    *,
    value: str = "",
    url: str = "",
    style: Literal["primary", "danger"] | None = None,
    confirm: Json | None = None,
) -> Json:
    """Draw a button; `value` comes back with the click, `url` opens in the browser as well."""
    element: Json = {"type": "button", "text": label(text), "action_id": action_id}
    if value:
        element["value"] = value
    if url:
        element["url"] = url
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    return element


def confirm(title: str, text: str, yes: str, no: str = "Cancel") -> Json:
    """Ask before a button acts; all words are ours."""
    return {
        "title": label(title, 100),
        "text": label(text, 300),
        "confirm": label(yes, 30),
        "deny": label(no, 30),
    }


def text_input(
    block_id: str,
    words: str,
    *,
    hint: str = "",
    placeholder: str = "",
    initial: str = "",
    multiline: bool = False,
    optional: bool = False,
    focus: bool = False,
    longest: int = SECTION,
) -> Json:
    """Draw a labelled text field. Its block id is the form's field name."""
    element: Json = {
        "type": "plain_text_input",
        "action_id": "value",
        "multiline": multiline,
        "max_length": longest,
        "focus_on_load": focus,
    }
    if placeholder:
        element["placeholder"] = label(placeholder, 150)
    if initial:
        element["initial_value"] = clip(initial, longest)
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": label(words, LABEL),
        "element": element,
        "optional": optional,
    }
    return block | {"hint": label(hint, LABEL)} if hint else block


# --- rich text: no parsing at all, the safest place for CRM text ------------------------------


def words(text: str, *, bold: bool = False, italic: bool = False) -> Json:
    """Make a piece of rich text, shown literally."""
    piece: Json = {"type": "text", "text": clip(text, SECTION)}
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return piece | {"style": style} if style else piece


def link(url: str, text: str = "") -> Json:
    """Make a link in rich text; http(s), mailto and tel only, anything else is shown as text."""
    if not re.fullmatch(r"(https?://|mailto:|tel:)[^\s<>]+", url):
        return words(text or url or " ")
    piece: Json = {"type": "link", "url": clip(url, SECTION)}
    return piece | {"text": clip(text, SECTION)} if text else piece


def line(*pieces: Json) -> Json:
    """Join pieces into a paragraph of rich text."""
    return {"type": "rich_text_section", "elements": [piece for piece in pieces if _drawn(piece)]}


def bullets(lines: Iterable[Json]) -> Json:
    """Make a bulleted list of paragraphs."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(lines)}


def rich(*parts: Json) -> Json:
    """Make a rich text block of paragraphs and lists."""
    return {"type": "rich_text", "elements": list(parts)}


def _drawn(piece: Json) -> bool:
    return bool(piece["type"] != "text" or piece["text"])


# --- surfaces ---------------------------------------------------------------------------------


def message(text: str, blocks: Sequence[Json] = ()) -> Json:
    """Make a message. `text` is escaped mrkdwn: what a notification or a screen reader says.

    More blocks than Slack takes are cut, with a line that says so.
    """
    drawn = list(blocks)
    if len(drawn) > MOST_MESSAGE_BLOCKS:
        drawn = [*drawn[: MOST_MESSAGE_BLOCKS - 1], context("There is more than fits here.")]
    body: Json = {"text": _whole(text, MESSAGE)}
    return body | {"blocks": drawn} if drawn else body


def sentence(text: str, *extra: Json) -> Json:
    """Make a message of one sentence of ours and, below it, what can be done."""
    return message(text, [section(text), *extra])


def modal(
    callback_id: str,
    title: str,
    blocks: Sequence[Json],
    *,
    submit: str = "",
    close: str = "Close",
    metadata: str = "",
) -> Json:
    """Make a modal view (https://docs.slack.dev/surfaces/modals)."""
    view: Json = {
        "type": "modal",
        "callback_id": callback_id,
        "title": label(title, TITLE),
        "close": label(close, TITLE),
        "blocks": list(blocks)[:MOST_VIEW_BLOCKS],
    }
    if submit:
        view["submit"] = label(submit, TITLE)
    if metadata:
        view["private_metadata"] = metadata
    return view
