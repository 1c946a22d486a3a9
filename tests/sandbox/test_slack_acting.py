"""What people do while the app is slow, and where it does not expect them."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from closebot.sandbox.slack_api import SlackSandbox
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.typed import escape_typed, rich_blocks
from closebot.sandbox.world import World
from tests.sandbox.bolt import (
    actions,
    button,
    client_of,
    connected,
    field,
    menu,
    modal,
    opened_page,
    opens,
    options,
    section,
)


@pytest.fixture
async def slack():
    async with SlackSandbox(ack_within=5.0) as sandbox:
        yield sandbox


@pytest.fixture
async def app(slack):
    async with connected(slack) as made:
        yield made


@pytest.fixture
async def page(slack):
    async with opened_page(slack) as opened:
        yield opened


@pytest.fixture
def client(slack):
    return client_of(slack)


# --- menus that the app fills -----------------------------------------------------------------


async def test_what_is_shown_can_be_picked_when_an_older_answer_comes_last(app, page, slack):
    opens(app, modal(field(element=menu("value"))))
    asked, let_go, taken = asyncio.Event(), asyncio.Event(), []

    @app.options("value")
    async def suggest(ack, body):
        typed = body["value"]
        if typed == "a":
            asked.set()
            await let_go.wait()
        await ack(options=options(*(f"{typed}-{number}" for number in range(3))))

    @app.view("form")
    async def save(ack, view):
        taken.append(view["state"]["values"]["name"]["value"]["selected_option"])
        await ack()

    await slack.member("ana").command("/form")
    await slack.until(lambda: slack.member("ana").modal)
    place = {"block_id": "name", "action_id": "value"}
    older = asyncio.create_task(page.post("suggest", **place, typed="a"))
    await asked.wait()
    shown = await page.post("suggest", **place, typed="acme")
    assert [one["value"] for one in shown["options"]] == ["acme-0", "acme-1", "acme-2"]
    let_go.set()
    assert (await older)["ok"]
    assert await page.post("submit", values={"name": {"value": "acme-1"}}) == {"ok": True}
    assert [one["value"] for one in taken] == ["acme-1"]


async def test_what_an_app_never_offered_cannot_be_picked(app, page, slack):
    opens(app, modal(field(element=menu("value"))))

    @app.options("value")
    async def suggest(ack, body):
        await ack(options=options(*(f"{body['value']}-{number}" for number in range(100))))

    await slack.member("ana").command("/form")
    await slack.until(lambda: slack.member("ana").modal)
    place = {"block_id": "name", "action_id": "value"}
    for number in range(11):
        await page.post("suggest", **place, typed=f"x{number}")
    said = await page.post("fill", **place, value="y-1")
    assert said["error"].startswith("no option 'y-1'")
    assert (await page.post("fill", **place, value="x10-99")) == {"ok": True}
    # A thousand are remembered, of which these were the first.
    assert (await page.post("fill", **place, value="x0-0"))["ok"] is False


# --- modals that are closed while the app thinks ----------------------------------------------

FROM_ACK = modal(section("from the ack"), title="From the ack")
REPLIES = [
    {},
    {"response_action": "clear"},
    {"response_action": "push", "view": FROM_ACK},
    {"response_action": "update", "view": FROM_ACK},
    {"response_action": "errors", "errors": {"name": "No."}},
]


@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("then", ["another", "nothing"])
async def test_the_ack_of_a_closed_modal_does_nothing_to_another(app, slack, reply, then):
    optional = field(optional=True)
    opens(app, modal(optional), modal(optional, title="Other"))
    asked, let_go = asyncio.Event(), asyncio.Event()

    @app.view("form")
    async def save(ack):
        asked.set()
        await let_go.wait()
        await ack(**reply)

    ana = slack.member("ana")
    await ana.command("/form")
    await slack.until(lambda: ana.modal)
    submitting = asyncio.create_task(ana.submit())
    await asked.wait()
    await ana.close_modal()
    if then == "another":
        await ana.command("/form")
        await slack.until(lambda: ana.modal)
    let_go.set()
    await submitting
    assert [ana.modal.title, ana.modal.errors] == ["Other", {}] if ana.modal else then == "nothing"
    assert slack.violations == []
    assert ana.notices == []


async def test_a_field_that_the_app_took_away_does_not_hold_up_the_form(app, client, page, slack):
    opens(app, modal(field("a", "A"), field("b", "B")))
    taken = []

    @app.view("form")
    async def save(ack, view):
        taken.append(view["state"]["values"])
        await ack()

    ana = slack.member("ana")
    await ana.command("/form")
    await slack.until(lambda: ana.modal)
    await client.views_update(view_id=ana.modal.view.id, view=modal(field("a", "A")))
    said = await page.post("submit", values={"a": {"value": "x"}, "b": {"value": "y"}})
    assert said == {"ok": True}
    assert taken == [{"a": {"value": {"type": "plain_text_input", "value": "x"}}}]


# --- attachments ------------------------------------------------------------------------------


@pytest.fixture
def heard(app):
    """Collect what an app hears that has a button and a menu."""
    told = []

    @app.options("lead")
    async def suggest(ack):
        await ack(options=options("Acme", "Globex"))

    @app.action("go")
    @app.action("lead")
    @app.action("stage")
    async def act(ack, action, body):
        await ack()
        told.append((action["action_id"], body["state"]["values"]))

    return told


def attached():
    stages = {"type": "static_select", "action_id": "stage", "options": options("Won", "Lost")}
    chosen = stages | {"initial_option": options("Won")[0]}
    return {"blocks": [section(accessory=button()), actions(menu(), chosen)]}


async def use_all(page, slack, heard):
    """Press the button and pick from the menu, as the page shows them."""
    (message,) = await page.get("messages")
    first, second = message["attachments"][0]["blocks"]
    place = {"ts": message["ts"], "block_id": first["block_id"], "action_id": "go"}
    assert await page.post("action", **place) == {"ok": True}
    place |= {"block_id": second["block_id"], "action_id": "lead"}
    shown = await page.post("suggest", **place, typed="ac")
    assert [one["value"] for one in shown["options"]] == ["Acme", "Globex"]
    assert await page.post("fill", **place, value="Acme") == {"ok": True}
    assert await page.post("action", **place, selected="Acme") == {"ok": True}
    await slack.until(lambda: len(heard) == 2)
    (_, before), (_, after) = heard
    held = before[second["block_id"]]
    assert held["stage"]["selected_option"]["value"] == "Won"
    assert held["lead"]["selected_option"] is None
    assert after[second["block_id"]]["lead"]["selected_option"]["value"] == "Acme"
    assert slack.violations == []


@pytest.mark.parametrize("edited", [False, True])
async def test_blocks_in_an_attachment_can_be_used(client, heard, page, slack, edited):
    where = slack.channel("sales").id
    first = [{"text": "x"}] if edited else [attached()]
    posted = await client.chat_postMessage(channel=where, text="x", attachments=first)
    if edited:
        await client.chat_update(channel=where, ts=posted["ts"], text="x", attachments=[attached()])
    await use_all(page, slack, heard)


async def test_blocks_below_a_link_can_be_used(app, client, heard, page, slack):
    @app.event("link_shared")
    async def share(event):
        assert event["links"]

    said = await slack.member("ben").say("see https://a.example/x")
    where = slack.channel("sales").id
    unfurls = {"https://a.example/x": attached()}
    await client.chat_unfurl(channel=where, ts=said.ts, unfurls=unfurls)
    await use_all(page, slack, heard)


# --- what is typed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/form\nlead Acme", "lead Acme"),
        ("/form\tlead  Acme\n", "lead  Acme"),
        ("/form \n lead Acme", "lead Acme"),
        ("/form", ""),
    ],
)
async def test_a_command_ends_at_any_white_space(app, page, slack, typed, words):
    heard = []

    @app.command("/form")
    async def form(ack, command):
        heard.append(command["text"])
        await ack()

    assert await page.post("command", text=typed) == {"ok": True}
    assert heard == [words]
    assert slack.violations == []


@pytest.mark.parametrize("typed", [" /form lead", "\n/form lead"])
async def test_a_command_after_a_space_is_a_message(app, page, slack, typed):
    assert await page.post("command", text=typed) == {"ok": True}
    assert slack.member("ben").last().text == "/form lead"
    assert [entry.kind for entry in slack.log] == ["call"]  # the app connected


@pytest.mark.parametrize(("verb", "start"), [("say", ""), ("command", "/form ")])
async def test_nobody_writes_more_than_slack_takes(app, page, slack, verb, start):
    heard = []

    @app.command("/form")
    async def form(ack, command):
        heard.append(len(command["text"]))
        await ack()

    ana = slack.member("ana")
    text = start + "a" * (12_001 - len(start))
    refused = await page.post(verb, text=text)
    notice = "That is too long: Slack takes at most 12,000 characters at once."
    assert refused == {"ok": False, "error": notice}
    assert ana.notices == [notice]
    assert (heard, ana.last()) == ([], None)
    assert (await page.post(verb, text=text[:-1]))["ok"]
    assert heard == [11_994] if start else len(ana.last().text) == 12_000


def test_a_long_word_is_read_at_once():
    state = State(World(), now=lambda: datetime.now(UTC), token=str, bot_name="x")
    began = time.perf_counter()
    word = "a" * 200_000
    assert escape_typed(state, word) == word
    known = "<mailto:{0}|{0}> or <mailto:{1}|{1}>"
    addresses = ("a.b-c+d@e-f.example", "more@g.example")
    assert escape_typed(state, " or ".join(addresses)) == known.format(*addresses)
    for marks in ("*a ", "_a *b ", "~a"):
        (block,) = rich_blocks(marks * 40_000, "b")
        assert block["elements"]
    assert time.perf_counter() - began < 10
