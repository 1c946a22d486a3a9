"""The list of changes: what it says, and that Slack takes it with any text in it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.cards.history import NEWER, OLDER, Change, history, say_change
from tests.blockkit import problems

HOSTILE = st.text(max_size=4000) | st.sampled_from(["<!channel> *x*", "&<>" * 1500, "\u202e" * 50])
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PRAGUE = ZoneInfo("Europe/Prague")


def change_of(**more):
    return Change(**{"at": NOON, "action": "create", "kind": "note", "outcome": "done"} | more)


def drawn(*changes, **more):
    return history(changes, slash="/close", today=date(2026, 11, 23), zone=PRAGUE, **more)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Created a note"),
        ({"action": "update", "kind": "opportunity"}, "Changed an opportunity"),
        ({"action": "delete", "kind": "lead"}, "Deleted a lead"),
        ({"outcome": "unclear"}, "May have created a note: look in Close"),
        ({"outcome": "refused"}, "Refused, nothing changed: would have created a note"),
        ({"kind": ""}, "Created a record"),
    ],
)
def test_a_change_is_said_by_its_kind(changed, said):
    assert say_change(change_of(**changed)) == said


def test_a_change_says_when_and_where():
    one = change_of(used="command", verb="note", channel="C123", lead_id="lead_1Ab")
    block = drawn(one)["blocks"][1]
    first, second = block["elements"]
    assert first["elements"][-1]["url"] == "https://app.close.com/lead/lead_1Ab/"
    assert second["elements"][0]["text"] == "today 13:00"
    assert second["elements"][2]["text"] == "/close note"
    assert second["elements"][-1] == {"type": "channel", "channel_id": "C123"}


def test_a_lead_that_is_gone_has_no_link():
    one = change_of(action="delete", kind="lead", lead_id="lead_1Ab")
    assert "link" not in str(drawn(one)["blocks"][1])


def test_pages_have_buttons_to_both_sides():
    ids = [
        one["action_id"] for one in drawn(change_of(), skip=10, more=True)["blocks"][-1]["elements"]
    ]
    assert ids == [NEWER, OLDER]
    assert drawn(change_of())["blocks"][-1]["type"] == "context"


def test_nothing_is_said_in_words():
    assert "Nothing in the last 90 days" in str(drawn())
    assert problems(drawn()) == []


@given(st.lists(st.builds(
    Change, at=st.datetimes(timezones=st.just(UTC)), action=HOSTILE, kind=HOSTILE, outcome=HOSTILE,
    lead_id=HOSTILE, used=HOSTILE | st.just("command"), verb=HOSTILE, channel=HOSTILE,
), max_size=10), st.booleans())  # fmt: skip
def test_slack_takes_the_list_whatever_is_in_it(changes, more):
    assert problems(drawn(*changes, skip=10, more=more)) == []
