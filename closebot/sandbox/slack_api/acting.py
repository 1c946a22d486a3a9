"""What a person does in Slack, from the click to what its acknowledgement brings about.

Each act returns the notice that the person sees, empty when all went well. What Slack does not let
anybody write raises `TooLong`.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from closebot.sandbox.slack_api import payloads
from closebot.sandbox.slack_api.blocks import check_options
from closebot.sandbox.slack_api.delivery import Delivery
from closebot.sandbox.slack_api.events import (
    event_of_draft,
    events_of_message,
    home_opened,
    wrap_event,
)
from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.forms import refuse_incomplete
from closebot.sandbox.slack_api.offered import Offered
from closebot.sandbox.slack_api.records import Address, Json, Post, User, View
from closebot.sandbox.slack_api.replies import Replies
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
    placed_elements,
    state_key,
)
from closebot.sandbox.slack_api.views import Views

LONGEST_TYPED = 12_000
_LONGEST_LABEL = 80


class TooLong(ValueError):
    """More than Slack's box for messages takes; says so to a person."""


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
        self._replies = Replies(state, views)
        self._offered = Offered()

    # --- commands and shortcuts ---------------------------------------------------------------

    async def command(self, user: User, channel: str, typed: str) -> str:
        """Type a slash command such as `/close lead Acme`; after a space it is a message."""
        if not typed.startswith("/"):
            await self.say(user, channel, typed.strip())
            return ""
        self._refuse_long(user, typed)
        name, *rest = typed.split(maxsplit=1)
        text = "".join(rest).strip()
        where = self._state.conversation(channel, user)
        address = self._responses.issue(user, where.id, "command")
        body = payloads.command_body(self._state, user, where, name, text, address)
        label = _clip(f"{name} {text}")
        ack = await self._delivery.send("slash_commands", f"the command {name}", body, label=label)
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

    def _refuse_long(self, user: User, typed: str) -> None:
        if len(typed) > LONGEST_TYPED:
            notice = f"That is too long: Slack takes at most {LONGEST_TYPED:,} characters at once."
            raise TooLong(self._tell(user, notice))

    def _tell(self, user: User, notice: str) -> str:
        self._state.notify(user, notice)
        return notice

    # --- elements -----------------------------------------------------------------------------

    async def use(
        self, user: User, where: Post | View, block_id: str, action_id: str, value: Any = None
    ) -> str:
        """Use an element of a message or a view: press it, or pick or enter `value`."""
        block, element = _find(where, block_id, action_id)
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
        block, element = _find(where, block_id, action_id)
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
            offered = self._offered.of(where, block, element)
            place[element["action_id"]] = entered_state(element, value, [*offered, *held])
        return deepcopy(place[element["action_id"]])

    async def suggest(
        self, user: User, where: Post | View, block_id: str, action_id: str, typed: str
    ) -> Json:
        """Type into a menu whose options the app suggests; returns them, or groups of them."""
        block, element = _find(where, block_id, action_id)
        if len(typed) < element.get("min_query_length", 3):
            return {"options": []}
        body = payloads.suggestion_body(self._state, user, block_id, action_id, typed, where)
        name = f"the options of {action_id}"
        label = _clip(f'{name} for "{typed}"')
        ack = await self._delivery.send("interactive", name, body, label=label)
        if ack.error:
            return {"options": []}
        problems = check_options(ack.body)
        if problems:
            lines = "; ".join(problem.line for problem in problems)
            self._state.blame(f"{name} are not what Slack takes: {lines}")
            return {"options": []}
        self._offered.add(where, block, element, options_of(ack.body))
        return dict(ack.body)

    # --- modals -------------------------------------------------------------------------------

    async def submit(
        self, user: User, values: Mapping[str, Mapping[str, Any]] | None = None
    ) -> str:
        """Submit the modal on top, after entering `values` (block id → action id → value)."""
        view = self._top(user)
        for block_id, entered in (values or {}).items():
            for action_id, value in entered.items():
                # The app may have taken it away before the page knew.
                if _has(view, block_id, action_id):
                    self.fill(view, block_id, action_id, value)
        view.errors = refuse_incomplete(view)
        if view.errors:
            self._state.changes.note("modal")
            return ""
        name = f"the submission of {view.body.get('callback_id') or 'a modal'}"
        body = payloads.submission_body(self._state, user, view, self._addresses(user, view))
        view.submitting = True
        self._state.changes.note("modal")
        try:
            ack = await self._delivery.send("interactive", name, body)
        finally:
            view.submitting = False
            self._state.changes.note("modal")
        return self._replies.follow(user, view, name, ack)

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
        self._refuse_long(user, text)
        where = self._state.conversation(channel, user)
        content = {"text": escape_typed(self._state, text)}
        name = f"{self._state.token(4)}-0000-4000-8000-{self._state.token(6)}"
        post = self._state.post(where.id, user.id, content, thread_ts=thread_ts, client_msg_id=name)
        for event in events_of_message(self._state, post, where, self._subscribed):
            await self._delivery.send_event(wrap_event(self._state, event, where))
        return post

    async def draft(self, user: User, text: str) -> Post:
        """Write a message without sending it; links in it may unfold meanwhile."""
        self._refuse_long(user, text)
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


def _find(where: Post | View, block_id: str, action_id: str) -> tuple[Json, Json]:
    """Find an element of a view, or of a message and what is attached to it."""
    blocks = where.blocks if isinstance(where, View) else where.shown_blocks
    return find_element(blocks, block_id, action_id)


def _has(view: View, block_id: str, action_id: str) -> bool:
    found = placed_elements(view.blocks)
    return any(
        (one["block_id"], two.get("action_id")) == (block_id, action_id) for one, two in found
    )


def _clip(words: str) -> str:
    """Put words on a line; a long one ends before a word, which may be a secret to be hidden."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_LABEL else line[:_LONGEST_LABEL].rpartition(" ")[0] + " …"
