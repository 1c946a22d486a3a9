"""Whatever message a shortcut is used on, it has words for a note."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.cards.notes import fits
from closebot.features.notes.message import compose
from closebot.features.notes.typed import split_lead
from closebot.slack.origins import find_permalink
from closebot.slack.payloads import Call

RECORDED = Path(__file__).parents[3] / "shared" / "slack" / "examples"
PRAGUE = ZoneInfo("Europe/Prague")
STAMP = "1795438800.000100"  # 23 Nov 2026, 13:00 UTC


def used_on(message, *, channel="sales", changed=None):
    """Return the call that a shortcut on a message makes."""
    whole = {
        "type": "message_action",
        "team": {"id": "T1", "domain": "northwind"},
        "channel": {"id": "C1", "name": channel},
        "message_ts": STAMP,
        "message": {"type": "message", "ts": STAMP} | message,
    } | (changed or {})
    return Call("message_shortcut", "add_note", "T1", "U1", "/close", team="T1", channel="C1",
                body=whole)  # fmt: skip


def text_of(message, profiles=None, **more):
    return compose(used_on(message, **more), profiles or {}, PRAGUE).text


def test_a_message_says_who_where_and_when_in_the_reader_s_zone():
    text = text_of({"user": "U2", "text": "hello"}, {"U2": {"real_name": "Ben Okafor"}})
    assert text == (
        "Ben Okafor in #sales, 23 Nov 2026 14:00\n\nhello\n\n"
        "https://northwind.slack.com/archives/C1/p1795438800000100"
    )


@pytest.mark.parametrize(
    ("message", "author"),
    [
        ({"user": "U2", "text": "x"}, "@U2"),
        ({"subtype": "bot_message", "username": "Deploys", "text": "x"}, "Deploys"),
        ({"bot_id": "B1", "bot_profile": {"name": "Alerts"}, "text": "x"}, "Alerts"),
        ({"text": "x"}, "Somebody"),
        ({"user": None, "username": 7, "bot_profile": "?", "text": "x"}, "Somebody"),
        ({"username": "Two\nlines", "text": "x"}, "Two lines"),
    ],
)
def test_a_message_by_anybody_names_its_author(message, author):
    assert text_of(message).startswith(f"{author} in #sales, ")


@pytest.mark.parametrize(
    ("channel", "place"),
    [
        ("directmessage", "a direct message"),
        ("privategroup", "a private channel"),
        ("mpdm-ana--ben-1", "a group message"),
        ("", "Slack"),
    ],
)
def test_the_place_is_said_in_words(channel, place):
    assert f" in {place}, " in text_of({"text": "x"}, channel=channel)


@pytest.mark.parametrize("team", [{}, {"domain": ""}, {"domain": "evil/../x"}, None])
def test_an_address_that_is_not_certain_is_left_out(team):
    call = used_on({"text": "x"}, changed={"team": team})
    assert find_permalink(call) == ""
    assert compose(call, {}, PRAGUE).text.endswith("\n\nx")


def test_files_are_listed_by_name_and_address():
    file = {"name": "offer.pdf", "permalink": "https://northwind.slack.com/files/U1/F1/offer.pdf"}
    text = text_of({"text": "", "files": [file]})
    assert "File: offer.pdf (https://northwind.slack.com/files/U1/F1/offer.pdf)" in text


def test_a_message_without_words_is_its_author_and_address():
    assert len(text_of({"user": "U2"}).split("\n\n")) == 2


@pytest.mark.parametrize(
    ("message", "is_outside"),
    [
        ({"team": "T1"}, False),
        ({"team": "T9"}, True),
        ({"team": "T9", "user_team": "T1"}, False),
        ({}, False),
    ],
)
def test_words_of_another_company_are_told_apart(message, is_outside):
    assert compose(used_on(message), {}, PRAGUE).is_outside is is_outside


@pytest.mark.parametrize(
    ("message", "author", "is_outside"),
    [
        ({"team": "T9"}, {"enterprise_user": {"enterprise_id": "E1"}}, False),
        ({"team": "T9"}, {"enterprise_user": {"enterprise_id": "E9"}}, True),
        ({"team": "T9"}, {}, True),
        ({"team": "T1"}, {"is_stranger": True}, True),
        ({"bot_profile": {"team_id": "T9"}}, {}, True),
    ],
)
def test_another_workspace_of_the_same_company_is_not_another_company(message, author, is_outside):
    for changed in ({"enterprise": {"id": "E1"}}, {"team": {"id": "T1", "enterprise_id": "E1"}}):
        call = used_on({"user": "U2"} | message, changed=changed)
        assert compose(call, {"U2": author}, PRAGUE).is_outside is is_outside


@pytest.mark.parametrize(
    "changed", [{"is_ext_shared": True}, {"channel": {"id": "C1", "is_ext_shared": True}}]
)
def test_a_channel_that_slack_calls_shared_is_one(changed):
    assert compose(used_on({"team": "T1"}, changed=changed), {}, PRAGUE).is_outside


def test_the_longest_message_keeps_its_address():
    piece = compose(used_on({"text": "🙂" * 12_000, "attachments": [{"text": "é" * 90_000}]}), {},
                    PRAGUE)  # fmt: skip
    assert fits([piece])
    assert piece.text.endswith("/p1795438800000100")
    assert "🙂" * 12_000 in piece.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
KEYS = ["user", "text", "ts", "thread_ts", "team", "username", "bot_profile", "user_profile"]


@given(st.dictionaries(st.sampled_from([*KEYS, "blocks", "files", "attachments"]), JSON), JSON)
def test_no_shape_of_a_message_breaks_it(message, channel):
    call = used_on(message)
    assert compose(call, {}, PRAGUE).text
    call = used_on(message, changed={"channel": channel, "message_ts": channel})
    assert compose(call, {}, PRAGUE).text


@pytest.mark.skipif(not RECORDED.is_dir(), reason="recorded payloads are not in this clone")
def test_recorded_messages_have_words():
    found = 0
    for path in sorted(RECORDED.rglob("*.json")):
        body = json.loads(path.read_text())
        if isinstance(body, dict) and body.get("type") == "message_action":
            channel = body["channel"]["id"]
            call = Call("message_shortcut", "add_note", "T111", "U1", "/close",
                        team=body["team"]["id"], channel=channel, body=body)  # fmt: skip
            assert compose(call, {}, PRAGUE).text
            found += 1
            if channel == "C111":
                assert compose(call, {"W111": {"real_name": "Wil"}, "U222": {"name": "una"}},
                               PRAGUE).text == (
                    "Wil in #dev, 8 Mar 2020 03:59\n\n@una test\n\n"
                    "https://test-test.slack.com/archives/C111/p1583636382000300"
                )  # fmt: skip
    assert found >= 2


@pytest.mark.parametrize(
    ("words", "split"),
    [
        ("Acme: call back", ("Acme", "call back")),
        ("Acme:call back", ("Acme", "call back")),
        ("acme.com: at 9:30", ("acme.com", "at 9:30")),
        ("https://app.close.com/lead/lead_1/: hi", ("https://app.close.com/lead/lead_1/", "hi")),
        ("Acme: one\ntwo: three", ("Acme", "one\ntwo: three")),
        ("call at 9:30", ("", "call at 9:30")),
        ("see https://acme.com", ("", "see https://acme.com")),
        ("a line\nanother: x", ("", "a line\nanother: x")),
        (": text", ("", ": text")),
        ("Acme:", ("", "Acme:")),
        ("", ("", "")),
    ],
)
def test_what_stands_before_the_first_colon_names_the_lead(words, split):
    assert split_lead(words) == split
