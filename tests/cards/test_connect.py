"""The invitation to connect, in every place where it stands."""

from hypothesis import given
from hypothesis import strategies as st

from closebot.cards.connect import connect_prompt, ended_prompt, open_prompt, other_organization
from closebot.slack import kit
from tests.blockkit import problems

HOSTILE = st.text(max_size=4000) | st.sampled_from(["<!channel> *x*", "&<>" * 1500, "\u202e" * 50])


@given(HOSTILE)
def test_every_prompt_is_a_message_whatever_was_typed(typed):
    drawn = (connect_prompt(typed), ended_prompt(typed), open_prompt(typed, typed, was_late=True))
    assert [problems(one) for one in drawn] == [[]] * 3


@given(HOSTILE, HOSTILE)
def test_the_question_fits_a_message_and_a_modal(before, after):
    blocks = other_organization(before, after)
    assert problems(kit.message("Connect", blocks)) == []
    assert problems(kit.modal("connect.other", "Connect Close", blocks)) == []
