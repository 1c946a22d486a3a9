"""A page for each lead, where links into Close may lead on this host."""

from html import escape

from aiohttp import web

from closebot.sandbox.close_api.store import Json, Store
from closebot.sandbox.close_api.views import show_lead

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 44rem; padding: 0 1rem;
       color: #1a2b3c; }
h2 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
ul { margin: 0; padding-left: 1.2rem; }
.status { background: #e6eef7; border-radius: 1rem; padding: .1rem .7rem; font-size: .85rem; }
"""


def add_pages(app: web.Application, store: Store) -> None:
    """Serve `/lead/<id>/`."""

    async def page(request: web.Request) -> web.Response:
        lead = store.leads.get(request.match_info["id"])
        if lead is None:
            return _html("<h1>There is no such lead</h1>", "Not found", 404)
        shown = show_lead(store, lead)
        return _html(_draw(shown), shown["display_name"])

    app.router.add_get("/lead/{id}/", page)
    app.router.add_get("/lead/{id}", page)


def _html(body: str, title: str, status: int = 200) -> web.Response:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )
    safe = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return web.Response(status=status, text=text, content_type="text/html", headers=safe)


def _draw(lead: Json) -> str:
    contacts = [
        " · ".join(
            part
            for part in (
                contact["display_name"],
                contact["title"],
                *(one["email"] for one in contact["emails"]),
                *(one["phone_formatted"] for one in contact["phones"]),
            )
            if part
        )
        for contact in lead["contacts"]
    ]
    deals = [
        f"{one['value_formatted'] or 'no value'} · {one['status_label']} · {one['confidence']}%"
        for one in lead["opportunities"]
    ]
    tasks = [f"{one['text']} · {one['date'] or 'no date'}" for one in lead["tasks"]]
    return (
        f"<h1>{escape(lead['display_name'])}</h1>"
        f'<p><span class="status">{escape(str(lead["status_label"]))}</span></p>'
        f"<p>{escape(lead['description'] or '')}</p>"
        f"<p>{escape(lead['url'] or '')}</p>"
        + _list("Contacts", contacts)
        + _list("Opportunities", deals)
        + _list("Open tasks", tasks)
    )


def _list(title: str, rows: list[str]) -> str:
    items = "".join(f"<li>{escape(row)}</li>" for row in rows) or "<li>None</li>"
    return f"<h2>{title}</h2><ul>{items}</ul>"
