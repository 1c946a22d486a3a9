"""Days and moments as people type them: “next friday”, “in 2 weeks”, “30.11.”, “tomorrow 3pm”.

dateparser does the reading, in English, German, French and Spanish. Here is only what it has no
word for, which of two readings is taken, and what is asked back.
"""

import calendar
import re
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateparser.date import DateDataParser

from closebot.cards.date_words import NEXT_DAY, SHORTHANDS, weekday_in
from closebot.cards.dates import say_day
from closebot.slack import kit

LANGUAGES = ("en", "de", "fr", "es")
LONGEST = 60
_FARTHEST = timedelta(days=3 * 366)
_JUST_NOW = timedelta(minutes=1)
_SETTINGS: dict[str, Any] = {
    "PREFER_DATES_FROM": "future",
    "RETURN_TIME_AS_PERIOD": True,
    "PARSERS": ["relative-time", "absolute-time"],
}
_HOUR = r"(?P<hour>[01]?\d|2[0-4])"
_BARE_HOUR = re.compile(rf"(?:^|\s)(?:at|um|à|a las|gegen)\s+{_HOUR}$")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?!\d)")
_HOURS = re.compile(r"(?<!\d)(\d{1,2}):(\d\d)(?!\d)")
_JUST_A_TIME = re.compile(r"(?:at )?(?:\d{1,2}(?::\d\d)? ?(?:[ap]\.?m\.?)?|noon|midnight)")
_ELAPSED = re.compile(r"(?:in|dans|en) \D*\d* ?(?:hour|min|stunde|heure|hora)", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)")
_CLOCK = re.compile(r"\d:\d\d|\d ?[ap]\.?m\b")
_loading = threading.Lock()
_loaded: list[str] = []
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.")


@dataclass(frozen=True, slots=True)
class When:
    """What was understood. `due` is a day, or a moment in UTC; None with a reason in `unclear`.

    `words` is what was read, `unclear` a plain sentence for whoever typed it.
    """

    due: date | datetime | None = None
    words: str = ""
    unclear: str = ""


def load_languages() -> None:
    """Load what the library knows of each language, some 0.2 s; only the first call does anything.

    A process that serves people calls this from a thread when it has started; a date that is typed
    in that moment holds everybody up for as long.
    """
    with _loading:
        for language in LANGUAGES[len(_loaded) :]:
            DateDataParser(languages=[language], settings=_SETTINGS).get_date_data("1.1.2030 15:00")
            _loaded.append(language)


def read_when(text: str, *, now: datetime, zone: ZoneInfo, locale: str = "") -> When:
    """Read when something is due, seen from `now` in `zone`.

    `locale` (`en-US`) says whether 3/4 begins with the month; without it, it is asked back. A day
    is never shifted by a zone. What is past, far off or no date at all is said in `unclear`.
    """
    load_languages()
    words = " ".join(text.split())
    here = now.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    if not words or len(words) > LONGEST:
        return When(words=words, unclear=_unknown(words))
    phrase = _spell_out(words.casefold().strip(" ,;!?"), here.date())
    if unclear := _find_fault(phrase, words, locale):
        return When(words=words, unclear=unclear)
    phrase = _BARE_HOUR.sub(r" \g<hour>:00", phrase).strip()
    if _ELAPSED.match(phrase):  # the clocks may change meanwhile: counted where they never do
        utc = now.astimezone(UTC).replace(tzinfo=None, second=0, microsecond=0)
        return _choose(phrase, words, utc, ZoneInfo("UTC"), month_first=False)
    if _JUST_A_TIME.fullmatch(phrase):  # the library is a year off on the last day of one
        today = _choose(f"today {phrase}", words, here, zone, month_first=False)
        if today.due is not None:
            return today
        return _choose(f"tomorrow {phrase}", words, here, zone, month_first=False)
    if ordinal := _ORDINAL.fullmatch(phrase):
        phrase = _next_day_of_month(int(ordinal["day"]), here.date())
    month_first = locale.replace("_", "-") == "en-US"
    if slashed := _SLASHED.search(phrase):
        one, other = int(slashed[1]), int(slashed[2])
        month_first = other > 12 or (month_first and one <= 12)
    return _choose(phrase, words, here, zone, month_first=month_first)


def find_instant(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime | None:
    """Return the moment (UTC) of a time of day; None for one that the clocks skip that day."""
    wall = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - a wall clock
    try:
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        back = moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:  # the first and the last day of the calendar
        return None
    return moment if back == wall else None


def _choose(phrase: str, words: str, here: datetime, zone: ZoneInfo, *, month_first: bool) -> When:
    """Let the library read, choose between two readings, and ask back what is odd."""
    following = NEXT_DAY.search(phrase)
    if following:
        phrase = NEXT_DAY.sub(following["day"], phrase)
    read = _parse(phrase, here, month_first=month_first)
    if read is None or _is_loose(phrase, read[1]):
        return When(words=words, unclear=_unknown(words))
    found, period = read
    today = here.date()
    if following and found.date() - today < timedelta(days=7 - today.weekday()):
        found += timedelta(days=7)  # the one of the calendar's next week
    is_moment = period == "time" or (period == "part_of_day" and found > here)
    moment = find_instant(found.date(), found.hour, found.minute, zone)
    past = found.date() < today or (period == "time" and found < here - _JUST_NOW)
    unclear = ""
    if (named := weekday_in(phrase)) is not None and named != found.weekday():
        day = say_day(found.date(), today)
        unclear = f"That day is no {calendar.day_name[named]}: {day}. Pick the day."
    elif past:
        unclear = f"“{words}” is past. Pick a day."
    elif found.date() - today > _FARTHEST:
        unclear = f"“{words}” would be in {found.year}. Pick the day if that is meant."
    elif is_moment and moment is None:
        unclear = f"The clocks skip {found:%H:%M} on that day. Choose another time."
    if unclear:
        return When(words=words, unclear=unclear)
    return When(moment if is_moment else found.date(), words)


def _parse(phrase: str, here: datetime, *, month_first: bool) -> tuple[datetime, str] | None:
    order = "MDY" if month_first else "DMY"
    settings = _SETTINGS | {"RELATIVE_BASE": here, "DATE_ORDER": order}
    for language in LANGUAGES:
        try:
            read = DateDataParser(languages=[language], settings=settings).get_date_data(phrase)
        except (ValueError, OverflowError):
            continue
        if read.date_obj is not None and read.date_obj.tzinfo is not None:
            return None  # “3pm EST”: a zone that is not the person's is not guessed at
        if read.date_obj is not None:
            # In some languages the library forgets to say that there was a time of day.
            period = "time" if _CLOCK.search(phrase) else read.period or "day"
            return read.date_obj.replace(second=0, microsecond=0), period
    return None


def _spell_out(phrase: str, today: date) -> str:
    """Put what the library has no word for into words that it has."""
    for pattern, meant in SHORTHANDS:
        phrase = pattern.sub(meant if isinstance(meant, str) else meant(today).isoformat(), phrase)
    return " ".join(phrase.split())


def _is_loose(phrase: str, period: str) -> bool:
    """Say whether it is a whole month or year: which day of it is not said."""
    return period in ("month", "year") and not re.search(
        r"\b(?:in|dans|en)\b.*\b(?:month|year|monat|jahr|mois|an|mes|año)", phrase
    )


def _find_fault(phrase: str, words: str, locale: str) -> str:
    """Say what is odd about a phrase before it is read; empty for nothing."""
    if (hour := _BARE_HOUR.search(phrase)) and 1 <= int(hour["hour"]) <= 6:
        said = f"Is {hour['hour']} at night or in the afternoon? Write {hour['hour']}am or "
        return f"{said}{hour['hour']}pm."
    if any(int(hour) > 23 or int(minute) > 59 for hour, minute in _HOURS.findall(phrase)):
        return _unknown(words)
    if any(int(day) > 31 or int(month) > 12 for day, month in _DOTTED.findall(phrase)):
        return _unknown(words)
    if not locale and (slashed := _SLASHED.search(phrase)):
        one, other = int(slashed[1]), int(slashed[2])
        if one != other and one <= 12 and other <= 12:
            return f"Which of {slashed[0]} is the month? Write it with its name, or pick the day."
    return ""


def _next_day_of_month(number: int, today: date) -> str:
    """Return the next day of that number; what no month has comes back as it is."""
    days = (today + timedelta(days=count) for count in range(62))
    return next((day.isoformat() for day in days if day.day == number), str(number))


def _unknown(words: str) -> str:
    return f"“{kit.clip(words, LONGEST)}” is no day that closebot knows. Pick one."
