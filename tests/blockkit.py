"""What Slack would refuse in a message or a view, by its schemas and by the sandbox's own rules."""

import json
from functools import cache
from pathlib import Path

import jsonschema

from closebot.sandbox.slack_api.blocks import check_message, check_view

SCHEMAS = Path(__file__).parents[2] / "shared" / "slack" / "blockkit"


def problems(payload):
    """Return what is wrong with a message or a view, in words; empty for one that Slack takes.

    Where Slack's schemas are not beside this clone, the sandbox's rules decide alone.
    """
    kind = payload.get("type")
    if kind in ("modal", "home"):
        found = [str(one) for one in check_view(payload)]
    else:
        kind = "message"
        found = [str(one) for one in check_message(payload.get("blocks", []))]
        if not payload.get("text"):
            found.append("no text for notifications")
    checker = _schema(kind)
    # The schemas are older than charts.
    plain = payload | {
        "blocks": [one for one in payload["blocks"] if one["type"] != "data_visualization"]
    }
    found += [fault.message for fault in checker.iter_errors(plain)] if checker else []
    return found


@cache
def _schema(kind):
    path = SCHEMAS / f"{kind}.schema.json"
    return jsonschema.Draft7Validator(json.loads(path.read_text())) if path.is_file() else None


for _kind in ("message", "modal", "home"):
    _schema(_kind)  # read once at import: no file is read while an event loop runs
