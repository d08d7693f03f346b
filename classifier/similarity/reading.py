"""A report as it is compared: what it is about, what kind of thing happened, where, and its telling words."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TypeVar, cast
from zlib import crc32

from classifier.normalise import Normalised, normalise
from classifier.similarity.common_words import CommonWords
from classifier.similarity.common_words import load as load_words
from classifier.similarity.concepts import MOST_WORDS, Concepts, Meaning
from classifier.similarity.concepts import load as load_concepts
from classifier.similarity.letters import REMEMBERED, WORD, plain
from classifier.similarity.sketch import WHOLE, Nature, Sketch, packed
from classifier.similarity.spelling import Slips
from classifier.vocabulary import stem
from intake.desk.ports_of_storms import Report

MOST_READ = 250  # words
MOST_TERMS = 16  # the most telling
MOST_RARE = 5  # words
RARE = 4 * WHOLE // 5
SKETCH = 4  # the smallest hashes
Kept = tuple[tuple[str, float], ...] | frozenset[str]
Shared = TypeVar("Shared", tuple[tuple[str, float], ...], frozenset[str])
REACH = 5  # words between "not" and "connect"
SUBJECT_WEIGHT, SYMPTOM_WEIGHT = 2 * WHOLE, 2 * WHOLE // 5
PLACE_RARITY = 0.3  # of the word for a building, in a language that is not counted
MISTYPED = 0.5  # the rarity of what may be an ordinary word with a slip
IN_PASSING = 0.25  # of a subject that gave way to another
LATER = 0.5  # what is named after the first subject
NOT, ACT, FAILS = Meaning("negation", "not"), Meaning("negation", "act"), Meaning("symptom", "fails")
OVER, ALONE, MANY = Meaning("wanted", "over"), Meaning("reach", "alone"), Meaning("reach", "many")
DENIABLE = frozenset({"new", "permission", "restore", "over"})  # said with a "not" before it, nobody asks for it
SECOND_THOUGHTS = frozenset({"new", "permission"})  # said after what failed, it is no request
AMBIGUOUS = frozenset("aeiouyw")  # letters that are words somewhere; as a building's name they are capitals
SIGN = re.compile(r"\d{1,4}[a-z]?|[a-z]\d{0,3}")
TRAILING_DIGITS = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A sketch to look others up with: `weights` of its terms, and how its author writes them."""

    sketch: Sketch
    weights: Mapping[int, int]
    written: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One written word: `key` its stem, `term` the key's hash, `weight` how telling it is by itself."""

    key: str
    term: int
    weight: int
    meanings: tuple[Meaning, ...]
    rare: bool = False
    begins: frozenset[str] = frozenset()  # words that go on with a phrase after this one


class Reader:
    """Compiled once; pure but for a bounded memory of words."""

    def __init__(self, concepts: Concepts | None = None, common: CommonWords | None = None) -> None:
        self._concepts = concepts or load_concepts()
        self._common = common or load_words()
        self._slips = Slips(self._concepts.ranks, self._common.words)
        begins: defaultdict[str, set[str]] = defaultdict(set)
        for first, second, *_ in self._concepts.phrases:
            begins[first].add(second)
        self._begins = {first: frozenset(seconds) for first, seconds in begins.items()}
        self._word = lru_cache(maxsize=REMEMBERED)(self._look_up)

    def read(self, report: Report) -> Read:
        normalised = normalise(report.text)
        spoken = WORD.findall(normalised.text)[:MOST_READ]
        found = list(map(self._word, spoken))
        heard = list(self._heard(found))
        subjects = _subjects(self._concepts, heard)
        gathered = _Gathered(dict(subjects))
        gathered.add_concepts(heard, spoken)
        gathered.add_words(found, spoken)
        kept = gathered.heaviest()
        sketch = Sketch(
            terms=packed([term for term, _ in kept]),
            weights=bytes([weight for _, weight in kept]),
            subjects=same(subjects),
            nature=_nature(heard, bool(subjects)),
            places=same(_places(heard, spoken, normalised)),
            services=same(report.services),
            sites=same(report.sites),
            rare=" ".join(gathered.rare(_words_of(report.sites))),
            said=crc32(packed(gathered.said)),
            shingles=_shingles(gathered.said),
        )
        return Read(sketch=sketch, weights=dict(kept), written=gathered.written)

    def _heard(self, found: Sequence[Word]) -> Iterator[tuple[int, int, Meaning]]:
        """Each meaning with the place of its first word and how many words it has; of subjects the longest."""
        taken = 0  # words before this place belong to a longer subject
        for place, word in enumerate(found):
            if word.begins and place + 1 < len(found) and found[place + 1].key in word.begins:
                for length, meaning in self._phrases_at(place, found):
                    if meaning.section != "subject" or place >= taken:
                        yield place, length, meaning
                        if meaning.section == "subject":
                            taken = place + length
            for meaning in word.meanings:
                if meaning.section != "subject" or place >= taken:
                    yield place, 1, meaning

    def _phrases_at(self, place: int, found: Sequence[Word]) -> Iterator[tuple[int, Meaning]]:
        keys = [word.key for word in found[place : place + MOST_WORDS]]
        for length in range(len(keys), 1, -1):
            for meaning in self._concepts.phrases.get(tuple(keys[:length]), ()):
                yield length, meaning

    def _look_up(self, written: str) -> Word:
        folded = plain(written)
        if folded.isdigit():
            return Word(key=folded, term=0, weight=0, meanings=())
        word = TRAILING_DIGITS.sub("", folded) if folded[0].isalpha() else folded
        corrected, mistyped = self._slips.correct(word)
        known = corrected in self._concepts.ranks or corrected in self._common.words
        key = stem(corrected) if known else folded
        meanings = self._concepts.of_word(corrected, stem(corrected))
        silent = any(meaning.section in {"silent", "negation", "reach"} for meaning in meanings) or len(key) < 2
        rarity = PLACE_RARITY if any(meaning.section == "place" for meaning in meanings) else MISTYPED if mistyped else 1.0
        weight = 0 if silent else round(WHOLE * self._common.rarity.get(key, rarity))
        return Word(
            key=key,
            term=crc32(key.encode(errors="replace")),
            weight=weight,
            meanings=meanings,
            rare=bool(weight) and (not known or weight >= RARE),
            begins=self._begins.get(key, frozenset()),
        )


class _Gathered:
    """The terms of one report while they are collected."""

    def __init__(self, subjects: Mapping[str, float]) -> None:
        self._subjects = subjects
        self._weights: dict[int, int] = {}
        self._concepts: set[int] = set()  # places of words that belong to one
        self.written: dict[int, str] = {}
        self.said: list[int] = []
        self._rare: dict[str, None] = {}

    def add_concepts(self, heard: Iterable[tuple[int, int, Meaning]], spoken: Sequence[str]) -> None:
        for place, length, meaning in heard:
            if meaning.section not in {"subject", "symptom"}:
                continue
            term = term_of(meaning)
            if meaning.section == "subject":
                self._weights[term] = int(SUBJECT_WEIGHT * self._subjects.get(meaning.name, IN_PASSING))
            else:
                self._weights[term] = SYMPTOM_WEIGHT
            self.written.setdefault(term, " ".join(spoken[place : place + length]))
            self._concepts.update(range(place, place + length))

    def add_words(self, found: Sequence[Word], spoken: Sequence[str]) -> None:
        weights, concepts = self._weights, self._concepts
        for place, word in enumerate(found):
            if place not in concepts:
                if not word.weight:
                    continue
                if word.term not in weights:
                    weights[word.term] = word.weight
                    self.written[word.term] = spoken[place]
                    if word.rare:
                        self._rare[word.key] = None
            self.said.append(word.term)

    def rare(self, but: frozenset[str]) -> list[str]:
        return [word for word in self._rare if word not in but][:MOST_RARE]

    def heaviest(self) -> list[tuple[int, int]]:
        rising = sorted([(-weight, term) for term, weight in self._weights.items()])
        return [(term, -weight) for weight, term in rising[:MOST_TERMS]]


@lru_cache(maxsize=4_096)
def _first(value: Kept) -> Kept:
    return value


def same(value: Shared) -> Shared:
    """One object for all that are equal: most reports have the same few."""
    return cast(Shared, _first(value))


@lru_cache(maxsize=1_024)
def _words_of(names: frozenset[str]) -> frozenset[str]:
    return frozenset(plain(word) for name in names for word in WORD.findall(name.lower()))


@lru_cache(maxsize=1_024)
def term_of(meaning: Meaning) -> int:
    return crc32(f"{meaning.section}.{meaning.name}".encode())


def _subjects(concepts: Concepts, heard: Iterable[tuple[int, int, Meaning]]) -> tuple[tuple[str, float], ...]:
    named = list(dict.fromkeys(meaning.name for _, _, meaning in heard if meaning.section == "subject"))
    own = [name for name in named if name not in concepts.passing] or named
    return tuple(sorted((name, LATER if place else 1.0) for place, name in enumerate(own)))


def _nature(heard: Sequence[tuple[int, int, Meaning]], about: bool) -> Nature:
    nots = {place for place, _, meaning in heard if meaning == NOT}
    failed_at = _failed_at(heard, nots, about)
    fails = failed_at is not None
    said = {
        meaning for place, _, meaning in heard if meaning.section != "wanted" or _is_wanted(meaning, place, nots, failed_at)
    }
    if OVER in said:
        return Nature.OVER
    if ALONE in said:
        return Nature.ALONE
    if fails and MANY in said:
        return Nature.FAILS
    if any(meaning.section == "wanted" for meaning in said):
        return Nature.WANTED
    for nature in (Nature.SUPPLIES, Nature.WRONG, Nature.SLOW):
        if Meaning("symptom", nature.value) in said:
            return nature
    return Nature.FAILS if fails else Nature.UNCLEAR


def _is_wanted(meaning: Meaning, place: int, nots: Container[int], failed_at: int | None) -> bool:
    """Not so "I cannot create orders", and not so what an outage keeps somebody from: "ERP is down, we need to ship"."""
    if meaning.name in DENIABLE and any(before in nots for before in range(place - REACH + 1, place)):
        return False
    return meaning.name not in SECOND_THOUGHTS or failed_at is None or place < failed_at


def _failed_at(heard: Iterable[tuple[int, int, Meaning]], nots: Container[int], about: bool) -> int | None:
    """The place of the first word that says so: "down", or "connect" with a "not" nearby."""
    for place, _, meaning in heard:
        if meaning == FAILS:
            return place
        if (meaning == ACT or (about and meaning.section == "subject")) and any(
            near in nots for near in range(place - REACH, place + REACH + 1)
        ):
            return place
    return None


def _places(heard: Iterable[tuple[int, int, Meaning]], spoken: Sequence[str], normalised: Normalised) -> frozenset[str]:
    """`building b`, `hall 3`."""
    found = set()
    for place, length, meaning in heard:
        if meaning.section == "place" and place + length < len(spoken):
            sign = spoken[place + length]
            if SIGN.fullmatch(sign) and (sign not in AMBIGUOUS or _is_capital(normalised, place + length)):
                found.add(f"{meaning.name} {sign}")
    return frozenset(found)


def _is_capital(normalised: Normalised, place: int) -> bool:
    """The word at that place, as its author wrote it."""
    match = next(islice(WORD.finditer(normalised.text), place, None))
    begin, end = normalised.span(match.start(), match.end())
    return normalised.original[begin:end].isupper()


def _shingles(terms: Sequence[int]) -> bytes:
    mixed = {
        (one * 0x9E3779B1 ^ two * 0x85EBCA6B ^ three * 0xC2B2AE35) & 0xFFFFFFFF
        for one, two, three in zip(terms, terms[1:], terms[2:], strict=False)
    }
    return packed(sorted(mixed)[:SKETCH])
