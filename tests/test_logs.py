"""What is in the log, and what never is."""

import asyncio
import gc
import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncApp

from closebot import logs
from closebot.logs import SafeFormatter, strike_secrets
from closebot.store import Vault, new_key

KEY = new_key()
NAMED = logging.Logger.manager.loggerDict
SEALED = Vault([KEY]).seal(("T1", "U1"), "text")


@pytest.fixture
def logged(capsys):
    """Configure logging as the product does; returns what reads the log. Puts everything back."""
    levels = {name: one.level for name, one in known_loggers().items()}
    for name, one in known_loggers().items():
        if name:  # an application that another test made may have set its own
            one.setLevel(logging.NOTSET)

    def configure(level):
        logs.configure(level)
        return lambda: capsys.readouterr().err

    yield configure
    for name, one in known_loggers().items():
        one.setLevel(levels.get(name, logging.NOTSET))
        one.filters = []
        one.handlers = [kept for kept in one.handlers if not is_ours(kept)]


def known_loggers():
    return {"": logging.root} | {name: logging.getLogger(name) for name in [*NAMED]}


def is_ours(handler):
    return isinstance(handler.formatter, SafeFormatter)


def formatted(message="it failed", error=None, **more):
    """Return a record as the log shows it."""
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("closebot", logging.ERROR, "f.py", 1, message, (), exc_info, **more)
    return SafeFormatter("%(message)s").format(record)


def raised(error, cause=None):
    """Return an exception that was raised, so that it has a traceback."""
    try:
        raise error from cause
    except type(error) as caught:
        return caught


# --- secrets ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "struck"),
    [
        ("token xoxb-17-42-AbC used", "token [secret] used"),
        ("token=xoxp-1-2-3-abc", "token=[secret]"),
        ("xoxe.xoxb-1-MSAz and xoxe-1-MSAz", "xoxe.[secret] and [secret]"),
        ("app token 'xapp-1-A0B-17-c0ffee'", "app token '[secret]'"),
        ("key api_3fTqVmpUoBcvh.6uPZNRc1Y", "key [secret]"),
        ("Authorization: Basic YXBpX3NlY3JldDo=", "Authorization: [secret]"),
        ("authorization: bearer abc.def-ghi_jkl", "authorization: [secret]"),
        ("wss://wss-primary.slack.com/link/?ticket=ab-12%2F&app_id=A1", "ticket=[secret]&app_id="),
        ("https://hooks.slack.com/commands/T1/2/abc sent", "https://hooks.slack.com/[secret] sent"),
        ("https://hooks.slack.com/actions/T1/2/abc", "https://hooks.slack.com/[secret]"),
        (f"CLOSEBOT_KEYS={KEY},{KEY}", "CLOSEBOT_KEYS=[secret],[secret]"),
        (f"sealed {SEALED}.", "sealed [secret]."),
    ],
)
def test_what_looks_like_a_secret_is_struck_out(line, struck):
    assert struck in strike_secrets(line)


@pytest.mark.parametrize(
    "line",
    [
        "command lead: NotFound",
        "3f9a1c in action leads.view",
        "closebot 0.1.0 is running (http://0.0.0.0:3000/slack/events)",
        "GET api.close.com/api/v1/me/ answered 200 in 0.1 s",
        "api_key of team T01234567 and user U01234567",
    ],
)
def test_an_ordinary_line_stays_as_it_is(line):
    assert strike_secrets(line) == line


@given(st.text(), st.text(), st.binary(min_size=32, max_size=32).map(lambda raw: raw.hex()))
def test_a_token_is_struck_out_wherever_it_stands(before, after, token):
    line = strike_secrets(f"{before} xoxb-{token} {after} api_{token} hooks.slack.com/{token}")
    assert token not in line


def test_a_secret_among_the_arguments_of_a_line_is_struck_out(logged):
    read = logged("INFO")
    logging.getLogger("closebot.test").info("%s and %r", "xoxb-1-2", {"key": "api_12345678.abc"})
    assert read().endswith("closebot.test [secret] and {'key': '[secret]'}\n")


# --- tracebacks -------------------------------------------------------------------------------


def test_a_traceback_has_frames_and_kinds_but_no_words():
    shown = formatted(error=raised(ValueError("what somebody typed")))
    assert "what somebody typed" not in shown
    assert "test_logs.py" in shown
    assert shown.startswith("it failed\n")
    assert shown.endswith("builtins.ValueError")


def test_a_cause_is_shown_without_its_words():
    shown = formatted(error=raised(KeyError("typed here"), raised(OSError("and typed there"))))
    assert "typed here" not in shown
    assert "typed there" not in shown
    assert re.search(r"builtins\.KeyError\ncaused by\n(?s:.*)builtins\.OSError$", shown)


def test_a_context_is_shown_unless_it_was_suppressed():
    error = raised(KeyError("typed"))
    error.__context__ = OSError("typed")
    error.__suppress_context__ = False
    assert formatted(error=error).endswith("caused by\nbuiltins.OSError")
    error.__suppress_context__ = True
    assert formatted(error=error).endswith("builtins.KeyError")


def test_exceptions_that_caused_each_other_end():
    one, other = KeyError("typed"), OSError("typed")
    one.__cause__, other.__cause__ = other, one
    assert formatted(error=one).count("caused by") == 1


def test_words_that_another_formatter_left_behind_are_not_shown():
    error = raised(ValueError("what somebody typed"))
    exc_info = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("closebot", logging.ERROR, "f.py", 1, "it failed", (), exc_info)
    assert "what somebody typed" in logging.Formatter().format(record)
    assert "what somebody typed" not in SafeFormatter().format(record)


async def test_a_lost_task_is_named_without_the_words_of_its_exception(logged):
    read = logged("INFO")

    async def fail(words):
        raise ValueError(words)

    task = asyncio.create_task(fail("what (somebody)> typed\non two lines"))
    await asyncio.wait([task])
    del task
    gc.collect()
    shown = read()
    assert "Task exception was never retrieved" in shown
    assert "exception=ValueError(…)" in shown
    assert "builtins.ValueError" in shown
    assert "somebody" not in shown
    assert "two lines" not in shown


# --- levels -----------------------------------------------------------------------------------


def test_a_line_has_its_moment_level_and_place(logged):
    read = logged("INFO")
    logging.getLogger("closebot.errors").warning("careful")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} WARNING closebot\.errors careful\n",
        read(),
    )


def test_configuring_again_does_not_write_twice(logged):
    logged("INFO")
    read = logged("INFO")
    logging.getLogger("closebot").info("once")
    assert read().count("once") == 1


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
def test_closebot_has_the_level_that_was_asked_for(logged, level):
    logged(level)
    assert logging.getLogger("closebot.slack.router").getEffectiveLevel() == getattr(logging, level)


LIBRARIES = [
    "aiohttp.server",
    "asyncio",
    "httpx",
    "slack_bolt.AsyncApp",
    "slack_sdk.web",
    "another",
]


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_prints_no_debugging_even_when_closebot_does(logged, name):
    read = logged("DEBUG")
    logging.getLogger(name).debug("a whole payload")
    assert read() == ""


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_is_as_quiet_as_closebot(logged, name):
    read = logged("ERROR")
    logging.getLogger(name).warning("careful")
    logging.getLogger(name).error("broken")
    shown = read()
    assert "careful" not in shown
    assert "broken" in shown


@pytest.mark.parametrize("name", ["httpx", "aiohttp.access"])
def test_addresses_with_what_was_searched_for_are_not_logged(logged, name):
    read = logged("DEBUG")
    logging.getLogger(name).info("GET https://api.close.com/api/v1/lead/?query=jane@acme.com")
    assert read() == ""


def test_bolt_made_at_level_debug_prints_no_payload_and_no_needless_warning(logged):
    read = logged("DEBUG")

    async def authorize():
        raise AssertionError("not called here")

    app = AsyncApp(authorize=authorize, token="xoxb-made-up", process_before_response=True)
    app.logger.debug("a whole payload")
    logging.getLogger("slack_bolt.AsyncMessageListenerMatches").debug("a whole payload")
    assert read() == ""
