"""Every mail of the desk: valid headers whatever strangers wrote, one name, marks against loops, links that lead home."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.render import render
from intake.desk.outbound import Outbound
from intake.desk.signed_names import (
    OwnMessage,
    bounced_message,
    delivery_of_portal_key,
    is_own_mark,
    own_message,
    ticket_of_reply_tag,
)
from intake.domain.errors import DeliveryError
from intake.domain.label import Kind
from intake.domain.notice import NoticeKind
from tests.email.outgoing import (
    ANN,
    KEYS,
    LINKED,
    PLAIN,
    TICKET,
    acknowledgement,
    as_bytes,
    as_read,
    body,
    delivery,
    notices,
    reply,
)

NO_MAIL = frozenset({NoticeKind.WHICH_TICKET, NoticeKind.PROGRESS})  # a text, a line in a chat
EXCHANGE = "AM0PR04MB1234567890ABCDEF0123456789ABCDEF0123@AM0PR04MB1234.eurprd04.prod.outlook.com"
ALL_HEADERS = {
    "from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "x-intake-loop",
    "auto-submitted", "x-auto-response-suppress", "content-type", "content-transfer-encoding", "content-language",
    "mime-version",
}  # fmt: skip

INJECTIONS = [
    "Printer\r\nBcc: victim@elsewhere.example",
    "Printer\nBcc: victim@elsewhere.example\n\nA body of mine",
    "=?utf-8?q?hello=0D=0ABcc=3A_victim=40elsewhere.example?=",
    "ü =?utf-8?q?hello=0ABcc=3A_victim?= =?utf-8?b?DQpCY2M6IHg=?=",
    "Printer\x00\x07\x1b[2J\x85\u2028Bcc: victim",
    "==??utf-8?q?=0ABcc=3A_x?=",
]


@pytest.mark.parametrize("subject", INJECTIONS)
def test_a_subject_brings_no_header_of_its_own(subject: str) -> None:
    ticket = replace(TICKET, short_description=subject)
    for outbound in (
        reply(ticket=ticket),
        acknowledgement(ticket, subject=subject, answers=subject),
        notices((ticket, NoticeKind.ARRIVAL, {})),
        notices((ticket, NoticeKind.PAGE, {})),
        notices((ticket, NoticeKind.WATCHED, {"what": subject, "by": subject})),
        notices((ticket, NoticeKind.ARRIVAL, {"by": subject, "why": subject, "tried": subject, "team": subject})),
    ):
        mail = as_read(outbound)
        assert {name.lower() for name, _ in mail.items()} <= ALL_HEADERS
        assert mail["Bcc"] is None
        assert "HD-1042" in mail["Subject"]
        assert mail["Subject"].isprintable()


@given(st.text(max_size=300))
def test_any_subject_makes_a_valid_mail(subject: str) -> None:
    as_read(acknowledgement(replace(TICKET, short_description=subject), subject=subject, answers=subject))
    mail = as_read(reply(ticket=replace(TICKET, short_description=subject), answers=(subject,)))
    assert {name.lower() for name, _ in mail.items()} <= ALL_HEADERS
    assert str(mail["Subject"]).startswith("Re: [HD-1042]")


@pytest.mark.parametrize(
    "address",
    [
        "ann@customer.example\r\nBcc: victim@elsewhere.example",
        "ann@customer.example>, <victim@elsewhere.example",
        "=?utf-8?q?a=0D=0ABcc=3A_victim?=@customer.example",
        "ann@=?utf-8?q?a=0ABcc=3A_v?=",
        "ann smith@customer.example",
        "jörg\u202e@customer.example",
        "jörg@customer.example>, <victim@elsewhere.example",
        "",
    ],
)
def test_an_address_that_cannot_stand_in_a_header_fails_for_good(address: str) -> None:
    with pytest.raises(DeliveryError, match="cannot be written in a mail header") as caught:
        render(reply(address=address), PLAIN)
    assert caught.value.permanent


@pytest.mark.parametrize("outbound", [reply(), acknowledgement(), notices((TICKET, NoticeKind.ARRIVAL, {}))])
def test_the_same_delivery_is_the_same_mail_to_the_byte(outbound: Outbound) -> None:
    assert as_bytes(outbound, LINKED) == as_bytes(outbound, LINKED)


def test_a_name_longer_than_a_line_stays_whole() -> None:
    """As Exchange Online makes them. Also behind an address that makes our own mark long."""
    raw = as_bytes(acknowledgement(answers=EXCHANGE), replace(PLAIN, address=f"desk@{'a' * 60}.example.com"))
    assert f"In-Reply-To: <{EXCHANGE}>\r\n".encode() in raw
    assert f"References: <{EXCHANGE}>\r\n".encode() in raw
    mark = next(line for line in raw.split(b"\r\n") if line.startswith(b"X-Intake-Loop: ")).partition(b": ")[2]
    assert is_own_mark(KEYS, mark.decode())


@pytest.mark.parametrize("name", ["", "a b@x", "a@x>", "<a@x", "ä@x", "a\r\nBcc: x@y", "a\x00@x", "a" * 1000 + "@x"])
def test_a_name_that_cannot_stand_in_a_header_is_left_out(name: str) -> None:
    mail = as_read(acknowledgement(answers=name))
    assert mail["In-Reply-To"] is None
    assert mail["References"] is None


def test_names_lead_back_to_ticket_and_delivery() -> None:
    for outbound in (acknowledgement(), reply()):
        mail = as_read(outbound)
        assert own_message(KEYS, str(mail["Message-ID"]).strip("<>")) == OwnMessage(1042, 77)
        tag = mail["Reply-To"].addresses[0].username.partition("+")[2]
        assert ticket_of_reply_tag(KEYS, tag) == 1042
        assert is_own_mark(KEYS, str(mail["X-Intake-Loop"]))
        assert mail["From"] == "Help desk <desk@help.example>"
        assert mail["Date"].datetime == outbound.delivery.created_at


def test_what_the_desk_says_by_itself_is_marked_so_and_wants_no_bounces() -> None:
    ours = as_read(acknowledgement())
    assert (ours["Auto-Submitted"], ours["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    for kind in set(NoticeKind) - {NoticeKind.ACKNOWLEDGEMENT} - NO_MAIL:
        assert as_read(notices((TICKET, kind, {})))["Auto-Submitted"] == "auto-generated"
    assert PLAIN.return_path(acknowledgement()) == ""


@pytest.mark.parametrize("kind", sorted(NO_MAIL))
def test_what_whoever_asked_hears_elsewhere_is_never_put_in_a_letter_to_the_desks_own_people(kind: NoticeKind) -> None:
    with pytest.raises(DeliveryError, match="no mail"):
        render(notices((TICKET, kind, {"why": "x"})), PLAIN)


def test_a_humans_answer_comes_back_to_an_address_that_says_what_bounced() -> None:
    sender = PLAIN.return_path(reply())
    local, _, domain = sender.rpartition("@")
    assert domain == "help.example"
    assert bounced_message(KEYS, local.removeprefix("desk+")) == OwnMessage(1042, 77)


MANY = replace(PLAIN, others=("it@corp.example", "hr@corp.example"))
TO_IT = replace(TICKET, mailbox="it@corp.example")


@pytest.mark.parametrize("made", [acknowledgement(TO_IT), reply(ticket=TO_IT), notices((TO_IT, NoticeKind.ARRIVAL, {}))])
def test_a_ticket_is_answered_from_the_address_that_it_came_to(made: Outbound) -> None:
    mail = as_read(made, MANY)
    assert mail["From"] == "Help desk <it@corp.example>"
    local, _, domain = mail["Reply-To"].addresses[0].addr_spec.partition("@")
    assert (domain, local.partition("+")[0]) == ("corp.example", "it")
    assert ticket_of_reply_tag(KEYS, local.partition("+")[2]) == 1042
    assert str(mail["Message-ID"]).endswith("@corp.example>")
    assert MANY.return_path(reply(ticket=TO_IT)).startswith("it+b.1042.77.")


@pytest.mark.parametrize("mailbox", ["", "gone@corp.example", "desk@help.example"])
def test_what_came_to_no_address_of_the_desk_is_answered_from_the_first(mailbox: str) -> None:
    mail = as_read(reply(ticket=replace(TICKET, mailbox=mailbox)), MANY)
    assert mail["From"] == "Help desk <desk@help.example>"


def test_a_digest_is_from_the_address_that_all_of_it_came_to_or_from_the_first() -> None:
    other = replace(TICKET, number=1043, mailbox="it@corp.example")
    both = notices((TO_IT, NoticeKind.ARRIVAL, {}), (other, NoticeKind.ARRIVAL, {}))
    assert as_read(both, MANY)["From"] == "Help desk <it@corp.example>"
    mixed = notices((TO_IT, NoticeKind.ARRIVAL, {}), (replace(other, mailbox="hr@corp.example"), NoticeKind.ARRIVAL, {}))
    assert as_read(mixed, MANY)["From"] == "Help desk <desk@help.example>"


@pytest.mark.parametrize(
    "name", ["IT-Hilfe Größe", "Desk, Ltd. <boss@corp.example>", 'The "best" desk', "ヘルプデスク", "=?utf-8?q?x?="]
)
def test_the_desk_goes_by_any_name(name: str) -> None:
    mail = as_read(reply(), replace(PLAIN, name=name))
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name.replace("=?", "= ?"), "desk@help.example")
    assert name in body(reply(), replace(PLAIN, name=name))


def test_an_address_too_long_for_a_tag_takes_bounces_itself() -> None:
    letterhead = replace(PLAIN, address=f"{'help-desk-' * 5}@help.example")
    assert letterhead.return_path(reply()) == letterhead.address


def test_the_acknowledgement_links_to_the_page_of_its_own_reader() -> None:
    text = body(acknowledgement(), LINKED)
    (link,) = [word for word in text.split() if word.startswith("https://")]
    assert delivery_of_portal_key(KEYS, link.removeprefix("https://desk.example/t/")) == 77


def test_without_a_public_address_no_mail_has_a_link() -> None:
    for outbound in (acknowledgement(), reply(), reply(resolves=True), acknowledgement(replace(TICKET, kind=Kind.NONE))):
        assert "://" not in body(outbound)


def test_what_nobody_could_label_is_asked_about() -> None:
    unread = replace(TICKET, kind=Kind.NONE, category=None)
    text = body(acknowledgement(unread), LINKED)
    assert "Is something broken, do you need something, or should something change?" in text
    assert f"Answer here: {LINKED.page(delivery())}\n" in text
    assert "Answer this mail and say so." in body(acknowledgement(unread))
    assert "Is something broken" not in body(acknowledgement(), LINKED)


def test_a_subject_that_names_tickets_already_gets_one_tag() -> None:
    asked = "[HD-1042] Re: [hd-9] Printer"
    assert as_read(acknowledgement(subject=asked))["Subject"] == "[HD-1042] Re: Printer"


def test_what_has_neither_notice_nor_answer_cannot_be_sent() -> None:
    empty = replace(notices((TICKET, NoticeKind.ARRIVAL, {})), deliveries=(delivery(address=ANN, mirror=3),))
    with pytest.raises(DeliveryError):
        render(empty, PLAIN)
