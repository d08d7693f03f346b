"""Why a label is as it is, in the user's own words: the lexicon's phrases and the words that moved the model."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter, mul

from classifier.features import masked
from classifier.lexicon import Axis, Grade
from classifier.linear import LinearModel
from classifier.opinion import CATEGORIES, COLUMNS, Opinion
from classifier.phrase_index import Hit
from classifier.reader import Read
from classifier.site_layer import SiteLayer
from intake.domain.label import Category, Evidence, Level

LEXICON, MODEL, SITE = "lexicon", "model", "learnt here"
MOST_PHRASES = 12
MOST_WORDS = 3
SPEAKS = 0.3  # log odds: what a word must add to be worth showing
LEVEL_COLUMNS = {
    (Axis.IMPACT, Level.HIGH): "impact<=1",
    (Axis.IMPACT, Level.MEDIUM): "impact<=2",
    (Axis.URGENCY, Level.HIGH): "urgency<=1",
    (Axis.URGENCY, Level.MEDIUM): "urgency<=2",
}


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """Of one text. Evidence quotes the original."""

    model: LinearModel
    layer: SiteLayer
    read: Read
    share: float  # of this text, as LinearModel.scores gives it

    def of_category(self, category: Category, opinion: Opinion) -> Iterator[Evidence]:
        yield from self._learnt(category, opinion)
        votes = self.read.weighed.votes[:MOST_PHRASES]
        for vote in votes:
            yield self._phrase(f"category={vote.category}", vote.hit, vote.weight)
        shown = [vote.hit for vote in votes if vote.category.kind is category.kind]
        shares = _towards(category.value, opinion.categories)
        yield from self._words(f"category={category}", lambda weights: sum(map(mul, weights, shares)), shown)

    def _learnt(self, category: Category, opinion: Opinion) -> Iterator[Evidence]:
        learnt, shares = self.layer.words(self.read.units), _towards(category.value, opinion.categories)
        found = {
            word: (sum(map(mul, learnt[word], shares)), start, end)
            for word, start, end, _ in reversed(self._written)
            if word in learnt
        }
        for weight, start, end in sorted(found.values(), reverse=True)[:MOST_WORDS]:
            if weight >= SPEAKS:
                yield self._quote(SITE, f"category={category}", start, end, weight)

    def of_level(self, axis: Axis, level: Level) -> Iterator[Evidence]:
        """The phrases that say so; where there are none, the words. That little is at stake needs no reason."""
        weighed = self.read.weighed
        if weighed.settled is not None and axis is Axis.URGENCY and level is Level.LOW:
            yield self._phrase(f"{axis}={level.value}", weighed.settled, 0.0)
            return
        said = [hit for hit in weighed.grades if isinstance(hit.rule, Grade) and hit.rule.axis is axis]
        agreed = [hit for hit in said if isinstance(hit.rule, Grade) and hit.rule.level is level]
        if agreed:
            best = max(agreed, key=_weight)
            yield self._phrase(f"{axis}={level.value}", best, _weight(best))
        elif (column := LEVEL_COLUMNS.get((axis, level))) is not None:
            yield from self._words(f"{axis}={level.value}", itemgetter(COLUMNS.index(column)), [])

    @cached_property
    def _written(self) -> Sequence[tuple[str, int, int, Sequence[float]]]:
        """Each word with its place, as often as it stands there, and what it says for each column."""
        weights = self.model.weights
        return [
            (word, start, start + len(spoken), weights(f"={word}"))
            for spoken, start in zip(self.read.reading.spoken, self.read.reading.starts, strict=True)
            if spoken[0].isalnum() and (word := masked(spoken))
        ]

    def _words(self, says: str, weigh: Callable[[Sequence[float]], float], shown: Sequence[Hit]) -> Iterator[Evidence]:
        found: dict[str, tuple[float, int, int]] = {}
        for word, start, end, weights in self._written:
            if word not in found and not (shown and any(hit.start < end and start < hit.end for hit in shown)):
                found[word] = (weigh(weights), start, end)
        for weight, start, end in sorted(found.values(), reverse=True)[:MOST_WORDS]:
            if weight * self.share >= SPEAKS:
                yield self._quote(MODEL, says, start, end, weight * self.share)

    def _phrase(self, says: str, hit: Hit, weight: float) -> Evidence:
        return self._quote(LEXICON, says, hit.start, hit.end, weight)

    def _quote(self, source: str, says: str, start: int, end: int, weight: float) -> Evidence:
        text = self.read.normalised
        first, last = text.span(start, end)
        return Evidence(
            source=source, says=says, text=text.original[first:last], start=first, end=last, weight=round(weight, 3)
        )


def _weight(hit: Hit) -> float:
    return hit.rule.weight if isinstance(hit.rule, Grade) else 0.0


def _towards(name: str, shares: Mapping[str, float]) -> Sequence[float]:
    """For one category and against the others, each by how near it came."""
    rest = sum(share for other, share in shares.items() if other != name) or 1.0
    return [1.0 if other == name else -shares[other] / rest for other in CATEGORIES]  # the first ones of COLUMNS


def distinct(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(evidence))
