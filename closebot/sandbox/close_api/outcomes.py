"""`/outcome/`: how a call or a meeting went, in the company's own words."""

from typing import Any

from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.errors import Invalid, missing
from closebot.sandbox.close_api.moments import write_naive
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.validation import clean, list_of, one_of, text
from closebot.sandbox.close_api.views import read_fields, select_fields

_APPLIES_TO = {"custom": ["calls", "meetings"], "vm-dropped": ["calls"]}


def _name(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise Invalid("This field is required.")
    return value


_SCHEMA = {
    "name": _name,
    "description": text(),
    "type": one_of(*_APPLIES_TO),
    "applies_to": list_of(one_of("calls", "meetings")),
}


class Outcomes:
    """The outcomes of one company, by id."""

    def __init__(self) -> None:
        self._held: dict[str, Json] = {}

    def _find(self, asked: Asked) -> Json:
        outcome = self._held.get(asked.id)
        if outcome is None:
            raise missing("Outcome")
        return outcome

    def _list(self, asked: Asked) -> Json:
        cut, more = read_window(asked.params).cut(list(self._held.values()))
        fields = read_fields(asked.params)
        return {"data": [select_fields(one, fields) for one in cut], "has_more": more}

    def _get(self, asked: Asked) -> Json:
        return select_fields(self._find(asked), read_fields(asked.params))

    def _create(self, asked: Asked) -> Json:
        store, at = asked.store, write_naive(asked.store.now())
        given: Json = clean(asked.body, _SCHEMA, ("name",))
        kind = given.setdefault("type", "custom")
        if given.get("applies_to") is None:
            given["applies_to"] = _APPLIES_TO[kind]
        outcome: Json = {
            "created_by": asked.user_id,
            "date_created": at,
            "date_updated": at,
            "description": None,
            "id": store.ids.make("outcome"),
            "organization_id": store.organization_id,
            "updated_by": asked.user_id,
            **given,
        }
        self._held[outcome["id"]] = outcome
        return outcome

    def _update(self, asked: Asked) -> Json:
        outcome = self._find(asked)
        outcome.update(clean(asked.body, _SCHEMA), updated_by=asked.user_id)
        outcome["date_updated"] = write_naive(asked.store.now())
        return outcome

    def _delete(self, asked: Asked) -> Json:
        del self._held[self._find(asked)["id"]]
        return {}

    def routes(self) -> tuple[Route, ...]:
        """Return the operations."""
        return (
            Route("GET", "/outcome/", self._list),
            Route("POST", "/outcome/", self._create, 201),
            Route("GET", "/outcome/{id}/", self._get),
            Route("PUT", "/outcome/{id}/", self._update),
            Route("DELETE", "/outcome/{id}/", self._delete),
        )
