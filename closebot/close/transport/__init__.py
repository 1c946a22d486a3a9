"""One request to Close, over kept connections. The only room that imports httpx."""

from closebot.close.transport.asking import AT_ONCE, BASE_URL, DEADLINE, Transport

__all__ = ["AT_ONCE", "BASE_URL", "DEADLINE", "Transport"]
