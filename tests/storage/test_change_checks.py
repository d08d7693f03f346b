"""As much of the process as one row can say, it says: no hand makes a change of it that the process forbids."""

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

import pytest
from sqlalchemy import CheckConstraint, Column, String, exc, text

from intake.domain.agreement import EntryKind
from intake.domain.change import ChangeDecision, ChangeKind, CloseCode, Phase, Risk, Side, Stage, Verdict
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.label import Priority
from intake.domain.notice import NoticeKind
from intake.domain.timer import TimerKind
from storage import schema
from storage.engine import in_our_words
from storage.store import SqlStore
from tests.storage.by_hand import AT, done, refused
from tests.storage.change_examples import AN_EMERGENCY, AN_INCIDENT, APPROVED, carry
from tests.storage.examples import NOW, open_ticket

# Of an approved and scheduled change: what no hand can make of it.
ROWS: Mapping[str, str] = {
    "kind = 'hurried'": "kind",
    "stage = 'forgotten'": "approvals|stage",
    "risk = 'none'": "risk",
    "close_code = 'fine'": "close_code",
    "estimate = -1": "counts",
    "moved = -1": "counts",
    "cio_approved_by = ''": "approvals",
    "process_approved_by = ''": "approvals",
    "cio_approved_by = '', process_approved_by = '', kind = 'standard'": "approvals",
    "cio_approved_by = '', process_approved_by = '', kind = 'major'": "approvals",
    "process_approved_by = 'Cem'": "approvers",
    "cio_approved_by = 'Ada'": "approvers",
    "process_approved_by = 'Ada'": "approvers",
    "cio_approved_by = 'Ben'": "approvers",
    "cio_approved_by = 'ada'": "approvers",
    "assessed_by = 'Dia'": "approvers",
    "author = 'Cem'": "approvers",
    "author = ''": "author",
    "window_ends = window_starts": "window",
    "window_zone = null": "window",
    "window_starts = null, window_ends = null, window_zone = null": "has_window",
    "stage = 'implementing'": "started",
    "stage = 'review'": "started",
    f"stage = 'closed', close_code = 'successful', ended_at = {AT}": "started",
    f"stage = 'closed', started_at = {AT}, ended_at = {AT}": "closed_as",
    f"stage = 'closed', started_at = {AT}, close_code = 'successful'": "ended",
    "stage = 'withdrawn'": "ended",
    "stage = 'rejected'": "ended",
    f"occurrence = {AT}": "occurrence",
    f"kind = 'emergency', stage = 'implementing', started_at = {AT}": "emergency|p1",
    "ticket = 999999": "FOREIGN KEY|fk_changes_ticket",
    "incident = 999999": "names_incident|FOREIGN KEY|fk_changes_incident",
    "agreement = 'none'": "FOREIGN KEY|fk_changes_agreement",
}


@pytest.mark.parametrize("made", list(ROWS))
def test_no_hand_makes_of_a_scheduled_change(store: SqlStore, made: str) -> None:
    with store.begin() as books:
        carry(books, APPROVED)
    refused(store, ROWS[made], f"update changes set {made}")


def an_emergency(store: SqlStore, stage: Stage = Stage.IMPLEMENTING) -> None:
    with store.begin() as books:
        carry(books, replace(AN_EMERGENCY, stage=stage, incident=open_ticket(books, AN_INCIDENT)))


@pytest.mark.parametrize("who", ["Ada", "ada", "Ben"])
@pytest.mark.parametrize("side", [Side.CIO, Side.PROCESS])
def test_nobody_approves_what_they_asked_for_or_planned(store: SqlStore, side: Side, who: str) -> None:
    asked = replace(APPROVED, stage=Stage.APPROVAL, cio_approved_by="", process_approved_by="")
    with store.begin() as books:
        number = carry(books, asked)
    own = ChangeDecision(id=7, ticket=number, round=1, side=side, verdict=Verdict.APPROVED, by=who, at=NOW)
    for decision in (own, replace(own, by="Kim", on_behalf_of=who)):
        with pytest.raises(PolicyViolation, match="neither is who asked"), store.begin() as books:
            books.changes.decide(decision)
    with store.begin() as books:
        books.changes.decide(replace(own, verdict=Verdict.REJECTED))  # one's own change may be stopped


@pytest.mark.parametrize("how", ["update change_decisions set \"by\" = 'Eve'", "delete from change_decisions"])
def test_what_was_decided_stays(store: SqlStore, how: str) -> None:
    with store.begin() as books:
        number = carry(books, APPROVED)
        books.changes.decide(
            ChangeDecision(id=7, ticket=number, round=1, side=Side.CIO, verdict=Verdict.REJECTED, by="Cem", at=NOW)
        )
    refused(store, "ck_change_decisions_kept", how)
    if store.engine.dialect.name == "sqlite":
        columns = "id, ticket, round, side, verdict, at, on_behalf_of, comment"
        for id in ("id", "8"):  # noqa: A001 - the column's own word
            values = columns.replace("id,", f"{id},", 1)
            replaced = f"insert or replace into change_decisions ({columns}, by) select {values}, 'Eve' from change_decisions"
            refused(store, "UNIQUE", replaced)
    else:
        refused(store, "ck_change_decisions_kept", "truncate change_decisions")


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ("approve_by = null", "approvals"),
        ("incident = null", "approvals|emergency"),
        ("kind = 'normal'", "approvals|has_window"),
        ("stage = 'scheduled'", "approvals"),
        (f"stage = 'closed', close_code = 'successful', ended_at = {AT}", "approvals"),
        (f"stage = 'closed', ended_at = {AT}", "closed_as|approvals"),
        ("cio_approved_by = 'Ada'", "approvers"),
    ],
)
def test_no_hand_makes_of_an_emergency_that_waits_for_its_approval(store: SqlStore, made: str, why: str) -> None:
    an_emergency(store)
    refused(store, why, f"update changes set {made}")


def test_an_emergency_that_was_backed_out_is_closed_without_approval(store: SqlStore) -> None:
    an_emergency(store, Stage.REVIEW)
    done(store, f"update changes set stage = 'closed', close_code = 'backed_out', ended_at = {AT}")


def test_the_work_on_an_emergency_begins_for_a_p1_alone(store: SqlStore) -> None:
    with store.begin() as books:
        incident = open_ticket(books, replace(AN_INCIDENT, priority=Priority.P2))
        number = carry(books, replace(AN_EMERGENCY, stage=Stage.ASSESSMENT, incident=incident))
    refused(store, "ck_changes_p1", "update changes set stage = 'implementing'")
    with pytest.raises(PolicyViolation, match="P1 incident alone"), store.begin() as books:
        carry(books, replace(AN_EMERGENCY, incident=incident))
    done(store, f"update tickets set priority = 'P1' where number = {incident}")
    done(store, "update changes set stage = 'implementing'")
    done(store, f"update tickets set priority = 'P3' where number = {incident}")  # what it was when it began counts
    done(store, f"update changes set stage = 'review', finished_at = {AT} where ticket = {number}")


NAMES = (
    (schema.events.c.kind, EventKind),
    (schema.deliveries.c.notice, NoticeKind),
    (schema.timers.c.kind, TimerKind),
    (schema.changes.c.kind, ChangeKind),
    (schema.changes.c.stage, Stage),
    (schema.changes.c.risk, Risk),
    (schema.changes.c.close_code, CloseCode),
    (schema.change_decisions.c.side, Side),
    (schema.change_decisions.c.verdict, Verdict),
    (schema.change_announcements.c.phase, Phase),
    (schema.agreement_entries.c.kind, EntryKind),
)


@pytest.mark.parametrize(("column", "names"), NAMES, ids=[f"{column.table.name}.{column.name}" for column, _ in NAMES])
def test_every_name_fits_its_column(column: Column[str], names: type[StrEnum]) -> None:
    """SQLite would take any length, PostgreSQL does not."""
    assert isinstance(column.type, String)
    assert column.type.length is not None
    assert max(len(name.value) for name in names) <= column.type.length


@pytest.mark.parametrize(("column", "names"), NAMES[3:], ids=[f"{column.table.name}.{column.name}" for column, _ in NAMES[3:]])
def test_a_check_knows_every_name(column: Column[str], names: type[StrEnum]) -> None:
    named = f"ck_{column.table.name}_{column.name}"
    (check,) = (one for one in column.table.constraints if isinstance(one, CheckConstraint) and one.name == named)
    assert set(re.findall("'(.*?)'", str(check.sqltext))) == {name.value for name in names}


def test_a_fault_in_another_table_is_ours_whatever_the_row_says(store: SqlStore) -> None:
    """PostgreSQL quotes the row, and people wrote that."""
    with pytest.raises(exc.IntegrityError), in_our_words(), store.engine.begin() as connection:
        connection.execute(text("insert into work_notes (id, ticket, author, text) values (1, 1, 'Ann', 'ck_changes_kind')"))
