"""What a person has chosen for themselves, kept sealed with what else is kept of them."""

import contextlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, cast, get_args

from closebot.store import Digest, Owner, SecretLost, Store, StoreError

NAME = "preferences"
WORKING_DAYS = (0, 1, 2, 3, 4)

Mention = Literal["asked", "always", "never"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's settings.

    `zone`: an IANA name; empty for the one that Slack tells. `days`: weekdays that a new digest is
    proposed for, Monday is 0. `mention`: in digests that mention people. `pipeline`: the id of the
    one that comes first; empty for the organization's own first. `shares`: a form that asks who
    sees a new card proposes everybody there.
    """

    zone: str = ""
    days: tuple[int, ...] = WORKING_DAYS
    mention: Mention = "asked"
    pipeline: str = ""
    shares: bool = False


async def read_preferences(store: Store, owner: Owner) -> Preferences:
    """Return somebody's settings. Raises `StoreError`."""
    return _read(await store.keepsakes.read(owner, NAME))


async def save_preferences(
    store: Store, owner: Owner, preferences: Preferences, now: datetime
) -> None:
    """Keep somebody's settings in the place of earlier ones. Raises `StoreError`."""
    await store.keepsakes.change(owner, NAME, lambda _: asdict(preferences), now)


async def find_mentions(store: Store, digest: Digest) -> Mapping[str, str]:
    """Return whom a digest may mention, the Slack user by Close user id.

    Those who asked for it there, and whoever wants it everywhere; never those who want it nowhere.
    Raises `StoreError`.
    """
    chosen = await store.keepsakes.of_workspace(digest.owner.workspace, NAME)
    wanted = {owner: _read(kept).mention for owner, kept in chosen.items()}
    never = {owner.user for owner, mention in wanted.items() if mention == "never"}
    asked = {key: user for key, user in digest.mentions.items() if user not in never}
    for owner, mention in wanted.items():
        if mention == "always":
            with contextlib.suppress(SecretLost, StoreError):
                own = await store.connection(owner)
                if own and own.organization_id == digest.organization_id:
                    asked.setdefault(own.close_user_id, owner.user)
    return asked


def _read(kept: Any) -> Preferences:
    """Read what another version may have written; what is odd is as if it was never chosen."""
    if not isinstance(kept, dict):
        return Preferences()
    days = kept.get("days")
    days = tuple(day for day in days if day in range(7)) if isinstance(days, list) else ()
    mention = kept.get("mention")
    zone, pipeline = kept.get("zone"), kept.get("pipeline")
    return Preferences(
        zone=zone if isinstance(zone, str) else "",
        days=days or WORKING_DAYS,
        mention=cast("Mention", mention) if mention in get_args(Mention) else "asked",
        pipeline=pipeline if isinstance(pipeline, str) else "",
        shares=kept.get("shares") is True,
    )
