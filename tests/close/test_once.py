"""What was created is found again, so that a thing whose answer was lost is not made twice."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from closebot.close import (
    BadId,
    Close,
    Email,
    Invalid,
    NewContact,
    Phone,
    Unavailable,
    WriteUnclear,
    create_once,
)
from closebot.close.once import SLACK
from closebot.sandbox.close_api import CloseSandbox
from tests.close.conftest import said

EXAMPLES = Path(__file__).parents[3] / "shared" / "close" / "examples"

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ADA = NewContact(name="Ada Byron", emails=[Email(email="Ada@once.example")])
DEAL = {
    "value": 1250050, "value_period": "monthly", "confidence": 40, "date_won": date(2030, 1, 31),
    "note": "a < b & c\n\nand  more",
}  # fmt: skip
CALL = {"direction": "outbound", "duration": 90, "note": "a < b & c\nd", "phone": "+14155550123"}


@pytest.fixture
async def sandbox():
    async with CloseSandbox() as opened:
        yield opened


@pytest.fixture
async def close(sandbox):
    async with Close(api_key=sandbox.keys["mia"], base_url=sandbox.api_url) as opened:
        yield opened


@pytest.fixture
async def lead(close):
    return await close.leads.create(name="Once Inc")


def moment():
    return datetime.now(UTC)


# What can be created: the table it goes to, the path, how it is created and how it is looked for.
KINDS = {
    "lead": ("leads", "/lead/", lambda close, _: (
        lambda: close.leads.create(name="New & Sons", url="new.example", contacts=[ADA]),
        lambda since: close.leads.find_created(
            since, name="New & Sons", url="new.example", contacts=[ADA]),
    )),
    "contact": ("contacts", "/contact/", lambda close, lead_id: (
        lambda: close.contacts.create(
            lead_id, name="Ada Byron", title="CEO", emails=ADA.emails,
            phones=[Phone(phone="(415) 555-0123")]),
        lambda since: close.contacts.find_created(
            lead_id, since, name="Ada Byron", title="CEO", emails=ADA.emails,
            phones=[Phone(phone="(415) 555-0123")]),
    )),
    "deal": ("opportunities", "/opportunity/", lambda close, lead_id: (
        lambda: close.opportunities.create(lead_id, **DEAL),
        lambda since: close.opportunities.find_created(lead_id, since, **DEAL),
    )),
    "task": ("tasks", "/task/", lambda close, lead_id: (
        lambda: close.tasks.create(lead_id, "Call  back ", date=date(2030, 1, 31)),
        lambda since: close.tasks.find_created(
            lead_id, since, "Call  back ", date=date(2030, 1, 31)),
    )),
    "note": ("activities", "/activity/note/", lambda close, lead_id: (
        lambda: close.notes.create(lead_id, "a < b & c\n\n  d <e>", title="T"),
        lambda since: close.notes.find_created(
            lead_id, since, "a < b & c\n\n  d <e>", title="T"),
    )),
    "note in HTML": ("activities", "/activity/note/", lambda close, lead_id: (
        lambda: close.notes.create(lead_id, html="<p>a &lt; <b>b</b></p>"),
        lambda since: close.notes.find_created(lead_id, since, html="<p>a &lt; <b>b</b></p>"),
    )),
    "call": ("activities", "/activity/call/", lambda close, lead_id: (
        lambda: close.calls.log(lead_id, **CALL),
        lambda since: close.calls.find_created(lead_id, since, **CALL),
    )),
}  # fmt: skip
each_kind = pytest.mark.parametrize("kind", KINDS)


def prepare(kind, close, lead, sandbox):
    table, path, ways = KINDS[kind]
    create, find = ways(close, lead.id)
    return getattr(sandbox, table), path, create, find


@each_kind
async def test_what_goes_well_is_sent_once_and_not_looked_for(sandbox, close, lead, kind):
    table, _, create, find = prepare(kind, close, lead, sandbox)
    asked = len(sandbox.requests)
    made = await create_once(create, find, began=moment())
    assert made.id in table
    assert len(sandbox.requests) == asked + 1


@each_kind
async def test_a_lost_answer_is_made_up_for_by_looking(sandbox, close, lead, kind):
    table, path, create, find = prepare(kind, close, lead, sandbox)
    before, asked = set(table), len(sandbox.requests)
    sandbox.store.lag = 3600.0
    sandbox.faults.add(method="POST", path=path, drop=True, apply=True)
    made = await create_once(create, find, began=moment())
    assert set(table) - before >= {made.id}
    sent = sandbox.requests[asked:]
    assert [one["method"] for one in sent] == ["POST", "GET"]
    assert not any("/data/search/" in one["path"] or "query" in one["query"] for one in sent)


@each_kind
async def test_a_write_that_was_lost_stays_unclear(sandbox, close, lead, kind):
    table, path, create, find = prepare(kind, close, lead, sandbox)
    before = set(table)
    sandbox.faults.add(method="POST", path=path, drop=True, apply=False)
    with pytest.raises(WriteUnclear):
        await create_once(create, find, began=moment())
    assert set(table) == before


@each_kind
async def test_what_an_earlier_attempt_has_made_is_returned_and_nothing_sent(
    sandbox, close, lead, kind
):
    _, _, create, find = prepare(kind, close, lead, sandbox)
    earlier = moment()
    there = await create()
    asked = len(sandbox.requests)
    made = await create_once(create, find, began=moment(), earlier=earlier)
    assert made.id == there.id
    assert [one["method"] for one in sandbox.requests[asked:]] == ["GET"]


@each_kind
async def test_what_an_earlier_attempt_has_not_made_is_made(sandbox, close, lead, kind):
    table, _, create, find = prepare(kind, close, lead, sandbox)
    made = await create_once(create, find, began=moment(), earlier=moment())
    assert made.id in table


@each_kind
async def test_what_is_older_does_not_count(close, sandbox, lead, kind):
    _, _, create, find = prepare(kind, close, lead, sandbox)
    made = await create()
    assert (await find(made.date_created)).id == made.id
    assert await find(made.date_created + timedelta(seconds=1)) is None


@each_kind
async def test_what_a_colleague_has_made_does_not_count(sandbox, close, lead, kind):
    table, _, create, _ = prepare(kind, close, lead, sandbox)
    made = await create()
    table[made.id]["created_by"] = sandbox.user_ids["ana"]
    section = {"lead": close.leads, "contact": close.contacts, "deal": close.opportunities,
               "task": close.tasks, "call": close.calls}.get(kind, close.notes)  # fmt: skip
    given = {
        "lead": {"name": "New & Sons"},
        "contact": {"lead_id": lead.id, "name": "Ada Byron", "title": "CEO",
                    "emails": ADA.emails, "phones": [Phone(phone="4155550123")]},
        "deal": {"lead_id": lead.id} | DEAL,
        "task": {"lead_id": lead.id, "text": "Call back"},
        "note": {"lead_id": lead.id, "note": "a < b & c d <e>", "title": "T"},
        "note in HTML": {"lead_id": lead.id, "note": "a < b"},
        "call": {"lead_id": lead.id} | CALL,
    }[kind]  # fmt: skip

    async def look(person):
        return await section.find_created(
            since=LONG_AGO, created_by=sandbox.user_ids[person], **given
        )

    assert await look("mia") is None
    assert (await look("ana")).id == made.id
    table[made.id]["created_by"] = None
    assert (await look("mia")).id == made.id


async def test_a_clock_that_runs_ahead_of_closes_does_not_hide_a_record(sandbox, close, lead):
    table, path, create, find = prepare("note", close, lead, sandbox)
    before = len(table)
    sandbox.faults.add(method="POST", path=path, drop=True, apply=True)
    await create_once(create, find, began=moment() + SLACK - timedelta(seconds=1))
    assert len(table) == before + 1


async def test_a_look_that_fails_does_not_hide_that_the_write_is_unclear(sandbox, close, lead):
    _, path, create, find = prepare("note", close, lead, sandbox)
    sandbox.faults.add(method="POST", path=path, drop=True, apply=True)
    sandbox.faults.add(method="GET", path=path, status=403, times=9)
    with pytest.raises(WriteUnclear):
        await create_once(create, find, began=moment())


async def test_a_look_that_fails_before_anything_was_written_is_told(lead):
    sent = []

    async def create():
        sent.append("POST")

    async def find(_since):
        raise Unavailable("503")

    with pytest.raises(Unavailable):
        await create_once(create, find, began=moment(), earlier=moment())
    assert sent == []


async def test_a_refusal_is_told_without_looking(sandbox, close, lead):
    asked = len(sandbox.requests)
    with pytest.raises(Invalid):
        await create_once(
            lambda: close.contacts.create(lead.id, emails=[Email(email="nonsense")]),
            lambda since: close.contacts.find_created(lead.id, since),
            began=moment(),
        )
    assert len(sandbox.requests) == asked + 1


async def test_what_differs_in_anything_that_was_given_is_another(close, lead):
    deal = await close.opportunities.create(lead.id, **DEAL)
    for other in ({"value": 1}, {"value_period": "annual"}, {"confidence": 41},
                  {"date_won": date(2030, 2, 1)}, {"note": "else"},
                  {"status_id": "stat_other"}, {"user_id": "user_other"}):  # fmt: skip
        assert await close.opportunities.find_created(lead.id, LONG_AGO, **(DEAL | other)) is None
    found = await close.opportunities.find_created(lead.id, LONG_AGO, value_period="monthly")
    assert found.id == deal.id
    await close.calls.log(lead.id, **CALL)
    for other in ({"direction": "inbound"}, {"duration": 91}, {"note": ""}, {"status": "busy"},
                  {"phone": "+14155550124"}, {"contact_id": "cont_other"}):  # fmt: skip
        assert await close.calls.find_created(lead.id, LONG_AGO, **(CALL | other)) is None
    at = datetime(2030, 1, 31, 9, 30, tzinfo=UTC)
    task = await close.tasks.create(lead.id, "Call", date=at)
    assert (await close.tasks.find_created(lead.id, LONG_AGO, "Call", date=at)).id == task.id
    for when in (at + timedelta(hours=1), date(2030, 2, 1)):
        assert await close.tasks.find_created(lead.id, LONG_AGO, "Call", date=when) is None
    assert await close.tasks.find_created(lead.id, LONG_AGO, "Call him") is None


async def test_a_lead_with_other_people_is_another_and_one_with_more_is_not(close):
    made = await close.leads.create(name="New", contacts=[ADA, NewContact(name="Bob")])
    assert (await close.leads.find_created(LONG_AGO, name="New", contacts=[ADA])).id == made.id
    others = [NewContact(name="Eve")]
    assert await close.leads.find_created(LONG_AGO, name="New", contacts=others) is None
    assert await close.leads.find_created(LONG_AGO, name="New", url="other.example") is None
    assert await close.leads.find_created(LONG_AGO, name="New", status_id="stat_other") is None


async def test_of_two_equal_ones_the_newest_is_found(close, lead):
    made = [await close.notes.create(lead.id, "Twice") for _ in range(2)]
    newest = max(made, key=lambda note: note.date_created)
    found = await close.notes.find_created(lead.id, LONG_AGO, "Twice")
    assert found.date_created == newest.date_created


async def test_a_look_at_what_is_no_lead_is_refused_before_anything_is_sent(close, sandbox):
    with pytest.raises(BadId):
        await close.notes.find_created("lead_1/../x", LONG_AGO, "x")
    assert len(sandbox.requests) == 0


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="Close's recorded answers are not in this clone")
@pytest.mark.parametrize(
    ("section", "name", "given"),
    [
        ("leads", "lead", ["name", "status_id", "url", "description"]),
        ("contacts", "contact", ["lead_id", "name", "title"]),
        ("opportunities", "opportunity",
         ["lead_id", "status_id", "note", "value", "value_period", "contact_id"]),
        ("tasks", "task", ["lead_id", "text", "assigned_to"]),
        ("notes", "note", ["lead_id", "note"]),
        ("calls", "call", ["lead_id", "contact_id", "direction", "duration", "phone", "status"]),
    ],
)  # fmt: skip
async def test_what_close_really_answered_is_found_by_what_it_was_asked(
    scripted, section, name, given
):
    asked, answer = (
        json.loads((EXAMPLES / f"{name}.create{part}.json").read_text())
        for part in (".request", "")
    )
    words = {key: asked[key] for key in given} | {
        "contact": {"emails": [Email(**one) for one in asked.get("emails", ())]},
        "call": {"note": "call notes go here"},
    }.get(name, {})
    scripted.script(said({"data": [answer], "has_more": False}))
    async with Close(api_key="api_key", transport=scripted.transport) as close:
        find = getattr(close, section).find_created
        assert (await find(since=datetime(2010, 1, 1, tzinfo=UTC), **words)).id == answer["id"]
        assert await find(since=moment(), **words) is None
