"""Who wrote it: a human, whom we answer, or a machine, which we never do."""

import pytest

from channels.email.read import read
from intake.domain.message import Nature
from tests.email.letters import letter

HUMAN, AUTO, OOO, ALERT, LIST = Nature.HUMAN, Nature.AUTO_REPLY, Nature.OUT_OF_OFFICE, Nature.ALERT, Nature.LIST

NATURES = {
    "a person": ("Printer", "", HUMAN, True),
    "a person who declines automation": ("Printer", "Auto-Submitted: no", HUMAN, True),
    "Exchange puts this on people's mail": ("Printer", "X-Auto-Response-Suppress: All", HUMAN, False),
    "a newsletter tool's person": ("Printer", "List-Unsubscribe: <mailto:x@x.example>", HUMAN, False),
    "auto-replied": ("Re: Printer", "Auto-Submitted: auto-replied", AUTO, False),
    "auto-replied, vacation": ("Out of Office: Printer", "Auto-Submitted: auto-replied (vacation)", OOO, False),
    "Exchange, en": ("Automatic reply: Printer", "", AUTO, False),
    "Exchange, de": ("Automatische Antwort: Drucker", "", AUTO, False),
    "Exchange, fr": ("Réponse automatique : Imprimante", "", AUTO, False),
    "Exchange, es": ("Respuesta automática: Impresora", "", AUTO, False),
    "Exchange, pl": ("Odpowiedź automatyczna: Drukarka", "", AUTO, False),
    "Exchange, ru": ("Автоматический ответ: Принтер", "", AUTO, False),
    "Exchange, zh": ("自动答复: 打印机", "", AUTO, False),
    "Exchange, ja": ("自動応答: プリンター", "", AUTO, False),
    "out of office, de": ("Abwesenheitsnotiz: Drucker", "", OOO, False),
    "a header of its own": ("Printer", "X-Autoreply: yes", AUTO, False),
    "precedence": ("Printer", "Precedence: auto_reply", AUTO, False),
    "precedence junk": ("Re: Printer", "Precedence: junk", AUTO, False),
    "a monitor": ("DISK CRITICAL on db1", "Auto-Submitted: auto-generated", ALERT, False),
    "a null return path": ("Weekly report", "Return-Path: <>", ALERT, False),
    "a list": ("[users] Printer", "List-Id: <users.lists.example>", LIST, False),
    "a bulk sender": ("Printer", "Precedence: bulk", LIST, False),
}  # fmt: skip


@pytest.mark.parametrize(("subject", "headers", "nature", "answerable"), NATURES.values(), ids=NATURES)
def test_the_nature_decides_whom_we_answer(subject: str, headers: str, nature: Nature, answerable: bool) -> None:
    mail = read(letter("The printer is broken.", subject=subject, headers=headers))
    assert (mail.nature, mail.answerable) == (nature, answerable)


@pytest.mark.parametrize(
    "sender", ["noreply@x.example", "no-reply@x.example", "do_not_reply@x.example", "mailer-daemon@x.example"]
)
def test_an_address_that_reads_no_mail_gets_none(sender: str) -> None:
    assert not read(letter("The printer is broken.", sender=sender)).answerable


def test_a_person_who_complains_about_undelivered_mail_is_a_person() -> None:
    mail = read(letter("My mail to bob@x.example could not be delivered. Can you help?", subject="Undeliverable mail"))
    assert (mail.nature, mail.answerable) == (HUMAN, True)


def report(kind: str, fields: str) -> bytes:
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@x.example (Mail System)\nTo: desk@help.example\nSubject: Delivery report\n"
        f"Message-ID: <r@x.example>\nContent-Type: multipart/report; report-type={kind}; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nThis is the mail system.\n\n"
        f"--b\nContent-Type: message/{kind}\n\nReporting-MTA: dns; x.example\n\n{fields}\n--b--\n"
    ).encode()


def about(address: str, action: str, status: str, original: str = "") -> str:
    named = f"Original-Recipient: rfc822; {original}\n" if original else ""
    return f"{named}Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}"


BOB = "bob@y.example"
REPORTS = {
    "failed": (about(BOB, "failed", "5.1.1"), Nature.BOUNCE, (BOB,), False, "5.1.1"),
    "delayed": (about(BOB, "delayed", "4.4.1"), Nature.DELAYED, (BOB,), True, "4.4.1"),
    "the address we wrote to": (about("b17@z.example", "failed", "5.2.2", BOB), Nature.BOUNCE, (BOB,), False, "5.2.2"),
    "two of three": (
        "\n\n".join((about("a@y.example", "failed", "5.1.1"), about(BOB, "relayed", "2"), about("c@y.example", "failed", "5"))),
        Nature.BOUNCE, ("a@y.example", "c@y.example"), False, "5.1.1",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "nature", "recipients", "temporary", "status"), REPORTS.values(), ids=REPORTS)
def test_a_delivery_report_names_whom_we_did_not_reach(
    fields: str, nature: Nature, recipients: tuple[str, ...], temporary: bool, status: str
) -> None:
    mail = read(report("delivery-status", fields))
    assert mail.nature is nature
    assert mail.bounce is not None
    assert (mail.bounce.recipients, mail.bounce.temporary, mail.bounce.status) == (recipients, temporary, status)
    assert not mail.answerable


def test_a_report_of_success_is_no_bounce() -> None:
    mail = read(report("delivery-status", "Final-Recipient: rfc822; bob@y.example\nAction: delivered\nStatus: 2.0.0"))
    assert mail.bounce is None
    assert mail.nature is ALERT


def test_a_read_receipt_and_a_complaint_are_told_apart() -> None:
    receipt = read(report("disposition-notification", "Disposition: manual-action/MDN-sent-manually; displayed"))
    assert receipt.nature is Nature.READ_RECEIPT
    assert read(report("feedback-report", "Feedback-Type: abuse")).nature is Nature.COMPLAINT


PROSE = {
    "leading a line": "Your message could not be delivered to these recipients:\n\n<bob@y.example>:\n550 no such user\n",
    "in a sentence": "Sorry. Your message was not delivered to bob@y.example, whose mailbox is full.\n",
    "behind our own": "Your message\n  To: desk@help.example\ndid not reach the following recipient:\n\nbob@y.example\n",
    "above our mail": "Undeliverable to bob@y.example\n\nOriginal message follows.\nTo: eve@y.example\n",
    "bare names": "Your mail to the following recipients could not be delivered:\n\tbob\n",
}  # fmt: skip


@pytest.mark.parametrize("prose", PROSE.values(), ids=PROSE)
def test_a_daemon_that_only_writes_prose_is_understood(prose: str) -> None:
    mail = read(letter(prose, sender="MAILER-DAEMON@y.example", subject="failure notice"))
    assert mail.nature is Nature.BOUNCE
    assert mail.bounce is not None
    assert mail.bounce.recipients == ("bob@y.example",)


def test_exim_names_the_failed_in_a_header() -> None:
    mail = read(
        letter("It failed.", sender="Mailer-Daemon@y.example", headers="X-Failed-Recipients: bob@z.example, eve@z.example")
    )
    assert mail.bounce is not None
    assert mail.bounce.recipients == ("bob@z.example", "eve@z.example")


def test_a_daemon_that_keeps_trying_is_no_failure() -> None:
    mail = read(letter("<bob@y.example>: we will keep trying.", sender="MAILER-DAEMON@y.example", subject="Delayed Mail"))
    assert mail.nature is Nature.DELAYED
