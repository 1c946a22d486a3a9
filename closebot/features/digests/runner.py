"""Makes the digests that are due: each day of each once, whatever ends in between.

A turn is claimed in the store before anything else, and a message carries a name by which Slack
shows it once. So whoever goes on after a crash may send again; where Slack cannot tell whether it
was there before, its maker is asked instead. See docs/decisions/0005-digests.md.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any

from closebot.audience import LatePlace, Refused
from closebot.cards.digest_list import broken_notice, run_notice, say_skipped
from closebot.cards.digest_plan import Plan, say_clock
from closebot.cards.digests import Due, Heading, digest_message, plain_digest, say_missed
from closebot.close import CloseError
from closebot.features.digests.gathering import sweep
from closebot.features.digests.posting import NO_PLACE, Posts, name_post
from closebot.features.digests.readers import REFUSED, Group, find_readers
from closebot.features.digests.turns import find_next, is_readable, read_days, read_plan
from closebot.people import People, find_mentions
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import SlackFailed, SlackLimited, SlackUnclear
from closebot.store import LATEST, Run, RunEnd, StoreError, Taken

log = logging.getLogger(__name__)

LATE = timedelta(minutes=5)
TELLING = timedelta(days=1)
SOONEST, SLOWEST = timedelta(seconds=2), timedelta(minutes=1)
_BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_too_long"})


class Runner:
    """Makes what is due whenever it is told the time. `slash` is the command's name."""

    def __init__(self, people: People, posts: Posts, *, slash: str = "/close") -> None:
        self._people = people
        self._runs = people.store.digest_runs
        self._digests = people.store.digests
        self._posts = posts
        self._slash = slash
        self._working: dict[tuple[str, str], Run] = {}

    async def tick(self, now: datetime) -> None:
        """Hold on to what is being made, take what is due, and make it. Raises `StoreError`.

        May be called again before it returns.
        """
        await self._runs.keep(tuple(self._working.values()), now)
        taken = await self._runs.claim_due(now, find_next)
        if not taken:
            return
        for one in taken:
            self._working[one.run.digest_id, one.run.slot] = one.run
        try:
            await self._make(taken, now)
        except asyncio.CancelledError:  # whoever comes next need not wait for the lease
            for one in taken:
                await self._runs.put_off(one.run, now)
            raise
        finally:
            for one in taken:
                self._working.pop((one.run.digest_id, one.run.slot), None)

    async def _make(self, taken: Sequence[Taken], now: datetime) -> None:
        for one in taken:
            if not is_readable(one.digest):  # another version wrote it: nobody here can mend it
                await self._runs.finish(one.run, "failed")
        taken = [one for one in taken if is_readable(one.digest)]
        skipped = [one for one in taken if one.run.kind == "skipped"]
        left = [one for one in taken if one.run.kind != "skipped" and _is_over(one.run, now)]
        due = [one for one in taken if one.run.kind != "skipped" and not _is_over(one.run, now)]
        readers = await find_readers(self._people, due)
        await asyncio.gather(
            *(self._surely(self._say_left(one, now), [one], now) for one in left),
            *(self._surely(self._say_skipped(one, now), [one], now) for one in skipped),
            *(self._surely(self._say_broken(one, why, now), [one], now)
              for one, why in readers.broken),
            *(self._surely(self._make_group(group, now), group.taken, now)
              for group in readers.groups),
        )  # fmt: skip

    async def _surely(
        self, work: Coroutine[Any, Any, None], taken: Sequence[Taken], now: datetime
    ) -> None:
        """Do some work; a bug in it holds up nothing else, and is tried again less and less."""
        try:
            await work
        except StoreError:
            raise
        except Exception:
            log.exception("digests could not be made")
            for one in taken:
                await self._try_later(one, now, "something broke on our side.")

    # --- reading ------------------------------------------------------------------------------

    async def _make_group(self, group: Group, now: datetime) -> None:
        """Read Close for some runs with the first connection that works, and send them."""
        try:
            swept = await sweep(group, now)
        except CloseError as error:
            log.info("no digest yet: %s", type(error).__name__)
            for one in group.taken:
                await self._try_later(one, now)
            return
        work = []
        for one in group.taken:
            if one.digest.id in swept.gone:
                work.append((one, self._say_gone(one, now)))
            elif one.digest.id in swept.found:
                work.append((one, self._send(one, swept.found[one.digest.id], now)))
            else:
                work.append((one, self._say_broken(one, REFUSED, now)))
        await asyncio.gather(*(self._surely(done, [one], now) for one, done in work))

    # --- sending ------------------------------------------------------------------------------

    async def _send(self, one: Taken, due: Due, now: datetime) -> None:
        run = one.run
        digest = await self._digests.get(run.digest_id)
        if digest is None or (digest.state != "on" and run.kind == "due"):
            await self._runs.finish(run, "dropped")
            return
        plan = read_plan(digest)
        if not due.total and run.kind == "due" and not plan.says_empty:
            await self._runs.finish(run, "empty")
            return
        name = name_post(digest.id, run.slot)
        days = read_days(digest.missed)
        today = now.astimezone(plan.where).date()
        mentions = await find_mentions(self._people.store, digest) if plan.may_mention else {}

        def draw() -> Json:
            return digest_message(
                plan,
                due,
                today=today,
                zone=plan.where,
                heading=Heading(
                    digest.id, run.slot, _say_late(run, plan, now), say_missed(days, today),
                    self._slash,
                ),
                mentions=mentions,
            )  # fmt: skip

        try:
            try:
                ts = await self._posts.post(digest.channel, name, draw)
            except SlackFailed as error:
                if error.code not in _BAD_BLOCKS:
                    raise
                plain = plain_digest(due, today, slash=self._slash)
                ts = await self._posts.post(digest.channel, name, lambda: plain)
        except LatePlace:
            await self._try_later(one, now, "Slack did not say who reads there.")
            return
        except Refused as refused:
            await self._digests.pause(digest.id, "paused", kit.say_plainly(refused.sentence))
            await self._end_and_tell(one, "failed", refused.sentence, "Resume", now)
            return
        except SlackFailed as error:
            await self._after_refusal(one, error, now)
            return
        if await self._runs.finish(run, "sent", ts) and digest.missed:
            await self._digests.told_of(digest.id, digest.missed)

    async def _after_refusal(self, one: Taken, error: SlackFailed, now: datetime) -> None:
        log.info("a digest was not posted: %s", error)
        if isinstance(error, SlackLimited):
            await self._runs.put_off(one.run, now + timedelta(seconds=error.retry_after))
        elif error.code.startswith("duplicate_"):
            said = (
                "Slack does not say whether it was posted or deleted again, so it is not posted "
                "a second time. Run it now if it is missing."
            )
            await self._end_and_tell(one, "doubt", said, "Run now", now)
        elif error.code in NO_PLACE:
            said = "closebot may not post there. Invite it with `/invite`, then resume it."
            await self._digests.pause(one.digest.id, "paused", "closebot may not post here.")
            await self._end_and_tell(one, "failed", said, "Resume", now)
        else:
            said = "Slack did not take it." if not isinstance(error, SlackUnclear) else (
                "Slack did not say whether it took it.")  # fmt: skip
            await self._try_later(one, now, said)

    async def _try_later(
        self, one: Taken, now: datetime, why: str = "Close did not answer for two hours."
    ) -> None:
        """Let a run be tried again soon, less and less often, until it is too late for it."""
        pause = min(max((now - one.run.due_at) / 4, SOONEST), SLOWEST)
        if not _is_over(one.run, now + pause):
            await self._runs.put_off(one.run, now + pause)
            return
        said = f"it could not be sent: {why} It is skipped."
        await self._end_and_tell(one, "failed", said, "Run now", now)

    # --- telling ------------------------------------------------------------------------------

    async def _say_left(self, one: Taken, now: datetime) -> None:
        """Tell of a run that was begun, and that nobody went on with until it was too late."""
        said = (
            "it was being made when closebot stopped, too long ago to be sent now. If it is "
            "missing it was skipped: run it now."
        )
        await self._end_and_tell(one, "doubt", said, "Run now", now)

    async def _say_gone(self, one: Taken, now: datetime) -> None:
        """Let a digest rest whose Smart View is not there any more."""
        await self._digests.pause(one.digest.id, "paused", "Its Smart View is gone.")
        said = "its Smart View is no longer in Close, or its owner may not see it. It is paused."
        await self._end_and_tell(one, "failed", said, "Resume", now)

    async def _say_skipped(self, one: Taken, now: datetime) -> None:
        """Say a skipped turn where it was waited for; its maker is told where that cannot be."""
        digest, run = one.digest, one.run
        day, *_ = read_days((run.slot.split()[0],)) or (now.date(),)
        plan = read_plan(digest)
        said = say_skipped(day, run.due_at, plan.where)
        notice = run_notice(plan, digest.id, said, digest.channel, button="Run now")
        try:
            await self._posts.post(
                digest.channel, name_post(digest.id, run.slot, "skipped"), lambda: notice
            )
        except (SlackFailed, Refused) as error:
            if _is_hopeless(error) or digest.is_personal or now - run.due_at > TELLING:
                await self._end_and_tell(one, "told", said, "Run now", now)
            else:
                await self._runs.put_off(run, now + SLOWEST)
            return
        if await self._runs.finish(run, "told") and digest.missed == (day.isoformat(),):
            await self._digests.told_of(digest.id, digest.missed)

    async def _say_broken(self, one: Taken, why: str, now: datetime) -> None:
        """Let a digest rest whose connection does not work, and say so where it is posted."""
        digest = one.digest
        await self._digests.pause(digest.id, "broken", why[0].upper() + why[1:])
        notice = broken_notice(
            read_plan(digest), digest.id, why, is_personal=digest.is_personal, slash=self._slash
        )
        name = name_post(digest.id, one.run.slot, "broken")
        try:
            await self._posts.post(digest.channel, name, lambda: notice)
        except (SlackFailed, Refused) as error:
            log.info("that a digest rests was not posted: %s", type(error).__name__)
            if not (_is_hopeless(error) or _is_over(one.run, now)):
                await self._runs.put_off(one.run, now + SOONEST)
                return
        await self._runs.finish(one.run, "failed")

    async def _end_and_tell(
        self, one: Taken, end: RunEnd, said: str, button: str, now: datetime
    ) -> None:
        """Tell whoever set a digest up, or asked for this one, and end the run."""
        digest, run = one.digest, one.run
        notice = run_notice(read_plan(digest), digest.id, said, digest.channel, button=button)
        name = name_post(digest.id, run.slot, end)
        try:
            await self._posts.post(run.asked_by or digest.made_by, name, lambda: notice)
        except (SlackFailed, Refused) as error:
            log.info("what became of a digest was not told: %s", type(error).__name__)
            longest = TELLING if run.kind == "skipped" else LATEST
            if not _is_hopeless(error) and now - run.due_at <= longest:
                await self._runs.put_off(run, now + SLOWEST)
                return
        await self._runs.finish(run, end)


def _is_over(run: Run, now: datetime) -> bool:
    """Say whether it is too late for a run."""
    return now - run.due_at > LATEST


def _is_hopeless(error: Exception) -> bool:
    """Say whether sending the same once more would be refused again."""
    if isinstance(error, LatePlace):
        return False
    return isinstance(error, Refused) or (
        isinstance(error, SlackFailed)
        and (error.code in NO_PLACE or error.code.startswith("duplicate_"))
    )


def _say_late(run: Run, plan: Plan, now: datetime) -> str:
    if run.kind != "due" or now - run.due_at < LATE:
        return ""
    return f"Late: it was due at {say_clock(run.due_at.astimezone(plan.where).time())}."
