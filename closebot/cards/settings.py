"""The settings: what one person has chosen for themselves, and what stands for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from closebot.cards.digest_plan import WEEKDAYS, WORKING_DAYS
from closebot.cards.zones import group_zones
from closebot.close import CustomField, Pipeline
from closebot.slack import kit
from closebot.slack.kit import Json

OPEN = "settings.open"
SAVE = "settings.save"
MOST_FIELDS = 10
FROM_SLACK = "slack"
FIRST = "first"
EVERYBODY = "everybody"

TITLE = "Settings"
_FIELDS = "Custom fields on lead cards"
_FIELDS_HINT = "They stand on the cards that one person sees, and are never shared with a channel."
_MENTION = {
    "asked": "Where I ask for it",
    "always": "Wherever people are mentioned",
    "never": "Nowhere",
}
_MENTIONED = {
    "asked": "mentioned in digests where you ask for it",
    "always": "mentioned in every digest that mentions people",
    "never": "never mentioned in digests",
}
_AUDIENCE = (("me", "Only me"), (EVERYBODY, "Everybody here"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person has chosen. `zone` is empty where that of Slack counts, `slack_zone`."""

    zone: str
    slack_zone: str
    days: Sequence[int]
    mention: str
    pipeline: str
    shares: bool


@dataclass(frozen=True, slots=True)
class ForAll:
    """What stands for everybody. `offered`: the fields there are; None where Close did not say."""

    organization: str
    offered: Sequence[CustomField] | None
    fields: Sequence[CustomField]
    may_change: bool


def settings_form(
    chosen: Chosen, pipelines: Sequence[Pipeline] | None, for_all: ForAll, *, slash: str
) -> Json:
    """Draw the form. `pipelines` None: Close did not say which there are."""
    blocks = [*_mine(chosen, pipelines, slash), kit.divider(), *_for_all(for_all)]
    if pipelines is None or for_all.offered is None:
        said = "Close did not answer, so not everything can be chosen here now. Open the settings "
        blocks.append(kit.context(f"{said}again in a moment."))
    return kit.modal(SAVE, TITLE, blocks, submit="Save", close="Cancel")


def _mine(chosen: Chosen, pipelines: Sequence[Pipeline] | None, slash: str) -> list[Json]:
    days = [(str(number), name) for number, name in enumerate(WEEKDAYS)]
    (yours, own), *others = group_zones(chosen.zone or chosen.slack_zone)
    first = (yours, [(FROM_SLACK, f"As in Slack: {chosen.slack_zone}"), *own])
    zones = kit.grouped_menu("Time zone", [first, *others], chosen=chosen.zone or FROM_SLACK)
    mention = kit.menu("Where", list(_MENTION.items()), chosen=chosen.mention)
    fields = [
        kit.rich(kit.line(kit.words("For you", bold=True))),
        kit.field("zone", "Time zone", zones, hint="It decides what “today” is for you."),
        kit.field(
            "days",
            "Working days",
            kit.multi_menu("Days", days, chosen=map(str, chosen.days)),
            hint="A new digest is proposed for these days.",
        ),
        kit.field("mention", "Mention me in digests", mention),
    ]
    if pipelines:
        own = [(FIRST, "The first one of the organization")]
        menu = kit.menu(
            "Pipeline",
            [*own, *((one.id, one.name) for one in pipelines[: kit.MOST_OPTIONS - 1])],
            chosen=chosen.pipeline or FIRST,
        )
        hint = f"It comes first in New opportunity and in {slash} pipeline."
        fields.append(kit.field("pipeline", "Default pipeline", menu, hint=hint))
    audience = kit.radio(_AUDIENCE, chosen=EVERYBODY if chosen.shares else "me")
    hint = "What a form proposes where it asks who is to see a new card."
    fields.append(kit.field("audience", "Show new cards to", audience, hint=hint))
    return fields


def _for_all(one: ForAll) -> list[Json]:
    blocks = [_for_whom(one.organization)]
    if one.offered is None:
        return blocks
    if not one.offered:
        return [*blocks, _no_fields()]
    if not one.may_change:
        return [
            *blocks,
            kit.rich(kit.line(kit.words(f"{_FIELDS}  ", bold=True), kit.words(_names(one.fields)))),
            kit.context("An admin of this Slack can change this."),
        ]
    menu = kit.multi_menu(
        "Choose fields",
        [(field.id, field.name) for field in one.offered],
        chosen=[field.id for field in one.fields],
    )
    blocks.append(kit.field("card_fields", _FIELDS, menu, hint=_FIELDS_HINT, optional=True))
    if len(one.offered) > kit.MOST_OPTIONS:
        count = len(one.offered)
        said = f"The first {kit.MOST_OPTIONS} of {count} custom fields can be chosen here."
        blocks.append(kit.context(said))
    return blocks


def settings_saved(chosen: Chosen, fields: Sequence[CustomField] | None, organization: str) -> Json:
    """Say what was saved. `fields`: those on lead cards, None where they were not changed."""
    said = "Your settings were saved."
    blocks = [kit.section(said), kit.rich(kit.line(kit.words(say_settings(chosen))))]
    if fields is not None:
        line = kit.line(kit.words(f"{_FIELDS}: ", bold=True), kit.words(f"{_names(fields)}."))
        blocks += [kit.rich(line), _for_whom(organization)]
    return kit.message(said, blocks)


def say_settings(chosen: Chosen) -> str:
    """Say what a person has chosen in one line of plain text."""
    zone = chosen.zone or f"{chosen.slack_zone}, as in Slack"
    parts = [zone, _say_days(chosen.days), _MENTIONED.get(chosen.mention, "")]
    return "  ·  ".join(part for part in parts if part)


def _say_days(days: Sequence[int]) -> str:
    if tuple(days) == WORKING_DAYS:
        return "Monday to Friday"
    if len(days) == len(WEEKDAYS):
        return "every day of the week"
    return ", ".join(WEEKDAYS[day][:3] for day in days)


def _for_whom(organization: str) -> Json:
    name = kit.clip(organization.strip(), 150) or "your organization"
    return kit.rich(kit.line(kit.words(f"For everybody of {name} in this Slack", bold=True)))


def _names(chosen: Sequence[CustomField]) -> str:
    names = [kit.clip(one.name.strip() or "Untitled field", 100) for one in chosen[:MOST_FIELDS]]
    return ", ".join(names) or "none"


def _no_fields() -> Json:
    return kit.section(
        "There is nothing to choose yet: leads of your organization have no custom fields. "
        "Make them in Close under *Settings → Custom Fields*."
    )
