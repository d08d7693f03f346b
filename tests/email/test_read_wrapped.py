"""Mail inside other things: signatures, winmail.dat, invitations."""

import base64
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.read import read
from channels.email.reading.read_calendar import event
from channels.email.reading.read_rtf import decompressed, rtf_body
from channels.email.reading.read_smime import SIGNED_DATA, signed_content
from channels.email.reading.read_tnef import read_tnef

HEAD = b"From: a@x.example\r\nSubject: s\r\nMessage-ID: <1@x.example>\r\n"
INNER = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe printer is broken."


def der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 0x80 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def open_ended(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + b"\x80" + content + b"\x00\x00"


def signed(content: bytes, *, in_pieces: bool = False) -> bytes:
    wrap = open_ended if in_pieces else der
    pieces = b"".join(der(0x04, content[i : i + 10]) for i in range(0, len(content), 10))
    octets = open_ended(0x24, pieces) if in_pieces else der(0x04, content)
    data = der(0x06, SIGNED_DATA[:-1] + b"\x01")
    inside = wrap(0x30, data + wrap(0xA0, octets))
    body = wrap(0x30, der(0x02, b"\x01") + wrap(0x31, der(0x30, b"")) + inside + der(0xA0, b"certificates"))
    return wrap(0x30, der(0x06, SIGNED_DATA) + wrap(0xA0, body))


def smime(content: bytes, kind: str = "signed-data") -> bytes:
    head = (
        f"Content-Type: application/pkcs7-mime; smime-type={kind}; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return HEAD + head.encode() + base64.encodebytes(content)


@pytest.mark.parametrize("in_pieces", [False, True])
def test_a_signed_mail_is_read_without_its_keys(in_pieces: bool) -> None:
    mail = read(smime(signed(INNER, in_pieces=in_pieces)))
    assert mail.reply == "The printer is broken."
    assert [file.name for file in mail.attachments] == ["smime.p7m"]
    assert "smime-signed: not verified" in mail.notes


def test_the_files_of_a_signed_mail_are_files_of_the_mail() -> None:
    parts = b"--b\r\n\r\nSee the log.\r\n--b\r\nContent-Type: text/plain; name=log.txt\r\n\r\nerror 17\r\n--b--\r\n"
    mail = read(smime(signed(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts)))
    assert mail.reply == "See the log."
    assert [file.name for file in mail.attachments] == ["smime.p7m", "log.txt"]


def test_an_encrypted_mail_stays_a_file_with_a_note() -> None:
    mail = read(smime(der(0x30, der(0x06, SIGNED_DATA[:-1] + b"\x03") + der(0xA0, b"secret")), "enveloped-data"))
    assert "smime-encrypted" in mail.notes
    assert [file.name for file in mail.attachments] == ["smime.p7m"]


def test_signatures_around_signatures_end_somewhere() -> None:
    content = INNER
    for _ in range(5):
        content = smime(signed(content))
    assert "too-deep" in read(content).notes


@given(st.binary(max_size=200))
def test_any_bytes_are_signed_content_or_none(data: bytes) -> None:
    whole = signed(INNER)
    assert signed_content(data) is None or data
    signed_content(whole[:20] + data)
    signed_content(whole[: len(data)])


def attribute(number: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", 2, number, 6, len(value)) + value + b"\x00\x00"


def text_property(name: int, text: str) -> bytes:
    value = text.encode("utf-16-le") + b"\x00\x00"
    return struct.pack("<HHII", 0x1F, name, 1, len(value)) + value + bytes(-len(value) % 4)


def winmail(*files: tuple[str, bytes]) -> bytes:
    data = b"\x78\x9f\x3e\x22\x01\x00"
    note = struct.pack("<I", 1) + text_property(0x1000, "Please see the file.")
    data += attribute(0x9003, note)
    for name, content in files:
        number = struct.pack("<HHI", 3, 0x0E21, 7)
        properties = struct.pack("<I", 2) + number + text_property(0x3707, name)
        data += attribute(0x9002, b"\x00" * 14) + attribute(0x8010, b"SHORT~1.TXT\x00")
        data += attribute(0x800F, content) + attribute(0x9005, properties)
    return data


RICH = rb"""{\rtf1\ansi\ansicpg1251\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fswiss\fcharset204 Arial;}}
{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hello \htmlrtf {\b\htmlrtf0 {\*\htmltag84 <b>}there{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0
, \'cf\'f0\'e8\'e2\'e5\'f2 \u8211? it is broken.\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}}"""
RICH_TEXTS = {
    "HTML inside": (RICH, "Hello there, Привет – it is broken."),
    "no HTML": (
        rb"{\rtf1\ansi{\fonttbl{\f0 A;}}{\*\generator x;}It is\par broken \u-10179?\u-8704? \{now\}.}",
        "It is\nbroken 😀 {now}.",
    ),
}


def in_letters(rtf: bytes) -> bytes:
    """As compressed Rich Text whose every letter stands for itself."""
    body = b"".join(b"\0" + rtf[at : at + 8] for at in range(0, len(rtf), 8))
    return struct.pack("<II4sI", len(body) + 12, len(rtf), b"LZFu", 0) + body


@pytest.mark.parametrize(("rtf", "text"), RICH_TEXTS.values(), ids=RICH_TEXTS)
@pytest.mark.parametrize("packed", [in_letters, lambda rtf: bytes(8) + b"MELA" + bytes(4) + rtf], ids=["LZFu", "MELA"])
def test_rich_text_in_a_winmail_dat_stands_in_for_a_missing_text(
    rtf: bytes, text: str, packed: Callable[[bytes], bytes]
) -> None:
    value = packed(rtf)
    stored = struct.pack("<IHHII", 1, 0x102, 0x1009, 1, len(value)) + value + bytes(-len(value) % 4)
    data = b"\x78\x9f\x3e\x22\x01\x00" + attribute(0x9003, stored)
    assert read(tnef_mail(data)).reply == text


def test_rich_text_is_unpacked_by_pointing_back_at_what_was_said() -> None:
    here = 207 + 6  # behind the preset words and "abcdef"
    pointers = struct.pack(">HH", (here - 6) << 4 | 4, (here + 6) << 4)
    packed = bytes(8) + b"LZFu" + bytes(4) + b"\xc0abcdef" + pointers
    assert decompressed(packed) == b"abcdefabcdef"


@given(st.binary(max_size=300))
def test_any_bytes_are_rich_text_perhaps_an_empty_one(data: bytes) -> None:
    decompressed(bytes(8) + b"LZFu" + bytes(4) + data)
    rtf_body(b"{\\rtf1" + data)[1].encode()


def test_a_body_of_rich_text_only_is_read() -> None:
    assert read(HEAD + b"Content-Type: text/rtf\r\n\r\n{\\rtf1\\ansi It is broken.}").reply == "It is broken."
    enriched = b"Content-Type: text/enriched\r\n\r\n<bold>It</bold> is <<broken>."
    assert read(HEAD + enriched).reply == "It is <broken>."


BOBS = b"From: Bob Bit <bob@users.example>\r\nSubject: No paper\r\n\r\nThe tray is empty.\r\n\r\n-- \r\nBob\r\n"
ATTACHED = (
    HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n%s\r\n"
    + b"--b\r\nContent-Type: message/rfc822\r\n\r\n%s\r\n--b--"
)


def test_a_mail_forwarded_as_a_file_without_a_word_is_read_in_its_place() -> None:
    mail = read(ATTACHED % (b"", BOBS))
    assert (mail.reply, mail.signature, mail.cut_by) == ("The tray is empty.", "-- \nBob", "bare-attached")
    assert mail.forward is not None
    assert mail.forward.sender is not None
    assert (mail.forward.sender.email, mail.forward.subject) == ("bob@users.example", "No paper")
    assert len(mail.attachments) == 1


def test_a_mail_that_came_with_a_word_stays_a_file() -> None:
    mail = read(ATTACHED % (b"See the mail.", BOBS))
    assert (mail.reply, mail.forward) == ("See the mail.", None)


def tnef_mail(data: bytes) -> bytes:
    head = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return HEAD + head + base64.encodebytes(data)


def test_the_files_in_a_winmail_dat_come_out_under_their_long_names() -> None:
    mail = read(tnef_mail(winmail(("Übersicht der Drucker.txt", b"ABC"), ("second.pdf", b"DEF"))))
    found = [(file.name, file.content) for file in mail.attachments[1:]]
    assert found == [("Übersicht der Drucker.txt", b"ABC"), ("second.pdf", b"DEF")]
    assert mail.attachments[0].name == "winmail.dat"
    assert "tnef" in mail.notes


def test_the_text_in_a_winmail_dat_stands_in_for_a_missing_one() -> None:
    assert read(tnef_mail(winmail(("a.txt", b"A")))).reply == "Please see the file."


def test_a_winmail_dat_that_is_cut_off_gives_what_it_has() -> None:
    mail = read(tnef_mail(winmail(("a.txt", b"A"), ("b.txt", b"B" * 90))[:-60]))
    assert [file.name for file in mail.attachments[:2]] == ["winmail.dat", "a.txt"]
    assert "tnef-broken" in mail.notes


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes_are_a_winmail_dat_or_none(data: bytes, kept: int) -> None:
    read_tnef(data)
    read_tnef(winmail(("a.txt", b"A"))[:kept] + data)


CALENDAR = (
    "BEGIN:VCALENDAR\r\nMETHOD:{0}\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n{1}"
    "DTSTART;TZID=Europe/Zurich:20260105T120000\r\nSUMMARY;LANGUAGE=en:Review\\, second \r\n round\r\nLOCATION:Room 4\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
LINES = {
    "REQUEST": ("", "Invitation: Review, second round, 2026-01-05 12:00 Europe/Zurich, Room 4"),
    "CANCEL": ("", "Cancelled: Review, second round, 2026-01-05 12:00 Europe/Zurich, Room 4"),
    "REPLY": (
        "ATTENDEE;PARTSTAT=DECLINED:mailto:a@x.example\r\n",
        "Declined: Review, second round, 2026-01-05 12:00 Europe/Zurich, Room 4",
    ),
}


@pytest.mark.parametrize(("method", "expected"), LINES.items(), ids=LINES)
def test_an_invitation_without_words_says_what_it_is(method: str, expected: tuple[str, str]) -> None:
    head = f"Content-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n".encode()
    mail = read(HEAD + head + CALENDAR.format(method, expected[0]).encode())
    assert mail.reply == expected[1]
    assert any(note.startswith(f"calendar: {method} Review, second round 20260105T120000") for note in mail.notes)


@given(st.text(max_size=300))
def test_any_text_is_an_event_perhaps_an_empty_one(text: str) -> None:
    assert "\n" not in event(text, "REQUEST").line


def test_uuencoded_beginnings_without_a_file_stay_text() -> None:
    body = b"begin 644 a\r\n" * 50_000 + b"\r\nend\r\n"
    mail = read(HEAD + b"\r\n" + body)
    assert mail.attachments == ()
    assert mail.body.count("begin 644 a") == 50_000
