"""What the desk's own people are told: one thing as a letter, several as a digest."""

import re
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.plain_words import first_lines, in_brief
from intake.desk.outbound import Outbound
from intake.desk.signed_names import own_message, ticket_of_note_tag, ticket_of_reply_tag
from intake.domain.notice import NoticeKind
from intake.domain.ticket import Ticket
from tests.email.outgoing import KEYS, PLAIN, TICKET, acknowledgement, as_read, body, html, notices, reply, said, told

TRUSTING = replace(PLAIN, proving={PLAIN.address})
OTHER = replace(TICKET, number=1043, short_description="No network")
THIRD = replace(TICKET, number=1044, short_description="New laptop")
WROTE = "\n\nIt is out of toner.\n\n" + "\n".join(f"line {number}" for number in range(3, 30))
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


def test_a_digest_tells_of_each_ticket_who_wrote_and_how_it_begins() -> None:
    added = (OTHER, NoticeKind.ADDITION, {"team": "support", "by": "bob@customer.example"})
    digest = told(notices(new(TICKET), added), "Hello,\n\nthe toner is empty. " + "It is needed. " * 9, "Mine is, too.")
    assert body(digest).splitlines()[2:6] == [
        "  HD-1042  P4  Printer on floor 3  (new)",
        "           Ann <ann@customer.example>: Hello, the toner is empty. It is needed. It is…",
        "  HD-1043  P4  No network  (bob@customer.example said more)",
        "           Ann <ann@customer.example>: Mine is, too.",
    ]
    assert "Ann &lt;ann@customer.example&gt;: Mine is, too." in html(digest)


def test_of_a_long_digest_the_first_tell_who_wrote_and_all_have_their_line() -> None:
    digest = notices(*(new(replace(TICKET, number=1000 + n)) for n in range(60)))
    digest = replace(told(digest, "It is out of toner."), about=told(digest, "It is out of toner.").about[:50])
    text = body(digest)
    assert (text.count("  HD-1"), text.count("Ann <ann@customer.example>: It is out")) == (60, 50)


@pytest.mark.parametrize("who", ["", "Ann", "A" * 500])
@pytest.mark.parametrize("text", ["", "\n\n", "x" * 9_000, "\x1b[31mred\x07\n-- \nnot me"])
def test_who_wrote_and_how_it_begins_is_one_short_line(who: str, text: str) -> None:
    line = in_brief(who, text)
    assert len(line) <= 75
    assert line.isprintable()
    assert line.startswith(who[:44])


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
    assert "it waits until one of you accepts or rejects it.\n" in body(notices(held))


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


@pytest.mark.parametrize("letterhead", [PLAIN, TRUSTING])
def test_an_answer_to_a_page_does_not_go_to_the_requester(letterhead: Letterhead) -> None:
    (to,) = as_read(notices((TICKET, NoticeKind.PAGE, {"step": "1"})), letterhead)["Reply-To"].addresses
    tag = to.username.partition("+")[2]
    assert (ticket_of_note_tag(KEYS, tag), ticket_of_reply_tag(KEYS, tag)) == (1042, None)


@pytest.mark.parametrize(
    "outbound",
    [
        told(notices(new(TICKET)), WROTE),
        told(notices((TICKET, NoticeKind.ARRIVAL, HANDED)), WROTE),
        told(notices((TICKET, NoticeKind.PAGE, {"step": "1"})), WROTE),
    ],
)
def test_who_gets_a_ticket_reads_who_asked_and_how_they_put_it(outbound: Outbound) -> None:
    text, page = body(outbound, TRUSTING), html(outbound, TRUSTING)
    assert "  asked by Ann <ann@customer.example>\n" in text
    assert "\nWhat they wrote\n> It is out of toner.\n>\n> line 3\n" in text.replace("> \n", ">\n")
    assert "> line 15\n> …\n\n" in text
    assert "line 16" not in text
    assert '<dd dir="auto">Ann &lt;ann@customer.example&gt;</dd>' in page
    assert '<blockquote dir="auto">It is out of toner.<br>\n<br>\nline 3<br>' in page


def test_an_addition_shows_what_was_added_and_not_how_it_began() -> None:
    more = {"team": "support", "by": "bob@customer.example"}
    for held in ("", "yes"):
        text = body(told(notices((TICKET, NoticeKind.ADDITION, {**more, "held": held})), WROTE, "Mine too."))
        assert "  asked by Ann <ann@customer.example>\n" in text
        assert "What they wrote\n> Mine too.\n\n" in text
        assert "toner" not in text
    assert "wrote" not in body(told(notices((TICKET, NoticeKind.UNREACHED, {**more, "why": "full"})), WROTE))


@pytest.mark.parametrize(
    ("wrote", "shows"), [("", ""), (" \n\n ", ""), ("\n\n\na\n\n\n\n  b\n\n", "a\n\n  b"), ("x" * 3_000, f"{'x' * 2_000}\n…")]
)
def test_of_a_text_that_is_long_or_hollow_only_what_tells_something_is_shown(wrote: str, shows: str) -> None:
    assert first_lines(wrote) == shows


def test_what_staff_are_told_of_one_ticket_stands_together_in_their_mail_program() -> None:
    letters = [
        notices(new(TICKET)),
        notices((TICKET, NoticeKind.PAGE, {"step": "1"})),
        notices((TICKET, NoticeKind.NOT_PASSED_ON, {"why": "x"})),
        notices(new(TICKET), (TICKET, NoticeKind.ADDITION, {"by": "Ann"})),
    ]
    for letter in letters:
        mail = as_read(letter, TRUSTING)
        assert mail["References"] == "<ticket.1042@help.example>"
        assert mail["In-Reply-To"] is None
    assert as_read(notices(new(OTHER)))["References"] == "<ticket.1043@help.example>"
    assert as_read(notices(new(TICKET), new(OTHER)))["References"] is None
    assert own_message(KEYS, "ticket.1042@help.example") is None


def test_a_requester_never_gets_the_name_under_which_staff_talk() -> None:
    for made in (acknowledgement(), acknowledgement(answers="m1@customer.example"), reply(), reply(answers=())):
        assert "ticket.1042" not in str(as_read(made)["References"])


def test_one_of_the_staff_hears_that_their_mail_was_not_passed_on_why_and_what_to_do() -> None:
    letter = notices((TICKET, NoticeKind.NOT_PASSED_ON, {"why": "nothing proves\nthat it is from you"}))
    assert as_read(letter)["Subject"] == "Your mail about HD-1042 was not passed on: Printer on floor 3"
    text = body(letter, TRUSTING)
    assert text.startswith("Your mail about HD-1042 was not passed on.\n")
    assert "  Why: nothing proves\n       that it is from you\n" in text
    assert "  Answer at the desk itself: intake reply HD-1042 --text …\n" in text
    assert "write to the ticket’s reply address" in text
    (note,) = addresses(as_read(letter, TRUSTING))
    assert ticket_of_note_tag(KEYS, note.partition("@")[0].partition("+")[2]) == 1042
    assert body(letter).endswith("-- \nDo not answer this mail.\n")
    assert "did not arrive" not in text


def test_no_two_kinds_of_notice_read_the_same() -> None:
    no_mail = {NoticeKind.WHICH_TICKET, NoticeKind.PAGE_ANSWERED, NoticeKind.PROGRESS}  # texts, and chats, alone
    by_mail = set(NoticeKind) - no_mail
    subjects = {str(as_read(notices((TICKET, kind, {"by": "Ann", "what": "resolved"})))["Subject"]) for kind in by_mail}
    assert len(subjects) == len(by_mail)
