"""Forged, guessed, expired, injected: nothing of it is shown to a requester, added unverified, or sent to anybody new."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from intake.desk.keys import KeyRing
from intake.desk.signed_names import bounce_tag, message_id, note_tag, reply_tag
from intake.domain.deed import Reply, Take
from intake.domain.receipt import Outcome
from intake.domain.story import TicketStory
from intake.domain.ticket import spoken
from intake.domain.ticket_message import Direction
from tests.desk.at_the_desk import KEYS
from tests.desk.staff import BEN
from tests.trust.desk_with_mail import DeskWithMail, letter, proven

EVE = "Eve <eve@evil.example>"
EVES_PROOF = proven("evil.example")
ANOTHER_KEY = KeyRing([b"the key that was retired last year"])
PLANTED = "PLANTED-BY-EVE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Ann's ticket, which Ben works on and has answered; `sent` is the delivery of that answer. `other` is Eve's own ticket."""

    number: int
    sent: int
    other: int


def says(sender: str = EVE, *, proof: str = "", text: str = PLANTED, **headers: str) -> bytes:
    return letter(text, sender=sender, proof=proof, **headers)


def report(returned_id: str, recipient: str) -> bytes:
    """A delivery report, as a server would write it."""
    return (
        "From: MAILER-DAEMON@mx.evil.example\r\nTo: desk@localhost\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\n{PLANTED}\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.evil.example\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: failed\r\n"
        f"Status: 5.1.1\r\n\r\n--b\r\n"
        f"Content-Type: message/rfc822\r\n\r\nMessage-ID: <{returned_id}>\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()


ATTACKS: Mapping[str, Callable[[Target], bytes]] = {
    "a number in the subject": lambda t: says(subject=f"Re: [{spoken(t.number)}] Printer"),
    "a number in the subject, provenly from Eve": lambda t: says(subject=f"[{spoken(t.number)}]", proof=EVES_PROOF),
    "a number in the subject, in Ann's name": lambda t: says("Ann <ann@customer.example>", subject=f"[{spoken(t.number)}]"),
    "Ann's own first Message-ID, in Ann's name": lambda t: says(
        "ann@customer.example", In_Reply_To="<first@customer.example>"
    ),
    "Ann's own first Message-ID, in Eve's name": lambda t: says(References="<first@customer.example>", proof=EVES_PROOF),
    "a colleague of Ann's, not proven": lambda t: says("bob@customer.example", subject=spoken(t.number)),
    "a proof that Eve wrote herself": lambda t: says(
        "ann@customer.example", subject=spoken(t.number), proof="mx.evil.example; dmarc=pass header.from=customer.example"
    ),
    "a proof below our server's verdict": lambda t: says(
        "ann@customer.example",
        subject=spoken(t.number),
        proof="mx.desk.example; dmarc=fail header.from=customer.example",
        Authentication_results=proven("customer.example"),
    ),
    "two authors, one of them proven": lambda t: says(
        "ann@customer.example, eve@evil.example", subject=spoken(t.number), proof=proven("customer.example")
    ),
    "Eve proven, Ann in the Sender": lambda t: says(
        subject=spoken(t.number), Sender="ann@customer.example", proof=EVES_PROOF
    ),
    "Eve proven, Ann in the display name": lambda t: says(
        '"ann@customer.example" <eve@evil.example>', subject=spoken(t.number), proof=EVES_PROOF
    ),
    "Eve proven, Ann in the Reply-To": lambda t: says(
        subject=spoken(t.number), Reply_To="ann@customer.example", proof=EVES_PROOF
    ),
    "a guessed reply address": lambda t: says(to=f"desk+{t.number}.aaaaaaaaaaaaaaaa@localhost"),
    "a reply address without its signature": lambda t: says(to=f"desk+{t.number}@localhost"),
    "another ticket's signature": lambda t: says(
        to=f"desk+{t.number}.{reply_tag(KEYS, t.other).partition('.')[2]}@localhost"
    ),
    "a note's signature on a reply address": lambda t: says(
        to=f"desk+{t.number}.{note_tag(KEYS, t.number).rpartition('.')[2]}@localhost"
    ),
    "a reply address of a retired key": lambda t: says(to=f"desk+{reply_tag(ANOTHER_KEY, t.number)}@localhost"),
    "a Message-ID of a retired key": lambda t: says(
        In_Reply_To=f"<{message_id(ANOTHER_KEY, t.number, t.sent, 'localhost')}>"
    ),
    "a guessed Message-ID": lambda t: says(In_Reply_To=f"<hd.{t.number}.{t.sent}.aaaaaaaaaaaaaaaa@localhost>"),
    "a leaked note address, in Eve's hands": lambda t: says(to=f"desk+{note_tag(KEYS, t.number)}@localhost", proof=EVES_PROOF),
    "a leaked note address, in Ben's name": lambda t: says("ben@desk.example", to=f"desk+{note_tag(KEYS, t.number)}@localhost"),
    "a leaked reply address, in Ben's name": lambda t: says(
        "ben@desk.example", to=f"desk+{reply_tag(KEYS, t.number)}@localhost"
    ),
    "the team's own address, in the subject": lambda t: says("support@localhost", subject=spoken(t.number)),
    "the desk's own address": lambda t: says("desk@localhost", subject=spoken(t.number)),
    "a header in the subject": lambda t: says(subject=f"=?utf-8?q?{spoken(t.number)}=0D=0ABcc:_eve@evil.example?="),
    "a header in the display name": lambda t: says(
        "=?utf-8?q?Ann=0D=0ABcc:_eve@evil.example?= <eve@evil.example>", subject=spoken(t.number)
    ),
    "a bounce of Ann's answer that Eve made up": lambda t: report("anything@localhost", "ann@customer.example"),
    "a bounce with a guessed Message-ID": lambda t: report(
        f"hd.{t.number}.{t.sent}.aaaaaaaaaaaaaaaa@localhost", "ann@customer.example"
    ),
    "a bounce with Ann's own Message-ID": lambda t: report("first@customer.example", "ann@customer.example"),
    "a bounce to another delivery's address": lambda t: says(
        "mailer-daemon@evil.example", to=f"desk+{bounce_tag(ANOTHER_KEY, t.number, t.sent)}@localhost", subject="failure notice"
    ),
    "an absence note with the number": lambda t: says(
        "ann@customer.example", subject=f"Out of office: {spoken(t.number)}", Auto_Submitted="auto-replied"
    ),
    "an alarm that names the number": lambda t: says(
        "ann@customer.example", subject=f"RECOVERY: {spoken(t.number)}", Auto_Submitted="auto-generated"
    ),
    "our own loop mark, made up": lambda t: says(subject=spoken(t.number), X_Intake_Loop="desk@localhost/aaaaaaaaaaaaaaaa"),
    "a command": lambda t: says("ben@desk.example", text=f"#resolve {PLANTED}", subject=f"[{spoken(t.number)}] close"),
}  # fmt: skip


@pytest.fixture
def target(desk: DeskWithMail) -> Target:
    mine = desk.takes_in(letter("It is jammed.", name="first@customer.example", proof=proven("customer.example")))
    other = desk.takes_in(
        letter("Mine.", sender=EVE, name="first@evil.example", proof=EVES_PROOF), mail_from="eve@evil.example"
    )
    assert mine.ticket is not None
    assert other.ticket is not None
    desk.does(Take(), BEN, ticket=mine.ticket)
    desk.does(Reply(text="We look."), BEN, ticket=mine.ticket)
    desk.sends()
    sent = next(d.id for d in desk.story(mine.ticket).deliveries if d.reply)
    return Target(number=mine.ticket, sent=sent, other=other.ticket)


def shown(story: TicketStory) -> list[tuple[Direction, str, str]]:
    """What whoever asked may read."""
    return [(message.direction, message.subject, message.body) for message in story.messages if message.public]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_gets_in(desk: DeskWithMail, target: Target, attack: str) -> None:
    before = desk.story(target.number)
    receipt = desk.takes_in(ATTACKS[attack](target), mail_from="eve@evil.example")
    after = desk.story(target.number)
    assert shown(after) == shown(before)
    assert (receipt.outcome, receipt.ticket) != (Outcome.APPENDED, target.number)
    assert after.line.ticket.state is before.line.ticket.state
    assert after.line.ticket.final_response == before.line.ticket.final_response
    assert (after.watchers, after.notes) == (before.watchers, before.notes)
    told = {delivery.address for delivery in after.deliveries[len(before.deliveries) :]}
    assert told <= {"ben@desk.example", "support@localhost"}  # that something waits, and nothing else
    assert [d.state for d in after.deliveries][: len(before.deliveries)] == [d.state for d in before.deliveries]


def test_what_the_attacks_did_reach_them_with_is_on_record(desk: DeskWithMail, target: Target) -> None:
    """Nothing is lost either: each is held, has a ticket of its own, or stands in the ledger with its reason."""
    outcomes = [desk.takes_in(attack(target), mail_from="eve@evil.example") for attack in ATTACKS.values()]
    assert {one.outcome for one in outcomes} <= {Outcome.HELD, Outcome.OPENED, Outcome.SUPPRESSED}
    assert all(one.reason for one in outcomes if one.outcome is not Outcome.OPENED)
