"""What the desk's own people are told: one thing as a letter, several as a digest."""

from collections.abc import Mapping
from dataclasses import replace

from intake.domain.notice import NoticeKind
from intake.domain.ticket import Ticket
from tests.email.outgoing import TICKET, as_read, body, notices

OTHER = replace(TICKET, number=1043, short_description="No network")
THIRD = replace(TICKET, number=1044, short_description="New laptop")
HANDED = {
    "team": "cio",
    "by": "Robin",
    "why": "needs a new driver",
    "tried": "switched it off\nand on",
    "escalation": "functional",
}


def new(ticket: Ticket) -> tuple[Ticket, NoticeKind, Mapping[str, str]]:
    return ticket, NoticeKind.ARRIVAL, {"team": "support"}


def test_one_new_ticket_is_told_by_its_line() -> None:
    assert as_read(notices(new(TICKET)))["Subject"] == "New for IT Support: HD-1042  P4  Printer on floor 3"


def test_new_tickets_make_one_mail_with_a_line_each() -> None:
    digest = notices(new(TICKET), new(OTHER), new(THIRD))
    mail = as_read(digest)
    assert mail["Subject"] == "3 new tickets for IT Support"
    assert mail["Reply-To"] is None
    assert body(digest).splitlines()[2:5] == [
        "  HD-1042  P4  Printer on floor 3",
        "  HD-1043  P4  No network",
        "  HD-1044  P4  New laptop",
    ]


def test_a_digest_tells_for_each_line_what_it_is_about() -> None:
    digest = notices(
        new(TICKET),
        (OTHER, NoticeKind.ARRIVAL, {"team": "support", "by": "Robin", "why": "needs a\nnew driver"}),
        (OTHER, NoticeKind.ADDITION, {"team": "support", "by": "ann@customer.example", "held": ""}),
        (THIRD, NoticeKind.ADDITION, {"team": "support", "by": "mallory@elsewhere.example", "held": "yes"}),
        (THIRD, NoticeKind.UNREACHED, {"team": "support", "why": "the mailbox is full"}),
        (THIRD, NoticeKind.WATCHED, {"team": "support", "what": "the time of the hold is over", "by": "the desk"}),
    )
    assert as_read(digest)["Subject"] == "3 tickets for IT Support"
    assert body(digest).splitlines() == [
        "For IT Support:",
        "",
        "  HD-1042  P4  Printer on floor 3  (new)",
        "  HD-1043  P4  No network  (from Robin: needs a new driver)",
        "  HD-1043  P4  No network  (ann@customer.example said more)",
        "  HD-1044  P4  New laptop  (mallory@elsewhere.example wants to add something)",
        "  HD-1044  P4  New laptop  (an answer did not arrive: the mailbox is full)",
        "  HD-1044  P4  New laptop  (the time of the hold is over, by the desk)",
    ]


def test_several_news_of_one_ticket_are_named_by_it_and_can_be_answered() -> None:
    digest = notices(new(TICKET), (TICKET, NoticeKind.ADDITION, {"team": "support", "by": "ann@customer.example"}))
    mail = as_read(digest)
    assert mail["Subject"] == "For IT Support: HD-1042  P4  Printer on floor 3"
    assert mail["Reply-To"] is not None


def test_the_team_is_the_one_that_was_told_also_when_the_ticket_has_moved_on() -> None:
    moved = replace(TICKET, assignment_group="cio")
    assert "New for IT Support" in as_read(notices(new(moved)))["Subject"]
    assert "New for CIO team" in as_read(notices((moved, NoticeKind.ARRIVAL, {})))["Subject"]
    both = notices(new(TICKET), (OTHER, NoticeKind.ARRIVAL, {"team": "cio"}))
    assert as_read(both)["Subject"] == "2 new tickets for IT Support, CIO team"


def test_a_hand_over_says_who_why_and_what_was_tried() -> None:
    letter = notices((TICKET, NoticeKind.ARRIVAL, HANDED))
    assert as_read(letter)["Subject"] == "Escalated to CIO team: HD-1042  P4  Printer on floor 3"
    assert body(letter).splitlines() == [
        "Escalated to CIO team:",
        "",
        "  HD-1042  P4  Printer on floor 3",
        "  an incident (an error message); one person is hit, work is hindered",
        "",
        "  By:    Robin",
        "  Why:   needs a new driver",
        "  Tried: switched it off",
        "         and on",
    ]


def test_a_ticket_that_is_given_back_is_handed_over() -> None:
    letter = notices((TICKET, NoticeKind.ARRIVAL, {"team": "support", "by": "Lea", "why": "a matter of settings"}))
    assert str(as_read(letter)["Subject"]).startswith("Handed over to IT Support: ")
    assert "Tried:" not in body(letter)


def test_an_addition_says_who_said_more_and_whether_it_waits() -> None:
    said = (TICKET, NoticeKind.ADDITION, {"team": "support", "by": "ann@customer.example", "held": ""})
    assert as_read(notices(said))["Subject"] == "ann@customer.example said more: HD-1042  P4  Printer on floor 3"
    assert "accepts or rejects" not in body(notices(said))
    held = (TICKET, NoticeKind.ADDITION, {"team": "support", "by": "mallory@elsewhere.example", "held": "yes"})
    assert "it waits until one of you accepts or rejects it" in body(notices(held))


def test_who_cannot_be_reached_is_told_with_what_to_do() -> None:
    fields = {"team": "support", "why": "ann@customer.example cannot be reached (5.1.1), and no other way is known"}
    text = body(notices((replace(TICKET, final_response=5), NoticeKind.UNREACHED, fields)))
    assert "Why:   ann@customer.example cannot be reached (5.1.1)" in text
    assert "Answer by another channel" in text
    assert "    intake confirm-undeliverable HD-1042 --reason …" in text
    assert "confirm-undeliverable" not in body(notices((TICKET, NoticeKind.UNREACHED, fields)))


def test_who_watches_hears_what_happened() -> None:
    letter = notices((TICKET, NoticeKind.WATCHED, {"what": "resolved", "by": "Robin"}))
    assert as_read(letter)["Subject"] == "resolved: HD-1042  P4  Printer on floor 3"
    assert "By:    Robin" in body(letter)
