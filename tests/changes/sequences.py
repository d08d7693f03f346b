"""What random sequences are made from: deeds with sensible and with silly values, and the next sensible step of a change."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from intake.domain import deed as d
from intake.domain.change import ChangeKind, CloseCode, Phase, Risk, Side, Stage
from intake.domain.deed import AgreementDeed, Deed
from intake.domain.label import Category, Kind, Level
from tests.changes.oracle_people import OWNER
from tests.changes.oracle_world import Known, World

SECRET = st.sampled_from(["INTERNAL because", "INTERNAL Grüße, \N{PILE OF POO}"])  # for colleagues alone
PUBLIC = st.sampled_from(["because", "not this year"])
MINUTES = st.sampled_from([0, 1, 30, 60, 120, 240, 599, 600, 601, 5_000])
SOME = MINUTES.filter(bool)
BOOKS = ("ACME", "ACME next", "Old one", "No such thing")
NAMES = st.sampled_from(["ACME", "ACME", "ACME", *BOOKS])
DAYS = st.sampled_from([None, None, date(2026, 11, 23), date(2026, 11, 20), date(2025, 6, 1), date(2026, 12, 31)])
GRANT = d.OpenAgreement(
    agreement="ACME",
    party="ACME",
    starts=date(2026, 1, 1),
    ends=date(2027, 12, 31),
    minutes=600,
    spenders=("cio", "Pia", "Lee"),
    product_owners=(OWNER,),
    carry_over=100,
)
numbers = st.integers(min_value=0, max_value=8)


def windows(now: datetime) -> st.SearchStrategy[d.ScheduleChange]:
    return st.builds(
        lambda hours, length, zone, despite: d.ScheduleChange(
            starts=now + timedelta(hours=hours),
            ends=now + timedelta(hours=hours, minutes=length),
            time_zone=zone,
            despite=despite,
        ),
        st.sampled_from([0, 0, -1, 24, 24 * 17, 24 * 21, -48]),
        st.sampled_from([240, 240, 24 * 60, 0, -5, 1, 14 * 24 * 60, 15 * 24 * 60]),
        st.sampled_from(["", "", "UTC", "Nowhere/At all"]),
        st.sampled_from(["", "INTERNAL it must be"]),
    )


def plans(incident: int | None) -> st.SearchStrategy[d.PlanChange]:
    return st.builds(
        d.PlanChange,
        kind=st.sampled_from([None, None, ChangeKind.NORMAL, ChangeKind.EMERGENCY, ChangeKind.MAJOR]),
        incident=st.sampled_from([None, incident]),
        risk=st.just(Risk.LOW),
        services=st.sampled_from([(), ("Reports",), ("SAP", "Reports")]),
        backout_plan=st.sampled_from(["", "INTERNAL put the old one back"]),
        implementation_plan=st.sampled_from(["", "INTERNAL step by step"]),
    )


def on_changes(now: datetime, incident: int | None) -> st.SearchStrategy[Deed]:
    """Any deed on a change; `incident` is a number that may be named, and need not be one."""
    return st.one_of(
        plans(incident),
        st.builds(d.UseTemplate, template=st.sampled_from(["patching", "no such template"])),
        st.builds(d.SubmitChange),
        st.builds(d.EstimateChange, agreement=NAMES, minutes=MINUTES),
        st.builds(d.RequestApproval),
        st.builds(d.ApproveChange, side=st.sampled_from([None, Side.CIO, Side.PROCESS]), comment=SECRET),
        st.builds(d.RejectChange, reason=PUBLIC),
        st.builds(d.ReworkChange, reason=SECRET),
        st.builds(d.ConsentToChange),
        st.builds(d.DeclineChange, reason=PUBLIC),
        windows(now),
        st.builds(d.WithdrawChange, reason=PUBLIC),
        st.builds(d.ImplementChange),
        st.builds(d.CompleteChange, text=SECRET, backed_out=st.booleans()),
        st.builds(
            d.CloseChange,
            close_code=st.sampled_from(CloseCode),
            text=SECRET,
            final_response=st.sampled_from(["", "It is done."]),
        ),
        st.builds(d.BookHours, minutes=SOME, text=SECRET, worked_on=DAYS, agreement=st.one_of(st.just(""), NAMES)),
        st.builds(d.ApproveOverdraft, minutes=SOME, reason=SECRET, agreement=st.one_of(st.just(""), NAMES)),
        st.builds(d.AddTask, title=SECRET),
        st.builds(d.FinishTask, task=st.integers(min_value=1, max_value=3)),
        st.builds(d.DropTask, task=st.integers(min_value=1, max_value=3), reason=SECRET),
        st.builds(d.AddAudience, address=st.sampled_from(["all@customer.example", "more@customer.example"])),
        st.builds(d.PlanAnnouncement, phase=st.sampled_from(Phase), text=PUBLIC),
    )


on_agreements: st.SearchStrategy[AgreementDeed] = st.one_of(
    st.builds(
        d.OpenAgreement,
        agreement=st.sampled_from(["ACME", "ACME next", "Another"]),
        party=st.sampled_from(["ACME", "ACME", "Other"]),
        starts=st.just(date(2026, 1, 1)),
        ends=st.sampled_from([date(2026, 12, 31), date(2026, 11, 30)]),
        minutes=st.sampled_from([60, 600]),
        spenders=st.just(("cio", "Pia", "Lee")),
        product_owners=st.just((OWNER,)),
        carry_over=st.sampled_from([None, 0, 100]),
    ),
    st.builds(d.AmendAgreement, agreement=NAMES, reason=SECRET, more=SOME),
    st.builds(d.AmendAgreement, agreement=NAMES, reason=SECRET, fewer=SOME),
    st.builds(d.AmendAgreement, agreement=NAMES, reason=SECRET, ends=st.sampled_from([date(2025, 1, 1), date(2027, 1, 31)])),
    st.builds(d.CloseAgreement, agreement=NAMES, into=st.sampled_from(["", "", "ACME next", "ACME"])),
)


def on_tickets(other: int) -> st.SearchStrategy[Deed]:
    """What is done to any ticket; `other` is another one, or the same."""
    return st.one_of(
        st.builds(d.Relabel, kind=st.sampled_from([Kind.INCIDENT, Kind.SERVICE_REQUEST, Kind.ENHANCEMENT])),
        st.builds(
            d.Relabel,
            category=st.sampled_from(
                [Category.DEFECT_FIX, Category.CHANGE_REQUEST, Category.COLLATERAL, Category.UNAVAILABLE, Category.HOW_TO]
            ),
        ),
        st.builds(d.Relabel, impact=st.sampled_from([Level.HIGH, Level.LOW]), urgency=st.sampled_from([Level.HIGH, Level.LOW])),
        st.builds(d.Merge, into=st.just(other)),
        st.builds(d.Relabel, kind=st.sampled_from([Kind.INCIDENT, Kind.ENHANCEMENT])),
        st.builds(d.Cancel, reason=PUBLIC),
        st.builds(d.Resolve, text=st.just("It works as it should.")),
        st.builds(d.Resolve, text=st.just("We leave it as it is.")),
        st.builds(d.Reopen, reason=PUBLIC),
        st.builds(d.Reopen, reason=PUBLIC),
        st.builds(d.Close, reason=PUBLIC),
        st.builds(d.ConfirmUndeliverable, reason=PUBLIC),
        st.builds(d.Hold, reason=SECRET),
        st.builds(d.Resume),
        st.builds(d.Escalate, reason=SECRET),
        st.builds(d.Return, reason=SECRET),
        st.builds(d.Assign, assignment_group=st.sampled_from(["cio", "process", "cio_leads"])),
        st.builds(d.Take),
        st.builds(d.Note, text=SECRET),
        st.builds(d.Reply, text=PUBLIC),
        st.builds(d.OpenFix, text=SECRET, emergency=st.booleans()),
        st.builds(d.ResolveAsProposed, text=st.just("It works again.")),
        st.builds(d.ConfirmStorm),
        st.builds(d.DissolveStorm, reason=SECRET),
        st.builds(d.JoinStorm, storm=st.just(other)),
        st.builds(d.LeaveStorm, reason=SECRET),
        st.builds(d.AcknowledgePage),
    )


by_requesters: st.SearchStrategy[Deed] = st.one_of(
    st.builds(d.AnswerQuestion, kind=st.sampled_from([Kind.INCIDENT, Kind.SERVICE_REQUEST, Kind.ENHANCEMENT])),
    st.builds(d.Reopen, reason=PUBLIC),
    st.builds(d.Dispute, text=st.just("No.")),
    st.builds(d.Confirm),
)
PLAN = d.PlanChange(risk=Risk.LOW, services=("Reports",), backout_plan="INTERNAL put the old one back")


def next_step(change: Known | None, world: World, incident: int | None, other: int) -> tuple[Deed, tuple[str, ...]]:
    """What people would do now, and who of them; with `other` something that they might do as well."""
    cio, now = ("Cleo", "Cora", "Cleo", "Cora", "Lee"), world.now
    emergency = ChangeKind.EMERGENCY if now.minute % 2 else None
    named = d.PlanChange(incident=incident, kind=emergency, risk=Risk.LOW)
    decisions = _decisions(change) if change is not None else []
    steps: list[tuple[Deed, tuple[str, ...]]] = [(PLAN, cio), (named, cio)]
    match change and change.stage:
        case Stage.DRAFT if change is not None:
            steps = [(d.SubmitChange() if change.incident else named, cio), (d.SubmitChange(), cio), *steps]
        case Stage.ASSESSMENT if change is not None:
            estimate = d.EstimateChange(agreement="ACME", minutes=60)
            ready: Deed = (
                PLAN if not change.backout else estimate if world.books and not change.estimate else d.RequestApproval()
            )
            work: Deed = d.ImplementChange() if change.kind is ChangeKind.EMERGENCY else _today(now)
            task = d.AddTask(title="INTERNAL look")
            steps = [(ready, cio), (work, cio), (task, cio), (d.ConsentToChange(), ("owner",)), (estimate, cio)]
        case Stage.APPROVAL if change is not None:
            first = (_today(now), cio) if change.approved else decisions[0]
            steps = [first, *decisions, (d.ImplementChange(), cio), (d.ConsentToChange(), ("owner",))]
        case Stage.SCHEDULED:
            steps = [(d.ImplementChange(), cio), (_today(now), cio), (d.ReworkChange(reason="INTERNAL no"), ("Lou", "Cleo"))]
        case Stage.IMPLEMENTING if change is not None:
            tasks: list[tuple[Deed, tuple[str, ...]]] = [
                (d.FinishTask(task=task), cio) for task, state in change.tasks.items() if state == "open"
            ]
            over = (d.CompleteChange(text="INTERNAL done", backed_out=change.was_rejected), cio)
            steps = [*(tasks[:1] or [over]), over, *decisions, (d.RejectChange(reason="never"), ("Lyn", "Lia"))]
        case Stage.REVIEW if change is not None:
            code = CloseCode.BACKED_OUT if change.backed_out or change.was_rejected else CloseCode.SUCCESSFUL
            end = (d.CloseChange(close_code=code, text="INTERNAL fine"), cio)
            steps = [end if change.approved or change.backed_out else decisions[0], end, *decisions]
        case Stage.CLOSED | Stage.REJECTED | Stage.WITHDRAWN:
            steps = [(d.BookHours(minutes=30, text="INTERNAL later"), cio)]
    return steps[0] if other < 5 else steps[other % len(steps)]


def _today(now: datetime) -> d.ScheduleChange:
    """At once, or in a while."""
    starts = now + timedelta(minutes=now.minute % 3 * 30)
    return d.ScheduleChange(starts=starts.astimezone(UTC), ends=starts + timedelta(hours=2))


def _decisions(change: Known) -> Sequence[tuple[Deed, tuple[str, ...]]]:
    """First for the side that nobody has decided for."""
    cio = (d.ApproveChange(side=Side.CIO), ("Lee", "Lia", "Max", "Sam", "Tom", "Rob"))
    process = (d.ApproveChange(side=Side.PROCESS), ("Lou", "Lyn", "Max", "Tom", "Ada"))
    return [process, cio] if change.cio else [cio, process]
