"""What becomes of a change when something is done to its ticket: docs/changes.md, "The ticket and its change"."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from intake.domain import deed as d
from intake.domain.change import Change, Stage
from intake.domain.deed import Deed
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind, Label
from intake.domain.principal import Principal
from intake.domain.ticket import State
from storage.reader import SqlReader
from tests.changes.change_desk import FIX, PLAN, WISH, ChangeDesk
from tests.changes.stages import BROKEN, PATCHING, UNSORTED, in_stage, resolved
from tests.desk.at_the_desk import ANN, CALM

S = Stage
AS_INCIDENT = d.Relabel(category=Category.ERROR_MESSAGE)
ANSWER = d.Resolve(text="Use the filter on the left.")


def carried(desk: ChangeDesk, ticket: int) -> Change | None:
    with desk.store.reading() as connection:
        story = SqlReader(connection).change(ticket)
    return story.line.change if story is not None else None


@pytest.mark.parametrize("label", [WISH, FIX])
def test_what_is_opened_as_an_enhancement_carries_a_draft(desk: ChangeDesk, label: Label) -> None:
    ticket = desk.opens(label)
    assert desk.change(ticket).stage is S.DRAFT
    assert [one.kind for one in desk.events(ticket, EventKind.CHANGE_DRAFTED)] == [EventKind.CHANGE_DRAFTED]


@pytest.mark.parametrize("label", [BROKEN, CALM, UNSORTED, PATCHING])
def test_what_is_opened_as_anything_else_carries_none(desk: ChangeDesk, label: Label) -> None:
    assert carried(desk, desk.opens(label)) is None


def test_a_relabelled_ticket_carries_a_draft_from_then_on(desk: ChangeDesk) -> None:
    ticket = desk.opens(CALM)
    desk.must(d.Relabel(category=Category.CHANGE_REQUEST), ticket, "root")
    assert desk.change(ticket).stage is S.DRAFT


def test_a_requester_who_answers_that_it_is_a_wish_gets_a_draft(desk: ChangeDesk) -> None:
    ticket = desk.opens(UNSORTED)
    desk.must(d.AnswerQuestion(kind=Kind.ENHANCEMENT), ticket, ANN.value)
    assert desk.change(ticket).stage is S.DRAFT


@pytest.mark.parametrize("kind", [Kind.INCIDENT, Kind.SERVICE_REQUEST, Kind.ENHANCEMENT])
def test_a_requesters_answer_never_fails_because_of_a_change(desk: ChangeDesk, kind: Kind) -> None:
    """Also where the ticket was an enhancement once, and is without a label again."""
    ticket = desk.opens(WISH)
    labelled = next(one for one in desk.story(ticket).events if one.kind is EventKind.LABELLED)
    desk.must(d.SubmitChange(), ticket)
    desk.must(d.Undo(event=labelled.id), ticket)
    assert desk.change(ticket).stage is S.WITHDRAWN
    desk.must(d.AnswerQuestion(kind=kind), ticket, ANN.value)
    assert desk.change(ticket).stage is (S.DRAFT if kind is Kind.ENHANCEMENT else S.WITHDRAWN)


@pytest.mark.parametrize("stage", [S.DRAFT, S.ASSESSMENT])
def test_what_is_no_enhancement_after_all_loses_a_change_that_nobody_decided(desk: ChangeDesk, stage: Stage) -> None:
    ticket = in_stage(desk, stage)
    desk.must(AS_INCIDENT, ticket)
    change = desk.change(ticket)
    assert (change.stage, "error message" in change.ended_because) == (S.WITHDRAWN, True)
    assert desk.ticket(ticket).state is not State.CANCELED
    assert desk.answers(ticket) == []  # it goes on: nobody is told that it will not be done


@pytest.mark.parametrize("stage", [S.APPROVAL, S.SCHEDULED, S.IMPLEMENTING, S.REVIEW, S.CLOSED])
def test_a_later_change_keeps_its_ticket_what_it_is(desk: ChangeDesk, stage: Stage) -> None:
    ticket = in_stage(desk, stage)
    before = desk.ticket(ticket)
    said = desk.refuses(AS_INCIDENT, ticket)
    assert stage.value in said
    assert ("withdraw" in said) is (stage in {S.APPROVAL, S.SCHEDULED})
    assert desk.ticket(ticket) == before
    assert desk.change(ticket).stage is stage


@pytest.mark.parametrize("stage", [S.REJECTED, S.WITHDRAWN])
def test_a_change_that_came_to_nothing_stands_in_no_way(desk: ChangeDesk, stage: Stage) -> None:
    ticket = in_stage(desk, stage)
    desk.must(AS_INCIDENT, ticket)
    assert desk.change(ticket).stage is stage


def test_an_enhancement_once_more_is_the_same_draft_again(desk: ChangeDesk) -> None:
    ticket = in_stage(desk, S.ASSESSMENT)
    desk.must(AS_INCIDENT, ticket)
    desk.must(d.Relabel(category=Category.CHANGE_REQUEST), ticket, "root")
    change = desk.change(ticket)
    assert (change.stage, change.backout_plan, change.ended_at) == (S.DRAFT, PLAN.backout_plan, None)


def test_undoing_the_correction_brings_the_draft_back(desk: ChangeDesk) -> None:
    ticket = desk.opens(WISH)
    desk.must(AS_INCIDENT, ticket)
    correction = next(one for one in desk.story(ticket).events if one.kind is EventKind.RELABELLED)
    desk.must(d.Undo(event=correction.id), ticket, "root")
    assert desk.change(ticket).stage is S.DRAFT


def test_patching_that_turns_out_to_be_an_enhancement_keeps_its_change(desk: ChangeDesk) -> None:
    ticket = desk.opens(PATCHING)
    desk.must(PLAN, ticket, "root")
    desk.must(d.SubmitChange(), ticket, "root")
    desk.must(d.Relabel(category=Category.CHANGE_REQUEST), ticket, "root")
    assert desk.change(ticket).stage is S.ASSESSMENT


def test_patching_that_is_answered_is_not_planned_any_more(desk: ChangeDesk) -> None:
    """The answer on its way would resolve the ticket in the middle of the work."""
    ticket = desk.opens(PATCHING)
    desk.must(ANSWER, ticket, "root")
    assert "final response" in desk.refuses(PLAN, ticket, "root")
    assert carried(desk, ticket) is None
    resolved(desk, ticket)
    assert "reopen" in desk.refuses(PLAN, ticket, "root")


def test_a_draft_is_answered_without_a_change(desk: ChangeDesk) -> None:
    ticket = in_stage(desk, S.DRAFT)
    desk.must(ANSWER, ticket)
    assert desk.change(ticket).stage is S.WITHDRAWN
    assert desk.answers(ticket) == [ANSWER.text]


@pytest.mark.parametrize("stage", [S.ASSESSMENT, S.APPROVAL, S.SCHEDULED, S.IMPLEMENTING])
def test_nobody_is_answered_while_their_change_is_under_way(desk: ChangeDesk, stage: Stage) -> None:
    ticket = in_stage(desk, stage)
    assert stage.value in desk.refuses(ANSWER, ticket)
    assert desk.answers(ticket) == []
    assert desk.change(ticket).stage is stage


@pytest.mark.parametrize("stage", [S.REVIEW, S.CLOSED])
def test_what_is_done_is_answered(desk: ChangeDesk, stage: Stage) -> None:
    ticket = in_stage(desk, stage)
    desk.must(ANSWER, ticket)
    desk.sends()
    desk.lets_pass(hours=80)
    assert desk.ticket(ticket).state is State.RESOLVED
    assert desk.change(ticket).stage is stage


@pytest.mark.parametrize("how", ["canceled", "merged"])
@pytest.mark.parametrize("stage", [S.DRAFT, S.ASSESSMENT, S.APPROVAL, S.SCHEDULED])
def test_a_ticket_that_is_dropped_takes_its_change_along(desk: ChangeDesk, stage: Stage, how: str) -> None:
    ticket = in_stage(desk, stage)
    desk.must(dropping(desk, how), ticket)
    change = desk.change(ticket)
    assert (change.stage, how in change.ended_because) == (S.WITHDRAWN, True)
    assert desk.answers(ticket) == []


@pytest.mark.parametrize("how", ["canceled", "merged"])
@pytest.mark.parametrize("stage", [S.IMPLEMENTING, S.REVIEW])
def test_a_ticket_that_is_worked_on_cannot_be_dropped(desk: ChangeDesk, stage: Stage, how: str) -> None:
    ticket = in_stage(desk, stage)
    assert stage.value in desk.refuses(dropping(desk, how), ticket)
    assert desk.ticket(ticket).state is not State.CANCELED
    assert desk.change(ticket).stage is stage


def dropping(desk: ChangeDesk, how: str) -> Deed:
    return d.Cancel(reason="sent by mistake") if how == "canceled" else d.Merge(into=desk.opens())


def test_undoing_a_merger_brings_the_draft_back(desk: ChangeDesk) -> None:
    ticket = in_stage(desk, S.ASSESSMENT)
    desk.must(dropping(desk, "merged"), ticket)
    (merged,) = desk.events(ticket, EventKind.MERGED)
    desk.must(d.Undo(event=merged.id), ticket)
    assert desk.change(ticket).stage is S.DRAFT


ORDINARY: tuple[Deed, ...] = (
    d.Take(),
    d.Note(text="Ask facilities."),
    d.Reply(text="We look."),
    d.Hold(reason="waits for a part"),
    d.Resume(),
    d.Assign(assigned_to="Cora"),
    d.Escalate(reason="beyond us"),
)


@pytest.mark.parametrize("label", [WISH, BROKEN])
def test_ordinary_deeds_ask_nothing_about_changes(desk: ChangeDesk, label: Label) -> None:
    ticket = desk.opens(label)
    by: str | Principal = "Cleo" if label is WISH else "root"
    deeds = ORDINARY if label is WISH else tuple(deed for deed in ORDINARY if not isinstance(deed, d.Assign))
    with asked_of(desk, "changes") as asked:
        for deed in deeds:
            desk.must(deed, ticket, by)
    assert asked == []
    with asked_of(desk, "changes") as asked:
        desk.must(d.Cancel(reason="sent twice"), ticket, "root")
    assert asked  # or nothing was counted


@contextmanager
def asked_of(desk: ChangeDesk, table: str) -> Iterator[list[str]]:
    """The statements about it."""
    asked: list[str] = []

    def hear(_: Connection, __: object, statement: str, *___: object) -> None:
        if f" {table} " in f" {' '.join(statement.lower().split())} ":
            asked.append(statement)

    event.listen(desk.store.engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(desk.store.engine, "before_cursor_execute", hear)
