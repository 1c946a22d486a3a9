"""Small things that a company keeps: templates, links to other programs, and groups of users."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.errors import Invalid, bad_fields, missing
from closebot.sandbox.close_api.moments import write_naive
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.validation import (
    Schema,
    boolean,
    clean,
    list_of,
    object_of,
    one_of,
    reference,
    text,
    url,
    whole_number,
)
from closebot.sandbox.close_api.views import read_fields, select_fields

_FILE = {"url": text(), "filename": text(), "content_type": text(), "size": whole_number(0)}


def _template_name(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise Invalid("This field is required.")
    return text(1000)(value)


@dataclass(frozen=True)
class _Kind:
    """What is kept: `created` and `deleted` are the statuses that Close answers with."""

    path: str
    prefix: str
    model: str
    schema: Schema
    required: tuple[str, ...]
    usual: Mapping[str, Any]
    created: int = 200
    deleted: int = 200

    @property
    def is_newer(self) -> bool:
        """Tell whether moments are naive, as those of newer resources."""
        return self.created != 200


_KINDS = (
    _Kind(
        "/email_template/",
        "tmpl",
        "EmailTemplate",
        {
            "name": _template_name,
            "subject": text(),
            "body": text(),
            "is_shared": boolean,
            "is_archived": boolean,
            "attachments": list_of(object_of(_FILE)),
        },
        ("name",),
        {
            "subject": "",
            "body": "",
            "is_shared": False,
            "is_archived": False,
            "attachments": [],
            "used_by_sequences": [],
        },
    ),
    _Kind(
        "/sms_template/",
        "smstmpl",
        "SMSTemplate",
        {
            "name": _template_name,
            "text": text(),
            "is_shared": boolean,
            "status": one_of("active", "archived"),
        },
        ("name",),
        {"text": "", "is_shared": False, "status": "active"},
        201,
        204,
    ),
    _Kind(
        "/integration_link/",
        "ilink",
        "IntegrationLink",
        {"name": _template_name, "url": url, "type": one_of("lead", "contact", "opportunity")},
        ("name", "type", "url"),
        {},
    ),
)


class Registers:
    """What one company keeps of these, by path and id."""

    def __init__(self) -> None:
        self._held: dict[str, dict[str, Json]] = {kind.path: {} for kind in _KINDS}
        self._groups: dict[str, Json] = {}

    def routes(self) -> tuple[Route, ...]:
        """Return the operations."""
        kept = (route for kind in _KINDS for route in self._routes_of(kind))
        return (*kept, *self._routes_of_groups())

    def _routes_of(self, kind: _Kind) -> tuple[Route, ...]:
        held, one = self._held[kind.path], kind.path + "{id}/"

        def find(asked: Asked) -> Json:
            return _find(held, asked, kind.model)

        def list_them(asked: Asked) -> Json:
            return _page(asked, [row for row in held.values() if _fits(asked, row)])

        def get(asked: Asked) -> Json:
            return select_fields(find(asked), read_fields(asked.params))

        def create(asked: Asked) -> Json:
            given = clean(asked.body, kind.schema, kind.required)
            at = _stamp(asked, kind)
            row: Json = {
                "id": asked.store.ids.make(kind.prefix),
                "organization_id": asked.store.organization_id,
                "created_by": asked.user_id,
                "updated_by": asked.user_id,
                "date_created": at,
                "date_updated": at,
                **({"owned_by": asked.user_id} if kind.prefix == "smstmpl" else {}),
                **kind.usual,
                **given,
            }
            held[row["id"]] = row
            return row

        def update(asked: Asked) -> Json:
            row = find(asked)
            row.update(clean(asked.body, kind.schema))
            row.update(updated_by=asked.user_id, date_updated=_stamp(asked, kind))
            return row

        def delete(asked: Asked) -> Json:
            del held[find(asked)["id"]]
            return {}

        return (
            Route("GET", kind.path, list_them),
            Route("POST", kind.path, create, kind.created),
            Route("GET", one, get),
            Route("PUT", one, update),
            Route("DELETE", one, delete, kind.deleted),
        )

    # --- groups ---------------------------------------------------------------------------------

    def _list_groups(self, asked: Asked) -> Json:
        rows = [{**row} for row in self._groups.values()]
        for row in rows:  # a list never tells the members
            del row["members"]
        return _page(asked, rows)

    def _get_group(self, asked: Asked) -> Json:
        return select_fields(_find(self._groups, asked, "Group"), read_fields(asked.params))

    def _name_group(self, asked: Asked, group: Json | None = None) -> str:
        name = str(clean(asked.body, {"name": _template_name}, ("name",))["name"])
        if any(one["name"] == name and one is not group for one in self._groups.values()):
            raise bad_fields(name="A group with this name already exists.")
        return name

    def _create_group(self, asked: Asked) -> Json:
        group: Json = {
            "id": asked.store.ids.make("group"),
            "name": self._name_group(asked),
            "organization_id": asked.store.organization_id,
            "members": [],
        }
        self._groups[group["id"]] = group
        return select_fields(group, read_fields(asked.params))

    def _update_group(self, asked: Asked) -> Json:
        group = _find(self._groups, asked, "Group")
        group["name"] = self._name_group(asked, group)
        return select_fields(group, read_fields(asked.params))

    def _delete_group(self, asked: Asked) -> None:
        del self._groups[_find(self._groups, asked, "Group")["id"]]

    def _add_member(self, asked: Asked) -> Json:
        group = _find(self._groups, asked, "Group")
        known = reference(asked.store.users, nullable=False)
        member: Json = clean(asked.body, {"user_id": known}, ("user_id",))
        if member not in group["members"]:
            group["members"] = [*group["members"], member]
        return member

    def _remove_member(self, asked: Asked) -> None:
        group, gone = _find(self._groups, asked, "Group"), asked.ids["user_id"]
        group["members"] = [one for one in group["members"] if one["user_id"] != gone]

    def _routes_of_groups(self) -> tuple[Route, ...]:
        return (
            Route("GET", "/group/", self._list_groups),
            Route("POST", "/group/", self._create_group, 201),
            Route("GET", "/group/{id}/", self._get_group),
            Route("PUT", "/group/{id}/", self._update_group),
            Route("DELETE", "/group/{id}/", self._delete_group, 204),
            Route("POST", "/group/{id}/member/", self._add_member, 201),
            Route("DELETE", "/group/{id}/member/{user_id}/", self._remove_member, 204),
        )


def _find(held: dict[str, Json], asked: Asked, model: str) -> Json:
    row = held.get(asked.id)
    if row is None:
        raise missing(model)
    return row


def _fits(asked: Asked, row: Json) -> bool:
    wanted = (("is_archived", row.get("is_archived")), ("is_shared", row.get("is_shared")))
    return all(
        value is None or asked.params.get(name, "").lower() in {"", str(value).lower()}
        for name, value in wanted
    )


def _stamp(asked: Asked, kind: _Kind) -> str:
    return write_naive(asked.store.now()) if kind.is_newer else asked.store.stamp()


def _page(asked: Asked, rows: list[Json]) -> Json:
    cut, more = read_window(asked.params).cut(rows)
    fields = read_fields(asked.params)
    return {"data": [select_fields(one, fields) for one in cut], "has_more": more}
