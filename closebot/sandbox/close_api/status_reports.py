"""`/report/statuses/…` and `/report/sent_emails/…`: what has moved from one status to another."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from closebot.sandbox.close_api.asked import Asked, Route
from closebot.sandbox.close_api.errors import bad_fields, bad_query, missing
from closebot.sandbox.close_api.legacy_query import find_leads
from closebot.sandbox.close_api.moments import read_moment
from closebot.sandbox.close_api.opportunity_query import OpportunityQuery
from closebot.sandbox.close_api.ranges import leads_of_view
from closebot.sandbox.close_api.store import Json
from closebot.sandbox.close_api.tables import index_of
from closebot.sandbox.close_api.terms import is_empty, read_query

_ENDS = ("started", "ended", "gained", "lost", "entered", "left")
_OVERALL = ("ended", "entered", "left")  # what makes sense without a beginning and an end


@dataclass(frozen=True)
class _Move:
    """A change of status; `old` is None when the object was created."""

    at: datetime
    old: str | None
    new: str


@dataclass(frozen=True)
class _Span:
    """The time of a report. Without a beginning or an end it is open there."""

    start: datetime | None
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment is in it."""
        is_late = self.start is None or at >= self.start
        return is_late and (self.end is None or at < self.end)


def _read_span(asked: Asked) -> _Span:
    if asked.ids["org_id"] != asked.store.organization_id:
        raise missing("Organization")
    bounds: dict[str, datetime | None] = {}
    for name in ("date_start", "date_end"):
        try:
            given = asked.params.get(name, "")
            bounds[name] = read_moment(given.replace(" ", "+"), asked.offset) if given else None
        except ValueError:
            raise bad_fields(**{name: "Invalid ISO 8601 datetime."}) from None
    return _Span(bounds["date_start"], bounds["date_end"])


def _leads(asked: Asked) -> Json:
    store, span = asked.store, _read_span(asked)
    query, view_id = _read_filter(asked)
    among = leads_of_view(asked, view_id)
    rows = [one for one in find_leads(store, query, asked) if among is None or one["id"] in among]
    moves = index_of(store.activities, "_type").rows("LeadStatusChange")
    labels = {one["id"]: str(one["label"]) for one in store.lead_statuses.values()}
    return _report(span, labels, _find_moves(rows, moves, "lead_id"), _Words("lead_", "{}"))


def _opportunities(asked: Asked) -> Json:
    store, span = asked.store, _read_span(asked)
    query, view_id = _read_filter(asked)
    among, user_id = leads_of_view(asked, view_id), asked.params.get("user_id")
    node, _ = read_query(query)
    test = None if is_empty(node) else OpportunityQuery(store, asked).test(node)
    rows = [
        one
        for one in store.opportunities.values()
        if (among is None or one["lead_id"] in among)
        and user_id in {None, "", one["user_id"]}
        and (test is None or test(one))
    ]
    moves = index_of(store.activities, "_type").rows("OpportunityStatusChange")
    labels = {one["id"]: str(one["label"]) for one in store.opportunity_statuses.values()}
    words = _Words("", "opportunity({})")
    return _report(span, labels, _find_moves(rows, moves, "opportunity_id"), words)


def _read_filter(asked: Asked) -> tuple[str, str]:
    query, view_id = asked.params.get("query", ""), asked.params.get("smart_view_id", "")
    if query and view_id:
        raise bad_query("Only one of query and smart_view_id can be specified.")
    return query, view_id


def _find_moves(rows: list[Json], changes: list[Json], name: str) -> list[list[_Move]]:
    """Return the moves of every object, its creation first."""
    by_object: dict[str, list[_Move]] = defaultdict(list)
    for one in changes:
        if one.get("old_status_id") and one.get("new_status_id") and one.get(name):
            at = read_moment(one["activity_at"])
            by_object[one[name]].append(_Move(at, one["old_status_id"], one["new_status_id"]))
    found = []
    for row in rows:
        moves = sorted(by_object[row["id"]], key=lambda move: move.at)
        first = (moves[0].old if moves else None) or row["status_id"]
        found.append([_Move(read_moment(row["date_created"]), None, first), *moves])
    return found


def _status_at(moves: list[_Move], moment: datetime | None) -> str | None:
    """Return the status at a moment; at the end of all time without one."""
    before = [move.new for move in moves if moment is None or move.at < moment]
    return before[-1] if before else None


def _report(
    span: _Span, labels: dict[str, str], histories: list[list[_Move]], words: "_Words"
) -> Json:
    counted: dict[str, Counter[str | None]] = {name: Counter() for name in _ENDS}
    moved: Counter[tuple[str | None, str | None]] = Counter()
    summary: Counter[tuple[str | None, str | None]] = Counter()
    for moves in histories:
        before = _status_at(moves, span.start) if span.start else None
        after = _status_at(moves, span.end)
        inside = [move for move in moves if span.holds(move.at)]
        counted["started"][before] += 1
        counted["ended"][after] += 1
        counted["entered"].update({move.new for move in inside})
        counted["left"].update({move.old for move in inside if move.old})
        moved.update((move.old, move.new) for move in inside)
        if before != after:
            counted["lost"][before] += 1
            counted["gained"][after] += 1
            summary[before, after] += 1
    gone = {one for count in counted.values() for one in count if one and one not in labels}
    names = [*labels, *sorted(gone)]
    words.say(labels, span)
    return {
        "status_overview": [_overview(name, labels, counted, span, words) for name in names],
        "status_transitions": _transitions(moved, labels, words.name_move),
        "status_transitions_summary": _transitions(summary, labels, words.name_summary),
    }


def _overview(
    status_id: str,
    labels: dict[str, str],
    counted: dict[str, Counter[str | None]],
    span: _Span,
    words: "_Words",
) -> Json:
    is_whole = span.start is not None
    shown = _ENDS if is_whole else _OVERALL
    numbers: Json = {name: counted[name][status_id] for name in shown}
    if is_whole:
        change = numbers["ended"] - numbers["started"]
        numbers["change"] = change
        started = numbers["started"]
        numbers["change_percent"] = round(100 * change / started) if started else 0
    queries = {name: words.name_end(name, status_id) for name in shown}
    return {
        "status_id": status_id,
        "status_label": labels.get(status_id),
        "status_is_deleted": status_id not in labels,
        **numbers,
        "_queries": queries,
        "_leads_page_urls": {name: _page(query) for name, query in queries.items()},
    }


def _transitions(
    counted: Counter[tuple[str | None, str | None]],
    labels: dict[str, str],
    name: Callable[[str | None, str | None], str],
) -> list[Json]:
    def side(which: str, status_id: str | None) -> Json:
        return {
            f"{which}_status_id": status_id,
            f"{which}_status_label": labels.get(status_id or ""),
            f"{which}_status_is_deleted": None if status_id is None else status_id not in labels,
        }

    return [
        {
            **side("from", old),
            **side("to", new),
            "count": count,
            "_query": name(old, new),
            "_leads_page_url": _page(name(old, new)),
        }
        for (old, new), count in counted.most_common()
        if new is not None
    ]


def _page(query: str) -> str:
    return f"/search/{quote(query, safe='')}/"


class _Words:
    """Writes the searches that find what was counted. `kind`: what statuses are called before."""

    def __init__(self, kind: str, frame: str) -> None:
        self._kind = kind
        self._frame = frame
        self._labels: dict[str, str] = {}
        self._start = self._end = ""

    def say(self, labels: dict[str, str], span: _Span) -> None:
        """Take the names of the statuses, and the time."""
        self._labels = labels
        self._start = f"{span.start:%Y-%m-%d %H:%M:%S}" if span.start else ""
        self._end = f"{span.end:%Y-%m-%d %H:%M:%S}" if span.end else ""

    def _on(self, status_id: str | None, moment: str) -> str:
        label = self._labels.get(status_id or "", status_id)
        if not moment:
            return f'{self._kind}status:"{label}"'
        return f'{self._kind}status(status:"{label}" on:"{moment}")'

    def _during(self, name: str) -> str:
        since = f' and {name} >= "{self._start}"' if self._start else ""
        return since + (f' and {name} < "{self._end}"' if self._end else "")

    def _moved(self, old: str | None, new: str | None) -> str:
        sides = (("old_status", old), ("new_status", new))
        said = [f'{side}:"{self._labels.get(one, one)}"' for side, one in sides if one]
        return f"{self._kind}status_change({' '.join(said)}{self._during('date')})"

    def _born(self, status_id: str | None) -> str:
        label = self._labels.get(status_id or "", status_id)
        return f'original_{self._kind}status:"{label}"{self._during("created")}'

    def name_end(self, name: str, status_id: str) -> str:
        """Write the search for what has entered, left, or was in a status."""
        started, ended = self._on(status_id, self._start), self._on(status_id, self._end)
        said = {
            "started": started,
            "ended": ended,
            "gained": f"not {started} and {ended}",
            "lost": f"{started} and not {ended}",
            "entered": f"({self._born(status_id)}) or {self._moved(None, status_id)}",
            "left": self._moved(status_id, None),
        }
        return self._frame.format(said[name])

    def name_move(self, old: str | None, new: str | None) -> str:
        """Write the search for what has moved."""
        return self._frame.format(self._born(new) if old is None else self._moved(old, new))

    def name_summary(self, old: str | None, new: str | None) -> str:
        """Write the search for what was in one status first and in another one last."""
        first = f'created >= "{self._start}"' if old is None else self._on(old, self._start)
        return self._frame.format(f"{first} and {self._on(new, self._end)}")


def _sent_emails(asked: Asked) -> Json:
    span, user_id = _read_span(asked), asked.params.get("user_id")
    rows: list[Json] = index_of(asked.store.activities, "_type").rows("Email")
    sent = [
        one
        for one in rows
        if one["status"] == "sent"
        and one["direction"] == "outgoing"
        and user_id in {None, "", one["user_id"]}
        and span.holds(read_moment(one["activity_at"]))
    ]
    counts = {
        "total": len(sent),
        "opened": sum(bool(one["opens"]) for one in sent),
        "responded": sum(bool(one["has_reply"]) for one in sent),
    }
    shares: Json = {
        f"percentage_{name}": round(100 * counts[name] / len(sent)) if sent else 0
        for name in ("opened", "responded")
    }
    everything: Json = {
        "_queries": {
            "total": "email(direction:sent)",
            "opened": "email(direction:sent opened:yes)",
            "responded": "email(direction:sent has_reply:yes)",
        },
        "is_shared": True,
        "name": "All Emails",
        "template_id": None,
        "template_url": None,
        **counts,
        **shares,
    }
    return {"sent_email_stats": [everything]}


ROUTES = (
    Route("GET", "/report/statuses/lead/{org_id}/", _leads),
    Route("GET", "/report/statuses/opportunity/{org_id}/", _opportunities),
    Route("GET", "/report/sent_emails/{org_id}/", _sent_emails),
)
