"""Look up how the organization is set up: statuses, pipelines, people. All of it private."""

from closebot.cards.organization import (
    MOST_LISTED,
    organization_card,
    pipeline_list,
    status_list,
    user_list,
)
from closebot.close import Organization
from closebot.people import Person
from closebot.slack.feature import Feature
from closebot.slack.outgoing import Respond

feature = Feature("organization")


@feature.command("org", usage="org", help="Show the organization and its currency")
async def show_organization(me: Person, respond: Respond) -> None:
    """Answer with what Close says about the organization."""
    await respond(organization_card(await _organization(me)))


@feature.command("users", usage="users", help="List the people of the organization")
async def list_users(me: Person, respond: Respond) -> None:
    """Answer with the first people, by last name."""
    users = await me.close.users.list(most=MOST_LISTED + 1).all()
    await respond(user_list(users[:MOST_LISTED], more=len(users) > MOST_LISTED))


@feature.command("statuses", usage="statuses", help="List what leads and opportunities can be")
async def list_statuses(me: Person, respond: Respond) -> None:
    """Answer with all statuses in their order."""
    await respond(status_list(await _organization(me)))


@feature.command("pipelines", usage="pipelines", help="List the pipelines, stage by stage")
async def list_pipelines(me: Person, respond: Respond) -> None:
    """Answer with the pipelines in board order."""
    await respond(pipeline_list((await _organization(me)).pipelines))


async def _organization(me: Person) -> Organization:
    """Return it as it is now: who looks it up may just have changed it in Close."""
    me.forget_setup()
    return await me.organization()
