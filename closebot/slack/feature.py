"""Feature: what a capability declares. Declared first, attached later: a clash fails at start."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from closebot.slack.forms import Form
from closebot.slack.payloads import Kind

Handler = Callable[..., Awaitable[Any]]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True)
class Declared:
    """One thing a feature answers: a verb, a button or a submission.

    `key` is the verb (lower case, may be several words), action id, callback id or event type.
    For commands `usage` is what follows the command's name, `example` a line worth copying.
    For submissions `form` reads what was filled in, `waiting` is the sentence shown while the
    handler takes longer than an ack may, and `secret` names fields that are never sent out again.
    """

    kind: Kind
    key: str
    handler: Handler
    feature: str
    usage: str = ""
    help: str = ""
    example: str = ""
    otherwise: bool = False
    bare: bool = False
    form: type[Form] | None = None
    waiting: str = "Saving…"
    secret: tuple[str, ...] = ()


@dataclass
class Feature:
    """What people can do with one capability. Its handlers are plain coroutines.

    A handler's parameters are filled in by name from the router's providers (`words`, `respond`,
    `modal`, `call` …); one that nobody provides is refused when the feature is attached.
    """

    name: str
    declared: list[Declared] = field(default_factory=list)

    def command(
        self,
        verb: str,
        *,
        usage: str,
        help: str,  # noqa: A002 - the word that people type for it
        example: str = "",
        otherwise: bool = False,
        bare: bool = False,
    ) -> Callable[[H], H]:
        """Answer `/close <verb> …`.

        `otherwise`: answers also text that begins with no known verb; `bare`: also the command
        without any text.
        """
        return self._declare(
            "command",
            verb,
            usage=usage,
            help=help,
            example=example or usage,
            otherwise=otherwise,
            bare=bare,
        )

    def action(self, action_id: str) -> Callable[[H], H]:
        """Answer a button or a menu."""
        return self._declare("action", action_id)

    def view(
        self,
        callback_id: str,
        *,
        form: type[Form],
        waiting: str = "Saving…",
        secret: tuple[str, ...] = (),
    ) -> Callable[[H], H]:
        """Answer Submit of a modal. The handler is given `form` and returns a `forms.Reply`."""
        return self._declare("view", callback_id, form=form, waiting=waiting, secret=secret)

    def _declare(self, kind: Kind, key: str, **more: Any) -> Callable[[H], H]:
        def remember(handler: H) -> H:
            self.declared.append(Declared(kind, key, handler, self.name, **more))
            return handler

        return remember
