"""Blocks, elements, messages and views, as plain dicts."""

from collections.abc import Sequence
from typing import Literal

from closebot.slack.kit.texts import (
    CONTEXT,
    HEADER,
    LABEL,
    MESSAGE,
    MOST_MESSAGE_BLOCKS,
    MOST_VIEW_BLOCKS,
    SECTION,
    STYLED,
    TITLE,
    Json,
    clip,
    clip_escaped,
    label,
    mrkdwn,
    plain,
    quote,
)


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
    title, details = clip(title, HEADER), clip(details, SECTION // 3)
    text = f"{title}\n{details}" if details else title
    drawn: Json
    if STYLED.search(text) or not title.strip():
        drawn = plain(text, SECTION)
    else:
        bold = f"*{quote(title, SECTION // 2)}*"
        drawn = mrkdwn(f"{bold}\n{quote(details, SECTION // 2)}" if details else bold)
    block: Json = {"type": "section", "text": drawn}
    return block | {"accessory": accessory} if accessory else block


def context(text: str) -> Json:
    """Draw a small grey line of ours in mrkdwn."""
    return {"type": "context", "elements": [mrkdwn(clip_escaped(text, CONTEXT))]}


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


def message(text: str, blocks: Sequence[Json] = ()) -> Json:
    """Make a message. `text` is escaped mrkdwn: what a notification or a screen reader says.

    More blocks than Slack takes are cut, with a line that says so.
    """
    drawn = list(blocks)
    if len(drawn) > MOST_MESSAGE_BLOCKS:
        drawn = [*drawn[: MOST_MESSAGE_BLOCKS - 1], context("There is more than fits here.")]
    body: Json = {"text": clip_escaped(text, MESSAGE)}
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
    tell_when_closed: bool = False,
) -> Json:
    """Make a modal view (https://docs.slack.dev/surfaces/modals).

    `metadata` comes back as the call's `state`.
    """
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
    if tell_when_closed:
        view["notify_on_close"] = True
    return view


def home(blocks: Sequence[Json]) -> Json:
    """Make a home tab (https://docs.slack.dev/surfaces/app-home).

    More blocks than Slack takes are cut, with a line that says so.
    """
    drawn = list(blocks)
    if len(drawn) > MOST_VIEW_BLOCKS:
        drawn = [*drawn[: MOST_VIEW_BLOCKS - 1], context("There is more than fits here.")]
    return {"type": "home", "blocks": drawn}
