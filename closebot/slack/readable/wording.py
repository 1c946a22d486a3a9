"""How people, channels and addresses are written in a sentence."""

import re
from collections.abc import Mapping

# The three entities that Slack writes, and no others:
# https://docs.slack.dev/messaging/formatting-message-text
_ENTITY = re.compile(r"&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}
_LABELLED = re.compile(r"<(?:@|#|!subteam\^)([A-Z0-9]+)\|([^<>\n]+)>")
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)


def unescape(text: str) -> str:
    """Turn Slack's three entities back into what was typed, once."""
    return _ENTITY.sub(lambda found: _CHARACTERS[found[1]], text)


class Wording:
    """Writes ids by their names and remembers which people it was asked for.

    `names` goes before what Slack wrote beside an id, and that before the bare id. With `spelled`
    every link is written on a line of its own in full, for reading addresses out of the text.
    """

    def __init__(self, names: Mapping[str, str], text: str = "", *, spelled: bool = False) -> None:
        # Blocks hold bare ids; the text of the same message may name them.
        beside = {found[1]: unescape(found[2]) for found in _LABELLED.finditer(text)}
        self._names = {**beside, **{key: name for key, name in names.items() if name}}
        self._spelled = spelled
        self._people: dict[str, None] = {}

    @property
    def people(self) -> list[str]:
        """The ids of the people written so far, in order, once each."""
        return list(self._people)

    def person(self, key: str, label: str = "") -> str:
        """Write a person as `@name`."""
        if _PERSON.fullmatch(key):
            self._people.setdefault(key)
        return self._mark("@", key, label)

    def group(self, key: str, label: str = "") -> str:
        """Write a user group or a workspace as `@name`."""
        return self._mark("@", key, label)

    def channel(self, key: str, label: str = "") -> str:
        """Write a channel as `#name`."""
        return self._mark("#", key, label)

    def link(self, url: str, label: str = "") -> str:
        """Write a link as `label (address)`, or the address alone where the label says the same."""
        kind, bare = _split(url)
        label = label.strip()
        same = not label or _core(kind, label) == _core(kind, bare)
        if self._spelled:
            said = label if kind == "tel:" or not same else ""
            return f"\n{said}\n{kind if kind == 'tel:' else ''}{bare}\n"
        if same:
            return label or bare
        return f"{label} ({bare})" if bare else label

    def _mark(self, sign: str, key: str, label: str) -> str:
        name = self._names.get(key) or label.strip() or key
        return sign + name.strip().removeprefix(sign) if name else ""


def _split(url: str) -> tuple[str, str]:
    """Split into the kind of address and what is shown of it: an address needs no scheme."""
    url = url.strip()
    for kind in ("mailto:", "tel:"):
        if url.lower().startswith(kind):
            return kind, url[len(kind) :].partition("?")[0]
    return "", url


def _core(kind: str, address: str) -> str:
    """Return what two ways to write one address have in common."""
    if kind == "tel:":
        return re.sub(r"\D", "", address)
    return _SCHEME.sub("", address).rstrip("/").casefold()
