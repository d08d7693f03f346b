"""Who speaks in chats and where, and what still has to be looked up there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, Table, bindparam, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from intake.domain.chat import Lookup, LookupKind, LookupState, Person, Room
from intake.domain.message import ThreadKind
from storage import chat_tables, schema
from storage.leases import claim, due, lease

_R, _P, _M, _L = chat_tables.chat_rooms, chat_tables.chat_people, chat_tables.chat_members, chat_tables.chat_lookups
_T = schema.threads
_ROOM = select(_R).where(_R.c.id == bindparam("of_id"))
_PERSON = select(_P).where(_P.c.id == bindparam("of_id"))
_WITH = (
    select(_P)
    # Spelt as the partial index spells it.
    .where(_P.c.mail == bindparam("of_mail"), text("mail <> ''"), ~_P.c.stranger)
    .order_by(_P.c.looked_up_at.desc().nulls_last(), _P.c.id)
    .limit(1)
)
_GROUPS = select(_M.c.in_group).where(_M.c.person == bindparam("of_person"))
_MEMBERS = select(_M.c.person).where(_M.c.in_group == bindparam("of_group"))
_LEAVE = delete(_M).where(_M.c.in_group == bindparam("of_group"), _M.c.person.in_(bindparam("people", expanding=True)))
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:of_room, 0))")
_WAITING = text("state = 'waiting'")  # spelt as the partial index spells it
_DUE = due(_L, _WAITING, order=(_L.c.due_at, _L.c.id))
_LEASE = lease(_L, attempts=_L.c.attempts + 1)
_GET = select(_L).where(_L.c.id.in_(bindparam("ids", expanding=True)))
_NO_LEASE = {"claimed_by": "", "lease_until": None}
_SAVED = ("state", "attempts", "due_at", "error")
_SAVE = update(_L).where(_L.c.id == bindparam("of_id")).values({name: bindparam(f"new_{name}") for name in _SAVED} | _NO_LEASE)
_RELEASE = update(_L).where(_WAITING, _L.c.lease_until.is_not(None)).values(lease_until=bindparam("now"))
_ASKED_ANEW = ("workspace", "state", "due_at", "created_at", "asked_by", "author", "attempts", "error", *_NO_LEASE)
_HOW_MANY_WAIT = select(func.count()).select_from(_L).where(_WAITING)
_CARD = select(_T.c.ticket).where(
    _T.c.channel == bindparam("of_channel"), _T.c.kind == ThreadKind.NOTES.value, _T.c.value == bindparam("of_ref")
)
_SAID = select(_T.c.message).where(
    _T.c.channel == Channel.SLACK.value,
    _T.c.kind == ThreadKind.MESSAGE_ID.value,
    _T.c.value == bindparam("of_name"),
    _T.c.message.is_not(None),
)
_Value = str | int | bool | datetime | None
_Row = Mapping[str, _Value]


class SqlChat:
    """Two replicas that write the same row at once write it one after the other, and neither fails."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._people: dict[str, Person | None] = {}  # as this transaction knows them: each input asks several times
        self._rooms: dict[str, Room | None] = {}

    def forget(self) -> None:
        """What was written since the savepoint is undone."""
        self._people.clear()
        self._rooms.clear()

    def person(self, id: str) -> Person | None:
        if id not in self._people:
            self._people[id] = person_of(id, self._connection)
        return self._people[id]

    def person_with(self, mail: str) -> Person | None:
        return person_with(mail, self._connection)

    def groups_of(self, person: str) -> frozenset[str]:
        return groups_of(person, self._connection)

    def room(self, id: str) -> Room | None:
        if id not in self._rooms:
            self._rooms[id] = room_of(id, self._connection)
        return self._rooms[id]

    def alone_in(self, room: str) -> None:
        """On SQLite whoever writes is alone anyway."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_LOCK, {"of_room": f"room {room}"})
            self.forget()  # whoever was alone there before has written

    def keep_room(self, room: Room) -> None:
        if self.room(room.id) != room:
            self._keep(_R, {"id": room.id, "workspace": room.workspace, "direct": room.direct, "shared": room.shared})
            self._rooms[room.id] = room

    def keep_person(self, person: Person) -> None:
        self._people.pop(person.id, None)
        self._keep(
            _P,
            {
                "id": person.id,
                "workspace": person.workspace,
                "name": person.name,
                "mail": person.mail,
                "language": person.language,
                "time_zone": person.time_zone,
                "guest": person.guest,
                "stranger": person.stranger,
                "bot": person.bot,
                "deactivated": person.deactivated,
                "looked_up_at": person.looked_up_at,
            },
        )

    def keep_members(self, group: str, people: Collection[str]) -> None:
        known = set(self._connection.execute(_MEMBERS, {"of_group": group}).scalars())
        if gone := sorted(known - set(people)):
            self._connection.execute(_LEAVE, {"of_group": group, "people": gone})
        if fresh := sorted(set(people) - known):
            insert = _insert(_M, self._connection).on_conflict_do_nothing(index_elements=["in_group", "person"])
            self._connection.execute(insert, [{"in_group": group, "person": person} for person in fresh])

    def want(self, lookup: Lookup) -> bool:
        insert = _insert(_L, self._connection)
        again = insert.on_conflict_do_update(
            index_elements=["kind", "subject"],
            set_={name: insert.excluded[name] for name in _ASKED_ANEW},
            where=_L.c.state != LookupState.WAITING.value,
        )
        return self._connection.execute(again.returning(_L.c.id), _lookup_row(lookup)).first() is not None

    def claim(self, *, now: datetime, until: datetime, replica: str, limit: int) -> Sequence[Lookup]:
        ids = claim(self._connection, _DUE, _LEASE, {}, now=now, until=until, replica=replica, limit=limit)
        if not ids:
            return []
        rows = {row["id"]: row for row in self._connection.execute(_GET, {"ids": ids}).mappings()}
        return [lookup_of(rows[key]) for key in ids]

    def save(self, lookup: Lookup) -> None:
        self._connection.execute(
            _SAVE,
            {
                "of_id": lookup.id,
                "new_state": lookup.state.value,
                "new_attempts": lookup.attempts,
                "new_due_at": lookup.due_at,
                "new_error": lookup.error,
            },
        )

    def release(self, now: datetime) -> int:
        return self._connection.execute(_RELEASE, {"now": now}).rowcount

    def _keep(self, table: Table, row: _Row) -> None:
        insert = _insert(table, self._connection)
        newest = {name: insert.excluded[name] for name in row if name != "id"}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=newest), row)


def room_of(id: str, connection: Connection) -> Room | None:
    row = connection.execute(_ROOM, {"of_id": id}).mappings().first()
    return Room(id=row["id"], workspace=row["workspace"], direct=row["direct"], shared=row["shared"]) if row else None


def person_of(id: str, connection: Connection) -> Person | None:
    row = connection.execute(_PERSON, {"of_id": id}).mappings().first()
    return _person(row) if row else None


def person_with(mail: str, connection: Connection) -> Person | None:
    row = connection.execute(_WITH, {"of_mail": mail.lower()}).mappings().first()
    return _person(row) if row else None


def groups_of(person: str, connection: Connection) -> frozenset[str]:
    return frozenset(connection.execute(_GROUPS, {"of_person": person}).scalars())


def lookups_waiting(connection: Connection) -> int:
    return int(connection.execute(_HOW_MANY_WAIT).scalar_one())


def card_ticket(channel: str, ref: str, connection: Connection) -> int | None:
    """The ticket whose card was posted as `ref`."""
    ticket: int | None = connection.execute(_CARD, {"of_channel": Channel(channel).value, "of_ref": ref}).scalar()
    return ticket


def is_on_a_ticket(name: str, connection: Connection) -> bool:
    """The message of this name (`C…/ts`)."""
    return connection.execute(_SAID, {"of_name": name}).first() is not None


def _person(row: RowMapping) -> Person:
    return Person(
        id=row["id"],
        workspace=row["workspace"],
        name=row["name"],
        mail=row["mail"],
        language=row["language"],
        time_zone=row["time_zone"],
        guest=row["guest"],
        stranger=row["stranger"],
        bot=row["bot"],
        deactivated=row["deactivated"],
        looked_up_at=row["looked_up_at"],
    )


def lookup_of(row: RowMapping) -> Lookup:
    return Lookup(
        id=row["id"],
        kind=LookupKind(row["kind"]),
        subject=row["subject"],
        workspace=row["workspace"],
        state=LookupState(row["state"]),
        due_at=row["due_at"],
        created_at=row["created_at"],
        by=row["asked_by"],
        author=row["author"],
        attempts=row["attempts"],
        error=row["error"],
    )


def _lookup_row(lookup: Lookup) -> _Row:
    return {
        "id": lookup.id,
        "kind": lookup.kind.value,
        "subject": lookup.subject,
        "workspace": lookup.workspace,
        "state": lookup.state.value,
        "due_at": lookup.due_at,
        "created_at": lookup.created_at,
        "asked_by": lookup.by,
        "author": lookup.author,
        "attempts": lookup.attempts,
        "error": lookup.error,
        **_NO_LEASE,
    }


def _insert(table: Table, connection: Connection) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
