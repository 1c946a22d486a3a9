"""The Close sandbox: who sees what, and the corners that few clients ask for."""

import json
from datetime import UTC, datetime

import aiohttp
import pytest

from closebot.sandbox.close_api import CloseSandbox

AT = datetime(2026, 6, 19, 12, 5, 28, tzinfo=UTC)


@pytest.fixture
async def sandbox():
    async with CloseSandbox(now=lambda: AT) as opened:
        opened.limits.usual = type(opened.limits.usual)(limit=1_000_000)
        yield opened


@pytest.fixture
async def ask(sandbox):
    async with aiohttp.ClientSession() as session:

        async def send(person, method, path, body=None, status=200):
            headers = {"Authorization": aiohttp.encode_basic_auth(sandbox.keys[person], "")}
            address = sandbox.api_url + path
            async with session.request(method, address, json=body, headers=headers) as answer:
                text = await answer.text()
                assert answer.status == status, text
                return json.loads(text) if text else None

        yield send


@pytest.fixture
def raj(sandbox):
    return sandbox.user_ids["raj"]


@pytest.fixture
def theirs(sandbox, raj):
    """Return the leads that are Raj's."""
    owner = next(one for one in sandbox.store.custom_fields.values() if one["name"] == "Lead Owner")
    found = {
        one["id"]
        for one in sandbox.leads.values()
        if raj in {one["created_by"], one.get(f"custom.{owner['id']}")}
    }
    found |= {one["lead_id"] for one in sandbox.opportunities.values() if one["user_id"] == raj}
    return found | {one["lead_id"] for one in sandbox.tasks.values() if one["assigned_to"] == raj}


@pytest.fixture
def hidden(sandbox, theirs):
    """Return a lead that Raj must not see and that has everything."""
    for lead in sandbox.leads:
        tables = (sandbox.contacts, sandbox.opportunities, sandbox.tasks, sandbox.activities)
        if lead not in theirs and all(
            any(one["lead_id"] == lead for one in table.values()) for table in tables
        ):
            return lead
    raise AssertionError("the seed has no such lead")


def first_of(table, lead_id):
    return next(one["id"] for one in table.values() if one["lead_id"] == lead_id)


# --- who sees what ------------------------------------------------------------------------------


async def test_a_restricted_person_finds_only_their_leads(ask, sandbox, theirs):
    assert 0 < len(theirs) < len(sandbox.leads)
    listed = await ask("raj", "GET", "lead/?_limit=200")
    assert {one["id"] for one in listed["data"]} == theirs
    assert listed["total_results"] == len(theirs)
    query = {"query": {"type": "object_type", "object_type": "lead"}, "include_counts": True}
    found = await ask("raj", "POST", "data/search/", query)
    assert {one["id"] for one in found["data"]} == theirs
    assert found["count"]["total"] == len(theirs)
    assert (await ask("mia", "GET", "lead/"))["total_results"] == len(sandbox.leads)


@pytest.mark.parametrize("kind", ["contact", "opportunity", "task", "activity"])
async def test_lists_hold_what_belongs_to_their_leads(ask, sandbox, theirs, hidden, kind):
    page = await ask("raj", "GET", f"{kind}/?_limit=100")
    assert page["data"]
    assert {one["lead_id"] for one in page["data"]} <= theirs
    assert (await ask("raj", "GET", f"{kind}/?lead_id={hidden}"))["data"] == []
    if "total_results" in page:
        table = {"opportunity": sandbox.opportunities, "task": sandbox.tasks}[kind]
        assert page["total_results"] == sum(one["lead_id"] in theirs for one in table.values())


async def test_what_may_not_be_seen_does_not_exist(ask, sandbox, hidden):
    paths = {
        "Lead": f"lead/{hidden}/",
        "Contact": f"contact/{first_of(sandbox.contacts, hidden)}/",
        "Opportunity": f"opportunity/{first_of(sandbox.opportunities, hidden)}/",
        "Task": f"task/{first_of(sandbox.tasks, hidden)}/",
    }
    for model, path in paths.items():
        words = f"Empty query: {model} matching query does not exist."
        assert await ask("raj", "GET", path, status=404) == {"error": words}
        assert await ask("raj", "PUT", path, {}, 404) == {"error": words}
        await ask("mia", "GET", path)
    wrong = await ask("raj", "POST", "activity/note/", {"lead_id": hidden, "note": "x"}, 400)
    assert wrong["field-errors"] == {"lead": "Object does not exist."}
    name = sandbox.leads[hidden]["name"]
    assert (await ask("raj", "GET", f'lead/?query=name:"{name}"'))["data"] == []


async def test_the_log_tells_a_restricted_person_of_their_leads_only(ask, hidden, theirs):
    mine = min(theirs)
    for lead in (hidden, mine):
        await ask("mia", "POST", "activity/note/", {"lead_id": lead, "note": "x"})
    events = (await ask("raj", "GET", "event/"))["data"]
    assert [one["lead_id"] for one in events] == [mine]
    assert len((await ask("mia", "GET", "event/"))["data"]) == 2


async def test_what_a_restricted_person_writes_is_there_for_everybody(ask, sandbox):
    contacts = [{"name": "Ada Late", "emails": [{"email": "ada@late.example"}]}]
    lead = await ask("raj", "POST", "lead/", {"name": "Raj's own", "contacts": contacts})
    assert lead["contacts"][0]["name"] == "Ada Late"
    note = {"lead_id": lead["id"], "note": "Met"}
    written = await ask("raj", "POST", "activity/note/", note)
    task = await ask("raj", "POST", "task/", {"lead_id": lead["id"], "text": "Call"})
    await ask("raj", "PUT", f"task/{task['id']}/", {"is_complete": True})
    shown = await ask("mia", "GET", f"lead/{lead['id']}/")
    assert (shown["name"], shown["tasks"]) == ("Raj's own", [])
    assert await ask("raj", "DELETE", f"activity/note/{written['id']}/") == {}
    assert written["id"] not in sandbox.activities
    assert (await ask("mia", "GET", "event/"))["data"][0]["action"] == "deleted"


async def test_words_find_a_restricted_person_their_leads_only(ask, sandbox, theirs, hidden):
    def words(lead):
        text = {"type": "text", "mode": "phrase", "value": sandbox.leads[lead]["name"]}
        is_lead = {"type": "object_type", "object_type": "lead"}
        return {"query": {"type": "and", "queries": [is_lead, text]}}

    mine = min(theirs)
    found = (await ask("raj", "POST", "data/search/", words(mine)))["data"]
    assert mine in {one["id"] for one in found}
    assert {one["id"] for one in found} <= theirs
    assert (await ask("raj", "POST", "data/search/", words(hidden)))["data"] == []
    found = (await ask("mia", "POST", "data/search/", words(hidden)))["data"]
    assert hidden in {one["id"] for one in found}


async def test_a_task_gives_sight_of_its_lead(ask, raj, hidden):
    await ask("raj", "GET", f"lead/{hidden}/", status=404)
    task = {"lead_id": hidden, "text": "For Raj", "assigned_to": raj}
    await ask("mia", "POST", "task/", task)
    await ask("raj", "GET", f"lead/{hidden}/")


# --- who may what -------------------------------------------------------------------------------


async def test_a_membership_shows_what_its_role_allows(ask):
    granted = {
        person: set((await ask(person, "GET", "me/"))["memberships"][0]["permissions_granted"])
        for person in ("mia", "ana", "raj")
    }
    assert granted["raj"] < granted["ana"] < granted["mia"]
    assert "view_all_leads" in granted["ana"] - granted["raj"]
    assert "manage_others_tasks" in granted["mia"] - granted["ana"]


async def test_what_is_not_granted_is_forbidden(ask, sandbox, theirs, raj):
    mine = min(theirs)
    label = {"label": "New"}
    for method, path, body in (
        ("DELETE", f"lead/{mine}/", None),
        ("POST", "lead/merge/", {"source": mine, "destination": max(theirs)}),
        ("POST", "status/lead/", label),
        ("POST", "custom_field/lead/", {"name": "X", "type": "text"}),
    ):
        refused = await ask("raj", method, path, body, 403)
        assert list(refused) == ["error"]
    own = await ask("raj", "POST", "opportunity/", {"lead_id": mine})
    await ask("raj", "PUT", f"opportunity/{own['id']}/", {"confidence": 10})
    await ask("raj", "DELETE", f"opportunity/{own['id']}/", status=403)
    assert mine in sandbox.leads
    await ask("mia", "DELETE", f"opportunity/{own['id']}/")


async def test_things_of_others_are_for_those_who_manage_them(ask, sandbox):
    lead, ben = next(iter(sandbox.leads)), sandbox.user_ids["ben"]
    given = {"lead_id": lead, "text": "Ben's", "assigned_to": ben}
    task = await ask("ben", "POST", "task/", given)
    note = await ask("ben", "POST", "activity/note/", {"lead_id": lead, "note": "Ben's"})
    deal = await ask("ben", "POST", "opportunity/", {"lead_id": lead})
    paths = (f"task/{task['id']}/", f"activity/note/{note['id']}/", f"opportunity/{deal['id']}/")
    for path in paths:
        await ask("ana", "GET", path)
        await ask("ana", "PUT", path, {}, 403)
        await ask("ana", "DELETE", path, status=403)
        await ask("mia", "PUT", path, {})
        await ask("ben", "DELETE", path)


async def test_a_bulk_change_leaves_tasks_of_others_alone(ask, sandbox):
    lead, ben = next(iter(sandbox.leads)), sandbox.user_ids["ben"]
    given = {"lead_id": lead, "text": "Ben's", "assigned_to": ben}
    task = await ask("ben", "POST", "task/", given)
    done = {"is_complete": True}
    await ask("ana", "PUT", f"task/?id__in={task['id']}", done, 403)
    assert await ask("ben", "PUT", f"task/?id__in={task['id']}", done) == {"ok": True}


# --- corners ------------------------------------------------------------------------------------


async def test_opportunities_are_grouped_by_owner(ask, sandbox):
    page = await ask("mia", "GET", "opportunity/?_group_by=user_id&_limit=200")
    owners = {one["user_id"] for one in sandbox.opportunities.values()}
    assert {group["key"] for group in page["data"]} == owners
    for group in page["data"]:
        assert {one["user_id"] for one in group["objects"]} == {group["user_id"]}
        assert group["total_results"] == len(group["objects"])
        assert group["user_name"] == sandbox.store.user_name(group["user_id"])
    sums = [group["total_value_annualized"] for group in page["data"]]
    assert sum(sums) == page["total_value_annualized"]
    assert page["total_results"] == len(sandbox.opportunities)


@pytest.mark.parametrize(
    ("period", "parts"),
    [
        ("week", {"weekyear", "week"}),
        ("month", {"year", "month"}),
        ("quarter", {"year", "quarter"}),
        ("year", {"year"}),
    ],
)
async def test_opportunities_are_grouped_by_the_date_they_close(ask, sandbox, period, parts):
    by = f"opportunity/?_group_by=date_won__{period}&_limit=200"
    groups = (await ask("mia", "GET", by))["data"]
    assert all(parts <= set(group) for group in groups)
    keys = [group["key"] for group in groups]
    assert len(keys) == len(set(keys))
    assert sum(len(group["objects"]) for group in groups) == len(sandbox.opportunities)


async def test_a_page_of_groups_counts_objects(ask, sandbox):
    seen = []
    for skip in range(0, len(sandbox.opportunities), 7):
        page = await ask("mia", "GET", f"opportunity/?_group_by=user_id&_limit=7&_skip={skip}")
        objects = [one["id"] for group in page["data"] for one in group["objects"]]
        assert len(objects) <= 7
        seen += objects
    assert page["has_more"] is False
    assert sorted(seen) == sorted(sandbox.opportunities)
    plain = await ask("mia", "GET", "opportunity/?_group_by=nonsense&_limit=1")
    assert plain["data"][0]["id"].startswith("oppo_")


async def test_a_merge_is_told_of(ask, sandbox):
    source, destination, *_ = sandbox.leads
    name = sandbox.leads[source]["name"]
    body = {"source": source, "destination": destination}
    assert await ask("mia", "POST", "lead/merge/", body) == {"status": "ok"}
    listed = await ask("mia", "GET", f"activity/lead_merge/?lead_id={destination}")
    [told] = listed["data"]
    assert (told["source_lead_id"], told["source_lead_name"]) == (source, name)
    assert (told["destination_lead_id"], told["status"]) == (destination, "completed")
    await ask("mia", "GET", f"activity/lead_merge/{told['id']}/")
    event = (await ask("mia", "GET", "event/?action=merged"))["data"][0]
    assert event["meta"]["merge_source_lead_id"] == source
    assert event["meta"]["merge_destination_lead_id"] == destination


async def test_e_mails_are_folded_into_conversations(ask):
    lead = (await ask("ana", "POST", "lead/", {"name": "Mail"}))["id"]
    mail = {"lead_id": lead, "status": "sent", "to": ["a@b.example"], "body_text": "Hello"}
    first = await ask("ana", "POST", "activity/email/", {**mail, "subject": "Offer"})
    answer = {**mail, "subject": "Re: Offer", "in_reply_to_id": first["id"]}
    second = await ask("ana", "POST", "activity/email/", answer)
    other = await ask("ana", "POST", "activity/email/", {**mail, "subject": "Else"})
    assert second["thread_id"] == first["thread_id"] != other["thread_id"]
    threads = (await ask("ana", "GET", f"activity/emailthread/?lead_id={lead}"))["data"]
    assert [one["latest_normalized_subject"] for one in threads] == ["Else", "Offer"]
    assert {one["id"] for one in threads[1]["emails"]} == {first["id"], second["id"]}
    assert await ask("ana", "GET", f"activity/emailthread/{first['thread_id']}/") == threads[1]

    async def kinds(mode):
        page = await ask("ana", "GET", f"activity/?lead_id={lead}&thread_emails={mode}")
        return sorted(one["_type"] for one in page["data"])

    assert await kinds("") == ["Created", "Email", "Email", "Email"]
    assert await kinds("only") == ["Created", "EmailThread", "EmailThread"]
    assert await kinds("true") == ["Created", *["Email"] * 3, *["EmailThread"] * 2]
    assert await ask("ana", "DELETE", f"activity/emailthread/{first['thread_id']}/") == {}
    await ask("ana", "GET", f"activity/email/{second['id']}/", status=404)
    await ask("ana", "GET", f"activity/emailthread/{first['thread_id']}/", status=404)


async def test_a_schema_lists_its_fields_in_an_order_that_can_be_changed(ask):
    path = "custom_field_schema/lead/"
    ids = [one["id"] for one in (await ask("mia", "GET", path))["fields"]]
    changed = await ask("mia", "PUT", path, {"fields": [{"id": ids[-1]}]})
    assert [one["id"] for one in changed["fields"]] == [ids[-1], *ids[:-1]]
    await ask("mia", "PUT", path, {"fields": [{"id": "cf_nonsense"}]}, 400)
    await ask("mia", "GET", "custom_field_schema/nonsense/", status=404)


async def test_outcomes_are_kept(ask):
    made = await ask("mia", "POST", "outcome/", {"name": "Interested"}, 201)
    assert made["id"].startswith("outcome_")
    assert (made["type"], made["applies_to"]) == ("custom", ["calls", "meetings"])
    path = f"outcome/{made['id']}/"
    assert (await ask("mia", "PUT", path, {"description": "Wants more"}))["name"] == "Interested"
    assert (await ask("raj", "GET", "outcome/"))["data"][0]["description"] == "Wants more"
    await ask("raj", "DELETE", path, status=403)
    assert await ask("mia", "DELETE", path) == {}
    await ask("mia", "GET", path, status=404)
    assert "name" in (await ask("mia", "POST", "outcome/", {}, 400))["field-errors"]


async def test_users_of_an_organization_are_expanded_when_asked_for(ask, sandbox):
    path = f"organization/{sandbox.store.organization_id}/"
    plain = (await ask("ana", "GET", path))["memberships"][0]
    assert plain["user_email"] == "ana@northwind.example"
    nested = (await ask("ana", "GET", f"{path}?_expand=memberships__user"))["memberships"][0]
    assert nested["user"]["email"] == "ana@northwind.example"
    assert "user_email" not in nested
