"""Every failure, as the sentence a person reads where they are."""

import inspect
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import closebot.close
from closebot.cards.connect import CONNECT
from closebot.close import (
    BadId,
    CloseError,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
    WriteUnclear,
)
from closebot.errors import SENTENCES, Explain
from closebot.logs import SafeFormatter
from closebot.people import NotConnected
from closebot.slack import kit
from closebot.slack.outgoing import SlackFailed, SlackUnclear, TooLate, ViewClosed
from closebot.slack.payloads import Call
from closebot.slack.router import Busy, Stopped, Unanswered
from closebot.store import Owner, SecretLost, Store, StoreError, Vault, new_key
from tests.cards.rules import faults

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANA = Owner("T1", "U1")
COMMAND = Call(
    kind="command",
    key="lead",
    workspace="T1",
    user="U1",
    slash="/close",
    words="Initech",
    channel="C1",
    response_url="https://hooks.slack.com/commands/T1/secret-address",
)
BUTTON = Call(kind="action", key="leads.view", workspace="T1", user="U1", slash="/close")

# A made-up error of each class that Close's client raises.
ARGUMENTS = {RateLimited: (12.4,), WriteUnclear: ("POST", "/activity/note/")}


def made(kind):
    """Make an error of a kind, with the text that such an error has."""
    given = (400, ["Close's own words."]) if issubclass(kind, Refused) else ("internal words",)
    return kind(*next((ARGUMENTS[one] for one in kind.__mro__ if one in ARGUMENTS), given))


CLOSE_ERRORS = [
    kind
    for name in closebot.close.__all__
    if inspect.isclass(kind := getattr(closebot.close, name)) and issubclass(kind, CloseError)
]
OTHERS = [
    NotConnected(ANA),
    SecretLost("internal words"),
    StoreError("internal words"),
    TooLate("views.open", "expired_trigger_id"),
    ViewClosed("views.update", "not_found"),
    SlackFailed("chat.postMessage", "internal_words"),
    SlackUnclear("chat.postMessage", "internal_words"),
    Busy(),
    Stopped(),
    Unanswered(),
    TimeoutError(),
    ValueError("internal words"),
]
ALL = [*map(made, CLOSE_ERRORS), *OTHERS]


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "closebot.db", Vault([new_key()]))
    yield store
    store.close()


@pytest.fixture
def explain(store):
    return Explain(store, now=lambda: NOON, reference=lambda: "3f9a1c")


@pytest.fixture
def say(explain):
    """Say an error in the words that a person reads."""

    async def say(error, call=BUTTON):
        return (await explain(error, call))["text"]

    return say


def buttons(message):
    return [
        button["action_id"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for button in block["elements"]
    ]


# What a person can do now. A sentence that ends otherwise leaves them alone with the failure.
NOW = re.compile(
    r"again in a moment\.$|try again(?: in \d+ s)?\.$|[Tt]ry once more\.$|try once more\.$|"
    r"\b(?:Run the command|Ask|Look|Connect|Change|Correct)\b[^.]*\.$|before you try again\.$|"
    r"quote reference `\w+` to whoever runs closebot\.$|runs by itself\.$|your own key, once\.$"
)


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
async def test_every_failure_is_said_and_ends_with_what_to_do_now(say, error):
    assert NOW.search(await say(error))


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
async def test_no_failure_shows_codes_or_internal_words(say, error):
    said = await say(error)
    assert not re.search(r"internal|views\.|expired_|Error|Exception|\b[45]\d\d\b|None", said)


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("call", [COMMAND, BUTTON], ids=lambda call: call.kind)
async def test_slack_takes_every_sentence(explain, error, call):
    assert faults(await explain(error, call)) == []


@pytest.mark.parametrize(
    "error", [*map(made, CLOSE_ERRORS)], ids=lambda error: type(error).__name__
)
async def test_no_failure_of_close_is_taken_for_a_bug(say, error, caplog):
    assert "reference" not in await say(error)
    assert [line for line in caplog.records if line.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("kind", CLOSE_ERRORS)
async def test_a_new_kind_of_failure_has_the_sentence_of_its_family(say, kind):
    class Later(kind):
        pass

    assert await say(made(Later)) == await say(made(kind))


def test_every_sentence_is_used():
    kinds = {kind for error in ALL for kind in type(error).__mro__}
    assert [kind.__name__ for kind in SENTENCES if kind not in kinds] == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (WriteUnclear("POST", "/task/"), "*may have been saved*. Look in Close before you try"),
        (RateLimited(12.4), "try again in 12 s."),
        (RateLimited(0.01), "try again in 1 s."),
        (NotFound(404), "no longer in Close"),
        (Forbidden(403), "Your role in Close does not allow this"),
        (BadId("x"), "Look the record up by its name again"),
        (Invalid(400, ["Too long."]), "Close refused this: Too long."),
        (Invalid(400, [], {"name": "Missing."}), "Close refused this: name: Missing."),
        (Invalid(400), "Close refused this: no reason given"),
        (Busy(), "hands full"),
        (Unanswered(), "older version of closebot, and nothing was done"),
    ],
)
async def test_a_sentence_says_what_happened(say, error, words):
    assert words in await say(error)


async def test_the_words_of_close_are_escaped_and_clipped(explain):
    message = await explain(Invalid(400, ["<!channel> " * 300]), BUTTON)
    assert "&lt;!channel&gt;" in message["text"]
    assert faults(message) == []


@pytest.mark.parametrize("error", OTHERS[2:-1], ids=lambda error: type(error).__name__)
async def test_an_expected_failure_is_one_line_without_its_words(say, error, caplog):
    caplog.set_level(logging.INFO, "closebot")
    await say(error)
    assert [line.getMessage() for line in caplog.records] == [
        f"action leads.view: {type(error).__name__}"
    ]
    assert caplog.records[0].levelno == logging.INFO
    assert caplog.records[0].exc_info is None


# --- bugs -------------------------------------------------------------------------------------


async def test_a_bug_gives_a_reference_that_stands_in_the_log_too(say, caplog):
    error = ValueError("what somebody typed")
    said = await say(error, COMMAND)
    assert said == (
        "Something broke on our side. Please try again; if it stays, quote reference `3f9a1c` to "
        "whoever runs closebot."
    )
    (line,) = caplog.records
    assert line.levelno == logging.ERROR
    assert line.getMessage() == "3f9a1c in command lead"
    assert line.exc_info[1] is error


async def test_a_bug_is_logged_without_what_was_typed(say, caplog):
    await say(ValueError("what somebody typed"), COMMAND)
    shown = SafeFormatter().format(caplog.records[0])
    assert "builtins.ValueError" in shown
    assert [word for word in ("typed", "Initech", "secret-address") if word in shown] == []


# --- connecting -------------------------------------------------------------------------------


async def test_somebody_who_is_not_connected_is_asked_to_and_what_they_typed_is_kept(
    explain, store
):
    message = await explain(NotConnected(ANA), COMMAND)
    assert "Connect your Close account first" in message["text"]
    assert "Then /close lead Initech runs by itself." in kit.read_words(message["blocks"])
    assert buttons(message) == [CONNECT]
    [kept] = await store.take_commands(ANA, not_before=NOON)
    assert (kept.text, kept.channel) == ("lead Initech", "C1")
    assert kept.response_url == COMMAND.response_url
    assert kept.typed_at == NOON


async def test_what_was_typed_is_kept_as_it_was_typed_and_shown_escaped(explain, store):
    call = replace(COMMAND, key="lead", words="<!channel> & `co`")
    message = await explain(NotConnected(ANA), call)
    assert "/close lead &lt;!channel&gt; &amp;" in kit.read_words(message["blocks"])
    [kept] = await store.take_commands(ANA, not_before=NOON - timedelta(minutes=1))
    assert kept.text == "lead <!channel> & `co`"


@pytest.mark.parametrize("kind", ["action", "view", "shortcut", "event"])
async def test_only_a_command_can_run_again(explain, store, kind):
    message = await explain(NotConnected(ANA), replace(COMMAND, kind=kind))
    assert "runs by itself" not in message["text"]
    assert buttons(message) == [CONNECT]
    assert await store.take_commands(ANA, not_before=NOON) == []


async def test_a_command_without_a_place_to_answer_is_not_kept(explain, store):
    await explain(NotConnected(ANA), replace(COMMAND, response_url=""))
    assert await store.take_commands(ANA, not_before=NOON) == []


async def test_somebody_whose_key_close_refuses_is_asked_for_a_new_one(explain):
    message = await explain(Unauthorized(401), BUTTON)
    assert "Close no longer accepts your key" in message["text"]
    assert buttons(message) == [CONNECT]


async def test_somebody_whose_secret_is_lost_is_asked_to_connect(explain):
    message = await explain(SecretLost("internal words"), COMMAND)
    assert "cannot be opened here any more" in message["text"]
    assert buttons(message) == [CONNECT]
