"""The time zones that one can choose, by their IANA names."""

from importlib import resources
from zoneinfo import ZoneInfo

_REGIONS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)


def _read_names() -> tuple[str, ...]:
    names = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    chosen = sorted(name for name in names if name.partition("/")[0] in _REGIONS)
    return (*chosen, "UTC")


ZONES = _read_names()
_known: dict[str, ZoneInfo] = {}


def load_zones() -> None:
    """Read every zone's file, some 0.1 s: none is read then while the event loop runs."""
    _known.update({name: ZoneInfo(name) for name in ZONES if name not in _known})


def find_zone(name: str) -> ZoneInfo:
    """Return a zone by its name. Raises `ValueError` for one that is not known."""
    known = _known.get(name)
    if known is not None:
        return known
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise ValueError("a zone that is not known") from error


def group_zones(first: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the choices of a menu under their regions, with one zone on top of all."""
    groups: dict[str, list[tuple[str, str]]] = {"Yours": [(first, first)]}
    for name in ZONES:
        if name != first:
            region = name.partition("/")[0] if "/" in name else "Other"
            groups.setdefault(region, []).append((name, name))
    return list(groups.items())
