"""Looking into what came as JSON, without trusting a single shape of it."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = Mapping[str, object]
_EMPTY: Json = {}


def read_object(raw: bytes) -> Json:
    """Raises ValueError for anything but a JSON object in UTF-8."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError as fault:
        raise ValueError("it is nested too deeply") from fault
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")
    return value


def at(value: object, *path: str) -> object:
    """What stands there; None where nothing does."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def text(value: object, *path: str) -> str:
    """The string there; empty where there is none, or something else. Lone surrogates and NULs are taken out."""
    found = at(value, *path)
    return found.encode("utf-8", "replace").decode().replace("\0", "") if isinstance(found, str) else ""


def flag(value: object, *path: str) -> bool:
    return at(value, *path) is True


def told_flag(value: object, *path: str) -> bool | None:
    """None where nothing is said."""
    found = at(value, *path)
    return found if isinstance(found, bool) else None


def inside(value: object, *path: str) -> Json:
    """The object there, empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, Mapping) else _EMPTY


def items(value: object, *path: str) -> Sequence[object]:
    """The list there, empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, Sequence) and not isinstance(found, str | bytes) else ()


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
