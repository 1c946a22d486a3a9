"""The Close sandbox at its edges: what clients that nobody here wrote may ask, and how."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from closebot.sandbox.close_api import CloseSandbox

ENDPOINTS = Path(__file__).parents[3] / "shared" / "close" / "endpoints.txt"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
HASHED = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
JSON = {"Content-Type": "application/json"}


class Clock:
    def __init__(self):
        self.at = datetime(2026, 6, 19, 12, 5, 28, tzinfo=UTC)

    def now(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def sandbox(clock):
    async with CloseSandbox(now=clock.now) as opened:
        opened.limits.usual = type(opened.limits.usual)(limit=1_000_000)
        yield opened


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def call(sandbox, session):
    async def send(method, path, status=200, *, person="mia", **more):
        headers = {"Authorization": aiohttp.encode_basic_auth(sandbox.keys[person], "")}
        headers |= more.pop("headers", {})
        options = {"allow_redirects": False, "headers": headers} | more
        async with session.request(method, sandbox.api_url + path, **options) as answer:
            text = await answer.text()
            assert answer.status == status, text
            send.headers = answer.headers
            return json.loads(text) if text else None

    return send


@pytest.fixture
def find(call):
    """Return the ids of the rows that a list has for some filters."""

    async def ids(path, status=200, **params):
        page = await call("GET", path, status, params=params | {"_limit": "200"})
        return [one["id"] for one in page["data"]] if status == 200 else page

    return ids


# --- OAuth --------------------------------------------------------------------------------------


@pytest.fixture
def exchange(sandbox, session):
    async def send(challenge, verifier):
        asked = {"redirect_uri": "https://app.example/back", "client_id": "app", **challenge}
        page = session.get(sandbox.url + "oauth2/authorize/", params=asked, allow_redirects=False)
        async with page as answer:
            back = parse_qs(urlsplit(answer.headers["location"]).query)
        if "code" not in back:
            return 302, {name: value[0] for name, value in back.items()}
        form = {"grant_type": "authorization_code", "code": back["code"][0], "client_id": "app"}
        async with session.post(sandbox.url + "oauth2/token/", data=form | verifier) as answer:
            return answer.status, await answer.json()

    return send


@pytest.mark.parametrize(
    ("challenge", "verifier", "status"),
    [
        ({}, {}, 200),
        ({}, {"code_verifier": VERIFIER}, 200),
        ({"code_challenge": HASHED, "code_challenge_method": "S256"}, VERIFIER, 200),
        ({"code_challenge": HASHED, "code_challenge_method": "S256"}, HASHED, 400),
        ({"code_challenge": HASHED, "code_challenge_method": "S256"}, "", 400),
        ({"code_challenge": HASHED, "code_challenge_method": "S256"}, {}, 400),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, VERIFIER, 200),
        ({"code_challenge": VERIFIER}, VERIFIER, 200),
        ({"code_challenge": VERIFIER}, HASHED, 400),
        ({"code_challenge": HASHED, "code_challenge_method": "S512"}, VERIFIER, 302),
    ],
)
async def test_a_challenge_must_be_met_by_its_verifier(exchange, challenge, verifier, status):
    form = {"code_verifier": verifier} if isinstance(verifier, str) else verifier
    got, body = await exchange(challenge, form)
    assert got == status
    expected = {200: None, 302: "invalid_request", 400: "invalid_grant"}[status]
    assert body.get("error") == expected


# --- opportunities ------------------------------------------------------------------------------


def with_status(sandbox, **wanted):
    statuses = sandbox.store.opportunity_statuses
    return {
        one["id"]
        for one in sandbox.opportunities.values()
        if all(statuses[one["status_id"]][name] == value for name, value in wanted.items())
    }


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("status:active", {"type": "active"}),
        ('status:"Proposal Sent"', {"label": "Proposal Sent"}),
        ("status_type:won", {"type": "won"}),
        ("opportunity_status_type:lost", {"type": "lost"}),
        ('status in ("Renewed")', {"label": "Renewed"}),
        ("not status:active not status:won", {"type": "lost"}),
        ("(status:won and status:won) or status:nonsense", {"type": "won"}),
    ],
)
async def test_an_old_query_asks_for_the_status_of_a_deal(find, sandbox, query, wanted):
    assert set(await find("opportunity/", query=query)) == with_status(sandbox, **wanted)


async def test_an_old_query_asks_for_dates_values_and_an_order(find, sandbox, clock):
    rows = sandbox.opportunities
    yesterday = clock.at - timedelta(days=30)
    since = {key for key, one in rows.items() if one["date_created"] >= yesterday.isoformat()}
    assert set(await find("opportunity/", query='date_created >= "30 days ago"')) == since
    large = {key for key, one in rows.items() if (one["value"] or 0) > 1_000_000}
    found = await find("opportunity/", query="value>10000 sort:-value")
    assert set(found) == large
    values = [rows[key]["value"] for key in found]
    assert values == sorted(values, reverse=True)
    assert set(await find("opportunity/", query="value:[10000.01 TO *]")) == large
    sure = {key for key, one in rows.items() if one["confidence"] == 100}
    assert set(await find("opportunity/", query="confidence>=100")) == sure
    noted = await find("opportunity/", query="note:warehouses")
    assert [rows[key]["note"] for key in noted] == ["Nine warehouses"]
    assert await find("opportunity/", query="date_created>nonsense") == []


async def test_an_old_query_asks_for_what_has_moved(call, find, sandbox):
    statuses = sandbox.store.opportunity_statuses.values()
    won = next(one["id"] for one in statuses if one["label"] == "Won")
    moved = next(iter(with_status(sandbox, label="Proposal Sent")))
    await call("PUT", f"opportunity/{moved}/", json={"status_id": won})
    query = "status_change(old_status:active new_status:won date:today)"
    assert await find("opportunity/", query=query) == [moved]
    late = query.replace("today", "yesterday")
    assert await find("opportunity/", query=late) == []


async def test_deals_are_found_by_their_leads(find, sandbox):
    leads = {key for key, one in sandbox.leads.items() if "Umbrella" in one["name"]}
    wanted = {key for key, one in sandbox.opportunities.items() if one["lead_id"] in leads}
    assert set(await find("opportunity/", lead_query="name:umbrella")) == wanted
    view = next(one for one in sandbox.store.saved_searches.values() if one["type"] == "lead")
    inside = set(await find("lead/", query=f'in:"{view["id"]}"'))
    wanted = {key for key, one in sandbox.opportunities.items() if one["lead_id"] in inside}
    assert inside
    assert set(await find("opportunity/", lead_saved_search_id=view["id"])) == wanted
    wrong = await find("opportunity/", 400, lead_saved_search_id="save_x")
    assert wrong["field-errors"] == {"lead_saved_search": "Object does not exist."}


async def test_stalled_deals_are_active_and_have_long_been_left_alone(call, find, sandbox, clock):
    stalled = set(await find("opportunity/", is_stalled="true"))
    moving = set(await find("opportunity/", is_stalled="false"))
    assert stalled <= with_status(sandbox, type="active")
    assert stalled | moving == set(sandbox.opportunities)
    assert not stalled & moving
    clock.at += timedelta(days=60)
    one = min(await find("opportunity/", is_stalled="true"))
    await call("PUT", f"opportunity/{one}/", json={"note": "They have called"})
    assert one not in await find("opportunity/", is_stalled="true")


# --- old queries of leads -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("globex or initech", {"Globex Industries", "Initech"}),
        ("umbrella (foods or robotics)", {"Umbrella Foods", "Umbrella Robotics"}),
        ("umbrella and not (foods or cardiff)", {"Umbrella Robotics"}),
        ("umbrella -foods -cardiff", {"Umbrella Robotics"}),
        ('umbrella opportunity(status:"Up for Renewal")', {"Umbrella Foods"}),
        ('contact(name:"Tomoko Sato")', {"Umbrella Robotics"}),
        ('umbrella status in ("Customer", Interested) sort:name',
         {"Umbrella Foods", "Umbrella Robotics"}),
        ("((globex", {"Globex Industries"}),
        ("globex))", {"Globex Industries"}),
        ("not", None),
        ("()", None),
        ("in:save_x", set()),
    ],
)  # fmt: skip
async def test_words_can_be_joined_and_grouped(call, sandbox, query, names):
    page = await call("GET", "lead/", params={"query": query})
    everything = {one["name"] for one in sandbox.leads.values()}
    assert {one["name"] for one in page["data"]} == (everything if names is None else names)


async def test_a_query_that_is_nested_too_deeply_is_refused(call):
    await call("GET", "lead/", 400, params={"query": "(" * 100 + "x"})


async def test_views_that_look_into_each_other_find_nothing(call, find):
    views = [
        await call("POST", "saved_search/", json={"name": name, "query": "x"}) for name in "ab"
    ]
    ids = [view["id"] for view in views]
    for one, other in zip(ids, reversed(ids), strict=True):
        await call("PUT", f"saved_search/{one}/", json={"query": f"in:{other}"})
    assert await find("lead/", query=f"in:{ids[0]}") == []


async def test_a_new_lead_is_not_found_by_words_while_the_index_lags(call, find, sandbox, clock):
    sandbox.store.lag = 60
    lead = (await call("POST", "lead/", json={"name": "Brandnew"}))["id"]
    assert await find("lead/", query="brandnew") == []
    assert await find("lead/", query=f"id:{lead}") == [lead]
    assert lead in await find("lead/")
    await call("GET", f"lead/{lead}/")
    clock.at += timedelta(seconds=61)
    assert await find("lead/", query="brandnew") == [lead]


# --- lists --------------------------------------------------------------------------------------


@pytest.mark.skipif(not ENDPOINTS.is_file(), reason="no list of endpoints in this clone")
async def test_every_list_that_close_has_is_there(call, sandbox, session):
    paths = re.findall(r"^GET +(/\S+)", ENDPOINTS.read_text(), re.MULTILINE)
    known = {"org_id": sandbox.store.organization_id, "object_type": "lead"}
    filled = [re.sub(r"{(\w+)}", lambda name: known.get(name[1], name[0]), one) for one in paths]
    lists = [one.lstrip("/") for one in filled if "{" not in one]
    assert len(lists) > 50
    lead = next(iter(sandbox.leads))
    for path in lists:
        if path.startswith("report/custom/"):  # nothing tells what it answers
            continue
        more = {"object_id" if path == "comment/" else "lead_id": lead}
        whole = await call("GET", path, params=more)
        assert isinstance(whole, dict), path
        if whole.get("data") == []:
            assert "cursor_next" in whole or whole["has_more"] is False, path


async def test_what_there_is_none_of_is_missing_by_id(call):
    words = "Empty query: BulkEdit matching query does not exist."
    assert await call("GET", "bulk_action/edit/bulkedit_x/", 404) == {"error": words}
    wrong = await call("GET", "sequence_subscription/", 400)
    assert "required" in wrong["errors"][0]


async def test_known_clients_may_ask_for_as_much_as_they_do(call, sandbox):
    for path, count in (("user/?_limit=1000", len(sandbox.users)),
                        ("opportunity/?_limit=250", len(sandbox.opportunities)),
                        ("custom_field/lead/?_limit=1000", None),
                        ("event/?_limit=50", None)):  # fmt: skip
        page = await call("GET", path)
        assert count in {None, len(page["data"])}
    page = await call("GET", "task/?_limit=1000&_type=all")
    assert len(page["data"]) == page["total_results"]
    assert "max_limit = 250" in (await call("GET", "opportunity/?_limit=251", 400))["error"]


async def test_the_roles_and_the_number_of_a_person_are_there(call):
    roles = (await call("GET", "role/"))["data"]
    assert [one["id"] for one in roles] == ["admin", "superuser", "user", "restricteduser"]
    for one in roles:
        assert await call("GET", f"role/{one['id']}/") == one
    me = await call("GET", "me/")
    number = me["phone_numbers"][0]
    assert (await call("GET", f"phone_number/{number['id']}/"))["number"] == number["number"]
    member = me["memberships"][0]["id"]
    assert await call("GET", f"membership/{member}/pinned_views/") == {"saved_view_ids": []}


@pytest.mark.parametrize(
    ("path", "body", "change", "created", "deleted"),
    [
        ("email_template/", {"name": "Cold", "subject": "Hi"}, {"is_archived": True}, 200, 200),
        ("sms_template/", {"name": "Cold", "text": "Hi"}, {"status": "archived"}, 201, 204),
        ("integration_link/", {"name": "Slack", "url": "https://x.example/", "type": "lead"},
         {"name": "Chat"}, 200, 200),
    ],
)  # fmt: skip
async def test_small_things_are_kept(call, path, body, change, created, deleted):
    made = await call("POST", path, created, json=body)
    assert made.items() >= body.items()
    one = f"{path}{made['id']}/"
    assert (await call("PUT", one, json=change)).items() >= {**body, **change}.items()
    assert [row["id"] for row in (await call("GET", path))["data"]] == [made["id"]]
    gone = await call("DELETE", one, deleted)
    assert gone == (None if deleted == 204 else {})
    await call("DELETE", one, 404)
    wrong = await call("POST", path, 400, json={})
    assert wrong["field-errors"]["name"] == "This field is required."


async def test_groups_have_members_that_lists_do_not_tell(call, sandbox):
    group = await call("POST", "group/", 201, json={"name": "Support"})
    path, user = f"group/{group['id']}/", sandbox.user_ids["ben"]
    await call("POST", f"{path}member/", 201, json={"user_id": user})
    await call("POST", f"{path}member/", 201, json={"user_id": user})
    assert (await call("GET", path))["members"] == [{"user_id": user}]
    assert "members" not in (await call("GET", "group/?_fields=name,members"))["data"][0]
    await call("POST", "group/", 400, json={"name": "Support"})
    await call("DELETE", f"{path}member/{user}/", 204)
    assert (await call("GET", path))["members"] == []
    await call("DELETE", path, 204)


# --- bodies and methods -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"data": b"", "headers": JSON}, "The request contains invalid JSON."),
        ({"data": b'{"name": "x"}', "headers": {"Content-Type": "text/plain"}}, "valid JSON with"),
        ({"data": {"name": "x"}}, "Please send valid JSON with"),
        ({"data": b"null", "headers": JSON}, "JSON data must be a dict."),
    ],
)
async def test_a_write_without_json_is_refused(call, sandbox, more, words):
    lead = next(iter(sandbox.leads))
    for method, path in (("POST", "lead/"), ("PUT", f"lead/{lead}/")):
        assert words in (await call(method, path, 400, **more))["error"]


async def test_a_body_may_name_its_encoding(call):
    kind = {"Content-Type": "application/json; charset=utf-8"}
    assert (await call("POST", "lead/", data=b'{"name": "x"}', headers=kind))["name"] == "x"


async def test_fields_that_cannot_be_written_are_left_alone(call, sandbox):
    lead = next(iter(sandbox.leads))
    before = await call("GET", f"lead/{lead}/")
    body = {"id": "lead_x", "display_name": "x", "html_url": "x", "nonsense": 1}
    after = await call("PUT", f"lead/{lead}/", json=body)
    assert after | {"date_updated": 0, "updated_by": 0, "updated_by_name": 0} == before | {
        "date_updated": 0,
        "updated_by": 0,
        "updated_by_name": 0,
    }


async def test_head_options_and_unknown_methods(call, session, sandbox):
    assert await call("HEAD", "lead/") is None
    assert int(call.headers["content-length"]) > 0
    async with session.options(sandbox.api_url + "lead/") as answer:
        assert answer.status == 200
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    await call("PATCH", "lead/", 405)
    assert call.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    await call("OPTIONS", "nonsense/", 404)


async def test_an_unknown_address_is_told_before_who_asks(session, sandbox):
    for path, status in (("nonsense/", 404), ("lead/", 401)):
        async with session.get(sandbox.api_url + path) as answer:
            assert answer.status == status


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("_limit=", '_limit must be an integer (got "" instead).'),
        ("_limit=1.5", '_limit must be an integer (got "1.5" instead).'),
        ("_skip=abc", '_skip must be an integer (got "abc" instead).'),
        ("_skip=-1", '_skip must be a non-negative integer (got "-1" instead).'),
    ],
)
async def test_pages_that_make_no_sense_are_refused(call, query, words):
    assert (await call("GET", f"contact/?{query}", 400))["error"] == words


async def test_pages_may_be_empty_and_the_first_of_two_values_counts(call):
    nothing = await call("GET", "lead/?_limit=0")
    assert (nothing["data"], nothing["has_more"]) == ([], True)
    behind = await call("GET", "lead/?_skip=99999")
    assert (behind["data"], behind["has_more"]) == ([], False)
    assert len((await call("GET", "lead/?_limit=1&_limit=2"))["data"]) == 1
    [one] = (await call("GET", "user/?_limit=1&_fields=id,nonsense,organizations.0"))["data"]
    assert set(one) == {"id"}


# --- shapes -------------------------------------------------------------------------------------


async def test_messages_and_meetings_have_the_strings_that_clients_read(call, sandbox):
    meetings = (await call("GET", "activity/meeting/?_limit=100"))["data"]
    assert meetings
    assert all(one["location"].startswith("https://") for one in meetings)
    mail = {"lead_id": next(iter(sandbox.leads)), "to": ["a@b.example"], "subject": "x"}
    sent = await call("POST", "activity/email/", json=mail | {"status": "sent"})
    draft = await call("POST", "activity/email/", json=mail | {"status": "draft"})
    emails = (await call("GET", "activity/email/?_limit=100"))["data"]
    named = [one["envelope"]["message_id"] for one in emails if one["status"] == "sent"]
    assert len(named) == len(set(named)) > 2
    assert all(re.fullmatch(r"<[0-9a-f]+@[\w.]+>", name) for name in named)
    assert sent["message_ids"] == [sent["envelope"]["message_id"]]
    assert draft["envelope"]["message_id"] is None
    assert sent["envelope"]["date"].startswith("Fri, 19 Jun 2026 12:05:28")


@pytest.mark.parametrize("offset", ["14", "1", "0", "-12"])
async def test_tasks_of_the_first_and_the_last_day_are_listed_everywhere(call, sandbox, offset):
    there = {"x-tz-offset": offset}
    lead_id = next(iter(sandbox.leads))
    first, last = [
        (await call("POST", "task/", json={"lead_id": lead_id, "date": day}, headers=there))["id"]
        for day in ("0001-01-01", "9999-12-31")
    ]
    for view, expected in (("inbox", {first}), ("future", {last}), ("archive", set())):
        page = await call("GET", f"task/?view={view}&_limit=200", headers=there)
        assert {first, last} & {one["id"] for one in page["data"]} == expected
    page = await call("GET", "task/?_order_by=date&_limit=200", headers=there)
    assert [page["data"][0]["id"], page["data"][-1]["id"]] == [first, last]
    page = await call("GET", "task/?date__gte=9999-12-31&_limit=200", headers=there)
    assert [one["id"] for one in page["data"]] == [last]
