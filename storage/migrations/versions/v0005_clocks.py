"""The clocks of tickets, and the policies that they are computed under."""

import sqlalchemy as sa
from alembic import op

from storage.moment import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "('running', 'paused', 'stopped', 'breached')"


def upgrade() -> None:
    op.create_table(
        "sla_policies",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_sla_policies")),
    )
    op.create_table(
        "clocks",
        sa.Column("ticket", Id, autoincrement=False, nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("response_state", sa.String(length=10), nullable=True),
        sa.Column("response_due", Moment(), nullable=True),
        sa.Column("response_warns_at", Moment(), nullable=True),
        sa.Column("response_left", Id, nullable=True),
        sa.Column("resolution_state", sa.String(length=10), nullable=True),
        sa.Column("resolution_due", Moment(), nullable=True),
        sa.Column("resolution_warns_at", Moment(), nullable=True),
        sa.Column("resolution_left", Id, nullable=True),
        sa.Column("next_breach", Moment(), nullable=True),
        sa.Column("timer_at", Moment(), nullable=True),
        sa.CheckConstraint(f"response_state in {STATES} and resolution_state in {STATES}", name=op.f("ck_clocks_states")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_clocks_ticket")),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_clocks")),
    )
    op.create_index(
        "ix_clocks_next_breach",
        "clocks",
        ["next_breach"],
        sqlite_where=sa.text("next_breach is not null"),
        postgresql_where=sa.text("next_breach is not null"),
    )
