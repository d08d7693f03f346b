"""What is learnt from, and what was learnt."""

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Integer, LargeBinary, String, Table, Text

from storage.moment import Moment
from storage.tables import Id, key, metadata, of_ticket, partial_index

# What a person made of a ticket's label. What was undone stays, as withdrawn.
corrections = Table(
    "corrections",
    metadata,
    key(),
    of_ticket(),
    Column("event", Id, ForeignKey("events.id"), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("by", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("kind_before", String(20), nullable=False),
    Column("category_before", String(30)),
    Column("impact_before", Integer, nullable=False),
    Column("urgency_before", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("category", String(30)),
    Column("impact", Integer, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("label_version", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("withdrawn_at", Moment),
)

# Labelled matters from elsewhere. What nobody judged there is null.
history = Table(
    "history",
    metadata,
    key(),
    Column("source_key", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("category", String(30)),
    Column("impact", Integer),
    Column("urgency", Integer),
    Column("imported_at", Moment, nullable=False),
)

site_layers = Table(
    "site_layers",
    metadata,
    Column("version", Text, primary_key=True),
    Column("based_on", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("learnt_from", Integer, nullable=False),
    Column("held_out", Integer, nullable=False),
    Column("before", Float, nullable=False),
    Column("after", Float, nullable=False),
    Column("gained", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("state_since", Moment, nullable=False),
    Column("state_by", Text, nullable=False),
    # The last: to get past it SQLite reads all of it, and every replica looks at the others all the time.
    Column("content", LargeBinary, nullable=False),
    CheckConstraint("state in ('active', 'rejected', 'retired')", name="state"),
    partial_index("uq_site_layers_active", "state", where="state = 'active'", unique=True),
)
