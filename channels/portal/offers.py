"""Which forms a page offers: what the desk would grant just now."""

from datetime import datetime

from channels.portal.form import Verb
from intake.desk.labelling import has_question
from intake.desk.lifecycle import may_reopen
from intake.desk.policy import Policy
from intake.desk.replies import is_pending
from intake.domain.ticket import State, Ticket


def offers(ticket: Ticket, *, is_caller: bool, policy: Policy, now: datetime) -> frozenset[Verb]:
    """A message can always be added: where the ticket has long been over, it opens a new one. The rest is for whoever
    asked, and for a ticket that was not merged into another one."""
    if not is_caller or ticket.merged_into is not None:
        return frozenset({Verb.REPLY})
    if ticket.state is State.CLOSED and may_reopen(ticket, policy, now):
        return frozenset({Verb.REOPEN})
    found = {Verb.REPLY}
    if is_pending(ticket):
        found |= {Verb.CONFIRM, Verb.DISPUTE}
    if ticket.state is State.RESOLVED:
        found |= {Verb.CONFIRM, Verb.DISPUTE} if may_reopen(ticket, policy, now) else {Verb.CONFIRM}
    if has_question(ticket, policy):
        found.add(Verb.ANSWER)
    return frozenset(found)
