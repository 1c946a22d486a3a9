"""The invitation to connect, wherever it appears."""

from closebot.slack import kit
from closebot.slack.kit import Json

CONNECT = "connect.open"


def connect_button(text: str = "Connect") -> Json:
    """Draw the button that opens the connect form."""
    return kit.button(text, CONNECT, style="primary")


def connect_prompt(typed: str) -> Json:
    """Ask somebody to connect, and say what happens to what they typed."""
    pieces = [
        kit.words("Connect your Close account first.", bold=True),
        kit.words(" You act as yourself in Close, so closebot needs your own key, once."),
    ]
    if typed:
        pieces += [kit.words(" Then "), kit.code(typed), kit.words(" runs by itself.")]
    said = "Connect your Close account first."
    return kit.message(said, [kit.rich(kit.line(*pieces)), kit.actions(connect_button())])


def refused_prompt() -> Json:
    """Ask somebody to connect again after Close refused their key."""
    return kit.sentence(
        "*Close no longer accepts your key.* It may have been deleted in Close, or your role may "
        "not allow this. Connect again with a new key and try once more.",
        kit.actions(connect_button()),
    )


def lost_prompt() -> Json:
    """Ask somebody to connect again whose stored key cannot be opened any more."""
    return kit.sentence(
        "*Your Close key cannot be opened here any more.* Whoever runs closebot has changed its "
        "encryption. Connect again and try once more.",
        kit.actions(connect_button()),
    )
