"""Rooms, people and installations of chats, what is looked up there, and cards that are over."""

import sqlalchemy as sa
from alembic import op

from storage.moment import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _who_and_where()
    _lookups()
    _installations()
    op.add_column("mirrors", sa.Column("over", sa.Boolean(), server_default=sa.false(), nullable=False))
    _partial_index("ix_messages_chats", "messages", ["author", "at"], "channel = 'slack' and direction = 'in'")


def _who_and_where() -> None:
    op.create_table(
        "chat_rooms",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_rooms")),
    )
    op.create_table(
        "chat_people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("stranger", sa.Boolean(), nullable=False),
        sa.Column("bot", sa.Boolean(), nullable=False),
        sa.Column("deactivated", sa.Boolean(), nullable=False),
        sa.Column("looked_up_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_people")),
    )
    _partial_index("ix_chat_people_mail", "chat_people", ["mail"], "mail <> ''")
    op.create_table(
        "chat_members",
        sa.Column("in_group", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("in_group", "person", name=op.f("pk_chat_members")),
    )
    op.create_index("ix_chat_members_person", "chat_members", ["person"])


def _lookups() -> None:
    op.create_table(
        "chat_lookups",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.CheckConstraint("kind in ('person', 'message', 'group')", name=op.f("ck_chat_lookups_kind")),
        sa.CheckConstraint("state in ('waiting', 'found', 'failed')", name=op.f("ck_chat_lookups_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_lookups")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_chat_lookups_kind_subject")),
    )
    _partial_index("ix_chat_lookups_due", "chat_lookups", ["due_at"], "state = 'waiting'")


def _installations() -> None:
    op.create_table(
        "chat_installations",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("enterprise", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bot_user", sa.Text(), nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.Text(), nullable=False),
        sa.Column("installed_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_installations")),
        sa.UniqueConstraint("workspace", "enterprise", name=op.f("uq_chat_installations_workspace_enterprise")),
    )
    op.create_table(
        "chat_states",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_chat_states")),
    )
    op.create_index("ix_chat_states_until", "chat_states", ["until"])


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
