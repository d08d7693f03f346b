"""Every input ends in exactly one outcome."""

from dataclasses import replace

import pytest

from intake.desk.signed_names import loop_mark, message_id, reply_tag
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Take
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.label import Kind, Label, Level, Priority
from intake.domain.message import Bounce, Nature, ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from intake.domain.ticket import State
from storage.reader import SqlReader
from tests.desk.at_the_desk import ANN, BURNING, KEYS, MALLORY, AtTheDesk, mail


def ref(kind: ThreadKind, value: str) -> ThreadRef:
    return ThreadRef(channel=Channel.EMAIL, kind=kind, value=value)


def notices(at_the_desk: AtTheDesk, ticket: int | None) -> list[NoticeKind]:
    return [delivery.notice.kind for delivery in at_the_desk.story(ticket).deliveries if delivery.notice]


def test_a_mail_opens_a_labelled_routed_ticket_and_answers_its_author(at_the_desk: AtTheDesk) -> None:
    receipt = at_the_desk.hears(mail())
    story = at_the_desk.story(receipt.ticket)
    assert receipt.outcome is Outcome.OPENED
    assert (story.line.ticket.number, story.line.caller) == (1001, ANN.value)
    assert (story.line.ticket.kind, story.line.ticket.priority) == (Kind.SERVICE_REQUEST, Priority.P4)
    assert (story.line.ticket.state, story.line.ticket.assignment_group) == (State.NEW, "support")
    assert [event.kind for event in story.events] == [EventKind.OPENED, EventKind.LABELLED, EventKind.ROUTED]
    assert [(d.address, d.notice.kind) for d in story.deliveries if d.notice] == [
        (ANN.value, NoticeKind.ACKNOWLEDGEMENT),
        ("support@localhost", NoticeKind.ARRIVAL),
    ]


def test_the_same_message_twice_opens_one_ticket(at_the_desk: AtTheDesk) -> None:
    first, second = at_the_desk.hears(mail(name="same@x")), at_the_desk.hears(mail(name="same@x"))
    assert second == replace(first, duplicate=True)
    assert len(at_the_desk.story(first.ticket).deliveries) == 2


@pytest.mark.parametrize("way", ["receive", "enter"])
def test_the_same_message_twice_in_one_batch_opens_one_ticket(at_the_desk: AtTheDesk, way: str) -> None:
    twice = at_the_desk.understood(mail(name="same@x"))
    with at_the_desk.store.begin() as books:
        receipts = [getattr(at_the_desk.desk, way)(twice, books) for _ in range(2)]
    assert receipts[1] == replace(receipts[0], duplicate=True)
    assert len(at_the_desk.story(receipts[0].ticket).deliveries) == 2


@pytest.mark.parametrize("foreseen", [False, True])
@pytest.mark.parametrize("known", [False, True])
def test_what_one_batch_holds_sees_what_came_before_it_in_the_batch(
    at_the_desk: AtTheDesk, *, known: bool, foreseen: bool
) -> None:
    """A person's two mails, an answer to the first, the first mail again: all before anything is in the database."""
    if known:
        at_the_desk.hears(mail())
    answer = mail("More.", answers=(ref(ThreadKind.MESSAGE_ID, "first@customer.example"),))
    said = [mail(name="first@customer.example"), mail(), answer, mail(name="first@customer.example"), mail()]
    batch = [at_the_desk.understood(one) for one in said]
    with at_the_desk.store.begin() as books:
        for one in batch if foreseen else []:
            at_the_desk.desk.foresee(one, books)
        first, second, third, again, last = [at_the_desk.desk.enter(one, books) for one in batch]
    callers = {at_the_desk.story(receipt.ticket).line.ticket.caller for receipt in (first, second, last)}
    assert (third.outcome, third.ticket) == (Outcome.APPENDED, first.ticket)
    assert again == replace(first, duplicate=True)
    assert len(callers) == 1


@pytest.mark.parametrize("foreseen", [False, True])
def test_the_gate_counts_what_the_same_batch_has_queued(at_the_desk: AtTheDesk, *, foreseen: bool) -> None:
    cap = at_the_desk.policy.gate.per_recipient
    at_the_desk.hears(mail())
    batch = [at_the_desk.understood(mail()) for _ in range(cap + 1)]
    with at_the_desk.store.begin() as books:
        for one in batch if foreseen else []:
            at_the_desk.desk.foresee(one, books)
        receipts = [at_the_desk.desk.enter(one, books) for one in batch]
    states = [at_the_desk.story(receipt.ticket).deliveries[0].state for receipt in receipts]
    assert states == [DeliveryState.QUEUED] * (cap - 1) + [DeliveryState.HELD] * 2


@pytest.mark.parametrize("kind", [ThreadKind.REPLY_ADDRESS, ThreadKind.MESSAGE_ID])
def test_an_answer_that_carries_our_signature_is_appended(at_the_desk: AtTheDesk, kind: ThreadKind) -> None:
    number = at_the_desk.hears(mail()).ticket
    assert number is not None
    signed = reply_tag(KEYS, number) if kind is ThreadKind.REPLY_ADDRESS else message_id(KEYS, number, 77, "localhost")
    receipt = at_the_desk.hears(mail("It is louder now.", author=MALLORY, answers=(ref(kind, signed),)))
    assert (receipt.outcome, receipt.ticket) == (Outcome.APPENDED, number)
    assert [message.body for message in at_the_desk.story(number).messages][1] == "It is louder now."


@pytest.mark.parametrize("forged", ["{n}.aaaaaaaaaaaaaaaa", "{n}", "{n}.", "99999.aaaaaaaaaaaaaaaa"])
def test_a_made_up_reply_address_opens_a_ticket_of_its_own(at_the_desk: AtTheDesk, forged: str) -> None:
    number = at_the_desk.hears(mail()).ticket
    answers = (ref(ThreadKind.REPLY_ADDRESS, forged.format(n=number)),)
    receipt = at_the_desk.hears(mail("let me in", author=MALLORY, answers=answers))
    assert receipt.outcome is Outcome.OPENED
    assert receipt.ticket != number


@pytest.mark.parametrize(("author", "outcome"), [(ANN, Outcome.APPENDED), (MALLORY, Outcome.HELD), (None, Outcome.HELD)])
@pytest.mark.parametrize("kind", [ThreadKind.MESSAGE_ID, ThreadKind.SUBJECT_TAG])
def test_an_unsigned_reference_needs_a_participants_hand(
    at_the_desk: AtTheDesk, kind: ThreadKind, author: Address | None, outcome: Outcome
) -> None:
    number = at_the_desk.hears(mail(name="first@customer.example")).ticket
    value = "first@customer.example" if kind is ThreadKind.MESSAGE_ID else f"HD-{number}"
    receipt = at_the_desk.hears(mail("More.", author=author, answers=(ref(kind, value),)))
    last = at_the_desk.story(number).messages[-1]
    assert (receipt.outcome, receipt.ticket) == (outcome, number)
    assert (last.public, last.held) == (outcome is Outcome.APPENDED, outcome is Outcome.HELD)


@pytest.mark.parametrize("nature", sorted(set(Nature) - {Nature.HUMAN, Nature.ALERT, Nature.LIST}))
def test_machine_mail_without_a_ticket_is_suppressed_with_its_reason(at_the_desk: AtTheDesk, nature: Nature) -> None:
    receipt = at_the_desk.hears(mail(nature=nature))
    assert (receipt.outcome, receipt.ticket) == (Outcome.SUPPRESSED, None)
    assert nature.value in receipt.reason


@pytest.mark.parametrize("nature", [Nature.ALERT, Nature.LIST])
def test_an_alert_opens_a_ticket_and_is_never_answered(at_the_desk: AtTheDesk, nature: Nature) -> None:
    receipt = at_the_desk.hears(mail(nature=nature))
    assert receipt.outcome is Outcome.OPENED
    assert NoticeKind.ACKNOWLEDGEMENT not in notices(at_the_desk, receipt.ticket)
    assert EventKind.NOT_ANSWERED in [event.kind for event in at_the_desk.story(receipt.ticket).events]


def test_a_vacation_reply_to_our_acknowledgement_is_filed_out_of_sight(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail()).ticket
    assert number is not None
    signed = ref(ThreadKind.MESSAGE_ID, message_id(KEYS, number, 5, "localhost"))
    receipt = at_the_desk.hears(mail("I am away.", nature=Nature.OUT_OF_OFFICE, answers=(signed,)))
    story = at_the_desk.story(number)
    assert receipt.outcome is Outcome.APPENDED
    assert not story.messages[-1].public
    assert notices(at_the_desk, number).count(NoticeKind.ACKNOWLEDGEMENT) == 1


def test_a_bounce_marks_the_delivery_that_failed(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail()).ticket
    assert number is not None
    acknowledgement = at_the_desk.claims(Channel.EMAIL)[0]
    with at_the_desk.store.begin() as books:
        books.outbox.save(replace(acknowledgement.delivery, state=DeliveryState.SENT))
    signed = ref(ThreadKind.MESSAGE_ID, message_id(KEYS, number, acknowledgement.delivery.id, "localhost"))
    bounce = Bounce(recipients=(ANN.value,), temporary=False, status="5.1.1")
    at_the_desk.hears(mail("undeliverable", author=None, nature=Nature.BOUNCE, bounce=bounce, answers=(signed,)))
    story = at_the_desk.story(number)
    assert (story.deliveries[0].state, story.deliveries[0].error) == (DeliveryState.FAILED, "bounced 5.1.1")
    assert EventKind.DELIVERY_FAILED in [event.kind for event in story.events]


def test_our_own_mail_coming_back_is_suppressed(at_the_desk: AtTheDesk) -> None:
    receipt = at_the_desk.hears(mail(loop_mark=loop_mark(KEYS, "desk@localhost")))
    assert (receipt.outcome, receipt.ticket) == (Outcome.SUPPRESSED, None)


def test_a_loop_mark_that_we_did_not_sign_hides_nothing(at_the_desk: AtTheDesk) -> None:
    assert at_the_desk.hears(mail(loop_mark="desk@localhost/aaaaaaaaaaaaaaaa")).outcome is Outcome.OPENED


def test_mail_from_the_desks_own_address_is_not_answered(at_the_desk: AtTheDesk) -> None:
    own = Address(kind=AddressKind.EMAIL, value="desk@localhost")
    assert NoticeKind.ACKNOWLEDGEMENT not in notices(at_the_desk, at_the_desk.hears(mail(author=own)).ticket)


def test_a_mail_without_a_usable_sender_still_becomes_a_ticket(at_the_desk: AtTheDesk) -> None:
    receipt = at_the_desk.hears(mail(author=None))
    assert receipt.outcome is Outcome.OPENED
    assert at_the_desk.story(receipt.ticket).line.caller == ""


def test_an_unlabelled_message_goes_to_support(at_the_desk: AtTheDesk) -> None:
    nothing = Label(kind=Kind.NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.1)
    ticket = at_the_desk.story(at_the_desk.hears(mail("?"), nothing).ticket).line.ticket
    assert (ticket.kind, ticket.category, ticket.assignment_group) == (Kind.NONE, None, "support")


def test_the_gate_stops_answering_one_address_but_keeps_every_ticket(at_the_desk: AtTheDesk) -> None:
    cap = at_the_desk.policy.gate.per_recipient
    receipts = [at_the_desk.hears(mail()) for _ in range(cap + 3)]
    states = [at_the_desk.story(receipt.ticket).deliveries[0].state for receipt in receipts]
    assert {receipt.outcome for receipt in receipts} == {Outcome.OPENED}
    assert states == [DeliveryState.QUEUED] * cap + [DeliveryState.HELD] * 3
    last = at_the_desk.story(receipts[-1].ticket)
    assert EventKind.HELD_BACK in [event.kind for event in last.events]
    assert "this recipient" in last.deliveries[0].error


def test_the_gate_opens_again_after_its_window(at_the_desk: AtTheDesk) -> None:
    for _ in range(at_the_desk.policy.gate.per_recipient):
        at_the_desk.hears(mail())
    at_the_desk.clock.advance(minutes=61)
    assert at_the_desk.story(at_the_desk.hears(mail()).ticket).deliveries[0].state is DeliveryState.QUEUED


def test_without_a_sender_the_answer_waits_as_no_relay(at_the_desk: AtTheDesk) -> None:
    at_the_desk.senders = ()
    deliveries = at_the_desk.story(at_the_desk.hears(mail()).ticket).deliveries
    assert {delivery.state for delivery in deliveries} == {DeliveryState.NO_RELAY}


def test_a_fault_of_ours_quarantines_the_message_and_spares_its_neighbours(at_the_desk: AtTheDesk) -> None:
    poisoned = at_the_desk.understood(mail(name="bad\0name@x"), raw=b"the very bytes")
    poisoned = replace(poisoned, said=mail(subject="\ud800", text="\0"))  # PostgreSQL refuses NUL, SQLite a lone surrogate
    with at_the_desk.store.begin() as books:
        before = at_the_desk.desk.receive(at_the_desk.understood(mail()), books)
        bad = at_the_desk.desk.receive(poisoned, books)
        after = at_the_desk.desk.receive(at_the_desk.understood(mail()), books)
    assert [before.outcome, bad.outcome, after.outcome] == [Outcome.OPENED, Outcome.QUARANTINED, Outcome.OPENED]
    with at_the_desk.store.begin() as books:
        entry = books.ledger.entry(bad.id)
        assert entry is not None
        assert books.ledger.raw(entry) == b"the very bytes"
        assert "Traceback" in entry.fault


def test_replay_opens_the_ticket_once(at_the_desk: AtTheDesk) -> None:
    broken = replace(at_the_desk.understood(mail(name="m@x")), said=None, fault="Traceback\nValueError: planted")
    with at_the_desk.store.begin() as books:
        held = at_the_desk.desk.receive(broken, books)
    receipts = []
    for _ in range(2):
        with at_the_desk.store.begin() as books:
            entry = books.ledger.entry(held.id)
            assert entry is not None
            receipts.append(at_the_desk.desk.replay(entry, at_the_desk.understood(mail(name="m@x")), books))
    assert [receipt.outcome for receipt in receipts] == [Outcome.OPENED, Outcome.OPENED]
    assert receipts[1].duplicate
    assert at_the_desk.hears(mail(name="m@x")).duplicate
    assert len(at_the_desk.story(receipts[0].ticket).deliveries) == 2


def test_replay_that_fails_again_stays_in_quarantine_with_the_new_fault(at_the_desk: AtTheDesk) -> None:
    broken = replace(at_the_desk.understood(mail(name="m@x")), said=None, fault="Traceback\nValueError: first")
    with at_the_desk.store.begin() as books:
        held = at_the_desk.desk.receive(broken, books)
    with at_the_desk.store.begin() as books:
        entry = books.ledger.entry(held.id)
        assert entry is not None
        again = at_the_desk.desk.replay(entry, replace(broken, fault="Traceback\nKeyError: second"), books)
    with at_the_desk.store.reading() as connection:
        kept = SqlReader(connection).ledger(limit=1)[0]
    assert again.outcome is Outcome.QUARANTINED
    assert (kept.reason, kept.replays) == ("KeyError: second", 1)


def test_a_fault_without_a_message_keeps_the_bytes(at_the_desk: AtTheDesk) -> None:
    broken = replace(at_the_desk.understood(mail()), said=None, external_id="sha256:1", fault="Traceback\nRecursionError")
    with at_the_desk.store.begin() as books:
        receipt = at_the_desk.desk.receive(broken, books)
    assert (receipt.outcome, receipt.reason) == (Outcome.QUARANTINED, "RecursionError")


def test_an_action_on_no_ticket_is_suppressed_with_its_reason(at_the_desk: AtTheDesk) -> None:
    receipt = at_the_desk.does(Take(), "bob", ticket=4711)
    assert receipt.outcome is Outcome.SUPPRESSED
    assert "no such ticket" in receipt.reason


def test_the_second_to_take_a_ticket_is_told_who_has_it(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail()).ticket
    assert number is not None
    first, second = at_the_desk.does(Take(), "bob", ticket=number), at_the_desk.does(Take(), "eve", ticket=number)
    assert (first.outcome, second.outcome) == (Outcome.APPLIED, Outcome.SUPPRESSED)
    assert "bob" in second.reason
    assert at_the_desk.story(number).line.ticket.assigned_to == "bob"


def test_a_p1_says_so_in_its_acknowledgement(at_the_desk: AtTheDesk) -> None:
    story = at_the_desk.story(at_the_desk.hears(mail(), BURNING).ticket)
    answer = next(d.notice for d in story.deliveries if d.notice and d.notice.kind is NoticeKind.ACKNOWLEDGEMENT)
    assert answer.fields["paged"] == "yes"
