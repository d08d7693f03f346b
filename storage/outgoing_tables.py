"""The tables of what leaves the desk, and of what it will do later."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint, false, text

from storage.moment import Moment
from storage.tables import Id, key, metadata, of_ticket, partial_index

_COALESCED = "state = 'queued' and coalesce_key <> ''"
QUEUED_AND_COALESCED = text(_COALESCED)
# What the desk says by itself to one address; what a person released leaves behind the rest, with a rank of its own.
RELEASED = 2
_AUTOMATIC = "state <> 'held' and group_key = '' and rank = 1 and notice is not null"
AUTOMATIC = text(_AUTOMATIC)

deliveries = Table(
    "deliveries",
    metadata,
    key(),
    of_ticket(),
    Column("channel", String(20), nullable=False),
    Column("address", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("rank", Integer, nullable=False),  # 0 leaves before 1, and 1 before RELEASED
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("notice", String(30)),
    Column("notice_fields", Text, nullable=False),
    Column("reply", Id, ForeignKey("messages.id")),
    Column("copy", Boolean(create_constraint=False), nullable=False, server_default=false()),
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
    partial_index("ix_deliveries_due", "rank", "due_at", where="state in ('queued', 'sending')"),
    partial_index("ix_deliveries_address", "address", "created_at", where="state <> 'held'"),
    partial_index("ix_deliveries_sent", "sent_at", where="sent_at is not null"),
    partial_index("ix_deliveries_last_sent", "address", "sent_at", where="sent_at is not null"),
    partial_index("ix_deliveries_no_relay", "channel", where="state = 'no relay'"),
    partial_index("ix_deliveries_automatic", "created_at", where=_AUTOMATIC),
    partial_index("ix_deliveries_held", "created_at", where="state = 'held'"),
    partial_index("ix_deliveries_reply", "reply", where="reply is not null"),
    partial_index("uq_deliveries_coalesce", "coalesce_key", where=_COALESCED, unique=True),
)

timers = Table(
    "timers",
    metadata,
    key(),
    of_ticket(),
    Column("kind", String(30), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("step", Integer, nullable=False),
    Column("delivery", Id),
    Column("state", String(20), nullable=False),
    Column("claimed_by", Text, nullable=False),
    Column("lease_until", Moment),
    CheckConstraint("state in ('running', 'done', 'canceled')", name="state"),
    partial_index("ix_timers_due", "due_at", where="state = 'running'"),
)

mirrors = Table(
    "mirrors",
    metadata,
    key(),
    of_ticket(),
    Column("channel", String(20), nullable=False),
    Column("address", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("over", Boolean(create_constraint=False), nullable=False, server_default=false()),
    UniqueConstraint("ticket", "channel", "address"),
)
