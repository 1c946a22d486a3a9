"""Which objects have which words, kept while the objects change."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import reduce
from operator import and_
from typing import Any

from closebot.sandbox.close_api.matching import Words, has_phrase, match_text, take_words
from closebot.sandbox.close_api.rows import Row
from closebot.sandbox.close_api.tables import watch

Json = dict[str, Any]

_NOBODY: frozenset[str] = frozenset()
_UNREAD = frozenset(
    {"date_updated", "updated_by"}
)  # which change with everything, and are no words


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
        watch(table, self._hear)

    def _hear(self, row: Row, name: str | None) -> None:
        if name not in _UNREAD:
            self._stale.add(row.key)

    def forget(self, *keys: str) -> None:
        """Read the texts of some objects again before the next question."""
        self._stale.update(keys)

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

    def match(self, mode: str, value: str) -> AbstractSet[str] | None:
        """Return the ids of the objects that match a value; None when words cannot tell.

        `full_words` may stand in different texts; in the other modes one text has to match alone.
        """
        looked_for = take_words(value)
        if not looked_for:
            return None if mode == "exact_value" else _NOBODY
        if mode == "exact_value":
            compare = match_text(mode, value)
            among = self._texts
            return {
                key
                for key in self.find_words(looked_for)
                if looked_for in among[key] and compare(self._texts_of(self._table[key]))
            }
        found = (
            self.find_beginnings(looked_for)
            if mode == "beginning_of_words"
            else self.find_words(looked_for)
        )
        if mode == "full_words" or len(looked_for) == 1:
            return found
        if mode == "phrase":
            return {key for key in found if self._has_phrase(key, looked_for)}
        sets = [frozenset(self._beginning_with(beginning)) for beginning in looked_for]
        return {key for key in found if self._has_each(key, sets)}

    def _has_phrase(self, key: str, looked_for: Words) -> bool:
        first = looked_for[0]
        return any(first in words and has_phrase(words, looked_for) for words in self._texts[key])

    def _has_each(self, key: str, sets: list[frozenset[str]]) -> bool:
        for words in self._texts[key]:
            for some in sets:
                if some.isdisjoint(words):
                    break
            else:
                return True
        return False

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
