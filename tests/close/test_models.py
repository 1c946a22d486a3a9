import contextlib
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.close import (
    Contact,
    Lead,
    Me,
    Money,
    Opportunity,
    OpportunityTotals,
    Task,
    Unreadable,
    User,
)
from closebot.close.models import read, read_list

EXAMPLES = Path(__file__).parents[3] / "shared" / "close" / "examples"
recorded = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="Close's recorded answers are not in this clone"
)


@recorded
@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("me.get", Me),
        ("lead.get", Lead),
        ("lead.create", Lead),
        ("lead.update", Lead),
        ("contact.get", Contact),
        ("opportunity.get", Opportunity),
        ("opportunity.update", Opportunity),
        ("task.get", Task),
        ("task.create_2018", Task),
        ("user.get", User),
        ("lead.list", Lead),
        ("contact.list", Contact),
        ("opportunity.list", Opportunity),
        ("task.list", Task),
        ("task.list_all_types", Task),
        ("user.list", User),
        ("lead.list_empty", Lead),
    ],
)
def test_recorded_answers_are_read(name, model):
    answer = json.loads((EXAMPLES / f"{name}.json").read_text())
    got = read_list(model, answer) if ".list" in name else (read(model, answer),)
    assert all(one.id for one in got)
    assert len(got) == (len(answer["data"]) if ".list" in name else 1)


@recorded
def test_a_recorded_lead_is_read_whole():
    lead = read(Lead, json.loads((EXAMPLES / "lead.get.json").read_text()))
    assert lead.is_whole
    assert lead.contacts[0].phones[0].phone_formatted == "+1 415-555-1234"
    assert lead.opportunities[0].money_text == "$500 annual"
    assert lead.date_created.tzinfo is UTC


def test_what_close_leaves_out_or_sends_as_null_reads_as_nothing():
    lead = read(Lead, {"id": "lead_1", "name": None, "url": None, "addresses": None})
    assert (lead.display_name, lead.url, lead.addresses) == ("", "", ())
    assert lead.html_url == "https://app.close.com/lead/lead_1/"
    assert (lead.contacts, lead.is_whole, lead.open_opportunities) == (None, False, ())


def test_unknown_keys_are_left_aside_and_custom_fields_are_gathered():
    lead = read(
        Lead,
        {"id": "lead_1", "brand_new": {"a": 1}, "custom.cf_1": ["x"], "custom": {"Size": "9"}},
    )
    assert lead.custom == {"cf_1": ["x"]}
    assert lead.custom_by_name == {"Size": "9"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-06-19T12:05:28.327000+00:00", datetime(2026, 6, 19, 12, 5, 28, 327000, UTC)),
        ("2015-01-09T19:50:49+00:00", datetime(2015, 1, 9, 19, 50, 49, tzinfo=UTC)),
        ("2026-06-19T09:22:10.931820", datetime(2026, 6, 19, 9, 22, 10, 931820, UTC)),
        ("2026-06-19T14:00:00+02:00", datetime(2026, 6, 19, 12, tzinfo=UTC)),
        (None, None),
    ],
)
def test_moments_are_utc_however_they_are_written(written, meant):
    assert read(Lead, {"id": "lead_1", "date_created": written}).date_created == meant


def test_a_day_stays_a_day_and_a_moment_a_moment():
    assert read(Task, {"id": "task_1", "date": "2026-07-01"}).date == date(2026, 7, 1)
    moment = read(Task, {"id": "task_1", "date": "2026-07-01T10:00:00+00:00"}).date
    assert moment == datetime(2026, 7, 1, 10, tzinfo=UTC)
    deal = read(Opportunity, {"id": "oppo_1", "date_won": "2026-07-01T00:00:00+00:00"})
    assert deal.date_won == date(2026, 7, 1)


@pytest.mark.parametrize(
    "data",
    [None, [], "lead", {}, {"id": None}, {"id": ""}, {"id": 7}, {"id": "x" * 101},
     {"id": "lead_1", "contacts": "many"}, {"id": "lead_1", "tasks": {"many": 1}}],
)  # fmt: skip
def test_an_answer_of_another_shape_is_unreadable_and_not_quoted(data):
    with pytest.raises(Unreadable) as raised:
        read(Lead, data)
    assert "many" not in str(raised.value)


def test_one_odd_field_or_item_hides_no_other():
    lead = read(
        Lead,
        {
            "id": "lead_1",
            "name": 3,
            "url": ["no"],
            "date_created": "yesterday",
            "date_updated": "0001-01-01T00:00:00+09:00",
            "contacts": [None, {"id": None}, {"id": "cont_1", "name": "Jo", "emails": [None, {}]}],
            "opportunities": [
                {"id": "oppo_1", "value": 12.5, "confidence": 33.3, "date_won": "99999-01-01"},
                {"id": "oppo_2", "value": "a lot", "confidence": True, "date_won": "0000-00-00"},
            ],
            "tasks": [{"id": "task_1", "date": "soon", "is_complete": "no"}],
        },
    )
    assert (lead.name, lead.url, lead.date_created, lead.date_updated) == ("3", "", None, None)
    assert [one.name for one in lead.contacts] == ["Jo"]
    assert [(one.value, one.confidence) for one in lead.opportunities] == [(12, 33), (None, None)]
    assert [one.date_won for one in lead.opportunities] == [None, None]
    assert (lead.tasks[0].date, lead.tasks[0].is_complete) == (None, None)
    assert lead.is_whole


@pytest.mark.parametrize("answer", [None, {}, [], {"data": None}, {"data": {"id": 1}}])
def test_a_list_without_a_list_is_unreadable(answer):
    with pytest.raises(Unreadable):
        read_list(Lead, answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*Lead.FIELDS, "custom.cf_1"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_answer_breaks_more_than_itself(data):
    with contextlib.suppress(Unreadable):
        read(Lead, data)


@pytest.mark.parametrize(
    ("cents", "currency", "text"),
    [
        (1250050, "USD", "$12,500.50"),
        (50000, "USD", "$500"),
        (5, "EUR", "€0.05"),
        (-12345, "GBP", "-£123.45"),
        (100000000, "CHF", "CHF 1,000,000"),
        (0, "USD", "$0"),
        (700, "", "7"),
    ],
)
def test_money_is_written_in_full(cents, currency, text):
    assert str(Money(cents, currency)) == text


def test_a_user_without_a_name_is_called_by_their_address():
    assert read(User, {"id": "user_1", "email": "ana@northwind.example"}).name == (
        "ana@northwind.example"
    )


def test_sums_with_fractions_and_nulls_are_read():
    given = {"total_results": 3, "expected_value_one_time": 12.5, "total_value_annual": None,
             "count_by_value_period": {"monthly": None, "annual": 2}}  # fmt: skip
    totals = read(OpportunityTotals, given)
    assert (totals.expected_value_one_time, totals.total_value_annual) == (12, 0)
    assert totals.count_by_value_period == {"monthly": 0, "annual": 2}
