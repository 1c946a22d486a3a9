"""The organization, and short lists of what it is made of."""

from collections.abc import Iterable, Sequence

from closebot.close import Organization, Pipeline, Status, User
from closebot.slack import kit
from closebot.slack.kit import Json

MOST_LISTED = 50
_SHORT = 100  # of any one name: a list stays a list
_SIGNS = {"won": " (won)", "lost": " (lost)"}


def organization_card(organization: Organization) -> Json:
    """Draw the organization: its currency, and how many statuses and pipelines it has."""
    facts = [
        ("Currency", kit.clip(organization.currency, 10) or "not given"),
        ("Lead statuses", str(len(organization.lead_statuses))),
        ("Pipelines", ", ".join(_short(one.name) for one in organization.pipelines) or "none"),
    ]
    lines = [kit.line(kit.words(f"{word}  ", bold=True), kit.words(said)) for word, said in facts]
    name = _short(organization.name)
    return kit.message(kit.quote(name), [kit.header(name), kit.rich(*_lines(lines))])


def user_list(users: Sequence[User], *, more: bool) -> Json:
    """List people with their addresses. `more`: there are others beyond these."""
    lines = [
        kit.line(kit.words(_short(user.name), bold=True), kit.words(_after(user.email)))
        for user in users
    ]
    return _list("Users", lines, more=more)


def status_list(organization: Organization) -> Json:
    """List the statuses of leads, and those of opportunities pipeline by pipeline."""
    leads = [kit.line(kit.words(_short(one.label))) for one in organization.lead_statuses]
    blocks = _blocks("Lead statuses", leads)
    blocks += [block for pipeline in organization.pipelines for block in _pipeline(pipeline)]
    return kit.message(f"Lead statuses: {len(leads)}", blocks)


def pipeline_list(pipelines: Sequence[Pipeline]) -> Json:
    """List pipelines, each with its statuses in board order."""
    blocks = [block for pipeline in pipelines for block in _pipeline(pipeline)]
    if not blocks:
        return kit.sentence("There is no pipeline in this organization yet. Make one in Close.")
    return kit.message(f"{len(pipelines)} pipelines", blocks)


def _pipeline(pipeline: Pipeline) -> list[Json]:
    lines = [kit.line(kit.words(_say(status))) for status in pipeline.statuses]
    return _blocks(_short(pipeline.name), lines)


def _say(status: Status) -> str:
    says_so = status.label.strip().casefold() == status.type
    return _short(status.label) + ("" if says_so else _SIGNS.get(status.type, ""))


def _short(text: str) -> str:
    return kit.clip(text.strip() or "Untitled", _SHORT)


def _list(title: str, lines: Sequence[Json], *, more: bool = False) -> Json:
    said = f"{title}: {len(lines)}{' and more' if more else ''}"
    blocks = _blocks(title, lines)
    if more:
        blocks.append(kit.context(f"The first {len(lines)}. All of them are in Close."))
    return kit.message(said, blocks)


def _blocks(title: str, lines: Sequence[Json]) -> list[Json]:
    shown = lines or [kit.line(kit.words("none"))]
    return [kit.rich(kit.line(kit.words(title, bold=True)), kit.bullets(shown))]


def _after(text: str) -> str:
    return f"  ·  {kit.clip(text, _SHORT)}" if text else ""


def _lines(lines: Iterable[Json]) -> list[Json]:
    """Put each line on one of its own."""
    drawn = list(lines)
    for line in drawn[:-1]:
        line["elements"].append(kit.words("\n"))
    return drawn
