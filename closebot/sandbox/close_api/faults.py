"""Faults that a test asks for: what goes wrong between a client and Close."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

WEBHOOK = "WEBHOOK"


@dataclass
class Fault:
    """What happens to the next `times` requests of a kind.

    `method` and `path` (below `/api/v1`) may hold `*`. `status` answers with an error; `body` is
    sent instead of an answer, as it is when it is bytes and otherwise as JSON; `html` is a page of
    some proxy, with 200 unless there is a `status`; `slow` answers after so many seconds; `cut`
    sends half an answer; `drop` closes the connection without one. A 429 has the headers of a
    rate limit, with a wait of 0 unless `headers` say otherwise. `apply`: whether Close does what
    it was asked before that; when it is None, an error or a lost connection means that it did
    not, and a slow or a cut answer that it did.

    Three faults bend Close's own answer: `extra` adds keys to every object in it, `missing` takes
    keys away, and `short` leaves that many rows of a page and says that there are more.

    With the method `WEBHOOK` it is about deliveries, whose path is `/<object_type>/<action>/`:
    `duplicate` sends one twice, `late` sends it after the next one, `slow` later, `drop` never.
    """

    method: str = "*"
    path: str = "*"
    status: int = 0
    body: Any = None
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    slow: float = 0.0
    cut: bool = False
    drop: bool = False
    times: int = 1
    apply: bool | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    short: int | None = None
    duplicate: bool = False
    late: bool = False

    @property
    def applies(self) -> bool:
        """Tell whether Close does what it was asked."""
        if self.apply is not None:
            return self.apply
        return not (self.answers or self.drop)

    @property
    def answers(self) -> bool:
        """Tell whether something else is sent than Close's own answer."""
        return bool(self.status or self.html or self.body is not None)

    @property
    def bends(self) -> bool:
        """Tell whether Close's own answer is sent in another shape."""
        return bool(self.extra or self.missing or self.short is not None)

    def bend(self, body: Any) -> Any:
        """Return an answer's body in the shape that was asked for."""
        if self.short is not None and isinstance(body, dict) and isinstance(body.get("data"), list):
            rows = body["data"][: self.short]
            cut = len(rows) < len(body["data"])
            body = body | {"data": rows, "has_more": cut or bool(body.get("has_more"))}
        return self._bend_keys(body)

    def _bend_keys(self, body: Any) -> Any:
        if isinstance(body, list):
            return [self._bend_keys(item) for item in body]
        if not isinstance(body, dict):
            return body
        kept = {
            key: self._bend_keys(value) for key, value in body.items() if key not in self.missing
        }
        return kept | self.extra if "id" in body else kept

    def matches(self, method: str, path: str) -> bool:
        """Tell whether this is about such a request."""
        if method == WEBHOOK and self.method != WEBHOOK:
            return False
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


class Faults:
    """Faults that were asked for, in their order."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, **asked: Any) -> Fault:
        """Ask for a fault; see `Fault` for what it takes."""
        fault = Fault(**asked)
        self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Let everything work again."""
        self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Take the first fault that is about such a request."""
        for fault in self._waiting:
            if fault.matches(method, path):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None
