"""When a digest goes out, in every zone and at every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.features.digests.times import NeverDue, end_of_day, find_moment, next_send

EVERY_DAY = range(7)
WORKING_DAYS = range(5)
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
NINE = time(9)
ZONES = sorted(available_timezones())
MOMENTS = st.integers(0, (END - START) // timedelta(minutes=1) - 60 * 24 * 30).map(
    lambda minutes: START + timedelta(minutes=minutes)
)


@cache
def changes_of(name):
    """Return each change of a zone's clock from 2026 to 2028: its moment, and by how much."""
    zone, found, step = ZoneInfo(name), [], timedelta(days=1)
    moment = START
    while moment < END:
        before, after = (one.astimezone(zone).utcoffset() for one in (moment, moment + step))
        if before != after:
            low, high = moment, moment + step
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                if middle.astimezone(zone).utcoffset() == before:
                    low = middle
                else:
                    high = middle
            found.append((high.replace(microsecond=0), after - before))
        moment += step
    return found


CHANGES = [(name, *change) for name in ZONES for change in changes_of(name)]


def sends(after, until, **plan):
    """Return all moments at which a digest goes out in a stretch of time."""
    found = []
    while (after := next_send(after, **plan)) < until:
        found.append(after)
    return found


def shown(moment, zone):
    return moment.astimezone(zone).replace(tzinfo=None)


def test_there_are_changes_to_speak_of():
    assert len(ZONES) > 500
    assert len(CHANGES) > 800
    assert {delta > timedelta() for _, _, delta in CHANGES} == {True, False}


@given(st.sampled_from(ZONES), MOMENTS, st.times())
def test_a_digest_goes_out_once_a_day_at_its_time(name, after, clock):
    zone = ZoneInfo(name)
    clock = clock.replace(second=0, microsecond=0)
    due = sends(after, after + timedelta(days=8), time=clock, days=EVERY_DAY, zone=zone)
    assert 7 <= len(due) <= 9
    assert all(moment > after for moment in due)
    assert due == sorted(set(due))
    for moment in due:
        is_off = shown(moment, zone).time() != clock
        # Only a time that the clock jumped over may be another on it.
        assert not is_off or moment in [at for at, delta in changes_of(name) if delta > timedelta()]


@given(st.sampled_from(CHANGES), st.integers(-180, 180), st.integers(0, 400))
def test_a_digest_is_on_time_around_a_change_of_the_clocks(change, minutes, earlier):
    name, at, delta = change
    zone = ZoneInfo(name)
    wall = shown(at, zone) + timedelta(minutes=minutes)
    after = at - timedelta(days=1, minutes=earlier)
    until = at + timedelta(days=2)
    due = sends(after, until, time=wall.time(), days=EVERY_DAY, zone=zone)
    of_day = find_moment(wall.date(), wall.time(), zone)
    assert due.count(of_day) == 1
    if shown(of_day, zone) == wall:
        # It exists: this is the first moment at which the clock shows it.
        hour = timedelta(hours=3)
        assert shown(of_day - abs(delta), zone) != wall
        assert all(of_day - hour > one or one >= of_day for one in due)
    else:
        assert of_day == at
        assert shown(of_day - timedelta(seconds=1), zone) < wall < shown(of_day, zone)


def test_every_change_of_three_years_in_every_zone():
    """Each digest of the day of a change, for each quarter of an hour of that day."""
    for name, at, delta in CHANGES:
        zone = ZoneInfo(name)
        day = shown(at, zone).date()
        for quarter in range(0, 96, 5):
            clock = time(quarter // 4, quarter % 4 * 15)
            moment = find_moment(day, clock, zone)
            seen = shown(moment, zone)
            wall = datetime.combine(day, clock)
            jumped = at <= moment and delta > timedelta() and moment == at
            assert seen == wall or (jumped and seen > wall), (name, at, clock)


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (time(1, 30), "2027-03-28T00:30"),
        (time(2), "2027-03-28T01:00"),  # there is no 2:00 to 2:59 that day: it is 3:00 at once
        (time(2, 59), "2027-03-28T01:00"),
        (time(3), "2027-03-28T01:00"),
        (NINE, "2027-03-28T07:00"),
    ],
)
def test_in_prague_when_summer_begins(clock, said):
    zone, after = ZoneInfo("Europe/Prague"), datetime(2027, 3, 27, 12, tzinfo=UTC)
    due = next_send(after, time=clock, days=[6], zone=zone)
    assert due.isoformat()[:16] == said


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (time(1, 59), "2026-10-24T23:59"),
        (time(2, 30), "2026-10-25T00:30"),  # 2:30 comes twice: the first counts
        (time(3), "2026-10-25T02:00"),
        (NINE, "2026-10-25T08:00"),
    ],
)
def test_in_prague_when_summer_ends(clock, said):
    zone, after = ZoneInfo("Europe/Prague"), datetime(2026, 10, 24, 12, tzinfo=UTC)
    due = sends(after, after + timedelta(days=1, hours=12), time=clock, days=[6], zone=zone)
    assert [one.isoformat()[:16] for one in due] == [said]


def test_a_gap_at_the_end_of_a_day_belongs_to_that_day():
    zone = ZoneInfo("America/Nuuk")  # on Saturday night 23:00 is followed by 0:00
    at = next(at for at, delta in changes_of("America/Nuuk") if delta > timedelta())
    due = sends(
        at - timedelta(days=1), at + timedelta(days=2), time=time(23, 30), days=[5, 6], zone=zone
    )
    assert [shown(one, zone).strftime("%a %H:%M") for one in due] == ["Sun 00:00", "Sun 23:30"]


def test_a_day_that_a_zone_left_out_has_no_digest():
    zone = ZoneInfo("Pacific/Apia")
    after = datetime(2011, 12, 28, 20, tzinfo=UTC)
    due = sends(after, after + timedelta(days=3), time=NINE, days=EVERY_DAY, zone=zone)
    assert [shown(one, zone).day for one in due] == [29, 31, 1]


def test_working_days_and_holidays():
    zone, after = ZoneInfo("Europe/Prague"), datetime(2026, 12, 23, 12, tzinfo=UTC)
    off = {date(2026, 12, 24), date(2026, 12, 25)}
    due = next_send(after, time=NINE, days=WORKING_DAYS, zone=zone, holidays=off)
    assert due == datetime(2026, 12, 28, 8, tzinfo=UTC)


def test_at_its_very_moment_the_next_one_is_a_day_later():
    zone, at = ZoneInfo("Asia/Kolkata"), datetime(2026, 11, 26, 3, 30, tzinfo=UTC)
    plan = {"time": NINE, "days": EVERY_DAY, "zone": zone}
    assert next_send(at - timedelta(microseconds=1), **plan) == at
    assert next_send(at, **plan) == at + timedelta(days=1)


def test_without_a_day_it_never_goes_out():
    with pytest.raises(NeverDue):
        next_send(START, time=NINE, days=[], zone=ZoneInfo("UTC"))


@given(st.sampled_from(ZONES), MOMENTS)
def test_a_day_ends_before_the_next_one_begins(name, now):
    zone = ZoneInfo(name)
    last = end_of_day(now, zone)
    assert last.astimezone(zone).date() == now.astimezone(zone).date()
    assert (last + timedelta(seconds=1)).astimezone(zone).date() > now.astimezone(zone).date()
