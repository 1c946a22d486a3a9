"""Days and moments as people say them."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.cards.dates import say_day, say_due

TODAY = date(2026, 11, 23)  # a Monday
PRAGUE = ZoneInfo("Europe/Prague")
HONOLULU = ZoneInfo("Pacific/Honolulu")
AUCKLAND = ZoneInfo("Pacific/Auckland")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 22), "yesterday"),
        (date(2026, 11, 23), "today"),
        (date(2026, 11, 24), "tomorrow"),
        (date(2026, 11, 21), "Sat 21 Nov"),
        (date(2026, 11, 27), "Fri 27 Nov"),
        (date(2026, 12, 1), "Tue 1 Dec"),
        (date(2026, 1, 1), "Thu 1 Jan"),
        (date(2027, 1, 1), "Fri 1 Jan 2027"),
        (date(2025, 12, 31), "Wed 31 Dec 2025"),
        (date(1, 1, 1), "Mon 1 Jan 1"),
        (date(9999, 12, 31), "Fri 31 Dec 9999"),
    ],
)
def test_a_day_is_said_as_near_as_it_is(day, said):
    assert say_day(day, TODAY) == said


def test_tomorrow_may_be_in_another_year():
    assert say_day(date(2027, 1, 1), date(2026, 12, 31)) == "tomorrow"
    assert say_day(date(2026, 12, 31), date(2027, 1, 1)) == "yesterday"


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (None, "no date"),
        (date(2026, 11, 23), "due today"),
        (date(2026, 11, 24), "due tomorrow"),
        (date(2026, 11, 27), "due Fri 27 Nov"),
        (date(2026, 11, 22), "overdue since yesterday"),
        (date(2026, 11, 20), "overdue since Fri 20 Nov"),
        (date(2025, 11, 20), "overdue since Thu 20 Nov 2025"),
    ],
)
@pytest.mark.parametrize("zone", [PRAGUE, HONOLULU, AUCKLAND])
def test_a_plain_day_is_the_same_in_every_zone(due, said, zone):
    assert say_due(due, TODAY, zone) == said


@pytest.mark.parametrize(
    ("zone", "today", "said"),
    [
        (PRAGUE, date(2026, 11, 23), "due tomorrow 00:30"),
        (HONOLULU, date(2026, 11, 23), "due today 13:30"),
        (AUCKLAND, date(2026, 11, 24), "due today 12:30"),
        (AUCKLAND, date(2026, 11, 25), "overdue since yesterday 12:30"),
    ],
)
def test_a_moment_is_said_on_the_clock_of_the_reader(zone, today, said):
    moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert say_due(moment, today, zone) == said
    elsewhere = moment.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert say_due(elsewhere, today, zone) == said


def test_the_clock_follows_summer_time():
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert say_due(before, date(2026, 10, 25), PRAGUE) == "due today 02:30"
    assert say_due(before + timedelta(hours=1), date(2026, 10, 25), PRAGUE) == "due today 02:30"
    assert say_due(before + timedelta(hours=2), date(2026, 10, 25), PRAGUE) == "due today 03:30"


@given(st.dates(), st.dates())
def test_any_two_days_can_be_said(day, today):
    assert say_day(day, today)
    assert say_due(day, today, PRAGUE).startswith("overdue since " if day < today else "due ")


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.sampled_from([HONOLULU, AUCKLAND]),
)
def test_any_moment_can_be_said(moment, today, zone):
    assert say_due(moment, today, zone).startswith(("due ", "overdue since "))
