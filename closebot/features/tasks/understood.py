"""What a line for a new task means: whose lead, whose task, and what is not clear about it."""

import asyncio
from dataclasses import dataclass

from closebot.cards.task_forms import Draft
from closebot.cards.typed_tasks import TypedTask
from closebot.close import CloseError, Lead
from closebot.features.tasks.person import try_find_named
from closebot.people import Meant, Person, find_meant, is_evident
from closebot.slack import kit
from closebot.slack.outgoing import Outgoing
from closebot.slack.payloads import Call

# Seconds for Close to say which lead is meant: a form can be opened for three.
SOON = 2.0
_CHOOSE = "Type a few letters and choose."


@dataclass(frozen=True, slots=True)
class _Found:
    """The lead that a line led to, if any, its text then, and what is not clear about it."""

    lead: Lead | None
    text: str
    hint: str = ""


async def understand(
    words: str, typed: TypedTask, call: Call, me: Person, slack: Outgoing
) -> Draft:
    """Find out who and which lead is meant; what is not clear is a hint at its field."""
    found, assignee = await asyncio.gather(
        _find_lead(typed, call, me), _find_assignee(typed, call, me, slack)
    )
    hints = {"lead": found.hint} if found.hint else {}
    if not assignee[0]:
        hints["assignee"] = f"“{kit.clip(typed.person, 60)}” is nobody in Close for certain."
        assignee = itself(me)
    when, text = typed.when, found.text
    if when and typed.is_after and found.lead and not found.hint:
        whole = f"{typed.lead} {when.words}".casefold()
        if whole in found.lead.display_name.casefold():
            when = None  # “Ruby Tuesday” is a name, and no day
    if when and when.unclear:
        hints["due"] = when.unclear
    if not text and not (typed.lead or typed.when or typed.person):
        text = words
    return Draft(found.lead, text, when.due if when else None, assignee, hints)


def itself(me: Person) -> tuple[str, str]:
    """Return the id and name of the person's own user of Close."""
    return me.connection.close_user_id, me.connection.close_user_name


async def _find_assignee(
    typed: TypedTask, call: Call, me: Person, slack: Outgoing
) -> tuple[str, str]:
    return await try_find_named(typed.person, call, me, slack) if typed.person else itself(me)


async def _find_lead(typed: TypedTask, call: Call, me: Person) -> _Found:
    """Find the lead that a line names, the longest name first, or the channel's own."""
    ways = typed.ways or ((typed.text, ""),)
    try:
        async with asyncio.timeout(SOON):
            asked = [find_meant(me, lead, call.channel) for _, lead in ways]
            found = list(zip(ways, await asyncio.gather(*asked), strict=True))
            for (text, lead), meant in found:
                if meant.lead and _is_named(meant.lead, lead, is_part=len(ways) > 1):
                    return _Found(meant.lead, text)
            (text, lead), meant = next((one for one in found if one[1].count), found[-1])
            if meant.count > 1 or not lead:
                return _Found(None, text, meant.hint)
            return await _ask_back(f"{text} for {lead}".strip(), meant, call, me)
    except (CloseError, TimeoutError):
        said = f", so “{kit.clip(typed.lead, 100)}” was not looked up" if typed.lead else ""
        return _Found(None, typed.text, f"Close did not answer in time{said}. {_CHOOSE}")


async def _ask_back(text: str, meant: Meant, call: Call, me: Person) -> _Found:
    """Keep all of the text where “for …” perhaps names no lead, and say why it is asked."""
    said = kit.clip(meant.words, 100)
    if meant.lead is not None:
        return _Found(meant.lead, text, f"“{said}” is not its name. Create it if this is right.")
    own = (await find_meant(me, "", call.channel)).lead
    if own is None:
        return _Found(None, text, meant.hint)
    return _Found(own, text, f"No lead matches “{said}”. This is the lead of this channel.")


def _is_named(lead: Lead, words: str, *, is_part: bool) -> bool:
    """Say whether words certainly name a lead; what may be a part of a name has to begin it."""
    if not words:
        return True
    begins = lead.display_name.casefold().startswith(words.casefold().split()[0])
    return is_evident(lead, words) and (begins or not is_part)
