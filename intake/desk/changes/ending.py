"""The end of a change: hours are given back, nobody is asked any more, and those concerned hear it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from intake.desk.agreements.spending import Spending
from intake.desk.case import Case
from intake.desk.changes.announcing import Announcer
from intake.desk.changes.asking import Asking
from intake.desk.changes.carried import put
from intake.desk.closing import Closer
from intake.desk.lifecycle import OPEN
from intake.desk.policy import Policy
from intake.desk.replies import Replies
from intake.domain.change import Change, CloseCode, Stage
from intake.domain.deed import Cancel, Resolve
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.principal import Role
from intake.domain.timer import TimerKind

_SAYS: Mapping[Stage, EventKind] = {
    Stage.CLOSED: EventKind.CHANGE_CLOSED,
    Stage.REJECTED: EventKind.CHANGE_REJECTED,
    Stage.WITHDRAWN: EventKind.CHANGE_WITHDRAWN,
}
# What whoever asked reads as their final response, before and after the reason in the decider's own words.
_ENGLISH: Mapping[Stage, str] = {
    Stage.REJECTED: "What you asked for was not approved, and will not be done.",
    Stage.WITHDRAWN: "What you asked for will not be done.",
}
_GERMAN: Mapping[Stage, str] = {
    Stage.REJECTED: "Ihr Anliegen wurde nicht genehmigt und wird nicht umgesetzt.",
    Stage.WITHDRAWN: "Ihr Anliegen wird nicht umgesetzt.",
}
_AS_WISHED = (
    "You have taken it back: what you asked for will not be done.",
    "Wie gewünscht wird Ihr Anliegen nicht umgesetzt.",
)
_OVER = ("The change is closed.", "Die Änderung ist abgeschlossen.")
_REASON = ("The reason:", "Die Begründung:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    policy: Policy
    asking: Asking
    replies: Replies
    closer: Closer
    spending: Spending
    announcer: Announcer

    def end(
        self, case: Case, change: Change, stage: Stage, why: str, *, answer: bool, code: CloseCode | None = None, done: str = ""
    ) -> Change:
        """`stage` is one of those that end it. With `answer` the reason goes to whoever asked, as the final response of the
        ticket; a ticket that nobody asked for is canceled instead. `done` is what the timeline says, where `why` does not."""
        self.spending.release_all(case, why)
        change = case.books.changes.get(change.ticket) or change  # what was given back stands in it
        ended = replace(change, stage=stage, since=case.now, ended_at=case.now, ended_because=why, close_code=code)
        if code is CloseCode.BACKED_OUT:
            ended = replace(ended, backed_out=True)
        put(ended, case, _SAYS[stage], done or why, {"close_code": code.value} if code is not None else {})
        self.asking.stop(case, f"the change is {stage.value}")
        case.books.outbox.cancel(case.ticket.number, (NoticeKind.CONSENT_WANTED,), f"the change is {stage.value}")
        case.books.timers.cancel(case.ticket.number, TimerKind.ANNOUNCEMENT_DUE)
        if stage is not Stage.CLOSED:
            case.books.outbox.cancel(case.ticket.number, (NoticeKind.CHANGE_DECIDED,), f"the change is {stage.value}")
            self.announcer.called_off(case, change, why)
        if answer:
            self.answer(case, self._frame(stage, why, case))
        return ended

    def answer(self, case: Case, text: str) -> str:
        """The final response; what became of it in words. A ticket that nobody asked for has nobody who waits for one."""
        if case.ticket.state not in OPEN or self.replies.is_answered(case):
            return ""
        if not asked_for(case):
            self.closer.cancel(Cancel(reason=text[:2_000]), case)
            return "canceled: nobody asked who could be told"
        return self.replies.resolve(Resolve(text=text), case)

    def finish(self, case: Case) -> str:
        """A change that nobody asked for is closed: its ticket waits for no answer. What became of it in words. Its final
        response is on a page that product owners may see; what the review said is for colleagues."""
        if case.ticket.state not in OPEN:
            return f"the ticket is {case.ticket.state.value}"
        self.replies.resolve(Resolve(text=_OVER[self._is_german(case)]), case)
        self.closer.resolve(case, "the change is closed, and nobody asked who could be told")
        return "resolved: nobody asked who could be told"

    def _frame(self, stage: Stage, why: str, case: Case) -> str:
        german = self._is_german(case)
        if case.by.role is Role.REQUESTER and stage is Stage.WITHDRAWN:
            return _AS_WISHED[german]
        sentence = (_GERMAN if german else _ENGLISH)[stage]
        return f"{sentence}\n\n{_REASON[german]} {why}"

    def _is_german(self, case: Case) -> bool:
        mailbox = self.policy.mailboxes.get(case.ticket.mailbox)
        return mailbox is not None and mailbox.language.lower().startswith("de")


def asked_for(case: Case) -> bool:
    """By a person who takes answers?"""
    opening, _ = case.books.tickets.opening(case.ticket.number)
    return opening is not None and opening.answerable and case.ticket.caller is not None
