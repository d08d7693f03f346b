"""Changes, and the work agreements that their hours come from."""

from importlib import resources

import sqlalchemy as sa
from alembic import op

from storage.migrations.v0008_agreements import Id, agreements, check, counts, entries, moments, partial_index, texts
from storage.moment import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    agreements()
    _changes()
    _decisions()
    _tasks()
    _announcements()
    _audience()
    entries()
    _guards()
    op.execute(_DRAFT)


def _guards() -> None:
    """What the triggers were in this step."""
    connection = op.get_bind()
    guards = resources.files("storage").joinpath(f"migrations/v0008.{connection.dialect.name}.sql").read_text("utf-8")
    for statement in guards.strip().split("\n\n"):
        connection.exec_driver_sql(statement)


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("ticket", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        *texts("author", "assessed_by"),
        sa.Column("incident", Id, nullable=True),
        sa.Column("risk", sa.String(length=10), nullable=True),
        *texts("services", "implementation_plan", "test_plan", "backout_plan"),
        sa.Column("agreement", sa.Text(), nullable=True),
        *counts("estimate", "round"),
        *moments("asked_at"),
        *texts("cio_approved_by", "process_approved_by"),
        *moments("approve_by", "window_starts", "window_ends"),
        sa.Column("window_zone", sa.Text(), nullable=True),
        *counts("moved"),
        *texts("despite", "template"),
        *moments("occurrence"),
        *texts("implemented_by"),
        *moments("started_at", "finished_at"),
        *texts("outcome"),
        sa.Column("backed_out", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("close_code", sa.String(length=30), nullable=True),
        *moments("ended_at"),
        *texts("ended_because"),
        *_process(),
        sa.ForeignKeyConstraint(["agreement"], ["agreements.name"], name=op.f("fk_changes_agreement")),
        sa.ForeignKeyConstraint(["incident"], ["tickets.number"], name=op.f("fk_changes_incident")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_changes_ticket")),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_changes")),
    )
    partial_index("ix_changes_agreement", "changes", ["agreement"], "agreement is not null")
    partial_index("ix_changes_incident", "changes", ["incident"], "incident is not null")
    op.create_index("ix_changes_stage", "changes", ["stage", "ticket"])
    partial_index("ix_changes_windows", "changes", ["window_ends", "window_starts"], "window_ends is not null")
    partial_index("uq_changes_occurrence", "changes", ["template", "occurrence"], "occurrence is not null", unique=True)


def _process() -> tuple[sa.CheckConstraint, ...]:
    return (
        check("ck_changes_author", "(cio_approved_by = '' and process_approved_by = '') or author <> ''"),
        check(
            "ck_changes_approvers",
            "(cio_approved_by = '' or lower(cio_approved_by) not in"
            " (lower(process_approved_by), lower(author), lower(assessed_by)))"
            " and (process_approved_by = '' or lower(process_approved_by) not in (lower(author), lower(assessed_by)))",
        ),
        check(
            "ck_changes_close_code",
            "close_code is null or close_code in ('successful', 'successful_with_issues', 'unsuccessful', 'backed_out')",
        ),
        check(
            "ck_changes_emergency",
            "kind <> 'emergency' or stage not in ('implementing', 'review', 'closed') or incident is not null",
        ),
        check("ck_changes_kind", "kind in ('normal', 'standard', 'emergency', 'major')"),
        check(
            "ck_changes_has_window",
            "not (stage in ('scheduled', 'implementing')) or kind = 'emergency' or window_starts is not null",
        ),
        check("ck_changes_occurrence", "occurrence is null or template <> ''"),
        check("ck_changes_risk", "risk is null or risk in ('low', 'moderate', 'high')"),
        check("ck_changes_closed_as", "stage <> 'closed' or close_code is not null"),
        check(
            "ck_changes_approvals",
            "stage in ('draft', 'assessment', 'approval', 'rejected', 'withdrawn') or (kind = 'standard' and template <> '') "
            "or (cio_approved_by <> '' and process_approved_by <> '') or (kind = 'emergency' and approve_by is not null and "
            "incident is not null and (stage in ('implementing', 'review') or (stage = 'closed' and close_code is not null "
            "and close_code = 'backed_out')))",
        ),
        check(
            "ck_changes_stage",
            "stage in ('draft', 'assessment', 'approval', 'scheduled', 'implementing', 'review', 'closed', 'rejected', "
            "'withdrawn')",
        ),
        check("ck_changes_ended", "stage not in ('closed', 'rejected', 'withdrawn') or ended_at is not null"),
        check("ck_changes_started", "stage not in ('implementing', 'review', 'closed') or started_at is not null"),
        check(
            "ck_changes_window",
            "(window_starts is null and window_ends is null and window_zone is null) or (window_starts is not null and "
            "window_ends is not null and window_zone is not null and window_starts < window_ends)",
        ),
        check("ck_changes_counts", "estimate >= 0 and round >= 0 and moved >= 0"),
    )


def _announcements() -> None:
    op.create_table(
        "change_announcements",
        sa.Column("ticket", Id, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        *texts("text"),
        *counts("lead"),
        *moments("sent_at"),
        check("ck_change_announcements_phase", "phase in ('before', 'during', 'after')"),
        check("ck_change_announcements_position", "position >= 1 and lead >= 0"),
        sa.ForeignKeyConstraint(["ticket"], ["changes.ticket"], name=op.f("fk_change_announcements_ticket")),
        sa.PrimaryKeyConstraint("ticket", "position", name=op.f("pk_change_announcements")),
    )


def _audience() -> None:
    op.create_table(
        "change_audience",
        sa.Column("ticket", Id, autoincrement=False, nullable=False),
        *texts("address"),
        sa.ForeignKeyConstraint(["ticket"], ["changes.ticket"], name=op.f("fk_change_audience_ticket")),
        sa.PrimaryKeyConstraint("ticket", "address", name=op.f("pk_change_audience")),
    )


def _decisions() -> None:
    op.create_table(
        "change_decisions",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("ticket", Id, autoincrement=False, nullable=False),
        *counts("round"),
        sa.Column("side", sa.String(length=15), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        *texts("by"),
        sa.Column("at", Moment(), nullable=False),
        *texts("on_behalf_of", "comment"),
        check("ck_change_decisions_by", "by <> '' and by <> on_behalf_of"),
        check("ck_change_decisions_side", "side in ('cio', 'process', 'product_owner')"),
        check("ck_change_decisions_verdict", "verdict in ('approved', 'rejected', 'sent_back')"),
        sa.ForeignKeyConstraint(["ticket"], ["changes.ticket"], name=op.f("fk_change_decisions_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_decisions")),
    )
    op.create_index("ix_change_decisions_ticket", "change_decisions", ["ticket", "at", "id"])
    partial_index(
        "uq_change_decisions_once",
        "change_decisions",
        ["ticket", "round", "side"],
        "side <> 'product_owner' and verdict <> 'sent_back'",
        unique=True,
    )


def _tasks() -> None:
    op.create_table(
        "change_tasks",
        sa.Column("ticket", Id, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *texts("title", "assigned_to", "done_by"),
        *moments("done_at"),
        *texts("dropped_because"),
        check("ck_change_tasks_one_end", "done_by = '' or dropped_because = ''"),
        check("ck_change_tasks_position", "position >= 1"),
        sa.ForeignKeyConstraint(["ticket"], ["changes.ticket"], name=op.f("fk_change_tasks_ticket")),
        sa.PrimaryKeyConstraint("ticket", "position", name=op.f("pk_change_tasks")),
    )


# Whoever asked for an enhancement under an older desk finds its change as a draft.
_DRAFT = """
insert into changes (
    ticket, kind, stage, since, author, assessed_by, services, implementation_plan, test_plan, backout_plan, estimate, round,
    cio_approved_by, process_approved_by, moved, despite, template, implemented_by, outcome, ended_because
)
select number, 'normal', 'draft', opened_at, '', '', '[]', '', '', '', 0, 0, '', '', 0, '', '', '', '', ''
from tickets where kind = 'enhancement' and state in ('new', 'in_progress', 'on_hold')
"""
