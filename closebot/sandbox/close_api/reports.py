"""`/report/…`: sums over a stretch of time, by day or by person, and the stages of a pipeline."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from closebot.sandbox.close_api.asked import Asked, Route
from closebot.sandbox.close_api.errors import bad_fields
from closebot.sandbox.close_api.metrics import METRICS, Happened, find_happened, measure
from closebot.sandbox.close_api.moments import read_moment, start_of
from closebot.sandbox.close_api.money import expect
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.validation import clean, list_of, moment, object_of, one_of, text

_RANGE = object_of({"start": moment, "end": moment}, ("start", "end"))
_DAYS = {"today": 1, "this-week": 7, "this-month": 31, "this-quarter": 92, "this-year": 366}
_LONGEST = 366


def _metrics(_asked: Asked) -> Json:
    rows = [{"key": one, "name": one.replace(".", " "), "description": ""} for one in METRICS]
    return {"metrics": rows}


def _read_range(asked: Asked, fields: Json, prefix: str = "") -> tuple[datetime, datetime]:
    """Return the beginning and the end of what is asked for. Raises `Refused`."""
    given = fields.get(f"{prefix}datetime_range")
    if given:
        return read_moment(given["start"]), read_moment(given["end"])
    now = asked.store.now()
    today = start_of(now.date(), asked.offset)
    end = today + timedelta(days=1)
    return end - timedelta(days=_DAYS.get(fields.get(f"{prefix}relative_range") or "", 7)), end


def _when(one: Happened) -> datetime:
    return read_moment(one.at)


def _activity(asked: Asked) -> Json:
    schema = {
        "type": one_of("overview", "comparison"),
        "metrics": list_of(one_of(*METRICS)),
        "datetime_range": _RANGE,
        "relative_range": text(),
        "users": list_of(text()),
    }
    fields = clean(asked.body, schema, ("type", "metrics"))
    start, end = _read_range(asked, fields)
    if end <= start:
        raise bad_fields(datetime_range="Not a valid range.")
    users = fields.get("users") or list(asked.store.users)
    found = {
        metric: [
            one
            for one in find_happened(asked.store, metric)
            if one.user_id in users and start <= _when(one) < end
        ]
        for metric in fields["metrics"]
    }
    is_overview = fields["type"] == "overview"
    rows = _by_day(found, start, end) if is_overview else _by_user(found, users)
    return {
        "aggregations": {"totals": {name: measure(name, some) for name, some in found.items()}},
        "data": rows,
        "queries": {"leads": {name: [] for name in found}},
    }


def _by_day(found: Mapping[str, list[Happened]], start: datetime, end: datetime) -> list[Json]:
    rows = []
    first = datetime.combine(start.astimezone(UTC), time(), UTC)
    for number in range(min(_LONGEST, -((first - end) // timedelta(days=1)))):
        begin = first + timedelta(days=number)
        day: Json = {"datetime": begin.isoformat()}
        for name, some in found.items():
            of_day = [one for one in some if begin <= _when(one) < begin + timedelta(days=1)]
            day[name] = measure(name, of_day)
        rows.append(day)
    return rows


def _by_user(found: Mapping[str, list[Happened]], users: list[str]) -> list[Json]:
    return [
        {"user_id": user}
        | {
            name: measure(name, [one for one in some if one.user_id == user])
            for name, some in found.items()
        }
        for user in users
    ]


# --- stages -------------------------------------------------------------------------------------


def _stages(asked: Asked) -> Json:
    """Report how far the deals of a stretch of time have come; a deal has passed what it left."""
    store = asked.store
    schema = {
        "type": one_of("created-cohort", "active-stage-cohort"),
        "pipeline": text(),
        "users": list_of(text()),
        "report_datetime_range": _RANGE,
        "report_relative_range": text(),
    }
    fields = clean(asked.body, schema, ("type", "pipeline"))
    if fields["pipeline"] not in store.pipelines:
        raise bad_fields(pipeline="Object does not exist.")
    start, end = _read_range(asked, fields, "report_")
    statuses = [
        one
        for one in store.opportunity_statuses.values()
        if one["pipeline_id"] == fields["pipeline"]
    ]
    users = fields.get("users") or list(store.users)
    deals = [
        one
        for one in store.opportunities.values()
        if one["user_id"] in users and start <= read_moment(one["date_created"]) < end
    ]
    return {
        "aggregations": {"stages": _show_stages(statuses, deals)},
        "data": [
            {
                "user_id": user,
                "stages": _show_stages(statuses, [one for one in deals if one["user_id"] == user]),
            }
            for user in users
        ],
    }


def _show_stages(statuses: list[Json], deals: list[Json]) -> list[Json]:
    return [_show_stage(status, statuses, deals) for status in statuses if status["type"] != "lost"]


def _show_stage(status: Json, statuses: list[Json], deals: list[Json]) -> Json:
    order = [one["id"] for one in statuses]
    kinds = {one["id"]: one["type"] for one in statuses}
    place = order.index(status["id"])
    reached = [
        one for one in deals if one["status_id"] in order and order.index(one["status_id"]) >= place
    ]
    lost = [one for one in reached if kinds[one["status_id"]] == "lost"]
    further = [one for one in reached if one["status_id"] != status["id"] and one not in lost]
    value, weighted = _sum(reached), _weigh(reached)
    return {
        "average_time_to_advance": None,
        "count": len(reached),
        "count_conversion_rate": _share(len(further), len(reached)),
        "count_lost": len(lost),
        "count_lost_ratio": _share(len(lost), len(reached)),
        "status": {name: status[name] for name in ("id", "label", "type")},
        "value": value,
        "value_conversion_rate": _share(_sum(further), value),
        "value_lost": _sum(lost),
        "value_lost_ratio": _share(_sum(lost), value),
        "weighted_value": weighted,
        "weighted_value_conversion_rate": _share(_weigh(further), weighted),
    }


def _sum(deals: list[Json]) -> int:
    return sum(one["value"] or 0 for one in deals)


def _weigh(deals: list[Json]) -> int:
    return sum(expect(one["value"] or 0, one["confidence"]) for one in deals)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


ROUTES = (
    Route("GET", "/report/activity/metrics/", _metrics),
    Route("POST", "/report/activity/", _activity),
    Route("POST", "/report/funnel/opportunity/stages/", _stages),
)
