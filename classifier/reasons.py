"""Why a label is as it is, in the user's own words: the lexicon's phrases and the words that moved the model."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from classifier.lexicon import Axis, Grade
from classifier.linear import LinearModel
from classifier.opinion import CATEGORIES, COLUMNS, IMPACT_HIGH, IMPACT_MEDIUM, URGENCY_HIGH, URGENCY_MEDIUM, Opinion
from classifier.phrase_index import Hit
from classifier.reader import Read
from classifier.site_layer import SiteLayer
from intake.domain.label import Category, Evidence, Level

LEXICON, MODEL, SITE = "lexicon", "model", "learnt here"
MOST_PHRASES = 12
MOST_WORDS = 3
SPEAKS = 0.3  # log odds: what a word must add to be worth showing
NEARLY = 1e-6  # what adding up in another order may change
LEVEL_COLUMNS = {
    (Axis.IMPACT, Level.HIGH): COLUMNS.index(IMPACT_HIGH),
    (Axis.IMPACT, Level.MEDIUM): COLUMNS.index(IMPACT_MEDIUM),
    (Axis.URGENCY, Level.HIGH): COLUMNS.index(URGENCY_HIGH),
    (Axis.URGENCY, Level.MEDIUM): COLUMNS.index(URGENCY_MEDIUM),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Of one text. Evidence quotes the original."""

    model: LinearModel
    layer: SiteLayer
    read: Read
    share: float  # of this text, as LinearModel.scores gives it

    def of_category(self, category: Category, opinion: Opinion) -> Iterator[Evidence]:
        says, shares = f"category={category}", _towards(category.value, opinion.categories)
        yield from self._learnt(says, shares)
        votes = self.read.weighed.votes[:MOST_PHRASES]
        for vote in votes:
            yield self._phrase(f"category={vote.category}", vote.hit, vote.weight)
        shown = [vote.hit for vote in votes if vote.kind is category.kind]
        yield from self._words(says, self._for_category(category, shares), shown)

    def _learnt(self, says: str, shares: Sequence[float]) -> Iterator[Evidence]:
        found = [
            (sum(map(mul, weights, shares)), *next(self._places(word)))
            for word, weights in self.layer.words(self.read.units).items()
        ]
        for weight, start, end in sorted(found, reverse=True)[:MOST_WORDS]:
            if weight >= SPEAKS:
                yield self._quote(SITE, says, start, end, weight)

    def of_level(self, axis: Axis, level: Level) -> Iterator[Evidence]:
        """The phrases that say so; where there are none, the words. That little is at stake needs no reason."""
        weighed, says = self.read.weighed, f"{axis}={level:d}"
        if weighed.settled is not None and axis is Axis.URGENCY and level is Level.LOW:
            yield self._phrase(says, weighed.settled, 0.0)
            return
        agreed = [
            hit for hit in weighed.grades if isinstance(hit.rule, Grade) and hit.rule.axis is axis and hit.rule.level is level
        ]
        if agreed:
            best = max(agreed, key=_weight)
            yield self._phrase(says, best, _weight(best))
        elif (column := LEVEL_COLUMNS.get((axis, level))) is not None:
            told, signs_of, enough = self.model.told, self.read.signs.of, self._enough
            words = []
            for word in self.read.units.words:
                weight = told(word).columns[column]
                if signs := signs_of(word):
                    weight += self._by_signs(signs, column)
                if weight >= enough:
                    words.append((weight, word))
            yield from self._words(says, words, [])

    def _for_category(self, category: Category, shares: Sequence[float]) -> Iterable[tuple[float, str]]:
        """What each word says for it and against the others. Most say little, and are spared the sum: no word says more against
        the others than against the one that it speaks against most."""
        told, enough, column = self.model.told, self._enough, CATEGORIES.index(category.value)
        speaking = [
            (one.columns, word)
            for word in self.read.units.words
            if (one := told(word)).columns[column] - one.least >= enough
        ]  # fmt: skip
        return [(sum(map(mul, columns, shares)), word) for columns, word in speaking]

    def _by_signs(self, signs: Iterable[str], column: int) -> float:
        """What a word says by what it stands for; a text's length does not lessen that."""
        return sum(self.model.found(sign)[column] for sign in signs) / (self.share or 1.0)

    @property
    def _enough(self) -> float:
        """A weight below it is not worth showing in a text of this length."""
        return (SPEAKS - NEARLY) / self.share if self.share else SPEAKS

    def _words(self, says: str, weighed: Iterable[tuple[float, str]], shown: Sequence[Hit]) -> Iterator[Evidence]:
        """The heaviest words, outside of what is shown already."""
        share = self.share
        found: list[tuple[float, int, int]] = []
        for weight, word in sorted([one for one in weighed if one[0] * share >= SPEAKS], reverse=True):
            if len(found) >= MOST_WORDS and weight < found[-1][0]:
                break
            for start, end in self._places(word):
                if not any(hit.start < end and start < hit.end for hit in shown):
                    found.append((weight, start, end))
                    break
        for weight, start, end in sorted(found, reverse=True)[:MOST_WORDS]:
            yield self._quote(MODEL, says, start, end, weight * share)

    def _places(self, word: str) -> Iterator[tuple[int, int]]:
        """Where it stands in the normalised text, as often as it stands there."""
        reading, place = self.read.reading, -1
        for _ in range(reading.masked.count(word)):
            place = reading.masked.index(word, place + 1)
            yield reading.starts[place], reading.starts[place] + len(reading.spoken[place])

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
