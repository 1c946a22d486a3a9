"""What can go wrong between us and Close.

CloseError
├── BadId            refused here: not an id of this kind; nothing was sent
├── BadSecret        refused here: not usable as a key or token; nothing was sent
├── Unreachable      no connection: nothing was sent
├── TimedOut         a read got no answer in time
├── RateLimited      429, and the wait is longer than we may; nothing was done
├── Unavailable      5xx on a read, or 503: nothing was done
├── Unreadable       an answer to a read that is not what it claims: HTML, cut off, another shape
├── WriteUnclear     a write was sent and its outcome is not known
└── Refused          Close answered, and said no
    ├── Unauthorized 401: the key is not accepted (or, in places, a permission is missing)
    ├── PlanLimit    402
    ├── Forbidden    403
    ├── NotFound     404
    └── Invalid      400 and its like: `fields` and `messages` say what

Nothing here holds a secret or a body that we sent.
https://developer.close.com/api/overview/http-response-codes
"""

from collections.abc import Mapping, Sequence
from typing import Any

_LONGEST = 500


class CloseError(Exception):
    """Anything that keeps a request from being done."""


class BadId(CloseError):
    """Not an id of this kind; nothing was sent."""


class BadSecret(CloseError):
    """Not usable as a key or token; nothing was sent."""


class Unreachable(CloseError):
    """No connection to Close; nothing was sent."""


class TimedOut(CloseError):
    """Close did not answer a read in time."""


class RateLimited(CloseError):
    """Close asks to wait for `retry_after` seconds, longer than this request may take."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"rate limited for {retry_after:.1f} s")
        self.retry_after = retry_after


class Unavailable(CloseError):
    """Close has trouble of its own; nothing was done."""


class Unreadable(CloseError):
    """An answer that is not what it claims to be."""


class WriteUnclear(CloseError):
    """A write was sent and its outcome is not known: look before you send it again."""

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"the outcome of {method} {path} is not known")
        self.method = method
        self.path = path


class Refused(CloseError):
    """Close answered, and said no. `status` is the HTTP status."""

    def __init__(
        self, status: int, messages: Sequence[str] = (), fields: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.messages = tuple(message[:_LONGEST] for message in messages)
        self.fields = {name: text[:_LONGEST] for name, text in (fields or {}).items()}
        said = [*self.messages, *(f"{name}: {text}" for name, text in self.fields.items())]
        super().__init__(f"{status}: {'; '.join(said) or 'no reason given'}")


class Unauthorized(Refused):
    """The key is not accepted. In places Close answers so to a missing permission too."""


class PlanLimit(Refused):
    """The organization's plan does not include this."""


class Forbidden(Refused):
    """The person's role does not allow this."""


class NotFound(Refused):
    """There is no such record, or this person may not see it."""


class Invalid(Refused):
    """What was sent is not valid: `fields` (dotted path → sentence) and `messages` say what."""


_BY_STATUS: dict[int, type[Refused]] = {
    401: Unauthorized,
    402: PlanLimit,
    403: Forbidden,
    404: NotFound,
}


def read_refusal(status: int, body: Any) -> Refused:
    """Turn a 4xx answer into its error, whichever of Close's five shapes the body has.

    Field names come without the `_id` of the attribute that was sent (`lead`, not `lead_id`);
    inside lists they are dotted: `contacts.0.emails.0.email`.
    """
    messages: list[str] = []
    fields: dict[str, str] = {}
    if isinstance(body, Mapping):
        _collect(body, "", messages, fields)
    return _BY_STATUS.get(status, Invalid)(status, messages, fields)


def _collect(body: Mapping[str, Any], at: str, messages: list[str], fields: dict[str, str]) -> None:
    said = (body.get("error"), body.get("error_description"))  # the latter from OAuth endpoints
    messages += [one for one in said if isinstance(one, str)]
    errors = body.get("errors")
    if isinstance(errors, str):
        messages.append(errors)
    elif isinstance(errors, list):
        messages.extend(error for error in errors if isinstance(error, str))
    elif isinstance(errors, Mapping):  # in a list: keyed by index
        _collect_fields(errors, at, messages, fields)
    if isinstance(body.get("field-errors"), Mapping):
        _collect_fields(body["field-errors"], at, messages, fields)


def _collect_fields(
    errors: Mapping[str, Any], at: str, messages: list[str], fields: dict[str, str]
) -> None:
    for name, error in errors.items():
        path = f"{at}.{name}" if at else str(name)
        if isinstance(error, str):
            fields[path] = error
        elif isinstance(error, list):
            fields[path] = "; ".join(part for part in error if isinstance(part, str))
        elif isinstance(error, Mapping):
            _collect(error, path, messages, fields)
