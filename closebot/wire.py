"""JSON on its way in and out: by orjson where it is installed (`closebot[fast]`), else by `json`.

What orjson refuses and `json` takes (half a character, NaN, a byte order mark) is read all the
same. A whole number beyond 64 bits becomes a float with orjson.
"""

import json
from typing import Any

try:
    import orjson
except ImportError:  # the extra is not installed
    orjson = None  # type: ignore[assignment]


def read_json(text: str | bytes) -> Any:
    """Parse JSON. Raises `ValueError`."""
    if orjson is not None:
        try:
            return orjson.loads(text)
        except ValueError:
            pass
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def write_json(value: Any) -> bytes:
    """Write what is made of dicts, lists, texts, numbers, booleans and None. Raises `TypeError`."""
    if orjson is not None:
        try:
            # A date or a record in it is a mistake of ours, which `json` would not let pass either.
            return orjson.dumps(
                value, option=orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
            )
        except TypeError:
            pass
    return json.dumps(value).encode()
