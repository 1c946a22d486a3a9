"""`/report/activity/`: sums over a stretch of time, by day or by person."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from closebot.sandbox.close_api.asked import Asked, Route
from closebot.sandbox.close_api.metrics import METRICS, Happened, find_happened, measure
from closebot.sandbox.close_api.moments import read_moment
from closebot.sandbox.close_api.ranges import COMMON, demand_range, leads_of_view, range_checks
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.validation import clean, list_of, one_of

_LONGEST = 366


def _metrics(_asked: Asked) -> Json:
    rows = [{"key": one, "name": one.replace(".", " "), "description": ""} for one in METRICS]
    return {"metrics": rows}


def _when(one: Happened) -> datetime:
    return read_moment(one.at)


def _activity(asked: Asked) -> Json:
    schema = {
        "type": one_of("overview", "comparison"),
        "metrics": list_of(one_of(*METRICS)),
        **range_checks(),
        **COMMON,
    }
    fields = clean(asked.body, schema, ("type", "metrics"))
    start, end = demand_range(asked, fields)
    users = fields.get("users") or list(asked.store.users)
    leads = leads_of_view(asked, fields.get("query"))
    found = {
        metric: [
            one
            for one in find_happened(asked.store, metric)
            if one.user_id in users
            and start <= _when(one) < end
            and (leads is None or one.lead_id in leads)
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
    first = datetime.combine(max(start, end - _LONGEST * timedelta(days=1)), time(), UTC)
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


ROUTES = (
    Route("GET", "/report/activity/metrics/", _metrics),
    Route("POST", "/report/activity/", _activity),
)
