"""How far each mailbox was read, what shows life, which address is dead, where a ticket came to, what the gate counts."""

import sqlalchemy as sa
from alembic import op

from storage.moment import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mailbox_cursors",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uid_validity", Id, nullable=False),
        sa.Column("last_uid", Id, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_mailbox_cursors")),
    )
    op.create_table(
        "signs_of_life",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("silent_since", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_signs_of_life")),
    )
    op.add_column("tickets", sa.Column("mailbox", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("contact_addresses", sa.Column("dead_since", Moment(), nullable=True))
    op.add_column("contact_addresses", sa.Column("dead_because", sa.Text(), nullable=False, server_default=sa.text("''")))
    automatic = "state <> 'held' and group_key = '' and rank = 1 and notice is not null"
    for name, where in (("ix_deliveries_automatic", automatic), ("ix_deliveries_held", "state = 'held'")):
        op.create_index(name, "deliveries", ["created_at"], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
