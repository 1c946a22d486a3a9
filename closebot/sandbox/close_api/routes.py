"""Which operation a request means."""

from collections import defaultdict
from collections.abc import Sequence

from closebot.sandbox.close_api import (
    absent,
    contacts,
    custom,
    events,
    funnels,
    histories,
    leads,
    opportunities,
    people,
    reports,
    roles,
    search,
    settings,
    status_reports,
    tasks,
)
from closebot.sandbox.close_api.asked import Route
from closebot.sandbox.close_api.errors import Refused, bad_request, not_found

_ALL: tuple[Route, ...] = (
    *people.ROUTES,
    *leads.ROUTES,
    *contacts.ROUTES,
    *opportunities.ROUTES,
    *tasks.ROUTES,
    *histories.ROUTES,
    *custom.ROUTES,
    *settings.ROUTES,
    *events.ROUTES,
    *reports.ROUTES,
    *funnels.ROUTES,
    *status_reports.ROUTES,
    *roles.ROUTES,
    *absent.ROUTES,
)


class Routes:
    """Every operation, found by method and path."""

    def __init__(self, more: Sequence[Route] = ()) -> None:
        self._by_length: dict[int, list[Route]] = defaultdict(list)
        for route in sorted((*_ALL, *search.routes(), *more), key=lambda one: one.path.count("{")):
            self._by_length[len(route.parts)].append(route)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the operation and what stands in its placeholders. Raises `Refused`."""
        parts = path.strip("/").split("/")
        fitting: list[Route] = []
        for route in self._by_length[len(parts)]:
            ids = _fit(route.parts, parts)
            if ids is not None:
                if route.method == method:
                    return route, ids
                fitting.append(route)
        if not fitting:
            raise not_found()
        if method == "POST" and "{" in fitting[0].path:
            raise Refused(404, {"error": "Did you mean to use PUT?"})
        refused = bad_request("The method is not allowed for the requested URL.")
        raise Refused(405, refused.body, {"allow": self.allow(path)})

    def allow(self, path: str) -> str:
        """Name the methods that a path may be asked with."""
        parts = path.strip("/").split("/")
        routes = self._by_length[len(parts)]
        methods = {one.method for one in routes if _fit(one.parts, parts) is not None}
        more = {"HEAD", "OPTIONS"} if "GET" in methods else {"OPTIONS"}
        return ", ".join(sorted(methods | more))

    def is_known(self, path: str) -> bool:
        """Tell whether any operation has such a path."""
        parts = path.strip("/").split("/")
        return any(_fit(route.parts, parts) is not None for route in self._by_length[len(parts)])


def _fit(pattern: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    ids: dict[str, str] = {}
    for wanted, part in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            ids[wanted[1:-1]] = part
        elif wanted != part:
            return None
    return ids
