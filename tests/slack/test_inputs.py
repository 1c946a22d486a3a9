from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from closebot.slack import kit

CHOICES = st.lists(st.tuples(st.text(max_size=200), st.text(max_size=200)), max_size=150)


def texts_of(options):
    return [one["text"]["text"] for one in options]


def test_a_chosen_option_stands_in_the_menu():
    menu = kit.menu("Status", [("a", "Open"), ("b", "Won")], chosen="b")
    assert menu["initial_option"] == {"text": kit.plain("Won", 75), "value": "b"}
    assert "initial_option" not in kit.menu("Status", [("a", "Open")], chosen="gone")


@given(CHOICES)
def test_a_menu_holds_only_what_slack_takes(choices):
    drawn = kit.menu("Pick", choices)["options"]
    assert len(drawn) <= 100
    assert len({one["value"] for one in drawn}) == len(drawn)
    assert all(1 <= len(one["text"]["text"]) <= 75 for one in drawn)
    assert all(1 <= len(one["value"]) <= 150 for one in drawn)


@given(CHOICES)
def test_suggestions_hold_only_what_slack_takes(choices):
    made = [kit.option(value, words, details=words) for value, words in choices]
    offered = kit.options(made)["options"]
    assert len(offered) <= 100
    assert all(len(one.get("description", {"text": ""})["text"]) <= 75 for one in offered)


def test_a_large_group_goes_on_under_another_heading():
    group = [(f"s{number}", f"Stage {number}") for number in range(120)]
    menu = kit.grouped_menu("Status", [("Sales", group), ("Renewals", [("r", "Due")])], chosen="r")
    groups = menu["option_groups"]
    assert [one["label"]["text"] for one in groups] == ["Sales", "Sales (continued)", "Renewals"]
    assert [len(one["options"]) for one in groups] == [100, 20, 1]
    assert menu["initial_option"]["value"] == "r"


def test_several_may_be_chosen():
    menu = kit.multi_menu("Pick", [("a", "A"), ("b", "B"), ("c", "C")], chosen=["c", "a", "gone"])
    assert [one["value"] for one in menu["initial_options"]] == ["a", "c"]


def test_a_date_stands_in_its_calendar():
    assert kit.datepicker(chosen=date(2026, 11, 30))["initial_date"] == "2026-11-30"
    assert "initial_date" not in kit.datepicker()


def test_an_entry_of_an_overflow_menu_carries_what_answers_it():
    menu = kit.overflow([("leads.edit", "lead_1", "Edit"), ("leads.list", "", "All leads")])
    assert [one["value"] for one in menu["options"]] == ["leads.edit lead_1", "leads.list"]


def test_a_field_has_its_label_and_hint():
    field = kit.field(
        "lead", "Lead", kit.external_select("x", "Type"), hint="Which?", dispatch=True
    )
    assert (field["block_id"], field["label"]["text"]) == ("lead", "Lead")
    assert (field["hint"]["text"], field["dispatch_action"]) == ("Which?", True)


def test_a_choice_beyond_the_hundredth_heading_is_not_the_chosen_one():
    groups = [(f"Group {number}", [(str(number), f"Choice {number}")]) for number in range(120)]
    menu = kit.grouped_menu("Status", groups, chosen="110")
    assert len(menu["option_groups"]) == 100
    assert "initial_option" not in menu  # Slack refuses one that is not among the options
    assert kit.grouped_menu("Status", groups, chosen="99")["initial_option"]["value"] == "99"
