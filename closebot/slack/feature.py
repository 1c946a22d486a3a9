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
    For shortcuts `name` is what stands in Slack's menu. `once`: the same press is done once, also
    over a restart and between processes. `opens`: the title of the modal in which the answer to a
    button of the home tab stands.
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
    name: str = ""
    once: bool = False
    opens: str = ""


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

    def action(
        self,
        action_id: str,
        *,
        form: type[Form] | None = None,
        waiting: str = "Saving…",
        once: bool = False,
        opens: str = "",
    ) -> Callable[[H], H]:
        """Answer a button, a menu, or an entry of an overflow menu.

        With `form` it is a button in a modal that submits it: see `view`. `opens`: a card answers,
        which stands in a modal of this title where the button is in the home tab.
        """
        return self._declare(
            "action", action_id, form=form, waiting=waiting, once=once, opens=opens
        )

    def view(
        self,
        callback_id: str,
        *,
        form: type[Form],
        waiting: str = "Saving…",
        secret: tuple[str, ...] = (),
        once: bool = False,
    ) -> Callable[[H], H]:
        """Answer Submit of a modal. The handler is given `form` and returns a `forms.Reply`.

        `once`: for what writes to Close, where the same thing sent twice would stand there twice.
        """
        return self._declare(
            "view", callback_id, form=form, waiting=waiting, secret=secret, once=once
        )

    def closed(self, callback_id: str) -> Callable[[H], H]:
        """Be told when a modal that was drawn with `tell_when_closed` is closed without Submit."""
        return self._declare("closed", callback_id)

    def options(self, action_id: str) -> Callable[[H], H]:
        """Suggest the options of an external select; `words` is what was typed into it.

        The handler returns `kit.options(...)` or `kit.groups(...)`, within some two seconds.
        """
        return self._declare("options", action_id)

    def shortcut(self, callback_id: str, *, name: str, help: str) -> Callable[[H], H]:  # noqa: A002
        """Answer a shortcut that can be started anywhere in Slack."""
        return self._declare("shortcut", callback_id, name=name, help=help)

    def message_shortcut(
        self,
        callback_id: str,
        *,
        name: str,
        help: str,  # noqa: A002
    ) -> Callable[[H], H]:
        """Answer a shortcut in the menu of a message."""
        return self._declare("message_shortcut", callback_id, name=name, help=help)

    def event(self, name: str) -> Callable[[H], H]:
        """Answer an event of the Events API."""
        return self._declare("event", name)

    def home(self) -> Callable[[H], H]:
        """Draw a person's home tab anew, after something was done there.

        The handler is given `said`, the message that answers what was done, or None.
        """
        return self._declare("home", "home")

    def _declare(self, kind: Kind, key: str, **more: Any) -> Callable[[H], H]:
        def remember(handler: H) -> H:
            self.declared.append(Declared(kind, key, handler, self.name, **more))
            return handler

        return remember
