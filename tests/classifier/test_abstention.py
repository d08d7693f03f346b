"""What the lexicon must leave to a person, and what must not upset it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.classify import LexiconClassifier
from classifier.normalise import WINDOW
from intake.domain.label import Kind, Level

NOTHING_TO_FILE = {
    "empty": "",
    "blank": " \n\t\r\n ",
    "emoji only": "🔥🔥🔥👍🏽",
    "punctuation": "?!?! ... ---",
    "chatter": "thanks a lot, have a great weekend!",
    "lunch": "Are you coming to lunch on Friday?",
    "greeting": "Hi there",
    "a test": "test 123",
    "French": "Bonjour, le serveur est tombé et je ne peux pas travailler",
    "Polish": "Proszę o pomoc, nie mogę się zalogować na moje konto",
    "Arabic": "لا أستطيع تسجيل الدخول إلى حسابي",
    "Hebrew": "המדפסת לא עובדת",
    "Japanese": "プリンターが動きません",
    "markup only": "<html><body><br/>&nbsp;</body></html>",
    "one letter": "a" * 1_000_000,
    "spaces": " " * 1_000_000,
    "a denied fault": "There is no error and no problem, just saying hello",
    "a bare shout": "URGENT ASAP P1",
}


@pytest.mark.parametrize("name", NOTHING_TO_FILE)
def test_what_says_nothing_is_left_to_a_person(lexicon: LexiconClassifier, name: str) -> None:
    label = lexicon.classify(NOTHING_TO_FILE[name])
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
def test_odd_wrapping_hides_no_fault(lexicon: LexiconClassifier, text: str) -> None:
    label = lexicon.classify(text)
    assert label.kind is Kind.INCIDENT
    assert any("work" in evidence.text.lower().replace("ｗｏｒｋ", "work") for evidence in label.evidence)


def test_only_the_beginning_of_a_long_text_is_read(lexicon: LexiconClassifier) -> None:
    assert lexicon.classify("x" * WINDOW + " the printer is not working").abstained


def test_a_disclaimer_is_not_part_of_the_message(lexicon: LexiconClassifier) -> None:
    assert lexicon.classify("See you on Friday. If you have received this message in error, delete it.").abstained


WORDS = st.sampled_from(
    [
        "printer",
        "cannot",
        "log in",
        "server",
        "down",
        "not",
        "urgent",
        "\n\n",
        ". ",
        "İ",
        "ﬁle",
        "ｅrror",
        "é",
        "\u00ad",
        "😀",
        "<b>",
        "hi all,",
        "please",
        "reset",
        "password",
        "all users",
        "works again",
        "if",
        "?",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS, max_size=40).map("".join)))
def test_any_text_gets_a_label_whose_evidence_quotes_it(text: str) -> None:
    label = LEXICON.classify(text)
    assert 0 <= label.confidence <= 1
    assert label.version.startswith("lexicon-")
    assert label.abstained is (label.category is None)
    for evidence in label.evidence:
        assert 0 <= evidence.start < evidence.end <= len(text)
        assert text[evidence.start : evidence.end] == evidence.text


LEXICON = LexiconClassifier()
