"""What whoever asked for a change, and whoever has it, hear about it."""

from dataclasses import dataclass

from intake.desk.case import Case
from intake.desk.changes.window_told import window_fields
from intake.desk.policy import Policy
from intake.desk.reaching import addresses_of_caller
from intake.desk.telling import REACHED_BY, Teller
from intake.domain.change import Window
from intake.domain.message import ThreadKind
from intake.domain.notice import Notice, NoticeKind

# What waits still, at the gate say, would tell of a window that is none any more.
_SUPERSEDES = frozenset({"rescheduled", "sent_back"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Nobody hears of what they did themselves."""

    policy: Policy
    teller: Teller

    def to_requester(self, case: Case, decision: str, why: str = "", window: Window | None = None) -> bool:
        """`decision` is submitted, approved, scheduled, rescheduled, sent_back, done or backed_out. False where nobody would
        hear it: a machine asked, or nobody is known."""
        asked, _ = case.books.tickets.opening(case.ticket.number)
        if asked is None or not asked.answerable:
            return False
        addresses = addresses_of_caller(case, self.teller)
        if not addresses:
            return False
        address = addresses[0]
        channel = REACHED_BY[address.kind]
        refs = [ref for ref in case.books.threads.names(asked.id) if ref.channel is channel]
        names = (ref.value for ref in refs if ref.kind is ThreadKind.MESSAGE_ID)
        fields = {"decision": decision, "why": why, "subject": asked.subject, "answers": next(names, "")}
        fields |= window_fields(window)
        notice = Notice(kind=NoticeKind.CHANGE_DECIDED, fields={name: value for name, value in fields.items() if value})
        if decision in _SUPERSEDES:
            case.books.outbox.cancel(case.ticket.number, (NoticeKind.CHANGE_DECIDED,), f"superseded: {decision}")
        self.teller.tell(case.ticket, notice, channel, address.value, case.books, case.now)
        return True

    def to_holder(self, case: Case, why: str, *, at_once: bool = False, whoever: bool = False) -> None:
        """The agent who has the ticket, else its team; `at_once` as a letter of its own: they have to do something. Also where
        they did it themselves if it goes to `whoever` has it."""
        if not whoever and case.ticket.assigned_to and case.ticket.assigned_to == case.by.name:
            return
        tell = self.teller.tell_holder_at_once if at_once else self.teller.tell_holder
        tell(case.ticket, NoticeKind.CHANGE_NEWS, case.books, case.now, {"why": why, "by": case.by.name})
