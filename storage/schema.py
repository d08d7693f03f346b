"""The tables. Migrations build the same ones; a test holds the two together on both databases."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint, text

from storage import change_guards  # noqa: F401 - its triggers are made with the tables
from storage.agreement_tables import agreement_entries, agreements
from storage.call_tables import calls, fetches, text_questions
from storage.change_tables import change_announcements, change_audience, change_decisions, change_tasks, changes
from storage.chat_tables import chat_installations, chat_lookups, chat_members, chat_people, chat_rooms, chat_states
from storage.clock_tables import clocks, sla_policies
from storage.ladder_tables import ladder_runs, pages
from storage.learning_tables import corrections, history, site_layers
from storage.moment import Moment
from storage.outgoing_tables import QUEUED_AND_COALESCED, deliveries, mirrors, timers
from storage.storm_tables import storm_members, storm_told, storms
from storage.tables import (
    FIRST_NUMBER,
    ROW_IDS_STEP,
    Id,
    key,
    metadata,
    of_ticket,
    partial_index,
    row_ids,
    ticket_numbers,
)
from storage.ticket_tables import attachments, events, messages, threads, ticket_links, tickets, watchers, work_notes

__all__ = [
    "FIRST_NUMBER",
    "QUEUED_AND_COALESCED",
    "ROW_IDS_STEP",
    "agreement_entries",
    "agreements",
    "attachments",
    "blobs",
    "calls",
    "change_announcements",
    "change_audience",
    "change_decisions",
    "change_tasks",
    "changes",
    "chat_installations",
    "chat_lookups",
    "chat_members",
    "chat_people",
    "chat_rooms",
    "chat_states",
    "clocks",
    "contact_addresses",
    "contacts",
    "corrections",
    "counters",
    "deliveries",
    "events",
    "fetches",
    "history",
    "ladder_runs",
    "ledger",
    "mailbox_cursors",
    "messages",
    "metadata",
    "mirrors",
    "pages",
    "row_ids",
    "signs_of_life",
    "site_layers",
    "sla_policies",
    "storm_members",
    "storm_told",
    "storms",
    "text_questions",
    "threads",
    "ticket_links",
    "ticket_numbers",
    "tickets",
    "timers",
    "tokens",
    "watchers",
    "work_notes",
]

counters = Table("counters", metadata, Column("name", String(20), primary_key=True), Column("value", Id, nullable=False))

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Id, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("since", Moment, nullable=False),
)

contact_addresses = Table(
    "contact_addresses",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("value", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("contact", Id, ForeignKey("contacts.id"), nullable=False, index=True),
    # Whose it was before somebody linked it to this contact.
    Column("former", Id, ForeignKey("contacts.id")),
    # When mail to it came back for good, and with what; until something comes from there again.
    Column("dead_since", Moment),
    Column("dead_because", Text, nullable=False, server_default=text("''")),
    partial_index("ix_contact_addresses_former", "former", where="former is not null"),
)

# What lets a program speak for somebody; the secret itself is kept nowhere.
tokens = Table(
    "tokens",
    metadata,
    key(),
    Column("name", Text, nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("teams", Text, nullable=False),
    Column("address_kind", String(20)),
    Column("address", Text),
    Column("address_name", Text),
    Column("secret_sha256", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked_at", Moment),
)

mailbox_cursors = Table(
    "mailbox_cursors",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("uid_validity", Id, nullable=False),
    Column("last_uid", Id, nullable=False),
    Column("since", Moment, nullable=False),
)

# What ought to show life now and then: a mailbox that is looked at, a canary that comes home.
signs_of_life = Table(
    "signs_of_life",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seen_at", Moment, nullable=False),
    Column("silent_since", Moment),
)

ledger = Table(
    "ledger",
    metadata,
    key(),
    Column("channel", String(20), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False),
    Column("size", Id, nullable=False),
    Column("envelope", Text, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    of_ticket(nullable=True),
    Column("fault", Text, nullable=False),
    Column("replays", Integer, nullable=False),
    UniqueConstraint("channel", "external_id"),
    CheckConstraint(
        "outcome in ('opened', 'appended', 'held', 'applied', 'suppressed', 'quarantined')",
        name="outcome",
    ),
    partial_index("ix_ledger_quarantined", "id", where="outcome = 'quarantined'"),
)
