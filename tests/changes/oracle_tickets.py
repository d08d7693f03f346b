"""What may become of a change when something else is done about its ticket: docs/changes.md, "The ticket and its change"."""

from collections.abc import Set

from intake.domain import deed as d
from intake.domain.change import ENDED, Stage
from intake.domain.deed import Deed
from intake.domain.label import Category, Kind
from intake.domain.ticket import State
from tests.changes.oracle_world import Known, TicketFacts, World

S = Stage
EARLY = frozenset({S.DRAFT, S.ASSESSMENT})
BEFORE_WORK = EARLY | {S.APPROVAL, S.SCHEDULED}
ANSWERED = frozenset({State.RESOLVED, State.CLOSED})


def must_refuse(deed: Deed, number: int, world: World) -> bool:  # noqa: PLR0911 - a table
    """What is not allowed to anybody."""
    ticket, change = world.tickets[number], world.changes.get(number)
    stage = change.stage if change is not None else None
    held = bool(world.names_incident(number))
    match deed:
        case d.Merge() | d.Cancel():
            return held or stage in {S.IMPLEMENTING, S.REVIEW}
        case d.DissolveStorm():
            return held
        case d.Relabel():
            kind = deed.category.kind if deed.category is not None else deed.kind or ticket.kind
            if held and kind is not Kind.INCIDENT:
                return True
            carries = kind is Kind.ENHANCEMENT or deed.category is Category.COLLATERAL
            if not carries and ticket.carries and (deed.kind or deed.category) and stage not in {None, *EARLY}:
                return stage not in {S.REJECTED, S.WITHDRAWN}
            becomes_fix = deed.category is Category.DEFECT_FIX
            past = stage not in {None, S.DRAFT, S.WITHDRAWN, S.REJECTED}
            return becomes_fix and past and change is not None and not world.incident_is_fit(change.incident)
        case d.Resolve() | d.ConfirmUndeliverable():
            return ticket.carries and stage in {S.ASSESSMENT, S.APPROVAL, S.SCHEDULED, S.IMPLEMENTING}
    return False


def stages_after(  # noqa: PLR0911 - a table
    before: TicketFacts,
    after: TicketFacts,
    change: Known | None,
) -> Set[Stage | None]:
    """Empty where it should not have happened at all."""
    stage = change.stage if change is not None else None
    if after.state is State.CANCELED and before.state is not State.CANCELED:
        return _called_off(stage)
    counts_no_more = before.is_answered and not after.is_answered and before.is_open and after.is_open
    if counts_no_more and after.carries and stage in {S.REJECTED, S.WITHDRAWN}:
        return {S.DRAFT}
    if before.is_open and after.state in ANSWERED:
        return {S.WITHDRAWN} if stage is S.DRAFT else {stage} if stage in {None, S.REVIEW, *ENDED} else set()
    if not before.is_open and after.is_open and after.carries:
        again: set[Stage | None] = {S.DRAFT} if stage in {S.REJECTED, S.WITHDRAWN} else {stage}
        return again | ({stage} if before.state is State.CANCELED or after.kind is not Kind.ENHANCEMENT else set())
    if after.kind is Kind.ENHANCEMENT and before.kind is not Kind.ENHANCEMENT and stage in {None, S.WITHDRAWN, S.REJECTED}:
        if not after.is_open:
            return {S.WITHDRAWN, S.REJECTED} if stage is S.REJECTED else {S.WITHDRAWN}
        if after.is_answered:
            return {S.WITHDRAWN, S.DRAFT, stage}
        return {None: {S.DRAFT}, S.WITHDRAWN: {S.DRAFT}, S.REJECTED: {S.DRAFT, S.REJECTED}}.get(stage, {stage})
    if before.carries and not after.carries:
        return {S.WITHDRAWN} if stage in EARLY else {stage} if stage in {None, S.REJECTED, S.WITHDRAWN} else set()
    if before.kind is Kind.ENHANCEMENT and after.kind is not Kind.ENHANCEMENT:
        return {stage, S.WITHDRAWN} if stage in EARLY else {stage}
    if stage in {S.DRAFT, S.REJECTED, S.WITHDRAWN}:  # a final response is on its way, or counts no more
        return {stage, S.WITHDRAWN if stage is S.DRAFT else S.DRAFT}
    return {stage}


def _called_off(stage: Stage | None) -> Set[Stage | None]:
    if stage in {S.IMPLEMENTING, S.REVIEW}:
        return set()
    return {S.WITHDRAWN} if stage in BEFORE_WORK else {stage}
