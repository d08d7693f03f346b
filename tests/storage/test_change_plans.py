"""No question about changes reads all of them, nor all tickets, nor every line that was ever booked."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from intake.desk.ports import UnitOfWork
from intake.desk.ports_of_changes import ChangeFilter
from intake.desk.reading import Reader
from intake.domain.agreement import Balance, EntryKind
from intake.domain.change import Announcement, ChangeDecision, ChangeTask, Phase, Risk, Side, Stage, Verdict
from storage.store import SqlStore
from tests.storage import examples
from tests.storage.change_examples import A_DRAFT, A_FIX, A_WINDOW, AN_AGREEMENT, GRANT, agree, carry, line
from tests.storage.test_query_plans import looked_at, own_store, plans_of, whole_tables

__all__ = ["own_store"]
NAME = AN_AGREEMENT.name


def everything(books: UnitOfWork) -> None:
    """What the desk asks of changes and agreements."""
    changes, agreements = books.changes, books.agreements
    incident = examples.open_ticket(books)
    number = carry(books, replace(A_DRAFT, incident=incident), examples.open_ticket(books, A_FIX))
    changes.of_incident(incident)
    changes.get(number)
    changes.save(replace(A_DRAFT, ticket=number, incident=incident, risk=Risk.LOW))
    changes.decide(
        ChangeDecision(
            id=books.next_id(), ticket=number, round=1, side=Side.CIO, verdict=Verdict.APPROVED, by="Cem", at=examples.NOW
        )
    )
    changes.decisions(number)
    changes.put_task(ChangeTask(ticket=number, position=1, title="Check"))
    changes.tasks(number)
    changes.put_announcement(Announcement(ticket=number, position=1, phase=Phase.AFTER, text="Over."))
    changes.announcements(number)
    changes.drop_announcement(number, 1)
    changes.add_audience(number, "ops@x.example")
    changes.audience(number)
    changes.drop_audience(number, "ops@x.example")
    changes.windows(A_WINDOW, 9)
    changes.has_occurrence("patching", examples.NOW)
    agreements.get(NAME)
    agreements.lock(NAME)
    agreements.last(NAME)
    agreements.write(line(2, EntryKind.RESERVED, 60, Balance(granted=600, reserved=60), number))
    agreements.of_change(number)
    agreements.reserved(NAME)
    agreements.balance(NAME)
    ticket = books.tickets.get(incident)
    assert ticket is not None
    books.tickets.save(ticket)


def test_nothing_that_is_done_about_a_change_reads_a_whole_table(own_store: SqlStore) -> None:
    with own_store.begin() as books:
        books.agreements.add(AN_AGREEMENT)
        books.agreements.write(GRANT)

    def act() -> None:
        with own_store.begin() as books:
            everything(books)

    plans = plans_of(own_store.engine, act)
    assert len(plans) > 18
    assert whole_tables(plans) == {}


LOOKS: Mapping[str, Callable[[Reader], object]] = {
    "drafts": lambda reader: reader.changes(ChangeFilter(stages=[Stage.DRAFT]), limit=9),
    "those to decide": lambda reader: reader.changes(ChangeFilter(stages=[Stage.APPROVAL, Stage.REVIEW]), before=99, limit=9),
    "those of an agreement": lambda reader: reader.changes(ChangeFilter(agreement=NAME), limit=9),
    "those of an incident": lambda reader: reader.changes(ChangeFilter(incident=1001), limit=9),
    "one": lambda reader: reader.change(1001),
    "fixes": lambda reader: reader.fixes(1001),
    "the calendar": lambda reader: reader.change_windows(A_WINDOW, 9),
    "an agreement": lambda reader: reader.agreement(NAME),
    "emergencies": lambda reader: reader.overdue_approvals(examples.NOW),
}


@pytest.mark.parametrize("look", list(LOOKS))
def test_looking_at_changes_reads_no_whole_table(own_store: SqlStore, look: str) -> None:
    agree(own_store)
    plans = looked_at(own_store, LOOKS[look])
    assert plans
    assert whole_tables(plans) == {}


def test_the_calendar_begins_at_what_was_asked_about(own_store: SqlStore) -> None:
    """Not at the first change that was ever closed."""
    (plan,) = looked_at(own_store, LOOKS["the calendar"]).values()
    assert any("ix_changes_windows (window_ends>?" in step for step in plan)


def test_the_list_of_agreements_reads_the_last_line_of_each_book(own_store: SqlStore) -> None:
    """There are few agreements, and many lines."""
    agree(own_store)
    plans = looked_at(own_store, lambda reader: reader.agreements(also_closed=True))
    (plan,) = plans.values()
    assert [step for step in plan if "agreement_entries" in step or "latest" in step]
    assert not [step for step in plan if step.startswith(("SCAN agreement_entries", "SCAN latest"))]
