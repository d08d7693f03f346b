"""What was said on tickets, with the files that came along."""

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping, bindparam, func, select, update
from sqlalchemy.engine import Connection

from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.message import Attachment
from intake.domain.ticket_message import Direction, KeptFile, TicketMessage
from storage import schema
from storage.row_buffer import RowBuffer

_T, _F = schema.messages, schema.attachments
_GET = select(_T).where(_T.c.id == bindparam("of_id"))
# Replicas take their ids in blocks: the order of ids is not the order of time.
_HEARD = (
    select(_T)
    .where(_T.c.ticket == bindparam("of_ticket"), _T.c.direction == Direction.IN.value, _T.c.public)
    .order_by(_T.c.at.desc(), _T.c.id.desc())
    .limit(bindparam("how_many"))
)
_FIRST = (
    select(_T.c.id)
    .where(_T.c.ticket == bindparam("of_ticket"), _T.c.direction == Direction.IN.value, _T.c.public)
    .order_by(_T.c.at, _T.c.id)
    .limit(1)
    .scalar_subquery()
)
_WAITING = (_T.c.ticket == bindparam("of_ticket"), _T.c.held)
_HELD = select(_T).where(*_WAITING).order_by(_T.c.at, _T.c.id).limit(bindparam("how_many"))
_HELD_IN_ALL = select(func.count()).select_from(_T).where(*_WAITING)
_OPENING = select(_T, (_T.c.id == _FIRST).label("first")).where(_T.c.id.in_((_FIRST, bindparam("of_id"))))
_MOVE = update(_T).where(_T.c.id == bindparam("of_id")).values(ticket=bindparam("to_ticket"))
_MOVE_NAMES = update(schema.threads).where(schema.threads.c.message == bindparam("of_id")).values(ticket=bindparam("to_ticket"))
_AMEND = (
    update(_T).where(_T.c.id == bindparam("of_id")).values(body=bindparam("new_body"), full_body=bindparam("new_full_body"))
)
_JUDGE = (
    update(_T)
    .where(_T.c.id == bindparam("of_id"))
    .values(public=bindparam("is_public"), held=bindparam("is_held"), rejected=bindparam("is_rejected"))
)
_FILES = (
    select(_F.c.message, _F.c.position, _F.c.name, _F.c.content_type, _F.c.size, _F.c.sha256, _F.c.inline)
    .where(_F.c.message.in_(bindparam("messages", expanding=True)))
    .order_by(_F.c.message, _F.c.position)
)
_CONTENTS = (
    select(_F, schema.blobs.c.content)
    .join(schema.blobs, schema.blobs.c.sha256 == _F.c.sha256)
    .where(_F.c.message == bindparam("of_id"))
    .order_by(_F.c.position)
)


class SqlMessages:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def add(self, message: TicketMessage, attachments: Sequence[Attachment]) -> None:
        author = message.author
        self._buffer.add(
            _T,
            {
                "id": message.id,
                "ticket": message.ticket,
                "direction": message.direction.value,
                "channel": message.channel.value,
                "author_kind": author.kind.value if author else None,
                "author": author.value if author else None,
                "author_name": author.name if author else None,
                "subject": message.subject,
                "body": message.body,
                "full_body": message.full_body,
                "at": message.at,
                "public": message.public,
                "held": message.held,
                "rejected": message.rejected,
                "answerable": message.answerable,
                "ledger": message.ledger,
            },
        )
        for position, attachment in enumerate(attachments):
            attach(self._buffer, message.id, position, attachment)

    def get(self, id: int) -> TicketMessage | None:
        self._buffer.flush_if_waiting(_T)
        row = self._connection.execute(_GET, {"of_id": id}).mappings().first()
        return message_of(row) if row else None

    def heard(self, ticket: int, limit: int) -> Sequence[TicketMessage]:
        self._buffer.flush_if_waiting(_T)
        rows = self._connection.execute(_HEARD, {"of_ticket": ticket, "how_many": limit}).mappings()
        return [message_of(row) for row in rows]

    def held(self, ticket: int, limit: int) -> tuple[Sequence[TicketMessage], int]:
        self._buffer.flush_if_waiting(_T)
        rows = self._connection.execute(_HELD, {"of_ticket": ticket, "how_many": limit}).mappings()
        found = [message_of(row) for row in rows]
        if len(found) < limit:
            return found, len(found)
        return found, int(self._connection.execute(_HELD_IN_ALL, {"of_ticket": ticket}).scalar_one())

    def opening(self, ticket: int, also: int | None) -> tuple[TicketMessage | None, TicketMessage | None]:
        self._buffer.flush_if_waiting(_T)
        first = other = None
        for row in self._connection.execute(_OPENING, {"of_ticket": ticket, "of_id": also}).mappings():
            message = message_of(row)
            first = message if row["first"] else first
            other = message if message.id == also else other
        return first, other

    def move(self, id: int, ticket: int) -> None:
        self._buffer.flush()
        self._connection.execute(_MOVE, {"of_id": id, "to_ticket": ticket})
        self._connection.execute(_MOVE_NAMES, {"of_id": id, "to_ticket": ticket})

    def judge(self, id: int, *, public: bool, held: bool, rejected: bool) -> None:
        self._buffer.flush_if_waiting(_T)
        values = {"is_public": public, "is_held": held, "is_rejected": rejected}
        self._connection.execute(_JUDGE, {"of_id": id, **values})

    def amend(self, id: int, *, body: str, full_body: str) -> None:
        self._buffer.flush_if_waiting(_T)
        self._connection.execute(_AMEND, {"of_id": id, "new_body": body, "new_full_body": full_body})

    def files(self, message: int) -> list[Attachment]:
        """With their contents, in their order."""
        self._buffer.flush_if_waiting(_F)
        return [
            Attachment(
                name=row["name"],
                content_type=row["content_type"],
                size=row["size"],
                sha256=row["sha256"],
                inline=row["inline"],
                content=bytes(row["content"]),
                content_id=row["content_id"],
            )
            for row in self._connection.execute(_CONTENTS, {"of_id": message}).mappings()
        ]


def attach(buffer: RowBuffer, message: int, position: int, attachment: Attachment) -> None:
    sha256 = attachment.sha256 or hashlib.sha256(attachment.content).hexdigest()
    buffer.add(schema.blobs, {"sha256": sha256, "size": attachment.size, "content": attachment.content})
    buffer.add(
        _F,
        {
            "message": message,
            "position": position,
            "name": attachment.name,
            "content_type": attachment.content_type,
            "size": attachment.size,
            "sha256": sha256,
            "inline": attachment.inline,
            "content_id": attachment.content_id,
        },
    )


def files_of(messages: Sequence[int], connection: Connection) -> Mapping[int, tuple[KeptFile, ...]]:
    """The attachments of each of these messages, in their order."""
    found: dict[int, tuple[KeptFile, ...]] = {}
    for row in connection.execute(_FILES, {"messages": messages}).mappings():
        found[row["message"]] = (*found.get(row["message"], ()), file_of(row))
    return found


def file_of(row: RowMapping) -> KeptFile:
    return KeptFile(
        position=row["position"],
        name=row["name"],
        content_type=row["content_type"],
        size=row["size"],
        sha256=row["sha256"],
        inline=row["inline"],
    )


def message_of(row: RowMapping, attachments: tuple[KeptFile, ...] = ()) -> TicketMessage:
    author = row["author"]
    return TicketMessage(
        id=row["id"],
        ticket=row["ticket"],
        direction=Direction(row["direction"]),
        channel=Channel(row["channel"]),
        author=Address(kind=AddressKind(row["author_kind"]), value=author, name=row["author_name"] or "") if author else None,
        subject=row["subject"],
        body=row["body"],
        full_body=row["full_body"],
        at=row["at"],
        public=row["public"],
        held=row["held"],
        rejected=row["rejected"],
        answerable=row["answerable"],
        ledger=row["ledger"],
        attachments=attachments,
    )
