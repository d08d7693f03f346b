"""Storms: major incidents and the reports that belong to them."""

import sqlalchemy as sa
from alembic import op

from storage.moment import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _storms()
    _members()
    _told()


def _storms() -> None:
    op.create_table(
        "storms",
        sa.Column("parent", Id, autoincrement=False, nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("formed_at", Moment(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("next_update_at", Moment(), nullable=True),
        sa.Column("update_message", Id, nullable=True),
        sa.CheckConstraint("stage in ('proposed', 'formed', 'dissolved')", name=op.f("ck_storms_stage")),
        sa.ForeignKeyConstraint(["parent"], ["tickets.number"], name=op.f("fk_storms_parent")),
        sa.ForeignKeyConstraint(["update_message"], ["messages.id"], name=op.f("fk_storms_update_message")),
        sa.PrimaryKeyConstraint("parent", name=op.f("pk_storms")),
    )


def _members() -> None:
    op.create_table(
        "storm_members",
        sa.Column("storm", Id, autoincrement=False, nullable=False),
        sa.Column("ticket", Id, autoincrement=False, nullable=False),
        sa.Column("person", Id, nullable=True),
        sa.Column("joined_at", Moment(), nullable=False),
        sa.Column("joined_by", sa.Text(), nullable=False),
        sa.Column("alike", Id, nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("left_at", Moment(), nullable=True),
        sa.Column("left_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["storm"], ["storms.parent"], name=op.f("fk_storm_members_storm")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_storm_members_ticket")),
        sa.ForeignKeyConstraint(["person"], ["contacts.id"], name=op.f("fk_storm_members_person")),
        sa.PrimaryKeyConstraint("storm", "ticket", name=op.f("pk_storm_members")),
    )
    op.create_index("ix_storm_members_ticket", "storm_members", ["ticket"])
    there = sa.text("left_at is null")
    op.create_index(
        "uq_storm_members_in_one", "storm_members", ["ticket"], unique=True, sqlite_where=there, postgresql_where=there
    )


def _told() -> None:
    op.create_table(
        "storm_told",
        sa.Column("storm", Id, autoincrement=False, nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("person", Id, autoincrement=False, nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("message", Id, nullable=True),
        sa.ForeignKeyConstraint(["storm"], ["storms.parent"], name=op.f("fk_storm_told_storm")),
        sa.ForeignKeyConstraint(["person"], ["contacts.id"], name=op.f("fk_storm_told_person")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_storm_told_ticket")),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name=op.f("fk_storm_told_message")),
        sa.PrimaryKeyConstraint("storm", "stage", "person", name=op.f("pk_storm_told")),
    )
    op.create_index("ix_storm_told_ticket", "storm_told", ["ticket"])
