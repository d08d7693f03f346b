"""What was said to phone numbers, and to people of a chat alone, and by them: questions, codes of pages, the last message and
the last answer."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, exists, func, or_, select, text, update
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from intake.domain.delivery import DeliveryState
from intake.domain.message import ThreadKind
from intake.domain.page import Page, Run
from intake.domain.text_question import TextQuestion
from intake.domain.ticket import State
from intake.domain.ticket_message import TicketMessage
from storage import schema
from storage.ladders import page_of, run_of
from storage.messages import message_of
from storage.row_buffer import RowBuffer

_Q, _P, _R, _M, _D, _T, _N = (
    schema.text_questions,
    schema.pages,
    schema.ladder_runs,
    schema.messages,
    schema.deliveries,
    schema.tickets,
    schema.threads,
)
_CODED = text("code <> ''")  # spelt as the partial indexes spell it
_NEWEST = (
    select(_Q)
    .where(_Q.c.address == bindparam("of_address"), _Q.c.asked_at >= bindparam("since"))
    .order_by(_Q.c.asked_at.desc(), _Q.c.id.desc())
    .limit(1)
)
_SAVED = ("options", "answered_at", "chosen")
_SAVE = update(_Q).where(_Q.c.id == bindparam("of_id")).values({name: bindparam(f"new_{name}") for name in _SAVED})
_PAGE = (
    select(_P)
    .where(_P.c.address == bindparam("of_address"), _P.c.code == bindparam("of_code"), _CODED)
    .order_by(_P.c.at.desc(), _P.c.id.desc())
    .limit(1)
)
_RUN = select(_R).where(_R.c.id == bindparam("of_run"))
_CODES = select(_P.c.code).where(_P.c.address == bindparam("of_address"), _P.c.at >= bindparam("since"), _CODED)
_FROM_THEM = (
    select(_M)
    .where(_M.c.author == bindparam("of_address"), _M.c.at >= bindparam("since"))
    .order_by(_M.c.at.desc(), _M.c.id.desc())
    .limit(1)
)
_DIRECT = "D"  # what the names of rooms begin with in which one person is alone with the desk
_SAID_ALONE = exists().where(
    _N.c.message == _M.c.id,
    _N.c.channel == Channel.SLACK.value,
    _N.c.kind == ThreadKind.MESSAGE_ID.value,
    func.substr(_N.c.value, 1, 1) == _DIRECT,
)
_HEARD = {  # spelt as the partial indexes spell it
    Channel.SMS: _FROM_THEM.where(text("channel = 'sms' and direction = 'in'")),
    Channel.SLACK: _FROM_THEM.where(text("messages.channel = 'slack' and direction = 'in'"), _SAID_ALONE),
}
_TO_THEM = (
    select(_D.c.reply, _D.c.ticket)
    .where(
        _D.c.address == bindparam("of_address"),
        text("sent_at is not null"),  # spelt as the partial index spells it
        _D.c.sent_at >= bindparam("since"),
        _D.c.channel == bindparam("of_channel"),
        _D.c.reply.is_not(None),
        _D.c.state != DeliveryState.FAILED.value,  # what did not arrive, nobody answers
    )
    .order_by(_D.c.sent_at.desc(), _D.c.id.desc())
    .limit(1)
)
_ANSWERED = {Channel.SMS: _TO_THEM, Channel.SLACK: _TO_THEM.where(func.substr(_D.c.sent_ref, 1, 1) == _DIRECT)}
_MESSAGE = select(_M).where(_M.c.id == bindparam("of_id"))
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:of_address, 0))")
MOST_TICKETS = 50
_OPEN = [State.NEW.value, State.IN_PROGRESS.value, State.ON_HOLD.value]
_OVER = [State.RESOLVED.value, State.CLOSED.value]
_TICKETS = (
    select(_T.c.number)
    .where(
        _T.c.caller.in_(bindparam("contacts", expanding=True)),
        _T.c.merged_into.is_(None),
        or_(
            _T.c.state.in_(_OPEN),
            _T.c.state.in_(_OVER)
            & (func.coalesce(_T.c.resolved_at, _T.c.closed_at) >= bindparam("since", type_=_T.c.closed_at.type)),
        ),
    )
    .order_by(_T.c.updated_at.desc(), _T.c.number.desc())
    .limit(MOST_TICKETS)
)


class SqlTexts:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def alone_with(self, address: str, channel: Channel = Channel.SMS) -> None:
        """On SQLite whoever writes is alone anyway."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_LOCK, {"of_address": f"{channel.value} {address}"})

    def add(self, question: TextQuestion) -> None:
        self._buffer.add(
            _Q,
            {
                "id": question.id,
                "address": question.address,
                "ticket": question.ticket,
                "options": json.dumps(question.options),
                "asked_at": question.asked_at,
                "answered_at": question.answered_at,
                "chosen": question.chosen,
            },
        )

    def save(self, question: TextQuestion) -> None:
        self._buffer.flush()
        self._connection.execute(
            _SAVE,
            {
                "of_id": question.id,
                "new_options": json.dumps(question.options),
                "new_answered_at": question.answered_at,
                "new_chosen": question.chosen,
            },
        )

    def newest(self, address: str, since: datetime) -> TextQuestion | None:
        self._buffer.flush_if_about(_Q, "address", (address,))
        row = self._connection.execute(_NEWEST, {"of_address": address, "since": since}).mappings().first()
        return _question_of(row) if row else None

    def page_coded(self, address: str, code: str) -> tuple[Page, Run] | None:
        self._buffer.flush_if_about(_P, "address", (address,))
        row = self._connection.execute(_PAGE, {"of_address": address, "of_code": code}).mappings().first()
        if row is None:
            return None
        run = self._connection.execute(_RUN, {"of_run": row["run"]}).mappings().one()
        return page_of(row), run_of(run)

    def codes(self, address: str, since: datetime) -> frozenset[str]:
        self._buffer.flush_if_about(_P, "address", (address,))
        return frozenset(self._connection.execute(_CODES, {"of_address": address, "since": since}).scalars())

    def heard_last(self, address: str, since: datetime, channel: Channel = Channel.SMS) -> TicketMessage | None:
        self._buffer.flush_if_about(_M, "author", (address,))
        if channel is Channel.SLACK:
            self._buffer.flush_if_waiting(_N)  # a message's names may come after it
        row = self._connection.execute(_HEARD[channel], {"of_address": address, "since": since}).mappings().first()
        return message_of(row) if row else None

    def answered_last(self, address: str, since: datetime, channel: Channel = Channel.SMS) -> TicketMessage | None:
        self._buffer.flush_if_about(_D, "address", (address,))
        values = {"of_address": address, "since": since, "of_channel": channel.value}
        sent = self._connection.execute(_ANSWERED[channel], values).first()
        if sent is None:
            return None
        reply, about = sent
        message = message_of(self._connection.execute(_MESSAGE, {"of_id": reply}).mappings().one())
        return replace(message, ticket=about)

    def tickets_of(self, contacts: frozenset[int], since: datetime) -> Sequence[int]:
        if not contacts:
            return []
        self._buffer.flush_if_about(_T, "caller", contacts)
        values = {"contacts": sorted(contacts), "since": since}
        return list(self._connection.execute(_TICKETS, values).scalars())


def _question_of(row: RowMapping) -> TextQuestion:
    return TextQuestion(
        id=row["id"],
        address=row["address"],
        ticket=row["ticket"],
        options=tuple(json.loads(row["options"])),
        asked_at=row["asked_at"],
        answered_at=row["answered_at"],
        chosen=row["chosen"],
    )
