"""Every answer that was ever recorded of Close is read, or there is a reason why not."""

import json
from pathlib import Path

import pytest

from closebot.close import models
from closebot.close.errors import read_refusal
from closebot.close.models import read, read_activity, read_list

EXAMPLES = Path(__file__).parents[3] / "shared" / "close" / "examples"
pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="Close's recorded answers are not in this clone"
)

RECORDS = {
    "contact": models.Contact,
    "custom_field_lead": models.CustomField,
    "event": models.Event,
    "lead": models.Lead,
    "me": models.Me,
    "opportunity": models.Opportunity,
    "organization": models.Organization,
    "pipeline": models.Pipeline,
    "smart_view": models.SmartView,
    "status_lead": models.Status,
    "status_opportunity": models.Status,
    "task": models.Task,
    "user": models.User,
    "webhook": models.Subscription,
}
ACTIVITIES = {
    "activity", "call", "email", "lead_status_change", "meeting", "note",
    "opportunity_status_change", "sms", "task_completed",
}  # fmt: skip
NOT_READ = {
    "any.delete": "says nothing",
    "any.headers_2026": "headers, no body",
    "any.error_429_old_body": "the body of a 429 is not read on purpose",
    "lead.merge": "says nothing but ok",
    "oauth.token": "read by OAuth, tested there",
    "phone_number.list_2018": "phone numbers of the organization are not read",
    "report_activity.metrics_keys": "reports are not read",
    "report_activity.overview": "reports are not read",
    "report_funnel_stages": "reports are not read",
    "search.response_counts": "read by Search, tested there",
    "search.response_ids_only": "read by Search, tested there",
    "search.response_with_fields": "read by Search, tested there",
    "sequence.list": "sequences are not read",
    "task.bulk_update": "says nothing but ok",
    "user.availability": "who is online is not read",
    "webhook.payload_opportunity_won": "arrives as a request; its event is read below",
    "webhook.signature_vector": "a recipe, no answer",
    "opportunity.list_aggregates_2017": "totals without rows, read below",
}


def names():
    if not EXAMPLES.is_dir():
        return []
    return sorted(
        path.stem for path in EXAMPLES.glob("*.json") if not path.stem.endswith(".request")
    )


def recorded(name):
    return json.loads((EXAMPLES / f"{name}.json").read_text())


@pytest.mark.parametrize("name", [name for name in names() if name not in NOT_READ])
def test_a_recorded_answer_is_read(name):
    answer, (kind, case) = recorded(name), name.split(".", 1)
    if "error" in case:
        refusal = read_refusal(400, answer)
        assert refusal.messages or refusal.fields
        return
    rows = answer["data"] if isinstance(answer, dict) and "data" in answer else [answer]
    if kind == "event":  # the newest change of an object stands in `data` of a single event
        rows = answer["data"] if "list" in case else [answer]
    for row in rows:
        got = read_activity(row) if kind in ACTIVITIES else read(RECORDS[kind], row)
        assert got.id == row["id"]


@pytest.mark.parametrize("name", sorted(NOT_READ))
def test_what_is_not_read_is_there(name):
    assert name in names()


def test_totals_and_webhook_events_are_read():
    totals = recorded("opportunity.list_aggregates_2017")
    given = {key: value for key, value in totals.items() if value is not None}
    assert read(models.OpportunityTotals, given).total_value_one_time == 1723684820
    event = read(models.Event, recorded("webhook.payload_opportunity_won")["event"])
    assert (event.object_type, event.action) == ("opportunity", "updated")


LISTS = [name for name in names() if ".list" in name and name.split(".")[0] in RECORDS]


@pytest.mark.parametrize("name", [name for name in LISTS if name not in NOT_READ])
def test_a_list_is_read_whole(name):
    answer = recorded(name)
    assert len(read_list(RECORDS[name.split(".")[0]], answer)) == len(answer["data"])
