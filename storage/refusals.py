"""What the database refuses by itself because the process forbids it, in words that say what to do."""

import re
from collections.abc import Mapping

_BOOK = "The agreement's book does not add up that way: {}"
_SENTENCES: Mapping[str, str] = {
    "ck_changes_kind": "A change is normal, standard, emergency or major",
    "ck_changes_stage": "There is no such stage of a change",
    "ck_changes_risk": "The risk of a change is low, moderate or high",
    "ck_changes_counts": "An estimate cannot be less than nothing",
    "ck_changes_approvals": "CIO and Process have not both approved this change: nobody may schedule, implement or close it",
    "ck_changes_approvers": "Two different people approve a change, and neither is who asked for it or who planned it",
    "ck_changes_author": "Nobody asked for this approval: ask for it first (request_approval)",
    "ck_changes_emergency": "An emergency change is for an incident: name it first (plan_change)",
    "ck_changes_window": "A window has a beginning, a later end and a time zone",
    "ck_changes_has_window": "This change has no window: schedule it first (schedule_change)",
    "ck_changes_started": "The work on this change has not begun (implement_change)",
    "ck_changes_close_code": "There is no such close code",
    "ck_changes_ended": "A change that is over says since when",
    "ck_changes_closed_as": "A closed change says how it went: its close code is missing",
    "ck_changes_occurrence": "What recurs has a template",
    "ck_changes_incident": "A defect fix past draft needs its incident: name it first (plan_change)",
    "ck_changes_names_incident": "A change can name only an incident, one that is neither merged nor canceled",
    "ck_changes_p1": "The work on an emergency change begins for a P1 incident alone",
    "ck_tickets_incident_of_fix": "A fix names this incident: it stays one until the fix is rejected or withdrawn",
    "fk_changes_ticket": "There is no such ticket",
    "fk_changes_incident": "There is no such incident",
    "fk_changes_agreement": "There is no such agreement",
    "ck_change_decisions_side": "Nobody decides for such a side",
    "ck_change_decisions_verdict": "There is no such verdict",
    "ck_change_decisions_by": "A decision names who decided, for somebody else at most",
    "ck_change_decisions_own": "Two different people approve a change, and neither is who asked for it or who planned it",
    "ck_change_decisions_kept": "What was decided stays: let the change be assessed anew (rework_change)",
    "fk_change_decisions_ticket": "This ticket carries no change",
    "ck_change_tasks_position": "Tasks are counted from 1",
    "ck_change_tasks_one_end": "A task is done or dropped, not both",
    "fk_change_tasks_ticket": "This ticket carries no change",
    "ck_change_announcements_position": "Announcements are counted from 1, and go out before the window, not after",
    "ck_change_announcements_phase": "There is no such phase",
    "fk_change_announcements_ticket": "This ticket carries no change",
    "fk_change_audience_ticket": "This ticket carries no change",
    "ck_agreements_name": "An agreement has a name",
    "ck_agreements_period": "The agreement ends before it starts",
    "ck_agreements_carry_over": "What is carried over cannot be less than nothing",
    "ck_agreement_entries_kind": _BOOK.format("there is no such line"),
    "ck_agreement_entries_arithmetic": _BOOK.format("the balance is not what the line makes of the one before"),
    "ck_agreement_entries_left": "The agreement has not so many minutes left",
    "ck_agreement_entries_balance": _BOOK.format("nothing in it can be less than nothing"),
    "ck_agreement_entries_by": "A line of the book says who wrote it",
    "ck_agreement_entries_of_change": _BOOK.format("reservations and bookings name their change, and nothing else does"),
    "ck_agreement_entries_worked_on": _BOOK.format("a booking says on which day the work was, and nothing else does"),
    "ck_agreement_entries_from_reserved": _BOOK.format("only a booking takes out of a reservation"),
    "ck_agreement_entries_given_back": _BOOK.format("only a release gives overdraft back"),
    "ck_agreement_entries_begins": _BOOK.format("it begins with a grant from nothing, and each line follows the one before"),
    "ck_agreement_entries_own": _BOOK.format("a change uses up what it has reserved itself, no less and no more"),
    "ck_agreement_entries_kept": "Lines of an agreement's book are neither changed nor taken away: write another one",
    "fk_agreement_entries_agreement": "There is no such agreement",
    "fk_agreement_entries_predecessor": _BOOK.format("the line does not begin where the one before ended"),
    "fk_agreement_entries_ticket": "This ticket carries no change",
}
_NAME = re.compile(r"\b(?:ck|fk)_[a-z_0-9]{1,60}\b")


def sentence_of(fault: BaseException | None) -> str | None:
    """Why the process forbids it; None where the fault is of another kind, and ours. SQLite names a check, and no foreign
    key: whoever writes to these tables knows better (`Changes`, `Agreements`)."""
    if (diagnosis := getattr(fault, "diag", None)) is not None:  # its message quotes the row, which people wrote
        return _SENTENCES.get(str(getattr(diagnosis, "constraint_name", "")))
    found = _NAME.search(str(fault)) if fault is not None else None
    return _SENTENCES.get(found.group()) if found else None
