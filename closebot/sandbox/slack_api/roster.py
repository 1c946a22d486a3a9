"""Who is in the workspace from the start: the world's people, and the app's bot."""

from collections.abc import Container

from closebot.sandbox.slack_api.records import User
from closebot.sandbox.world import Person

BOT_KEY = "bot"


def admit(person: Person, team_id: str) -> User:
    """Make somebody's record in the workspace `team_id`."""
    return User(
        id="U0" + id_of(person.key),
        key=person.key,
        username=person.key,
        real_name=person.name,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        zone=person.zone,
        title=person.title,
        role=person.slack_role or "",
        team_id=team_id,
    )


def make_bot(name: str, team_id: str, taken: Container[str]) -> User:
    """Make the bot's record; `taken` are the ids of others."""
    own = "U0" + id_of(name)
    return User(
        id="U0" + id_of("bot" + name) if own in taken else own,
        key=BOT_KEY,
        username="_".join(name.lower().split()),
        real_name=name,
        first_name=name,
        last_name="",
        email="",
        zone="America/Los_Angeles",
        title="",
        role="member",
        team_id=team_id,
        is_bot=True,
    )


def id_of(words: str) -> str:
    """Make the rest of an id of somebody's name: capital letters and digits, at least eight."""
    letters = "".join(letter for letter in words.upper() if letter.isascii() and letter.isalnum())
    return f"{letters:0<8}"[:12]
