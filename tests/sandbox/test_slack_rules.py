"""What the Slack sandbox takes as blocks, attachments and unfurls, and what it refuses."""

import pytest
from slack_sdk.errors import SlackApiError

from closebot.sandbox.slack_api import SlackSandbox
from closebot.sandbox.slack_api.blocks import check_message
from tests.sandbox.bolt import (
    actions,
    client_of,
    connected,
    field,
    modal,
    opened_page,
    opens,
    options,
    plain,
    section,
)


@pytest.fixture
async def slack():
    async with SlackSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def client(slack):
    return client_of(slack)


@pytest.fixture
async def page(slack):
    async with opened_page(slack) as opened:
        yield opened


async def refusal(awaited):
    with pytest.raises(SlackApiError) as caught:
        await awaited
    return caught.value.response


# --- blocks that are none ---------------------------------------------------------------------

MALFORMED = {
    "no list": {"type": "divider"},
    "no object": [None],
    "a type that is a list": [{"type": []}],
    "a type that is an object": [{"type": {}}],
    "buttons that are a number": [{"type": "card", "actions": 5}],
    "inner blocks that are a number": [{"type": "section", "child_blocks": 5}],
    "an inner block without a type": [{"type": "section", "child_blocks": [{}]}],
    "no elements": [{"type": "context_actions", "elements": None}],
    "cards that are numbers": [{"type": "carousel", "elements": [5]}],
    "one id twice": [
        {"type": "divider", "block_id": "None"},
        {"type": "divider", "block_id": "None"},
        {"type": "divider"},
    ],
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_malformed_blocks_are_refused_wherever_they_are_sent(client, slack, name):
    blocks, sales = MALFORMED[name], slack.channel("sales").id
    sent = await refusal(client.chat_postMessage(channel=sales, text="x", blocks=blocks))
    assert sent["error"] == "invalid_blocks"
    attached = [{"blocks": blocks}]
    sent = await refusal(client.chat_postMessage(channel=sales, text="x", attachments=attached))
    assert sent["error"] == "invalid_blocks"
    checked = await refusal(client.blocks_validate(blocks=blocks))
    assert [set(one) for one in checked["errors"]]
    home = {"type": "home", "blocks": blocks}
    shown = await refusal(client.views_publish(user_id=slack.user("ana").id, view=home))
    assert shown["error"] == "invalid_arguments"


@pytest.mark.parametrize("view", [{"type": []}, {"type": {}}, {"type": None}, [], 5])
async def test_a_view_of_no_type_is_refused(client, slack, view):
    assert (await refusal(client.blocks_validate(view=view)))["error"] == "invalid_blocks"
    shown = await refusal(client.views_publish(user_id=slack.user("ana").id, view=view))
    assert shown["error"] == "invalid_arguments"


async def test_malformed_blocks_in_an_acknowledgement_are_a_violation(slack):
    async with connected(slack) as app:

        @app.command("/form")
        async def answer(ack):
            await ack(text="x", blocks=[{"type": "section", "child_blocks": [{}]}])

        ana = slack.member("ana")
        await ana.command("/form")
        assert ana.last() is None
        assert "the acknowledgement of a command was no message" in slack.violations[0]


# --- elements ---------------------------------------------------------------------------------

OPTIONS = options("one", "two")
OTHER = options("three")[0]
GROUPS = [{"label": plain("Both"), "options": OPTIONS}]


def select(kind="static_select", **more):
    offered = {} if "option_groups" in more or "external" in kind else {"options": OPTIONS}
    return {"type": kind, "action_id": "value"} | offered | more


def number(**more):
    return {"type": "number_input", "is_decimal_allowed": True} | more


GOOD = {
    "an option": select(initial_option=OPTIONS[1]),
    "an option of a group": select(option_groups=GROUPS, initial_option=OPTIONS[0]),
    "an option as Slack sends it back": select(
        initial_option=OPTIONS[0] | {"text": plain("one") | {"emoji": True}}
    ),
    "several options": select("multi_static_select", initial_options=OPTIONS),
    "ticks": select("checkboxes", initial_options=OPTIONS[:1]),
    "one of a few": select("radio_buttons", initial_option=OPTIONS[1]),
    "what the app knows alone": select("external_select", initial_option=OTHER),
    "a day": {"type": "datepicker", "initial_date": "2028-02-29"},
    "a time": {"type": "timepicker", "initial_time": "23:59"},
    "bounds": number(min_value="-10", max_value="0.25", initial_value="0"),
}
BAD = {
    "no option": select(initial_option=OTHER),
    "no option of a group": select(option_groups=GROUPS, initial_option=OTHER),
    "an option with other words": select(initial_option=OPTIONS[0] | {"text": plain("uno")}),
    "an option with other details": select(
        initial_option=OPTIONS[0] | {"description": plain("the first")}
    ),
    "not all of them": select("multi_static_select", initial_options=[*OPTIONS, OTHER]),
    "no tick": select("checkboxes", initial_options=[OTHER]),
    "none of a few": select("radio_buttons", initial_option=OTHER),
    "no month": {"type": "datepicker", "initial_date": "9999-99-99"},
    "no leap year": {"type": "datepicker", "initial_date": "2026-02-29"},
    "a day in other digits": {"type": "datepicker", "initial_date": "٢٠٢٦-٠١-٠١"},
    "no hour": {"type": "timepicker", "initial_time": "24:00"},
    "a time in other digits": {"type": "timepicker", "initial_time": "09:3٠"},
    "a least that is no number": number(min_value="abc"),
    "a most that is no number": number(max_value="1e5"),
    "a start in other digits": number(initial_value="٥"),
    "bounds the wrong way round": number(min_value="2", max_value="1.5"),
}


async def test_what_an_element_holds_at_the_start_can_be_picked_in_it(client):
    for name, element in GOOD.items():
        checked = await client.blocks_validate(view=modal(field(element=element)))
        assert checked["ok"], name


@pytest.mark.parametrize("name", BAD)
async def test_what_cannot_be_picked_is_not_there_at_the_start(client, name):
    checked = await refusal(client.blocks_validate(view=modal(field(element=BAD[name]))))
    (error,) = checked["errors"]
    assert error["pointer"].startswith("/view/blocks/0/element/")


async def test_a_number_is_typed_in_the_digits_that_slack_takes(slack):
    async with connected(slack) as app:
        opens(app, modal(field(element=number(action_id="value", min_value="1"))))
        ana = slack.member("ana")
        await ana.command("/form")
        for typed in ("٥", "five"):
            await ana.fill("Name", typed)
            await ana.submit()
            assert ana.modal.errors == {"Name": "Please enter a number."}
        await ana.fill("Name", "0.5")
        await ana.submit()
        assert ana.modal.errors == {"Name": "Please enter a number of 1 or more."}


@pytest.mark.parametrize(
    ("kind", "picked"),
    [
        ("datepicker", ["2026-02-30", "9999-99-99", ["2026-02-01"], {}, "٢٠٢٦-٠١-٠١"]),
        ("timepicker", ["99:99", "24:00", 9, {"a": 1}]),
        ("datetimepicker", [1.5, True, "soon", "9" * 5000, [[]], {"value": 1}, ["v", "v"]]),
    ],
)
async def test_a_picker_hands_out_nothing_but_days_and_times(client, page, slack, kind, picked):
    block = actions({"type": kind, "action_id": "it"}) | {"block_id": "B"}
    sales = slack.channel("sales").id
    sent = await client.chat_postMessage(channel=sales, text="x", blocks=[block])
    for value in picked:
        for verb in ("fill", "action"):
            where = {"ts": sent["ts"], "block_id": "B", "action_id": "it"}
            said = await page.post(verb, **where, value=value)
            assert not said["ok"]
            assert "cannot be picked" in said["error"]
    assert slack.violations == []


EMOJI = {"type": "emoji", "name": "wave"}


def rich(**more):
    part = {"type": "rich_text_section", "elements": [EMOJI | more]}
    return [{"type": "rich_text", "elements": [part]}]


async def test_an_emoji_is_named_by_its_code_points(client):
    for code in ("1f44b", "1f44b-1f3fb", "2764-fe0f", "1F44B"):
        assert (await client.blocks_validate(blocks=rich(unicode=code)))["ok"]
    for code in ("zz-1f600", "110000", "", "1f44b-", "-", "x" * 50):
        checked = await refusal(client.blocks_validate(blocks=rich(unicode=code)))
        assert checked["errors"][0]["field"] == "unicode"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_no_number_is_without_end(value):
    (problem,) = check_message(
        [{"type": "table", "rows": [[{"type": "raw_number", "value": value}]]}]
    )
    assert problem.message == "must be finite"


# --- attachments and unfurls ------------------------------------------------------------------

ODD_ATTACHMENTS = [
    {"text": {"x": 1}},
    {"fallback": 5},
    {"title": ["x"], "text": "x"},
    {"pretext": True},
    {"color": ["good"], "text": "x"},
    {"footer": 1, "text": "x"},
    {"title": "x", "title_link": {}},
    {"fields": {"title": "x"}},
    {"fields": ["x"]},
]


@pytest.mark.parametrize("attachment", ODD_ATTACHMENTS, ids=str)
async def test_an_attachment_that_cannot_be_shown_is_refused(client, slack, attachment):
    sales = slack.channel("sales").id
    sent = client.chat_postMessage(channel=sales, text="x", attachments=[attachment])
    refused = await refusal(sent)
    assert refused["error"] == "invalid_attachments"
    assert "[json-pointer:/attachments/0/" in refused["response_metadata"]["messages"][0]
    assert "chat.postMessage was sent what Slack does not take" in slack.violations[0]
    assert slack.member("ana").last() is None


async def test_an_attachment_of_an_older_app_is_taken(client, slack):
    attachment = {
        "color": "#36a64f",
        "pretext": "Before",
        "title": "Title",
        "title_link": "https://a.example",
        "text": "Text",
        "fields": [{"title": "Size", "value": 5, "short": True}],
        "footer": None,
        "ts": 1700000000,
    }
    sales = slack.channel("sales").id
    await client.chat_postMessage(channel=sales, text="x", attachments=[attachment])
    assert "Before\nTitle\nText" in slack.member("ana").last().text


URL = "https://app.close.com/lead/lead_1/?a=1&b=2"


async def test_a_link_unfolds_under_the_address_of_the_event_alone(client, slack):
    shared = await slack.member("ana").say(f"Look: {URL}")
    where = {"channel": slack.channel("sales").id, "ts": shared.ts}
    shown = {"blocks": [section("The lead")]}
    for other in ("h", "Look", "https://app.close.com/lead/lead_1/", URL, ""):
        refused = await refusal(client.chat_unfurl(**where, unfurls={other: shown}))
        assert refused["error"] == "cannot_unfurl_url"
    for odd in ({"text": 5}, {"fields": 5}, {"color": {}}, "x"):
        refused = await refusal(client.chat_unfurl(**where, unfurls={escaped(URL): odd}))
        assert refused["error"] == "invalid_unfurls_format"
    await client.chat_unfurl(**where, unfurls={escaped(URL): shown})
    assert "The lead" in slack.member("ben").last().text


def escaped(url):
    return url.replace("&", "&amp;")
