import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.sandbox.slack_api.blocks import check_message
from closebot.slack.kit.charts import bar_chart

TEXTS = st.text(max_size=60)
VALUES = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=30)


def test_a_bar_chart_has_a_point_for_each_category_of_each_series():
    chart = bar_chart(
        "Pipeline", ["Qualified", "Won"], [("May", [3, 1.5]), ("June", [2])], y_label="USD"
    )
    assert chart == {
        "type": "data_visualization",
        "title": "Pipeline",
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": "May",
                    "data": [{"label": "Qualified", "value": 3}, {"label": "Won", "value": 1.5}],
                },
                {
                    "name": "June",
                    "data": [{"label": "Qualified", "value": 2}, {"label": "Won", "value": 0}],
                },
            ],
            "axis_config": {"categories": ["Qualified", "Won"], "y_label": "USD"},
        },
    }


def test_labels_that_come_out_the_same_are_told_apart():
    names = ["Proposal sent to the customer", "Proposal sent to the board", "Won", "Won", ""]
    chart = bar_chart("Pipeline", names, [("Deals", [1, 2, 3, 4, 5])])["chart"]
    assert chart["axis_config"]["categories"] == [
        "Proposal sent to th…",
        "Proposal sent t… (2)",
        "Won",
        "Won (2)",
        "–",
    ]


def test_a_chart_of_nothing_is_refused():
    for categories, series in (([], [("Deals", [])]), (["Won"], [])):
        with pytest.raises(ValueError, match="needs a category and a series"):
            bar_chart("Pipeline", categories, series)


@given(
    TEXTS,
    st.lists(TEXTS, min_size=1, max_size=30),
    st.lists(st.tuples(TEXTS, VALUES), min_size=1, max_size=15),
    TEXTS,
)
def test_whatever_it_is_made_of_slack_takes_it(title, categories, series, x_label):
    chart = bar_chart(title, categories, series, x_label=x_label)
    assert check_message([chart]) == []
    json.dumps(chart, allow_nan=False)
