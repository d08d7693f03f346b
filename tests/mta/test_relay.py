"""The desk's mail leaves through Postfix, and what people write comes in through it."""

import subprocess
from base64 import b64encode
from dataclasses import replace

import dkim  # type: ignore[import-untyped]
import pytest

from channels.email.outgoing.dkim_signature import read_signer
from channels.email.send import MailSender
from channels.email.settings import relay_of
from intake.desk.keys import KeyRing
from intake.desk.signed_names import is_own_mark, own_message, ticket_of_reply_tag
from intake.domain.attached_file import AttachedFile
from intake.domain.receipt import Outcome
from tests.email.outgoing import PLAIN, acknowledgement, reply
from tests.harness.books import Books
from tests.harness.desk_process import DESK_ADDRESS, KEYS, Setup
from tests.harness.patience import wait_until
from tests.mta.picky_sink import NO_SUCH_USER, PickySink
from tests.mta.postfix import NAME, Postfix, desk_behind
from tests.mta.reading import answer_to, story_of
from tests.mta.swaks import swaks

pytestmark = pytest.mark.mta

ANN = "ann@people.example"
TEAM = "support@localhost"
RING = KeyRing([KEYS.encode()])


@pytest.fixture
def relayed(setup: Setup, postfix: Postfix) -> Setup:
    """A desk whose relay is Postfix."""
    return replace(setup, relay=postfix.url)


def test_the_acknowledgement_passes_postfix_unharmed(relayed: Setup, books: Books, postfix: Postfix, sink: PickySink) -> None:
    with desk_behind(postfix, relayed):
        assert swaks(postfix.smtp, sender=ANN, subject="Größe des Postfachs", body="My mailbox is full.").code == 0
        answer = answer_to(sink, ANN)
        books.wait_until_all_is_sent()
    pages = books.read()
    (entry,) = pages.ledger
    (delivery,) = (delivery for delivery in pages.deliveries if delivery.address == ANN)
    mail = answer.mail
    assert answer.mail_from in {"", "<>"}
    assert f"by {NAME} (Postfix)" in mail["Received"]
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert is_own_mark(RING, mail["X-Intake-Loop"])
    assert answer.message_id == delivery.sent_ref
    signed = own_message(RING, answer.message_id)
    assert signed is not None
    assert (signed.ticket, signed.delivery) == (entry.ticket, delivery.id)
    local, _, domain = mail["Reply-To"].partition("@")
    assert f"{local.partition('+')[0]}@{domain}" == DESK_ADDRESS
    assert ticket_of_reply_tag(RING, local.partition("+")[2]) == entry.ticket


def test_an_answer_through_postfix_is_added_to_the_ticket(
    relayed: Setup, books: Books, postfix: Postfix, sink: PickySink
) -> None:
    with desk_behind(postfix, relayed):
        assert swaks(postfix.smtp, sender=ANN, subject="Printer", body="It is jammed.").code == 0
        reply_to = answer_to(sink, ANN).mail["Reply-To"]
        assert swaks(postfix.smtp, sender=ANN, to=reply_to, subject="Thanks", body="It works again.").code == 0
        wait_until(lambda: len(books.read().ledger) == 2, "the answer is in")
        postfix.wait_until_empty()
    answer, first = books.read().ledger
    assert (first.outcome, answer.outcome, answer.ticket) == (Outcome.OPENED, Outcome.APPENDED, first.ticket)
    assert answer.reason == "sent to the ticket's signed reply address"
    assert [message.body for message in story_of(relayed, first.ticket).messages] == ["It is jammed.", "It works again."]


async def test_a_signature_still_holds_behind_postfix(
    postfix: Postfix, sink: PickySink, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its bytes are not rewritten on the way: no line is too long, no byte is above 127, no line ends otherwise."""
    key = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True, timeout=60)
    signer = read_signer("help.example", "desk", key)
    assert signer is not None
    text = "Größe\t \n.\n..\nFrom here on\n \n\n" + "x" * 3_000 + "\n-- \nRobin"
    file = AttachedFile(name="Größe.pdf", content=b64encode(bytes(range(256)) * 40).decode()).as_attachment
    sender = MailSender(relay_of(postfix.url), PLAIN, signer)
    with postfix:
        for outbound in (reply(text, resolves=True), replace(reply(text), files=(file,)), acknowledgement(subject="Grüße")):
            await sender.send(outbound)
        await sender.close()
        wait_until(lambda: len(sink.raw) == 3, "all have come through")
    for raw in sink.raw:
        assert f"by {NAME} (Postfix)".encode() in raw
        assert dkim.verify(raw, dnsfunc=lambda *_, **__: signer.record.encode())
        assert not dkim.verify(raw.replace(b"HD-1042", b"HD-1043"), dnsfunc=lambda *_, **__: signer.record.encode())


def test_nothing_comes_back_when_the_author_cannot_be_reached(
    relayed: Setup, books: Books, postfix: Postfix, sink: PickySink
) -> None:
    sink.refusals[ANN] = NO_SUCH_USER
    with desk_behind(postfix, relayed):
        assert swaks(postfix.smtp, sender=ANN, subject="Printer", body="It is jammed.").code == 0
        postfix.wait_until_said("status=bounced")
        wait_until(lambda: bool(sink.given_to(TEAM)), "the team is told all the same")
        books.wait_until_all_is_sent()
        postfix.wait_until_empty()
    pages = books.read()
    assert [entry.outcome for entry in pages.ledger] == [Outcome.OPENED]
    assert len(pages.deliveries) == 2
    assert [mail.rcpts for mail in sink.received] == [(TEAM,)]
