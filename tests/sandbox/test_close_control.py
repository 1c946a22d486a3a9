"""The Close sandbox controlled from outside, and answers that it bends."""

import aiohttp
import pytest

from closebot.close import Close, NotFound, Unavailable, WriteUnclear
from closebot.sandbox.close_api import CloseSandbox


@pytest.fixture
async def sandbox():
    async with CloseSandbox() as opened:
        yield opened


@pytest.fixture
async def close(sandbox):
    async with Close(api_key=sandbox.keys["mia"], base_url=sandbox.api_url) as opened:
        yield opened


@pytest.fixture
async def control(sandbox):
    async with aiohttp.ClientSession(sandbox.url) as session:

        async def ask(method, path, status=200, **more):
            async with session.request(method, f"/_sandbox/{path}", **more) as answer:
                assert answer.status == status, await answer.text()
                return await answer.json()

        yield ask


async def test_faults_are_asked_for_from_outside(control, close, sandbox):
    lost = {"method": "POST", "path": "/lead/", "drop": True, "apply": True}
    await control("POST", "faults", json={"faults": [lost, {"path": "/me/", "status": 503,
                                                             "times": 99}]})  # fmt: skip
    before = len(sandbox.leads)
    with pytest.raises(WriteUnclear):
        await close.leads.create(name="Lost")
    assert len(sandbox.leads) == before + 1
    with pytest.raises(Unavailable):
        await close.me.get()
    assert await control("DELETE", "faults") == {"waiting": 0}
    assert (await close.me.get()).name == "Mia Laurent"
    asked = (await control("GET", "requests"))["data"]
    assert asked[0]["path"] == "/lead/"
    assert await control("DELETE", "requests") == {"data": []}


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("faults", {"json": {"nonsense": 1}}),
        ("faults", {"json": {"faults": "many"}}),
        ("faults", {"json": {"faults": [7]}}),
        ("faults", {"json": {"status": "soon"}}),
        ("faults", {"json": {"path": 7}}),
        ("faults", {"data": "{}", "headers": {"content-type": "text/plain"}}),
        ("faults", {"data": "{", "headers": {"content-type": "application/json"}}),
        ("lag", {"json": {"seconds": -1}}),
        ("lag", {"json": {}}),
    ],
)
async def test_nonsense_is_refused_and_changes_nothing(control, close, path, more):
    assert (await control("POST", path, 400, **more))["error"]
    assert (await close.me.get()).name == "Mia Laurent"


async def test_another_host_is_turned_away(control):
    await control("GET", "requests", 403, headers={"Host": "evil.example"})


async def test_what_was_just_changed_is_not_found_while_the_index_lags(control, close):
    await control("POST", "lag", json={"seconds": 60})
    lead = await close.leads.create(name="Brandnew")
    assert (await close.leads.search("Brandnew")).leads == ()
    assert (await close.leads.get(lead.id)).name == "Brandnew"
    await control("POST", "lag", json={"seconds": 0})
    assert [one.id for one in (await close.leads.search("Brandnew")).leads] == [lead.id]


async def test_unknown_and_missing_keys_break_nothing(sandbox, close):
    left_out = ("html_url", "contacts", "status_label", "date_created")
    sandbox.faults.add(path="*", times=99, extra={"brand_new": {"a": [1]}}, missing=left_out)
    found = await close.leads.search("Globex")
    assert found.leads[0].display_name == "Globex Industries"
    assert found.leads[0].html_url.endswith(f"/lead/{found.leads[0].id}/")


@pytest.mark.parametrize("rows", [2, 7])
async def test_short_pages_lose_no_row(sandbox, close, rows):
    sandbox.faults.add(method="GET", path="/contact/", times=999, short=rows)
    ids = [one.id async for one in close.contacts.list()]
    assert sorted(ids) == sorted(sandbox.contacts)


async def test_a_fault_is_used_up(sandbox, close):
    sandbox.faults.add(path="/lead/*", status=404, times=1)
    lead_id = next(iter(sandbox.leads))
    with pytest.raises(NotFound):
        await close.leads.get(lead_id)
    assert (await close.leads.get(lead_id)).id == lead_id
