"""No fix without its incident: named, asked for, held on to, and answered from it."""

from collections.abc import Callable

import pytest

from intake.domain import deed as d
from intake.domain.change import Stage
from intake.domain.channel import Address, AddressKind
from intake.domain.deed import Deed
from intake.domain.event import EventKind
from intake.domain.label import Category
from intake.domain.message import PassedOn
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State, spoken
from tests.changes.change_desk import FIX, WISH, ChangeDesk
from tests.changes.stages import BROKEN, UNSORTED, fix_in_stage, in_stage
from tests.desk.at_the_desk import ANN, CALM, mail

S = Stage
BOB = Address(kind=AddressKind.EMAIL, value="bob@customer.example", name="Bob")
BEN = Address(kind=AddressKind.EMAIL, value="ben@desk.example", name="Ben")


def wanted(desk: ChangeDesk, fix: int) -> list[str]:
    """Whom the desk asked for the incident."""
    return desk.told_to(NoticeKind.INCIDENT_WANTED, fix)


def says(desk: ChangeDesk, fix: int, text: str, author: Address = ANN) -> None:
    desk.hears(mail(text, author=author, ticket=fix, received_at=desk.clock()))


# ── Named ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["Please mend HD-{} for good.", "see hd {}", "(HD{}), as I said", "It is HD-{}: HD-{}!"])
def test_a_fix_takes_its_incident_from_the_words_of_whoever_reported_both(desk: ChangeDesk, words: str) -> None:
    incident = desk.breaks(BROKEN)
    fix = desk.opens(FIX, words.format(incident, incident))
    assert desk.change(fix).incident == incident
    (here,) = desk.events(fix, EventKind.INCIDENT_NAMED)
    (there,) = desk.events(incident, EventKind.INCIDENT_NAMED)
    assert (spoken(incident) in here.reason, ANN.value in here.reason, spoken(fix) in there.reason) == (True, True, True)
    assert wanted(desk, fix) == []


def test_a_subject_names_it_as_well(desk: ChangeDesk) -> None:
    incident = desk.breaks(BROKEN)
    assert desk.change(desk.opens(FIX, "For good, please.", subject=f"Mend HD-{incident}")).incident == incident


def test_somebody_elses_incident_is_not_taken(desk: ChangeDesk) -> None:
    """A number alone opens nothing."""
    incident = desk.opens(BROKEN, "It is broken.", author=BOB)
    fix = desk.opens(FIX, f"Please mend HD-{incident}.")
    assert desk.change(fix).incident is None
    assert desk.events(incident, EventKind.INCIDENT_NAMED) == []
    assert wanted(desk, fix) == [ANN.value]


def test_staff_may_name_any_incident_if_it_is_proven_that_they_wrote_it(desk: ChangeDesk) -> None:
    incident = desk.opens(BROKEN, "It is broken.", author=BOB)
    words = f"Mend HD-{incident}."
    assert desk.change(desk.opens(FIX, words, author=BEN)).incident == incident
    assert desk.change(desk.opens(FIX, words, author=BEN, authentic=False)).incident is None


def test_what_a_colleague_writes_above_a_mail_they_pass_on_names_it(desk: ChangeDesk) -> None:
    incident = desk.opens(BROKEN, "It is broken.", author=BOB)
    passed = PassedOn(author=ANN, subject="Report", text="Make it work for good.", remark=f"HD-{incident}, Ben", label=FIX)
    fix = desk.opens(FIX, "Make it work for good.", author=BEN, passed_on=passed)
    assert desk.change(fix).incident == incident


@pytest.mark.parametrize("also", ["second", "own"])
def test_of_two_incidents_none_is_taken(desk: ChangeDesk, also: str) -> None:
    first, second = desk.breaks(BROKEN), desk.breaks(BROKEN)
    other = second if also == "second" else desk.opens(CALM)
    fix = desk.opens(FIX, f"Please mend HD-{first} and HD-{other}.")
    assert desk.change(fix).incident == (None if also == "second" else first)  # what is no incident is not meant


def test_an_incident_that_was_merged_means_where_it_went(desk: ChangeDesk) -> None:
    first, second = desk.breaks(BROKEN), desk.opens(BROKEN, "Broken.", author=BOB)
    desk.must(d.Merge(into=second), first, "root")
    assert desk.change(desk.opens(FIX, f"Please mend HD-{first}.")).incident == second


def test_one_that_was_canceled_is_not_taken(desk: ChangeDesk) -> None:
    incident = desk.breaks(BROKEN)
    desk.must(d.Cancel(reason="a test"), incident, "root")
    assert desk.change(desk.opens(FIX, f"Please mend HD-{incident}.")).incident is None


def test_who_is_asked_answers_once_in_their_own_words(desk: ChangeDesk) -> None:
    incident = desk.breaks(BROKEN)
    fix = desk.opens(FIX)
    assert wanted(desk, fix) == [ANN.value]
    says(desk, fix, "What do you mean?")
    assert (desk.change(fix).incident, wanted(desk, fix)) == (None, [ANN.value])
    says(desk, fix, f"Ah: hd-{incident}.")
    assert desk.change(fix).incident == incident


def test_what_somebody_new_to_the_ticket_says_names_nothing(desk: ChangeDesk) -> None:
    incident = desk.breaks(BROKEN)
    fix = desk.opens(FIX)
    says(desk, fix, f"It is HD-{incident}.", author=BOB)
    assert desk.change(fix).incident is None


def test_machines_are_not_asked(desk: ChangeDesk) -> None:
    fix = desk.opens(FIX, answerable=False)
    assert wanted(desk, fix) == []
    assert len(desk.events(fix, EventKind.INCIDENT_WANTED)) == 1


def test_a_ticket_that_becomes_a_fix_is_read_again(desk: ChangeDesk) -> None:
    incident = desk.breaks(BROKEN)
    named, unnamed = desk.opens(WISH, f"As in HD-{incident}."), desk.opens(WISH)
    for ticket in (named, unnamed):
        desk.must(d.Relabel(category=Category.DEFECT_FIX), ticket)
    assert (desk.change(named).incident, wanted(desk, named)) == (incident, [])
    assert (desk.change(unnamed).incident, wanted(desk, unnamed)) == (None, [ANN.value])


def test_nobody_is_asked_twice(desk: ChangeDesk) -> None:
    fix = desk.opens(FIX)
    for category in (Category.CHANGE_REQUEST, Category.DEFECT_FIX, Category.HOW_TO, Category.DEFECT_FIX):
        desk.must(d.Relabel(category=category), fix, "root")
    assert wanted(desk, fix) == [ANN.value]


# ── Without one it stays a draft ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "spoils",
    [
        lambda _: None,
        lambda desk: desk.opens(CALM),
        lambda desk: desk.opens(UNSORTED),
        lambda _: 999_999,
    ],
)
def test_only_an_incident_will_do(desk: ChangeDesk, spoils: Callable[[ChangeDesk], int | None]) -> None:
    fix, other = desk.opens(FIX), spoils(desk)
    if other is not None:
        desk.refuses(d.PlanChange(incident=other), fix)
    assert "needs an incident" in desk.refuses(d.SubmitChange(), fix)
    assert desk.change(fix).stage is S.DRAFT


def test_a_fix_is_no_incident_of_its_own(desk: ChangeDesk) -> None:
    fix = desk.opens(FIX)
    desk.refuses(d.PlanChange(incident=fix), fix)


@pytest.mark.parametrize("how", ["canceled", "merged", "called something else"])
def test_a_draft_holds_nothing_and_is_looked_at_when_it_is_handed_in(desk: ChangeDesk, how: str) -> None:
    incident = desk.breaks(BROKEN)
    fix = desk.opens(FIX, f"Mend HD-{incident}.")
    desk.must(losing(desk, how), incident, "root")
    desk.refuses(d.SubmitChange(), fix)
    another = desk.breaks(BROKEN)
    desk.must(d.PlanChange(incident=another), fix)
    desk.must(d.SubmitChange(), fix)
    assert desk.change(fix).incident == another


@pytest.mark.parametrize("stage", [S.ASSESSMENT, S.APPROVAL, S.SCHEDULED, S.IMPLEMENTING, S.REVIEW, S.CLOSED, S.REJECTED])
def test_no_wish_becomes_a_fix_once_it_is_no_draft(desk: ChangeDesk, stage: Stage) -> None:
    ticket = in_stage(desk, stage)
    desk.refuses(d.Relabel(category=Category.DEFECT_FIX), ticket)
    assert desk.ticket(ticket).category is Category.CHANGE_REQUEST
    assert desk.change(ticket).stage is stage


# ── An incident that a fix is for ───────────────────────────────────────────────────────────────────────────────────


def losing(desk: ChangeDesk, how: str) -> Deed:
    match how:
        case "canceled":
            return d.Cancel(reason="a mistake")
        case "merged":
            return d.Merge(into=desk.breaks(BROKEN))
        case _:
            return d.Relabel(category=Category.HOW_TO)


@pytest.mark.parametrize("how", ["canceled", "merged", "called something else"])
@pytest.mark.parametrize("stage", [S.ASSESSMENT, S.APPROVAL, S.SCHEDULED, S.IMPLEMENTING, S.REVIEW, S.CLOSED])
def test_it_stays_an_incident_of_its_own(desk: ChangeDesk, stage: Stage, how: str) -> None:
    incident = desk.breaks(BROKEN)
    fix = fix_in_stage(desk, stage, incident)
    before = desk.ticket(incident)
    assert spoken(fix) in desk.refuses(losing(desk, how), incident, "root")
    assert desk.ticket(incident) == before


@pytest.mark.parametrize("how", ["canceled", "merged", "called something else"])
@pytest.mark.parametrize("stage", [S.REJECTED, S.WITHDRAWN])
def test_nothing_came_of_the_fix_and_it_is_free(desk: ChangeDesk, stage: Stage, how: str) -> None:
    incident = desk.breaks(BROKEN)
    fix_in_stage(desk, stage, incident)
    desk.must(losing(desk, how), incident, "root")


def test_undoing_its_label_is_no_way_round(desk: ChangeDesk) -> None:
    incident = desk.opens(CALM, "The report is empty.")
    desk.must(d.Relabel(category=Category.DATA_PROBLEM), incident, "root")
    fix_in_stage(desk, S.ASSESSMENT, incident)
    (correction,) = desk.events(incident, EventKind.RELABELLED)
    desk.refuses(d.Undo(event=correction.id), incident, "root")
    assert desk.ticket(incident).category is Category.DATA_PROBLEM


def test_it_is_resolved_and_closed_before_its_fix(desk: ChangeDesk) -> None:
    incident = desk.breaks(BROKEN)
    fix_in_stage(desk, S.ASSESSMENT, incident)
    desk.must(d.Resolve(text="Use the old report until it is mended."), incident, "root")
    desk.sends()
    desk.lets_pass(hours=80)
    desk.must(d.Close(reason="they said so"), incident, "root")
    assert desk.ticket(incident).state is State.CLOSED


def test_another_incident_takes_its_place(desk: ChangeDesk) -> None:
    first, second = desk.breaks(BROKEN), desk.breaks(BROKEN)
    fix = fix_in_stage(desk, S.ASSESSMENT, first)
    desk.must(d.PlanChange(incident=second), fix)
    desk.must(d.Cancel(reason="the same as the other one"), first, "root")
    desk.refuses(d.Cancel(reason="and this"), second, "root")
    assert any(spoken(second) in one.reason for one in desk.events(first, EventKind.INCIDENT_NAMED))
