"""The tables of ladders that run, and of the pages that they sent."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint, text

from storage.moment import Moment
from storage.tables import Id, key, metadata, of_ticket, partial_index

ladder_runs = Table(
    "ladder_runs",
    metadata,
    key(),
    of_ticket(),
    # As it was when the run started; empty for what an older desk had begun.
    Column("ladder", Text, nullable=False),
    Column("priority", String(2), nullable=False),
    Column("state", String(20), nullable=False),
    Column("made", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("why", Text, nullable=False),
    Column("ended_at", Moment),
    Column("ended_by", Text, nullable=False),
    Column("end_why", Text, nullable=False),
    CheckConstraint("state in ('running', 'exhausted', 'acknowledged', 'stopped')", name="state"),
    partial_index("uq_ladder_runs_open", "ticket", where="state in ('running', 'exhausted')", unique=True),
    partial_index("ix_ladder_runs_exhausted", "ended_at", where="state = 'exhausted'"),
)

pages = Table(
    "pages",
    metadata,
    key(),
    Column("run", Id, ForeignKey("ladder_runs.id"), nullable=False),
    of_ticket(),
    Column("step", Integer, nullable=False),
    Column("repetition", Integer, nullable=False),
    # Both empty where nobody could be reached.
    Column("channel", String(20), nullable=False),
    Column("address", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("delivery", Id, ForeignKey("deliveries.id")),
    Column("at", Moment, nullable=False),
    # What a text answers to take it; empty on other channels.
    Column("code", String(10), nullable=False, server_default=text("''")),
    UniqueConstraint("run", "step", "repetition", "channel", "address"),
    partial_index("ix_pages_delivery", "delivery", where="delivery is not null"),
    partial_index("ix_pages_code", "address", "code", "at", where="code <> ''"),
    partial_index("ix_pages_coded", "address", "at", where="code <> ''"),
)
