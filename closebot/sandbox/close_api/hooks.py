"""`/webhook/`: who wants to hear of what, and how it goes."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.errors import Invalid, Refused, missing
from closebot.sandbox.close_api.moments import write_naive
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.validation import boolean, clean, list_of, object_of, one_of, text

MOST_HOOKS = 40
_KEY_LENGTH = 64


def _address(value: Any) -> Any:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Invalid("Invalid URL.")
    return value


def _filter(value: Any) -> Any:
    if value is not None and not (isinstance(value, Mapping) and value.get("type") in _FILTERS):
        raise Invalid("Not a valid choice.")
    return value


_WANTED = object_of(
    {"object_type": text(100), "action": text(100), "extra_filter": _filter},
    ("object_type", "action"),
)
_SCHEMA = {
    "url": _address,
    "events": list_of(_WANTED),
    "verify_ssl": boolean,
    "status": one_of("active", "paused"),
}


class Hooks:
    """Subscriptions by id, each with its `signature_key`."""

    def __init__(self) -> None:
        self.held: dict[str, Json] = {}

    def of(self, event: Json) -> list[Json]:
        """Return the active subscriptions that an event is for."""
        return [
            hook
            for hook in self.held.values()
            if hook["status"] == "active" and any(_wants(one, event) for one in hook["events"])
        ]

    def _find(self, asked: Asked) -> Json:
        hook = self.held.get(asked.id)
        if hook is None:
            raise missing("WebhookSubscription")
        return hook

    def _list(self, asked: Asked) -> Json:
        cut, more = read_window(asked.params).cut(list(self.held.values()))
        return {"data": [_show(one) for one in cut], "has_more": more}

    def _create(self, asked: Asked) -> Json:
        given = clean(asked.body, _SCHEMA, ("url", "events"))
        if len(self.held) >= MOST_HOOKS:
            sentence = f"You can't have more than {MOST_HOOKS} webhook subscriptions."
            raise Refused(400, {"errors": [sentence], "field-errors": {}})
        store, at = asked.store, write_naive(asked.store.now())
        hook: Json = {
            "counters": {},
            "created_by": asked.user_id,
            "date_created": at,
            "date_updated": at,
            "health_status": None,
            "history": {"errors": [], "successes": []},
            "id": store.ids.make("whsub"),
            "latest_error": None,
            "pause_reason": None,
            "recent_consecutive_fail_buckets_cnt": 0,
            "signature_key": store.ids.make_hex(_KEY_LENGTH),
            "status": "active",
            "updated_by": asked.user_id,
            "verify_ssl": True,
            **_complete(given),
        }
        self.held[hook["id"]] = hook
        return dict(hook)

    def _get(self, asked: Asked) -> Json:
        return _show(self._find(asked))

    def _update(self, asked: Asked) -> Json:
        hook = self._find(asked)
        given = _complete(clean(asked.body, _SCHEMA))
        if given.get("status") == "active":
            given |= {"pause_reason": None, "recent_consecutive_fail_buckets_cnt": 0}
        hook.update(given, updated_by=asked.user_id)
        hook["date_updated"] = write_naive(asked.store.now())
        return _show(hook)

    def _delete(self, asked: Asked) -> Json:
        del self.held[self._find(asked)["id"]]
        return {}

    def routes(self) -> tuple[Route, ...]:
        """Return the operations."""
        return (
            Route("GET", "/webhook/", self._list),
            Route("POST", "/webhook/", self._create, 201),
            Route("GET", "/webhook/{id}/", self._get),
            Route("PUT", "/webhook/{id}/", self._update),
            Route("DELETE", "/webhook/{id}/", self._delete),
        )


def _complete(given: Json) -> Json:
    if "events" in given:
        given["events"] = [{"extra_filter": None} | one for one in given["events"] or []]
    return {name: value for name, value in given.items() if value is not None}


def _show(hook: Json) -> Json:
    """Show a subscription; its key is told once, when it is made."""
    return {name: value for name, value in hook.items() if name != "signature_key"}


def _wants(wanted: Json, event: Json) -> bool:
    return (
        wanted["object_type"] == event["object_type"]
        and wanted["action"] == event["action"]
        and (wanted["extra_filter"] is None or _passes(wanted["extra_filter"], event))
    )


# --- extra filters ------------------------------------------------------------------------------


def _passes(node: Mapping[str, Any], value: Any) -> bool:
    test = _FILTERS.get(str(node.get("type")))
    return test is not None and test(node, value)


def _inside(node: Mapping[str, Any], value: Any) -> bool:
    inner = value.get(node.get("field")) if isinstance(value, Mapping) else None
    return _passes(node.get("filter") or {}, inner)


def _any_inside(node: Mapping[str, Any], value: Any) -> bool:
    items = value if isinstance(value, list) else []
    return any(_passes(node.get("filter") or {}, item) for item in items)


def _parts(node: Mapping[str, Any]) -> list[Any]:
    parts = node.get("filters")
    return parts if isinstance(parts, list) else []


_FILTERS: dict[str, Callable[[Mapping[str, Any], Any], bool]] = {
    "equals": lambda node, value: bool(value == node.get("value")),
    "not_equals": lambda node, value: bool(value != node.get("value")),
    "is_null": lambda _node, value: value is None,
    "non_null": lambda _node, value: value is not None,
    "contains": lambda node, value: isinstance(value, str | list) and node.get("value") in value,
    "and": lambda node, value: all(_passes(one, value) for one in _parts(node)),
    "or": lambda node, value: any(_passes(one, value) for one in _parts(node)),
    "not": lambda node, value: not _passes(node.get("filter") or {}, value),
    "field_accessor": _inside,
    "any_array_value": _any_inside,
}
