"""The environment: defaults, what is refused, and that no refusal quotes a value."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.settings import Settings, SettingsError, read_settings
from closebot.store import new_key

KEY = "8jTzhKv3qK1sVRzEyKu3bZ2Lr5mYH0PnXcW7dGfAeQ4="
HTTP = {
    "SLACK_BOT_TOKEN": "xoxb-made-up",
    "SLACK_SIGNING_SECRET": "signing-made-up",
    "CLOSEBOT_KEYS": KEY,
}
SOCKET = {
    "SLACK_BOT_TOKEN": "xoxb-made-up",
    "SLACK_APP_TOKEN": "xapp-made-up",
    "CLOSEBOT_KEYS": KEY,
}
OAUTH = {
    "CLOSE_CLIENT_ID": "oa2client_made_up",
    "CLOSE_CLIENT_SECRET": "client-secret-made-up",
    "CLOSEBOT_PUBLIC_URL": "https://closebot.example.com",
}
NAMES = [name.upper() for name in Settings.model_fields]


def refusal(**environ):
    """Return what is said about a good environment with these settings changed."""
    with pytest.raises(SettingsError) as refused:
        read_settings(HTTP | environ)
    return str(refused.value)


def faults(**environ):
    """Return the names that a refusal lists, in its order."""
    return [line.split()[0] for line in refusal(**environ).splitlines()[1:]]


# --- what a good environment becomes ----------------------------------------------------------


def test_defaults():
    settings = read_settings(HTTP)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.close_api_url == "https://api.close.com/api/v1/"
    assert settings.closebot_db == Path("closebot.db")
    assert settings.closebot_command == "/close"
    assert (settings.host, settings.port) == ("0.0.0.0", 3000)
    assert settings.log_level == "INFO"
    assert settings.close_client_id is None
    assert settings.closebot_public_url is None


def test_without_an_app_token_slack_delivers_over_http():
    assert read_settings(HTTP).mode == "http"


def test_with_an_app_token_slack_delivers_over_a_socket():
    assert read_settings(SOCKET).mode == "socket"
    assert read_settings(HTTP | SOCKET).mode == "socket"


def test_every_setting_is_taken_from_the_environment():
    settings = read_settings(
        HTTP
        | SOCKET
        | OAUTH
        | {
            "SLACK_API_URL": "http://127.0.0.1:8802/api/",
            "CLOSE_API_URL": "http://127.0.0.1:8801/api/v1/",
            "CLOSEBOT_DB": "/var/lib/closebot/it.db",
            "CLOSEBOT_COMMAND": "/crm",
            "HOST": "127.0.0.1",
            "PORT": "8080",
            "LOG_LEVEL": "DEBUG",
        }
    )
    assert settings.slack_bot_token.get_secret_value() == "xoxb-made-up"
    assert settings.slack_app_token.get_secret_value() == "xapp-made-up"
    assert settings.slack_signing_secret.get_secret_value() == "signing-made-up"
    assert settings.close_client_id == "oa2client_made_up"
    assert settings.close_client_secret.get_secret_value() == "client-secret-made-up"
    assert settings.closebot_public_url == "https://closebot.example.com/"
    assert settings.slack_api_url == "http://127.0.0.1:8802/api/"
    assert settings.close_api_url == "http://127.0.0.1:8801/api/v1/"
    assert settings.closebot_db == Path("/var/lib/closebot/it.db")
    assert settings.closebot_command == "/crm"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.log_level == "DEBUG"
    assert [name for name in Settings.model_fields if name not in settings.model_fields_set] == []


def test_nothing_is_taken_from_anywhere_else(monkeypatch):
    monkeypatch.setenv("PORT", "1234")
    assert read_settings(HTTP).port == 3000


def test_a_port_that_was_set_is_told_from_the_default():
    assert not read_settings(HTTP).port_given
    assert read_settings(HTTP | {"PORT": "3000"}).port_given


def test_blanks_around_a_value_do_not_count():
    padded = read_settings({name: f" {value}\n" for name, value in (SOCKET | OAUTH).items()})
    assert padded == read_settings(SOCKET | OAUTH)


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_setting_is_as_good_as_none(blank):
    assert read_settings(HTTP | dict.fromkeys({*NAMES} - {*HTTP}, blank)) == read_settings(HTTP)


@pytest.mark.parametrize("name", ["SLACK_API_URL", "CLOSE_API_URL", "CLOSEBOT_PUBLIC_URL"])
@pytest.mark.parametrize("end", ["", "/", "//"])
def test_an_address_ends_in_one_slash(name, end):
    settings = read_settings(HTTP | {name: f"https://example.com/api{end}"})
    assert getattr(settings, name.lower()) == "https://example.com/api/"


@pytest.mark.parametrize("level", ["debug", "Debug", " DEBUG "])
def test_a_level_may_be_written_small(level):
    assert read_settings(HTTP | {"LOG_LEVEL": level}).log_level == "DEBUG"


def test_several_keys_keep_their_order():
    other = new_key()
    keys = read_settings(HTTP | {"CLOSEBOT_KEYS": f"{other}, {KEY},"}).closebot_keys
    assert [key.get_secret_value() for key in keys] == [other, KEY]


def test_a_port_of_zero_takes_a_free_one():
    assert read_settings(HTTP | {"PORT": "0"}).port == 0


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:80"])
def test_a_public_address_on_this_machine_may_be_plain_http(url):
    assert read_settings(HTTP | {"CLOSEBOT_PUBLIC_URL": url}).closebot_public_url == url + "/"


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        read_settings(HTTP).port = 1


def test_settings_do_not_show_their_secrets():
    shown = repr(read_settings(HTTP | SOCKET | OAUTH))
    assert "made-up" not in shown
    assert KEY not in shown


# --- what is refused --------------------------------------------------------------------------


def test_an_empty_environment_is_told_all_that_it_needs():
    with pytest.raises(SettingsError) as refused:
        read_settings({})
    assert str(refused.value) == (
        "closebot cannot start: 3 settings are wrong.\n"
        "  SLACK_BOT_TOKEN  is missing; expected xoxb-… from the Slack app's "
        "“OAuth & Permissions”\n"
        "  CLOSEBOT_KEYS  is missing; `closebot keygen` makes a key\n"
        "  SLACK_SIGNING_SECRET  is missing; HTTP mode needs it (or set SLACK_APP_TOKEN)"
    )


def test_every_fault_is_listed_at_once():
    wrong = {
        "SLACK_BOT_TOKEN": "xoxp-of-a-user",
        "SLACK_SIGNING_SECRET": "",
        "SLACK_API_URL": "slack.com",
        "CLOSE_API_URL": "ftp://api.close.com",
        "CLOSE_CLIENT_ID": "oa2client_made_up",
        "CLOSEBOT_PUBLIC_URL": "http://closebot.example.com",
        "CLOSEBOT_KEYS": "not-a-key",
        "CLOSEBOT_COMMAND": "close",
        "PORT": "http",
        "LOG_LEVEL": "LOUD",
        "CLOSEBOT_COMAND": "/crm",
    }
    said = refusal(**wrong)
    assert said.startswith("closebot cannot start: 11 settings are wrong.\n")
    listed = faults(**wrong)
    assert sorted(listed) == sorted(wrong.keys() - {"CLOSE_CLIENT_ID"} | {"CLOSE_CLIENT_SECRET"})


def test_one_fault_is_not_called_several():
    assert refusal(PORT="x").startswith("closebot cannot start: 1 setting is wrong.\n")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "made-up", "does not look right; expected xoxb-…"),
        ("SLACK_BOT_TOKEN", "xoxb-", "does not look right; expected xoxb-…"),
        ("SLACK_BOT_TOKEN", "xoxb-two words", "does not look right; expected xoxb-…"),
        ("SLACK_APP_TOKEN", "xoxb-made-up", "does not look right; expected xapp-…"),
        ("CLOSEBOT_KEYS", ",", "holds no key; `closebot keygen` makes one"),
        ("CLOSEBOT_KEYS", f"{KEY},x", "key 2 of 2 is not a Fernet key; `closebot keygen` makes"),
        ("CLOSEBOT_KEYS", KEY[:-2], "key 1 of 1 is not a Fernet key"),
        ("CLOSEBOT_COMMAND", "close", "is not a command; expected / and up to 31 small letters"),
        ("CLOSEBOT_COMMAND", "/Close", "is not a command"),
        ("CLOSEBOT_COMMAND", "/close me", "is not a command"),
        ("CLOSEBOT_COMMAND", "/" + "x" * 32, "is not a command"),
        ("PORT", "http", "is not a whole number"),
        ("PORT", "80.5", "is not a whole number"),
        ("PORT", "-1", "must be 0 to 65535"),
        ("PORT", "65536", "must be 0 to 65535"),
        ("PORT", "9" * 5000, "is malformed"),
        ("LOG_LEVEL", "LOUD", "is no level; expected one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("LOG_LEVEL", "10", "is no level"),
        ("CLOSEBOT_PUBLIC_URL", "http://closebot.example.com", "must begin with https://"),
    ],
)
def test_a_malformed_setting_says_what_was_expected(name, value, said):
    message = refusal(**{name: value})
    assert message.splitlines()[1].startswith(f"  {name}  {said}")


@pytest.mark.parametrize("name", ["SLACK_API_URL", "CLOSE_API_URL", "CLOSEBOT_PUBLIC_URL"])
@pytest.mark.parametrize(
    "value",
    [
        "example.com",
        "https://",
        "https:///path",
        "//example.com",
        "file:///etc/passwd",
        "https://example.com:port",
        "https://example.com:99999",
        "https://example.com:0",
        "https://[::1",
        "https://example.com/?query",
        "https://example.com/?",
        "https://example.com/#part",
        "https://user:password@example.com",
        "https://:password@example.com",
        "https://exam ple.com",
        "https://example.com/\tapi",
        "https://exämple.com",
    ],
)
def test_what_is_no_address_is_refused(name, value):
    assert f"  {name}  is not an address; expected https://…" in refusal(**{name: value})


@pytest.mark.parametrize("missing", OAUTH)
def test_oauth_needs_all_three(missing):
    given = {name: value for name, value in OAUTH.items() if name != missing}
    said = f"  {missing}  is missing; OAuth needs all of {', '.join(OAUTH)}"
    assert refusal(**given).splitlines()[1:] == [said]


def test_oauth_is_refused_beside_other_faults():
    assert faults(CLOSE_CLIENT_ID="x", PORT="x") == [
        "PORT",
        "CLOSE_CLIENT_SECRET",
        "CLOSEBOT_PUBLIC_URL",
    ]


def test_a_public_address_alone_asks_for_no_oauth():
    read_settings(HTTP | {"CLOSEBOT_PUBLIC_URL": "https://closebot.example.com"})


def test_an_app_token_that_is_wrong_does_not_ask_for_a_signing_secret():
    assert faults(SLACK_APP_TOKEN="x", SLACK_SIGNING_SECRET="") == ["SLACK_APP_TOKEN"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CLOSEBOT_KEY", "CLOSEBOT_KEYS"),
        ("CLOSEBOT_COMAND", "CLOSEBOT_COMMAND"),
        ("CLOSEBOT_DATABASE", None),
        ("CLOSEBOT_PORT", "PORT"),
        ("CLOSEBOT_LOG_LEVEL", "LOG_LEVEL"),
        ("CLOSEBOT_SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN"),
        ("CLOSEBOT_URL", None),
    ],
)
def test_a_misspelt_name_is_hinted_at(name, meant):
    hint = f"; did you mean {meant}?" if meant else ""
    assert refusal(PORT="x", **{name: "value"}).splitlines()[-1] == (
        f"  {name}  is not a setting{hint}"
    )


def test_a_name_that_a_platform_made_up_stops_nothing():
    read_settings(HTTP | {"CLOSEBOT_SERVICE_HOST": "10.0.0.1", "CLOSEBOT_PORT_3000_TCP": "x"})


def test_the_name_of_the_sandbox_is_not_taken_for_a_mistake():
    assert faults(PORT="x", CLOSEBOT_SANDBOX_KEY="api_made_up") == ["PORT"]


# --- anything at all --------------------------------------------------------------------------

SECRETS = [
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "CLOSE_CLIENT_SECRET",
    "CLOSEBOT_KEYS",
]
# A word that stands nowhere in our own sentences, with anything around it.
MARK = "Zq9Xw7"
anything = st.text(max_size=30)
marked = st.builds(
    lambda start, before, after: f"{start}{before}{MARK}{after}",
    st.sampled_from(["", "xoxb-", "xapp-", "https://", "/", "1", f"{KEY},"]),
    anything,
    anything,
)
plausible = st.sampled_from(
    ["xoxb-1", "xapp-1", KEY, "https://a.example", "/crm", "80", "debug", "", " "]
)


def outcome(environ):
    """Return the settings and no refusal, or no settings and the refusal."""
    try:
        return read_settings(environ), None
    except SettingsError as refused:
        return None, refused


@given(
    st.dictionaries(
        st.sampled_from([*NAMES, "CLOSEBOT_X"]) | st.text(max_size=20).map("CLOSEBOT_".__add__),
        anything | marked | plausible,
    )
)
def test_any_environment_is_either_read_or_refused_without_quoting_it(environ):
    settings, refused = outcome(environ)
    secrets = [getattr(settings, name.lower(), None) for name in SECRETS]
    assert MARK not in f"{secrets} {refused}"
    assert refused is None or str(refused).startswith("closebot cannot start: ")
    assert refused is None or refused.__cause__ is refused.__context__ is None


@pytest.mark.parametrize("name", NAMES)
@given(value=marked)
def test_no_setting_is_quoted_when_it_is_refused(name, value):
    assert MARK not in str(outcome(HTTP | {name: value})[1])
