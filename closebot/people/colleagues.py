"""Which user of Close a colleague in Slack is."""

import contextlib
from collections.abc import Iterable

from closebot.people.person import Person
from closebot.store import Owner, SecretLost, StoreError


async def find_colleague(me: Person, slack_user: str, names: Iterable[str]) -> tuple[str, str]:
    """Return the id and name of the Close user that a Slack user is; empty for nobody.

    By their own connection to the same organization, otherwise by a name or an e-mail address
    that exactly one person of the organization has. Raises `CloseError`.
    """
    own = me.connection
    if slack_user:
        with contextlib.suppress(StoreError, SecretLost):
            owner = Owner(own.owner.workspace, slack_user)
            theirs = await me.store.connection(owner)
            if theirs and theirs.organization_id == own.organization_id:
                return theirs.close_user_id, theirs.close_user_name
    said = [name.strip().casefold() for name in names if name.strip()]
    users = await me.users() if said else ()
    for name in said:
        for whole in (True, False):
            found = [one for one in users if _matches(one.name, one.email, name, whole=whole)]
            if len(found) == 1:
                return found[0].id, found[0].name
    return "", ""


def _matches(user_name: str, email: str, typed: str, *, whole: bool) -> bool:
    own, address = user_name.casefold(), email.casefold()
    if whole:
        return typed in (own, address)
    first = own.split(" ", 1)[0]
    return typed in (first, address.split("@", 1)[0], own.replace(" ", ""), own.replace(" ", "."))
