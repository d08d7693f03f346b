"""What the unit of work keeps of a change, and what can be looked up about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.desk.ports_of_changes import ChangeFilter
from intake.domain.change import (
    Announcement,
    Change,
    ChangeDecision,
    ChangeKind,
    ChangeTask,
    CloseCode,
    Phase,
    Risk,
    Side,
    Stage,
    Verdict,
    Window,
)
from intake.domain.errors import Conflict, NotFound, PolicyViolation
from storage.store import SqlStore
from tests.storage.change_examples import (
    A_DRAFT,
    A_FIX,
    A_REQUEST,
    A_WINDOW,
    AN_AGREEMENT,
    AN_EMERGENCY,
    AN_INCIDENT,
    APPROVED,
    carry,
)
from tests.storage.examples import LATER, NOW, open_ticket, open_tickets


def full(ticket: int, incident: int) -> Change:
    """With a value in every field."""
    return Change(
        ticket=ticket,
        kind=ChangeKind.STANDARD,
        stage=Stage.CLOSED,
        since=LATER,
        author="Ada",
        assessed_by="Ben",
        incident=incident,
        risk=Risk.HIGH,
        services=("ERP", "Kühlhaus"),
        implementation_plan="Drain, patch.",
        test_plan="Log in.",
        backout_plan="Snapshot back.",
        agreement=AN_AGREEMENT.name,
        estimate=240,
        round=2,
        asked_at=NOW,
        cio_approved_by="Cem",
        process_approved_by="Dia",
        approve_by=LATER,
        window=A_WINDOW,
        moved=3,
        despite="cannot wait",
        template="patching",
        occurrence=NOW,
        implemented_by="Eva",
        started_at=NOW,
        finished_at=LATER,
        outcome="Patched.",
        backed_out=True,
        close_code=CloseCode.SUCCESSFUL_WITH_ISSUES,
        ended_at=LATER,
        ended_because="reviewed",
    )


def test_a_change_comes_back_with_every_field_that_was_saved(store: SqlStore) -> None:
    with store.begin() as books:
        incident = open_ticket(books, AN_INCIDENT)
        books.agreements.add(AN_AGREEMENT)
        number = carry(books)
        books.changes.save(full(number, incident))
    with store.begin() as books:
        assert books.changes.get(number) == full(number, incident)
    with store.looking() as reader:
        story = reader.change(number)
    assert story is not None
    assert story.line.change == full(number, incident)
    assert (story.line.ticket.number, story.reserved, story.spent) == (number, 0, 0)


def test_a_change_can_be_read_before_it_is_written(store: SqlStore) -> None:
    """A hundred mails leave as one statement a table: what waits for that is seen."""
    with store.begin() as books:
        number, other = carry(books), open_ticket(books)
        assert books.changes.get(number) == replace(A_DRAFT, ticket=number)
        assert books.changes.get(other) is None
        assert books.changes.get(4711) is None
        books.changes.save(replace(A_DRAFT, ticket=number, risk=Risk.LOW))
        assert books.changes.get(number) == replace(A_DRAFT, ticket=number, risk=Risk.LOW)


def test_what_a_savepoint_undid_is_not_there(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        with pytest.raises(ZeroDivisionError), books.savepoint():
            carry(books, on=number)
            raise ZeroDivisionError
        assert books.changes.get(number) is None


def test_a_ticket_carries_one_change(store: SqlStore) -> None:
    with store.begin() as books:
        number = carry(books)
    with pytest.raises(Conflict), store.begin() as books:
        carry(books, on=number)


def test_nothing_can_be_saved_about_a_ticket_without_a_change(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        with pytest.raises(NotFound, match="carries no change"):
            books.changes.save(replace(A_DRAFT, ticket=number))


def test_what_the_process_forbids_is_refused_in_words(store: SqlStore) -> None:
    with store.begin() as books:
        request, fix = carry(books), carry(books, on=open_ticket(books, A_FIX))
    with store.begin() as books, pytest.raises(PolicyViolation, match="CIO and Process have not both approved"):
        books.changes.save(replace(APPROVED, ticket=request, process_approved_by=""))
    with store.begin() as books, pytest.raises(PolicyViolation, match="needs its incident"):
        books.changes.save(replace(A_DRAFT, ticket=fix, stage=Stage.ASSESSMENT))
    with store.begin() as books, pytest.raises(PolicyViolation, match="no such agreement"):
        books.changes.save(replace(A_DRAFT, ticket=request, agreement="ACME 1926"))
    with store.begin() as books, pytest.raises(PolicyViolation, match="carries no change"):
        books.changes.add_audience(fix + 1, "ops@x.example")


def test_an_incident_knows_the_changes_that_name_it(store: SqlStore) -> None:
    with store.begin() as books:
        incident, other = open_ticket(books, AN_INCIDENT), open_ticket(books, AN_INCIDENT)
        first, second = (carry(books, replace(A_DRAFT, incident=incident), open_ticket(books, A_FIX)) for _ in range(2))
        carry(books, replace(A_DRAFT, incident=other))
        assert [change.ticket for change in books.changes.of_incident(incident)] == [first, second]
    with store.looking() as reader:
        assert [line.change.ticket for line in reader.fixes(incident)] == [first, second]
        assert [line.change.ticket for line in reader.changes(ChangeFilter(incident=incident), limit=9)] == [second, first]


def decision(
    id: int, ticket: int, side: Side = Side.CIO, verdict: Verdict = Verdict.APPROVED, by: str = "Cem"
) -> ChangeDecision:
    return ChangeDecision(id=id, ticket=ticket, round=1, side=side, verdict=verdict, by=by, at=NOW, comment="fine")


def test_decisions_come_back_in_the_order_in_which_they_were_made(store: SqlStore) -> None:
    with store.begin() as books:
        number = carry(books)
        late = replace(decision(books.next_id(), number), at=LATER, on_behalf_of="Kim")
        early = decision(books.next_id(), number, Side.PROCESS, Verdict.SENT_BACK)
        books.changes.decide(late)
        books.changes.decide(early)
        assert list(books.changes.decisions(number)) == [early, late]


def test_once_decided_for_a_side_it_stands(store: SqlStore) -> None:
    with store.begin() as books:
        number = carry(books)
        books.changes.decide(decision(books.next_id(), number))
        books.changes.decide(decision(books.next_id(), number, verdict=Verdict.SENT_BACK))
        for owner in ("ann@x.example", "ben@x.example"):
            books.changes.decide(decision(books.next_id(), number, Side.PRODUCT_OWNER, by=owner))
        books.changes.decide(replace(decision(books.next_id(), number), round=2))
    with store.begin() as books, pytest.raises(Conflict):
        books.changes.decide(decision(books.next_id(), number, verdict=Verdict.REJECTED, by="Kim"))


def test_tasks_and_announcements_are_written_once_and_changed_after_that(store: SqlStore) -> None:
    with store.begin() as books:
        number = carry(books)
        second, first = (ChangeTask(ticket=number, position=position, title=f"Task {position}") for position in (2, 1))
        told, planned = (
            Announcement(ticket=number, position=position, phase=Phase.BEFORE, text="Soon.", lead=60) for position in (1, 2)
        )
        for task in (second, first):
            books.changes.put_task(task)
        for announcement in (told, planned):
            books.changes.put_announcement(announcement)
        done = replace(second, done_by="Eva", done_at=NOW, assigned_to="Ben")
        told = replace(told, sent_at=NOW)
        books.changes.put_task(done)
        books.changes.put_announcement(told)
        assert list(books.changes.tasks(number)) == [first, done]
        assert list(books.changes.announcements(number)) == [told, planned]
        assert not books.changes.drop_announcement(number, 1)  # people have read it
        assert books.changes.drop_announcement(number, 2)
        assert not books.changes.drop_announcement(number, 2)
    with store.looking() as reader:
        story = reader.change(number)
    assert story is not None
    assert (story.tasks, story.announcements) == ((first, done), (told,))


def test_an_address_is_told_once(store: SqlStore) -> None:
    with store.begin() as books:
        number = carry(books)
        assert books.changes.add_audience(number, "ops@x.example")
        assert not books.changes.add_audience(number, "ops@x.example")
        assert books.changes.add_audience(number, "all@x.example")
        assert list(books.changes.audience(number)) == ["all@x.example", "ops@x.example"]
        assert books.changes.drop_audience(number, "ops@x.example")
        assert not books.changes.drop_audience(number, "ops@x.example")


HOUR = timedelta(hours=1)


def window(begins: int, hours: int) -> Window:
    """`begins` so many hours after NOW."""
    return Window(starts=NOW + begins * HOUR, ends=NOW + (begins + hours) * HOUR, time_zone="UTC")


def ended(stage: Stage, when: Window) -> Change:
    return replace(
        APPROVED, stage=stage, window=when, started_at=NOW, finished_at=NOW, ended_at=NOW, close_code=CloseCode.SUCCESSFUL
    )


def test_windows_that_overlap_are_found_by_their_beginning(store: SqlStore) -> None:
    with store.begin() as books:
        before, late, early, after = (
            carry(books, replace(APPROVED, window=window(*when))) for when in ((0, 2), (5, 1), (1, 2), (6, 1))
        )
        long = carry(books, replace(APPROVED, stage=Stage.IMPLEMENTING, started_at=NOW, window=window(-9, 99)))
        closed = carry(books, ended(Stage.CLOSED, window(4, 1)))
        withdrawn = carry(books, ended(Stage.WITHDRAWN, window(4, 2)))
        carry(books, replace(A_DRAFT, window=window(4, 1)))
        asked = window(2, 4)
        assert [line.change.ticket for line in books.changes.windows(asked, 9)] == [long, early, late]
        assert [line.change.ticket for line in books.changes.windows(asked, 2)] == [long, early]
    assert {before, after}  # they only touch what was asked about
    with store.looking() as reader:
        assert [line.change.ticket for line in reader.change_windows(asked, 9)] == [long, early, closed, withdrawn, late]


def test_each_time_of_a_recurring_change_opens_once(store: SqlStore) -> None:
    recurring = replace(A_DRAFT, kind=ChangeKind.STANDARD, template="patching", occurrence=LATER)
    with store.begin() as books:
        assert not books.changes.has_occurrence("patching", LATER)
        carry(books, recurring)
        assert books.changes.has_occurrence("patching", LATER)
        assert not books.changes.has_occurrence("patching", NOW)
        carry(books, replace(recurring, occurrence=NOW))
        carry(books, replace(recurring, template="other"))
    with pytest.raises(Conflict), store.begin() as books:
        carry(books, recurring)


def test_changes_are_listed_from_the_newest(store: SqlStore) -> None:
    with store.begin() as books:
        books.agreements.add(AN_AGREEMENT)
        open_tickets(books, 2)
        draft, scheduled = carry(books), carry(books, APPROVED)
        booked = carry(books, replace(A_DRAFT, kind=ChangeKind.MAJOR, agreement=AN_AGREEMENT.name))

    def numbers(which: ChangeFilter, before: int | None = None) -> list[int]:
        with store.looking() as reader:
            return [line.ticket.number for line in reader.changes(which, before=before, limit=9)]

    assert numbers(ChangeFilter()) == [booked, scheduled, draft]
    assert numbers(ChangeFilter(), before=booked) == [scheduled, draft]
    assert numbers(ChangeFilter(stages=[Stage.SCHEDULED, Stage.CLOSED])) == [scheduled]
    assert numbers(ChangeFilter(kinds=[ChangeKind.NORMAL], stages=[Stage.DRAFT])) == [draft]
    assert numbers(ChangeFilter(agreement=AN_AGREEMENT.name)) == [booked]
    assert numbers(ChangeFilter(agreement="other")) == []


def test_an_emergency_past_its_deadline_counts_until_both_have_approved(store: SqlStore) -> None:
    with store.begin() as books:
        incident = open_ticket(books, AN_INCIDENT)
        like = replace(AN_EMERGENCY, incident=incident)
        late = carry(books, like)
        carry(books, replace(like, stage=Stage.REVIEW, cio_approved_by="Cem", finished_at=NOW))
        carry(books, replace(like, approve_by=LATER + HOUR))
        carry(books, replace(like, cio_approved_by="Cem", process_approved_by="Dia"))
        carry(books, on=open_ticket(books, A_REQUEST))
    with store.looking() as reader:
        assert reader.overdue_approvals(NOW) == 0
        assert reader.overdue_approvals(LATER) == 2
    with store.begin() as books:
        books.changes.save(replace(like, ticket=late, cio_approved_by="Cem", process_approved_by="Dia"))
    with store.looking() as reader:
        assert reader.overdue_approvals(LATER) == 1
