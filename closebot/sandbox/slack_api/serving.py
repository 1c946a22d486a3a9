"""The sandbox alone, for any Slack app."""

import asyncio
import errno
import signal

from closebot.sandbox.slack_api.sandbox import SlackSandbox


async def serve(
    port: int,
    *,
    request_url: str | None,
    bot_token: str | None,
    app_token: str | None,
    signing_secret: str | None,
) -> None:
    """Serve until SIGTERM; prints the address, and the secrets that were not given."""
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
    )
    try:
        await sandbox.__aenter__()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SystemExit(f"Port {port} is taken: choose another with --port.") from None
    try:
        lines = [f"SLACK_API_URL={sandbox.api_url}"]
        made = {
            "SLACK_BOT_TOKEN": "" if bot_token else sandbox.bot_token,
            "SLACK_APP_TOKEN": "" if app_token else sandbox.app_token,
            "SLACK_SIGNING_SECRET": "" if signing_secret else sandbox.signing_secret,
        }
        lines += [f"{name}={secret}" for name, secret in made.items() if secret]
        print("\n".join(lines), flush=True)  # noqa: T201 - this is what it is started for
        await stop.wait()
    finally:
        await sandbox.__aexit__(None, None, None)
