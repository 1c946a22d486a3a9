"""How days, times and numbers are written in elements: in the digits 0 to 9."""

import re
from datetime import date
from typing import Any

from closebot.sandbox.slack_api.rules import Problem, Rule, string, then

DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
NUMBER = r"-?[0-9]+(\.[0-9]+)?"


def is_day(text: str) -> bool:
    """Say whether something is a day of the calendar."""
    try:
        return bool(re.fullmatch(DAY, text) and date.fromisoformat(text))
    except ValueError:
        return False


def _check_calendar(value: Any, at: str, found: list[Problem]) -> None:
    if not is_day(value):
        found.append(Problem("wrong_format", "must be a day of the calendar", at))


day: Rule = then(string(10, 10, DAY), _check_calendar)
number_text: Rule = string(100, 1, NUMBER)
