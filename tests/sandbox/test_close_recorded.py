"""The sandbox beside what was recorded of Close: the same requests, the same shapes.

Every answer that was recorded has its request here. The sandbox is asked the same, with ids of its
own in the place of the recorded ones, and must answer with the same status and at least the same
keys, holding the same types of JSON. A null says nothing about a type.
"""

import json
import re
from pathlib import Path

import aiohttp
import pytest

from closebot.sandbox.close_api import CloseSandbox

EXAMPLES = Path(__file__).parents[3] / "shared" / "close" / "examples"
pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="Close's recorded answers are not in this clone"
)

ID = re.compile(r"\b(lead|cont|oppo|task|acti|user|stat|pipe|save|cf)_[A-Za-z0-9]{20,}\b")
# Objects whose keys are data and no part of the shape.
OPEN = {"custom", "counters", "count_by_value_period", "integration_links"}

# Recorded answer → what was asked. {lead} and its like are ids of the sandbox.
ASKED = {
    "activity.list": "GET /activity/",
    "activity.list_2019": "GET /activity/?lead_id={lead}",
    "activity.list_taskcompleted": "GET /activity/task_completed/",
    "any.delete": "DELETE /lead/{lead}/",
    "call.create": "POST /activity/call/",
    "call.create_2019": "POST /activity/call/",
    "call.get": "GET /activity/call/{call}/",
    "call.list_2019": "GET /activity/call/",
    "contact.create": "POST /contact/",
    "contact.create_phone_normalised_2018": "POST /contact/",
    "contact.get": "GET /contact/{contact}/",
    "contact.list": "GET /contact/",
    "contact.update": "PUT /contact/{contact}/",
    "custom_field.error_404": "GET /custom_field/lead/quux/",
    "custom_field_lead.get_2017": "GET /custom_field/lead/{custom_field}/",
    "custom_field_lead.list": "GET /custom_field/lead/",
    "email.create_2019": "POST /activity/email/",
    "event.get": "GET /event/{event}/",
    "event.list_empty": "GET /event/",
    "lead.create": "POST /lead/",
    "lead.error_400_bad_status": "POST /lead/",
    "lead.error_404": "GET /lead/wibble/",
    "lead.error_404_put": "PUT /lead/wibble/",
    "lead.get": "GET /lead/{lead}/",
    "lead.list": "GET /lead/",
    "lead.list_empty": "GET /lead/?query=quuxquuxquux",
    "lead.merge": "POST /lead/merge/",
    "lead.merge_error_404": "POST /lead/merge/",
    "lead.update": "PUT /lead/{lead}/",
    "lead_status_change.get": "GET /activity/status_change/lead/{lead_status_change}/",
    "me.get": "GET /me/",
    "meeting.list": "GET /activity/meeting/",
    "note.create": "POST /activity/note/",
    "note.update": "PUT /activity/note/{note}/",
    "opportunity.create": "POST /opportunity/",
    "opportunity.error_404": "GET /opportunity/wobble/",
    "opportunity.get": "GET /opportunity/{opportunity}/",
    "opportunity.list": "GET /opportunity/",
    "opportunity.list_aggregates_2017": "GET /opportunity/?query=opportunity_status_type:active",
    "opportunity.list_empty": "GET /opportunity/?query=quuxquuxquux",
    "opportunity.list_for_lead_2017": "GET /opportunity/?lead_id={lead}",
    "opportunity.update": "PUT /opportunity/{opportunity}/",
    "opportunity_status_change.list": "GET /activity/status_change/opportunity/",
    "organization.get_2018": "GET /organization/{organization}/",
    "phone_number.list_2018": "GET /phone_number/",
    "pipeline.list": "GET /pipeline/",
    "report_activity.overview": "POST /report/activity/",
    "report_funnel_stages": "POST /report/funnel/opportunity/stages/",
    "search.response_counts": "POST /data/search/",
    "search.response_ids_only": "POST /data/search/",
    "search.response_with_fields": "POST /data/search/",
    "sequence.list": "GET /sequence/",
    "smart_view.get_legacy_query": "GET /saved_search/{saved_search}/",
    "smart_view.list": "GET /saved_search/",
    "sms.create_2019": "POST /activity/sms/",
    "status_lead.list": "GET /status/lead/",
    "status_opportunity.list": "GET /status/opportunity/",
    "task.bulk_update": "PUT /task/",
    "task.create": "POST /task/",
    "task.create_2018": "POST /task/",
    "task.create_complete_2018": "POST /task/",
    "task.create_outgoing_call": "POST /task/",
    "task.error_400_lead_not_exist": "POST /task/",
    "task.get": "GET /task/{task}/",
    "task.list": "GET /task/",
    "task.list_all_types": "GET /task/?_type=all",
    "task.update_complete": "PUT /task/{task}/",
    "task.update_complete_2019": "PUT /task/{task}/",
    "task_completed.get": "GET /activity/task_completed/{task_completed}/",
    "user.availability": "GET /user/availability/",
    "user.get": "GET /user/{user}/",
    "user.list": "GET /user/",
    "webhook.create": "POST /webhook/",
    "webhook.list": "GET /webhook/",
}
# Where the file of the request is called otherwise.
REQUESTS = {
    "report_activity.overview": "report_activity",
    "report_funnel_stages": "report_funnel",
    "search.response_counts": "search.by_company_name",
    "search.response_ids_only": "search.ceo_example",
    "search.response_with_fields": "search.ceo_example",
}
# What the documents say was asked besides.
BESIDES = {
    "search.response_counts": {"include_counts": True, "results_limit": 0},
    "search.response_with_fields": {"_fields": {"contact": ["id", "name", "title"]}},
}
# Requests whose answer was not recorded.
UNANSWERED = {
    "meeting.update": "PUT /activity/meeting/{meeting}/",
    "opportunity_status_change.create": "POST /activity/status_change/opportunity/",
    "search.by_contact_email": "POST /data/search/",
    "search.by_contact_phone": "POST /data/search/",
    "search.free_text": "POST /data/search/",
    "smart_view.create": "POST /saved_search/",
}
NOT_ASKED = {
    "any.error_400_invalid_json": "tested with the other errors in test_close_api",
    "any.error_400_limit_too_large": "tested with the other errors in test_close_api",
    "any.error_400_skip_too_large": "tested with the other errors in test_close_api",
    "any.error_401_2017": "Close says it in one word today",
    "any.error_401_2026": "tested with the other errors in test_close_api",
    "any.error_429_old_body": "compared below",
    "any.headers_2026": "compared below",
    "lead.error_400_nested": "tested with the other errors in test_close_api",
    "oauth.token": "tested with OAuth in test_close_api",
    "opportunity.error_400_lead_required_pre2025": "Close makes a lead today",
    "report_activity.metrics_keys": "names only, compared below",
    "webhook.payload_opportunity_won": "what Close sends; tested with the webhooks",
    "webhook.signature_vector": "a recipe",
}
# This company has none of them.
EMPTY = {"sequence.list"}


def recorded(name):
    return json.loads((EXAMPLES / f"{name}.json").read_text())


def stems():
    return sorted(path.stem for path in EXAMPLES.glob("*.json")) if EXAMPLES.is_dir() else []


# --- shapes -------------------------------------------------------------------------------------


def kind_of(value):
    if isinstance(value, bool):
        return "boolean"
    kinds = {dict: "object", list: "array", str: "text", int: "number", float: "number"}
    return kinds[type(value)]


def differences(wanted, got, where=""):  # noqa: C901 - one rule for each kind of JSON
    """Say where `got` lacks a key of `wanted`, or has another type."""
    if wanted is None or got is None:
        return
    if kind_of(wanted) != kind_of(got):
        yield f"{where}: {kind_of(got)} where Close has {kind_of(wanted)}"
    elif isinstance(wanted, dict):
        for key, value in wanted.items():
            if key.startswith("custom."):
                continue
            if key not in got:
                yield f"{where}.{key} is missing"
            elif key not in OPEN:
                yield from differences(value, got[key], f"{where}.{key}")
    elif isinstance(wanted, list):
        for one in got:
            alike = [other for other in wanted if type_of(other) == type_of(one)]
            if alike:
                yield from differences(common(alike), one, f"{where}[{type_of(one)}]")


def type_of(row):
    return row.get("_type", "") if isinstance(row, dict) else ""


def common(rows):
    """Return the keys that all rows have, each with a value that says something."""
    if not all(isinstance(row, dict) for row in rows):
        return rows[0]
    keys = set.intersection(*(set(row) for row in rows))
    return {key: next((row[key] for row in rows if row[key]), rows[0][key]) for key in keys}


def test_differences_are_seen():
    wanted = {"a": 1, "b": {"c": "x"}, "d": [{"_type": "N", "e": 1}], "f": None, "g": True}
    assert not list(differences(wanted, wanted | {"more": 1, "f": 3, "a": 1.5}))
    got = {"a": "1", "b": {}, "d": [{"_type": "N"}, {"_type": "M"}], "g": 1}
    assert sorted(differences(wanted, got)) == [
        ".a: text where Close has number",
        ".b.c is missing",
        ".d[N].e is missing",
        ".f is missing",
        ".g: number where Close has boolean",
    ]


# --- asking -------------------------------------------------------------------------------------


@pytest.fixture
async def sandbox():
    """Open a sandbox in which everything has happened at least once."""
    async with CloseSandbox() as opened, connect(opened) as session:

        async def send(method, path, body):
            async with session.request(method, opened.api_url + path, json=body) as answer:
                assert answer.ok, await answer.text()
                return await answer.json()

        deal = next(iter(opened.opportunities.values()))
        lead, stages = opened.leads[deal["lead_id"]], opened.store.opportunity_statuses
        status = other(opened.store.lead_statuses, lead["status_id"])
        await send("PUT", f"lead/{lead['id']}/", {"status_id": status})
        stage = other(stages, deal["status_id"])
        await send("PUT", f"opportunity/{deal['id']}/", {"status_id": stage})
        await send("POST", "webhook/", recorded("webhook.create.request"))
        await send("POST", "activity/note/", {"lead_id": lead["id"], "note": "Seen"})
        field = await send("POST", "custom_field/lead/", {"name": "Business", "type": "text"})
        await send("POST", "lead/", searched_for(field["id"]))
        opened.searched_field = field["id"]
        yield opened


def searched_for(field):
    """Return the lead that every recorded search is for."""
    bruce = {
        "name": "Bruce Wayne",
        "title": "CEO",
        "emails": [{"email": "jane@acme.com"}, {"email": "bruce@acme.com"}],
        "phones": [{"phone": "+14155551234"}],
    }
    business = {f"custom.{field}": "Software as a service"}
    return {"name": "Bluth Company", "contacts": [bruce], **business}


def other(table, one):
    return next(key for key in table if key != one)


def connect(sandbox):
    """Open a session of the administrator's."""
    key = aiohttp.encode_basic_auth(sandbox.keys["mia"], "")
    return aiohttp.ClientSession(headers={"Authorization": key})


class Ids:
    """Ids of the sandbox in the place of recorded ones, the same one for the same."""

    def __init__(self, sandbox):
        store = sandbox.store
        busy = {one["lead_id"] for one in sandbox.contacts.values()} & {
            one["lead_id"] for one in sandbox.opportunities.values()
        }
        leads = sorted(sandbox.leads, key=lambda lead: lead not in busy)
        self.of_lead = leads[0]
        self.ids = {
            "lead": leads,
            "cont": self.near(sandbox.contacts),
            "oppo": self.near(sandbox.opportunities),
            "task": self.near(sandbox.tasks),
            "acti": self.near(sandbox.activities),
            "user": list(sandbox.users),
            "pipe": list(store.pipelines),
            "save": list(store.saved_searches),
            "cf": [sandbox.searched_field],
        }
        self.statuses = {"lead": store.lead_statuses, "opportunity": store.opportunity_statuses}
        self.given = {}
        self.sandbox = sandbox

    def near(self, table):
        """Those of the lead first."""
        return sorted(table, key=lambda one: table[one].get("lead_id") != self.of_lead)

    def replace(self, value, name):
        """Put ids of the sandbox into what was recorded."""
        table = self.statuses["opportunity" if name.startswith("opportunity") else "lead"]

        def instead(found):
            ids = list(table) if found[1] == "stat" else self.ids[found[1]]
            used = [old for old in self.given if old.startswith(found[1])]
            return self.given.setdefault(found[0], ids[len(used) % len(ids)])

        return json.loads(ID.sub(instead, json.dumps(value)))

    def of(self, what):
        """Return the id that stands for `{what}` in an address."""
        store, kinds = self.sandbox.store, {"status_change": "StatusChange"}
        tables = {
            "custom_field": store.custom_fields,
            "saved_search": store.saved_searches,
            "event": [one["id"] for one in store.events if one["object_type"] == "activity.note"],
            "organization": {store.organization_id: {}},
        }
        if what in tables:
            return next(iter(tables[what]))
        short = {"contact": "cont", "opportunity": "oppo"}.get(what, what)
        if short in self.ids:
            return self.ids[short][0]
        kind = kinds.get(what) or "".join(part.capitalize() for part in what.split("_"))
        activities = self.sandbox.activities.values()
        return next(one["id"] for one in activities if one["_type"] == kind)


async def ask(sandbox, name, asked, body):
    ids = Ids(sandbox)
    method, path = asked.split(" ", 1)
    path = re.sub(r"\{(\w+)\}", lambda found: ids.of(found[1]), path)
    async with (
        connect(sandbox) as session,
        session.request(
            method,
            sandbox.api_url + path.lstrip("/"),
            json=None if body is None else ids.replace(body, name),
        ) as answer,
    ):
        return answer.status, await answer.json()


def status_of(name):
    found = re.search(r"error_(\d+)", name)
    if found:
        return int(found[1])
    return 201 if name == "webhook.create" else 200


@pytest.mark.parametrize("name", sorted(ASKED))
async def test_the_sandbox_answers_as_close_did(sandbox, name):
    request = f"{REQUESTS.get(name, name)}.request"
    body = recorded(request) if request in stems() else None
    if name in BESIDES:
        body |= BESIDES[name]
    status, got = await ask(sandbox, name, ASKED[name], body)
    assert status == status_of(name), got
    wanted = recorded(name)
    assert not sorted(set(differences(wanted, got)))
    if isinstance(wanted, dict) and wanted.get("data") and name not in EMPTY:
        assert got["data"], "there is no row to compare"


@pytest.mark.parametrize("name", sorted(UNANSWERED))
async def test_the_sandbox_understands_what_close_understood(sandbox, name):
    status, got = await ask(sandbox, name, UNANSWERED[name], recorded(f"{name}.request"))
    assert status == 200, got
    if name.startswith("search."):
        assert len(got["data"]) == 1


def test_every_recorded_file_is_compared_or_has_a_reason():
    asked = {f"{REQUESTS.get(name, name)}.request" for name in ASKED}
    asked |= {f"{name}.request" for name in UNANSWERED}
    files = stems()
    assert {name for name in files if name.endswith(".request")} <= asked
    assert {name for name in files if not name.endswith(".request")} == {*ASKED, *NOT_ASKED}


# --- what is no answer to a recorded request ----------------------------------------------------


async def test_rate_limits_are_told_as_close_tells_them(sandbox):
    sandbox.limits.set("GET", "/me/", limit=1, window=60)
    async with connect(sandbox) as session:
        async with session.get(sandbox.api_url + "me/") as answer:
            for name, wanted in recorded("any.headers_2026").items():
                pattern = re.sub(r"\d+", r"\\d+", re.escape(wanted).replace("\\ ", " "))
                assert re.fullmatch(pattern, answer.headers[name])
        async with session.get(sandbox.api_url + "me/") as answer:
            assert answer.status == 429
            body = await answer.json()
    assert not list(differences(recorded("any.error_429_old_body"), body))


async def test_reports_know_the_metrics_that_close_knows(sandbox):
    status, got = await ask(sandbox, "", "GET /report/activity/metrics/", None)
    assert status == 200
    assert [one["key"] for one in got["metrics"]] == recorded("report_activity.metrics_keys")


async def test_calls_of_nobody_belong_to_who_has_the_number(sandbox):
    bruce = next(one for one in sandbox.contacts.values() if one["name"] == "Bruce Wayne")
    leads = len(sandbox.leads)
    _, call = await ask(sandbox, "", "POST /activity/call/", {"phone": "+14155551234"})
    assert (call["lead_id"], call["contact_id"]) == (bruce["lead_id"], bruce["id"])
    assert len(sandbox.leads) == leads
    _, call = await ask(sandbox, "", "POST /activity/call/", {"phone": "+14155550177"})
    assert sandbox.leads[call["lead_id"]]["name"] == "+1 415-555-0177"
    for body in ({}, {"phone": "nobody"}):
        status, said = await ask(sandbox, "", "POST /activity/call/", body)
        assert status == 400
        assert "lead" in said["field-errors"]
