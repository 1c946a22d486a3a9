"""The form for a note and what is said of one: nothing is lost in it, and Slack takes it."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closebot.cards.note_card import (
    about_note,
    edit_form,
    note_deleted,
    note_saved,
    read_about,
    read_text,
    too_long,
)
from closebot.cards.notes import (
    Piece,
    chosen_lead,
    fits,
    join_pieces,
    kept_view,
    named_lead,
    needs_permission,
    note_form,
    read_pieces,
    text_kept,
)
from closebot.close import Note
from tests.cards.rules import faults, in_words

SCHEMAS = Path(__file__).parents[3] / "shared" / "slack" / "blockkit"
HOSTILE = '<!channel> & "quotes" <@U1> \u202ertl\u202c \U0001f389 *b* :tada: `x` '
ACME = named_lead("lead_1", "Acme & <Sons>")
texts = st.text(max_size=60) | st.sampled_from([HOSTILE, HOSTILE * 60, "x" * 4000, "a b\n" * 1000])
UNHURRIED = settings(deadline=None, max_examples=60)


def validator(surface):
    path = SCHEMAS / f"{surface}.schema.json"
    if not path.is_file():
        pytest.skip("Slack's Block Kit schemas are not beside this clone")
    return jsonschema.Draft7Validator(json.loads(path.read_text()))


@pytest.fixture(scope="module")
def takes_message():
    return validator("message")


@pytest.fixture(scope="module")
def takes_modal():
    return validator("modal")


def faults_of(schema, drawn):
    return [fault.message[:300] for fault in schema.iter_errors(drawn)]


def labels_of(view):
    return [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]


# --- the form ---------------------------------------------------------------------------------


def test_one_message_has_one_field():
    view = note_form([Piece("C1.1", "hello")], lead=ACME, hint="Why", new="C1.1")
    assert labels_of(view) == ["Lead", "Note", "Title"]
    assert view["private_metadata"] == "C1.1"
    assert view["notify_on_close"] is True
    assert "Empty basket" not in str(view)


def test_several_messages_are_counted_and_told_apart():
    pieces = [Piece("C1.1", "one"), Piece("C1.2", "two" * 2000), Piece("C1.3", "three")]
    view = note_form(pieces, new="C1.3", is_short=True)
    assert labels_of(view) == [
        "Lead",
        "Note",
        "Note 2",
        "Note 2 (continued)",
        "Note 2 (continued 2)",
        "Note 3",
        "Title",
    ]
    assert "*3 messages*" in str(view["blocks"][0])
    assert "the oldest of it was let go" in str(view["blocks"][1])


def test_a_message_of_another_company_asks_for_a_tick():
    assert "another company" in str(note_form([Piece("C1.1", "x", is_outside=True)]))
    assert "another company" not in str(note_form([Piece("C1.1", "x")]))


def test_only_what_is_from_outside_needs_the_tick():
    view = note_form([Piece("C1.1", "ours"), Piece("C2.1", "theirs", is_outside=True)])
    assert [piece.is_outside for piece in read_pieces(view)] == [False, True]
    assert needs_permission(read_pieces(view))
    (name,) = [one["block_id"] for one in view["blocks"] if "outside" in one.get("block_id", "")]
    view["state"] = {"values": {name: {"value": {"type": "plain_text_input", "value": None}}}}
    assert not needs_permission(read_pieces(view))


def test_what_may_have_been_saved_is_said_above_it():
    pieces = [Piece("C1.1", "x", tried="2026-11-23T14:00:00+00:00", lead_name="A<b>")]
    assert "may have been saved* on A&lt;b&gt; already" in str(note_form(pieces))


@given(st.lists(st.tuples(texts, st.booleans()), min_size=1, max_size=5))
def test_what_is_drawn_is_what_is_read(said):
    pieces = [
        Piece(f"C1.{number}", text.strip(), is_outside=outside)
        for number, (text, outside) in enumerate(said)
    ]
    assert read_pieces(note_form(pieces)) == pieces


def test_what_was_typed_goes_before_what_was_drawn():
    view = note_form([Piece("C1.1", "a" * 3000), Piece("C1.2", "b")])
    ids = [block.get("block_id", "") for block in view["blocks"]]
    names = [name for name in ids if name.startswith("note/")]
    typed = {"type": "plain_text_input", "value": "edited"}
    emptied = {"type": "plain_text_input", "value": None}
    view["state"] = {"values": {names[0]: {"value": typed}, names[1]: {"value": emptied}}}
    assert read_pieces(view) == [Piece("C1.1", "edited"), Piece("C1.2", "b")]


def test_pieces_become_one_text_without_the_emptied_ones():
    assert join_pieces([Piece("1", "one"), Piece("2", ""), Piece("3", "three")]) == "one\n\nthree"


def test_a_form_has_a_limit_in_characters_and_in_bytes():
    assert fits([Piece("1", "x" * 60_000)])
    assert not fits([Piece("1", "x" * 60_000), Piece("2", "y")])
    assert not fits([Piece("1", "🙂" * 50_000)])


def test_the_largest_form_is_one_that_slack_takes(takes_modal):
    pieces = [Piece(f"C0123456789.1795438800.{n:06}", "🙂é" * 1450) for n in range(20)]
    assert fits(pieces)
    view = note_form(pieces, lead=ACME, new=pieces[-1].key, is_short=True)
    assert faults_of(takes_modal, view) == []
    assert len(view["blocks"]) <= 100
    assert len(json.dumps(view, ensure_ascii=False).encode()) < 250_000


@UNHURRIED
@given(st.lists(texts, min_size=1, max_size=4), texts, st.booleans())
def test_slack_takes_the_form_of_any_text(takes_modal, said, name, flag):
    pieces = [
        Piece(f"C1.{n}", text, is_outside=flag, tried="x" if flag else "", lead_name=name)
        for n, text in enumerate(said)
    ]
    lead = named_lead("lead_1", name)
    view = note_form(pieces, lead=lead, hint=name[:500], title=name, waiting=3, is_short=flag)
    assert faults_of(takes_modal, view) == []
    note = Note(id="acti_1", note=said[0], note_html=f"<p>{name}</p>", title=name)
    edited = edit_form(note, about_note("acti_1", lead))
    assert faults_of(takes_modal, edited) == []
    assert len(edited["private_metadata"]) < 300


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_basket_says_how_many_are_in_it(takes_modal, count):
    view = kept_view(count)
    assert faults_of(takes_modal, view) == []
    assert {0: "is empty", 1: "1 message in", 2: "2 messages in"}[count] in str(view)


def test_the_chosen_lead_is_read_with_its_name():
    option = {"text": {"type": "plain_text", "text": "Acme"}, "value": "lead_1"}
    picked = {"type": "external_select", "selected_option": option}
    view = {"state": {"values": {"lead": {"pickers.lead": picked}}}}
    assert chosen_lead(view) == named_lead("lead_1", "Acme")
    picked["selected_option"] = None
    assert chosen_lead(view) is None
    assert chosen_lead({}) is None


# --- afterwards -------------------------------------------------------------------------------


def test_what_was_saved_in_plain_words():
    card = note_saved("acti_1", ACME, "one\n\ntwo\nthree\nfour", title="Demo")
    assert (
        in_words(card)
        == """\
Note saved on *Acme & <Sons>*

*Demo*
one
two
three …
[Open in Close → https://app.close.com/lead/lead_1/] [Edit] \
[Delete asks “It goes from Close for good.”]"""
    )
    assert card["text"] == "Note saved on Acme &amp; &lt;Sons&gt;"


@UNHURRIED
@given(texts, texts, texts)
def test_slack_takes_what_is_said_of_any_note(takes_message, name, text, title):
    lead = named_lead("lead_1", name)
    for card in (
        note_saved("acti_1", lead, text, title=title),
        note_saved("acti_1", lead, text, is_changed=True),
        note_deleted(lead),
        text_kept(),
        text_kept(lead_name=name or "x"),
        too_long(lead),
    ):
        assert faults(card) == []
        assert faults_of(takes_message, card) == []


@given(texts)
def test_a_button_knows_its_note(name):
    note_id, lead = read_about(about_note("acti_1", named_lead("lead_1", name)))
    assert (note_id, lead.id) == ("acti_1", "lead_1")


@pytest.mark.parametrize(
    ("note", "html", "text"),
    [
        (" plain ", "<body><p>other</p></body>", "plain"),
        ("", "<body><p>one &amp; two</p><p>three<br>four</p></body>", "one & two\nthree\nfour"),
        ("", "<ul><li>a</li><li>b</li></ul>", "• a\n• b"),
        ("", "", ""),
    ],
)
def test_a_note_is_read_as_plain_text(note, html, text):
    assert read_text(Note(id="acti_1", note=note, note_html=html)) == text


@pytest.mark.parametrize(
    ("html", "is_said"),
    [("<body><p>a<br/>b</p></body>", False), ("<body><p>a <strong>b</strong></p></body>", True)],
)
def test_style_that_would_be_lost_is_said(html, is_said):
    view = edit_form(Note(id="acti_1", note="a b", note_html=html), "acti_1 lead_1 Acme")
    assert ("The style is lost" in str(view)) is is_said
