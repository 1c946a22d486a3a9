"""What goes wrong on the way to Slack, and how an answer or its absence is told apart."""

import logging
from typing import Any

import aiohttp

log = logging.getLogger(__name__)

# Seconds of a rate limit that are waited for; also where Slack does not say how many.
LONGEST_WAIT = 3.0
_TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "exchanged_trigger_id",
                       "trigger_exchanged", "invalid_trigger_id"})  # fmt: skip
_CLOSED = frozenset({"not_found", "view_not_found"})


class SlackFailed(Exception):
    """Slack did not take what we sent. `code` is Slack's own word for it, or ours."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"{method}: {code}")
        self.method = method
        self.code = code


class SlackUnclear(SlackFailed):
    """Something was sent and no answer came: it may have been done."""


class TooLate(SlackFailed):
    """A modal could not be opened: more than three seconds had passed since the click."""


class NoTrigger(TooLate):
    """A modal could not be opened: this runs without a click of its own."""


class SlackLimited(SlackFailed):
    """Slack asks to wait for `retry_after` seconds; nothing was done."""

    def __init__(self, method: str, retry_after: float) -> None:
        super().__init__(method, "ratelimited")
        self.retry_after = retry_after


class ViewClosed(SlackFailed):
    """The modal is gone: the person closed it."""


def judge_lost(method: str, error: Exception) -> SlackFailed:
    """Tell what was never sent from what may have been done."""
    unsent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return (SlackFailed if unsent else SlackUnclear)(method, type(error).__name__)


def judge_answer(method: str, answer: Any) -> SlackFailed:
    """Name what an answer refuses, in the class that says what can be done now."""
    data = answer.data if hasattr(answer, "data") else answer
    if getattr(answer, "status_code", 0) == 429:
        asked = str(answer.headers.get("Retry-After", ""))
        return SlackLimited(method, float(asked) if asked.isdecimal() else LONGEST_WAIT)
    code = str(data.get("error", "no reason given")) if isinstance(data, dict) else "unreadable"
    if code in _TOO_LATE:
        return TooLate(method, code)
    if code in _CLOSED and method == "views.update":
        return ViewClosed(method, code)
    more = data.get("response_metadata") if isinstance(data, dict) else None
    if isinstance(more, dict) and (detail := more.get("messages")):
        log.error("%s was refused: %s %s", method, code, detail)
    return SlackFailed(method, code)
