"""`/status/…`, `/pipeline/` and `/saved_search/`: how the company has arranged its work."""

from typing import Any

from closebot.sandbox.close_api.asked import MAX_LIMIT, Asked, Route, read_window
from closebot.sandbox.close_api.errors import bad_fields, missing
from closebot.sandbox.close_api.filters import split_words
from closebot.sandbox.close_api.moments import write_naive
from closebot.sandbox.close_api.query import KINDS
from closebot.sandbox.close_api.store import Json, Store, Table
from closebot.sandbox.close_api.validation import (
    Schema,
    boolean,
    clean,
    list_of,
    object_of,
    one_of,
    reference,
    text,
)
from closebot.sandbox.close_api.views import read_fields, select_fields, show_pipeline


def _find(table: Table, asked: Asked, model: str) -> Json:
    one = table.get(asked.id)
    if one is None:
        raise missing(model)
    return one


_MOST_VIEWS = 600  # which clients do ask for


def _page(asked: Asked, found: list[Json], most: int = MAX_LIMIT) -> Json:
    cut, more = read_window(asked.params, most).cut(found)
    fields = read_fields(asked.params)
    return {"data": [select_fields(one, fields) for one in cut], "has_more": more}


# --- statuses -----------------------------------------------------------------------------------


def _stage_schema(store: Store) -> Schema:
    return {
        "label": text(1000),
        "type": one_of("active", "won", "lost"),
        "pipeline_id": reference(store.pipelines),
    }


def _make_stage(store: Store, given: Json) -> Json:
    """Store a status of opportunities.

    Clients from before there were pipelines name no pipeline, and some of them no type.
    """
    status: Json = {
        "id": store.ids.make("stat"),
        "organization_id": store.organization_id,
        "label": given["label"],
        "type": given.get("type") or "active",
        "pipeline_id": given.get("pipeline_id") or next(iter(store.pipelines), None),
    }
    store.opportunity_statuses[status["id"]] = status
    return status


def _statuses(kind: str) -> tuple[Route, ...]:
    model = f"{kind.capitalize()}Status"

    def table(asked: Asked) -> Table:
        store = asked.store
        return store.lead_statuses if kind == "lead" else store.opportunity_statuses

    def list_them(asked: Asked) -> Json:
        return _page(asked, sorted(table(asked).values(), key=lambda one: str(one["id"])))

    def get(asked: Asked) -> Json:
        return _find(table(asked), asked, model)

    def create(asked: Asked) -> Json:
        store = asked.store
        if kind == "opportunity":
            return _make_stage(store, clean(asked.body, _stage_schema(store), ("label",)))
        status: Json = {
            "id": store.ids.make("stat"),
            "organization_id": store.organization_id,
            **clean(asked.body, {"label": text(1000)}, ("label",)),
        }
        table(asked)[status["id"]] = status
        return status

    def update(asked: Asked) -> Json:
        status = _find(table(asked), asked, model)
        status.update(clean(asked.body, {"label": text(1000)}))
        return status

    def delete(asked: Asked) -> Json:
        del table(asked)[_find(table(asked), asked, model)["id"]]
        return {}

    base = f"/status/{kind}/"
    return (
        Route("GET", base, list_them),
        Route("POST", base, create),
        Route("GET", base + "{id}/", get),
        Route("PUT", base + "{id}/", update),
        Route("DELETE", base + "{id}/", delete),
    )


# --- pipelines ----------------------------------------------------------------------------------


def _list_pipelines(asked: Asked) -> Json:
    store = asked.store
    return _page(asked, [show_pipeline(store, one) for one in store.pipelines.values()])


def _get_pipeline(asked: Asked) -> Json:
    return show_pipeline(asked.store, _find(asked.store.pipelines, asked, "Pipeline"))


def _create_pipeline(asked: Asked) -> Json:
    store, at = asked.store, write_naive(asked.store.now())
    stages = list_of(object_of(_stage_schema(store), ("label",)))
    given: Json = clean(asked.body, {"name": text(1000), "statuses": stages}, ("name",))
    made = given.pop("statuses", [])
    pipeline: Json = {
        "id": store.ids.make("pipe"),
        "organization_id": store.organization_id,
        "created_by": asked.user_id,
        "updated_by": asked.user_id,
        "date_created": at,
        "date_updated": at,
        **given,
    }
    store.pipelines[pipeline["id"]] = pipeline
    for one in made:
        _make_stage(store, {**one, "pipeline_id": pipeline["id"]})
    return show_pipeline(store, pipeline)


def _update_pipeline(asked: Asked) -> Json:
    store = asked.store
    pipeline = _find(store.pipelines, asked, "Pipeline")
    known = reference(store.opportunity_statuses, nullable=False)
    schema = {"name": text(1000), "statuses": list_of(object_of({"id": known}, ("id",)))}
    given = clean(asked.body, schema)
    ordered = given.pop("statuses", [])
    pipeline.update(given, updated_by=asked.user_id)
    pipeline["date_updated"] = write_naive(store.now())
    for one in ordered:  # in the order of the board
        status = store.opportunity_statuses.pop(one["id"])
        store.opportunity_statuses[one["id"]] = {**status, "pipeline_id": pipeline["id"]}
    return show_pipeline(store, pipeline)


def _delete_pipeline(asked: Asked) -> None:
    store = asked.store
    pipeline = _find(store.pipelines, asked, "Pipeline")
    if show_pipeline(store, pipeline)["statuses"]:
        raise bad_fields(statuses="List must be empty.")
    del store.pipelines[pipeline["id"]]


# --- Smart Views --------------------------------------------------------------------------------


def _list_views(asked: Asked) -> Json:
    kinds = split_words(asked.params.get("type__in", "") or asked.params.get("type", "lead"))
    views = asked.store.saved_searches.values()
    return _page(asked, [one for one in views if one["type"] in kinds], _MOST_VIEWS)


def _get_view(asked: Asked) -> Json:
    return _find(asked.store.saved_searches, asked, "SavedSearch")


def _query(value: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(value.get("query"), dict):
        return None
    return {"results_limit": None, "sort": [], **value}


_VIEW = {
    "name": text(1000),
    "type": one_of(*KINDS),
    "description": text(),
    "query": text(),
    "s_query": _query,
    "is_shared": boolean,
}


def _create_view(asked: Asked) -> Json:
    store, at = asked.store, asked.store.stamp()
    view: Json = {
        "id": store.ids.make("save"),
        "type": "lead",
        "query": None,
        "s_query": None,
        "description": "",
        "is_shared": False,
        "is_user_dependent": False,
        "selected_fields": None,
        "shared_with": [],
        "used_recently": False,
        "user_id": asked.user_id,
        "organization_id": store.organization_id,
        "date_created": at,
        "date_updated": at,
        **clean(asked.body, _VIEW, ("name",)),
    }
    store.saved_searches[view["id"]] = view
    return view


def _update_view(asked: Asked) -> Json:
    view = _get_view(asked)
    view.update(clean(asked.body, _VIEW), date_updated=asked.store.stamp())
    return view


def _delete_view(asked: Asked) -> Json:
    del asked.store.saved_searches[_get_view(asked)["id"]]
    return {}


ROUTES = (
    *_statuses("lead"),
    *_statuses("opportunity"),
    Route("GET", "/pipeline/", _list_pipelines),
    Route("POST", "/pipeline/", _create_pipeline, 201),
    Route("GET", "/pipeline/{id}/", _get_pipeline),
    Route("PUT", "/pipeline/{id}/", _update_pipeline),
    Route("DELETE", "/pipeline/{id}/", _delete_pipeline, 204),
    Route("GET", "/saved_search/", _list_views),
    Route("POST", "/saved_search/", _create_view),
    Route("GET", "/saved_search/{id}/", _get_view),
    Route("PUT", "/saved_search/{id}/", _update_view),
    Route("DELETE", "/saved_search/{id}/", _delete_view),
)
