"""Stretches of days that have a name, such as `this-month`."""

from datetime import date, timedelta

_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_STEPS = {"last": -1, "this": 0, "next": 1}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def find_period(name: str, today: date) -> tuple[date, date]:
    """Return the first day of a period, and the day after its last one. Raises `KeyError`."""
    if name in _DAYS:
        day = today + timedelta(days=_DAYS[name])
        return day, day + timedelta(days=1)
    which, _, unit = name.replace("_", "-").replace(" ", "-").partition("-")
    step = _STEPS[which]
    if unit == "week":
        monday = today + timedelta(days=7 * step - today.weekday())
        return monday, monday + timedelta(days=7)
    months = _MONTHS[unit]
    number = (today.year * 12 + today.month - 1) // months + step
    return _first_of(number * months), _first_of((number + 1) * months)


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
