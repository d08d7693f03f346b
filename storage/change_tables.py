"""Changes: what is planned for a ticket, who decided, what there is to do, and who is told.

The checks hold as much of the process (docs/changes.md) as one row can say; what takes a look at the ticket or its incident
is in `storage.change_guards`.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, false

from storage.moment import Moment
from storage.tables import Id, key, metadata, partial_index

UNDER_WAY = "stage in ('scheduled', 'implementing')"
NOT_APPROVED = (
    "approve_by is not null and stage in ('implementing', 'review') and (cio_approved_by = '' or process_approved_by = '')"
)
_APPROVED = (
    "(kind = 'standard' and template <> '') or (cio_approved_by <> '' and process_approved_by <> '')"
    " or (kind = 'emergency' and approve_by is not null and incident is not null"
    " and (stage in ('implementing', 'review') or (stage = 'closed' and close_code is not null and close_code = 'backed_out')))"
)

changes = Table(
    "changes",
    metadata,
    Column("ticket", Id, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("kind", String(10), nullable=False),
    Column("stage", String(12), nullable=False),
    Column("since", Moment, nullable=False),
    Column("author", Text, nullable=False),
    Column("assessed_by", Text, nullable=False),
    Column("incident", Id, ForeignKey("tickets.number")),
    Column("risk", String(10)),
    Column("services", Text, nullable=False),
    Column("implementation_plan", Text, nullable=False),
    Column("test_plan", Text, nullable=False),
    Column("backout_plan", Text, nullable=False),
    Column("agreement", Text, ForeignKey("agreements.name")),
    Column("estimate", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("asked_at", Moment),
    Column("cio_approved_by", Text, nullable=False),
    Column("process_approved_by", Text, nullable=False),
    Column("approve_by", Moment),
    Column("window_starts", Moment),
    Column("window_ends", Moment),
    Column("window_zone", Text),
    Column("moved", Integer, nullable=False),
    Column("despite", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("occurrence", Moment),
    Column("implemented_by", Text, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("outcome", Text, nullable=False),
    Column("backed_out", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("close_code", String(30)),
    Column("ended_at", Moment),
    Column("ended_because", Text, nullable=False),
    CheckConstraint("kind in ('normal', 'standard', 'emergency', 'major')", name="kind"),
    CheckConstraint(
        "stage in ('draft', 'assessment', 'approval', 'scheduled', 'implementing', 'review',"
        " 'closed', 'rejected', 'withdrawn')",
        name="stage",
    ),
    CheckConstraint("risk is null or risk in ('low', 'moderate', 'high')", name="risk"),
    CheckConstraint("estimate >= 0 and round >= 0 and moved >= 0", name="counts"),
    CheckConstraint(f"stage in ('draft', 'assessment', 'approval', 'rejected', 'withdrawn') or {_APPROVED}", name="approvals"),
    CheckConstraint(
        "(cio_approved_by = '' or lower(cio_approved_by) not in"
        " (lower(process_approved_by), lower(author), lower(assessed_by)))"
        " and (process_approved_by = '' or lower(process_approved_by) not in (lower(author), lower(assessed_by)))",
        name="approvers",
    ),
    CheckConstraint("(cio_approved_by = '' and process_approved_by = '') or author <> ''", name="author"),
    CheckConstraint(
        "kind <> 'emergency' or stage not in ('implementing', 'review', 'closed') or incident is not null", name="emergency"
    ),
    CheckConstraint(
        "(window_starts is null and window_ends is null and window_zone is null)"
        " or (window_starts is not null and window_ends is not null and window_zone is not null"
        " and window_starts < window_ends)",
        name="window",
    ),
    CheckConstraint(f"not ({UNDER_WAY}) or kind = 'emergency' or window_starts is not null", name="has_window"),
    CheckConstraint("stage not in ('implementing', 'review', 'closed') or started_at is not null", name="started"),
    CheckConstraint(
        "close_code is null or close_code in ('successful', 'successful_with_issues', 'unsuccessful', 'backed_out')",
        name="close_code",
    ),
    CheckConstraint("stage not in ('closed', 'rejected', 'withdrawn') or ended_at is not null", name="ended"),
    CheckConstraint("stage <> 'closed' or close_code is not null", name="closed_as"),
    CheckConstraint("occurrence is null or template <> ''", name="occurrence"),
    Index("ix_changes_stage", "stage", "ticket"),
    partial_index("ix_changes_incident", "incident", where="incident is not null"),
    partial_index("ix_changes_agreement", "agreement", where="agreement is not null"),
    # By their ends: the windows of years lie before any question, and few behind it.
    partial_index("ix_changes_windows", "window_ends", "window_starts", where="window_ends is not null"),
    partial_index("uq_changes_occurrence", "template", "occurrence", where="occurrence is not null", unique=True),
)


def _of_change(*, primary_key: bool = False) -> Column[int]:
    return Column("ticket", Id, ForeignKey("changes.ticket"), primary_key=primary_key, nullable=False, autoincrement=False)


change_decisions = Table(
    "change_decisions",
    metadata,
    key(),
    _of_change(),
    Column("round", Integer, nullable=False),
    Column("side", String(15), nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("on_behalf_of", Text, nullable=False),
    Column("comment", Text, nullable=False),
    CheckConstraint("side in ('cio', 'process', 'product_owner')", name="side"),
    CheckConstraint("verdict in ('approved', 'rejected', 'sent_back')", name="verdict"),
    CheckConstraint("by <> '' and by <> on_behalf_of", name="by"),
    Index("ix_change_decisions_ticket", "ticket", "at", "id"),
    # Once decided for a side it stands.
    partial_index(
        "uq_change_decisions_once",
        "ticket",
        "round",
        "side",
        where="side <> 'product_owner' and verdict <> 'sent_back'",
        unique=True,
    ),
)

change_tasks = Table(
    "change_tasks",
    metadata,
    _of_change(primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("assigned_to", Text, nullable=False),
    Column("done_by", Text, nullable=False),
    Column("done_at", Moment),
    Column("dropped_because", Text, nullable=False),
    CheckConstraint("position >= 1", name="position"),
    CheckConstraint("done_by = '' or dropped_because = ''", name="one_end"),
)

change_announcements = Table(
    "change_announcements",
    metadata,
    _of_change(primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("phase", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Column("lead", Integer, nullable=False),
    Column("sent_at", Moment),
    CheckConstraint("position >= 1 and lead >= 0", name="position"),
    CheckConstraint("phase in ('before', 'during', 'after')", name="phase"),
)

change_audience = Table(
    "change_audience",
    metadata,
    _of_change(primary_key=True),
    Column("address", Text, primary_key=True),
)
