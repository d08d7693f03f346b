"""Headers as they truly arrive: folded, encoded twice, broken, endless."""

import codecs

import pytest

from channels.email.parse import parse
from channels.email.read import read
from channels.email.reading.headers import decoded, parameters, read_headers
from channels.email.reading.mailbox import Mailbox
from channels.email.reading.mailbox_list import MAX_ADDRESSES, mailboxes
from tests.email.letters import arrival, letter

WORDS = {
    "plain": ("Printer", "Printer"),
    "folded blanks": ("Printer \t is   broken", "Printer is broken"),
    "base64": ("=?utf-8?B?RHLDvGNrZXI=?=", "Drücker"),
    "quoted": ("=?iso-8859-1?Q?Dr=FCcker_kaputt?=", "Drücker kaputt"),
    "two words are one": ("=?utf-8?Q?a?= =?utf-8?Q?b?= c", "ab c"),
    "a character split over two words": ("=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=", "ü"),
    "inside quotes": ('"=?utf-8?Q?=C3=A9?="', '"é"'),
    "an unknown charset": ("=?x-nobody?Q?hello?=", "hello"),
    "not of its charset": ("=?utf-8?B?//79?=", "=?utf-8?B?//79?="),
}  # fmt: skip


@pytest.mark.parametrize(("value", "text"), WORDS.values(), ids=WORDS)
def test_an_encoded_header_is_decoded(value: str, text: str) -> None:
    assert decoded(value) == text


PARAMETERS = {
    "quoted": ('; name="a b.txt"', "a b.txt"),
    "unquoted with blanks": ("; name=a b.txt; size=3", "a b.txt"),
    "semicolon in quotes": ('; name="a;b.txt"', "a;b.txt"),
    "RFC 2231": ("; name*=utf-8'en'%C3%A4.txt", "ä.txt"),
    "in pieces": ("; name*0=\"one-\"; name*1=two.txt", "one-two.txt"),
    "encoded pieces": ("; name*1*=%A4.txt; name*0*=utf-8''%C3", "ä.txt"),
    "RFC 2047 where none belongs": ('; name="=?utf-8?Q?=C3=A4.txt?="', "ä.txt"),
    "an unclosed quote": ('; name="a.txt', "a.txt"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "name"), PARAMETERS.values(), ids=PARAMETERS)
def test_a_parameter_is_read_in_whatever_encoding(value: str, name: str) -> None:
    assert parameters(value)["name"] == name


def box(email: str, name: str = "") -> Mailbox:
    return Mailbox(email=email, name=name)


LISTS = {
    "bare": ("a@x.example", (box("a@x.example"),)),
    "named": ("Ada Byte <A@x.example>", (box("A@x.example", "Ada Byte"),)),
    "comma in quotes": ('"Byte, Ada" <a@x.example>, b@x.example', (box("a@x.example", "Byte, Ada"), box("b@x.example"))),
    "escaped quotes": ('"The \\"Ada\\"" <a@x.example>', (box("a@x.example", 'The "Ada'),)),
    "comment name": ("DAEMON@x.example (Mail Delivery System)", (box("DAEMON@x.example", "Mail Delivery System"),)),
    "semicolons": ("a@x.example; b@x.example", (box("a@x.example"), box("b@x.example"))),
    "group": ("team: a@x.example, b@x.example;", (box("a@x.example"), box("b@x.example"))),
    "empty group": ("undisclosed-recipients:;", ()),
    "no address": ("helpdesk", (box("helpdesk"),)),
    "encoded name": ("=?utf-8?Q?=C3=84da?= <a@x.example>", (box("a@x.example", "Äda"),)),
    "encoded comma": ("=?utf-8?Q?Byte=2C_Ada?= <a@x.example>", (box("a@x.example", "Byte, Ada"),)),
    "all of it encoded": ("=?utf-8?Q?Ada_<a@x.example>?=", (box("a@x.example", "Ada"),)),
    "name without brackets": ("Ada Byte a@x.example", (box("a@x.example", "Ada Byte"),)),
    "an encoded address": ("Ada <=?utf-8?q?a=40x=2Eexample?=>", (box("a@x.example", "Ada"),)),
    "two brackets": ("Ada <Byte> <a@x.example>", (box("a@x.example", "Ada Byte"),)),
    "Outlook's mailto": ("Ada Byte [mailto:a@x.example]", (box("a@x.example", "Ada Byte"),)),
    "nothing": ("", ()),
    "only an empty address": ("<>", ()),
}  # fmt: skip


@pytest.mark.parametrize(("value", "boxes"), LISTS.values(), ids=LISTS)
def test_an_address_list_is_read_whatever_its_form(value: str, boxes: tuple[Mailbox, ...]) -> None:
    assert mailboxes(value) == boxes


def test_no_more_addresses_are_read_than_anybody_would_write() -> None:
    assert len(mailboxes(", ".join(f"a{n}@x.example" for n in range(5_000)))) == MAX_ADDRESSES


def test_a_junk_line_among_the_headers_does_not_hide_the_rest() -> None:
    headers, _ = read_headers(b"Received: x\njunk here\nSubject: Printer\n\nbody", 0, 43)
    assert headers.first("subject") == "Printer"
    assert "junk-header-line" in headers.notes


def test_a_body_without_a_blank_line_above_it_is_still_a_body() -> None:
    mail = read(b"Subject: Printer\nIt is broken.\nReally.")
    assert (mail.subject, mail.reply) == ("Printer", "It is broken.\nReally.")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_understood(ending: str) -> None:
    mail = read("From: a@x.example\nSubject: long\n and folded\n\nbody\n".replace("\n", ending).encode())
    assert (mail.subject, mail.reply) == ("long and folded", "body")


def test_raw_eight_bit_headers_are_decoded() -> None:
    assert read("Subject: Drücker\n\nx".encode()).subject == "Drücker"
    assert read("Subject: Drücker\n\nx".encode("cp1252")).subject == "Drücker"


def test_a_mail_without_a_sender_is_read_and_noted() -> None:
    mail = read(b"Subject: Printer\n\nIt is broken.")
    assert mail.sender is None
    assert {"no-sender", "no-message-id"} <= set(mail.notes)


def test_an_ordinary_mail_has_no_notes() -> None:
    assert read(letter("It is broken.")).notes == ()


SAVED = {
    "with a byte order mark": (codecs.BOM_UTF8, "utf-8", "byte-order-mark"),
    "two octets a letter": (b"", "utf-16", "utf-16-mail"),
    "as an mbox": (b"From ada@users.example Mon Jan  5 12:00:00 2026\n", "utf-8", "mbox-line"),
}


@pytest.mark.parametrize(("head", "encoding", "note"), SAVED.values(), ids=SAVED)
def test_a_mail_that_was_saved_as_a_file_is_read_with_a_note(head: bytes, encoding: str, note: str) -> None:
    mail = read(head + "From: Ada <ada@users.example>\nSubject: Drücker\n\nkaputt".encode(encoding))
    assert (mail.sender, mail.subject, mail.reply) == (box("ada@users.example", "Ada"), "Drücker", "kaputt")
    assert note in mail.notes


@pytest.mark.parametrize(("charset", "subject"), [("koi8-r", "Принтер сломан"), ("shift_jis", "プリンタ"), ("big5", "印表機")])
def test_a_header_that_nobody_encoded_is_in_the_charset_of_the_text(charset: str, subject: str) -> None:
    raw = b"Subject: " + subject.encode(charset) + b"\nContent-Type: text/plain; charset=" + charset.encode() + b"\n\nx"
    assert read(raw).subject == subject


def test_what_may_stand_once_and_stands_twice_is_noted_and_the_first_counts() -> None:
    mail = read(b"From: a@x.example\nFrom: b@x.example\nSubject: one\nSubject: two\n\nx")
    assert (mail.sender, mail.subject) == (box("a@x.example"), "one")
    assert {"repeated-header: from", "repeated-header: subject"} <= set(mail.notes)


def test_an_author_with_an_address_is_preferred_to_a_word() -> None:
    assert read(b"From: Byte; Ada <ada@x.example>\n\nx").sender == box("ada@x.example", "Ada")


@pytest.mark.parametrize(
    "headers", ["From: nobody\nReply-To: ada@x.example", "From: <>\nReturn-Path: <ada@x.example>", "Sender: ada@x.example"]
)
def test_where_from_is_of_no_use_another_header_names_the_author(headers: str) -> None:
    author = parse(arrival(f"{headers}\n\nbody".encode())).author
    assert author is not None
    assert author.value == "ada@x.example"
