"""The window of recent reports, in memory, with an index that gives a handful of likely ones to compare."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from heapq import heappop, heappush, nlargest
from typing import NamedTuple
from zlib import crc32

from classifier.normalise import normalise
from classifier.similarity.likeness import likeness_of_acquaintances, strangers
from classifier.similarity.postings import Postings
from classifier.similarity.reading import Read, Reader
from classifier.similarity.sketch import WHOLE, Sketch, unpacked
from intake.desk.ports_of_storms import Likeness, Report

COMPARED = 20  # reports, closely
RANKED = 48  # of which some may lie before the window, or name another site
SPARE = 100  # entries of the heap that may be out of date
MOST_KEYS = 12  # terms, the most telling
LEAST_KEY = 2 * WHOLE // 5  # lighter words make nobody alike
MOST_PIECED, LONG, PIECE = 3, 6, 3  # rare words are also found by how they begin and end: one slip leaves one of both
MOST_SHARED = 8  # words of evidence


class Kept(NamedTuple):
    """`at` is a POSIX timestamp."""

    at: float
    sketch: Sketch


class RecentReports:
    """A `Similarity`. Remembering, forgetting and looking up take time that does not grow with the window."""

    def __init__(self, reader: Reader | None = None) -> None:
        self._reader = reader or Reader()
        self._kept: dict[int, Kept] = {}
        self._postings = Postings(self._kept)
        self._oldest: list[tuple[float, int]] = []  # a heap; entries of tickets that are gone are skipped
        self._latest: tuple[Report, Read] | None = None  # who looks one up remembers it next

    def __len__(self) -> int:
        return len(self._kept)

    def remember(self, report: Report) -> None:
        self.forget(report.ticket)
        kept = Kept(report.at.timestamp(), self._read(report).sketch)
        self._kept[report.ticket] = kept
        heappush(self._oldest, (kept.at, report.ticket))
        if len(self._oldest) > 2 * len(self._kept) + SPARE:
            self._oldest = sorted((each.at, ticket) for ticket, each in self._kept.items())
        for key in _keys(kept.sketch):
            self._postings.add(key, report.ticket)

    def forget(self, ticket: int) -> None:
        kept = self._kept.pop(ticket, None)
        if kept is None:
            return
        for key in _keys(kept.sketch):
            self._postings.take_out(key, ticket)

    def forget_before(self, moment: datetime) -> None:
        before = moment.timestamp()
        while self._oldest and self._oldest[0][0] < before:
            at, ticket = heappop(self._oldest)
            kept = self._kept.get(ticket)
            if kept is not None and kept.at == at:
                self.forget(ticket)

    def like(self, report: Report, *, since: datetime, alike: float, most: int) -> Sequence[Likeness]:
        """At most COMPARED, however many are asked for. Their `shared` are this report's own words for what both say."""
        read = self._read(report)
        found = [
            (score, kept.at, ticket, kept)
            for ticket, kept in self._likely(read, report.ticket, since.timestamp())
            if (score := likeness_of_acquaintances(read, kept.sketch)) >= alike and score > 0
        ]
        found.sort(key=lambda each: (-each[0], -each[1], -each[2]))
        return [
            Likeness(ticket=ticket, score=score, shared=_shared(read, kept.sketch))
            for score, _, ticket, kept in found[: max(0, most)]
        ]

    def own_words(self, text: str) -> str:
        """What its author wrote this time, in lower case: names are looked for here, or whoever signs "Plant Lyon" names it."""
        return normalise(text).text

    def _read(self, report: Report) -> Read:
        if self._latest is None or self._latest[0] != report:
            self._latest = report, self._reader.read(report)
        return self._latest[1]

    def _likely(self, read: Read, own: int, since: float) -> Iterator[tuple[int, Kept]]:
        weights: dict[int, int] = {}
        for key, weight in _keys(read.sketch).items():
            for ticket in self._postings.newest(key):
                weights[ticket] = weights.get(ticket, 0) + weight
        weights.pop(own, None)
        left = COMPARED
        for _, ticket in nlargest(RANKED, [(weight, ticket) for ticket, weight in weights.items()]):
            kept = self._kept.get(ticket)
            if kept is not None and kept.at >= since and not strangers(read.sketch, kept.sketch):
                yield ticket, kept
                left -= 1
                if not left:
                    return


def _keys(sketch: Sketch) -> dict[int, int]:
    """Under which a sketch is found, and what each is worth. A subject also stands with its site, building and service, so that
    a flood at one site does not hide the others."""
    terms = zip(unpacked(sketch.terms)[:MOST_KEYS], sketch.weights, strict=False)
    keys = {term: weight for term, weight in terms if weight >= LEAST_KEY}
    for shingle in unpacked(sketch.shingles):
        keys[shingle] = WHOLE
    if not sketch.subjects:
        for word in sketch.rare.split()[:MOST_PIECED]:
            if len(word) >= LONG:
                keys[_hash(f"{word[:PIECE]}-")] = keys[_hash(f"-{word[-PIECE:]}")] = WHOLE // 4
    names = (*sketch.sites, *sketch.places, *sketch.services)
    for subject, _ in sketch.subjects[:2]:
        keys[_hash(f"{subject}+{sketch.nature}")] = WHOLE // 2
        for name in names[:4]:
            keys[_hash(f"{subject}+{name}")] = WHOLE
    for name in sketch.services:
        keys[_hash(f"+{name}")] = 2 * WHOLE
    return keys


def _hash(key: str) -> int:
    return crc32(key.encode(errors="replace"))


def _shared(read: Read, other: Sketch) -> tuple[str, ...]:
    names = sorted(read.sketch.services & other.services) + sorted(read.sketch.sites & other.sites)
    theirs = set(unpacked(other.terms))
    words = [read.written[term] for term in read.weights if term in theirs]
    places = sorted(read.sketch.places & other.places)
    return tuple({word.casefold(): word for word in (*words, *places, *names)}.values())[:MOST_SHARED]
