"""What a person does in Slack, from the click to what its acknowledgement brings about.

Each act returns the notice that the person sees, empty when all went well.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from closebot.sandbox.slack_api import payloads
from closebot.sandbox.slack_api.blocks import check_options
from closebot.sandbox.slack_api.content import read_view
from closebot.sandbox.slack_api.delivery import Ack, Delivery
from closebot.sandbox.slack_api.events import (
    event_of_draft,
    events_of_message,
    home_opened,
    wrap_event,
)
from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.forms import refuse_incomplete
from closebot.sandbox.slack_api.records import Address, Json, Post, User, View
from closebot.sandbox.slack_api.responses import Responses
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.typed import escape_typed
from closebot.sandbox.slack_api.values import (
    action_of,
    entered_state,
    find_element,
    find_option,
    options_of,
    picked,
    state_key,
)
from closebot.sandbox.slack_api.views import Views

TROUBLE = "We had some trouble connecting. Try again?"


class Acting:
    """Everything that people can do which reaches the app."""

    def __init__(
        self,
        state: State,
        views: Views,
        responses: Responses,
        delivery: Delivery,
        subscribed: frozenset[str],
    ) -> None:
        self._state = state
        self._views = views
        self._responses = responses
        self._delivery = delivery
        self._subscribed = subscribed
        self._offered: dict[tuple[str, str, str], list[Json]] = {}

    # --- commands and shortcuts ---------------------------------------------------------------

    async def command(self, user: User, channel: str, typed: str) -> str:
        """Type a slash command such as `/close lead Acme`."""
        name, _, text = typed.strip(" \n").partition(" ")
        where = self._state.conversation(channel, user)
        address = self._responses.issue(user, where.id, "command")
        body = payloads.command_body(self._state, user, where, name, text.strip(" \n"), address)
        ack = await self._delivery.send("slash_commands", f"the command {name}", body)
        if ack.error:
            return self._tell(user, f'{name} failed with the error "{ack.error}"')
        if ack.body is not None:
            self._show_reply(user, where.id, ack.body)
        return ""

    def _show_reply(self, user: User, channel: str, body: Any) -> None:
        """Show what stood in the acknowledgement of a command."""
        content = body if isinstance(body, dict) else {"text": str(body)}
        address = Address(user.id, channel, self._state.now(), "command")
        try:
            self._responses.apply(address, content)
        except Refused as refused:
            detail = "; ".join(refused.messages) or refused.code
            self._state.blame(f"the acknowledgement of a command was no message: {detail}.")

    async def shortcut(self, user: User, callback_id: str) -> str:
        """Run a global shortcut."""
        body = payloads.shortcut_body(self._state, user, callback_id)
        return await self._interact(user, f"the shortcut {callback_id}", body)

    async def message_shortcut(self, user: User, callback_id: str, post: Post) -> str:
        """Run a shortcut on a message."""
        address = self._responses.issue(user, post.channel, "shortcut", post)
        body = payloads.message_shortcut_body(self._state, user, callback_id, post, address)
        return await self._interact(user, f"the message shortcut {callback_id}", body)

    async def _interact(self, user: User, name: str, body: Json) -> str:
        ack = await self._delivery.send("interactive", name, body)
        return self._tell(user, f"{name} failed: {ack.error}") if ack.error else ""

    def _tell(self, user: User, notice: str) -> str:
        self._state.notify(user, notice)
        return notice

    # --- elements -----------------------------------------------------------------------------

    async def use(
        self, user: User, where: Post | View, block_id: str, action_id: str, value: Any = None
    ) -> str:
        """Use an element of a message or a view: press it, or pick or enter `value`."""
        blocks = where.blocks if isinstance(where, View) else where.shown_blocks
        block, element = find_element(blocks, block_id, action_id)
        entered = self._enter(where, block, element, value)
        action = action_of(block, element, entered, self._state.next_ts())
        if isinstance(where, View):
            body = payloads.view_action_body(self._state, user, where, action)
        else:
            address = self._responses.issue(user, where.channel, "action", where)
            body = payloads.message_action_body(self._state, user, where, action, address)
        return await self._interact(user, f"the action {action_id}", body)

    def fill(self, where: Post | View, block_id: str, action_id: str, value: Any) -> bool:
        """Enter a value; says whether the app wants to hear of it at once."""
        block, element = find_element(where.blocks, block_id, action_id)
        self._enter(where, block, element, value)
        if isinstance(where, View):
            where.errors.pop(block_id, None)
            self._state.changes.note("modal")
        return block["type"] != "input" or block.get("dispatch_action") is True

    def _enter(self, where: Post | View, block: Json, element: Json, value: Any) -> Json | None:
        """Keep what was entered. Returns the state that the payload shows."""
        if element["type"] == "overflow":
            return {"type": "overflow", "selected_option": find_option(element, value)}
        if not state_key(element):
            return None
        place = where.values.setdefault(block["block_id"], {})
        if value is not None or element["action_id"] not in place:
            held = [one for one in picked(place.get(element["action_id"])) if isinstance(one, dict)]
            offered = self._offered.get(_place_of(where, block, element), [])
            place[element["action_id"]] = entered_state(element, value, [*offered, *held])
        return deepcopy(place[element["action_id"]])

    async def suggest(
        self, user: User, where: Post | View, block_id: str, action_id: str, typed: str
    ) -> Json:
        """Type into a menu whose options the app suggests; returns them, or groups of them."""
        block, element = find_element(where.blocks, block_id, action_id)
        if len(typed) < element.get("min_query_length", 3):
            return {"options": []}
        body = payloads.suggestion_body(self._state, user, block_id, action_id, typed, where)
        ack = await self._delivery.send("interactive", f"the options of {action_id}", body)
        if ack.error:
            return {"options": []}
        problems = check_options(ack.body)
        if problems:
            lines = "; ".join(problem.line for problem in problems)
            self._state.blame(f"the options of {action_id} are not what Slack takes: {lines}")
            return {"options": []}
        self._offered[_place_of(where, block, element)] = options_of(ack.body)
        return dict(ack.body)

    # --- modals -------------------------------------------------------------------------------

    async def submit(
        self, user: User, values: Mapping[str, Mapping[str, Any]] | None = None
    ) -> str:
        """Submit the modal on top, after entering `values` (block id → action id → value)."""
        view = self._top(user)
        for block_id, entered in (values or {}).items():
            for action_id, value in entered.items():
                self.fill(view, block_id, action_id, value)
        view.errors = refuse_incomplete(view)
        if view.errors:
            self._state.changes.note("modal")
            return ""
        view.submitting = True
        self._state.changes.note("modal")
        name = f"the submission of {view.body.get('callback_id') or 'a modal'}"
        body = payloads.submission_body(self._state, user, view, self._addresses(user, view))
        ack = await self._delivery.send("interactive", name, body)
        view.submitting = False
        self._state.changes.note("modal")
        return self._follow(user, view, name, ack)

    def _addresses(self, user: User, view: View) -> list[Json]:
        """Make a response address for each conversation that was picked to be answered in."""
        made: list[Json] = []
        for block in view.blocks:
            element = block.get("element", {})
            if element.get("response_url_enabled") is True:
                state = view.values[block["block_id"]][element["action_id"]]
                channel = state[state_key(element)]
                if channel:
                    address = self._responses.issue(user, channel, "shortcut")
                    ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                    made.append(ids | {"channel_id": channel, "response_url": address})
        return made

    def _follow(self, user: User, view: View, name: str, ack: Ack) -> str:
        """Do what the acknowledgement of a submission says."""
        if ack.error:
            return self._tell(user, TROUBLE)
        said = ack.body
        if said is None and not ack.is_text:
            if view is self._state.modal_of(user):
                self._views.pop(user)
            return ""
        try:
            self._respond(user, view, said)
        except Refused as refused:
            detail = "; ".join(refused.messages) or refused.code
            self._state.blame(f"the acknowledgement of {name} is malformed: {detail}. {TROUBLE}")
            return self._tell(user, TROUBLE)
        return ""

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

    async def close(self, user: User, *, everything: bool = False) -> None:
        """Close the modal on top, or all of them."""
        view = self._top(user)
        cleared = everything or bool(view.body.get("clear_on_close"))
        told = self._state.stacks[user.id][0] if cleared else view
        body = payloads.closed_body(self._state, user, told, cleared=cleared)
        if cleared:
            self._views.clear(user)
        else:
            self._views.pop(user)
        if told.body.get("notify_on_close"):
            await self._interact(user, "the closing of a modal", body)

    def _top(self, user: User) -> View:
        view = self._state.modal_of(user)
        if view is None:
            raise LookupError(f"{user.key} has no modal open")
        return view

    # --- messages and the home tab ------------------------------------------------------------

    async def say(self, user: User, channel: str, text: str, thread_ts: str = "") -> Post:
        """Write an ordinary message."""
        where = self._state.conversation(channel, user)
        content = {"text": escape_typed(self._state, text)}
        name = f"{self._state.token(4)}-0000-4000-8000-{self._state.token(6)}"
        post = self._state.post(where.id, user.id, content, thread_ts=thread_ts, client_msg_id=name)
        for event in events_of_message(self._state, post, where, self._subscribed):
            await self._delivery.send_event(wrap_event(self._state, event, where))
        return post

    async def draft(self, user: User, text: str) -> Post:
        """Write a message without sending it; links in it may unfold meanwhile."""
        unfurl_id = f"{user.id}-{self._state.token(4)}-0000-4000-8000-{self._state.token(6)}"
        typed = escape_typed(self._state, text)
        post = Post(self._state.next_ts(), "COMPOSER", user.id, typed, audience=user.id)
        self._state.drafts[unfurl_id] = post
        event = event_of_draft(self._state, post, unfurl_id)
        if event["links"] and "link_shared" in self._subscribed:
            await self._delivery.send_event(wrap_event(self._state, event, None))
        return post

    async def open_home(self, user: User) -> None:
        """Open the app's home tab."""
        if "app_home_opened" not in self._subscribed:
            return
        event = home_opened(self._state, user)
        body = wrap_event(self._state, event, self._state.direct(user))
        await self._delivery.send_event(body)


def _place_of(where: Post | View, block: Json, element: Json) -> tuple[str, str, str]:
    name = where.id if isinstance(where, View) else where.ts
    return name, str(block["block_id"]), str(element["action_id"])


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
