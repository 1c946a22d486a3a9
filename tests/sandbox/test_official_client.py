"""Close's own Python client, unmodified, works against the sandbox as it does against Close."""

import asyncio

import pytest

closeio_api = pytest.importorskip("closeio_api", reason="Close's own client is not installed")

from closebot.sandbox.close_api import CloseSandbox  # noqa: E402 - after it is known to be there


@pytest.fixture
async def sandbox():
    async with CloseSandbox() as opened:
        yield opened


@pytest.fixture
def ask(sandbox):
    """Call the client, which blocks, in a thread while the sandbox serves."""
    api = closeio_api.API(sandbox.api_url, sandbox.keys["mia"], max_retries=3)

    async def call(method, *arguments, **options):
        return await asyncio.to_thread(getattr(api, method), *arguments, **options)

    yield call
    api.session.close()


async def test_a_lead_is_created_read_changed_and_deleted(ask):
    contact = {
        "name": "Jane Doe",
        "emails": [{"email": "jane@new.example", "type": "office"}],
        "phones": [{"phone": "+14155550123", "type": "mobile"}],
    }
    lead = await ask("post", "lead", {"name": "New & Sons", "contacts": [contact]})
    assert lead["contacts"][0]["phones"][0]["phone_formatted"] == "+1 415-555-0123"
    read = await ask("get", f"lead/{lead['id']}")
    assert read["display_name"] == "New & Sons"
    changed = await ask("put", f"lead/{lead['id']}", {"description": "Hi"})
    assert (changed["description"], changed["name"]) == ("Hi", "New & Sons")
    found = await ask("get", "lead", params={"query": "email:jane@new.example"})
    assert [one["id"] for one in found["data"]] == [lead["id"]]
    assert await ask("delete", f"lead/{lead['id']}") == {}
    with pytest.raises(closeio_api.APIError) as raised:
        await ask("get", f"lead/{lead['id']}")
    assert raised.value.response.json() == {
        "error": "Empty query: Lead matching query does not exist."
    }


@pytest.mark.parametrize(
    ("path", "given", "change"),
    [
        ("contact", {"name": "Bob"}, {"title": "CTO"}),
        ("opportunity", {"value": 50000, "confidence": 40}, {"confidence": 90}),
        ("task", {"text": "Call", "date": "2026-12-01"}, {"is_complete": True}),
        ("activity/note", {"note": "Hi"}, {"note": "Hello"}),
        ("activity/call", {"direction": "outbound", "duration": 90}, {"duration": 120}),
    ],
)
async def test_what_belongs_to_a_lead_lives_through_the_client(ask, path, given, change):
    lead = await ask("post", "lead", {"name": "Parent"})
    made = await ask("post", path, {"lead_id": lead["id"], **given})
    assert {name: made[name] for name in given} == given
    [name] = change
    assert (await ask("put", f"{path}/{made['id']}", change))[name] == change[name]
    assert (await ask("get", f"{path}/{made['id']}"))[name] == change[name]
    listed = await ask("get", path, params={"lead_id": lead["id"]})
    assert made["id"] in [one["id"] for one in listed["data"]]
    assert await ask("delete", f"{path}/{made['id']}") == {}
    with pytest.raises(closeio_api.APIError) as raised:
        await ask("get", f"{path}/{made['id']}")
    assert raised.value.response.status_code == 404


async def test_a_list_is_paged_to_its_end(sandbox, ask):
    seen, skip, more = [], 0, True
    while more:
        page = await ask("get", "lead", params={"_skip": skip, "_limit": 15, "_fields": "id"})
        seen += [one["id"] for one in page["data"]]
        skip, more = skip + 15, page["has_more"]
    assert sorted(seen) == sorted(sandbox.leads)
    assert page["total_results"] == len(seen)


async def test_a_search_is_asked(ask):
    query = {"type": "object_type", "object_type": "lead"}
    found = await ask("post", "data/search", {"query": query, "_fields": {"lead": ["id"]}})
    assert found["data"]


async def test_a_fault_in_what_was_sent_is_its_validation_error(ask):
    with pytest.raises(closeio_api.ValidationError) as raised:
        await ask("post", "lead", {"name": "X", "status": "No such status"})
    assert "Not a valid choice." in raised.value.field_errors["status"]
    assert raised.value.errors == []


async def test_a_wrong_key_is_refused(sandbox):
    api = closeio_api.API(sandbox.api_url, "api_wrong")
    with pytest.raises(closeio_api.APIError) as raised:
        await asyncio.to_thread(api.get, "me")
    api.session.close()
    assert raised.value.response.status_code == 401


@pytest.mark.parametrize("headers", [{"retry-after": "0"}, {"ratelimit-reset": "0"}])
async def test_a_rate_limit_is_waited_for_and_tried_again(sandbox, ask, headers):
    sandbox.faults.add(method="GET", path="/me/", status=429, headers=headers)
    assert (await ask("get", "me"))["first_name"] == "Mia"


async def test_a_write_of_which_nothing_was_done_is_made_once(sandbox, ask):
    sandbox.faults.add(method="POST", path="/lead/", status=429, headers={"retry-after": "0"})
    before = len(sandbox.leads)
    await ask("post", "lead", {"name": "Once"})
    assert len(sandbox.leads) == before + 1
