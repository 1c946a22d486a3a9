"""What a select of channels or conversations offers, and what it holds at the start.

https://docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object
"""

from collections.abc import Callable

from closebot.sandbox.slack_api.records import Conversation, Json, User

_CONFINED = frozenset({"guest", "guest_of_several", "stranger"})


def is_visible(conversation: Conversation, user: User) -> bool:
    """Say whether somebody finds a conversation when they look for it."""
    if user.id in conversation.members:
        return True
    return conversation.kind == "public" and user.role not in _CONFINED


def is_offered(conversation: Conversation, element: Json, bot: str) -> bool:
    """Say whether an element offers a conversation to somebody who can see it."""
    if "channels_select" in element["type"]:
        return conversation.kind == "public"
    wanted = element.get("filter") or {}
    if conversation.kind not in wanted.get("include", [conversation.kind]):
        return False
    if wanted.get("exclude_external_shared_channels") and conversation.shared:
        return False
    with_bot = conversation.kind == "im" and bot in conversation.members
    return not (wanted.get("exclude_bot_users") and with_bot)


def default_to(current: Conversation | None, bot: str) -> Callable[[Json], str]:
    """Return what picks the conversation that somebody looks at, for elements that ask for it."""

    def pick(element: Json) -> str:
        if current is None or element.get("default_to_current_conversation") is not True:
            return ""
        return current.id if is_offered(current, element, bot) else ""

    return pick
