"""The ground: ledger, tickets, people, outbox, timers, mirrors."""

import sqlalchemy as sa
from alembic import op

from storage.moment import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("row_ids", start=1, increment=50)))
        op.execute(sa.schema.CreateSequence(sa.Sequence("ticket_numbers", start=1001)))
    _blobs()
    _contacts()
    _counters()
    _contact_addresses()
    _tickets()
    _events()
    _ledger()
    _mirrors()
    _threads()
    _timers()
    _messages()
    _attachments()
    _deliveries()


def _blobs() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", Id, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
    )


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", Id, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )


def _contact_addresses() -> None:
    op.create_table(
        "contact_addresses",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", Id, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_contact_addresses_contact")),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_contact_addresses")),
    )
    op.create_index(op.f("ix_contact_addresses_contact"), "contact_addresses", ["contact"], unique=False)


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=True),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("on_hold_reason", sa.Text(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("assignment_group", sa.Text(), nullable=False),
        sa.Column("assigned_to", sa.Text(), nullable=False),
        sa.Column("contact_type", sa.String(length=20), nullable=False),
        sa.Column("caller", Id, nullable=True),
        sa.Column("short_description", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("parent", Id, nullable=True),
        sa.Column("label_version", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('new', 'in_progress', 'on_hold', 'resolved', 'closed', 'canceled')", name=op.f("ck_tickets_state")
        ),
        sa.CheckConstraint(
            "impact between 1 and 3 and urgency between 1 and 3 and tier between 1 and 3", name=op.f("ck_tickets_levels")
        ),
        sa.ForeignKeyConstraint(["caller"], ["contacts.id"], name=op.f("fk_tickets_caller")),
        sa.ForeignKeyConstraint(["parent"], ["tickets.number"], name=op.f("fk_tickets_parent")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tickets")),
    )
    op.create_index(op.f("ix_tickets_caller"), "tickets", ["caller"], unique=False)
    op.create_index("ix_tickets_state_priority", "tickets", ["state", "priority"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_events_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_ticket"), "events", ["ticket"], unique=False)


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", Id, nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ticket", Id, nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("replays", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('opened', 'appended', 'held', 'applied', 'suppressed', 'quarantined')", name=op.f("ck_ledger_outcome")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_ledger_sha256")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_ledger_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_ledger_channel_external_id")),
    )
    op.create_index(
        "ix_ledger_quarantined",
        "ledger",
        ["id"],
        unique=False,
        sqlite_where=sa.text("outcome = 'quarantined'"),
        postgresql_where=sa.text("outcome = 'quarantined'"),
    )
    op.create_index(op.f("ix_ledger_ticket"), "ledger", ["ticket"], unique=False)


def _mirrors() -> None:
    op.create_table(
        "mirrors",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_mirrors_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirrors")),
        sa.UniqueConstraint("ticket", "channel", "address", name=op.f("uq_mirrors_ticket_channel_address")),
    )
    op.create_index(op.f("ix_mirrors_ticket"), "mirrors", ["ticket"], unique=False)


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_threads_ticket")),
        sa.PrimaryKeyConstraint("channel", "kind", "value", name=op.f("pk_threads")),
    )
    op.create_index(op.f("ix_threads_ticket"), "threads", ["ticket"], unique=False)


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.CheckConstraint("state in ('running', 'done', 'canceled')", name=op.f("ck_timers_state")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_timers_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
    )
    op.create_index(
        "ix_timers_due",
        "timers",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index(op.f("ix_timers_ticket"), "timers", ["ticket"], unique=False)


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("author_kind", sa.String(length=20), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("full_body", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("ledger", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["ledger"], ["ledger.id"], name=op.f("fk_messages_ledger"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_messages_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_ticket"), "messages", ["ticket"], unique=False)


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("message", Id, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name=op.f("fk_attachments_message")),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_attachments_sha256")),
        sa.PrimaryKeyConstraint("message", "position", name=op.f("pk_attachments")),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("notice", sa.String(length=30), nullable=True),
        sa.Column("notice_fields", sa.Text(), nullable=False),
        sa.Column("reply", Id, nullable=True),
        sa.Column("mirror", Id, nullable=True),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("coalesce_key", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("sent_ref", sa.Text(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.CheckConstraint(
            "(case when notice is null then 0 else 1 end) + (case when reply is null then 0 else 1 end) + (case when mirror is null then 0 else 1 end) = 1",
            name=op.f("ck_deliveries_says_one_thing"),
        ),
        sa.ForeignKeyConstraint(["mirror"], ["mirrors.id"], name=op.f("fk_deliveries_mirror")),
        sa.ForeignKeyConstraint(["reply"], ["messages.id"], name=op.f("fk_deliveries_reply")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_deliveries_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        "ix_deliveries_address",
        "deliveries",
        ["address", "created_at"],
        unique=False,
        sqlite_where=sa.text("state <> 'held'"),
        postgresql_where=sa.text("state <> 'held'"),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["rank", "due_at"],
        unique=False,
        sqlite_where=sa.text("state in ('queued', 'sending')"),
        postgresql_where=sa.text("state in ('queued', 'sending')"),
    )
    op.create_index(
        "ix_deliveries_sent",
        "deliveries",
        ["sent_at"],
        unique=False,
        sqlite_where=sa.text("sent_at is not null"),
        postgresql_where=sa.text("sent_at is not null"),
    )
    op.create_index(op.f("ix_deliveries_ticket"), "deliveries", ["ticket"], unique=False)
    op.create_index(
        "uq_deliveries_coalesce",
        "deliveries",
        ["coalesce_key"],
        unique=True,
        sqlite_where=sa.text("state = 'queued' and coalesce_key <> ''"),
        postgresql_where=sa.text("state = 'queued' and coalesce_key <> ''"),
    )
