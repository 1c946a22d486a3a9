"""What a handler is given: one request of a known person, read and checked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from closebot.sandbox.close_api.errors import bad_request
from closebot.sandbox.close_api.store import Json, Store

MAX_SKIP = 250_000
MAX_LIMIT = 200
USUAL_LIMIT = 100

Found = TypeVar("Found")


@dataclass
class Asked:
    """One request. `params` come from the query string, or from `_params` in the body."""

    store: Store
    method: str
    path: str
    user_id: str
    params: dict[str, str] = field(default_factory=dict)
    body: Json = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)  # placeholders of the path
    offset: float = 0.0  # hours from UTC
    key_id: str | None = None
    meta: Json = field(default_factory=dict)  # what the event log says beside the request

    @property
    def id(self) -> str:
        """The id in the path."""
        return self.ids["id"]


Handler = Callable[[Asked], Any]


@dataclass(frozen=True)
class Route:
    """An operation. `path` is below the API's address; `{id}` stands for one part of it."""

    method: str
    path: str
    handler: Handler
    status: int = 200

    @property
    def parts(self) -> tuple[str, ...]:
        """The path, taken apart."""
        return tuple(self.path.strip("/").split("/"))


@dataclass(frozen=True)
class Window:
    """Which part of a list is wanted."""

    skip: int
    limit: int

    def cut(self, found: list[Found]) -> tuple[list[Found], bool]:
        """Return the part, and whether there is more."""
        end = self.skip + self.limit
        return found[self.skip : end], len(found) > end


def read_window(params: dict[str, str], maximum: int = MAX_LIMIT) -> Window:
    """Read `_skip` and `_limit`. Raises `Refused`."""
    limit = params.get("_limit", str(min(USUAL_LIMIT, maximum)))
    skip = params.get("_skip", "0")
    try:
        limited = int(limit)
    except ValueError:
        raise bad_request(f'_limit must be an integer (got "{limit}" instead).') from None
    try:
        skipped = int(skip)
    except ValueError:
        raise bad_request(f'_skip must be an integer (got "{skip}" instead).') from None
    if skipped < 0:
        raise bad_request(f'_skip must be a non-negative integer (got "{skip}" instead).')
    if limited < 0:
        raise bad_request(f'_limit must be a non-negative integer (got "{limit}" instead).')
    if limited > maximum:
        raise bad_request(
            "The limit you set is larger than the maximum limit for this resource "
            f"(max_limit = {maximum})."
        )
    if skipped > MAX_SKIP:
        raise bad_request(
            "The skip you set is larger than the maximum skip for this resource "
            f"(max_skip = {MAX_SKIP}).\nPlease refine your search query."
        )
    return Window(skipped, limited)
