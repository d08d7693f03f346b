"""Work agreements and their books.

The checks hold the book's arithmetic: each line's balance follows from the line before it, which must exist, and nothing is
reserved or spent that was not granted or allowed. `storage.change_guards` sees to it that lines stay as they were written.
"""

from collections.abc import Mapping

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from storage.moment import Moment
from storage.tables import Id, metadata, partial_index

agreements = Table(
    "agreements",
    metadata,
    Column("name", Text, primary_key=True),
    Column("party", Text, nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date, nullable=False),
    Column("spenders", Text, nullable=False),
    Column("product_owners", Text, nullable=False),
    Column("carry_over", Integer),  # null is all of it
    Column("opened_by", Text, nullable=False),
    Column("opened_at", Moment),
    Column("closed_at", Moment),
    Column("alerted", Boolean(create_constraint=False), nullable=False, server_default=false()),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("starts <= ends", name="period"),
    CheckConstraint("carry_over is null or carry_over >= 0", name="carry_over"),
)

_SOME = "minutes + 0 > 0"  # to SQLite the text '-5 or so' is more than any number, until it counts with it
# What a line of each kind does to granted, reserved, spent and overdraft, and what else it must say.
_ARITHMETIC: Mapping[str, tuple[str, str, str, str, str]] = {
    "granted": ("minutes", "0", "0", "0", _SOME),
    "amended": ("minutes", "0", "0", "0", "text <> ''"),
    "carried_in": ("minutes", "0", "0", "0", _SOME),
    "carried_out": ("-minutes", "0", "0", "0", _SOME),
    "reserved": ("0", "minutes", "0", "0", _SOME),
    "released": ("0", "-minutes", "0", "-given_back", f"{_SOME} and given_back + 0 <= minutes + 0"),
    "booked": ("0", "-from_reserved", "minutes", "0", f"{_SOME} and from_reserved + 0 <= minutes + 0"),
    "overdraft": ("0", "minutes", "0", "minutes", f"{_SOME} and text <> ''"),
}
BALANCE = ("granted", "reserved", "spent", "overdraft")


def _follows(kind: str, deltas: tuple[str, ...], also: str) -> str:
    moves = " and ".join(
        f"{name}_after = {name}_before" if delta == "0" else f"{name}_after = {name}_before + ({delta})"
        for name, delta in zip(BALANCE, deltas, strict=True)
    )
    return f"(kind = '{kind}' and {moves} and {also})"


agreement_entries = Table(
    "agreement_entries",
    metadata,
    Column("agreement", Text, ForeignKey("agreements.name"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("predecessor", Integer),
    Column("kind", String(12), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ticket", Id, ForeignKey("changes.ticket")),
    Column("worked_on", Date),
    Column("from_reserved", Integer, nullable=False),
    Column("given_back", Integer, nullable=False),
    Column("text", Text, nullable=False),
    # Of the deed; it is written last, and stays when the ledger is tidied up.
    Column("ledger", Id),
    *(Column(f"{name}_before", Integer, nullable=False) for name in BALANCE),
    *(Column(f"{name}_after", Integer, nullable=False) for name in BALANCE),
    CheckConstraint(
        "kind in ('granted', 'amended', 'carried_in', 'carried_out', 'reserved', 'released', 'booked', 'overdraft')",
        name="kind",
    ),
    CheckConstraint(
        " or ".join(_follows(kind, (*deltas,), also) for kind, (*deltas, also) in _ARITHMETIC.items()), name="arithmetic"
    ),
    CheckConstraint("granted_after + overdraft_after >= reserved_after + spent_after", name="left"),
    CheckConstraint("granted_after >= 0 and reserved_after >= 0 and spent_after >= 0 and overdraft_after >= 0", name="balance"),
    CheckConstraint("by <> ''", name="by"),
    CheckConstraint("(ticket is not null) = (kind in ('reserved', 'released', 'booked', 'overdraft'))", name="of_change"),
    CheckConstraint("(worked_on is not null) = (kind = 'booked')", name="worked_on"),
    CheckConstraint("from_reserved + 0 >= 0 and (from_reserved = 0 or kind = 'booked')", name="from_reserved"),
    CheckConstraint("given_back + 0 >= 0 and (given_back = 0 or kind = 'released')", name="given_back"),
    CheckConstraint(
        "(sequence = 1 and kind = 'granted' and predecessor is null"
        " and granted_before = 0 and reserved_before = 0 and spent_before = 0 and overdraft_before = 0)"
        " or (sequence > 1 and kind <> 'granted' and predecessor is not null and predecessor = sequence - 1)",
        name="begins",
    ),
    UniqueConstraint("agreement", "sequence", *(f"{name}_after" for name in BALANCE), name="uq_agreement_entries_balance"),
    ForeignKeyConstraint(
        ["agreement", "predecessor", *(f"{name}_before" for name in BALANCE)],
        ["agreement_entries.agreement", "agreement_entries.sequence", *(f"agreement_entries.{name}_after" for name in BALANCE)],
        name="fk_agreement_entries_predecessor",
    ),
    partial_index("ix_agreement_entries_ticket", "ticket", "agreement", where="ticket is not null"),
)
