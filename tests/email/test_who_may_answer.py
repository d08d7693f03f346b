"""A letter to the staff offers an answer by mail only where that answer would reach the requester."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from channels.email.post import proving_addresses
from channels.email.settings import EmailSettings
from intake.desk.outbound import Outbound
from intake.domain.notice import NoticeKind
from tests.desk.staff import policy_with_staff
from tests.email.outgoing import PLAIN, TICKET, body, html, notices

PEOPLE = "people@help.example"
STAFFED = replace(PLAIN, others=(PEOPLE,), policy=policy_with_staff(), proving={PLAIN.address})
OFFERS, REFUSES = "An answer to this mail goes to the requester.", "Do not answer this mail."
NOTE = "To write a note for colleagues only"


def letter(to: str, kind: NoticeKind = NoticeKind.WATCHED, **fields: str) -> Outbound:
    return notices((TICKET, kind, {"what": "resolved", "by": "Robin", **fields}), address=to)


def settings(*, addresses: tuple[str, ...], smtp: tuple[str, ...], imap: tuple[str, ...]) -> EmailSettings:
    return EmailSettings(_env_file=None, mail_address=addresses, authserv_id=smtp, imap=tuple(SecretStr(url) for url in imap))  # type: ignore[call-arg] # pydantic-settings' own


BOX = "imaps://desk%40a.example:pw@imap.a.example/INBOX"
NOBODYS = "imaps://desk:pw@imap.a.example/INBOX"


@pytest.mark.parametrize(
    ("smtp", "imap", "proving"),
    [
        ((), (), set()),
        (("mx.a.example",), (), {"desk@a.example", "people@a.example"}),
        ((), (BOX,), set()),
        ((), (f"{BOX}?authserv_id=mx.a.example",), {"desk@a.example"}),
        (("mx.a.example",), (BOX,), {"people@a.example"}),
        (("mx.a.example",), (f"{BOX}?authserv_id=mx.a.example",), {"desk@a.example", "people@a.example"}),
        ((), (f"{NOBODYS}?authserv_id=mx.a.example",), {"desk@a.example", "people@a.example"}),
        (("mx.a.example",), (NOBODYS,), set()),
        ((), (f"{BOX}?authserv_id=mx.a.example", f"{NOBODYS}?address=desk%40a.example"), set()),
    ],
)
def test_the_door_that_mail_to_an_address_comes_through_decides(
    smtp: tuple[str, ...], imap: tuple[str, ...], proving: set[str]
) -> None:
    email = settings(addresses=("desk@a.example", "people@a.example"), smtp=smtp, imap=imap)
    assert proving_addresses(email) == proving


def test_a_ticket_of_an_address_at_which_nothing_is_proven_offers_no_answer() -> None:
    elsewhere = replace(letter("ben@desk.example"), tickets=(replace(TICKET, mailbox=PEOPLE),))
    for text in (body(elsewhere, STAFFED), html(elsewhere, STAFFED)):
        assert REFUSES in text
        assert NOTE not in text
    here = body(letter("ben@desk.example"), STAFFED)
    assert OFFERS in here
    assert NOTE in here


@pytest.mark.parametrize("to", ["ben@desk.example", "support@localhost"])
def test_who_may_answer_is_offered_it(to: str) -> None:
    assert OFFERS in body(letter(to), STAFFED)


@pytest.mark.parametrize("to", ["pia@desk.example", "process@localhost"])
@pytest.mark.parametrize("kind", [NoticeKind.WATCHED, NoticeKind.NOT_PASSED_ON])
def test_who_watches_another_teams_ticket_is_offered_a_note_alone(to: str, kind: NoticeKind) -> None:
    for text in (body(letter(to, kind, why="x"), STAFFED), html(letter(to, kind, why="x"), STAFFED)):
        assert REFUSES in text
        assert NOTE in text
        assert "goes to the requester" not in text
        assert "goes there" not in text


def test_who_watches_a_ticket_that_was_merged_is_offered_no_answer() -> None:
    merged = replace(letter("ben@desk.example"), tickets=(replace(TICKET, merged_into=1001),))
    assert REFUSES in body(merged, STAFFED)


def test_whose_mail_proved_nothing_is_not_told_to_send_it_again() -> None:
    unproven = letter("ben@desk.example", NoticeKind.NOT_PASSED_ON, why="nothing proves that it is from you", unproven="yes")
    for text in (body(unproven, STAFFED), html(unproven, STAFFED)):
        assert REFUSES in text
        assert "goes there" not in text
        assert "+n.1042" not in text
