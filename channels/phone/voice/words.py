"""What is spoken on a line and what may be answered there, in its language: the tables in `channels/phone/words/`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from intake.desk.policy_file.phone import Line
from intake.domain.label import Level, Priority

LANGUAGES = ("en", "de")
MOST_SPOKEN = 120  # characters of a summary or a name; more is a speech
_FOLDER = Path(__file__).parent.parent / "words"
_DURATION = re.compile(r"([0-9]{1,6})\s?([mhd])\Z", re.ASCII)
_UNSPEAKABLE = re.compile(
    r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f]"
)
_Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What people say, as tuples of case-folded words: instead of a key, before it, and for a level of impact or urgency."""

    keys: Mapping[_Phrase, str]
    before_a_key: frozenset[_Phrase]
    hit: Mapping[_Phrase, Level]
    bad: Mapping[_Phrase, Level]
    no: frozenset[_Phrase]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`language` is a BCP 47 tag that the vendor speaks and understands, `voice` its name of one (None: its own).
    `hints` are what it may expect to hear, commas between."""

    line: str
    language: str
    voice: str | None
    company: str
    hints: str
    answers: Answers
    say: Mapping[str, str]
    time: Mapping[str, str]

    def text(self, sentence: str, /, **places: str) -> str:
        """The sentence of that name; what is put into its places is speakable afterwards."""
        return self.say[sentence].format(**{place: speakable(value) for place, value in places.items()})

    def within(self, duration: str) -> str:
        """`4h` as people say it after "within"; empty where it is no duration."""
        match = _DURATION.match(duration)
        if match is None or not (count := int(match[1])):
            return ""
        return self.time[f"{'one' if count == 1 else 'many'}_{match[2]}"].format(count=count)


def words_for(line: Line, company: str) -> Words:
    """A language without a file is spoken in English, without the line's voice, which would read it wrongly."""
    language = line.language.partition("-")[0].lower()
    ours = language in LANGUAGES
    tables = _tables(language if ours else LANGUAGES[0])
    return Words(
        line=line.number,
        language=_tag(line.language) if ours else "en-US",
        voice=(line.voice or None) if ours else None,
        company=speakable(company) or tables.say["desk"],
        hints=tables.hints,
        answers=tables.answers,
        say=tables.say,
        time=tables.time,
    )


def spelt(number: int) -> str:
    """HD-1042 digit by digit; the commas make a voice pause."""
    return ", ".join(("H D", *str(number)))


def spelt_priority(priority: Priority) -> str:
    return " ".join(priority.value)


def speakable(text: str) -> str:
    """One line without what XML or a voice cannot carry, cut at a word to 120 characters."""
    text = " ".join(_UNSPEAKABLE.sub(" ", text[: 8 * MOST_SPOKEN]).split())
    if len(text) <= MOST_SPOKEN:
        return text
    return (text[:MOST_SPOKEN].rpartition(" ")[0] or text[:MOST_SPOKEN]).rstrip(" ,;:-")


def phrase(text: str) -> _Phrase:
    """The words in it, case-folded, apostrophes straight, other signs left out."""
    plain = text.casefold().replace("\u2019", "'").replace("\u2018", "'")
    return tuple(word.strip("'") for word in re.split(r"[^\w']+", plain) if word.strip("'"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    say: Mapping[str, str]
    time: Mapping[str, str]
    hints: str
    answers: Answers


@cache
def _tables(language: str) -> _Tables:
    file = tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))
    keys: Mapping[str, list[str]] = file["key"]
    hear: Mapping[str, list[str]] = file["hear"]
    say: Mapping[str, str] = file["say"]
    time: Mapping[str, str] = file["time"]
    return _Tables(
        say=say,
        time=time,
        hints=",".join(hear["hints"]),
        answers=Answers(
            keys={phrase(word): key for key, words in keys.items() if key.isdigit() for word in (*words, key)},
            before_a_key=frozenset(phrase(word) for word in keys["before"]),
            hit=_levels(file["hit"]),
            bad=_levels(file["bad"]),
            no=frozenset(phrase(word) for word in hear["not"]),
        ),
    )


def _levels(table: Mapping[str, list[str]]) -> Mapping[_Phrase, Level]:
    return {phrase(words): Level(int(level)) for level, phrases in table.items() for words in phrases}


def _tag(language: str) -> str:
    """`en` alone is no tag that the vendor speaks."""
    return {"en": "en-US", "de": "de-DE"}.get(language.lower(), language)
