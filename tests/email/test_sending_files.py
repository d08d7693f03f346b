"""Files that go along with an answer, as a mail program saves them."""

from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.outbound import Outbound
from intake.domain.attached_file import AttachedFile
from intake.domain.message import Attachment
from tests.email.outgoing import as_bytes, as_read, reply, said

PDF = Attachment(
    name="Anleitung für Größe.pdf", content_type="application/pdf", size=6, sha256="", inline=False, content=b"%PDF\x00\xff"
)


def with_files(*files: Attachment) -> Outbound:
    return replace(reply(), files=files)


def saved(mail: EmailMessage) -> list[tuple[str | None, str, object]]:
    return [(part.get_filename(), part.get_content_type(), part.get_payload(decode=True)) for part in mail.iter_attachments()]


def test_the_files_stand_behind_the_words() -> None:
    other = replace(PDF, name="notes.txt", content_type="text/plain", content="Grüße\n".encode())
    mail = as_read(with_files(PDF, other))
    assert mail.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["multipart/alternative", "application/pdf", "text/plain"]
    assert saved(mail) == [
        ("Anleitung für Größe.pdf", "application/pdf", b"%PDF\x00\xff"),
        ("notes.txt", "text/plain", "Grüße\n".encode()),
    ]
    assert "\nAttached: Anleitung für Größe.pdf, notes.txt\n" in said("plain", mail)
    assert "Attached: Anleitung für Größe.pdf, notes.txt" in said("html", mail)


def test_without_files_the_mail_is_text_and_html_alone() -> None:
    mail = as_read(reply())
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_names_of_other_scripts_are_written_by_rfc_2231() -> None:
    raw = as_bytes(with_files(PDF))
    assert b"filename*=utf-8''Anleitung%20f%C3%BCr%20Gr%C3%B6%C3%9Fe.pdf" in raw.replace(b"\r\n ", b" ").replace(b"\n", b"")


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\report.docx", "report.docx"),
        ('a"; filename="evil.exe', 'a"; filename="evil.exe'),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("two\r\nlines.txt", "two lines.txt"),
        ("", "file"),
        ("..", "file"),
        ("   .pdf", "pdf"),
        ("=?utf-8?q?x=0D=0ABcc=3A_v?=", "= ?utf-8?q?x=0D=0ABcc=3A_v?="),
    ],
)
def test_a_name_is_safe_to_save_by(given_name: str, name: str) -> None:
    mail = as_read(with_files(AttachedFile(name=given_name, content="AAAA").as_attachment))
    ((found, kind, content),) = saved(mail)
    assert (found, kind, content) == (name, "application/octet-stream", b"\0\0\0")
    assert mail["Bcc"] is None


@given(st.text(max_size=255))
def test_any_name_makes_a_valid_mail(name: str) -> None:
    ((found, _, content),) = saved(as_read(with_files(AttachedFile(name=name, content="AAAA").as_attachment)))
    assert found
    assert "/" not in found
    assert content == b"\0\0\0"


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "message/external-body", "", "nonsense"])
def test_a_whole_mail_goes_along_as_a_file_and_is_not_taken_apart(kind: str) -> None:
    mail = as_read(with_files(replace(PDF, name="old.eml", content_type=kind, content=b"Subject: old\r\n\r\nBcc: x\r\n")))
    assert saved(mail) == [("old.eml", "application/octet-stream", b"Subject: old\r\n\r\nBcc: x\r\n")]


def test_a_mail_with_files_is_the_same_to_the_byte_each_time() -> None:
    assert as_bytes(with_files(PDF, PDF)) == as_bytes(with_files(PDF, PDF))


def test_nobody_can_foresee_where_the_parts_of_a_mail_end() -> None:
    one, other = as_read(reply()), as_read(replace(reply(), deliveries=(replace(reply().delivery, id=78),)))
    assert one.get_boundary() != other.get_boundary()
