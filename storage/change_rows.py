"""A change and all that hangs on it as rows, and back."""

import json
from collections.abc import Mapping

from sqlalchemy import RowMapping

from intake.domain.change import (
    Announcement,
    Change,
    ChangeDecision,
    ChangeKind,
    ChangeLine,
    ChangeTask,
    CloseCode,
    Phase,
    Risk,
    Side,
    Stage,
    Verdict,
    Window,
)
from storage.change_tables import changes
from storage.row_buffer import Value
from storage.ticket_rows import ticket_of

# Tickets have a kind as well: whoever reads both reads a change's columns under these names.
COLUMNS = tuple(column.label(f"change_{column.name}") for column in changes.c)


def row_of(change: Change) -> dict[str, Value]:
    window = change.window
    return {
        "ticket": change.ticket,
        "kind": change.kind.value,
        "stage": change.stage.value,
        "since": change.since,
        "author": change.author,
        "assessed_by": change.assessed_by,
        "incident": change.incident,
        "risk": change.risk.value if change.risk else None,
        "services": json.dumps(change.services, ensure_ascii=False),
        "implementation_plan": change.implementation_plan,
        "test_plan": change.test_plan,
        "backout_plan": change.backout_plan,
        "agreement": change.agreement or None,
        "estimate": change.estimate,
        "round": change.round,
        "asked_at": change.asked_at,
        "cio_approved_by": change.cio_approved_by,
        "process_approved_by": change.process_approved_by,
        "approve_by": change.approve_by,
        "window_starts": window.starts if window else None,
        "window_ends": window.ends if window else None,
        "window_zone": window.time_zone if window else None,
        "moved": change.moved,
        "despite": change.despite,
        "template": change.template,
        "occurrence": change.occurrence,
        "implemented_by": change.implemented_by,
        "started_at": change.started_at,
        "finished_at": change.finished_at,
        "outcome": change.outcome,
        "backed_out": change.backed_out,
        "close_code": change.close_code.value if change.close_code else None,
        "ended_at": change.ended_at,
        "ended_because": change.ended_because,
    }


def change_of(row: RowMapping) -> Change:
    return Change(
        ticket=row["change_ticket"],
        kind=ChangeKind(row["change_kind"]),
        stage=Stage(row["change_stage"]),
        since=row["change_since"],
        author=row["change_author"],
        assessed_by=row["change_assessed_by"],
        incident=row["change_incident"],
        risk=Risk(row["change_risk"]) if row["change_risk"] else None,
        services=tuple(json.loads(row["change_services"])),
        implementation_plan=row["change_implementation_plan"],
        test_plan=row["change_test_plan"],
        backout_plan=row["change_backout_plan"],
        agreement=row["change_agreement"] or "",
        estimate=row["change_estimate"],
        round=row["change_round"],
        asked_at=row["change_asked_at"],
        cio_approved_by=row["change_cio_approved_by"],
        process_approved_by=row["change_process_approved_by"],
        approve_by=row["change_approve_by"],
        window=_window_of(row),
        moved=row["change_moved"],
        despite=row["change_despite"],
        template=row["change_template"],
        occurrence=row["change_occurrence"],
        implemented_by=row["change_implemented_by"],
        started_at=row["change_started_at"],
        finished_at=row["change_finished_at"],
        outcome=row["change_outcome"],
        backed_out=row["change_backed_out"],
        close_code=CloseCode(row["change_close_code"]) if row["change_close_code"] else None,
        ended_at=row["change_ended_at"],
        ended_because=row["change_ended_because"],
    )


def _window_of(row: RowMapping) -> Window | None:
    if row["change_window_starts"] is None:
        return None
    return Window(starts=row["change_window_starts"], ends=row["change_window_ends"], time_zone=row["change_window_zone"])


def line_of(row: RowMapping) -> ChangeLine:
    return ChangeLine(change=change_of(row), ticket=ticket_of(row))


def decision_row(decision: ChangeDecision) -> Mapping[str, Value]:
    return {
        "id": decision.id,
        "ticket": decision.ticket,
        "round": decision.round,
        "side": decision.side.value,
        "verdict": decision.verdict.value,
        "by": decision.by,
        "at": decision.at,
        "on_behalf_of": decision.on_behalf_of,
        "comment": decision.comment,
    }


def decision_of(row: RowMapping) -> ChangeDecision:
    return ChangeDecision(
        id=row["id"],
        ticket=row["ticket"],
        round=row["round"],
        side=Side(row["side"]),
        verdict=Verdict(row["verdict"]),
        by=row["by"],
        at=row["at"],
        on_behalf_of=row["on_behalf_of"],
        comment=row["comment"],
    )


def task_row(task: ChangeTask) -> Mapping[str, Value]:
    return {
        "ticket": task.ticket,
        "position": task.position,
        "title": task.title,
        "assigned_to": task.assigned_to,
        "done_by": task.done_by,
        "done_at": task.done_at,
        "dropped_because": task.dropped_because,
    }


def task_of(row: RowMapping) -> ChangeTask:
    return ChangeTask(
        ticket=row["ticket"],
        position=row["position"],
        title=row["title"],
        assigned_to=row["assigned_to"],
        done_by=row["done_by"],
        done_at=row["done_at"],
        dropped_because=row["dropped_because"],
    )


def announcement_row(announcement: Announcement) -> Mapping[str, Value]:
    return {
        "ticket": announcement.ticket,
        "position": announcement.position,
        "phase": announcement.phase.value,
        "text": announcement.text,
        "lead": announcement.lead,
        "sent_at": announcement.sent_at,
    }


def announcement_of(row: RowMapping) -> Announcement:
    return Announcement(
        ticket=row["ticket"],
        position=row["position"],
        phase=Phase(row["phase"]),
        text=row["text"],
        lead=row["lead"],
        sent_at=row["sent_at"],
    )
