"""What differs in a replay, in lines for a terminal."""

from collections.abc import Sequence

from closebot.sandbox.demo.comparing import Difference
from closebot.sandbox.demo.watching import Json

_MOST_LINES = 6
_LONGEST = 50


class Report:
    """Gathers lines. Whatever a recording holds, they can be printed."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._said: set[str] = set()

    def tell(self, title: str, found: Sequence[Difference], *, again: bool = True) -> None:
        """Add what differs in a step, each kind once; without `again` only what is news."""
        kinds: dict[str, list[Difference]] = {}
        for one in found:
            if again or one.words not in self._said:
                kinds.setdefault(one.words, []).append(one)
        self._said |= kinds.keys()
        lines = [f"{alike[0]}{_count_more(alike)}" for alike in kinds.values()]
        if len(lines) > _MOST_LINES:
            lines[_MOST_LINES:] = [f"… and {len(lines) - _MOST_LINES} other differences"]
        self.lines += [make_printable(f"{title}: {line}") for line in lines]


def _count_more(alike: Sequence[Difference]) -> str:
    return f" (and {len(alike) - 1} more like it)" if len(alike) > 1 else ""


def name_step(number: int, step: Json) -> str:
    """Say which step it is: its number, who did it, and what."""
    deed = _name_deed(step["verb"], step["body"])
    return f"step {number} ({', '.join(filter(None, (step['body'].get('as'), deed)))})"


def _name_deed(verb: str, body: Json) -> str:
    """Say what was done: the command, or the verb and what it is about."""
    words = str(body.get("text") or body.get("callback_id") or body.get("action_id") or "")
    words = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    if verb == "command":
        return words
    return " ".join(filter(None, [verb.replace("_", " ") or "a last look", words]))


def sum_up(steps: int, differences: int) -> str:
    """Say how a replay went."""
    found = _count(differences, "difference") if differences else "every answer is as recorded"
    return f"{_count(steps, 'step')} replayed: {found}."


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def make_printable(line: str) -> str:
    """Return a line in which nothing moves the cursor or turns the text around."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)
