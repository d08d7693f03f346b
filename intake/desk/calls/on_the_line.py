"""The call that something happened in, and whether its ticket is the caller's to decide about."""

from collections.abc import Mapping
from dataclasses import replace

from intake.desk.calls.waiting import CALL
from intake.desk.case import Case
from intake.desk.joining import final_ticket
from intake.desk.labelling import PERSON
from intake.domain.call import WITHHELD, Call
from intake.domain.channel import Channel
from intake.domain.errors import NotFound
from intake.domain.event import EventKind
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.timer import TimerKind


def called(name: str, case: Case) -> Call:
    """Raises NotFound."""
    if (call := case.books.calls.named(name)) is None:
        raise NotFound("There is no such call")
    return call


def name_of(thread: ThreadRef | None) -> str:
    """What the channel calls the call that this conversation is; empty for any other."""
    is_call = thread is not None and thread.channel is Channel.PHONE and thread.kind is ThreadKind.CONVERSATION
    return thread.value if thread is not None and is_call else ""


def conversation(call: str) -> ThreadRef:
    return ThreadRef(channel=Channel.PHONE, kind=ThreadKind.CONVERSATION, value=call)


def caller_of(number: str) -> Principal:
    return Principal(name=number or WITHHELD, role=Role.DEVICE)


def in_the_end(case: Case) -> Case:
    """Where the call's ticket was merged meanwhile: the one that people work on."""
    target = final_ticket(case.ticket, case.books)
    return case if target is case.ticket else case.on(target)


def is_its_own(call: Call, case: Case) -> bool:
    """Did this call open the ticket, or one of the same number in which nothing was said?"""
    began = case.books.tickets.events_of(case.ticket.number, {EventKind.CALL_BEGAN}, _LOOK_BACK)
    return any(event.data.get(CALL) == call.name for event in began)


def may_decide(call: Call, case: Case) -> bool:
    """May the caller's keys make it less than it is? A number is no proof: not of another ticket, and not against a person's
    judgement."""
    return is_its_own(call, case) and case.ticket.label_version != PERSON


def is_provisional(case: Case) -> bool:
    """Nobody has said a word about it yet, in any of its calls."""
    calls = case.books.calls.of(case.ticket.number)
    return bool(calls) and not any(call.said for call in calls)


def has_said(call: Call, case: Case) -> Call:
    """From now on its ticket does not close for silence."""
    if call.said:
        return call
    said = replace(call, said=True)
    case.books.calls.save(said)
    case.books.timers.cancel(call.ticket, TimerKind.CALL_SILENT)
    return said


def note(kind: EventKind, call: str, reason: str, case: Case, data: Mapping[str, str] | None = None) -> None:
    """On the timeline, without a change."""
    case.note(kind, reason, {CALL: call, **(data or {})})


_LOOK_BACK = 50  # calls of one ticket
