"""A lead's card and a list of leads: what a person reads, and that nothing in Close breaks them."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closebot.cards.lead_parts import say_last_change
from closebot.cards.leads import MOST_LISTED, SHARE, VIEW, lead_card, lead_list, no_lead
from closebot.close import Lead, LeadsFound, Opportunity, Task
from tests.cards.rules import faults, in_words

TODAY = date(2026, 11, 23)  # a Monday
PRAGUE = ZoneInfo("Europe/Prague")
SCHEMA = Path(__file__).parents[3] / "shared" / "slack" / "blockkit" / "message.schema.json"

GLOBEX = {
    "id": "lead_1",
    "name": "Globex & Sons",
    "display_name": "Globex & Sons",
    "url": "https://www.globex.example/",
    "description": "Makes <everything>.",
    "html_url": "https://app.close.com/lead/lead_1/",
    "status_label": "Qualified",
    "created_by_name": "Ben Okafor",
    "contacts": [
        {
            "id": "cont_1",
            "name": "Hank Scorpio",
            "display_name": "Hank Scorpio",
            "title": "CEO",
            "phones": [{"phone": "+14155550100", "phone_formatted": "+1 415-555-0100"}],
            "emails": [{"email": "hank@globex.example"}],
        },
        {"id": "cont_2", "name": "Mindy", "display_name": "Mindy"},
    ],
    "opportunities": [
        {
            "id": "oppo_1",
            "status_label": "Proposal Sent",
            "status_type": "active",
            "value": 1250050,
            "value_currency": "USD",
            "value_period": "one_time",
            "confidence": 75,
            "date_won": "2026-11-27",
            "user_name": "Ana Ruiz",
        },
        {
            "id": "oppo_2",
            "status_label": "Demo",
            "status_type": "active",
            "value": 30000,
            "value_currency": "EUR",
            "value_period": "monthly",
            "user_name": "Ana Ruiz",
        },
        {"id": "oppo_3", "status_label": "Won", "status_type": "won", "value": 99},
    ],
    "tasks": [
        {"id": "task_1", "text": "Send the contract", "date": "2026-12-01"},
        {
            "id": "task_2",
            "text": "Call Hank",
            "date": "2026-11-24T08:30:00+00:00",
            "assigned_to_name": "Ana Ruiz",
        },
    ],
}


def lead(**changed):
    return Lead.model_validate(GLOBEX | changed)


def card(one, **more):
    return lead_card(one, today=TODAY, zone=PRAGUE, **more)


def words_of(**changed):
    """Return the card of a changed Globex in plain words."""
    return in_words(card(lead(**changed)))


def line_of(start, **changed):
    """Return the one line of the card that begins like this."""
    (found,) = [line for line in words_of(**changed).splitlines() if line.startswith(f"*{start}*")]
    return found


# --- a card, as a person reads it -------------------------------------------------------------


def test_a_card_in_plain_words():
    assert (
        words_of()
        == """\
# Globex & Sons
*Status*  Qualified     *Owner*  Ana Ruiz     *Website*  globex.example (https://www.globex.example/)
_Makes <everything>._

*Contacts*
- *Hank Scorpio*, CEO  ·  +1 415-555-0100 (tel:+14155550100)  ·  \
hank@globex.example (mailto:hank@globex.example)
- *Mindy*

*Open opportunities*
- *$12,500.50*  ·  Proposal Sent  ·  75 %  ·  expected to close Fri 27 Nov  ·  Ana Ruiz
- *€300 monthly*  ·  Demo  ·  Ana Ruiz

*Next task*  Call Hank  ·  due tomorrow 09:30  ·  Ana Ruiz
[Add note] [New task] […: New opportunity / Edit / Log call / Activities / Delete]
[Open in Close → https://app.close.com/lead/lead_1/] [Share here asks “Everybody in this \
conversation will see its status, contacts, open opportunities and next task.”]"""
    )


def test_a_card_of_a_lead_that_is_only_a_name():
    assert (
        in_words(card(Lead(id="lead_9", name="Initech")))
        == """\
# Initech
*Status*  none     *Owner*  nobody

*Contacts*  none

*Open opportunities*  none

*Next task*  none
[Add note] [New task] […: New opportunity / Edit / Log call / Activities / Delete]
[Open in Close → https://app.close.com/lead/lead_9/] [Share here asks “Everybody in this \
conversation will see its status, contacts, open opportunities and next task.”]"""
    )


def test_a_card_that_somebody_shared_says_who_and_has_no_button_that_acts():
    lines = in_words(card(lead(), shared_by="Ana Novak")).splitlines()
    assert lines[0] == "_Ana Novak shared a lead from Close_"
    assert lines[1] == "# Globex & Sons"
    assert lines[-1] == "[Open in Close → https://app.close.com/lead/lead_1/]"


def test_the_card_of_a_notification_is_one_escaped_line():
    assert card(lead())["text"] == (
        "Globex &amp; Sons: Qualified  ·  Hank Scorpio and 1 more  ·  2 open opportunities"
    )


@pytest.mark.parametrize(
    ("changed", "owner"),
    [
        ({"custom": {"Lead Owner": "Cy Young"}}, "Cy Young"),
        ({"custom": {"Sales Rep": "Cy Young", "Owner": "Di Moss"}}, "Di Moss"),
        ({"custom": {"Owner": "user_abc"}}, "a colleague"),
        ({"custom": {"Owner": ["Cy Young", "user_abc"]}}, "Cy Young, a colleague"),
        (
            {
                "custom": {"Owner": "user_ed"},
                "tasks": [{"id": "task_1", "assigned_to": "user_ed", "assigned_to_name": "Ed"}],
            },
            "Ed",
        ),
        ({"opportunities": []}, "nobody (created by Ben Okafor)"),
        ({"opportunities": None, "created_by_name": None}, "nobody"),
    ],
)
def test_the_owner_is_found_where_organizations_keep_it(changed, owner):
    assert f"*Owner*  {owner} " in line_of("Status", **changed)


@pytest.mark.parametrize("changed", [{"name": " ", "display_name": "\t"}, {"name": None}])
def test_a_lead_without_a_name_is_untitled(changed):
    assert card(lead(**{"display_name": "", **changed}))["blocks"][0]["text"]["text"] == "Untitled"


def test_an_empty_phone_or_address_is_not_drawn():
    contacts = [{"id": "cont_1", "name": "Jo", "phones": [{"phone": ""}], "emails": [{}]}]
    assert "mailto:" not in words_of(contacts=contacts)
    assert "tel:" not in words_of(contacts=contacts)


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        ([], "none"),
        (None, "none"),
        ([{"id": "task_1", "text": "Call", "is_complete": True}], "none"),
        ([{"id": "task_1", "text": "Call"}], "Call  ·  no date"),
        ([{"id": "task_1", "text": "", "date": "2026-11-20"}],
         "Untitled task  ·  overdue since Fri 20 Nov"),
        ([{"id": "task_1", "text": "Later"}, {"id": "task_2", "text": "Now", "date": "2026-11-23"}],
         "Now  ·  due today"),
        ([{"id": "task_1", "text": "At ten", "date": "2026-11-24T09:00:00"},
          {"id": "task_2", "text": "All day", "date": "2026-11-24"}],
         "All day  ·  due tomorrow"),
    ],
)  # fmt: skip
def test_the_next_task_is_the_open_one_whose_day_comes_first(tasks, said):
    assert line_of("Next task", tasks=tasks) == f"*Next task*  {said}"


def test_many_contacts_and_opportunities_are_counted_not_shown():
    people = [{"id": f"cont_{number}", "name": f"Person {number}"} for number in range(8)]
    deals = [{"id": f"oppo_{number}", "status_type": "active"} for number in range(7)]
    lines = words_of(contacts=people, opportunities=deals).splitlines()
    assert "- *Person 4*" in lines
    assert "- *Person 5*" not in lines
    assert "- _and 3 more in Close_" in lines
    assert "- _and 2 more in Close_" in lines
    assert lines.count("- *no value*  ·  no status") == 5


def test_a_long_description_is_clipped():
    assert "x" * 279 + "…_" in words_of(description="x" * 5000)


# --- lists ------------------------------------------------------------------------------------


def test_a_list_in_plain_words():
    found = LeadsFound(leads=(lead(), lead(id="lead_2", display_name="Globex *EU*", contacts=[])))
    assert (
        in_words(lead_list(found, "globex & co"))
        == """\
*2 leads match* “\u2068globex & co\u2069”
*Globex &amp; Sons*
Qualified  ·  Hank Scorpio and 1 more  ·  2 open opportunities  [View]
Globex *EU*
Qualified  ·  2 open opportunities  [View]"""
    )


def test_a_list_opens_the_card_of_its_row():
    found = LeadsFound(leads=(lead(), lead(id="lead_2")))
    rows = lead_list(found, "globex")["blocks"][1:]
    assert [(row["accessory"]["action_id"], row["accessory"]["value"]) for row in rows] == [
        (VIEW, "lead_1"),
        (VIEW, "lead_2"),
    ]


@pytest.mark.parametrize(
    ("total", "said", "more"),
    [
        (None, "*10 leads match* “\u2068acme\u2069”", []),
        (10, "*10 leads match* “\u2068acme\u2069”", []),
        (0, "*10 leads match* “\u2068acme\u2069”", []),
        (
            431,
            "*431 leads match* “\u2068acme\u2069”",
            ["(The first 10 of 431. More words narrow the search.)"],
        ),
    ],
)
def test_a_list_says_how_many_leads_there_are_beyond_those_shown(total, said, more):
    found = LeadsFound(leads=tuple(lead(id=f"lead_{n}") for n in range(MOST_LISTED)), total=total)
    lines = in_words(lead_list(found, "acme")).splitlines()
    assert lines[0] == said
    assert lines[1 + 2 * MOST_LISTED :] == more


def test_nothing_found_repeats_the_words_and_says_what_to_do():
    assert (
        in_words(no_lead("<b> & co", slash="/close", verb="help"))
        == """\
*No lead matches* “\u2068<b> & co\u2069”. Did you mean /close help? Try fewer words, \
an e-mail address, a phone number or a domain, or make a new lead.
[New lead]"""
    )


# --- whatever stands in Close -----------------------------------------------------------------

HOSTILE = [
    "<!channel>",
    "<!here|hi> <!everyone>",
    "<@U2> <#C1> <!subteam^S1>",
    "<https://evil.example|Globex>",
    "https://evil.example/?a=b&c",
    "*bold* _it_ ~gone~ `code` :tada:",
    "> quoted\n```x```",
    "&amp; &lt;!channel&gt; &",
    "\u202eright to left\u202c",
    "",
    " ",
    "\n\n",
    "👩‍👩‍👧‍👦" * 40,
    "Ångström " * 700,
    "&" * 4000,
    "<" * 4000,
]
texts = st.sampled_from(HOSTILE) | st.text(max_size=200) | st.none()
addresses = texts | st.sampled_from(
    [
        "https://globex.example",
        "http://",
        "javascript:alert(1)",
        "https://globex.example/" + "x" * 4000,
        "https://globex.example/<!channel>",
        "globex.example",
    ]
)
# Far from the ends of the calendar, where no zone has a clock.
FIRST, LAST = (datetime.fromisoformat(day) for day in ("1900-01-01", "2200-01-01"))
days = st.dates().map(date.isoformat)
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC)).map(datetime.isoformat)
amounts = st.none() | st.integers(-(10**18), 10**18)


def up_to(count, **fields):
    """Make up to so many objects of these fields; None stands for what Close left out."""
    return st.none() | st.lists(
        st.fixed_dictionaries({"id": st.just("x_1")} | fields), max_size=count
    )


phones = st.lists(st.fixed_dictionaries({"phone": texts, "phone_formatted": texts}), max_size=3)
emails = st.lists(st.fixed_dictionaries({"email": texts}), max_size=3)
contacts = up_to(7, name=texts, display_name=texts, title=texts, phones=phones, emails=emails)
opportunities = up_to(
    7,
    status_label=texts,
    status_type=st.sampled_from(["active", "won", "lost"]),
    value=amounts,
    value_currency=st.sampled_from(["USD", "EUR", "JPY", "XXX", ""]),
    value_period=st.sampled_from(["one_time", "monthly", "annual", None]),
    confidence=st.none() | st.integers(0, 100),
    date_won=st.none() | days,
    user_name=texts,
)
tasks = up_to(
    4,
    text=texts,
    date=st.none() | days | moments,
    is_complete=st.booleans(),
    assigned_to_name=texts,
)
leads = st.fixed_dictionaries(
    {
        "id": st.just("lead_1"),
        "name": texts,
        "display_name": texts,
        "url": addresses,
        "description": texts,
        "status_label": texts,
        "created_by_name": texts,
        "custom": st.dictionaries(st.sampled_from(["Lead Owner", "Owner"]), texts, max_size=2),
        "contacts": contacts,
        "opportunities": opportunities,
        "tasks": tasks,
    }
).map(Lead.model_validate)
lists_of_leads = st.builds(
    LeadsFound,
    leads=st.lists(leads, min_size=1, max_size=MOST_LISTED + 2).map(tuple),
    total=st.none() | st.integers(0, 10**9),
)
UNHURRIED = settings(deadline=None)
UNHURRIED_LISTS = settings(deadline=None, max_examples=30)
SHARERS = st.sampled_from(["", "U1"])


@UNHURRIED
@given(leads, SHARERS)
def test_slack_takes_the_card_of_any_lead_and_acts_on_nothing_in_it(one, shared_by):
    assert faults(card(one, shared_by=shared_by)) == []


@UNHURRIED_LISTS
@given(lists_of_leads, texts.filter(bool))
def test_slack_takes_a_list_of_any_leads_and_acts_on_nothing_in_it(found, words):
    assert faults(lead_list(found, words)) == []


@given(texts.filter(bool), texts.filter(bool))
def test_slack_takes_any_words_that_nothing_was_found_for(words, verb):
    assert faults(no_lead(words, slash="/close", verb="help")) == []


@pytest.fixture(scope="module")
def schema():
    if not SCHEMA.is_file():
        pytest.skip("Slack's Block Kit schemas are not beside this clone")
    return jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))


@UNHURRIED
@given(leads, SHARERS)
def test_the_card_of_any_lead_is_valid_block_kit(schema, one, shared_by):
    assert [fault.message for fault in schema.iter_errors(card(one, shared_by=shared_by))] == []


@UNHURRIED_LISTS
@given(lists_of_leads, texts.filter(bool))
def test_a_list_of_any_leads_is_valid_block_kit(schema, found, words):
    assert [fault.message for fault in schema.iter_errors(lead_list(found, words))] == []


@given(texts.filter(bool))
def test_any_words_that_nothing_was_found_for_are_valid_block_kit(schema, words):
    message = no_lead(words, slash="/close")
    assert [fault.message for fault in schema.iter_errors(message)] == []


def test_only_the_private_card_can_be_shared():
    def ids(message):
        return [button["action_id"] for button in message["blocks"][-1]["elements"]]

    assert SHARE in ids(card(lead()))
    assert SHARE not in ids(card(lead(), shared_by="U1"))


def test_what_changed_last_is_told_from_the_lead_itself():
    moment = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    old = moment - timedelta(days=3)
    deal = Opportunity(id="oppo_1", date_updated=moment)
    task = Task(id="task_1", date_updated=old)
    told = [
        say_last_change(one, date(2026, 11, 23), ZoneInfo("UTC"))
        for one in (
            Lead(id="lead_1"),
            Lead(id="lead_1", date_updated=old, tasks=(task,)),
            Lead(id="lead_1", date_updated=moment, tasks=(task,)),
            Lead(id="lead_1", date_updated=moment + timedelta(seconds=1), opportunities=(deal,)),
        )
    ]
    assert told == [
        "",
        "Task changed  ·  Fri 20 Nov 09:30",
        "Lead changed  ·  today 09:30",
        "Opportunity changed  ·  today 09:30",
    ]
