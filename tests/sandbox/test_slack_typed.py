"""What people type, as Slack delivers it in rich text."""

import pytest

from closebot.sandbox.slack_api.typed import rich_blocks


def parts(text):
    return rich_blocks(text, "b1")[0]["elements"]


def pieces(text):
    (part,) = parts(text)
    assert part["type"] == "rich_text_section"
    return part["elements"]


def plain(text, **style):
    return {"type": "text", "text": text} | ({"style": style} if style else {})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("*now* or never", [plain("now", bold=True), plain(" or never")]),
        ("_well_", [plain("well", italic=True)]),
        ("~gone~", [plain("gone", strike=True)]),
        ("`a *b*`", [plain("a *b*", code=True)]),
        ("*a _b_*", [plain("a ", bold=True), plain("b", bold=True, italic=True)]),
        (
            "yes :tada:",
            [plain("yes "), {"type": "emoji", "name": "tada", "unicode": "1f389"}],
        ),
        ("12:30:45 :no_such:", [plain("12:30:45 :no_such:")]),
        ("2 * 3 * 4, a*b*c, snake_case_name", [plain("2 * 3 * 4, a*b*c, snake_case_name")]),
        ("R&amp;D &lt;b&gt;", [plain("R&D <b>")]),
        ("*<@U1>*", [{"type": "user", "user_id": "U1", "style": {"bold": True}}]),
        ("<https://a.example/x_y_z>", [{"type": "link", "url": "https://a.example/x_y_z"}]),
    ],
)
def test_marks_within_a_line_become_styles(typed, kept):
    assert pieces(typed) == kept


def test_fences_and_quoted_lines_are_parts_of_their_own():
    kinds = [one["type"] for one in parts("&gt; so\nwell\n```\n*x*\n```")]
    assert kinds == ["rich_text_quote", "rich_text_section", "rich_text_preformatted"]
    assert parts("```\n*x*\n```")[0]["elements"] == [plain("*x*")]
