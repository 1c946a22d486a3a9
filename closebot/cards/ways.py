"""Ways to reach a contact as lines of a form: one a line, its type after it.

Close replaces whole lists, so what a form held at first is remembered as marks: what others have
added since is kept, and so is what the form could not hold.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from closebot.close import WAY_TYPES, Email, Phone
from closebot.slack import kit

W = TypeVar("W", Email, Phone)

MOST = 100  # as many as Close takes
MARK = 9
_USUAL = "office"
_SHORT = 60
_EMAIL = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"().]{2,}")
_PHONE = re.compile(r"(?=.*\d)[\d+()./#*\- \u00a0]+(?:(?:ext\.?|x)\s*\d+)?", re.IGNORECASE)
_LEAST_DIGITS = 7  # so many at the end make two numbers the same


def read_emails(text: str) -> tuple[Email, ...]:
    """Read e-mail addresses. Raises `ValueError` with a sentence that quotes the line."""
    found: list[Email] = []
    for line in _lines(text):
        address, _, kind = (part.strip(" ,;") for part in line.partition(" "))
        if "@" in kind:
            raise ValueError(f"{_quoted(line)}: write one e-mail address per line.")
        if not _EMAIL.fullmatch(address):
            raise ValueError(f"{_quoted(line)} is not an e-mail address.")
        email = Email(email=address, type=_kind(kind, line))
        if any(_are_same(one, email) for one in found):
            raise ValueError(f"{_quoted(address)} stands here twice.")
        found.append(email)
    return tuple(found)


def read_phones(text: str) -> tuple[Phone, ...]:
    """Read phone numbers. Raises `ValueError` with a sentence that quotes the line."""
    found: list[Phone] = []
    for line in _lines(text):
        number, _, last = line.rpartition(" ")
        kind = last if number and not re.search(r"\d", last) else ""
        number = number.strip(" ,;") if kind else line
        if not _PHONE.fullmatch(number):
            raise ValueError(f"{_quoted(line)} is not a phone number.")
        phone = Phone(phone=number, type=_kind(kind, line))
        if any(_are_same(one, phone) for one in found):
            raise ValueError(f"{_quoted(number)} stands here twice.")
        found.append(phone)
    return tuple(found)


def hold_emails(emails: Sequence[Email]) -> tuple[Email, ...]:
    """Pick those that a form can hold and read back as they are."""
    return _hold(emails, read_emails)


def hold_phones(phones: Sequence[Phone]) -> tuple[Phone, ...]:
    """Pick those that a form can hold and read back as they are."""
    return _hold(phones, read_phones)


def write_line(way: Email | Phone) -> str:
    """Write a way as it is typed."""
    return f"{_said(way)} {way.type}".strip()


def mark(way: Email | Phone) -> str:
    """Return what a form that held a way remembers of it: `MARK` letters."""
    kind = way.type or _USUAL
    return _digest(_key(way)) + str(WAY_TYPES.index(kind) if kind in WAY_TYPES else "x")


def merge(typed: Sequence[W], now: Sequence[W], marks: Sequence[str]) -> list[W]:
    """Return the list to write: what was typed, and of `now` what the form did not hold.

    `marks` are of what stood in the form at first. A line that was left alone is as Close has it
    now, also when that is gone.
    """
    there: dict[str, W] = {}
    for one in now:
        there.setdefault(_key(one), one)
    kept: list[W] = []
    for one in typed:
        found = there.get(_key(one))
        if mark(one) in marks:
            kept += [found] if found else []
        else:
            kept.append(found.model_copy(update={"type": one.type}) if found else one)
    wanted = {_key(one) for one in typed}
    held = {one[:-1] for one in marks}
    others = [one for one in now if _key(one) not in wanted and _digest(_key(one)) not in held]
    return kept + others


def _hold(ways: Sequence[W], read: Callable[[str], tuple[W, ...]]) -> tuple[W, ...]:
    held: list[W] = []
    room = kit.SECTION
    for one in ways[:MOST]:
        line = write_line(one)
        if len(line) >= room or any(_are_same(one, other) for other in held):
            continue
        if _reads_back(line, one, read):
            held.append(one)
            room -= len(line) + 1
    return tuple(held)


def _reads_back(line: str, way: W, read: Callable[[str], tuple[W, ...]]) -> bool:
    try:
        return list(map(mark, read(line))) == [mark(way)]
    except ValueError:
        return False


def _lines(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise ValueError(f"Close takes {MOST} at most; these are {len(lines)}.")
    return lines


def _kind(said: str, line: str) -> str:
    kind = said.lower() or _USUAL
    if kind not in WAY_TYPES:
        known = f"{', '.join(WAY_TYPES[:-1])} or {WAY_TYPES[-1]}"
        raise ValueError(f"{_quoted(line)}: the type after it can be {known}.")
    return kind


def _quoted(text: str) -> str:
    return f"“{kit.clip(text, _SHORT)}”"


def _said(way: Email | Phone) -> str:
    if isinstance(way, Email):
        return way.email
    same = _digits(way.phone_formatted) == _digits(way.phone)
    return way.phone_formatted if way.phone_formatted and same else way.phone


def _key(way: Email | Phone) -> str:
    """Return what makes two ways the same."""
    if isinstance(way, Email):
        return way.email.strip().lower()
    return _digits(way.phone) or way.phone.strip().lower()


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _are_same(one: Email | Phone, other: Email | Phone) -> bool:
    """Say whether two ways are one; of two numbers perhaps only one names the country."""
    first, second = _key(one), _key(other)
    if first == second or isinstance(one, Email):
        return first == second
    short, long = sorted((first.lstrip("0"), second.lstrip("0")), key=len)
    return len(short) >= _LEAST_DIGITS and long.endswith(short)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
