"""The Close sandbox: reports, and that they tell nobody of what they may not see."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from closebot.sandbox.close_api import CloseSandbox

AT = datetime(2026, 6, 19, 12, 5, 28, tzinfo=UTC)
TOTALS = {
    "average_time_to_win",
    "average_value_annualized_per_won_opportunity",
    "count",
    "count_total_complete",
    "count_total_won",
    "count_win_rate",
    "sales_velocity",
    "value_total_complete",
    "value_total_won",
    "value_win_rate",
}


@pytest.fixture
async def sandbox():
    async with CloseSandbox(now=lambda: AT) as opened:
        opened.limits.usual = type(opened.limits.usual)(limit=1_000_000)
        yield opened


@pytest.fixture
async def ask(sandbox):
    async with aiohttp.ClientSession() as session:

        async def send(person, method, path, body=None, status=200, **params):
            headers = {"Authorization": aiohttp.encode_basic_auth(sandbox.keys[person], "")}
            more = {"json": body, "headers": headers, "params": params}
            async with session.request(method, sandbox.api_url + path, **more) as answer:
                assert answer.status == status, await answer.text()
                return await answer.json()

        yield send


@pytest.fixture
def pipeline(sandbox):
    pipelines = sandbox.store.pipelines.values()
    return next(one["id"] for one in pipelines if one["name"] == "Sales")


def kinds_of(sandbox, pipeline):
    """Return the deals of a pipeline by the type of their status."""
    statuses = sandbox.store.opportunity_statuses
    found = {"active": [], "won": [], "lost": []}
    for one in sandbox.opportunities.values():
        status = statuses[one["status_id"]]
        if status["pipeline_id"] == pipeline:
            found[status["type"]].append(one)
    return found


async def test_totals_tell_what_was_won(ask, sandbox, pipeline):
    body = {"pipeline": pipeline, "type": "created-cohort", "cohort_relative_range": "all-time"}
    report = await ask("mia", "POST", "report/funnel/opportunity/totals/", body)
    whole, kinds = report["aggregations"], kinds_of(sandbox, pipeline)
    assert set(whole) == TOTALS
    assert whole["count"] == sum(len(some) for some in kinds.values())
    assert whole["count_total_won"] == len(kinds["won"]) > 0
    assert whole["count_total_complete"] == len(kinds["won"]) + len(kinds["lost"])
    assert whole["count_win_rate"] == len(kinds["won"]) / whole["count_total_complete"]
    assert whole["value_total_won"] == sum(one["value"] or 0 for one in kinds["won"])
    assert sum(one["count"] for one in report["data"]) == whole["count"]
    assert {one["user_id"] for one in report["data"]} == set(sandbox.users)
    assert all(set(one) == {*TOTALS, "user_id"} for one in report["data"])


async def test_nothing_won_is_no_rate(ask, pipeline):
    body = {
        "pipeline": pipeline,
        "type": "created-cohort",
        "cohort_datetime_range": {"start": "2001-01-01T00:00:00Z", "end": "2001-02-01T00:00:00Z"},
    }
    whole = (await ask("mia", "POST", "report/funnel/opportunity/totals/", body))["aggregations"]
    assert (whole["count"], whole["sales_velocity"]) == (0, 0)
    assert whole["count_win_rate"] is None
    assert whole["average_time_to_win"] is None


@pytest.mark.parametrize("kind", ["stages", "totals"])
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pipeline": "pipe_x"}, "pipeline"),
        ({"type": "x"}, "type"),
        ({"report_relative_range": "soon"}, "report_relative_range"),
        ({"report_relative_range": None}, "report_datetime_range"),
        ({"query": {"type": "saved_search", "saved_search_id": "save_x"}}, "saved_search"),
    ],
)
async def test_a_funnel_of_nonsense_is_refused(ask, pipeline, kind, wrong, field):
    body = {"pipeline": pipeline, "type": "active-stage-cohort",
            "report_relative_range": "this-year"} | wrong  # fmt: skip
    said = await ask("mia", "POST", f"report/funnel/opportunity/{kind}/", body, 400)
    assert list(said["field-errors"]) == [field]


async def test_an_activity_report_is_for_the_leads_of_a_view(ask, sandbox):
    metric = "opportunities.created.all.count"
    body = {"type": "overview", "metrics": [metric], "relative_range": "all-time"}
    whole = await ask("mia", "POST", "report/activity/", body)
    view = await ask("mia", "POST", "saved_search/", {"name": "U", "query": "name:umbrella"})
    query = {"type": "saved_search", "saved_search_id": view["id"]}
    part = await ask("mia", "POST", "report/activity/", body | {"query": query})
    leads = {key for key, one in sandbox.leads.items() if "Umbrella" in one["name"]}
    count = sum(one["lead_id"] in leads for one in sandbox.opportunities.values())
    assert part["aggregations"]["totals"][metric] == count > 0
    assert whole["aggregations"]["totals"][metric] == len(sandbox.opportunities)


async def test_statuses_tell_what_has_moved(ask, sandbox):
    organization = sandbox.store.organization_id
    path = f"report/statuses/lead/{organization}/"
    statuses = {one["label"]: one["id"] for one in sandbox.store.lead_statuses.values()}
    lead = next(key for key, one in sandbox.leads.items()
                if one["status_id"] == statuses["Customer"])  # fmt: skip
    await ask("mia", "PUT", f"lead/{lead}/", {"status": "Canceled"})
    days = {"date_start": "2026-06-19", "date_end": "2026-06-20"}
    report = await ask("mia", "GET", path, **days)
    rows = {one["status_label"]: one for one in report["status_overview"]}
    assert list(rows) == [one["label"] for one in sandbox.store.lead_statuses.values()]
    left, entered = rows["Customer"], rows["Canceled"]
    assert (left["left"], left["lost"], left["change"]) == (1, 1, -1)
    assert (entered["entered"], entered["gained"], entered["change"]) == (1, 1, 1)
    assert sum(one["ended"] for one in rows.values()) == len(sandbox.leads)
    moves = {(one["from_status_label"], one["to_status_label"]): one["count"]
             for one in report["status_transitions"]}  # fmt: skip
    assert moves["Customer", "Canceled"] == 1
    assert left["_queries"]["left"].startswith('lead_status_change(old_status:"Customer" and date')
    overall = (await ask("mia", "GET", path))["status_overview"][0]
    assert "started" not in overall
    await ask("mia", "GET", "report/statuses/lead/orga_x/", status=404)
    await ask("mia", "GET", path, status=400, query="x", smart_view_id="save_x")
    await ask("mia", "GET", path, status=400, date_start="x")


async def test_statuses_of_deals_are_counted_by_owner_and_query(ask, sandbox):
    path = f"report/statuses/opportunity/{sandbox.store.organization_id}/"

    async def count(**params):
        report = await ask("mia", "GET", path, **params)
        return sum(one["ended"] for one in report["status_overview"])

    ben = sandbox.user_ids["ben"]
    own = [one for one in sandbox.opportunities.values() if one["user_id"] == ben]
    assert await count() == len(sandbox.opportunities)
    assert await count(user_id=ben) == len(own) > 0
    assert await count(query="note:warehouses") == 1
    assert await count(user_id=ben, query="note:warehouses") == 0


async def test_reports_tell_a_restricted_person_of_their_leads_only(ask, sandbox, pipeline):
    seen = {one["id"] for one in (await ask("raj", "GET", "lead/", _limit="200"))["data"]}
    assert 0 < len(seen) < len(sandbox.leads)
    organization = sandbox.store.organization_id
    report = await ask("raj", "GET", f"report/statuses/lead/{organization}/")
    assert sum(one["ended"] for one in report["status_overview"]) == len(seen)
    deals = sum(one["lead_id"] in seen for one in sandbox.opportunities.values())
    report = await ask("raj", "GET", f"report/statuses/opportunity/{organization}/")
    assert sum(one["ended"] for one in report["status_overview"]) == deals
    metrics = ["leads.created.all.count", "opportunities.created.all.count"]
    body = {"type": "comparison", "metrics": metrics, "relative_range": "all-time"}
    totals = (await ask("raj", "POST", "report/activity/", body))["aggregations"]["totals"]
    assert list(totals.values()) == [len(seen), deals]
    body = {"pipeline": pipeline, "type": "created-cohort", "cohort_relative_range": "all-time"}
    mine = await ask("raj", "POST", "report/funnel/opportunity/totals/", body)
    everything = await ask("mia", "POST", "report/funnel/opportunity/totals/", body)
    assert mine["aggregations"]["count"] < everything["aggregations"]["count"]


async def test_sent_e_mails_are_counted(ask, sandbox):
    path = f"report/sent_emails/{sandbox.store.organization_id}/"
    [stats] = (await ask("mia", "GET", path))["sent_email_stats"]
    rows = [one for one in sandbox.activities.values() if one["_type"] == "Email"]
    assert stats["total"] == sum(one["status"] == "sent" for one in rows) > 0
    assert (stats["name"], stats["template_id"]) == ("All Emails", None)
    late = {"date_start": (AT + timedelta(days=1)).date().isoformat()}
    assert (await ask("mia", "GET", path, **late))["sent_email_stats"][0]["total"] == 0
