"""The digests of a channel: anybody there looks, runs, pauses and stops them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from closebot.audience import RECORDS
from closebot.cards.digest_list import (
    LEAVE_ME,
    MENTION_ME,
    PAUSE,
    RESUME,
    RUN_NOW,
    STOP,
    TAKE_OVER,
    Listed,
    digest_list,
    taken_over,
)
from closebot.close import CloseError
from closebot.features.digests.declared import feature
from closebot.features.digests.places import is_personal, place_of
from closebot.features.digests.times import NeverDue, Slot
from closebot.features.digests.turns import find_slot, is_readable, read_plan
from closebot.people import People, Person
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call
from closebot.store import Digest, Owner, Run

_GONE = "This digest was stopped already."
_TAKEN = "The digest runs again, and shows what you may see in Close."
_NEVER = "It has no day left on which it could go out: stop it, and set up another one."


@dataclass(frozen=True)
class _Pressed:
    """A press on a digest: by whom, where, and the digest; None when it was stopped."""

    call: Call
    people: People
    respond: Respond
    digest: Digest | None

    async def answer(self, said: str) -> None:
        """Say what was done, in the place of the list where it was pressed."""
        if self.call.in_home:
            await self.respond(kit.sentence(said))
            return
        await self.respond(
            await draw_list(self.call, self.people, said), replace=not self.call.in_public
        )


@feature.command("digests", usage="digests", help="See, run, pause or stop this channel's digests")
async def show_digests(call: Call, people: People, respond: Respond) -> None:
    """List them, also for somebody who is not connected: each may stop what is posted here."""
    await respond(await draw_list(call, people))


@feature.action(RUN_NOW)
async def run_now(words: str, call: Call, people: People, respond: Respond) -> None:
    """Have a digest made at once, and posted where it belongs."""
    pressed = await _find(words, call, people, respond)
    if pressed.digest is None:
        await pressed.answer(_GONE)
        return
    now = people.now()
    stamp = str((call.action or {}).get("action_ts") or now.timestamp())
    run = Run(pressed.digest.id, f"now {stamp}", "now", now, call.user)
    await people.store.digest_runs.ask(run, now)
    where = "to you" if pressed.digest.is_personal else f"in <#{pressed.digest.channel}>"
    await respond(kit.sentence(f"It is being made, and will be posted {where} in a moment."))


@feature.action(PAUSE)
async def pause(words: str, call: Call, people: People, respond: Respond) -> None:
    """Let a digest rest."""
    pressed = await _find(words, call, people, respond)
    if pressed.digest is not None:
        await people.store.digests.pause(pressed.digest.id)
    await pressed.answer(_GONE if pressed.digest is None else "The digest is paused.")


@feature.action(RESUME)
async def resume(words: str, call: Call, people: People, respond: Respond) -> None:
    """Let a digest run again, from its next turn on."""
    pressed = await _find(words, call, people, respond)

    async def act(digest: Digest, slot: Slot) -> str:
        if digest.state == "broken":
            return "It needs somebody's connection first: take it over."
        await people.store.digests.resume(digest.id, slot.day.isoformat(), slot.at)
        return "The digest runs again."

    await pressed.answer(await _go_on(pressed, act))


@feature.action(TAKE_OVER)
async def take_over(words: str, call: Call, me: Person, people: People, respond: Respond) -> None:
    """Let a digest go on with this person's connection in the place of one that does not work."""
    pressed = await _find(words, call, people, respond)

    async def act(digest: Digest, slot: Slot) -> str:
        own = me.connection
        if own.organization_id != digest.organization_id:
            return "It belongs to another Close organization than yours."
        try:
            await me.close.me.get()
        except CloseError:
            return "Close does not accept your own connection either: connect again first."
        is_taken = await people.store.digests.take_over(
            digest.id, own.owner, own.close_user_id, slot.day.isoformat(), slot.at
        )
        if not is_taken:
            return "It runs again already: somebody was quicker."
        return _TAKEN

    said = await _go_on(pressed, act)
    if said == _TAKEN and call.in_public and pressed.digest is not None:
        taken = taken_over(read_plan(pressed.digest), me.connection.close_user_name)
        await respond(taken, replace=True, shared=True, holds=[RECORDS])
    else:
        await pressed.answer(said)


@feature.action(STOP)
async def stop(words: str, call: Call, people: People, respond: Respond) -> None:
    """Delete a digest."""
    pressed = await _find(words, call, people, respond)
    gone = pressed.digest is not None and await people.store.digests.remove(pressed.digest.id)
    await pressed.answer("The digest is stopped. It is gone." if gone else _GONE)


@feature.action(MENTION_ME)
async def mention_me(words: str, call: Call, me: Person, people: People, respond: Respond) -> None:
    """Mention this person in a digest when they have something to do."""
    pressed = await _find(words, call, people, respond)
    said = _GONE
    if pressed.digest is not None:
        own = me.connection.close_user_id
        await people.store.digests.mention(pressed.digest.id, own, call.user)
        said = "You are mentioned in it when you have something to do."
        if me.preferences.mention == "never":
            said = f"Your settings say that you are mentioned nowhere: `{call.slash} settings`."
    await pressed.answer(said)


@feature.action(LEAVE_ME)
async def leave_me(words: str, call: Call, people: People, respond: Respond) -> None:
    """Mention this person no more."""
    pressed = await _find(words, call, people, respond)
    for user_id, user in (pressed.digest.mentions if pressed.digest else {}).items():
        if user == call.user:
            await people.store.digests.mention(words, user_id, "")
    await pressed.answer(_GONE if pressed.digest is None else "You are not mentioned any more.")


async def _find(words: str, call: Call, people: People, respond: Respond) -> _Pressed:
    """Find the digest of a button; one of another workspace is none."""
    digest = await people.store.digests.get(words)
    if digest is not None and digest.owner.workspace != call.workspace:
        digest = None
    return _Pressed(call, people, respond, digest)


async def _go_on(pressed: _Pressed, act: Callable[[Digest, Slot], Awaitable[str]]) -> str:
    if pressed.digest is None:
        return _GONE
    try:
        slot = find_slot(read_plan(pressed.digest), pressed.people.now())
    except NeverDue:
        return _NEVER
    return await act(pressed.digest, slot)


async def draw_list(call: Call, people: People, said: str = "") -> Json:
    """Draw the digests of the place of a call; `said`: what was just done."""
    digests = await people.store.digests.of_channel(call.workspace, place_of(call))
    own = Owner(call.workspace, call.user)
    listed = [_listed(one, own) for one in digests if is_readable(one)]
    return digest_list(
        listed, people.now(), slash=call.slash, said=said, is_personal=is_personal(call.channel)
    )


def _listed(digest: Digest, reader: Owner) -> Listed:
    return Listed(
        digest.id,
        read_plan(digest),
        digest.next_at if digest.state == "on" else None,
        why=digest.why,
        is_broken=digest.state == "broken",
        is_mentioned=reader.user in digest.mentions.values(),
        is_own=digest.owner == reader,
    )
