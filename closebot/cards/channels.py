"""Which lead a channel is about: what is said when that changes, and what can be done."""

from closebot.cards.leads import VIEW as VIEW_LEAD
from closebot.close import Lead, LeadsFound
from closebot.slack import kit
from closebot.slack.kit import Json

LINK = "channels.link"
UNLINK = "channels.unlink"
MOST_LISTED = 10
_SHORT = 150


def linked_card(lead: Lead, channel: str, *, slash: str, is_new: bool) -> Json:
    """Say which lead the channel is about and what that does; `is_new`: since this moment."""
    name = _name(lead)
    said = "This channel is now linked to " if is_new else "This channel is linked to "
    buttons = [
        kit.button("View lead", VIEW_LEAD, value=lead.id),
        kit.button("Unlink", UNLINK, value=f"{channel} {lead.id}"),
        kit.button("Open in Close", "link.lead", url=lead.html_url),
    ]
    blocks = [
        kit.rich(kit.line(kit.words(said), kit.words(name, bold=True), kit.words("."))),
        kit.section(
            "What is started here without naming a lead is about this one. Nothing is posted, and "
            "each person sees the lead only with their own rights in Close."
        ),
        kit.actions(*buttons),
        kit.context(f"Everybody here can change it with `{slash} link` and `{slash} unlink`."),
    ]
    return kit.message(said + kit.quote(name), blocks)


def lead_choices(found: LeadsFound, words: str, channel: str) -> Json:
    """Draw the leads that were perhaps meant, each with a button that links the channel to it."""
    leads = found.leads[:MOST_LISTED]
    count = max(found.total or 0, len(found.leads))
    blocks = [kit.rich(kit.line(kit.words(f"{count} leads match ", bold=True), kit.quoted(words)))]
    for lead in leads:
        link = kit.button("Link", LINK, value=f"{channel} {lead.id}")
        blocks.append(kit.row(_name(lead), _details(lead), accessory=link))
    more = f"The first {len(leads)} of {count}. More words narrow the search. "
    said = "Which lead is this channel about?"
    blocks.append(kit.context((more if count > len(leads) else "") + said))
    return kit.message(f"{count} leads match “{kit.quote(words, 200)}”", blocks)


def hidden_card(channel: str, lead_id: str, *, slash: str) -> Json:
    """Say that the channel's lead cannot be shown; not whether it is gone or not for this eye."""
    unlink = kit.button("Unlink", UNLINK, value=f"{channel} {lead_id}")
    return kit.sentence(
        "This channel is linked to a lead that is no longer in Close, or that you may not see. "
        f"Link another one with `{slash} link Acme`.",
        kit.actions(unlink),
    )


def not_linked(*, slash: str) -> Json:
    """Say that the channel has no lead, and how it gets one."""
    return kit.sentence(
        f"This channel is not linked to a lead. `{slash} link Acme` links it: what is started "
        "here without naming a lead is then about that one."
    )


def unlinked(*, slash: str) -> Json:
    """Say that the channel has no lead any more."""
    return kit.sentence(
        "This channel is no longer linked to a lead. Nothing was changed in Close. "
        f"`{slash} link Acme` links it again."
    )


def _name(lead: Lead) -> str:
    return kit.clip(lead.display_name.strip() or "Untitled", _SHORT)


def _details(lead: Lead) -> str:
    contact = lead.contacts[0].display_name if lead.contacts else ""
    details = [one for one in (lead.status_label, contact) if one]
    return "  ·  ".join(kit.clip(one, _SHORT) for one in details)
