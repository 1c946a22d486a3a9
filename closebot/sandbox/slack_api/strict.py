"""JSON that came over the wire: as strict as Slack reads it, and safe to walk through."""

import json
import math
from typing import Any, NoReturn

DEEPEST = 100


def read_json(raw: bytes | str) -> Any:
    """Read JSON in UTF-8.

    Raises `ValueError` for what is none: not a number and infinity as well, and what is nested
    deeper than anything that Slack takes.
    """
    text = raw.decode() if isinstance(raw, bytes) else raw
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_read_float)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if _is_deeper(value, DEEPEST):
        raise ValueError("it is nested too deeply")
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _read_float(written: str) -> float:
    read = float(written)
    return read if math.isfinite(read) else _refuse(written)


def _is_deeper(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [inner for one in level for inner in _inside(one)]
    return bool(level)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
