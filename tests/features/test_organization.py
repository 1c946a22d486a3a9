import pytest

from closebot.cards.organization import organization_card, pipeline_list, status_list, user_list
from closebot.close import Organization, Pipeline, Status, User


async def test_the_organization_is_shown(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close org")
    await workspace.read(ana, "Northwind Sales", "Currency  USD", "Sales, Renewals")


async def test_people_are_listed(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close users")
    await workspace.read(ana, "Users", "Ana Novak", "ben@northwind.example", "Raj Patel")


async def test_statuses_are_listed_in_their_order(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close statuses")
    answer = await workspace.read(ana, "Lead statuses", "Potential", "Proposal Sent", "Won")
    assert answer.text.index("Potential") < answer.text.index("Proposal Sent")
    assert "Renewed (won)" in answer.text
    assert "Won (won)" not in answer.text


async def test_what_was_just_changed_in_close_is_listed(workspace):
    ana = await workspace.connected("ana")
    for status in workspace.close.store.lead_statuses.values():
        status["label"] = f"New {status['label']}"
    workspace.close.requests.clear()
    await ana.command("/close statuses")
    await workspace.read(ana, "New Potential")
    assert len(workspace.close.requests) == 1


async def test_pipelines_are_listed_stage_by_stage(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close pipelines")
    answer = await workspace.read(ana, "Sales", "Renewals", "Churned (lost)")
    assert answer.ephemeral
    assert workspace.slack.violations == []


HOSTILE = ["<!channel>", "*b* :tada: `c`", "", " ", "x" * 5000, "\u202ertl\u202c 🎉"]


@pytest.mark.parametrize("text", HOSTILE)
async def test_any_names_are_taken_by_slack(workspace, text):
    status = Status(id="stat_1", label=text)
    organization = Organization(
        id="orga_1", name=text, currency=text, lead_statuses=(status,) * 60,
        pipelines=(Pipeline(id="pipe_1", name=text, statuses=(status,) * 60),) * 3,
    )  # fmt: skip
    users = [User(id="user_1", first_name=text, email=text)] * 50
    for message in (
        organization_card(organization),
        status_list(organization),
        pipeline_list(organization.pipelines),
        user_list(users, more=True),
        pipeline_list([]),
        user_list([], more=False),
    ):
        await workspace.bot.outgoing.tell(workspace.person("ana").id, message)
    assert workspace.slack.violations == []
    assert list(workspace.slack.pings) == []


async def test_what_a_colleague_learnt_is_not_told_to_somebody_whose_key_is_gone(workspace):
    ana = await workspace.connected("ana")
    await workspace.connected("ben")
    workspace.forget_organizations()
    ben = workspace.person("ben")
    await ben.command("/close org")
    await workspace.read(ben, "Northwind Sales")
    workspace.close.revoke_all_keys()
    await ana.command("/close org")
    await workspace.read(ana, "no longer accepts your key")


def test_an_organization_with_many_pipelines_fits_into_one_message():
    pipelines = tuple(Pipeline(id=f"pipe_{number}", name="P") for number in range(80))
    organization = Organization(id="orga_1", name="N", pipelines=pipelines)
    assert len(status_list(organization)["blocks"]) <= 50
