"""The tables of chats: rooms, people, what still has to be looked up, and where the desk is installed."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text, UniqueConstraint

from storage.moment import Moment
from storage.tables import key, metadata, partial_index

chat_rooms = Table(
    "chat_rooms",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("direct", Boolean(create_constraint=False), nullable=False),
    Column("shared", Boolean(create_constraint=False), nullable=False),
)

chat_people = Table(
    "chat_people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("mail", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("guest", Boolean(create_constraint=False), nullable=False),
    Column("stranger", Boolean(create_constraint=False), nullable=False),
    Column("bot", Boolean(create_constraint=False), nullable=False),
    Column("deactivated", Boolean(create_constraint=False), nullable=False),
    Column("looked_up_at", Moment),
    partial_index("ix_chat_people_mail", "mail", where="mail <> ''"),
)

chat_members = Table(
    "chat_members",
    metadata,
    Column("in_group", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Index("ix_chat_members_person", "person"),
)

chat_lookups = Table(
    "chat_lookups",
    metadata,
    key(),
    Column("kind", String(20), nullable=False),
    Column("subject", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("claimed_by", Text, nullable=False),
    Column("lease_until", Moment),
    UniqueConstraint("kind", "subject"),
    CheckConstraint("kind in ('person', 'message', 'group')", name="kind"),
    CheckConstraint("state in ('waiting', 'found', 'failed')", name="state"),
    partial_index("ix_chat_lookups_due", "due_at", where="state = 'waiting'"),
)

# An enterprise as a whole has no workspace; one that belongs to none has no enterprise.
chat_installations = Table(
    "chat_installations",
    metadata,
    key(),
    Column("enterprise", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("bot_user", Text, nullable=False),
    Column("bot", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("installed_by", Text, nullable=False),
    Column("installed_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("ended_at", Moment),
    Column("ended_because", Text, nullable=False),
    UniqueConstraint("workspace", "enterprise"),
)

chat_states = Table(
    "chat_states",
    metadata,
    Column("state", Text, primary_key=True),
    Column("until", Moment, nullable=False, index=True),
)
