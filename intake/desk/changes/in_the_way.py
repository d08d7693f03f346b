"""What cannot become of a ticket, because of the change that it carries, or of a fix that names it."""

from collections.abc import Mapping

from intake.desk.lifecycle import OPEN
from intake.desk.ports import UnitOfWork
from intake.domain.change import Change, Stage
from intake.domain.label import Category, Kind
from intake.domain.ticket import State, Ticket, spoken

S = Stage
_NAMES_NOTHING = frozenset({S.DRAFT, S.REJECTED, S.WITHDRAWN})
_UNDER_WAY = frozenset({S.IMPLEMENTING, S.REVIEW})
_BEFORE_REVIEW = frozenset({S.ASSESSMENT, S.APPROVAL, S.SCHEDULED, S.IMPLEMENTING})

_MUST_CARRY: Mapping[Stage, str] = {
    S.APPROVAL: "withdraw that first (withdraw_change)",
    S.SCHEDULED: "withdraw that first (withdraw_change)",
    S.IMPLEMENTING: "it is being carried out, and what was carried out stays a change",
    S.REVIEW: "it was carried out, and stays a change",
    S.CLOSED: "it was carried out and closed, and stays a change",
}
_FIRST: Mapping[Stage, str] = {
    S.ASSESSMENT: "withdraw it, and the reason is the final response (withdraw_change)",
    S.APPROVAL: "withdraw it, and the reason is the final response (withdraw_change)",
    S.SCHEDULED: "withdraw it, and the reason is the final response (withdraw_change)",
    S.IMPLEMENTING: "say first how it ended (complete_change)",
}


def may_carry(ticket: Ticket) -> bool:
    """Enhancements do; patching and the like may."""
    return ticket.kind is Kind.ENHANCEMENT or ticket.category is Category.COLLATERAL


def is_live(change: Change) -> bool:
    """Does it hold on to the incident that it names? From leaving draft on, unless nothing came of it."""
    return change.stage not in _NAMES_NOTHING


def in_the_way(before: Ticket, after: Ticket, books: UnitOfWork) -> str:
    """Why a ticket that is `before` cannot become `after`; empty where it can. The store is asked only where something changes
    that matters to changes."""
    if _is_lost_as_incident(before, after):
        held_by = next((fix for fix in books.changes.of_incident(after.number) if is_live(fix)), None)
        if held_by is not None:
            number, fix = spoken(after.number), spoken(held_by.ticket)
            return f"{number} is the incident of {fix}, which is in {held_by.stage.value}: it stays an incident of its own"
    if not _concerns_its_change(before, after):
        return ""
    change = books.changes.get(after.number)
    return "" if change is None else _of_its_change(change, before, after, books)


def unfit(incident: int | None, ticket: Ticket, books: UnitOfWork) -> str:
    """Why this is no incident that a fix on `ticket` may name; empty where it is one. Nobody else can alter it until the unit
    of work ends."""
    if incident is None:
        return "name the incident that it mends (plan_change)"
    if incident == ticket.number:
        return f"{spoken(incident)} is the fix itself: name the incident that it mends (plan_change)"
    named = books.tickets.get(incident)
    if named is None:
        return f"there is no ticket {spoken(incident)}: name the incident that it mends (plan_change)"
    return _no_incident(named)


def _no_incident(named: Ticket) -> str:
    number = spoken(named.number)
    if named.merged_into is not None:
        return f"{number} was merged into {spoken(named.merged_into)}: name that (plan_change)"
    if named.state is State.CANCELED:
        return f"{number} was canceled: name another incident (plan_change)"
    if named.kind is not Kind.INCIDENT:
        called = "has no label yet" if named.kind is Kind.NONE else f"is a {named.kind.value}"
        return f"{number} {called}, no incident: name the incident that it mends (plan_change)"
    return ""


def waits(ticket: Ticket) -> bool:
    """For people to do something about it."""
    return ticket.state in OPEN and ticket.final_response is None


def is_answered_now(before: Ticket, after: Ticket) -> bool:
    """Has its final response just been written?"""
    return after.final_response is not None and after.final_response != before.final_response


def is_canceled_now(before: Ticket, after: Ticket) -> bool:
    """Also by a merge."""
    return after.state is State.CANCELED and before.state is not State.CANCELED


def becomes_a_fix(before: Ticket, after: Ticket) -> bool:
    return after.category is Category.DEFECT_FIX and before.category is not Category.DEFECT_FIX


def is_open_again(before: Ticket, after: Ticket) -> bool:
    """Reopened, or what was to be its final response counts no more."""
    return waits(after) and not waits(before)


def _is_lost_as_incident(before: Ticket, after: Ticket) -> bool:
    if before.kind is not Kind.INCIDENT or before.state is State.CANCELED:
        return False
    return after.kind is not Kind.INCIDENT or after.state is State.CANCELED or after.merged_into is not None


def _concerns_its_change(before: Ticket, after: Ticket) -> bool:
    if becomes_a_fix(before, after):
        return True
    ended = is_canceled_now(before, after) or is_answered_now(before, after)
    return may_carry(before) and (ended or not may_carry(after))


def _of_its_change(change: Change, before: Ticket, after: Ticket, books: UnitOfWork) -> str:
    number, stage = spoken(after.number), change.stage
    if not may_carry(after) and stage in _MUST_CARRY:
        return f"{number} carries a change in {stage.value}: {_MUST_CARRY[stage]}"
    if is_canceled_now(before, after) and stage in _UNDER_WAY:
        return f"The change of {number} is in {stage.value}: complete and close it (complete_change, close_change)"
    if is_answered_now(before, after) and stage in _BEFORE_REVIEW:
        return f"The change of {number} is in {stage.value}, and not answered for yet: {_FIRST[stage]}"
    return _of_a_fix(change, after, books) if becomes_a_fix(before, after) else ""


def _of_a_fix(change: Change, after: Ticket, books: UnitOfWork) -> str:
    number, stage = spoken(after.number), change.stage
    if is_live(change) and (why := unfit(change.incident, after, books)):
        return f"The change of {number} is in {stage.value}, where a defect fix has its incident: {why}"
    if stage is S.REJECTED and change.incident is None:
        return f"The change of {number} was rejected, and names no incident: reopen it first, which drafts it anew (reopen)"
    return ""
