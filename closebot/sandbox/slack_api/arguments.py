"""What a method of the Web API is called with: a query, a form, or a JSON body.

https://docs.slack.dev/apis/web-api/
"""

from typing import Any

from aiohttp import web

from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.records import Json
from closebot.sandbox.slack_api.strict import read_json

# Arguments that are JSON inside a form.
_NESTED = frozenset({"blocks", "view", "attachments", "metadata", "unfurls", "message"})


async def read_arguments(request: web.Request) -> Json:
    """Read the arguments of a call. Raises `Refused`."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await _read_body(request)
    elif request.body_exists:
        arguments |= await _read_form(request)
    for name in _NESTED & arguments.keys():
        arguments[name] = _read_nested(name, arguments[name])
    return arguments


async def _read_body(request: web.Request) -> Json:
    try:
        text = await request.text()
        body = read_json(text) if text.strip() else {}
    except LookupError:
        raise Refused("invalid_charset") from None
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(body, dict):
        raise Refused("json_not_object")
    return body


async def _read_form(request: web.Request) -> Json:
    try:
        form = await request.post()
    except LookupError:
        raise Refused("invalid_charset") from None
    except ValueError:
        raise Refused("invalid_form_data") from None
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _read_nested(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return read_json(value)
    except ValueError:
        code = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
        raise Refused(code, f"{name} is not JSON") from None
