"""The message that a shortcut was used on, and its address."""

import pytest

from closebot.slack.origins import find_permalink, is_outside, stamp_of
from closebot.slack.payloads import Call

STAMP = "1795438800.000100"


def used_on(message, changed=None):
    whole = {
        "team": {"id": "T1", "domain": "northwind"},
        "message_ts": STAMP,
        "message": {"type": "message", "ts": STAMP} | message,
    } | (changed or {})
    return Call("message_shortcut", "any", "T1", "U1", "/close", team="T1", channel="C1",
                body=whole)  # fmt: skip


def test_a_reply_is_found_in_its_thread():
    address = find_permalink(used_on({"text": "x", "thread_ts": "1795438000.000200"}))
    assert address.endswith("/p1795438800000100?thread_ts=1795438000.000200&cid=C1")


def test_the_first_message_of_a_thread_is_an_ordinary_one():
    assert "?" not in find_permalink(used_on({"text": "x", "thread_ts": STAMP}))


@pytest.mark.parametrize("stamp", ["", "1.2.3", "../x", None, 7])
def test_a_stamp_that_is_odd_is_none(stamp):
    call = used_on({"ts": stamp}, {"message_ts": stamp})
    assert stamp_of(call) == ""
    assert find_permalink(call) == ""


@pytest.mark.parametrize(("team", "theirs"), [("T1", False), ("T9", True), (None, False)])
def test_a_message_of_another_team_is_from_outside(team, theirs):
    assert is_outside(used_on({"user": "U2", "team": team}), {}) is theirs
