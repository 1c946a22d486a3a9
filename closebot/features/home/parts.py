"""What stands in the home tab, part by part; one that fails is said in its place."""

import logging
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

from pydantic import ValidationError

from closebot.cards.connect import connect_button
from closebot.cards.digest_list import Listed
from closebot.cards.digest_plan import Plan
from closebot.cards.home import AGAIN_BUTTON, MOST_DEALS, MOST_RECENT, MOST_TASKS

from closebot.cards.home import Account, Mine, Missing, Placed, Reader  # isort: skip
from closebot.cards.settings import Chosen, say_settings
from closebot.close import CloseError, Forbidden, PlanLimit, Range, Unauthorized
from closebot.people import Person
from closebot.store import Digest, StoreError

log = logging.getLogger(__name__)

T = TypeVar("T")

_SILENT = "Close did not answer."
_SENTENCES: tuple[tuple[type[CloseError], str], ...] = (
    (Unauthorized, "Close no longer accepts your connection. Connect again."),
    (PlanLimit, "Your Close plan does not include this."),
    (Forbidden, "Your role in Close does not allow this."),
)


async def surely(part: Awaitable[T]) -> T | Missing:
    """Return a part, or what is said in its place."""
    try:
        return await part
    except CloseError as error:
        log.info("a part of a home tab is missing: %s", type(error).__name__)
        said = next((said for kind, said in _SENTENCES if isinstance(error, kind)), _SILENT)
        helps = connect_button() if isinstance(error, Unauthorized) else AGAIN_BUTTON
        return Missing(said, helps)
    except StoreError as error:
        log.warning("a part of a home tab is missing: %s", type(error).__name__)
        return Missing("closebot cannot reach its own database.", AGAIN_BUTTON)


async def find_tasks(me: Person) -> Mine:
    """Ask Close for this person's tasks that are due by today: one request."""
    walk = me.close.tasks.list(
        assigned_to=me.connection.close_user_id,
        is_complete=False,
        due=Range(lt=me.today + timedelta(days=1)),
        order="date",
        most=MOST_TASKS,
    )
    tasks = await walk.first()
    return Mine(tasks=tasks, total=len(tasks) if walk.total is None else walk.total)


async def find_deals(me: Person) -> Mine:
    """Ask Close for this person's open opportunities that close next: one request."""
    walk = me.close.opportunities.list(
        user_ids=[me.connection.close_user_id],
        status_types=["active"],
        order="date_won",
        most=MOST_DEALS,
    )
    deals = await walk.first()
    return Mine(deals=deals, total=walk.totals.total_results or len(deals))


async def find_recents(me: Person) -> list[tuple[str, str]]:
    """Return the leads that this person looked at last."""
    return [(one.id, one.name) for one in (await me.recents.all())[:MOST_RECENT]]


async def find_digests(me: Person) -> list[Placed]:
    """Return the digests that this person has set up."""
    found = await me.store.digests.made_by(me.connection.owner)
    return [placed for one in found if (placed := _place(one)) is not None]


def _place(digest: Digest) -> Placed | None:
    try:
        plan = Plan.model_validate(digest.plan)
    except ValidationError:
        log.warning("digest %s cannot be read", digest.id)
        return None
    next_at = digest.next_at if digest.state == "on" else None
    listed = Listed(
        digest.id, plan, next_at, why=digest.why, is_broken=digest.state == "broken",
        is_mentioned=digest.owner.user in digest.mentions.values(),
    )  # fmt: skip
    return Placed(listed, "" if digest.is_personal else digest.channel)


def read_account(me: Person) -> Account:
    """Say whom this person acts as."""
    own, chosen = me.connection, me.preferences
    ways = {"api_key": "by an API key", "access_token": "by an access token", "oauth": "by OAuth"}
    day = own.connected_at.astimezone(me.zone)
    return Account(
        own.close_user_name,
        own.organization_name,
        f"connected {ways[own.kind]} since {day.day} {day:%b %Y}",
        say_settings(
            Chosen(
                chosen.zone, own.zone, chosen.days, chosen.mention, chosen.pipeline, chosen.shares
            )
        ),
    )


def read_reader(me: Person) -> Reader:
    """Say where this person is, and which Close user."""
    return Reader(me.today, me.zone, me.connection.close_user_id)
