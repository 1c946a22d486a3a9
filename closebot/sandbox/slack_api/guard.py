"""Who may drive the sandbox: pages of this machine, and nobody else's.

The `Host` must be loopback, and a request that another site's page makes is turned away, from what
apps call as well: it would stand in the log. What drives the sandbox must be JSON, and each answer
to a page forbids it everything that it does not need.
"""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

# What the app under test calls; it shows a token or a secret address.
_FOR_APPS = ("/api/", "/commands/", "/actions/", "/app/")
# A client may name any origin there; it shows a ticket.
_SOCKETS = "/link/"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn foreign requests away, and give every answer of the page its policy."""
    if request.path.startswith(_SOCKETS):
        return await handler(request)
    for_app = request.path.startswith(_FOR_APPS)
    refusal = _refuse_foreign(request) or (
        _refuse_embedded(request) if for_app else _refuse_form(request)
    )
    if refusal:
        return web.json_response({"ok": False, "error": refusal}, status=403)
    answer = await handler(request)
    if not for_app and not answer.prepared:
        answer.headers.update(HEADERS)
    return answer


def _refuse_foreign(request: web.Request) -> str:
    """Say why a request is turned away: it does not come from a page of this machine."""
    origin = request.headers.get("Origin")
    try:
        if urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
            return "the Host is not this machine"
        if origin is not None and urlsplit(origin).netloc != request.host:
            return "a page of another site"
    except ValueError:
        return "the Host or the Origin is no address"
    return ""


def _refuse_embedded(request: web.Request) -> str:
    # A picture in another site's page is asked for without an Origin.
    fetched = request.headers.get("Sec-Fetch-Site", "none")
    return "" if fetched in {"none", "same-origin"} else "a page of another site"


def _refuse_form(request: web.Request) -> str:
    if request.method == "POST" and request.content_type != "application/json":
        return "a POST must be application/json"
    return ""
