"""Text in the charset it truly has, and every file under its best name."""

import base64
from hashlib import sha256

import pytest

from channels.email.read import read

HEAD = b"From: a@x.example\r\nSubject: s\r\nMessage-ID: <1@x.example>\r\n"


def text_part(data: bytes, charset: str, *more: str) -> bytes:
    kind = f"Content-Type: text/plain; charset={charset}" if charset else "Content-Type: text/plain"
    return HEAD + "\r\n".join((kind, *more)).encode() + b"\r\n\r\n" + data


CHARSETS = {
    "utf-8": ("Grüße", "utf-8", "utf-8"),
    "utf-8 declared as latin1": ("Grüße", "utf-8", "iso-8859-1"),
    "utf-8 declared as ascii": ("Grüße", "utf-8", "us-ascii"),
    "cp1252 declared as latin1": ("“Grüße” – 5 €", "cp1252", "iso-8859-1"),
    "gb18030 declared as gb2312": ("打印机㐀", "gb18030", "gb2312"),
    "cp949": ("프린터 똠방", "cp949", "ks_c_5601-1987"),
    "cp932 declared as shift_jis": ("プリンタ①", "cp932", "shift_jis"),
    "cp950 declared as big5": ("印表機碁", "cp950", "big5"),
    "iso-2022-jp": ("プリンタ", "iso-2022-jp", "iso-2022-jp"),
    "utf-7": ("Grüße", "utf-7", "unicode-1-1-utf-7"),
    "koi8-r": ("Принтер", "koi8-r", "koi8-r"),
    "utf-16": ("Grüße", "utf-16", "utf-16"),
    "utf-8 declared as iso-2022-jp": ("プリンタ", "utf-8", "iso-2022-jp"),
    "a codec that is no charset": ("hello", "ascii", "punycode"),
    "unknown": ("hello Grüße", "utf-8", "x-nobody"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "real", "declared"), CHARSETS.values(), ids=CHARSETS)
def test_text_is_decoded_by_its_true_charset(text: str, real: str, declared: str) -> None:
    assert read(text_part(text.encode(real), declared)).body == text


def test_an_undeclared_charset_is_guessed_and_noted() -> None:
    mail = read(text_part("Der Drücker für Büro fünf fällt heute früh wieder über Gebühr häufig aus.".encode("cp1252"), ""))
    assert "Drücker" in mail.body
    assert any(note.startswith("charset-guessed") for note in mail.notes)


@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp", "utf-7", "hz", "gb2312", "x-nobody", "utf-16", ""])
def test_bytes_of_no_charset_come_out_clean(charset: str) -> None:
    mail = read(text_part(b"ok \x00\xff\xfe\x1b$B\x80~{+2AA- \xed\xa0\x80 ok", charset))
    mail.body.encode("utf-8")
    assert "\x00" not in mail.body
    assert mail.body


TRANSFERS = {
    "base64": (base64.encodebytes(b"It is broken."), "base64", "It is broken."),
    "base64, cut off": (base64.b64encode(b"It is broken.")[:-3], "base64", "It is broken"),
    "base64 with junk": (b"SXQgaXMg!!\nYnJva2VuLg==", "base64", "It is broken."),
    "quoted-printable": (b"It is =62roken=\r\n.", "quoted-printable", "It is broken."),
    "quoted-printable, broken": (b"50 =% of =ZZ", "Quoted-Printable", "50 =% of =ZZ"),
    "unknown": (b"It is broken.", "x-nobody", "It is broken."),
}  # fmt: skip


@pytest.mark.parametrize(("data", "encoding", "text"), TRANSFERS.values(), ids=TRANSFERS)
def test_a_transfer_encoding_is_undone_as_far_as_it_goes(data: bytes, encoding: str, text: str) -> None:
    assert read(text_part(data, "utf-8", f"Content-Transfer-Encoding: {encoding}")).body.strip() == text


def test_flowed_paragraphs_are_whole_again() -> None:
    mail = read(text_part(b"It is \r\nbroken.\r\n> Which \r\n> one?\r\n-- \r\nAda", 'utf-8; format="flowed"'))
    assert mail.body.split("\n")[:2] == ["It is broken.", "> Which one?"]
    assert mail.signature == "-- \nAda"


def multipart(kind: str, *parts: str) -> bytes:
    inner = "".join(f"--b\r\n{part}\r\n" for part in parts)
    return HEAD + f'Content-Type: multipart/{kind}; boundary="b"\r\n\r\n{inner}--b--\r\n'.encode()


PLAIN = "Content-Type: text/plain; charset=utf-8\r\n\r\nplain words"
HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>html <b>words</b></p>"


def test_the_plain_alternative_is_the_body_and_the_html_is_kept() -> None:
    mail = read(multipart("alternative", PLAIN, HTML))
    assert mail.body == "plain words"
    assert "<b>words</b>" in mail.html


def test_html_alone_is_rendered() -> None:
    assert read(multipart("mixed", HTML)).body == "html words"


def test_an_empty_plain_alternative_gives_way_to_the_html() -> None:
    assert read(multipart("alternative", "Content-Type: text/plain\r\n\r\n \r\n", HTML)).body == "html words"


def test_an_excuse_in_place_of_a_plain_alternative_gives_way_to_the_html() -> None:
    excuse = "Content-Type: text/plain\r\n\r\nYour mail program does not support HTML messages."
    assert read(multipart("alternative", excuse, HTML)).body == "html words"
    about = "Content-Type: text/plain\r\n\r\nThe HTML is broken."
    assert read(multipart("alternative", about, HTML)).body == "The HTML is broken."


def test_the_texts_of_a_mixed_mail_stand_one_below_the_other() -> None:
    assert read(multipart("mixed", PLAIN, "Content-Type: text/plain\r\n\r\nmore")).body == "plain words\nmore"


NAMES = {
    "filename": ('Content-Type: image/png\r\nContent-Disposition: attachment; filename="a.png"', "a.png"),
    "name": ("Content-Type: image/png; name=a.png", "a.png"),
    "filename before name": ('Content-Type: image/png; name=b.png\r\nContent-Disposition: inline; filename="a.png"', "a.png"),
    "a text with a name": ("Content-Type: text/plain; name=log.txt", "log.txt"),
    "nameless": ("Content-Type: image/png", "image-1.png"),
    "nameless and unknown": ("Content-Type: application/x-nobody", "application-1.bin"),
    "a try to leave the folder": ('Content-Type: image/png; name="../../etc/a.png"', "etca.png"),
    "a path": ('Content-Type: image/png; name="C:\\\\temp\\\\a.png"', "a.png"),
    "control characters": ('Content-Type: image/png; name="a\x07b.png"', "ab.png"),
}  # fmt: skip


@pytest.mark.parametrize(("headers", "name"), NAMES.values(), ids=NAMES)
def test_a_file_gets_the_best_name_there_is(headers: str, name: str) -> None:
    [file] = read(multipart("mixed", PLAIN, f"{headers}\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD")).attachments
    assert (file.name, file.content, file.size, file.sha256) == (name, b"ABC", 3, sha256(b"ABC").hexdigest())


def test_a_picture_in_the_text_is_marked_as_such() -> None:
    picture = "Content-Type: image/png\r\nContent-ID: <p1@x>\r\nContent-Disposition: inline\r\n\r\nx"
    [file] = read(multipart("related", HTML, picture)).attachments
    assert (file.inline, file.content_id) == (True, "p1@x")


def test_an_attached_mail_is_one_file_named_by_its_subject_with_its_bytes_unchanged() -> None:
    head = "From: b@x.example\r\nSubject: =?utf-8?Q?Dr=C3=BCcker?=\r\nContent-Type: multipart/mixed; boundary=c"
    inner = f"{head}\r\n\r\n--c\r\n\r\nhi\r\n--c--"
    [file] = read(multipart("mixed", PLAIN, f"Content-Type: message/rfc822\r\n\r\n{inner}")).attachments
    assert (file.name, file.content) == ("Drücker.eml", inner.encode())


def test_a_file_written_into_the_text_becomes_an_attachment() -> None:
    mail = read(text_part(b"See below.\n\nbegin 644 a.txt\n#04)#\n`\nend\nBye", "utf-8"))
    assert [(file.name, file.content) for file in mail.attachments] == [("a.txt", b"ABC")]
    assert "begin" not in mail.body


def test_an_invitation_is_a_file_and_a_note() -> None:
    invite = (
        "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nSUMMARY:Review\r\nDTSTART:20260105T120000Z\r\n"
    )
    mail = read(multipart("mixed", PLAIN, invite))
    assert "calendar: REQUEST Review 20260105T120000Z" in mail.notes
    assert mail.attachments[0].content_type == "text/calendar"


def test_a_declared_boundary_that_never_comes_is_guessed() -> None:
    parts = b"--right\r\nContent-Type: text/plain\r\n\r\nhello\r\n--right--\r\n"
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=wrong\r\n\r\n" + parts
    mail = read(raw)
    assert mail.body == "hello"
    assert "boundary-guessed" in mail.notes


def test_a_multipart_that_is_not_closed_is_read_to_its_end() -> None:
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n"
    assert read(raw).body == "hello"
