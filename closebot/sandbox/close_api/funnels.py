"""`/report/funnel/…`: how far the deals of a stretch of time have come in a pipeline."""

from collections.abc import Callable
from datetime import timedelta
from statistics import fmean

from closebot.sandbox.close_api.asked import Asked, Route
from closebot.sandbox.close_api.errors import bad_fields
from closebot.sandbox.close_api.moments import read_moment
from closebot.sandbox.close_api.money import annualize, expect
from closebot.sandbox.close_api.ranges import (
    COMMON,
    Range,
    demand_range,
    leads_of_view,
    moment_range,
    range_checks,
    read_range,
    relative_range,
)
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.validation import clean, one_of, text

_DAY = timedelta(days=1)


def _read(asked: Asked) -> tuple[list[Json], list[Json], list[str]]:
    """Return the statuses, the deals and the users that a report is about. Raises `Refused`."""
    store = asked.store
    schema = {
        "type": one_of("created-cohort", "active-stage-cohort"),
        "pipeline": text(),
        "compared_relative_range": relative_range,
        "compared_custom_range": moment_range,
        **range_checks("report_"),
        **range_checks("cohort_"),
        **COMMON,
    }
    fields = clean(asked.body, schema, ("type", "pipeline"))
    if fields["pipeline"] not in store.pipelines:
        raise bad_fields(pipeline="Object does not exist.")
    statuses = [
        one
        for one in store.opportunity_statuses.values()
        if one["pipeline_id"] == fields["pipeline"]
    ]
    users = fields.get("users") or list(store.users)
    leads = leads_of_view(asked, fields.get("query"))
    order = {one["id"] for one in statuses}
    is_in = _cohort(asked, fields)
    deals = [
        one
        for one in store.opportunities.values()
        if one["status_id"] in order
        and one["user_id"] in users
        and (leads is None or one["lead_id"] in leads)
        and is_in(one)
    ]
    return statuses, deals, users


def _cohort(asked: Asked, fields: Json) -> Callable[[Json], bool]:
    by_creation = fields["type"] == "created-cohort"
    start, end = _read_compared(asked, fields) or demand_range(
        asked, fields, "cohort_" if by_creation else "report_"
    )

    def is_in(one: Json) -> bool:
        created = read_moment(one["date_created"])
        if by_creation or created >= end:
            return start <= created < end
        kind = asked.store.opportunity_statuses[one["status_id"]]["type"]
        closed = one.get(f"date_{kind}")
        return kind == "active" or closed is None or read_moment(closed, asked.offset) >= start

    return is_in


def _read_compared(asked: Asked, fields: Json) -> Range | None:
    """Return what the report is compared with: then the answer is about that."""
    given = {"datetime_range": fields.get("compared_custom_range"),
             "relative_range": fields.get("compared_relative_range")}  # fmt: skip
    return read_range(asked, given)


def _show(asked: Asked, show: Callable[[list[Json], list[Json]], Json]) -> Json:
    statuses, deals, users = _read(asked)
    rows = [
        {"user_id": user, **show(statuses, [one for one in deals if one["user_id"] == user])}
        for user in users
    ]
    return {"aggregations": show(statuses, deals), "data": rows}


def _stages(asked: Asked) -> Json:
    """Report the stages; a deal has passed those before the one that it is in."""

    def show(statuses: list[Json], deals: list[Json]) -> Json:
        shown = [one for one in statuses if one["type"] != "lost"]
        return {"stages": [_show_stage(one, statuses, deals) for one in shown]}

    return _show(asked, show)


def _show_stage(status: Json, statuses: list[Json], deals: list[Json]) -> Json:
    order = [one["id"] for one in statuses]
    kinds = {one["id"]: one["type"] for one in statuses}
    place = order.index(status["id"])
    reached = [one for one in deals if order.index(one["status_id"]) >= place]
    lost = [one for one in reached if kinds[one["status_id"]] == "lost"]
    further = [
        one
        for one in reached
        if one["status_id"] != status["id"] and kinds[one["status_id"]] != "lost"
    ]
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


def _totals(asked: Asked) -> Json:
    """Report what was won of what has ended."""
    return _show(asked, _show_totals)


def _show_totals(statuses: list[Json], deals: list[Json]) -> Json:
    kinds = {one["id"]: one["type"] for one in statuses}
    won = [one for one in deals if kinds[one["status_id"]] == "won"]
    complete = [one for one in deals if kinds[one["status_id"]] != "active"]
    times = [_time_to_win(one) for one in won if one["date_won"]]
    average = sum(annualize(one["value"] or 0, one["value_period"]) for one in won)
    average = round(average / len(won)) if won else 0
    time = fmean(times) if times else None
    rate = _share(len(won), len(complete))
    return {
        "average_time_to_win": None if time is None else round(time),
        "average_value_annualized_per_won_opportunity": average,
        "count": len(deals),
        "count_total_complete": len(complete),
        "count_total_won": len(won),
        "count_win_rate": rate,
        # The usual formula, by day; Close prints a number and not how it was found.
        "sales_velocity": round(
            len(deals) * (rate or 0) * average / max(1, (time or 0) / _DAY.total_seconds())
        ),
        "value_total_complete": _sum(complete),
        "value_total_won": _sum(won),
        "value_win_rate": _share(_sum(won), _sum(complete)),
    }


def _time_to_win(deal: Json) -> float:
    taken = read_moment(deal["date_won"]) - read_moment(deal["date_created"])
    return max(0.0, taken.total_seconds())


def _sum(deals: list[Json]) -> int:
    return sum(one["value"] or 0 for one in deals)


def _weigh(deals: list[Json]) -> int:
    return sum(expect(one["value"] or 0, one["confidence"]) for one in deals)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


ROUTES = (
    Route("POST", "/report/funnel/opportunity/stages/", _stages),
    Route("POST", "/report/funnel/opportunity/totals/", _totals),
)
