"""Whatever comes in, and however often, no cap of the outbound gate is passed: counted from what is in the outbox."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.desk.policy_file.whole import read_policy
from intake.desk.signed_names import message_id, reply_tag
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.label import Label
from intake.domain.message import InboundMessage, ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from storage.store import SqlStore
from tests.desk.at_the_desk import BURNING, CALM, KEYS, AtTheDesk, mail
from tests.desk.test_gate import all_deliveries, held, somebody, with_caps

CAPS = {
    "per_recipient_and_ticket": 2,
    "per_recipient": 4,
    "pages_per_recipient": 3,
    "digest_lines_per_recipient": 9,
    "per_instance": 8,
}
DIGESTS = frozenset({NoticeKind.ARRIVAL, NoticeKind.ADDITION, NoticeKind.UNREACHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A machine that answers the desk: who it says it is, what it points at, how often, and how long after the last."""

    sender: int
    burning: bool
    points_at: str
    times: int
    minutes: int
    together: bool


BURSTS = st.builds(
    Burst,
    sender=st.integers(0, 12).map(lambda number: max(number - 8, 0)),  # mostly the same one
    burning=st.booleans(),
    points_at=st.sampled_from(["nothing", "ticket", "mail", "subject"]),
    times=st.integers(1, 12),
    minutes=st.sampled_from([0, 0, 0, 1, 7, 29, 61]),
    together=st.booleans(),
)


def letters(burst: Burst, newest: Delivery | None) -> Iterable[InboundMessage]:
    """Each under a name of its own, as a loop partner without a memory writes them."""
    for _ in range(burst.times):
        answers: tuple[ThreadRef, ...] = ()
        if newest is not None and burst.points_at == "ticket":
            answers = (ref(ThreadKind.REPLY_ADDRESS, reply_tag(KEYS, newest.ticket)),)
        elif newest is not None and burst.points_at == "mail":
            answers = (ref(ThreadKind.MESSAGE_ID, message_id(KEYS, newest.ticket, newest.id, "localhost")),)
        elif newest is not None and burst.points_at == "subject":
            answers = (ref(ThreadKind.SUBJECT_TAG, f"HD-{newest.ticket}"),)
        yield mail("I am away.", author=somebody(burst.sender), answers=answers)


def ref(kind: ThreadKind, value: str) -> ThreadRef:
    return ThreadRef(channel=Channel.EMAIL, kind=kind, value=value)


def take_in(desk: AtTheDesk, burst: Burst, label: Label) -> None:
    newest = next(reversed(all_deliveries(desk)), None)
    if not burst.together:
        for letter in letters(burst, newest):
            desk.hears(letter, label)
        return
    desk.classifier.label = label
    batch = [desk.understood(letter) for letter in letters(burst, newest)]
    with desk.store.begin() as books:
        for one in batch:
            desk.desk.foresee(one, books)
        for one in batch:
            desk.desk.enter(one, books)


def most_in_a_window(
    deliveries: Sequence[Delivery],
    of: Callable[[Delivery], Hashable],
    at: Callable[[Delivery], datetime | None],
    desk: AtTheDesk,
) -> int:
    """The fullest window of all, of whatever `of` keeps apart."""
    moments: dict[Hashable, list[datetime]] = defaultdict(list)
    for delivery in deliveries:
        if (moment := at(delivery)) is not None:
            moments[of(delivery)].append(moment)
    window = desk.policy.gate.window
    return max((sum(end - window < at <= end for at in times) for times in moments.values() for end in times), default=0)


def is_page(delivery: Delivery) -> bool:
    return delivery.notice is not None and delivery.notice.kind is NoticeKind.PAGE


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(bursts=st.lists(BURSTS, min_size=3, max_size=7))
def test_no_loop_passes_a_cap(at_the_desk: AtTheDesk, bursts: list[Burst]) -> None:
    """One example after the other goes on with the same store and the same clock: the promise is about all of it."""
    with_caps(at_the_desk, **CAPS)
    for burst in bursts:
        at_the_desk.clock.advance(minutes=burst.minutes)
        take_in(at_the_desk, burst, BURNING if burst.burning else CALM)
        at_the_desk.fires_what_is_due()
        at_the_desk.sends(Channel.EMAIL)
    passed = [d for d in all_deliveries(at_the_desk) if d.state is not DeliveryState.HELD]
    alone = [d for d in passed if not d.group and not is_page(d)]
    lines = [d for d in passed if d.group]
    digests = list({d.sent_ref: d for d in lines if d.sent_ref}.values())
    for at in (lambda d: d.created_at, lambda d: d.sent_at):  # queued, and left
        assert most_in_a_window(alone, lambda d: (d.address, d.ticket), at, at_the_desk) <= CAPS["per_recipient_and_ticket"]
        assert most_in_a_window(alone, lambda d: d.address, at, at_the_desk) <= CAPS["per_recipient"]
        assert most_in_a_window(alone, lambda d: "anybody", at, at_the_desk) <= CAPS["per_instance"]
        assert most_in_a_window([*filter(is_page, passed)], lambda d: d.address, at, at_the_desk) <= CAPS["pages_per_recipient"]
    assert (
        most_in_a_window(lines, lambda d: d.address, lambda d: d.created_at, at_the_desk) <= CAPS["digest_lines_per_recipient"]
    )
    assert most_in_a_window(digests, lambda d: d.address, lambda d: d.sent_at, at_the_desk) <= CAPS["per_recipient"] + 1


def test_the_loops_that_are_tried_do_reach_the_caps(at_the_desk: AtTheDesk) -> None:
    """Or the test above would prove nothing."""
    with_caps(at_the_desk, **CAPS)
    for sender in (0, 0, 1, 2, 3):
        burst = Burst(sender=sender, burning=sender < 2, points_at="nothing", times=4, minutes=0, together=False)
        take_in(at_the_desk, burst, BURNING if burst.burning else CALM)
    assert {cap.value for cap in held(at_the_desk) if cap} == set(CAPS) - {"per_recipient_and_ticket"}


@pytest.mark.postgres
def test_two_replicas_at_once_pass_a_cap_by_no_more_than_one_of_them_has_in_hand(pg_database: str) -> None:
    """Neither sees what the other has not committed; what is committed, both see."""
    one, other = SqlStore(pg_database), SqlStore(pg_database)
    policy = read_policy(None)
    policy = replace(policy, gate=replace(policy.gate, per_instance=5, per_recipient=3))
    desks = [AtTheDesk(store=one, policy=policy), AtTheDesk(store=other, policy=policy, replica="two")]
    loop = Address(kind=AddressKind.EMAIL, value="loop@partner.example")
    desks[0].hears(mail(author=loop))
    with one.begin() as first, other.begin() as second:
        for desk, books in zip(desks, (first, second), strict=True):
            for _ in range(4):
                desk.desk.enter(desk.understood(mail(author=loop)), books)
    for desk in desks:
        desk.hears(mail(author=loop))
    queued = [d for d in all_deliveries(desks[0]) if d.state is DeliveryState.QUEUED and not d.group]
    assert policy.gate.per_recipient <= len(queued) <= policy.gate.per_recipient + 2  # each had room for two
    one.close()
    other.close()
