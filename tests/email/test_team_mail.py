"""What the desk's own people are told: one thing as a letter, several as a digest."""

import re
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from intake.desk.outbound import Outbound
from intake.desk.signed_names import ticket_of_note_tag, ticket_of_reply_tag
from intake.domain.notice import NoticeKind
from intake.domain.ticket import Ticket
from tests.email.outgoing import KEYS, PLAIN, TICKET, as_read, body, notices, said

TRUSTING = replace(PLAIN, staff_may_answer=True)
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
    assert as_read(notices(new(TICKET)))["Subject"] == "New for IT Support: HD-1042 P4 Printer on floor 3"


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
        "",
        "-- ",
        "Do not answer this mail: it is about several tickets.",
        "To look at one: intake ticket HD-1042; to answer: intake reply HD-1042 --text …",
    ]


def test_several_news_of_one_ticket_are_named_by_it_and_can_be_answered() -> None:
    digest = notices(new(TICKET), (TICKET, NoticeKind.ADDITION, {"team": "support", "by": "ann@customer.example"}))
    mail = as_read(digest)
    assert mail["Subject"] == "For IT Support: HD-1042 P4 Printer on floor 3"
    assert mail["Reply-To"] is not None


def test_the_team_is_the_one_that_was_told_also_when_the_ticket_has_moved_on() -> None:
    moved = replace(TICKET, assignment_group="cio")
    assert "New for IT Support" in as_read(notices(new(moved)))["Subject"]
    assert "New for CIO team" in as_read(notices((moved, NoticeKind.ARRIVAL, {})))["Subject"]
    both = notices(new(TICKET), (OTHER, NoticeKind.ARRIVAL, {"team": "cio"}))
    assert as_read(both)["Subject"] == "2 new tickets for IT Support, CIO team"


def test_a_hand_over_says_who_why_and_what_was_tried() -> None:
    letter = notices((TICKET, NoticeKind.ARRIVAL, HANDED))
    assert as_read(letter)["Subject"] == "Escalated to CIO team: HD-1042 P4 Printer on floor 3"
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
        "",
        "-- ",
        "Do not answer this mail. To answer the requester: intake reply HD-1042 --text …",
    ]


def test_a_ticket_that_is_given_back_is_handed_over() -> None:
    letter = notices((TICKET, NoticeKind.ARRIVAL, {"team": "support", "by": "Lea", "why": "a matter of settings"}))
    assert str(as_read(letter)["Subject"]).startswith("Handed over to IT Support: ")
    assert "Tried:" not in body(letter)


def test_an_addition_says_who_said_more_and_whether_it_waits() -> None:
    more = (TICKET, NoticeKind.ADDITION, {"team": "support", "by": "ann@customer.example", "held": ""})
    assert as_read(notices(more))["Subject"] == "ann@customer.example said more: HD-1042 P4 Printer on floor 3"
    assert "accepts or" not in body(notices(more))
    held = (TICKET, NoticeKind.ADDITION, {"team": "support", "by": "mallory@elsewhere.example", "held": "yes"})
    assert "it waits until one of you accepts or rejects\nit." in body(notices(held))


def test_who_cannot_be_reached_is_told_with_what_to_do() -> None:
    fields = {"team": "support", "why": "ann@customer.example cannot be reached (5.1.1), and no other way is known"}
    text = body(notices((replace(TICKET, final_response=5), NoticeKind.UNREACHED, fields)))
    assert "Why:   ann@customer.example cannot be reached (5.1.1)" in text
    assert "Answer by another channel" in text
    assert "    intake confirm-undeliverable HD-1042 --reason …" in text
    assert "confirm-undeliverable" not in body(notices((TICKET, NoticeKind.UNREACHED, fields)))


def test_who_watches_hears_what_happened() -> None:
    letter = notices((TICKET, NoticeKind.WATCHED, {"what": "resolved", "by": "Robin"}))
    assert as_read(letter)["Subject"] == "resolved: HD-1042 P4 Printer on floor 3"
    assert "By:    Robin" in body(letter)


def addresses(mail: EmailMessage) -> list[str]:
    return re.findall(r"[^\s<>]+@[^\s<>]+", said("plain", mail))


@pytest.mark.parametrize(
    "letter",
    [
        notices(new(TICKET)),
        notices((TICKET, NoticeKind.WATCHED, {"what": "resolved", "by": "Robin"})),
        notices(new(TICKET), (TICKET, NoticeKind.ADDITION, {"team": "support", "by": "Ann"})),
    ],
)
def test_staff_whose_mail_can_be_trusted_are_told_where_an_answer_goes_and_where_a_note(letter: Outbound) -> None:
    mail = as_read(letter, TRUSTING)
    assert ticket_of_reply_tag(KEYS, mail["Reply-To"].addresses[0].username.partition("+")[2]) == 1042
    assert "An answer to this mail goes to the requester." in said("plain", mail)
    (note,) = addresses(mail)
    assert ticket_of_note_tag(KEYS, note.partition("@")[0].partition("+")[2]) == 1042
    assert f'href="mailto:{quote(note, safe="@")}"' in said("html", mail)


def test_staff_whose_mail_proves_nothing_are_told_to_answer_elsewhere() -> None:
    text = body(notices(new(TICKET)))
    assert "Do not answer this mail. To answer the requester: intake reply HD-1042 --text …" in text
    assert "note" not in text
    assert "goes to the requester" not in text


def test_a_digest_of_several_tickets_has_no_address_of_one() -> None:
    mail = as_read(notices(new(TICKET), new(OTHER)), TRUSTING)
    assert mail["Reply-To"] is None
    assert addresses(mail) == []
    assert "it is about several tickets" in said("plain", mail)


def test_where_a_note_address_would_be_too_long_none_is_named() -> None:
    letterhead = replace(TRUSTING, address=f"{'help-desk-' * 5}@help.example")
    mail = as_read(notices(new(TICKET)), letterhead)
    assert addresses(mail) == []
    assert mail["Reply-To"] == letterhead.address


def test_a_page_says_how_to_stop_it() -> None:
    page = notices((TICKET, NoticeKind.PAGE, {"step": "2"}))
    assert as_read(page)["Subject"] == "PAGE P4 HD-1042: Printer on floor 3"
    text = body(page, TRUSTING)
    assert "  with IT Support since 09:00 UTC\n" in text
    assert "This is page 2." in text
    assert "  intake take HD-1042\n" in text
    assert "An answer to this mail stops no page. It goes to the requester.\n" in text
