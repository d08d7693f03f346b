"""Storms as rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, Select, bindparam, case, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from intake.desk.ports_of_storms import Seen
from intake.domain.delivery import DeliveryState
from intake.domain.label import Kind
from intake.domain.storm import ENDED, Member, Standing, Storm, StormLine, StormStage, StormStory, Told
from intake.domain.ticket_message import Direction
from storage import schema
from storage.row_buffer import RowBuffer, Value
from storage.storm_tables import storm_members, storm_told, storms
from storage.ticket_rows import ticket_of

_T, _M, _D, _S, _R = schema.tickets, schema.messages, schema.deliveries, storms, storm_members
LONGEST_READ = 4_000  # characters of a report
MOST_ASKED = 10_000  # tickets in one question: a database takes no more than 32,766 values
_LOCK = text("select pg_advisory_xact_lock(hashtextextended('storms', 0))")
_MAY_ARRIVE = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.HELD, DeliveryState.NO_RELAY)
_STORM = tuple(column.label(f"storm_{column.name}") for column in _S.c)
_MEMBER = tuple(column.label(f"member_{column.name}") for column in _R.c)
_THERE = text("storm_members.left_at is null")

_GET = select(*_STORM).where(_S.c.parent == bindparam("of_parent"))
_SAVE = update(_S).where(_S.c.parent == bindparam("of_parent"))
_LEAVE = (
    update(_R)
    .where(_R.c.storm == bindparam("of_storm"), _R.c.ticket == bindparam("of_ticket"), _R.c.left_at.is_(None))
    .values(left_at=bindparam("now"), left_because=bindparam("because"))
)
_MEMBERS = select(*_MEMBER).where(_R.c.storm == bindparam("of_storm"), _R.c.left_at.is_(None)).order_by(_R.c.ticket)
_MEMBERSHIPS = (
    select(*_MEMBER, *_STORM).join(_S, _S.c.parent == _R.c.storm).where(_R.c.ticket.in_(bindparam("tickets", expanding=True)))
)
_PEOPLE = select(func.count(func.distinct(func.coalesce(_R.c.person, -1)))).where(
    _R.c.storm == bindparam("of_storm"), _R.c.left_at.is_(None)
)
_own = _R.alias("own")
_FELLOWS = (
    select(_R.c.ticket)
    .join(_own, (_own.c.storm == _R.c.storm) & (_own.c.person == _R.c.person))
    .where(_own.c.ticket == bindparam("of_ticket"), _own.c.left_at.is_(None), _R.c.left_at.is_(None))
    .where(_R.c.ticket != bindparam("of_ticket"))
    .order_by(_R.c.ticket)
)
_ON_ITS_WAY = select(func.count()).where(
    _D.c.reply == bindparam("of_message"), text("reply is not null"), ~_D.c.copy, _D.c.state.in_(_MAY_ARRIVE)
)
_FIRST = (
    select(_M.c.id)
    .where(_M.c.ticket == _T.c.number, _M.c.direction == Direction.IN.value, _M.c.public)
    .order_by(_M.c.at, _M.c.id)
    .limit(1)
    .correlate(_T)
    .scalar_subquery()
)
_SEEN = select(_T.c.number, _T.c.opened_at, _T.c.kind, _M.c.subject, func.substr(_M.c.body, 1, LONGEST_READ).label("body"))
_SEEN = _SEEN.select_from(_T.outerjoin(_M, _M.c.id == _FIRST))
_NEWEST = _SEEN.order_by(_T.c.number.desc()).limit(bindparam("most"))
_AFTER = _NEWEST.where(_T.c.number > bindparam("number"))
_AFTER_OR_IN = _NEWEST.where(or_(_T.c.number > bindparam("number"), _T.c.number.in_(bindparam("gaps", expanding=True))))
_parent = _T.alias("parent_ticket")
_OF_STORMS = (
    _SEEN.join(_R, _R.c.ticket == _T.c.number)
    .join(_S, _S.c.parent == _R.c.storm)
    .join(_parent, _parent.c.number == _S.c.parent)
    .where(_R.c.left_at.is_(None), _S.c.stage == StormStage.FORMED.value)
    .where(
        or_(
            _parent.c.state.in_(("new", "in_progress", "on_hold")),
            func.coalesce(_parent.c.resolved_at, _parent.c.updated_at) >= bindparam("since"),
        )
    )
    .order_by(_T.c.number.desc())
    .limit(bindparam("most"))
)


class SqlStorms:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def lock(self) -> None:
        """On SQLite whoever writes is alone anyway."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_LOCK)

    def get(self, parent: int) -> Storm | None:
        row = self._connection.execute(_GET, {"of_parent": parent}).mappings().first()
        return storm_of(row) if row else None

    def add(self, storm: Storm) -> None:
        self._buffer.flush()
        self._connection.execute(_S.insert(), _storm_row(storm))

    def save(self, storm: Storm) -> None:
        self._buffer.flush()
        values = {name: value for name, value in _storm_row(storm).items() if name != "parent"}
        self._connection.execute(_SAVE.values(values), {"of_parent": storm.parent})

    def join(self, member: Member) -> None:
        self._buffer.flush()
        values = _member_row(member)
        insert = sqlite.insert(_R) if self._connection.dialect.name == "sqlite" else postgresql.insert(_R)
        again = {name: value for name, value in values.items() if name not in {"storm", "ticket"}}
        self._connection.execute(insert.values(values).on_conflict_do_update(index_elements=["storm", "ticket"], set_=again))

    def leave(self, member: Member, because: str, now: datetime) -> bool:
        values = {"of_storm": member.storm, "of_ticket": member.ticket, "now": now, "because": because}
        return self._connection.execute(_LEAVE, values).rowcount == 1

    def members(self, storm: int) -> Sequence[Member]:
        return [member_of(row) for row in self._connection.execute(_MEMBERS, {"of_storm": storm}).mappings()]

    def memberships(self, tickets: Collection[int]) -> Sequence[tuple[Member, Storm]]:
        numbers, found = list(tickets), list[tuple[Member, Storm]]()
        for first in range(0, len(numbers), MOST_ASKED):
            rows = self._connection.execute(_MEMBERSHIPS, {"tickets": numbers[first : first + MOST_ASKED]}).mappings()
            found += [(member_of(row), storm_of(row)) for row in rows]
        return found

    def people(self, storm: int) -> int:
        return int(self._connection.execute(_PEOPLE, {"of_storm": storm}).scalar_one())

    def fellows(self, ticket: int) -> Sequence[int]:
        return [row.ticket for row in self._connection.execute(_FELLOWS, {"of_ticket": ticket})]

    def tell_once(self, told: Told) -> bool:
        self._buffer.flush()
        insert = sqlite.insert(storm_told) if self._connection.dialect.name == "sqlite" else postgresql.insert(storm_told)
        values = {
            "storm": told.storm,
            "stage": told.stage,
            "person": told.person,
            "ticket": told.ticket,
            "at": told.at,
            "message": told.message,
        }
        once = insert.values(values).on_conflict_do_nothing().returning(storm_told.c.person)  # a driver may not count
        return self._connection.execute(once).first() is not None

    def on_its_way(self, message: int) -> int:
        self._buffer.flush_if_waiting(_D)
        return int(self._connection.execute(_ON_ITS_WAY, {"of_message": message}).scalar_one())

    def newest(self, limit: int) -> Sequence[Seen]:
        return self._seen(_NEWEST, {"most": limit})

    def after(self, number: int, gaps: Collection[int], limit: int) -> Sequence[Seen]:
        if gaps:
            return self._seen(_AFTER_OR_IN, {"number": number, "gaps": list(gaps), "most": limit})
        return self._seen(_AFTER, {"number": number, "most": limit})

    def of_storms_since(self, moment: datetime, limit: int) -> Sequence[Seen]:
        return self._seen(_OF_STORMS, {"since": moment, "most": limit})

    def _seen(self, query: Select[*tuple[object, ...]], values: Mapping[str, object]) -> Sequence[Seen]:
        """What waits in the buffer is this process's own, which has seen it."""
        return [_seen(row) for row in self._connection.execute(query, values).mappings()]


_COUNTS = (
    select(
        _R.c.storm,
        func.count().label("reports"),
        func.count(func.distinct(func.coalesce(_R.c.person, -1))).label("people"),
    )
    .where(_R.c.left_at.is_(None))
    .group_by(_R.c.storm)
    .subquery("counts")
)
_STANDING = case(
    (
        (_S.c.stage == StormStage.FORMED.value) & _T.c.state.in_([state.value for state in ENDED]),
        Standing.OVER.value,
    ),
    else_=_S.c.stage,
)
_LINES = (
    select(
        _T,
        *_STORM,
        func.coalesce(_COUNTS.c.reports, 0).label("reports"),
        func.coalesce(_COUNTS.c.people, 0).label("people"),
    )
    .join(_S, _S.c.parent == _T.c.number)
    .outerjoin(_COUNTS, _COUNTS.c.storm == _S.c.parent)
)


def storm_lines(
    connection: Connection, standing: Collection[Standing], before: int | None, limit: int, parent: int | None = None
) -> list[StormLine]:
    query = _LINES.order_by(_S.c.parent.desc()).limit(limit)
    if standing:
        query = query.where(_STANDING.in_([one.value for one in standing]))
    if before is not None:
        query = query.where(_S.c.parent < before)
    if parent is not None:
        query = query.where(_S.c.parent == parent)
    return [
        StormLine(storm=storm_of(row), ticket=ticket_of(row), reports=row["reports"], people=row["people"])
        for row in connection.execute(query).mappings()
    ]


def storm_story(connection: Connection, parent: int) -> StormStory | None:
    lines = storm_lines(connection, (), None, 1, parent)
    if not lines:
        return None
    query = select(*_MEMBER).where(_R.c.storm == parent).order_by(_R.c.joined_at, _R.c.ticket)
    return StormStory(line=lines[0], members=tuple(member_of(row) for row in connection.execute(query).mappings()))


def storm_of(row: RowMapping) -> Storm:
    return Storm(
        parent=row["storm_parent"],
        stage=StormStage(row["storm_stage"]),
        since=row["storm_since"],
        formed_at=row["storm_formed_at"],
        confirmed_by=row["storm_confirmed_by"],
        confirmed_at=row["storm_confirmed_at"],
        next_update_at=row["storm_next_update_at"],
        update=row["storm_update_message"],
    )


def member_of(row: RowMapping) -> Member:
    return Member(**{column.name: row[f"member_{column.name}"] for column in _R.c})


def _storm_row(storm: Storm) -> Mapping[str, Value]:
    return {
        "parent": storm.parent,
        "stage": storm.stage.value,
        "since": storm.since,
        "formed_at": storm.formed_at,
        "confirmed_by": storm.confirmed_by,
        "confirmed_at": storm.confirmed_at,
        "next_update_at": storm.next_update_at,
        "update_message": storm.update,
    }


def _member_row(member: Member) -> Mapping[str, Value]:
    return {
        "storm": member.storm,
        "ticket": member.ticket,
        "person": member.person,
        "joined_at": member.joined_at,
        "joined_by": member.joined_by,
        "alike": member.alike,
        "score": member.score,
        "left_at": member.left_at,
        "left_because": member.left_because,
    }


def _seen(row: RowMapping) -> Seen:
    subject, body = row["subject"] or "", row["body"] or ""
    text = f"{subject}\n{body}" if subject and body else subject or body
    return Seen(number=row["number"], opened_at=row["opened_at"], kind=Kind(row["kind"]), text=text)
