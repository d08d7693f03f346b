"""What very short texts say: an answer to the desk's question, thanks, something that only refers to what was said before."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from intake.desk.names_in_text import plain

NEW = -1  # "it is a new matter", among the options, which count from 1
LONGEST_READ = 2_000  # characters: more than a text can have
MOST_WORDS = 12  # of an answer, of thanks, of what only refers back
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NUMBER = re.compile(r"([0-9]{1,3})(?:st|nd|rd|th)?\Z", re.ASCII)
_LONG_NUMBER = re.compile(r"[0-9]{4,12}\Z", re.ASCII)
_NAME = re.compile(r"(?<![\w@.-])hd[- \u00a0\u2010\u2011\u2013]?([0-9]{1,12})(?![\w@-])", re.ASCII | re.IGNORECASE)
_HASH = re.compile(r"(?<![\w#&-])#[ ]?([0-9]{1,12})(?![\w-])", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,4}(?:am|pm|h|st|nd|rd|th)?\Z", re.ASCII)
_MOST_NAMES = 20
_CARDINALS = frozenset({"one", "two", "three", "four"})
_BARE_NO = (["no"], ["nope"], ["nein"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    option: Mapping[str, int]
    new: frozenset[str]
    around: frozenset[str]
    refuses: frozenset[str]
    thanks: frozenset[str]
    thanks_says: frozenset[str]
    states: frozenset[str]
    places: frozenset[str]
    back: frozenset[str]


def _read() -> Words:
    table = tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))
    return Words(
        option={word: int(number) for number, words in table["option"].items() for word in words},
        new=frozenset(table["answer"]["new"]),
        around=frozenset(table["answer"]["around"]),
        refuses=frozenset(table["page"]["refuses"]),
        thanks=frozenset(table["thanks"]["words"]),
        thanks_says=frozenset(table["thanks"]["says"]),
        states=frozenset(table["back"]["states"]),
        places=frozenset(table["back"]["places"]),
        back=frozenset(word for words in table["back"].values() for word in words),
    )


WORDS = _read()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Which options it names (NEW for none of them), and which tickets by their numbers; `perhaps` those of a bare 1042, which
    may be any number. Nothing at all: a bare "no"."""

    options: frozenset[int]
    names: frozenset[int]
    perhaps: frozenset[int] = frozenset()

    @property
    def named(self) -> frozenset[int]:
        return self.names | self.perhaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Numbers of tickets: `sure` as HD-1042, `perhaps` as #1042, which may be somebody's invoice."""

    sure: tuple[int, ...]
    perhaps: tuple[int, ...]


def words_in(text: str) -> Sequence[str]:
    """Plain ones, without the signs of a key ("1️⃣" is "1")."""
    flat = unicodedata.normalize("NFKC", text[:LONGEST_READ])
    return [plain(word) for word in _WORD.findall(flat)]


def answer_in(text: str) -> Answer | None:
    """None where it says more than an answer does, or nothing."""
    flat = unicodedata.normalize("NFKC", text[:LONGEST_READ])
    names = frozenset(int(match[1]) for match in _NAME.finditer(flat))
    words = words_in(_NAME.sub(" ", flat))
    if len(words) > MOST_WORDS or not (words or names):
        return None
    perhaps = frozenset(int(word) for word in words if _LONG_NUMBER.match(word))
    words = [word for word in words if not _LONG_NUMBER.match(word)]
    options = {word: number for word in words if (number := _option(word)) is not None}
    if any(word not in options and word not in WORDS.around for word in words):
        return None
    if (
        names
        or perhaps
        or any(f"{word} one" in " ".join(words) for word in options if word.isalpha() and word not in _CARDINALS)
    ):
        options.pop("one", None)  # "the new one", "the first one"
    if not options and not names and not perhaps and words not in _BARE_NO:
        return None
    return Answer(options=frozenset(options.values()), names=names, perhaps=perhaps)


def _option(word: str) -> int | None:
    if (number := _NUMBER.match(word)) is not None:
        return int(number[1])
    return NEW if word in WORDS.new else WORDS.option.get(word)


def names_in(text: str) -> Names:
    """Up to twenty tickets that it names."""
    flat = unicodedata.normalize("NFKC", text[:LONGEST_READ])
    sure = dict.fromkeys(int(match[1]) for match in _NAME.finditer(flat))
    perhaps = dict.fromkeys(int(match[1]) for match in _HASH.finditer(flat))
    return Names(
        sure=tuple(sure)[:_MOST_NAMES], perhaps=tuple(number for number in perhaps if number not in sure)[:_MOST_NAMES]
    )


def is_thanks(text: str) -> bool:
    words = words_in(text)
    if "?" in text:
        return False
    if not words:
        return any(sign in text for sign in "👍🙏👌✅❤😊🙂😀🎉")
    return len(words) <= MOST_WORDS and WORDS.thanks.issuperset(words) and not WORDS.thanks_says.isdisjoint(words)


def refers_back(text: str) -> bool:
    """It names no thing that could be out of order: how something is, or where and since when, but not what."""
    words = {word for word in words_in(text) if not _COUNT.match(word)}
    if not is_short(text) or not WORDS.back.issuperset(words):
        return False
    return WORDS.states.isdisjoint(words) or WORDS.places.isdisjoint(words)


def is_short(text: str) -> bool:
    return len(words_in(text)) <= MOST_WORDS


def refuses(text: str) -> bool:
    return not WORDS.refuses.isdisjoint(words_in(text))


def same_words(one: str, other: str) -> bool:
    """Twice the same, but for case, signs and spaces."""
    return bool(words := words_in(one)) and words == words_in(other)
