"""A whole message as plain text: what was said, what was attached, which files came with it."""

import re
from collections.abc import Mapping
from typing import Any

from closebot.slack.kit import Json
from closebot.slack.readable.blocks import read_blocks, read_text
from closebot.slack.readable.shapes import objects, string
from closebot.slack.readable.wording import Wording, unescape

# Not for people: control characters, and halves of characters, which no CRM can store.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# What Slack puts in where an attachment has nothing but blocks.
_NO_PREVIEW = "[no preview available]"


def read_message(message: Json, *, names: Mapping[str, str] | None = None) -> str:
    """Read a message as Slack delivers it in plain text, "" where it says nothing.

    `names` maps ids of people, channels and user groups to names. Whatever the shape, nothing is
    raised: what can be read is read. Nothing is clipped.
    """
    if not isinstance(message, dict):
        return ""
    wording = Wording(names or {}, string(message, "text"))
    files = "\n".join(_read_file(file, wording) for file in _files(message))
    return tidy("\n\n".join([read_said(message, wording), files]))


def mentioned(message: Json) -> list[str]:
    """List the ids of the people a message mentions, in order and once each, to look them up."""
    if not isinstance(message, dict):
        return []
    wording = Wording({})
    read_said(message, wording)
    return wording.people


def read_said(message: Json, wording: Wording) -> str:
    """Read the blocks of a message, or its text where they say nothing, and its attachments."""
    said = read_blocks(message.get("blocks"), wording)
    if not said.strip():
        said = read_text(message.get("text"), wording)
    attached = [_read_attachment(one, wording) for one in objects(message.get("attachments"))]
    return "\n\n".join(part for part in (said, *attached) if part.strip())


def tidy(text: str) -> str:
    """Leave out what cannot be written, blanks at the ends and more than one empty line."""
    text = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _read_attachment(attachment: Json, wording: Wording) -> str:
    title = read_text(attachment.get("title"), wording)
    lines = [
        read_text(attachment.get("pretext"), wording),
        unescape(string(attachment, "author_name")),
        wording.link(unescape(string(attachment, "title_link")), title) if title else "",
        _read_body(attachment, wording),
        *(_read_field(field, wording) for field in objects(attachment.get("fields"))),
        *(_read_file(file, wording) for file in _files(attachment)),
    ]
    said = "\n".join(line for line in lines if line.strip())
    fallback = string(attachment, "fallback")
    return said or ("" if fallback.lower() == _NO_PREVIEW else read_text(fallback, wording))


def _read_body(attachment: Json, wording: Wording) -> str:
    """Read an attachment's blocks, or those of the message it shares, or its text."""
    blocks = read_blocks(attachment.get("blocks"), wording)
    if not blocks.strip():
        shared = [_dict(one.get("message")) for one in objects(attachment.get("message_blocks"))]
        blocks = "\n".join(read_blocks(one.get("blocks"), wording) for one in shared)
    return blocks if blocks.strip() else read_text(attachment.get("text"), wording)


def _read_field(field: Json, wording: Wording) -> str:
    title = read_text(field.get("title"), wording).strip().removesuffix(":")
    value = read_text(field.get("value"), wording).strip()
    return f"{title}: {value}" if title and value else title or value


def _files(holder: Json) -> list[Json]:
    """Return the files that are still there: one that was deleted has neither name nor address."""
    return [
        file
        for file in objects(holder.get("files"))
        if any(string(file, key).strip() for key in ("name", "title", "permalink"))
    ]


def _read_file(file: Json, wording: Wording) -> str:
    name = unescape(string(file, "name") or string(file, "title")).replace("\n", " ")
    return f"File: {wording.link(unescape(string(file, 'permalink')), name)}"


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
