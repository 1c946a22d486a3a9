"""What Slack takes, checked by hand; and a card in plain words, as a person reads it.

Limits: https://docs.slack.dev/reference/block-kit/blocks.
"""

import re

MOST_BLOCKS = 50
LONGEST = {"header": 150, "section": 3000, "context": 2000, "button": 75, "message": 4000}
# What mrkdwn may hold beside words: an escaped sign, and a person whom we name ourselves.
_ACTS = re.compile(r"<(?!@U\w+>)|(?<!@U1)>|&(?!(?:amp|lt|gt);)")
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)\S+")


def faults(message):
    """Return what Slack would refuse or act upon in a message, in words."""
    blocks = message["blocks"]
    found = list(_in_mrkdwn("message", message["text"]))
    if not 1 <= len(blocks) <= MOST_BLOCKS:
        found.append(f"{len(blocks)} blocks")
    for block in blocks:
        found += _CHECKS[block["type"]](block)
    return found


def _in_mrkdwn(place, text):
    if not 1 <= len(text) <= LONGEST[place]:
        yield f"{place} of {len(text)} characters"
    if found := _ACTS.search(text):
        yield f"{place} with {text[found.start() : found.start() + 20]!r}"


def _in_text(place, text):
    if text["type"] == "mrkdwn":
        yield from _in_mrkdwn(place, text["text"])
        if not text["verbatim"]:
            yield f"{place} in which Slack looks for links"
    elif not 1 <= len(text["text"]) <= LONGEST[place]:
        yield f"{place} of {len(text['text'])} characters"


def _in_header(block):
    if block["text"]["type"] != "plain_text" or block["text"]["emoji"]:
        yield "header that is not literal"
    yield from _in_text("header", block["text"])


def _in_section(block):
    yield from _in_text("section", block["text"])
    if "accessory" in block:
        yield from _in_button(block["accessory"])


def _in_context(block):
    for element in block["elements"]:
        yield from _in_text("context", element)


def _in_actions(block):
    if not 1 <= len(block["elements"]) <= 25:
        yield f"{len(block['elements'])} buttons"
    for element in block["elements"]:
        yield from _in_button(element)


def _in_button(button):
    if "options" in button:
        yield from _in_menu(button)
        return
    yield from _in_text("button", button["text"])
    if len(button.get("value", "")) > 2000:
        yield "button with a long value"
    if "url" in button and not _is_address(button["url"]):
        yield f"button to {button['url'][:40]!r}"


def _in_menu(menu):
    most = 5 if menu["type"] == "overflow" else 100
    if not 1 <= len(menu["options"]) <= most:
        yield f"menu of {len(menu['options'])}"
    for option in menu["options"]:
        yield from _in_text("button", option["text"])
        if not 1 <= len(option["value"]) <= 150:
            yield f"option with a value of {len(option['value'])} characters"


def _is_address(url):
    return len(url) <= 3000 and bool(_ADDRESS.fullmatch(url))


def _in_rich_text(block):
    for part in block["elements"]:
        lines = part["elements"] if part["type"] == "rich_text_list" else [part]
        if not lines:
            yield "empty list"
        for line in lines:
            yield from _in_line(line)


def _in_line(line):
    if line["type"] != "rich_text_section" or not line["elements"]:
        yield f"{line['type']} of {len(line['elements'])} pieces"
    for piece in line["elements"]:
        if piece["type"] not in ("text", "link"):
            yield f"{piece['type']} in rich text"
        if not 1 <= len(piece.get("text", "link")) <= 3000:
            yield f"rich text of {len(piece['text'])} characters"
        if piece["type"] == "link" and not _is_address(piece["url"]):
            yield f"link to {piece['url'][:40]!r}"


_CHECKS = {
    "header": _in_header,
    "section": _in_section,
    "context": _in_context,
    "actions": _in_actions,
    "rich_text": _in_rich_text,
}


def in_words(message):
    """Return a message as plain lines: # title, [button], text (address), - list."""
    return "\n".join(line for block in message["blocks"] for line in _READ[block["type"]](block))


def _read_header(block):
    yield f"# {block['text']['text']}"


def _read_section(block):
    button = block.get("accessory")
    yield block["text"]["text"] + (f"  {_read_button(button)}" if button else "")


def _read_context(block):
    yield "(" + " ".join(element["text"] for element in block["elements"]) + ")"


def _read_actions(block):
    yield " ".join(_read_button(element) for element in block["elements"])


def _read_button(button):
    if "options" in button:
        chosen = button.get("initial_option", {}).get("text", {}).get("text", "…")
        return f"[{chosen}: {' / '.join(one['text']['text'] for one in button['options'])}]"
    leads = f" → {button['url']}" if "url" in button else ""
    asks = f" asks “{button['confirm']['text']['text']}”" if "confirm" in button else ""
    return f"[{button['text']['text']}{leads}{asks}]"


def _read_rich_text(block):
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            yield from (f"- {_read_line(line)}" for line in part["elements"])
        else:
            yield _read_line(part)


def _read_line(line):
    return "".join(_read_piece(piece) for piece in line["elements"])


def _read_piece(piece):
    if piece["type"] == "link":
        return f"{piece.get('text', '')} ({piece['url']})".strip()
    marks = {"bold": "*", "italic": "_"}
    mark = "".join(sign for name, sign in marks.items() if piece.get("style", {}).get(name))
    words = piece["text"]
    return words.replace(words.strip(), f"{mark}{words.strip()}{mark}") if mark else words


_READ = {
    "header": _read_header,
    "section": _read_section,
    "context": _read_context,
    "actions": _read_actions,
    "rich_text": _read_rich_text,
}
