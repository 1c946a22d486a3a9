"""Whether the bot sends what it sent: its calls, acknowledgements and answers, one by one.

Calls that have nothing to do with each other may come in any order; those that change the same
message or the same view, or answer the same person, may not. Of a view that was drawn twice the
last state counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from closebot.sandbox.demo.comparing import (
    SENT,
    Difference,
    compare,
    describe,
)
from closebot.sandbox.demo.naming import Names
from closebot.sandbox.demo.watching import Json

_SAME_THING = ("view_id", "ts", "message_ts")


@dataclass
class Matched:
    """What became of the calls of a step. `names` are those that were learned."""

    names: Names
    differences: list[Difference] = field(default_factory=list)
    fresh: list[Json] = field(default_factory=list)


def match(
    then: Sequence[Json], now: Sequence[Json], early: Sequence[Json], names: Names
) -> Matched:
    """Pair what was sent with what is sent now; `early`: what came in the step before already."""
    done = _pair(then, now, early, names)
    if not (done.differences or done.fresh):
        return done
    in_the_end = _pair(_fold(then), _fold(now), early, names)
    return min(done, in_the_end, key=lambda one: len(one.differences) + len(one.fresh))


def _fold(calls: Sequence[Json]) -> list[Json]:
    """Leave of each view what it came to show.

    Whether it said first that it is being made is a matter of time.
    """
    left: list[Json] = []
    drawn: dict[str, int] = {}  # view → where its last state stands
    opened: int | None = None  # whose id nobody has said yet
    for call in calls:
        sent = call["sent"] if isinstance(call["sent"], dict) and "error" not in call else {}
        name = str(sent.get("view_id") or sent.get("user_id"))
        if call["name"] in {"views.open", "views.push"} and sent:
            opened = len(left)
        elif call["name"] in {"views.update", "views.publish"} and sent:
            first = opened if opened is not None and "view_id" in sent else len(left)
            place = drawn.setdefault(name, first)
            if place == opened:
                opened = None
            if place < len(left):
                shown = left[place]["sent"] | {"view": sent.get("view")}
                left[place] = left[place] | {"sent": shown}
                continue
        left.append(call)
    return left


def _pair(
    then: Sequence[Json], now: Sequence[Json], early: Sequence[Json], names: Names
) -> Matched:
    done = Matched(names.copy())
    left = [*early, *now]
    order: list[tuple[str, int, str]] = []
    unlike: list[Json] = []
    for call in then:
        found = _find_same(call, left, done)
        if found is None:
            unlike.append(call)
            continue
        order.append((_thing(call), _place(found, now), str(call["name"])))
        left = [one for one in left if one is not found]
    done.differences += _find_turned(order)
    for call in unlike:
        other = next((one for one in left if one["name"] == call["name"]), None)
        name = str(call["name"])
        if other is None:
            done.differences.append(Difference(name, f"is no longer sent ({_say(call)})"))
            continue
        left = [one for one in left if one is not other]
        for one in _compare_calls(call, other, done.names):
            done.differences.append(Difference(f"{name} {one.path}".strip(), one.words))
    done.fresh = left
    return done


def say_fresh(call: Json) -> Difference:
    """Say that the bot sends something that it did not send."""
    if call["name"] == "violation":
        return Difference("not allowed", str(call["sent"]))
    return Difference(str(call["name"]), f"is new ({_say(call)})")


def _find_same(call: Json, among: Sequence[Json], done: Matched) -> Json | None:
    for one in among:
        if one["name"] == call["name"]:
            names = done.names.copy()
            if not _compare_calls(call, one, names):
                done.names = names
                return one
    return None


def _compare_calls(then: Json, now: Json, names: Names) -> list[Difference]:
    found = compare(then["sent"], now["sent"], names, rules=SENT)
    refused, refuses = then.get("error"), now.get("error")
    if refuses and refused != refuses:
        found.insert(0, Difference("", f"Slack refuses it now: {refuses}"))
    elif refused != refuses:
        found.insert(0, Difference("", f"Slack refused it ({refused}), and takes it now"))
    return found


def _thing(call: Json) -> str:
    """Return what a call is about, where its order matters; empty text elsewhere."""
    if call["name"] == "response_url":
        return "response_url"
    sent = call["sent"] if isinstance(call["sent"], dict) else {}
    return next((str(sent[name]) for name in _SAME_THING if sent.get(name)), "")


def _place(call: Json, among: Sequence[Json]) -> int:
    return next((index for index, one in enumerate(among) if one is call), -1)


def _find_turned(order: Sequence[tuple[str, int, str]]) -> list[Difference]:
    """Say which calls about one thing come in another order."""
    found: list[Difference] = []
    last: dict[str, tuple[int, str]] = {}
    for thing, place, name in order:
        if thing and thing in last and place < last[thing][0]:
            found.append(Difference(name, f"comes before {last[thing][1]} now"))
        elif thing:
            last[thing] = (place, name)
    return found


def _say(call: Json) -> str:
    return describe(call["sent"]) if call["sent"] else "empty"
