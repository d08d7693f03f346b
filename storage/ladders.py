"""Ladders that run, and the pages that they sent."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import RowMapping, bindparam, func, select, text, update
from sqlalchemy.engine import Connection

from intake.domain.channel import Channel
from intake.domain.label import Kind, Priority
from intake.domain.page import Ladder, Page, Paging, Run, RunState, Step, Unanswered
from intake.domain.ticket import Tier
from storage import schema
from storage.row_buffer import RowBuffer

_R, _P = schema.ladder_runs, schema.pages
_LOOK_BACK = 50  # runs of one ticket
_OF = select(_R).where(_R.c.ticket == bindparam("of_ticket")).order_by(_R.c.started_at.desc(), _R.c.id.desc()).limit(_LOOK_BACK)
_SAVED = ("ladder", "state", "made", "ended_at", "ended_by", "end_why")
_SAVE = update(_R).where(_R.c.id == bindparam("of_id")).values({name: bindparam(f"new_{name}") for name in _SAVED})
_PAGES = select(_P).where(_P.c.ticket == bindparam("of_ticket")).order_by(_P.c.at, _P.c.step, _P.c.repetition, _P.c.id)
_OF_RUN = select(_P).where(_P.c.run == bindparam("of_run")).order_by(_P.c.at, _P.c.step, _P.c.repetition, _P.c.id)
_PAGE = select(_P).where(_P.c.delivery == bindparam("of_delivery"), text("delivery is not null"))
_HAS_PAGED = select(_P.c.id).where(_P.c.ticket == bindparam("of_ticket"), _P.c.agent == bindparam("of_agent")).limit(1)
_RUN = select(_R).where(_R.c.id == bindparam("of_id"))
_OPEN = text("state in ('running', 'exhausted')")  # spelt as the partial index spells it
_MOST_ALARMS = 100
_SENT = select(func.count(_P.c.delivery)).where(_P.c.run == _R.c.id).scalar_subquery()
_UNANSWERED = (
    select(_R.c.ticket, _R.c.priority, _R.c.ended_at, _SENT.label("pages"))
    .where(text("state = 'exhausted'"))  # spelt as the partial index spells it
    .order_by(_R.c.ended_at)
    .limit(_MOST_ALARMS)
)


class SqlLadders:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def of(self, ticket: int) -> Sequence[Run]:
        is_new = self._buffer.find(schema.tickets, ticket) is not None  # nothing of it is in the database yet
        if is_new and not any(row["ticket"] == ticket for row in self._buffer.waiting(_R)):
            return []
        self._buffer.flush_if_waiting(_R)
        return [run_of(row) for row in self._connection.execute(_OF, {"of_ticket": ticket}).mappings()]

    def run_of(self, delivery: int) -> Run | None:
        self._buffer.flush_if_waiting(_P)
        found = page_and_run(delivery, self._connection)
        return found[1] if found is not None else None

    def pages(self, run: int) -> Sequence[Page]:
        self._buffer.flush_if_waiting(_P)
        return [page_of(row) for row in self._connection.execute(_OF_RUN, {"of_run": run}).mappings()]

    def has_paged(self, ticket: int, agent: str) -> bool:
        self._buffer.flush_if_waiting(_P)
        return self._connection.execute(_HAS_PAGED, {"of_ticket": ticket, "of_agent": agent}).first() is not None

    def add(self, run: Run) -> None:
        self._buffer.add(
            _R,
            {
                "id": run.id,
                "ticket": run.ticket,
                "ladder": as_json(run.ladder),
                "priority": run.priority.value,
                "state": run.state.value,
                "made": run.made,
                "started_at": run.started_at,
                "why": run.why,
                "ended_at": run.ended_at,
                "ended_by": run.ended_by,
                "end_why": run.end_why,
            },
        )

    def save(self, run: Run) -> None:
        saved = {
            "ladder": as_json(run.ladder),
            "state": run.state.value,
            "made": run.made,
            "ended_at": run.ended_at,
            "ended_by": run.ended_by,
            "end_why": run.end_why,
        }
        if not self._buffer.amend(_R, run.id, saved):
            self._connection.execute(_SAVE, {"of_id": run.id, **{f"new_{name}": value for name, value in saved.items()}})

    def add_page(self, page: Page) -> None:
        self._buffer.add(
            _P,
            {
                "id": page.id,
                "run": page.run,
                "ticket": page.ticket,
                "step": page.step,
                "repetition": page.repetition,
                "channel": page.channel.value if page.channel is not None else "",
                "address": page.address,
                "team": page.team,
                "agent": page.agent,
                "delivery": page.delivery,
                "at": page.at,
                "code": page.code,
            },
        )


def pagings(ticket: int, connection: Connection) -> tuple[Paging, ...]:
    """The oldest run first."""
    pages = [page_of(row) for row in connection.execute(_PAGES, {"of_ticket": ticket}).mappings()]
    runs = [run_of(row) for row in connection.execute(_OF, {"of_ticket": ticket}).mappings()]
    return tuple(Paging(run=run, pages=tuple(page for page in pages if page.run == run.id)) for run in reversed(runs))


def page_and_run(delivery: int, connection: Connection) -> tuple[Page, Run] | None:
    row = connection.execute(_PAGE, {"of_delivery": delivery}).mappings().first()
    if row is None:
        return None
    run = connection.execute(_RUN, {"of_id": row["run"]}).mappings().one()
    return page_of(row), run_of(run)


def unanswered(connection: Connection) -> tuple[Unanswered, ...]:
    """Ladders that came to their end with nobody answering, the oldest first."""
    return tuple(
        Unanswered(ticket=ticket, priority=Priority(priority), since=since, pages=pages)
        for ticket, priority, since, pages in connection.execute(_UNANSWERED)
    )


def runs_by_state(connection: Connection) -> Mapping[RunState, int]:
    counted = connection.execute(select(_R.c.state, func.count()).group_by(_R.c.state))
    found = {RunState(state): int(count) for state, count in counted}
    return {state: found.get(state, 0) for state in RunState}


def unanswered_pages(connection: Connection) -> int:
    """Of runs that are open."""
    query = select(func.count(_P.c.delivery)).where(_P.c.run.in_(select(_R.c.id).where(_OPEN)))
    return int(connection.execute(query).scalar_one())


def run_of(row: RowMapping) -> Run:
    return Run(
        id=row["id"],
        ticket=row["ticket"],
        ladder=from_json(row["ladder"]),
        priority=Priority(row["priority"]),
        started_at=row["started_at"],
        why=row["why"],
        state=RunState(row["state"]),
        made=row["made"],
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
        end_why=row["end_why"],
    )


def page_of(row: RowMapping) -> Page:
    return Page(
        id=row["id"],
        run=row["run"],
        ticket=row["ticket"],
        step=row["step"],
        repetition=row["repetition"],
        at=row["at"],
        team=row["team"],
        agent=row["agent"],
        channel=Channel(row["channel"]) if row["channel"] else None,
        address=row["address"],
        delivery=row["delivery"],
        code=row["code"],
    )


def as_json(ladder: Ladder | None) -> str:
    if ladder is None:
        return ""
    return json.dumps(
        {
            "name": ladder.name,
            "priorities": sorted(priority.value for priority in ladder.priorities),
            "kinds": sorted(kind.value for kind in ladder.kinds),
            "quiet_hours": ladder.quiet_hours,
            "steps": [
                {
                    "page": step.page,
                    "tier": step.tier.value if step.tier is not None else None,
                    "by": [channel.value for channel in step.by],
                    "wait_seconds": int(step.wait.total_seconds()),
                    "repeat": step.repeat,
                }
                for step in ladder.steps
            ],
        },
        ensure_ascii=False,
    )


def from_json(text: str) -> Ladder | None:
    if not text:
        return None
    kept = json.loads(text)
    return Ladder(
        name=kept["name"],
        priorities=frozenset(Priority(name) for name in kept["priorities"]),
        kinds=frozenset(Kind(name) for name in kept["kinds"]),
        quiet_hours=kept["quiet_hours"],
        steps=tuple(
            Step(
                page=step["page"],
                tier=Tier(step["tier"]) if step["tier"] is not None else None,
                by=tuple(Channel(name) for name in step["by"]),
                wait=timedelta(seconds=step["wait_seconds"]),
                repeat=step["repeat"],
            )
            for step in kept["steps"]
        ),
    )
