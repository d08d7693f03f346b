"""What a colleague passes on by mail is the ticket of whoever wrote it."""

from dataclasses import replace

import pytest

from intake.desk.incoming import as_classified
from intake.domain.channel import Address, AddressKind
from intake.domain.event import EventKind
from intake.domain.label import Evidence
from intake.domain.message import PassedOn
from intake.domain.notice import NoticeKind
from tests.desk.at_the_desk import ANN, CALM, MALLORY, AtTheDesk, mail
from tests.desk.test_staff_by_mail import BEN_WRITES

INNER = PassedOn(author=MALLORY, subject="Scanner", text="The scanner is dead.", remark="This one again, sigh.")


def test_what_a_colleague_passes_on_is_its_authors_ticket(staffed: AtTheDesk) -> None:
    receipt = staffed.hears(mail("all of it", subject="Fwd: Scanner", author=BEN_WRITES, passed_on=INNER), CALM)
    story = staffed.story(receipt.ticket)
    assert (story.line.caller, story.line.ticket.short_description) == (MALLORY.value, "Scanner")
    assert [message.body for message in story.messages] == ["The scanner is dead."]
    assert [(note.author, note.text) for note in story.notes] == [("Ben", INNER.remark)]
    assert [d.address for d in story.deliveries if d.notice and d.notice.kind is NoticeKind.ACKNOWLEDGEMENT] == [MALLORY.value]
    assert INNER.remark not in "".join(message.full_body for message in story.messages)


def test_the_reasons_for_a_label_quote_the_author_and_never_the_colleague(staffed: AtTheDesk) -> None:
    said = "Fwd: Scanner\nThis one again, sigh.\nThe scanner is dead."
    grounds = [
        Evidence(source="lexicon", says="x", text=words, start=said.index(words), end=said.index(words) + len(words))
        for words in ("scanner is dead", "again, sigh")
    ]
    receipt = staffed.hears(mail("all of it", author=BEN_WRITES, passed_on=INNER), replace(CALM, evidence=tuple(grounds)))
    labelled = next(event for event in staffed.story(receipt.ticket).events if event.kind is EventKind.LABELLED)
    classified = as_classified(INNER.subject, INNER.text)
    assert [one.text for one in labelled.evidence] == ["scanner is dead"]
    assert [classified[one.start : one.end] for one in labelled.evidence] == ["scanner is dead"]


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
