"""Who makes which day of which digest: each day of each is made once.

A turn is taken in one transaction that also moves the digest's next turn forward, so that neither
a second process nor a restart takes it again. What is taken is leased: when its holder is gone,
the lease runs out and somebody else goes on. The clock is the caller's, never SQLite's.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from closebot.store.desk import Desk, stamp
from closebot.store.digests import COLUMNS, read_digest
from closebot.store.rows import Digest, Run, RunEnd, RunKind

# A turn that comes later than this is skipped.
LATEST = timedelta(hours=2)
LEASE = timedelta(seconds=5)
RUNS_LIVE = timedelta(days=14)
MOST_MISSED = 31

_RUN = "digest_id, slot, kind, due_at, asked_by"

# The next turn of a digest after a moment: its day and its moment; None when there is none.
Next = Callable[[Digest, datetime], tuple[str, datetime] | None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A run that is ours for now, with its digest as it stood when it was taken."""

    run: Run
    digest: Digest


class DigestRuns:
    """The runs of all digests. `process` names this process among those that share the file."""

    def __init__(self, desk: Desk, process: str) -> None:
        self._desk = desk
        self._process = process

    async def ask(self, run: Run, now: datetime) -> bool:
        """Have a run made by whoever looks next; False when one that was asked for is being made.

        So it is for a digest that was stopped.
        """
        added = await self._desk.write(
            "INSERT OR IGNORE INTO digest_runs SELECT ?, ?, ?, 'open', ?, '', ?, ?, ''"
            " WHERE EXISTS (SELECT 1 FROM digests WHERE id = ?) AND NOT EXISTS (SELECT 1 FROM"
            " digest_runs WHERE digest_id = ? AND kind = 'now' AND state = 'open')",
            run.digest_id,
            run.slot,
            run.kind,
            stamp(run.due_at),
            stamp(now),
            run.asked_by,
            run.digest_id,
            run.digest_id,
        )
        return added > 0

    async def claim_due(self, now: datetime, find_next: Next) -> list[Taken]:
        """Take every turn that has come, and every run whose lease has run out.

        Each digest's next turn is moved forward in the same transaction. Turns that are too late
        are put together into one run that says so.
        """
        if not self._is_due(now):
            return []

        def claim() -> list[Taken]:
            with self._desk.transaction():
                for row in self._desk.db.execute(
                    f"SELECT {COLUMNS} FROM digests WHERE state = 'on' AND next_at <= ?",  # noqa: S608
                    (stamp(now),),
                ).fetchall():
                    self._take_turns(read_digest(row), now, find_next)
                self._desk.db.execute(
                    "DELETE FROM digest_runs WHERE state != 'open' AND due_at < ?",
                    (stamp(now - RUNS_LIVE),),
                )
                return self._take_open(now)

        return await self._desk.patiently(claim)

    def _is_due(self, now: datetime) -> bool:
        at = stamp(now)
        return bool(
            self._desk.row(
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM digests WHERE state = 'on' AND next_at <= ?)"
                " OR EXISTS (SELECT 1 FROM digest_runs WHERE state = 'open' AND lease_until <= ?)",
                at,
                at,
            )
        )

    def _take_turns(self, digest: Digest, now: datetime, find_next: Next) -> None:
        """Open the runs of the turns that have come, and move the digest to its next one."""
        turn: tuple[str, datetime] | None = (digest.next_day, digest.next_at)
        late = []
        while turn is not None and turn[1] <= now:
            day, at = turn
            if now - at > LATEST:
                late.append((day, at))
            else:
                self._open(Run(digest.id, day, "due", at), now)
            turn = find_next(digest, at)
        if late:
            day, at = late[-1]
            self._open(Run(digest.id, f"{day} skipped", "skipped", at), now)
        missed = [*digest.missed, *(day for day, _ in late)][-MOST_MISSED:]
        state = "on" if turn else "paused"
        why = "" if turn else "It has no day left on which it could go out."
        day, at = turn or (digest.next_day, digest.next_at)
        self._desk.db.execute(
            "UPDATE digests SET next_day = ?, next_at = ?, missed = ?, state = ?, why = ?"
            " WHERE id = ?",
            (day, stamp(at), json.dumps(missed), state, why, digest.id),
        )

    def _open(self, run: Run, now: datetime) -> None:
        self._desk.db.execute(
            "INSERT OR IGNORE INTO digest_runs VALUES (?, ?, ?, 'open', ?, '', ?, ?, '')",
            (run.digest_id, run.slot, run.kind, stamp(run.due_at), stamp(now), run.asked_by),
        )

    def _take_open(self, now: datetime) -> list[Taken]:
        taken = []
        for row in self._desk.db.execute(
            f"SELECT {_RUN} FROM digest_runs WHERE state = 'open' AND lease_until <= ?"  # noqa: S608
            " ORDER BY due_at, digest_id",
            (stamp(now),),
        ).fetchall():
            run = _read_run(row)
            found = self._desk.db.execute(
                f"SELECT {COLUMNS} FROM digests WHERE id = ?",  # noqa: S608 - fixed
                (run.digest_id,),
            ).fetchone()
            if found is None:
                continue
            taken.append(Taken(run, read_digest(found)))
            self._desk.db.execute(
                "UPDATE digest_runs SET holder = ?, lease_until = ?"
                " WHERE digest_id = ? AND slot = ?",
                (self._process, stamp(now + LEASE), run.digest_id, run.slot),
            )
        return taken

    async def keep(self, runs: Sequence[Run], now: datetime) -> None:
        """Hold on to runs that are still being made."""

        def keep() -> None:
            with self._desk.transaction():
                self._desk.db.executemany(
                    "UPDATE digest_runs SET lease_until = ?"
                    " WHERE digest_id = ? AND slot = ? AND holder = ? AND state = 'open'",
                    [(stamp(now + LEASE), run.digest_id, run.slot, self._process) for run in runs],
                )

        if runs:
            await self._desk.patiently(keep)

    async def put_off(self, run: Run, until: datetime) -> None:
        """Let go of a run that is ours: whoever looks at or after `until` tries again."""
        await self._desk.write(
            "UPDATE digest_runs SET holder = '', lease_until = ?"
            " WHERE digest_id = ? AND slot = ? AND holder = ? AND state = 'open'",
            stamp(until),
            run.digest_id,
            run.slot,
            self._process,
        )

    async def finish(self, run: Run, end: RunEnd, ts: str = "") -> bool:
        """Say how a run ended; False when that was said already. `ts`: the message's, if any."""
        return bool(
            await self._desk.write(
                "UPDATE digest_runs SET state = ?, ts = ?, holder = ''"
                " WHERE digest_id = ? AND slot = ? AND state = 'open'",
                end,
                ts,
                run.digest_id,
                run.slot,
            )
        )

    async def ends(self, digest_id: str) -> Mapping[str, str]:
        """Return how each run of a digest ended, by its slot; `open` for one that has not."""
        rows = self._desk.rows(
            "SELECT slot, state FROM digest_runs WHERE digest_id = ? ORDER BY due_at", digest_id
        )
        return dict(rows)


def _read_run(row: Sequence[Any]) -> Run:
    digest_id, slot, kind, due_at, asked_by = row
    return Run(digest_id, slot, cast("RunKind", kind), datetime.fromisoformat(due_at), asked_by)
