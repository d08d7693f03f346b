"""What all tables are made of: names of constraints, keys, and where fresh numbers come from."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Sequence, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts in a row under its single writer's lock; PostgreSQL has sequences (a counter row would make replicas queue).
ROW_IDS_STEP = 50
FIRST_NUMBER = 1001
row_ids = Sequence("row_ids", start=1, increment=ROW_IDS_STEP, metadata=metadata)
ticket_numbers = Sequence("ticket_numbers", start=FIRST_NUMBER, metadata=metadata)

# A rowid in SQLite must be spelt INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


def key() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=False)


def of_ticket(*, nullable: bool = False) -> Column[int]:
    return Column("ticket", Id, ForeignKey("tickets.number"), nullable=nullable, index=True)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index on some of the rows. A query uses it only if it says the same, word for word, and not as a parameter."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
