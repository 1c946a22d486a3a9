import pytest

from closebot.cards.contacts import contact_card, contact_list
from closebot.close import Contact, ContactsFound


@pytest.mark.parametrize(
    "words",
    [
        "Carol Martinez",
        "martinez",
        "carol.martinez@globex.example",
        "+1 312 555 0176",
        "carol mart",
    ],
)
async def test_a_person_is_found_with_every_way_to_reach_them(workspace, words):
    ana = await workspace.connected("ana")
    await ana.command(f"/close contact {words}")
    await workspace.read(
        ana, "Carol Martinez", "Head of Procurement", "Globex Industries", "+1 312-555-0176"
    )


async def test_the_card_leads_to_the_lead(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close contact Carol Martinez")
    card = await workspace.read(ana, "Carol Martinez")
    await ana.click("View lead")
    lead = await workspace.read(ana, "Open opportunities", "Next task")
    assert lead.ts == card.ts


async def test_several_people_are_listed(workspace):
    ana = await workspace.connected("ana")
    for contact in list(workspace.close.contacts.values())[:3]:
        contact["name"] = "Zoe Zzyzx"
    await ana.command("/close contact Zzyzx")
    await workspace.read(ana, "3 contacts match", "Zoe Zzyzx")
    await ana.click("View", row="Zoe Zzyzx")
    await workspace.read(ana, "Zoe Zzyzx", "Lead")


async def test_nobody_found_repeats_the_words(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close contact <!here> *x* Nobody")
    await workspace.read(ana, "No contact matches", "<!here> *x* Nobody", "/close lead")
    assert list(workspace.slack.pings) == []


async def test_a_lookup_without_words_says_how(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close contact")
    await workspace.read(ana, "/close contact Jane Doe")


async def test_a_contact_that_vanished_is_told(workspace):
    ana = await workspace.connected("ana")
    for contact in list(workspace.close.contacts.values())[:2]:
        contact["name"] = "Zoe Zzyzx"
    await ana.command("/close contact Zzyzx")
    await workspace.read(ana, "2 contacts match")
    workspace.close.contacts.clear()
    await ana.click("View", row="Zoe Zzyzx")
    await workspace.read(ana, "no longer in Close")


@pytest.mark.parametrize("text", ["<!channel>", "*b* :tada:", "", " ", "x" * 5000, "\u202ertl 🎉"])
async def test_any_contact_is_taken_by_slack(workspace, text):
    way = {"email": text, "type": text, "phone": text, "phone_formatted": text}
    contact = Contact.model_validate(
        {"id": "cont_1", "name": text, "title": text, "emails": [way] * 60, "phones": [way] * 60}
    )
    found = ContactsFound(contacts=(contact,) * 10, total=77)
    for message in (contact_card(contact, None), contact_list(found, text or "x")):
        await workspace.bot.outgoing.tell(workspace.person("ana").id, message)
    assert workspace.slack.violations == []
    assert list(workspace.slack.pings) == []


async def test_a_person_is_shown_also_when_their_lead_is_not(workspace):
    ana = await workspace.connected("ana")
    workspace.close.faults.add(method="GET", path="/lead/*", status=403, times=9)
    await ana.command("/close contact Carol Martinez")
    await workspace.read(ana, "+1 312-555-0176", "Lead  not known")


# --- adding -----------------------------------------------------------------------------------


def lead_named(workspace, name):
    return next(one for one in workspace.close.leads.values() if one["name"] == name)


def contacts_named(workspace, name):
    return [one for one in workspace.close.contacts.values() if one["name"] == name]


async def opened(workspace, person, label="Name"):
    return await workspace.slack.until(
        lambda: person.modal and label in person.modal.labels and person.modal
    )


async def new_form(workspace, person, words="Globex Industries"):
    await person.command(f"/close contact new {words}".strip())
    return await opened(workspace, person)


async def test_a_contact_is_added_to_the_lead_that_the_words_mean(workspace):
    ana = await workspace.connected("ana")
    modal = await new_form(workspace, ana)
    assert modal.title == "New contact"
    assert modal.values["Lead"] == "Globex Industries"
    await ana.fill("Name", "Jane Zzyzx")
    await ana.fill("Title", "CFO")
    await ana.fill("E-mail", "jane@globex.example mobile\nj.z@globex.example")
    await ana.fill("Phone", "+1 312 555 0199 mobile\n(312) 555-0198 home")
    await ana.fill("LinkedIn", "https://linkedin.example/jane")
    await ana.submit()
    card = await workspace.read(
        ana, "Jane Zzyzx", "CFO", "Globex Industries", "+1 312-555-0199  mobile", "office"
    )
    assert card.ephemeral
    assert ana.modal is None
    (contact,) = contacts_named(workspace, "Jane Zzyzx")
    assert contact["lead_id"] == lead_named(workspace, "Globex Industries")["id"]
    assert [(one["email"], one["type"]) for one in contact["emails"]] == [
        ("jane@globex.example", "mobile"),
        ("j.z@globex.example", "office"),
    ]
    assert [(one["phone"], one["type"]) for one in contact["phones"]] == [
        ("+13125550199", "mobile"),
        ("+13125550198", "home"),
    ]
    assert "https://linkedin.example/jane" in contact.values()
    assert workspace.slack.violations == []


async def test_the_lead_is_chosen_where_words_mean_none_or_several(workspace):
    ana = await workspace.connected("ana")
    modal = await new_form(workspace, ana, "Umbrella")
    assert "3 leads match “Umbrella”" in " ".join(modal.texts)
    await ana.choose("Lead", "Globex Industries")
    await ana.fill("Name", "Jane Zzyzx")
    await ana.submit()
    await workspace.read(ana, "Jane Zzyzx", "Globex Industries")


async def test_an_open_form_costs_close_nothing_when_all_is_known(workspace):
    ana = await workspace.connected("ana")
    await new_form(workspace, ana, "")
    await ana.close_modal()
    workspace.close.requests.clear()
    await new_form(workspace, ana, "")
    assert len(workspace.close.requests) == 0


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("E-mail", "jane", "“jane” is not an e-mail address"),
        ("E-mail", "jane@acme.com work", "office, mobile, home, direct, fax, url or other"),
        ("E-mail", "j@acme.com\nJ@acme.com home", "stands here twice"),
        ("Phone", "call me", "“call me” is not a phone number"),
        ("Phone", "+1 312 555 0199\n312-555-0199", "stands here twice"),
        ("Phone", "1", "“1”"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(workspace, label, value, said):
    ana = await workspace.connected("ana")
    await new_form(workspace, ana)
    await ana.fill("Name", "Jane Zzyzx")
    await ana.fill(label, value)
    await ana.submit()
    await workspace.slack.until(lambda: said in ana.modal.errors.get(label, ""))
    assert ana.modal.values[label] == value
    assert ana.modal.values["Name"] == "Jane Zzyzx"
    assert contacts_named(workspace, "Jane Zzyzx") == []
    await ana.fill(label, "")
    await ana.submit()
    await workspace.read(ana, "Jane Zzyzx")
    assert workspace.slack.violations == []


async def test_forty_addresses_are_taken(workspace):
    ana = await workspace.connected("ana")
    await new_form(workspace, ana)
    await ana.fill("Name", "Jane Zzyzx")
    await ana.fill("E-mail", "\n".join(f"jane{number}@acme.com other" for number in range(40)))
    await ana.submit()
    await workspace.read(ana, "Jane Zzyzx", "and 30 more in Close")
    assert len(contacts_named(workspace, "Jane Zzyzx")[0]["emails"]) == 40


async def test_a_lead_that_vanished_is_said_at_its_field(workspace):
    ana = await workspace.connected("ana")
    await new_form(workspace, ana)
    await ana.fill("Name", "Jane Zzyzx")
    del workspace.close.leads[lead_named(workspace, "Globex Industries")["id"]]
    await ana.submit()
    await workspace.slack.until(lambda: "Choose another" in ana.modal.errors.get("Lead", ""))
    await ana.choose("Lead", "Acme Corporation")
    await ana.submit()
    await workspace.read(ana, "Jane Zzyzx", "Acme Corporation")
    assert len(contacts_named(workspace, "Jane Zzyzx")) == 1


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ({"errors": [], "field-errors": {"title": "No such title."}}, "Title"),
        ({"errors": [], "field-errors": {"color": "No such color."}}, "Lead"),
        ({"error": "No such thing."}, "Lead"),
        ({}, "Lead"),
    ],
)
async def test_what_close_refuses_is_said_at_its_field(workspace, body, label):
    ana = await workspace.connected("ana")
    await new_form(workspace, ana)
    await ana.fill("Name", "Jane Zzyzx")
    workspace.close.faults.add(method="POST", path="/contact/", status=400, body=body)
    await ana.submit()
    await workspace.slack.until(lambda: "Close refuses this" in ana.modal.errors.get(label, ""))
    assert ana.modal.errors[label].endswith("Correct it and try again.")
    await ana.submit()
    await workspace.read(ana, "Jane Zzyzx")


async def test_a_contact_that_slack_does_not_show_is_saved_all_the_same(workspace):
    ana = await workspace.connected("ana")
    await new_form(workspace, ana)
    await ana.fill("Name", "Jane Zzyzx")
    workspace.slack.faults.fail("response_url", status=500, times=9)
    workspace.slack.faults.fail("chat.postMessage", times=9)
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal and "was saved" in str(ana.modal.texts))
    assert len(contacts_named(workspace, "Jane Zzyzx")) == 1


async def test_what_was_typed_into_a_custom_field_that_is_gone_by_now_is_not_dropped(workspace):
    ana = await workspace.connected("ana")
    await new_form(workspace, ana)
    await ana.fill("Name", "Jane Zzyzx")
    await ana.fill("LinkedIn", "https://linkedin.example/jane")
    fields = workspace.close.store.custom_fields
    for key in [key for key, one in fields.items() if one["name"] == "LinkedIn"]:
        del fields[key]
    workspace.forget_organizations()
    await ana.submit()
    await workspace.slack.until(
        lambda: "no longer in Close" in ana.modal.errors.get("LinkedIn", "")
    )
    assert contacts_named(workspace, "Jane Zzyzx") == []


async def test_a_custom_field_that_is_gone_is_said_there_and_left_out_next_time(workspace):
    ana = await workspace.connected("ana")
    await new_form(workspace, ana)
    await ana.fill("Name", "Jane Zzyzx")
    await ana.fill("LinkedIn", "jane")
    fields = workspace.close.store.custom_fields
    for key in [key for key, one in fields.items() if one["object_type"] == "contact"]:
        del fields[key]
    await ana.submit()
    await workspace.slack.until(lambda: "does not exist" in ana.modal.errors.get("LinkedIn", ""))
    await ana.submit()
    await workspace.slack.until(lambda: "Empty it" in ana.modal.errors.get("LinkedIn", ""))
    await ana.fill("LinkedIn", "")
    await ana.submit()
    await workspace.read(ana, "Jane Zzyzx")


async def test_a_lost_answer_makes_one_contact(workspace):
    ana = await workspace.connected("ana")
    await new_form(workspace, ana)
    await ana.fill("Name", "Jane Zzyzx")
    await ana.fill("Phone", "(312) 555-0199")
    workspace.close.faults.add(method="POST", path="/contact/", drop=True, apply=True)
    await ana.submit()
    await workspace.read(ana, "Jane Zzyzx", "+1 312-555-0199")
    assert len(contacts_named(workspace, "Jane Zzyzx")) == 1


async def test_an_unclear_write_is_looked_up_when_it_is_pressed_again(workspace):
    ana = await workspace.connected("ana")
    await new_form(workspace, ana)
    await ana.fill("Name", "Jane Zzyzx")
    workspace.close.faults.add(method="POST", path="/contact/", drop=True, apply=True)
    workspace.close.faults.add(method="GET", path="/contact/", status=503, times=9)
    await ana.submit()
    await workspace.slack.until(lambda: "may have been saved" in str(ana.modal.texts))
    assert ana.modal.values["Name"] == "Jane Zzyzx"
    workspace.close.faults.clear()
    await ana.submit()
    await workspace.read(ana, "Jane Zzyzx", "Globex Industries")
    assert len(contacts_named(workspace, "Jane Zzyzx")) == 1


async def test_a_form_that_may_not_know_custom_fields_goes_without(workspace):
    ana = await workspace.connected("ana")
    workspace.close.faults.add(method="GET", path="/custom_field_schema/*", status=403, times=9)
    modal = await new_form(workspace, ana)
    assert modal.labels == ["Lead", "Name", "Title", "E-mail", "Phone"]


# --- changing ---------------------------------------------------------------------------------


def carol(workspace):
    return contacts_named(workspace, "Carol Martinez")[0]


async def edit_form(workspace, person):
    await person.command("/close contact Carol Martinez")
    card = await workspace.read(person, "Carol Martinez")
    await person.click("Edit")
    return card, await opened(workspace, person)


async def test_a_contact_is_changed_in_the_place_of_its_card(workspace):
    ana = await workspace.connected("ana")
    card, modal = await edit_form(workspace, ana)
    assert modal.title == "Edit contact"
    assert modal.values["Name"] == "Carol Martinez"
    assert "carol.martinez@globex.example" in modal.values["E-mail"]
    assert "+1 312-555-0176" in modal.values["Phone"]
    await ana.fill("Title", "CFO")
    await ana.fill("E-mail", modal.values["E-mail"] + "\ncm@globex.example home")
    await ana.submit()
    changed = await workspace.read(ana, "CFO", "cm@globex.example  home")
    assert changed.ts == card.ts
    assert carol(workspace)["title"] == "CFO"
    assert workspace.slack.violations == []


async def test_a_form_that_was_left_alone_writes_nothing(workspace):
    ana = await workspace.connected("ana")
    await edit_form(workspace, ana)
    workspace.close.requests.clear()
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal is None)
    assert [one for one in workspace.close.requests if one["method"] == "PUT"] == []


async def test_what_a_colleague_changed_meanwhile_is_kept(workspace):
    ana = await workspace.connected("ana")
    _, modal = await edit_form(workspace, ana)
    contact = carol(workspace)
    contact["title"] = "Set by Ben"
    contact["emails"].append({"email": "ben@added.example", "type": "home"})
    await ana.fill("E-mail", "new@globex.example\n" + modal.values["E-mail"])
    await ana.submit()
    await workspace.read(ana, "new@globex.example", "ben@added.example", "Set by Ben")
    assert [one["email"] for one in carol(workspace)["emails"]] == [
        "new@globex.example",
        "carol.martinez@globex.example",
        "ben@added.example",
    ]


async def test_an_address_is_taken_away(workspace):
    ana = await workspace.connected("ana")
    await edit_form(workspace, ana)
    await ana.fill("E-mail", "")
    await ana.fill("Title", "")
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal is None)
    assert carol(workspace)["emails"] == []
    assert carol(workspace)["title"] == ""
    assert carol(workspace)["phones"] != []


async def test_what_the_form_cannot_hold_is_kept(workspace):
    ana = await workspace.connected("ana")
    many = [{"email": f"{'a' * 60}{n}@acme.example", "type": "office"} for n in range(90)]
    carol(workspace)["emails"] = [*many]
    _, modal = await edit_form(workspace, ana)
    assert "can be changed in Close only" in " ".join(modal.texts)
    lines = modal.values["E-mail"].splitlines()
    assert len(lines) < 50
    await ana.fill("E-mail", "\n".join(lines[1:]))
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal is None)
    held = [one["email"] for one in carol(workspace)["emails"]]
    assert held == [one["email"] for one in many[1:]]


async def test_a_custom_field_is_changed_and_cleared(workspace):
    ana = await workspace.connected("ana")
    for value in ("https://linkedin.example/carol", ""):
        await edit_form(workspace, ana)
        await ana.fill("LinkedIn", value)
        await ana.submit()
        await workspace.slack.until(lambda: ana.modal is None)
        held = [one for key, one in carol(workspace).items() if key.startswith("custom.") and one]
        assert held == ([value] if value else [])


async def test_a_number_that_close_refuses_is_named(workspace):
    ana = await workspace.connected("ana")
    _, modal = await edit_form(workspace, ana)
    await ana.fill("Phone", modal.values["Phone"] + "\n1 home")
    await ana.submit()
    await workspace.slack.until(lambda: "“1”" in ana.modal.errors.get("Phone", ""))
    assert len(carol(workspace)["phones"]) == 1


async def test_a_contact_that_was_deleted_meanwhile_is_told_in_the_form(workspace):
    ana = await workspace.connected("ana")
    await edit_form(workspace, ana)
    await ana.fill("Title", "CFO")
    del workspace.close.contacts[carol(workspace)["id"]]
    await ana.submit()
    await workspace.slack.until(lambda: "no longer in Close" in ana.modal.errors.get("Name", ""))
    assert ana.modal.values["Title"] == "CFO"


async def test_edit_of_a_contact_that_is_gone_says_so(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close contact Carol Martinez")
    await workspace.read(ana, "Carol Martinez")
    workspace.close.contacts.clear()
    await ana.click("Edit")
    await workspace.slack.until(
        lambda: (
            "no longer in Close"
            in " ".join([*(ana.modal.texts if ana.modal else ()), ana.last().text])
        )
    )


async def test_a_name_of_four_thousand_characters_is_no_trouble(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close contact Carol Martinez")
    await workspace.read(ana, "Carol Martinez")
    carol(workspace)["name"] = "Carol " + "x" * 4000
    await ana.click("Edit")
    await opened(workspace, ana)
    await ana.fill("Title", "CFO")
    await ana.submit()
    await workspace.read(ana, "CFO", "Carol xxx")
    assert contacts_named(workspace, "Carol " + "x" * 4000)
    assert workspace.slack.violations == []


# --- deleting ---------------------------------------------------------------------------------


async def ask_to_delete(workspace, person):
    await person.command("/close contact Carol Martinez")
    await workspace.read(person, "Carol Martinez")
    await person.click("Delete")
    return await workspace.slack.until(
        lambda: person.modal and person.modal.submit_text and person.modal
    )


async def test_a_contact_is_deleted_after_a_question(workspace):
    ana = await workspace.connected("ana")
    modal = await ask_to_delete(workspace, ana)
    assert "Delete Carol Martinez of Globex Industries" in " ".join(modal.texts)
    assert carol(workspace)
    await ana.submit()
    await workspace.read(ana, "Carol Martinez was deleted in Close")
    assert contacts_named(workspace, "Carol Martinez") == []
    assert workspace.slack.violations == []


async def test_closing_the_question_deletes_nobody(workspace):
    ana = await workspace.connected("ana")
    await ask_to_delete(workspace, ana)
    await ana.close_modal()
    assert carol(workspace)


async def test_a_contact_that_was_deleted_already_is_told(workspace):
    ana = await workspace.connected("ana")
    await ask_to_delete(workspace, ana)
    del workspace.close.contacts[carol(workspace)["id"]]
    await ana.submit()
    await workspace.read(ana, "Carol Martinez had been deleted already")


async def test_a_deletion_whose_answer_is_lost_is_told_as_done(workspace):
    ana = await workspace.connected("ana")
    await ask_to_delete(workspace, ana)
    workspace.close.faults.add(method="DELETE", path="/contact/*", drop=True, apply=True)
    await ana.submit()
    await workspace.read(ana, "Carol Martinez was deleted in Close")


async def test_a_role_that_may_not_delete_is_told(workspace):
    ana = await workspace.connected("ana")
    await ask_to_delete(workspace, ana)
    workspace.close.faults.add(method="DELETE", path="/contact/*", status=403)
    await ana.submit()
    await workspace.slack.until(
        lambda: ana.modal and "does not allow this" in " ".join(ana.modal.texts)
    )
    assert carol(workspace)
