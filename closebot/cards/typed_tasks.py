"""A task typed in one line: “call Jane for Acme tomorrow 3pm”, taken apart."""

import itertools
import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from closebot.cards.date_words import KNOWN, MONTHS, NUMERIC, SHAPED, TELLING, UNITS
from closebot.cards.typed_dates import When, read_when

_MOST_WORDS = 7
_MOST_NAMES = 3  # words of a lead that the text follows without a colon
_MOST_WAYS = 4
_LINKING = frozenset(
    ("on", "at", "by", "due", "until", "till", "before", "um", "bis", "am", "le", "for", "für")
)
_FOR = re.compile(r"(?:^|\s)(?:for|für)\s+", re.IGNORECASE)
_QUOTED = re.compile(
    r"(?:^|\s)(?:for|für)\s+(?:[\"“”„]([^\"“”„]+)[\"“”]|['‘’‚]([^'‘’‚]+)['‘’])(?=$|[\s,;:.!?])",
    re.IGNORECASE,
)
# “for me”, “for free”, “for 15 minutes” name no lead.
_NO_LEAD = re.compile(
    rf"(?:me|us|him|her|them|you|it|free|now|mich|uns)|(?:an?|half an|\w+) (?:{'|'.join(UNITS)})",
    re.IGNORECASE,
)
_NOT_THAT_DAY = frozenset(("every", "each", "from", "since", "not", "after", "jeden", "ab"))
_COUNTED = re.compile(r"\b(?:in|dans|en)\b \S+(?: \S+)?$")
_OFF_DAYS = frozenset(("next week", "next month", "next year", "end of"))
_MENTION = re.compile(r"(?:^|(?<=\s))@([^\s@,;]+)")
_AT_TIME = re.compile(r"(?:^|(?<=\s))@(?=\d{1,2}(?::\d\d)?(?:\s?[ap]m)?(?!\S))", re.IGNORECASE)
_TIME_OF_DAY = re.compile(
    r"(?:(?:at|um) )?(?:\d{1,2}(?::\d\d)?(?: ?[ap]m| ?uhr|h)?|noon|midday|midnight)"
)
_LIKE_A_DATE = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](?:\d{2}|\d{4})?)?")


@dataclass(frozen=True, slots=True)
class TypedTask:
    """The parts of a line. `person` is without its “@”; `when` None where no date was seen.

    `ways`: every text and lead that the line may mean, the longest name of a lead first, as in
    “call Jane for Teach for America”; `text` and `lead` are the last of them. `is_after`: the date
    stood right behind the lead, so it may be a part of its name, as in “Ruby Tuesday”.
    """

    text: str
    lead: str = ""
    person: str = ""
    when: When | None = None
    ways: tuple[tuple[str, str], ...] = ()
    is_after: bool = False


def read_task(line: str, *, now: datetime, zone: ZoneInfo, locale: str = "") -> TypedTask:
    """Take a line apart. The text keeps its words as they were typed."""
    line, person = take_person(_AT_TIME.sub("at ", line))
    line, when = _take_end(line, now, zone, locale)
    line, end = _take_how_long(line)
    if when is None and end:
        line, when = _take_end(line, now, zone, locale)
    if when is None:
        line, when = _take_start(line, now, zone, locale)
    odd = when.words if when and when.unclear else ""  # may stand in the line still
    ways = [(_tidy(text + end), _tidy(lead.removesuffix(odd))) for text, lead in _find_ways(line)]
    text, lead = ways[-1]
    is_after = when is not None and bool(lead) and line.endswith(lead)
    for take in (_take_end, _take_start):
        rest, other = take(text, now, zone, locale)
        joined = _join(other, when, now, zone, locale)
        if joined is not None and (rest or when is None):
            # What was taken out of the text of one way is taken out of those of all.
            ways = [(_tidy(take(one, now, zone, locale)[0]), name) for one, name in ways]
            when = joined
            break
    text, lead = ways[-1]
    return TypedTask(text, lead, person, when, tuple(ways) if lead else (), is_after)


def take_person(line: str) -> tuple[str, str]:
    """Take the first “@name” out of a line."""
    found = _MENTION.search(line)
    if found is None:
        return " ".join(line.split()), ""
    name = found[1].rstrip(".:!?)") or found[1]
    return " ".join((line[: found.start()] + " " + line[found.end() :]).split()), name


def names_slashed(line: str) -> bool:
    """Say whether a line may hold a date of which one must know how the person writes dates."""
    return re.search(r"(?<![\d/])\d{1,2}/\d{1,2}(?!\d)", line) is not None


def _take_how_long(line: str) -> tuple[str, str]:
    """Part “for 15 minutes” and its like from the end of a line."""
    found = list(_FOR.finditer(line))
    if found and _NO_LEAD.fullmatch(line[found[-1].end() :].strip()):
        return line[: found[-1].start()], line[found[-1].start() :]
    return line, ""


def _find_ways(line: str) -> list[tuple[str, str]]:
    """Return what may be the text and the lead, the longest lead first; without any, the line."""
    if quoted := _QUOTED.search(line):
        name = quoted[1] or quoted[2]
        return [(f"{line[: quoted.start()]} {line[quoted.end() :]}", name)]
    ways = []
    for one in _FOR.finditer(line):
        before, name = line[: one.start()].strip(), line[one.end() :].strip()
        if name:
            ways += [(before, name)] if before else _part(name)
    return ways[-_MOST_WAYS:] or [(line, "")]


def _part(words: str) -> list[tuple[str, str]]:
    """Part a lead from the text behind it: “for Acme: call Jane”, “for Acme call Jane”."""
    name, colon, text = words.partition(": ")
    if colon and name and text:
        return [(text, name)]
    split = words.split()
    shorter = range(min(_MOST_NAMES, len(split) - 1), 0, -1)
    ways = [(" ".join(split[count:]), " ".join(split[:count])) for count in shorter]
    return [*ways, ("", words)]


def _join(
    one: When | None, other: When | None, now: datetime, zone: ZoneInfo, locale: str
) -> When | None:
    """Make one date of two: of a day and a time that stand apart; None where that makes none."""
    if one is None or other is None:
        return one if other is None else None
    words = [one.words, other.words]
    bare = [said.casefold().strip(" ,;.!?") for said in words]
    are_times = [_TIME_OF_DAY.fullmatch(said) is not None for said in bare]
    if are_times == [True, False]:
        words.reverse()
    elif are_times != [False, True]:
        return None
    return _read_run(" ".join(words).split(), now, zone, locale)


def _take_end(line: str, now: datetime, zone: ZoneInfo, locale: str) -> tuple[str, When | None]:
    words = line.split()
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        when = _read_run(words[-count:], now, zone, locale)
        if when is None:
            continue
        if count < len(words) and _bare(words[-count - 1]) in _NOT_THAT_DAY:
            said = " ".join(words[-count - 1 :])
            return line, When(words=said, unclear=f"“{said}” is not clear. Pick the day.")
        return " ".join(words[:-count]), when
    return line, None


def _take_start(line: str, now: datetime, zone: ZoneInfo, locale: str) -> tuple[str, When | None]:
    words = line.split()
    for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        when = _read_run(words[:count], now, zone, locale)
        if when is not None:
            return " ".join(words[count:]), when
    return line, None


def _read_run(words: list[str], now: datetime, zone: ZoneInfo, locale: str) -> When | None:
    """Read words as a date when all of them are of that kind and one says that they are meant so.

    “Call Jan”, “order 12 chairs” and “in a day or two” name no date.
    """
    bare = [_bare(word) for word in words]
    if not all(bare) or not all(_is_of_dates(word) for word in bare):
        return None
    if not _tells(bare) or not _begins(bare):
        return None
    phrase = " ".join(bare)
    when = read_when(phrase, now=now, zone=zone, locale=locale)
    if when.due is None and when.unclear.endswith("Pick one.") and not _is_meant_so(bare):
        return None  # no date at all
    return When(when.due, " ".join(words), when.unclear)


def _bare(word: str) -> str:
    bare = word.casefold().strip(",;!?()")
    return bare if _is_of_dates(bare) else bare.rstrip(".")


def _is_of_dates(word: str) -> bool:
    return word in KNOWN or NUMERIC.fullmatch(word) is not None


def _is_meant_so(bare: list[str]) -> bool:
    """Say whether a date is meant that no calendar has: “31.11.”, “30 feb”."""
    if any(one in MONTHS and other[0].isdigit() for one, other in itertools.pairwise(bare)):
        return True
    if any(one[0].isdigit() and other in MONTHS for one, other in itertools.pairwise(bare)):
        return True
    shaped = [found for word in bare if (found := _LIKE_A_DATE.fullmatch(word))]
    numbers = [sorted((int(one[1]), int(one[2]))) for one in shaped]
    return any(1 <= low <= 12 and high <= 31 for low, high in numbers)


def _tells(bare: list[str]) -> bool:
    phrase = " ".join(bare)
    if any(word in TELLING or SHAPED.fullmatch(word) for word in bare):
        return True
    if any(said in phrase for said in _OFF_DAYS):
        return True
    if bare[-1] in UNITS and _COUNTED.search(phrase):
        return True
    pairs = itertools.pairwise(bare)
    return any(
        (one in MONTHS and other[0].isdigit())
        or (one[0].isdigit() and other in MONTHS)
        or (one[0].isdigit() and other in ("am", "pm", "uhr", "a.m.", "p.m."))
        or (one in ("at", "um") and re.fullmatch(r"[01]?\d|2[0-4]", other))
        or (one == "the" and re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)", other))
        or (one in ("next", "this") and other in ("sat", "sun", "weekend", "morning", "afternoon"))
        for one, other in pairs
    )


def _begins(bare: list[str]) -> bool:
    """Say whether a number at the start belongs to the date: “3 dec” does, “2 tomorrow” not."""
    first, following = bare[0], bare[1] if len(bare) > 1 else ""
    if re.fullmatch(r"\d{1,4}(?:st|nd|rd|th|\.)?", first):
        return following in MONTHS or following in ("am", "pm", "uhr", "a.m.", "p.m.", "of", "de")
    if first in ("a", "an") and following in UNITS:  # “an hour tomorrow” is how long
        return any(word in ("from", "after", "before") for word in bare)
    return first not in UNITS and first not in ("and", "ago", "from", "of", "half", "pm")


def _tidy(text: str) -> str:
    """Drop what joined the parts: a comma, a dash, “on” before a date that was taken out."""
    words = text.strip(" ,;–-").split()
    while len(words) > 1 and words[-1].casefold() in _LINKING:
        words.pop()
    return " ".join(words)
