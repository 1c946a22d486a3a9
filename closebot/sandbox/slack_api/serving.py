"""The sandbox alone, for any Slack app."""

import asyncio
import signal
from pathlib import Path

from closebot.sandbox.ports import find_fault
from closebot.sandbox.slack_api.manifest import App
from closebot.sandbox.slack_api.sandbox import SlackSandbox

PAGE = Path(__file__).parents[1] / "page"


async def serve(
    port: int,
    *,
    app: App,
    page: bool,
    request_url: str | None,
    bot_token: str | None,
    app_token: str | None,
    signing_secret: str | None,
) -> None:
    """Serve until SIGTERM; prints the addresses, and the secrets that were not given."""
    if fault := find_fault(port):
        raise SystemExit(fault)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    sandbox = SlackSandbox(
        port=port,
        bot_token=bot_token,
        app_token=app_token,
        signing_secret=signing_secret,
        request_url=request_url,
        bot_name=app.name,
        subscribed=app.subscribed,
        scopes=app.scopes,
        page=PAGE if page else None,
        page_data={"features": app.features},
    )
    async with sandbox:
        # What is printed can be kept as a file of settings.
        lines = [f"# Open {sandbox.url}/ to be the people of this Slack."] if page else []
        if app.unheard:
            lines.append(f"# Nothing here ever sends {', '.join(app.unheard)}.")
        lines.append(f"SLACK_API_URL={sandbox.api_url}")
        made = {
            "SLACK_BOT_TOKEN": "" if bot_token else sandbox.bot_token,
            "SLACK_APP_TOKEN": "" if app_token or request_url else sandbox.app_token,
            "SLACK_SIGNING_SECRET": "" if signing_secret else sandbox.signing_secret,
        }
        lines += [f"{name}={secret}" for name, secret in made.items() if secret]
        print("\n".join(lines), flush=True)  # noqa: T201 - this is what it is started for
        await stop.wait()
