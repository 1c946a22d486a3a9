"""A pipeline at a glance: for each stage how many deals, what they are worth, what is expected."""

from collections.abc import Sequence
from dataclasses import dataclass

from closebot.cards.opportunities import say_sums
from closebot.close import OpportunityTotals, Pipeline, Status
from closebot.slack import kit
from closebot.slack.kit import Json

_WIDTH = 20
_SHORT = 100


@dataclass(frozen=True)
class Stage:
    """A status of a pipeline and what stands in it."""

    status: Status
    totals: OpportunityTotals


def pipeline_card(
    pipeline: Pipeline, stages: Sequence[Stage], *, currency: str, is_mine: bool
) -> Json:
    """Draw the stages in board order, each with a bar as long as its annualized value."""
    name = kit.clip(pipeline.name.strip() or "Untitled", _SHORT)
    whose = "your open opportunities" if is_mine else "open opportunities"
    count = sum(stage.totals.total_results for stage in stages)
    most = max((stage.totals.total_value_annualized for stage in stages), default=0)
    lines = [_stage(stage, most, currency) for stage in stages]
    blocks = [kit.header(name), kit.rich(kit.line(kit.words(f"{count} {whose}", bold=True)))]
    blocks += [kit.rich(*lines)] if lines else [kit.context("It has no stages yet.")]
    blocks.append(kit.context("Bars compare what a stage is worth in a year."))
    return kit.message(f"{kit.quote(name)}: {count} {whose}", blocks)


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


def find_pipeline(name: str, pipelines: Sequence[Pipeline]) -> Pipeline | None:
    """Return the pipeline of that name in any case; the first one for no name."""
    wanted = name.strip().casefold()
    meant = (one for one in pipelines if not wanted or one.name.strip().casefold() == wanted)
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
