"""Where something was started, carried through the modals that follow.

A submission names no channel and has no response address, so both travel in the modal's private
metadata, beside what the feature itself keeps there (its `state`). Slack shows the metadata to
nobody, and it is never logged. https://docs.slack.dev/surfaces/modals#private_metadata
"""

import json
from dataclasses import dataclass, field
from typing import Any

from closebot.slack.kit import Json

_MOST = 3000


@dataclass(frozen=True, slots=True)
class Place:
    """A channel and the address that answers there; both empty where there is none.

    `in_public`: the address belongs to a message that others read, so what replaces it is public.
    `in_home`: it was the app's home tab, which has no address: it is drawn anew instead.
    """

    channel: str = ""
    response_url: str = field(default="", repr=False)
    in_public: bool = False
    in_home: bool = False


def carry(view: Json, place: Place) -> Json:
    """Return a modal with the place in its metadata; its own metadata becomes the state."""
    if view.get("type") != "modal":
        return view
    state = view.get("private_metadata") or ""
    if _read(state) is not None:
        return view  # it is carried already
    where = {"channel": place.channel, "url": place.response_url}
    public = {"public": "yes"} if place.in_public else {}
    home = {"home": "yes"} if place.in_home else {}
    kept = json.dumps({"state": state, **where, **public, **home})
    if len(kept) > _MOST:
        kept = json.dumps({"state": state, "channel": "", "url": "", **home})
    return view | {"private_metadata": kept}


def find_place(view: Json) -> tuple[Place, str]:
    """Return the place that a modal carries, and the feature's own state."""
    metadata = view.get("private_metadata")
    if view.get("type") == "home":
        return Place(in_home=True), metadata if isinstance(metadata, str) else ""
    kept = _read(metadata)
    if kept is None:
        return Place(), metadata if isinstance(metadata, str) else ""
    place = Place(kept["channel"], kept["url"], "public" in kept, "home" in kept)
    return place, kept["state"]


def _read(metadata: Any) -> dict[str, str] | None:
    try:
        kept = json.loads(metadata)
    except (TypeError, ValueError, RecursionError):
        return None
    names = {"state", "channel", "url"}
    if not isinstance(kept, dict) or kept.keys() - {"public", "home"} != names:
        return None
    return kept if all(isinstance(one, str) for one in kept.values()) else None
