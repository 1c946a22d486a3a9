"""Bars, their figures, and whether they hold."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Bars:
    """Prints each bar as it is measured, and all of them at the end."""

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def most(
        self, bar: str, what: str, values: Sequence[float], limit: float, unit: str = "×"
    ) -> None:
        """Add a figure that may be at most `limit`; the median decides."""
        said = _judge(statistics.median(values) <= limit)
        self._add(bar, what, values, f"≤ {limit:g}", unit, said)

    def least(
        self, bar: str, what: str, values: Sequence[float], limit: float, unit: str = "×"
    ) -> None:
        """Add a figure that must be at least `limit`."""
        said = _judge(statistics.median(values) >= limit)
        self._add(bar, what, values, f"≥ {limit:g}", unit, said)

    def tell(self, bar: str, what: str, values: Sequence[float], unit: str) -> None:
        """Add a figure that is no bar."""
        self._add(bar, what, values, "", unit, "")

    def skip(self, bar: str, what: str, why: str) -> None:
        """Say why a bar has no figure."""
        self._keep((bar, what, "–", "", why))

    def _add(
        self,
        bar: str,
        what: str,
        values: Sequence[float],
        limit: str,
        unit: str,
        said: str,
    ) -> None:
        middle = f"{statistics.median(values):.3g} {unit}"
        if len(values) > 1:
            middle += f" ({min(values):.3g}–{max(values):.3g})"
        self._keep((bar, what, middle, f"{limit} {unit}" if limit else "", said))

    def _keep(self, row: tuple[str, str, str, str, str]) -> None:
        self.rows.append(row)
        print(say(row), flush=True)

    def print(self) -> None:
        """Print them as a table, as README.md has it."""
        print("\n| bar | figure | seen | allowed | |\n|---|---|---|---|---|")
        for row in self.rows:
            print(f"| {' | '.join(row)} |")


def _judge(holds: bool) -> str:  # noqa: FBT001
    return "holds" if holds else "falls short"


def say(row: Sequence[str]) -> str:
    bar, what, seen, limit, said = row
    return f"{bar:18} {what:44} {seen:30} {limit:12} {said}"
