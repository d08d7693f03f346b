"""The tables of work agreements as step 0008 made them, and what all tables of that step are made of."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from storage.moment import Moment

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def moments(*names: str) -> list[sa.Column[datetime]]:
    return [sa.Column(name, Moment(), nullable=True) for name in names]


def check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(name))


def partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def agreements() -> None:
    op.create_table(
        "agreements",
        *texts("name", "party"),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        *texts("spenders", "product_owners"),
        sa.Column("carry_over", sa.Integer(), nullable=True),
        *texts("opened_by"),
        *moments("opened_at", "closed_at"),
        sa.Column("alerted", sa.Boolean(), server_default=sa.false(), nullable=False),
        check("ck_agreements_name", "name <> ''"),
        check("ck_agreements_carry_over", "carry_over is null or carry_over >= 0"),
        check("ck_agreements_period", "starts <= ends"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_agreements")),
    )


# What a line of each kind does to granted, reserved, spent and overdraft, and what else it must say.
_SOME = "minutes + 0 > 0"
_ARITHMETIC = (
    ("granted", "minutes", "0", "0", "0", _SOME),
    ("amended", "minutes", "0", "0", "0", "text <> ''"),
    ("carried_in", "minutes", "0", "0", "0", _SOME),
    ("carried_out", "-minutes", "0", "0", "0", _SOME),
    ("reserved", "0", "minutes", "0", "0", _SOME),
    ("released", "0", "-minutes", "0", "-given_back", f"{_SOME} and given_back + 0 <= minutes + 0"),
    ("booked", "0", "-from_reserved", "minutes", "0", f"{_SOME} and from_reserved + 0 <= minutes + 0"),
    ("overdraft", "0", "minutes", "0", "minutes", f"{_SOME} and text <> ''"),
)


def _follows(kind: str, granted: str, reserved: str, spent: str, overdraft: str, also: str) -> str:
    deltas = {"granted": granted, "reserved": reserved, "spent": spent, "overdraft": overdraft}
    moves = " and ".join(
        f"{name}_after = {name}_before" if delta == "0" else f"{name}_after = {name}_before + ({delta})"
        for name, delta in deltas.items()
    )
    return f"(kind = '{kind}' and {moves} and {also})"


def _book() -> tuple[sa.CheckConstraint, ...]:
    return (
        check("ck_agreement_entries_arithmetic", " or ".join(_follows(*line) for line in _ARITHMETIC)),
        check(
            "ck_agreement_entries_begins",
            "(sequence = 1 and kind = 'granted' and predecessor is null and granted_before = 0 and reserved_before = 0 and "
            "spent_before = 0 and overdraft_before = 0) or (sequence > 1 and kind <> 'granted' and predecessor is not null "
            "and predecessor = sequence - 1)",
        ),
        check(
            "ck_agreement_entries_of_change",
            "(ticket is not null) = (kind in ('reserved', 'released', 'booked', 'overdraft'))",
        ),
        check("ck_agreement_entries_worked_on", "(worked_on is not null) = (kind = 'booked')"),
        check("ck_agreement_entries_by", "by <> ''"),
        check("ck_agreement_entries_from_reserved", "from_reserved + 0 >= 0 and (from_reserved = 0 or kind = 'booked')"),
        check("ck_agreement_entries_given_back", "given_back + 0 >= 0 and (given_back = 0 or kind = 'released')"),
        check(
            "ck_agreement_entries_kind",
            "kind in ('granted', 'amended', 'carried_in', 'carried_out', 'reserved', 'released', 'booked', 'overdraft')",
        ),
        check("ck_agreement_entries_left", "granted_after + overdraft_after >= reserved_after + spent_after"),
        check(
            "ck_agreement_entries_balance",
            "granted_after >= 0 and reserved_after >= 0 and spent_after >= 0 and overdraft_after >= 0",
        ),
    )


def entries() -> None:
    op.create_table(
        "agreement_entries",
        *texts("agreement"),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("predecessor", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        *counts("minutes"),
        *texts("by"),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("ticket", Id, nullable=True),
        sa.Column("worked_on", sa.Date(), nullable=True),
        *counts("from_reserved", "given_back"),
        *texts("text"),
        sa.Column("ledger", Id, nullable=True),
        *counts(
            "granted_before",
            "reserved_before",
            "spent_before",
            "overdraft_before",
            "granted_after",
            "reserved_after",
            "spent_after",
            "overdraft_after",
        ),
        *_book(),
        sa.ForeignKeyConstraint(
            ["agreement", "predecessor", "granted_before", "reserved_before", "spent_before", "overdraft_before"],
            [
                "agreement_entries.agreement",
                "agreement_entries.sequence",
                "agreement_entries.granted_after",
                "agreement_entries.reserved_after",
                "agreement_entries.spent_after",
                "agreement_entries.overdraft_after",
            ],
            name=op.f("fk_agreement_entries_predecessor"),
        ),
        sa.ForeignKeyConstraint(["agreement"], ["agreements.name"], name=op.f("fk_agreement_entries_agreement")),
        sa.ForeignKeyConstraint(["ticket"], ["changes.ticket"], name=op.f("fk_agreement_entries_ticket")),
        sa.PrimaryKeyConstraint("agreement", "sequence", name=op.f("pk_agreement_entries")),
        sa.UniqueConstraint(
            "agreement",
            "sequence",
            "granted_after",
            "reserved_after",
            "spent_after",
            "overdraft_after",
            name=op.f("uq_agreement_entries_balance"),
        ),
    )
    partial_index("ix_agreement_entries_ticket", "agreement_entries", ["ticket", "agreement"], "ticket is not null")
