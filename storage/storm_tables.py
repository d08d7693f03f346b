"""Storms: major incidents, the reports that belong to them, and who was told what."""

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, String, Table, Text

from storage.moment import Moment
from storage.tables import Id, metadata, partial_index

storms = Table(
    "storms",
    metadata,
    Column("parent", Id, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("stage", String(10), nullable=False),
    Column("since", Moment, nullable=False),
    Column("formed_at", Moment),
    Column("confirmed_by", Text, nullable=False),
    Column("confirmed_at", Moment),
    Column("next_update_at", Moment),
    Column("update_message", Id, ForeignKey("messages.id")),
    CheckConstraint("stage in ('proposed', 'formed', 'dissolved')", name="stage"),
)

storm_members = Table(
    "storm_members",
    metadata,
    Column("storm", Id, ForeignKey("storms.parent"), primary_key=True, autoincrement=False),
    Column("ticket", Id, ForeignKey("tickets.number"), primary_key=True, autoincrement=False, index=True),
    Column("person", Id, ForeignKey("contacts.id")),
    Column("joined_at", Moment, nullable=False),
    Column("joined_by", Text, nullable=False),
    Column("alike", Id),  # which ticket it resembles; it may be gone from the storm
    Column("score", Float, nullable=False),
    Column("left_at", Moment),
    Column("left_because", Text, nullable=False),
    # A ticket is in one storm at a time: of two replicas that take it up at once the second one decides anew.
    partial_index("uq_storm_members_in_one", "ticket", where="left_at is null", unique=True),
)

# Each person hears of each stage once.
storm_told = Table(
    "storm_told",
    metadata,
    Column("storm", Id, ForeignKey("storms.parent"), primary_key=True, autoincrement=False),
    Column("stage", String(40), primary_key=True),
    Column("person", Id, ForeignKey("contacts.id"), primary_key=True, autoincrement=False),
    Column("ticket", Id, ForeignKey("tickets.number"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("message", Id, ForeignKey("messages.id")),
)
