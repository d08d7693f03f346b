"""Working a ticket: notes, links, watchers, tokens, final responses, and whose address it was."""

import sqlalchemy as sa
from alembic import op

from storage.moment import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _tickets()
    _messages()
    _events()
    _threads()
    _contact_addresses()
    _deliveries()
    _timers()
    _work_notes()
    _ticket_links()
    _watchers()
    _tokens()


def _add_reference(table: str, column: str, target: str) -> None:
    """In the one spelling that both databases take without copying the table."""
    number = "INTEGER" if op.get_context().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {number} CONSTRAINT fk_{table}_{column} REFERENCES {target}")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _tickets() -> None:
    op.add_column("tickets", sa.Column("on_hold_until", Moment(), nullable=True))
    _add_reference("tickets", "merged_into", "tickets (number)")
    op.add_column("tickets", sa.Column("final_response", Id, nullable=True))
    op.add_column("tickets", sa.Column("resolved_at", Moment(), nullable=True))
    op.add_column("tickets", sa.Column("closed_at", Moment(), nullable=True))
    op.create_index("ix_tickets_assignment_group_state", "tickets", ["assignment_group", "state"])
    _partial_index("ix_tickets_assigned_to", "tickets", ["assigned_to"], "assigned_to <> ''")
    _partial_index("ix_tickets_merged_into", "tickets", ["merged_into"], "merged_into is not null")


def _messages() -> None:
    op.add_column("messages", sa.Column("answerable", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("messages", sa.Column("rejected", sa.Boolean(), nullable=False, server_default=sa.false()))


def _events() -> None:
    op.add_column("events", sa.Column("changes", sa.Text(), nullable=False, server_default="[]"))


def _threads() -> None:
    _add_reference("threads", "message", "messages (id)")
    op.create_index("ix_threads_message", "threads", ["message"])


def _contact_addresses() -> None:
    _add_reference("contact_addresses", "former", "contacts (id)")
    _partial_index("ix_contact_addresses_former", "contact_addresses", ["former"], "former is not null")


def _deliveries() -> None:
    op.add_column("deliveries", sa.Column("copy", sa.Boolean(), nullable=False, server_default=sa.false()))
    _partial_index("ix_deliveries_last_sent", "deliveries", ["address", "sent_at"], "sent_at is not null")
    _partial_index("ix_deliveries_no_relay", "deliveries", ["channel"], "state = 'no relay'")
    _partial_index("ix_deliveries_reply", "deliveries", ["reply"], "reply is not null")


def _timers() -> None:
    op.add_column("timers", sa.Column("delivery", Id, nullable=True))


def _work_notes() -> None:
    op.create_table(
        "work_notes",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_work_notes_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_notes")),
    )
    op.create_index("ix_work_notes_ticket", "work_notes", ["ticket"])


def _ticket_links() -> None:
    op.create_table(
        "ticket_links",
        sa.Column("one", Id, autoincrement=False, nullable=False),
        sa.Column("other", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint("one < other", name=op.f("ck_ticket_links_in_order")),
        sa.ForeignKeyConstraint(["one"], ["tickets.number"], name=op.f("fk_ticket_links_one")),
        sa.ForeignKeyConstraint(["other"], ["tickets.number"], name=op.f("fk_ticket_links_other")),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_ticket_links")),
    )
    op.create_index("ix_ticket_links_other", "ticket_links", ["other"])


def _watchers() -> None:
    op.create_table(
        "watchers",
        sa.Column("ticket", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_watchers_ticket")),
        sa.PrimaryKeyConstraint("ticket", "kind", "value", name=op.f("pk_watchers")),
    )


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("teams", sa.Text(), nullable=False),
        sa.Column("address_kind", sa.String(length=20), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("address_name", sa.Text(), nullable=True),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("name", name=op.f("uq_tokens_name")),
    )
