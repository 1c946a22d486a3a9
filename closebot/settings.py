"""The environment, read once, into one frozen object.

Read by `cli` and `app` only; everything else is handed values.
"""

import difflib
import ipaddress
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from closebot.store import read_keys

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_OURS = "CLOSEBOT_"
_OAUTH = ("CLOSE_CLIENT_ID", "CLOSE_CLIENT_SECRET", "CLOSEBOT_PUBLIC_URL")
_ALIEN = {"CLOSEBOT_SANDBOX_KEY"}  # belongs to the sandbox


class SettingsError(Exception):
    """The environment is not as it should be; the message lists every fault, and no secret."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        count = "1 setting is" if len(faults) == 1 else f"{len(faults)} settings are"
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"closebot cannot start: {count} wrong.\n{lines}")


class Settings(BaseSettings):
    """Every setting, checked. Names and defaults: README, “Settings”."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    close_api_url: str = "https://api.close.com/api/v1/"
    close_client_id: str | None = None
    close_client_secret: SecretStr | None = None
    closebot_public_url: str | None = None
    closebot_keys: Annotated[tuple[SecretStr, ...], NoDecode]
    closebot_db: Path = Path("closebot.db")
    closebot_command: str = "/close"
    host: str = "0.0.0.0"  # noqa: S104 - behind a proxy, as a rule
    port: Annotated[int, Field(ge=0, le=65535)] = 3000
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings' hook
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing but what `read_settings` hands in."""
        return (init_settings,)

    @property
    def mode(self) -> Literal["socket", "http"]:
        """Say how Slack delivers: Socket Mode where there is an app token."""
        return "socket" if self.slack_app_token else "http"

    @property
    def has_oauth(self) -> bool:
        """Say whether people may connect by OAuth: the client and its secret come together."""
        return self.close_client_id is not None

    @property
    def port_given(self) -> bool:
        """Say whether PORT was set, and not left to its default."""
        return "port" in self.model_fields_set

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _is_a_token(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        start = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if value and not re.fullmatch(rf"{start}[\x21-\x7e]+", value.get_secret_value()):
            raise ValueError(f"does not look right; expected {start}…")
        return value

    @field_validator("slack_api_url", "close_api_url", "closebot_public_url")
    @classmethod
    def _is_an_address(cls, value: str | None, info: Any) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good or re.search(r"[^\x21-\x7e]|[?#@]", value):
            raise ValueError("is not an address; expected https://…")
        public = info.field_name == "closebot_public_url"
        if public and parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
            raise ValueError("must begin with https://")
        return value.rstrip("/") + "/"

    @field_validator("closebot_keys", mode="before")
    @classmethod
    def _are_keys(cls, value: Any) -> list[str]:
        return read_keys(str(value))

    @field_validator("closebot_command")
    @classmethod
    def _is_a_command(cls, value: str) -> str:
        if not re.fullmatch(r"/[^\sA-Z/]{1,31}", value):
            raise ValueError(
                "is not a command; expected / and up to 31 small letters, as in /close"
            )
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _is_a_level(cls, value: Any) -> str:
        if str(value).upper() not in LEVELS:
            raise ValueError(f"is no level; expected one of {', '.join(LEVELS)}")
        return str(value).upper()


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the environment. Raises `SettingsError`, which lists every fault at once."""
    given = {
        name: environ[name.upper()].strip()
        for name in Settings.model_fields
        if environ.get(name.upper(), "").strip()
    }
    faults = _missing_together(given)
    try:
        settings = Settings(**given)  # type: ignore[arg-type] # pydantic parses the text
    except ValidationError as error:
        faults = [_say(dict(fault)) for fault in error.errors()] + faults
    else:
        if not faults:
            return settings
    faults += find_misspelt(environ)
    raise SettingsError(faults)


def _say(fault: Mapping[str, Any]) -> str:
    own = fault.get("ctx", {}).get("error")
    name = str(fault["loc"][0]).upper()
    said = {
        "missing": f"is missing; {_EXPECTED.get(name, 'set it')}",
        "int_parsing": "is not a whole number",
        "greater_than_equal": "must be 0 to 65535",
        "less_than_equal": "must be 0 to 65535",
    }
    return f"{name}  {own or said.get(fault['type'], 'is malformed')}"


_EXPECTED = {
    "SLACK_BOT_TOKEN": "expected xoxb-… from the Slack app's “OAuth & Permissions”",
    "CLOSEBOT_KEYS": "`closebot keygen` makes a key",
}


def _missing_together(given: Mapping[str, str]) -> list[str]:
    """Find what is missing because of what else is given, or is not."""
    faults = []
    if "slack_app_token" not in given and "slack_signing_secret" not in given:
        faults.append(
            "SLACK_SIGNING_SECRET  is missing; HTTP mode needs it (or set SLACK_APP_TOKEN)"
        )
    if "close_client_id" in given or "close_client_secret" in given:
        needs = f"is missing; OAuth needs all of {', '.join(_OAUTH)}"
        faults += [f"{name}  {needs}" for name in _OAUTH if name.lower() not in given]
    return faults


def find_misspelt(environ: Mapping[str, str]) -> list[str]:
    """Name what looks like a setting of ours and is none; that alone prevents no start."""
    known = {name.upper().removeprefix(_OURS): name.upper() for name in Settings.model_fields}
    faults = []
    for name in sorted(environ):
        if name.startswith(_OURS) and name not in known.values() and name not in _ALIEN:
            near = difflib.get_close_matches(name.removeprefix(_OURS), known, 1)
            hint = f"; did you mean {known[near[0]]}?" if near else ""
            faults.append(f"{name}  is not a setting{hint}")
    return faults


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
