"""What Slack takes in a chart.

https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from collections import Counter
from typing import Any

from closebot.sandbox.slack_api.rules import (
    Problem,
    Rule,
    both,
    items,
    number,
    record,
    string,
    then,
    typed,
)

MOST_SERIES = 12
MOST_POINTS = 20
_LABEL = string(20)
_AXIS_LABEL = string(50)


def _above_zero(value: Any, at: str, found: list[Problem]) -> None:
    if isinstance(value, int | float) and value <= 0:
        found.append(Problem("out_of_range", "must be greater than 0", at, 0))


_SEGMENT = record({"label": _LABEL, "value": both(number, _above_zero)})
_POINT = record({"label": _LABEL, "value": number})
_SERIES = record({"name": _LABEL, "data": items(_POINT, MOST_POINTS)})
_AXES = record(
    {"categories": items(_LABEL, MOST_POINTS)}, {"x_label": _AXIS_LABEL, "y_label": _AXIS_LABEL}
)
_SHAPE = record({"series": items(_SERIES, MOST_SERIES), "axis_config": _AXES})


def _check_axes(value: Any, at: str, found: list[Problem]) -> None:
    """Find what is wrong between the parts of a chart that belong together."""
    categories = value["axis_config"]["categories"]
    _refuse_twice(categories, f"{at}/axis_config/categories", found)
    _refuse_twice([one["name"] for one in value["series"]], f"{at}/series", found)
    for index, one in enumerate(value["series"]):
        if Counter(point["label"] for point in one["data"]) != Counter(categories):
            said = "must have exactly one point for each category"
            found.append(Problem("mismatch", said, f"{at}/series/{index}/data"))


def _refuse_twice(names: list[str], at: str, found: list[Problem]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            found.append(Problem("duplicate", f"{name} is not unique", at))


_WITH_AXES = then(_SHAPE, _check_axes)

CHART: Rule = typed(
    {
        "pie": record({"segments": items(_SEGMENT, MOST_SERIES)}),
        "bar": _WITH_AXES,
        "area": _WITH_AXES,
        "line": _WITH_AXES,
    },
    "chart type",
)
