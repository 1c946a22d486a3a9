"""Connecting by OAuth, through the front door and a browser."""

import logging
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.offering import SECRET, grant_address, open_offering

TYPED = "/close lead Globex"


@pytest.fixture
async def offering(tmp_path):
    async with open_offering(tmp_path) as opened:
        yield opened


def state_of(address):
    return dict(parse_qsl(urlsplit(address).query))["state"]


# --- agreeing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_agreeing_at_close_connects_and_runs_what_was_typed(tmp_path, mode):
    async with open_offering(tmp_path, mode) as workspace:
        ana = workspace.person("ana")
        await ana.command(TYPED)
        await workspace.read(ana, "Connect your Close account first", TYPED)
        await ana.click("Connect")
        await workspace.slack.until(lambda: ana.modal)
        assert "Connect with Close" in ana.modal.buttons
        assert ana.modal.labels == ["Close API key"]
        back = await workspace.agree(grant_address(ana.modal.view.blocks))
        assert back.status == 200
        assert "Ana Novak now acts as Ana Novak of Northwind Sales" in back.text
        assert TYPED in back.text
        await workspace.read(ana, "Globex", "Contacts")
        await workspace.slack.until(lambda: "Connected" in ana.modal.title)
        assert "Connected as Ana Novak of Northwind Sales." in " ".join(ana.modal.texts)
        assert (await workspace.connection(ana)).kind == "oauth"
        assert workspace.slack.violations == []


async def test_an_account_with_another_address_is_warned_of_on_both_sides(offering):
    ana = offering.person("ana")
    offering.slack.user("ana").email = "somebody.else@northwind.example"
    await ana.command("/close connect")
    await offering.slack.until(lambda: ana.modal)
    back = await offering.agree(grant_address(ana.modal.view.blocks))
    assert "In Slack that is somebody.else@northwind.example" in back.text
    assert "in Close ana@northwind.example" in back.text
    await offering.slack.until(lambda: "Connected" in ana.modal.title)
    assert "which is not yours in Slack" in " ".join(ana.modal.texts)


async def test_a_key_is_still_taken_beside_it(offering):
    ana = await offering.connected("ana")
    assert (await offering.connection(ana)).kind == "api_key"
    await ana.command("/close me")
    await offering.read(ana, "ana@northwind.example")


async def test_without_a_client_nothing_is_offered(workspace):
    ana = workspace.person("ana")
    await ana.command("/close connect")
    await workspace.slack.until(lambda: ana.modal)
    assert "Connect with Close" not in ana.modal.buttons
    assert workspace.bot.port == 0


async def test_a_form_that_was_closed_meanwhile_is_answered_by_a_private_message(offering):
    ana = offering.person("ana")
    address = await offering.open_form(ana)
    await ana.close_modal()
    assert (await offering.agree(address)).status == 200
    await offering.read(ana, "Connected as Ana Novak", channel="dm")
    assert ana.modal is None


async def test_the_home_tab_that_is_open_shows_it_at_once(offering):
    ana = offering.person("ana")
    await ana.open_home()
    await offering.slack.until(lambda: ana.home and "Connect" in ana.home.buttons)
    await ana.click("Connect", channel="home")
    await offering.slack.until(lambda: ana.modal)
    assert (await offering.agree(grant_address(ana.modal.view.blocks))).status == 200
    await offering.slack.until(lambda: "You are Ana Novak of" in " ".join(ana.home.texts))
    assert offering.slack.violations == []


async def test_a_form_opens_without_it_while_the_database_cannot_be_written(offering):
    ana = offering.person("ana")
    offering.bot.store._db.execute("PRAGMA query_only = ON")
    assert await offering.open_form(ana) == ""
    assert ana.modal.labels == ["Close API key"]


async def test_two_tabs_connect_twice_without_harm(offering):
    ana = offering.person("ana")
    first = await offering.open_form(ana)
    await ana.close_modal()
    second = await offering.open_form(ana)
    assert state_of(first) != state_of(second)
    assert (await offering.agree(first)).status == 200
    assert (await offering.agree(second)).status == 200
    await offering.slack.until(lambda: "Connected" in ana.modal.title)
    await ana.close_modal()
    await ana.command("/close me")
    await offering.read(ana, "ana@northwind.example")


async def test_a_state_connects_the_person_it_was_made_for_and_nobody_else(offering):
    ana, ben = offering.person("ana"), offering.person("ben")
    address = await offering.open_form(ana)
    await offering.open_form(ben)
    back = await offering.agree(address, login="ben")
    assert "In Slack Ana Novak now acts as Ben Carter" in back.text
    assert (await offering.connection(ana)).close_user_name == "Ben Carter"
    assert await offering.connection(ben) is None


# --- what comes back otherwise ------------------------------------------------------------------


async def test_whoever_declines_reads_so_and_the_link_is_spent(offering):
    ana = offering.person("ana")
    address = await offering.open_form(ana)
    back = await offering.visit(address, deny="1")
    assert (back.status, "You declined at Close" in back.text) == (403, True)
    assert await offering.connection(ana) is None
    assert (await offering.agree(address)).status == 410


async def test_a_link_is_good_once(offering):
    ana = offering.person("ana")
    address = await offering.open_form(ana)
    await offering.agree(address)
    back = await offering.agree(address, login="ben")
    assert (back.status, "used before" in back.text) == (410, True)
    assert (await offering.connection(ana)).close_user_name == "Ana Novak"


async def test_a_link_is_good_for_ten_minutes(offering):
    ana = offering.person("ana")
    address = await offering.open_form(ana)
    offering.clock.move(minutes=10, seconds=1)
    back = await offering.agree(address)
    assert (back.status, "expired" in back.text) == (410, True)
    assert "/close connect" in back.text
    assert await offering.connection(ana) is None
    assert "used before" in (await offering.agree(address)).text


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"state": ""},
        {"state": "made-up", "code": "made-up"},
        {"state": "\x00\ud83d".encode("utf-16", "surrogatepass").decode("latin-1"), "code": "1"},
        {"state": "x" * 5000},
        {"code": "made-up"},
        {"error": "access_denied"},
    ],
)
async def test_what_was_never_begun_is_unknown(offering, query):
    back = await offering.callback(**query)
    assert (back.status, "not known" in back.text) == (400, True)
    assert offering.tokens.asked == []


@pytest.mark.parametrize("code", [None, "", "x" * 3000])
async def test_a_return_without_a_code_is_not_a_connection(offering, code):
    ana = offering.person("ana")
    state = state_of(await offering.open_form(ana))
    back = await offering.callback(state=state, code=code)
    assert (back.status, "did not let closebot in" in back.text) == (400, True)
    assert offering.tokens.asked == []
    assert await offering.connection(ana) is None


async def test_a_code_that_close_does_not_know_is_not_a_connection(offering):
    ana = offering.person("ana")
    state = state_of(await offering.open_form(ana))
    back = await offering.callback(state=state, code="made-up")
    assert (back.status, "Nothing was connected" in back.text) == (400, True)
    assert await offering.connection(ana) is None


async def test_a_code_of_somebody_else_s_browser_is_refused_by_its_proof(offering):
    ana = offering.person("ana")
    state = state_of(await offering.open_form(ana))
    code = offering.close.tokens.make_code(offering.close.user_ids["ben"], "c" * 43, "S256")
    back = await offering.callback(state=state, code=code)
    assert back.status == 400
    assert await offering.connection(ana) is None


async def test_a_close_that_does_not_answer_is_said(offering):
    ana = offering.person("ana")
    offering.tokens.down = True
    back = await offering.agree(await offering.open_form(ana))
    assert (back.status, "Close did not answer" in back.text) == (502, True)
    assert await offering.connection(ana) is None


async def test_a_grant_whose_account_cannot_be_read_is_given_back(offering):
    ana = offering.person("ana")
    offering.close.faults.add(method="GET", path="/me/", status=403)
    back = await offering.agree(await offering.open_form(ana))
    assert back.status == 400
    assert offering.tokens.asked == ["/oauth2/token/", "/oauth2/revoke/"]
    assert offering.close.tokens.refresh == {}


SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.mark.parametrize("name", ["state", "code", "error", "error_description", "more"])
async def test_script_in_a_parameter_is_never_on_the_page(offering, name):
    state = state_of(await offering.open_form(offering.person("ana")))
    back = await offering.callback(**{"state": state, "error": "server_error"} | {name: SCRIPT})
    assert back.status == 400
    assert "alert" not in back.text
    assert "default-src 'none'" in back.headers["Content-Security-Policy"]
    assert back.headers["Referrer-Policy"] == "no-referrer"
    assert back.headers["Cache-Control"] == "no-store"


async def test_script_in_a_name_is_shown_as_text(offering):
    user = offering.close.users[offering.close.user_ids["ana"]]
    user["first_name"], user["last_name"] = "<script>alert(1)</script>", "&amp; Söhne"
    back = await offering.agree(await offering.open_form(offering.person("ana")))
    assert back.status == 200
    assert "<script" not in back.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; Söhne" in back.text


async def test_close_s_own_word_for_an_error_is_shown(offering):
    state = state_of(await offering.open_form(offering.person("ana")))
    back = await offering.callback(state=state, error="temporarily_unavailable")
    assert "Its reason: temporarily_unavailable." in back.text


async def test_a_database_that_is_gone_is_said_on_a_page(offering):
    address = await offering.open_form(offering.person("ana"))
    offering.bot.store._db.execute("PRAGMA query_only = ON")
    back = await offering.agree(address)
    assert (back.status, "own database" in back.text) == (503, True)


# --- another organization -----------------------------------------------------------------------


@pytest.fixture
async def asked(offering):
    """Ana is connected to Northwind, and comes back with an account of Beta Corp."""
    ana = await offering.connected("ana")
    offering.become_another_organization()
    back = await offering.agree(await offering.open_form(ana))
    assert (back.status, "Nothing was changed yet" in back.text) == (200, True)
    await offering.read(ana, "You are connected to Northwind Sales", "Beta Corp", channel="dm")
    assert (await offering.connection(ana)).organization_name == "Northwind Sales"
    return offering, ana


async def test_another_organization_takes_the_place_after_a_yes(asked):
    offering, ana = asked
    await ana.click("Replace", channel="dm")
    await offering.read(ana, "Connected as Ana Novak of Beta Corp", channel="dm")
    found = await offering.connection(ana)
    assert (found.kind, found.organization_name) == ("oauth", "Beta Corp")
    await ana.close_modal()
    await ana.command("/close me")
    await offering.read(ana, "Beta Corp")


async def test_another_organization_may_be_turned_down(asked):
    offering, ana = asked
    await offering.slack.until(lambda: "Replace" in ana.modal.buttons)
    await ana.click("Keep")
    await offering.slack.until(lambda: "Nothing was changed" in " ".join(ana.modal.texts))
    assert (await offering.connection(ana)).kind == "api_key"
    assert offering.close.tokens.refresh == {}
    await ana.click("Replace", channel="dm")
    await offering.read(ana, "Nothing was changed", "answered before", channel="dm")
    assert (await offering.connection(ana)).kind == "api_key"


async def test_the_question_is_good_for_an_hour(asked):
    offering, ana = asked
    offering.clock.move(hours=1, minutes=1)
    await ana.click("Replace", channel="dm")
    await offering.read(ana, "Nothing was changed", channel="dm")
    assert (await offering.connection(ana)).organization_name == "Northwind Sales"
    assert offering.close.tokens.refresh == {}


async def test_a_key_of_another_organization_asks_too(workspace):
    ana = await workspace.connected("ana")
    workspace.close.organization["id"] = "orga_" + "B" * 43
    workspace.close.organization["name"] = "Beta Corp"
    await ana.command("/close connect")
    await workspace.slack.until(lambda: ana.modal)
    await ana.fill("Close API key", workspace.close.keys["ana"])
    await ana.submit()
    await workspace.slack.until(lambda: "Replace" in ana.modal.buttons)
    assert "Northwind Sales" in " ".join(ana.modal.texts)
    await ana.click("Replace")
    await workspace.slack.until(lambda: "Connected as Ana Novak of Beta" in str(ana.modal.texts))
    assert workspace.slack.violations == []


# --- secrets ------------------------------------------------------------------------------------


async def test_no_secret_stands_in_a_log_an_address_or_the_database(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "closebot")
    async with open_offering(tmp_path) as workspace:
        ana = workspace.person("ana")
        address = await workspace.open_form(ana)
        [(name,)] = workspace.bot.store._db.execute("SELECT name FROM oauth_states").fetchall()
        await workspace.agree(address)
        workspace.clock.move(minutes=59)
        await ana.close_modal()
        await ana.command("/close me")
        await workspace.read(ana, "ana@northwind.example")
        connection = await workspace.connection(ana)
        tokens = [*workspace.close.tokens.access, *workspace.close.tokens.refresh]
        assert len(tokens) == 3
        secrets = [*tokens, SECRET, state_of(address)]
        shown = repr(connection) + caplog.text + repr(vars(workspace.bot.people.grants))
        written = b"".join(one.read_bytes() for one in tmp_path.iterdir())
        assert [one for one in secrets if one in shown] == []
        assert [one for one in secrets if one.encode() in written] == []
        assert [one for one in (*tokens, SECRET) if one in address] == []
        assert name not in address
