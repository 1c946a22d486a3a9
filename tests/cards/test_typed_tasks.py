"""A task typed in one line, and what stands in which part of it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.cards.typed_tasks import read_task, take_person

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # a Thursday
PRAGUE = ZoneInfo("Europe/Prague")
PIECES = ["for", "@ben", "call", "friday", "3pm", "Acme", "30.11.", ",", "next", "in", "2", "a"]


def read(line):
    task = read_task(line, now=NOW, zone=PRAGUE, locale="en-GB")
    due = task.when.due if task.when else None
    return task.text, task.lead, task.person, due.isoformat()[:16] if due else ""


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("call Jane for Acme tomorrow 3pm", ("call Jane", "Acme", "", "2026-11-27T14:00")),
        ("call Jane tomorrow 3pm for Acme", ("call Jane", "Acme", "", "2026-11-27T14:00")),
        ("tomorrow call Jane for Acme", ("call Jane", "Acme", "", "2026-11-27")),
        ("call Jane", ("call Jane", "", "", "")),
        ("Send offer by 30.11. for Globex", ("Send offer", "Globex", "", "2026-11-30")),
        ("call back @ben friday", ("call back", "", "ben", "2026-11-27")),
        ("@ben call back for Acme", ("call back", "Acme", "ben", "")),
        ("wait for Jane for Acme Corp next week", ("wait for Jane", "Acme Corp", "", "2026-11-30")),
        ("send 2 tomorrow", ("send 2", "", "", "2026-11-27")),
        ("send the 2 reports friday", ("send the 2 reports", "", "", "2026-11-27")),
        ("Angebot für Acme bis Freitag", ("Angebot", "Acme", "", "2026-11-27")),
        ("tomorrow", ("", "", "", "2026-11-27")),
        ("call Jane for Acme tomorrow.", ("call Jane", "Acme", "", "2026-11-27")),
        ("call Jane tomorrow for Acme at 3pm", ("call Jane", "Acme", "", "2026-11-27T14:00")),
        ("tomorrow call Jane for Acme at 3pm", ("call Jane", "Acme", "", "2026-11-27T14:00")),
        ("call Jane @3pm for Acme", ("call Jane", "Acme", "", "2026-11-26T14:00")),
        ("call Jane for Acme at 9", ("call Jane", "Acme", "", "2026-11-27T08:00")),
        ("for Acme: call Jane friday", ("call Jane", "Acme", "", "2026-11-27")),
        ('call for "Teach for America" friday', ("call", "Teach for America", "", "2026-11-27")),
        ("call for 15 minutes tomorrow", ("call for 15 minutes", "", "", "2026-11-27")),
        ("call for Acme friday for an hour", ("call for an hour", "Acme", "", "2026-11-27")),
        ("call Jane for me tomorrow", ("call Jane for me", "", "", "2026-11-27")),
        ("report of today for Acme tomorrow", ("report of today", "Acme", "", "2026-11-27")),
        ("pay on the 15th", ("pay", "", "", "2026-12-15")),
        ("prepare for friday", ("prepare", "", "", "2026-11-27")),
        ("call @ben. for Acme", ("call", "Acme", "ben", "")),
    ],
)
def test_lead_date_and_person_are_taken_out_of_the_text(line, parts):
    assert read(line) == parts


@pytest.mark.parametrize(
    "line",
    [
        "call Jan",
        "call Sam",
        "call Sun",
        "meet in May",
        "order 12 chairs",
        "check it in a day or two",
        "call back +1 415 555 1234",
        "mail jane@acme.com",
        "call J. P. Morgan",
        "use version 2",
    ],
)
def test_names_and_numbers_are_no_dates(line):
    assert read(line) == (line, "", "", "")


def test_a_date_that_is_odd_is_taken_out_and_asked_back():
    task = read_task("call Jane for Acme yesterday", now=NOW, zone=PRAGUE)
    assert task.text == "call Jane"
    assert task.when.due is None
    assert "past" in task.when.unclear


@pytest.mark.parametrize(
    "line", ["call Jane 31.11.", "call 30 feb", "call every monday", "call a week from monday"]
)
def test_a_date_that_is_none_or_many_is_asked_back(line):
    task = read_task(line, now=NOW, zone=PRAGUE, locale="en-GB")
    assert task.when.due is None
    assert "Pick" in task.when.unclear


@pytest.mark.parametrize(
    ("line", "ways"),
    [
        (
            "call Jane for Teach for America friday",
            (("call Jane", "Teach for America"), ("call Jane for Teach", "America")),
        ),
        (
            "for Acme call Jane",
            (("Jane", "Acme call"), ("call Jane", "Acme"), ("", "Acme call Jane")),
        ),
    ],
)
def test_what_may_be_a_lead_is_told_with_the_text_that_is_left(line, ways):
    assert read_task(line, now=NOW, zone=PRAGUE).ways == ways


def test_an_address_is_no_person():
    assert take_person("mail a@b.com  to @ben now") == ("mail a@b.com to now", "ben")


@given(st.lists(st.sampled_from(PIECES)))
def test_any_line_can_be_taken_apart(words):
    task = read_task(" ".join(words), now=NOW, zone=PRAGUE, locale="en-US")
    assert len(task.text.split()) <= len(words)


@given(st.text(max_size=200))
def test_any_text_can_be_taken_apart(text):
    read_task(text, now=NOW, zone=PRAGUE)
