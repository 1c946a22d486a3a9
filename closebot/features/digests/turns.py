"""What the store keeps of a digest, read back: its plan, its next turn, the days it skipped."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime

from closebot.cards.digest_plan import Plan
from closebot.features.digests.times import NeverDue, Slot, next_slot
from closebot.store import Digest

log = logging.getLogger(__name__)


def read_plan(digest: Digest) -> Plan:
    """Return what a digest is to be. Raises `ValueError` for what another version wrote."""
    return Plan.model_validate(digest.plan)


def is_readable(digest: Digest) -> bool:
    """Say whether a digest's plan is one of this version, and its zone a known one."""
    try:
        return bool(read_plan(digest).where)
    except ValueError:
        log.error("digest %s cannot be read", digest.id)  # noqa: TRY400 - it holds names
        return False


def find_slot(plan: Plan, after: datetime) -> Slot:
    """Return the first turn after a moment. Raises `NeverDue`."""
    return next_slot(after, time=plan.time, days=plan.days, zone=plan.where, holidays=plan.holidays)


def find_next(digest: Digest, after: datetime) -> tuple[str, datetime] | None:
    """Return the next turn as the store keeps it; None when there is none."""
    if not is_readable(digest):
        return None
    try:
        slot = find_slot(read_plan(digest), after)
    except NeverDue:
        return None
    return slot.day.isoformat(), slot.at


def read_days(texts: Iterable[str]) -> tuple[date, ...]:
    """Return days as they were kept; what is none is left out."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(date.fromisoformat(text))
    return tuple(found)
