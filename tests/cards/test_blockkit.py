"""Whatever a card is drawn of, Slack takes it: every builder of `closebot.cards`, found by itself.

A builder is a public function that returns `Json`, a list of those, or perhaps none. What it is
given follows from the type of each parameter, or from its name where that says more.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time
from random import Random
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import closebot.cards
from closebot.cards.custom import custom_inputs
from closebot.cards.digest_list import Listed
from closebot.cards.digest_plan import Plan
from closebot.cards.digests import Due
from closebot.cards.lead_forms import Draft, new_lead_form
from closebot.cards.leads import lead_card
from closebot.cards.notes import Piece
from closebot.cards.tasks import Row
from closebot.close import CustomField, Lead, Organization, Task
from closebot.close.models.base import Record
from closebot.slack import kit
from closebot.slack.kit import Json
from tests.blockkit import problems

HOSTILE = (
    "<!channel> & <https://evil.example|Acme> *b* _i_ :tada: `x`",
    "\u202ertl\u202c \U0001f389 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "<&>" * 1400,
    "x" * 4000,
    "one\n" * 1000,
    "",
    "  \n ",
)
ACTS = ("<!", "<https://evil")
OURS = ("", "You changed this.", "*Look* in Close before you try again.")
ZONE = ZoneInfo("Europe/Prague")
TODAY = date(2026, 11, 26)
KINDS = ("text", "textarea", "number", "date", "datetime", "choices", "user", "hidden")
# What is given by its name, as its type says too little: what is ours, and what is one of a few.
NAMED = {
    "address": ["https://app.close.com/lead/lead_1/"],
    "about": ["acti_1 lead_1 Acme"],
    "channel": ["C0123456789"],
    "connect_button.text": ["Connect"],
    "html_url": ["https://app.close.com/lead/lead_1/"],
    "kind": ["all"],
    "lead_field.name": ["lead"],
    "new": ["", "C1.1"],
    "new_lead_form.hint": OURS,
    "others": ["mine"],
    "pages": ["", "mine", "all pipe_0123456789abcdef"],
    "remark": OURS,
    "run_notice.button": ["Run now", "Resume"],
    "said": ["Close did not answer."],
    "settings": ["Wed 9:00"],
    "since": ["yesterday 10:00"],
    "slash": ["/close"],
    "status_type": ["active", "won", "lost", ""],
    "type": [*KINDS, "won", "lost", "lead", "opportunity_due", ""],
    "user_field.name": ["owner"],
    "user_field.words": ["Owner"],
    "why": OURS,
    "undo": [None, ("tasks.reopen", "task_1 - mine")],
    "value_period": ["one_time", "monthly", "annual", ""],
    "zone": ["Europe/Prague"],
}
IDS = ("id", "key", "press", "chosen", "assigned_to", "owner", "assignee")
# A smaller example would say little more, and looking for one takes minutes.
UNHURRIED = settings(max_examples=8, deadline=None, phases=(Phase.reuse, Phase.generate))


# --- what is drawn ----------------------------------------------------------------------------


class Maker:
    """Makes what has a type, all of it filled in, with texts that were given."""

    def __init__(self, random: Random, texts: Sequence[str]) -> None:
        self._random = random
        self._texts = (*texts, *HOSTILE)
        self._made = 0
        self._known = {
            "custom": lambda: {f"cf_{kind}": self._value() for kind in KINDS},
            "days": lambda: (0, 6),
            "today": lambda: TODAY,
        }

    def of(self, kind: Any, name: str = "") -> Any:
        """Make one. Raises `LookupError` where nothing is known of its type."""
        plain = self._plain(kind, name)
        if plain is not None:
            return plain()
        if get_origin(kind) is not None:
            return self._composed(kind, name)
        if kind in (Due, Listed, Plan):
            return self._digest(kind)
        if hasattr(kind, "model_fields"):
            shape = {key: one.annotation for key, one in kind.model_fields.items()}
            return kind.model_construct(**{key: self.of(one, key) for key, one in shape.items()})
        if is_dataclass(kind):
            hints = get_type_hints(kind)
            return kind(**{one.name: self.of(hints[one.name], one.name) for one in fields(kind)})
        raise LookupError(f"{name or 'a parameter'}: nothing is known to draw {kind} of")

    def _composed(self, kind: Any, name: str) -> Any:
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (dict, Mapping):
            return {self._id(): self.of(inner[1]) for _ in range(3)}
        if origin is tuple and inner[-1] is not Ellipsis:
            return tuple(self.of(one) for one in inner)
        if name == "home_view.recents":
            return [(self._id(), self.of(str)) for _ in range(20)]
        if origin in (tuple, list, Sequence):
            return tuple(self._many(inner[0]))
        if origin is Literal:
            return self._random.choice(inner)
        one = inner[0] if origin is Annotated else self._random.choice(inner)
        return self.of(one, name)

    def _plain(self, kind: Any, path: str) -> Any:
        name = path.rpartition(".")[2]
        choose = self._random.choice
        offered = NAMED.get(path) or NAMED.get(name)
        if offered and kind in (str, tuple[str, str] | None):
            return lambda: choose(offered)
        if kind is str and (name in IDS or name.endswith("_id")):
            return self._id
        if name in self._known and kind != Sequence[tuple[str, str]]:
            return self._known[name]
        if name in IDS and kind == tuple[str, str]:
            return lambda: (self._id(), choose(self._texts))
        return {
            str: lambda: choose(self._texts),
            int: lambda: choose((0, 1, 7, 250, 10**15)),
            float: lambda: choose((0.0, 0.5, 1e12)),
            bool: lambda: choose((True, False)),
            date: lambda: choose((date.min, date.max, TODAY)),
            time: lambda: time(9, 30),
            datetime: lambda: choose(
                [datetime(*day, tzinfo=UTC) for day in ((1, 1, 1), (2026, 11, 26), (9999, 12, 31))]
            ),
            ZoneInfo: lambda: ZONE,
            type(None): lambda: None,
            Json | None: lambda: None,
            Any: self._value,
        }.get(kind)

    def _id(self) -> str:
        self._made += 1
        return f"lead_{self._made:034d}"

    def _value(self) -> Any:
        text = self.of(str)
        return self._random.choice((text, [text, "one"], 0, 12.5, True, "2026-11-26", "user_1"))

    def _many(self, kind: Any) -> list[Any]:
        """Make a few, or far more than fit anywhere."""
        few = [self.of(kind) for _ in range(self._random.choice((0, 1, 3)))]
        if not few or self._random.random() < 0.7:
            return few
        return [self._renamed(few[number % len(few)]) for number in range(120)]

    def _renamed(self, made: Any) -> Any:
        if isinstance(made, Record) and hasattr(made, "id"):
            return made.model_copy(update={"id": self._id()})
        if isinstance(made, Listed):
            made = copy(made)
            made.id = self._id()
            return made
        inner = {"task": self._renamed(made.task)} if isinstance(made, Row) else {}
        inner |= {"key": self._id()} if isinstance(made, Piece) else {}
        return replace(made, **inner) if inner else made

    def _digest(self, kind: Any) -> Any:
        plan = Plan(time=time(9), days=(0, 1), zone="Europe/Prague", whose="everyone")
        due = Due()
        for task in self._many(Task) if kind is Due else ():
            due.add(task, TODAY, ZONE)
        if kind is Listed:
            moment, why = self.of(datetime | None), self.of(str)
            return Listed(self._id(), plan, moment, why=why, is_broken=self.of(bool))
        return plan if kind is Plan else due

    def drawn(self, name: str) -> Any:
        """Make a parameter that is drawn itself."""
        if name == "said":
            return [kit.context("This was done.")]
        if name == "card":
            return lead_card(self.of(Lead), today=TODAY, zone=ZONE)
        custom = custom_inputs(self.of(list[CustomField]), self.of(dict[str, Any], "custom"))
        return custom if name == "custom" else new_lead_form(
            self.of(Draft), self.of(Organization), custom
        )  # fmt: skip

    def call(self, builder: Any) -> Any:
        """Call a builder."""
        plain, named = [], {}
        for name, one in inspect.signature(builder).parameters.items():
            is_drawn = one.annotation in (Json, Sequence[Json])
            made = (
                self.drawn(name)
                if is_drawn
                else self.of(one.annotation, f"{builder.__name__}.{name}")
            )
            if one.kind is inspect.Parameter.KEYWORD_ONLY:
                named[name] = made
            else:
                plain.append(made)
        return builder(*plain, **named)


# --- the builders -----------------------------------------------------------------------------


def builders() -> dict[str, Any]:
    """Find every public function of the cards that draws something."""
    found = {}
    for module in pkgutil.iter_modules(closebot.cards.__path__):
        room = importlib.import_module(f"closebot.cards.{module.name}")
        for name, one in vars(room).items():
            own = inspect.isfunction(one) and one.__module__ == room.__name__
            if own and not name.startswith("_"):
                answer = inspect.signature(one).return_annotation
                if answer in (Json, list[Json], Json | None):
                    found[f"{module.name}.{name}"] = one
    return found


BUILDERS = builders()


def whole(drawn: Any) -> Json:
    """Put what was drawn where it stands in the end."""
    if isinstance(drawn, dict) and "blocks" in drawn:
        return drawn
    parts = drawn if isinstance(drawn, list) else [drawn]
    if all(part["type"] in ("rich_text_section", "rich_text_list") for part in parts):
        parts = [kit.rich(*parts)] if parts else [kit.divider()]
    elif parts[0]["type"] == "button":
        parts = [kit.actions(*parts)]
    if any(part["type"] == "input" for part in parts):
        return kit.modal("some.form", "Form", parts, submit="Save")
    return kit.message("Said", parts)


def living(drawn: Any) -> list[str]:
    """Return the texts in which outside text would act: it pings somebody, or forges a link."""
    if isinstance(drawn, list):
        return [one for part in drawn for one in living(part)]
    if not isinstance(drawn, dict):
        return []
    if drawn.get("type") == "mrkdwn":
        return [one for one in ACTS if one in drawn["text"]]
    own = drawn["text"] if isinstance(drawn.get("text"), str) and "blocks" in drawn else ""
    return [one for one in ACTS if one in own] + living(list(drawn.values()))


def test_builders_are_found():
    assert {"leads.lead_card", "pipeline.pipeline_card", "tasks.task_list"} <= BUILDERS.keys()


@pytest.mark.parametrize("name", sorted(BUILDERS))
@UNHURRIED
@given(st.randoms(use_true_random=True), st.lists(st.text(max_size=40), max_size=4))
def test_slack_takes_whatever_is_drawn(name, random, texts):
    drawn = Maker(random, texts).call(BUILDERS[name])
    if drawn is None or drawn == []:
        return
    assert problems(whole(drawn)) == []
    assert living(drawn) == []
