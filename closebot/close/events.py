"""The event log, webhooks, and whether a webhook's request is Close's own.

https://developer.close.com/api/resources/events and
https://developer.close.com/api/resources/webhooks
"""

import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from closebot.close.errors import Unreadable
from closebot.close.ids import check_id
from closebot.close.models import Event, Subscription, read
from closebot.close.section import UNSET, Range, Section, Unset, ranges, written
from closebot.close.walk import Walk

PAGE = 50  # Close sends no more at once
TOLERANCE = 300.0


class Events(Section):
    """What happened in the last 30 days. People who are no admins see data of the last hour."""

    async def list(
        self,
        *,
        object_type: str = "",
        object_id: str = "",
        action: str = "",
        lead_id: str = "",
        user_id: str = "",
        request_id: str = "",
        date_updated: Range | None = None,
        most: int = 1000,
    ) -> AsyncIterator[Event]:
        """Yield events, last changed first, each once.

        Close takes only some filters together: a lead with an object type, an object with an
        action, a user with either; `request_id`, for what one request has done, stands alone.
        Events are put together for some minutes: read the last five again. Raises `BadId`,
        `CloseError`.
        """
        params: dict[str, Any] = {
            "object_type": object_type or None,
            "object_id": object_id or None,
            "action": action or None,
            "lead_id": check_id(lead_id, "lead") if lead_id else None,
            "user_id": check_id(user_id, "user") if user_id else None,
            "request_id": check_id(request_id, "req") if request_id else None,
        } | ranges(date_updated=date_updated)
        cursor: str | None = None
        seen: set[str] = set()
        while True:
            window = {"_limit": PAGE, "_cursor": cursor}
            answer = await self._close.request("GET", "/event/", params=params | window)
            rows = answer.get("data") if isinstance(answer, Mapping) else None
            if not isinstance(rows, list):
                raise Unreadable("the event log: data is not a list")
            new = [one for one in (read(Event, row) for row in rows) if one.id not in seen]
            for one in new:
                seen.add(one.id)
                yield one
                if len(seen) == most:
                    return
            cursor = answer.get("cursor_next")
            if not cursor or not new:
                return

    async def get(self, event_id: str) -> Event:
        """Return one event. Raises `BadId`, `NotFound`."""
        return await self._get(Event, f"/event/{check_id(event_id, 'ev')}/")


class Webhooks(Section):
    """Addresses that Close tells of events; at most 40 in an organization."""

    def list(self) -> Walk[Subscription]:
        """Walk through the subscriptions, oldest first; their signature keys are not sent.

        Raises `CloseError`.
        """
        return self._records("/webhook/", Subscription)

    async def get(self, webhook_id: str) -> Subscription:
        """Return a subscription. Raises `BadId`, `NotFound`."""
        return await self._get(Subscription, f"/webhook/{check_id(webhook_id, 'whsub')}/")

    async def create(
        self, url: str, events: Sequence[tuple[str, str]], *, verify_ssl: bool = True
    ) -> Subscription:
        """Subscribe `url` to pairs of object type and action, such as ("lead", "updated").

        The answer has the `signature_key`: it is never sent again. Raises `Invalid`,
        `WriteUnclear`.
        """
        asked = [{"object_type": kind, "action": action} for kind, action in events]
        body = {"url": url, "events": asked, "verify_ssl": verify_ssl}
        return await self._post(Subscription, "/webhook/", body)

    async def update(
        self,
        webhook_id: str,
        *,
        url: str | Unset = UNSET,
        events: Sequence[tuple[str, str]] | Unset = UNSET,
        status: str | Unset = UNSET,
    ) -> Subscription:
        """Change what is given; `status` is `active` or `paused`. Raises `BadId`, `Invalid`."""
        asked: Any = events
        if not isinstance(events, Unset):
            asked = [{"object_type": kind, "action": action} for kind, action in events]
        body = written(url=url, events=asked, status=status)
        return await self._put(Subscription, f"/webhook/{check_id(webhook_id, 'whsub')}/", body)

    async def delete(self, webhook_id: str) -> None:
        """End a subscription. Raises `BadId`, `NotFound`."""
        await self._delete(f"/webhook/{check_id(webhook_id, 'whsub')}/")


def is_from_close(
    signature_key: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Say whether a webhook's request was signed with this key in the last five minutes.

    `headers` by lower-case name, `body` as it arrived, `signature_key` in hexadecimal. Close sets
    no limit of age: the five minutes are ours, against replay.
    https://developer.close.com/api/resources/webhooks
    """
    stamp, sent = headers.get("close-sig-timestamp", ""), headers.get("close-sig-hash", "")
    try:
        key = bytes.fromhex(signature_key)
        age = abs(now.timestamp() - int(stamp))
    except ValueError:
        return False
    made = hmac.new(key, stamp.encode() + body, hashlib.sha256).hexdigest()
    return (
        bool(key) and age <= TOLERANCE and hmac.compare_digest(made.encode(), sent.lower().encode())
    )
