"""What reports count: one metric for each name, over what is stored."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from closebot.sandbox.close_api.money import PERIODS, annualize
from closebot.sandbox.close_api.store import Json, Store

_DIRECTIONS = {"inbound": ("inbound", "incoming"), "outbound": ("outbound", "outgoing")}
_WAYS = {"external": "external", "regular": "regular", "power_dialer": "power"}


@dataclass(frozen=True)
class Happened:
    """One thing that a metric counts. `amount` is in seconds or cents."""

    at: str
    user_id: str | None
    amount: int = 1
    lead_id: str | None = None


Find = Callable[[Store], Iterator[Happened]]


def _activities(kind: str, direction: str = "", method: str = "") -> Find:
    def find(store: Store) -> Iterator[Happened]:
        for one in store.activities.values():
            fits = one["_type"] == kind and method in ("", one.get("call_method"))
            if fits and (not direction or one.get("direction") in _DIRECTIONS[direction]):
                duration = one.get("duration") or 0
                yield Happened(one["activity_at"], one.get("user_id"), duration, one["lead_id"])

    return find


def _created(table: str, who: str) -> Find:
    def find(store: Store) -> Iterator[Happened]:
        rows: Iterable[Json] = getattr(store, table).values()
        own = "id" if table == "leads" else "lead_id"
        return (Happened(one["date_created"], one.get(who), lead_id=one[own]) for one in rows)

    return find


def _contacted(store: Store) -> Iterator[Happened]:
    seen = set()
    for one in sorted(store.activities.values(), key=lambda row: str(row["activity_at"])):
        is_contact = one["_type"] in {"Call", "Email", "SMS"}
        if is_contact and one["lead_id"] not in seen:
            seen.add(one["lead_id"])
            yield Happened(one["activity_at"], one.get("user_id"), lead_id=one["lead_id"])


def _ended(how: str, period: str = "") -> Find:
    def find(store: Store) -> Iterator[Happened]:
        for one in store.opportunities.values():
            status = store.opportunity_statuses.get(one["status_id"], {})
            when, value = one.get(f"date_{how}"), one["value"] or 0
            if status.get("type") == how and when and period in ("", one["value_period"]):
                amount = value if period else annualize(value, one["value_period"])
                yield Happened(when, one["user_id"], amount, one["lead_id"])

    return find


def _nothing(_store: Store) -> Iterator[Happened]:
    return iter(())


def _name_metrics() -> dict[str, tuple[Find, str]]:
    named: dict[str, tuple[Find, str]] = {
        "leads.contacted.all.count": (_contacted, "count"),
        "leads.created.all.count": (_created("leads", "created_by"), "count"),
        "opportunities.created.all.count": (_created("opportunities", "created_by"), "count"),
        "opportunities.created_for.all.count": (_created("opportunities", "user_id"), "count"),
        "emails.opened.all.count": (_nothing, "count"),
        "emails.opened.sequences.count": (_nothing, "count"),
    }
    calls = [("all", "all"), ("inbound", "all"), ("outbound", "all")]
    calls += [("outbound", way) for way in (*_WAYS, "predictive_dialer")]
    for (direction, way), measure in product(calls, ("avg_duration", "count", "sum_duration")):
        method = "" if way == "all" else _WAYS.get(way, "predictive")
        found = _activities("Call", direction.replace("all", ""), method)
        named[f"calls.{direction}.{way}.{measure}"] = (found, measure)
    for kind, name in (("Email", "emails"), ("SMS", "sms")):
        named[f"{name}.received.all.count"] = (_activities(kind, "inbound"), "count")
        named[f"{name}.sent.all.count"] = (_activities(kind, "outbound"), "count")
    for part in ("sequences", "sequences_with_reply", "sequences_without_reply"):
        named[f"emails.sent.{part}.count"] = (_nothing, "count")
    for how in ("won", "lost"):
        for measure in ("count", "sum_annualized_value"):
            named[f"opportunities.{how}.all.{measure}"] = (_ended(how), measure)
        for period, measure in product(PERIODS, ("count", "sum_value")):
            name = f"opportunities.value_{how}.{period}.{measure}"
            named[name] = (_ended(how, period), measure)
    return dict(sorted(named.items()))


METRICS = _name_metrics()


def find_happened(store: Store, metric: str) -> list[Happened]:
    """Return what a metric counts, whenever it was."""
    return list(METRICS[metric][0](store))


def measure(metric: str, happened: list[Happened]) -> float | int:
    """Return the number that a metric is for these."""
    how = METRICS[metric][1]
    if how == "count":
        return len(happened)
    total = sum(one.amount for one in happened)
    if how.startswith("avg"):
        return total / len(happened) if happened else 0
    return total
