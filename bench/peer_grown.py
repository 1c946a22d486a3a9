"""closebot with 100 more commands and 100 more buttons than it has."""

from closebot import app
from closebot.cli import main
from closebot.slack.feature import Feature
from closebot.slack.outgoing import Respond

more = Feature("more")


async def answer(respond: Respond) -> None:
    await respond({"text": "Here."})


for number in range(100):
    more.command(f"more{number}", usage=f"more{number}", help="One more")(answer)
    more.action(f"more.act{number}")(answer)

app.FEATURES = (*app.FEATURES, more)

if __name__ == "__main__":
    main(["run"])
