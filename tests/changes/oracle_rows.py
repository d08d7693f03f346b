"""What really stands in the store: read by plain SQL, past the product's own code."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.engine import Connection

from intake.domain.change import ChangeKind, CloseCode, Side, Stage, Verdict
from intake.domain.label import Category, Kind
from intake.domain.ticket import State
from tests.changes.oracle_people import knows
from tests.changes.oracle_world import Known, TicketFacts, Voice

Row = Mapping[str, object]
Balance = tuple[int, int, int, int]
_TASK = "case when done_by <> '' then 'done' when dropped_because <> '' then 'dropped' else 'open' end"


def rows(connection: Connection, statement: str) -> Sequence[Row]:
    return [dict(row._mapping) for row in connection.execute(text(statement))]


def whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def words(value: object) -> str:
    assert isinstance(value, str)
    return value


def number_or_none(value: object) -> int | None:
    return None if value is None else whole(value)


def moment(value: object) -> datetime | None:
    """SQLite keeps a text."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(words(value)).replace(tzinfo=UTC)


def day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(words(value))


def tickets(connection: Connection) -> Mapping[int, TicketFacts]:
    mails = defaultdict[int, set[str]](set)
    for row in rows(connection, "select contact, value from contact_addresses where kind = 'email'"):
        mails[whole(row["contact"])].add(words(row["value"]))
    paged = defaultdict[int, set[str]](set)
    for row in rows(connection, "select ticket, agent from pages"):
        paged[whole(row["ticket"])].add(words(row["agent"]))
    return {
        (number := whole(row["number"])): TicketFacts(
            number=number,
            kind=Kind(words(row["kind"])),
            category=Category(words(row["category"])) if row["category"] is not None else None,
            state=State(words(row["state"])),
            priority=words(row["priority"]),
            group=words(row["assignment_group"]),
            merged_into=number_or_none(row["merged_into"]),
            callers=frozenset(mails[whole(row["caller"])]) if row["caller"] is not None else frozenset(),
            was_paged=frozenset(paged[number]),
            is_answered=row["final_response"] is not None,
        )
        for row in rows(connection, "select * from tickets order by number")
    }


def changes(connection: Connection) -> dict[int, Known]:
    found = {whole(row["ticket"]): _known(row) for row in rows(connection, "select * from changes order by ticket")}
    for row in rows(connection, f"select ticket, position, title, {_TASK} as state from change_tasks"):
        change, position = found[whole(row["ticket"])], whole(row["position"])
        change.tasks[position], change.titles[position] = words(row["state"]), words(row["title"])
    for row in rows(connection, "select ticket, actor from events where kind = 'change_planned'"):
        if (planned := found.get(whole(row["ticket"]))) is not None:
            planned.planners |= {knows(words(row["actor"])) or words(row["actor"])}
    for row in rows(connection, "select ticket, position, phase from change_announcements"):
        found[whole(row["ticket"])].phases[whole(row["position"])] = words(row["phase"])
    for row in rows(connection, "select ticket, address from change_audience"):
        found[whole(row["ticket"])].audience |= {words(row["address"])}
    for row in rows(connection, "select * from change_decisions order by id"):
        change = found[whole(row["ticket"])]
        side, verdict = Side(words(row["side"])), Verdict(words(row["verdict"]))
        change.owner_spoke |= side is Side.PRODUCT_OWNER
        if row["round"] == change.round and side is not Side.PRODUCT_OWNER and verdict is not Verdict.SENT_BACK:
            voice = Voice(
                side=side,
                verdict=verdict,
                by=words(row["by"]),
                on_behalf_of=words(row["on_behalf_of"]),
            )
            change.voices = (*change.voices, voice)
    return found


def _known(row: Row) -> Known:
    starts, ends = moment(row["window_starts"]), moment(row["window_ends"])
    return Known(
        kind=ChangeKind(words(row["kind"])),
        stage=Stage(words(row["stage"])),
        author=words(row["author"]),
        planner=words(row["assessed_by"]),
        incident=number_or_none(row["incident"]),
        risk=row["risk"] is not None,
        services=tuple(json.loads(words(row["services"]))),
        backout=bool(row["backout_plan"]),
        template=words(row["template"]),
        agreement=words(row["agreement"] or ""),
        estimate=whole(row["estimate"]),
        round=whole(row["round"]),
        cio=words(row["cio_approved_by"]),
        process=words(row["process_approved_by"]),
        window=(starts, ends) if starts is not None and ends is not None else None,
        implemented_by=words(row["implemented_by"]),
        backed_out=bool(row["backed_out"]),
        code=CloseCode(words(row["close_code"])) if row["close_code"] is not None else None,
    )


def balances(connection: Connection) -> Mapping[str, Balance]:
    """As the last line of each book says."""
    found = rows(connection, "select * from agreement_entries order by agreement, sequence")
    last = {words(row["agreement"]): row for row in found}
    return {
        name: (
            whole(row["granted_after"]),
            whole(row["reserved_after"]),
            whole(row["spent_after"]),
            whole(row["overdraft_after"]),
        )
        for name, row in last.items()
    }
