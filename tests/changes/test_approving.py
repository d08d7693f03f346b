"""Both sides approve: two people, and none whose own change it is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake.desk.case import Case
from intake.desk.changes.approving import may_approve
from intake.domain import deed as d
from intake.domain.change import ChangeKind, Side, Stage, Verdict
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal, Role
from intake.domain.ticket import State
from tests.changes.change_desk import MAX, PEOPLE, PLAN, ChangeDesk, policy
from tests.desk.at_the_desk import ANN, MONDAY

CIO, PROCESS = d.ApproveChange(side=Side.CIO), d.ApproveChange(side=Side.PROCESS)
WANTED = NoticeKind.APPROVAL_WANTED
AWAY = """
[[delegate]]
for = "{of}"
agent = "{agent}"
from = "2026-11-23T00:00"
until = "2026-11-30T00:00"
"""


def test_both_sides_approve_and_everybody_hears_it(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    assert "Process has not decided yet" in desk.must(CIO, ticket, "Lee")
    assert desk.decisions_told(ticket) == ["submitted"]
    assert "both sides" in desk.must(PROCESS, ticket, "Lou")
    assert desk.decisions_told(ticket) == ["submitted", "approved"]
    (news,) = [one for one in desk.told(NoticeKind.CHANGE_NEWS, ticket) if "window" in str(one.notice)]
    assert news.address == "cio@localhost", "whoever has it"
    story = desk.change_story(ticket)
    assert [(one.side, one.verdict, one.by) for one in story.decisions] == [
        (Side.CIO, Verdict.APPROVED, "Lee"),
        (Side.PROCESS, Verdict.APPROVED, "Lou"),
    ]
    assert story.line.change.stage is Stage.APPROVAL, "until it gets its window"


def test_the_side_need_not_be_said_by_who_stands_for_one(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    desk.must(d.ApproveChange(), ticket, "Lou")
    assert desk.change(ticket).process_approved_by == "Lou"


def test_who_stands_for_both_says_which_and_decides_for_one(desk: ChangeDesk) -> None:
    desk.policy = policy(people=PEOPLE + MAX)
    ticket = desk.asked()
    assert "say for which" in desk.refuses(d.ApproveChange(), ticket, "Max")
    desk.must(CIO, ticket, "Max")
    assert "two people" in desk.refuses(PROCESS, ticket, "Max")
    assert "two people" in desk.refuses(d.ApproveChange(), ticket, "Max")
    desk.must(PROCESS, ticket, "Lou")


def test_what_was_decided_for_a_side_stands(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    desk.must(CIO, ticket, "Lee")
    assert "was approved for CIO already, by Lee" in desk.refuses(CIO, ticket, "Lia")
    assert "already" in desk.must(CIO, ticket, "Lee"), "a second click is no fault"
    assert "already" in desk.refuses(d.RejectChange(reason="no"), ticket, "Lia")
    assert desk.change(ticket).cio_approved_by == "Lee"


def test_who_asked_for_the_approval_does_not_approve(desk: ChangeDesk) -> None:
    ticket = desk.asked(by="Lee")
    assert desk.refuses(CIO, ticket, "Lee").startswith("forbidden")
    assert desk.refuses(d.RejectChange(reason="no"), ticket, "Lee").startswith("forbidden")
    desk.must(CIO, ticket, "Lia")


def test_who_planned_it_does_not_approve(desk: ChangeDesk) -> None:
    ticket = desk.assessed()
    desk.must(d.PlanChange(test_plan="Look at it."), ticket, "Lia")
    desk.must(d.RequestApproval(), ticket)
    assert "planned it" in desk.refuses(CIO, ticket, "Lia")


def test_who_asked_for_the_ticket_does_not_approve_from_whatever_address(desk: ChangeDesk) -> None:
    ticket = desk.opens(author=replace(ANN, value="lou@desk.example"))
    for deed, by in ((PLAN, "Cora"), (d.SubmitChange(), "Cora"), (d.RequestApproval(), "Cleo")):
        desk.must(deed, ticket, by)
    assert "asked for this ticket" in desk.refuses(PROCESS, ticket, "Lou")
    assert "lou@desk.example" not in desk.told_to(WANTED, ticket)
    desk.must(PROCESS, ticket, "Lyn")


def test_other_letters_make_no_other_person(desk: ChangeDesk) -> None:
    ticket = desk.asked(by="Lee")
    shouting = Principal(name="LEE", role=Role.ADMIN)
    assert desk.refuses(CIO, ticket, shouting).startswith("forbidden")
    desk.must(PROCESS, ticket, Principal(name="lOU", role=Role.ADMIN))
    assert desk.change(ticket).process_approved_by == "Lou"


@pytest.mark.parametrize("name", ["root", "Cleo", "Ben", "Nobody"])
def test_a_name_that_stands_for_no_side_decides_nothing(desk: ChangeDesk, name: str) -> None:
    ticket = desk.asked(by="Cora")
    for deed in (d.ApproveChange(), CIO, PROCESS, d.RejectChange(reason="no")):
        said = desk.refuses(deed, ticket, Principal(name=name, role=Role.ADMIN))
        assert said.startswith("forbidden")
    assert not desk.change_story(ticket).decisions


def test_a_token_with_a_leads_teams_and_another_name_decides_nothing(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    token = Principal(name="deploy", role=Role.LEAD, teams=frozenset({"cio_leads", "process_leads"}))
    assert "directory" in desk.refuses(CIO, ticket, token)


def test_a_rejection_reaches_whoever_asked_as_the_final_response_in_the_deciders_name(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    desk.must(d.RejectChange(reason="It costs more than it brings."), ticket, "Lou")
    change, (answer,) = desk.change(ticket), desk.answers(ticket)
    assert (change.stage, change.ended_because) == (Stage.REJECTED, "It costs more than it brings.")
    assert answer == ("What you asked for was not approved, and will not be done.\n\nThe reason: It costs more than it brings.")
    author = desk.story(ticket).messages[-1].author
    assert author is not None
    assert author.value == "lou@desk.example"
    desk.sends()
    desk.clock.advance(minutes=11)
    desk.fires_what_is_due()
    assert desk.ticket(ticket).state is State.RESOLVED
    assert desk.decisions_told(ticket) == ["submitted"], "one letter says it"


def test_a_change_that_was_rejected_is_drafted_again_when_its_ticket_is_reopened(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    desk.must(d.RejectChange(reason="not now"), ticket, "Lou")
    assert "reopen" in desk.refuses(d.SubmitChange(), ticket)
    desk.sends()
    desk.clock.advance(minutes=11)
    desk.fires_what_is_due()
    desk.must(d.Reopen(reason="now it is time"), ticket)
    for deed, by in ((d.SubmitChange(), "Cora"), (d.RequestApproval(), "Cleo")):
        desk.must(deed, ticket, by)
    desk.approve_both(ticket)
    assert desk.change(ticket).round == 2


@pytest.mark.parametrize("by", ["Cleo", "Lee", "Lou", "Lyn"])
def test_sent_back_it_begins_a_new_round(desk: ChangeDesk, by: str) -> None:
    ticket = desk.asked()
    desk.must(CIO, ticket, "Lia")
    desk.must(d.ReworkChange(reason="the back-out plan is too thin"), ticket, by)
    change = desk.change(ticket)
    assert (change.stage, change.cio_approved_by) == (Stage.ASSESSMENT, "")
    desk.must(d.RequestApproval(), ticket)
    assert desk.change(ticket).round == 2
    desk.must(CIO, ticket, "Lia")
    desk.must(PROCESS, ticket, "Lou")
    assert desk.change(ticket).is_approved


@pytest.mark.parametrize("by", ["Ben", "Pia"])
def test_who_has_no_part_in_it_sends_nothing_back(desk: ChangeDesk, by: str) -> None:
    ticket = desk.asked()
    assert desk.refuses(d.ReworkChange(reason="no"), ticket, by).startswith("forbidden")


def test_who_had_heard_of_the_approval_hears_that_it_is_assessed_again_and_not_why(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    desk.must(d.ReworkChange(reason="Lou finds it risky"), ticket)
    assert desk.decisions_told(ticket) == ["submitted"]
    desk.must(d.RequestApproval(), ticket)
    desk.approve_both(ticket)
    desk.must(d.ReworkChange(reason="Lou finds it risky"), ticket, "Lou")
    assert desk.decisions_told(ticket) == ["submitted", "approved", "sent_back"]
    told = desk.told(NoticeKind.CHANGE_DECIDED, ticket)[-1].notice
    assert told is not None
    assert "risky" not in str(told.fields)


def test_who_stands_in_decides_as_themselves_for_the_other(desk: ChangeDesk) -> None:
    desk.policy = policy(AWAY.format(of="Lou", agent="Ben"))
    ticket = desk.asked()
    assert "ben@desk.example" in desk.told_to(WANTED, ticket)
    desk.must(PROCESS, ticket, "Ben")
    (decision,) = desk.change_story(ticket).decisions
    assert (decision.by, decision.on_behalf_of) == ("Ben", "Lou")
    assert desk.change(ticket).process_approved_by == "Ben"
    desk.clock.now = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    late = desk.asked()
    assert desk.refuses(PROCESS, late, "Ben").startswith("forbidden"), "Lou is back"


def test_who_stands_in_decides_nothing_where_the_other_may_not(desk: ChangeDesk) -> None:
    desk.policy = policy(AWAY.format(of="Lee", agent="Ben") + AWAY.format(of="Lou", agent="Cleo"))
    ticket = desk.asked(by="Lee")
    assert "stands in for Lee" in desk.refuses(CIO, ticket, "Ben")
    own = desk.asked()
    assert "asked for its approval" in desk.refuses(PROCESS, own, "Cleo"), "it is Cleo's own"


def test_one_voice_counts_once_whoever_lends_it(desk: ChangeDesk) -> None:
    desk.policy = policy(AWAY.format(of="Max", agent="Ben"), people=PEOPLE + MAX)
    ticket = desk.asked()
    desk.must(CIO, ticket, "Ben")
    for by in ("Max", "Ben"):
        assert "two people" in desk.refuses(PROCESS, ticket, by)


def test_the_page_behind_the_link_asks_the_same_question(desk: ChangeDesk) -> None:
    ticket = desk.asked(by="Lee")
    with desk.store.begin() as books:
        found = books.tickets.get(ticket)
        assert found is not None
        case, change = Case(found, books, desk.clock()), books.changes.get(ticket)
        assert change is not None
        says = {name: may_approve(name, Side.CIO, change, case, desk.policy, MONDAY) for name in ("Lia", "Lee", "Lou")}
    assert says["Lia"] == ""
    assert "asked for its approval" in str(says["Lee"])
    assert "does not approve for CIO" in str(says["Lou"])


def test_a_standard_change_is_approved_by_nobody(desk: ChangeDesk) -> None:
    desk.policy = policy(
        '[[change_template]]\nname = "patching"\ntitle = "Patching"\nteam = "cio"\nrisk = "low"\nservices = ["Servers"]\n'
        'backout_plan = "Snapshots."\nduration = "2h"\n'
    )
    ticket = desk.opens()
    desk.must(d.UseTemplate(template="patching"), ticket)
    assert "schedule_change" in desk.refuses(d.RequestApproval(), ticket)
    assert "standard" in desk.refuses(d.PlanChange(backout_plan="None."), ticket)
    desk.must(d.PlanChange(kind=ChangeKind.NORMAL, backout_plan="None."), ticket)
    desk.must(d.RequestApproval(), ticket)


def test_of_two_who_decide_for_a_side_at_once_one_does(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    others = {name: replace(desk, _count=1_000 * place) for place, name in enumerate(("Lee", "Lia"), start=1)}
    with ThreadPoolExecutor(2) as both:
        said = list(both.map(lambda name: others[name].do(CIO, ticket, name).reason, others))
    assert sorted(reason.partition(":")[0] for reason in said) == ["approve_change", "conflict"]
    (decision,) = desk.change_story(ticket).decisions
    assert decision.by == desk.change(ticket).cio_approved_by
