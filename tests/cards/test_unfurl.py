"""What links unfold to: short, literal, and nothing that is meant for few."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.cards.unfurl import (
    contact_unfurl,
    lead_unfurl,
    opportunity_unfurl,
    page_unfurl,
    sign_in_blocks,
)
from closebot.close import Contact, Lead, Opportunity, read_page
from closebot.sandbox.slack_api.blocks import check_message
from tests.blockkit import problems

PAGE = read_page("https://app.close.com/lead/lead_1/")
TODAY = date(2026, 11, 26)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        ["<!channel> & <https://evil.example|Acme> *b* :tada:", "<&>" * 1400, "x" * 4000, " "]
    ),
)


def faults(blocks):
    return problems({"text": "unfurl", "blocks": blocks}) + [
        str(one) for one in check_message(blocks, rich_text=False)
    ]


def words(blocks):
    return "\n".join(block["text"]["text"] for block in blocks if block["type"] == "section")


def deal(**more):
    return {"id": "oppo_1", "lead_id": "lead_1", "status_type": "active"} | more


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_is_in_close_slack_takes_it(name, status, owner):
    deals = [
        deal(user_name=owner, status_label=status, lead_name=name, value=1, value_currency="X")
    ]
    lead = Lead.model_validate(
        {"id": "lead_1", "display_name": name, "status_label": status, "opportunities": deals}
    )
    contact = Contact.model_validate({"id": "cont_1", "display_name": name, "title": status})
    drawn = [
        lead_unfurl(lead, PAGE),
        contact_unfurl(contact, lead, PAGE),
        opportunity_unfurl(Opportunity.model_validate(deals[0]), PAGE, today=TODAY),
    ]
    for blocks in drawn:
        assert faults(blocks) == []
        assert "<!" not in "".join(
            block["text"]["text"]
            for block in blocks
            if block["type"] == "section" and block["text"]["type"] == "mrkdwn"
        )
    assert faults(sign_in_blocks()) == []


def test_sums_stand_by_currency_and_period_and_of_open_ones_only():
    deals = [
        deal(value=100_00, value_currency="USD", value_period="monthly", user_name="Ana"),
        deal(value=50_00, value_currency="USD", value_period="monthly", user_name="Ben"),
        deal(value=7_00, value_currency="EUR", value_period="one_time", user_name="Ana"),
        deal(value=None),
        deal(value=999_00, value_currency="USD", value_period="monthly", status_type="won"),
    ]
    lead = Lead.model_validate({"id": "lead_1", "display_name": "Acme", "opportunities": deals})
    assert words(lead_unfurl(lead, PAGE)).splitlines() == [
        "*Acme*",
        "Status none  ·  Owner Ana, Ben",
        "4 open opportunities: €7 one-time, $150 monthly",
    ]


def test_what_is_meant_for_few_is_not_there():
    lead = Lead.model_validate(
        {
            "id": "lead_1",
            "display_name": "Acme",
            "description": "SECRET",
            "url": "https://secret.example",
            "custom": {"Lead Owner": "SECRET"},
            "custom.cf_1": "SECRET",
            "contacts": [{"id": "cont_1", "name": "SECRET", "emails": [{"email": "SECRET"}]}],
            "opportunities": [deal(note="SECRET")],
            "tasks": [{"id": "task_1", "text": "SECRET"}],
        }
    )
    contact = Contact.model_validate(
        {"id": "cont_1", "name": "Zoe", "emails": [{"email": "SECRET"}],
         "phones": [{"phone": "SECRET"}], "custom.cf_2": "SECRET"}
    )  # fmt: skip
    offer = Opportunity.model_validate(deal(note="SECRET", **{"custom.cf_3": "SECRET"}))
    shown = [
        lead_unfurl(lead, PAGE),
        contact_unfurl(contact, lead, PAGE),
        opportunity_unfurl(offer, PAGE, today=TODAY),
    ]
    assert "secret" not in str(shown).lower()


@pytest.mark.parametrize(
    ("path", "kind", "record_id"),
    [
        ("lead/lead_A1/", "lead", "lead_A1"),
        ("lead/lead_A1", "lead", "lead_A1"),
        ("leads/lead_A1/?from=search", "lead", "lead_A1"),
        ("lead/lead_A1/#activity=acti_B2", "lead", "lead_A1"),
        ("lead/lead_A1/#opportunity=oppo_B2", "oppo", "oppo_B2"),
        ("lead/lead_A1/?contact=cont_B2", "cont", "cont_B2"),
        ("lead/lead_A1/opportunity/oppo_B2/", "oppo", "oppo_B2"),
        ("opportunity/oppo_B2/", "oppo", "oppo_B2"),
        ("opportunities/oppo_B2", "oppo", "oppo_B2"),
        ("contact/cont_B2/", "cont", "cont_B2"),
        ("lead/new/", "page", ""),
        ("lead/lead_A1x%2F..%2F/", "page", ""),
        ("search/lead_A1/", "search", ""),
        ("leads/?query=lead_A1", "search", ""),
        ("reports/", "report", ""),
        ("", "page", ""),
    ],
)
def test_addresses_say_what_they_lead_to(path, kind, record_id):
    page = read_page(f"https://app.close.com/{path}")
    assert (page.kind, page.record_id) == (kind, record_id)
    assert faults(page_unfurl(page)) == []


@given(st.text(max_size=80))
def test_any_address_is_read_or_left(text):
    for address in (text, f"https://{text}", f"https://app.close.com/{text}"):
        page = read_page(address)
        assert page is None or faults(page_unfurl(page)) == []
