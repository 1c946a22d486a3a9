"""The Close sandbox as clients from before pipelines, custom field ids and cursors ask it.

Their own live tests do what stands here: the Node.js client, Thermondo's, and Airbyte's source.
"""

import json
from datetime import UTC, datetime

import aiohttp
import pytest

from closebot.sandbox.close_api import CloseSandbox

AT = datetime(2026, 6, 19, 12, 5, 28, tzinfo=UTC)
STRANGERS = {
    "contact_id": "cont_bulY73zoaAwTCLdjHrKzGkzZ942OwtEelJR7kNku9RK",
    "user_id": "user_weWpqmrZZ9sg3FHYQcUwV7tbwZRpe3sA215Ftv8OvbU",
    "created_by": "user_weWpqmrZZ9sg3FHYQcUwV7tbwZRpe3sA215Ftv8OvbU",
}


@pytest.fixture
async def sandbox():
    async with CloseSandbox(now=lambda: AT) as opened:
        opened.limits.usual = type(opened.limits.usual)(limit=1_000_000)
        yield opened


@pytest.fixture
async def ask(sandbox):
    async with aiohttp.ClientSession() as session:

        async def send(method, path, status=200, **more):
            headers = {"Authorization": aiohttp.encode_basic_auth(sandbox.keys["ana"], "")}
            address = sandbox.api_url + path
            async with session.request(method, address, headers=headers, **more) as answer:
                assert answer.status == status, await answer.text()
                text = await answer.text()
                return json.loads(text) if text else None

        yield send


@pytest.fixture
async def lead(ask):
    return await ask("POST", "lead/", json={"name": "Brambleworks"})


# --- custom fields by their names ---------------------------------------------------------------


async def test_custom_values_are_written_by_name_and_read_by_name_and_id(sandbox, ask):
    custom = {"Industry": "Software", "Lead initials": "BW", "Desks": 12, "Empty": None}
    lead = await ask("POST", "lead/", json={"name": "Brambleworks", "custom": custom})
    assert lead["custom"] == {"Industry": "Software", "Lead initials": "BW", "Desks": 12}
    types = {one["name"]: one["type"] for one in sandbox.store.custom_fields.values()}
    assert (types["Lead initials"], types["Desks"]) == ("text", "number")
    changed = await ask("PUT", f"lead/{lead['id']}/", json={"custom.Lead initials": None})
    assert changed["custom"] == {"Industry": "Software", "Desks": 12}
    back = await ask("PUT", f"lead/{lead['id']}/", json={"custom": changed["custom"]})
    assert back["custom"] == changed["custom"]


async def test_a_value_written_by_name_is_checked_as_by_id(ask):
    wrong = await ask("POST", "lead/", 400, json={"custom": {"Industry": "Piracy"}})
    assert "Not a valid choice." in wrong["field-errors"].values()
    await ask("POST", "lead/", 400, json={"custom.Nothing": "x"})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"custom.Lead initials":BW', True),
        ('"custom.Lead initials":"bw"', True),
        ('"custom.Lead initials":*', True),
        ('"custom.Lead initials":XY', False),
        ('custom.industry:"Software" name:Brambleworks', True),
        ("custom.Industry:Soft* name:Brambleworks", True),
        ("custom.Industry in (Media, Software) name:Brambleworks", True),
        ("custom.Desks>10 custom.Desks<=12", True),
        ("custom.Desks>12", False),
        ("custom.Nothing:BW", False),
        ("Bramblew*", True),
        ("name:Bramblew*", True),
        ("email:*@brambleworks.example", True),
        ("email:*@elsewhere.example", False),
    ],
)
async def test_an_old_query_asks_for_custom_values_and_beginnings(ask, query, found):
    custom = {"Industry": "Software", "Lead initials": "BW", "Desks": 12}
    contacts = [{"emails": [{"email": "ola@brambleworks.example"}]}]
    body = {"name": "Brambleworks", "custom": custom, "contacts": contacts}
    lead = await ask("POST", "lead/", json=body)
    page = await ask("GET", "lead/", params={"query": query, "_fields": "id"})
    assert [one["id"] for one in page["data"]] == ([lead["id"]] if found else [])


async def test_a_custom_value_that_names_a_user_is_found_by_their_name(sandbox, ask, lead):
    given = {"custom": {"Lead Owner": sandbox.user_ids["mia"]}}
    await ask("PUT", f"lead/{lead['id']}/", json=given)
    query = '"custom.Lead Owner":"Mia Laurent" name:Brambleworks'
    page = await ask("GET", "lead/", params={"query": query})
    assert page["total_results"] == 1


# --- statuses, pipelines ------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "kind"), [({}, "active"), ({"type": "won"}, "won")])
async def test_a_status_without_a_pipeline_stands_in_the_first_one(sandbox, ask, given, kind):
    made = await ask("POST", "status/opportunity/", json={"label": "Sealed", **given})
    assert (made["type"], made["pipeline_id"]) == (kind, next(iter(sandbox.store.pipelines)))
    address = f"status/opportunity/{made['id']}/"
    assert (await ask("PUT", address, json={"label": "Signed"}))["label"] == "Signed"
    assert await ask("DELETE", address) == {}


async def test_a_pipeline_is_made_together_with_its_statuses(ask):
    stages = [{"label": "Asked", "type": "active"}, {"label": "Agreed", "type": "won"}]
    made = await ask("POST", "pipeline/", 201, json={"name": "Partners", "statuses": stages})
    assert [(one["label"], one["type"]) for one in made["statuses"]] == [
        ("Asked", "active"),
        ("Agreed", "won"),
    ]
    listed = (await ask("GET", "pipeline/"))["data"]
    assert made["statuses"] == next(one for one in listed if one["id"] == made["id"])["statuses"]
    await ask("POST", "pipeline/", 400, json={"name": "Partners", "statuses": [{"type": "won"}]})


# --- what is imported ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("call", {"direction": "outbound", "status": "completed", "duration": 153}),
        ("email", {"status": "draft", "to": ["ola@brambleworks.example"]}),
    ],
)
async def test_calls_and_emails_of_people_unknown_are_taken(sandbox, ask, lead, kind, given):
    body = {"lead_id": lead["id"], **STRANGERS, **given}
    made = await ask("POST", f"activity/{kind}/", json=body)
    assert body.keys() <= made.keys() | {"created_by"}
    assert (made["contact_id"], made["user_id"]) == (None, sandbox.user_ids["ana"])
    assert await ask("DELETE", f"activity/{kind}/{made['id']}/") == {}


async def test_a_note_of_people_unknown_is_refused(ask, lead):
    wrong = await ask(
        "POST", "activity/note/", 400, json={"lead_id": lead["id"], "note": "x", **STRANGERS}
    )
    assert wrong["field-errors"]["contact"] == "Object does not exist."


# --- exports, long pages ------------------------------------------------------------------------


async def test_an_export_is_asked_for_and_looked_at(ask):
    body = {"format": "json", "type": "leads", "query": "*"}
    made = await ask("POST", "export/lead/", json=body)
    assert (made["status"], made["type"], made["format"]) == ("created", "leads", "json")
    deals = await ask("POST", "export/opportunity/", json={"format": "csv"})
    assert (await ask("GET", f"export/{made['id']}/"))["status"] == "error"
    listed = (await ask("GET", "export/"))["data"]
    assert [one["id"] for one in listed] == [deals["id"], made["id"]]
    wrong = await ask("POST", "export/lead/", 400, json={"format": "pdf", "type": "leads"})
    assert wrong["field-errors"] == {"format": "Not a valid choice."}
    await ask("GET", "export/expo_nothing/", 404)


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("task/", 1000),
        ("user/", 1000),
        ("custom_field/lead/", 1000),
        ("custom_field/activity/", 1000),
        ("sequence/", 1000),
        ("saved_search/", 600),
        ("opportunity/", 250),
        ("lead/", 200),
        ("activity/", 100),
        ("event/", 50),
    ],
)
async def test_pages_may_be_as_long_as_a_known_client_asks_for_them(ask, path, limit):
    assert "data" in await ask("GET", path, params={"_limit": limit})


# --- OAuth --------------------------------------------------------------------------------------


async def test_the_sandbox_tells_where_its_oauth_is(sandbox):
    async with aiohttp.ClientSession() as session:
        address = sandbox.url + ".well-known/oauth-authorization-server"
        async with session.get(address) as answer:
            described = await answer.json()
        assert described["token_endpoint"] == sandbox.url + "oauth2/token/"
        assert described["authorization_endpoint"] == sandbox.url + "oauth2/authorize/"
        asked = {"response_type": "token", "client_id": "app", "state": "z"}
        asked["redirect_uri"] = "https://app.example/back"
        page = session.get(sandbox.url + "oauth2/authorize/", params=asked, allow_redirects=False)
        async with page as answer:
            back = answer.headers["location"]
    assert back == "https://app.example/back?state=z&error=unsupported_response_type"


# --- limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize("injected", [True, False])
async def test_old_clients_read_their_wait_from_the_body_of_a_429(sandbox, ask, injected):
    if injected:
        sandbox.faults.add(path="/me/", status=429)
    else:
        sandbox.limits.set("GET", "/me/", limit=1, window=60)
        await ask("GET", "me/")
    body = await ask("GET", "me/", 429)
    assert float(body["rate_reset"]) >= 0
    told = body["error"]
    assert isinstance(told["rate_reset"], int)
    assert {"message", "rate_limit", "rate_limit_type", "rate_window"} <= told.keys()
