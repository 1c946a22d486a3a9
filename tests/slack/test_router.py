import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from closebot.slack import kit
from closebot.slack.feature import Feature
from closebot.slack.forms import Ask, Done, Errors, Form, Show
from closebot.slack.inflight import Inflight
from closebot.slack.payloads import Call
from closebot.slack.router import Clash, Router


class NoteForm(Form):
    note: str


async def explain(error, call):
    return kit.sentence(f"failed: {type(error).__name__}")


class Desk:
    """A router in a Bolt app before a small Slack."""

    def __init__(self, slack, feature, *, places=200, grace=5.0, longest=5.0, **more):
        self.slack = slack
        self.inflight = Inflight(places)
        self.router = Router(
            slash="/close",
            outgoing=slack.outgoing,
            inflight=self.inflight,
            explain=explain,
            providers={"now": lambda _: 7},
            grace=grace,
            longest=longest,
            **more,
        )
        self.router.attach([feature])

        async def authorize():
            return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-test")

        self.app = AsyncApp(
            client=slack.outgoing.web,
            authorize=authorize,
            process_before_response=True,
            request_verification_enabled=False,
        )
        self.router.listen(self.app)

    async def send(self, body):
        return await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))

    def command(self, text):
        return self.send(
            {
                "command": "/close",
                "text": text,
                "user_id": "U1",
                "team_id": "T1",
                "trigger_id": "1.2.3",
                "response_url": self.slack.url + "response",
            }
        )

    def click(self, action_id, view=None, **more):
        action = {"action_id": action_id, "type": "button", "value": "v"} | more
        place = {"view": view} if view else {"response_url": self.slack.url + "response"}
        return self.send(
            {
                "type": "block_actions",
                "user": {"id": "U1"},
                "team": {"id": "T1"},
                "trigger_id": "1.2.3",
                "actions": [action],
                **place,
            }
        )

    def suggest(self, action_id, typed):
        return self.send(
            {
                "type": "block_suggestion",
                "user": {"id": "U1"},
                "team": {"id": "T1"},
                "action_id": action_id,
                "block_id": "b",
                "value": typed,
            }
        )

    def submit(self, callback_id, note="hello", view_id="V1", private_metadata=""):
        return self.send(
            {
                "type": "view_submission",
                "user": {"id": "U1"},
                "team": {"id": "T1"},
                "view": {
                    "id": view_id,
                    "type": "modal",
                    "callback_id": callback_id,
                    "private_metadata": private_metadata,
                    "title": {"type": "plain_text", "text": "Note"},
                    "blocks": [kit.text_input("note", "Note")],
                    "state": {"values": {"note": {"value": {"type": "x", "value": note}}}},
                },
            }
        )


@pytest.fixture
def feature():
    return Feature("notes")


def declare(feature, verb, **more):
    return feature.command(verb, usage=verb, help="Does it", **more)


async def test_a_command_is_acked_before_its_body_runs(small_slack, feature):
    gate = asyncio.Event()

    @declare(feature, "wait")
    async def wait(respond):
        await gate.wait()
        await respond(kit.sentence("done"))

    desk = Desk(small_slack, feature)
    answer = await desk.command("wait")
    assert answer.status == 200
    assert small_slack.posted == []
    gate.set()
    await small_slack.until(lambda: small_slack.posted)
    assert small_slack.posted[0]["text"] == "done"
    assert small_slack.posted[0]["response_type"] == "ephemeral"


async def test_a_body_that_fails_at_once_loses_neither_ack_nor_sentence(small_slack, feature):
    @declare(feature, "fail")
    async def fail():
        raise ValueError

    answer = await Desk(small_slack, feature).command("fail")
    assert answer.status == 200
    await small_slack.until(lambda: small_slack.posted)
    assert small_slack.posted[0]["text"] == "failed: ValueError"


async def test_a_provider_that_fails_is_told_too(small_slack, feature):
    @declare(feature, "fail")
    async def fail(words):
        raise AssertionError("never runs")

    desk = Desk(small_slack, feature)

    def no_words(call):
        raise LookupError

    desk.router._providers["words"] = no_words
    await desk.command("fail")
    await small_slack.until(lambda: small_slack.posted)
    assert small_slack.posted[0]["text"] == "failed: LookupError"


async def test_a_body_that_never_ends_is_stopped_and_told(small_slack, feature):
    @declare(feature, "hang")
    async def hang():
        await asyncio.Event().wait()

    await Desk(small_slack, feature, longest=0.01).command("hang")
    await small_slack.until(lambda: small_slack.posted)
    assert small_slack.posted[0]["text"] == "failed: TimeoutError"


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("lead Acme Corp", "lead", "Acme Corp"),
        ("LEAD Acme", "lead", "Acme"),
        ("lead new Acme", "lead new", "Acme"),
        ("lead   new", "lead new", ""),
        ("lead newer", "lead", "newer"),
        ("acme  corp", "lead", "acme  corp"),
        ("leads", "lead", "leads"),
        ("", "help", ""),
        ("   ", "help", ""),
        ("lead", "lead", ""),
    ],
)
def test_the_longest_known_verb_wins(small_slack, feature, text, key, words):
    @declare(feature, "lead", otherwise=True)
    async def lead(): ...

    @declare(feature, "lead new")
    async def new(): ...

    @declare(feature, "help", bare=True)
    async def show(): ...

    desk = Desk(small_slack, feature)
    call = desk.router.find(Call("command", "", "T1", "U1", "/close", words=text.strip()))
    assert (call.key, call.words) == (key, words)


async def test_two_answers_for_one_key_are_refused_at_start(small_slack, feature):
    @declare(feature, "lead")
    async def one(): ...

    @declare(feature, "lead")
    async def two(): ...

    with pytest.raises(Clash, match="declared by notes and by notes"):
        Desk(small_slack, feature)


async def test_a_parameter_that_nobody_provides_is_refused_at_start(small_slack, feature):
    @declare(feature, "lead")
    async def one(respnd): ...

    with pytest.raises(Clash, match="respnd"):
        Desk(small_slack, feature)


async def test_a_full_house_says_so_in_the_ack(small_slack, feature):
    gate = asyncio.Event()

    @declare(feature, "wait")
    async def wait():
        await gate.wait()

    desk = Desk(small_slack, feature, places=1)
    await desk.command("wait")
    answer = await desk.command("wait")
    assert "try again in a moment" in answer.body
    gate.set()
    await desk.inflight.drain(1)


async def test_a_click_in_a_full_house_is_answered(small_slack, feature):
    gate = asyncio.Event()

    @feature.action("go")
    async def go():
        await gate.wait()

    desk = Desk(small_slack, feature, places=1)
    await desk.click("go")
    await desk.click("go")
    await small_slack.until(lambda: small_slack.posted)
    assert small_slack.posted[0]["text"] == "failed: Busy"
    gate.set()
    await desk.inflight.drain(1)


async def test_a_button_of_another_version_is_answered(small_slack, feature):
    answer = await Desk(small_slack, feature).click("gone")
    assert answer.status == 200
    await small_slack.until(lambda: small_slack.posted)
    assert small_slack.posted[0]["text"] == "failed: Unanswered"


async def test_a_button_with_an_address_only_needs_its_ack(small_slack, feature):
    desk = Desk(small_slack, feature)
    answer = await desk.click("link.open", url="https://app.close.com/")
    assert answer.status == 200
    assert len(desk.inflight) == 0


async def test_a_malformed_payload_is_acked_and_left_aside(small_slack, feature, caplog):
    desk = Desk(small_slack, feature)
    await desk.send({"type": "block_actions", "user": {"id": 5}, "actions": [{"action_id": "a"}]})
    assert "a payload was left aside" in caplog.text


async def test_a_spent_response_address_becomes_a_private_message(small_slack, feature):
    @declare(feature, "say")
    async def say(respond):
        await respond(kit.sentence("hello"))

    small_slack.response_status = 404
    await Desk(small_slack, feature).command("say")
    await small_slack.until(lambda: small_slack.calls)
    method, sent = small_slack.calls[0]
    assert method == "chat.postMessage"
    assert sent["channel"] == "U1"
    assert sent["text"] == "hello"


async def test_a_shared_answer_is_never_turned_into_a_private_one(small_slack, feature):
    @declare(feature, "share")
    async def share(respond):
        await respond(kit.sentence("hello"), shared=True, holds=["records"])

    small_slack.response_status = 404
    await Desk(small_slack, feature).command("share")
    await small_slack.until(lambda: small_slack.calls)
    assert small_slack.posted[0]["response_type"] == "in_channel"
    assert small_slack.calls[0][1]["text"] == "failed: SlackFailed"


@pytest.mark.parametrize(("is_ephemeral", "replaced"), [(True, True), (False, False)])
async def test_a_private_answer_never_replaces_what_others_read(
    small_slack, feature, is_ephemeral, replaced
):
    @feature.action("view")
    async def view(respond):
        await respond(kit.sentence("secret"), replace=True)

    body = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "container": {"type": "message", "is_ephemeral": is_ephemeral},
        "response_url": small_slack.url + "response",
        "actions": [{"action_id": "view", "type": "button", "value": "v"}],
    }
    await Desk(small_slack, feature).send(body)
    await small_slack.until(lambda: small_slack.posted)
    assert small_slack.posted[0]["replace_original"] is replaced
    assert small_slack.posted[0]["response_type"] == "ephemeral"


async def test_whoever_is_not_admitted_reaches_no_handler(small_slack, feature):
    reached = []

    class Closed(Exception):
        pass

    async def admit(call):
        raise Closed

    @declare(feature, "go")
    async def go():
        reached.append("command")

    @feature.action("go")
    async def press():
        reached.append("action")

    @feature.options("go")
    async def suggest():
        reached.append("options")

    @feature.view("go", form=NoteForm)
    async def save():
        reached.append("view")

    desk = Desk(small_slack, feature, admit=admit)
    await desk.command("go")
    await small_slack.until(lambda: len(small_slack.posted) == 1)
    await desk.click("go")
    await small_slack.until(lambda: len(small_slack.posted) == 2)
    assert '"options": []' in (await desk.suggest("go", "x")).body
    assert "failed: Closed" in (await desk.submit("go")).body
    assert [one["text"] for one in small_slack.posted] == ["failed: Closed"] * 2
    assert reached == []


# --- Submit -----------------------------------------------------------------------------------


async def test_a_quick_reply_is_the_ack(small_slack, feature):
    @feature.view("save", form=NoteForm)
    async def save(form):
        return Show(kit.modal("done", "Done", [kit.section(form.note)]))

    answer = await Desk(small_slack, feature).submit("save")
    assert '"response_action": "update"' in answer.body
    assert "hello" in answer.body


async def test_field_errors_of_the_handler_stand_in_the_ack(small_slack, feature):
    @feature.view("save", form=NoteForm)
    async def save():
        return Errors({"note": "Too short."})

    answer = await Desk(small_slack, feature).submit("save")
    assert answer.body == '{"response_action": "errors", "errors": {"note": "Too short."}}'


async def test_a_form_that_is_not_filled_in_reaches_no_handler(small_slack, feature):
    @feature.view("save", form=NoteForm)
    async def save():
        raise AssertionError("never runs")

    answer = await Desk(small_slack, feature).submit("save", note=None)
    assert "Fill this in." in answer.body


async def test_a_handler_that_closes_closes_all_that_is_below_too(small_slack, feature):
    @feature.view("save", form=NoteForm)
    async def save():
        return Done()

    answer = await Desk(small_slack, feature).submit("save")
    assert json.loads(answer.body) == {"response_action": "clear"}


async def test_a_slow_reply_replaces_the_waiting_view(small_slack, feature):
    gate = asyncio.Event()

    @feature.view("save", form=NoteForm, waiting="Saving…")
    async def save():
        await gate.wait()
        return Show(kit.modal("done", "Done", [kit.section("Saved.")]))

    answer = await Desk(small_slack, feature, grace=0.01).submit("save")
    assert "Saving…" in str(json.loads(answer.body)["view"])
    gate.set()
    await small_slack.until(lambda: small_slack.calls)
    method, sent = small_slack.calls[0]
    assert (method, sent["view_id"]) == ("views.update", "V1")
    assert "Saved." in str(sent["view"])


async def test_a_slow_refusal_brings_the_form_back_with_what_was_typed(small_slack, feature):
    gate = asyncio.Event()

    @feature.view("save", form=NoteForm)
    async def save():
        await gate.wait()
        return Errors({"note": "Close refused this."})

    await Desk(small_slack, feature, grace=0.01).submit("save", note="my words")
    gate.set()
    await small_slack.until(lambda: small_slack.calls)
    view = small_slack.calls[0][1]["view"]
    assert view["blocks"][0]["element"]["initial_value"] == "my words"
    assert "Close refused this." in str(view["blocks"][1])


async def test_a_modal_closed_meanwhile_is_answered_privately(small_slack, feature):
    gate = asyncio.Event()

    @feature.view("save", form=NoteForm)
    async def save():
        await gate.wait()
        return Show(kit.modal("done", "Done", [kit.section("Saved.")]))

    small_slack.answers["views.update"] = {"ok": False, "error": "not_found"}
    await Desk(small_slack, feature, grace=0.01).submit("save")
    gate.set()
    await small_slack.until(lambda: len(small_slack.calls) == 2)
    method, sent = small_slack.calls[1]
    assert (method, sent["channel"], sent["text"]) == ("chat.postMessage", "U1", "Saved.")


async def test_pressing_twice_runs_once(small_slack, feature):
    gate, runs = asyncio.Event(), []

    @feature.view("save", form=NoteForm)
    async def save(form):
        runs.append(form.note)
        await gate.wait()
        return Show(kit.modal("done", "Done", [kit.section("Saved.")]))

    desk = Desk(small_slack, feature, grace=0.01)
    await asyncio.gather(desk.submit("save"), desk.submit("save"))
    gate.set()
    await small_slack.until(lambda: small_slack.calls)
    await desk.inflight.drain(1)
    await desk.submit("save")
    assert runs == ["hello"]
    assert len(small_slack.calls) == 1


async def test_a_refused_press_may_be_repeated(small_slack, feature):
    runs = []

    @feature.view("save", form=NoteForm)
    async def save(form):
        runs.append(form.note)
        return Errors({"note": "Not now."})

    desk = Desk(small_slack, feature)
    await desk.submit("save")
    await desk.submit("save")
    assert runs == ["hello", "hello"]


async def test_other_values_or_another_modal_are_another_press(small_slack, feature):
    runs = []

    @feature.view("save", form=NoteForm)
    async def save(form):
        runs.append(form.note)
        return Done()

    desk = Desk(small_slack, feature)
    await desk.submit("save", note="a")
    await desk.submit("save", note="b")
    await desk.submit("save", note="a", view_id="V2")
    assert runs == ["a", "b", "a"]


async def test_a_submission_that_breaks_keeps_the_form_and_says_so(small_slack, feature):
    @feature.view("save", form=NoteForm)
    async def save():
        raise KeyError

    answer = await Desk(small_slack, feature).submit("save")
    assert "failed: KeyError" in answer.body


async def test_a_form_opens_with_the_trigger_of_the_click(small_slack, feature):
    @feature.action("open")
    async def open_it(modal):
        await modal.open(kit.modal("save", "Note", [kit.text_input("note", "Note")], submit="Go"))

    await Desk(small_slack, feature).click("open")
    await small_slack.until(lambda: small_slack.calls)
    assert small_slack.calls[0][0] == "views.open"


async def test_a_trigger_that_died_is_told(small_slack, feature):
    @feature.action("open")
    async def open_it(modal):
        await modal.open(kit.modal("save", "Note", []))

    small_slack.answers["views.open"] = {"ok": False, "error": "expired_trigger_id"}
    await Desk(small_slack, feature).click("open")
    await small_slack.until(lambda: small_slack.posted)
    assert small_slack.posted[0]["text"] == "failed: TooLate"


async def test_an_event_without_a_listener_is_acked(small_slack, feature):
    body = {"type": "event_callback", "event": {"type": "app_mention"}, "team_id": "T1"}
    answer = await Desk(small_slack, feature).send(body)
    assert answer.status == 200


class Remembered:
    """A memory of presses that two routers share, as two processes share a database."""

    def __init__(self, begun):
        self.begun = begun
        self.own = set()

    async def claim(self, name, now):
        if name in self.begun:
            return Claimed(self.begun[name], is_ours=name in self.own)
        self.begun[name] = now
        self.own.add(name)
        return None

    async def release(self, name):
        del self.begun[name]


@dataclass
class Claimed:
    began_at: datetime
    is_ours: bool


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def desk_of_process(slack, feature, begun, now=NOON):
    return Desk(slack, feature, presses=Remembered(begun), now=lambda: now)


async def test_after_a_restart_the_same_press_is_told_that_it_was_begun(small_slack, feature):
    seen = []

    @feature.view("save", form=NoteForm, once=True)
    async def save(call):
        seen.append(call.earlier)
        return Done()

    begun = {}
    await desk_of_process(small_slack, feature, begun).submit("save")
    later = NOON + timedelta(minutes=1)
    await desk_of_process(small_slack, feature, begun, later).submit("save")
    assert seen == [None, NOON]


async def test_while_another_process_is_at_it_a_press_is_put_off(small_slack, feature):
    seen = []

    @feature.view("save", form=NoteForm, once=True)
    async def save():
        seen.append("ran")
        return Done()

    begun = {}
    await desk_of_process(small_slack, feature, begun).submit("save")
    soon = NOON + timedelta(seconds=3)
    answer = await desk_of_process(small_slack, feature, begun, soon).submit("save")
    assert "being saved already" in answer.body
    assert seen == ["ran"]


async def test_a_press_that_was_refused_or_asks_back_is_new_the_next_time(small_slack, feature):
    seen, replies = [], [Errors({"note": "No."}), Ask(kit.modal("save", "Sure?", [])), Done()]

    @feature.view("save", form=NoteForm, once=True)
    async def save(call):
        seen.append(call.earlier)
        return replies.pop(0)

    desk = desk_of_process(small_slack, feature, {})
    for _ in range(3):
        await desk.submit("save")
    assert seen == [None, None, None]


async def test_a_press_that_failed_is_looked_up_the_next_time(small_slack, feature):
    seen = []

    @feature.view("save", form=NoteForm, once=True)
    async def save(call):
        seen.append(call.earlier)
        if len(seen) == 1:
            raise ValueError
        return Done()

    desk = desk_of_process(small_slack, feature, {})
    assert "failed" in (await desk.submit("save")).body
    await desk.submit("save")
    assert seen == [None, NOON]


async def test_nothing_is_written_when_the_press_cannot_be_remembered(small_slack, feature):
    class Broken:
        async def claim(self, name, now):
            raise LookupError

    @feature.view("save", form=NoteForm, once=True)
    async def save():
        raise AssertionError("never runs")

    desk = Desk(small_slack, feature, presses=Broken(), now=lambda: NOON)
    assert "failed: LookupError" in (await desk.submit("save")).body


async def test_a_button_in_a_modal_submits_its_form(small_slack, feature):
    runs = []

    @feature.action("anyway", form=NoteForm, once=True)
    async def create_anyway(form):
        runs.append(form.note)
        return Show(kit.modal("done", "Done", [kit.section("Saved.")]))

    desk = desk_of_process(small_slack, feature, {})
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "save",
        "title": {"type": "plain_text", "text": "Note"},
        "blocks": [kit.text_input("note", "Note")],
        "state": {"values": {"note": {"value": {"type": "x", "value": "words"}}}},
    }
    for _ in range(2):
        await desk.click("anyway", view=view)
    await small_slack.until(lambda: small_slack.calls)
    await desk.inflight.drain(1)
    assert runs == ["words"]
    assert [(method, "Saved." in str(sent)) for method, sent in small_slack.calls] == [
        ("views.update", True)
    ]


async def test_options_are_what_the_handler_offers(small_slack, feature):
    @feature.options("pick")
    async def offer(words):
        return kit.options([kit.option("1", f"like {words}")])

    answer = await Desk(small_slack, feature).suggest("pick", "acm")
    assert json.loads(answer.body)["options"][0]["text"]["text"] == "like acm"


async def test_options_that_fail_or_are_nobodys_are_an_empty_list(small_slack, feature):
    @feature.options("pick")
    async def offer():
        raise LookupError

    desk = Desk(small_slack, feature)
    for action_id in ("pick", "unknown"):
        assert json.loads((await desk.suggest(action_id, "a")).body) == {"options": []}


async def test_a_modal_that_needs_time_says_so_and_is_filled_in_later(small_slack, feature):
    gate = asyncio.Event()

    async def prepare():
        await gate.wait()
        return kit.modal("form", "Form", [kit.section("Ready.")])

    @declare(feature, "form")
    async def open_form(modal):
        await modal.open_when_ready("Form", prepare())

    small_slack.answers["views.open"] = {"ok": True, "view": {"id": "V7"}}
    await Desk(small_slack, feature).command("form")
    await small_slack.until(lambda: small_slack.calls)
    assert "Loading…" in str(small_slack.calls[0][1]["view"])
    gate.set()
    await small_slack.until(lambda: len(small_slack.calls) == 2)
    method, sent = small_slack.calls[1]
    assert (method, sent["view_id"]) == ("views.update", "V7")
    assert "Ready." in str(sent["view"])


async def test_what_is_known_already_is_opened_at_once(small_slack, feature):
    async def prepare():
        return kit.modal("form", "Form", [kit.section("Ready.")])

    @declare(feature, "form")
    async def open_form(modal):
        await modal.open_when_ready("Form", prepare())

    desk = Desk(small_slack, feature)
    await desk.command("form")
    await desk.inflight.drain(1)
    assert [(method, "Ready." in str(sent)) for method, sent in small_slack.calls] == [
        ("views.open", True)
    ]


async def test_a_modal_that_cannot_be_made_says_why_where_it_says_loading(small_slack, feature):
    gate = asyncio.Event()

    async def prepare():
        await gate.wait()
        raise LookupError

    @declare(feature, "form")
    async def open_form(modal):
        await modal.open_when_ready("Form", prepare())

    small_slack.answers["views.open"] = {"ok": True, "view": {"id": "V7"}}
    desk = Desk(small_slack, feature)
    await desk.command("form")
    await small_slack.until(lambda: small_slack.calls)
    gate.set()
    await small_slack.until(lambda: len(small_slack.calls) == 2)
    method, sent = small_slack.calls[1]
    assert (method, sent["view_id"]) == ("views.update", "V7")
    assert "failed: LookupError" in str(sent["view"])
    await desk.inflight.drain(1)
    assert small_slack.posted == []


async def test_a_failure_behind_a_button_of_a_modal_is_told_above_it(small_slack, feature):
    @feature.action("fail")
    async def fail():
        raise ValueError

    desk = Desk(small_slack, feature)
    view = {"id": "V1", "type": "modal", "title": {"text": "Note"}, "blocks": []}
    await desk.click("fail", view=view)
    await desk.inflight.drain(1)
    method, sent = small_slack.calls[0]
    assert method == "views.push"
    assert "failed: ValueError" in str(sent["view"])
    assert small_slack.posted == []


async def test_shortcuts_events_and_closed_views_reach_their_handlers(small_slack, feature):
    ran = []

    @feature.shortcut("new", name="New", help="Makes one")
    async def new(call):
        ran.append(call.kind)

    @feature.message_shortcut("keep", name="Keep", help="Keeps it")
    async def keep(call):
        ran.append(call.kind)

    @feature.closed("form")
    async def closed(call):
        ran.append(call.kind)

    @feature.event("app_home_opened")
    async def opened(call):
        ran.append(call.kind)

    desk = Desk(small_slack, feature)
    common = {"user": {"id": "U1"}, "team": {"id": "T1"}}
    await desk.send({"type": "shortcut", "callback_id": "new", **common})
    await desk.send({"type": "message_action", "callback_id": "keep", "message": {}, **common})
    view = {"id": "V1", "type": "modal", "callback_id": "form"}
    await desk.send({"type": "view_closed", "view": view, **common})
    event = {"type": "app_home_opened", "user": "U1"}
    await desk.send({"type": "event_callback", "event": event, "event_id": "E1", "team_id": "T1"})
    await desk.inflight.drain(1)
    assert sorted(ran) == ["closed", "event", "message_shortcut", "shortcut"]


async def test_the_place_of_a_command_is_known_to_the_modal_it_opens(small_slack, feature):
    @declare(feature, "form")
    async def open_form(modal):
        await modal.open(kit.modal("save", "Form", [kit.text_input("note", "Note")], metadata="s"))

    @feature.view("save", form=NoteForm)
    async def save(call, respond):
        await respond(kit.sentence(f"saved {call.state}"))
        return Done()

    desk = Desk(small_slack, feature)
    await desk.command("form")
    await small_slack.until(lambda: small_slack.calls)
    metadata = small_slack.calls[0][1]["view"]["private_metadata"]
    await desk.submit("save", private_metadata=metadata)
    assert small_slack.posted[0]["text"] == "saved s"
