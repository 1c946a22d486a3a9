"""A person in the sandbox, driven from code: types, reads, clicks, fills forms in."""

from collections.abc import Iterator
from typing import Any

from closebot.sandbox.slack_api.acting import Acting
from closebot.sandbox.slack_api.records import Json, Post, User, View
from closebot.sandbox.slack_api.shown import (
    Message,
    Modal,
    label_of,
    show_message,
    show_view,
    words_of_options,
)
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.values import elements_of, holds_options
from closebot.sandbox.slack_api.visible import read_blocks, read_text


class Member:
    """Somebody who uses Slack. What is not there to be used raises `AssertionError`."""

    def __init__(self, state: State, acting: Acting, user: User) -> None:
        self._state = state
        self._acting = acting
        self._user = user
        self.key, self.id, self.name = user.key, user.id, user.real_name

    def __repr__(self) -> str:
        return f"Member({self.key})"

    # --- reading ------------------------------------------------------------------------------

    @property
    def notices(self) -> list[str]:
        """Slack's own words to this person: what failed."""
        return self._state.notices[self.id]

    @property
    def modal(self) -> Modal | None:
        """The modal that is open, if any."""
        view = self._state.modal_of(self._user)
        return show_view(self._state, view) if view else None

    @property
    def home(self) -> Modal | None:
        """The app's home tab, if it was published for this person."""
        view = self._state.homes.get(self.id)
        return show_view(self._state, view) if view else None

    def messages(self, channel: str = "sales") -> list[Message]:
        """Return what this person sees in a channel, oldest first; `dm` is the bot's."""
        return [show_message(self._state, post) for post in self._posts(channel)]

    def last(self, channel: str = "sales") -> Message | None:
        """Return the newest message that this person sees in a channel."""
        posts = self._posts(channel)
        return show_message(self._state, posts[-1]) if posts else None

    def _posts(self, channel: str | None) -> list[Post]:
        name = self._state.conversation(channel, self._user).id if channel else ""
        return self._state.seen_by(self._user, name)

    # --- acting -------------------------------------------------------------------------------

    async def command(self, text: str, channel: str = "sales") -> None:
        """Type a slash command; returns when it was acknowledged, or not in time."""
        await self._acting.command(self._user, channel, text)

    async def say(self, text: str, channel: str = "sales", thread_ts: str = "") -> Message:
        """Write an ordinary message."""
        post = await self._acting.say(self._user, channel, text, thread_ts)
        return show_message(self._state, post)

    async def shortcut(self, callback_id: str) -> None:
        """Run a global shortcut."""
        await self._acting.shortcut(self._user, callback_id)

    async def message_shortcut(self, callback_id: str, message: Message) -> None:
        """Run a shortcut on a message."""
        for post in self._posts(message.channel):
            if post.ts == message.ts:
                await self._acting.message_shortcut(self._user, callback_id, post)
                return
        raise AssertionError(f"{self.key} does not see that message")

    async def open_home(self) -> None:
        """Open the app's home tab."""
        await self._acting.open_home(self._user)

    async def click(
        self,
        words: str,
        row: str | None = None,
        channel: str | None = None,
        *,
        confirm: bool = True,
    ) -> None:
        """Press the button, or pick the entry of a menu, that carries these words.

        In the open modal, otherwise in the newest message (of `channel`). `row`: only in the
        block that shows these words, or in the actions right below it. A confirmation is
        answered by `confirm`.
        """
        where = self._facing(channel)
        blocks = list(where.blocks)
        if isinstance(where, Post):
            for shown in [*where.attachments, *where.unfurls.values()]:
                blocks += shown.get("blocks") or []
        seen: list[str] = []
        for block, element in _in_row(blocks, row):
            value = _find_words(element, words, seen)
            if value is not None:
                if confirm or "confirm" not in element:
                    ids = block["block_id"], element["action_id"]
                    await self._acting.use(self._user, where, *ids, value or None)
                return
        place = f" beside {row!r}" if row else ""
        raise AssertionError(f"{self.key} sees no {words!r}{place} to click; there is: {seen}")

    def _facing(self, channel: str | None) -> Post | View:
        """Return what is in front of this person: the modal, or the newest message."""
        view = None if channel else self._state.modal_of(self._user)
        if view is not None:
            return view
        posts = self._posts(channel)
        if not posts:
            raise AssertionError(f"{self.key} sees no message{f' in {channel}' if channel else ''}")
        return posts[-1]

    # --- forms --------------------------------------------------------------------------------

    async def fill(self, label: str, value: Any) -> None:
        """Enter a value into the field with this label, in the modal or the home tab."""
        view, block, element = self._find_field(label)
        await self._enter(view, block, element, value)

    async def choose(self, label: str, words: str) -> None:
        """Pick the option with these words in the field with this label."""
        view, block, element = self._find_field(label)
        options = words_of_options(element)
        if "external" in element["type"] and words not in options:
            offered = await self.suggest(label, words)
            options |= {read_text(option["text"]): option for option in offered}
        if holds_options(element):
            if words not in options:
                raise AssertionError(f"{label!r} offers no {words!r}; there is: {list(options)}")
            await self._enter(view, block, element, options[words]["value"])
        else:
            await self._enter(view, block, element, self._find_by_name(element, words))

    def _find_by_name(self, element: Json, words: str) -> str:
        """Find the id of a person or a channel whose name was picked."""
        if "users" in element["type"]:
            for user in self._state.users.values():
                if words in {user.real_name, user.key, user.id}:
                    return user.id
        for conversation in self._state.conversations.values():
            if words.lstrip("#") in {conversation.name, conversation.id}:
                return conversation.id
        return words

    async def _enter(self, view: View, block: Json, element: Json, value: Any) -> None:
        ids = block["block_id"], element["action_id"]
        if self._acting.fill(view, *ids, value):
            await self._acting.use(self._user, view, *ids)

    async def suggest(self, label: str, typed: str) -> list[Json]:
        """Type into a menu whose options the app suggests, and return them."""
        view, block, element = self._find_field(label)
        ids = block["block_id"], element["action_id"]
        return await self._acting.suggest(self._user, view, *ids, typed)

    def _find_field(self, label: str) -> tuple[View, Json, Json]:
        view = self._state.modal_of(self._user) or self._state.homes.get(self.id)
        if view is None:
            raise AssertionError(f"{self.key} has no modal open")
        for block in view.blocks:
            for element in elements_of(block):
                placeholder = read_text(element.get("placeholder"))
                if label in {label_of(block), placeholder, element.get("action_id")}:
                    return view, block, element
        labels = [label_of(block) for block in view.blocks if elements_of(block)]
        raise AssertionError(f"there is no field {label!r}; there is: {labels}")

    async def submit(self) -> None:
        """Press Submit; returns when the acknowledgement has done what it says."""
        if self._state.modal_of(self._user) is None:
            raise AssertionError(f"{self.key} has no modal open")
        await self._acting.submit(self._user)

    async def close_modal(self, *, everything: bool = False) -> None:
        """Press Cancel, or with `everything` the cross that closes the whole stack."""
        if self._state.modal_of(self._user) is None:
            raise AssertionError(f"{self.key} has no modal open")
        await self._acting.close(self._user, everything=everything)


def _in_row(blocks: list[Json], row: str | None) -> Iterator[tuple[Json, Json]]:
    """Go through the elements of all blocks, or of those that belong to a row."""
    above = False
    for block in blocks:
        mine = row is None or row in " ".join(read_blocks([block]))
        if mine or (above and block["type"] == "actions"):
            for element in elements_of(block):
                yield block, element
        above = mine


def _find_words(element: Json, words: str, seen: list[str]) -> str | None:
    """Return the value to use an element with if it carries these words; None if it does not."""
    if element["type"] in {"button", "workflow_button"}:
        said = read_text(element["text"])
        seen.append(said)
        return "" if said == words else None
    options = words_of_options(element)
    seen.extend(options)
    return str(options[words]["value"]) if words in options else None
