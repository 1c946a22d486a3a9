"""Which lead a task that is typed in one line is for, and what becomes of a line that fails."""

import pytest

from tests.features.test_notes import close_of
from tests.features.test_tasks_new import hints, in_form, lead_of, made, typed


async def with_leads(workspace, *names):
    await workspace.connected("ana")
    async with close_of(workspace) as close:
        for name in names:
            await close.leads.create(name=name)


async def test_for_may_stand_in_the_name_of_a_lead(workspace):
    await with_leads(workspace, "Teach for America", "Bank of America")
    ana = await typed(workspace, "call Jane for Teach for America tomorrow")
    await workspace.read(ana, "Task created", "Teach for America", "due tomorrow")
    assert made(workspace, "call Jane")


async def test_a_part_of_a_name_is_not_taken_for_another_lead(workspace):
    await with_leads(workspace, "Bank of America")
    ana = await in_form(workspace, "call Jane for Teach for America tomorrow")
    assert ana.modal.values["Lead"] == "Bank of America"
    assert ana.modal.values["Task"] == "call Jane for Teach for America"
    assert any("“America” is not its name" in one for one in hints(ana))


@pytest.mark.parametrize(
    "line", ["for Globex call Jane tomorrow", "tomorrow for Globex: call Jane"]
)
async def test_the_lead_may_stand_first(workspace, line):
    ana = await typed(workspace, line)
    await workspace.read(ana, "Task created", "Globex Industries", "due tomorrow")
    assert made(workspace, "call Jane")


async def test_a_weekday_may_be_a_part_of_the_name_of_a_lead(workspace):
    await with_leads(workspace, "Ruby Tuesday")
    ana = await typed(workspace, "call Jane for Ruby Tuesday")
    await workspace.read(ana, "Task created", "Ruby Tuesday", "no date")


async def test_words_that_only_stand_somewhere_in_a_lead_are_asked_about(workspace):
    ana = await workspace.connected("ana")
    async with close_of(workspace) as close:
        globex = lead_of(workspace, "Globex Industries")["id"]
        await close.leads.update(globex, description="quarterlyreview every May")
    await ana.command("/close task ask for quarterlyreview tomorrow")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Create")
    assert ana.modal.values["Lead"] == "Globex Industries"
    assert ana.modal.values["Task"] == "ask for quarterlyreview"
    assert any("is not its name" in one for one in hints(ana))
    assert made(workspace, "ask") == []


async def test_for_that_names_no_lead_leaves_the_channel_s_own_in_the_form(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close link Globex")
    await workspace.read(ana, "now linked to Globex")
    await ana.command("/close task ask for the zyzzyva")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Create")
    assert ana.modal.values["Lead"] == "Globex Industries"
    assert ana.modal.values["Task"] == "ask for the zyzzyva"
    await ana.submit()
    await workspace.read(ana, "Task created", "ask for the zyzzyva")


@pytest.mark.parametrize(
    ("fault", "said"), [({"status": 429, "times": 20}, "try again"), ({"status": 400}, "refused")]
)
async def test_a_line_that_close_does_not_take_is_shown_again(workspace, fault, said):
    ana = await workspace.connected("ana")
    workspace.close.faults.add(method="POST", path="/task/", **fault)
    await ana.command("/close task call Jane for Globex tomorrow")
    await workspace.read(ana, said)
    line = "You typed: /close task call Jane for Globex tomorrow"
    assert any(line in one.text for one in ana.messages())


async def test_a_message_of_another_company_asks_before_it_becomes_a_task(workspace):
    ana, olga = await workspace.connected("ana"), workspace.person("olga")
    message = await olga.say("Our prices are secret", channel="ext-fabrikam")
    await ana.message_shortcut("create_task", message)
    await workspace.slack.until(lambda: ana.modal and "Task" in ana.modal.labels)
    assert any("another company" in one for one in ana.modal.texts)
    await ana.choose("Lead", "Globex Industries", typed="Globex")
    await ana.submit()
    assert list(ana.modal.errors) == ["Shared channel"]
    assert not any("secret" in str(one["text"]) for one in workspace.close.tasks.values())
    await ana.click("Yes, it may be kept in our Close")
    await ana.submit()
    await workspace.slack.until(
        lambda: any("secret" in str(one["text"]) for one in workspace.close.tasks.values())
    )
    assert workspace.slack.violations == []


async def test_the_form_of_a_message_says_why_its_lead_is_proposed(workspace):
    ana = await workspace.connected("ana")
    message = await ana.say("cc nobody@zyzzyva.example, write to hank@globex.example")
    await ana.message_shortcut("create_task", message)
    await workspace.slack.until(lambda: ana.modal and "Task" in ana.modal.labels)
    assert ana.modal.values["Lead"] == "Globex Industries"
    assert any("Proposed because of “globex.example”" in one for one in hints(ana))
