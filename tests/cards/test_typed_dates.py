"""Dates that people type: a table of phrases, seen from a Thursday morning."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.cards.typed_dates import LONGEST, find_instant, read_when

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # Thursday, 10:00 in Prague
PRAGUE = ZoneInfo("Europe/Prague")
NEW_YORK = ZoneInfo("America/New_York")


def read(text, *, now=NOW, zone=PRAGUE, locale="en-GB"):
    return read_when(text, now=now, zone=zone, locale=locale)


def said(text, **seen):
    """Return what was understood as a person in Prague would write it: a day, or day and time."""
    due = read(text, **seen).due
    if isinstance(due, datetime):
        return f"{due.astimezone(seen.get('zone', PRAGUE)):%Y-%m-%d %H:%M}"
    return due.isoformat() if due else ""


DAYS = [
    ("today", "2026-11-26"),
    ("TODAY", "2026-11-26"),
    ("tomorrow", "2026-11-27"),
    ("tmr", "2026-11-27"),
    ("tmrw", "2026-11-27"),
    ("day after tomorrow", "2026-11-28"),
    ("monday", "2026-11-30"),
    ("tuesday", "2026-12-01"),
    ("tue", "2026-12-01"),
    ("wed", "2026-12-02"),
    ("thurs", "2026-12-03"),
    ("thursday", "2026-12-03"),
    ("friday", "2026-11-27"),
    ("Fri", "2026-11-27"),
    ("on friday", "2026-11-27"),
    ("by friday", "2026-11-27"),
    ("this friday", "2026-11-27"),
    ("saturday", "2026-11-28"),
    ("sunday", "2026-11-29"),
    ("next friday", "2026-12-04"),
    ("next monday", "2026-11-30"),
    ("next thursday", "2026-12-03"),
    ("next week", "2026-11-30"),
    ("next month", "2026-12-01"),
    ("weekend", "2026-11-28"),
    ("in 3 days", "2026-11-29"),
    ("in 2 weeks", "2026-12-10"),
    ("in two weeks", "2026-12-10"),
    ("in 1 month", "2026-12-26"),
    ("in 1 year", "2027-11-26"),
    ("eod", "2026-11-26"),
    ("end of day", "2026-11-26"),
    ("tomorrow eod", "2026-11-27"),
    ("eod friday", "2026-11-27"),
    ("eow", "2026-11-27"),
    ("end of the week", "2026-11-27"),
    ("end of next week", "2026-12-04"),
    ("end of month", "2026-11-30"),
    ("end of the month", "2026-11-30"),
    ("end of next month", "2026-12-31"),
    ("end of quarter", "2026-12-31"),
    ("end of year", "2026-12-31"),
    ("2026-12-01", "2026-12-01"),
    ("2027/03/04", "2027-03-04"),
    ("30.11.", "2026-11-30"),
    ("30.11.2026", "2026-11-30"),
    ("1.12.2026", "2026-12-01"),
    ("29.2.", "2028-02-29"),
    ("30 nov", "2026-11-30"),
    ("nov 30", "2026-11-30"),
    ("November 30th", "2026-11-30"),
    ("1 december 2026", "2026-12-01"),
    ("friday 4 december", "2026-12-04"),
    ("heute", "2026-11-26"),
    ("morgen", "2026-11-27"),
    ("übermorgen", "2026-11-28"),
    ("Montag", "2026-11-30"),
    ("am Freitag", "2026-11-27"),
    ("nächsten Freitag", "2026-11-27"),
    ("in 2 Wochen", "2026-12-10"),
    ("3. Dezember", "2026-12-03"),
    ("demain", "2026-11-27"),
    ("lundi", "2026-11-30"),
    ("vendredi prochain", "2026-11-27"),
    ("dans 2 semaines", "2026-12-10"),
    ("le 3 décembre", "2026-12-03"),
    ("hoy", "2026-11-26"),
    ("mañana", "2026-11-27"),
    ("lunes", "2026-11-30"),
    ("en 2 semanas", "2026-12-10"),
]
MOMENTS = [
    ("tomorrow morning 9", "2026-11-27 09:00"),
    ("tomorrow evening at 8", "2026-11-27 20:00"),
    ("tomorrow 3pm", "2026-11-27 15:00"),
    ("tomorrow at 3 pm", "2026-11-27 15:00"),
    ("tomorrow 15:00", "2026-11-27 15:00"),
    ("3pm tomorrow", "2026-11-27 15:00"),
    ("monday 9", "2026-11-30 09:00"),
    ("monday at 9", "2026-11-30 09:00"),
    ("next monday at 10:30", "2026-11-30 10:30"),
    ("next friday 10:30", "2026-12-04 10:30"),
    ("noon", "2026-11-26 12:00"),
    ("midday tomorrow", "2026-11-27 12:00"),
    ("3pm", "2026-11-26 15:00"),
    ("15:30", "2026-11-26 15:30"),
    ("9am", "2026-11-27 09:00"),  # nine has been today
    ("tonight", "2026-11-26 20:00"),
    ("this afternoon", "2026-11-26 15:00"),
    ("monday morning", "2026-11-30 09:00"),
    ("in 2 hours", "2026-11-26 12:00"),
    ("2026-12-01 14:30", "2026-12-01 14:30"),
    ("dec 1st at 9am", "2026-12-01 09:00"),
    ("midnight", "2026-11-27 00:00"),
    ("morgen 15 Uhr", "2026-11-27 15:00"),
    ("Montag um 9", "2026-11-30 09:00"),
    ("demain 15h", "2026-11-27 15:00"),
    ("demain 15h30", "2026-11-27 15:30"),
    ("mañana a las 10", "2026-11-27 10:00"),
]
UNCLEAR = [
    ("yesterday", "past"),
    ("last friday", "past"),
    ("2 weeks ago", "past"),
    ("2020-01-01", "past"),
    ("today 8am", "past"),
    ("yesterday 5pm", "past"),
    ("9999-12-31", "9999"),
    ("31.12.9999", "9999"),
    ("in 1000 years", "3026"),
    ("in 9999999999 days", "no day"),
    ("banana", "no day"),
    ("asap", "no day"),
    ("", "no day"),
    ("2026-02-30", "no day"),
    ("31.11.", "no day"),
    ("32.13.", "no day"),
    ("friday 25:00", "no day"),
    ("december", "no day"),
    ("2027", "no day"),
    ("<!channel>", "no day"),
    ("tomorrow 3pm EST", "no day"),
    ("friday at 3", "3am or 3pm"),
    ("friday 13 november", "no Friday"),
    ("x" * 4000, "no day"),
]


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_a_phrase_is_a_day(text, day):
    assert said(text) == day
    assert not isinstance(read(text).due, datetime)


@pytest.mark.parametrize(("text", "moment"), MOMENTS)
def test_a_phrase_is_a_moment(text, moment):
    assert said(text) == moment
    assert read(text).due.tzinfo is UTC


@pytest.mark.parametrize(("text", "reason"), UNCLEAR)
def test_what_is_odd_is_asked_back(text, reason):
    when = read(text)
    assert when.due is None
    assert reason in when.unclear


@pytest.mark.parametrize(
    ("text", "locale", "day"),
    [
        ("3/4", "en-US", "2027-03-04"),
        ("3/4", "en_US", "2027-03-04"),
        ("3/4", "en-GB", "2027-04-03"),
        ("3/4", "de-DE", "2027-04-03"),
        ("3/4/2027", "en-US", "2027-03-04"),
        ("12/25", "en-US", "2026-12-25"),
        ("12/25", "de-DE", "2026-12-25"),
        ("25/12", "en-US", "2026-12-25"),
        ("25/12", "", "2026-12-25"),
        ("12/12", "", "2026-12-12"),
        ("30.11.", "en-US", "2026-11-30"),
    ],
)
def test_the_person_s_locale_says_whether_the_month_is_first(text, locale, day):
    assert said(text, locale=locale) == day


def test_without_a_locale_it_is_asked_which_one_is_the_month():
    assert read("3/4", locale="").unclear.startswith("Which of 3/4 is the month?")


def test_a_day_is_that_of_the_person_and_is_not_shifted():
    late = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)  # still Thursday in New York
    assert said("today", now=late, zone=NEW_YORK) == "2026-11-26"
    assert said("today", now=late) == "2026-11-27"


def test_a_moment_is_one_of_the_person_s_zone():
    assert read("tomorrow 3pm", zone=NEW_YORK).due == datetime(2026, 11, 27, 20, tzinfo=UTC)
    assert read("tomorrow 3pm").due == datetime(2026, 11, 27, 14, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_asked_back():
    assert "skip 02:30" in read("2027-03-28 02:30").unclear
    assert find_instant(date(2027, 3, 28), 2, 30, PRAGUE) is None


@pytest.mark.parametrize(
    ("text", "day"), [("11pm", "01T23:00"), ("noon", "01T12:00"), ("at 9", "01T09:00")]
)
def test_a_time_that_is_past_is_tomorrow_s_also_at_the_end_of_a_year(text, day):
    when = read(text, now=datetime(2026, 12, 31, 23, 30, tzinfo=UTC), zone=ZoneInfo("UTC"))
    assert when.due.isoformat().startswith(f"2027-01-{day}")


@pytest.mark.parametrize(
    ("day", "text"), [("2026-10-24", "in 13 hours"), ("2026-03-28", "in 14 hours")]
)
def test_hours_are_counted_through_a_change_of_the_clocks(day, text):
    now = datetime.fromisoformat(f"{day}T12:00+00:00")
    assert (read(text, now=now).due - now).total_seconds() == int(text.split()[1]) * 3600


def test_a_time_that_the_clocks_have_twice_is_the_first_one():
    found = find_instant(date(2027, 10, 31), 2, 30, PRAGUE)
    assert found == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "expected"), [(23, "2026-12-04"), (27, "2026-12-04"), (28, "2026-12-04")]
)
def test_next_friday_is_the_one_of_next_week(day, expected):
    assert said("next friday", now=datetime(2026, 11, day, 9, tzinfo=UTC)) == expected


@given(st.text(max_size=LONGEST + 5), st.sampled_from(["", "en-US", "de-DE"]))
def test_whatever_is_typed_is_a_day_to_come_or_a_reason(text, locale):
    when = read(text, locale=locale)
    assert (when.due is None) is bool(when.unclear)
    if isinstance(when.due, datetime):
        assert when.due.tzinfo is UTC
        assert when.due.year < 2031
    elif when.due:
        assert date(2026, 11, 26) <= when.due < date(2030, 1, 1)
