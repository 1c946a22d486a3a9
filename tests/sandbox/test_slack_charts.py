"""Charts in the Slack sandbox: what is taken, and what people read."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from closebot.sandbox.slack_api import SlackSandbox
from closebot.sandbox.slack_api.blocks import check_message, check_view


def series(name, *values, labels="abcdefghijklmnopqrstuvwxyz"):
    points = zip(labels, values, strict=False)
    return {"name": name, "data": [{"label": label, "value": value} for label, value in points]}


def chart(kind="bar", *lines, categories=("a", "b"), **axes):
    drawn = list(lines) or [series("May", 1, -2.5)]
    config = {"categories": list(categories)} | axes
    return {"type": kind, "series": drawn, "axis_config": config}


def pie(*segments):
    drawn = [{"label": label, "value": value} for label, value in segments]
    return {"type": "pie", "segments": drawn}


def block(shown, title="Pipeline"):
    return {"type": "data_visualization", "title": title, "chart": shown}


@pytest.mark.parametrize(
    "shown",
    [
        *(chart(kind, series("May", 1, 2), series("June", 3, 4)) for kind in ("bar", "area")),
        chart("line", x_label="x" * 50, y_label="y" * 50),
        chart("bar", series("May", 2, 1, labels="ba")),
        chart(
            "bar",
            *(series(f"s{n}", *range(20)) for n in range(12)),
            categories="abcdefghijklmnopqrst",
        ),
        pie(*((f"{n}".rjust(20), 0.1) for n in range(12))),
    ],
)
def test_a_chart_within_the_limits_is_taken(shown):
    assert check_message([block(shown, "t" * 50)]) == []


@pytest.mark.parametrize(
    ("shown", "pointer"),
    [
        ({"type": "radar"}, "/type"),
        ([], ""),
        ({"type": "bar", "series": [series("May", 1, 2)]}, ""),
        ({"type": "pie", "segments": []}, "/segments"),
        (pie(*((f"{n}", 1) for n in range(13))), "/segments"),
        (pie(("Won", 0)), "/segments/0/value"),
        (pie(("Won", "3")), "/segments/0/value"),
        (pie(("x" * 21, 3)), "/segments/0/label"),
        (pie(("", 3)), "/segments/0/label"),
        (chart("bar", *(series(f"s{n}", 1, 2) for n in range(13))), "/series"),
        (chart("bar", series("x" * 21, 1, 2)), "/series/0/name"),
        (chart("bar", series("May", 1, 2), series("May", 3, 4)), "/series"),
        (chart("bar", series("May", True, 2)), "/series/0/data/0/value"),
        (chart("bar", series("May", 1)), "/series/0/data"),
        (chart("bar", series("May", 1, 2, labels="ac")), "/series/0/data"),
        (chart("bar", series("May", 1, 2, labels="aa")), "/series/0/data"),
        (chart("bar", series("May", 1, 2), categories="aa"), "/axis_config/categories"),
        (
            chart("line", series("May", *range(21)), categories="abcdefghijklmnopqrstu"),
            "/axis_config/categories",
        ),
        (chart("area", x_label="x" * 51), "/axis_config/x_label"),
        (chart("area", unit="USD"), "/axis_config/unit"),
    ],
)
def test_a_chart_that_slack_does_not_take_is_refused(shown, pointer):
    pointers = [problem.pointer for problem in check_message([block(shown)])]
    assert f"/blocks/0/chart{pointer}" in pointers


def test_a_chart_needs_a_title_and_stands_in_messages_and_home_two_at_most():
    assert check_message([block(pie(("Won", 1)), "t" * 51)])[0].pointer == "/blocks/0/title"
    three = [block(pie(("Won", 1)))] * 3
    assert check_message(three[:2]) == []
    assert [problem.constraint for problem in check_message(three)] == [2]
    view = {"title": {"type": "plain_text", "text": "Deals"}, "blocks": three[:1]}
    assert check_view({"type": "home", "blocks": three[:1]}) == []
    assert check_view(view | {"type": "modal"})[0].pointer == "/view/blocks/0/type"


async def test_the_words_and_figures_of_a_chart_are_read():
    async with SlackSandbox() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        lines = chart("line", series("May", 1, 2), series("June", 3, 4), y_label="USD")
        blocks = [block(lines), block(pie(("Won", 3), ("Lost", 1)), "Outcome")]
        channel = slack.channel("sales").id
        await client.chat_postMessage(channel=channel, text="x", blocks=blocks)
        assert slack.member("ana").last().text.splitlines() == [
            "Pipeline",
            "USD",
            "a: May 1, June 3",
            "b: May 2, June 4",
            "Outcome",
            "Won: 3",
            "Lost: 1",
        ]
