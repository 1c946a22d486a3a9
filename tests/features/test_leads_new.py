"""A new lead: from the form to the card, duplicates, faults, and once only."""

import pytest

from closebot.cards.lead_forms import Draft
from closebot.features.leads.duplicates import bare_name
from closebot.features.leads.new import read_draft
from tests.workspace import open_workspace


def named(workspace, name):
    return [one for one in workspace.close.leads.values() if one["name"] == name]


async def opened(workspace, ana, words=""):
    await ana.command(f"/close lead new {words}".strip())
    return await workspace.slack.until(
        lambda: ana.modal if ana.modal and ana.modal.submit_text == "Create" else None
    )


async def fill(ana, **fields):
    labels = {"email": "E-mail", "contact": "Contact name"}
    for name, value in fields.items():
        await ana.fill(labels.get(name, name.capitalize()), value)


async def test_a_new_lead_is_made_with_its_contact_and_shown_where_it_was_started(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(
        ana,
        name="Zephyr Kites",
        website="zephyr-kites.example",
        description="Kites & strings",
        contact="Iris Wind",
        title="CEO",
        email="iris@zephyr-kites.example",
        phone="+1 415 555 0199",
        address="1 Sky Road\nSan Francisco, CA 94105\nus",
    )
    await ana.choose("Status", "Qualified")
    await ana.choose("Industry", "Retail")
    await ana.submit()
    card = await workspace.read(
        ana, "Zephyr Kites", "Status  Qualified", "Iris Wind", "+1 415-555-0199"
    )
    assert card.ephemeral
    assert ana.modal is None
    [lead] = named(workspace, "Zephyr Kites")
    assert lead["description"] == "Kites & strings"
    [address] = lead["addresses"]
    assert (address["city"], address["state"], address["country"]) == ("San Francisco", "CA", "US")
    assert "Retail" in str(lead)
    assert workspace.slack.violations == []


async def test_the_form_opens_from_anywhere_and_answers_in_the_private_channel(workspace):
    ana = await workspace.connected("ana")
    await ana.shortcut("new_lead")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Create")
    await fill(ana, name="Zephyr Kites")
    await ana.submit()
    await workspace.read(ana, "Zephyr Kites", "Contacts", channel="dm")


async def test_a_warm_form_asks_close_nothing(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await ana.close_modal()
    workspace.close.requests.clear()
    await opened(workspace, ana, "Zephyr Kites")
    assert len(workspace.close.requests) == 0
    assert ana.modal.values["Name"] == "Zephyr Kites"
    assert any("/close new Zephyr Kites" in text for text in ana.modal.texts)


@pytest.mark.parametrize(
    ("words", "draft"),
    [
        ("", Draft()),
        ("acme.com", Draft(name="Acme", website="acme.com")),
        (
            "https://www.acme-labs.com/about",
            Draft(name="Acme Labs", website="https://www.acme-labs.com/about"),
        ),
        ("jo@acme.com", Draft(name="Acme", website="acme.com", email="jo@acme.com")),
        ("jo@gmail.com", Draft(email="jo@gmail.com")),
        ("+1 415 555 0199", Draft(phone="+1 415 555 0199")),
        ("lead_7sMiN0FNXYkaP0JnTfE2YUhcoSnG5kPAquAWcPx4LwW", Draft()),
        ("Acme & Sons", Draft(name="Acme & Sons")),
        ("x" * 4000, Draft(name="x" * 500)),
    ],
)
def test_what_was_typed_is_put_where_it_belongs(words, draft):
    assert read_draft(words) == draft


async def test_nothing_found_offers_a_new_lead_whose_card_takes_its_place(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Zephyr Kites")
    nothing = await workspace.read(ana, "No lead matches")
    await ana.click("New lead")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Create")
    assert ana.modal.values["Name"] == "Zephyr Kites"
    await ana.submit()
    card = await workspace.read(ana, "Zephyr Kites", "Contacts")
    assert card.ts == nothing.ts


# --- duplicates -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "found", "why"),
    [
        ({"name": "GLOBEX INDUSTRIES, Inc."}, "Globex Industries", "same name"),
        ({"name": "Globex Industrys"}, "Globex Industries", "similar name"),
        ({"name": "Globexx Industries"}, "Globex Industries", "similar name"),
        ({"name": "GlobexIndustries"}, "Globex Industries", "similar name"),
        ({"name": "Glbex Industries"}, "Globex Industries", "similar name"),
        ({"name": "Zephyr", "website": "www.globex.example"}, "Globex Industries", "same domain"),
        ({"name": "Zephyr", "email": "new@globex.example"}, "Globex Industries", "same domain"),
        (
            {"name": "Zephyr", "email": "Carol.Martinez@globex.example"},
            "Globex Industries",
            "same e-mail",
        ),
        ({"name": "Zephyr", "phone": "(312) 555-0176"}, "Globex Industries", "same phone"),
    ],
)
async def test_what_may_be_a_duplicate_is_shown_before_anything_is_written(
    workspace, fields, found, why
):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, **fields)
    count = len(workspace.close.leads)
    workspace.close.requests.clear()
    await ana.submit()
    await workspace.slack.until(lambda: "Create anyway" in ana.modal.buttons)
    assert {one["path"] for one in workspace.close.requests} == {"/data/search/"}
    said = "\n".join(ana.modal.texts)
    assert found in said
    assert why in said
    assert ana.modal.values["Name"] == fields["name"]
    assert len(workspace.close.leads) == count
    assert workspace.slack.violations == []


async def test_a_duplicate_is_created_anyway_and_once(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, name="Globex Industries", description="Another one")
    await ana.submit()
    await workspace.slack.until(lambda: "Create anyway" in ana.modal.buttons)
    await ana.click("Create anyway")
    await workspace.read(ana, "Globex Industries", "Another one")
    assert len(named(workspace, "Globex Industries")) == 2
    assert workspace.slack.violations == []


async def test_another_name_after_the_question_is_created_at_once(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, name="Globex Industries")
    await ana.submit()
    await workspace.slack.until(lambda: "Create anyway" in ana.modal.buttons)
    await fill(ana, name="Zephyr Kites")
    await ana.submit()
    await workspace.read(ana, "Zephyr Kites", "Contacts")
    assert len(named(workspace, "Zephyr Kites")) == 1


async def test_a_possible_duplicate_is_looked_at_and_the_form_stays(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, name="Globex", website="globex.example", description="keep me")
    await ana.submit()
    await workspace.slack.until(lambda: "Create anyway" in ana.modal.buttons)
    await ana.click("View", row="Globex Industries")
    await workspace.slack.until(lambda: ana.modal.title == "Lead" and "Contacts" in str(ana.modal))
    await workspace.read(ana, "Globex Industries", "Contacts")
    await ana.close_modal()
    assert ana.modal.values["Description"] == "keep me"
    assert workspace.slack.violations == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme, Inc.", "ACME"),
        ("Acme s.r.o.", "acme"),
        ("The Acme Company Ltd.", "Acme"),
        ("Müller & Söhne GmbH & Co. KG", "muller und sohne"),
        ("S.p.A. Rossi", "spa rossi"),
        ("Group", "group"),
    ],
)
def test_names_are_compared_without_case_marks_and_legal_endings(one, other):
    assert bare_name(one) == bare_name(other)


async def test_names_that_only_share_a_word_or_differ_in_a_number_are_no_duplicates(workspace):
    ana = await workspace.connected("ana")
    for name in ("Umbrella Kites", "Umbrella Kites 2", "Umbrella Kites 3"):
        await opened(workspace, ana)
        await fill(ana, name=name)
        await ana.submit()
        await workspace.read(ana, name, "Contacts")
        assert len(named(workspace, name)) == 1


# --- faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("Name", "   ", "name"),
        ("Name", "x" * 4000, "1000 characters"),
        ("Website", "not a site", "web address"),
        ("Website", "javascript:alert(1)", "web address"),
        ("E-mail", "jane at acme", "e-mail address"),
        ("Phone", "call me", "phone number"),
        ("Phone", "12", "phone"),
        ("Employees", "many", "number"),
    ],
)
async def test_a_fault_is_named_at_its_field_and_what_was_typed_stays(
    workspace, label, value, said
):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, name="Zephyr Kites", description="keep me")
    await ana.fill(label, value)
    count = len(workspace.close.leads)
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal.errors)
    assert said in ana.modal.errors[label]
    assert ana.modal.values["Description"] == "keep me"
    assert len(workspace.close.leads) == count


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ({"field-errors": {"url": "Invalid URL."}}, "Website"),
        (
            {"field-errors": {"contacts": {"errors": {"0": {"field-errors": {"emails": {
                "errors": {"0": {"field-errors": {"email": "Invalid email address."}}}}}}}}}},
            "E-mail",
        ),
        ({"field-errors": {"status": "Not a valid choice."}}, "Status"),
        ({"field-errors": {"elsewhere": "Is wrong."}}, "Name"),
        ({"errors": ["Is wrong."]}, "Name"),
    ],
)  # fmt: skip
async def test_what_close_refuses_is_said_at_the_field_it_is_about(workspace, body, label):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, name="Zephyr Kites", email="a@kites-away.example", website="kites-away.example")
    workspace.close.faults.add(method="POST", path="/lead/", status=400, body=body)
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal.errors)
    assert "Close says" in ana.modal.errors[label]
    await ana.submit()
    await workspace.read(ana, "Zephyr Kites", "Contacts")
    assert len(named(workspace, "Zephyr Kites")) == 1


async def test_a_search_that_fails_creates_nothing_and_the_next_press_does(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, name="Globex Industries")
    workspace.close.faults.add(path="/data/search/", status=503, times=99)
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal.errors or "again" in str(ana.modal.texts))
    assert len(named(workspace, "Globex Industries")) == 1
    workspace.close.faults.clear()
    await ana.submit()
    await workspace.slack.until(lambda: "Create anyway" in ana.modal.buttons)


async def test_what_cannot_be_looked_for_is_created(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, name="\U0001f4a5\U0001f4a5")
    workspace.close.requests.clear()
    await ana.submit()
    await workspace.read(ana, "\U0001f4a5\U0001f4a5", "Contacts")
    assert "/data/search/" not in {one["path"] for one in workspace.close.requests}
    await opened(workspace, ana)
    await fill(ana, name="Zephyr Kites")
    workspace.close.faults.add(path="/data/search/", status=400, body={"error": "No."}, times=2)
    await ana.submit()
    await workspace.read(ana, "Zephyr Kites", "Contacts")
    assert len(named(workspace, "Zephyr Kites")) == 1


async def test_a_search_that_close_refuses_hides_no_duplicate_that_the_other_finds(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, name="Globex Industries")
    workspace.close.faults.add(path="/data/search/", status=400, body={"error": "No."})
    await ana.submit()
    await workspace.slack.until(lambda: "Create anyway" in ana.modal.buttons)


async def test_the_card_of_what_was_created_anyway_takes_the_place_of_nothing_found(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Globex Industriez")
    nothing = await workspace.read(ana, "No lead matches")
    await ana.click("New lead")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Create")
    await ana.submit()
    await workspace.slack.until(lambda: "Create anyway" in ana.modal.buttons)
    await ana.click("Create anyway")
    card = await workspace.read(ana, "Globex Industriez", "Contacts")
    assert card.ts == nothing.ts


async def test_several_addresses_and_numbers_may_stand_in_one_field(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(
        ana,
        name="Zephyr Kites",
        contact="Iris Wind",
        email="iris@zephyr-kites.example, i.wind@zephyr-kites.example",
        phone="+1 415 555 0198; +1 415 555 0199",
    )
    await ana.submit()
    await workspace.read(ana, "Zephyr Kites", "iris@zephyr-kites.example", "+1 415-555-0199")
    await opened(workspace, ana)
    await fill(ana, name="Kites", email="new@kites.example; i.wind@zephyr-kites.example")
    await ana.submit()
    await workspace.slack.until(lambda: "Create anyway" in ana.modal.buttons)
    assert "same e-mail" in "\n".join(ana.modal.texts)


async def test_a_website_may_be_written_in_any_script(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, name="M\u00fcller", website="m\u00fcller-kekse.example")
    await ana.submit()
    await workspace.read(ana, "M\u00fcller", "Contacts")
    assert len(named(workspace, "M\u00fcller")) == 1


async def test_a_lost_answer_is_looked_up_and_one_lead_is_made(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, name="Zephyr Kites", contact="Iris Wind")
    workspace.close.faults.add(method="POST", path="/lead/", drop=True, apply=True)
    await ana.submit()
    await workspace.read(ana, "Zephyr Kites", "Iris Wind")
    assert len(named(workspace, "Zephyr Kites")) == 1


async def test_an_unclear_write_says_so_and_the_next_press_finds_it(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await fill(ana, name="Zephyr Kites")
    workspace.close.faults.add(method="POST", path="/lead/", drop=True, apply=True)
    workspace.close.faults.add(method="GET", path="/lead/", status=503, times=9)
    await ana.submit()
    await workspace.slack.until(lambda: "may have been saved" in str(ana.modal))
    workspace.close.faults.clear()
    await ana.submit()
    await workspace.read(ana, "Zephyr Kites", "Contacts")
    assert len(named(workspace, "Zephyr Kites")) == 1


async def test_what_was_prefilled_and_cleared_stays_cleared_in_the_question(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana, "globex.example")
    await fill(ana, name="Globex Industries", website="")
    await ana.submit()
    await workspace.slack.until(lambda: "Create anyway" in ana.modal.buttons)
    assert not ana.modal.values["Website"]


async def test_a_slow_close_keeps_the_form_waiting_and_then_asks(tmp_path):
    async with open_workspace(tmp_path, "socket", grace=0.01) as workspace:
        ana = await workspace.connected("ana")
        await opened(workspace, ana)
        await fill(ana, name="Globex Industries", description="keep me")
        workspace.close.faults.add(path="/data/search/", slow=0.3)
        await ana.submit()
        await workspace.slack.until(lambda: "Create anyway" in ana.modal.buttons)
        assert ana.modal.values["Description"] == "keep me"
        assert workspace.slack.violations == []


async def test_after_connecting_a_button_opens_the_form(workspace):
    ana = workspace.person("ana")
    await ana.command("/close lead new Zephyr Kites")
    await workspace.read(ana, "Connect your Close account first")
    await workspace.connected("ana")
    await workspace.read(ana, "Press the button to open the form of")
    await ana.click("Open the form")
    await workspace.slack.until(lambda: ana.modal and ana.modal.submit_text == "Create")
    assert ana.modal.values["Name"] == "Zephyr Kites"
