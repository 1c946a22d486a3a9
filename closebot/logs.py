"""One line an event, on standard error; never a body, a token, a note or a response address.

Libraries are kept at INFO even when closebot itself is asked for DEBUG: Bolt and the Slack SDK
print whole payloads there. Whatever still looks like a secret is struck out at the last moment.
"""

import logging
import re
import sys
import traceback

_SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|api_[\w.]{8,}|(?<=ticket=)[^\s&\"']+"
    r"|(?<=hooks\.slack\.com/)\S+|(?:Basic|Bearer) [\w+/=.-]{8,}"
    r"|gAAAA[\w-]{20,}={0,2}|(?<![\w-])[\w-]{43}=(?!=)",  # what Fernet sealed, and its keys
    re.IGNORECASE,
)
# asyncio names a lost task with its exception, and an exception may quote what somebody typed.
_LOST = re.compile(r"(\bexception=\w+\().*(?=\)>)", re.DOTALL)
# They name addresses with what was searched for, at INFO.
_TALKATIVE = ("aiohttp.access", "httpx")


def strike_secrets(text: str) -> str:
    """Replace whatever looks like a token, a key or a bearer address."""
    return _SECRETS.sub("[secret]", text)


class SafeFormatter(logging.Formatter):
    """Formats a record without secrets, and a traceback without the words of its exceptions.

    A message of an exception may quote what a person typed; its kind and its lines may not.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished line."""
        record.exc_text = None  # another formatter would have left the words of exceptions there
        return strike_secrets(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - see below
        """Return the line without the traceback."""
        return _LOST.sub(r"\1…", super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - the standard library's name
        """Return frames and kinds of an exception and of what caused it."""
        error = ei[1] if isinstance(ei, tuple) else None
        parts: list[str] = []
        seen: set[int] = set()
        while isinstance(error, BaseException) and id(error) not in seen:
            seen.add(id(error))
            frames = "".join(traceback.format_tb(error.__traceback__))
            parts.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\ncaused by\n".join(parts)


def configure(level: str) -> None:
    """Send everything to standard error. `level` is closebot's own; libraries stay above DEBUG.

    That holds for the root logger too: Bolt gives each of its loggers the root's level.
    """
    asked = logging.getLevelNamesMapping()[level]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter("%(asctime)s %(levelname)-7s %(name)s %(message)s"))
    logging.basicConfig(level=max(logging.INFO, asked), handlers=[handler], force=True)
    logging.getLogger("closebot").setLevel(asked)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, asked))
    # Bolt warns that it leaves a token aside; client and `authorize` are given on purpose.
    logging.getLogger("slack_bolt.AsyncApp").addFilter(
        lambda record: not re.search(r"`token`.*will be (?:ignored|unused)", record.getMessage())
    )
