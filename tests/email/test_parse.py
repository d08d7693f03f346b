"""From the wire to the desk's own words."""

from pathlib import Path

import pytest

from channels.email.parse import parse
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.errors import InvalidMessage
from intake.domain.message import Nature, ThreadKind
from tests.email.letters import NOON, arrival, letter


def address(value: str, name: str = "") -> Address:
    return Address(kind=AddressKind.EMAIL, value=value, name=name)


def test_an_ordinary_mail_becomes_a_message() -> None:
    message = parse(
        arrival(letter("It is broken.\n\nRegards,\nAda"), mail_from="ada@users.example", rcpt_to="desk@help.example")
    )
    assert message.channel is Channel.EMAIL
    assert message.received_at == NOON
    assert message.author == address("ada@users.example", "Ada Byte")
    assert message.recipients == (address("desk@help.example", "Help Desk"),)
    assert (message.subject, message.text, message.full_text) == ("Printer", "It is broken.", "It is broken.\n\nRegards,\nAda")
    assert (message.nature, message.answerable) == (Nature.HUMAN, True)
    assert [(ref.kind, ref.value) for ref in message.known_as] == [(ThreadKind.MESSAGE_ID, "one@users.example")]
    assert message.answers == ()


AUTHORS = {
    "From": ("From: Ada@Users.Example\nReply-To: b@x.example", "mail@x.example", "ada@users.example"),
    "Reply-To": ("From: nobody\nReply-To: b@x.example\nReturn-Path: <c@x.example>", "d@x.example", "b@x.example"),
    "Return-Path": ("Return-Path: <c@x.example>\nSender: e@x.example", "d@x.example", "c@x.example"),
    "the envelope": ("Subject: x", "<d@x.example>", "d@x.example"),
}  # fmt: skip


@pytest.mark.parametrize(("headers", "mail_from", "author"), AUTHORS.values(), ids=AUTHORS)
def test_the_author_is_the_first_who_can_be_written_to(headers: str, mail_from: str, author: str) -> None:
    message = parse(arrival(f"{headers}\n\nbody".encode(), mail_from=mail_from))
    assert message.author is not None
    assert message.author.value == author


def test_a_mail_from_nobody_is_still_a_message() -> None:
    message = parse(arrival(b"Subject: Printer\n\nIt is broken."))
    assert message.author is None
    assert message.text == "It is broken."


def test_everybody_it_went_to_is_a_recipient_once() -> None:
    raw = letter("x", headers="Cc: Eve <EVE@x.example>, desk@help.example")
    message = parse(arrival(raw, rcpt_to="Desk@Help.example, hidden@help.example"))
    assert [to.value for to in message.recipients] == ["desk@help.example", "eve@x.example", "hidden@help.example"]


def test_the_conversations_it_points_at_come_in_order_of_trust() -> None:
    headers = "In-Reply-To: <c@x.example>\nReferences: <a@x.example> <b@x.example>\n <c@x.example>"
    message = parse(
        arrival(letter("x", headers=headers, subject="Re: [hd-1042] Printer"), rcpt_to="Desk+1042.K3Y@help.example")
    )
    assert [(ref.kind, ref.value) for ref in message.answers] == [
        (ThreadKind.REPLY_ADDRESS, "1042.k3y"),
        (ThreadKind.MESSAGE_ID, "c@x.example"),
        (ThreadKind.MESSAGE_ID, "b@x.example"),
        (ThreadKind.MESSAGE_ID, "a@x.example"),
        (ThreadKind.SUBJECT_TAG, "HD-1042"),
    ]


def test_endless_references_are_capped_to_the_newest() -> None:
    headers = "References: " + " ".join(f"<{n}@x.example>" for n in range(500))
    answers = parse(arrival(letter("x", headers=headers))).answers
    assert len(answers) == 50
    assert answers[0].value == "499@x.example"


def test_a_word_that_holds_a_tag_is_none() -> None:
    assert parse(arrival(letter("x", subject="AHD-17 and HD-17b and uhd-4"))).answers == ()


def test_the_same_mail_twice_has_one_id_and_another_body_another() -> None:
    once, again, other = (parse(arrival(letter(body))).external_id for body in ("one", "one", "two"))
    assert once == again != other
    assert once.startswith("one@users.example#")


def test_without_a_message_id_the_date_tells_two_alarms_apart() -> None:
    def id_at(minute: int) -> str:
        return parse(
            arrival(f"From: m@x.example\nSubject: ALARM\nDate: Mon, 05 Jan 2026 12:0{minute}:00 +0000\n\ndown".encode())
        ).external_id

    assert id_at(1) == id_at(1)
    assert id_at(1) != id_at(2)
    assert id_at(1).startswith("hash:")


@pytest.mark.parametrize("mail_from", ["", "<>"])
def test_the_null_path_marks_a_machine(mail_from: str) -> None:
    message = parse(arrival(letter("Disk full."), mail_from=mail_from))
    assert (message.nature, message.answerable) == (Nature.ALERT, False)


def test_an_unknown_envelope_marks_nothing() -> None:
    assert parse(arrival(letter("Disk full."))).answerable


def test_a_bounce_over_the_null_path_is_understood() -> None:
    raw = letter("<bob@y.example>: no such user", sender="Mail System <system@y.example>", subject="Undelivered")
    message = parse(arrival(raw, mail_from=""))
    assert message.nature is Nature.BOUNCE
    assert message.bounce is not None
    assert message.bounce.recipients == ("bob@y.example",)


def test_a_forward_is_classified_on_what_was_forwarded() -> None:
    block = "From: Bob <bob@x.example>\nDate: 5 Jan 2026 09:00\nSubject: Paper"
    body = f"FYI\n\n-------- Forwarded Message --------\n{block}\n\nThe tray is empty."
    assert parse(arrival(letter(body, subject="Fwd: Paper"))).text == "FYI\n\nThe tray is empty."
    assert parse(arrival(letter(body.removeprefix("FYI\n\n"), subject="Fwd: Paper"))).text == "The tray is empty."


def test_our_mark_is_handed_on_and_never_answered() -> None:
    message = parse(arrival(letter("x", headers="X-Intake-Loop: abc.def")))
    assert message.loop_mark == "abc.def"
    assert not message.answerable


@pytest.mark.parametrize("raw", [b"", b"\r\n \r\n"])
def test_an_empty_mail_is_refused_with_advice(raw: bytes) -> None:
    with pytest.raises(InvalidMessage, match="send it again"):
        parse(arrival(raw))


def test_a_bounce_points_at_the_mail_that_it_brings_back() -> None:
    raw = (Path(__file__).parent / "golden" / "postfix_bounce.eml").read_bytes()
    message = parse(arrival(raw, mail_from=""))
    assert message.nature is Nature.BOUNCE
    assert (ThreadKind.MESSAGE_ID, "hd-12.1@help.example") in [(ref.kind, ref.value) for ref in message.answers]
