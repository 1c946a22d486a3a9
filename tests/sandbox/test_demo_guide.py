"""The guided start and what stands beside the conversation, in a real Chromium.

One demo and one browser for the whole module; Ana is connected by the first step of the guide.
"""

import re
import subprocess
import sys
from itertools import pairwise

import pytest

from tests.sandbox.access import BROKEN, NAMELESS
from tests.sandbox.browser import find_chromium

PATIENCE = 15_000
NEXT_MORNING = re.compile("Move the clock to .* 9:00")


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        path = find_chromium(play.chromium.executable_path)
        if path is None:
            pytest.skip("No Chromium was found, so the demo was not looked at.")
        opened = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def demo(browser, tmp_path_factory):
    """Run the demo, with Ana connected; give its address and the keys by name."""
    said = ""
    errors = tmp_path_factory.mktemp("demo") / "errors"
    command = [sys.executable, "-m", "closebot", "demo", "--port", "0"]
    with (
        errors.open("w") as file,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, text=True) as process,
    ):
        try:
            while "Ctrl-C" not in said:
                line = process.stdout.readline()
                assert line, f"the demo ended; it said:\n{said}{errors.read_text()}"
                said += line
            address = re.search(r"http://\S+", said)[0]
            page = browser.new_page()
            connect(page, address, re.search(r"Ana Novak\s+(\S+)", said)[1])
            page.close()
            yield address
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE / 1000)


def connect(page, address, key):
    page.goto(address)
    step(page, "Connect your account")
    press_enter(page)
    page.get_by_label("Close API key").fill(key)
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_role("button", name="Done").click()
    page.get_by_role("dialog").wait_for(state="hidden")


@pytest.fixture
def page(browser, demo):
    complaints = []
    opened = browser.new_page(viewport={"width": 1280, "height": 860})
    opened.set_default_timeout(PATIENCE)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda one: one.type == "error" and complaints.append(one.text))
    opened.goto(demo)
    box_of(opened).wait_for()
    yield opened
    opened.close()
    assert complaints == []


def box_of(page):
    return page.get_by_role("textbox", name="Message #")


def step(page, name):
    page.get_by_role("region", name="Guided start").get_by_role("button", name=name).click()


def press_enter(page):
    box_of(page).press("Enter")


def ask(page, text):
    box_of(page).fill(text)
    press_enter(page)


def ticked(page):
    """Return the steps of the guide that are ticked."""
    rows = page.get_by_role("region", name="Guided start").get_by_role("button")
    tried = rows.filter(has_text="tried").all_inner_texts()
    return [row.split("\n")[1] for row in tried]


def go_to(page, channel):
    page.get_by_role("navigation").get_by_role("button", name=channel).click()
    page.get_by_role("textbox", name=f"Message #{channel}").wait_for()


def pick_lead(page, typed, name):
    field = page.get_by_role("dialog").get_by_role("combobox", name="Lead", exact=True)
    field.click()
    page.keyboard.type(typed)
    page.locator(".choice", has_text=name).click()


def test_a_lead_is_looked_up_and_its_link_opens_the_close_side(page):
    step(page, "Look up a lead")
    assert box_of(page).input_value() == "/close lead Acme"
    press_enter(page)
    page.get_by_text("Open in Close").last.click()
    close = page.get_by_role("complementary", name="Close")
    close.get_by_role("heading", name="Acme Corporation").wait_for()
    assert "Proposal Sent" in close.inner_text()
    assert len(page.context.pages) == 1
    page.get_by_role("region", name="Guided start").get_by_text("tried").first.wait_for(
        state="attached"
    )


def test_what_is_done_by_hand_is_ticked_and_what_is_only_begun_is_not(page):
    go_to(page, "random")
    step(page, "See your tasks")
    box_of(page).fill("")
    ask(page, "/close digest now")
    page.get_by_role("article").first.wait_for()
    assert ticked(page) == []
    ask(page, "/close  Acme corp")  # no verb: it is looked up
    page.get_by_text("tried").first.wait_for(state="attached")
    assert ticked(page) == ["Look up a lead"]
    ask(page, "/close tasks")
    page.get_by_text("tried").nth(1).wait_for(state="attached")
    ask(page, "Acme wants a call")
    message = page.get_by_role("article").filter(has_text="Acme wants a call")
    message.hover()
    message.get_by_role("button", name="Message shortcuts").click()
    page.get_by_role("menuitem", name="Add note").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog").wait_for(state="hidden")
    assert ticked(page) == ["Look up a lead", "Keep a message as a note", "See your tasks"]


def test_what_was_said_last_stays_in_sight_when_a_pane_opens(page):
    go_to(page, "design")
    for _ in range(2):
        ask(page, "/close lead Acme")
    page.get_by_text("Next task").last.wait_for()
    page.get_by_role("button", name="What happened").click()
    page.get_by_role("complementary", name="What happened").wait_for()
    page.wait_for_function("""() => {
      const log = document.getElementById("log");
      return log.scrollHeight - log.scrollTop - log.clientHeight < 2;
    }""")


def test_an_opportunity_is_made_after_an_error_and_stands_in_close(page):
    page.get_by_role("button", name="Close", exact=True).click()
    step(page, "Make an opportunity")
    press_enter(page)
    form = page.get_by_role("dialog")
    pick_lead(page, "Umbr", "Umbrella Robotics")
    form.get_by_label("Value").fill("a lot")
    form.get_by_role("button", name="Create").click()
    form.get_by_role("alert").filter(has_text="a lot").or_(
        form.get_by_role("alert").filter(has_text="number")
    ).first.wait_for()
    form.get_by_label("Value").fill("$7,654.32")
    form.get_by_role("button", name="Create").click()
    form.wait_for(state="hidden")
    close = page.get_by_role("complementary", name="Close")
    close.get_by_role("button", name="Umbrella Robotics").click()
    close.get_by_text("$7,654.32").wait_for()


def test_a_message_is_kept_as_a_note(page):
    go_to(page, "general")
    step(page, "Keep a message as a note")
    form = page.get_by_role("dialog")
    form.get_by_role("heading", name="Add note").wait_for()
    pick_lead(page, "Globex", "Globex Industries")
    form.get_by_role("button", name="Save").click()
    form.wait_for(state="hidden")
    page.get_by_role("button", name="Close", exact=True).click()
    close = page.get_by_role("complementary", name="Close")
    close.get_by_role("button", name="Globex Industries").click()
    close.get_by_text("security paper").wait_for()


def test_the_tasks_of_whoever_asks_are_listed(page):
    step(page, "See your tasks")
    press_enter(page)
    listed = page.get_by_role("article").filter(has_text="Overdue")
    listed.last.get_by_role("button", name="Done").first.wait_for()


def test_a_digest_comes_when_the_clock_is_moved(page):
    go_to(page, "deal-desk")
    step(page, "A digest every morning")
    press_enter(page)
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Set up").click()
    form.wait_for(state="hidden")
    page.get_by_role("button", name=NEXT_MORNING).click()
    digest = page.get_by_role("article").filter(has_text="Overdue (")
    digest.first.wait_for()
    assert digest.count() == 1
    assert "9:00 AM" in page.locator(".clock-face").inner_text()


def test_the_clock_goes_to_working_mornings_and_says_which_is_next(page):
    button, face = page.get_by_role("button", name=NEXT_MORNING), page.locator(".clock-face")
    weekdays = []
    for _ in range(6):
        said, before = button.inner_text(), face.inner_text()
        button.click()
        page.wait_for_function(
            "before => document.querySelector('.clock-face').textContent !== before", arg=before
        )
        weekday, _, time = face.inner_text().split(", ")
        weekdays.append((said.removesuffix(" 9:00"), weekday))
        assert time == "9:00 AM"
    days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    assert {weekday for _, weekday in weekdays} == set(days)
    for (_, before), (said, weekday) in pairwise(weekdays):
        assert weekday == days[(days.index(before) + 1) % 5]
        assert said == ("Monday" if before == "Fri" else "Tomorrow")


def test_a_link_to_a_lead_unfolds_below_the_message(page):
    go_to(page, "general")
    ask(page, "/close lead Umbrella Robotics")
    address = page.get_by_role("link", name="Open in Close").last.get_attribute("href")
    ask(page, f"Look at {address}")
    page.locator(".attachment").first.wait_for()


def test_what_went_over_the_wire_is_shown_with_the_time_to_its_ack(page):
    ask(page, "/close help")
    page.get_by_text("/close disconnect").last.wait_for()
    page.get_by_role("button", name="What happened").click()
    drawer = page.get_by_role("complementary", name="What happened")
    row = drawer.get_by_role("listitem").filter(has_text="/close help").first
    row.get_by_text(re.compile(r"ack in \d+ ms")).wait_for()
    row.locator("summary").click()
    row.get_by_text('"command": "/close"').wait_for()


def test_tab_completes_verbs_and_leaves_the_field_where_there_are_none(page):
    box = box_of(page)
    box.fill("/cl")
    box.press("Tab")
    assert box.input_value() == "/close "
    box.fill("/close pipe")
    box.press("Tab")
    assert box.input_value() == "/close pipeline "
    box.press("Tab")
    assert box.input_value() == "/close pipelines "
    box.fill("hello")
    box.press("Tab")
    assert page.evaluate("document.activeElement.id") != "text"


def test_a_reply_stands_in_its_thread(page):
    go_to(page, "random")
    ask(page, "Who takes *Acme*? :tada:")
    message = page.get_by_role("article").filter(has_text="Who takes")
    assert message.locator("strong").inner_text() == "Acme"
    message.hover()
    message.get_by_role("button", name="Reply in thread").click()
    reply = page.get_by_role("textbox", name="Reply…")
    reply.fill("I do.")
    reply.press("Enter")
    page.get_by_role("log", name="Thread").get_by_text("I do.").wait_for()
    message.get_by_role("button", name="1 reply").wait_for()
    reply.fill("/close help")
    reply.press("Enter")
    page.get_by_text("Slash commands do not work in threads").wait_for()


def test_people_write_to_each_other_where_the_bot_is_not(page):
    page.get_by_role("navigation").get_by_role("button", name="Ben Carter").click()
    box = page.get_by_role("textbox", name="Message Ben Carter")
    box.fill("Lunch?")
    box.press("Enter")
    page.get_by_label("You are").select_option(label="Ben Carter")
    page.get_by_role("heading", name="Ana Novak").wait_for()
    page.get_by_text("Lunch?").wait_for()


def test_the_guide_can_be_dismissed_and_stays_away(page):
    page.get_by_role("button", name="Dismiss the guide").click()
    page.reload()
    box_of(page).wait_for()
    assert page.get_by_role("region", name="Guided start").count() == 0


def test_somebody_without_a_seat_sees_nothing_of_close(page):
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Acme Corporation").wait_for()
    page.get_by_label("You are").select_option(label="Gil Sommer")
    page.get_by_text("This person has no seat in Close").wait_for()


# --- for everybody -------------------------------------------------------------------------


def check_access(page):
    """Fail on a control without a name or with an id for one, and on ids that lead nowhere."""
    assert NAMELESS.findall(page.locator("body").aria_snapshot()) == []
    assert page.evaluate(BROKEN) == []


def test_every_control_has_a_name(page):
    ask(page, "/close lead Acme")
    page.get_by_text("Next task").last.wait_for()
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Acme Corporation").wait_for()
    check_access(page)
    page.get_by_role("button", name="What happened").click()
    page.get_by_text("ack in").first.wait_for()
    check_access(page)
    ask(page, "/close opp new")
    page.get_by_role("dialog").wait_for()
    check_access(page)
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.get_by_role("navigation").get_by_role("button", name="closebot").click()
    page.get_by_role("tab", name="Home").click()
    page.get_by_role("tabpanel", name="Home").get_by_role("button").first.wait_for()
    check_access(page)


def test_it_is_readable_at_twice_the_size(page):
    page.set_viewport_size({"width": 640, "height": 430})  # 1280 × 860 at 200 %
    ask(page, "/close lead Acme")
    page.get_by_text("Next task").last.wait_for()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    page.get_by_role("button", name="What happened").click()
    page.get_by_role("complementary", name="What happened").wait_for()
    assert page.evaluate(overflow) <= 0
    box_of(page).scroll_into_view_if_needed()
    assert box_of(page).is_visible()
