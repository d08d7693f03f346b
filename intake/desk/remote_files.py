"""Files that messages name: fetched into their tickets, tried again, given up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.errors import DeliveryError
from intake.domain.event import Event, EventKind
from intake.domain.message import Attachment
from intake.domain.remote_file import Fetch, FetchState, RemoteFile

LEASE = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=1)
_SECONDS = (10, 30, 60, 300, 900)  # from one attempt to the next
_LONGEST = timedelta(hours=1)


def remember(files: Sequence[RemoteFile], ticket: int, message: int, at: datetime, books: UnitOfWork) -> None:
    """What a message names, and the channel has to fetch: from now on."""
    for file in files:
        books.fetches.add(
            Fetch(
                id=books.next_id(),
                ticket=ticket,
                message=message,
                file=file,
                state=FetchState.WAITING,
                due_at=at,
                created_at=at,
            )
        )


def claim(books: UnitOfWork, now: datetime, replica: str, limit: int) -> Sequence[tuple[Fetch, Channel]]:
    """What is to be fetched now, each with the channel that its message came by. It is this replica's for `LEASE`."""
    found: list[tuple[Fetch, Channel]] = []
    for fetch in books.fetches.claim(now=now, until=now + LEASE, replica=replica, limit=limit):
        message = books.tickets.message(fetch.message)
        assert message is not None
        found.append((fetch, message.channel))
    return found


def keep(fetch: Fetch, attachment: Attachment, books: UnitOfWork, now: datetime) -> bool:
    """It is on its ticket now; False if it was before."""
    if not books.fetches.fetched(fetch, attachment):
        return False
    reason = f"{fetch.file.name} is here, {attachment.size} bytes"
    _tell(fetch, reason, books, now, fetched="yes", file=attachment.name)
    return True


def put_off(fetch: Fetch, fault: DeliveryError, books: UnitOfWork, now: datetime) -> Fetch:
    """Try again later, or give up: where that is for good, or after a day."""
    pause = timedelta(seconds=_SECONDS[min(max(fetch.attempts, 1), len(_SECONDS)) - 1])
    if fault.retry_after is not None:
        pause = max(pause, min(timedelta(seconds=fault.retry_after), _LONGEST))
    over = fault.permanent or now + pause > fetch.created_at + GIVE_UP_AFTER
    after = replace(fetch, state=FetchState.FAILED if over else FetchState.WAITING, due_at=now + pause, error=str(fault))
    books.fetches.save(after)
    if over:
        _tell(fetch, f"{fetch.file.name} could not be fetched: {fault}", books, now, fetched="", link=fetch.file.url)
    return after


def _tell(fetch: Fetch, reason: str, books: UnitOfWork, now: datetime, **data: str) -> None:
    message = books.tickets.message(fetch.message)
    ticket = message.ticket if message is not None else fetch.ticket
    what = {"message": str(fetch.message), **data}
    books.tickets.add_event(Event(ticket=ticket, kind=EventKind.FILE_FETCHED, at=now, reason=reason, data=what))
