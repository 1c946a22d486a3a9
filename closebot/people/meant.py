"""Which lead somebody means: by words, by the channel they are in, or not clear yet."""

import contextlib
import re
from dataclasses import dataclass

from closebot.close import CloseError, Lead
from closebot.people.person import Person
from closebot.store import StoreError

_FEW_DIGITS = 5


@dataclass(frozen=True)
class Meant:
    """What the words or the channel led to. `lead` is None unless it is exactly one.

    `words`: what was typed; `count`: how many leads match them.
    """

    lead: Lead | None = None
    words: str = ""
    count: int = 0

    @property
    def hint(self) -> str:
        """A plain sentence for a form whose lead is not clear yet; empty when it is."""
        if self.lead is not None or not self.words:
            return ""
        said = self.words if len(self.words) <= 100 else self.words[:99] + "…"
        if self.count == 0:
            return f"No lead matches “{said}”. Type another name."
        return f"{self.count} leads match “{said}”. Type a few letters and choose."


async def find_meant(me: Person, words: str, channel: str = "") -> Meant:
    """Find the lead that words mean; without words, the channel's own lead.

    One request as a rule. Raises `CloseError` for words; a channel's lead that cannot be had is
    none.
    """
    if words.strip():
        found = await me.close.leads.search(words, limit=2)
        count = max(found.total or 0, len(found.leads))
        return Meant(found.leads[0] if count == 1 else None, words.strip(), count)
    lead_id = await me.channel_lead(channel)
    if not lead_id:
        return Meant()
    try:
        return Meant(await me.close.leads.get(lead_id), count=1)
    except CloseError:
        return Meant()


def is_evident(lead: Lead, words: str) -> bool:
    """Tell words that name a lead from those that merely stand somewhere in it.

    An address, a number or a link is looked for as such, and found nowhere else.
    """
    if re.fullmatch(r"\S*[@./]\S*", words) or len(re.findall(r"\d", words)) > _FEW_DIGITS:
        return True
    people = [name for one in lead.contacts or () for name in (one.display_name, one.name)]
    known = re.findall(r"\w+", " ".join([lead.display_name, lead.name, *people]).casefold())
    meant = re.findall(r"\w+", words.casefold())
    return bool(meant) and all(any(one.startswith(word) for one in known) for word in meant)


async def name_lead(me: Person, lead_id: str) -> Lead:
    """Return a lead of which no more than its name is needed; one seen lately is not asked for.

    Raises `CloseError`.
    """
    with contextlib.suppress(StoreError):
        for recent in await me.recents.all():
            if recent.id == lead_id:
                return Lead(id=lead_id, display_name=recent.name)
    return await me.close.leads.get(lead_id)
