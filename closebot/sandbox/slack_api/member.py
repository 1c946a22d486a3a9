"""A person in the sandbox, driven from code: types, reads, clicks, fills forms in."""

from typing import Any

from closebot.sandbox.slack_api.acting import Acting
from closebot.sandbox.slack_api.records import Json, Post, User, View
from closebot.sandbox.slack_api.seen import names_offered
from closebot.sandbox.slack_api.shown import (
    Message,
    Modal,
    find_words,
    in_row,
    label_of,
    options_in,
    show_message,
    show_view,
)
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.values import (
    NoSuchChoice,
    elements_of,
    holds_options,
    holds_several,
    options_of,
    picked,
    state_key,
)
from closebot.sandbox.slack_api.visible import read_text


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

    async def draft(self, text: str) -> Post:
        """Write a message without sending it; `unfurls` of it is what is shown meanwhile."""
        return await self._acting.draft(self._user, text)

    async def shortcut(self, callback_id: str, channel: str = "") -> None:
        """Run a global shortcut, with a channel open if given."""
        where = self._state.conversation(channel, self._user).id if channel else ""
        self._state.looking[self.id] = where
        await self._acting.shortcut(self._user, callback_id)

    async def message_shortcut(self, callback_id: str, message: Message) -> None:
        """Run a shortcut on a message; Slack offers none on ephemeral ones."""
        for post in self._posts(message.channel):
            if post.ts == message.ts and not post.audience:
                await self._acting.message_shortcut(self._user, callback_id, post)
                return
        raise AssertionError(f"{self.key} sees no such message, or it is a private one of an app")

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

        In the open modal, otherwise in the newest message (of `channel`; `home` is the home tab).
        `row`: only in the block that shows these words, or in the actions right below it. A
        box that is ticked is unticked. A confirmation is answered by `confirm`.
        """
        where = self._facing(channel)
        blocks = where.shown_blocks if isinstance(where, Post) else where.blocks
        seen: list[str] = []
        for block, element in in_row(blocks, row):
            option = find_words(element, words, seen)
            if option is not None:
                if confirm or "confirm" not in element:
                    await self._press(where, block, element, option)
                return
        place = f" beside {row!r}" if row else ""
        raise AssertionError(f"{self.key} sees no {words!r}{place} to click; there is: {seen}")

    async def _press(self, where: Post | View, block: Json, element: Json, option: Json) -> None:
        if not state_key(element):
            ids = block["block_id"], element["action_id"]
            await self._acting.use(self._user, where, *ids, option.get("value"))
        elif element["type"] == "checkboxes" and option in _held(where, block, element):
            await self._drop(where, block, element, option)
        else:
            await self._add(where, block, element, option)

    def _facing(self, channel: str | None) -> Post | View:
        """Return what is in front of this person: the modal, or the newest message."""
        home = self._state.homes.get(self.id)
        if channel == "home" and home is not None:
            return home
        view = None if channel else self._state.modal_of(self._user)
        if view is not None:
            return view
        posts = self._posts(channel)
        if not posts:
            raise AssertionError(f"{self.key} sees no message{f' in {channel}' if channel else ''}")
        return posts[-1]

    # --- forms --------------------------------------------------------------------------------

    # In the open modal; otherwise in the home tab, or in the newest message.

    async def fill(self, label: str, value: Any) -> None:
        """Enter a value into the field with this label; an empty one clears it.

        Options are given by their values, several of them as a list; people and conversations by
        their ids; a date as `YYYY-MM-DD`, a time as `HH:MM`, a moment in Unix seconds.
        """
        where, block, element = self._find_field(label)
        await self._enter(where, block, element, "" if value is None else value)

    async def choose(
        self, label: str, words: str | None, *, group: str = "", typed: str | None = None
    ) -> None:
        """Pick the option with these words in the field with this label; None clears the field.

        Where several can be chosen, it is added to them. `group`: the heading that it stands under.
        `typed`: what is typed to make the app suggest it, the words themselves as a rule.
        """
        where, block, element = self._find_field(label)
        if words is not None:
            found = await self._find_choice(label, words, group, words if typed is None else typed)
            await self._add(where, block, element, found)
        elif element["type"] == "radio_buttons":
            raise AssertionError(f"{label!r} are radio buttons, which nobody can clear")
        else:
            await self._enter(where, block, element, "")

    async def unchoose(self, label: str, words: str) -> None:
        """Take one of several choices back: untick a box, or remove an entry."""
        where, block, element = self._find_field(label)
        held = _held(where, block, element)
        name = words if holds_options(element) else self._find_by_name(element, words)
        for one in held:
            if name == (read_text(one["text"]) if isinstance(one, dict) else one):
                await self._drop(where, block, element, one)
                return
        raise AssertionError(f"{words!r} is not chosen in {label!r}; there is: {held}")

    async def _find_choice(self, label: str, words: str, group: str, typed: str) -> Any:
        _, _, element = self._find_field(label)
        if not holds_options(element):
            return self._find_by_name(element, words)
        menu = await self._ask(label, typed) if "external" in element["type"] else element
        found = [one for one in options_in(menu, group) if read_text(one["text"]) == words]
        if len(found) > 1:
            raise AssertionError(f"{label!r} offers {words!r} more than once: name the group")
        if not found:
            offered = [read_text(one["text"]) for one in options_in(menu, group)]
            raise AssertionError(f"{label!r} offers no {words!r}; there is: {offered}")
        return found[0]

    def _find_by_name(self, element: Json, words: str) -> str:
        """Find the id of a person or a channel whose name was picked."""
        if "users" in element["type"]:
            for user in self._state.users.values():
                if words in {user.real_name, user.key, user.id}:
                    return user.id
        elif "conversations" in element["type"] or "channels" in element["type"]:
            offered = names_offered(self._state, self._user, element)
            if words not in offered.values() and words.lstrip("#") not in offered:
                said = f"{self.key} is offered no {words!r}; there is: {list(offered)}"
                raise AssertionError(said)
            return offered.get(words.lstrip("#"), words)
        return words

    async def _add(self, where: Post | View, block: Json, element: Json, choice: Any) -> None:
        value = choice
        if holds_several(element):
            value = [one for one in _held(where, block, element) if one != choice] + [choice]
        await self._enter(where, block, element, value)

    async def _drop(self, where: Post | View, block: Json, element: Json, choice: Any) -> None:
        kept = [one for one in _held(where, block, element) if one != choice]
        await self._enter(where, block, element, kept)

    async def _enter(self, where: Post | View, block: Json, element: Json, value: Any) -> None:
        ids = block["block_id"], element["action_id"]
        try:
            heard = self._acting.fill(where, *ids, value)
        except NoSuchChoice as error:
            raise AssertionError(f"{label_of(block)!r}: {error}") from None
        if heard:
            await self._acting.use(self._user, where, *ids)

    async def suggest(self, label: str, typed: str) -> list[Json]:
        """Type into a menu whose options the app suggests, and return them."""
        return options_of(await self._ask(label, typed))

    async def _ask(self, label: str, typed: str) -> Json:
        where, block, element = self._find_field(label)
        ids = block["block_id"], element["action_id"]
        return await self._acting.suggest(self._user, where, *ids, typed)

    def _find_field(self, label: str) -> tuple[Post | View, Json, Json]:
        labels: list[str] = []
        for where in self._faced():
            for block in where.blocks:
                for element in elements_of(block):
                    if not state_key(element):
                        continue
                    placeholder = read_text(element.get("placeholder"))
                    if label in {label_of(block), placeholder, element.get("action_id")}:
                        return where, block, element
                    labels.append(label_of(block))
        raise AssertionError(f"there is no field {label!r}; there is: {labels}")

    def _faced(self) -> list[Post | View]:
        modal = self._state.modal_of(self._user)
        if modal is not None:
            return [modal]
        home = self._state.homes.get(self.id)
        return [*([home] if home else []), *self._posts(None)[-1:]]

    async def submit(self) -> None:
        """Press Submit; returns when the acknowledgement has done what it says."""
        view = self._state.modal_of(self._user)
        if view is None:
            raise AssertionError(f"{self.key} has no modal open")
        if not view.body.get("submit"):
            raise AssertionError("this modal has nothing to submit it with")
        await self._acting.submit(self._user)

    async def close_modal(self, *, everything: bool = False) -> None:
        """Press Cancel, or with `everything` the cross that closes the whole stack."""
        if self._state.modal_of(self._user) is None:
            raise AssertionError(f"{self.key} has no modal open")
        await self._acting.close(self._user, everything=everything)


def _held(where: Post | View, block: Json, element: Json) -> list[Any]:
    """Return what is chosen in an element now."""
    held = where.values.get(block["block_id"], {}).get(element["action_id"])
    return picked(held)
