"""What both sides must know of a change before they are asked to approve it, and is not written down yet."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from intake.domain.change import Announcement, Change, ChangeKind, ChangeTask, Phase
from intake.domain.deed import AddAudience, AddTask, Deed, EstimateChange, PlanAnnouncement, PlanChange

FEWEST_TASKS = 2  # of a major change


class Lack(NamedTuple):
    """`what` in words, and the deed that adds it."""

    what: str
    mend: type[Deed]


def lacking(change: Change, *, can_reserve: bool) -> Sequence[Lack]:
    """Of every change. `can_reserve`: an agreement is open today in which its hours can be reserved."""
    wants = {
        Lack("its risk", PlanChange): change.risk is None,
        Lack("the services that it touches", PlanChange): not change.services,
        Lack("a back-out plan", PlanChange): not change.backout_plan.strip(),
        Lack("an estimate of its hours", EstimateChange): can_reserve and not (change.agreement and change.estimate),
    }
    return [lack for lack, is_missing in wants.items() if is_missing]


def lacking_of_major(
    change: Change, tasks: Collection[ChangeTask], announcements: Collection[Announcement], audience: Collection[str]
) -> Sequence[Lack]:
    """What a major one needs beside that; nothing of others."""
    if change.kind is not ChangeKind.MAJOR:
        return ()
    phases = {one.phase for one in announcements}
    wants = {
        Lack(f"tasks, {FEWEST_TASKS} at least", AddTask): sum(not one.dropped_because for one in tasks) < FEWEST_TASKS,
        **{Lack(f"an announcement for {phase.value}", PlanAnnouncement): phase not in phases for phase in Phase},
        Lack("somebody to tell", AddAudience): not audience,
    }
    return [lack for lack, is_missing in wants.items() if is_missing]
