import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.slack import kit

HOSTILE = '<!channel> & "quotes" <script>alert(1)</script> \u202ertl\u202c 🎉 *b* _i_ ~s~ `c` <@U1> https://evil.example'


@pytest.mark.parametrize(
    ("delivered", "typed"),
    [
        ("lead Acme", "lead Acme"),
        ("lead A &amp; B &lt;x&gt;", "lead A & B <x>"),
        ("lead &amp;lt;", "lead &lt;"),
        ("lead <mailto:jane@acme.com|jane@acme.com>", "lead jane@acme.com"),
        ("lead <tel:+14155551234|+1 415 555 1234>", "lead +1 415 555 1234"),
        ("lead <http://acme.com|acme.com>", "lead acme.com"),
        ("lead <https://app.close.com/lead/lead_1/>", "lead https://app.close.com/lead/lead_1/"),
        (
            "lead <https://app.close.com/lead/lead_1/|our lead>",
            "lead https://app.close.com/lead/lead_1/",
        ),
        ("task <@U012ABC|ana> call", "task @ana call"),
        ("task <@U012ABC> call", "task @U012ABC call"),
        ("in <#C1|sales> now", "in #sales now"),
        ("hey <!channel>", "hey @channel"),
        ("hey <!subteam^S1|@sales>", "hey @sales"),
        ("hey <!subteam^S1>", "hey @subteam"),
        ("1 < 2", "1 < 2"),
        ("", ""),
    ],
)
def test_delivered_text_is_read_as_it_was_typed(delivered, typed):
    assert kit.read_typed(delivered) == typed


def test_escaped_text_holds_nothing_that_slack_would_act_on():
    assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", kit.escape(HOSTILE))


@given(st.text(), st.integers(min_value=1, max_value=200))
def test_quoted_text_fits_and_never_ends_in_half_an_entity(text, limit):
    quoted = kit.quote(text, limit)
    assert len(quoted) <= limit
    assert kit.escape(html.unescape(quoted)) == quoted


@given(st.text(), st.integers(min_value=1, max_value=200))
def test_clipped_text_fits_and_keeps_its_beginning(text, limit):
    clipped = kit.clip(text, limit)
    assert len(clipped) <= limit
    assert text.startswith(clipped.removesuffix("…").rstrip()) or clipped == text


def test_quoting_keeps_what_fits_untouched():
    assert kit.quote("Acme", 4) == "Acme"
    assert kit.quote("Acme & Co", 20) == "Acme &amp; Co"


@pytest.mark.parametrize("name", ["*Best* Co", "a_b_c", "`x`", ":tada: Ltd", "> quoted", " "])
def test_a_row_that_mrkdwn_would_style_stands_in_plain_text(name):
    assert kit.row(name, "details")["text"]["type"] == "plain_text"


def test_an_ordinary_row_has_a_bold_title():
    assert kit.row("Acme & Co", "Qualified")["text"] == {
        "type": "mrkdwn",
        "text": "*Acme &amp; Co*\nQualified",
        "verbatim": True,
    }


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "//evil", "https://a b", ""]
)
def test_a_link_that_is_none_is_shown_as_text(url):
    assert kit.link(url, "label")["type"] == "text"


def test_a_link_keeps_its_address():
    assert kit.link("mailto:jane@acme.com", "jane@acme.com") == {
        "type": "link",
        "url": "mailto:jane@acme.com",
        "text": "jane@acme.com",
    }


def test_a_message_with_too_many_blocks_says_that_there_is_more():
    message = kit.message("text", [kit.divider()] * 80)
    assert len(message["blocks"]) == kit.MOST_MESSAGE_BLOCKS
    assert "more than fits" in message["blocks"][-1]["elements"][0]["text"]


def test_a_sentence_that_is_too_long_is_cut_between_entities():
    text = kit.section("x" * 2996 + "&amp;&amp;")["text"]["text"]
    assert len(text) <= kit.SECTION
    assert text.endswith("x…")
