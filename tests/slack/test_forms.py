from typing import Annotated

import pytest
from pydantic import BeforeValidator, Field, field_validator

from closebot.slack import forms, kit
from closebot.slack.forms import Form, Refused


class Order(Form):
    name: str
    count: Annotated[int, Field(gt=0)] = 1
    kinds: tuple[str, ...] = ()

    @field_validator("name")
    @classmethod
    def _short(cls, value: str) -> str:
        if len(value) > 10:
            raise ValueError("Shorter, please.")
        return value


def view(**values):
    blocks = [kit.text_input(name, name.title()) for name in ("name", "count", "kinds")]
    return {
        "id": "V1",
        "type": "modal",
        "callback_id": "order",
        "title": {"type": "plain_text", "text": "Order"},
        "blocks": blocks,
        "hash": "1.2",
        "state": {"values": {name: {"value": state} for name, state in values.items()}},
    }


def typed(text):
    return {"type": "plain_text_input", "value": text}


def test_a_filled_form_becomes_its_model():
    state = {
        "type": "multi_static_select",
        "selected_options": [{"text": {}, "value": "a"}, {"text": {}, "value": "b"}],
    }
    form = forms.read_form(Order, view(name=typed(" Acme "), count=typed("3"), kinds=state))
    assert form == Order(name="Acme", count=3, kinds=("a", "b"))


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({}, {"name": "Fill this in."}),
        ({"name": typed(None)}, {"name": "Fill this in."}),
        ({"name": typed("much too long a name")}, {"name": "Shorter, please."}),
        ({"name": typed("a"), "count": typed("x")}, {"count": "Write a whole number."}),
        ({"name": typed("a"), "count": typed("0")}, {"count": "This does not fit here."}),
    ],
)
def test_each_fault_is_told_at_its_field(values, errors):
    with pytest.raises(Refused) as refused:
        forms.read_form(Order, view(**values))
    assert refused.value.fields == errors


@pytest.mark.parametrize(
    ("state", "value"),
    [
        ({"type": "plain_text_input", "value": "x"}, "x"),
        ({"type": "static_select", "selected_option": {"value": "a"}}, "a"),
        ({"type": "static_select", "selected_option": None}, None),
        ({"type": "multi_static_select", "selected_options": []}, []),
        ({"type": "checkboxes", "selected_options": [{"value": "a"}]}, ["a"]),
        ({"type": "datepicker", "selected_date": "2026-11-23"}, "2026-11-23"),
        ({"type": "timepicker", "selected_time": "09:00"}, "09:00"),
        ({"type": "users_select", "selected_user": "U1"}, "U1"),
        ({"type": "multi_users_select", "selected_users": ["U1"]}, ["U1"]),
    ],
)
def test_every_element_has_a_value(state, value):
    assert forms.read_values({"state": {"values": {"b": {"a": state}}}}) == {"b": value}


@pytest.mark.parametrize("state", [None, {}, {"values": None}, {"values": {"b": None}}, "x"])
def test_a_view_without_a_proper_state_has_no_values(state):
    assert forms.read_values({"state": state}) == {}


def test_a_value_of_another_kind_is_refused_and_breaks_nothing():
    class Lines(Form):
        name: Annotated[str, BeforeValidator(lambda text: text.upper())] = ""

    odd = view(name="x")
    odd["state"]["values"]["name"] = {"value": {"type": "plain_text_input", "value": 7}}
    with pytest.raises(Refused) as refused:
        forms.read_form(Lines, odd)
    assert refused.value.fields == {"name": "This does not fit here."}


def test_a_form_drawn_again_keeps_what_was_typed_and_names_the_field():
    drawn = forms.redraw(view(name=typed("Acme <b>")), {"name": "Taken & gone."})
    assert drawn["blocks"][0]["element"]["initial_value"] == "Acme <b>"
    assert "Taken &amp; gone." in drawn["blocks"][1]["elements"][0]["text"]
    assert {"id", "hash", "state"}.isdisjoint(drawn)


def test_a_secret_is_not_drawn_again():
    drawn = forms.redraw(view(name=typed("api_secret")), {"name": "No."}, secret=("name",))
    assert "api_secret" not in str(drawn)


def test_an_error_line_is_not_piled_upon_the_last_one():
    again = forms.redraw(view(name=typed("x")), {"name": "First."}) | {"state": {"values": {}}}
    drawn = forms.redraw(again, {"name": "Second."})
    assert "First." not in str(drawn)
    assert len(drawn["blocks"]) == 4
