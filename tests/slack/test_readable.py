import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.slack.readable import mentioned, read_hints, read_message

RECORDED = Path(__file__).parents[3] / "shared" / "slack" / "examples"
NAMES = {"U1": "Ana Ruiz", "C1": "deals", "S1": "sales-emea"}


def said(text, **more):
    return {"type": "message", "text": text, **more}


def blocks(*parts, text=""):
    return {"type": "message", "text": text, "blocks": list(parts)}


def rich(*parts, text=""):
    return blocks({"type": "rich_text", "elements": list(parts)}, text=text)


def line(*pieces):
    return {"type": "rich_text_section", "elements": list(pieces)}


def quoted(*pieces):
    return {"type": "rich_text_quote", "elements": list(pieces)}


def code(*pieces):
    return {"type": "rich_text_preformatted", "elements": list(pieces)}


def points(style, *items, **more):
    lines = [line(words(item)) for item in items]
    return {"type": "rich_text_list", "style": style, "elements": lines, **more}


def words(text, **style):
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def plain(text):
    return {"type": "plain_text", "text": text}


TYPED = {
    "words": ("Acme signed today", "Acme signed today"),
    "a person by the name handed in": ("<@U1> called", "@Ana Ruiz called"),
    "a person by the name beside": ("<@U2|bob> called", "@bob called"),
    "a person handed in goes before beside": ("<@U1|ana>", "@Ana Ruiz"),
    "a person nobody knows": ("<@U9> called", "@U9 called"),
    "channels": ("<#C1> <#C2|general> <#C3|>", "#deals #general #C3"),
    "calls to everybody": ("<!here> <!channel> <!everyone|all>", "@here @channel @everyone"),
    "user groups": ("<!subteam^S1> <!subteam^S2|@ops>", "@sales-emea @ops"),
    "a date in its own words": ("<!date^1767225600^{date_short}|1 Jan>", "1 Jan"),
    "a date without words": ("<!date^1767225600^{date_short}>", "2026-01-01 00:00 UTC"),
    "a date beyond the calendar": ("by <!date^999999999999^{date}>", "by"),
    "another special mention": ("<!canvas|our plan>", "our plan"),
    "a link with a label": ("<https://acme.com/x|the offer>", "the offer (https://acme.com/x)"),
    "a bare link": ("<https://acme.com/a?b=1&amp;c=2>", "https://acme.com/a?b=1&c=2"),
    "a site that Slack made a link of": ("see <http://acme.com|acme.com>.", "see acme.com."),
    "style inside an address": ("<https://acme.com/_a_/*b*>", "https://acme.com/_a_/*b*"),
    "style around a link": ("*<https://acme.com|Acme>*", "Acme (https://acme.com)"),
    "a bare address nobody marked": ("https://acme.com/_a_/b", "https://acme.com/_a_/b"),
    "mail": ("<mailto:jane@acme.com|jane@acme.com>", "jane@acme.com"),
    "mail with a label": ("<mailto:jane@acme.com?subject=x|Jane>", "Jane (jane@acme.com)"),
    "a phone": ("<tel:+14155551234|+1 415 555 1234>", "+1 415 555 1234"),
    "a phone with a label": ("<tel:+14155551234|call me>", "call me (+14155551234)"),
    "entities once": ("A &amp; B &lt;x&gt; &amp;lt; &nbsp;", "A & B <x> &lt; &nbsp;"),
    "styles": ("*bold* _italic_ ~struck~", "bold italic struck"),
    "styles in each other": ("*_~all~_* and _*two*_", "all and two"),
    "styles beside signs": ("(*Acme*), _now_! *Deal:* won", "(Acme), now! Deal: won"),
    "no style: names of code": ("snake_case_name __init__ _x", "snake_case_name __init__ _x"),
    "no style: sums": ("2*3*4 and 5 * 3 * 2", "2*3*4 and 5 * 3 * 2"),
    "no style: about": ("~$5 or ~$6, ~/x and ~/y", "~$5 or ~$6, ~/x and ~/y"),
    "no style: over lines": ("*one\ntwo*", "*one\ntwo*"),
    "code": ("run `a_*b*_c` *now*", "run `a_*b*_c` now"),
    "code with entities and links": ("`a &lt; <https://x.io>`", "`a < https://x.io`"),
    "a block of code": ("```*x*\n&gt; y```", "```*x*\n> y```"),
    "a list": ("• *one*\n• two\n1. three", "• one\n• two\n1. three"),
    "a quote": ("&gt; one\n&gt;two\nthree", "> one\n> two\nthree"),
    "a quote to the end": ("so:\n&gt;&gt;&gt; one\ntwo", "so:\n> one\n> two"),
    "emoji": (":tada: :+1::skin-tone-3: :acme_logo:", "🎉 👍 :acme_logo:"),
    "no emoji: times": ("10:30:45 and 10:100:20", "10:30:45 and 10:100:20"),
    "brackets of no kind": ("a < b > c <b>x</b>", "a < b > c <b>x</b>"),
    "blank lines and ends": ("\n\n a  \r\n\r\n\r\n\r\nb\t \n ", "a\n\nb"),
    "what cannot be written": ("a\x00b\x07c\ud800", "abc"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("name", TYPED)
def test_text_is_read_as_plain_text(name):
    text, expected = TYPED[name]
    assert read_message(said(text), names=NAMES) == expected


RICH = {
    "lines": ([line(words("one\ntwo "), words("bold", bold=True))], "one\ntwo bold"),
    "no style of mrkdwn": ([line(words("*a* _b_ <!here>"))], "*a* _b_ <!here>"),
    "entities of an interactive payload": ([line(words("A &amp; B"))], "A & B"),
    "bullets": (
        [line(words("Next:\n")), points("bullet", "call", "mail")],
        "Next:\n• call\n• mail",
    ),
    "bullets within": (
        [points("bullet", "a"), points("bullet", "b", indent=1), points("bullet", "c")],
        "• a\n    • b\n• c",
    ),
    "numbers that go on": (
        [
            points("ordered", "a", "b"),
            points("bullet", "x", indent=1),
            points("ordered", "c", offset=2),
        ],
        "1. a\n2. b\n    • x\n3. c",
    ),
    "an item of two lines": ([points("ordered", "a\nb")], "1. a\n   b"),
    "a list of odd shape": (
        [points("ordered", "b", offset=True), points("bullet", "a", indent=10**30, offset="x")],
        "1. b\n" + "    " * 8 + "• a",
    ),
    "a quote": ([quoted(words("one\ntwo\n")), line(words("yes"))], "> one\n> two\nyes"),
    "code in a line": (
        [line(words("run "), words("a ", code=True), words("b", code=True), words(" now"))],
        "run `a b` now",
    ),
    "a block of code": (
        [code(words("*x*\n"), {"type": "link", "url": "https://x.io"})],
        "```\n*x*\nhttps://x.io\n```",
    ),
    "people and places": (
        [
            line(
                {"type": "user", "user_id": "U1"},
                words(" in "),
                {"type": "channel", "channel_id": "C1"},
                words(" with "),
                {"type": "usergroup", "usergroup_id": "S1"},
                words(" "),
                {"type": "broadcast", "range": "here"},
            )
        ],
        "@Ana Ruiz in #deals with @sales-emea @here",
    ),
    "links": (
        [
            line(
                {"type": "link", "url": "https://x.io", "text": "offer"},
                words(" "),
                {"type": "link", "url": "mailto:jane@acme.com", "text": "jane@acme.com"},
                words(" "),
                {"type": "link", "url": "https://y.io"},
            )
        ],
        "offer (https://x.io) jane@acme.com https://y.io",
    ),
    "emoji": (
        [
            line(
                {"type": "emoji", "name": "woman-tipping", "unicode": "1f481-200d-2640-fe0f"},
                {"type": "emoji", "name": "tada"},
                {"type": "emoji", "name": "acme"},
                {"type": "emoji", "name": "bad", "unicode": "d800"},
            )
        ],
        "💁‍♀️🎉:acme::bad:",
    ),
    "dates and colors": (
        [
            line(
                {"type": "date", "timestamp": 1767225600, "fallback": "1 Jan"},
                words(" "),
                {"type": "date", "timestamp": 1767225600},
                {"type": "date", "timestamp": float("inf")},
                words(" "),
                {"type": "color", "value": "#FF0000"},
            )
        ],
        "1 Jan 2026-01-01 00:00 UTC #FF0000",
    ),
    "a piece of no known kind": ([line({"type": "spell", "text": "abra"})], "abra"),
}


@pytest.mark.parametrize("name", RICH)
def test_rich_text_is_read_as_plain_text(name):
    parts, expected = RICH[name]
    assert read_message(rich(*parts, text="not this"), names=NAMES) == expected


CELLS = [
    [{"type": "raw_text", "text": "Deal"}, {"type": "raw_text", "text": "Value"}],
    [
        {"type": "rich_text", "elements": [line(words("Acme\nInc"))]},
        {"type": "raw_number", "value": 1200},
    ],
]

BLOCKS = {
    "a section with fields": (
        {"type": "section", "text": mrkdwn("*Won*"), "fields": [plain("A &amp; B"), mrkdwn("_c_")]},
        "Won\nA & B\nc",
    ),
    "a header": ({"type": "header", "text": plain("*New* lead :tada:")}, "*New* lead 🎉"),
    "a context": (
        {
            "type": "context",
            "elements": [{"type": "image", "alt_text": "logo"}, mrkdwn("*by* <@U1>")],
        },
        "logo by @Ana Ruiz",
    ),
    "an image": ({"type": "image", "alt_text": "Q3 chart", "image_url": "x"}, "Image: Q3 chart"),
    "a table": ({"type": "table", "rows": CELLS}, "Deal | Value\nAcme Inc | 1200"),
    "a data table": (
        {"type": "data_table", "caption": "Deals", "rows": CELLS},
        "Deals\nDeal | Value\nAcme Inc | 1200",
    ),
    "markdown": (
        {"type": "markdown", "text": "# Plan\n**bold** [us](https://x.io)\n* a_b_c\n`**x**`"},
        "Plan\nbold us (https://x.io)\n* a_b_c\n`**x**`",
    ),
    "a video": (
        {"type": "video", "title": plain("Demo"), "title_url": "https://x.io/v"},
        "Demo (https://x.io/v)",
    ),
    "a card": (
        {"type": "card", "body": mrkdwn("*b*"), "title": mrkdwn("t"), "actions": [plain("no")]},
        "t\nb",
    ),
    "a container": (
        {
            "type": "container",
            "child_blocks": [{"type": "header", "text": plain("in")}],
            "title": plain("out"),
        },
        "out\nin",
    ),
    "a plan": (
        {"type": "plan", "title": "Do", "tasks": [{"type": "task_card", "title": "it"}]},
        "Do\nit",
    ),
    "a block of tomorrow": (
        {"type": "hologram", "content": {"layers": [{"text": "seen"}, ["x", {"title": "too"}]]}},
        "seen\ntoo",
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_are_read_as_plain_text(name):
    block, expected = BLOCKS[name]
    assert read_message(blocks(block, text="not this"), names=NAMES) == expected


PDF = {"name": "offer &amp; terms.pdf", "permalink": "https://t.slack.com/files/U1/F1/offer.pdf"}
FILE = "File: offer & terms.pdf (https://t.slack.com/files/U1/F1/offer.pdf)"

WHOLE = {
    "a divider parts": (
        blocks(
            {"type": "divider"},
            {"type": "section", "text": mrkdwn("a")},
            {"type": "divider"},
            {"type": "section", "text": mrkdwn("b")},
        ),
        "a\n\nb",
    ),
    "controls alone leave the text": (
        blocks({"type": "actions", "elements": [plain("no")]}, {"type": "input"}, text="this"),
        "this",
    ),
    "blocks take names from the text": (
        rich(line({"type": "user", "user_id": "U5"}), text="<@U5|eva>"),
        "@eva",
    ),
    "an attachment": (
        said(
            "see",
            attachments=[
                {
                    "pretext": "new",
                    "title": "Acme",
                    "title_link": "https://acme.com",
                    "text": "*signed*",
                    "fallback": "not this",
                    "fields": [{"title": "Value", "value": "`5`"}, {"value": "alone"}],
                }
            ],
        ),
        "see\n\nnew\nAcme (https://acme.com)\nsigned\nValue: `5`\nalone",
    ),
    "an attachment of blocks": (
        said(
            "",
            attachments=[
                {
                    "fallback": "[no preview available]",
                    "blocks": [{"type": "header", "text": plain("hi")}],
                },
                {"fallback": "[no preview available]"},
                {"fallback": "only this"},
            ],
        ),
        "hi\n\nonly this",
    ),
    "a message shared": (
        said(
            "",
            attachments=[
                {
                    "author_name": "Ana",
                    "text": "not this",
                    "message_blocks": [{"message": rich(line(words("shared")))}],
                    "files": [PDF],
                }
            ],
        ),
        f"Ana\nshared\n{FILE}",
    ),
    "files": (
        said("here", files=[PDF, {"mode": "tombstone", "id": "F2"}, {"title": "x"}]),
        f"here\n\n{FILE}\nFile: x",
    ),
    "files alone": (said("", files=[PDF]), FILE),
    "nothing": ({"type": "message"}, ""),
    "parts of wrong types": (
        {
            "text": ["x"],
            "blocks": [None, 5, "x", {"type": 7}, {"type": "section", "text": "*kept*"}],
            "attachments": {"text": "x"},
            "files": [None, {"name": 5}],
        },
        "kept",
    ),
    "no message": (None, ""),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole_messages_are_read_as_plain_text(name):
    message, expected = WHOLE[name]
    assert read_message(message, names=NAMES) == expected


def test_mentioned_people_are_listed_in_order_and_once():
    message = rich(
        line({"type": "user", "user_id": "U2"}, {"type": "user", "user_id": "U1"}),
        quoted({"type": "user", "user_id": "U2"}),
        text="<@U7>",
    ) | {"attachments": [{"text": "<@W3ABC|x> <#C1> <!subteam^S1>"}]}
    assert mentioned(message) == ["U2", "U1", "W3ABC"]
    assert mentioned(said("<@U7> `<@U8>` <@not-an-id>")) == ["U7", "U8"]
    assert mentioned({}) == mentioned(None) == []


def test_long_messages_are_read_whole():
    many = [f"item {number}" for number in range(1000)]
    text = read_message(rich(points("ordered", *many)))
    assert text.splitlines()[-1] == "1000. item 999"
    assert len(read_message(said("x" * 12_000))) == 12_000


@pytest.mark.parametrize(
    "unit", ["*a ", "_a", "~~a", "`", "```", "<", "<@", ">>>", ":a", "[a](", "&amp;"]
)
def test_unclosed_marks_do_not_hold_up_the_reader(unit):
    text = unit * 12_000
    assert isinstance(read_message(said(text)), str)
    assert isinstance(read_message(blocks({"type": "markdown", "text": text})), str)


@pytest.mark.parametrize(
    ("key", "inner"),
    [
        ("elements", {"type": "rich_text"}),
        ("elements", {"type": "rich_text_list"}),
        ("child_blocks", {"type": "container"}),
        ("rows", {"type": "table"}),
        ("new", {"type": "new"}),
    ],
)
def test_deep_nesting_is_read_as_far_as_slack_draws_it(key, inner):
    block = {"type": "mrkdwn", "text": "deep"}
    for _ in range(5000):
        block = inner | {key: [[block]] if key in {"rows", "new"} else [block]}
    top = {"type": "section", "text": mrkdwn("top")}
    assert read_message(blocks(top, block)) == "top"


KEYS = (
    *("type", "text", "blocks", "elements", "attachments", "files", "fields", "rows", "url"),
    *("name", "title", "style", "indent", "offset", "timestamp", "unicode", "value", "user_id"),
    *("fallback", "message_blocks", "message", "permalink"),
)
TYPES = ("text", "link", "user", "emoji", "date", "section", "table", "markdown", "image")
PARTS = tuple(f"rich_text{part}" for part in ("", "_section", "_list", "_quote"))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(
    SCALARS | st.sampled_from(TYPES + PARTS),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner),
    max_leaves=40,
)


@given(JSON)
def test_whatever_is_delivered_is_read_without_an_error(message):
    text = read_message(message)
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert all(part == part.rstrip() for part in text.split("\n"))
    text.encode()
    assert isinstance(mentioned(message), list)
    read_hints(message)


@given(st.lists(JSON, max_size=5), st.text(), st.dictionaries(st.text(), st.text()))
def test_whatever_blocks_and_text_hold_is_read_without_an_error(parts, text, names):
    message = {"text": text, "blocks": parts, "attachments": parts, "files": parts}
    assert isinstance(read_message(message, names=names), str)


def messages(value):
    if isinstance(value, dict):
        if isinstance(value.get("text"), str) and ("ts" in value or "blocks" in value):
            yield value
        for inner in value.values():
            yield from messages(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from messages(inner)


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded payloads are not in this clone")
def test_recorded_messages_are_read():
    paths = sorted(RECORDED.rglob("*.json"))
    found = [one for path in paths for one in messages(json.loads(path.read_text()))]
    assert len(found) > 30
    for message in found:
        text = read_message(message)
        assert text or not message["text"].strip()
        mentioned(message)
        read_hints(message)
