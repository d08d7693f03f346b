"""Ladders that run, and the pages that they sent."""

import sqlalchemy as sa
from alembic import op

from storage.moment import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _runs()
    _pages()
    op.execute(_TAKE_OVER)
    op.execute(_END_THE_REST)


def _runs() -> None:
    op.create_table(
        "ladder_runs",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("end_why", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('running', 'exhausted', 'acknowledged', 'stopped')", name=op.f("ck_ladder_runs_state")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_ladder_runs_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_runs")),
    )
    op.create_index("ix_ladder_runs_ticket", "ladder_runs", ["ticket"])
    _partial_index("uq_ladder_runs_open", "ladder_runs", ["ticket"], "state in ('running', 'exhausted')", unique=True)
    _partial_index("ix_ladder_runs_exhausted", "ladder_runs", ["ended_at"], "state = 'exhausted'")


def _pages() -> None:
    op.create_table(
        "pages",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("run", Id, nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("repetition", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("delivery", Id, nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["ladder_runs.id"], name=op.f("fk_pages_run")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_pages_ticket")),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_pages_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint(
            "run", "step", "repetition", "channel", "address", name=op.f("uq_pages_run_step_repetition_channel_address")
        ),
    )
    op.create_index("ix_pages_ticket", "pages", ["ticket"])
    _partial_index("ix_pages_delivery", "pages", ["delivery"], "delivery is not null")


def _partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


# Whoever waits for an answer under an older desk goes on from there: its timer says how many pages were made, and its ladder
# is taken from the policy when that comes due. A row's id is nobody else's, so the timer's serves the run as well.
_TAKE_OVER = """
insert into ladder_runs (id, ticket, ladder, priority, state, made, started_at, why, ended_at, ended_by, end_why)
select t.id, t.ticket, '', k.priority, 'running', t.step, k.updated_at, 'begun before the upgrade', null, '', ''
from timers t join tickets k on k.number = t.ticket
where t.kind = 'page_unanswered' and t.state = 'running' and k.state in ('new', 'in_progress', 'on_hold')
and t.id = (
    select max(o.id) from timers o where o.ticket = t.ticket and o.kind = 'page_unanswered' and o.state = 'running'
)
"""
_END_THE_REST = """
update timers set state = 'canceled', lease_until = null
where kind = 'page_unanswered' and state = 'running' and id not in (select id from ladder_runs)
"""
