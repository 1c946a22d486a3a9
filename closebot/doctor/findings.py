"""What the doctor says: a table in the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "wrong", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table: what was looked at, how it is, and the next step for a fault."""

    name: str
    state: State
    said: str
    step: str = ""


def draw(findings: Sequence[Finding]) -> str:
    """Draw the table, with the next step below each fault."""
    marks = {"ok": "ok", "warn": "look", "wrong": "WRONG", "skipped": "-"}
    width = max(len(one.name) for one in findings)
    lines = []
    for one in findings:
        lines.append(f"{marks[one.state]:<6} {one.name:<{width}}  {one.said}")
        if one.step and one.state != "ok":
            lines.append(f"{'':<6} {'':<{width}}  -> {one.step}")
    wrong = sum(one.state == "wrong" for one in findings)
    counted = "1 thing is" if wrong == 1 else f"{wrong} things are"
    lines += ["", f"{counted} wrong." if wrong else "Nothing is wrong."]
    return "\n".join(lines)
