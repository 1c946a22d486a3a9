"""Which options an app has suggested for a menu: any of them may be the one that is picked.

The answer to what was typed before may come last, so it does not replace the others.
"""

from collections.abc import Sequence

from closebot.sandbox.slack_api.records import Json, Post, View

_MOST = 1000  # of one menu


class Offered:
    """What was suggested for each menu, by the value of each option."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], dict[str, Json]] = {}

    def add(self, where: Post | View, block: Json, element: Json, options: Sequence[Json]) -> None:
        """Remember options that came for a menu."""
        place = _place_of(where, block, element)
        fresh = {option["value"]: option for option in options}
        older = [item for item in self._known.get(place, {}).items() if item[0] not in fresh]
        self._known[place] = dict([*older, *fresh.items()][-_MOST:])

    def of(self, where: Post | View, block: Json, element: Json) -> list[Json]:
        """Return the options that came for a menu."""
        return list(self._known.get(_place_of(where, block, element), {}).values())


def _place_of(where: Post | View, block: Json, element: Json) -> tuple[str, str, str]:
    name = where.id if isinstance(where, View) else where.ts
    return name, str(block["block_id"]), str(element["action_id"])
