"""Whatever an app sends as blocks, the sandbox takes and shows it, or says that it is invalid."""

from copy import deepcopy

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from closebot.sandbox.slack_api import SlackSandbox
from tests.sandbox.bolt import (
    actions,
    button,
    client_of,
    field,
    modal,
    opened_page,
    options,
    plain,
    section,
)

OPTIONS = options("one", "two")
GROUPS = [{"label": plain("Both"), "options": OPTIONS}]
EMOJI = {"type": "emoji", "name": "wave", "unicode": "1f44b"}
CONFIRM = {
    "title": plain("Sure?"),
    "text": plain("Really"),
    "confirm": plain("y"),
    "deny": plain("n"),
}
MENU = {"type": "overflow", "options": OPTIONS}
PIECES = [
    {"type": "text", "text": "t", "style": {"bold": True}},
    {"type": "link", "url": "https://a.example", "text": "l"},
    EMOJI,
    {"type": "user", "user_id": "U0ANA00000"},
    {"type": "date", "timestamp": 1795676400, "format": "{date}", "fallback": "f"},
]
RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": PIECES},
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 1,
            "elements": [{"type": "rich_text_section", "elements": PIECES[:1]}],
        },
    ],
}
BAR = {
    "type": "bar",
    "series": [{"name": "a", "data": [{"label": "x", "value": 1}, {"label": "y", "value": -2}]}],
    "axis_config": {"categories": ["x", "y"], "x_label": "q"},
}
PICKED = [
    {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[0]},
    {"type": "checkboxes", "options": OPTIONS},
    {"type": "multi_static_select", "option_groups": GROUPS, "initial_options": OPTIONS},
    {"type": "datepicker", "initial_date": "2026-01-01"},
    {"type": "datetimepicker", "initial_date_time": 1795676400},
    {"type": "conversations_select", "default_to_current_conversation": True},
]
SEEDS = [
    [
        section("*b*", fields=[plain("f")], accessory=button(confirm=CONFIRM)),
        actions(*(one | {"action_id": str(place)} for place, one in enumerate(PICKED))),
    ],
    [RICH, {"type": "header", "text": plain("h")}, {"type": "divider", "block_id": "d"}],
    [
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, RICH]]},
        {"type": "data_visualization", "title": "t", "chart": BAR},
        {"type": "context", "elements": [plain("c")]},
    ],
    [
        field(element={"type": "number_input", "is_decimal_allowed": True, "min_value": "1"}),
        field("other", element={"type": "rich_text_input", "initial_value": RICH}),
    ],
    [
        {"type": "markdown", "text": "x"},
        {"type": "card", "title": plain("t"), "actions": [button()]},
        {"type": "container", "child_blocks": [section("inside", accessory=MENU)]},
        {"type": "carousel", "elements": [{"type": "card", "title": plain("t")}]},
        {
            "type": "context_actions",
            "elements": [{"type": "icon_button", "icon": "trash", "text": plain("x")}],
        },
    ],
]  # fmt: skip
JUNK = [None, 0, -1, 1.5, 1e308, True, "", "x" * 50, "\ud800", "None", "constructor", "9999-99-99",
        [], {}, [None], [[]], [{}], {"type": []}, {"type": "divider"}, plain("j")]  # fmt: skip
NAMES = ("type", "text", "elements", "options", "block_id", "child_blocks", "actions", "extra")


def places(value, at=()):
    """Go through the places of everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inner:
        yield *at, key
        if isinstance(one, dict | list):
            yield from places(one, (*at, key))


@st.composite
def mutants(draw):
    """Take blocks that are well formed, and put something odd into them, or leave something out."""
    blocks = deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from(list(places(blocks)) or [(0,)]))
        holder = blocks
        for key in path:
            holder = holder[key]
        odd = deepcopy(draw(st.sampled_from(JUNK)))
        if isinstance(holder, dict) and draw(st.booleans()):
            holder[draw(st.sampled_from(NAMES))] = odd
        elif isinstance(holder, list) and not holder:
            holder.append(odd)
        elif draw(st.integers(0, 4)):
            holder[last] = odd
        else:
            del holder[last]
    return blocks


async def test_what_is_well_formed_is_taken():
    async with SlackSandbox() as slack:
        client, sales = client_of(slack), slack.channel("sales").id
        for blocks in SEEDS:
            await client.chat_postMessage(channel=sales, text="x", blocks=blocks)
        assert len(slack.member("ana").messages()) == len(SEEDS)
        assert slack.violations == []


@settings(max_examples=40, phases=(Phase.reuse, Phase.generate))
@given(st.lists(mutants(), min_size=10, max_size=10))
async def test_blocks_are_taken_and_can_be_shown_or_they_are_invalid(sent):
    async with SlackSandbox() as slack, opened_page(slack) as page:
        ana, sales = slack.member("ana"), slack.channel("sales").id
        headers = {"Authorization": f"Bearer {slack.bot_token}"}

        async def call(method, **body):
            where = slack.api_url + method
            async with page.session.post(where, headers=headers, json=body) as answer:
                assert answer.status == 200, body
                said = await answer.json()
            assert said["ok"] or said["error"] == "invalid_blocks", body
            return said

        for blocks in sent:
            said = await call("chat.postMessage", channel=sales, text="x", blocks=blocks)
            if said["ok"]:
                assert ana.last().ts == said["ts"]
            await call("blocks.validate", view=modal() | {"blocks": blocks})
        assert len(await page.get("messages")) == len(ana.messages())
