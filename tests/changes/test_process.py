"""The way of a change, as a table: total, as the page says it, and as the desk does it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from intake.desk.changes.process import OTHERWISE, PROCESS, becomes, row_of
from intake.domain import deed as d
from intake.domain.change import ENDED, Change, ChangeKind, CloseCode, Phase, Stage
from intake.domain.channel import Address, AddressKind
from intake.domain.errors import IllegalTransition
from intake.domain.event import EventKind
from intake.domain.message import Nature
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from intake.domain.ticket import State
from intake.domain.timer import TimerKind
from tests.changes.change_desk import ChangeDesk, policy
from tests.desk.at_the_desk import ANN, MONDAY
from tests.desk.examples import EXAMPLES

PAGE = Path(__file__).parents[2] / "docs" / "changes.md"
ON_INCIDENTS = {d.OpenFix, d.ResolveAsProposed}
CHANGE_MODULES = ("intake.domain.deeds_on_changes", "intake.domain.deeds_on_change_work")
EXAMPLE: Mapping[type[d.Deed], d.Deed] = {type(deed): deed for deed in EXAMPLES}
S = Stage
# The groups of deeds that one line of the page speaks of.
GROUPS = {
    "tasks": (d.AddTask, d.FinishTask, d.DropTask),
    "announcements": (d.PlanAnnouncement, d.DropAnnouncement),
    "audience": (d.AddAudience, d.DropAudience),
}


def test_the_table_is_total() -> None:
    of_changes = {deed for deed in d.DEEDS.values() if deed.__module__ in CHANGE_MODULES}
    assert set(PROCESS) == of_changes - ON_INCIDENTS
    assert set(OTHERWISE) == set(ChangeKind)
    assert all(set(rows) <= set(PROCESS) for rows in OTHERWISE.values())


@pytest.mark.parametrize("kind", ChangeKind)
@pytest.mark.parametrize("deed", PROCESS, ids=lambda deed: deed.verb)
@pytest.mark.parametrize("stage", Stage)
def test_every_pair_of_stage_and_deed_is_allowed_or_says_what_to_do(kind: ChangeKind, deed: type[d.Deed], stage: Stage) -> None:
    change = Change(ticket=7, kind=kind, stage=stage, since=MONDAY)
    row = row_of(deed, kind)
    if stage in row:
        assert becomes(EXAMPLE[deed], change) is row[stage]
        return
    with pytest.raises(IllegalTransition) as refused:
        becomes(EXAMPLE[deed], change)
    said = str(refused.value)
    assert said.startswith(f"HD-7: {deed.verb} is ")
    assert re.search(r"\([a-z_]+\)|another ticket", said), "names the deed that helps"


@pytest.mark.parametrize("kind", ChangeKind)
def test_every_stage_can_be_left_until_the_change_has_ended(kind: ChangeKind) -> None:
    for stage in Stage:
        leads_to = {row_of(deed, kind).get(stage, stage) for deed in PROCESS} - {stage}
        assert bool(leads_to) is (stage not in ENDED)


@pytest.mark.parametrize("kind", ChangeKind)
def test_nothing_is_carried_out_that_was_not_asked_for(kind: ChangeKind) -> None:
    """The ways into `implementing`, by kind: only an emergency goes past the approval, and it is approved afterwards."""
    before = {stage for deed in PROCESS for stage, to in row_of(deed, kind).items() if to is S.IMPLEMENTING} - {S.IMPLEMENTING}
    emergency = {S.ASSESSMENT, S.APPROVAL, S.SCHEDULED}
    assert before == (emergency if kind is ChangeKind.EMERGENCY else {S.SCHEDULED})


def page_rows() -> Mapping[str, tuple[str, str]]:
    """By deed: what the page says of stages, and of what it becomes."""
    rows = {}
    for line in PAGE.read_text("utf-8").partition("| deed |")[2].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and "`" in cells[0]:
            for name in re.findall(r"`(\w+)`", cells[0]) + [word for word in GROUPS if word in cells[0]]:
                rows[name] = (cells[1], cells[2])
    return rows


def stages_in(words: str) -> set[Stage]:
    return {stage for stage in Stage if re.search(rf"\b{stage.value}\b", words)}


def test_the_page_has_a_line_for_every_deed() -> None:
    in_groups = {deed for group in GROUPS.values() for deed in group}
    alone = {deed.verb for deed in PROCESS if deed not in in_groups}
    assert set(page_rows()) == alone | set(GROUPS)


@pytest.mark.parametrize(
    "verb",
    [
        "use_template",
        "submit_change",
        "request_approval",
        "rework_change",
        "complete_change",
        "close_change",
        "withdraw_change",
    ],
)
def test_the_page_says_the_same(verb: str) -> None:
    stages, to = page_rows()[verb]
    row = PROCESS[d.DEEDS[verb]]
    assert stages_in(stages.partition("(")[0]) == set(row)
    assert stages_in(to) == set(row.values())


@pytest.mark.parametrize(
    ("verb", "usually", "emergency", "standard"),
    [
        ("approve_change", {S.APPROVAL}, {S.IMPLEMENTING, S.REVIEW}, set()),
        ("reject_change", {S.APPROVAL}, {S.IMPLEMENTING, S.REVIEW}, set()),
        ("schedule_change", {S.APPROVAL, S.SCHEDULED}, set(), {S.ASSESSMENT}),
        ("implement_change", {S.SCHEDULED}, {S.ASSESSMENT, S.APPROVAL}, set()),
    ],
)
def test_the_page_says_where_a_kind_goes_another_way(
    verb: str, usually: set[Stage], emergency: set[Stage], standard: set[Stage]
) -> None:
    deed = d.DEEDS[verb]
    assert set(row_of(deed, ChangeKind.NORMAL)) == usually
    assert set(row_of(deed, ChangeKind.EMERGENCY)) == usually | emergency
    assert standard <= set(row_of(deed, ChangeKind.STANDARD))
    words = page_rows()[verb][0]
    assert stages_in(words) >= usually | (emergency - {S.APPROVAL}) | standard


def test_what_was_asked_for_is_planned_decided_done_looked_at_and_answered(desk: ChangeDesk) -> None:
    ticket = desk.scheduled()
    desk.clock.advance(days=1)
    desk.must(d.ImplementChange(), ticket)
    desk.must(d.CompleteChange(text="went as planned"), ticket)
    closed = d.CloseChange(close_code=CloseCode.SUCCESSFUL, text="it does what it should", final_response="It is wider now.")
    desk.must(closed, ticket)
    assert desk.decisions_told(ticket) == ["submitted", "approved", "scheduled", "done"]
    assert desk.answers(ticket) == ["It is wider now."]
    change = desk.change(ticket)
    assert (change.stage, change.close_code, change.implemented_by) == (S.CLOSED, CloseCode.SUCCESSFUL, "Cleo")
    desk.sends()
    desk.clock.advance(minutes=11)
    desk.fires_what_is_due()
    assert desk.ticket(ticket).state is State.RESOLVED


def test_what_is_missing_is_named_all_at_once(desk: ChangeDesk) -> None:
    ticket = desk.opens()
    desk.must(d.SubmitChange(), ticket)
    said = desk.refuses(d.RequestApproval(), ticket)
    for lacks in ("its risk", "services", "a back-out plan"):
        assert lacks in said
    assert "estimate" not in said, "this site keeps no agreements"


def test_a_major_change_has_tasks_and_people_who_are_told(desk: ChangeDesk) -> None:
    ticket = desk.assessed()
    desk.must(d.PlanChange(kind=ChangeKind.MAJOR), ticket)
    said = desk.refuses(d.RequestApproval(), ticket)
    for lacks in ("tasks, 2", "for before", "for during", "for after", "somebody to tell"):
        assert lacks in said
    desk.must(d.AddTask(title="Snapshots"), ticket)
    desk.must(d.AddTask(title="Upgrade"), ticket)
    desk.must(d.AddAudience(address="all@customer.example"), ticket)
    for phase in Phase:
        desk.must(d.PlanAnnouncement(phase=phase, text=f"{phase.value}: the report rests"), ticket)
    desk.must(d.RequestApproval(), ticket)


def test_a_plan_stands_as_approvers_saw_it(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    assert "rework_change" in desk.refuses(d.PlanChange(backout_plan="None."), ticket)
    desk.must(d.ReworkChange(reason="think again"), ticket)
    desk.must(d.PlanChange(backout_plan="Another one."), ticket)


def test_the_work_begins_in_its_window_alone(desk: ChangeDesk) -> None:
    ticket = desk.scheduled()
    assert "begins at" in desk.refuses(d.ImplementChange(), ticket)
    desk.clock.advance(days=1, hours=4)
    assert "has passed" in desk.refuses(d.ImplementChange(), ticket)
    desk.schedule(ticket, desk.clock())
    desk.must(d.ImplementChange(), ticket)
    assert desk.decisions_told(ticket)[-1] == "rescheduled"


def test_the_work_is_not_over_while_a_task_is_open(desk: ChangeDesk) -> None:
    ticket = desk.scheduled()
    for title in ("Snapshots", "Upgrade"):
        desk.must(d.AddTask(title=title), ticket)
    desk.clock.advance(days=1)
    desk.must(d.ImplementChange(), ticket)
    desk.must(d.FinishTask(task=1), ticket)
    assert "2 (Upgrade)" in desk.refuses(d.CompleteChange(text="done"), ticket)
    desk.must(d.DropTask(task=2, reason="was upgraded before"), ticket)
    desk.must(d.CompleteChange(text="done"), ticket)


def test_what_was_backed_out_may_leave_tasks_open_and_is_closed_as_that(desk: ChangeDesk) -> None:
    ticket = desk.scheduled()
    desk.must(d.AddTask(title="Upgrade"), ticket)
    desk.clock.advance(days=1)
    desk.must(d.ImplementChange(), ticket)
    desk.must(d.CompleteChange(text="it did not start", backed_out=True), ticket)
    assert desk.decisions_told(ticket)[-1] == "backed_out"
    assert "close it as backed_out" in desk.refuses(d.CloseChange(close_code=CloseCode.SUCCESSFUL, text="?"), ticket)
    desk.must(d.CloseChange(close_code=CloseCode.BACKED_OUT, text="later"), ticket)


@pytest.mark.parametrize("stage", [S.DRAFT, S.ASSESSMENT, S.APPROVAL, S.SCHEDULED])
def test_whoever_asked_takes_it_back_and_reads_that_it_will_not_be_done(desk: ChangeDesk, stage: Stage) -> None:
    begin: Mapping[Stage, Callable[[], int]] = {
        S.DRAFT: desk.opens,
        S.ASSESSMENT: desk.assessed,
        S.APPROVAL: desk.asked,
        S.SCHEDULED: desk.scheduled,
    }
    ticket = begin[stage]()
    desk.must(d.WithdrawChange(reason="we do without"), ticket, ANN.value)
    assert desk.change(ticket).stage is S.WITHDRAWN
    (answer,) = desk.answers(ticket)
    assert "will not be done" in answer
    assert "we do without" not in answer, "they know why"


def test_nobody_else_takes_it_back(desk: ChangeDesk) -> None:
    ticket = desk.assessed()
    for stranger in ("mallory@elsewhere.example", "Pia"):
        assert desk.refuses(d.WithdrawChange(reason="no"), ticket, stranger).startswith("forbidden")
    assert desk.change(ticket).stage is S.ASSESSMENT


def test_a_withdrawal_by_the_desk_gives_its_reason_in_the_name_of_who_decided(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    desk.must(d.WithdrawChange(reason="The vendor ends the product."), ticket)
    (answer,) = desk.answers(ticket)
    assert "The vendor ends the product." in answer
    assert desk.story(ticket).messages[-1].author is not None
    assert desk.ticket(ticket).state is not State.RESOLVED, "resolved when it has arrived"


def test_a_change_that_a_machine_asked_for_ends_its_ticket_without_an_answer(desk: ChangeDesk) -> None:
    ticket = desk.opens(nature=Nature.ALERT)
    desk.must(d.SubmitChange(), ticket)
    desk.must(d.WithdrawChange(reason="the monitor is wrong"), ticket)
    assert (desk.ticket(ticket).state, desk.answers(ticket)) == (State.CANCELED, [])


def test_what_was_closed_or_withdrawn_is_asked_of_nobody_any_more(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    desk.must(d.WithdrawChange(reason="no"), ticket)
    assert all(one.state.value == "canceled" for one in desk.told(NoticeKind.APPROVAL_WANTED, ticket))
    desk.lets_pass(days=7)
    assert not desk.events(ticket, EventKind.APPROVAL_REMINDED)


def test_a_ticket_that_carries_none_says_how_it_gets_one(desk: ChangeDesk) -> None:
    ticket = desk.breaks()
    assert "relabel it as an enhancement" in desk.refuses(d.SubmitChange(), ticket, "Lee")


def test_the_reason_is_framed_in_the_language_of_the_mailbox(desk: ChangeDesk) -> None:
    desk.policy = policy('[[mailbox]]\naddress = "wunsch@desk.example"\nteam = "cio"\nlanguage = "de"\n')
    desk.own = ("desk@localhost", "wunsch@desk.example")
    ticket = desk.opens(recipients=(Address(kind=AddressKind.EMAIL, value="wunsch@desk.example"),))
    desk.must(d.WithdrawChange(reason="Das Produkt wird eingestellt."), ticket)
    assert desk.answers(ticket) == ["Ihr Anliegen wird nicht umgesetzt.\n\nDie Begründung: Das Produkt wird eingestellt."]


def test_every_timer_has_somebody_who_hears_it(desk: ChangeDesk) -> None:
    assert set(desk.desk._firing.table) == set(TimerKind) - {TimerKind.CLOCK}


@pytest.mark.parametrize(("ends", "is_asked"), [(date(2026, 12, 31), True), (date(2026, 11, 22), False)])
def test_an_estimate_is_asked_of_sites_that_have_hours_to_reserve(desk: ChangeDesk, ends: date, *, is_asked: bool) -> None:
    agreement = d.OpenAgreement(
        agreement="ACME 2026", party="ACME", starts=date(2026, 1, 1), ends=ends, minutes=600, spenders=("cio",)
    )  # fmt: skip
    assert desk.does(agreement, "root").outcome is Outcome.APPLIED
    ticket = desk.assessed()
    if is_asked:
        assert "an estimate of its hours (estimate_change)" in desk.refuses(d.RequestApproval(), ticket)
        desk.must(d.EstimateChange(agreement="ACME 2026", minutes=240), ticket)
    desk.must(d.RequestApproval(), ticket)
    assert desk.change(ticket).estimate == (240 if is_asked else 0)
    desk.must(d.RejectChange(reason="no"), ticket, "Lou")
    assert desk.change_story(ticket).reserved == 0, "what was reserved is given back"
