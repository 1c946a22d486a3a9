"""Every failure, as the sentence a person reads: what happened, and what to do now.

Expected failures are one sentence and an INFO line; a bug is a reference that the person can
quote, and a traceback in the log beside the same reference. Neither ever holds a body, a token or
what was typed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from closebot.audience import Refused
from closebot.cards.connect import (
    connect_prompt,
    ended_prompt,
    lost_prompt,
    open_prompt,
    refused_prompt,
)
from closebot.close import (
    BadId,
    CloseError,
    Forbidden,
    Invalid,
    NotFound,
    PlanLimit,
    RateLimited,
    TimedOut,
    Unauthorized,
    Unavailable,
    Unreachable,
    Unreadable,
    WriteUnclear,
)
from closebot.people import GrantEnded, NotConnected
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import NoTrigger, SlackFailed, SlackUnclear, TooLate
from closebot.slack.payloads import Call
from closebot.slack.router import Busy, Stopped, Unanswered
from closebot.slack.submissions import BUSY
from closebot.store import SecretLost, Store, StoreError, TypedCommand

log = logging.getLogger(__name__)

# Looked up along the error's own class tree, so the nearest sentence wins.
SENTENCES: dict[type[Exception], str] = {
    Busy: BUSY,
    Stopped: "closebot was restarted: this may or may not have been done. "
    "Look before you try again.",
    Unanswered: "This is from an older version of closebot, and nothing was done. "
    "Run the command again.",
    TooLate: "Slack waits only three seconds for a form, and they had passed. Please try again.",
    SlackUnclear: "Slack did not confirm this: it *may have been done*. Look before you try again.",
    SlackFailed: "Slack did not take closebot's answer. Please try again in a moment.",
    PlanLimit: "Your Close plan does not include this. Ask a Close admin of your organization.",
    Forbidden: "Your role in Close does not allow this. Ask a Close admin of your organization.",
    NotFound: "This is no longer in Close, or you may not see it. Look it up again.",
    BadId: "This is not an id that Close knows. Look the record up by its name again.",
    TimedOut: "Close did not answer in time. Nothing was changed; please try again in a moment.",
    Unreachable: "Close cannot be reached right now. Nothing was changed; please try again in a "
    "moment.",
    Unavailable: "Close has trouble right now. Nothing was changed; please try again in a moment.",
    Unreadable: "Close gave an answer that makes no sense. Please try again in a moment.",
    WriteUnclear: "Close did not confirm this: it *may have been saved*. Look in Close before you "
    "try again.",
    CloseError: "Close could not do this. Please try again in a moment.",
    TimeoutError: "This took too long and was stopped. Please try again in a moment.",
    StoreError: "closebot cannot reach its own database. Please try again in a moment.",
}


@dataclass(frozen=True)
class Explain:
    """Turns any failure into a message.

    `reference` makes the short word under which a bug is found in the log.
    """

    store: Store
    now: Callable[[], datetime]
    reference: Callable[[], str]

    async def __call__(self, error: Exception, call: Call) -> Json:
        """Return what the person reads. What they typed before connecting is kept for later."""
        if isinstance(error, NotConnected | GrantEnded):
            log.info("%s %s: %s", call.kind, call.key, type(error).__name__)
            return await self._ask_to_connect(error, call)
        if isinstance(error, SecretLost):
            log.warning("a stored key cannot be opened: was a key of CLOSEBOT_KEYS lost?")
            return lost_prompt()
        if isinstance(error, Unauthorized):
            return refused_prompt()
        if isinstance(error, TooLate) and call.kind == "command":
            log.info("%s %s: %s", call.kind, call.key, type(error).__name__)
            text = call.typed.removeprefix(call.slash).strip()
            return open_prompt(call.typed, text, was_late=not isinstance(error, NoTrigger))
        if isinstance(error, Refused):
            said: str | None = error.sentence.replace("/close", call.slash)
        else:
            said = self._sentence(error)
        if said is None:
            return self._bug(error, call)
        log.info("%s %s: %s", call.kind, call.key, type(error).__name__)
        return kit.sentence(said)

    async def _ask_to_connect(self, error: NotConnected | GrantEnded, call: Call) -> Json:
        prompt = connect_prompt if isinstance(error, NotConnected) else ended_prompt
        if call.kind != "command" or not call.response_url:
            return prompt("")
        text = call.typed.removeprefix(call.slash).strip()
        typed = TypedCommand(text, call.channel, call.response_url, self.now())
        try:
            await self.store.remember_command(error.owner, typed)
        except StoreError as failed:
            log.warning("a typed command could not be kept: %s", type(failed).__name__)
            return prompt("")
        return prompt(call.typed)

    def _sentence(self, error: Exception) -> str | None:
        if isinstance(error, RateLimited):
            wait = max(1, round(error.retry_after))
            return f"Close asks us to slow down. Please try again in {wait} s."
        if isinstance(error, Invalid):
            faults = [f"{name}: {text}" for name, text in error.fields.items()]
            said = kit.quote("; ".join([*faults, *error.messages]) or "no reason given", 1000)
            return f"Close refused this: {said} Please correct it and try again."
        near = (kind for kind in type(error).__mro__ if kind in SENTENCES)
        return next((SENTENCES[kind] for kind in near), None)

    def _bug(self, error: Exception, call: Call) -> Json:
        reference = self.reference()
        log.error("%s in %s %s", reference, call.kind, call.key, exc_info=error)
        return kit.sentence(
            f"Something broke on our side. Please try again; if it stays, quote reference "
            f"`{reference}` to whoever runs closebot."
        )
