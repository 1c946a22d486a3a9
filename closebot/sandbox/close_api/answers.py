"""JSON as Close writes it: Python's separators, ASCII, no NaN."""

import json
from typing import Any

from aiohttp import web

from closebot.sandbox.close_api.errors import bad_request


def write_json(body: Any) -> bytes:
    """Write a body."""
    return json.dumps(body).encode()


def answer(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with JSON; None is an empty body."""
    if body is None:
        return web.Response(status=status, headers=headers)
    return web.Response(
        status=status, body=write_json(body), headers=headers, content_type="application/json"
    )


def read_json(raw: bytes) -> dict[str, Any]:
    """Read the body of a request; an empty one is no fields. Raises `Refused`."""
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise bad_request("The request contains invalid JSON.") from None
    if not isinstance(body, dict):
        raise bad_request("JSON data must be a dict.")
    return body


def _refuse(name: str) -> float:
    raise ValueError(name)
