"""Any bytes at all: a mail, never an exception, and nothing that a database would refuse."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.mail_json import as_json
from channels.email.parse import parse
from channels.email.read import read
from intake.domain.errors import InvalidMessage
from tests.email.letters import arrival

MB = 1_000_000
HEAD = b"From: a@x.example\r\nSubject: s\r\n"
HTML = HEAD + b"Content-Type: text/html\r\n\r\n"

SNIPPETS = st.sampled_from([
    b"From: ", b"To: a@b.c, ", b"Subject: =?utf-8?B?", b"?=", b"Message-ID: <", b"References: <a> <", b"Return-Path: <>\n",
    b"Content-Type: multipart/mixed; boundary=b\n", b"\n--b\n", b"\n--b--\n", b"Content-Type: text/html; charset=utf-7\n",
    b"Content-Transfer-Encoding: base64\n", b"Content-Type: message/delivery-status\n", b"charset=iso-2022-jp\n",
    b"Content-Disposition: attachment; filename*0*=utf-16''%", b"\n\n", b"\r\n", b"> ", b"-- \n", b"@", b"<", b">",
    b"On 1/1/2026 10:00 a@b.c wrote:\n", b"From: a@b\nSent: x\nTo: y\nSubject: z\n", b"---- Forwarded message ----\n",
    b"<div class=gmail_quote>", b"</div>", b"<table>", b"\x00", b"\xed\xa0\x80", b"\xff\xfe", b"+2AA-", b"\x1b$B",
    b"begin 644 x\n", b"\nend\n", b"Final-Recipient: rfc822; ", b"Action: failed\n", b"&#xD800;", b"&#0;",
])  # fmt: skip
ANY_BYTES = st.one_of(
    st.binary(max_size=400),
    st.lists(st.one_of(SNIPPETS, st.binary(max_size=12)), max_size=30).map(b"".join),
)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from strings(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))


@given(raw=ANY_BYTES, null=st.booleans())
def test_any_bytes_are_a_mail_with_clean_strings(raw: bytes, null: bool) -> None:
    mail = read(raw, null_path=null)
    as_json(mail, "any.eml")
    assert not any(note.startswith("reader-failed") for note in mail.notes)
    for text in strings(mail):
        assert "\x00" not in text
        text.encode("utf-8")
    if mail.body.strip():
        assert mail.reply.strip()


@given(raw=ANY_BYTES)
def test_any_bytes_are_a_message_or_invalid_and_nothing_else(raw: bytes) -> None:
    try:
        message = parse(arrival(raw, mail_from="a@b.c", rcpt_to="d+1@e.f"))
    except InvalidMessage:
        return
    for text in strings(message):
        assert "\x00" not in text
        text.encode("utf-8")


def nested(levels: int, padding: bytes = b"") -> bytes:
    heads = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
    return HEAD + b"".join(heads) + b"\r\nhello\r\n" + padding


HOSTILE = {
    "2,000 nested multiparts": nested(2_000),
    "300 nested multiparts above a million lines": nested(300, b"\n" * MB),
    "100,000 parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 100_000,
    "a line of 1 MB": HEAD + b"\r\n" + b"x" * MB,
    "a line of 1 MB of >": HEAD + b"\r\n" + b">" * MB,
    "200 KB of > lines": HEAD + b"\r\n" + b">\n" * 100_000,
    "100,000 addresses": b"To: " + b", ".join(b"a%d@b.c" % n for n in range(100_000)) + b"\r\n\r\nx",
    "a header of 1 MB": b"Subject: " + b"y" * MB + b"\r\n\r\nx",
    "a header of 300,000 lines": b"Subject: a\n" + b" b\n" * 300_000 + b"\nx",
    "200,000 headers": b"A:b\n" * 200_000 + b"\nx",
    "junk above the headers": b"abc\n" * 200_000 + b"From: a@b.c\n\nx",
    "encoded words without end": b"Subject: " + b"=?a?q?" * 10_000 + b"\n\nx",
    "broken iso-2022": HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + b"\x1b$B\xff\x80" * 50_000,
    "NUL bytes": b"\x00" * MB,
    "truncated base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QUJD" * 200_000 + b"Q",
    "a million @": HEAD + b"\r\n" + b"@" * MB,
    "addresses in a bounce": b"From: MAILER-DAEMON@x.y\n\n" + b"a@b.c " * 150_000,
    "attributions": HEAD + b"\r\n" + b"On 1/1/2026 10:00 a@b.c\n" * 20_000,
    "header blocks": HEAD + b"\r\n" + b"From: a@b\n" * 20_000,
    "uuencoded beginnings": HEAD + b"\r\n" + b"begin 644 a\n" * 50_000,
    "nested divs": HTML + b"<div>" * 100_000,
    "nested tables": HTML + b"<table><tr><td>" * 30_000,
    "unclosed tags": HTML + b"<" * MB,
    "unclosed scripts": HTML + b"<script" * 100_000,
    "quote containers": HTML + b'<div class="gmail_quote">x</div>' * 10_000,
    "parentheses": b"From: " + b"(" * 60_000 + b"\n\nx",
    "parameters": b"Content-Type: text/plain" + b';a="\\"' * 9_000 + b"\n\nx",
}  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_mail_is_read_like_any_other(raw: bytes) -> None:
    mail = read(raw)
    assert not any(note.startswith("reader-failed") for note in mail.notes)
    assert parse(arrival(raw)).external_id


def test_what_is_too_deep_is_kept_as_text_with_a_note() -> None:
    mail = read(nested(2_000))
    assert "too-deep" in mail.notes
    assert "hello" in mail.body


def test_what_is_too_much_is_noted() -> None:
    assert "too-many-parts" in read(HOSTILE["100,000 parts"]).notes
    assert "header-too-long: subject" in read(HOSTILE["a header of 1 MB"]).notes
    assert len(read(HOSTILE["100,000 addresses"]).to) <= 1_000
