"""Words of which dates are made when people type them, in English, German, French and Spanish."""

import re
from collections.abc import Callable
from datetime import date, timedelta

FRIDAY, SATURDAY = 4, 5


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DAYS = (
    ("monday mon montag lundi lunes", 0),
    ("tuesday tues tue dienstag mardi martes", 1),
    ("wednesday wed mittwoch mercredi miércoles miercoles", 2),
    ("thursday thurs thur thu donnerstag jeudi jueves", 3),
    ("friday fri freitag vendredi viernes", 4),
    ("saturday samstag sonnabend samedi sábado sabado", 5),
    ("sunday sonntag dimanche domingo", 6),
)
WEEKDAYS = {word: number for words, number in _DAYS for word in words.split()}
_SHORT_WEEKDAYS = {"sat": 5, "sun": 6}  # also a verb, and a name
MONTHS = _words(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "januar jänner februar märz mai juni juli oktober dezember "
    "janvier février fevrier mars avril juin juillet août aout septembre octobre novembre "
    "décembre decembre "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre"
)
# Each of these alone says that a date is meant.
TELLING = _words(
    "today tomorrow tmr tmrw yesterday tonight eod cob eow eom eoq eoy noon midday midnight "
    "heute morgen übermorgen uebermorgen gestern "
    "aujourd'hui demain après-demain "
    "hoy mañana ayer"
) | frozenset(WEEKDAYS)
UNITS = _words(
    "minute minutes min mins hour hours day days week weeks month months year years "
    "minuten stunde stunden tag tage tagen woche wochen monat monate monaten jahr jahre jahren "
    "heure heures jour jours semaine semaines mois "
    "minutos hora horas día días dia dias semana semanas mes meses"
)
_OTHERS = _words(
    "next this coming last in at on by due until till before after from ago end of the a an and "
    "half early one two three four five six seven eight nine ten twelve "
    "sat sun weekend morning afternoon evening night quarter am pm a.m. p.m. uhr h o'clock "
    "um bis am ab gegen früh abend nachmittag einer einem ein eine zwei drei vier fünf sechs "
    "nächste nächsten nächster nächstes kommende kommenden "
    "à dans le un une deux trois quatre midi matin soir prochain prochaine "
    "a las el la en de una dos tres cuatro pasado próximo próxima proximo"
)
KNOWN = TELLING | MONTHS | UNITS | _OTHERS
NUMERIC = re.compile(
    r"\d{1,4}(?:st|nd|rd|th|\.)?|\d{1,2}(?::\d{2})?(?:am|pm|a\.m\.|p\.m\.|h|uhr)?|\d{1,2}h\d{2}"
    r"|\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]?(?:\d{2}|\d{4})?"
)
# Numbers that are a date or a time by their shape.
SHAPED = re.compile(
    r"\d{1,2}(?::\d{2})?(?:am|pm|a\.m\.|p\.m\.)|\d{1,2}:\d{2}|\d{4}-\d{1,2}-\d{1,2}"
    r"|\d{1,2}/\d{1,2}(?:/(?:\d{2}|\d{4}))?|\d{1,2}\.\d{1,2}\.(?:\d{2}|\d{4})?"
)
_ANY_DAY = "|".join([*WEEKDAYS, *_SHORT_WEEKDAYS])
NEXT_DAY = re.compile(rf"\bnext (?P<day>{_ANY_DAY})\b")


def weekday_in(phrase: str) -> int | None:
    """Return the weekday that a phrase names (Monday is 0); None for none."""
    known = WEEKDAYS | _SHORT_WEEKDAYS
    named = {known[word] for word in re.findall(r"\w+", phrase) if word in known}
    return named.pop() if len(named) == 1 else None


def _weekday_on(number: int) -> Callable[[date], date]:
    return lambda today: today + timedelta(days=(number - today.weekday()) % 7)


def _end_of_month(day: date) -> date:
    return _next_month(day) - timedelta(days=1)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _end_of_quarter(day: date) -> date:
    return _end_of_month(date(day.year, (day.month + 2) // 3 * 3, 1))


def next_monday(today: date) -> date:
    """Return the Monday after today."""
    return today + timedelta(days=7 - today.weekday())


_DAY_WORDS = r"today|tomorrow|" + _ANY_DAY
Meant = str | Callable[[date], date]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{text})(?!\w)")


# In order: the longer one first.
SHORTHANDS: tuple[tuple[re.Pattern[str], Meant], ...] = (
    (re.compile(r"^(?:due|by|until|till|before|bis|ab|pour|para|el|le)\s+"), ""),
    (re.compile(r"^(?:on|am)\s+(?!\d)"), ""),
    (_pattern("tmrw?|2moro"), "tomorrow"),
    (_pattern("thurs?"), "thursday"),
    (_pattern("tues"), "tuesday"),
    (_pattern(r"end of (?:the )?next week"), lambda day: next_monday(day) + timedelta(days=4)),
    (_pattern(r"end of (?:the )?next month"), lambda day: _end_of_month(_next_month(day))),
    (_pattern(r"eow|(?:the )?end of (?:the |this )?week"), _weekday_on(FRIDAY)),
    (_pattern(r"eom|(?:the )?end of (?:the |this )?month"), _end_of_month),
    (_pattern(r"eoq|(?:the )?end of (?:the |this )?quarter"), _end_of_quarter),
    (_pattern(r"eoy|(?:the )?end of (?:the |this )?year"), lambda day: date(day.year, 12, 31)),
    (_pattern("cob|close of business"), "eod"),
    (_pattern(r"(?:morning|früh|matin) (?:at |um |à )?(\d{1,2})(?!:)$"), r"\1am"),
    (_pattern(r"(?:afternoon|evening) (?:at )?(\d{1,2})(?!:)$"), r"\1pm"),
    (
        _pattern(r"(?:morning|afternoon|evening) (?:at )?(\d{1,2}(?::\d\d)? ?[ap]m|\d{1,2}:\d\d)$"),
        r"\1",
    ),
    (re.compile(rf"^(?:at )?(?:eod|end of (?:the )?day)\s+(?:on )?(?={_DAY_WORDS})"), ""),
    (re.compile(r"(?<=\w)\s+(?:at )?(?:eod|end of (?:the )?day)$"), ""),
    (_pattern(r"(?:at )?(?:eod|(?:the )?end of (?:the )?day)"), "today"),
    (_pattern(r"(?:early )?next week"), next_monday),
    (_pattern("next month"), _next_month),
    (_pattern("(?:the |this )?weekend"), _weekday_on(SATURDAY)),
    (_pattern(r"n(?:ä|ae)chste[nrs]?|kommende[nrs]?|prochaine?|pr[óo]xim[oa]"), ""),
    (_pattern(r"this coming|coming"), "this"),
    (_pattern("midday|midi|mediodía"), "12:00"),
    (_pattern(r"(\d{1,2})\s?h\s?(\d{2})"), r"\1:\2"),
    (_pattern(r"(\d{1,2})[.:](\d{2})\s?(?:uhr|h)"), r"\1:\2"),
    (
        _pattern(
            r"(?<!\bin )(?<!\bdans )(?<!\ben )(?P<h>\d{1,2})\s?(?:uhr|h|o'clock|heures?|horas)"
        ),
        r"\g<h>:00",
    ),
    (re.compile(rf"(?<=\b)({_DAY_WORDS}|heute|morgen|demain|mañana)\s+(\d{{1,2}})$"), r"\1 at \2"),
)
