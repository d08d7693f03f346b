"""The tables of a ticket: what it is, what was said on it, what happened to it, and what it has to do with."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
)

from storage.moment import Moment
from storage.tables import Id, key, metadata, of_ticket, partial_index

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
    Column("on_hold_until", Moment),
    Column("tier", Integer, nullable=False),
    Column("assignment_group", Text, nullable=False),
    Column("assigned_to", Text, nullable=False),
    Column("contact_type", String(20), nullable=False),
    Column("caller", Id, ForeignKey("contacts.id"), index=True),
    Column("short_description", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("parent", Id, ForeignKey("tickets.number")),
    Column("merged_into", Id, ForeignKey("tickets.number")),
    # A message's id. No foreign key: each message names its ticket already.
    Column("final_response", Id),
    Column("resolved_at", Moment),
    Column("closed_at", Moment),
    Column("label_version", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("policy", Text, nullable=False),
    Column("mailbox", Text, nullable=False, server_default=text("''")),
    Column("revision", Integer, nullable=False),
    CheckConstraint("state in ('new', 'in_progress', 'on_hold', 'resolved', 'closed', 'canceled')", name="state"),
    CheckConstraint("impact between 1 and 3 and urgency between 1 and 3 and tier between 1 and 3", name="levels"),
    Index("ix_tickets_state_priority", "state", "priority"),
    Index("ix_tickets_assignment_group_state", "assignment_group", "state"),
    partial_index("ix_tickets_assigned_to", "assigned_to", where="assigned_to <> ''"),
    partial_index("ix_tickets_merged_into", "merged_into", where="merged_into is not null"),
)

messages = Table(
    "messages",
    metadata,
    key(),
    of_ticket(),
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
    Column("answerable", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("rejected", Boolean(create_constraint=False), nullable=False, server_default=false()),
    # The ledger's row is written last, when its outcome is known.
    Column("ledger", Id, ForeignKey("ledger.id", deferrable=True, initially="DEFERRED")),
    partial_index("ix_messages_texts", "author", "at", where="channel = 'sms' and direction = 'in'"),
    partial_index("ix_messages_chats", "author", "at", where="channel = 'slack' and direction = 'in'"),
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
    key(),
    of_ticket(),
    Column("kind", String(30), nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("changes", Text, nullable=False, server_default="[]"),
)

work_notes = Table(
    "work_notes",
    metadata,
    key(),
    of_ticket(),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

ticket_links = Table(
    "ticket_links",
    metadata,
    Column("one", Id, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("other", Id, ForeignKey("tickets.number"), primary_key=True, autoincrement=False, index=True),
    CheckConstraint("one < other", name="in_order"),
)

watchers = Table(
    "watchers",
    metadata,
    Column("ticket", Id, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("kind", String(20), primary_key=True),
    Column("value", Text, primary_key=True),
    Column("name", Text, nullable=False),
)

threads = Table(
    "threads",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("value", Text, primary_key=True),
    of_ticket(),
    # Which message is known by this name, where it is one's.
    Column("message", Id, ForeignKey("messages.id"), index=True),
)
