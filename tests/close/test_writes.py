"""What whoever keeps a record of writes is told: kinds and ids, before and after, once each."""

import pytest

from closebot.close import Close, Forbidden, Write
from closebot.close.writes import read_writes
from closebot.sandbox.close_api import CloseSandbox


@pytest.mark.parametrize(
    ("method", "path", "body", "written"),
    [
        ("POST", "/lead/", {"name": "Acme"}, [Write("create", "lead")]),
        ("PUT", "/lead/lead_1Ab/", {}, [Write("update", "lead", "lead_1Ab", "lead_1Ab")]),
        ("DELETE", "/lead/lead_1Ab/", None, [Write("delete", "lead", "lead_1Ab", "lead_1Ab")]),
        (
            "POST",
            "/activity/note/",
            {"lead_id": "lead_1Ab", "note": "secret"},
            [Write("create", "note", "", "lead_1Ab")],
        ),
        ("PUT", "/activity/call/acti_9z/", {}, [Write("update", "call", "acti_9z")]),
        (
            "PUT",
            "/task/",
            {"_params": {"id__in": "task_1A,task_2B"}, "is_complete": True},
            [Write("update", "task", "task_1A"), Write("update", "task", "task_2B")],
        ),
        (
            "POST",
            "/lead/merge/",
            {"source": "lead_1A", "destination": "lead_2B"},
            [
                Write("delete", "lead", "lead_1A", "lead_1A"),
                Write("update", "lead", "lead_2B", "lead_2B"),
            ],
        ),
        ("POST", "/lead/", {"lead_id": "somebody's text"}, [Write("create", "lead")]),
        ("PATCH", "/", ["odd"], [Write("update", "")]),
    ],
)
def test_a_request_tells_what_it_writes(method, path, body, written):
    assert list(read_writes(method, path, body)) == written


@pytest.fixture
async def sandbox():
    async with CloseSandbox() as opened:
        yield opened


@pytest.fixture
async def told():
    return []


@pytest.fixture
async def close(sandbox, told):
    async def watch(writes):
        told.append(writes)

        async def finish(end, **ids):
            told.append((end, *ids.values()))

        return finish

    key = sandbox.keys["mia"]
    async with Close(api_key=key, base_url=sandbox.api_url, watch=watch) as opened:
        yield opened


async def test_a_write_is_told_before_and_after(close, sandbox, told):
    lead = await close.leads.create(name="Zephyr Kites")
    assert told == [(Write("create", "lead"),), ("done", lead.id, lead.id)]


async def test_reading_is_not_told(close, told):
    await close.me.get()
    await close.leads.search("Acme")
    assert told == []


async def test_a_refusal_is_told(close, sandbox, told):
    sandbox.faults.add(method="POST", path="/lead/", status=403)
    with pytest.raises(Forbidden):
        await close.leads.create(name="Zephyr Kites")
    assert told[1:] == [("refused",)]


async def test_nothing_is_sent_when_the_watch_raises(sandbox):
    async def watch(_):
        raise OSError("the disk is full")

    key = sandbox.keys["mia"]
    async with Close(api_key=key, base_url=sandbox.api_url, watch=watch) as close:
        with pytest.raises(OSError, match="full"):
            await close.leads.create(name="Zephyr Kites")
    assert [one for one in sandbox.requests if one["method"] == "POST"] == []
