"""What people said a message was, and what the classifier has learnt from it."""

import sqlalchemy as sa
from alembic import op

from storage.moment import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _corrections()
    _history()
    _site_layers()


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("event", Id, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("kind_before", sa.String(length=20), nullable=False),
        sa.Column("category_before", sa.String(length=30), nullable=True),
        sa.Column("impact_before", sa.Integer(), nullable=False),
        sa.Column("urgency_before", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=True),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("label_version", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name=op.f("fk_corrections_event")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_corrections_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index("ix_corrections_at", "corrections", ["at"])
    op.create_index("ix_corrections_ticket", "corrections", ["ticket"])


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=True),
        sa.Column("impact", sa.Integer(), nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=True),
        sa.Column("imported_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        sa.UniqueConstraint("source_key", name=op.f("uq_history_source_key")),
    )


def _site_layers() -> None:
    op.create_table(
        "site_layers",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("learnt_from", sa.Integer(), nullable=False),
        sa.Column("held_out", sa.Integer(), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("after", sa.Float(), nullable=False),
        sa.Column("gained", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_since", Moment(), nullable=False),
        sa.Column("state_by", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state in ('active', 'rejected', 'retired')", name=op.f("ck_site_layers_state")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_site_layers")),
    )
    active = sa.text("state = 'active'")
    op.create_index(
        "uq_site_layers_active", "site_layers", ["state"], unique=True, sqlite_where=active, postgresql_where=active
    )
