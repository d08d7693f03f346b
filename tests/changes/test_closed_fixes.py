"""A fix that is opened from its incident, and what closing one proposes to answer there."""

from dataclasses import replace

import pytest

from intake.domain import deed as d
from intake.domain.change import ChangeKind, CloseCode, Stage
from intake.domain.channel import Address, AddressKind
from intake.domain.label import Category, Level
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State, spoken
from tests.changes.change_desk import PLAN, ChangeDesk
from tests.changes.stages import BROKEN, fix_in_stage, in_stage
from tests.desk.at_the_desk import ANN, BURNING, CALM

S = Stage
BEN = Address(kind=AddressKind.EMAIL, value="ben@desk.example", name="Ben")


def opened_fix(desk: ChangeDesk, incident: int, *, emergency: bool = False) -> int:
    done = desk.must(d.OpenFix(text="The last column is lost.", emergency=emergency), incident, "Cleo")
    return int(done.rpartition("HD-")[2])


@pytest.fixture
def at_cio(desk: ChangeDesk) -> int:
    """A P1 that the CIO team has."""
    incident = desk.breaks(BURNING)
    desk.must(d.Escalate(reason="beyond us"), incident, "root")
    return incident


def test_a_fix_is_opened_with_its_incident(desk: ChangeDesk, at_cio: int) -> None:
    fix = opened_fix(desk, at_cio)
    ticket, change = desk.ticket(fix), desk.change(fix)
    assert (ticket.category, ticket.assignment_group) == (Category.DEFECT_FIX, "cio")
    assert (change.incident, change.stage, change.kind) == (at_cio, S.DRAFT, ChangeKind.NORMAL)
    assert desk.told(NoticeKind.INCIDENT_WANTED, fix) == []
    assert [one.body for one in desk.story(fix).messages] == ["The last column is lost."]


def test_whoever_opened_it_asked_for_it_and_approves_nothing(desk: ChangeDesk) -> None:
    incident = desk.breaks(BURNING)
    desk.must(d.Escalate(reason="beyond us"), incident, "root")
    done = desk.must(d.OpenFix(text="The last column is lost."), incident, "Lee")
    fix = int(done.rpartition("HD-")[2])
    for deed in (PLAN, d.SubmitChange(), d.RequestApproval()):
        desk.must(deed, fix)
    assert "asked for this ticket" in desk.refuses(d.ApproveChange(), fix, "Lee")


def test_an_emergency_fix_is_for_a_p1(desk: ChangeDesk, at_cio: int) -> None:
    fix = opened_fix(desk, at_cio, emergency=True)
    assert (desk.change(fix).kind, desk.ticket(fix).priority) == (ChangeKind.EMERGENCY, desk.ticket(at_cio).priority)
    desk.must(d.SubmitChange(), fix)
    desk.must(d.ImplementChange(), fix)
    calmer = desk.breaks(BROKEN)
    assert "P1" in desk.refuses(d.OpenFix(text="Mend it.", emergency=True), calmer, "root")


def test_nothing_but_an_incident_has_a_fix(desk: ChangeDesk) -> None:
    assert "no incident" in desk.refuses(d.OpenFix(text="Mend it."), desk.opens(CALM), "root")
    canceled = desk.breaks(BROKEN)
    desk.must(d.Cancel(reason="a test"), canceled, "root")
    desk.refuses(d.OpenFix(text="Mend it."), canceled, "root")


WORDS = "The report shows all columns again."


def closed_fix(desk: ChangeDesk, incident: int, code: CloseCode = CloseCode.SUCCESSFUL) -> int:
    fix = fix_in_stage(desk, S.REVIEW, incident)
    desk.must(d.CloseChange(close_code=code, text=WORDS), fix)
    return fix


def test_closing_a_fix_proposes_what_to_answer_on_its_incident(desk: ChangeDesk) -> None:
    incident = desk.breaks(BROKEN)
    desk.must(d.Take(), incident, "Ben")
    fix = closed_fix(desk, incident)
    proposal = desk.story(incident).proposal
    assert proposal is not None
    assert (proposal.fix, proposal.text) == (fix, WORDS)
    (told,) = desk.told(NoticeKind.RESPONSE_PROPOSED, incident)
    assert told.notice is not None
    assert (told.address, told.notice.fields["text"], told.notice.fields["fix"]) == (BEN.value, WORDS, spoken(fix))
    assert desk.answers(incident) == []


@pytest.mark.parametrize("own", ["", "All columns are there. Thank you!"])
def test_one_deed_sends_it(desk: ChangeDesk, own: str) -> None:
    incident = desk.breaks(BROKEN)
    closed_fix(desk, incident)
    desk.must(d.ResolveAsProposed(text=own), incident, "Ben")
    assert desk.answers(incident) == [own or WORDS]
    assert desk.story(incident).proposal is None
    desk.sends()
    desk.lets_pass(hours=80)
    assert desk.ticket(incident).state is State.RESOLVED


def test_what_was_sent_is_not_proposed_again(desk: ChangeDesk) -> None:
    incident = desk.breaks(BROKEN)
    closed_fix(desk, incident)
    desk.must(d.ResolveAsProposed(), incident, "Ben")
    desk.must(d.Dispute(text="It is empty still."), incident, ANN.value)
    assert "Nothing is proposed" in desk.refuses(d.ResolveAsProposed(), incident, "Ben")


@pytest.mark.parametrize("code", [CloseCode.UNSUCCESSFUL, CloseCode.BACKED_OUT])
def test_what_did_not_work_proposes_nothing(desk: ChangeDesk, code: CloseCode) -> None:
    incident = desk.breaks(BROKEN)
    closed_fix(desk, incident, code)
    assert desk.story(incident).proposal is None
    desk.refuses(d.ResolveAsProposed(), incident, "Ben")


def test_an_incident_that_is_over_is_told_and_nothing_more(desk: ChangeDesk) -> None:
    incident = desk.breaks(BROKEN)
    fix = fix_in_stage(desk, S.REVIEW, incident)
    desk.must(d.Resolve(text="Use the old report."), incident, "Ben")
    desk.must(d.CloseChange(close_code=CloseCode.SUCCESSFUL, text=WORDS), fix)
    assert desk.story(incident).proposal is None
    (told,) = desk.told(NoticeKind.CHANGE_NEWS, incident)
    assert told.notice is not None
    assert spoken(fix) in told.notice.fields["why"]


def test_a_wish_proposes_nothing(desk: ChangeDesk) -> None:
    incident = desk.breaks(BROKEN)
    wish = in_stage(desk, S.REVIEW, replace(PLAN, incident=incident))
    desk.must(d.CloseChange(close_code=CloseCode.SUCCESSFUL, text=WORDS), wish)
    assert desk.story(incident).proposal is None


def test_a_fix_is_as_urgent_as_its_incident_only_in_an_emergency(desk: ChangeDesk, at_cio: int) -> None:
    assert desk.ticket(opened_fix(desk, at_cio)).urgency is Level.LOW
    assert desk.ticket(opened_fix(desk, at_cio, emergency=True)).urgency is Level.HIGH
