"""The table of docs/audience.md, line by line, and what stands behind it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from closebot.audience import (
    FIELDS,
    KINDS,
    NOTES,
    RECORDS,
    Audience,
    CrowdedPlace,
    Guest,
    GuestPlace,
    HiddenPlace,
    LatePlace,
    Machine,
    Outsider,
    SharedPlace,
    Unrecognized,
    UntoldPlace,
    Withheld,
)
from closebot.slack import kit
from closebot.slack.kit import find_marks, mark
from closebot.slack.outgoing import SlackFailed
from closebot.slack.payloads import Call, read_call
from closebot.slack.public import Public, Undeclared, declare, read_method
from closebot.store import Connection, Owner, Store, Vault, new_key

ROOT = Path(__file__).parents[1]
CONTENTS = ("names and numbers", "descriptions", "custom fields", "notes")
SECRETS = {
    "names and numbers": "Acme Corporation",
    "descriptions": "Their-board-is-<!channel>-split",
    "custom fields": "Field-of-<!here>-Ana",
    "notes": "Will-pay-<!everyone>-more",
}


def read_table():
    text = (ROOT / "docs" / "audience.md").read_text()
    table = re.search(r"<!-- table -->\n(.*?)<!-- /table -->", text, re.DOTALL)[1]
    for line in table.splitlines()[2:]:
        who, where, what, outcome, sentence = [cell.strip() for cell in line.strip("|").split("|")]
        for content in CONTENTS if what == "anything" else [what]:
            yield who, where, content, outcome, sentence


TABLE = list(read_table())


# --- the people and places of the table -------------------------------------------------------


async def member(workspace):
    return await workspace.connected("ana")


async def untold_member(workspace):
    ana = await workspace.connected("ana")
    let_time_pass(workspace)
    await ana.command("/close me")  # seen once more, as somebody who is connected
    await workspace.read(ana, "Ana Novak")
    let_time_pass(workspace)
    workspace.slack.faults.fail("users.info", times=99)
    return ana


async def untold_stranger(workspace):
    workspace.slack.faults.fail("users.info", times=99)
    return workspace.person("ben")


async def unknown(workspace):
    workspace.slack.faults.fail("users.info", error="user_not_found", times=99)
    return workspace.person("ben")


def turned(**changes):
    """Return somebody who was a connected member, and is something else since."""

    async def turn(workspace):
        ana = await workspace.connected("ana")
        for name, value in changes.items():
            setattr(workspace.slack.user("ana"), name, value)
        let_time_pass(workspace)
        return ana

    return turn


def let_time_pass(workspace):
    """Let what Slack said grow older than it is trusted."""
    audience = workspace.bot.audience
    for kept in (audience._people, audience._places._known):
        for key, (at, said) in list(kept._kept.items()):
            kept._kept[key] = (at - timedelta(minutes=6), said)


PEOPLE = {
    "full member": member,
    "full member whom Slack does not tell": untold_member,
    "stranger whom Slack does not tell": untold_stranger,
    "guest of one channel": turned(role="guest"),
    "guest of several channels": turned(role="guest_of_several"),
    "person of another company": turned(role="stranger", team_id="T0FABRIKAM"),
    "person whom Slack does not know": unknown,
    "deactivated person": turned(deleted=True),
    "bot": turned(is_bot=True),
}


async def allow(workspace, place, where):
    mia = workspace.person("mia")
    await mia.command("/close allow", channel=place)
    await workspace.read(mia, "Allowed", channel=place)
    if "since" in where:
        workspace.slack.channel(place).shared = True
        let_time_pass(workspace)
    if "no longer" in where:
        await mia.command("/close allow off", channel=place)
        await workspace.read(mia, "No longer allowed", channel=place)


async def place_of(workspace, where):
    """Make a place of the table, and return its key."""
    slack = workspace.slack
    if where == "private channel without closebot":
        slack.channel("deal-desk").members.discard(slack.user("bot").id)
    elif where == "channel another company is invited to":
        slack.channel("sales").pending = True
    elif "allowed" in where:
        await allow(workspace, "design" if "guests" in where else "ext-fabrikam", where)
    elif where == "channel with more than 200 people":
        slack.channel("sales").members |= {f"U{number}" for number in range(200)}
    elif where == "direct message with a colleague":
        return slack.talk("ana", "ben").id
    elif where == "group message":
        return slack.talk("ana", "ben", "mia").id
    elif where == "channel, app lacks its scope":
        slack.scopes.remove("channels:read")
    elif where == "channel of which Slack does not tell":
        slack.faults.delay("conversations.info", 1.5, times=9)
    named = {
        "private channel with closebot": "deal-desk",
        "private channel without closebot": "deal-desk",
        "channel shared with another company": "ext-fabrikam",
        "shared channel that an admin allowed": "ext-fabrikam",
        "shared channel that is no longer allowed": "ext-fabrikam",
        "channel with guests": "design",
        "channel with guests that an admin allowed": "design",
        "channel allowed for guests and shared since": "design",
        "direct message with closebot": "dm",
    }
    return named.get(where, "sales")


def plant(workspace):
    """Let the lead and its deal hold something of each kind."""
    lead = next(one for one in workspace.close.leads.values() if one["name"] == "Acme Corporation")
    lead["description"] = SECRETS["descriptions"]
    owner = next(
        field
        for field in workspace.close.store.custom_fields.values()
        if field["name"] in ("Lead Owner", "Account Owner", "Owner", "Sales Rep")
    )
    lead[f"custom.{owner['id']}"] = SECRETS["custom fields"]
    for deal in workspace.close.opportunities.values():
        deal["note"] = SECRETS["notes"]


def public_posts(workspace):
    slack = workspace.slack._state
    return [
        str((post.text, post.blocks))
        for post in slack.posts
        if post.by_bot and not post.audience and not post.channel.startswith("D0")
    ]


def said_to(person, channel):
    return " ".join(message.text for message in person.messages(channel) if message.ephemeral)


async def show_privately(workspace, person, content, channel):
    """Let somebody look a card up: that of a deal for a note, otherwise that of a lead."""
    said = "/close opps" if content == "notes" else "/close lead Acme Corporation"
    before = len(person.messages(channel))
    await person.command(said, channel=channel)
    await workspace.slack.until(lambda: len(person.messages(channel)) > before)
    card = person.last(channel)
    if "Acme Corporation: $12,500.50" in card.text:
        await person.click("View", row="Acme Corporation: $12,500.50", channel=channel)
        await workspace.read(person, "Value  $12,500.50 one-time", channel=channel)


@pytest.mark.parametrize(("who", "where", "what", "outcome", "sentence"), TABLE)
async def test_the_table_of_the_docs_holds(workspace, who, where, what, outcome, sentence):
    plant(workspace)
    person = await PEOPLE[who](workspace)
    channel = await place_of(workspace, where)
    asked = len(workspace.close.requests)
    secret = SECRETS[what]
    if where == "private answer":
        await show_privately(workspace, person, what, channel)
        words = sentence or secret
        said = await workspace.slack.until(
            lambda: [one for one in person.messages(channel) if words in one.text]
        )
        assert all(one.ephemeral for one in said)
        if outcome == "refused":
            assert not any(secret in one.text for one in person.messages(channel))
            assert len(workspace.close.requests) == asked
        assert public_posts(workspace) == []
    else:
        await show_privately(workspace, person, what, channel)
        await workspace.slack.until(lambda: secret in str(person.last(channel).text))
        await person.click("Share here", channel=channel)
        if outcome == "refused":
            await workspace.slack.until(
                lambda: any(sentence in one.text for one in person.messages(channel))
            )
            assert public_posts(workspace) == []
        else:
            await workspace.slack.until(lambda: "You shared this" in said_to(person, channel))
            [post] = public_posts(workspace)
            assert (secret in post) is (outcome == "shown")
            assert not any(SECRETS[one] in post for one in CONTENTS[1:])
    assert list(workspace.slack.pings) == []
    assert workspace.slack.violations == []


def test_the_table_has_every_role_and_place():
    assert {row[0] for row in TABLE} == set(PEOPLE)
    assert {row[3] for row in TABLE} == {"shown", "left out", "refused"}


# --- every way in is closed to whoever is no full member any more ------------------------------


async def test_a_guest_finds_every_way_in_closed(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Globex", "Contacts")
    message = await ben.say("Call me")
    workspace.slack.user("ana").role = "guest"
    let_time_pass(workspace)
    asked = len(workspace.close.requests)

    async def told(count):
        def heard():
            everything = [*ana.messages("sales"), *ana.messages("dm")]
            return sum("nothing for guests" in one.text for one in everything) == count

        await workspace.slack.until(heard)

    for count, words in enumerate(("Add note", "Share here", "Log call"), start=1):
        card = next(one for one in ana.messages() if words in one.buttons or "Contacts" in one.text)
        await press(ana, card, words)
        await told(count)
    await ana.command("/close connect")
    await told(4)
    await ana.shortcut("new_opportunity")
    await told(5)
    await ana.message_shortcut(message_shortcut(workspace), message)
    await told(6)
    assert ana.modal is None
    assert len(workspace.close.requests) == asked
    assert public_posts(workspace) == []


async def press(person, card, words):
    """Press a button of an older message."""
    post = next(one for one in person._posts("sales") if one.ts == card.ts)
    newest = person._posts("sales")[-1]
    post_blocks, newest_blocks = post.blocks, newest.blocks
    if post is newest:
        await person.click(words)
        return
    newest.blocks, post.blocks = post_blocks, newest_blocks
    try:
        await person.click(words)
    finally:
        newest.blocks, post.blocks = newest_blocks, post_blocks


def message_shortcut(workspace):
    declared = workspace.bot.router.declared
    return next(one.key for one in declared if one.kind == "message_shortcut")


async def test_a_guest_s_open_form_and_its_menus_do_nothing(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close opp new Globex")
    await workspace.slack.until(lambda: ana.modal and "Lead" in ana.modal.labels)
    workspace.slack.user("ana").role = "guest"
    let_time_pass(workspace)
    asked = len(workspace.close.requests)
    assert await ana.suggest("Lead", "Acme") == []
    await ana.fill("Value", "5k")
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal and "guests" in str(ana.modal.errors))
    assert len(workspace.close.requests) == asked


async def test_one_look_at_somebody_lasts_for_minutes(workspace):
    ana = await workspace.connected("ana")

    def looks():
        return sum(one.name == "users.info" for one in workspace.slack.log)

    before = looks()
    for _ in range(3):
        await ana.command("/close help")
    await workspace.slack.until(lambda: len(ana.messages()) >= 3)
    assert looks() == before


async def test_a_slow_slack_does_not_hold_up_the_ack(workspace):
    workspace.slack.faults.delay("users.info", 0.8)
    ben = workspace.person("ben")
    await ben.command("/close help")
    ack = next(one for one in workspace.slack.log if one.kind == "delivery")
    assert ack.ms < 500
    await workspace.read(ben, "/close lead")
    assert ben.notices == []


# --- what replaces a message that others read ---------------------------------------------------


async def test_what_is_not_shared_never_replaces_a_public_message():
    body = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "container": {"type": "message", "is_ephemeral": False},
        "message": {"ts": "1.1"},
        "actions": [{"action_id": "leads.view", "type": "button", "value": "x"}],
    }
    assert read_call(body, "/close").in_public
    private = body | {"container": {"type": "message", "is_ephemeral": True}}
    assert not read_call(private, "/close").in_public
    assert not read_call(body | {"channel": {"id": "D1"}}, "/close").in_public
    assert read_call(body | {"container": {"type": "message_attachment"}}, "/close").in_public


# --- the parts --------------------------------------------------------------------------------


class Slack:
    """A Slack that answers as it was told to."""

    def __init__(self, **answers):
        self.answers = {"conversations_members": {"members": ["U1"]}} | answers
        self.asked = []

    async def call(self, method, **arguments):
        self.asked.append(method)
        answer = self.answers[method.replace(".", "_")]
        answer = answer(**arguments) if callable(answer) else answer
        if isinstance(answer, str):
            raise SlackFailed(method, answer)
        return answer


NOW = datetime(2030, 1, 2, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "x.db", Vault([new_key()]))
    yield opened
    opened.close()


def audience_of(store, now=lambda: NOW, identity=None, **answers):
    slack = Slack(**answers)
    own = {"team_id": "T1"} if identity is None else identity
    return Audience(slack, store, own, now), slack


def profile(**more):
    return {"user": {"id": "U1", "team_id": "T1"} | more}


def command(**more):
    said = {"command": "/close", "user_id": "U1", "team_id": "T1"} | more
    return Call("command", "lead", "T1", "U1", "/close", body=said)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"is_restricted": True}, Guest),
        ({"is_restricted": True, "is_ultra_restricted": True}, Guest),
        ({"is_stranger": True}, Outsider),
        ({"team_id": "T2"}, Outsider),
        ({"is_bot": True}, Machine),
        ({"is_workflow_bot": True}, Machine),
        ({"id": "USLACKBOT"}, Machine),
        ({"id": ""}, Unrecognized),
    ],
)
async def test_whoever_is_no_full_member_is_refused(store, said, refusal):
    audience, _ = audience_of(store, users_info=profile(**said))
    with pytest.raises(refusal):
        await audience.admit(command())


async def test_a_foreign_team_in_the_payload_is_enough(store):
    audience, slack = audience_of(store, users_info=profile())
    with pytest.raises(Outsider):
        await audience.admit(command(team_id="T2"))
    click = {"type": "block_actions", "user": {"id": "U1", "team_id": "T2"}}
    with pytest.raises(Outsider):
        await audience.admit(Call("action", "x", "T1", "U1", "/close", body=click))
    assert slack.asked == []


async def test_on_grid_the_enterprise_counts_and_not_the_team(store):
    grid = {"team_id": "T1", "enterprise_id": "E1"}
    own = profile(team_id="T9", enterprise_user={"enterprise_id": "E1"})
    audience, _ = audience_of(store, identity=grid, users_info=own)
    await audience.admit(command(team_id="T9"))
    foreign = profile(team_id="T9", enterprise_user={"enterprise_id": "E2"})
    audience, _ = audience_of(store, identity=grid, users_info=foreign)
    with pytest.raises(Outsider):
        await audience.admit(command(team_id="T9"))


@pytest.mark.parametrize("key", ["user_change", "app_uninstalled", "tokens_revoked"])
async def test_what_is_told_about_people_is_heard(store, key):
    audience, slack = audience_of(store, users_info=profile(deleted=True))
    await audience.admit(Call("event", key, "T1", "U1", "/close"))
    assert slack.asked == []


async def test_whoever_was_a_member_goes_on_while_slack_is_silent_also_after_a_restart(store):
    owner = Owner("T1", "U1")
    await store.save_connection(
        Connection(owner, "api_key", "k", "user_1", "Ana", "orga_1", "Org", "UTC", NOW, NOW)
    )
    audience, _ = audience_of(store, users_info=profile())
    await audience.admit(command())
    silent, _ = audience_of(store, users_info="fatal_error")
    await silent.admit(command())
    became_guest, _ = audience_of(store, users_info=profile(is_restricted=True))
    with pytest.raises(Guest):
        await became_guest.admit(command())
    silent, _ = audience_of(store, users_info="fatal_error")
    with pytest.raises(Unrecognized):
        await silent.admit(command())


async def test_whoever_never_connected_is_told_to_try_again(store):
    audience, _ = audience_of(store, users_info=profile())
    await audience.admit(command())
    silent, _ = audience_of(store, users_info="fatal_error")
    with pytest.raises(Unrecognized):
        await silent.admit(command())


async def test_people_and_places_are_forgotten_when_there_are_many(store):
    audience, _ = audience_of(store, users_info=profile())
    for number in range(5100):
        await audience.find_standing(Owner("T1", f"U{number}"))
    assert len(audience._people._kept) == 5000


def public(channel="C1", holds=(RECORDS,), marks=()):
    return Public(channel, frozenset(holds), frozenset(marks), {})


def channel_info(**more):
    return {"channel": {"id": "C1", "is_ext_shared": False} | more}


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (channel_info(is_ext_shared=True), SharedPlace),
        (channel_info(is_pending_ext_shared=True), SharedPlace),
        (channel_info(pending_shared=["T2"]), SharedPlace),
        (channel_info(is_mpim=True), UntoldPlace),
        (channel_info(is_ext_shared=None), UntoldPlace),
        ({"channel": None}, LatePlace),
        ("channel_not_found", HiddenPlace),
        ("missing_scope", UntoldPlace),
        ("fatal_error", LatePlace),
    ],
)
async def test_where_others_read_or_slack_does_not_tell_nothing_goes(store, answer, refusal):
    audience, _ = audience_of(store, conversations_info=answer)
    with pytest.raises(refusal):
        await audience.pass_on(public())


async def test_a_channel_of_the_company_is_asked_about_every_five_minutes(store):
    moment = [NOW]
    answer = channel_info(is_org_shared=True, is_shared=True)
    told = {"conversations_info": answer, "users_info": profile()}
    audience, slack = audience_of(store, lambda: moment[0], **told)
    await audience.pass_on(public())
    await audience.pass_on(public())
    once = ["conversations.info", "conversations.members"]
    assert slack.asked == [*once, "users.info"]
    moment[0] += timedelta(minutes=6)
    await audience.pass_on(public())
    assert slack.asked == [*once, "users.info", *once]


def people_of(**others):
    """Return a Slack in whose channel some full members are, and `others` by their id."""

    def show(user):
        return {"user": {"id": user, "team_id": "T1"} | others.get(user, {})}

    def list_them(cursor="", **_):
        everybody = [*(f"U{number}" for number in range(30)), *others]
        start = int(cursor or 0)
        more = str(start + 12) if start + 12 < len(everybody) else ""
        page = everybody[start : start + 12]
        return {"members": page, "response_metadata": {"next_cursor": more}}

    told = {"conversations_info": channel_info(), "users_info": show}
    return told | {"conversations_members": list_them}


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"is_restricted": True}, GuestPlace),
        ({"is_ultra_restricted": True}, GuestPlace),
        ({"is_stranger": True}, SharedPlace),
        ({"team_id": "T2"}, SharedPlace),
    ],
)
async def test_one_among_many_readers_is_enough(store, other, refusal):
    audience, _ = audience_of(store, **people_of(UZ=other))
    with pytest.raises(refusal):
        await audience.pass_on(public())


@pytest.mark.parametrize("other", [{}, {"is_bot": True}, {"deleted": True}])
async def test_members_bots_and_whoever_has_left_are_no_obstacle(store, other):
    audience, _ = audience_of(store, **people_of(UZ=other))
    await audience.pass_on(public())


async def test_a_reader_is_known_for_an_hour_and_until_slack_tells_of_a_change(store):
    moment = [NOW]
    other = {}
    audience, slack = audience_of(store, lambda: moment[0], **people_of(UZ=other))
    await audience.pass_on(public("C1"))
    slack.asked.clear()
    other["is_restricted"] = True
    await audience.pass_on(public("C2"))
    assert "users.info" not in slack.asked
    audience.forget_person("UZ")
    with pytest.raises(GuestPlace):
        await audience.pass_on(public("C3"))
    moment[0] += timedelta(minutes=61)
    slack.asked.clear()
    with pytest.raises(GuestPlace):
        await audience.pass_on(public("C1"))
    assert "users.info" in slack.asked


async def test_of_a_crowd_slack_is_not_asked_who_each_one_is(store):
    crowd = {f"UX{number}": {} for number in range(171)}
    audience, slack = audience_of(store, **people_of(**crowd))
    with pytest.raises(CrowdedPlace):
        await audience.pass_on(public())
    assert "users.info" not in slack.asked


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"conversations_members": "fatal_error"}, LatePlace),
        ({"conversations_members": "missing_scope"}, UntoldPlace),
        ({"users_info": "ratelimited"}, LatePlace),
        ({"users_info": {"user": None}}, LatePlace),
        ({"users_info": "user_not_found"}, SharedPlace),
    ],
)
async def test_where_slack_does_not_say_who_the_readers_are_nothing_goes(store, told, refusal):
    audience, _ = audience_of(store, **people_of() | told)
    with pytest.raises(refusal):
        await audience.pass_on(public())


async def test_what_is_allowed_for_guests_is_not_for_another_company(store):
    told = people_of(UZ={"is_restricted": True})
    audience, slack = audience_of(store, **told)
    await audience.allow("C1", GuestPlace)
    await audience.pass_on(public())
    slack.answers["conversations_info"] = channel_info(is_ext_shared=True)
    later, _ = audience_of(store, **slack.answers)
    with pytest.raises(SharedPlace):
        await later.pass_on(public())
    await later.allow("C1", SharedPlace)
    await later.pass_on(public())
    guests, _ = audience_of(store, **told)
    await guests.pass_on(public())
    await guests.allow("C1", None)
    with pytest.raises(GuestPlace):
        await guests.pass_on(public())


async def test_what_slack_did_not_tell_is_asked_again_at_once(store):
    audience, slack = audience_of(store, conversations_info="channel_not_found")
    with pytest.raises(HiddenPlace):
        await audience.pass_on(public())
    slack.answers |= {"conversations_info": channel_info(), "users_info": profile()}
    await audience.pass_on(public())


@pytest.mark.parametrize(("holds", "marks"), [([NOTES], []), ([RECORDS], [FIELDS])])
async def test_what_is_for_one_person_is_kept_back_from_others(store, holds, marks):
    audience, slack = audience_of(store, conversations_info=channel_info())
    with pytest.raises(Withheld):
        await audience.pass_on(public(holds=holds, marks=marks))
    assert slack.asked == []


async def test_a_digest_for_a_guest_is_kept_back(store):
    audience, _ = audience_of(store, users_info=profile(is_restricted=True))
    with pytest.raises(Guest):
        await audience.pass_on(public("U1"))


def test_what_is_public_has_to_be_declared():
    with pytest.raises(Undeclared):
        read_method("chat.postMessage", {"channel": "C1"}, None)
    with pytest.raises(Undeclared):
        read_method("chat.unfurl", {"channel": "D1"}, None)
    with pytest.raises(Undeclared):
        declare("C1", {}, ())
    assert read_method("chat.postMessage", {"channel": "U1"}, None) is None
    assert read_method("chat.update", {"channel": "D1"}, [RECORDS]) is None
    assert read_method("users.info", {"user": "U1"}, None) is None
    assert read_method("chat.update", {"channel": "C1"}, [RECORDS]).channel == "C1"
    assert read_method("chat.postMessage", {"channel": "U1"}, [RECORDS]).channel == "U1"


def test_a_mark_is_found_wherever_it_stands():
    piece = mark(kit.words("said"), NOTES)
    message = kit.message("x", [kit.rich(kit.line(kit.words("a"), piece))])
    assert find_marks(message) == {NOTES}
    assert find_marks(kit.message("x", [kit.rich(kit.line(kit.words("a")))])) == frozenset()


def test_cards_mark_with_kinds_that_the_gate_knows():
    cards = (ROOT / "closebot" / "cards").glob("*.py")
    marked = re.findall(
        r'kit\.mark\([^\n]*"([a-z ]+)"\)', "\n".join(one.read_text() for one in cards)
    )
    assert set(marked) == KINDS - {RECORDS}
