"""The tables of calls, of questions to phone numbers, and of files that the desk still has to fetch."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.moment import Moment
from storage.tables import Id, key, metadata, of_ticket, partial_index

calls = Table(
    "calls",
    metadata,
    key(),
    Column("name", Text, nullable=False, unique=True),
    of_ticket(),
    Column("line", Text, nullable=False),
    # Empty where the number is withheld.
    Column("caller", Text, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("said", Boolean(create_constraint=False), nullable=False),
    Column("connected_to", Text, nullable=False),
    Index("ix_calls_began_at", "began_at", "id"),
    partial_index("ix_calls_caller", "caller", "began_at", where="caller <> ''"),
)

text_questions = Table(
    "text_questions",
    metadata,
    key(),
    Column("address", Text, nullable=False),
    Column("ticket", Id, ForeignKey("tickets.number"), nullable=False),
    Column("options", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("chosen", Id, ForeignKey("tickets.number")),
    CheckConstraint("chosen is null or answered_at is not null", name="answered"),
    Index("ix_text_questions_address", "address", "asked_at"),
)

# Whose ticket it is, its message says: messages move.
fetches = Table(
    "fetches",
    metadata,
    key(),
    Column("message", Id, ForeignKey("messages.id"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("claimed_by", Text, nullable=False),
    Column("lease_until", Moment),
    CheckConstraint("state in ('waiting', 'fetched', 'failed')", name="state"),
    partial_index("ix_fetches_due", "due_at", where="state = 'waiting'"),
)
