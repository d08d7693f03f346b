"""Calls, questions to phone numbers, files to fetch, and the codes by which a page is taken with a text."""

import sqlalchemy as sa
from alembic import op

from storage.moment import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _calls()
    _text_questions()
    _fetches()
    _codes()
    _partial_index("ix_messages_texts", "messages", ["author", "at"], "channel = 'sms' and direction = 'in'")


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("said", sa.Boolean(), nullable=False),
        sa.Column("connected_to", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_calls_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("name", name=op.f("uq_calls_name")),
    )
    op.create_index("ix_calls_ticket", "calls", ["ticket"])
    op.create_index("ix_calls_began_at", "calls", ["began_at", "id"])
    _partial_index("ix_calls_caller", "calls", ["caller", "began_at"], "caller <> ''")


def _text_questions() -> None:
    op.create_table(
        "text_questions",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("chosen", Id, nullable=True),
        sa.CheckConstraint("chosen is null or answered_at is not null", name=op.f("ck_text_questions_answered")),
        sa.ForeignKeyConstraint(["chosen"], ["tickets.number"], name=op.f("fk_text_questions_chosen")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_text_questions_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_questions")),
    )
    op.create_index("ix_text_questions_address", "text_questions", ["address", "asked_at"])


def _fetches() -> None:
    op.create_table(
        "fetches",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("message", Id, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'fetched', 'failed')", name=op.f("ck_fetches_state")),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name=op.f("fk_fetches_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetches")),
    )
    op.create_index("ix_fetches_message", "fetches", ["message"])
    _partial_index("ix_fetches_due", "fetches", ["due_at"], "state = 'waiting'")


def _codes() -> None:
    op.add_column("pages", sa.Column("code", sa.String(length=10), server_default=sa.text("''"), nullable=False))
    _partial_index("ix_pages_code", "pages", ["address", "code", "at"], "code <> ''")
    _partial_index("ix_pages_coded", "pages", ["address", "at"], "code <> ''")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
