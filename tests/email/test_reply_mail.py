"""A human's answer, as whoever asked sees it in their mail program."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.policy import FinalPolicy
from tests.email.outgoing import ANN, LINKED, PLAIN, TICKET, as_read, body, delivery, reply

EXOTIC = "Größe: 12″\n\nпринтер 打印机 🖨️\n.\nFrom here on it works.\n-- \nRobin"


def test_an_answer_is_no_automatic_mail() -> None:
    mail = as_read(reply())
    assert mail["To"].addresses[0].addr_spec == ANN
    assert mail["Auto-Submitted"] is None
    assert mail["X-Auto-Response-Suppress"] is None


@pytest.mark.parametrize(
    ("about", "subject"),
    [
        ("Printer", "Re: [HD-1042] Printer"),
        ("Re: Printer", "Re: [HD-1042] Printer"),
        ("AW: Re: Fwd: Printer", "Re: [HD-1042] Printer"),
        ("[HD-1042] Printer", "Re: [HD-1042] Printer"),
        ("Re: [hd-1042] Printer [HD-1042]", "Re: [HD-1042] Printer"),
        ("Re: [HD-7] Printer", "Re: [HD-1042] Printer"),
        ("Regarding: Printer", "Re: [HD-1042] Regarding: Printer"),
        ("Drucker für 3. Stock 🖨️", "Re: [HD-1042] Drucker für 3. Stock 🖨️"),
        ("", "Re: [HD-1042]"),
    ],
)
def test_the_subject_names_the_ticket_once(about: str, subject: str) -> None:
    assert as_read(reply(ticket=replace(TICKET, short_description=about)))["Subject"] == subject


def test_the_answer_stands_in_the_conversation_that_it_belongs_to() -> None:
    mail = as_read(reply(answers=("m1@customer.example", "m1-copy@customer.example")))
    assert mail["In-Reply-To"] == "<m1@customer.example>"
    assert str(mail["References"]).split() == ["<m1@customer.example>", "<m1-copy@customer.example>"]


def test_an_answer_to_a_call_answers_no_mail() -> None:
    mail = as_read(reply(answers=()))
    assert mail["In-Reply-To"] is None


def test_of_many_names_some_are_enough() -> None:
    names = tuple(f"{number}@{'x' * 900}"[:880] for number in range(200))
    assert len(str(as_read(reply(answers=names))["References"]).split()) == 20


@pytest.mark.parametrize("text", ["Please switch it off.", EXOTIC, "x" * 5_000, "\tindented\n\n\n> quoted"])
def test_the_words_arrive_as_they_were_written(text: str) -> None:
    assert body(reply(text)).startswith(f"{text}\n\n-- \nHelp desk, HD-1042\n")


def test_line_ends_are_the_mails_own_and_control_characters_stay_behind() -> None:
    text = body(reply("one\r\ntwo\rthree\x00\x1b[31m\x08\x85 four\n\n"))
    assert text.startswith("one\ntwo\nthree[31m four\n\n-- \n")


@given(st.text())
def test_any_text_makes_a_valid_mail(text: str) -> None:
    assert "Help desk, HD-1042" in body(reply(text, resolves=True))


def test_the_end_says_how_to_answer_and_where_the_ticket_is() -> None:
    text = body(reply(), LINKED)
    assert "To add something, answer this mail" in text
    assert text.endswith(f"How it stands: {LINKED.page(delivery())}\n")


def test_a_final_response_asks_whether_it_is_solved() -> None:
    page = LINKED.page(delivery())
    text = body(reply(resolves=True), LINKED)
    assert f"Did this solve it?\n  Yes: {page}/yes\n  No:  {page}/no\n" in text
    assert "the ticket closes by itself after 5 working days." in text


def test_without_links_an_answer_by_mail_says_that_it_is_not_solved() -> None:
    text = body(reply(resolves=True))
    assert "Did this solve it?\n  If not, just answer this mail within 30 days.\n" in text
    assert "the ticket closes by itself after 5 working days." in text


def test_one_day_is_one_day() -> None:
    final = FinalPolicy(
        bounce_window=PLAIN.policy.final.bounce_window,
        close_after_working_days=1,
        reopen_window=PLAIN.policy.portal_links_last / 90,
    )
    text = body(reply(resolves=True), replace(PLAIN, policy=replace(PLAIN.policy, final=final)))
    assert "within 1 day." in text
    assert "after 1 working day." in text


def test_an_ordinary_answer_asks_nothing() -> None:
    assert "Did this solve it?" not in body(reply(), LINKED)
