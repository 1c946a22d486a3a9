"""Custom fields in forms: what is typed is what Close gets, and what does not fit is left alone."""

from zoneinfo import ZoneInfo

import pytest

from closebot.cards.custom import custom_inputs, in_forms, read_custom
from closebot.close import CustomField

PRAGUE = ZoneInfo("Europe/Prague")


def field(kind="text", **more):
    return CustomField.model_validate({"id": "cf_1", "name": "Budget", "type": kind, **more})


def drawn(one, value):
    return custom_inputs([one], {"cf_1": value}, zone=PRAGUE)


def labels(blocks):
    return [block["label"]["text"] for block in blocks if block["type"] == "input"]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12), ("-3.5", -3.5), ("12,5", 12.5), ("12,500", 12500), ("1,234,567", 1234567),
        ("1,234.56", 1234.56), ("1.234,56", 1234.56), ("1.234.567", 1234567), ("12.500", 12.5),
        ("12 500", 12500), ("0,125", 0.125), (".5", 0.5), ("12\u202f500,5", 12500.5), ("−4", -4),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(typed, number):
    assert read_custom([field("number")], {"custom.cf_1": typed}) == ({"cf_1": number}, {})


@pytest.mark.parametrize(
    "typed", ["abc", "1e9", "5,00.0.0", "NaN", "1_000", "1,2,3", "--5", "9" * 16, "."]
)
def test_what_is_no_number_is_named(typed):
    given, wrong = read_custom([field("number")], {"custom.cf_1": typed})
    assert given == {}
    assert "Write a number" in wrong["custom.cf_1"]


@pytest.mark.parametrize("typed", ["soon", "0001-01-01 00:00", "9999-99-99 10:00"])
def test_what_is_no_moment_is_named(typed):
    assert "custom.cf_1" in read_custom([field("datetime")], {"custom.cf_1": typed}, zone=PRAGUE)[1]


def test_the_first_moment_of_the_calendar_is_drawn():
    [block] = drawn(field("datetime"), "0001-01-01T00:00:00+00:00")
    assert block["element"]["initial_value"].startswith("0001-01-01")


def test_what_was_typed_into_a_field_that_is_gone_is_not_dropped_in_silence():
    given, wrong = read_custom([], {"custom.cf_1": "typed", "custom.cf_2": "", "name": "Acme"})
    assert given == {}
    assert wrong.keys() == {"custom.cf_1"}


def test_nought_is_shown():
    assert drawn(field("number"), 0)[0]["element"]["initial_value"] == "0"


@pytest.mark.parametrize(
    ("one", "value"),
    [
        (field("textarea"), "x" * 4000),
        (field("user", accepts_multiple_values=True), ["user_1", "user_2"]),
        (field("date", accepts_multiple_values=True), ["2026-01-01", "2026-01-02"]),
        (field("text", accepts_multiple_values=True), ["one\ntwo"]),
        (field("choices", choices=["a"], accepts_multiple_values=True), ["a", "left Close"]),
    ],
)
def test_what_a_field_cannot_give_back_whole_is_left_out_and_named(one, value):
    blocks = drawn(one, value)
    assert labels(blocks) == []
    assert "Budget" in blocks[0]["elements"][0]["text"]
    assert labels(drawn(one, None)) == ["Budget"]


def test_of_many_choices_the_chosen_ones_are_never_cut_off():
    choices = [f"Choice {number}" for number in range(120)]
    several = field("choices", choices=choices, accepts_multiple_values=True)
    element = drawn(several, ["Choice 110", "Choice 3"])[0]["element"]
    assert {one["value"] for one in element["initial_options"]} == {"Choice 110", "Choice 3"}
    one = drawn(field("choices", choices=choices), "Choice 119")[0]
    assert one["element"]["initial_option"]["value"] == "Choice 119"
    assert one["hint"]["text"] == "The first 100 of 120 choices"


def test_a_field_none_of_whose_choices_fit_is_left_out():
    assert in_forms([field("choices", choices=["x" * 200, ""])]) == []
