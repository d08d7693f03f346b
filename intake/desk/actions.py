"""What people and machines do to a ticket without saying anything: may they, is it as they saw it, and then the deed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from intake.desk.calls.at_work import CallsAtWork
from intake.desk.case import Case
from intake.desk.changes.at_work import ChangesAtWork
from intake.desk.changes.open_fix import FixOpener
from intake.desk.changes.owners import is_product_owner
from intake.desk.changes.teams import teams_of_change
from intake.desk.chat.choosing import Choosing
from intake.desk.chat.progress import Progress
from intake.desk.closing import Closer
from intake.desk.delivery_reports import NOBODY_PAGED, DeliveryReports
from intake.desk.handing_over import HandOver
from intake.desk.joining import Joiner
from intake.desk.labelling import Labeller
from intake.desk.paging import Pager
from intake.desk.parties import is_caller
from intake.desk.people import People
from intake.desk.permissions import demand_deed
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.replies import Replies
from intake.desk.storms.at_work import StormsAtWork
from intake.desk.telling import Teller
from intake.desk.undoing import Undoer
from intake.domain import deed as d
from intake.domain.action import Action
from intake.domain.channel import Channel
from intake.domain.deed import Deed
from intake.domain.errors import Forbidden, NotFound, PolicyViolation, TooEarly
from intake.domain.principal import Role
from intake.domain.ticket import Ticket, spoken

# A deed's own handler takes its own class of deed: the table keeps the two together.
Handler = Callable[..., str]

CALL_MAY_COME = timedelta(hours=1)  # its begin, after what is done in it: from the spool of another replica


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Each deed returns what happened in words; a refusal raises Forbidden, PolicyViolation, IllegalTransition or NotFound."""

    policy: Policy
    teller: Teller
    pager: Pager
    hand_over: HandOver
    replies: Replies
    closer: Closer
    labeller: Labeller
    joiner: Joiner
    undoer: Undoer
    people: People
    storms: StormsAtWork
    changes: ChangesAtWork
    fix_opener: FixOpener
    calls: CallsAtWork
    choosing: Choosing

    @property
    def handlers(self) -> Mapping[type[Deed], Handler]:
        return {
            d.Take: self.hand_over.take,
            d.Assign: self.hand_over.assign,
            d.Hold: self.hand_over.hold,
            d.Resume: self.hand_over.resume,
            d.Escalate: self.hand_over.escalate,
            d.Return: self.hand_over.send_back,
            d.Reply: self.storms.final_word.reply,
            d.Note: self.replies.note,
            d.Resolve: self.storms.final_word.resolve,
            d.ConfirmUndeliverable: self.storms.final_word.confirm_undeliverable,
            d.Confirm: self.closer.confirm,
            d.Dispute: self.closer.dispute,
            d.Close: self.closer.close,
            d.Reopen: self.closer.reopen,
            d.Cancel: self.closer.cancel,
            d.Merge: self.joiner.merge,
            d.Split: self.joiner.split,
            d.Link: self.joiner.link,
            d.Unlink: self.joiner.unlink,
            d.Relabel: self.labeller.relabel,
            d.ConfirmStorm: self.storms.by_hand.confirm,
            d.DissolveStorm: self.storms.by_hand.dissolve,
            d.UpdateStorm: self.storms.by_hand.update,
            d.JoinStorm: self.storms.by_hand.join,
            d.LeaveStorm: self.storms.by_hand.leave,
            **self.changes.handlers,
            d.OpenFix: self.fix_opener.open,
            d.AnswerQuestion: self.labeller.answer_question,
            d.CorrectKind: self.labeller.correct_kind,
            d.ChooseTicket: self.choosing.choose,
            d.AcceptReply: self.people.accept,
            d.RejectReply: self.people.reject,
            d.LinkAddress: self.people.link_address,
            d.UnlinkAddress: self.people.unlink_address,
            d.Watch: self.people.watch,
            d.Unwatch: self.people.unwatch,
            d.Undo: self.undoer.undo,
            d.AcknowledgePage: self._acknowledge_page,
            **self.calls.handlers,
            d.ReportDelivery: self.reports.report,
        }

    @property
    def reports(self) -> DeliveryReports:
        return DeliveryReports(replies=self.replies, pager=self.pager)

    def apply(self, action: Action, case: Case) -> str:
        """What was done."""
        its_teams = partial(teams_of_change, case, self.policy)
        demand_deed(action.by, action.deed, case.ticket, self.policy, case.was_paged, its_teams)
        self._demand_own(action, case)
        self._demand_seen(action, case)
        before = case.ticket
        done = self.handlers[type(action.deed)](action.deed, case)
        self.storms.aftermath.follow(before, case)
        self.changes.aftermath.follow(before, case)
        self.teller.refresh(case.ticket, case.books, case.now)
        Progress(teller=self.teller).follow(before, case, action.deed)
        if type(action.deed) not in _SILENT:
            self.teller.tell_watching_staff(case.ticket, done, action.by.name, case.books, case.now)
        return done

    def _demand_own(self, action: Action, case: Case) -> None:
        """Raises Forbidden. A product owner decides on what others asked for."""
        if action.by.role is not Role.REQUESTER:
            return
        address, number = action.by.address, spoken(case.ticket.number)
        if isinstance(action.deed, d.ConsentToChange | d.DeclineChange):
            if not is_product_owner(address, case, self.policy):
                raise Forbidden(f"{action.by.name} is no product owner of what {number} is booked on")
        elif not is_caller(address, case.ticket, case.books):
            raise Forbidden(f"{number} was asked by somebody else")

    def ticket_of(self, action: Action, books: UnitOfWork, now: datetime) -> Ticket:
        """Raises NotFound, or TooEarly for a call whose begin still lies in a spool elsewhere."""
        number = action.ticket
        if number is None and action.thread is not None:
            number = books.threads.bound([action.thread]).get(action.thread)
        if number is None and action.delivery is not None and (delivery := books.outbox.get(action.delivery)) is not None:
            number = delivery.ticket
        if number is not None and (other := _other(action.deed, number, books)) is not None and other < number:
            books.tickets.get(other)  # locked in the order of numbers: two who merge crosswise do not wait for each other
        ticket = books.tickets.get(number) if number is not None else None
        by_call = action.thread is not None and isinstance(action.deed, _OF_A_CALLEE)
        if ticket is None and by_call and now - action.received_at < CALL_MAY_COME:
            raise TooEarly(f"{action.deed.verb}: its call is not known yet")
        if ticket is None:
            raise NotFound(f"{action.deed.verb}: there is no such ticket")
        return ticket

    def _demand_seen(self, action: Action, case: Case) -> None:
        """Of two who act at once, the one who had not seen what the other did is told."""
        if action.seen is None or action.seen == case.ticket.revision:
            return
        newest = case.books.tickets.newest_event(case.ticket.number)
        since = f"{newest.actor}, {newest.at:%H:%M} UTC: {newest.kind.value}, {newest.reason}" if newest else "it changed"
        raise PolicyViolation(f"{spoken(case.ticket.number)} has changed since you looked ({since}): look again")

    def _acknowledge_page(self, _deed: d.AcknowledgePage, case: Case) -> str:
        over = self.reports.is_of_a_run_that_is_over(case)
        how = _HOW.get(case.channel, "")
        acknowledged = not over and self.pager.acknowledge(case.ticket, case.by.name, case.books, case.now, how)
        self.reports.was_taken(case)
        if acknowledged:
            return "acknowledged"
        by = self.reports.who_was_quicker(case) if case.channel is Channel.SLACK else ""
        return f"{NOBODY_PAGED}: {by} was quicker" if by else NOBODY_PAGED


def _other(deed: Deed, number: int, books: UnitOfWork) -> int | None:
    """The second ticket that it touches, or rests on."""
    match deed:
        case (
            d.ContinueTicket(on=other)
            | d.ChooseTicket(on=other)
            | d.Merge(into=other)
            | d.Link(other=other)
            | d.Unlink(other=other)
            | d.JoinStorm(storm=other)
        ):
            return other
        case d.PlanChange(incident=other):
            return other
        case d.SubmitChange() | d.UseTemplate() | d.RequestApproval() | d.ImplementChange():
            change = books.changes.get(number)
            return change.incident if change is not None else None
        case _:
            return None


_HOW: Mapping[Channel, str] = {
    Channel.FORM: "by the link in its mail",
    Channel.PHONE: "by key",
    Channel.SLACK: "by button in Slack",
}
# On the phone of whoever is rung for a caller nobody says who called: these come without the call's begin.
_OF_A_CALLEE = (d.TakeCall, d.NoteCall)
_SILENT: frozenset[type[Deed]] = frozenset(
    {d.Watch, d.Unwatch, d.ReportDelivery, d.AcknowledgePage, d.PressKey}
    | {d.NameMatter, d.NoteCall, d.ContinueTicket, d.TryPeople, d.EndCall, d.NoteConference}
)  # fmt: skip
