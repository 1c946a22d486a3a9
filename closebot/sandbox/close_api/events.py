"""`/event/`: the log of what has changed, newest first."""

from closebot.sandbox.close_api.asked import Asked, Route
from closebot.sandbox.close_api.errors import bad_request, missing
from closebot.sandbox.close_api.filters import is_among, is_within
from closebot.sandbox.close_api.store import Json

MOST_EVENTS = 50
_AMONG = ("object_type", "object_id", "lead_id", "action", "user_id", "request_id")


def _list(asked: Asked) -> Json:
    params = asked.params
    limit = params.get("_limit", "") or str(MOST_EVENTS)
    if not limit.isdecimal():
        raise bad_request(f'_limit must be an integer (got "{limit}" instead).')
    among, within = is_among(params, _AMONG), is_within(params, ("date_updated",))
    found = [one for one in reversed(asked.store.events) if among(one) and within(one)]
    start = _place(found, params.get("_cursor", ""))
    end = start + min(int(limit), MOST_EVENTS)
    cut = found[start:end]
    return {
        "data": cut,
        "cursor_next": cut[-1]["id"] if cut and end < len(found) else None,
        "cursor_previous": found[start - 1]["id"] if start else None,
    }


def _place(found: list[Json], cursor: str) -> int:
    """Return where to go on: right behind the event that a cursor names."""
    if not cursor:
        return 0
    for number, event in enumerate(found):
        if event["id"] == cursor:
            return number + 1
    raise bad_request("The cursor is invalid.")


def _get(asked: Asked) -> Json:
    for event in asked.store.events:
        if event["id"] == asked.id:
            return event
    raise missing("Event")


ROUTES = (Route("GET", "/event/", _list), Route("GET", "/event/{id}/", _get))
