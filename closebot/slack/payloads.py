"""What Slack delivers, checked and given one shape: the `Call`.

Everything that can come through the door is one of the kinds below. A body that is none of them,
or that lacks what its kind always carries, raises `Malformed`; its contents are never in the
message. Shapes: https://docs.slack.dev/interactivity/handling-user-interaction and
https://docs.slack.dev/interactivity/implementing-slash-commands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from closebot.slack.kit import Json, read_typed
from closebot.slack.places import Place, find_place

Kind = Literal[
    "command",
    "action",
    "view",
    "closed",
    "options",
    "shortcut",
    "message_shortcut",
    "event",
    "home",  # nothing that Slack delivers: the home tab is to be drawn anew
]

# Bodies that are well formed but of no use to this app: acknowledged, nothing more.
OTHERS = frozenset(
    {
        "interactive_message",
        "dialog_submission",
        "dialog_cancellation",
        "dialog_suggestion",
        "workflow_step_edit",
        "url_verification",
        "app_rate_limited",
    }
)


class Malformed(ValueError):
    """A body that is not what it claims to be. Says which part, never what stood there."""


@dataclass(frozen=True, slots=True)
class Call:
    """One thing a person did, or one event, in the shape that handlers are given.

    `key` is what the router looks up: the verb, action id, callback id or event type. `words` is
    what was typed after the verb, or the value of the button or option. `workspace` is the
    enterprise on Grid, otherwise the team: together with `user` it names whose connection acts.
    `state` is what the feature keeps in its modal; there `channel` and `response_url` are those of
    the place where it was opened; `in_public`: it began in a message that others read; `in_home`:
    in the home tab. `earlier`: when the same press was begun before, with an end that nobody knows.
    """

    kind: Kind
    key: str
    workspace: str
    user: str
    slash: str
    words: str = field(default="", repr=False)
    team: str = ""
    channel: str = ""
    trigger_id: str = field(default="", repr=False)
    response_url: str = field(default="", repr=False)
    view: Json | None = field(default=None, repr=False)
    action: Json | None = field(default=None, repr=False)
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    state: str = field(default="", repr=False)
    earlier: datetime | None = None
    in_public: bool = False
    in_home: bool = False

    @property
    def place(self) -> Place:
        """Where this was started."""
        return Place(self.channel, self.response_url, self.in_public, self.in_home)

    @property
    def typed(self) -> str:
        """The whole command as it was typed, for repeating it."""
        return " ".join(part for part in (self.slash, self.key, self.words) if part)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


SlackId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]


class _Id(_Shape):
    id: str


class _User(_Shape):
    id: SlackId
    team_id: str | None = None


class _Team(_Shape):
    id: str | None = None
    enterprise_id: str | None = None


class _Command(_Shape):
    command: str
    user_id: SlackId
    text: str = ""
    team_id: str | None = None
    enterprise_id: str | None = None
    channel_id: str = ""
    response_url: str = ""
    trigger_id: str = ""

    @field_validator("command")
    @classmethod
    def _is_a_command(cls, value: str) -> str:
        if not value.startswith("/"):
            raise ValueError
        return value


class _Action(_Shape):
    action_id: str
    type: str
    block_id: str = ""


class _View(_Shape):
    id: str = ""
    type: str
    callback_id: str = ""
    private_metadata: str = ""
    state: dict[str, Any] = {}
    app_installed_team_id: str | None = None
    blocks: list[dict[str, Any]] = []


class _Interaction(_Shape):
    type: str
    user: _User
    team: _Team | None = None
    enterprise: _Id | None = None
    channel: _Id | None = None
    view: _View | None = None
    actions: list[_Action] = []
    action_id: str = ""
    callback_id: str = ""
    value: str | None = None
    trigger_id: str = ""
    response_url: str = ""
    message: dict[str, Any] | None = None
    container: dict[str, Any] = {}

    @property
    def is_in_public(self) -> bool:
        """Whether it was done to a message that others read too."""
        if self.channel is None or self.channel.id.startswith("D"):
            return False
        if self.type == "message_action":
            return True
        kind = str(self.container.get("type", ""))
        return kind.startswith("message") and self.container.get("is_ephemeral") is not True

    @property
    def team_id(self) -> str:
        installed = self.view.app_installed_team_id if self.view else None
        team = self.team.id if self.team else None
        return installed or team or self.user.team_id or ""

    @property
    def workspace(self) -> str:
        grid = self.enterprise.id if self.enterprise else None
        return grid or (self.team.enterprise_id if self.team else None) or self.team_id


class _Event(_Shape):
    event: dict[str, Any]
    event_id: str = ""
    team_id: str | None = None
    enterprise_id: str | None = None


def read_call(body: Mapping[str, Any], slash: str) -> Call | None:
    """Give a delivered body the shape of a `Call`; None for a known kind that is of no use here.

    `slash` is the name of this app's command, such as `/close`. Raises `Malformed`.
    """
    try:
        if "command" in body:
            return _read_command(_Command.model_validate(body), body)
        if body.get("type") == "event_callback":
            return _read_event(_Event.model_validate(body), slash, body)
        if str(body.get("type")) in OTHERS:
            return None
        if "type" in body and "user" in body:
            return _read_interaction(_Interaction.model_validate(body), slash, body)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Malformed(f"{where} is missing or of another type") from None
    raise Malformed("neither a command, an interaction nor an event")


def _read_command(said: _Command, body: Mapping[str, Any]) -> Call:
    return Call(
        kind="command",
        key="",
        workspace=said.enterprise_id or said.team_id or "",
        user=said.user_id,
        slash=said.command,
        words=read_typed(said.text).strip(),
        team=said.team_id or "",
        channel=said.channel_id,
        trigger_id=said.trigger_id,
        response_url=said.response_url,
        body=body,
    )


def _read_event(said: _Event, slash: str, body: Mapping[str, Any]) -> Call:
    user = said.event.get("user")
    if isinstance(user, dict):
        user = user.get("id")
    key = said.event.get("type")
    if not isinstance(key, str):
        raise Malformed("event.type is missing or of another type")
    channel = said.event.get("channel")
    return Call(
        kind="event",
        key=key,
        workspace=said.enterprise_id or said.team_id or "",
        user=user if isinstance(user, str) else "",
        slash=slash,
        team=said.team_id or "",
        channel=channel if isinstance(channel, str) else "",
        body=body,
    )


def _read_interaction(said: _Interaction, slash: str, body: Mapping[str, Any]) -> Call:
    kinds: dict[str, tuple[Kind, str]] = {
        "block_actions": ("action", said.actions[0].action_id if said.actions else ""),
        "block_suggestion": ("options", said.action_id),
        "view_submission": ("view", said.view.callback_id if said.view else ""),
        "view_closed": ("closed", said.view.callback_id if said.view else ""),
        "shortcut": ("shortcut", said.callback_id),
        "message_action": ("message_shortcut", said.callback_id),
    }
    if said.type not in kinds:
        raise Malformed("type is none that Slack sends")
    kind, key = kinds[said.type]
    if not key:
        raise Malformed(f"a {said.type} without its id")
    action = dict(body["actions"][0]) if kind == "action" else None
    words = (said.value or "") if kind == "options" else chosen(action or {})
    if action and action["type"] == "overflow":
        # An entry of a menu carries the id of what answers it, so that one menu serves many.
        key, _, words = words.partition(" ")
        if not key:
            raise Malformed("an overflow menu without its entry")
    view = dict(body["view"]) if said.view else None
    place, state = find_place(view or {})
    return Call(
        kind=kind,
        key=key,
        workspace=said.workspace,
        user=said.user.id,
        slash=slash,
        words=words,
        team=said.team_id,
        channel=said.channel.id if said.channel else place.channel,
        trigger_id=said.trigger_id,
        response_url=said.response_url or place.response_url,
        view=view,
        action=action,
        body=body,
        state=state,
        in_public=said.is_in_public if said.channel else place.in_public,
        in_home=place.in_home,
    )


def chosen(action: Json) -> str:
    """Return what a click carries: a button's value, or that of the option it picked."""
    option = action.get("selected_option")
    value = option.get("value") if isinstance(option, dict) else action.get("value")
    return value if isinstance(value, str) else ""
