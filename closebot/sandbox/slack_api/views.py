"""Modals and home tabs: opening, stacking, replacing and closing them.

https://docs.slack.dev/surfaces/modals
"""

import json
from datetime import timedelta

from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.records import Json, Trigger, User, View
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.values import fill_in_ids, initial_values

DEEPEST = 3
TRIGGER_LIVES = timedelta(seconds=3)
LARGEST = 250_000


class Views:
    """All views of the workspace."""

    def __init__(self, state: State) -> None:
        self._state = state

    def open(self, trigger_id: str, body: Json) -> View:
        """Open a modal for the person of a trigger. Raises `Refused`."""
        trigger = self._use(trigger_id)
        self._check_external_id(body, None)
        user = self._state.users[trigger.user]
        self.clear(user)
        return self._stack(user, body, trigger.channel)

    def push(self, trigger_id: str, body: Json) -> View:
        """Put a modal on top of the one that the trigger came from. Raises `Refused`."""
        trigger = self._state.triggers.get(trigger_id)
        if trigger is not None and not trigger.view:
            raise Refused("invalid_trigger_id")
        trigger = self._use(trigger_id)
        self._check_external_id(body, None)
        return self.put_on_top(self._state.users[trigger.user], body)

    def put_on_top(self, user: User, body: Json) -> View:
        """Put a modal on top of somebody's stack. Raises `Refused`."""
        stack = self._state.stacks[user.id]
        if not stack:
            raise Refused("not_found")
        if len(stack) >= DEEPEST:
            raise Refused("push_limit_reached")
        return self._stack(user, body, stack[-1].channel)

    def _use(self, trigger_id: str) -> Trigger:
        trigger = self._state.triggers.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._state.now() - trigger.issued > TRIGGER_LIVES:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def _stack(self, user: User, body: Json, channel: str) -> View:
        stack = self._state.stacks[user.id]
        view = self._make(user, body, channel)
        if stack:
            view.root, view.previous = stack[0].id, stack[-1].id
        stack.append(view)
        self._state.changes.note("modal")
        return view

    def _make(self, user: User, body: Json, channel: str = "") -> View:
        name = "V0" + self._state.token(5).upper()
        filled = self._filled(body)
        view = View(
            id=name,
            user=user.id,
            body=filled,
            hash=self._new_hash(),
            values=initial_values(filled["blocks"], None, self._state.default_in(channel)),
            root=name,
            channel=channel,
        )
        self._state.views[name] = view
        return view

    def _filled(self, body: Json) -> Json:
        return body | {"blocks": fill_in_ids(body["blocks"], self._state.token)}

    def _new_hash(self) -> str:
        return f"{int(self._state.now().timestamp())}.{self._state.token(4)}"

    def find(self, view_id: str, external_id: str) -> View:
        """Find an open view by exactly one of its two names. Raises `Refused`."""
        if bool(view_id) == bool(external_id):
            raise Refused("invalid_arguments", "exactly one of view_id and external_id")
        for view in self._state.views.values():
            if view.open and (
                view.id == view_id or (external_id and view.body.get("external_id") == external_id)
            ):
                return view
        raise Refused("not_found")

    def replace(self, view: View, body: Json, known_hash: str = "") -> View:
        """Give an open view another content; what was typed stays under the same ids.

        Raises `Refused`.
        """
        if known_hash and known_hash != view.hash:
            raise Refused("hash_conflict")
        if body["type"] != view.type:
            raise Refused("invalid_arguments", "a view keeps its type")
        self._check_external_id(body, view)
        view.body = self._filled(body)
        default = self._state.default_in(view.channel)
        view.values = initial_values(view.blocks, view.values, default)
        view.hash = self._new_hash()
        view.errors = {}
        self._state.changes.note("modal" if view.type == "modal" else "home")
        return view

    def publish(self, user: User, body: Json, known_hash: str = "") -> View:
        """Show a home tab to somebody. Raises `Refused`."""
        home = self._state.homes.get(user.id)
        if home is not None:
            return self.replace(home, body, known_hash)
        self._check_external_id(body, None)
        home = self._make(user, body)
        self._state.homes[user.id] = home
        self._state.changes.note("home")
        return home

    def pop(self, user: User) -> None:
        """Close the modal on top; the one below it shows again."""
        stack = self._state.stacks[user.id]
        if stack:
            stack.pop().open = False
            self._state.changes.note("modal")

    def clear(self, user: User) -> None:
        """Close all of somebody's modals."""
        stack = self._state.stacks[user.id]
        for view in stack:
            view.open = False
        if stack:
            stack.clear()
            self._state.changes.note("modal")

    def _check_external_id(self, body: Json, own: View | None) -> None:
        name = body.get("external_id")
        taken = [
            view
            for view in self._state.views.values()
            if view is not own and view.open and name and view.body.get("external_id") == name
        ]
        if taken:
            raise Refused("duplicate_external_id")


def is_too_large(body: Json) -> bool:
    """Say whether a view is larger than Slack takes."""
    return len(json.dumps(body, ensure_ascii=False).encode(errors="surrogatepass")) > LARGEST
