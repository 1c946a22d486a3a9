"""`/opportunity/`: deals, with sums over everything that matches."""

from collections.abc import Mapping
from datetime import timedelta
from operator import itemgetter
from typing import Any

from closebot.sandbox.close_api.activities import record_activity
from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.changes import create, delete, update
from closebot.sandbox.close_api.custom import clean_custom
from closebot.sandbox.close_api.errors import bad_fields, missing
from closebot.sandbox.close_api.filters import ids_among, is_within, split_words
from closebot.sandbox.close_api.groups import can_group, group_page
from closebot.sandbox.close_api.leads import make_lead
from closebot.sandbox.close_api.legacy_query import find_in_view, find_leads
from closebot.sandbox.close_api.moments import local_day, read_moment
from closebot.sandbox.close_api.money import PERIODS, sum_up, write_value
from closebot.sandbox.close_api.opportunity_query import OpportunityQuery
from closebot.sandbox.close_api.opportunity_shape import shape_opportunity
from closebot.sandbox.close_api.store import Json, Store
from closebot.sandbox.close_api.tables import Ids, index_of, meet, order_of
from closebot.sandbox.close_api.terms import Test, is_empty, read_query
from closebot.sandbox.close_api.validation import (
    Schema,
    clean,
    day,
    list_of,
    moment,
    object_of,
    one_of,
    reference,
    text,
    whole_number,
)
from closebot.sandbox.close_api.views import (
    read_fields,
    read_opportunity,
    select_fields,
    show_opportunity,
)

MOST_OPPORTUNITIES = 250

_AMONG = ("id", "lead_id", "user_id", "contact_id", "status_id", "value_period")
_WITHIN = ("date_won", "date_created", "date_updated")
_ORDERS = (
    "date_won",
    "date_updated",
    "date_created",
    "confidence",
    "user_name",
    "value",
    "annualized_value",
    "annualized_expected_value",
)
_STATUS_FILTERS = {"status": "label", "status_label": "label", "status_type": "type"}
_ORDER_WORDS = {"created": "date_created", "updated": "date_updated"}
_STALLS_AFTER = timedelta(days=30)  # what Close counts as stalled is not documented
_ATTACHMENT = {"url": text(), "filename": text(), "content_type": text()}


def _schema(store: Store) -> Schema:
    return {
        "lead_id": reference(store.leads),
        "contact_id": reference(store.contacts),
        "user_id": reference(store.users),
        "value": whole_number(0),
        "value_period": one_of(*PERIODS),
        "confidence": whole_number(0, 100),
        "date_won": day,
        "note": text(),
        "note_html": text(),
        "attachments": list_of(object_of(_ATTACHMENT)),
        "created_by": reference(store.users),
        "date_created": moment,
    }


def _clean_status(store: Store, body: Mapping[str, Any]) -> str | None:
    """Read the status, or take the first one of a pipeline. Raises `Refused`."""
    status_id, pipeline_id = body.get("status_id"), body.get("pipeline_id")
    label = body.get("status")
    if pipeline_id is not None and str(pipeline_id) not in store.pipelines:
        raise bad_fields(pipeline="Object does not exist.")
    if status_id is None and pipeline_id is None and label is None:
        return None
    for status in store.opportunity_statuses.values():
        in_pipeline = pipeline_id in (None, status["pipeline_id"])
        is_named = status_id in (None, status["id"]) and label in (None, status["label"])
        if in_pipeline and is_named:
            return str(status["id"])
    raise bad_fields(status="Not a valid choice.")


def _find(asked: Asked) -> Json:
    opportunity = asked.store.opportunities.get(asked.id)
    if opportunity is None:
        raise missing("Opportunity")
    return opportunity


def _list(asked: Asked) -> Json:
    store, params = asked.store, asked.params
    window = read_window(params, MOST_OPPORTUNITIES)
    within = is_within(params, _WITHIN, asked.offset)
    node, order = read_query(params.get("query", ""))
    query = OpportunityQuery(store, asked)
    tests: list[Test] = [] if is_empty(node) else [query.test(node)]
    tests += _tell_stalled(store, params.get("is_stalled", ""))
    found = [
        one
        for one in order_of(store.opportunities).rows(meet(_ids_asked(asked), query.narrow(node)))
        if within(one) and all(test(one) for test in tests)
    ]
    found = _sort(store, found, params.get("_order_by", "") or order)
    fields, by = read_fields(params), params.get("_group_by", "")

    def show(one: Json) -> Json:
        return select_fields(show_opportunity(store, one), fields)

    if can_group(by):
        data, more = group_page(store, found, by, window, show)
    else:
        cut, more = window.cut(found)
        data = [show(one) for one in cut]
    return {"data": data, "has_more": more, **sum_up(found, store.currency)}


def _tell_stalled(store: Store, wanted: str) -> list[Test]:
    if wanted.lower() not in {"true", "false"}:
        return []
    since = store.now() - _STALLS_AFTER
    active = {one["id"] for one in store.opportunity_statuses.values() if one["type"] == "active"}

    def test(one: Json) -> bool:
        stalled = one["status_id"] in active and read_moment(one["date_updated"]) < since
        return stalled is (wanted.lower() == "true")

    return [test]


def _ids_asked(asked: Asked) -> Ids:
    store, params = asked.store, asked.params
    by_status = index_of(store.opportunities, "status_id")
    of_status = []
    for name, part in _STATUS_FILTERS.items():
        for given in filter(None, (params.get(name), params.get(f"{name}__in"))):
            wanted = {given, *split_words(given)}
            statuses = store.opportunity_statuses.values()
            of_status.append(by_status.ids_of(one["id"] for one in statuses if one[part] in wanted))
    return meet(ids_among(store.opportunities, params, _AMONG), *of_status, _ids_of_leads(asked))


def _ids_of_leads(asked: Asked) -> Ids:
    """Return the opportunities of the leads that a query or a Smart View finds."""
    store, params = asked.store, asked.params
    by_lead, found = index_of(store.opportunities, "lead_id"), list[Ids]()
    if query := params.get("lead_query", ""):
        found.append(by_lead.ids_of(lead["id"] for lead in find_leads(store, query, asked)))
    if view_id := params.get("lead_saved_search_id", ""):
        view = store.saved_searches.get(view_id)
        if view is None:
            raise bad_fields(lead_saved_search_id="Object does not exist.")
        found.append(by_lead.ids_of(find_in_view(store, view, asked)))
    return meet(*found)


def _sort(store: Store, found: list[Json], order: str) -> list[Json]:
    name = order.removeprefix("-")
    name = _ORDER_WORDS.get(name, name)
    if name not in _ORDERS:
        return found
    read = read_opportunity(store, name)
    pairs = [(read(one), one) for one in found]
    known = [pair for pair in pairs if pair[0] is not None]
    known.sort(key=itemgetter(0), reverse=order.startswith("-"))
    return [one for _, one in known] + [one for value, one in pairs if value is None]


def _get(asked: Asked) -> Json:
    return select_fields(show_opportunity(asked.store, _find(asked)), read_fields(asked.params))


def _create(asked: Asked) -> Json:
    store = asked.store
    given: Json = clean(asked.body, _schema(store))
    custom = clean_custom(store, "opportunity", asked.body)
    status_id = _clean_status(store, asked.body) or next(iter(store.opportunity_statuses))
    given = {name: value for name, value in {**given, **custom}.items() if value is not None}
    given["user_id"] = given.get("user_id") or asked.user_id
    if not given.get("lead_id"):
        given["lead_id"] = make_lead(asked, {})["id"]
    shaped = shape_opportunity({**given, "status_id": status_id})
    shaped |= _close(asked, shaped, status_id)
    return show_opportunity(store, create(asked, "opportunity", "oppo", shaped))


def _close(asked: Asked, opportunity: Json, status_id: str) -> Json:
    """Return the dates that come with a status that is won or lost."""
    kind, store = asked.store.opportunity_statuses[status_id]["type"], asked.store
    if kind == "won" and not opportunity.get("date_won"):
        return {"date_won": local_day(store.now(), asked.offset).isoformat()}
    if kind == "lost" and not opportunity.get("date_lost"):
        return {"date_lost": store.stamp()}
    return {} if kind == "lost" else {"date_lost": None}


def _update(asked: Asked) -> Json:
    store, opportunity = asked.store, _find(asked)
    given: Json = clean(asked.body, _schema(store))
    custom = clean_custom(store, "opportunity", asked.body, opportunity)
    status_id = _clean_status(store, asked.body)
    merged = {**opportunity, **given}
    if "note" in given or "note_html" in given:
        merged["note_html"] = given.get("note_html")
    shaped = shape_opportunity(merged) | custom
    old = show_opportunity(store, opportunity)
    if status_id is not None and status_id != opportunity["status_id"]:
        shaped |= {"status_id": status_id, **_close(asked, shaped, status_id)}
    update(asked, "opportunity", opportunity, shaped)
    new = show_opportunity(store, opportunity)
    if new["status_id"] != old["status_id"]:
        record_status_change(asked, old, new)
    return new


def record_status_change(asked: Asked, old: Json, new: Json) -> Json:
    """Store the activity that tells of a move from one status to another."""
    names = {
        "status_id": "status_id",
        "status_label": "status_label",
        "status_type": "status_type",
        "pipeline_id": "pipeline_id",
        "pipeline_name": "pipeline_name",
    }
    value = new["value"]
    written = write_value(value, new["value_currency"], new["value_period"]) if value else None
    fields: Json = {
        **{f"old_{name}": old[name] for name in names},
        **{f"new_{name}": new[name] for name in names},
        "contact_id": new["contact_id"],
        "opportunity_id": new["id"],
        "opportunity_confidence": new["confidence"],
        "opportunity_date_won": new["date_won"],
        "opportunity_value": value,
        "opportunity_value_currency": new["value_currency"],
        "opportunity_value_formatted": written,
        "opportunity_value_period": new["value_period"],
    }
    return record_activity(asked, "OpportunityStatusChange", new["lead_id"], fields)


def _delete(asked: Asked) -> Json:
    delete(asked, "opportunity", _find(asked))
    return {}


ROUTES = (
    Route("GET", "/opportunity/", _list),
    Route("POST", "/opportunity/", _create),
    Route("GET", "/opportunity/{id}/", _get),
    Route("PUT", "/opportunity/{id}/", _update),
    Route("DELETE", "/opportunity/{id}/", _delete),
)
