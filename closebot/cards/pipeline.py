"""A pipeline at a glance: for each stage how many deals, what they are worth, what is expected."""

from collections.abc import Sequence
from dataclasses import dataclass

from closebot.cards.opportunities import say_sums
from closebot.close import Opportunity, OpportunityTotals, Pipeline, Status
from closebot.slack import kit
from closebot.slack.kit import Json

_WIDTH = 20
_SHORT = 100
_MOST_STAGES = 40


@dataclass(frozen=True)
class Stage:
    """A status of a pipeline and what stands in it."""

    status: Status
    totals: OpportunityTotals


def pipeline_card(
    pipeline: Pipeline,
    stages: Sequence[Stage],
    *,
    currency: str,
    is_mine: bool,
    in_text: bool = False,
) -> Json:
    """Draw the stages in board order, and below them a chart of their annualized values.

    `in_text`: with bars of characters in the chart's place, where Slack does not take that.
    """
    name = kit.clip(pipeline.name.strip() or "Untitled", _SHORT)
    whose = "your open opportunities" if is_mine else "open opportunities"
    count = sum(stage.totals.total_results for stage in stages)
    most = max((stage.totals.total_value_annualized for stage in stages), default=0)
    shown = [one for one in stages if one.totals.total_results] if _is_long(stages) else stages
    shown = shown[:_MOST_STAGES]
    lines = [_stage(stage, most if in_text else 0, currency) for stage in shown]
    blocks = [kit.header(name), kit.rich(kit.line(kit.words(f"{count} {whose}", bold=True)))]
    blocks += [kit.rich(*lines)] if lines else [kit.context(_say_none(stages))]
    if lines and len(shown) < len(stages):
        blocks.append(kit.context(f"{len(stages) - len(shown)} more stages are left out here."))
    if most > 0:
        if not in_text:
            blocks.append(_chart(name, shown, currency))
        blocks.append(kit.context("Bars compare what a stage is worth in a year."))
    return kit.message(f"{kit.quote(name)}: {count} {whose}", blocks)


def _is_long(stages: Sequence[Stage]) -> bool:
    return len(stages) > _MOST_STAGES


def _say_none(stages: Sequence[Stage]) -> str:
    return f"Nothing stands in its {len(stages)} stages." if stages else "It has no stages yet."


def add_up(deals: Sequence[Opportunity]) -> OpportunityTotals:
    """Add up deals as Close does it for a list."""
    sums = {"total_results": len(deals)}
    for deal in deals:
        annualized = (deal.annualized_value or 0, deal.annualized_expected_value or 0)
        plain = (deal.value or 0, deal.expected_value or 0)
        for period, amounts in ((deal.value_period, plain), ("annualized", annualized)):
            for kind, amount in zip(("total", "expected"), amounts, strict=True):
                key = f"{kind}_value_{period}"
                sums[key] = sums.get(key, 0) + amount
    return OpportunityTotals.model_validate(sums)


def _chart(name: str, stages: Sequence[Stage], currency: str) -> Json:
    """Draw a pair of bars a stage: what it is worth, and what of that is expected."""
    worth = [stage.totals.total_value_annualized / 100 for stage in stages]
    expected = [stage.totals.expected_value_annualized / 100 for stage in stages]
    return kit.bar_chart(
        f"{kit.clip(name, 30)}: value by stage",
        [stage.status.label for stage in stages],
        [("Value", worth), ("Expected", expected)],
        y_label=currency,
    )


def _stage(stage: Stage, most: int, currency: str) -> Json:
    count = stage.totals.total_results
    name = kit.clip(stage.status.label.strip() or "Untitled", _SHORT)
    pieces = [
        kit.words(name, bold=True),
        kit.words(f"  {count} {'deal' if count == 1 else 'deals'}"),
    ]
    if sums := say_sums(stage.totals, currency):
        pieces.append(kit.words(f"  ·  {sums}"))
    worth = stage.totals.total_value_annualized
    length = max(1, round(_WIDTH * worth / most)) if worth > 0 and most > 0 else 0
    pieces.append(kit.words(f"\n{'█' * length}\n" if length else "\n"))
    return kit.line(*pieces)


def find_pipeline(
    name: str, pipelines: Sequence[Pipeline], default_id: str = ""
) -> Pipeline | None:
    """Return the pipeline of that name in any case, or of that id.

    For no name it is the default, or the first one.
    """
    wanted = " ".join(name.casefold().split())
    if not wanted:
        pipelines = sorted(pipelines, key=lambda one: one.id != default_id)
    meant = (
        one
        for one in pipelines
        if not wanted or wanted in (" ".join(one.name.casefold().split()), one.id.casefold())
    )
    return next(meant, None)


def no_pipeline(name: str, pipelines: Sequence[Pipeline]) -> Json:
    """Say that there is no such pipeline, and which there are."""
    if not pipelines:
        return kit.sentence("There is no pipeline in this organization yet. Make one in Close.")
    there = ", ".join(kit.clip(one.name, _SHORT) for one in pipelines[:20])
    pieces = [kit.words("No pipeline is called ", bold=True), kit.quoted(name)]
    pieces.append(kit.words(f". There are: {there}. Try again with one of them."))
    said = f"No pipeline is called “{kit.quote(name, 500)}”."
    return kit.message(said, [kit.rich(kit.line(*pieces))])
