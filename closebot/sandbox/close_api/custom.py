"""Custom fields: values on leads, contacts and opportunities, and their definitions."""

from collections.abc import Callable, Mapping
from typing import Any

from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.errors import Invalid, Refused, describe_fields, missing
from closebot.sandbox.close_api.store import Json, Store
from closebot.sandbox.close_api.validation import (
    boolean,
    clean,
    day,
    list_of,
    moment,
    object_of,
    one_of,
    reference,
    text,
)
from closebot.sandbox.close_api.views import read_fields, select_fields

_MODELS = {"lead": "Lead", "contact": "Contact", "opportunity": "Opportunity"}
TYPES = (
    "text",
    "textarea",
    "number",
    "date",
    "datetime",
    "choices",
    "user",
    "contact",
    "custom_object",
    "hidden",
)


def clean_custom(store: Store, kind: str, body: Mapping[str, Any], one: Json | None = None) -> Json:
    """Return the custom values of a body, checked; None unsets. Raises `Refused` (400).

    `custom.cf_….add` and `.remove` change one value of a list. Older clients write `custom.Name`,
    or all values in `custom` by their fields' names, where a name that is not known makes a field.
    """
    cleaned: Json = {}
    wrong: dict[str, Any] = {}
    for name, value in _spread(store, kind, body).items():
        if not name.startswith("custom."):
            continue
        field_id, _, verb = name.removeprefix("custom.").partition(".")
        field = store.custom_fields.get(field_id)
        if field is None or field["object_type"] != kind or verb not in {"", "add", "remove"}:
            wrong[name] = "Custom field does not exist."
            continue
        key = f"custom.{field_id}"
        try:
            if verb:
                held = list(cleaned.get(key, (one or {}).get(key)) or [])
                cleaned[key] = _change_list(held, verb, _check(store, field)(value))
            else:
                cleaned[key] = _clean_value(store, field, value)
        except Invalid as error:
            wrong[name] = error.problem
    if wrong:
        raise Refused(400, describe_fields(wrong))
    return cleaned


def _spread(store: Store, kind: str, body: Mapping[str, Any]) -> Json:
    """Write a body with the ids of custom fields where their names stand."""
    ids = {
        field["name"]: field["id"]
        for field in store.custom_fields.values()
        if field["object_type"] == kind
    }
    given: Json = {}
    for name, value in body.items():
        by_name = ids.get(name.removeprefix("custom."))
        given[f"custom.{by_name}" if by_name and name.startswith("custom.") else name] = value
    by_names = body.get("custom")
    for name, value in by_names.items() if isinstance(by_names, Mapping) else ():
        if name not in ids and name not in store.custom_fields and value not in (None, ""):
            kind_of = "number" if _is_number(value) else "text"
            ids[name] = make_field(store, kind, None, {"name": name, "type": kind_of})["id"]
        if name in ids or name in store.custom_fields:
            given.setdefault(f"custom.{ids.get(name, name)}", value)
    return given


def _change_list(held: list[Any], verb: str, value: Any) -> list[Any] | None:
    rest = [item for item in held if item != value]
    return ([*rest, value] if verb == "add" else rest) or None


def _clean_value(store: Store, field: Json, value: Any) -> Any:
    if value is None or value in ("", []):
        return None
    if field["accepts_multiple_values"]:
        return list_of(_check(store, field))(value if isinstance(value, list) else [value])
    return _check(store, field)(value)


def _check(store: Store, field: Json) -> Callable[[Any], Any]:
    checks: dict[str, Callable[[Any], Any]] = {
        "choices": one_of(*(field["choices"] or ())),
        "user": reference(store.users, nullable=False),
        "contact": reference(store.contacts, nullable=False),
        "number": _number,
        "date": day,
        "datetime": moment,
    }
    return checks.get(field["type"], text())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> Any:
    if not _is_number(value):
        raise Invalid("Value must be a number.")
    return value


# --- definitions --------------------------------------------------------------------------------

_DEFINITION = {
    "name": text(1000),
    "type": one_of(*TYPES),
    "choices": list_of(text(1000), 1000),
    "accepts_multiple_values": boolean,
    "description": text(),
    "editable_with_roles": list_of(text()),
}


def _find(asked: Asked, kind: str) -> Json:
    field = asked.store.custom_fields.get(asked.id)
    if field is None or field["object_type"] != kind:
        raise missing(f"{_MODELS[kind]}CustomField")
    return field


def show_definition(field: Json) -> Json:
    """Show the definition of a field."""
    return {name: value for name, value in field.items() if name != "object_type"}


def list_definitions(store: Store, kind: str) -> list[Json]:
    """Return every field that objects of a kind may have."""
    fields = store.custom_fields.values()
    return [show_definition(field) for field in fields if field["object_type"] == kind]


def make_field(store: Store, kind: str, user_id: str | None, fields: Json) -> Json:
    """Store a new field."""
    at = store.stamp()
    field: Json = {
        "id": store.ids.make("cf"),
        "object_type": kind,
        "organization_id": store.organization_id,
        "accepts_multiple_values": False,
        "back_reference_is_visible": False,
        "choices": None,
        "description": None,
        "editable_with_roles": [],
        "is_shared": False,
        "referenced_custom_type_id": None,
        "created_by": user_id,
        "updated_by": user_id,
        "date_created": at,
        "date_updated": at,
        **fields,
    }
    store.custom_fields[field["id"]] = field
    return field


def _routes(kind: str) -> tuple[Route, ...]:
    def list_them(asked: Asked) -> Json:
        cut, more = read_window(asked.params, 1000).cut(list_definitions(asked.store, kind))
        fields = read_fields(asked.params)
        return {"data": [select_fields(one, fields) for one in cut], "has_more": more}

    def get(asked: Asked) -> Json:
        return select_fields(show_definition(_find(asked, kind)), read_fields(asked.params))

    def create(asked: Asked) -> Json:
        given = clean(asked.body, _DEFINITION, ("name", "type"))
        return show_definition(make_field(asked.store, kind, asked.user_id, given))

    def update(asked: Asked) -> Json:
        field = _find(asked, kind)
        given = clean(asked.body, _DEFINITION)
        given.pop("type", None)
        field.update(given, updated_by=asked.user_id, date_updated=asked.store.stamp())
        return show_definition(field)

    def delete(asked: Asked) -> Json:
        field = _find(asked, kind)
        del asked.store.custom_fields[field["id"]]
        for table in (asked.store.leads, asked.store.contacts, asked.store.opportunities):
            for one in table.values():
                one.pop(f"custom.{field['id']}", None)
        return {}

    return tuple(
        route
        for base in ("custom_field", "custom_fields")
        for route in (
            Route("GET", f"/{base}/{kind}/", list_them),
            Route("POST", f"/{base}/{kind}/", create),
            Route("GET", f"/{base}/{kind}/{{id}}/", get),
            Route("PUT", f"/{base}/{kind}/{{id}}/", update),
            Route("DELETE", f"/{base}/{kind}/{{id}}/", delete),
        )
    )


def _schema(asked: Asked) -> Json:
    kind = asked.id
    if kind not in _MODELS:
        raise missing("CustomFieldSchema")
    return {"object_type": kind, "fields": list_definitions(asked.store, kind)}


def _order_schema(asked: Asked) -> Json:
    """Put fields in the order that was given; those left out come after them."""
    shown, fields = _schema(asked), asked.store.custom_fields
    known = {field["id"]: fields[field["id"]] for field in shown["fields"]}
    schema = {"fields": list_of(object_of({"id": reference(known, nullable=False)}, ("id",)))}
    given: Json = clean(asked.body, schema, ("fields",))
    for field_id in dict.fromkeys((*(one["id"] for one in given["fields"]), *known)):
        fields[field_id] = fields.pop(field_id)
    return _schema(asked)


ROUTES = (
    *_routes("lead"),
    *_routes("contact"),
    *_routes("opportunity"),
    Route("GET", "/custom_field_schema/{id}/", _schema),
    Route("PUT", "/custom_field_schema/{id}/", _order_schema),
)
