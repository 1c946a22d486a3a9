"""Forms and pages of leads: what a person reads, and that nothing in Close breaks them."""

import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closebot.cards.addresses import can_be_typed, read_address, write_address
from closebot.cards.lead_forms import (
    CREATE_ANYWAY,
    LOOK,
    Draft,
    ask_about,
    delete_question,
    deleted,
    edit_lead_form,
    look_view,
    new_lead_form,
    place_faults,
)
from closebot.cards.lead_pages import MOST_PAGED, lead_page, no_status, no_view
from closebot.cards.leads import lead_card
from closebot.close import Address, Lead, LeadsFound, Organization, SmartView, Status
from tests.cards.rules import faults, in_words
from tests.cards.test_leads import GLOBEX, leads, texts

BLOCKKIT = Path(__file__).parents[3] / "shared" / "slack" / "blockkit"
TODAY, PRAGUE = date(2026, 11, 23), ZoneInfo("Europe/Prague")
STATUSES = (Status(id="stat_1", label="Qualified"), Status(id="stat_2", label="Customer"))
ORGANIZATION = Organization(id="orga_1", lead_statuses=STATUSES)
FEW = settings(max_examples=30)
some_leads = st.lists(leads, min_size=1, max_size=12)
some_statuses = st.lists(
    st.builds(Status, id=st.uuids().map("stat_{}".format), label=texts.map(str)), max_size=120
).map(tuple)
organizations = some_statuses.map(lambda found: Organization(id="orga_1", lead_statuses=found))
full = texts.map(lambda text: text or "")
drafts = st.builds(Draft, name=full, website=full, contact_name=full, email=full, phone=full)


def schema_of(name):
    path = BLOCKKIT / f"{name}.schema.json"
    if not path.is_file():
        pytest.skip("Slack's Block Kit schemas are not beside this clone")
    return jsonschema.Draft7Validator(json.loads(path.read_text()))


@pytest.fixture(scope="module")
def modals():
    return schema_of("modal")


@pytest.fixture(scope="module")
def messages():
    return schema_of("message")


def lead(**changed):
    return Lead.model_validate(GLOBEX | changed)


def labels(form):
    return [one["label"]["text"] for one in form["blocks"] if one["type"] == "input"]


# --- forms ------------------------------------------------------------------------------------


def test_a_new_lead_is_asked_for_in_the_words_that_people_know():
    assert labels(new_lead_form(Draft(), ORGANIZATION)) == [
        "Name", "Website", "Description", "Status",
        "Contact name", "Title", "E-mail", "Phone", "Address",
    ]  # fmt: skip


def test_without_statuses_there_is_no_field_for_one():
    assert "Status" not in labels(new_lead_form(Draft(), Organization(id="orga_1")))
    assert "Status" not in labels(edit_lead_form(lead(), Organization(id="orga_1")))


def test_the_question_stands_above_the_form_once():
    form = new_lead_form(Draft(name="Globex"), ORGANIZATION)
    once = ask_about(form, [(lead(), "same name")])
    twice = ask_about(once, [(lead(), "same domain"), (lead(id="lead_2"), "same name")])
    assert labels(twice) == labels(form)
    assert "2 leads like this" in twice["blocks"][0]["text"]["text"]
    row, buttons = twice["blocks"][1], twice["blocks"][3]
    assert (row["accessory"]["action_id"], row["accessory"]["value"]) == (LOOK, "lead_1")
    assert "same domain" in row["text"]["text"]
    assert buttons["elements"][0]["action_id"] == CREATE_ANYWAY


def test_a_card_over_a_form_has_nothing_that_acts():
    view = look_view(lead_card(lead(), today=TODAY, zone=PRAGUE, statuses=STATUSES))
    acts = [
        element for one in view["blocks"] if one["type"] == "actions" for element in one["elements"]
    ]
    assert [one.get("url") for one in acts] == ["https://app.close.com/lead/lead_1/"]


def test_deleting_says_what_goes_with_it():
    said = in_words(delete_question(lead()))
    assert "*Globex & Sons* for good?" in said
    assert "- 2 contacts\n- 3 opportunities\n- 2 open tasks" in said


def test_a_deletion_is_said_with_its_doer():
    said = in_words(deleted("Globex", "Ana Novak"))
    assert said == "*Globex* was deleted from Close by Ana Novak."


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("name", "name"),
        ("url", "website"),
        ("status", "status"),
        ("contacts.0.emails.0.email", "email"),
        ("contacts.0.phones.0.phone", "phone"),
        ("contacts.0.title", "title"),
        ("contacts.0.name", "contact_name"),
        ("addresses.0.country", "address"),
        ("urls", "name"),
    ],
)
def test_what_close_refuses_has_its_place(path, field):
    wrong = place_faults({path: "Is wrong."}, (), new_lead_form(Draft(), ORGANIZATION))
    assert list(wrong) == [field]
    assert "Is wrong." in wrong[field]


@FEW
@given(drafts, organizations, st.lists(st.tuples(leads, st.just("same name")), max_size=8))
def test_the_form_for_a_new_lead_is_valid_whatever_is_known(modals, draft, organization, similar):
    form = new_lead_form(draft, organization, hint="Run `/close new x`")
    asked = ask_about(form, similar)
    assert [fault.message for fault in modals.iter_errors(form)] == []
    assert [fault.message for fault in modals.iter_errors(asked)] == []


@FEW
@given(leads, organizations)
def test_the_forms_of_any_lead_are_valid(modals, one, organization):
    card = lead_card(one, today=TODAY, zone=PRAGUE, statuses=STATUSES)
    for view in (edit_lead_form(one, organization), delete_question(one), look_view(card)):
        assert [fault.message for fault in modals.iter_errors(view)] == []


# --- pages ------------------------------------------------------------------------------------


def test_a_page_in_plain_words():
    found = LeadsFound(leads=tuple(lead(id=f"lead_{n}") for n in range(10)), total=31)
    page = lead_page("Leads", found, skip=10, pages="x", statuses=STATUSES, others="- -")
    lines = in_words(page).splitlines()
    assert lines[0] == "*Leads: 31 leads*"
    assert lines[-2] == "(11 to 20 of 31)"
    assert lines[-1] == "[Previous] [Next] [Any status: Any status / Qualified / Customer]"


def test_the_last_page_that_can_be_had_says_so():
    found = LeadsFound(leads=tuple(lead(id=f"lead_{n}") for n in range(10)), total=5000)
    page = lead_page("Leads", found, skip=MOST_PAGED - 10, pages="x")
    assert in_words(page).splitlines()[-2].startswith("(191 to 200 of 5000. Only the first 200")
    assert in_words(page).splitlines()[-1] == "[Previous]"


@FEW
@given(some_leads, full, some_statuses, st.integers(0, 300), texts)
def test_any_page_is_valid_and_acts_on_nothing(messages, found, title, statuses, skip, words):
    page = lead_page(
        title, LeadsFound(leads=tuple(found), total=400), skip=skip, pages="- - -",
        statuses=statuses[:90], chosen="stat_1", others="- -",
    )  # fmt: skip
    views = [SmartView(id="save_1", name=words or "")] * 40
    for one in (
        page, no_view(words or "x", views, "/close"), no_status(words or "x", STATUSES, "/close"),
        deleted(words or "", words or ""),
    ):  # fmt: skip
        assert faults(one) == []
        assert [fault.message for fault in messages.iter_errors(one)] == []


@FEW
@given(leads, st.lists(st.tuples(full, texts.filter(bool)), max_size=8), full, some_statuses)
def test_a_card_with_everything_on_it_is_valid(messages, one, custom, last, statuses):
    card = lead_card(
        one, today=TODAY, zone=PRAGUE, custom=custom, last_activity=last, statuses=statuses
    )
    assert faults(card) == []
    assert [fault.message for fault in messages.iter_errors(card)] == []


# --- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("500 Howard Street\nSan Francisco, CA 94105\nUS",
         ("500 Howard Street", "", "San Francisco", "CA", "94105", "US")),
        ("Hlavní 7\n602 00 Brno\ncz", ("Hlavní 7", "", "Brno", "", "602 00", "CZ")),
        ("Hlavní 7\nBrno 602 00", ("Hlavní 7", "", "Brno", "", "602 00", "")),
        ("1 Quay\nFloor 2\nSydney, NSW 2000\nAustralia",
         ("1 Quay", "Floor 2", "Sydney", "NSW", "2000", "Australia")),
        ("Somewhere", ("Somewhere", "", "", "", "", "")),
        ("10 Downing St\nLondon SW1A 2AA\nGB",
         ("10 Downing St", "", "London SW1A 2AA", "", "", "GB")),
    ],
)  # fmt: skip
def test_lines_are_read_as_an_address(typed, parts):
    found = read_address(typed)
    names = ("address_1", "address_2", "city", "state", "zipcode", "country")
    assert tuple(getattr(found, name) for name in names) == parts


def test_no_lines_are_no_address():
    assert read_address(" \n ") is None


def test_an_address_without_a_street_cannot_be_typed():
    assert not can_be_typed(Address(city="Brno", country="CZ"))


@given(st.lists(st.text(max_size=30), max_size=5).map("\n".join))
def test_what_says_that_it_can_be_typed_is_read_back_as_it_is(typed):
    found = read_address(typed)
    if found is not None and can_be_typed(found):
        assert read_address(write_address(found)) == found
