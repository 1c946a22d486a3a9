"""The fault table: what every fault of the sandbox does to every kind of operation of the client.

- `same`: one request, and the answer that there is without a fault;
- `again`: asked twice, and then that answer;
- `paged`: asked until everything is there;
- `bare`: the answer, with nothing in the place of what is missing;
- an error of the client. Beside those of writes stands whether Close has done it.
"""

import asyncio
import json
import time
from datetime import UTC, datetime

import pytest
from aiohttp import web

from closebot.close import (
    Close,
    RateLimited,
    TimedOut,
    Transport,
    Unreadable,
    WriteUnclear,
    is_from_close,
)
from closebot.sandbox.close_api import CloseSandbox

SAME, AGAIN, PAGED, BARE = "same", "again", "paged", "bare"
UNCLEAR, UNCLEAR_BUT_DONE = (WriteUnclear, False), (WriteUnclear, True)
PAGE = "<html><body>Bad gateway</body></html>"
MINUTE = {"retry-after": "60"}
NEW = {"brand_new": {"deep": [1]}}
OPTIONAL = ("name", "contacts", "opportunities", "note", "description", "date_updated", "_type")

# fault · a list · one record · a search · creations, changes, bulk changes and deletions
FAULTS = [
    ("latency", {"slow": 0.02}, SAME, SAME, SAME, (SAME, True)),
    ("latency without end", {"slow": 1.2}, TimedOut, TimedOut, TimedOut, UNCLEAR_BUT_DONE),
    ("429", {"status": 429}, AGAIN, AGAIN, AGAIN, (AGAIN, True)),
    ("429 for a minute", {"status": 429, "headers": MINUTE},
     RateLimited, RateLimited, RateLimited, (RateLimited, False)),
    ("500", {"status": 500}, AGAIN, AGAIN, AGAIN, UNCLEAR),
    ("502", {"status": 502}, AGAIN, AGAIN, AGAIN, UNCLEAR),
    ("502 after it was done", {"status": 502, "apply": True},
     AGAIN, AGAIN, AGAIN, UNCLEAR_BUT_DONE),
    ("503", {"status": 503}, AGAIN, AGAIN, AGAIN, (AGAIN, True)),
    ("504", {"status": 504}, AGAIN, AGAIN, AGAIN, UNCLEAR),
    ("HTML", {"html": PAGE}, AGAIN, AGAIN, AGAIN, UNCLEAR),
    ("HTML with 502", {"html": PAGE, "status": 502}, AGAIN, AGAIN, AGAIN, UNCLEAR),
    ("HTML with 503", {"html": PAGE, "status": 503}, AGAIN, AGAIN, AGAIN, (AGAIN, True)),
    ("dropped before it was done", {"drop": True, "apply": False}, AGAIN, AGAIN, AGAIN, UNCLEAR),
    ("dropped after it was done", {"drop": True, "apply": True},
     AGAIN, AGAIN, AGAIN, UNCLEAR_BUT_DONE),
    ("half an answer", {"cut": True}, AGAIN, AGAIN, AGAIN, UNCLEAR_BUT_DONE),
    ("an answer that is a list", {"body": [1], "apply": True},
     Unreadable, Unreadable, Unreadable, None),
    ("short pages", {"short": 1}, PAGED, SAME, SAME, (SAME, True)),
    ("missing optional keys", {"missing": OPTIONAL}, BARE, BARE, BARE, (SAME, True)),
    ("unknown extra keys", {"extra": NEW}, SAME, SAME, SAME, (SAME, True)),
]  # fmt: skip


@pytest.fixture
async def sandbox():
    async with CloseSandbox() as opened:
        yield opened


@pytest.fixture
async def connect(sandbox):
    """Return clients whose waits between two requests are over at once."""
    passed = [0.0]

    async def sleep(seconds):
        passed[0] += seconds

    def clock():
        return time.monotonic() + passed[0]

    transport = Transport(sandbox.api_url, clock=clock, sleep=sleep)
    yield lambda **more: Close(api_key=sandbox.keys["mia"], transport=transport, **more)
    await transport.aclose()


@pytest.fixture
def close(connect):
    return connect()


@pytest.fixture
def meet(sandbox, connect):
    """Let the next request meet a fault; returns a client that waits for no endless answer."""

    def add(fault):
        sandbox.requests.clear()
        sandbox.faults.add(**fault)
        return connect(within=0.8) if fault.get("slow", 0) >= 1 else connect()

    return add


@pytest.fixture
def reads(sandbox):
    lead = next(one["id"] for one in sandbox.leads.values() if one["name"].startswith("Globex"))
    return {
        "list": lambda close: close.contacts.list(most=3).all(),
        "get": lambda close: close.leads.get(lead),
        "search": lambda close: close.leads.search("Globex"),
    }


@pytest.fixture
async def writes(close, sandbox):
    """Return each kind of write, and how often Close has done it."""
    lead = await close.leads.create(name="Faulty Inc")
    note = await close.notes.create(lead.id, "Going")
    tasks = [(await close.tasks.create(lead.id, "Call")).id for _ in range(2)]
    notes = sandbox.activities

    def said(words):
        return sum(one.get("note") == words for one in notes.values())

    return {
        "create": (lambda close: close.notes.create(lead.id, "Once"), lambda: said("Once")),
        "change": (
            lambda close: close.leads.update(lead.id, description="Once"),
            lambda: sandbox.leads[lead.id]["description"] == "Once",
        ),
        "change many": (
            lambda close: close.tasks.update_many(tasks, is_complete=True),
            lambda: all(sandbox.tasks[one]["is_complete"] for one in tasks),
        ),
        "delete": (lambda close: close.notes.delete(note.id), lambda: note.id not in notes),
    }


@pytest.mark.parametrize("kind", ["list", "get", "search"])
@pytest.mark.parametrize("row", FAULTS, ids=[row[0] for row in FAULTS])
async def test_what_each_fault_does_to_a_read(sandbox, close, meet, reads, row, kind):
    _, fault, *outcomes = row
    outcome, read = outcomes[["list", "get", "search"].index(kind)], reads[kind]
    usual = await read(close)
    close = meet(fault)
    if isinstance(outcome, type):
        with pytest.raises(outcome):
            await read(close)
        return
    answer = await read(close)
    if outcome == BARE:
        assert type(answer) is type(usual)
        return
    assert answer == usual
    asked = len(sandbox.requests)
    assert asked == {SAME: 1, AGAIN: 2}.get(outcome, asked)


@pytest.mark.parametrize("kind", ["create", "change", "change many", "delete"])
@pytest.mark.parametrize("row", FAULTS, ids=[row[0] for row in FAULTS])
async def test_what_each_fault_does_to_a_write(sandbox, meet, writes, row, kind):
    _, fault, *_, outcome = row
    write, count_done = writes[kind]
    # What says nothing of the record is no doubt where no record is waited for.
    takes_anything = kind in ("change many", "delete")
    outcome = outcome or ((SAME, True) if takes_anything else UNCLEAR_BUT_DONE)
    expected, done = outcome
    close = meet(fault)
    if isinstance(expected, type):
        with pytest.raises(expected):
            await write(close)
    else:
        await write(close)
    assert len(sandbox.requests) == (2 if expected == AGAIN else 1)
    assert count_done() == done


async def test_a_search_index_that_lags_hides_what_is_new_from_a_search_and_from_nothing_else(
    sandbox, close
):
    sandbox.store.lag = 3600.0
    lead = await close.leads.create(name="Faulty Inc")
    assert (await close.leads.search("Faulty Inc")).leads == ()
    assert (await close.leads.get(lead.id)).id == lead.id
    began = lead.date_created
    assert (await close.leads.find_created(began, name="Faulty Inc")).id == lead.id
    sandbox.store.lag = 0.0
    assert [one.id for one in (await close.leads.search("Faulty Inc")).leads] == [lead.id]


@pytest.mark.parametrize(
    ("fault", "arrivals"),
    [
        ({"duplicate": True}, ["First", "First", "Second"]),
        ({"late": True}, ["Second", "First"]),
        ({"drop": True}, ["Second"]),
    ],
    ids=["twice", "out of order", "never"],
)
async def test_webhooks_are_signed_each_and_tell_what_repeats_and_what_came_first(
    sandbox, close, fault, arrivals
):
    arrived = asyncio.Queue()

    async def take(request):
        arrived.put_nowait((request.headers, await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    hook = await close.webhooks.create(url, [("lead", "created")])
    sandbox.faults.add(method="WEBHOOK", **fault)
    for name in ("First", "Second"):
        await close.leads.create(name=name)
    events = []
    for _ in arrivals:
        headers, body = await asyncio.wait_for(arrived.get(), 5)
        lower = {name.lower(): value for name, value in headers.items()}
        assert is_from_close(hook.signature_key, lower, body, datetime.now(UTC))
        assert not is_from_close("ab" * 32, lower, body, datetime.now(UTC))
        events.append(json.loads(body)["event"])
    await runner.cleanup()
    assert [one["data"]["name"] for one in events] == arrivals
    ids = {one["data"]["name"]: one["id"] for one in events}
    assert {one["id"] for one in events} == set(ids.values())
    in_order = sorted(events, key=lambda one: one["date_created"])
    assert [one["data"]["name"] for one in in_order] == sorted(arrivals)
