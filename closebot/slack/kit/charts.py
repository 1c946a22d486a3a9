"""Charts that Slack draws itself, in messages and in Home.

https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block: at most two in a
message, none in a modal. What a chart shows belongs into the message's text as well, for whoever
cannot see it and for apps too old to draw it.
"""

from collections.abc import Sequence

from closebot.slack.kit.texts import Json, clip

MOST_CHARTS = 2
MOST_SERIES = 12
MOST_CATEGORIES = 20
CHART_TITLE = 50
CHART_LABEL = 20
AXIS_LABEL = 50


def bar_chart(
    title: str,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | int]]],
    *,
    x_label: str = "",
    y_label: str = "",
) -> Json:
    """Draw bars, a group for each category and in it one for each (name, values) of `series`.

    Texts are literal outside text and are clipped; those that come out the same are told apart by
    a number. What is beyond 20 categories or 12 series is left out, and a value that a series does
    not have is 0. Raises `ValueError` when there is no category or no series: Slack draws no empty
    chart.
    """
    if not categories or not series:
        raise ValueError("a chart needs a category and a series")
    labels = _tell_apart(categories[:MOST_CATEGORIES])
    names = _tell_apart([name for name, _ in series[:MOST_SERIES]])
    drawn = [
        {"name": name, "data": _points(labels, values)}
        for name, (_, values) in zip(names, series, strict=False)
    ]
    axes: Json = {"categories": labels}
    for key, text in (("x_label", x_label), ("y_label", y_label)):
        if text.strip():
            axes[key] = clip(text.strip(), AXIS_LABEL)
    return {
        "type": "data_visualization",
        "title": clip(title.strip(), CHART_TITLE) or "Chart",
        "chart": {"type": "bar", "series": drawn, "axis_config": axes},
    }


def _points(labels: Sequence[str], values: Sequence[float | int]) -> list[Json]:
    padded = [*values, *[0] * len(labels)]
    return [{"label": label, "value": value} for label, value in zip(labels, padded, strict=False)]


def _tell_apart(texts: Sequence[str]) -> list[str]:
    """Clip labels and number those that would be the same, since Slack takes each one once."""
    taken: list[str] = []
    for text in texts:
        words = text.strip() or "–"
        label, count = clip(words, CHART_LABEL), 1
        while label in taken:
            count += 1
            end = f" ({count})"
            label = clip(words, CHART_LABEL - len(end)) + end
        taken.append(label)
    return taken
