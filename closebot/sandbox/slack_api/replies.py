"""What the acknowledgement of a submitted modal does to it."""

from typing import Any

from closebot.sandbox.slack_api.content import read_view
from closebot.sandbox.slack_api.delivery import Ack
from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.records import User, View
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.views import Views

TROUBLE = "We had some trouble connecting. Try again?"


class Replies:
    """Follows what apps reply to submissions."""

    def __init__(self, state: State, views: Views) -> None:
        self._state = state
        self._views = views

    def follow(self, user: User, view: View, name: str, ack: Ack) -> str:
        """Do what an acknowledgement says; returns what the person is told, if anything.

        `name` is how the submission is called. Whoever has closed the modal meanwhile has another
        one open, or none: that is left alone.
        """
        if not view.open:
            return ""
        if ack.error:
            return self._tell_trouble(user)
        if ack.body is None:
            if view is self._state.modal_of(user):
                self._views.pop(user)
            return ""
        try:
            self._respond(user, view, ack.body)
        except Refused as refused:
            detail = "; ".join(refused.messages) or refused.code
            self._state.blame(f"the acknowledgement of {name} is malformed: {detail}. {TROUBLE}")
            return self._tell_trouble(user)
        return ""

    def _tell_trouble(self, user: User) -> str:
        self._state.notify(user, TROUBLE)
        return TROUBLE

    def _respond(self, user: User, view: View, said: Any) -> None:
        kind = said.get("response_action") if isinstance(said, dict) else None
        if kind == "errors":
            view.errors = _read_errors(view, said.get("errors"))
            self._state.changes.note("modal")
        elif kind == "update":
            self._views.replace(view, read_view(said.get("view")))
        elif kind == "push":
            self._views.put_on_top(user, read_view(said.get("view")))
        elif kind == "clear":
            self._views.clear(user)
        else:
            raise Refused("invalid_response_action", "neither errors, update, push nor clear")


def _read_errors(view: View, errors: Any) -> dict[str, str]:
    """Read errors of a form: plain text by the block id of an input. Raises `Refused`."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refused("invalid_errors", "errors is not an object that names fields")
    for block_id, text in errors.items():
        if block_id not in inputs:
            raise Refused("invalid_errors", f"{block_id!r} is no input block of this view")
        if not isinstance(text, str) or not text:
            raise Refused("invalid_errors", f"the error of {block_id!r} is not a sentence")
    return dict(errors)
