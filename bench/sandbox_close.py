"""How long the Close sandbox takes for a page: small seed against large seed, in one run.

    python bench/sandbox_close.py [rounds]

Each question is asked over loopback; `first` is the first time on the large seed, the others are
medians. Nothing is asserted: what matters is the ratio, and that the large seed stays below 50 ms.
"""

import asyncio
import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from closebot.sandbox.close_api import CloseSandbox

Json = dict[str, Any]

FULL = {"_fields": {"lead": ["_all"], "contact": ["_all"]}, "include_counts": True}
LEAD = {"type": "object_type", "object_type": "lead"}


def field(kind: str, name: str, condition: Json) -> Json:
    named = {"type": "regular_field", "object_type": kind, "field_name": name}
    return {"type": "field_condition", "field": named, "condition": condition}


def related(this: str, other: str, *queries: Json) -> Json:
    return {
        "type": "has_related",
        "this_object_type": this,
        "related_object_type": other,
        "related_query": {"type": "and", "queries": list(queries)},
    }


def words(value: str, mode: str = "full_words") -> Json:
    return {"type": "text", "mode": mode, "value": value}


def search(*queries: Json, **more: Any) -> Json:
    return FULL | {"query": {"type": "and", "queries": list(queries)}} | more


def newest(kind: str, name: str, direction: str = "desc") -> list[Json]:
    named = {"type": "regular_field", "object_type": kind, "field_name": name}
    return [{"field": named, "direction": direction}]


def questions(sandbox: CloseSandbox) -> dict[str, tuple[str, Json | None]]:
    """Return name → path and, for a search, body."""
    lead = next(iter(sandbox.leads.values()))
    task, deal = next(iter(sandbox.tasks)), next(iter(sandbox.opportunities))
    contact = next(iter(sandbox.contacts.values()))
    ana = sandbox.user_ids["ana"]
    status = lead["status_id"]
    overdue = {"type": "moment_range", "before": {"type": "fixed_utc", "value": _today(sandbox)}}
    mine = {"type": "current_user"}
    paths = {
        "lead": f"lead/{lead['id']}/",
        "contact": f"contact/{contact['id']}/",
        "opportunity": f"opportunity/{deal}/",
        "task": f"task/{task}/",
        "me": "me/",
        "leads": "lead/",
        "leads, 200": "lead/?_limit=200",
        "leads, last page": f"lead/?_skip={max(0, len(sandbox.leads) - 100)}",
        "leads, word": "lead/?query=motors",
        "leads, common word": "lead/?query=potential",
        "leads, two words": "lead/?query=acme+corporation",
        "leads, name:": "lead/?query=name:trading",
        "leads, status:": 'lead/?query=status:"Qualified"',
        "leads, email:": f"lead/?query=email:{contact['emails'][0]['email']}",
        "leads, date": "lead/?query=date_created>2026-01-01",
        "leads, not": "lead/?query=not+motors",
        "leads, sort:name": "lead/?query=sort:name",
        "contacts": "contact/?_limit=200",
        "contacts of a lead": f"contact/?lead_id={lead['id']}",
        "users": "user/",
        "opportunities": "opportunity/",
        "opportunities, user": f"opportunity/?user_id={ana}",
        "opportunities, active": "opportunity/?status_type=active&_order_by=-value",
        "opportunities, won": "opportunity/?status_type=won&date_won__gte=2026-01-01",
        "opportunities, words": "opportunity/?query=trading",
        "opportunities, by name": "opportunity/?_order_by=user_name",
        "tasks": "task/",
        "tasks, 200, last page": f"task/?_limit=200&_skip={max(0, len(sandbox.tasks) - 200)}",
        "tasks, mine, inbox": f"task/?assigned_to={ana}&is_complete=false&view=inbox",
        "tasks, inbox": "task/?view=inbox&_order_by=date",
        "tasks, future": "task/?view=future&_order_by=date",
        "tasks, archive": "task/?view=archive",
        "tasks, by date": "task/?_order_by=-date",
        "tasks, until today": f"task/?is_complete=false&date__lte={_today(sandbox)[:10]}",
        "tasks, made since": "task/?date_created__gte=2026-01-01",
        "tasks of a lead": f"task/?lead_id={lead['id']}",
        "activities": "activity/",
        "activities of a lead": f"activity/?lead_id={lead['id']}",
        "notes of a person": f"activity/note/?user_id={ana}",
        "activities since": "activity/?date_created__gte=2026-01-01",
        "lead statuses": "status/lead/",
        "pipelines": "pipeline/",
        "Smart Views": "saved_search/",
        "events": "event/",
    }
    searches = {
        "search: everything": FULL | {"query": {"type": "match_all"}},
        "search: all leads": search(LEAD),
        "search: all leads, 200": search(LEAD, _limit=200),
        "search: word": search(LEAD, words("motors")),
        "search: common word": search(LEAD, words("trading")),
        "search: beginning": search(LEAD, words("mot", "beginning_of_words")),
        "search: one letter": search(LEAD, words("m", "beginning_of_words")),
        "search: phrase": search(LEAD, words("acme corporation", "phrase")),
        "search: name": search(
            LEAD, field("lead", "display_name", {"type": "text", "value": "motors"})
        ),
        "search: status": search(
            LEAD,
            field(
                "lead",
                "status_id",
                {"type": "reference", "reference_type": "status.lead", "object_ids": [status]},
            ),
        ),
        "search: no status": search(
            LEAD,
            field(
                "lead",
                "status_id",
                {"type": "reference", "reference_type": "status.lead", "object_ids": [status]},
            )
            | {"negate": True},
        ),
        "search: changed since": search(
            LEAD,
            field(
                "lead",
                "date_updated",
                {
                    "type": "moment_range",
                    "on_or_after": {"type": "fixed_utc", "value": "2026-01-01T00:00:00Z"},
                },
            ),
        ),
        "search: by name": search(LEAD, sort=newest("lead", "display_name", "asc")),
        "search: by update": search(LEAD, sort=newest("lead", "date_updated")),
        "search: email": search(
            LEAD,
            related(
                "lead",
                "contact",
                related(
                    "contact",
                    "contact_email",
                    field(
                        "contact_email",
                        "email",
                        {
                            "type": "text",
                            "mode": "exact_value",
                            "value": contact["emails"][0]["email"],
                        },
                    ),
                ),
            ),
        ),
        "search: contacts": search(
            {"type": "object_type", "object_type": "contact"}, words("erik", "beginning_of_words")
        ),
        "search: open deals": search(
            LEAD,
            related(
                "lead",
                "opportunity",
                field("opportunity", "status_type", {"type": "term", "values": ["active"]}),
            ),
        ),
        "search: big deals": search(
            LEAD,
            related(
                "lead",
                "opportunity",
                field("opportunity", "value", {"type": "number_range", "gte": 1_000_000}),
            ),
        ),
        "search: my deals": search(
            LEAD, related("lead", "opportunity", field("opportunity", "user_id", mine))
        ),
        "search: overdue": search(
            LEAD,
            related(
                "lead",
                "task",
                field("task", "is_complete", {"type": "boolean", "value": False}),
                field("task", "date", overdue),
            ),
        ),
        "search: my tasks": search(
            LEAD, related("lead", "task", field("task", "assigned_to", mine))
        ),
        "search: never called": search(LEAD, related("lead", "activity.call") | {"negate": True}),
        "search: called": search(LEAD, related("lead", "activity.call")),
        "search: many tasks": search(
            LEAD, field("lead", "tasks_count", {"type": "number_range", "gt": 4})
        ),
    }
    asked: dict[str, tuple[str, Json | None]] = {name: (path, None) for name, path in paths.items()}
    return asked | {name: ("data/search/", body) for name, body in searches.items()}


def _today(sandbox: CloseSandbox) -> str:
    return f"{sandbox.store.now():%Y-%m-%d}T00:00:00Z"


async def measure(seed: str, rounds: int) -> dict[str, tuple[float, float, str]]:
    """Return name → first, median (ms) and what was answered."""
    began = time.perf_counter()
    ticks: Callable[[], float] = map(float, itertools.count(0, 3600)).__next__  # no rate limits
    sandbox = CloseSandbox(seed=seed, clock=ticks)
    print(f"{seed}: planted in {time.perf_counter() - began:.1f} s")
    found: dict[str, tuple[float, float, str]] = {}
    auth = {"Authorization": aiohttp.encode_basic_auth(sandbox.keys["mia"], "")}
    async with sandbox, aiohttp.ClientSession(headers=auth) as session:
        for name, (path, body) in questions(sandbox).items():
            method, times = "GET" if body is None else "POST", []
            for _ in range(rounds):
                began = time.perf_counter()
                async with session.request(method, sandbox.api_url + path, json=body) as answer:
                    text = await answer.read()
                times.append(1000 * (time.perf_counter() - began))
                if answer.status != 200:
                    raise SystemExit(f"{name}: {answer.status} {text[:300]!r}")
            found[name] = times[0], statistics.median(times), _describe(json.loads(text))
    return found


def _describe(answer: Json) -> str:
    if "data" not in answer:
        return ""
    total = answer.get("total_results", answer.get("count", {}).get("total", ""))
    return f"{len(answer['data'])} of {total}" if total != "" else f"{len(answer['data'])}"


async def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    small, large = await measure("small", rounds), await measure("large", rounds)
    print(f"{'':28}{'small ms':>9}{'large ms':>9}{'ratio':>7}{'first':>9}  large answers")
    for name, (first, median, what) in large.items():
        before = small[name][1]
        mark = " !" if max(first, median) > 50 else ""
        print(
            f"{name:28}{before:9.1f}{median:9.1f}{median / before:7.1f}{first:9.1f}  {what}{mark}"
        )


if __name__ == "__main__":
    asyncio.run(main())
