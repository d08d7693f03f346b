"""The tables. Migrations build the same ones; a test holds the two together on both databases."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.moment import Moment

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


def _key() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=False)


def _ticket(*, nullable: bool = False, index: bool = True) -> Column[int]:
    return Column("ticket", Id, ForeignKey("tickets.number"), nullable=nullable, index=index)


counters = Table("counters", metadata, Column("name", String(20), primary_key=True), Column("value", Id, nullable=False))

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Id, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    _key(),
    Column("name", Text, nullable=False),
    Column("since", Moment, nullable=False),
)

contact_addresses = Table(
    "contact_addresses",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("value", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("contact", Id, ForeignKey("contacts.id"), nullable=False, index=True),
)

tickets = Table(
    "tickets",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("category", String(30)),
    Column("impact", Integer, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("priority", String(2), nullable=False),
    Column("state", String(20), nullable=False),
    Column("on_hold_reason", Text, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("assignment_group", Text, nullable=False),
    Column("assigned_to", Text, nullable=False),
    Column("contact_type", String(20), nullable=False),
    Column("caller", Id, ForeignKey("contacts.id"), index=True),
    Column("short_description", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("parent", Id, ForeignKey("tickets.number")),
    Column("label_version", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("policy", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    CheckConstraint("state in ('new', 'in_progress', 'on_hold', 'resolved', 'closed', 'canceled')", name="state"),
    CheckConstraint("impact between 1 and 3 and urgency between 1 and 3 and tier between 1 and 3", name="levels"),
    Index("ix_tickets_state_priority", "state", "priority"),
)

ledger = Table(
    "ledger",
    metadata,
    _key(),
    Column("channel", String(20), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False),
    Column("size", Id, nullable=False),
    Column("envelope", Text, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    _ticket(nullable=True),
    Column("fault", Text, nullable=False),
    Column("replays", Integer, nullable=False),
    UniqueConstraint("channel", "external_id"),
    CheckConstraint(
        "outcome in ('opened', 'appended', 'held', 'applied', 'suppressed', 'quarantined')",
        name="outcome",
    ),
    Index(
        "ix_ledger_quarantined",
        "id",
        sqlite_where=text("outcome = 'quarantined'"),
        postgresql_where=text("outcome = 'quarantined'"),
    ),
)

messages = Table(
    "messages",
    metadata,
    _key(),
    _ticket(),
    Column("direction", String(3), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("author_kind", String(20)),
    Column("author", Text),
    Column("author_name", Text),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("full_body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("public", Boolean(create_constraint=False), nullable=False),
    Column("held", Boolean(create_constraint=False), nullable=False),
    # The ledger's row is written last, when its outcome is known.
    Column("ledger", Id, ForeignKey("ledger.id", deferrable=True, initially="DEFERRED")),
)

attachments = Table(
    "attachments",
    metadata,
    Column("message", Id, ForeignKey("messages.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", Id, nullable=False),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False),
    Column("inline", Boolean(create_constraint=False), nullable=False),
    Column("content_id", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    _key(),
    _ticket(),
    Column("kind", String(30), nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("data", Text, nullable=False),
)

threads = Table(
    "threads",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("value", Text, primary_key=True),
    _ticket(),
)

_LEASABLE = text("state in ('queued', 'sending')")
QUEUED_AND_COALESCED = text("state = 'queued' and coalesce_key <> ''")
_COUNTED = text("state <> 'held'")

deliveries = Table(
    "deliveries",
    metadata,
    _key(),
    _ticket(),
    Column("channel", String(20), nullable=False),
    Column("address", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("rank", Integer, nullable=False),  # 0 leaves before 1
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("notice", String(30)),
    Column("notice_fields", Text, nullable=False),
    Column("reply", Id, ForeignKey("messages.id")),
    Column("mirror", Id, ForeignKey("mirrors.id")),
    Column("group_key", Text, nullable=False),
    Column("coalesce_key", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("sent_ref", Text, nullable=False),
    Column("sent_at", Moment),
    Column("claimed_by", Text, nullable=False),
    Column("lease_until", Moment),
    CheckConstraint(
        "(case when notice is null then 0 else 1 end) + (case when reply is null then 0 else 1 end)"
        " + (case when mirror is null then 0 else 1 end) = 1",
        name="says_one_thing",
    ),
    Index("ix_deliveries_due", "rank", "due_at", sqlite_where=_LEASABLE, postgresql_where=_LEASABLE),
    Index("ix_deliveries_address", "address", "created_at", sqlite_where=_COUNTED, postgresql_where=_COUNTED),
    Index(
        "ix_deliveries_sent", "sent_at", sqlite_where=text("sent_at is not null"), postgresql_where=text("sent_at is not null")
    ),
    Index(
        "uq_deliveries_coalesce",
        "coalesce_key",
        unique=True,
        sqlite_where=QUEUED_AND_COALESCED,
        postgresql_where=QUEUED_AND_COALESCED,
    ),
)

_RUNNING = text("state = 'running'")

timers = Table(
    "timers",
    metadata,
    _key(),
    _ticket(),
    Column("kind", String(30), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("step", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("claimed_by", Text, nullable=False),
    Column("lease_until", Moment),
    CheckConstraint("state in ('running', 'done', 'canceled')", name="state"),
    Index("ix_timers_due", "due_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
)

mirrors = Table(
    "mirrors",
    metadata,
    _key(),
    _ticket(),
    Column("channel", String(20), nullable=False),
    Column("address", Text, nullable=False),
    Column("ref", Text, nullable=False),
    UniqueConstraint("ticket", "channel", "address"),
)
