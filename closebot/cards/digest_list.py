"""The digests of a channel as a list, and what is said when one is set up, rests or fails."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from closebot.cards.dates import say_moment
from closebot.cards.digest_plan import Plan, say_clock, say_plan, say_times, say_whose
from closebot.slack import kit
from closebot.slack.kit import Json

RUN_NOW = "digests.run_now"
EDIT = "digests.edit"
PAUSE = "digests.pause"
RESUME = "digests.resume"
STOP = "digests.stop"
TAKE_OVER = "digests.take_over"
MENTION_ME = "digests.mention_me"
LEAVE_ME = "digests.leave_me"

MOST_LISTED = 15
_NAME = 100


class Listed:
    """A digest as the list shows it. `next_at` is None while it rests; `why` is a sentence.

    `is_own`: it reads Close with the reader's own connection, so that they may change it.
    """

    def __init__(
        self,
        digest_id: str,
        plan: Plan,
        next_at: datetime | None,
        *,
        why: str = "",
        is_broken: bool = False,
        is_mentioned: bool = False,
        is_own: bool = False,
    ) -> None:
        self.id, self.plan, self.next_at = digest_id, plan, next_at
        self.why, self.is_broken, self.is_mentioned = why, is_broken, is_mentioned
        self.is_own = is_own


def digest_list(
    listed: Sequence[Listed],
    now: datetime,
    *,
    slash: str,
    said: str = "",
    is_personal: bool = False,
) -> Json:
    """Draw the digests of a channel, or a person's own, with what can be done to each.

    `said`: what was just done.
    """
    blocks = [kit.section(said)] if said else []
    if not listed:
        blocks.append(kit.section(f"There is no digest here. `{slash} digest` sets one up."))
        return kit.message(said or "No digest here", blocks)
    count = len(listed)
    title = "1 digest here" if count == 1 else f"{count} digests here"
    blocks.append(kit.rich(kit.line(kit.words(title, bold=True))))
    for one in listed[:MOST_LISTED]:
        blocks += _row(one, now)
    if count > MOST_LISTED:
        blocks.append(kit.context(f"The first {MOST_LISTED} of {count}."))
    if not is_personal:
        whom = (
            "Everybody here can run, pause and stop them. “Run now” posts one here, for everybody "
            "to see."
        )
        blocks.append(kit.context(whom))
    return kit.message(said or title, blocks)


def _row(one: Listed, now: datetime) -> list[Json]:
    plan = one.plan
    title = f"{say_times(plan)}: {say_whose(plan)}"
    details = [say_plan(plan).split("  ·  ", 1)[1]]
    if one.next_at is not None:
        zone = plan.where
        details.append(f"next {say_moment(one.next_at, now.astimezone(zone).date(), zone)}")
    else:
        details.append("paused" + (f": {one.why}" if one.why else ""))
    if plan.maker:
        details.append(f"set up by {kit.clip(plan.maker, _NAME)}")
    block = kit.row(title, "  ·  ".join(details)) | {"block_id": one.id}
    return [block, kit.actions(*digest_buttons(one)) | {"block_id": f"{one.id} acts"}]


def digest_buttons(one: Listed) -> list[Json]:
    """Draw what can be done to a digest."""
    asked = kit.confirm("Stop this digest?", "It is deleted here, for everybody.", "Stop")
    stop = kit.button("Stop", STOP, value=one.id, style="danger", confirm=asked)
    if one.is_broken:
        return [kit.button("Take over", TAKE_OVER, value=one.id, style="primary"), stop]
    rests = one.next_at is None
    turn = kit.button("Resume", RESUME, value=one.id) if rests else None
    elements = [
        kit.button("Run now", RUN_NOW, value=one.id),
        turn or kit.button("Pause", PAUSE, value=one.id),
        stop,
    ]
    if one.is_own:
        elements.insert(2, kit.button("Edit", EDIT, value=one.id))
    if one.plan.may_mention:
        words = "Do not mention me" if one.is_mentioned else "Mention me"
        action = LEAVE_ME if one.is_mentioned else MENTION_ME
        elements.append(kit.button(words, action, value=one.id))
    return elements


def announcement(plan: Plan, *, is_personal: bool, slash: str) -> Json:
    """Say where a digest will be posted that somebody has set it up."""
    if is_personal:
        said = f"Your digest comes here {say_times(plan)} ({plan.zone}). "
        return kit.sentence(f"{said}`{slash} digests` shows, pauses and stops it.")
    who = kit.clip(plan.maker.strip() or "Somebody", _NAME)
    said = f" set up a digest here, {say_times(plan)}"
    more = f" ({plan.zone}): {say_whose(plan)}."
    return kit.message(
        kit.quote(f"{who}{said}"),
        [
            kit.rich(kit.line(kit.words(who, bold=True), kit.words(said + more))),
            kit.context(f"Everybody here can run, pause or stop it with `{slash} digests`."),
        ],
    )


def set_up(plan: Plan, digest_id: str, next_at: datetime, today: date, *, slash: str) -> Json:
    """Tell the person that the digest is set up, and what can be done with it."""
    first = say_moment(next_at, today, plan.where)
    said = f"The digest is set up. The first one comes {first} ({plan.zone})."
    buttons = [kit.button("Run now", RUN_NOW, value=digest_id)]
    if plan.may_mention:
        buttons.append(kit.button("Mention me", MENTION_ME, value=digest_id))
    note = kit.context(f"`{slash} digests` shows, pauses and stops it.")
    return kit.message(said, [kit.section(said), kit.actions(*buttons), note])


def broken_notice(plan: Plan, digest_id: str, why: str, *, is_personal: bool, slash: str) -> Json:
    """Say that a digest rests because its owner's connection does not work, and what to do."""
    take = kit.button("Resume" if is_personal else "Take over", TAKE_OVER, value=digest_id,
                      style="primary")  # fmt: skip
    do = (
        f"Connect again with `{slash} connect`, then resume it."
        if is_personal
        else "Anybody here who is connected to the same Close organization can take it over: it "
        "shows then what they may see."
    )
    title = f"The digest {say_times(plan)} is paused: {why}"
    return kit.message(
        kit.quote(title),
        [kit.rich(kit.line(kit.words(title))), kit.section(do), kit.actions(take)],
    )


def taken_over(plan: Plan, name: str) -> Json:
    """Say in a channel that a digest runs again with another person's connection."""
    who = kit.clip(name.strip() or "Somebody", _NAME)
    said = f" took the digest {say_times(plan)} over. It shows what they may see in Close."
    line = kit.line(kit.words(who, bold=True), kit.words(said))
    return kit.message(kit.quote(f"{who}{said}"), [kit.rich(line)])


def run_notice(plan: Plan, digest_id: str, what: str, channel: str, *, button: str) -> Json:
    """Tell its maker privately what became of a digest. `what`: a plain sentence.

    `button`: “Run now” or “Resume”.
    """
    action = RUN_NOW if button == "Run now" else RESUME
    where = f"The digest in <#{channel}>" if channel.startswith(("C", "G")) else "Your digest"
    said = f"{where}, {say_times(plan)}: {kit.quote(what, 1000)}"
    return kit.sentence(said, kit.actions(kit.button(button, action, value=digest_id)))


def say_skipped(day: date, clock: datetime, zone: ZoneInfo) -> str:
    """Say that a digest came too late to be sent, as plain text."""
    at = say_clock(clock.astimezone(zone).time())
    return (
        f"that of {day:%a} {day.day} {day:%b}, {at}, was skipped, as closebot was not running. "
        "Run it now, or wait for the next one."
    )
