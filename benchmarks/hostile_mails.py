"""Mails made to hang a reader, or to fill its memory: each at most 1 MB. Written for this purpose."""

import random
import struct
from collections.abc import Mapping

MB = 1_000_000
HEAD = b"From: Ada <ada@x.example>\r\nTo: desk@h.example\r\nSubject: s\r\nMessage-ID: <1@x.example>\r\n"
TEXT = HEAD + b"\r\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
DAEMON = b"From: MAILER-DAEMON@x.example\r\nSubject: failure notice\r\n\r\n"
ALERT = b"From: monitor@x.example\r\nAuto-Submitted: auto-generated\r\nSubject: "


def filled(piece: bytes, size: int = MB - 1_000) -> bytes:
    return (piece * (size // len(piece) + 1))[:size]


def numbered(piece: str, size: int = 400_000) -> bytes:
    return b"".join((piece % number).encode() for number in range(size // len(piece % 10_000)))


def nested(levels: int, tail: bytes = b"") -> bytes:
    heads = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
    return HEAD + b"".join(heads) + b"\r\nhello\r\n" + tail


def charset(name: bytes, octets: bytes) -> bytes:
    return HEAD + b"Content-Type: text/plain; charset=" + name + b"\r\n\r\n" + filled(octets, 500_000)


_NOISE = random.Random(5).randbytes(500_000)
_TNEF = HEAD + b"Content-Type: application/ms-tnef\r\n\r\n" + struct.pack("<IH", 0x223E9F78, 1)

HOSTILE: Mapping[str, bytes] = {
    "2,000 nested multiparts": nested(2_000),
    "60 nested multiparts above 1 MB of boundaries": nested(60, filled(b"--b\n", 900_000)),
    "nested multiparts of one boundary": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 15_000,
    "nested attached mails": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 30_000 + b"hello",
    "200,000 boundaries": MIXED + b"--b\r\n" * 199_000,
    "1,000 parts of HTML": MIXED + b"--b\r\nContent-Type: text/html\r\n\r\n<div class=gmail_quote>a<p>x</div>\r\n" * 1_000,
    "10,000 recipients": b"To: " + numbered("P <p%d@x.example>, ") + b"\r\n\r\nhello",
    "25 Cc of 2,500": (b"Cc: " + b"a@x.example, " * 2_500 + b"\r\n") * 25 + b"\r\nhello",
    "3,000 parentheses in From": b"From: " + b"(" * 3_000 + b" a@x.example\r\n\r\nhello",
    "1 MB of @ in From": b"From: " + filled(b"@") + b"\r\n\r\nhello",
    "a header of 1 MB": b"Subject: " + filled(b"y") + b"\r\n\r\nhello",
    "a header of 300,000 lines": b"Subject: a\r\n" + b" b\n" * 300_000 + b"\nhello",
    "100,000 headers": b"A: b\r\n" * 100_000 + b"\r\nhello",
    "60,000 times From": b"From: a@b.example\r\n" * 50_000 + b"\r\nhello",
    "200,000 junk lines above": b"abc\n" * 200_000 + b"From: a@b.example\n\nhello",
    "1 MB of encoded words": b"Subject: " + filled(b"=?utf-8?q?a?= ") + b"\r\n\r\nhello",
    "encoded words of 5,000 charsets": b"Subject: " + numbered("=?x-%d?q?a?= ", 60_000) + b"\r\n\r\nhello",
    "1 MB of references": HEAD + b"References: " + filled(b"<a@b> ") + b"\r\n\r\nhello",
    "3,000 parameters": HEAD + b"Content-Type: text/plain" + numbered("; a%d=b", 60_000) + b"\r\n\r\nhello",
    "6,000 pieces of a parameter": HEAD + b"Content-Type: text/plain" + numbered("; n*%d*=%%41", 60_000) + b"\r\n\r\nhello",
    '60 KB of "On "': TEXT + b"On " * 20_000,
    "1 MB of attributions": TEXT + filled(b"On 1/1/2026 10:00 a@b.example wrote:\n"),
    "200,000 spaces": TEXT + b"x" + b" " * 200_000 + b"x",
    "1 MB of blanks and tabs in lines": TEXT + filled(b"\t \t\n"),
    "100,000 newlines": TEXT + b"hello" + b"\n" * 100_000 + b"x",
    "1 MB of CR": TEXT + filled(b"\r"),
    '5,000 "From: a" lines': TEXT + b"From: a\r\n" * 5_000,
    '1 MB of "From: a@b" lines': TEXT + filled(b"From: a@b\r\n"),
    "1 MB of header blocks": TEXT + filled(b"From: a@b\r\nSent: x\r\nTo: y\r\nSubject: z\r\n"),
    "1 MB of >": TEXT + filled(b">"),
    "quotes, deeper and deeper": TEXT + b"\r\n".join(b">" * min(n, 900) + b" text" for n in range(1_300)),
    "1 MB of addresses in a bounce": DAEMON + filled(b"a@b.example "),
    "60,000 recipients of a bounce": DAEMON + numbered("<a%d@b.example>\n", 900_000),
    "1 MB of blocks in a report": HEAD + b"Content-Type: message/delivery-status\r\n\r\n" + filled(b"Action: failed\n\n"),
    "an alarm of 60 KB": ALERT + filled(b"1d 2h (3) CRITICAL ", 60_000) + b"\r\n\r\nhello",
    "60,000 nested divs": HTML + b"<div>" * 60_000 + b"hello",
    "20,000 nested quotes": HTML + b"<blockquote type=cite>" * 20_000 + b"hello",
    "1 MB of Gmail's quotes": HTML + filled(b"<div class=gmail_quote>x</div>"),
    "nested tables": HTML + filled(b"<table><tr><td>x", 490_000),
    "misnested letters": HTML + filled(b"<b><p><i></b>x", 490_000),
    "45,000 attributes of a tag": HTML + b"<p " + numbered("a%d=b ") + b">hello",
    "1 MB of <": HTML + filled(b"<"),
    "500,000 &": HTML + b"&" * 500_000,
    "1 MB of comments that never end": HTML + filled(b"<!--"),
    "1 MB of styles that never end": HTML + filled(b"<style>"),
    "an attribute of 1 MB": HTML + b'<a href="' + filled(b"x"),
    "a page of 1 MB in a line": HTML + filled(b"word "),
    "noise": _NOISE * 2,
    "noise as base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + _NOISE * 2,
    "noise as quoted-printable": HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + filled(b"=  "),
    "uuencoded beginnings": TEXT + filled(b"begin 644 a\n"),
    "40,000 uuencoded files": TEXT + b"begin 644 a\n#04)#\nend\n" * 40_000,
    "utf-7": charset(b"utf-7", b"+AD-"),
    "iso-2022-jp": charset(b"iso-2022-jp", b"\x1b$B\xff\x80"),
    "hz": charset(b"hz-gb-2312", b"~{+~}"),
    "punycode": charset(b"punycode", b"a-b9"),
    "an unknown charset": charset(b"x-unknown", b"\xe4\xf6 "),
    "no charset": TEXT + _NOISE,
    "1 MB of zero width": TEXT + filled("\u200b".encode()),
    "1 MB of right-to-left marks": TEXT + filled("\u202e\u200f".encode()),
    "two octets a letter": ("Subject: x\r\n\r\n" + "hello " * 80_000).encode("utf-16"),
    "1 MB of NUL": b"\x00" * MB,
    "open ends in a signature": HEAD + b"Content-Type: application/pkcs7-mime\r\n\r\n" + b"0\x80" * 490_000,
    "a winmail.dat of nothing": _TNEF + b"\x00" * 900_000,
    "a winmail.dat of empty attributes": _TNEF + filled(struct.pack("<BIIH", 2, 0x00069002, 0, 0), 900_000),
    "an invitation of folds": HEAD + b"Content-Type: text/calendar\r\n\r\nBEGIN:VEVENT\r\nSUMMARY:x" + filled(b"\r\n "),
    "an invitation of 900 parts": MIXED + b"--b\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VEVENT\r\nSUMMARY;A\r\n" * 900,
}
