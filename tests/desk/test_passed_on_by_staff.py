"""What a colleague passes on by mail is the ticket of whoever wrote it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake.desk.incoming import as_classified, understand
from intake.domain.arrival import Arrival
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.event import EventKind
from intake.domain.label import Category, Evidence, Kind, Label
from intake.domain.message import PassedOn
from intake.domain.notice import NoticeKind
from tests.desk.at_the_desk import ANN, CALM, MALLORY, AtTheDesk, mail
from tests.desk.test_staff_by_mail import BEN_WRITES

ARRIVAL = Arrival(channel=Channel.EMAIL, received_at=datetime(2026, 3, 2, 9, tzinfo=UTC), raw=b"any", envelope={})
INNER = PassedOn(author=MALLORY, subject="Scanner", text="The scanner is dead.", remark="This one again, sigh.")


def test_what_a_colleague_passes_on_is_its_authors_ticket(staffed: AtTheDesk) -> None:
    receipt = staffed.hears(mail("all of it", subject="Fwd: Scanner", author=BEN_WRITES, passed_on=INNER), CALM)
    story = staffed.story(receipt.ticket)
    assert (story.line.caller, story.line.ticket.short_description) == (MALLORY.value, "Scanner")
    assert [message.body for message in story.messages] == ["The scanner is dead."]
    assert [(note.author, note.text) for note in story.notes] == [("Ben", INNER.remark)]
    assert [d.address for d in story.deliveries if d.notice and d.notice.kind is NoticeKind.ACKNOWLEDGEMENT] == [MALLORY.value]
    assert INNER.remark not in "".join(message.full_body for message in story.messages)


class WishesWhereSomebodySighs:
    """Takes a text for a wish if the colleague's remark stands in it."""

    def classify(self, text: str) -> Label:
        words = "again, sigh" if "sigh" in text else "is dead"
        found = Evidence(source="lexicon", says="x", text=words, start=text.index(words), end=text.index(words) + len(words))
        label = replace(CALM, kind=Kind.INCIDENT, category=Category.UNAVAILABLE, evidence=(found,))
        return replace(label, kind=Kind.ENHANCEMENT, category=Category.CHANGE_REQUEST) if "sigh" in text else label


def test_the_label_and_its_reasons_are_of_the_authors_words_and_not_of_the_colleagues(staffed: AtTheDesk) -> None:
    said = mail("This one again, sigh. The scanner is dead.", author=BEN_WRITES, passed_on=INNER)
    incoming = understand(ARRIVAL, lambda _: said, WishesWhereSomebodySighs())
    assert incoming.label is not None
    assert incoming.label.kind is Kind.ENHANCEMENT, "the whole of it is another matter"
    with staffed.store.begin() as books:
        receipt = staffed.desk.receive(incoming, books)
    story = staffed.story(receipt.ticket)
    assert (story.line.ticket.kind, story.line.ticket.category) == (Kind.INCIDENT, Category.UNAVAILABLE)
    words = as_classified(INNER.subject, INNER.text)
    labelled = next(event for event in story.events if event.kind is EventKind.LABELLED)
    assert [words[one.start : one.end] for one in labelled.evidence] == ["is dead"]


@pytest.mark.parametrize(("author", "authentic"), [(BEN_WRITES, False), (ANN, True)])
def test_what_anybody_else_passes_on_is_their_own(staffed: AtTheDesk, author: Address, *, authentic: bool) -> None:
    receipt = staffed.hears(mail("all of it", author=author, authentic=authentic, passed_on=INNER))
    assert staffed.story(receipt.ticket).line.caller == author.value


def test_what_a_colleague_passes_on_from_a_machine_is_not_answered(staffed: AtTheDesk) -> None:
    shop = PassedOn(
        author=Address(kind=AddressKind.EMAIL, value="no-reply@shop.example"), subject="Order", text="It is late.", remark=""
    )
    story = staffed.story(staffed.hears(mail("all of it", author=BEN_WRITES, passed_on=shop)).ticket)
    assert NoticeKind.ACKNOWLEDGEMENT not in [d.notice.kind for d in story.deliveries if d.notice]
