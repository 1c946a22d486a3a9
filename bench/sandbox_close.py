"""How long the Close sandbox takes for a page: small seed against large seed, in one run.

    python bench/sandbox_close.py [rounds]

Each question is asked over loopback. Of the large seed: `first` is the first time, `again` the
median of the next ones, `written` the slowest of those that come right after a change of a lead, a
contact, an opportunity and a task, and `few` the slowest of a person who sees few leads. Nothing is
asserted: what matters is that the large seed stays below 50 ms on a machine that is quiet.
"""

import asyncio
import gc
import itertools
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from closebot.sandbox.close_api import CloseSandbox

Json = dict[str, Any]

SLOW = 50.0  # milliseconds
WRITES = 3
ALONE = frozenset({"lead", "contact", "opportunity", "task"})  # which not everybody sees

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


def custom(sandbox: CloseSandbox, name: str, values: list[str]) -> Json:
    fields = sandbox.store.custom_fields.values()
    field_id = next(one["id"] for one in fields if one["name"] == name)
    named = {"type": "custom_field", "custom_field_id": field_id}
    condition = {"type": "term", "values": values}
    return {"type": "field_condition", "field": named, "condition": condition}


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
        "leads, phrase": 'lead/?query="acme corporation"',
        "contacts": "contact/?_limit=200",
        "contacts, last page": f"contact/?_skip={max(0, len(sandbox.contacts) - 100)}",
        "contacts of a lead": f"contact/?lead_id={lead['id']}",
        "users": "user/",
        "users, last page": f"user/?_skip={max(0, len(sandbox.users) - 100)}",
        "users, by name": "user/?_order_by=last_name,first_name",
        "opportunities": "opportunity/",
        "opportunities, user": f"opportunity/?user_id={ana}",
        "opportunities, active": "opportunity/?status_type=active&_order_by=-value",
        "opportunities, won": "opportunity/?status_type=won&date_won__gte=2026-01-01",
        "opportunities, grouped": "opportunity/?status_type=won&_group_by=date_won__month",
        "opportunities, last page": f"opportunity/?_skip={max(0, len(sandbox.opportunities) - 99)}",
        "opportunities, words": "opportunity/?query=trading",
        "opportunities, by name": "opportunity/?_order_by=user_name",
        "tasks": "task/",
        "tasks, 200, last page": f"task/?_limit=200&_skip={max(0, len(sandbox.tasks) - 200)}",
        "tasks, all kinds": "task/?_type=all",
        "tasks, mine": f"task/?assigned_to={ana}",
        "tasks, mine, inbox": f"task/?assigned_to={ana}&is_complete=false&view=inbox",
        "tasks, inbox": "task/?view=inbox&_order_by=date",
        "tasks, future": "task/?view=future&_order_by=date",
        "tasks, archive": "task/?view=archive",
        "tasks, by date": "task/?_order_by=-date",
        "tasks, until today": f"task/?is_complete=false&date__lte={_today(sandbox)[:10]}",
        "tasks, made since": "task/?date_created__gte=2026-01-01",
        "tasks, changed since": "task/?date_updated__gte=2026-01-01&_order_by=date",
        "tasks, open, by date": "task/?is_complete=false&_order_by=date&_skip=40000",
        "tasks of a lead": f"task/?lead_id={lead['id']}",
        "activities": "activity/",
        "activities of a lead": f"activity/?lead_id={lead['id']}",
        "activities, last page": f"activity/?_skip={max(0, len(sandbox.activities) - 100)}",
        "activities, by moment": "activity/?_order_by=-activity_at",
        "e-mail threads": "activity/emailthread/",
        "notes of a person": f"activity/note/?user_id={ana}",
        "activities since": "activity/?date_created__gte=2026-01-01",
        "lead statuses": "status/lead/",
        "pipelines": "pipeline/",
        "Smart Views": "saved_search/",
        "events": "event/",
        "events of a lead": f"event/?lead_id={lead['id']}",
        "events of a kind": "event/?object_type=task.lead",
    }
    views = sandbox.store.saved_searches
    saved = {
        one["name"]: {"type": "saved_search", "saved_search_id": one["id"]}
        for one in views.values()
    }
    searches = {
        "Smart View: all leads": FULL | {"query": saved["All Leads"]},
        "Smart View: qualified": FULL | {"query": saved["Qualified"]},
        "Smart View: all contacts": FULL | {"query": saved["All Contacts"]},
        "search: everything": FULL | {"query": {"type": "match_all"}},
        "search: all leads": search(LEAD),
        "search: all leads, 200": search(LEAD, _limit=200),
        "search: word": search(LEAD, words("motors")),
        "search: common word": search(LEAD, words("trading")),
        "search: beginning": search(LEAD, words("mot", "beginning_of_words")),
        "search: one letter": search(LEAD, words("m", "beginning_of_words")),
        "search: two beginnings": search(LEAD, words("m t", "beginning_of_words")),
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
        "search: industry": search(LEAD, custom(sandbox, "Industry", ["Software"])),
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


class Bench:
    """One sandbox, and what it takes to ask it."""

    def __init__(self, seed: str) -> None:
        began, used = time.perf_counter(), time.process_time()
        ticks: Callable[[], float] = map(float, itertools.count(0, 3600)).__next__  # no rate limits
        self.sandbox = CloseSandbox(seed=seed, clock=ticks)
        took, used = time.perf_counter() - began, time.process_time() - used
        print(f"{seed}: planted in {took:.1f} s ({used:.1f} s of work)")
        gc.collect()
        gc.freeze()  # as `closebot sandbox close` does

    async def ask(
        self, session: aiohttp.ClientSession, path: str, body: Json | None, person: str = "mia"
    ) -> tuple[float, Json]:
        """Ask once; return the milliseconds and the answer."""
        key = aiohttp.encode_basic_auth(self.sandbox.keys[person], "")
        method, began = "GET" if body is None else "POST", time.perf_counter()
        address, headers = self.sandbox.api_url + path, {"Authorization": key}
        async with session.request(method, address, json=body, headers=headers) as answer:
            text = await answer.read()
        took = 1000 * (time.perf_counter() - began)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {text[:300]!r}")
        return took, json.loads(text)

    async def write(self, session: aiohttp.ClientSession, number: int) -> None:
        """Change something of every kind."""
        sandbox = self.sandbox
        changes = {
            f"lead/{_nth(sandbox.leads, number)}/": {"description": f"Changed {number}"},
            f"contact/{_nth(sandbox.contacts, number)}/": {"title": f"Number {number}"},
            f"opportunity/{_nth(sandbox.opportunities, number)}/": {"value": number},
            f"task/{_nth(sandbox.tasks, number)}/": {"date": f"2026-07-{number % 28 + 1:02d}"},
        }
        key = aiohttp.encode_basic_auth(sandbox.keys["mia"], "")
        for path, body in changes.items():
            address, headers = sandbox.api_url + path, {"Authorization": key}
            async with session.put(address, json=body, headers=headers) as answer:
                if answer.status != 200:
                    raise SystemExit(f"{path}: {answer.status} {await answer.text()}")


def _nth(table: Json, number: int) -> str:
    """Return one of the first ids, another one each time; they are those that are looked at."""
    return next(itertools.islice(table, number % 40, None))


async def measure(bench: Bench, rounds: int, *, whole: bool) -> dict[str, list[float | str]]:
    """Return name → again (ms), and if `whole`: first, written, few, and what was answered."""
    found: dict[str, list[float | str]] = {}
    number = itertools.count()
    async with bench.sandbox, aiohttp.ClientSession() as session:
        for name, (path, body) in questions(bench.sandbox).items():
            first, answer = await bench.ask(session, path, body)
            again = [(await bench.ask(session, path, body))[0] for _ in range(rounds)]
            found[name] = [statistics.median(again)]
            if not whole:
                continue
            written, few = [], []
            for _ in range(WRITES):
                await bench.write(session, next(number))
                written.append((await bench.ask(session, path, body))[0])
                if name not in ALONE:
                    few.append((await bench.ask(session, path, body, "raj"))[0])
            found[name] += [first, max(written), max(few, default=0.0), _describe(answer)]
    return found


def _describe(answer: Json) -> str:
    if "data" not in answer:
        return ""
    total = answer.get("total_results", answer.get("count", {}).get("total", ""))
    return f"{len(answer['data'])} of {total}" if total != "" else f"{len(answer['data'])}"


async def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    small = await measure(Bench("small"), rounds, whole=False)
    large = await measure(Bench("large"), rounds, whole=True)
    print(
        f"{'':28}{'small':>7}{'again':>7}{'first':>7}{'written':>8}{'few':>7}  ms, and the answer"
    )
    slow = 0
    for name, (again, first, written, few, what) in large.items():
        numbers = [float(one) for one in (small[name][0], again, first, written, few)]
        slow += max(numbers) > SLOW
        mark = " !" if max(numbers) > SLOW else ""
        times = "".join(
            f"{one:{size}.1f}" for one, size in zip(numbers, (7, 7, 7, 8, 7), strict=True)
        )
        print(f"{name:28}{times}  {what}{mark}")
    print(f"{slow} of {len(large)} questions took longer than {SLOW:.0f} ms at least once")
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"memory at most {usage} MB; load {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


if __name__ == "__main__":
    asyncio.run(main())
