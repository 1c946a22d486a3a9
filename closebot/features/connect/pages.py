"""What the browser shows whoever comes back from Close, in words. `web` draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

_AGAIN = "Go back to Slack, type {slash} connect and press “Connect with Close” again."


@dataclass(frozen=True)
class Page:
    """A page: its HTTP status, a title, and plain sentences. `team`: whose Slack it leads to."""

    status: int
    title: str
    sentences: Sequence[str]
    team: str = ""


def nothing_done(slash: str, outcome: str) -> Page:
    """Say that a link is of no use: `used`, `late` or `unknown`."""
    again = _AGAIN.format(slash=slash)
    if outcome == "used":
        said = "Each link can be used once, and this one was used before."
        look = f"If you are not connected yet: {again}"
        return Page(410, "This link was used before", [said, look])
    if outcome == "late":
        said = "A link is good for ten minutes. Nothing was connected."
        return Page(410, "This link has expired", [said, again])
    said = "closebot has not given this link out, or no longer knows it. Nothing was connected."
    return Page(400, "This link is not known", [said, again])


def denied(slash: str) -> Page:
    """Say that the person declined at Close."""
    said = "You declined at Close, so nothing was connected."
    return Page(403, "Not connected", [said, f"Changed your mind? {_AGAIN.format(slash=slash)}"])


def not_granted(slash: str, why: str) -> Page:
    """Say that Close refused. `why`: Close's own word for it, or empty."""
    word = f" Its reason: {why}." if why else ""
    said = f"Close did not let closebot in.{word} Nothing was connected."
    return Page(400, "Not connected", [said, _AGAIN.format(slash=slash)])


def no_answer(slash: str) -> Page:
    """Say that Close is in trouble."""
    said = "Close did not answer as it should. Nothing was connected."
    return Page(502, "Close did not answer", [said, _AGAIN.format(slash=slash)])


def no_database(slash: str) -> Page:
    """Say that we are in trouble."""
    said = "closebot cannot reach its own database. Nothing was connected."
    return Page(503, "Not connected", [said, _AGAIN.format(slash=slash)])


def asked_in_slack(before: str, after: str, team: str) -> Page:
    """Say that a question waits in Slack."""
    said = (
        f"This account belongs to {after or 'another organization'}, and in Slack you are "
        f"connected to {before or 'another one'}. Nothing was changed yet."
    )
    todo = "closebot has sent you a private message in Slack: press Replace there, or Keep."
    return Page(200, "One more question", [said, todo], team)


def welcome(
    who: str,
    account: str,
    organization: str,
    running: Sequence[str],
    team: str,
    *,
    other: tuple[str, str] | None = None,
) -> Page:
    """Say who is connected as whom. `who`: the person's name in Slack, if Slack said it.

    `other`: the addresses in Slack and in Close, where they differ.
    """
    whose = f"{account or 'a user'} of {organization or 'an organization without a name'}"
    said = [f"In Slack {f'{who} now acts' if who else 'you now act'} as {whose} in Close."]
    if other:
        said.append(
            f"In Slack that is {other[0]}, in Close {other[1]}. If somebody else sent you this "
            "link, take closebot's access back in Close, under Settings."
        )
    said += [f"{typed} runs now, where you typed it." for typed in running]
    said.append("You can close this page and go back to Slack.")
    return Page(200, "Connected", said, team)
