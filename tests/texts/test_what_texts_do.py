"""What a text leaves behind: on the timeline, in the outbox, with the contact."""

import threading

import pytest
from sqlalchemy import text

from intake.desk.opening import contact_of
from intake.domain.call import Ringing
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.contact import STOPPED
from intake.domain.deed import LinkAddress, Merge, ReportDelivery, Undo
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.message import InboundMessage, ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.page import RunState
from intake.domain.receipt import Outcome, Receipt
from intake.domain.remote_file import FetchState
from storage.store import SqlStore
from tests.desk.at_the_desk import MONDAY, mail
from tests.desk.on_call import states, told
from tests.harness.patience import AT_MOST, wait_until
from tests.texts.text_desk import DEVICE, LABELS, LINE, NUMBERS, TextDesk, text_desk

ANNS = Address(kind=AddressKind.PHONE, value=NUMBERS["ann"])
WAITING = text("select count(*) from pg_locks where not granted")


def test_the_question_and_its_answer_are_on_the_timeline(desk: TextDesk) -> None:
    printer = desk.texts("ann", "The printer is broken", "broken")
    error = desk.texts("ann", "It shows error 4", "broken")
    desk.texts("ann", "1")
    (asked,) = told(desk.at, error.ticket, EventKind.TEXT_ASKED)
    (answered,) = told(desk.at, error.ticket, EventKind.TEXT_ANSWERED)
    assert f"HD-{printer.ticket}" in asked.reason
    assert '"1"' in answered.reason
    here = desk.at.story(printer.ticket)
    assert [said.body for said in here.messages] == ["The printer is broken", "It shows error 4"]
    assert desk.at.ticket(error.ticket).merged_into == printer.ticket
    assert EventKind.MERGED_HERE in {event.kind for event in here.events}


def test_a_merge_by_text_can_be_undone_with_its_messages(desk: TextDesk) -> None:
    desk.texts("ann", "The printer is broken", "broken")
    error = desk.texts("ann", "It shows error 4", "broken")
    desk.texts("ann", "1")
    assert error.ticket is not None
    (merged,) = told(desk.at, error.ticket, EventKind.MERGED)
    undone = desk.at.does(Undo(event=merged.id), "root", ticket=error.ticket)
    assert undone.outcome is Outcome.APPLIED, undone.reason
    assert [said.body for said in desk.at.story(error.ticket).messages] == ["It shows error 4"]
    assert desk.at.ticket(error.ticket).merged_into is None


def test_only_what_this_number_texted_is_quoted_to_it(desk: TextDesk) -> None:
    by_mail = desk.at.hears(mail("Salary of the whole board, please check", subject="Salaries"))
    assert by_mail.ticket is not None
    deed = LinkAddress(kind=AddressKind.PHONE, address=NUMBERS["ann"])
    desk.at.does(deed, "root", ticket=by_mail.ticket)
    desk.texts("ann", "Excel crashes", "broken")
    (question,) = [one.notice for one in desk.told("ann") if one.notice and one.notice.kind is NoticeKind.WHICH_TICKET]
    assert question.fields == {"options": f"HD-{by_mail.ticket}", "words": ""}


def test_files_of_a_text_wait_to_be_fetched(desk: TextDesk) -> None:
    receipt = desk.texts("ann", "", files=2)
    with desk.at.store.looking() as reader:
        assert receipt.ticket is not None
        waiting = reader.fetches(receipt.ticket)
    assert [(one.file.name, one.state) for one in waiting] == [
        ("mms-1.jpg", FetchState.WAITING),
        ("mms-2.jpg", FetchState.WAITING),
    ]
    assert desk.at.ticket(receipt.ticket).short_description == "(2 files, no text)"


def test_files_of_a_held_text_are_fetched_as_well(desk: TextDesk) -> None:
    bobs = desk.texts("bob", "The printer is broken", "broken")
    held = desk.texts("ann", f"HD-{bobs.ticket} see this", files=1)
    assert held.outcome is Outcome.HELD
    with desk.at.store.looking() as reader:
        assert bobs.ticket is not None
        assert len(reader.fetches(bobs.ticket)) == 1


def test_whoever_stopped_texts_is_answered_by_mail(desk: TextDesk) -> None:
    by_mail = desk.at.hears(mail())
    assert by_mail.ticket is not None
    deed = LinkAddress(kind=AddressKind.PHONE, address=NUMBERS["ann"])
    desk.at.does(deed, "root", ticket=by_mail.ticket)
    desk.texts("ann", "STOP")
    receipt = desk.texts("ann", "Excel crashes", "broken")
    (acknowledged,) = desk.at.story(receipt.ticket).deliveries[:1]
    assert (acknowledged.channel, acknowledged.address) == (Channel.EMAIL, "ann@customer.example")
    assert desk.told("ann") == []


def test_whoever_stopped_texts_and_has_no_other_address_is_not_answered_and_that_is_on_record(desk: TextDesk) -> None:
    desk.texts("ann", "stop")
    receipt = desk.texts("ann", "Excel crashes", "broken")
    (why,) = told(desk.at, receipt.ticket, EventKind.NOT_ANSWERED)
    assert "takes no texts" in why.reason
    desk.texts("ann", "start")
    again = desk.texts("bob", "Excel crashes", "broken")
    assert desk.kinds_told("bob") == ["acknowledgement"]
    assert again.ticket != receipt.ticket


def test_a_number_that_could_not_be_reached_is_alive_when_it_texts_but_not_after_a_stop(desk: TextDesk) -> None:
    for because, told_again in (("30003: unreachable", ["acknowledgement"]), (f"21610: {STOPPED}", []), (STOPPED, [])):
        with desk.at.store.begin() as books:
            contact_of(ANNS, books, MONDAY)
            books.contacts.mark_alive(ANNS)
            books.contacts.mark_dead(ANNS, because, MONDAY)
        before = len(desk.told("ann"))
        desk.at.clock.advance(hours=30)
        receipt = desk.texts("ann", f"The printer is broken ({because})", "burning")
        assert desk.kinds_told("ann")[before:] == told_again, receipt


def test_nothing_that_comes_from_the_desks_own_number_is_taken_in(store: SqlStore) -> None:
    desk = text_desk(store)
    desk.at.own = ("desk@localhost", NUMBERS["ann"])
    assert desk.texts("ann", "Thank you, we have your message.").outcome is Outcome.SUPPRESSED


def test_an_alarm_for_ones_own_ticket_wakes_people(desk: TextDesk) -> None:
    printer = desk.texts("ann", "The printer is broken", "broken")
    desk.texts("ann", f"HD-{printer.ticket}: the whole plant stands still", "burning")
    assert states(desk.at, printer.ticket) == [RunState.RUNNING]
    assert desk.at.ticket(printer.ticket).priority == "P1"
    assert desk.kinds_told("ann") == ["acknowledgement", "urgent"]


def test_a_text_that_the_gate_holds_is_still_on_its_own_ticket(desk: TextDesk) -> None:
    words = ("printer", "scanner", "screen", "keyboard", "mouse", "badge", "lamp", "door", "lift", "phone")
    receipts = [desk.texts("ann", f"The {word} of room {count} is broken", "broken") for count, word in enumerate(words * 4)]
    assert len({receipt.ticket for receipt in receipts}) == len(receipts)
    assert any(one.state is DeliveryState.HELD for one in desk.told("ann"))


def test_two_texts_of_one_number_at_once_are_not_decided_past_each_other(store: SqlStore) -> None:
    desk, heard = text_desk(store), list[Receipt]()
    first, second = desk.understood("ann", "The screen in room 12", "broken"), desk.understood("ann", "it is black")
    begun = threading.Event()

    def hear_the_other() -> None:
        begun.set()
        with store.begin() as books:
            heard.append(desk.at.desk.receive(second, books))

    other = threading.Thread(target=hear_the_other)
    with store.begin() as books:
        opened = desk.at.desk.receive(first, books)
        other.start()
        assert begun.wait(AT_MOST)
        if store.engine.dialect.name == "postgresql":
            wait_until(lambda: _somebody_waits(store), "the other text waits for its turn", 4.0)
    other.join(AT_MOST)
    assert [(one.outcome, one.ticket) for one in heard] == [(Outcome.APPENDED, opened.ticket)]


def _somebody_waits(store: SqlStore) -> bool:
    with store.engine.connect() as connection:
        return bool(connection.execute(WAITING).scalar_one())


@pytest.mark.parametrize("words", ["", "thanks"])
def test_a_repeated_text_has_the_first_ones_receipt(desk: TextDesk, words: str) -> None:
    first = desk.texts("ann", f"The printer is broken {words}", "broken", sid="SM5")
    again = desk.texts("ann", "something else altogether", "burning", sid="SM5")
    assert (again.ticket, again.duplicate) == (first.ticket, True)


def test_the_number_of_an_incident_answers_whoever_asked_for_its_fix(desk: TextDesk) -> None:
    incident = desk.texts("ann", "The import drops the last line", "broken")
    fix = desk.texts("ann", "Please mend the import of orders for good", "defect_fix")
    desk.texts("ann", "new")
    assert told(desk.at, fix.ticket, EventKind.INCIDENT_WANTED)
    answered = desk.texts("ann", f"HD-{incident.ticket}")
    assert (answered.outcome, answered.ticket) == (Outcome.APPENDED, fix.ticket)
    (named,) = told(desk.at, fix.ticket, EventKind.INCIDENT_NAMED)
    assert f"HD-{incident.ticket}" in named.reason


def test_nobody_answers_a_text_that_did_not_arrive(desk: TextDesk) -> None:
    printer = desk.texts("ann", "The printer is broken", "broken")
    desk.at.clock.advance(hours=2)
    desk.texts("ann", "VPN does not connect", "broken")
    desk.texts("ann", "new")
    desk.at.clock.advance(hours=2)
    assert printer.ticket is not None
    desk.answers(printer.ticket, "Does it work now?")
    [lost] = [one for one in desk.told("ann") if one.reply is not None]
    desk.at.does(ReportDelivery(delivery=lost.id, state=DeliveryState.FAILED, error="30008"), DEVICE, delivery=lost.id)
    desk.at.clock.advance(hours=2)
    assert desk.texts("ann", "no, still broken").outcome is Outcome.OPENED
    assert desk.kinds_told("ann")[-1] == "which_ticket"


def test_whoever_wants_no_texts_is_not_texted_that_it_is_urgent_now(desk: TextDesk) -> None:
    said = mail("The printer is broken")
    by_mail = desk.at.hears(said, LABELS["broken"])
    assert by_mail.ticket is not None
    desk.at.does(LinkAddress(kind=AddressKind.PHONE, address=NUMBERS["ann"]), "root", ticket=by_mail.ticket)
    desk.texts("ann", "STOP")
    before = desk.kinds_told("ann")
    desk.texts("ann", f"HD-{by_mail.ticket}: the whole plant stands still", "burning")
    assert desk.at.ticket(by_mail.ticket).priority == "P1"
    assert desk.kinds_told("ann") == before
    told_by_mail = [one.notice.kind for one in desk.at.story(by_mail.ticket).deliveries if one.notice is not None]
    assert NoticeKind.URGENT in told_by_mail


def test_a_call_without_a_word_is_no_ticket_that_a_text_could_be_about(desk: TextDesk) -> None:
    name = "CA0000000000000000000000000000000a"
    known = (ThreadRef(channel=Channel.PHONE, kind=ThreadKind.CONVERSATION, value=name),)
    ringing = InboundMessage(
        channel=Channel.PHONE,
        external_id=name,
        received_at=desk.at.clock(),
        author=ANNS,
        known_as=known,
        authentic=True,
        ringing=Ringing(line=LINE),
    )
    silent = desk.at.hears(ringing)
    receipt = desk.texts("ann", "could somebody please call back")
    assert receipt.outcome is Outcome.OPENED
    assert receipt.ticket != silent.ticket
    assert desk.kinds_told("ann") == ["acknowledgement"]


def test_texts_of_one_batch_know_of_each_other(desk: TextDesk) -> None:
    said = (("STOP", "none"), ("Excel crashes", "broken"), ("since today", "none"))
    batch = [desk.understood("ann", body, label) for body, label in said]
    with desk.at.store.begin() as books:
        for incoming in batch:
            desk.at.desk.foresee(incoming, books)
        receipts = [desk.at.desk.enter(incoming, books) for incoming in batch]
    assert [one.outcome for one in receipts] == [Outcome.SUPPRESSED, Outcome.OPENED, Outcome.APPENDED]
    assert desk.told("ann") == []


def test_what_was_merged_there_meanwhile_is_there_already(desk: TextDesk) -> None:
    printer = desk.texts("ann", "The printer is broken", "broken")
    error = desk.texts("ann", "It shows error 4", "broken")
    assert printer.ticket is not None
    assert error.ticket is not None
    desk.at.does(Merge(into=printer.ticket), "root", ticket=error.ticket)
    answered = desk.texts("ann", "1")
    assert (answered.outcome, answered.ticket) == (Outcome.APPLIED, printer.ticket)
    assert desk.at.story(printer.ticket).links == ()
