"""What is said on the phone, in every language, and what people may say themselves."""

import re
import tomllib
from pathlib import Path

import pytest

from channels.phone.voice import understood
from channels.phone.voice import words as spoken_words
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import Step
from channels.phone.voice.words import LANGUAGES, MOST_SPOKEN, phrase, speakable, spelt, words_for
from intake.desk.policy_file.phone import Line
from intake.domain.label import Level

FOLDER = Path(spoken_words.__file__).parent.parent / "words"
ENGLISH = words_for(Line(number="+4930901820"), "Example Works")
GERMAN = words_for(Line(number="+4930901821", language="de-DE", voice="Polly.Vicki"), "")
H, M, L = Level.HIGH, Level.MEDIUM, Level.LOW


def says(speech: str, confidence: float = 0.9) -> Heard:
    return Heard(call="CA1", caller="+493012345678", line="+4930901820", speech=speech, confidence=confidence)


def places(sentence: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", sentence))


def test_each_file_is_a_language() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_the_same_things(language: str) -> None:
    english, other = (tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")) for name in ("en", language))
    assert {table: set(rows) for table, rows in other.items()} == {table: set(rows) for table, rows in english.items()}
    for name, sentence in english["say"].items():
        assert places(other["say"][name]) == places(sentence), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_somebody_is_told_at_once_is_short(language: str) -> None:
    say = words_for(Line(number="+4930901820", language=language), "").say
    assert max(len(sentence) for sentence in say.values()) < 230


def test_a_ticket_is_read_digit_by_digit() -> None:
    assert spelt(1042) == "H D, 1, 0, 4, 2"


def test_a_desk_without_a_name_is_the_help_desk() -> None:
    assert GERMAN.company == "die IT-Hotline"
    assert ENGLISH.text("greeting", company=ENGLISH.company) == "Hello, this is Example Works. This call may be recorded."


def test_a_language_that_nobody_has_written_is_spoken_in_english_by_an_english_voice() -> None:
    words = words_for(Line(number="+33123456789", language="fr-FR", voice="Polly.Lea"), "")
    assert (words.language, words.voice) == ("en-US", None)


@pytest.mark.parametrize(("language", "tag"), [("en-GB", "en-GB"), ("de", "de-DE"), ("de-AT", "de-AT"), ("EN", "en-US")])
def test_a_line_is_spoken_as_it_says(language: str, tag: str) -> None:
    assert words_for(Line(number="+4930901820", language=language), "").language == tag


@pytest.mark.parametrize(
    ("duration", "english", "german"),
    [
        ("4h", "4 working hours", "4 Arbeitsstunden"),
        ("1h", "one working hour", "einer Arbeitsstunde"),
        ("2d", "2 working days", "2 Arbeitstagen"),
        ("30 m", "30 working minutes", "30 Arbeitsminuten"),
        ("", "", ""),
        ("soon", "", ""),
        ("0h", "", ""),
    ],
)
def test_a_response_target_is_said_as_people_say_it(duration: str, english: str, german: str) -> None:
    assert (ENGLISH.within(duration), GERMAN.within(duration)) == (english, german)


def test_a_long_summary_is_cut_at_a_word() -> None:
    cut = speakable("the mill stands still " * 300)
    assert len(cut) <= MOST_SPOKEN
    assert cut.endswith(("the", "mill", "stands", "still"))


@pytest.mark.parametrize("text", ["\x00a\x1bb\x85c", "a\u202eb c", "a\ud800b\ufffec", "a\n\n b\tc", "  a b  c "])
def test_what_no_voice_can_say_is_left_out(text: str) -> None:
    assert speakable(text) == "a b c" or speakable(text).replace(" ", "") == "abc"


HIT = [
    (ENGLISH, "Everybody!", H),
    (ENGLISH, "it's the whole site in Hamburg", H),
    (ENGLISH, "nobody can log in", H),
    (ENGLISH, "not everybody", None),
    (ENGLISH, "everybody in my team", M),
    (ENGLISH, "a few colleagues and me", M),
    (ENGLISH, "not just me", M),
    (ENGLISH, "Just me, I think.", L),
    (ENGLISH, "only me, everyone else is fine", L),
    (ENGLISH, "press three", L),
    (ENGLISH, "two", M),
    (ENGLISH, "I have no idea", None),
    (ENGLISH, "", None),
    (GERMAN, "Alle!", H),
    (GERMAN, "der ganze Standort", H),
    (GERMAN, "nicht alle, aber mehrere", M),
    (GERMAN, "die ganze Abteilung", M),
    (GERMAN, "nicht nur ich", M),
    (GERMAN, "nur ich", L),
    (GERMAN, "drei", L),
    (GERMAN, "die Eins", H),
    (GERMAN, "weiß ich nicht", None),
]
BAD = [
    (ENGLISH, "work has stopped completely", H),
    (ENGLISH, "I can’t work", H),
    (ENGLISH, "it cannot wait", H),
    (ENGLISH, "it can wait until tomorrow", L),
    (ENGLISH, "it's not urgent", L),
    (ENGLISH, "it is slow but I can still work", M),
    (ENGLISH, "number one", H),
    (ENGLISH, "hm", None),
    (GERMAN, "hier steht alles", H),
    (GERMAN, "das kann nicht warten", H),
    (GERMAN, "wir können gar nicht arbeiten", H),
    (GERMAN, "es geht mit Mühe", M),
    (GERMAN, "das hat Zeit", L),
    (GERMAN, "kann warten", L),
    (GERMAN, "zwei", M),
]


@pytest.mark.parametrize(("words", "speech", "level"), HIT)
def test_who_is_hit_is_understood_from_a_few_words(words: spoken_words.Words, speech: str, level: Level | None) -> None:
    assert understood.level(Step.HIT, says(speech), words) == level


@pytest.mark.parametrize(("words", "speech", "level"), BAD)
def test_how_bad_it_is_is_understood_from_a_few_words(words: spoken_words.Words, speech: str, level: Level | None) -> None:
    assert understood.level(Step.BAD, says(speech), words) == level


def test_words_that_the_vendor_did_not_catch_say_nothing() -> None:
    assert understood.level(Step.HIT, says("everybody", 0.3), ENGLISH) is None
    assert understood.said(says("the mill is down", 0.49), ENGLISH) == ""
    assert understood.key(says("one", 0.3), ENGLISH) == ""


def test_a_key_that_somebody_says_is_a_key_and_no_description() -> None:
    assert understood.key(says("Press 2."), ENGLISH) == "2"
    assert understood.said(says("Press 2."), ENGLISH) == ""
    assert understood.said(says("one of our servers is down"), ENGLISH) == "one of our servers is down"


def test_somebody_who_talks_for_ever_is_understood_at_once() -> None:
    assert understood.level(Step.HIT, says("not " * 100_000 + "everybody"), ENGLISH) is None


@pytest.mark.parametrize("words", [ENGLISH, GERMAN])
def test_no_phrase_stands_at_two_levels(words: spoken_words.Words) -> None:
    for name in ("hit", "bad"):
        table = tomllib.loads((FOLDER / f"{words.language[:2]}.toml").read_text("utf-8"))[name]
        phrases = [phrase(each) for row in table.values() for each in row]
        assert len(phrases) == len(set(phrases))
