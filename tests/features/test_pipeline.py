import pytest

from closebot.features.pipeline import read_choice
from tests.blockkit import problems


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ("", ("", False)),
        ("mine", ("", True)),
        ("Sales MINE", ("Sales", True)),
        ("mine New Business", ("New Business", True)),
    ],
)
def test_name_and_mine_are_read_in_either_order(words, choice):
    assert read_choice(words) == choice


def worth(workspace, label, owner=None):
    """Return number, one-time cents and expected cents of a stage, counted by hand."""
    statuses = workspace.close.store.opportunity_statuses.values()
    [status] = [one["id"] for one in statuses if one["label"] == label]
    deals = [
        one
        for one in workspace.close.opportunities.values()
        if one["status_id"] == status and owner in (None, one["user_id"])
    ]
    return len(deals), sum(one["value"] or 0 for one in deals if one["value_period"] == "one_time")


def written(cents):
    whole, rest = divmod(cents, 100)
    return f"${whole:,}" + (f".{rest:02d}" if rest else "")


async def test_each_stage_has_count_and_sums_right_after_its_name(workspace):
    ana = await workspace.connected("ana")
    workspace.close.requests.clear()
    await ana.command("/close pipeline")
    answer = await workspace.read(ana, "Sales", "Demo Completed", "Contract Sent", "expected")
    assert len(workspace.close.requests) == 3  # one small one a stage
    for label in ("Demo Completed", "Proposal Sent", "Contract Sent"):
        count, cents = worth(workspace, label)
        line = next(line for line in answer.text.splitlines() if line.startswith(label))
        assert f"{label}  {count} deals" in line
        assert written(cents) in line
    assert "Won" not in answer.text


async def test_a_chart_compares_the_stages(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close pipeline")
    answer = await workspace.read(ana, "Sales: value by stage")
    [chart] = [one["chart"] for one in answer.blocks if one["type"] == "data_visualization"]
    assert chart["axis_config"]["categories"] == [
        "Demo Completed",
        "Proposal Sent",
        "Contract Sent",
    ]
    assert [one["name"] for one in chart["series"]] == ["Value", "Expected"]
    assert problems({"text": "x", "blocks": answer.blocks}) == []


async def test_where_slack_takes_no_chart_bars_of_characters_stand_in(workspace):
    ana = await workspace.connected("ana")
    workspace.slack.faults.fail("response_url", error="invalid_blocks", status=400)
    await ana.command("/close pipeline")
    answer = await workspace.read(ana, "Demo Completed", "█")
    assert "data_visualization" not in str(answer.blocks)


async def test_mine_counts_my_deals_alone(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close pipeline sales mine")
    answer = await workspace.read(ana, "your open opportunities", "Demo Completed")
    count, _ = worth(workspace, "Demo Completed", workspace.close.user_ids["ana"])
    assert f"Demo Completed  {count} deal" in answer.text


async def test_a_pipeline_is_chosen_by_its_name(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close pipeline RENEWALS")
    await workspace.read(ana, "Renewals", "Up for Renewal")


async def test_an_unknown_pipeline_names_those_there_are(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close pipeline *Nope* <!here>")
    await workspace.read(ana, "No pipeline is called", "*Nope* <!here>", "Sales, Renewals")
    assert workspace.slack.violations == []
    assert list(workspace.slack.pings) == []


async def test_an_organization_without_pipelines_is_told(workspace):
    ana = await workspace.connected("ana")
    workspace.close.store.pipelines.clear()
    workspace.forget_organizations()
    await ana.command("/close pipeline")
    await workspace.read(ana, "There is no pipeline in this organization yet")


def add_stages(workspace, count):
    """Put more stages into the first pipeline, as some organizations have."""
    statuses = workspace.close.store.opportunity_statuses
    first = next(one for one in statuses.values() if one["label"] == "Demo Completed")
    for number in range(count):
        more = first | {"id": f"stat_{number:040d}", "label": f"Stage {number}"}
        statuses[more["id"]] = more


async def test_a_pipeline_of_very_many_stages_is_counted_in_few_requests(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close pipeline")
    few = await workspace.read(ana, "Demo Completed", "Contract Sent")
    add_stages(workspace, 120)
    workspace.forget_organizations()
    workspace.close.requests.clear()
    await ana.command("/close pipeline")
    many = await workspace.read(ana, "120 more stages are left out here")
    assert len(workspace.close.requests) == 2
    for label in ("Demo Completed", "Proposal Sent", "Contract Sent"):
        line = next(one for one in few.text.splitlines() if one.startswith(label))
        assert line in many.text.splitlines()
    assert problems({"text": "x", "blocks": many.blocks}) == []


async def test_a_pipeline_that_was_just_made_is_found(workspace):
    ana = await workspace.connected("ana")
    for one in workspace.close.store.pipelines.values():
        one["name"] = f"Young {one['name']}"
    await ana.command("/close pipeline young  sales")
    await workspace.read(ana, "Young Sales", "Demo Completed")
