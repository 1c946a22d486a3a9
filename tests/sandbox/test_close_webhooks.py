"""Webhooks of the Close sandbox, as a receiver on this machine meets them."""

import asyncio
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from closebot.sandbox.close_api import CloseSandbox

EXAMPLES = Path(__file__).parents[3] / "shared" / "close" / "examples"
SOON = 5


class Clock:
    def __init__(self):
        self.at = datetime(2026, 6, 19, 12, 5, 28, tzinfo=UTC)

    def now(self):
        return self.at


class Receiver:
    """Remembers what arrives, and answers with `status`."""

    def __init__(self):
        self.status = 200
        self.arrived = asyncio.Queue()

    async def take(self, request):
        self.arrived.put_nowait((dict(request.headers), await request.read()))
        return web.Response(status=self.status)

    async def next(self):
        _, body = await asyncio.wait_for(self.arrived.get(), SOON)
        return json.loads(body)

    async def next_event(self):
        event = (await self.next())["event"]
        return f"{event['object_type']}.{event['action']}", event


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def receiver():
    made = Receiver()
    app = web.Application()
    app.router.add_post("/hook", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


@pytest.fixture
async def sandbox(clock):
    async with CloseSandbox(now=clock.now) as opened:
        yield opened


@pytest.fixture
async def ask(sandbox):
    auth = aiohttp.encode_basic_auth(sandbox.keys["ana"], "")
    async with aiohttp.ClientSession(headers={"Authorization": auth}) as session:

        async def send(method, path, body=None, status=200):
            async with session.request(method, sandbox.api_url + path, json=body) as answer:
                text = await answer.text()
                assert answer.status == status, text
                return json.loads(text)

        yield send


def wanting(url, *events, **more):
    pairs = [event.rsplit(".", 1) for event in events]
    return {
        "url": url,
        "events": [{"object_type": kind, "action": action} for kind, action in pairs],
        **more,
    }


async def subscribe(ask, url, *events):
    return await ask("POST", "webhook/", wanting(url, *events), 201)


async def test_the_key_is_told_once_and_everything_else_can_be_changed(ask, receiver):
    made = await subscribe(ask, receiver.url, "lead.created")
    assert len(bytes.fromhex(made["signature_key"])) == 32
    assert made["events"][0]["extra_filter"] is None
    listed = await ask("GET", "webhook/")
    assert listed["has_more"] is False
    assert [set(made) - set(one) for one in listed["data"]] == [{"signature_key"}]
    path = f"webhook/{made['id']}/"
    paused = await ask("PUT", path, {"status": "paused", "verify_ssl": False})
    assert (paused["status"], paused["verify_ssl"]) == ("paused", False)
    assert await ask("GET", path) == paused
    assert await ask("DELETE", path) == {}
    await ask("GET", path, status=404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"events": []}, "url"),
        ({"url": "http://127.0.0.1/"}, "events"),
        ({"url": "ftp://127.0.0.1/", "events": []}, "url"),
        ({"url": "http://127.0.0.1/", "events": [{"action": "created"}]}, "events"),
        ({"url": "http://127.0.0.1/", "events": [], "status": "broken"}, "status"),
    ],
)
async def test_what_is_not_valid_is_refused(ask, body, field):
    assert field in (await ask("POST", "webhook/", body, 400))["field-errors"]


async def test_forty_are_the_most(ask, receiver):
    for _ in range(40):
        await subscribe(ask, receiver.url, "lead.created")
    assert (await ask("POST", "webhook/", wanting(receiver.url, "lead.created"), 400))["errors"]


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="no recorded answers in this clone")
async def test_a_subscription_and_an_event_have_the_recorded_keys(ask, receiver):
    recorded = json.loads((EXAMPLES / "webhook.create.json").read_text())
    assert set(await subscribe(ask, receiver.url, "opportunity.created")) == set(recorded)
    await ask("POST", "opportunity/", {"value": 100})
    payload = json.loads((EXAMPLES / "webhook.payload_opportunity_won.json").read_text())
    arrived = await receiver.next()
    assert set(arrived) == set(payload)
    assert set(payload["event"]) <= set(arrived["event"])
    assert set(payload["event"]["data"]) <= set(arrived["event"]["data"])


async def test_a_delivery_is_signed_over_the_moment_and_the_body(ask, receiver, clock):
    hook = await subscribe(ask, receiver.url, "lead.created")
    lead = await ask("POST", "lead/", {"name": "Heard"})
    headers, body = await asyncio.wait_for(receiver.arrived.get(), SOON)
    at = headers["close-sig-timestamp"]
    assert int(at) == clock.at.timestamp()
    key = bytes.fromhex(hook["signature_key"])
    expected = hmac.new(key, at.encode() + body, hashlib.sha256).hexdigest()
    assert headers["close-sig-hash"] == expected
    said = json.loads(body)
    assert said["subscription_id"] == hook["id"]
    assert (said["event"]["object_id"], said["event"]["data"]["name"]) == (lead["id"], "Heard")


async def test_only_what_was_asked_for_arrives(ask, receiver):
    await subscribe(ask, receiver.url, "activity.note.created", "task.lead.completed")
    lead = await ask("POST", "lead/", {"name": "Quiet"})
    task = await ask("POST", "task/", {"lead_id": lead["id"], "text": "x"})
    await ask("POST", "activity/note/", {"lead_id": lead["id"], "note": "x"})
    assert (await receiver.next_event())[0] == "activity.note.created"
    await ask("PUT", f"task/{task['id']}/", {"is_complete": True})
    assert (await receiver.next_event())[0] == "task.lead.completed"
    assert receiver.arrived.empty()


async def test_an_extra_filter_looks_inside_the_event(ask, receiver):
    named = {"type": "equals", "value": "Wanted"}
    inside = {"type": "field_accessor", "field": "name", "filter": named}
    tree = {"type": "field_accessor", "field": "data", "filter": inside}
    events = [{"object_type": "lead", "action": "created", "extra_filter": tree}]
    await ask("POST", "webhook/", {"url": receiver.url, "events": events}, 201)
    for name in ("Other", "Wanted"):
        await ask("POST", "lead/", {"name": name})
    assert (await receiver.next_event())[1]["data"]["name"] == "Wanted"
    assert receiver.arrived.empty()


async def test_changes_of_one_object_arrive_as_one(ask, receiver, sandbox, clock):
    lead = await ask("POST", "lead/", {"name": "First"})
    await subscribe(ask, receiver.url, "lead.updated")
    for fields in ({"name": "Second"}, {"name": "Third", "description": "Long"}):
        await ask("PUT", f"lead/{lead['id']}/", fields)
    await sandbox.webhooks.deliver_due()
    assert receiver.arrived.empty()
    clock.at += timedelta(seconds=2)
    await sandbox.webhooks.deliver_due()
    _, event = await receiver.next_event()
    assert event["data"]["name"] == "Third"
    assert event["previous_data"]["name"] == "First"
    assert {"name", "description"} <= set(event["changed_fields"])
    assert receiver.arrived.empty()


async def test_a_failed_delivery_is_tried_again_later_and_later(ask, receiver, sandbox, clock):
    hook = await subscribe(ask, receiver.url, "lead.created")
    receiver.status = 503
    await ask("POST", "lead/", {})
    first = (await receiver.next())["event"]["id"]
    await sandbox.webhooks.deliver_due()
    for wait in (61, 122):
        clock.at += timedelta(seconds=wait - 1)
        await sandbox.webhooks.deliver_due()
        assert receiver.arrived.empty()
        clock.at += timedelta(seconds=1)
        await sandbox.webhooks.deliver_due()
        assert (await receiver.next())["event"]["id"] == first
    receiver.status = 204
    clock.at += timedelta(seconds=244)
    await sandbox.webhooks.deliver_due()
    after = await ask("GET", f"webhook/{hook['id']}/")
    assert after["counters"] == {"first_fail": 1, "retry_fail": 2, "retry_success": 1}
    assert [one["attempt_number"] for one in after["history"]["errors"]] == [3, 2, 1]
    assert after["latest_error"] == "Exception name: HTTPError, Status code: 503"
    assert len(sandbox.webhooks) == 0


async def test_after_three_days_a_subscription_is_paused(ask, receiver, sandbox, clock):
    hook = await subscribe(ask, receiver.url, "lead.created")
    receiver.status = 500
    await ask("POST", "lead/", {})
    await receiver.next()
    await sandbox.webhooks.deliver_due()
    clock.at += timedelta(hours=72)
    await sandbox.webhooks.deliver_due()
    paused = await ask("GET", f"webhook/{hook['id']}/")
    assert paused["status"] == "paused"
    assert paused["pause_reason"]
    again = await ask("PUT", f"webhook/{hook['id']}/", {"status": "active"})
    assert (again["status"], again["pause_reason"]) == ("active", None)


@pytest.mark.parametrize("url", ["https://example.com/", "http://10.0.0.1/", "http://169.254.0.1/"])
async def test_nothing_is_sent_to_another_machine(ask, sandbox, url):
    hook = await subscribe(ask, url, "lead.created")
    await ask("POST", "lead/", {})
    await sandbox.webhooks.deliver_due()
    after = await ask("GET", f"webhook/{hook['id']}/")
    assert after["history"]["errors"][0]["error"] == "ConnectionError"
    assert after["history"]["errors"][0]["response_status_code"] is None


async def test_a_receiver_that_is_not_there_is_a_failure(ask, sandbox):
    hook = await subscribe(ask, "http://127.0.0.1:9/", "lead.created")
    await ask("POST", "lead/", {})
    await sandbox.webhooks.deliver_due()
    assert (await ask("GET", f"webhook/{hook['id']}/"))["counters"] == {"first_fail": 1}


async def test_duplicates_and_another_order_come_on_demand(ask, receiver, sandbox):
    await subscribe(ask, receiver.url, "lead.created")
    sandbox.faults.add(method="WEBHOOK", duplicate=True)
    await ask("POST", "lead/", {"name": "Twice"})
    assert [(await receiver.next_event())[1]["data"]["name"] for _ in "12"] == ["Twice", "Twice"]
    sandbox.faults.add(method="WEBHOOK", path="/lead/*", late=True)
    for name in ("One", "Two"):
        await ask("POST", "lead/", {"name": name})
    assert [(await receiver.next_event())[1]["data"]["name"] for _ in "12"] == ["Two", "One"]
    sandbox.faults.add(method="WEBHOOK", drop=True)
    for name in ("Lost", "Last"):
        await ask("POST", "lead/", {"name": name})
    assert (await receiver.next_event())[1]["data"]["name"] == "Last"


async def test_a_fault_of_requests_leaves_deliveries_alone(ask, receiver, sandbox):
    await subscribe(ask, receiver.url, "lead.created")
    lead = {"name": "Through"}
    await ask("POST", "lead/", lead)
    sandbox.faults.add(status=503)
    assert (await receiver.next_event())[1]["data"]["name"] == "Through"
    assert len(sandbox.faults) == 1
