"""The keys of a stored opportunity, with what stands there when nothing was given."""

from typing import Any

from closebot.sandbox.close_api.activity_shapes import strip_html, wrap_html


def shape_opportunity(given: dict[str, Any]) -> dict[str, Any]:
    """Shape an opportunity; a rich note wins over a plain one."""
    note, html = given.get("note") or "", given.get("note_html")
    if html:
        note = strip_html(html)
    return {
        "attachments": [],
        "contact_id": None,
        "date_lost": None,
        "date_won": None,
        "value": None,
        **given,
        "confidence": 50 if given.get("confidence") is None else given["confidence"],
        "value_period": given.get("value_period") or "one_time",
        "note": note,
        "note_html": html or (wrap_html(note) if note else None),
    }
