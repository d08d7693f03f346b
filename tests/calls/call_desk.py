"""A desk with people who have phones, and callers: each method is one webhook as the phone channel understands it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from intake.desk.policy import Policy
from intake.domain.call import WITHHELD, Call, Ringing
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import (
    ContinueTicket,
    Deed,
    EndCall,
    NameMatter,
    NoteCall,
    PressKey,
    TakeCall,
    TryPeople,
)
from intake.domain.event import Event, EventKind
from intake.domain.label import Category, Kind, Label, Level, Priority
from intake.domain.message import InboundMessage, ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Receipt
from intake.domain.remote_file import RemoteFile
from intake.domain.story import TicketStory
from storage.store import SqlStore
from tests.desk.at_the_desk import AtTheDesk
from tests.desk.on_call import PEOPLE, policy_on_call

LINE, CALLER, OTHER = "+4930901820", "+33140000000", "+33140000001"
PHONES = {"Ben": "+4930100001", "Cleo": "+4930100002", "Kim": "+4930100003", "Lee": "+4930100004"}
LADDER = """
[[ladder]]
name = "urgent"
priorities = ["P1", "P2"]
steps = [
  { page = "on_call", tier = 1, by = ["phone", "email"], wait_minutes = 10 },
  { page = "on_call", tier = 2, by = ["phone"], wait_minutes = 10 },
  { page = "team", tier = 3, by = ["phone", "sms"], wait_minutes = 10 },
]
"""
UNCLEAR = Label(kind=Kind.NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.2, version="test")
OUTAGE = Label(
    kind=Kind.INCIDENT, category=Category.UNAVAILABLE, impact=Level.HIGH, urgency=Level.HIGH, confidence=0.9, version="test"
)
BROKEN = replace(OUTAGE, impact=Level.LOW, urgency=Level.MEDIUM)
SENDERS = (Channel.EMAIL, Channel.SMS, Channel.PHONE)


def with_phones() -> str:
    """The people of the other tests, each with a phone."""
    people = PEOPLE.replace('phone = "+4930901820"\n', "")
    for name, phone in PHONES.items():
        people = people.replace(f'name = "{name}"\n', f'name = "{name}"\nphone = "{phone}"\n')
    return people


def call_policy(ladders: str = LADDER, more: str = "") -> Policy:
    return policy_on_call(ladders, with_phones() + more)


def conversation(call: str) -> ThreadRef:
    return ThreadRef(channel=Channel.PHONE, kind=ThreadKind.CONVERSATION, value=call)


def phone(value: str) -> Address:
    return Address(kind=AddressKind.PHONE, value=value)


@dataclass
class CallDesk(AtTheDesk):
    _said: int = 0

    def rings(self, call: str = "CA1", caller: str = CALLER) -> int:
        receipt = self.begins(call, caller)
        assert receipt.ticket is not None
        return receipt.ticket

    def begins(self, call: str = "CA1", caller: str = CALLER) -> Receipt:
        message = InboundMessage(
            channel=Channel.PHONE,
            external_id=call,
            received_at=self.clock(),
            author=phone(caller) if caller else None,
            subject=f"Call from {caller or 'a withheld number'}",
            known_as=(conversation(call),),
            ringing=Ringing(line=LINE),
        )
        return self.hears(message, UNCLEAR)

    def says(
        self, text: str, label: Label = UNCLEAR, call: str = "CA1", *, seconds: int = 0, authentic: bool = True
    ) -> Receipt:
        """With `seconds` it is a recording of that length."""
        self._said += 1
        with self.store.looking() as reader:
            known = reader.call(call)
        file = RemoteFile(url=f"https://api.vendor.example/{self._said}", content_type="audio/x-wav", name="recording.wav")
        message = InboundMessage(
            channel=Channel.PHONE,
            external_id=f"{call}/what/{self._said}",
            received_at=self.clock(),
            author=phone(known.caller) if known is not None and known.caller else None,
            text=f"(recording of {seconds} seconds)" if seconds else text,
            answers=(conversation(call),),
            authentic=authentic,
            remote=(file,) if seconds else (),
        )
        return self.hears(message, label)

    def leaves_a_recording(self, seconds: int = 12, call: str = "CA1") -> Receipt:
        return self.says("", call=call, seconds=seconds)

    def names(self, kind: Kind, call: str = "CA1") -> Receipt:
        return self.in_call(NameMatter(call=call, kind=kind), call)

    def presses(self, call: str = "CA1", **levels: Level) -> Receipt:
        return self.in_call(PressKey(**levels), call)

    def is_noted(self, text: str, call: str = "CA1") -> Receipt:
        return self.in_call(NoteCall(call=call, text=text), call)

    def continues(self, ticket: int, call: str = "CA1") -> Receipt:
        return self.in_call(ContinueTicket(call=call, on=ticket), call)

    def is_rung(self, whom: str, outcome: str = "no-answer", call: str = "CA1", *, last: bool = False) -> Receipt:
        return self.in_call(TryPeople(call=call, whom=whom, outcome=outcome, last=last), call)

    def is_taken(self, whom: str = "Kim", call: str = "CA1") -> Receipt:
        return self.in_call(TakeCall(call=call, whom=whom), call, Principal(name=whom, role=Role.DEVICE))

    def ends(self, call: str = "CA1", outcome: str = "completed", seconds: int = 40) -> Receipt:
        return self.in_call(EndCall(call=call, outcome=outcome, seconds=seconds), call)

    def in_call(self, deed: Deed, call: str, by: Principal | None = None) -> Receipt:
        with self.store.looking() as reader:
            known = reader.call(call)
        caller = Principal(name=(known.caller if known else "") or WITHHELD, role=Role.DEVICE)
        return self.does(deed, by or caller, thread=conversation(call))

    def call(self, name: str = "CA1") -> Call:
        with self.store.looking() as reader:
            call = reader.call(name)
        assert call is not None
        return call

    def happened(self, ticket: int, *kinds: EventKind) -> list[Event]:
        return [event for event in self.story(ticket).events if event.kind in kinds]

    def texted(self, ticket: int) -> list[tuple[str, timedelta]]:
        """Acknowledgements by SMS that are to leave: to which number, and how much later than they were written."""
        return [
            (one.address, one.due_at - one.created_at)
            for one in self.story(ticket).deliveries
            if one.channel is Channel.SMS
            and one.notice is not None
            and one.notice.kind is NoticeKind.ACKNOWLEDGEMENT
            and one.state.value == "queued"
        ]

    def told(self, ticket: int) -> list[NoticeKind]:
        """All that anybody was to be told of it, in order."""
        return [one.notice.kind for one in self.story(ticket).deliveries if one.notice is not None]

    def priority(self, ticket: int) -> Priority:
        return self.ticket(ticket).priority

    def paged(self, ticket: int) -> list[str]:
        """Whom by phone, in order."""
        pages = [page for paging in self.story(ticket).pagings for page in paging.pages]
        return [page.agent for page in pages if page.channel is Channel.PHONE]

    def passes(self, **by: int) -> None:
        self.clock.advance(**by)
        while self.fires_what_is_due():
            pass

    def everything(self, *tickets: int) -> list[TicketStory]:
        return [self.story(ticket) for ticket in tickets]


def called_desk(store: SqlStore, policy: Policy | None = None) -> CallDesk:
    return CallDesk(store=store, policy=policy or call_policy(), senders=SENDERS)
