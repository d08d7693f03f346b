"""A caller is connected with somebody: who was rung, and who took the call."""

from dataclasses import dataclass, replace

from intake.desk.calls.on_the_line import called, in_the_end, note
from intake.desk.calls.waiting import LAST
from intake.desk.case import Case
from intake.desk.paging import Pager
from intake.domain.call import Call
from intake.domain.deed import TakeCall, TryPeople
from intake.domain.event import EventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecting:
    pager: Pager

    def tried(self, deed: TryPeople, case: Case) -> str:
        """Nobody left: the ladder, which has waited for this, makes its first step."""
        call, on = self._talked(deed, called(deed.call, case), case), in_the_end(case)
        whom = f"rang {deed.whom}" if deed.whom.strip() else "nobody can be rung"
        left = "; nobody is left to be rung" if deed.last and not call.connected_to else ""
        data = {"whom": deed.whom, "outcome": deed.outcome, **({LAST: "yes"} if deed.last else {})}
        note(EventKind.PEOPLE_TRIED, call.name, f"{whom}: {deed.outcome}{left}", on, data)
        if deed.last and not call.connected_to:
            self.pager.nobody_took(call.name, on.ticket, on.books, on.now)
        elif not call.connected_to:
            self.pager.wait_on(on.ticket, on.books, on.now)
        return deed.outcome

    def _talked(self, deed: TryPeople, call: Call, case: Case) -> Call:
        """Whoever talked with the caller has taken the call, also where their key lies in a spool or was lost."""
        if not deed.talked or call.connected_to:
            return call
        whom, on = deed.whom or _SOMEBODY, in_the_end(case)
        taken = replace(call, connected_to=whom)
        case.books.calls.save(taken)
        note(EventKind.CALL_TAKEN, call.name, f"{whom} talked with the caller", on, {"whom": whom})
        self.pager.acknowledge(on.ticket, whom, on.books, on.now, "by talking with the caller")
        return taken

    def take(self, deed: TakeCall, case: Case) -> str:
        """By their key. Nobody else is woken; the ticket is theirs when they take that as well."""
        call, on = called(deed.call, case), in_the_end(case)
        if call.connected_to == deed.whom:
            return "had it already"
        case.books.calls.save(replace(call, connected_to=deed.whom))
        before = f", after {call.connected_to}" if call.connected_to else ""
        note(EventKind.CALL_TAKEN, call.name, f"took the call by key{before}", on, {"whom": deed.whom})
        self.pager.acknowledge(on.ticket, deed.whom, on.books, on.now, "by taking the call")
        return f"taken by {deed.whom}"


_SOMEBODY = "somebody who was rung"
