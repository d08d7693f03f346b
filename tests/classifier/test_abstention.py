"""What the classifier must leave to a person, and what must not upset it."""

import pytest

from classifier.classify import TextClassifier
from classifier.normalise import WINDOW
from intake.domain.label import Kind, Level

NOTHING_TO_FILE = {
    "empty": "",
    "blank": " \n\t\r\n ",
    "emoji only": "🔥🔥🔥👍🏽",
    "punctuation": "?!?! ... ---",
    "Arabic": "لا أستطيع تسجيل الدخول إلى حسابي",
    "Hebrew": "המדפסת לא עובדת",
    "Japanese": "プリンターが動きません",
    "markup only": "<html><body><br/>&nbsp;</body></html>",
    "one letter": "a" * 1_000_000,
    "spaces": " " * 1_000_000,
    "Russian": "Принтер не работает",
}


NO_MATTER = (
    "thanks a lot, have a great weekend!",
    "Are you coming to lunch on Friday?",
    "Hi there",
    "test 123",
    "Happy birthday from all of us!",
    "Bonjour, le serveur est tombé et je ne peux pas travailler",
    "Proszę o pomoc, nie mogę się zalogować na moje konto",
    "There is no error and no problem, just saying hello",
)


def test_three_of_four_that_are_no_matter_or_in_a_language_unread_are_left_to_a_person(classifier: TextClassifier) -> None:
    labelled = [text for text in NO_MATTER if not classifier.classify(text).abstained]
    assert len(labelled) <= len(NO_MATTER) / 4, labelled


NEVER_LEARNT = (
    "De printer op de derde verdieping doet het niet meer",
    "Můj účet je zablokovaný a nemohu se přihlásit",
    "A nyomtató nem működik az irodában",
    "Skrivaren fungerar inte längre på kontoret",
    "Bilgisayarım açılmıyor, lütfen yardım edin",
    "Imprimanta nu mai funcționează de dimineață",
    "Mesin cetak tidak berfungsi sejak pagi",
    "Máy in không hoạt động từ sáng nay",
)


def test_most_texts_in_a_language_that_was_never_learnt_are_left_to_a_person(classifier: TextClassifier) -> None:
    labelled = [text for text in NEVER_LEARNT if not classifier.classify(text).abstained]
    assert len(labelled) <= len(NEVER_LEARNT) / 4, labelled


@pytest.mark.parametrize("name", NOTHING_TO_FILE)
def test_what_says_nothing_is_left_to_a_person(classifier: TextClassifier, name: str) -> None:
    label = classifier.classify(NOTHING_TO_FILE[name])
    assert label.abstained
    assert (label.category, label.impact, label.urgency, label.evidence) == (None, Level.LOW, Level.LOW, ())
    assert label.confidence == 0


@pytest.mark.parametrize(
    "text",
    [
        "<p>The <b>printer</b>&nbsp;is <i>not</i> working</p>",
        "The printer is not working " + "x" * 1_000_000,
        "\u202eThe printer is not working\u202c",
        "Ｔｈｅ ｐｒｉｎｔｅｒ ｉｓ ｎｏｔ ｗｏｒｋｉｎｇ",
        "The prin\u00adter is not work\u200bing",
        "İ the printer is not working",
        "From: a@example.com Sent: Monday To: help@example.com Subject: RE: hello. The printer is not working",
        "\n" * 100_000 + "The printer is not working",
        "The printer is not working\n\n-- \nJo\nThis e-mail is confidential and intended only for ...",
    ],
)
def test_odd_wrapping_hides_no_fault(classifier: TextClassifier, text: str) -> None:
    label = classifier.classify(text)
    assert label.kind is Kind.INCIDENT
    assert any("work" in evidence.text.lower().replace("ｗｏｒｋ", "work") for evidence in label.evidence)


def test_only_the_beginning_of_a_long_text_is_read(classifier: TextClassifier) -> None:
    assert classifier.classify("x" * WINDOW + " the printer is not working").abstained


def test_a_disclaimer_is_not_part_of_the_message(classifier: TextClassifier) -> None:
    assert classifier.classify("See you on Friday. If you have received this message in error, delete it.").abstained
