"""What may stand in a message or a view: checked before it is kept."""

from typing import Any

from closebot.sandbox.slack_api.blocks import check_message, check_view
from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.records import Json
from closebot.sandbox.slack_api.rules import Problem, Rule, an_object, items, string
from closebot.sandbox.slack_api.views import is_too_large

LONGEST_TEXT = 40_000
MOST_ATTACHMENTS = 100
# https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
_WORDS = ("color", "fallback", "footer", "pretext", "text", "title", "title_link")
_ATTACHED: dict[str, Rule] = dict.fromkeys(_WORDS, string(LONGEST_TEXT, 0)) | {
    "fields": items(an_object, LONGEST_TEXT, 0)
}


def read_message(arguments: Json, *, rich_text: bool = True) -> Json:
    """Return text, blocks and attachments of a message, as far as given. Raises `Refused`."""
    content: Json = {}
    if arguments.get("text") is not None:
        content["text"] = _read_text(arguments["text"])
    if arguments.get("blocks") is not None:
        content["blocks"] = read_blocks(arguments["blocks"], rich_text=rich_text)
    if arguments.get("attachments") is not None:
        content["attachments"] = _read_attachments(arguments["attachments"])
    if arguments.get("markdown_text") is not None:
        if content.get("text") or content.get("blocks"):
            raise Refused("markdown_text_conflict")
        content["text"] = _read_text(arguments["markdown_text"])
    if not any(content.values()):
        raise Refused("no_text")
    return content


def _read_text(text: Any) -> str:
    if not isinstance(text, str):
        raise Refused("invalid_arguments", "[ERROR] must be a string [json-pointer:/text]")
    if len(text) > LONGEST_TEXT:
        raise Refused("msg_too_long")
    return text


def read_blocks(blocks: Any, *, rich_text: bool = True) -> list[Json]:
    """Return the blocks of a message. Raises `Refused`."""
    problems = check_message(blocks, rich_text=rich_text)
    if problems:
        lines = [problem.line for problem in problems]
        raise Refused("invalid_blocks", *lines, errors=[problem.message for problem in problems])
    return list(blocks)


def _read_attachments(attachments: Any) -> list[Json]:
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise Refused("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise Refused("too_many_attachments")
    for place, attachment in enumerate(attachments):
        if problems := check_attached(attachment, f"/attachments/{place}"):
            raise Refused("invalid_attachments", *[problem.line for problem in problems])
        if attachment.get("blocks") is not None:
            read_blocks(attachment["blocks"])
    return attachments


def check_attached(attachment: Json, at: str) -> list[Problem]:
    """Find what Slack would not take in what is attached to a message, its blocks apart."""
    found: list[Problem] = []
    for key, rule in _ATTACHED.items():
        if attachment.get(key) is not None:
            rule(attachment[key], f"{at}/{key}", found)
    return found


def read_view(view: Any, kinds: tuple[str, ...] = ("modal",)) -> Json:
    """Return a view that an app sent. Raises `Refused`."""
    if not isinstance(view, dict):
        raise Refused("invalid_arguments", "[ERROR] must be an object [json-pointer:/view]")
    if view.get("type") not in kinds:
        raise Refused("invalid_arguments", "[ERROR] unsupported type [json-pointer:/view/type]")
    if is_too_large(view):
        raise Refused("view_too_large", "[ERROR] a view is at most 250 kB [json-pointer:/view]")
    problems = check_view(view)
    if problems:
        raise Refused("invalid_arguments", *[problem.line for problem in problems])
    return {key: value for key, value in view.items() if value is not None}
