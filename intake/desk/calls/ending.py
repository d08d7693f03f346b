"""A call is over. One in which nothing was said leaves a ticket that closes by itself, unless the number calls again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake.desk.calls.begin import wait_for_a_word
from intake.desk.calls.on_the_line import called, in_the_end, note
from intake.desk.calls.waiting import A_CALL_LASTS
from intake.desk.case import Case
from intake.desk.closing import Closer
from intake.desk.labelling import PERSON
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.domain.call import Call
from intake.domain.deed import Cancel, EndCall
from intake.domain.event import EventKind
from intake.domain.ticket import State
from intake.domain.timer import Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    policy: Policy
    pager: Pager
    closer: Closer

    def end(self, deed: EndCall, case: Case) -> str:
        """Reported once, or more often, or never. A ladder that waited for the call climbs."""
        call = called(deed.call, case)
        if call.ended_at is not None:
            return "was over already"
        case.books.calls.save(replace(call, ended_at=_end_of(call, deed, case.now)))
        on, lasted = in_the_end(case), f", after {deed.seconds} s" if deed.seconds else ""
        silent = "" if call.said else "; nothing was said"
        data = {"outcome": deed.outcome, "seconds": str(deed.seconds)}
        note(EventKind.CALL_ENDED, call.name, f"{deed.outcome}{lasted}{silent}", on, data)
        if not any(one.said for one in case.books.calls.of(case.ticket.number)):
            wait_for_a_word(case, self.policy.phone.silence)
        if not call.connected_to:
            self.pager.connect_no_longer(call.name, on.ticket, "the call ended", case.books, case.now)
        return deed.outcome

    def nothing_said(self, _timer: Timer, case: Case) -> None:
        """Unless somebody at the desk has taken it up, or the caller is on the line once more."""
        ticket, calls = case.ticket, case.books.calls.of(case.ticket.number)
        if any(call.said for call in calls) or ticket.state is not State.NEW:
            return
        if ticket.assigned_to or ticket.label_version == PERSON or case.books.tickets.heard(ticket.number, 1):
            return
        ended = [call for call in calls if call.ended_at is not None]
        if any(call.ended_at is None and call.began_at > case.now - A_CALL_LASTS for call in calls):
            return
        self.closer.cancel(Cancel(reason=_SILENT if ended else _UNREPORTED), case)


def _end_of(call: Call, deed: EndCall, now: datetime) -> datetime:
    """A report may come late: from a spool, hours after."""
    return min(now, call.began_at + timedelta(seconds=deed.seconds)) if deed.seconds else now


_SILENT = "the caller hung up without a word"
_UNREPORTED = "nothing was said in the call, and nobody has reported its end"
