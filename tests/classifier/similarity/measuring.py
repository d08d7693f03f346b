"""How well alike reports are told from others: on pairs, and as a group that forms in five minutes."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations
from typing import TypeVar

from classifier.similarity.concepts import Meaning, load
from classifier.similarity.likeness import likeness
from classifier.similarity.reading import Read, Reader
from classifier.similarity.window import RecentReports
from tests.classifier.similarity.outage_reports import NOON, Collection, Outage, filled, mistyped, report

Key = TypeVar("Key", str, tuple[str, ...])
WITHOUT_CONCEPTS = frozenset({"negation", "silent", "place"})
ELSEWHERE = "Brno"  # where near misses without a site of their own happen
ALIKE_IN_A_STORM = 200
UNLIKE_IN_A_STORM = 20
SMALLEST_GROUP = 3
WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Scores of pairs from one outage, of pairs from two, and of reports with near misses."""

    alike: Sequence[float]
    others: Sequence[float]
    near: Sequence[float]

    def recall(self, threshold: float) -> float:
        return _share(self.alike, threshold)

    def precision(self, threshold: float) -> float:
        right = sum(score >= threshold for score in self.alike)
        wrong = sum(score >= threshold for score in (*self.others, *self.near))
        return right / max(1, right + wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """`found` of the alike, as a share, in the best group; `joined` are unlike ones that a group of at least three took in;
    `lost` are alike ones outside the best."""

    outage: str
    found: float
    joined: Sequence[str]
    lost: Sequence[str]


def pairs(these: Collection, reader: Reader, *, named: bool = True, seed: int = 4) -> Pairs:
    """Each template once as it stands and once mistyped."""
    order = random.Random(seed)

    def read(text: str) -> Read:
        return reader.read(report(0, text, named=named))

    groups = [[read(text) for text in written(outage, order)] for outage in these.outages]
    near = [read(filled(text, ELSEWHERE, order)) for texts in these.near.values() for text in texts]
    return Pairs(
        alike=[likeness(a, b.sketch) for group in groups for a, b in combinations(group, 2)],
        others=[likeness(a, b.sketch) for one, two in combinations(groups, 2) for a in one for b in two],
        near=[likeness(a, b.sketch) for group in groups for a in group for b in near],
    )


def written(outage: Outage, order: random.Random) -> list[str]:
    plain = [filled(text, outage.site, order) for text in outage.reports]
    return plain + [mistyped(filled(text, outage.site, order), order) for text in outage.reports]


def grouping(
    outage: Outage,
    near: Mapping[str, Sequence[str]],
    reader: Reader,
    *,
    alike: float,
    named: bool = True,
    by_site: bool = False,
) -> Grouping:
    """200 reports of the outage, all but the first of each template mistyped, among 20 near misses; each is linked with what
    it resembles when it comes, and what is linked is a group; `by_site`: but
    for two groups that name different sites."""
    order = random.Random(4)
    texts = _storm(outage, order)
    unlike = _near_ones(outage, near, order)
    arriving = order.sample([*texts, *unlike], len(texts) + len(unlike))
    window, group = RecentReports(reader), list(range(len(arriving)))
    sites: list[frozenset[str]] = []
    for ticket, text in enumerate(arriving):
        each = report(ticket, text, named=named, at=NOON + WITHIN * ticket / len(arriving))
        sites.append(each.sites)
        for like in window.like(each, since=NOON, alike=alike, most=20):
            one, other = _root(group, ticket), _root(group, like.ticket)
            if not by_site or not sites[one] or not sites[other] or not sites[one].isdisjoint(sites[other]):
                group[one] = other
                sites[other] |= sites[one]
        window.remember(each)
    members: dict[int, list[int]] = {}
    for ticket in range(len(arriving)):
        members.setdefault(_root(group, ticket), []).append(ticket)
    apart = set(unlike)
    groups = [[arriving[ticket] for ticket in each] for each in members.values() if len(each) >= SMALLEST_GROUP]
    best = max(groups, key=lambda each: sum(text not in apart for text in each), default=[])
    joined = [text for each in groups for text in each if text in apart]
    lost = [text for text in texts if text not in set(best)]
    return Grouping(outage=outage.name, found=1 - len(lost) / len(texts), joined=joined, lost=lost)


def _storm(outage: Outage, order: random.Random) -> list[str]:
    texts = []
    for turn in range(ALIKE_IN_A_STORM):
        text = filled(outage.reports[turn % len(outage.reports)], outage.site, order)
        texts.append(text if turn < len(outage.reports) else mistyped(text, order))
    return texts


def _near_ones(outage: Outage, near: Mapping[str, Sequence[str]], order: random.Random) -> list[str]:
    """Those that are near to this outage first, then any."""
    own = list(near.get(outage.name, ()))
    rest = [text for name, texts in near.items() if name != outage.name for text in texts]
    chosen = [*own, *order.sample(rest, len(rest))][:UNLIKE_IN_A_STORM]
    return [filled(text, ELSEWHERE, order) for text in chosen]


def _root(group: list[int], one: int) -> int:
    while group[one] != one:
        group[one] = one = group[group[one]]
    return one


def _share(scores: Iterable[float], threshold: float) -> float:
    scores = list(scores)
    return sum(score >= threshold for score in scores) / max(1, len(scores))


def words_alone() -> Reader:
    """A reader without the table of concepts, but for words that say nothing."""
    shipped = load()
    return Reader(
        replace(
            shipped,
            exact={},
            stems=_only(shipped.stems),
            phrases=_only(shipped.phrases),
            begins={},
            ends={},
            ranks=dict.fromkeys(_only(shipped.stems), 1),
        )
    )


def _only(table: Mapping[Key, tuple[Meaning, ...]]) -> dict[Key, tuple[Meaning, ...]]:
    left = {key: tuple(meaning for meaning in found if meaning.section in WITHOUT_CONCEPTS) for key, found in table.items()}
    return {key: found for key, found in left.items() if found}
