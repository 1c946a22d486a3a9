"""Whose connection reads Close for which digests: one for all that may be shown the same.

See docs/decisions/0005-digests.md.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from closebot.close import CloseError, Forbidden, Unauthorized
from closebot.people import NotConnected, People, Person
from closebot.store import Digest, Owner, SecretLost, Taken

log = logging.getLogger(__name__)

# Seconds that a sweep may take: a large organization has many pages.
WITHIN = 90.0

NO_CONNECTION = "its owner is not connected to Close any more."
LOST_CONNECTION = "its owner's Close connection cannot be used any more."
REFUSED = "Close does not accept its owner's connection any more."
ELSEWHERE = "its owner is connected to another Close organization now."


@dataclass(slots=True)
class Group:
    """Runs that may be served by one sweep, with every person whose connection may make it.

    `owners`: by digest, the Close user whose connection it has.
    """

    people: list[Person]
    taken: list[Taken] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)

    def owner_of(self, digest: Digest) -> Person:
        """Return the person whose connection a digest has."""
        user_id = self.owners[digest.id]
        return next(one for one in self.people if one.connection.close_user_id == user_id)

    def without(self, refused: Collection[str]) -> "Group":
        """Return the runs whose owners' connections Close has not refused."""
        kept = [one for one in self.taken if self.owners[one.digest.id] not in refused]
        people = [one for one in self.people if one.connection.close_user_id not in refused]
        return Group(people, kept, self.owners)


@dataclass(slots=True)
class Readers:
    """Who can read for which runs, and which digests have nobody: each with a plain sentence."""

    groups: list[Group] = field(default_factory=list)
    broken: list[tuple[Taken, str]] = field(default_factory=list)


async def find_readers(people: People, taken: Sequence[Taken]) -> Readers:
    """Put runs together that may be shown the same. Asks Close once for each organization.

    Raises `StoreError`.
    """
    readers = Readers()
    persons: dict[Owner, Person | str] = {}
    by_organization: dict[str, dict[str, Group]] = {}
    for one in taken:
        digest = one.digest
        if digest.owner not in persons:
            persons[digest.owner] = await _find(people, digest.owner)
        person = persons[digest.owner]
        reason = person if isinstance(person, str) else _differs(person, digest)
        if reason or isinstance(person, str):
            readers.broken.append((one, reason))
            continue
        groups = by_organization.setdefault(digest.organization_id, {})
        user_id = person.connection.close_user_id
        group = groups.setdefault(user_id, Group([person]))
        group.taken.append(one)
        group.owners[digest.id] = user_id
    for organization_id, groups in by_organization.items():
        readers.groups += await _unite(organization_id, groups)
    return readers


async def _find(people: People, owner: Owner) -> Person | str:
    try:
        return await people.find(owner, within=WITHIN)
    except NotConnected:
        return NO_CONNECTION
    except SecretLost:
        return LOST_CONNECTION


def _differs(person: Person, digest: Digest) -> str:
    return "" if person.connection.organization_id == digest.organization_id else ELSEWHERE


async def _unite(organization_id: str, groups: dict[str, Group]) -> list[Group]:
    """Put together whoever sees every lead, as Close says now; all others read by themselves."""
    if len(groups) < 2:
        return list(groups.values())
    see_all = await _who_sees_all(organization_id, groups.values())
    alone = [group for user_id, group in groups.items() if user_id not in see_all]
    together = [group for user_id, group in groups.items() if user_id in see_all]
    if not together:
        return alone
    united = Group(
        [person for group in together for person in group.people],
        [one for group in together for one in group.taken],
        {key: user for group in together for key, user in group.owners.items()},
    )
    return [united, *alone]


async def _who_sees_all(organization_id: str, groups: Iterable[Group]) -> frozenset[str]:
    """Ask Close who sees every lead; nobody, when it does not say."""
    for group in groups:
        try:
            seats = await group.people[0].close.me.memberships(organization_id)
        except (Unauthorized, Forbidden):  # not this one's to ask; perhaps another's
            continue
        except CloseError as error:
            log.info("who sees every lead is not known: %s", type(error).__name__)
            return frozenset()
        return frozenset(seat.user_id for seat in seats if seat.sees_every_lead)
    return frozenset()
