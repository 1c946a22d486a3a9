"""The command line: starts things, and says in one message why they cannot start."""

import asyncio
import json
import logging
import os
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import yaml

from closebot import __version__, logs
from closebot.app import Bot, CannotStart, build
from closebot.doctor import draw, examine
from closebot.manifest import build_manifest
from closebot.settings import Settings, SettingsError, find_misspelt, read_settings
from closebot.store import AUDIT_LIVES, Audited, Store, StoreError, Vault, new_key

log = logging.getLogger(__name__)

_PORT = click.IntRange(0, 65535)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Close CRM, from Slack."""


@main.command()
@click.option("--clock", type=click.Path(path_type=Path), default=None, hidden=True)
def run(clock: Path | None) -> None:
    """Serve: Socket Mode when SLACK_APP_TOKEN is set, otherwise HTTP."""
    settings = _settings()
    logs.configure(settings.log_level)
    for fault in find_misspelt(os.environ):
        log.warning("%s", fault)
    try:
        asyncio.run(_serve(settings, _read_clock(clock)))
    except (CannotStart, StoreError) as error:
        raise click.ClickException(str(error)) from None


def _read_clock(ahead: Path | None) -> Callable[[], datetime]:
    """Return the clock; with a file, it is ahead by the seconds that stand there at each look."""
    if ahead is None:
        return lambda: datetime.now(UTC)
    return lambda: datetime.now(UTC) + timedelta(seconds=float(ahead.read_text()))


async def _serve(settings: Settings, now: Callable[[], datetime]) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    bot = build(settings, now=now)
    try:
        if not await _start(bot, stop):
            return
        where = f"http://{settings.host}:{bot.port}/slack/events"
        if settings.mode == "socket":
            where = f"Socket Mode, /health on port {bot.port}" if bot.port else "Socket Mode"
        log.info("closebot %s is running (%s)", __version__, where)
        await bot.serve(stop)
        log.info("stopping; %d in flight", len(bot.inflight))
    finally:
        await bot.stop()


async def _start(bot: Bot, stop: asyncio.Event) -> bool:
    """Start the bot; return False when it was asked to stop before that was done."""
    starting, stopping = asyncio.create_task(bot.start()), asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return False
    await starting
    return True


@main.command()
def keygen() -> None:
    """Print a new encryption key for CLOSEBOT_KEYS."""
    click.echo(new_key())


@main.command()
def rekey() -> None:
    """Re-encrypt every secret with the first key of CLOSEBOT_KEYS."""
    settings = _settings()
    vault = Vault([key.get_secret_value() for key in settings.closebot_keys])
    try:
        store = Store.open(settings.closebot_db, vault)
        done = store.rekey()
        store.close()
    except StoreError as error:
        raise click.ClickException(str(error)) from None
    counted = "1 secret is" if done.count == 1 else f"{done.count} secrets are"
    click.echo(f"{counted} now encrypted with the first key.")
    if done.lost:
        raise click.ClickException(f"{done.lost} could not be opened; those people connect again.")


@main.command()
def doctor() -> None:
    """Look for what is wrong, with a next step for each fault; exits with 1 if there is any.

    Settings, database and key, Slack token and scopes, the way in (Socket Mode or request
    address), Close, clock, digests. Changes nothing, and shows no secret.
    """
    findings = asyncio.run(examine(os.environ))
    click.echo(draw(findings))
    if any(one.state == "wrong" for one in findings):
        raise SystemExit(1)


@main.command()
@click.option("--days", type=click.IntRange(1, AUDIT_LIVES.days), default=AUDIT_LIVES.days,
              show_default=True, help="How far back.")  # fmt: skip
@click.option("--user", default="", help="Only this person: their id in Slack or in Close.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
def audit(days: int, user: str, as_json: bool) -> None:  # noqa: FBT001 - click passes a flag
    """Print who wrote what to Close, oldest first: ids and kinds, never contents."""
    settings = _settings()
    vault = Vault([key.get_secret_value() for key in settings.closebot_keys])
    since = datetime.now(UTC) - timedelta(days=days)
    try:
        store = Store.open(settings.closebot_db, vault)
        found = asyncio.run(store.audit.since(since, user=user))
        store.close()
    except StoreError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps([_plain(one) for one in found], indent=2) if as_json else _table(found))


def _plain(one: Audited) -> dict[str, str]:
    return {
        "at": one.at.isoformat(),
        "workspace": one.owner.workspace,
        "user": one.owner.user,
        "close_user": one.close_user_id,
        "action": one.action,
        "object": one.object,
        "id": one.object_id,
        "lead": one.lead_id,
        "place": one.origin.kind,
        "name": one.origin.name,
        "channel": one.origin.channel,
        "outcome": one.outcome,
    }


def _table(found: Sequence[Audited]) -> str:
    if not found:
        return "Nothing was written to Close in that time."
    plain = [_plain(one) for one in found]
    rows = [list(plain[0]), *([cell or "-" for cell in one.values()] for one in plain)]
    for row in rows[1:]:
        row[0] = row[0][:19]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
             for row in rows)  # fmt: skip
    return "\n".join(line.rstrip() for line in lines)


@main.command()
@click.option("--url", default="", help="This server's public https address: HTTP mode.")
@click.option("--command", default="/close", show_default=True, help="The slash command's name.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of YAML.")
def manifest(url: str, command: str, as_json: bool) -> None:  # noqa: FBT001 - click passes a flag
    """Print the Slack manifest for this deployment."""
    drawn = build_manifest(url=url, command=command)
    if as_json:
        click.echo(json.dumps(drawn, indent=2))
    else:
        click.echo(yaml.safe_dump(drawn, sort_keys=False, allow_unicode=True), nl=False)


@main.command()
@click.option("--port", type=_PORT, default=None, help="Serve the page there.")
@click.option("--no-page", is_flag=True, help="Only the two simulators and the bot.")
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), default=None,
              help="Write the session to this file.")  # fmt: skip
@click.option("--replay", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              default=None, help="Play a session, and say where answers differ.")  # fmt: skip
def demo(
    port: int | None,
    no_page: bool,  # noqa: FBT001 - click passes a flag
    record: Path | None,
    replay: Path | None,
) -> None:
    """Show the whole bot between a sandbox Slack and a sandbox Close, in the browser."""
    from closebot.sandbox.demo import Options, run_demo  # noqa: PLC0415 - the product never loads it

    if record and replay:
        raise click.UsageError("--record and --replay cannot go together.")
    raise SystemExit(asyncio.run(run_demo(Options(port, not no_page, record, replay))))


@main.group()
def sandbox() -> None:
    """Run one simulator alone, for other people's clients and bots."""


@sandbox.command("close")
@click.option("--port", type=_PORT, default=0, help="0 takes a free one.")
@click.option("--seed", type=click.Choice(["small", "large"]), default="small", show_default=True)
def sandbox_close(port: int, seed: str) -> None:
    """Serve a Close API on loopback; prints each person's name, e-mail and API key.

    Faults are asked for with POST /_sandbox/faults, for example
    {"method": "POST", "path": "/lead/", "status": 503, "times": 2}, or, for a webhook that
    arrives twice, {"method": "WEBHOOK", "duplicate": true}; DELETE clears them.
    GET /_sandbox/requests shows what was asked. POST /_sandbox/lag {"seconds": 2} makes a
    search blind for the newest changes. Webhooks are delivered to loopback addresses only.
    """
    from closebot.sandbox import close_api  # noqa: PLC0415 - the product never loads it

    first_key = os.environ.get("CLOSEBOT_SANDBOX_KEY")
    asyncio.run(close_api.serve(port, seed, first_key))


@sandbox.command("slack")
@click.option("--port", type=_PORT, default=0, help="0 takes a free one.")
@click.option("--manifest", type=click.Path(path_type=Path), default=None,
              help="The app's manifest, YAML or JSON: name, commands, shortcuts, events, scopes, "
              "Socket Mode. Without it, the app gets every event and every scope.")  # fmt: skip
@click.option("--request-url", default=None,
              help="Deliver by signed HTTP to this address, in spite of Socket Mode.")  # fmt: skip
@click.option("--no-page", is_flag=True, help="Only the Web API and Socket Mode.")
def sandbox_slack(
    port: int,
    manifest: Path | None,
    request_url: str | None,
    no_page: bool,  # noqa: FBT001 - click passes a flag
) -> None:
    """Serve a Slack on loopback for any app: Web API, Socket Mode, and a page to use it by.

    Prints the page's address and what the app is started with; SLACK_BOT_TOKEN, SLACK_APP_TOKEN
    and SLACK_SIGNING_SECRET are taken from the environment where they are set. An app calls
    https://slack.com/api/ until it is told where to: in Python WebClient(base_url=…), in Node
    clientOptions: {slackApiUrl: …}.

    There are no files, canvases, lists, scheduled messages, pins, user groups, workflows, OAuth or
    rate limits, and people edit, delete and react to nothing. Events that happen: messages of
    people, mentions, links, and an opened Home. A method that is not there answers unknown_method,
    and says whether Slack has it.
    """
    from closebot.sandbox import slack_api  # noqa: PLC0415 - the product never loads it

    try:
        app = slack_api.read_manifest(manifest) if manifest else slack_api.App()
    except slack_api.BadManifest as error:
        raise _Unusable(str(error)) from None
    if not (app.socket_mode or request_url):
        raise _Unusable(
            f"{manifest} has Socket Mode off: say --request-url, where the app listens."
        )
    asyncio.run(
        slack_api.serve(
            port,
            app=app,
            page=not no_page,
            request_url=request_url,
            bot_token=os.environ.get("SLACK_BOT_TOKEN"),
            app_token=os.environ.get("SLACK_APP_TOKEN"),
            signing_secret=os.environ.get("SLACK_SIGNING_SECRET"),
        )
    )


class _Unusable(click.ClickException):
    """Ends a command with one sentence, and with the code of a wrong call."""

    exit_code = 2


def _settings() -> Settings:
    try:
        return read_settings(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
