"""Which objects have which words, kept while the objects change."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import reduce
from operator import and_
from typing import Any

from closebot.sandbox.close_api.matching import Words, take_words
from closebot.sandbox.close_api.tables import watch

Json = dict[str, Any]

_NOBODY: frozenset[str] = frozenset()


class Lexicon:
    """The words of the texts of every object in a table."""

    def __init__(
        self, table: Mapping[str, Json], texts_of: Callable[[Json], Iterable[str]]
    ) -> None:
        self._table = table
        self._texts_of = texts_of
        self._texts: dict[str, tuple[Words, ...]] = {}
        self._ids: dict[str, set[str]] = {}  # by word
        self._sorted: list[str] = []  # every word there ever was
        self._stale: set[str] = set(table)
        watch(table, lambda row: self.forget(row.key))

    def forget(self, key: str) -> None:
        """Read the texts of an object again before the next question."""
        self._stale.add(key)

    def forget_all(self) -> None:
        """Read all texts again before the next question."""
        self._stale.update(self._table)

    def words(self, key: str) -> tuple[Words, ...]:
        """Return the words of an object, text by text."""
        self._refresh()
        return self._texts[key]

    def find_words(self, looked_for: Words) -> AbstractSet[str]:
        """Return the ids of the objects that have every word, in whichever text."""
        self._refresh()
        return _meet(self._ids.get(word, _NOBODY) for word in looked_for)

    def find_beginnings(self, looked_for: Words) -> AbstractSet[str]:
        """Return the ids of the objects that have a word with every beginning."""
        self._refresh()
        return _meet(
            _NOBODY.union(*(self._ids[word] for word in self._beginning_with(beginning)))
            for beginning in looked_for
        )

    def narrow(self, mode: str, value: str) -> AbstractSet[str] | None:
        """Return ids outside of which no text matches a value; None when words cannot tell."""
        looked_for = take_words(value)
        if mode == "beginning_of_words":
            return self.find_beginnings(looked_for)
        if mode == "exact_value" and not looked_for:
            return None
        return self.find_words(looked_for)

    def _beginning_with(self, beginning: str) -> Iterable[str]:
        place = bisect_left(self._sorted, beginning)
        while place < len(self._sorted) and self._sorted[place].startswith(beginning):
            yield self._sorted[place]
            place += 1

    def _refresh(self) -> None:
        if not self._stale:
            return
        first = not self._sorted
        for key in self._stale:
            for word in _spread(self._texts.pop(key, ())):
                self._ids[word].discard(key)
            row = self._table.get(key)
            if row is None:
                continue
            self._texts[key] = tuple(take_words(text) for text in self._texts_of(row) if text)
            for word in _spread(self._texts[key]):
                if word not in self._ids:
                    self._ids[word] = set()
                    if not first:
                        insort(self._sorted, word)
                self._ids[word].add(key)
        if first:
            self._sorted = sorted(self._ids)
        self._stale.clear()


def _spread(texts: Iterable[Words]) -> set[str]:
    return {word for words in texts for word in words}


def _meet(sets: Iterable[AbstractSet[str]]) -> AbstractSet[str]:
    ordered = sorted(sets, key=len)
    return reduce(and_, ordered) if ordered else _NOBODY
