import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.cards.calls import (
    edit_form,
    log_form,
    logged,
    read_minutes,
    read_refusal,
    say_minutes,
)
from closebot.close import Call, Lead, Outcome
from tests.blockkit import problems
from tests.cards.rules import in_words

HOSTILE = st.text(max_size=4000) | st.sampled_from(["<!channel> *x*", "&<>" * 1500, "\u202e" * 50])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("0", 0),
        ("12", 720),
        (" 12 min ", 720),
        ("1.5", 90),
        ("1,5", 90),
        ("2:30", 150),
        ("0:05", 5),
        ("1440", 86400),
    ],
)
def test_minutes_are_read_as_people_write_them(text, seconds):
    assert read_minutes(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "-5",
        "1e3",
        "2:75",
        "1:2:3",
        "1.5:30",
        "1.:30",
        "1441",
        "99999",
        "٣",
        "nan",
        "5 5",
        "x" * 4000,
    ],
)
def test_anything_else_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"Write minutes"):
        read_minutes(text)


@given(st.integers(0, 86400))
def test_what_is_written_is_read_back(seconds):
    assert read_minutes(say_minutes(seconds)) == seconds


@given(HOSTILE, HOSTILE, HOSTILE)
def test_every_form_and_message_is_what_slack_takes(name, note, outcome):
    lead = Lead(id="lead_1", display_name=name)
    outcomes = [Outcome(id="outcome_1", name=outcome)]
    made = Call(id="acti_1", lead_id="lead_1", note=note, duration=90, outcome_id="outcome_1")
    assert problems(log_form(lead, outcomes, hint=name[:100])) == []
    assert problems(edit_form(made, outcomes)) == []
    assert problems(logged(made, name, outcomes={"outcome_1": outcome})) == []


def test_what_close_refuses_is_named_as_in_the_form():
    refused = {"lead_id": "gone", "outcome_id": "gone", "strange": "?"}
    assert read_refusal(refused) == {"lead": "gone", "outcome": "gone"}


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "Outgoing call"), (90, "Outgoing call  ·  1:30")]
)
def test_a_length_that_nobody_gave_is_not_said(seconds, said):
    card = logged(Call(id="acti_1", lead_id="lead_1", duration=seconds), "Acme")
    assert in_words(card).splitlines()[1].startswith(said)
    assert ("min" in in_words(card)) is (seconds > 0)
