"""The invitation to connect, wherever it appears."""

from closebot.slack import kit
from closebot.slack.kit import Json

CONNECT = "connect.open"
RUN = "connect.run"
REPLACE = "connect.replace"
KEEP = "connect.keep"
DISCONNECT = "account.disconnect"


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


def open_prompt(typed: str, text: str, *, was_late: bool) -> Json:
    """Offer the form that `typed` asks for behind a button; `text` is it without the slash."""
    why = "Slack waits only three seconds for a form, and they had passed." if was_late else ""
    pieces = [kit.words(f"{why} Press the button to open the form of ".strip() + " ")]
    pieces += [kit.code(typed), kit.words(".")]
    said = f"{why} Press the button to open the form.".strip()
    button = kit.button("Open the form", RUN, value=kit.clip(text, 2000), style="primary")
    return kit.message(said, [kit.rich(kit.line(*pieces)), kit.actions(button)])


def refused_prompt() -> Json:
    """Ask somebody to connect again after Close refused their key."""
    return kit.sentence(
        "*Close no longer accepts your key.* It may have been deleted in Close, or your role may "
        "not allow this. Connect again with a new key and try once more.",
        kit.actions(connect_button()),
    )


def ended_prompt(typed: str) -> Json:
    """Ask somebody to connect again whose grant has ended at Close."""
    pieces = [
        kit.words("Close has ended closebot's access to your account.", bold=True),
        kit.words(" It was taken back in Close, or was not used for too long. Connect again."),
    ]
    if typed:
        pieces += [kit.words(" Then "), kit.code(typed), kit.words(" runs by itself.")]
    said = "Close has ended closebot's access to your account. Connect again."
    return kit.message(said, [kit.rich(kit.line(*pieces)), kit.actions(connect_button())])


def other_organization(before: str, after: str) -> list[Json]:
    """Ask before an account of another organization takes the place of the first one."""
    before, after = before or "an organization without a name", after or "another one"
    return [
        kit.rich(
            kit.line(
                kit.words("You are connected to "),
                kit.words(before, bold=True),
                kit.words(". This account belongs to "),
                kit.words(after, bold=True),
                kit.words(". Shall it take the other one's place?"),
            )
        ),
        kit.actions(
            kit.button("Replace", REPLACE, style="primary"),
            kit.button("Keep", KEEP),
        ),
    ]


def lost_prompt() -> Json:
    """Ask somebody to connect again whose stored key cannot be opened any more."""
    return kit.sentence(
        "*Your Close key cannot be opened here any more.* Whoever runs closebot has changed its "
        "encryption. Connect again and try once more.",
        kit.actions(connect_button()),
    )
