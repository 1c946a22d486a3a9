import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.cards.contacts import (
    Editing,
    contact_deleted,
    delete_contact_form,
    edit_contact_form,
    new_contact_form,
)
from closebot.cards.edits import find_touched, mark_fields
from closebot.close import Contact, CustomField, Lead
from tests.cards import rules

HOSTILE = st.sampled_from(
    ["<!channel>", "*b* :tada:", "", " ", "x" * 4000, "\u202ertl 🎉", "&" * 4000]
)
TEXT = HOSTILE | st.text(max_size=40)
KINDS = ("text", "textarea", "number", "date", "datetime", "choices", "user", "hidden")


def contact_of(text, ways=3):
    way = {"email": text, "type": text, "phone": text, "phone_formatted": text}
    return Contact.model_validate(
        {
            "id": "cont_1",
            "lead_id": "lead_1",
            "name": text,
            "title": text,
            "emails": [way] * ways,
            "phones": [way] * ways,
            **{f"custom.cf_{kind}": text for kind in KINDS},
        }
    )


def fields_of(text):
    return [
        CustomField.model_validate(
            {"id": f"cf_{kind}", "name": text, "description": text, "type": kind, "choices": [text]}
        )
        for kind in KINDS
    ]


@given(TEXT)
def test_any_contact_has_a_form(text):
    lead = Lead.model_validate({"id": "lead_1", "display_name": text, "name": text})
    contact = contact_of(text)
    for view in (
        new_contact_form(lead, fields_of(text), hint=text),
        edit_contact_form(contact, fields_of(text)),
        delete_contact_form(contact, lead),
    ):
        assert len(json.dumps(view.get("private_metadata", ""))) <= 2800
        assert len(view["blocks"]) <= 100
        for block in view["blocks"]:
            assert len(block.get("hint", {}).get("text", "")) <= 2000
    assert rules.faults(contact_deleted(text.strip()[:100] or "No name", by_us=True)) == []


@given(TEXT)
def test_a_form_that_was_left_alone_was_not_touched(text):
    view = edit_contact_form(contact_of(text), fields_of(text))
    editing = Editing.read(view["private_metadata"])
    values = {
        block["block_id"]: value_of(block["element"])
        for block in view["blocks"]
        if block["type"] == "input"
    }
    assert find_touched(view["blocks"], values, editing.fields) == set()
    assert find_touched(view["blocks"], values | {"name": "another"}, editing.fields) == {"name"}


def value_of(element):
    initial = [value for key, value in element.items() if key.startswith("initial_")]
    if not initial:
        return None
    return initial[0]["value"] if isinstance(initial[0], dict) else initial[0]


def test_what_a_full_contact_had_fits_the_modal():
    ways = [{"email": f"a{n}@b.co", "phone": f"+1415555{n:04}", "type": "home"} for n in range(100)]
    contact = Contact.model_validate({"id": "cont_" + "x" * 40, "emails": ways, "phones": ways})
    view = edit_contact_form(contact, fields_of("x"))
    assert len(json.dumps(view["private_metadata"])) < 2600
    assert len(Editing.read(view["private_metadata"]).email_marks) == 100


@pytest.mark.parametrize(
    ("first", "then", "touched"),
    [(["a", "b"], ["b", "a"], False), (["a"], ["a", "b"], True), (["a"], [], True)],
)
def test_the_order_of_several_choices_is_no_change(first, then, touched):
    options = [{"value": one} for one in first]
    blocks = [{"type": "input", "block_id": "one", "element": {"initial_options": options}}]
    assert bool(find_touched(blocks, {"one": then}, mark_fields(blocks))) is touched


@pytest.mark.parametrize(
    ("then", "touched"), [("a b", False), (" a  b\n", False), ("a\nb", True), ("a", True)]
)
def test_a_new_line_is_a_change_and_blanks_are_none(then, touched):
    blocks = [{"type": "input", "block_id": "one", "element": {"initial_value": "a b"}}]
    assert bool(find_touched(blocks, {"one": then}, mark_fields(blocks))) is touched


def test_a_field_that_a_submission_does_not_mention_was_not_touched():
    blocks = [{"type": "input", "block_id": "one", "element": {"initial_value": "a b"}}]
    assert find_touched(blocks, {}, mark_fields(blocks)) == set()
