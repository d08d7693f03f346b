"""Work agreements and their books as rows."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from sqlalchemy import RowMapping, Select, bindparam, case, exc, func, select, text, update
from sqlalchemy.engine import Connection

from intake.domain.agreement import (
    Agreement,
    AgreementLine,
    AgreementStory,
    Balance,
    Entry,
    EntryKind,
    OfChange,
)
from intake.domain.errors import NotFound, PolicyViolation
from storage.agreement_tables import BALANCE, agreement_entries, agreements
from storage.engine import in_our_words
from storage.row_buffer import RowBuffer, Value

_A, _E = agreements, agreement_entries
Rows = Select[*tuple[object, ...]]
_NAMES = select(_A.c.name).order_by(_A.c.name)
_GET = select(_A).where(_A.c.name == bindparam("of_name"))
# Weaker than an exclusive lock: who only refers to the agreement need not wait.
_LOCK = _GET.with_for_update(key_share=True)
_CHANGING = [column.name for column in _A.c if column.name != "name"]
_SAVE = update(_A).where(_A.c.name == bindparam("of_name")).values({name: bindparam(f"new_{name}") for name in _CHANGING})
_BOOK = select(_E).where(_E.c.agreement == bindparam("of_name")).order_by(_E.c.sequence)
_LAST = select(_E).where(_E.c.agreement == bindparam("of_name")).order_by(_E.c.sequence.desc()).limit(1)
_BEFORE = select(*(_E.c[f"{name}_after"] for name in BALANCE)).where(
    _E.c.agreement == bindparam("of_name"), _E.c.sequence == bindparam("of_sequence")
)
_RESERVED = func.sum(
    case(
        (_E.c.kind.in_((EntryKind.RESERVED.value, EntryKind.OVERDRAFT.value)), _E.c.minutes),
        (_E.c.kind == EntryKind.RELEASED.value, -_E.c.minutes),
        else_=-_E.c.from_reserved,
    )
)
_SPENT = func.sum(case((_E.c.kind == EntryKind.BOOKED.value, _E.c.minutes), else_=0))
_OVERDRAFT = func.sum(case((_E.c.kind == EntryKind.OVERDRAFT.value, _E.c.minutes), else_=-_E.c.given_back))
_HAS = select(
    _E.c.ticket,
    _E.c.agreement,
    _RESERVED.label("reserved"),
    _SPENT.label("spent"),
    _OVERDRAFT.label("overdraft"),
).where(text("ticket is not null"))
_OF_CHANGE = _HAS.where(_E.c.ticket == bindparam("of_ticket")).group_by(_E.c.ticket, _E.c.agreement).order_by(_E.c.agreement)
_BY_CHANGE = _HAS.where(_E.c.agreement == bindparam("of_name")).group_by(_E.c.ticket, _E.c.agreement).order_by(_E.c.ticket)
_STILL_RESERVED = _BY_CHANGE.having(_RESERVED > 0)
_ANY_OPEN = select(_A.c.name).where(_A.c.closed_at.is_(None), _A.c.ends >= bindparam("on_day")).limit(1)
_latest = _E.alias("latest")
_LINES = (
    select(_A, *(_E.c[f"{name}_after"] for name in BALANCE))
    .select_from(_A)
    .outerjoin(
        _E,
        (_E.c.agreement == _A.c.name)
        & (
            _E.c.sequence
            == select(func.max(_latest.c.sequence)).where(_latest.c.agreement == _A.c.name).correlate(_A).scalar_subquery()
        ),
    )
    .order_by(_A.c.name)
)


class SqlAgreements:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def names(self) -> Sequence[str]:
        return list(self._connection.execute(_NAMES).scalars())

    def get(self, name: str) -> Agreement | None:
        return self._found(_GET, name)

    def lock(self, name: str) -> Agreement | None:
        return self._found(_LOCK, name)

    def add(self, agreement: Agreement) -> None:
        """Raises Conflict where there is one of that name."""
        with self._written("There is no such agreement"):
            self._connection.execute(_A.insert(), _agreement_row(agreement))

    def save(self, agreement: Agreement) -> None:
        row = _agreement_row(agreement)
        values = {f"new_{name}": row[name] for name in _CHANGING}
        with self._written("There is no such agreement"):
            saved = self._connection.execute(_SAVE, values | {"of_name": agreement.name})
        if saved.rowcount != 1:
            raise NotFound(f"There is no agreement {agreement.name}")

    def last(self, name: str) -> Entry | None:
        row = self._connection.execute(_LAST, {"of_name": name}).mappings().first()
        return entry_of(row) if row else None

    def write(self, entry: Entry) -> None:
        row = self._connection.execute(_BEFORE, {"of_name": entry.agreement, "of_sequence": entry.sequence - 1}).first()
        before = tuple(row) if row else (0,) * len(BALANCE)
        with self._written("The agreement, the change or the line before this one is not there"):
            self._connection.execute(_E.insert(), _entry_row(entry, before))

    def of_change(self, ticket: int) -> Mapping[str, OfChange]:
        return of_change(ticket, self._connection)

    def reserved(self, name: str) -> Sequence[OfChange]:
        return _has(_STILL_RESERVED, name, self._connection)

    def balance(self, name: str) -> Balance:
        last = self.last(name)
        return last.after if last else Balance()

    def any_open(self, on: date) -> bool:
        return self._connection.execute(_ANY_OPEN, {"on_day": on}).first() is not None

    def _found(self, query: Rows, name: str) -> Agreement | None:
        row = self._connection.execute(query, {"of_name": name}).mappings().first()
        return agreement_of(row) if row else None

    @contextmanager
    def _written(self, unknown: str) -> Iterator[None]:
        """`unknown`: what a row refers to that is not there. SQLite does not say which reference it was."""
        self._buffer.flush()  # the change may wait there
        with in_our_words():
            try:
                yield
            except exc.IntegrityError as fault:
                if str(fault.orig) == "FOREIGN KEY constraint failed":
                    raise PolicyViolation(unknown) from fault
                raise


def agreement_lines(connection: Connection, *, also_closed: bool) -> Sequence[AgreementLine]:
    query = _LINES if also_closed else _LINES.where(_A.c.closed_at.is_(None))
    return [_line_of(row) for row in connection.execute(query).mappings()]


def agreement_story(connection: Connection, name: str) -> AgreementStory | None:
    row = connection.execute(_LINES.where(_A.c.name == name)).mappings().first()
    if row is None:
        return None
    return AgreementStory(
        line=_line_of(row),
        by_change=tuple(_has(_BY_CHANGE, name, connection)),
        entries=tuple(entry_of(row) for row in connection.execute(_BOOK, {"of_name": name}).mappings()),
    )


def of_change(ticket: int, connection: Connection) -> Mapping[str, OfChange]:
    rows = connection.execute(_OF_CHANGE, {"of_ticket": ticket}).mappings()
    found = {row["agreement"]: _share_of(row) for row in rows}
    return {name: has for name, has in found.items() if has.reserved or has.spent or has.overdraft}


def agreement_of(row: RowMapping) -> Agreement:
    return Agreement(
        name=row["name"],
        party=row["party"],
        starts=row["starts"],
        ends=row["ends"],
        spenders=tuple(json.loads(row["spenders"])),
        product_owners=tuple(json.loads(row["product_owners"])),
        carry_over=row["carry_over"],
        opened_by=row["opened_by"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        alerted=row["alerted"],
    )


def entry_of(row: RowMapping) -> Entry:
    return Entry(
        agreement=row["agreement"],
        sequence=row["sequence"],
        kind=EntryKind(row["kind"]),
        minutes=row["minutes"],
        by=row["by"],
        at=row["at"],
        after=_balance_of(row),
        ticket=row["ticket"],
        worked_on=row["worked_on"],
        from_reserved=row["from_reserved"],
        given_back=row["given_back"],
        text=row["text"],
        ledger=row["ledger"],
    )


def _balance_of(row: RowMapping) -> Balance:
    """Of an agreement without a single line: nothing."""
    return Balance(**{name: row[f"{name}_after"] or 0 for name in BALANCE})


def _line_of(row: RowMapping) -> AgreementLine:
    return AgreementLine(agreement=agreement_of(row), balance=_balance_of(row))


def _has(query: Rows, name: str, connection: Connection) -> Sequence[OfChange]:
    return [_share_of(row) for row in connection.execute(query, {"of_name": name}).mappings()]


def _share_of(row: RowMapping) -> OfChange:
    return OfChange(ticket=row["ticket"], reserved=row["reserved"], spent=row["spent"], overdraft=row["overdraft"])


def _agreement_row(agreement: Agreement) -> Mapping[str, Value | date]:
    return {
        "name": agreement.name,
        "party": agreement.party,
        "starts": agreement.starts,
        "ends": agreement.ends,
        "spenders": json.dumps(agreement.spenders, ensure_ascii=False),
        "product_owners": json.dumps(agreement.product_owners, ensure_ascii=False),
        "carry_over": agreement.carry_over,
        "opened_by": agreement.opened_by,
        "opened_at": agreement.opened_at,
        "closed_at": agreement.closed_at,
        "alerted": agreement.alerted,
    }


def _entry_row(entry: Entry, before: tuple[int, ...]) -> Mapping[str, Value | date]:
    after = entry.after
    return {
        "agreement": entry.agreement,
        "sequence": entry.sequence,
        "predecessor": entry.sequence - 1 if entry.sequence > 1 else None,
        "kind": entry.kind.value,
        "minutes": entry.minutes,
        "by": entry.by,
        "at": entry.at,
        "ticket": entry.ticket,
        "worked_on": entry.worked_on,
        "from_reserved": entry.from_reserved,
        "given_back": entry.given_back,
        "text": entry.text,
        "ledger": entry.ledger,
        **{f"{name}_before": value for name, value in zip(BALANCE, before, strict=True)},
        "granted_after": after.granted,
        "reserved_after": after.reserved,
        "spent_after": after.spent,
        "overdraft_after": after.overdraft,
    }
