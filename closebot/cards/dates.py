"""Days and moments as people say them, seen from the day and zone of the person who reads."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def say_day(day: date, today: date) -> str:
    """Say a day: “today”, “tomorrow”, “Fri 27 Nov”, and with its year when that is another."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if (day - today).days in near:
        return near[(day - today).days]
    text = f"{day:%a} {day.day} {day:%b}"
    return text if day.year == today.year else f"{text} {day.year}"


def say_due(due: date | datetime | None, today: date, zone: ZoneInfo) -> str:
    """Say when something is due, in the reader's zone; a plain day is never shifted by a zone."""
    if due is None:
        return "no date"
    if isinstance(due, datetime):
        try:
            local = due.astimezone(zone)
        except OverflowError:  # the first or last day of the calendar has no other zone
            local = due
        day, clock = local.date(), f" {local:%H:%M}"
    else:
        day, clock = due, ""
    said = say_day(day, today) + clock
    return f"overdue since {said}" if day < today else f"due {said}"


def say_moment(moment: datetime, today: date, zone: ZoneInfo) -> str:
    """Say when something happened, in the reader's zone: “yesterday 14:05”."""
    try:
        local = moment.astimezone(zone)
    except OverflowError:  # the first or last day of the calendar has no other zone
        local = moment
    return f"{say_day(local.date(), today)} {local:%H:%M}"
