"""Mail made to hang a reader. What counts is the answer: a reader that is not linear never gives one within pytest's patience.

How long each takes is printed by `python -m benchmarks.mail_reading`.
"""

import json

import pytest

from benchmarks.hostile_mails import HOSTILE
from channels.email.mail import Mail
from channels.email.mail_json import as_json
from channels.email.read import read

HEAD = b"From: a@x.example\r\nSubject: s\r\nMessage-ID: <1@x.example>\r\n"
PAGE = HEAD + b"Content-Type: text/html\r\n\r\n"
CALENDAR = HEAD + b"Content-Type: text/calendar\r\n\r\nBEGIN:VEVENT\r\nSUMMARY:Review"
SIGNED = HEAD + b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n"


def deep(levels: int) -> bytes:
    heads = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
    return HEAD + b"".join(heads) + b"\r\nhello\r\n"


BODIES = {
    "2,000 nested multiparts": (deep(2_000), "hello"),
    '60 KB of "On "': (HEAD + b"\r\n" + b"On " * 20_000 + b"hello", "hello"),
    "200,000 spaces": (HEAD + b"\r\nx" + b" " * 200_000 + b"hello", "hello"),
    "100,000 newlines": (HEAD + b"\r\nx" + b"\n" * 100_000 + b"hello", "hello"),
    '5,000 "From: a" lines': (HEAD + b"\r\n" + b"From: a\r\n" * 5_000 + b"hello", "hello"),
    '60,000 "From: a sent b" lines': (HEAD + b"\r\n" + b"From: a sent b\r\n" * 60_000 + b"hello", "hello"),
    "60,000 nested divs": (PAGE + b"hello" + b"<div>" * 60_000, "hello"),
    "20,000 nested quotes": (PAGE + b"hello" + b"<blockquote type=cite>" * 20_000 + b"x", "hello"),
    "20,000 boxes of Gmail": (PAGE + b"hello" + b'<div class="gmail_quote"><blockquote>x</blockquote>' * 20_000, "hello"),
    "20,000 levels of >": (HEAD + b"\r\nhello\r\n" + b"".join(b">" * min(n, 900) + b"\r\n" for n in range(20_000)), "hello"),
    "300,000 folds in an invitation": (CALENDAR + b"\r\n " * 300_000, "Invitation"),
    "a million open ends in a signature": (HEAD + b"\r\nhello" + b"\x30\x80" * 500_000, "hello"),
    "40,000 files of a line each in the text": (HEAD + b"\r\nhello\r\n" + b"begin 644 a\r\n#04)#\r\nend\r\n" * 40_000, "hello"),
    "3,000 parameters": (
        HEAD + b"Content-Type: text/plain" + b"".join(b"; a%d=b" % n for n in range(3_000)) + b"\r\n\r\nhello",
        "hello",
    ),
}


@pytest.mark.parametrize(("raw", "said"), BODIES.values(), ids=BODIES)
def test_what_a_hostile_mail_says_is_still_read(raw: bytes, said: str) -> None:
    mail = read(raw)
    assert said in mail.body or said in mail.reply or "Calendar entry: Review" in mail.body
    assert mail.reply
    assert not any(note.startswith("reader-failed") for note in mail.notes)


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_a_mail_made_to_hang_a_reader_is_read_and_printed(raw: bytes) -> None:
    mail = read(raw)
    assert not any(note.startswith("reader-failed") for note in mail.notes)
    printed = json.dumps(as_json(mail, "hostile.eml"), ensure_ascii=False)
    printed.encode("utf-8")  # no lone surrogates
    assert "\\u0000" not in printed


def test_10_000_recipients_are_cut_to_as_many_as_a_mail_may_have() -> None:
    raw = b"To: " + b", ".join(b"P %d <p%d@x.example>" % (n, n) for n in range(10_000)) + b"\r\n\r\nhello"
    mail: Mail = read(raw)
    assert len(mail.to) == 1_000
    assert mail.body == "hello"


def test_3_000_parentheses_do_not_hide_the_text() -> None:
    assert read(b"From: " + b"(" * 3_000 + b" a@x.example\r\n\r\nhello").reply == "hello"


def test_a_signature_of_open_ends_only_is_no_signature() -> None:
    assert "smime-encrypted" in read(SIGNED + b"\x30\x80" * 300_000).notes
