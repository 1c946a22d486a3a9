"""`/export/`: files of leads and opportunities. No file is written: every export ends in error."""

from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.errors import missing
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.validation import boolean, clean, list_of, one_of, text
from closebot.sandbox.close_api.views import read_fields, select_fields

_COMMON = {
    "format": one_of("csv", "json"),
    "date_format": one_of("original", "iso8601", "excel"),
    "fields": list_of(text(), 1000),
    "send_done_email": boolean,
}
_LEADS = {
    **_COMMON,
    "type": one_of("leads", "contacts", "lead_opps"),
    "query": text(),
    "include_activities": boolean,
    "include_smart_fields": boolean,
}


class Exports:
    """The exports of one company, by id."""

    def __init__(self) -> None:
        self._held: dict[str, Json] = {}

    def _list(self, asked: Asked) -> Json:
        cut, more = read_window(asked.params).cut(list(self._held.values())[::-1])
        fields = read_fields(asked.params)
        return {"data": [select_fields(one, fields) for one in cut], "has_more": more}

    def _get(self, asked: Asked) -> Json:
        export = self._held.get(asked.id)
        if export is None:
            raise missing("Export")
        return select_fields(export, read_fields(asked.params))

    def _of_leads(self, asked: Asked) -> Json:
        return self._keep(asked, clean(asked.body, _LEADS, ("format", "type")))

    def _of_opportunities(self, asked: Asked) -> Json:
        return self._keep(asked, {"type": None, **clean(asked.body, _COMMON, ("format",))})

    def _keep(self, asked: Asked, given: Json) -> Json:
        store, at = asked.store, asked.store.stamp()
        export: Json = {
            "id": store.ids.make("expo"),
            "organization_id": store.organization_id,
            "user_id": asked.user_id,
            "status": "created",
            "download_url": None,
            "n_docs": None,
            "n_docs_processed": 0,
            "date_created": at,
            "date_updated": at,
            "query": None,
            "s_query": asked.body.get("s_query"),
            **given,
        }
        self._held[export["id"]] = {**export, "status": "error"}
        return export

    def routes(self) -> tuple[Route, ...]:
        """Return the operations."""
        return (
            Route("GET", "/export/", self._list),
            Route("POST", "/export/lead/", self._of_leads),
            Route("POST", "/export/opportunity/", self._of_opportunities),
            Route("GET", "/export/{id}/", self._get),
        )
