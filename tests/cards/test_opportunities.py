"""An opportunity's card and its forms: what a person reads, and what is made of what they type."""

import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closebot.cards.edits import find_touched
from closebot.cards.opportunities import opportunity_list
from closebot.cards.opportunity_answers import Terms, read_deal, read_refusal
from closebot.cards.opportunity_card import (
    DELETE,
    EDIT,
    LOST,
    REOPEN,
    SHARE,
    TELL,
    WON,
    deleted_card,
    opportunity_card,
    won_line,
)
from closebot.cards.opportunity_ending import delete_form, lost_form, lost_note, read_deleted
from closebot.cards.opportunity_form import edit_form, new_form, read_edited
from closebot.close import (
    Contact,
    CustomField,
    Invalid,
    Lead,
    Opportunity,
    OpportunityTotals,
    Organization,
)
from closebot.slack import kit

TODAY = date(2026, 11, 23)  # a Monday
PRAGUE = ZoneInfo("Europe/Prague")
SCHEMAS = Path(__file__).parents[3] / "shared" / "slack" / "blockkit"
HOSTILE = '<!channel> & "quotes" <@U1> \u202ertl\u202c \U0001f389 *b* :tada: `x` '
DEAL = {
    "id": "oppo_1",
    "lead_id": "lead_1",
    "lead_name": "Globex & Sons",
    "contact_id": "cont_1",
    "contact_name": "Hank Scorpio",
    "user_id": "user_1",
    "user_name": "Ana Novak",
    "status_id": "stat_2",
    "status_label": "Proposal Sent",
    "status_type": "active",
    "pipeline_id": "pipe_1",
    "pipeline_name": "Sales",
    "value": 1250050,
    "value_currency": "USD",
    "value_period": "one_time",
    "confidence": 75,
    "date_won": "2026-11-27",
    "note": "Wants *four* plants",
}
SALES = {
    "id": "pipe_1",
    "name": "Sales",
    "statuses": [
        {"id": "stat_9", "label": "Lost", "type": "lost"},
        {"id": "stat_1", "label": "Demo", "type": "active"},
        {"id": "stat_2", "label": "Proposal Sent", "type": "active"},
        {"id": "stat_3", "label": "Won", "type": "won"},
    ],
}
NORTHWIND = Organization.model_validate({"id": "orga_1", "currency": "USD", "pipelines": [SALES]})
FIELDS = (
    CustomField(id="cf_1", name="Competitor", type="text"),
    CustomField(id="cf_2", name="Seats", type="number"),
    CustomField(
        id="cf_3", name="Parts", type="choices", choices=("a", "b"), accepts_multiple_values=True
    ),
)
OWNER = ("user_1", "Ana Novak")


def deal(**changed):
    return Opportunity.model_validate(DEAL | changed)


def card(one, **more):
    return opportunity_card(one, today=TODAY, zone=PRAGUE, **more)


def words_of(drawn):
    """Return every piece of text in what was drawn."""
    if isinstance(drawn, dict):
        texts = [drawn["text"]] if isinstance(drawn.get("text"), str) else []
        return texts + [one for value in drawn.values() for one in words_of(value)]
    return [one for value in drawn for one in words_of(value)] if isinstance(drawn, list) else []


def said(drawn):
    return "".join(words_of(drawn["blocks"]))


def ids_in(message):
    """Return the ids of everything that acts."""
    elements = [
        one
        for block in message["blocks"]
        for one in [*block.get("elements", []), block.get("accessory") or {}]
    ]
    entries = [each["value"] for one in elements for each in one.get("options", [])]
    return {one["action_id"] for one in elements if "action_id" in one} | {
        entry.split()[0] for entry in entries
    }


# --- the card ---------------------------------------------------------------------------------


def test_a_card_says_everything_in_full():
    text = said(card(deal()))
    for part in (
        "Globex & Sons", "Status  Proposal Sent (Sales)", "Value  $12,500.50 one-time",
        "Confidence  75 %", "Expected close date  Fri 27 Nov", "Contact  Hank Scorpio",
        "Owner  Ana Novak", "Wants *four* plants",
    ):  # fmt: skip
        assert part in text


def test_a_card_with_nothing_in_it_says_so():
    text = said(card(Opportunity(id="oppo_1")))
    for part in ("Untitled lead", "Status  none", "Value  none", "Expected close date  none"):
        assert part in text


def test_what_is_won_or_lost_says_when_it_was_closed():
    won = deal(status_type="won")
    assert "Closed (won)  today" in said(card(won.model_copy(update={"date_won": TODAY})))
    assert "Close date  Fri 27 Nov" in said(card(won))  # Close keeps the expected one
    lost = deal(status_type="lost", date_lost="2026-11-22T23:30:00+00:00")
    assert "Closed (lost)  today" in said(card(lost))
    assert "Closed (lost)  none" in said(card(deal(status_type="lost")))


def test_an_open_one_can_be_won_or_lost_and_a_closed_one_reopened():
    assert {WON, LOST, EDIT, DELETE, SHARE} <= ids_in(card(deal()))
    assert REOPEN not in ids_in(card(deal()))
    closed = ids_in(card(deal(status_type="won")))
    assert REOPEN in closed
    assert not {WON, LOST} & closed


def test_the_channel_can_be_told_of_what_is_won_only():
    assert TELL in ids_in(card(deal(status_type="won"), can_tell=True))
    assert TELL not in ids_in(card(deal(), can_tell=True))


def test_a_shared_card_has_nothing_that_acts_and_no_note():
    shared = card(deal(), shared_by="Ana Novak")
    assert ids_in(shared) == {"link.lead"}
    assert "four" not in said(shared)
    assert "Ana Novak shared an opportunity from Close" in said(shared)


def test_the_line_for_the_channel_names_who_what_and_how_much():
    assert said(won_line("Ana Novak", deal())) == "Ana Novak won Globex & Sons: $12,500.50"


def test_a_view_button_stands_in_the_row_of_its_opportunity():
    listed = opportunity_list("Open", [deal()], OpportunityTotals(total_results=1), today=TODAY)
    [row] = [block for block in listed["blocks"] if "accessory" in block]
    assert row["accessory"]["value"] == "oppo_1"


# --- the forms --------------------------------------------------------------------------------


def blocks_of(view):
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def test_the_form_has_the_labels_that_people_know():
    view = new_form(NORTHWIND, owner=OWNER, fields=FIELDS, in_channel=True)
    assert [block["label"]["text"] for block in blocks_of(view).values()] == [
        "Lead", "Contact", "Status", "Value", "Period", "Confidence", "Expected close date",
        "Owner", "Note", "Competitor", "Seats", "Parts", "Show the card to",
    ]  # fmt: skip


def test_the_form_begins_with_the_first_active_status_and_me():
    blocks = blocks_of(new_form(NORTHWIND, owner=OWNER))
    assert blocks["status"]["element"]["initial_option"]["value"] == "stat_1"
    assert blocks["owner"]["element"]["initial_option"]["value"] == "user_1"
    assert "audience" not in blocks


def test_a_form_without_custom_fields_that_close_did_not_tell_says_so():
    assert "left out" in said(new_form(NORTHWIND, owner=OWNER, fields=None))


def test_without_a_status_there_is_no_form():
    view = new_form(Organization(id="orga_1"), owner=OWNER)
    assert "submit" not in view
    assert "Make one in Close" in said(view)


def many_statuses(count):
    statuses = [{"id": f"stat_{n}", "label": f"Stage {n}", "type": "active"} for n in range(count)]
    pipeline = {"id": "pipe_1", "name": "Long", "statuses": statuses}
    return Organization.model_validate({"id": "orga_1", "pipelines": [pipeline]})


def test_all_of_many_statuses_can_be_chosen():
    menu = blocks_of(new_form(many_statuses(120), owner=OWNER))["status"]["element"]
    assert sum(len(group["options"]) for group in menu["option_groups"]) == 120


def test_an_edit_form_holds_what_is_there_and_nothing_of_it_is_touched():
    one = deal(**{"custom.cf_1": "Acme", "custom.cf_2": 5, "custom.cf_3": ["b"]})
    view = edit_form(one, NORTHWIND, contacts=[Contact(id="cont_1", name="Hank")], fields=FIELDS)
    blocks = blocks_of(view)
    assert blocks["value"]["element"]["initial_value"] == "$12,500.50"
    assert blocks["confidence"]["element"]["initial_value"] == "75"
    assert blocks["close_date"]["element"]["initial_date"] == "2026-11-27"
    assert blocks["contact"]["element"]["initial_option"]["value"] == "cont_1 lead_1"
    assert "lead" not in blocks
    deal_id, lead_id, marks = read_edited(view["private_metadata"])
    assert (deal_id, lead_id) == ("oppo_1", "lead_1")
    first = {
        "contact": "cont_1 lead_1", "status": "stat_2", "value": "$12,500.50",
        "period": "one_time", "confidence": "75", "close_date": "2026-11-27", "owner": "user_1",
        "note": "Wants *four* plants", "custom.cf_1": "Acme", "custom.cf_2": "5",
        "custom.cf_3": ["b"],
    }  # fmt: skip
    assert find_touched(view["blocks"], first, marks) == set()
    assert find_touched(view["blocks"], first | {"note": None}, marks) == {"note"}


def test_a_note_that_is_longer_than_a_field_is_left_alone():
    view = edit_form(deal(note="x" * 4000), NORTHWIND)
    assert "note" not in blocks_of(view)
    assert "change it in Close" in said(view)


def test_the_current_contact_can_be_kept_also_when_it_is_not_among_the_first():
    view = edit_form(deal(), NORTHWIND, contacts=[Contact(id="cont_2", name="Mindy")])
    options = blocks_of(view)["contact"]["element"]["options"]
    assert [one["text"]["text"] for one in options] == ["Hank Scorpio", "Mindy"]


@pytest.mark.parametrize("contacts", [(), None])
def test_a_lead_without_contacts_has_no_menu_of_them(contacts):
    assert "contact" not in blocks_of(edit_form(deal(), NORTHWIND, contacts=contacts))


def test_losing_and_deleting_say_what_it_is_about():
    assert "Globex & Sons: $12,500.50 will be marked as lost." in said(lost_form(deal()))
    view = delete_form(deal(), today=TODAY, zone=PRAGUE)
    assert "Globex & Sons: $12,500.50" in said(view)
    name = "Globex & Sons: $12,500.50"
    assert read_deleted(view["private_metadata"]) == ("oppo_1", "lead_1", name)
    assert name in said(deleted_card(name, "lead_1"))


def test_the_reason_is_kept_with_the_lead_and_the_value():
    assert lost_note(deal(), "too dear") == "Lost: Globex & Sons, $12,500.50: too dear"
    assert lost_note(deal(value=None), "x") == "Lost: Globex & Sons: x"


# --- reading ----------------------------------------------------------------------------------

TERMS = Terms("lead_1", "USD", TODAY)


def test_what_was_filled_in_is_read_as_close_takes_it():
    values = {
        "contact": "cont_1 lead_1", "status": "stat_2", "value": "5k", "period": "annual",
        "confidence": "50 %", "close_date": "2026-11-23", "owner": "user_1", "note": " n ",
        "custom.cf_2": "7", "custom.cf_1": None,
    }  # fmt: skip
    given, wrong = read_deal(values, TERMS, FIELDS)
    assert wrong == {}
    assert given == {
        "contact_id": "cont_1", "status_id": "stat_2", "value": 500000, "value_period": "annual",
        "confidence": 50, "date_won": TODAY, "user_id": "user_1", "note": "n",
        "custom": {"cf_1": None, "cf_2": 7},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        *(("value", typed) for typed in ("abc", "-5", "1e9", "5,00.0.0", "€5", "x" * 200)),
        *(("confidence", typed) for typed in ("101", "101 %", "-1", "50.5", "half", "1e1", "9999")),
        ("close_date", "2026-11-22"),
        ("contact", "cont_1 lead_2"),
        ("owner", ""),
        ("custom.cf_2", "seven"),
    ],
)
def test_what_cannot_be_taken_is_named_at_its_field(name, typed):
    given, wrong = read_deal({name: typed}, TERMS, FIELDS)
    assert wrong.keys() == {name}
    assert wrong[name].endswith(".")
    assert name not in given.get("custom", {})


def test_all_that_is_wrong_is_said_at_once():
    _, wrong = read_deal({"value": "abc", "confidence": "101", "custom.cf_2": "x"}, TERMS, FIELDS)
    assert wrong.keys() == {"value", "confidence", "custom.cf_2"}


def test_what_is_won_or_lost_may_have_been_closed_before_today():
    closed = Terms("lead_1", "USD", TODAY, is_closed=True)
    given, wrong = read_deal({"close_date": "2026-11-20"}, closed)
    assert (given, wrong) == ({"date_won": date(2026, 11, 20)}, {})


def test_what_was_emptied_is_nothing_to_close():
    values = {"value": None, "contact": None, "close_date": None, "note": None}
    given, wrong = read_deal(values, TERMS)
    assert wrong == {}
    assert given == {"value": None, "contact_id": None, "date_won": None, "note": ""}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("lead", "lead"), ("status", "status"), ("status_id", "status"), ("pipeline", "status"),
        ("contact", "contact"), ("user", "owner"), ("value", "value"), ("value_period", "period"),
        ("confidence", "confidence"), ("date_won", "close_date"), ("note", "note"),
        ("custom.cf_1", "custom.cf_1"), ("custom.cf_3.0", "custom.cf_3"), ("other", "lead"),
    ],
)  # fmt: skip
def test_a_refusal_stands_at_the_field_that_it_is_about(theirs, ours):
    view = new_form(NORTHWIND, owner=OWNER, fields=FIELDS)
    faults, _ = read_refusal(Invalid(400, [], {theirs: "No good."}), view)
    assert faults.keys() == {ours}
    assert "No good." in faults[ours]
    assert "again" in faults[ours]


def test_a_refusal_without_a_field_stands_at_the_first_one():
    view = new_form(NORTHWIND, owner=OWNER)
    assert "Not today" in read_refusal(Invalid(400, ["Not today"]), view)[0]["lead"]
    assert "no reason given" in read_refusal(Invalid(400), view)[0]["lead"]


def test_a_refused_status_owner_or_custom_field_makes_what_is_known_old():
    view = new_form(NORTHWIND, owner=OWNER, fields=FIELDS)
    for name, is_old in (("status", True), ("custom.cf_1", True), ("value", False)):
        assert read_refusal(Invalid(400, [], {name: "x"}), view)[1] is is_old


# --- whatever stands in Close -----------------------------------------------------------------

texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from([HOSTILE, HOSTILE * 60, "x" * 4000, "<" * 4000, "\U0001f389" * 4000, " "]),
)
deals = st.fixed_dictionaries(
    {
        "id": st.just("oppo_" + "x" * 43),
        "lead_id": st.sampled_from(["", "lead_" + "x" * 43]),
        "lead_name": texts,
        "contact_id": st.sampled_from(["", "cont_" + "x" * 43]),
        "contact_name": texts,
        "user_id": st.sampled_from(["", "user_" + "x" * 43]),
        "user_name": texts,
        "status_id": st.sampled_from(["", "stat_2", "stat_77"]),
        "status_label": texts,
        "status_type": st.sampled_from(["active", "won", "lost", ""]),
        "pipeline_name": texts,
        "value": st.none() | st.integers(-(10**18), 10**18),
        "value_currency": st.sampled_from(["USD", "EUR", "CHF", ""]),
        "value_period": st.sampled_from(["one_time", "monthly", "annual", "", "weekly"]),
        "confidence": st.none() | st.integers(-5, 500),
        "date_won": st.none() | st.dates().map(str),
        "date_lost": st.none()
        | st.sampled_from(["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"]),
        "note": texts,
        "custom.cf_1": texts,
        "custom.cf_2": st.none() | st.integers() | texts,
        "custom.cf_3": st.none() | st.lists(texts, max_size=3),
    }
).map(Opportunity.model_validate)
UNHURRIED = settings(deadline=None, max_examples=60)


def validator(surface):
    path = SCHEMAS / f"{surface}.schema.json"
    if not path.is_file():
        pytest.skip("Slack's Block Kit schemas are not beside this clone")
    return jsonschema.Draft7Validator(json.loads(path.read_text()))


@pytest.fixture(scope="module")
def takes_message():
    return validator("message")


@pytest.fixture(scope="module")
def takes_modal():
    return validator("modal")


def faults_of(schema, drawn):
    return [fault.message[:300] for fault in schema.iter_errors(drawn)]


@UNHURRIED
@given(deals, st.sampled_from(["", "Ana"]), st.booleans())
def test_slack_takes_the_card_of_any_opportunity(takes_message, one, shared_by, flag):
    drawn = card(one, shared_by=shared_by, is_shared=flag, can_tell=not flag, remark="Done.")
    assert faults_of(takes_message, drawn) == []
    assert faults_of(takes_message, won_line(one.user_name, one)) == []
    assert faults_of(takes_message, deleted_card(one.lead_name or "x", one.lead_id)) == []


@UNHURRIED
@given(deals, texts.filter(str.strip))
def test_slack_takes_the_forms_of_any_opportunity(takes_modal, one, name):
    fields = [*FIELDS, CustomField(id="cf_4", name=name, type="text", description=name)]
    contacts = [Contact(id="cont_2", name=name, display_name=name), Contact(id="cont_3")]
    lead = Lead(id="lead_1", display_name=name)
    for view in (
        new_form(NORTHWIND, owner=("user_1", name), lead=lead, fields=fields, in_channel=True),
        edit_form(one, NORTHWIND, contacts=contacts, fields=fields),
        lost_form(one),
        delete_form(one, today=TODAY, zone=PRAGUE),
    ):
        assert faults_of(takes_modal, view) == []
        assert len(view.get("private_metadata", "")) < 2000


def test_slack_takes_a_form_with_many_statuses_and_fields(takes_modal):
    fields = [
        CustomField(id=f"cf_{n}{'x' * 40}", name=f"Field {n}", type="text") for n in range(60)
    ]
    organization = many_statuses(420)
    drawn = edit_form(deal(), organization, fields=fields)
    assert faults_of(takes_modal, drawn) == []
    assert len(drawn["private_metadata"]) < 1000
    assert len(drawn["blocks"]) <= kit.MOST_VIEW_BLOCKS
