"""Many systems' ways to say that mail did not arrive or that somebody is away, and people who write about just that."""

import tomllib
from pathlib import Path

import pytest

from channels.email.read import read
from intake.domain.message import Nature
from tests.email.letters import letter

HERE = Path(__file__)
REPORTS = tomllib.loads(HERE.with_name("bounce_letters.toml").read_text("utf-8"))
WRITTEN = tomllib.loads(HERE.with_name("who_wrote_it.toml").read_text("utf-8"))
ADA = "Ada Byte <ada@users.example>"
AUTOMATIC = {Nature.AUTO_REPLY, Nature.OUT_OF_OFFICE}


def mail(row: dict[str, str]) -> bytes:
    return letter(
        row.get("text", "See the subject."),
        subject=row["subject"],
        sender=row.get("sender", ADA),
        headers=row.get("headers", ""),
    )


@pytest.mark.parametrize("row", REPORTS["failed"], ids=lambda row: row["system"])
def test_a_report_of_any_mail_system_names_whom_we_did_not_reach(row: dict[str, str]) -> None:
    read_as = read(mail(row))
    assert read_as.nature is Nature.BOUNCE
    assert read_as.bounce is not None
    assert read_as.bounce.recipients == ("bob@y.example",)


@pytest.mark.parametrize("row", REPORTS["delayed"], ids=lambda row: row["system"])
def test_mail_that_is_only_late_is_no_failure(row: dict[str, str]) -> None:
    read_as = read(mail(row))
    assert read_as.nature is Nature.DELAYED
    assert read_as.bounce is not None
    assert (read_as.bounce.recipients, read_as.bounce.temporary) == (("bob@y.example",), True)


@pytest.mark.parametrize("row", REPORTS["failed"], ids=lambda row: row["system"])
def test_a_person_who_sends_us_a_report_is_a_person(row: dict[str, str]) -> None:
    for prefix, remark in (
        ("Fwd: ", "See below:\n\n"),
        ("RE: ", "Why does this happen?\n\n"),
        ("", "I keep getting this:\n\n"),
    ):
        quoted = letter(remark + row["text"], subject=prefix + row["subject"])
        assert read(quoted).nature is Nature.HUMAN


def named(row: dict[str, str]) -> str:
    return f"{row['subject']} {row.get('headers', '')}"


@pytest.mark.parametrize("row", WRITTEN["automatic"], ids=named)
def test_what_a_machine_answers_by_itself_is_automatic(row: dict[str, str]) -> None:
    read_as = read(mail(row))
    assert read_as.nature in AUTOMATIC
    assert not read_as.answerable


@pytest.mark.parametrize("row", WRITTEN["human"], ids=named)
def test_what_a_person_writes_is_a_persons(row: dict[str, str]) -> None:
    assert read(mail(row)).nature is Nature.HUMAN


def test_a_rejection_that_comes_as_a_disposition_is_a_bounce() -> None:
    parts = (
        "--b\r\n\r\nYour message to <bob@y.example> was automatically rejected:\r\nQuota exceeded\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; bob@y.example\r\n--b--\r\n"
    )
    head = (
        "From: Mail Delivery Subsystem <admin@y.example>\r\nTo: desk@help.example\r\nSubject: Automatically rejected mail\r\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
    )
    read_as = read((head + parts).encode())
    assert read_as.bounce is not None
    assert read_as.bounce.recipients == ("bob@y.example",)


def passed_on(subject: str, sender: str) -> bytes:
    return (
        f"From: {sender}\r\nSubject: {subject}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\n\r\n<bob@y.example>: unknown\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; bob@y.example\r\nAction: {}\r\n--b--\r\n"
    ).encode()


def test_a_bounce_passed_on_with_all_its_parts_is_a_persons_mail() -> None:
    raw = passed_on("Fwd: Undelivered Mail", ADA).replace(b"{}", b"failed")
    assert read(raw).nature is Nature.HUMAN
    assert read(raw.replace(b"Fwd: ", b"")).nature is Nature.BOUNCE
    assert read(raw.replace(ADA.encode(), b"MAILER-DAEMON@y.example")).nature is Nature.BOUNCE


def test_a_report_that_all_went_well_is_no_persons() -> None:
    raw = passed_on("Your mail", "mail@y.example").replace(b"{}", b"relayed")
    assert (read(raw).nature, read(raw).bounce) == (Nature.ALERT, None)


def test_a_version_number_in_a_returned_subject_is_no_status() -> None:
    row = {
        "subject": "Undeliverable: Release 2.0.12",
        "sender": "postmaster@y.example",
        "text": "2.0.12 to bob@y.example: refused",
    }
    read_as = read(mail(row))
    assert read_as.bounce is not None
    assert read_as.bounce.status == ""


@pytest.mark.parametrize(
    "subject", ["Delivered: Offer", "Delivery Status Notification (Success)", "Successful Mail Delivery Report"]
)
def test_a_report_of_success_in_words_is_no_bounce(subject: str) -> None:
    assert read(letter("It went to bob@y.example.", subject=subject, sender="postmaster@y.example")).bounce is None


def test_a_providers_complaint_in_words_is_a_complaint() -> None:
    subject = "complaint about message from 192.0.2.1"
    assert read(letter("Spam.", subject=subject, sender="staff@provider.example")).nature is Nature.COMPLAINT
    assert read(letter("What is this?", subject=subject)).nature is Nature.HUMAN


def test_an_answer_without_a_return_path_is_an_automatic_one() -> None:
    assert read(letter("Noted.", subject="Re: Printer", headers="Return-Path: <>")).nature is Nature.AUTO_REPLY
    assert read(letter("Noted.", subject="Printer", headers="Return-Path: <>")).nature is Nature.ALERT


def test_an_alarm_without_a_return_path_is_an_alarm_whatever_was_refused() -> None:
    row = {"subject": "db1: check failed", "sender": "watch@x.example", "headers": "Return-Path: <>"}
    assert read(mail(row | {"text": "Connection refused, host not found, a virus does not exist."})).nature is Nature.ALERT


@pytest.mark.parametrize("sender", ["<>", "", "MAILER-DAEMON", '"" <>'])
def test_a_report_from_nobody_is_a_report(sender: str) -> None:
    row = {"subject": "Undelivered mail", "sender": sender, "text": "Your mail to <bob@y.example> could not be delivered."}
    read_as = read(mail(row))
    assert read_as.nature is Nature.BOUNCE
    assert read_as.bounce is not None
    assert read_as.bounce.recipients == ("bob@y.example",)


def test_a_personnel_systems_notice_about_leave_is_no_absence() -> None:
    raw = letter("Approved.", subject="Your vacation request of 5 January", headers="Auto-Submitted: auto-generated")
    assert read(raw).nature is Nature.ALERT
