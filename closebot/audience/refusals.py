"""Why somebody may not act, or something may not be posted: each with what the person reads."""

from typing import ClassVar

from closebot.slack.outgoing import SlackFailed


class Refused(Exception):
    """Somebody may not do this, or it may not go there; `sentence` is what they read."""

    sentence: ClassVar[str] = ""


class NotAdmitted(Refused):
    """This person may not act."""


class Guest(NotAdmitted):
    """A single- or multi-channel guest."""

    sentence = (
        "closebot does nothing for guests of this Slack. Ask a colleague who is a full member."
    )


class Outsider(NotAdmitted):
    """Somebody of another company."""

    sentence = "closebot works only for people of the company that this Slack belongs to."


class Deactivated(NotAdmitted):
    """Somebody whose account was closed."""

    sentence = "This Slack account is deactivated, so closebot does nothing for it."


class Machine(NotAdmitted):
    """A bot."""

    sentence = "closebot does nothing for bots."


class Unrecognized(NotAdmitted):
    """Slack did not say who this is."""

    sentence = (
        "Slack did not say in time whether you are a full member here, so nothing was done. "
        "Please try again in a moment."
    )


class NotPosted(Refused, SlackFailed):
    """This may not be read by everybody there; nothing was sent to Slack."""

    def __init__(self) -> None:
        super().__init__("audience", type(self).__name__)


class SharedPlace(NotPosted):
    """A channel that another company reads too."""

    sentence = (
        "This channel is shared with another company, so nothing was posted. A Slack admin can "
        "allow it with `/close allow`, typed in that channel."
    )


class GuestPlace(NotPosted):
    """A channel of the company with guests in it."""

    sentence = (
        "Guests of this Slack read along here, so nothing was posted. A Slack admin can allow it "
        "with `/close allow`, typed in that channel."
    )


class CrowdedPlace(NotPosted):
    """A channel with so many people that Slack is not asked who each of them is."""

    sentence = (
        "So many people read along here that closebot does not look for guests among them, so "
        "nothing was posted. A Slack admin can allow it with `/close allow`, typed in that channel."
    )


class HiddenPlace(NotPosted):
    """A private channel without the bot."""

    sentence = (
        "Slack does not tell closebot who reads along here, so nothing was posted. Invite it with "
        "`/invite @closebot` and try again."
    )


class UntoldPlace(NotPosted):
    """Slack may not tell, or never does."""

    sentence = (
        "Slack does not tell closebot who reads along here, so nothing was posted. Use a channel "
        "instead of a direct or group message; in a channel, ask a Slack admin to install closebot "
        "anew, with the scopes `channels:read` and `groups:read`."
    )


class LatePlace(NotPosted):
    """Slack gave no answer."""

    sentence = (
        "Slack did not say in time who reads along here, so nothing was posted. Please try again "
        "in a moment."
    )


class Withheld(NotPosted):
    """Notes, descriptions or custom fields."""

    sentence = (
        "Notes, descriptions and custom fields from Close are not shown to a whole channel, so "
        "nothing was posted."
    )
