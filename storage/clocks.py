"""What is kept of the clocks of tickets."""

from collections.abc import Callable, Collection, MutableMapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, Select, bindparam, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from intake.desk.ports_of_clocks import KeptPolicy
from intake.desk.sla.history import TELLING
from intake.domain.clock import ClockState, KeptClock, KeptClocks
from intake.domain.event import Event
from storage import schema
from storage.events import event_of
from storage.row_buffer import Row, RowBuffer

_P, _C, _E, _T = schema.sla_policies, schema.clocks, schema.events, schema.tickets
_MICROSECOND = timedelta(microseconds=1)
_OF_VERSION = select(_P.c.version, _P.c.text).where(_P.c.version == bindparam("of_version"))
_OLDEST = select(_P.c.version, _P.c.text).order_by(_P.c.since, _P.c.version).limit(1)
_KEEP = {
    "sqlite": sqlite.insert(_P).on_conflict_do_nothing(index_elements=["version"]),
    "postgresql": postgresql.insert(_P).on_conflict_do_nothing(index_elements=["version"]),
}
_EVENTS = (
    select(_E)
    .where(
        _E.c.ticket == bindparam("of_ticket"),
        or_(_E.c.changes != "[]", _E.c.kind.in_([kind.value for kind in sorted(TELLING)])),
    )
    # Replicas take their ids in blocks: the order of ids is not the order of time.
    .order_by(_E.c.at, _E.c.id)
)
_GET = select(_C).where(_C.c.ticket == bindparam("of_ticket"))
_CHANGING = [column.name for column in _C.c if column.name != "ticket"]
_SAVE = update(_C).where(_C.c.ticket == bindparam("of_ticket")).values({name: bindparam(f"new_{name}") for name in _CHANGING})
_WITHOUT = (
    select(_T.c.number)
    .outerjoin(_C, _C.c.ticket == _T.c.number)
    .where(text("state in ('new', 'in_progress', 'on_hold')"), _C.c.ticket.is_(None))
    .order_by(_T.c.number)
    .limit(bindparam("most"))
)
Policies = MutableMapping[str, KeptPolicy]  # by version; of committed rows alone, which never change


class SqlClocks:
    def __init__(self, connection: Connection, buffer: RowBuffer, policies: Policies) -> None:
        """`policies` outlives this unit of work."""
        self._connection = connection
        self._buffer = buffer
        self._policies = policies
        self._here: dict[str, KeptPolicy] = {}  # what only this unit of work may see
        self._wrote = False

    def remember(self, version: str, text: Callable[[], str], now: datetime) -> None:
        if version in self._policies or version in self._here or self._look_up(version) is not None:
            return
        policy = KeptPolicy(version, text())
        self._wrote = True
        self._connection.execute(_KEEP[self._connection.dialect.name], {"version": version, "since": now, "text": policy.text})
        self._look_up(version)  # another replica may have been the first

    def policy(self, version: str) -> KeptPolicy | None:
        if (known := self._policies.get(version) or self._here.get(version) or self._look_up(version)) is not None:
            return known
        return _first(_OLDEST, {}, self._connection)

    def forget(self) -> None:
        """What was written may have been undone."""
        self._here.clear()

    def events(self, ticket: int) -> Sequence[Event]:
        self._buffer.flush_if_waiting(_E)
        return [event_of(row) for row in self._connection.execute(_EVENTS, {"of_ticket": ticket}).mappings()]

    def of(self, ticket: int) -> KeptClocks | None:
        self._buffer.flush_if_waiting(_C)
        row = self._connection.execute(_GET, {"of_ticket": ticket}).mappings().first()
        return clocks_of(row, row["policy"]) if row else None

    def add(self, clocks: KeptClocks) -> None:
        self._buffer.add(_C, _row_of(clocks))

    def save(self, clocks: KeptClocks) -> None:
        row = _row_of(clocks)
        values = {f"new_{name}": row[name] for name in _CHANGING}
        self._connection.execute(_SAVE, values | {"of_ticket": clocks.ticket})

    def open_without(self, most: int) -> Collection[int]:
        self._buffer.flush_if_waiting(_C)
        return list(self._connection.execute(_WITHOUT, {"most": most}).scalars())

    def _look_up(self, version: str) -> KeptPolicy | None:
        found = _first(_OF_VERSION, {"of_version": version}, self._connection)
        if found is not None:
            (self._here if self._wrote else self._policies)[version] = found
        return found


def policy_of(version: str, connection: Connection) -> KeptPolicy | None:
    return _first(_OF_VERSION, {"of_version": version}, connection) or _first(_OLDEST, {}, connection)


def _first(query: Select[str, str], values: Row, connection: Connection) -> KeptPolicy | None:
    row = connection.execute(query, values).first()
    return KeptPolicy(row[0], row[1]) if row else None


def clocks_of(row: RowMapping, policy: str) -> KeptClocks:
    """`policy` is a column of tickets as well: whoever reads both names it."""
    return KeptClocks(
        ticket=row["ticket"],
        policy=policy,
        response=_clock_of(row, "response"),
        resolution=_clock_of(row, "resolution"),
        timer=row["timer_at"],
    )


def _clock_of(row: RowMapping, name: str) -> KeptClock | None:
    state, left = row[f"{name}_state"], row[f"{name}_left"]
    if state is None:
        return None
    return KeptClock(
        state=ClockState(state),
        due=row[f"{name}_due"],
        warns_at=row[f"{name}_warns_at"],
        left=left * _MICROSECOND if left is not None else None,
    )


def _row_of(clocks: KeptClocks) -> Row:
    return {
        "ticket": clocks.ticket,
        "policy": clocks.policy,
        **_columns_of("response", clocks.response),
        **_columns_of("resolution", clocks.resolution),
        "next_breach": clocks.next_breach,
        "timer_at": clocks.timer,
    }


def _columns_of(name: str, clock: KeptClock | None) -> Row:
    return {
        f"{name}_state": clock.state.value if clock else None,
        f"{name}_due": clock.due if clock else None,
        f"{name}_warns_at": clock.warns_at if clock else None,
        f"{name}_left": clock.left // _MICROSECOND if clock and clock.left is not None else None,
    }
