"""Where docs/clocks.md, docs/ladders.md and docs/storms.md leave a choice, or left one when the oracle was written from them,
it is made here, by name: the oracle asks, and a reader sees what was asked."""

from intake.domain.label import Priority
from tests.week.rules import Target

# ── clocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def what_makes_a_target_the_same(target: Target, _kind: str, _priority: str) -> Target:
    """Told once a clock and target: so much time in the same hours, from whichever kind's line it comes."""
    return target


def a_breach_is_told_in_place_of_its_warning() -> bool:
    """A change that uses up 75 % and all of a target in one moment."""
    return True


def what_was_answered_too_late_for_a_later_target_is_written_down_alone() -> bool:
    """A priority change after the answer may put what had passed beyond the new target. A clock that stopped in time never
    breaches; this one did not stop in time, and there is nothing left to escalate."""
    return True


def clocks_that_run_out_together_escalate_once() -> bool:
    return True


def a_breach_ends_a_hold() -> bool:
    """It escalates "as if by hand", and by hand an escalated ticket rests no longer: somebody there shall take it."""
    return True


def a_final_response_on_its_way_keeps_the_ticket_where_it_is() -> bool:
    """Escalating by hand would withdraw it; by the clock its holder and the leads are told, as at the top."""
    return True


def a_childs_clocks_have_consequences() -> bool:
    """While its parent is open they are kept, and written down: it is worked on there."""
    return False


# ── ladders ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def an_escalation_by_the_clock_acknowledges() -> bool:
    """Nobody of the staff has done anything."""
    return False


def whatever_takes_a_ticket_into_somebodys_hands_acknowledges() -> bool:
    """A final response is a reply, and so is a storm's update; whoever has it and takes it again means the page; a hold is a
    decision as well."""
    return True


def giving_a_ticket_back_acknowledges() -> bool:
    """Not in the list."""
    return False


def whoever_is_on_call_without_an_address_is_nobody() -> bool:
    """Then the whole team is paged, as where nobody is on call."""
    return True


def a_step_at_the_tickets_own_tier_pages_the_team_that_has_it() -> bool:
    """Of another kind since, or assigned by hand, it may be with a team that its route does not name."""
    return True


def an_empty_step_is_not_repeated() -> bool:
    """It is recorded as empty, and the next step follows at once: its repetitions are left out as well."""
    return True


def what_has_become_worse_begins_again_where_everybody_was_paged() -> bool:
    """A rise goes on with a run that is under way on the same ladder; an exhausted one makes place for a new one."""
    return True


def a_run_stops_when_its_own_ladder_fits_no_longer() -> bool:
    """Such a priority is one of the ladder that the run took a copy of, and of that ladder's kinds. Nobody has answered:
    another ladder that fits begins."""
    return True


def a_label_that_brings_a_ladder_where_none_was_starts_it() -> bool:
    """Also where the kind alone has changed."""
    return True


def a_final_response_that_came_back_wakes_nobody() -> bool:
    """The ticket is open again, but no person says that anything is wrong again."""
    return True


# ── storms ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def a_parent_grows_with_its_reports() -> bool:
    """The highest impact and urgency among the reports, also of those that come later; many people raise it later as well."""
    return True


def the_report_that_forms_a_storm_is_its_child_from_the_beginning() -> bool:
    """What comes in is compared before it is routed and pages anybody: it is told of the storm in place of the usual
    acknowledgement, as later ones are, and wakes nobody by itself."""
    return True


def whoever_knows_of_the_storm_gets_the_usual_acknowledgement() -> bool:
    """Each reporter is told once: of one person's later reports it says the number alone."""
    return True


def the_ladder_of_a_parent_starts_when_it_has_formed() -> bool:
    """Proposed: nothing else changes."""
    return True


def an_update_is_a_humans_answer_to_each_who_hears_it() -> bool:
    """And on the parent, which nobody has asked."""
    return True


def whoever_is_sent_no_copy_is_resolved_with_the_last() -> bool:
    """One person's second report, a monitor's, and the parent, which nobody has asked."""
    return True


def priority_rises(before: str, after: str) -> bool:
    order = list(Priority)
    return order.index(Priority(after)) < order.index(Priority(before))
