"""Rate limits: a bucket for each key and endpoint group, and one three times as large for all."""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass

from closebot.sandbox.close_api.errors import Json, Refused

_ORGANIZATION = 3


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds."""

    limit: int = 100
    window: float = 1.0


@dataclass
class _Bucket:
    tokens: float
    at: float


class Limits:
    """Counts requests. `rates` holds what differs from `usual`: (method, group) → `Rate`.

    A group is a path with `{id}` in the place of ids: `/lead/{id}/`. `clock` is monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float], usual: Rate | None = None) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str, str], _Bucket] = {}
        self.usual = usual or Rate()
        self.rates: dict[tuple[str, str], Rate] = {}

    def set(self, method: str, group: str, limit: int, window: float = 1.0) -> None:
        """Limit one group of endpoints; what was counted is forgotten."""
        self.rates[method, group] = Rate(limit, window)
        self._buckets.clear()

    def count(self, key: str, method: str, group: str) -> dict[str, str]:
        """Count a request and return its headers. Raises `Refused` (429) when it is too many."""
        rate = self.rates.get((method, group), self.usual)
        whole = Rate(rate.limit * _ORGANIZATION, rate.window)
        own = self._fill((key, method, group), rate)
        shared = self._fill(("", method, group), whole)
        for bucket, of, kind in ((own, rate, "key"), (shared, whole, "organization")):
            if bucket.tokens < 1:
                raise _too_many(bucket, of, kind, method + group)
        own.tokens -= 1
        shared.tokens -= 1
        return _headers(rate, int(own.tokens), rate.window)

    def _fill(self, name: tuple[str, str, str], rate: Rate) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(name, _Bucket(rate.limit, now))
        grown = (now - bucket.at) * rate.limit / rate.window
        bucket.tokens = min(float(rate.limit), bucket.tokens + grown)
        bucket.at = now
        return bucket


def _headers(rate: Rate, remaining: int, reset: float) -> dict[str, str]:
    seconds = math.ceil(reset)
    return {
        "ratelimit": f"limit={rate.limit}; remaining={remaining}; reset={seconds}",
        "ratelimit-limit": str(rate.limit),
        "ratelimit-remaining": str(remaining),
        "ratelimit-reset": str(seconds),
    }


def slow_down(seconds: int = 0) -> dict[str, str]:
    """Return the headers of a 429 that asks to wait."""
    return _headers(Rate(), 0, seconds) | {"retry-after": str(seconds)}


def describe(wait: float, rate: Rate | None = None, kind: str = "key", group: str = "") -> Json:
    """Write the body of a 429, from which old clients read their wait: as text, or in `error`."""
    rate = rate or Rate()
    body: Json = {
        "message": "API call count exceeded for this period",
        "rate_endpoint_group": hashlib.sha256(group.encode()).hexdigest()[:32],
        "rate_limit": rate.limit,
        "rate_limit_type": kind,
        "rate_reset": f"{wait:.6f}",
        "rate_window": math.ceil(rate.window),
    }
    return {**body, "error": {**body, "rate_reset": math.ceil(wait)}}


def _too_many(bucket: _Bucket, rate: Rate, kind: str, group: str) -> Refused:
    wait = (1 - bucket.tokens) * rate.window / rate.limit
    headers = _headers(rate, 0, wait) | {"retry-after": str(max(1, math.ceil(wait)))}
    return Refused(429, describe(wait, rate, kind, group), headers)
