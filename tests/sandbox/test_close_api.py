"""The Close sandbox, asked as any client would ask it."""

import asyncio
import contextlib
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from closebot.sandbox.close_api import CloseSandbox

EXAMPLES = Path(__file__).parents[3] / "shared" / "close" / "examples"
recorded = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="no recorded answers in this clone")


class Clock:
    def __init__(self):
        self.at = datetime(2026, 6, 19, 12, 5, 28, 327000, tzinfo=UTC)
        self.seconds = 1000.0

    def now(self):
        return self.at

    def monotonic(self):
        return self.seconds


class Client:
    """Somebody with an API key."""

    def __init__(self, sandbox, session, person="ana"):
        self.sandbox = sandbox
        self.session = session
        self.auth = aiohttp.encode_basic_auth(sandbox.keys.get(person, "nobody"), "")

    async def ask(self, method, path, status=200, *, headers=None, **more):
        address = self.sandbox.api_url + path.removeprefix("/")
        sent = {"Authorization": self.auth} | (headers or {})
        options = {"allow_redirects": False, "headers": sent} | more
        async with self.session.request(method, address, **options) as answer:
            text = await answer.text()
            assert answer.status == status, text
            self.headers = answer.headers
            self.text = text
            return json.loads(text) if text and "json" in answer.content_type else text

    async def get(self, path, status=200, **more):
        return await self.ask("GET", path, status, **more)

    async def post(self, path, body=None, status=200, **more):
        return await self.ask("POST", path, status, json=body or {}, **more)

    async def put(self, path, body=None, status=200, **more):
        return await self.ask("PUT", path, status, json=body or {}, **more)

    async def delete(self, path, status=200):
        return await self.ask("DELETE", path, status)

    async def search(self, *queries, status=200, kind="lead", **more):
        parts = [{"type": "object_type", "object_type": kind}, *queries]
        return await self.post(
            "data/search/", {"query": {"type": "and", "queries": parts}, **more}, status
        )

    async def names(self, *queries, **more):
        found = await self.search(*queries, _fields={"lead": ["display_name"]}, **more)
        return [one["display_name"] for one in found["data"]]

    async def lead_named(self, name):
        return await self.get(f"lead/{lead_id(self.sandbox, name)}/")


def lead_id(sandbox, name):
    return next(one["id"] for one in sandbox.leads.values() if name in one["name"])


def condition(kind, name, **wanted):
    field = {"type": "regular_field", "object_type": kind, "field_name": name}
    return {"type": "field_condition", "field": field, "condition": wanted}


def text(kind, name, value, mode="full_words"):
    return condition(kind, name, type="text", mode=mode, value=value)


def related(this, other, query):
    return {
        "type": "has_related",
        "this_object_type": this,
        "related_object_type": other,
        "related_query": query,
    }


def contact_with(part, value):
    there = text(f"contact_{part}", part, value, "phrase")
    return related("lead", "contact", related("contact", f"contact_{part}", there))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def sandbox(clock):
    async with CloseSandbox(now=clock.now, clock=clock.monotonic) as opened:
        opened.limits.usual = type(opened.limits.usual)(limit=1_000_000)
        yield opened


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def ana(sandbox, session):
    return Client(sandbox, session)


# --- who asks -----------------------------------------------------------------------------------


async def test_a_key_is_a_basic_user_name_and_belongs_to_its_person(sandbox, session):
    assert list(sandbox.keys) == ["ana", "ben", "mia", "raj"]
    for person, name in (("ana", "Ana"), ("raj", "Raj")):
        me = await Client(sandbox, session, person).get("me/")
        assert me["first_name"] == name
        assert me["id"] == sandbox.user_ids[person]
    assert me["organizations"][0]["name"] == "Northwind Sales"
    assert me["memberships"][0]["role_id"] == "restricteduser"


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic ???", "Bearer {key}", "Bearer nonsense", "Digest x", "Basic {no_colon}"],
)
async def test_anything_else_is_unauthorized(sandbox, ana, header):
    key = sandbox.keys["ana"]
    no_colon = aiohttp.encode_basic_auth(key, "").split()[1][:-4]
    sent = {"Authorization": header.format(key=key, no_colon=no_colon)}
    assert await ana.get("me/", 401, headers=sent) == {"error": "Unauthorized"}


async def test_a_wrong_password_or_a_revoked_key_is_unauthorized(sandbox, ana):
    wrong = {"Authorization": aiohttp.encode_basic_auth(sandbox.keys["ana"], "x")}
    await ana.get("me/", 401, headers=wrong)
    await ana.get("me/")
    sandbox.revoke_all_keys()
    await ana.get("me/", 401)


async def test_the_first_key_can_be_chosen(session):
    async with CloseSandbox(first_key="api_chosen") as sandbox:
        assert sandbox.keys["ana"] == "api_chosen"
        assert (await Client(sandbox, session).get("me/"))["first_name"] == "Ana"


async def test_tokens_come_from_a_code_rotate_and_expire(sandbox, session, ana, clock):
    async def token(status=200, **form):
        client = {"client_id": "app", "client_secret": "x"}
        async with session.post(sandbox.url + "oauth2/token/", data=client | form) as answer:
            assert answer.status == status
            return await answer.json()

    code = sandbox.tokens.make_code(sandbox.user_ids["ben"])
    first = await token(grant_type="authorization_code", code=code)
    assert set(first) >= {"access_token", "refresh_token", "expires_in", "user_id"}
    await token(400, grant_type="authorization_code", code=code)
    bearer = {"Authorization": f"Bearer {first['access_token']}"}
    assert (await ana.get("me/", headers=bearer))["first_name"] == "Ben"
    clock.at += timedelta(seconds=3601)
    await ana.get("me/", 401, headers=bearer)
    second = await token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    await token(400, grant_type="refresh_token", refresh_token=first["refresh_token"])
    bearer = {"Authorization": f"Bearer {second['access_token']}"}
    await ana.get("me/", headers=bearer)
    form = {"client_id": "app", "client_secret": "x", "token": second["refresh_token"]}
    async with session.post(sandbox.url + "oauth2/revoke/", data=form) as answer:
        assert answer.status == 200
    await ana.get("me/", 401, headers=bearer)


# --- transport ----------------------------------------------------------------------------------


def test_only_loopback_is_served():
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        CloseSandbox(host="0.0.0.0")


async def test_json_is_written_as_python_does(ana, sandbox):
    await ana.get(f"lead/{lead_id(sandbox, '<!channel>')}/")
    assert ana.text == json.dumps(json.loads(ana.text))
    assert "\\u202e" in ana.text


async def test_a_missing_slash_redirects_with_the_method_kept(ana):
    await ana.post("data/search?x=1", {}, 308)
    assert ana.headers["location"] == "/api/v1/data/search/?x=1"
    await ana.get("nonsense", 404)


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "nonsense/", 404, "not found on the server"),
        ("POST", "lead/lead_1/", 404, "Did you mean to use PUT?"),
        ("GET", "lead/?_limit=x", 400, '_limit must be an integer (got "x" instead).'),
        ("GET", "lead/?_skip=-1", 400, '_skip must be a non-negative integer (got "-1" instead).'),
        ("GET", "lead/?_limit=201", 400, "(max_limit = 200)"),
        ("GET", "activity/?_limit=101", 400, "(max_limit = 100)"),
        ("GET", "lead/?_skip=250001", 400, "(max_skip = 250000)"),
        ("DELETE", "me/", 405, "not allowed"),
    ],
)
async def test_mistakes_are_told_in_close_words(ana, method, path, status, words):
    assert words in (await ana.ask(method, path, status))["error"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{", "The request contains invalid JSON."),
        (b"\xff", "The request contains invalid JSON."),
        (b'{"value": NaN}', "The request contains invalid JSON."),
        (b"[" * 100_000, "The request contains invalid JSON."),
        (b"[]", "JSON data must be a dict."),
        (b'"x"', "JSON data must be a dict."),
    ],
)
async def test_bodies_that_are_no_object_are_refused(ana, raw, words):
    sent = {"Content-Type": "application/json"}
    assert await ana.ask("POST", "lead/", 400, data=raw, headers=sent) == {"error": words}


async def test_a_get_can_be_sent_as_a_post(ana, sandbox):
    wanted = lead_id(sandbox, "Globex")
    body = {"_params": {"lead_id": wanted, "_fields": ["id", "lead_id"]}}
    found = await ana.post("contact/", body, headers={"x-http-method-override": "GET"})
    assert {one["lead_id"] for one in found["data"]} == {wanted}
    assert set(found["data"][0]) == {"id", "lead_id"}


async def test_what_was_asked_is_kept_and_can_be_cleared(ana, sandbox, clock):
    await ana.get("lead/?_limit=1", headers={"x-tz-offset": "2"})
    await ana.post("lead/", {"name": "New"})
    first, second = sandbox.requests
    assert (first["method"], first["path"], first["query"]) == ("GET", "/lead/", {"_limit": "1"})
    assert first["headers"]["x-tz-offset"] == "2"
    assert (second["json"], second["at"]) == ({"name": "New"}, clock.at)
    sandbox.requests.clear()
    await ana.get("me/")
    assert len(sandbox.requests) == 1


async def test_limits_are_counted_by_key_and_endpoint_and_refill(sandbox, session, ana, clock):
    sandbox.limits.set("POST", "/data/search/", 2, 1.0)
    await ana.search()
    assert ana.headers["ratelimit"] == "limit=2; remaining=1; reset=1"
    await ana.search()
    await ana.search(status=429)
    assert ana.headers["retry-after"] == "1"
    assert ana.headers["ratelimit-remaining"] == "0"
    await ana.get("me/")
    await Client(sandbox, session, "ben").search()
    clock.seconds += 0.5
    await ana.search()
    await ana.search(status=429)


# --- faults -------------------------------------------------------------------------------------


async def test_faults_happen_to_what_they_are_about_and_as_often_as_asked(ana, sandbox):
    sandbox.faults.add(method="GET", path="/lead/*", status=503, times=2)
    await ana.get("me/")
    await ana.get("lead/", 503)
    await ana.get("lead/x/", 503)
    await ana.get("lead/")
    sandbox.faults.add(status=429, headers={"retry-after": "7"})
    await ana.get("me/", 429)
    assert ana.headers["retry-after"] == "7"
    sandbox.faults.add(html="<p>Bad gateway</p>", status=502)
    assert await ana.get("me/", 502) == "<p>Bad gateway</p>"
    sandbox.faults.add(body=b"nonsense")
    sandbox.faults.clear()
    await ana.get("me/")


@pytest.mark.parametrize(
    ("fault", "written"),
    [
        ({"status": 503}, False),
        ({"status": 503, "apply": True}, True),
        ({"drop": True}, False),
        ({"drop": True, "apply": True}, True),
        ({"cut": True}, True),
        ({"cut": True, "apply": False}, False),
        ({"slow": 0.01}, True),
    ],
)
async def test_a_fault_says_whether_the_write_has_happened(ana, sandbox, fault, written):
    before = len(sandbox.leads)
    sandbox.faults.add(method="POST", path="/lead/", **fault)
    with contextlib.suppress(aiohttp.ClientError, AssertionError):
        await ana.post("lead/", {"name": "Once"})
    assert (len(sandbox.leads) > before) is written


async def test_an_answer_can_be_dropped_or_cut(ana, sandbox):
    sandbox.faults.add(drop=True)
    with pytest.raises(aiohttp.ClientError):
        await ana.post("lead/", {"name": "x"})
    sandbox.faults.add(cut=True)
    with pytest.raises(aiohttp.ClientPayloadError):
        await ana.get("lead/")


async def test_stopping_does_not_wait_for_a_slow_answer(session):
    async with CloseSandbox() as sandbox:
        sandbox.faults.add(slow=60)
        asking = asyncio.create_task(Client(sandbox, session).get("me/"))
        while not sandbox.requests:  # noqa: ASYNC110 - the server makes it happen
            await asyncio.sleep(0)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    with pytest.raises(aiohttp.ClientError):
        await asking


async def test_it_can_be_stopped_and_started_again_in_the_same_place(ana, sandbox):
    address = sandbox.api_url
    await sandbox.stop()
    with pytest.raises(aiohttp.ClientError):
        await ana.get("me/")
    await sandbox.start()
    assert sandbox.api_url == address
    await ana.get("me/")


# --- the seed -----------------------------------------------------------------------------------


async def test_the_seed_is_the_same_on_every_run(clock, sandbox):
    again = CloseSandbox(now=clock.now)
    assert again.keys == sandbox.keys
    assert again.leads == sandbox.leads
    assert again.tasks == sandbox.tasks


async def test_the_seed_has_what_is_relied_upon(ana, sandbox):
    names = [lead["name"] for lead in sandbox.leads.values()]
    assert len(names) >= 40
    assert [name for name in names if "Globex" in name] == ["Globex Industries"]
    assert len([name for name in names if "Umbrella" in name]) == 3
    globex = await ana.lead_named("Globex")
    assert globex["contacts"]
    assert globex["tasks"]
    assert "active" in {one["status_type"] for one in globex["opportunities"]}
    empty = await ana.lead_named("Hollow Pine")
    assert (empty["contacts"], empty["opportunities"], empty["tasks"]) == ([], [], [])
    acme = await ana.lead_named("Acme Corporation")
    assert "$12,500.50" in [one["value_formatted"] for one in acme["opportunities"]]
    assert {task["view"] for task in acme["tasks"]} == {"inbox", "future"}
    assert acme["custom"]["Industry"] == "Manufacturing"
    assert acme["custom"]["Lead Owner"] in sandbox.users


async def test_the_large_seed_is_large():
    assert len(CloseSandbox(seed="large").leads) > 2000
    with pytest.raises(ValueError, match="no such seed"):
        CloseSandbox(seed="huge")


async def test_a_lead_has_a_page_on_which_nothing_is_markup(sandbox, session):
    async with session.get(sandbox.page_url(lead_id(sandbox, "<!channel>"))) as answer:
        page = await answer.text()
    assert answer.status == 200
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    async with session.get(sandbox.page_url("lead_none")) as answer:
        assert answer.status == 404


# --- leads --------------------------------------------------------------------------------------


async def test_a_lead_is_made_with_its_contacts_and_its_phones_are_normalized(ana, sandbox):
    made = await ana.post(
        "lead/",
        {
            "name": "New GmbH",
            "url": "new.example",
            "status": "Qualified",
            "contacts": [
                {
                    "name": "Eva",
                    "emails": [{"email": "eva@new.example"}],
                    "phones": [{"phone": "(415) 555-1234", "type": "mobile"}],
                }
            ],
            "addresses": [{"city": "Linz", "country": "AT"}],
            "unknown": 1,
        },
    )
    [contact] = made["contacts"]
    assert contact["phones"] == [
        {
            "type": "mobile",
            "phone": "+14155551234",
            "phone_formatted": "+1 415-555-1234",
            "country": "US",
        }
    ]
    assert contact["timezone"] == "America/Los_Angeles"
    assert contact["emails"][0] == {
        "type": "office",
        "is_unsubscribed": False,
        "email": "eva@new.example",
    }
    assert made["status_label"] == "Qualified"
    assert made["html_url"] == f"https://app.close.com/lead/{made['id']}/"
    assert made["addresses"][0]["zipcode"] == ""
    assert made["date_created"] == "2026-06-19T12:05:28.327000+00:00"
    assert made["created_by_name"] == "Ana Novak"
    assert await ana.get(f"lead/{made['id']}/") == made
    [created] = (await ana.get(f"activity/created/?lead_id={made['id']}"))["data"]
    assert created["_type"] == "Created"


async def test_a_put_changes_what_it_names_and_lists_whole(ana, sandbox):
    before = await ana.lead_named("Acme Corporation")
    after = await ana.put(f"lead/{before['id']}/", {"addresses": [], "description": "Short"})
    assert (after["addresses"], after["description"]) == ([], "Short")
    assert (after["name"], after["contacts"]) == (before["name"], before["contacts"])
    assert after["date_updated"] == "2026-06-19T12:05:28.327000+00:00"


async def test_a_new_status_leaves_an_activity(ana, sandbox):
    lead = await ana.lead_named("Globex")
    statuses = (await ana.get("me/"))["organizations"][0]["lead_statuses"]
    customer = next(one for one in statuses if one["label"] == "Customer")
    await ana.put(f"lead/{lead['id']}/", {"status_id": customer["id"]})
    [change] = (await ana.get(f"activity/status_change/lead/?lead_id={lead['id']}"))["data"]
    assert (change["old_status_label"], change["new_status_label"]) == ("Interested", "Customer")


async def test_custom_fields_are_flat_checked_and_unset_by_null(ana, sandbox):
    fields = {one["name"]: one["id"] for one in (await ana.get("custom_field/lead/"))["data"]}
    industry, sources = f"custom.{fields['Industry']}", f"custom.{fields['Sources']}"
    lead = await ana.post("lead/", {industry: "Energy", sources: ["Website"]})
    assert (lead[industry], lead["custom"]["Industry"]) == ("Energy", "Energy")
    lead = await ana.put(f"lead/{lead['id']}/", {industry: None, f"{sources}.add": "Partner"})
    assert industry not in lead
    assert lead[sources] == ["Website", "Partner"]
    lead = await ana.put(f"lead/{lead['id']}/", {f"{sources}.remove": "Website"})
    assert lead[sources] == ["Partner"]
    wrong = await ana.put(f"lead/{lead['id']}/", {industry: "Alchemy"}, 400)
    assert wrong["field-errors"] == {industry: "Not a valid choice."}
    only = await ana.get(f"lead/{lead['id']}/?_fields=id,custom,nonsense")
    assert set(only) == {"id", "custom", sources}


async def test_deleting_a_lead_takes_everything_with_it(ana, sandbox):
    gone = lead_id(sandbox, "Acme Corporation")
    assert await ana.delete(f"lead/{gone}/") == {}
    await ana.get(f"lead/{gone}/", 404)
    for table in (sandbox.contacts, sandbox.opportunities, sandbox.tasks, sandbox.activities):
        assert [one for one in table.values() if one["lead_id"] == gone] == []


async def test_a_lead_that_a_test_has_taken_away_is_gone(ana, sandbox):
    gone = lead_id(sandbox, "Umbrella Robotics")
    del sandbox.leads[gone]
    await ana.get(f"lead/{gone}/", 404)
    assert "Umbrella Robotics" not in await ana.names(text("lead", "display_name", "umbrella"))


async def test_leads_are_listed_in_pages_newest_change_first(ana, sandbox):
    first = await ana.get("lead/?_limit=15&_fields=id,date_updated")
    assert first["has_more"] is True
    assert first["total_results"] == len(sandbox.leads)
    seen, skip = first["data"], 15
    while len(seen) < first["total_results"]:
        page = await ana.get(f"lead/?_limit=15&_skip={skip}&_fields=id,date_updated")
        seen, skip = seen + page["data"], skip + 15
    assert page["has_more"] is False
    dates = [datetime.fromisoformat(one["date_updated"]) for one in seen]
    assert dates == sorted(dates, reverse=True)
    assert len({one["id"] for one in seen}) == len(sandbox.leads)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("globex", {"Globex Industries"}),
        ("umbrella robots", {"Umbrella Robotics"}),
        ('name:"Umbrella Foods"', {"Umbrella Foods"}),
        ('status:"Customer" umbrella', {"Umbrella Foods"}),
        ("email:carol.martinez@globex.example", {"Globex Industries"}),
        ("umbrella not name:robotics sort:name", {"Umbrella Foods", "Umbrella Weather Services"}),
        ("globex date_created>=2026-06-19", set()),
        ("zyzzyva", set()),
    ],
)
async def test_the_old_query_language_still_answers(ana, query, names):
    found = await ana.get("lead/", params={"query": query})
    assert {lead["name"] for lead in found["data"]} == names


# --- search -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("queries", "names"),
    [
        ([text("lead", "display_name", "UMBRELLA")], 3),
        ([text("lead", "display_name", "corporation acme")], 1),
        ([text("lead", "display_name", "corporation acme", "phrase")], 0),
        ([text("lead", "display_name", "acme corporation", "exact_value")], 1),
        ([text("lead", "display_name", "acm", "full_words")], 0),
        ([text("lead", "display_name", "umb rob", "beginning_of_words")], 1),
        ([text("lead", "display_name", "backerei")], 1),
        ([text("lead", "url", "acme.example", "phrase")], 1),
        ([text("lead", "display_name", "\U0001f389")], 0),
        ([contact_with("email", "jane.doe@acme.example")], 1),
        ([contact_with("email", "acme.example")], 1),
        ([contact_with("phone", "+14155550132")], 1),
        ([contact_with("phone", "4155550132")], 0),
        ([related("lead", "contact", text("contact", "name", "carol"))], 1),
        ([{"type": "text", "mode": "full_words", "value": "acme wile"}], 1),
        ([{"type": "text", "mode": "phrase", "value": "nine warehouses"}], 1),
        ([condition("lead", "addresses_count", type="number_range", gt=0),
          text("lead", "display_name", "globex")], 1),
        ([text("lead", "display_name", "acme") | {"negate": True},
          condition("lead", "description", type="exists")], 5),
        ([{"type": "or", "queries": [text("lead", "display_name", "globex"),
                                     text("lead", "display_name", "initech")]}], 2),
        ([related("lead", "opportunity", condition(
            "opportunity", "value", type="number_range", gte=1250050, lte=1250050))], 1),
        ([related("lead", "address", text("address", "city", "chicago")),
          text("lead", "display_name", "globex")], 1),
        ([condition("lead", "date_created", type="moment_range", on_or_after={
            "type": "start_end_of_predefined_relative_period", "range": "today",
            "which": "start"})], 0),
    ],
)  # fmt: skip
async def test_queries_find_what_they_say(ana, queries, names):
    assert len(await ana.names(*queries)) == names


async def test_a_search_can_ask_for_the_person_who_asks(ana, sandbox):
    field = next(one for one in sandbox.store.custom_fields.values() if one["name"] == "Lead Owner")
    mine = {
        "type": "field_condition",
        "field": {"type": "custom_field", "custom_field_id": field["id"]},
        "condition": {"type": "current_user"},
    }
    names = await ana.names(mine)
    assert "Globex Industries" in names
    assert "Umbrella Robotics" not in names


async def test_only_ids_come_without_fields(ana):
    found = await ana.search(text("lead", "display_name", "globex"))
    assert set(found["data"][0]) == {"__object_type", "id"}
    assert found["cursor"] is None
    contacts = await ana.search(text("contact", "title", "CEO"), kind="contact", _limit=1)
    assert contacts["data"][0]["__object_type"] == "contact"


async def test_whole_leads_come_with_fields(ana):
    names = ["display_name", "status_label", "html_url", "contacts", "opportunities", "tasks"]
    found = await ana.search(
        text("lead", "display_name", "globex"),
        _fields={"lead": [*names, "custom", "nonsense"]},
        include_counts=True,
    )
    [lead] = found["data"]
    whole = await ana.get(f"lead/{lead['id']}/")
    assert {name: lead[name] for name in names} == {name: whole[name] for name in names}
    assert any(name.startswith("custom.cf_") for name in lead)
    assert found["count"] == {"limited": 1, "total": 1}


async def test_pages_follow_a_cursor_that_dies(ana, sandbox, clock):
    first = await ana.search(_limit=25, include_counts=True)
    assert first["count"]["total"] == len(sandbox.leads)
    clock.at += timedelta(seconds=29)
    second = await ana.search(_limit=25, cursor=first["cursor"])
    ids = [one["id"] for one in first["data"] + second["data"]]
    assert set(ids) == set(sandbox.leads)
    clock.at += timedelta(seconds=31)
    await ana.search(_limit=25, cursor=first["cursor"], status=400)
    await ana.search(cursor="nonsense", status=400)


async def test_results_are_limited_and_sorted(ana, sandbox):
    field = {"type": "regular_field", "object_type": "lead", "field_name": "display_name"}
    sort = [{"direction": "desc", "field": field}]
    names = await ana.names(sort=sort)
    assert names == sorted(names, key=str.casefold, reverse=True)
    found = await ana.search(results_limit=5, include_counts=True)
    assert (len(found["data"]), found["count"]) == (
        5,
        {"limited": 5, "total": len(sandbox.leads)},
    )


@pytest.mark.parametrize(
    "query",
    [
        "acme",
        {},
        {"type": "nonsense"},
        {"type": "and"},
        {"type": "text", "mode": "nonsense", "value": "x"},
        {"type": "text", "mode": "phrase", "value": 1},
        {"type": "object_type", "object_type": "invoice"},
        text("lead", "nonsense", "x"),
        condition("lead", "name", type="nonsense"),
        condition("lead", "name", type="number_range", gt="x"),
        related("lead", "invoice", {"type": "match_all"}),
        {"type": "saved_search", "saved_search_id": "save_none"},
        {"type": "match_all", "negate": "yes"},
    ],
)
async def test_queries_that_make_no_sense_are_refused(ana, query):
    wrong = await ana.post("data/search/", {"query": query}, 400)
    assert wrong["errors"]


async def test_a_search_for_too_much_is_refused(ana):
    assert "max_limit = 200" in (await ana.search(_limit=201, status=400))["error"]
    fields = {"lead": [f"f{number}" for number in range(200)]}
    assert (await ana.search(_fields=fields, status=400))["errors"] == ["List is too long."]
    assert "query" in (await ana.post("data/search/", {}, 400))["field-errors"]
    deep = {"type": "match_all"}
    for _ in range(100):
        deep = {"type": "and", "queries": [deep]}
    await ana.post("data/search/", {"query": deep}, 400)


async def test_a_smart_view_can_be_searched(ana):
    views = {one["name"]: one for one in (await ana.get("saved_search/"))["data"]}
    assert set(views) == {"All Leads", "Qualified"}
    named = await ana.names({"type": "saved_search", "saved_search_id": views["Qualified"]["id"]})
    assert "Acme Corporation" in named
    assert "Globex Industries" not in named


# --- contacts, opportunities, tasks, activities -------------------------------------------------


async def test_a_contact_without_a_lead_makes_one(ana):
    contact = await ana.post("contact/", {"name": "Lone Wolf"})
    lead = await ana.get(f"lead/{contact['lead_id']}/")
    assert lead["display_name"] == "Lone Wolf"
    changed = await ana.put(f"contact/{contact['id']}/", {"emails": [{"email": "a@b.example"}]})
    assert (changed["name"], changed["emails"][0]["email"]) == ("Lone Wolf", "a@b.example")
    assert await ana.delete(f"contact/{contact['id']}/") == {}
    await ana.get(f"contact/{contact['id']}/", 404)


async def test_values_are_cents(ana, sandbox):
    lead = lead_id(sandbox, "Hollow Pine")
    deal = await ana.post(
        "opportunity/", {"lead_id": lead, "value": 500, "value_period": "monthly"}
    )
    assert deal["value_formatted"] == "$5 monthly"
    assert (deal["annualized_value"], deal["expected_value"], deal["confidence"]) == (6000, 250, 50)
    assert deal["user_name"] == "Ana Novak"
    assert deal["pipeline_name"] == "Sales"
    wrong = await ana.put(f"opportunity/{deal['id']}/", {"confidence": 101, "value": "x"}, 400)
    assert set(wrong["field-errors"]) == {"confidence", "value"}


async def test_winning_sets_the_persons_own_today_and_leaves_an_activity(ana, sandbox, clock):
    clock.at = datetime(2026, 6, 19, 23, 30, tzinfo=UTC)
    deal = await ana.post("opportunity/", {"lead_id": lead_id(sandbox, "Hollow Pine")})
    statuses = (await ana.get("me/"))["organizations"][0]["opportunity_statuses"]
    won = next(one["id"] for one in statuses if one["type"] == "won")
    after = await ana.put(
        f"opportunity/{deal['id']}/", {"status_id": won}, headers={"x-tz-offset": "2"}
    )
    assert (after["status_type"], after["date_won"]) == ("won", "2026-06-20")
    [change] = (await ana.get(f"activity/status_change/opportunity/?lead_id={deal['lead_id']}"))[
        "data"
    ]
    assert (change["old_status_type"], change["new_status_type"]) == ("active", "won")


async def test_sums_are_over_all_that_match(ana, sandbox):
    found = await ana.get("opportunity/?status_type=active&_limit=1")
    assert len(found["data"]) == 1
    every = await ana.get("opportunity/?status_type=active&_limit=200")
    assert {one["status_type"] for one in every["data"]} == {"active"}
    assert found["total_results"] == len(every["data"])
    total = sum(one["annualized_value"] for one in every["data"])
    assert found["total_value_annualized"] == total
    mine = await ana.get(f"opportunity/?user_id={sandbox.user_ids['mia']}&_order_by=-value")
    values = [one["value"] for one in mine["data"] if one["value"] is not None]
    assert values == sorted(values, reverse=True)


async def test_an_inbox_ends_with_the_persons_own_today(ana, sandbox, clock):
    clock.at = datetime(2026, 6, 19, 23, 30, tzinfo=UTC)
    body = {"lead_id": lead_id(sandbox, "Hollow Pine"), "text": "Call", "date": "2026-06-20"}
    task = await ana.post("task/", body)
    assert task["view"] == "future"
    there = {"x-tz-offset": "1"}
    inbox = await ana.get("task/?view=inbox&_order_by=date", headers=there)
    assert task["id"] in [one["id"] for one in inbox["data"]]
    inbox = await ana.get("task/?view=inbox")
    assert task["id"] not in [one["id"] for one in inbox["data"]]
    assert inbox["total_results"] == len(inbox["data"])


async def test_completing_a_task_leaves_an_activity_and_the_lead(ana, sandbox):
    lead = await ana.lead_named("Globex")
    task = lead["tasks"][0]
    done = await ana.put(f"task/{task['id']}/", {"is_complete": True})
    assert (done["view"], done["object_type"]) == ("archive", "taskcompleted")
    activity = await ana.get(f"activity/task_completed/{done['object_id']}/")
    assert activity["task_text"] == task["text"]
    left = (await ana.lead_named("Globex"))["tasks"]
    assert task["id"] not in [one["id"] for one in left]
    again = await ana.put(f"task/{task['id']}/", {"is_complete": False})
    assert again["is_complete"] is False


async def test_tasks_are_changed_at_once_and_dateless_ones_are_for_today(ana, sandbox):
    body = {"lead_id": lead_id(sandbox, "Hollow Pine"), "text": "Soon"}
    ids = [(await ana.post("task/", body))["id"] for _ in range(2)]
    first = await ana.get(f"task/{ids[0]}/")
    assert (first["date"], first["is_dateless"], first["due_date"]) == ("2026-06-19", True, None)
    changed = await ana.put("task/", {"_params": {"id__in": ",".join(ids)}, "is_complete": True})
    assert changed == {"ok": True}
    assert all(sandbox.tasks[one]["is_complete"] for one in ids)


async def test_a_note_is_rich_and_plain(ana, sandbox):
    lead = lead_id(sandbox, "Globex")
    note = await ana.post("activity/note/", {"lead_id": lead, "note": "1 < 2 & more"})
    assert note["note_html"] == "<body><p>1 &lt; 2 &amp; more</p></body>"
    assert (note["note"], note["_type"]) == ("1 < 2 & more", "Note")
    rich = {"note_html": "<body><p>Hi <b>you</b></p></body>", "note": "ignored"}
    assert (await ana.put(f"activity/note/{note['id']}/", rich))["note"] == "Hi you"
    newest = (await ana.get(f"activity/?lead_id={lead}&_limit=1"))["data"][0]
    assert newest["id"] == note["id"]
    await ana.get(f"activity/call/{note['id']}/", 404)
    await ana.delete(f"activity/note/{note['id']}/")
    await ana.get(f"activity/note/{note['id']}/", 404)


async def test_a_call_is_logged(ana, sandbox):
    body = {"lead_id": lead_id(sandbox, "Globex"), "duration": 65, "phone": "+13125550176"}
    call = await ana.post("activity/call/", body)
    assert (call["status"], call["direction"], call["source"]) == (
        "completed",
        "outbound",
        "External",
    )
    assert call["remote_phone_formatted"] == "+1 312-555-0176"
    assert "lead" in (await ana.post("activity/call/", {}, 400))["field-errors"]


async def test_changes_are_in_the_event_log(ana, sandbox):
    lead = await ana.post("lead/", {"name": "Logged"})
    await ana.put(f"lead/{lead['id']}/", {"name": "Renamed"})
    events = (await ana.get(f"event/?object_id={lead['id']}"))["data"]
    assert [one["action"] for one in events] == ["updated", "created"]
    assert "name" in events[0]["changed_fields"]
    assert events[0]["previous_data"]["name"] == "Logged"
    assert await ana.get(f"event/{events[0]['id']}/") == events[0]
    page = await ana.get("event/?_limit=1")
    older = await ana.get(f"event/?_limit=1&_cursor={page['cursor_next']}")
    assert older["data"][0]["id"] != page["data"][0]["id"]


ODD = [None, True, 0, -1, 1.5, "x", "", [], {}, [1], [None], {"a": 1}, [[]], 10**30, "\ud83d"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("lead/", ["name", "status", "status_id", "url", "addresses", "contacts"]),
        ("contact/", ["lead_id", "emails", "phones", "urls", "timezone"]),
        ("opportunity/", ["status_id", "pipeline_id", "value", "date_won", "attachments"]),
        ("task/", ["_type", "lead_id", "date", "is_complete"]),
        ("activity/note/", ["lead_id", "note", "note_html", "pinned"]),
        ("data/search/", ["query", "_fields", "_limit", "cursor", "results_limit", "sort"]),
    ],
)
async def test_odd_values_are_taken_or_refused_and_break_nothing(ana, path, names):
    for name in names:
        for value in ODD:
            body = {"query": {"type": "match_all"}, name: value}
            async with ana.session.post(
                ana.sandbox.api_url + path, json=body, headers={"Authorization": ana.auth}
            ) as answer:
                assert answer.status in {200, 400}, (name, value)


# --- against recorded answers -------------------------------------------------------------------


def example(name):
    return json.loads((EXAMPLES / f"{name}.json").read_text())


def differences(recording, answer, at="$"):
    """List the keys that an answer lacks, and those whose JSON type is another."""
    if recording is None or answer is None:
        return []
    if type(recording) is not type(answer) and not (
        isinstance(recording, int | float) and isinstance(answer, int | float)
    ):
        return [f"{at}: {type(answer).__name__} instead of {type(recording).__name__}"]
    if isinstance(recording, dict):
        lacking = [f"{at}.{name}: missing" for name in recording.keys() - answer.keys()]
        shared = recording.keys() & answer.keys()
        return lacking + [
            found
            for name in shared
            for found in differences(recording[name], answer[name], f"{at}.{name}")
        ]
    if isinstance(recording, list) and recording and answer:
        return differences(recording[0], answer[0], f"{at}[0]")
    return []


@recorded
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("me.get", "me/"),
        ("user.get", "user/{user}/"),
        ("user.list", "user/"),
        ("lead.get", "lead/{lead}/"),
        ("lead.list", "lead/"),
        ("lead.list_empty", "lead/?query=zyzzyva"),
        ("contact.get", "contact/{contact}/"),
        ("contact.list", "contact/"),
        ("opportunity.get", "opportunity/{opportunity}/"),
        ("opportunity.list", "opportunity/"),
        ("opportunity.list_empty", "opportunity/?query=zyzzyva"),
        ("task.get", "task/{task}/"),
        ("task.list", "task/"),
        ("pipeline.list", "pipeline/"),
        ("status_lead.list", "status/lead/"),
        ("status_opportunity.list", "status/opportunity/"),
        ("smart_view.list", "saved_search/"),
        ("custom_field_lead.list", "custom_field/lead/"),
        ("task_completed.get", "activity/task_completed/{completed}/"),
        ("meeting.list", "activity/meeting/"),
        ("call.list_2019", "activity/call/"),
        ("user.availability", "user/availability/"),
        ("event.list_empty", "event/"),
    ],
)
async def test_answers_have_the_recorded_keys_and_types(ana, sandbox, name, path):
    completed = next(
        one["id"] for one in sandbox.activities.values() if one["_type"] == "TaskCompleted"
    )
    globex = await ana.lead_named("Globex")
    answer = await ana.get(
        path.format(
            user=sandbox.user_ids["ana"],
            lead=globex["id"],
            contact=globex["contacts"][0]["id"],
            opportunity=globex["opportunities"][0]["id"],
            task=globex["tasks"][0]["id"],
            completed=completed,
        )
    )
    assert differences(example(name), answer) == []


@recorded
@pytest.mark.parametrize(
    ("name", "method", "path", "status"),
    [
        ("any.error_401_2026", "GET", "me/", 401),
        ("lead.error_404", "GET", "lead/wibble/", 404),
        ("lead.error_404_put", "PUT", "lead/wibble/", 404),
        ("opportunity.error_404", "GET", "opportunity/wobble/", 404),
        ("custom_field.error_404", "GET", "custom_fields/lead/quux/", 404),
        ("lead.error_400_bad_status", "POST", "lead/", 400),
        ("lead.merge_error_404", "POST", "lead/merge/", 404),
        ("any.error_400_skip_too_large", "GET", "lead/?_skip=250001", 400),
    ],
)
async def test_refusals_are_the_recorded_ones(ana, name, method, path, status):
    request = EXAMPLES / f"{name}.request.json"
    body = json.loads(request.read_text()) if request.exists() else {}
    if status == 401:
        ana.auth = "Basic nonsense"
    assert await ana.ask(method, path, status, json=body) == example(name)


@recorded
async def test_refusals_inside_lists_and_of_references_are_the_recorded_ones(ana, sandbox):
    body = {"contacts": [{"emails": [{"email": "nonsense"}]}]}
    assert await ana.post("lead/", body, 400) == example("lead.error_400_nested")
    body = example("task.error_400_lead_not_exist.request")
    wrong = await ana.post("task/", {**body, "assigned_to": sandbox.user_ids["ana"]}, 400)
    assert wrong["field-errors"]["lead"] == "Object does not exist."
    sandbox.limits.set("GET", "/me/", 1)
    await ana.get("me/")
    assert differences(example("any.headers_2026"), dict(ana.headers)) == []
    assert set(await ana.get("me/", 429)) >= set(example("any.error_429_old_body"))


@recorded
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("contact.create", "contact/"),
        ("opportunity.create", "opportunity/"),
        ("task.create", "task/"),
        ("note.create", "activity/note/"),
        ("call.create", "activity/call/"),
        ("email.create_2019", "activity/email/"),
        ("sms.create_2019", "activity/sms/"),
        ("smart_view.create", "saved_search/"),
    ],
)
async def test_what_is_made_has_the_recorded_keys_and_types(ana, sandbox, name, path):
    globex = await ana.lead_named("Globex")
    own = {
        "lead_id": globex["id"],
        "contact_id": globex["contacts"][0]["id"],
        "status_id": next(iter(sandbox.store.opportunity_statuses)),
        "assigned_to": sandbox.user_ids["ana"],
        "user_id": sandbox.user_ids["ana"],
        "created_by": sandbox.user_ids["ana"],
    }
    asked = example(f"{name}.request")
    body = {key: own.get(key, value) for key, value in asked.items()}
    made = await ana.post(path, body)
    wanted = EXAMPLES / f"{name}.json"
    if wanted.exists():
        assert differences(json.loads(wanted.read_text()), made) == []


@recorded
@pytest.mark.parametrize(
    "name", ["by_company_name", "by_contact_email", "by_contact_phone", "free_text"]
)
async def test_recorded_searches_are_understood(ana, name):
    found = await ana.post("data/search/", example(f"search.{name}.request"))
    assert differences(example("search.response_ids_only"), found) == []
