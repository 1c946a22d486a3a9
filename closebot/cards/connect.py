"""The invitation to connect, wherever it appears."""

from closebot.slack import kit
from closebot.slack.kit import Json

CONNECT = "connect.open"


def connect_button(text: str = "Connect") -> Json:
    """Draw the button that opens the connect form."""
    return kit.button(text, CONNECT, style="primary")


def connect_prompt(typed: str) -> Json:
    """Ask somebody to connect, and say what happens to what they typed."""
    then = f" Then `{kit.quote(typed, 200)}` runs by itself." if typed else ""
    return kit.sentence(
        "*Connect your Close account first.* You act as yourself in Close, so closebot needs "
        f"your own key, once.{then}",
        kit.actions(connect_button()),
    )


def refused_prompt() -> Json:
    """Ask somebody to connect again after Close refused their key."""
    return kit.sentence(
        "*Close no longer accepts your key.* It may have been deleted in Close, or your role may "
        "not allow this. Connect again with a new key and try once more.",
        kit.actions(connect_button()),
    )
