"""Everything that the sandbox's workspace holds at this moment."""

from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from closebot.sandbox.slack_api.changes import Changes
from closebot.sandbox.slack_api.picking import default_to
from closebot.sandbox.slack_api.records import (
    Address,
    Conversation,
    Entry,
    Json,
    Post,
    Trigger,
    User,
    View,
)
from closebot.sandbox.slack_api.roster import admit, id_of, make_bot
from closebot.sandbox.slack_api.values import fill_in_ids, initial_values
from closebot.sandbox.slack_api.visible import broadcasts
from closebot.sandbox.world import World

Token = Callable[[int], str]

REMEMBERED = 2000


class State:
    """The workspace. Whatever changes it says so to `changes`.

    `now` is UTC; `token(n)` returns n random bytes in hexadecimal.
    """

    def __init__(
        self, world: World, *, now: Callable[[], datetime], token: Token, bot_name: str
    ) -> None:
        self.world = world
        self.now = now
        self.started = now()
        self.token = token
        self.changes = Changes()
        self.team_id = "T0" + id_of(world.company.split()[0])
        self.partner_id = "T0" + id_of(world.partner.split()[0])
        self.app_id, self.bot_id = "A0" + id_of(bot_name), "B0" + id_of(bot_name)
        self.users: dict[str, User] = {}
        self.conversations: dict[str, Conversation] = {}
        self.posts: list[Post] = []
        # What is being written, by the id under which links in it unfold.
        self.drafts: dict[str, Post] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = defaultdict(list)
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.addresses: dict[str, Address] = {}
        # What somebody has open, where the page said so; a global shortcut does not tell the app.
        self.looking: dict[str, str] = {}
        self.notices: dict[str, list[str]] = defaultdict(list)
        self.violations: list[str] = []
        self.pings: list[str] = []
        self.log: deque[Entry] = deque(maxlen=REMEMBERED)
        self.scopes: list[str] = []
        self._last_ts = 0
        self._recorded = self._revised = 0
        self._zones: dict[str, ZoneInfo] = {}
        for person in world.people:
            if person.slack_role is not None:
                foreign = person.slack_role == "stranger"
                user = admit(person, self.partner_id if foreign else self.team_id)
                self.users[user.id] = user
        self.bot = make_bot(bot_name, self.team_id, self.users)
        self.users[self.bot.id] = self.bot
        for channel in world.channels:
            members = {self.user(key).id for key in channel.members}
            kind: Literal["public", "private"] = "private" if channel.private else "public"
            made = Conversation(
                id="C0" + id_of(channel.key),
                key=channel.key,
                name=channel.key,
                kind=kind,
                members=members | ({self.bot.id} if channel.bot_is_member else set()),
                topic=channel.topic,
                shared=channel.shared,
            )
            self.conversations[made.id] = made

    def load_zones(self) -> None:
        """Read everybody's time zone from the disk."""
        self._zones = {user.zone: ZoneInfo(user.zone) for user in self.users.values()}

    def offset_of(self, user: User) -> int:
        """Return somebody's distance from UTC now, in seconds."""
        offset = self.now().astimezone(self._zones[user.zone]).utcoffset()
        return int(offset.total_seconds()) if offset else 0

    # --- finding ------------------------------------------------------------------------------

    def user(self, key: str) -> User:
        """Find somebody by key, such as `ana`. Raises `LookupError`."""
        for user in self.users.values():
            if user.key == key:
                return user
        raise LookupError(f"nobody in the workspace is called {key!r}")

    def channel(self, key: str) -> Conversation:
        """Find a channel by key, such as `sales`. Raises `LookupError`."""
        for conversation in self.conversations.values():
            if conversation.kind != "im" and conversation.key == key:
                return conversation
        raise LookupError(f"there is no channel {key!r}")

    def conversation(self, key: str, user: User) -> Conversation:
        """Find a channel by key or id; `dm` is this person's conversation with the bot."""
        if key in {"dm", f"dm-{user.key}"}:
            return self.direct(user)
        return self.conversations.get(key) or self.channel(key)

    def direct(self, user: User) -> Conversation:
        """Return the conversation between the bot and somebody; it exists as soon as asked for."""
        made = Conversation(
            id="D0" + id_of(user.key),
            key=f"dm-{user.key}",
            name="directmessage",
            kind="im",
            members={user.id, self.bot.id},
        )
        return self.conversations.setdefault(made.id, made)

    def talk(self, *keys: str) -> Conversation:
        """Let people talk with each other, without the bot."""
        users = [self.user(key) for key in keys]
        name = "-".join(id_of(user.key)[:4] for user in users)
        made = Conversation(
            id=("D1" if len(users) == 2 else "C1") + name.replace("-", ""),
            key="dm-of-" + "-".join(keys),
            name="directmessage" if len(users) == 2 else f"mpdm-{'--'.join(keys)}-1",
            kind="im" if len(users) == 2 else "mpim",
            members={user.id for user in users},
        )
        return self.conversations.setdefault(made.id, made)

    def seen_by(self, user: User, channel: str = "") -> list[Post]:
        """Return the messages that somebody sees, oldest first; of one channel if given."""
        return [
            post
            for post in self.posts
            if not post.deleted
            and (not channel or post.channel == channel)
            and (
                post.audience == user.id
                if post.audience
                else user.id in self.conversations[post.channel].members
            )
        ]

    def post_at(self, channel: str, ts: str) -> Post | None:
        """Find a message that was not deleted."""
        for post in reversed(self.posts):
            if post.ts == ts and post.channel == channel and not post.deleted:
                return post
        return None

    def modal_of(self, user: User) -> View | None:
        """Return the modal on top of somebody's stack."""
        stack = self.stacks[user.id]
        return stack[-1] if stack else None

    # --- changing -----------------------------------------------------------------------------

    def next_ts(self) -> str:
        """Make a message's ts: the time, never the same twice."""
        micros = max(int(self.now().timestamp() * 1_000_000), self._last_ts + 1)
        self._last_ts = micros
        return self.last_ts

    @property
    def last_ts(self) -> str:
        """The newest ts that was made: whatever is to come has a greater one."""
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def post(
        self,
        channel: str,
        user: str,
        content: Json,
        *,
        audience: str = "",
        thread_ts: str = "",
        client_msg_id: str = "",
        broadcast: bool = False,
    ) -> Post:
        """Put a message into a conversation."""
        post = Post(
            ts=self.next_ts(),
            channel=channel,
            user=user,
            text=content.get("text") or "",
            blocks=fill_in_ids(content.get("blocks") or [], self.token),
            attachments=self._fill_in_attached(content),
            audience=audience,
            thread_ts=thread_ts,
            client_msg_id=client_msg_id,
            by_bot=user == self.bot.id,
            broadcast=broadcast,
        )
        post.values = initial_values(post.shown_blocks, None, self.default_in(channel))
        self.posts.append(post)
        self._note_pings(post)
        self.changes.note("message")
        return post

    def edit(self, post: Post, content: Json) -> None:
        """Give a message another content, in its place."""
        if "text" in content:
            post.text = content["text"] or ""
        if content.get("blocks") is not None or "text" not in content:
            post.blocks = fill_in_ids(content.get("blocks") or [], self.token)
        if "attachments" in content:
            post.attachments = self._fill_in_attached(content)
        post.values = initial_values(post.shown_blocks, post.values, self.default_in(post.channel))
        post.edited = self.next_ts()
        self._note_pings(post)
        self.changes.note("message")

    def _fill_in_attached(self, content: Json) -> list[Json]:
        return [
            one | {"blocks": fill_in_ids(one["blocks"], self.token)} if one.get("blocks") else one
            for one in content.get("attachments") or []
        ]

    def delete(self, post: Post) -> None:
        """Take a message away."""
        post.deleted = True
        self.changes.note("message")

    def notify(self, user: User, notice: str) -> None:
        """Show Slack's own words to one person."""
        self.notices[user.id].append(notice)
        self.changes.note("notice")

    def blame(self, sentence: str) -> None:
        """Record something that the app must not do."""
        self.violations.append(sentence)
        self.record(Entry("violation", sentence, None, None, 0.0, self.now()))
        self.changes.note("violation")

    def record(self, entry: Entry) -> None:
        """Append to the log, before what it brings about is recorded."""
        self._recorded += 1
        entry.number = self._recorded
        self.log.append(entry)
        self.revise(entry)

    def revise(self, entry: Entry) -> None:
        """Tell that an entry of the log is new, or that more is known of it."""
        self._revised += 1
        entry.revision = self._revised
        self.changes.note("log")

    def default_in(self, channel: str) -> Callable[[Json], str]:
        """Return what picks this conversation for elements that want the one looked at."""
        return default_to(self.conversations.get(channel), self.bot.id)

    def issue_trigger(self, user: User, view: str = "", channel: str = "") -> str:
        """Make a trigger id: it opens one modal within three seconds."""
        trigger = f"{self.token(5)}.{self.team_id}.{self.token(16)}"
        self.triggers[trigger] = Trigger(user.id, self.now(), view, channel)
        return trigger

    def _note_pings(self, post: Post) -> None:
        if post.audience:
            return
        where = self.conversations[post.channel].name
        for mention in broadcasts(post.text, post.blocks):
            self.pings.append(f"{mention} in {where} at {post.ts}")
