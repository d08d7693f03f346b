"""One arrival as a file on the local disk."""

import base64
import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import structlog

from intake.domain.arrival import Arrival
from intake.domain.channel import Channel

LARGEST = 4 * 1024 * 1024  # bytes of a file: nothing larger is written, and nothing larger is read
ASIDE = "unreadable"
_UNFINISHED = ".part"

log = structlog.get_logger()


def as_json(arrival: Arrival) -> bytes:
    return json.dumps(
        {
            "channel": arrival.channel.value,
            "received_at": arrival.received_at.isoformat(),
            "envelope": dict(arrival.envelope),
            "raw": base64.b64encode(arrival.raw).decode("ascii"),
        }
    ).encode("ascii")


def read(path: Path) -> Arrival:
    """Raises OSError, ValueError or RecursionError where it is none of ours."""
    with path.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError("larger than anything that is kept here")
    kept: object = json.loads(content)
    match kept:
        case {"channel": str(channel), "received_at": str(at), "envelope": dict(envelope), "raw": str(raw)}:
            received_at = datetime.fromisoformat(at)
            if received_at.tzinfo is None:
                raise ValueError("received_at has no time zone")
            return Arrival(
                channel=Channel(channel),
                received_at=received_at,
                raw=base64.b64decode(raw, validate=True),
                envelope=_texts(envelope),
            )
        case _:
            raise ValueError("not an arrival")


def _texts(envelope: Mapping[object, object]) -> Mapping[str, str]:
    found = {name: value for name, value in envelope.items() if isinstance(name, str) and isinstance(value, str)}
    if len(found) != len(envelope):
        raise ValueError("the envelope holds more than texts")
    return found


def write(path: Path, content: bytes) -> None:
    """Whole or not at all under this name, and its content is durable; the name is when its folder has been synced."""
    part = path.with_suffix(_UNFINISHED)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(descriptor)
        part.rename(path)
    except OSError:
        forget(part)
        raise


def forget(path: Path) -> None:
    """A file that stays all the same costs nothing but that it is read again: its input is a duplicate then."""
    try:
        path.unlink(missing_ok=True)
    except OSError as fault:
        log.warning("spool.not_deleted", file=str(path), why=str(fault))


def move_aside(path: Path, why: str) -> None:
    """Into the folder for what nobody can read. Nothing there is ever deleted or overwritten."""
    aside = path.parent / ASIDE
    target = aside / path.name
    number = 1
    try:
        aside.mkdir(mode=0o700, exist_ok=True)
        while target.exists():
            number += 1
            target = aside / f"{path.name}.{number}"
        path.rename(target)
    except OSError as fault:
        log.error("spool.unreadable", file=str(path), why=why, stays=str(fault))
    else:
        log.error("spool.unreadable", file=str(target), why=why, do="look into it: somebody said this to the desk")
