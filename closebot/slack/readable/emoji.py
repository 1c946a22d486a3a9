"""Emoji by the names Slack gives them: those that people at work use most."""

import re

from closebot.slack.kit import Json
from closebot.slack.readable.shapes import string

# The digits of a time such as 10:100:20 are no name.
NAMED = re.compile(r":(?!\d+:\d)([a-z0-9_+'-]{1,100}):(?::skin-tone-[2-6]:)?")
_MOST_PARTS = 12
_SHADE = re.compile(r"::skin-tone-[2-6]$")

KNOWN = {
    "+1": "👍",
    "-1": "👎",
    "100": "💯",
    "alarm_clock": "⏰",
    "arrow_down": "⬇️",
    "arrow_left": "⬅️",
    "arrow_right": "➡️",
    "arrow_up": "⬆️",
    "bell": "🔔",
    "blush": "😊",
    "boom": "💥",
    "bow": "🙇",
    "bulb": "💡",
    "calendar": "📆",
    "chart_with_downwards_trend": "📉",
    "chart_with_upwards_trend": "📈",
    "champagne": "🍾",
    "clap": "👏",
    "coffee": "☕",
    "confetti_ball": "🎊",
    "cry": "😢",
    "crossed_fingers": "🤞",
    "dart": "🎯",
    "date": "📅",
    "disappointed": "😞",
    "dollar": "💵",
    "email": "📧",
    "envelope": "✉️",
    "exclamation": "❗",
    "eyes": "👀",
    "face_palm": "🤦",
    "fire": "🔥",
    "frowning": "😦",
    "green_heart": "💚",
    "grin": "😁",
    "grinning": "😀",
    "handshake": "🤝",
    "heart": "❤️",
    "heart_eyes": "😍",
    "heavy_check_mark": "✔️",
    "hourglass": "⌛",
    "hugging_face": "🤗",
    "information_source": "ℹ️",
    "joy": "😂",
    "laughing": "😆",
    "link": "🔗",
    "lock": "🔒",
    "mag": "🔍",
    "memo": "📝",
    "money_with_wings": "💸",
    "moneybag": "💰",
    "muscle": "💪",
    "no_entry": "⛔",
    "ok": "🆗",
    "ok_hand": "👌",
    "paperclip": "📎",
    "party_popper": "🎉",
    "phone": "☎️",
    "point_down": "👇",
    "point_left": "👈",
    "point_right": "👉",
    "point_up": "☝️",
    "pray": "🙏",
    "pushpin": "📌",
    "question": "❓",
    "raised_hands": "🙌",
    "raising_hand": "🙋",
    "red_circle": "🔴",
    "rocket": "🚀",
    "rotating_light": "🚨",
    "shrug": "🤷",
    "slightly_smiling_face": "🙂",
    "smile": "😄",
    "smiley": "😃",
    "sob": "😭",
    "sparkles": "✨",
    "star": "⭐",
    "sunglasses": "😎",
    "sweat_smile": "😅",
    "tada": "🎉",
    "telephone_receiver": "📞",
    "thinking_face": "🤔",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "trophy": "🏆",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "wink": "😉",
    "x": "❌",
    "zap": "⚡",
}


def draw(name: str) -> str:
    """Return the character of an emoji's name, `:name:` for one that is not known here."""
    return KNOWN.get(_SHADE.sub("", name), f":{name}:")


def draw_all(text: str) -> str:
    """Put the characters in the place of the names that are known."""
    return NAMED.sub(lambda found: KNOWN.get(found[1], found[0]), text)


def read_emoji(piece: Json) -> str:
    """Read an emoji of rich text, by its code points where Slack gives them, else by its name."""
    codes = string(piece, "unicode").split("-")
    if len(codes) <= _MOST_PARTS and all(map(_is_character, codes)):
        return "".join(chr(int(code, 16)) for code in codes)
    name = string(piece, "name")
    return draw(name) if name else ""


def _is_character(code: str) -> bool:
    if not re.fullmatch(r"[0-9A-Fa-f]{2,6}", code):
        return False
    point = int(code, 16)
    return 0x20 <= point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF
