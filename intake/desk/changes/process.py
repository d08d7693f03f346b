"""What may be done to a change in which stage, and what becomes of it: docs/changes.md, as a table."""

from collections.abc import Iterable, Mapping

from intake.domain import deed as d
from intake.domain.change import Change, ChangeKind, Stage
from intake.domain.deed import Deed
from intake.domain.errors import IllegalTransition
from intake.domain.ticket import spoken

S = Stage
Becomes = Mapping[Stage, Stage]


def _stays(*stages: Stage) -> Becomes:
    return {stage: stage for stage in stages}


def _all_become(to: Stage, *stages: Stage) -> Becomes:
    return dict.fromkeys(stages, to)


_PLANNED = _stays(S.DRAFT, S.ASSESSMENT)
_UNTIL_DONE = _stays(S.DRAFT, S.ASSESSMENT, S.APPROVAL, S.SCHEDULED, S.IMPLEMENTING)
_FROM_ASSESSMENT = _stays(S.ASSESSMENT, S.APPROVAL, S.SCHEDULED, S.IMPLEMENTING, S.REVIEW)

# In which stages a deed is allowed, and the stage after it. What stays is approved, booked, ticked off where it stands.
PROCESS: Mapping[type[Deed], Becomes] = {
    d.PlanChange:       _PLANNED,
    d.EstimateChange:   {**_PLANNED, S.APPROVAL: S.APPROVAL},  # downwards alone, where approval was asked for
    d.UseTemplate:      _all_become(S.ASSESSMENT, S.DRAFT, S.ASSESSMENT),
    d.SubmitChange:     {S.DRAFT: S.ASSESSMENT},
    d.RequestApproval:  {S.ASSESSMENT: S.APPROVAL},
    d.ApproveChange:    {S.APPROVAL: S.APPROVAL},
    d.RejectChange:     {S.APPROVAL: S.REJECTED},
    d.ReworkChange:     _all_become(S.ASSESSMENT, S.APPROVAL, S.SCHEDULED),
    d.ConsentToChange:  _stays(S.ASSESSMENT, S.APPROVAL),
    d.DeclineChange:    _all_become(S.REJECTED, S.ASSESSMENT, S.APPROVAL),
    d.ScheduleChange:   _all_become(S.SCHEDULED, S.APPROVAL, S.SCHEDULED),
    d.ImplementChange:  {S.SCHEDULED: S.IMPLEMENTING},
    d.CompleteChange:   {S.IMPLEMENTING: S.REVIEW},
    d.CloseChange:      {S.REVIEW: S.CLOSED},
    d.WithdrawChange:   _all_become(S.WITHDRAWN, S.DRAFT, S.ASSESSMENT, S.APPROVAL, S.SCHEDULED),
    d.AddTask:          _UNTIL_DONE,
    d.FinishTask:       _UNTIL_DONE,
    d.DropTask:         _UNTIL_DONE,
    d.AddAudience:      _UNTIL_DONE,
    d.DropAudience:     _UNTIL_DONE,
    d.PlanAnnouncement: _UNTIL_DONE,
    d.DropAnnouncement: _UNTIL_DONE,
    d.BookHours:        {**_FROM_ASSESSMENT, S.CLOSED: S.CLOSED},
    d.ApproveOverdraft: _FROM_ASSESSMENT,
}  # fmt: skip

# Where a kind of change goes another way; an empty row: not at all.
OTHERWISE: Mapping[ChangeKind, Mapping[type[Deed], Becomes]] = {
    ChangeKind.NORMAL: {},
    ChangeKind.MAJOR: {},
    ChangeKind.STANDARD: {
        d.RequestApproval: {},
        d.ScheduleChange:  _all_become(S.SCHEDULED, S.ASSESSMENT, S.SCHEDULED),
        d.ReworkChange:    {S.SCHEDULED: S.ASSESSMENT},
    },
    ChangeKind.EMERGENCY: {
        d.ApproveChange:   _stays(S.APPROVAL, S.IMPLEMENTING, S.REVIEW),
        d.RejectChange:    {S.APPROVAL: S.REJECTED, **_stays(S.IMPLEMENTING, S.REVIEW)},
        d.ConsentToChange: _stays(S.ASSESSMENT, S.APPROVAL, S.IMPLEMENTING, S.REVIEW),
        d.DeclineChange:   {**_all_become(S.REJECTED, S.ASSESSMENT, S.APPROVAL), **_stays(S.IMPLEMENTING, S.REVIEW)},
        d.ImplementChange: _all_become(S.IMPLEMENTING, S.ASSESSMENT, S.APPROVAL, S.SCHEDULED),
    },
}  # fmt: skip

_WHAT_NOW: Mapping[Stage, str] = {
    S.DRAFT: "it is a draft: hand it in first (submit_change)",
    S.ASSESSMENT: "it is being assessed: ask for its approval (request_approval)",
    S.APPROVAL: "CIO and Process decide on it (approve_change); to alter it, send it back (rework_change)",
    S.SCHEDULED: "it waits for its window: begin it then (implement_change), or send it back (rework_change)",
    S.IMPLEMENTING: "it is being carried out: say how that ended (complete_change)",
    S.REVIEW: "it is done and is looked at: close it (close_change)",
    S.CLOSED: "it is closed for good: open another ticket for what is still to be done",
    S.REJECTED: "it was rejected: reopen its ticket to draft it anew (reopen)",
    S.WITHDRAWN: "it was withdrawn: reopen its ticket to draft it anew (reopen)",
}
_STANDARD_NOW = "it is a standard change, approved beforehand: give it a window (schedule_change)"


def row_of(deed: type[Deed], kind: ChangeKind) -> Becomes:
    return OTHERWISE[kind].get(deed, PROCESS[deed])


def becomes(deed: Deed, change: Change) -> Stage:
    """The stage after this deed. Raises IllegalTransition that says what to do instead."""
    row = row_of(type(deed), change.kind)
    if change.stage in row:
        return row[change.stage]
    what = f"{spoken(change.ticket)}: {deed.verb} {_where(row)}"
    standard = change.kind is ChangeKind.STANDARD and change.stage is S.ASSESSMENT
    raise IllegalTransition(f"{what}; {_STANDARD_NOW if standard else _WHAT_NOW[change.stage]}")


def demand_stage(deed: Deed, change: Change) -> None:
    """Raises IllegalTransition that says what to do instead."""
    becomes(deed, change)


def demand_round(wanted: int | None, change: Change) -> None:
    """For what was decided with the change before one's eyes as it was in this round. Raises IllegalTransition."""
    if wanted is not None and wanted != change.round:
        is_in = f"{spoken(change.ticket)} is in round {change.round} of its approval"
        raise IllegalTransition(f"{is_in}, and this was for round {wanted}: look at it again")


def _where(stages: Iterable[Stage]) -> str:
    names = [stage.value for stage in stages]
    return f"is for changes in {', '.join(names)}" if names else "is not for standard changes"
