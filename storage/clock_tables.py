"""The tables of clocks: what is stored of them, and what every version of desk.toml said about them."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text

from storage.moment import Moment
from storage.tables import Id, metadata, partial_index

# As the administrator had it when this version was first used; never changed.
sla_policies = Table(
    "sla_policies",
    metadata,
    Column("version", Text, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("text", Text, nullable=False),
)

_STATES = "('running', 'paused', 'stopped', 'breached')"

# All of it follows from the ticket's events and the policy of this version. A clock without a state does not exist.
clocks = Table(
    "clocks",
    metadata,
    Column("ticket", Id, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("policy", Text, nullable=False),
    Column("response_state", String(10)),
    Column("response_due", Moment),
    Column("response_warns_at", Moment),
    Column("response_left", Id),  # microseconds
    Column("resolution_state", String(10)),
    Column("resolution_due", Moment),
    Column("resolution_warns_at", Moment),
    Column("resolution_left", Id),
    Column("next_breach", Moment),
    Column("timer_at", Moment),
    CheckConstraint(f"response_state in {_STATES} and resolution_state in {_STATES}", name="states"),
    partial_index("ix_clocks_next_breach", "next_breach", where="next_breach is not null"),
)
