"""Two replicas get the webhooks of one call at the same moment, each of them twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from intake.desk.incoming import Incoming
from intake.desk.record import as_texts, replayed
from intake.domain.action import Action
from intake.domain.call import Ringing
from intake.domain.channel import Channel
from intake.domain.deed import Deed, EndCall, PressKey, TakeCall, TryPeople
from intake.domain.event import EventKind
from intake.domain.label import Level
from intake.domain.message import InboundMessage
from intake.domain.principal import Principal, Role
from storage.store import SqlStore
from tests.calls.call_desk import CALLER, LINE, OUTAGE, UNCLEAR, CallDesk, call_policy, called_desk, conversation, phone
from tests.desk.test_at_once import entered

CALLS = 6


@pytest.fixture
def replicas(pg_database: str) -> Iterator[tuple[CallDesk, CallDesk]]:
    one, other, policy = SqlStore(pg_database), SqlStore(pg_database), call_policy()
    yield called_desk(one, policy), called_desk(other, policy)
    one.close()
    other.close()


def begins(desk: CallDesk, call: str) -> Incoming:
    desk.classifier.label = UNCLEAR
    return desk.understood(
        InboundMessage(
            channel=Channel.PHONE,
            external_id=call,
            received_at=desk.clock(),
            author=phone(CALLER),
            subject=f"Call from {CALLER}",
            known_as=(conversation(call),),
            ringing=Ringing(line=LINE),
        )
    )


def speaks(desk: CallDesk, call: str) -> Incoming:
    desk.classifier.label = OUTAGE
    text = "the network of the whole plant is down"
    return desk.understood(
        InboundMessage(
            channel=Channel.PHONE,
            external_id=f"{call}/what/1",
            received_at=desk.clock(),
            author=phone(CALLER),
            text=text,
            answers=(conversation(call),),
            authentic=True,
        )
    )


def does(desk: CallDesk, call: str, deed: Deed) -> Incoming:
    return desk.understood(
        Action(
            channel=Channel.PHONE,
            external_id=f"{call}/{deed.verb}",
            received_at=desk.clock(),
            by=Principal(name="Kim" if isinstance(deed, TakeCall) else CALLER, role=Role.DEVICE),
            deed=deed,
            thread=conversation(call),
        )
    )


def at_once(replicas: tuple[CallDesk, CallDesk], webhooks: list[list[Incoming]]) -> None:
    """The first list to the first replica, the second to the second."""
    work = [(desk, incoming) for desk, mine in zip(replicas, webhooks, strict=True) for incoming in mine]
    start = Barrier(len(work))

    def act(place: int) -> None:
        desk, incoming = work[place]
        start.wait()
        entered(desk, incoming)

    with ThreadPoolExecutor(len(work)) as threads:
        list(threads.map(act, range(len(work))))


@pytest.mark.postgres
@pytest.mark.parametrize("round", range(CALLS))
def test_one_call_is_one_ticket_and_everything_in_it_happens_once(replicas: tuple[CallDesk, CallDesk], round: int) -> None:
    desk, call = replicas[0], f"CA{round}"
    at_once(replicas, [[begins(one, call)] * 2 for one in replicas])
    deeds: list[Deed] = [
        PressKey(impact=Level.HIGH),
        TryPeople(call=call, whom="Ben", outcome="no-answer", last=True),
        TakeCall(call=call, whom="Kim"),
        EndCall(call=call, outcome="completed", seconds=40),
    ]
    at_once(replicas, [[speaks(one, call), *(does(one, call, deed) for deed in deeds)] for one in replicas])
    number = desk.call(call).ticket
    story = desk.story(number)
    assert as_texts(story.line.ticket) == replayed(story.events)
    assert [message.body for message in story.messages] == ["the network of the whole plant is down"]
    assert len(desk.texted(number)) == 1
    kinds = [event.kind for event in story.events]
    for kind in (EventKind.CALL_BEGAN, EventKind.CALL_TAKEN, EventKind.CALL_ENDED, EventKind.PEOPLE_TRIED):
        assert kinds.count(kind) == 1
    assert len(desk.paged(number)) <= 1
    assert desk.call(call).connected_to == "Kim"
    with desk.store.looking() as reader:
        assert [one.name for one in reader.calls(limit=10)] == [call]
        assert len(reader.tickets(limit=10)) == 1
