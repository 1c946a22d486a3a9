"""What is in the database, whether the keys open it, and whether digests can be made."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from closebot.close import AccessToken, ApiKey, Close, CloseError, Transport, Unauthorized
from closebot.doctor.findings import Finding
from closebot.settings import Settings
from closebot.store import LATEST, Checkup, Digest, StoreError, Vault, look_over

_MOST_DIGESTS = 10


async def look_at_store(
    settings: Settings, now: Callable[[], datetime], patience: float
) -> list[Finding]:
    """Look at the database, its key, one connection out of it, and the digests."""
    vault = Vault([key.get_secret_value() for key in settings.closebot_keys])
    path = settings.closebot_db
    try:
        found = await asyncio.to_thread(look_over, path, vault, patience)
    except StoreError as error:
        return [_say(error, str(path)), Finding("Key", "skipped", "not known without the database")]
    first = [_judge_database(found, settings), _judge_key(found, settings)]
    if not found.key_fits:
        return first
    return [
        *first,
        await _look_at_connection(found, settings, patience),
        *_judge_digests(found, now()),
    ]


def _say(error: StoreError, path: str) -> Finding:
    """Take the sentence apart: what is wrong, and what to do."""
    sentence = str(error)
    start = path if sentence.startswith(path) else ""
    said, _, step = sentence.removeprefix(start).partition(". ")
    return Finding("Database", "wrong", f"{start}{said.rstrip('.')}", step)


def _judge_database(found: Checkup, settings: Settings) -> Finding:
    path = settings.closebot_db
    if found.is_new:
        return Finding("Database", "ok", f"{path} will be made at the first start")
    if not found.is_journaled:
        step = "Start closebot once; keep the file on a disk of this machine, not a network's."
        return Finding("Database", "warn", f"{path} is whole, but has no write-ahead journal", step)
    steps = "; the next start brings its schema up to date" if found.steps else ""
    return Finding("Database", "ok", f"{path} is whole and can be written{steps}")


def _judge_key(found: Checkup, settings: Settings) -> Finding:
    if not found.key_fits:
        said = f"{settings.closebot_db} was encrypted with a key that is not in CLOSEBOT_KEYS"
        step = (
            "Put that key back. If it is lost for good, move the file away: everybody connects "
            "again then."
        )
        return Finding("Key", "wrong", said, step)
    count = len(found.connected)
    if found.lost:
        said = f"no key of CLOSEBOT_KEYS opens {found.lost} of {count + found.lost} connections"
        step = "Put the key back that is missing; otherwise those people connect again."
        return Finding("Key", "wrong", said, step)
    people = "1 connection" if count == 1 else f"{count} connections"
    return Finding("Key", "ok", f"opens {people}" if count else "good; nobody has connected yet")


async def _look_at_connection(found: Checkup, settings: Settings, patience: float) -> Finding:
    """Ask Close who one person is. A grant is left alone: asking might use it up."""
    usable = (one for one in found.connected if one.kind != "oauth")
    one = next(usable, None)
    if one is None:
        return Finding("A connection", "skipped", "there is none by key or token to try")
    auth = (ApiKey if one.kind == "api_key" else AccessToken)(one.secret)
    transport = Transport(settings.close_api_url, deadline=patience)
    try:
        await Close(auth=auth, transport=transport).me.get()
    except Unauthorized:
        said = f"Close does not accept what {one.owner.user} connected with"
        return Finding("A connection", "warn", said, "They connect again: /close connect.")
    except CloseError as error:
        said = f"Close did not answer for {one.owner.user} ({type(error).__name__})"
        return Finding("A connection", "warn", said, "Try again in a moment.")
    finally:
        await transport.aclose()
    return Finding("A connection", "ok", f"the latest ({one.owner.user}) works")


def _judge_digests(found: Checkup, now: datetime) -> Iterable[Finding]:
    connected = {one.owner for one in found.connected}
    faults = [(one, why) for one in found.digests if (why := _find_fault(one, connected))]
    for one, why in faults[:_MOST_DIGESTS]:
        said = f"the one in {one.channel or 'private'}, made by {one.made_by}: {why}"
        yield Finding("Digests", "wrong", said, "Whoever made it connects again: /close connect.")
    if len(faults) > _MOST_DIGESTS:
        yield Finding("Digests", "wrong", f"{len(faults) - _MOST_DIGESTS} more cannot run")
    late = sum(one.state == "on" and now - one.next_at > LATEST for one in found.digests)
    if late:
        said = f"{late} waited for their turn for more than {LATEST.seconds // 3600} hours"
        yield Finding("Digests", "warn", said, "Start `closebot run`, or see its log.")
    elif not faults:
        count = sum(one.state == "on" for one in found.digests)
        yield Finding("Digests", "ok", f"{count} run" if count else "there are none")


def _find_fault(digest: Digest, connected: set[Any]) -> str:
    if digest.state == "broken":
        return digest.why.rstrip(".") or "it does not work"
    if digest.state == "on" and digest.owner not in connected:
        return f"{digest.owner.user}, who reads Close for it, has no connection that works"
    return ""
