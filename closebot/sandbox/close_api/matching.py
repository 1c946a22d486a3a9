"""Words: how the search compares texts."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

_WORD = re.compile(r"\w+")
_REMEMBERED = 1 << 17  # texts: a search reads those of every object

Words = tuple[str, ...]


@lru_cache(maxsize=_REMEMBERED)
def take_words(text: str) -> Words:
    """Return the words of a text, without case and accents; an address falls into its parts."""
    bare = text.casefold()
    if not bare.isascii():
        plain = unicodedata.normalize("NFKD", bare)
        bare = "".join(char for char in plain if not unicodedata.combining(char))
    return tuple(_WORD.findall(bare.replace("_", " ")))


def has_words(there: Words, looked_for: Words) -> bool:
    """Tell whether every word is there."""
    return bool(looked_for) and set(looked_for) <= set(there)


def has_phrase(there: Words, looked_for: Words) -> bool:
    """Tell whether the words are there, one after the other."""
    length = len(looked_for)
    starts = range(len(there) - length + 1) if length else ()
    return any(there[start : start + length] == looked_for for start in starts)


def has_beginnings(there: Words, looked_for: Words) -> bool:
    """Tell whether every word is there, or begins a word that is."""
    return bool(looked_for) and all(
        any(word.startswith(beginning) for word in there) for beginning in looked_for
    )


_MODES: dict[str, Callable[[Words, Words], bool]] = {
    "full_words": has_words,
    "phrase": has_phrase,
    "beginning_of_words": has_beginnings,
}
MODES = (*_MODES, "exact_value")


def match_pattern(pattern: str) -> Callable[[Iterable[str]], bool]:
    """Make a comparison of texts, or of one of their words, with a value that has a `*`."""
    bare = pattern.casefold()

    def fits(text: str) -> bool:
        whole = text.casefold()
        return any(fnmatchcase(part, bare) for part in (whole, *whole.split()))

    return lambda texts: any(fits(text) for text in texts if text)


def match_text(mode: str, value: str) -> Callable[[Iterable[str]], bool]:
    """Make a comparison of texts with a value; one of them must match alone."""
    if mode == "exact_value":
        whole = value.strip().casefold()
        return lambda texts: any(text.strip().casefold() == whole for text in texts)
    compare, looked_for = _MODES[mode], take_words(value)
    return lambda texts: any(compare(take_words(text), looked_for) for text in texts)
