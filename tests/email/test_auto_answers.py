"""Answers that come by themselves but bear no header that says so, and people who write about being away."""

import tomllib
from pathlib import Path

import pytest

from channels.email.read import read
from intake.domain.message import Nature
from tests.email.letters import letter

WRITTEN = tomllib.loads(Path(__file__).with_name("auto_answers.toml").read_text("utf-8"))
OURS = (
    "\n\nOn Mon, Jan 5, 2026 at 12:00 PM Help Desk <desk@help.example> wrote:\n> Does the printer work again? Please tell us.\n"
)


def named(row: dict[str, str]) -> str:
    return f"{row['subject']} {row['text'].strip()[:20]}"


@pytest.mark.parametrize("row", WRITTEN["automatic"], ids=named)
def test_an_answer_that_comes_by_itself_is_never_answered(row: dict[str, str]) -> None:
    read_as = read(letter(row["text"].strip(), subject=row["subject"]))
    assert read_as.nature is not Nature.HUMAN
    assert not read_as.answerable


@pytest.mark.parametrize("row", WRITTEN["human"], ids=named)
def test_a_request_stays_a_persons_whatever_absence_it_tells_of(row: dict[str, str]) -> None:
    assert read(letter(row["text"].strip(), subject=row["subject"])).nature is Nature.HUMAN


def test_what_we_asked_before_is_not_asked_of_us() -> None:
    away = "I am out of the office until Monday and will reply to your email then."
    assert read(letter(away + OURS, subject="Re: Printer")).nature is Nature.OUT_OF_OFFICE


def test_an_absence_that_a_person_passes_on_is_that_persons_mail() -> None:
    passed_on = (
        "---------- Forwarded message ---------\nFrom: Bob <bob@y.example>\nDate: Mon, 5 Jan 2026 12:00\nSubject: Away\n"
        "To: Ada <ada@users.example>\n\nI am on vacation until 9 January and have no access to email.\n"
    )
    assert read(letter(passed_on, subject="Fwd: Away")).nature is Nature.HUMAN


@pytest.mark.parametrize(
    ("subject", "text", "nature"),
    [
        ("Re: Printer", "I have left the company. Please direct all mail to it@y.example.", Nature.AUTO_REPLY),
        ("Re: Printer", "We received your request. Your ticket number is 12.", Nature.AUTO_REPLY),
        ("Read: Printer", "Your message was read on 5 January 2026.", Nature.READ_RECEIPT),
        ("Urlaub", "Ich bin im Urlaub und ab dem 9.1. wieder erreichbar.", Nature.OUT_OF_OFFICE),
    ],
)
def test_the_desk_is_told_which_kind_of_answer_it_is(subject: str, text: str, nature: Nature) -> None:
    assert read(letter(text, subject=subject)).nature is nature
