"""What is urgent: the link for whoever is woken, and what the person who asked is told to do meanwhile."""

import re
from dataclasses import replace

import pytest

from intake.domain.label import Priority
from intake.domain.notice import NoticeKind
from tests.email.outgoing import LINKED, PLAIN, TICKET, acknowledgement, as_read, body, html, notices, reply
from tests.email.test_team_mail import TRUSTING, new


def test_a_page_says_how_to_stop_it() -> None:
    page = notices((TICKET, NoticeKind.PAGE, {"step": "2"}))
    assert as_read(page)["Subject"] == "PAGE P4 HD-1042: Printer on floor 3"
    text = body(page, TRUSTING)
    assert "  with IT Support since 09:00 UTC\n" in text
    assert "This is page 2." in text
    assert "  intake take HD-1042\n" in text
    assert "An answer to this mail says that you are on it, too.\n" in text
    assert text.endswith("It is a note for colleagues: the requester does not get it.\n")


def test_a_page_has_a_link_for_whoever_was_paged_that_no_requester_gets() -> None:
    page = notices((TICKET, NoticeKind.PAGE, {"step": "1"}))
    link = f"{LINKED.public_url}/p/"
    assert body(page, LINKED).count(link) == 1
    assert html(page, LINKED).count(link) == 1
    assert link not in body(page, PLAIN)
    assert link not in body(acknowledgement(), LINKED) + body(reply(), LINKED) + body(notices(new(TICKET)), LINKED)


@pytest.mark.parametrize(
    ("phone", "says", "not_"),
    [("+4930901820", "call us now: +4930901820", "or write to you"), ("", "or write to you", "call us now")],
)
def test_who_asked_for_something_urgent_is_told_to_call_or_that_we_do(phone: str, says: str, not_: str) -> None:
    letterhead = replace(PLAIN, phone=phone)
    burns = replace(TICKET, priority=Priority.P1)
    for made in (acknowledgement(burns, paged="yes"), notices((burns, NoticeKind.URGENT, {"subject": "Fire"}))):
        for words in (body(made, letterhead), html(made, letterhead)):
            said = " ".join(re.sub(r"<[^>]{1,200}>", " ", words).split())
            assert says in said
            assert "being woken" in said
            assert not_ not in said
    assert "urgent" not in body(acknowledgement(), letterhead)
