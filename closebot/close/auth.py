"""Who asks: an API key or an OAuth access token, neither of which is ever shown."""

import base64
import re
from dataclasses import dataclass, field

from closebot.close.errors import BadSecret


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A personal API key: HTTP Basic, the key as user name and an empty password.

    https://developer.close.com/api/overview/api-key-authentication
    """

    secret: str = field(repr=False)

    @property
    def header(self) -> str:
        """The value of `Authorization`. Raises `BadSecret` for what no header can carry."""
        return "Basic " + base64.b64encode(f"{_sendable(self.secret)}:".encode()).decode()


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An OAuth access token: Bearer.

    https://developer.close.com/api/overview/oauth-authentication
    """

    secret: str = field(repr=False)

    @property
    def header(self) -> str:
        """The value of `Authorization`. Raises `BadSecret` for what no header can carry."""
        return f"Bearer {_sendable(self.secret)}"


Auth = ApiKey | AccessToken


def _sendable(secret: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]{1,4096}", secret):
        raise BadSecret("this is not usable as a key or token")
    return secret
