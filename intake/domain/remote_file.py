"""A file that a message names and the channel must fetch: a recording, a picture in an MMS."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """`url` is the vendor's, and nothing is fetched from elsewhere (the channel holds that). `name` is for people."""

    url: str
    content_type: str
    name: str


class FetchState(StrEnum):
    WAITING = "waiting"
    FETCHED = "fetched"  # it is an attachment of its message now
    FAILED = "failed"  # given up; the link stays on the ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One file of one message, until it is there. `attempts` counts tries begun; `due_at` is when the next one may begin."""

    id: int
    ticket: int
    message: int
    file: RemoteFile
    state: FetchState
    due_at: datetime
    created_at: datetime
    attempts: int = 0
    error: str = ""
