"""Calls, pages and texts for these tests, written as the desk writes them."""

from dataclasses import replace
from datetime import datetime, timedelta

from intake.desk.ports import UnitOfWork
from intake.domain.call import Call
from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.label import Priority
from intake.domain.page import Page, Run
from intake.domain.remote_file import Fetch, FetchState, RemoteFile
from intake.domain.text_question import TextQuestion
from intake.domain.ticket_message import Direction
from tests.storage.examples import A_MESSAGE, NOW, open_ticket, phone, say

ANN, BEN, LINE = "+4915112345678", "+4915187654321", "+4930901820"
MINUTE = timedelta(minutes=1)
A_CALL = Call(id=0, name="CA1", ticket=0, line=LINE, caller=ANN, began_at=NOW)
A_QUESTION = TextQuestion(id=0, address=ANN, ticket=0, options=(), asked_at=NOW)
A_RECORDING = RemoteFile(url="https://api.vendor.example/r/1", content_type="audio/mpeg", name="recording.mp3")


def ring(books: UnitOfWork, name: str = "CA1", like: Call = A_CALL) -> Call:
    """A call, on a ticket of its own where `like` names none."""
    call = replace(like, id=books.next_id(), name=name, ticket=like.ticket or open_ticket(books))
    books.calls.add(call)
    return call


def text_in(books: UnitOfWork, ticket: int, author: str = ANN, at: datetime = NOW) -> int:
    return say(books, ticket, replace(A_MESSAGE, channel=Channel.SMS, author=phone(author), at=at))


def text_out(
    books: UnitOfWork,
    message_on: int,
    about: int,
    to: str = ANN,
    at: datetime | None = NOW,
    channel: Channel = Channel.SMS,
    ref: str = "",
) -> int:
    """A human's answer on the one ticket, sent about the other; its message."""
    reply = say(books, message_on, replace(A_MESSAGE, direction=Direction.OUT, author=None, body="We are on it."))
    books.outbox.add(
        Delivery(
            id=books.next_id(),
            ticket=about,
            channel=channel,
            address=to,
            state=DeliveryState.SENT if at else DeliveryState.QUEUED,
            due_at=NOW,
            created_at=NOW,
            reply=reply,
            sent_at=at,
            sent_ref=ref,
        )
    )
    return reply


def page(books: UnitOfWork, code: str, to: str = ANN, at: datetime = NOW) -> Page:
    """A page by SMS from a run of its own."""
    number = open_ticket(books)
    run = Run(id=books.next_id(), ticket=number, ladder=None, priority=Priority.P1, started_at=at, why="P1")
    books.ladders.add(run)
    sent = Page(
        id=books.next_id(), run=run.id, ticket=number, step=1, repetition=1, at=at, channel=Channel.SMS, address=to, code=code
    )
    books.ladders.add_page(sent)
    return sent


def name_file(books: UnitOfWork, message: int, ticket: int, due_at: datetime = NOW) -> Fetch:
    """The message names a recording."""
    fetch = Fetch(
        id=books.next_id(),
        ticket=ticket,
        message=message,
        file=A_RECORDING,
        state=FetchState.WAITING,
        due_at=due_at,
        created_at=NOW,
    )
    books.fetches.add(fetch)
    return fetch
