"""The ledger: every input, and the one thing that became of it."""

import json
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from intake.domain.receipt import LedgerEntry, Outcome, Receipt
from storage import schema
from storage.foresight import Foresight
from storage.row_buffer import Row, RowBuffer

_T = schema.ledger
_RECEIPT = select(_T.c.id, _T.c.outcome, _T.c.reason, _T.c.ticket).where(
    _T.c.channel == bindparam("of_channel"), _T.c.external_id == bindparam("of_id")
)
_ENTRY = select(_T).where(_T.c.id == bindparam("of_id"))
_RAW = select(schema.blobs.c.content).where(schema.blobs.c.sha256 == bindparam("of_sha"))
_SETTLE = (
    update(_T)
    .where(_T.c.id == bindparam("of_id"), _T.c.outcome == Outcome.QUARANTINED.value)
    .values({name: bindparam(name) for name in ("external_id", "outcome", "reason", "ticket", "fault", "replays")})
)


class SqlLedger:
    def __init__(self, connection: Connection, buffer: RowBuffer, foresight: Foresight) -> None:
        self._connection = connection
        self._buffer = buffer
        self._foresight = foresight

    def receipt_for(self, channel: Channel, external_id: str) -> Receipt | None:
        if (fresh := self._buffer.find(_T, channel.value, external_id)) is not None:
            return _fresh_receipt(fresh)
        if self._foresight.foresees_input(channel, external_id):
            return self._foresight.receipt(channel, external_id)
        row = self._connection.execute(_RECEIPT, {"of_channel": channel.value, "of_id": external_id}).first()
        if row is None:
            return None
        return Receipt(id=row[0], outcome=Outcome(row[1]), reason=row[2], ticket=row[3], duplicate=True)

    def add(self, entry: LedgerEntry, raw: bytes) -> None:
        self._buffer.add(schema.blobs, {"sha256": entry.sha256, "size": entry.size, "content": raw})
        self._buffer.add(
            _T,
            {
                "id": entry.id,
                "channel": entry.channel.value,
                "external_id": entry.external_id,
                "received_at": entry.received_at,
                "sha256": entry.sha256,
                "size": entry.size,
                "envelope": json.dumps(dict(entry.envelope)),
                "outcome": entry.outcome.value,
                "reason": entry.reason,
                "ticket": entry.ticket,
                "fault": entry.fault,
                "replays": entry.replays,
            },
        )

    def entry(self, id: int) -> LedgerEntry | None:
        self._buffer.flush_if_waiting(_T)
        row = self._connection.execute(_ENTRY, {"of_id": id}).mappings().first()
        return ledger_entry(row) if row else None

    def raw(self, entry: LedgerEntry) -> bytes:
        return bytes(self._connection.execute(_RAW, {"of_sha": entry.sha256}).scalar_one())

    def settle(self, entry: LedgerEntry) -> bool:
        """False if it is no longer in quarantine: somebody else replayed it first."""
        self._buffer.flush()
        changed = self._connection.execute(
            _SETTLE,
            {
                "of_id": entry.id,
                "external_id": entry.external_id,
                "outcome": entry.outcome.value,
                "reason": entry.reason,
                "ticket": entry.ticket,
                "fault": entry.fault,
                "replays": entry.replays,
            },
        )
        return changed.rowcount == 1


def _fresh_receipt(row: Row) -> Receipt:
    """Of an input earlier in the same batch."""
    id, ticket = row["id"], row["ticket"]  # noqa: A001
    assert isinstance(id, int)
    assert ticket is None or isinstance(ticket, int)
    return Receipt(id=id, outcome=Outcome(str(row["outcome"])), reason=str(row["reason"]), ticket=ticket, duplicate=True)


def ledger_entry(row: RowMapping) -> LedgerEntry:
    received_at: datetime = row["received_at"]
    return LedgerEntry(
        id=row["id"],
        channel=Channel(row["channel"]),
        external_id=row["external_id"],
        received_at=received_at,
        sha256=row["sha256"],
        size=row["size"],
        envelope=json.loads(row["envelope"]),
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        ticket=row["ticket"],
        fault=row["fault"],
        replays=row["replays"],
    )
