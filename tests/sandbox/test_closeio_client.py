"""The sandbox as Close's own Python client sees it: unmodified, on threads of its own.

The client waits out what it retries: two to four seconds after a 503, two after a lost connection
and what `retry-after` says after a 429. What waits is therefore one test and waits at once.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from closeio_api import API, APIError, ValidationError

from closebot.sandbox.close_api import CloseSandbox


class Client:
    """The client of the package, asked from the event loop."""

    def __init__(self, address, key, pool, **options):
        self.api = API(address, key, **options)
        self.pool = pool

    async def _ask(self, verb, *asked, **more):
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, lambda: verb(*asked, **more))

    async def get(self, endpoint, params=None, **more):
        return await self._ask(self.api.get, endpoint, params=params, **more)

    async def post(self, endpoint, data):
        return await self._ask(self.api.post, endpoint, data=data)

    async def put(self, endpoint, data):
        return await self._ask(self.api.put, endpoint, data=data)

    async def delete(self, endpoint):
        return await self._ask(self.api.delete, endpoint)


@pytest.fixture
async def sandbox():
    async with CloseSandbox() as opened:
        yield opened


@pytest.fixture
def connect(sandbox):
    """Return clients by key; their connections are closed in the end."""
    opened = []
    with ThreadPoolExecutor(max_workers=4) as pool:

        def make(key=None, **options):
            client = Client(
                sandbox.api_url, sandbox.keys["ana"] if key is None else key, pool, **options
            )
            opened.append(client.api.session)
            return client

        yield make
        for session in opened:
            session.close()


@pytest.fixture
def close(connect):
    return connect()


@pytest.fixture
async def lead(close):
    return await close.post("lead", {"name": "Brambleworks"})


async def assert_is_gone(close, endpoint):
    with pytest.raises(APIError) as refused:
        await close.get(endpoint)
    assert refused.value.response.status_code == 404
    assert "matching query does not exist" in refused.value.response.json()["error"]


# --- create, read, update, delete ---------------------------------------------------------------


async def test_it_knows_whose_key_it_has(sandbox, close):
    me = await close.get("me")
    assert me["id"] == sandbox.user_ids["ana"]
    assert me["organizations"][0]["id"].startswith("orga_")


async def test_a_lead_with_its_people_from_creation_to_deletion(close):
    made = await close.post(
        "lead",
        {
            "name": "Brambleworks",
            "contacts": [
                {
                    "name": "Ola Reed",
                    "emails": [{"type": "office", "email": "ola@brambleworks.example"}],
                    "phones": [{"type": "mobile", "phone": "+14155550123"}],
                }
            ],
        },
    )
    assert made["contacts"][0]["lead_id"] == made["id"]
    assert made["contacts"][0]["phones"][0]["phone_formatted"] == "+1 415-555-0123"
    assert await close.get(f"lead/{made['id']}") == made
    await close.put(f"lead/{made['id']}", {"description": "Timber"})
    read = await close.get(f"lead/{made['id']}")
    assert (read["name"], read["description"]) == ("Brambleworks", "Timber")
    found = await close.get("lead", {"query": 'name:"Brambleworks"'})
    assert [one["id"] for one in found["data"]] == [made["id"]]
    assert await close.delete(f"lead/{made['id']}") == {}
    await assert_is_gone(close, f"lead/{made['id']}")
    await assert_is_gone(close, f"contact/{made['contacts'][0]['id']}")


CHANGES = {
    "contact": ({"name": "Ola Reed", "title": "Buyer"}, {"title": "Head of buying"}),
    "opportunity": (
        {"note": "Spring order", "value": 120000, "value_period": "annual", "confidence": 40},
        {"confidence": 75},
    ),
    "task": ({"text": "Send the offer", "date": "2026-07-01"}, {"is_complete": True}),
    "activity/note": ({"note": "Met at the fair"}, {"note": "Met at the fair, asked for prices"}),
    "activity/call": (
        {"direction": "outbound", "status": "completed", "duration": 90, "note": "No answer"},
        {"note": "Called back"},
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
async def test_what_hangs_on_a_lead_is_made_read_changed_and_deleted(close, lead, kind):
    given, changed = CHANGES[kind]
    made = await close.post(kind, {"lead_id": lead["id"], **given})
    address = f"{kind}/{made['id']}"
    for name, value in {"lead_id": lead["id"], **given}.items():
        assert made[name] == value
    assert await close.get(address) == made
    await close.put(address, changed)
    after = await close.get(address)
    assert {name: after[name] for name in given} == given | {
        name: value for name, value in changed.items() if name in given
    }
    assert {name: after[name] for name in changed} == changed
    listed = await close.get(kind, {"lead_id": lead["id"]})
    assert made["id"] in [one["id"] for one in listed["data"]]
    assert await close.delete(address) == {}
    await assert_is_gone(close, address)


# --- paging -------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [3, 7, 100])
async def test_pages_hold_every_lead_once_and_end_with_has_more(sandbox, close, limit):
    seen, has_more = [], True
    while has_more:
        page = await close.get("lead", {"_skip": len(seen), "_limit": limit})
        assert len(page["data"]) <= limit
        assert page["total_results"] == len(sandbox.leads)
        seen += [one["id"] for one in page["data"]]
        has_more = page["has_more"]
    assert len(seen) == len(set(seen))
    assert set(seen) == set(sandbox.leads)


async def test_opportunities_are_summed_up_over_all_pages(sandbox, close):
    page = await close.get("opportunity", {"_limit": 1})
    assert len(page["data"]) == 1
    assert page["has_more"] is True
    assert page["total_results"] == len(sandbox.opportunities)
    assert page["count_by_value_period"]


async def test_asked_for_fields_are_all_that_comes(close, lead):
    assert await close.get(f"lead/{lead['id']}", {"_fields": "id,name"}) == {
        "id": lead["id"],
        "name": "Brambleworks",
    }


# --- no, and not now ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        ("lead", {"name": "Brambleworks", "status_id": "foo"}, "status"),
        ("lead", {"contacts": [{"name": "Ola", "emails": [{"email": "no"}]}]}, "contacts"),
        ("task", {"text": "Call", "lead_id": "lead_nobody"}, "lead"),
        ("opportunity", {"lead_id": "lead_nobody"}, "lead"),
    ],
)
async def test_what_is_not_valid_is_told_by_field(close, kind, wrong, field):
    with pytest.raises(ValidationError) as refused:
        await close.post(kind, wrong)
    assert field in refused.value.field_errors
    assert refused.value.errors == []


async def test_a_page_that_is_too_large_is_refused_in_a_sentence(close):
    with pytest.raises(ValidationError) as refused:
        await close.get("lead", {"_limit": 10_000})
    assert "larger than the maximum limit" in refused.value.response.json()["error"]


async def test_a_wrong_key_is_unauthorized(connect):
    with pytest.raises(APIError) as refused:
        await connect("api_nobody").get("me")
    assert not isinstance(refused.value, ValidationError)
    assert refused.value.response.status_code == 401
    assert refused.value.response.json() == {"error": "Unauthorized"}


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after": "0.01"},
        # As documented, with commas: the client goes by it and not by `retry-after`.
        {"ratelimit": "limit=100, remaining=0, reset=0", "retry-after": "3600"},
    ],
)
async def test_a_429_is_waited_out_and_nothing_is_done_twice(sandbox, close, headers):
    sandbox.faults.add(method="POST", path="/lead/", status=429, times=3, headers=headers)
    await close.post("lead", {"name": "Brambleworks"})
    assert [one["name"] for one in sandbox.leads.values()].count("Brambleworks") == 1
    assert len(sandbox.requests) == 4


async def test_a_429_that_does_not_end_is_said(sandbox, connect):
    sandbox.faults.add(path="/me/", status=429, times=2)
    with pytest.raises(APIError) as refused:
        await connect(max_retries=2).get("me")
    assert refused.value.response.status_code == 429


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_write_that_failed_is_not_sent_again(sandbox, close, status):
    sandbox.faults.add(method="POST", path="/lead/", status=status)
    with pytest.raises(APIError) as refused:
        await close.post("lead", {"name": "Brambleworks"})
    assert refused.value.response.status_code == status
    assert len(sandbox.requests) == 1


async def test_an_overloaded_and_a_lost_close_are_asked_again(sandbox, close):
    sandbox.limits.set("GET", "/user/", limit=1)
    sandbox.faults.add(method="GET", path="/me/", status=503)
    sandbox.faults.add(method="GET", path="/lead/", drop=True)

    async def ask_twice():
        await close.get("user")
        return await close.get("user")

    me, leads, users = await asyncio.gather(close.get("me"), close.get("lead"), ask_twice())
    assert me["id"] == sandbox.user_ids["ana"]
    assert leads["total_results"] == len(sandbox.leads)
    assert len(users["data"]) == len(sandbox.users)
    asked = [one["path"] for one in sandbox.requests]
    assert [asked.count(path) for path in ("/me/", "/lead/", "/user/")] == [2, 2, 3]
